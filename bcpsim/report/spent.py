"""Where the time of an average traveller goes: at each stop, weighted by who visits it, and why."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.kpi import MEASURES
from bcpsim.kpi.measure import Drawn
from bcpsim.report.told import Told, Way


@dataclass(frozen=True, slots=True)
class Spent:
    """Minutes of an average traveller at a place: on the whole crossing, or at a stop.

    Attributes
    ----------
    population
        ``all``, or the stop (``stop=NAME``).
    minutes
        For each reason, in the order of `reasons`.
    """

    population: str
    minutes: tuple[float, ...]


def reasons() -> list[tuple[str, Drawn]]:
    """Return the measures that say why time is spent, in the order in which they are drawn."""
    drawn = [(name, one.drawn) for name, one in MEASURES.items() if one.drawn is not None]
    return sorted(drawn, key=lambda pair: pair[1].place)


def time_spent(told: Told, way: Way) -> list[Spent]:
    """Return the minutes of an average traveller: of the whole crossing, then at each stop.

    The minutes of a visit count as often as an average traveller makes one: a laboratory that one
    truck in twenty sees weighs a twentieth.
    """
    names = [name for name, _ in reasons()]
    arrivals = _value(told, way, "arrivals", "all", "total")
    spent = [Spent("all", tuple(_value(told, way, name, "all") for name in names))]
    for stop in told.populations("stop") if arrivals > 0 else ():
        visits = _value(told, way, "visits", stop, "total") / arrivals
        spent.append(Spent(stop, tuple(visits * _value(told, way, name, stop) for name in names)))
    return [spent[0], *(one for one in spent[1:] if any(one.minutes))]


def _value(told: Told, way: Way, measure: str, population: str, statistic: str = "mean") -> float:
    there = told.of(way, measure, population, statistic)
    return 0.0 if there is None else there.value
