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
        "throughput",
        "Throughput",
        "vehicles/h",
        "Vehicles that leave in the measured time, divided by its hours.",
        _QUEUEING,
    ),
    Measure(
        "waiting_time",
        "Waiting time",
        "min",
        "Time in queues, from joining a queue to the start of service, summed over the stops a "
        "vehicle visits (all, class) or at one stop (stop). Service and moves don't count.",
        _QUEUEING,
    ),
    Measure(
        "service_time",
        "Service time",
        "min",
        "Time in service, from the start of service to its end, summed over the stops a vehicle "
        "visits (all, class) or at one stop (stop).",
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
        "Vehicles waiting at a stop, those in service left out. mean: average over the measured "
        "time; max: the most at any moment of it.",
        _QUEUEING,
    ),
    Measure(
        "utilisation",
        "Utilisation",
        "%",
        "Time that officers serve while on duty, divided by the time that they are on duty, in the "
        "measured time; overtime counts in neither.",
        _QUEUEING,
    ),
    Measure(
        "officer_hours",
        "Officer hours",
        "h",
        "Hours that officers are on duty by roster in the measured time; overtime left out.",
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
        "officers_on_duty",
        "Officers on duty",
        "officers",
        "Mean number of officers on duty by roster in an hour.",
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
}
"""Statistics taken in each replication; estimates are means of these over replications."""
