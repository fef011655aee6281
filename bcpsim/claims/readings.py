"""Readings of a claim: the measures that people call by the same word.

The WCO's Time Release Study counts from arrival to release, agencies count the officer's work,
US statistics the wait until the first booth: all of them are called processing time somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from bcpsim.claims.file import ClaimFile, Reading
from bcpsim.errors import InputError
from bcpsim.kpi import SHOWN, Row, Titles, find_row
from bcpsim.plan import Plan

PROCESSING_TIME = ("service_time", "processing_time", "waiting_time", "time_in_system")
"""Measures that are called processing time."""

_AT_FIRST_STOP = ("waiting_time", "service_time")
"""Measures that are also called so at the first stop alone."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One value in each way of working.

    Attributes
    ----------
    title
        Words for people.
    rows
        The value in the baseline and in each alternative.
    """

    title: str
    rows: tuple[Row, ...]


def named_reading(
    claim: ClaimFile, reading: Reading, titles: Titles, rows: Sequence[Sequence[Row]]
) -> Pair:
    """Return a reading that a claim file names, with its row in each way of working.

    Parameters
    ----------
    claim, reading
        The claim, and the reading of it.
    titles
        Those of the baseline's measures.
    rows
        The values that baseline and alternatives have.

    Raises
    ------
    InputError
        If one of them has no such value.
    """
    others = claim.named(reading.alternative or reading.baseline)
    pair = (
        find_row(rows[0], claim.named(reading.baseline)),
        *(find_row(row, others) for row in rows[1:]),
    )
    return Pair(reading.title or titles.value(pair[0]), pair)


def usual_readings(
    claim: ClaimFile, plans: Sequence[Plan], rows: Sequence[Sequence[Row]]
) -> list[Pair]:
    """Return the readings of "processing time", for a claim whose measure is one of them.

    Parameters
    ----------
    claim
        The claim.
    plans, rows
        Baseline and alternatives, and the values that they have.
    """
    measure, *rest = claim.named(claim.measure).split("/")
    if measure.strip() not in PROCESSING_TIME:
        return []
    population = rest[0].strip() if rest else "all"
    titles = Titles.of(plans[0])
    readings = []
    for name in PROCESSING_TIME:
        for statistic in SHOWN:
            with suppress(InputError):  # a value at a stop hasn't got all measures
                wanted = f"{name}/{population}/{statistic}"
                pair = tuple(find_row(row, wanted) for row in rows)
                readings.append(Pair(titles.value(pair[0]), pair))
    stops = [_first_stop(plan) for plan in plans]
    suffix = f" {population}" if population.startswith("class=") else ""
    for name in _AT_FIRST_STOP:
        for statistic in SHOWN:
            with suppress(InputError):
                pair = tuple(
                    find_row(row, f"{name}/stop={stop}{suffix}/{statistic}")
                    for row, stop in zip(rows, stops, strict=True)
                )
                title = titles.value(Row(name, population, statistic))
                readings.append(Pair(f"{title}, at the first stop", pair))
    return readings


def _first_stop(plan: Plan) -> str | None:
    """Return the stop to which everybody comes first, None if there are several."""
    stops = {plan.steps[k].stop for route in plan.entry for k in route.targets if k >= 0}
    return plan.stops[stops.pop()].name if len(stops) == 1 else None
