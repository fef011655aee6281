"""Notes on results that depend on how long is simulated, in a planner's words.

Where more work arrives than can be done, or vehicles block one another, a queue grows as long as
the run lasts: another horizon gives other waits. Who is still inside at the end has no wait yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.demand.offered import offered_load
from bcpsim.files.units import how_many, written_out
from bcpsim.kpi import Row, find_row
from bcpsim.kpi.overload import overloads
from bcpsim.plan import Plan
from bcpsim.plan.circles import circles
from bcpsim.stats import mean_interval

Floats = NDArray[np.float64]

MANY_INSIDE = 0.05
"""Share of the arrivals still inside from which it is told: beyond it a 95th percentile may be
that of somebody who isn't counted."""

FEW_WAITING = 1.0
"""A queue of so many on average in the last hour is gone."""

_FOR_EVER = "blocked_for_ever"

_QUARTERS = 4
_GROWTH = 1.25
"""How much longer a queue is in the last quarter of the run than in the one before, where it
grows: one that grows steadily from nothing is 7/5 as long."""


def notes(
    plan: Plan,
    rows: Sequence[Row],
    totals: Floats,
    hourly_rows: Sequence[Row],
    hourly: Floats,
) -> tuple[str, ...]:
    """Return what makes a result depend on how long is simulated.

    Parameters
    ----------
    plan
        The compiled scenario.
    rows, totals
        What was measured, shape (replications, rows).
    hourly_rows, hourly
        The same by hour, shape (replications, hourly rows, hours); without rows no queue is
        looked at.
    """
    return (
        *overloads(plan, offered_load(plan), _cleared(plan, hourly_rows, hourly)),
        *_growing(plan, hourly_rows, hourly),
        *_inside(plan, rows, totals),
        *_blocked(plan, rows, totals),
        *_starts_again(plan, len(totals)),
    )


def of_variants(notes_of: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the notes of several variants, each once, with the names of those it is true of.

    Parameters
    ----------
    notes_of
        The notes of each variant; those of one alone need no name.
    """
    holders: dict[str, list[str]] = {}
    for name, of_variant in notes_of.items():
        for note in of_variant:
            holders.setdefault(note, []).append(name)
    if len(notes_of) == 1:
        return tuple(holders)
    return tuple(f"{', '.join(names)}: {note}" for note, names in holders.items())


def _cleared(plan: Plan, rows: Sequence[Row], hourly: Floats) -> set[int]:
    """Return the stops at which no more wait in the last hour than in half of the hours."""
    if not rows:
        return set()
    lengths = [_lengths(rows, hourly, stop.name).mean(axis=0) for stop in plan.stops]
    return {
        number
        for number, own in enumerate(lengths)
        if own[-1] <= max(_GROWTH * np.median(own), FEW_WAITING)
    }


def _lengths(rows: Sequence[Row], hourly: Floats, stop: str) -> Floats:
    """Return the mean length of a stop's queue, shape (replications, hours)."""
    found: Floats = hourly[:, rows.index(Row("queue_length", f"stop={stop}", "mean")), :]
    return found


def _growing(plan: Plan, rows: Sequence[Row], hourly: Floats) -> Iterator[str]:
    """Yield the stops at which the queue is longer in each quarter of the run."""
    hours = len(plan.hours)
    if hours < _QUARTERS or not rows:
        return
    length = np.diff(plan.hours)[:, 0]
    parts = [range(k * hours // _QUARTERS, (k + 1) * hours // _QUARTERS) for k in range(_QUARTERS)]
    for stop in plan.stops:
        lengths = _lengths(rows, hourly, stop.name)
        quarters = np.stack(
            [lengths[:, part] @ length[part] / length[part].sum() for part in parts], axis=1
        )
        means = quarters.mean(axis=0)
        if not ((np.diff(means) > 0).all() and means[-1] >= max(_GROWTH * means[-2], 1.0)):
            continue
        if lengths[:, parts[-1]].mean(axis=0).min() <= means[-2]:
            continue  # a peak, such as a weekend's: there are hours in which it has gone
        if len(quarters) > 1 and mean_interval(np.diff(quarters)[:, -1:]).low[0] <= 0:
            continue  # as it comes by chance
        *shown, last = map(written_out, means.tolist())
        yield (
            f"{stop.title}: the queue grows as long as the run lasts (on average "
            f"{', '.join(shown)} and {last} wait in its four quarters): a longer one would give "
            "longer waits"
        )


def _inside(plan: Plan, rows: Sequence[Row], totals: Floats) -> Iterator[str]:
    """Yield how many are still inside at the end, where they are many."""
    inside, arrivals = (
        float(totals[:, rows.index(find_row(rows, name))].mean())
        for name in ("inside_at_end", "arrivals")
    )
    if inside > MANY_INSIDE * arrivals:
        yield (
            f"{written_out(inside)} of {written_out(arrivals, 4)} {plan.counted} "
            f"({100 * inside / arrivals:.0f} %) are still inside at the end: waits are those of "
            "who left, and too short for all"
        )


def _blocked(plan: Plan, rows: Sequence[Row], totals: Floats) -> Iterator[str]:
    """Yield at which stops vehicles block one another for ever, and how many can't move on."""
    blocked = {
        row.population: totals[:, k] for k, row in enumerate(rows) if row.measure == _FOR_EVER
    }
    for circle in circles(plan):
        counts = np.stack([blocked[f"stop={plan.stops[k].name}"] for k in circle])
        when = counts.sum(axis=0) > 0
        if not when.any():
            continue
        at = dict(zip(circle, counts[:, when].mean(axis=1), strict=True))
        parts = [
            f"{written_out(mean)} at {plan.stops[k].title} (waiting area {_area(plan, k)})"
            for k, mean in at.items()
            if mean > 0
        ]
        blocking = [plan.stops[k].title for k, mean in at.items() if mean > 0]
        average = " on average" if when.sum() > 1 else ""
        yield (
            f"{' and '.join(blocking)} block one another for ever in {when.sum()} of {len(when)} "
            f"replications: at the end{average} {written_out(sum(at.values()))} {plan.counted} can "
            f"never move on, {' and '.join(parts)}, as each needs a place where the others wait"
        )


def _area(plan: Plan, stop: int) -> str:
    area = plan.areas[plan.stops[stop].area]
    return f"{area.title} with {how_many(area.places or 0, 'place')}"


def _starts_again(plan: Plan, replications: int) -> Iterator[str]:
    """Tell if replications begin with the end of the same replication of an earlier run."""
    for source in plan.sources:
        starts = 0 if source.waiting is None else len(source.waiting.lists)
        if 1 < starts < replications:
            yield (
                f"{source.name}: its table has {starts} replications, so that several of the "
                f"{replications} here begin alike and intervals are too narrow; run {starts}, or "
                "take a table of more"
            )
