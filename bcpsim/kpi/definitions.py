"""The definition of every measure, once: what it is, its unit, and where it comes from."""

from __future__ import annotations

import math
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
    most
        Largest value that it can have; the smallest is 0 for each of them.
    """

    name: str
    title: str
    unit: str
    definition: str
    source: str
    most: float = math.inf


TRAVELLERS = "travellers"
"""The word for what is counted, in stored tables; `in_words` puts a scenario's own."""

OPTIMUM_WAIT = (5.0, 10.0)
"""Minutes of waiting at passport control at which the level of service is the optimum."""

OPTIMUM_SPACE = (1.0, 1.2)
"""Square metres for a person in the queue at passport control at which it is the optimum."""

LEVELS = ("over_design", "optimum", "sub_optimum")
"""Statistics of the levels of service: better than the optimum, optimum, worse."""

_QUEUEING = "Queueing theory; Shortle et al., Fundamentals of Queueing Theory, 5th ed., ch. 1"
_TRS = (
    "WCO Guide to Measure the Time Required for the Release of Goods (Time Release Study), v3, 2018"
)
_OWN = "bcpsim"
_ADRM = (
    "IATA and ACI, Airport Development Reference Manual, 10th ed., 2014, level of service; the "
    "categories are public (iata.org, Level of Service Best Practice); the ranges are those "
    "commonly quoted from it, not checked against the manual, which isn't public. Sub-optimum in "
    "wait and space is what the manual calls under-provided"
)
_BLOCKING = "Blocking after service; Perros, Queueing Networks with Blocking, 1994, ch. 1"

