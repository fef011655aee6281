"""The definition of every measure, once: what it is, its unit, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure.

    Attributes
    ----------
    name, title, unit
        Key in tables, words for people, unit of the numbers.
    definition
        What is measured, of whom, and by which formula.
    source
        Where the definition comes from.
    """

    name: str
    title: str
    unit: str
    definition: str
    source: str


_QUEUEING = "Queueing theory; Shortle et al., Fundamentals of Queueing Theory, 5th ed., ch. 1"
_TRS = (
    "WCO Guide to Measure the Time Required for the Release of Goods (Time Release Study), v3, 2018"
)
_OWN = "bcpsim"
_BLOCKING = "Blocking after service; Perros, Queueing Networks with Blocking, 1994, ch. 1"

_MEASURES = (
    Measure(
        "arrivals",
        "Arrivals",
        "vehicles",
        "Vehicles that arrive in the measured time (after the warm-up, before the horizon's end). "
        "All other measures of vehicles are of these, however late they leave.",
        _QUEUEING,
    ),
    Measure("released", "Released", "vehicles", "Of the arrivals, those released.", _OWN),
    Measure("refused", "Refused", "vehicles", "Of the arrivals, those refused.", _OWN),
    Measure("detained", "Detained", "vehicles", "Of the arrivals, those detained.", _OWN),
    Measure(
        "inside_at_end",
        "Inside at end",
        "vehicles",
        "Of the arrivals, those still inside when the run stops. They count in no time measure: "
        "where this isn't 0, the times of those who left are too favourable.",
        _OWN,
    ),
    Measure(
        "turned_away",
        "Turned away",
        "vehicles",
        "Of the arrivals, those turned away because the waiting area was full.",
        _QUEUEING,
    ),
    Measure(
        "missed",
        "Missed",
        "vehicles",
        "Of the arrivals, those who hadn't passed by their deadline: who miss the flight, or are "
        "gone again unchecked. A check in hand at the deadline is finished.",
        _OWN,
    ),
    Measure(
        "throughput",
        "Throughput",
        "vehicles/h",
        "Vehicles that leave in the measured time, divided by its hours; those turned away don't "
        "count. For a stop, visits to it that end.",
        _QUEUEING,
    ),
    Measure(
        "waiting_time",
        "Waiting time",
        "min",
        "Time of waiting, summed over the stops a vehicle visits (all, class) or at one stop "
        "(stop): from joining a queue to the start of service, between two officers of a visit, "
        "and in a lane that can't be left since the next waiting area is full. Service, moves "
        "and the wait for a booked slot don't count.",
        _QUEUEING,
    ),
    Measure(
        "wait_for_officer",
        "Waiting for an officer",
        "min",
        "Part of the waiting time: no officer, or crew, who can do the check was free, whether or "
        "not lane and equipment were. A vehicle behind others waits for what the first of its line "
        "waits for.",
        _OWN,
    ),
    Measure(
        "wait_for_lane",
        "Waiting for a lane",
        "min",
        "Part of the waiting time: officers and equipment were free, but no lane that the vehicle "
        "may use was open and free.",
        _OWN,
    ),
    Measure(
        "wait_for_equipment",
        "Waiting for equipment",
        "min",
        "Part of the waiting time: officers were free, but equipment that the check needs wasn't, "
        "or had to be asked for.",
        _OWN,
    ),
    Measure(
        "wait_blocked",
        "Waiting blocked",
        "min",
        "Part of the waiting time: checked, but kept in the lane by a full waiting area ahead "
        "(blocking after service).",
        _BLOCKING,
    ),
    Measure(
        "slot_wait",
        "Waiting for the slot",
        "min",
        "Time in the pre-arrival queue of vehicles that come before the slot they booked.",
        _OWN,
    ),
    Measure(
        "share_in_target",
        "Share within target",
        "%",
        "Of the vehicles that left, those whose waiting time (statistic waiting_time) or time in "
        "system (time_in_system) was at most the target of their class.",
        "Service level; Gans, Koole and Mandelbaum, Telephone call centers, M&SOM 5 (2003) 79-141",
    ),
    Measure(
        "service_time",
        "Service time",
        "min",
        "Time in which at least one officer checks the vehicle, summed over the stops a vehicle "
        "visits (all, class) or at one stop (stop): from the start to the end, waits between two "
        "officers left out.",
        _QUEUEING,
    ),
    Measure(
        "move_time",
        "Move time",
        "min",
        "Time of driving and walking: from arrival to the first queue, between stops, to the exit.",
        _TRS,
    ),
    Measure(
        "processing_time",
        "Processing time",
        "min",
        "From the start of the first service to leaving: services, moves and the queues in "
        "between; the first queue doesn't count.",
        _TRS,
    ),
    Measure(
        "time_in_system",
        "Time in system",
        "min",
        "From arrival to leaving (sojourn time).",
        _QUEUEING,
    ),
    Measure(
        "official_wait_pl",
        "Official wait, Poland",
        "min",
        "What the Polish authorities would publish on the vehicle's arrival: "
        "12 h x (vehicles of its kind on site and in front) / (vehicles of its kind cleared per "
        "shift of 12 h), rounded to hours; here with the mean number cleared in the measured time. "
        "It stands for the time in system of the vehicle.",
        "granica.gov.pl, 'Sposób liczenia czasu oczekiwania' (liczenie_czasu.php)",
    ),
    Measure(
        "visits", "Visits", "vehicles", "Vehicles of the arrivals served at the stop.", _QUEUEING
    ),
    Measure(
        "queue_length",
        "Queue length",
        "vehicles",
        "Vehicles waiting at a stop before their first check, those in a lane left out. mean: "
        "average over the measured time; max: the most at any moment of it.",
        _QUEUEING,
    ),
    Measure(
        "utilisation",
        "Utilisation",
        "%",
        "Time that officers serve while on duty, divided by the time that they are on duty, in the "
        "measured time; overtime counts in neither. An officer who stays with a crew serves.",
        _QUEUEING,
    ),
    Measure(
        "officer_hours",
        "Officer hours",
        "h",
        "Hours that officers are on duty in the measured time, breaks included; overtime and "
        "shifts for which they didn't come left out.",
        _OWN,
    ),
    Measure(
        "overtime",
        "Overtime",
        "h",
        "Hours that officers serve beyond the end of their shift, to finish the vehicle in hand; "
        "services that start in the measured time.",
        _OWN,
    ),
    Measure(
        "officer_minutes_per_vehicle",
        "Officer minutes per vehicle",
        "min",
        "(Officer hours + overtime) x 60, divided by the vehicles that leave in the measured time.",
        _OWN,
    ),
    Measure(
        "idle_while_waiting",
        "Idle while others wait",
        "h",
        "Officer hours in which officers could take vehicles and have none, while vehicles wait at "
        "stops where they don't work: at each moment the smaller of idle officers and "
        "vehicles waiting there. The cost of not pooling.",
        _OWN,
    ),
    Measure(
        "lane_utilisation",
        "Lane utilisation",
        "%",
        "Time that a vehicle stands in a lane, divided by the time that the lanes are open by "
        "their hours, in the measured time.",
        _QUEUEING,
    ),
    Measure(
        "equipment_utilisation",
        "Equipment utilisation",
        "%",
        "Time that equipment is in use, divided by the time that it is there, in or out of order, "
        "in the measured time.",
        _QUEUEING,
    ),
    Measure(
        "officers_on_duty",
        "Officers on duty",
        "officers",
        "Mean number of officers on duty in an hour.",
        _OWN,
    ),
    Measure(
        "officers_busy",
        "Officers busy",
        "officers",
        "Mean number of officers who serve in an hour, overtime included.",
        _OWN,
    ),
)

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _MEASURES}
"""All measures by name."""

STATISTICS = {
    "mean": "mean over vehicles, or over time where the definition says so",
    "p50": "median over vehicles",
    "p90": "90th percentile over vehicles",
    "p95": "95th percentile over vehicles",
    "max": "largest value",
    "total": "total",
    "waiting_time": "for shares within a target: of the waiting time",
    "time_in_system": "for shares within a target: of the time in system",
}
"""Statistics taken in each replication; estimates are means of these over replications."""