_MEASURES = (
    Measure(
        "arrivals",
        "Arrivals",
        "travellers",
        "Travellers who arrive in the measured time (after the warm-up, before the horizon's end). "
        "All other measures of travellers are of these, however late they leave. A traveller is "
        "what a scenario counts: a vehicle with its occupants, a passenger, a vessel; tables and "
        "plots use the word that the scenario gives in `counted`. Those who get out of a vehicle "
        "to be checked count in their own class from then on.",
        _QUEUEING,
    ),
    Measure("released", "Released", "travellers", "Of the arrivals, those released.", _OWN),
    Measure("refused", "Refused", "travellers", "Of the arrivals, those refused.", _OWN),
    Measure("detained", "Detained", "travellers", "Of the arrivals, those detained.", _OWN),
    Measure(
        "inside_at_end",
        "Inside at end",
        "travellers",
        "Of the arrivals, those still inside when the run stops. They count in no time measure: "
        "where this isn't 0, the times of those who left are too favourable.",
        _OWN,
    ),
    Measure(
        "blocked_for_ever",
        "Blocked for ever",
        "travellers",
        "Where ways lead in a circle through waiting areas with a number of places: travellers "
        "who at the end of the run can never move on, since each lane at their stop is held by one "
        "who waits for a place in a full area, in which nobody can move on either. Of all, and at "
        "the stops that block one another.",
        _BLOCKING,
    ),
    Measure(
        "turned_away",
        "Turned away",
        "travellers",
        "Of the arrivals, those turned away because the waiting area was full.",
        _QUEUEING,
    ),
    Measure(
        "missed",
        "Missed",
        "travellers",
        "Of the arrivals, those who hadn't passed by their deadline: who miss the flight, or are "
        "gone again unchecked. A check in hand at the deadline is finished.",
        _OWN,
    ),
    Measure(
        "gave_up",
        "Gave up in the queue",
        "travellers",
        "Where travellers have deadlines: of the arrivals, those who queued at the stop until "
        "their deadline and left without a check there. They are among the missed.",
        _QUEUEING,
    ),
    Measure(
        "coverage",
        "Coverage",
        "%",
        "Where travellers have deadlines: of the arrivals that had to be checked and have left "
        "(calls that risk analysis chose; passengers before their flight closes), those of whom "
        "all checks began before they were gone. A check in hand at the deadline counts here, and "
        "in missed too. Those released on arrival without a check don't count. For a stop, of the "
        "arrivals that came to it, those whose check there began.",
        "Larson and Odoni, Urban Operations Research, 1981 (coverage of calls)",
        most=100.0,
    ),
    Measure(
        "response_time",
        "Response time",
        "min",
        "Where travellers have deadlines: from the arrival (the call) to the start of the first "
        "check, of those who were reached; a team's way to the place is part of it.",
        "Larson and Odoni, Urban Operations Research, 1981",
    ),
    Measure(
        "throughput",
        "Throughput",
        "travellers/h",
        "Travellers who leave in the measured time after their checks, released, refused or "
        "detained, divided by its hours; those turned away and those who missed their deadline "
        "don't count. For a stop, those who leave it in that time with its check done.",
        _QUEUEING,
    ),
    Measure(
        "waiting_time",
        "Waiting time",
        "min",
        "Time of waiting, summed over the stops where a traveller queues (all, class) or at one "
        "stop (stop): from joining a queue, outside a full waiting area too, to the start of "
        "service or to giving up at the deadline, between two officers of a visit, and in a lane "
        "that can't be left since the next waiting area is full. Service, moves and the waits for "
        "a booked slot and for a group don't count. Of a stop, all waits in its queue that are "
        "over count; those turned away have never waited.",
        _QUEUEING,
    ),
    Measure(
        "wait_for_officer",
        "Waiting for an officer",
        "min",
        "Part of the waiting time: no officer, or crew, who can do the check was free, whether or "
        "not lane and equipment were. A traveller behind others waits for what the first of the "
        "line waits for.",
        _OWN,
    ),
    Measure(
        "wait_for_lane",
        "Waiting for a lane",
        "min",
        "Part of the waiting time: officers and equipment were free, but no lane that the "
        "traveller may use was open and free.",
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
        "Time in the pre-arrival queue of travellers who come before the slot they booked.",
        _OWN,
    ),
    Measure(
        "wait_for_group",
        "Waiting for the group",
        "min",
        "Time for which a vehicle waits for those who got out of it, until the last who may "
        "come back is back. No part of the waiting time, since it is theirs; it counts in the "
        "processing time and in the time in system.",
        _OWN,
    ),
    Measure(
        "share_in_target",
        "Share within target",
        "%",
        "Of the travellers who left, those whose waiting time (statistic waiting_time) or time in "
        "system (time_in_system) was at most the target of their class; of a class with a list of "
        "targets for each of them (waiting_time_10min, waiting_time_20min). Who gave up at a "
        "deadline before all checks had begun counts as beyond it.",
        "Service level; Gans, Koole and Mandelbaum, Telephone call centers, M&SOM 5 (2003) 79-141",
        most=100.0,
    ),
    Measure(
        "service_time",
        "Service time",
        "min",
        "Time in which at least one officer checks the traveller, summed over the stops visited "
        "(all, class) or at one stop (stop): from the start to the end, waits between two officers "
        "left out.",
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
        "From the start of the first service to leaving: services, moves, the queues in between "
        "and the wait for a group; the first queue doesn't count. Who gave up at a deadline before "
        "any service isn't counted.",
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
        "It stands for the time in system of the vehicle, and for road vehicles at the border of "
        "Poland; printed tables show it only where it is asked for by name.",
        "granica.gov.pl, 'Sposób liczenia czasu oczekiwania' (liczenie_czasu.php)",
    ),
    Measure(
        "visits", "Visits", "travellers", "Of the arrivals, those served at the stop.", _QUEUEING
    ),
    Measure(
        "wait_level",
        "Level of service, wait",
        "%",
        "At a stop whose waiting area has a floor space: of its waits, those of a waiting time "
        "below (over_design), within (optimum) or above (sub_optimum) "
        f"{OPTIMUM_WAIT[0]:g} to {OPTIMUM_WAIT[1]:g} min, the range for passport control.",
        _ADRM,
        most=100.0,
    ),
    Measure(
        "space_per_person",
        "Space per person",
        "m2",
        "Floor space of a waiting area, divided by the persons (occupants) who wait at its stops, "
        "at most as many as it has places. mean: what a person has on average while waiting, "
        "floor space x time in which anybody waits / person minutes; min: at the fullest moment.",
        "Fruin, Pedestrian Planning and Design, 1971",
    ),
    Measure(
        "space_level",
        "Level of service, space",
        "%",
        "Of the time in which anybody waits in a waiting area, that in which the space per person "
        f"is above (over_design), within (optimum) or below (sub_optimum) {OPTIMUM_SPACE[0]:.1f} "
        f"to {OPTIMUM_SPACE[1]:.1f} m2, the range for queues at passport control.",
        _ADRM,
        most=100.0,
    ),
    Measure(
        "queue_length",
        "Queue length",
        "travellers",
        "Travellers waiting at a stop before their first check, those in a lane left out. mean: "
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
        most=100.0,
    ),
    Measure(
        "officer_hours",
        "Officer hours",
        "h",
        "Hours that officers are on duty in the measured time, breaks included; overtime and "
        "shifts for which they didn't come left out. By agency and group, and of all.",
        _OWN,
    ),
    Measure(
        "overtime",
        "Overtime",
        "h",
        "Hours that officers serve beyond the end of their shift, to finish the traveller in hand; "
        "services that start in the measured time.",
        _OWN,
    ),
    Measure(
        "staff_cost",
        "Staff cost",
        "currency",
        "(Officer hours + overtime) x the agency's cost per hour. There for agencies whose cost is "
        "given, and for all where that of each is.",
        _OWN,
    ),
    Measure(
        "officer_minutes_per_vehicle",
        "Officer minutes per traveller",
        "min",
        "(Officer hours + overtime) x 60, divided by the travellers who leave in the measured "
        "time after their checks, as they count in the throughput.",
        _OWN,
    ),
    Measure(
        "idle_while_waiting",
        "Idle while others wait",
        "h",
        "Officer hours in which officers could take travellers and have none, while travellers "
        "wait at stops where they don't work: at each moment the smaller of idle officers and "
        "travellers waiting there. The cost of not pooling.",
        _OWN,
    ),
    Measure(
        "lane_utilisation",
        "Lane utilisation",
        "%",
        "Time that a traveller stands in a lane, divided by the time that the lanes are open by "
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
        most=100.0,
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

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
"""Percentiles over travellers, as shares."""

STATISTICS = {
    "mean": "mean over travellers, or over time where the definition says so",
    "p50": "median over the travellers of a replication",
    "p90": "90th percentile over the travellers of a replication",
    "p95": "95th percentile over the travellers of a replication",
    "min": "smallest value",
    "max": "largest value",
    "total": "total",
    "waiting_time": "for shares within a target: of the waiting time",
    "time_in_system": "for shares within a target: of the time in system",
    "waiting_time_10min": "for shares within one of several targets: of the waiting time, the "
    "target of 10 min; others, and time_in_system, likewise",
    "over_design": "for levels of service: better than the optimum",
    "optimum": "for levels of service: within the range of the optimum",
    "sub_optimum": "for levels of service: worse than the optimum",
}
"""Statistics taken in each replication; estimates are means of these over replications."""

ESTIMATES = (
    "In each replication one value is taken; an estimate is the mean of these values over the "
    "replications, every replication weighing the same, with its 95 % interval. A percentile is "
    "taken in each replication and then averaged like any other value. With --weight traveller "
    "means over travellers are those of all travellers of all replications together, each "
    "weighing the same, in a run percentiles too; the column weight says where."
)
"""How an estimate comes from the values of replications."""


def in_words(text: str, counted: str) -> str:
    """Return a title or a unit with a scenario's word for its travellers, a plural in s."""
    return text.replace(TRAVELLERS, counted).replace("traveller", counted.removesuffix("s"))
