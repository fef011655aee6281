"""How often intervals end short of the truth on each side, and how long they are.

    python tests/helpers/interval_tails.py

writes tests/golden/intervals.json, which docs/statistics.md shows and the tests hold against what
is promised. It takes about five minutes of one processor: 20,000 days of each shape are simulated
once, by the recursion of a queue's waits, and their mean is the truth of what is drawn from them.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from bcpsim.runs.estimates import cut
from bcpsim.stats import (
    Interval,
    Tally,
    change_interval,
    difference_interval,
    intervals,
    mean_interval,
    pooled_quantiles,
    pseudo_values,
    ratio_interval,
)
from bcpsim.stats.looks import levels, looks

STORED = Path(__file__).resolve().parents[1] / "golden" / "intervals.json"

DAYS = 20_000
"""Days of each shape."""

SAMPLES = 10_000
"""Intervals of each kind; the standard error of a tail of 2.5 % is 0.16 points."""

AT_ONCE = 1_000

SIZES = (10, 20, 40, 80)
"""Replications with which all is measured."""

MORE = (160, 320, 640)
"""Replications that are tried where those don't hold."""

MOST_TAIL = 3.5
"""Larger tail of what holds, in per cent: 3.2 and two standard errors of the measurement."""

SHARES = (0.5, 0.9, 0.95)
"""Percentiles over travellers."""

CLAIM = "M/M/1 from empty, 83 % busy"
"""Days of tests/data/faster.yaml."""

Floats = NDArray[np.float64]

Way = tuple[float, int]
"""Mean of the services, in min, and officers."""


def waits(
    per_hour: Sequence[float], ways: Sequence[Way], seed: int, spread: float = 0.0
) -> tuple[Floats, list[Floats]]:
    """Return arrivals and waits of days that start empty, in min; shape (travellers, days) each.

    Parameters
    ----------
    per_hour
        Expected arrivals of each hour (a Poisson process).
    ways
        For each way of working the mean of exponential services, in min, and the officers. The
        same travellers with the same draws go through each.
    seed
        Of the draws.
    spread
        Standard deviation of the logarithm of a day's factor on the traffic.
    """
    rng = np.random.default_rng(seed)
    factor = np.exp(rng.normal(-(spread**2) / 2, spread, DAYS))
    expected = np.concatenate([[0.0], np.cumsum(per_hour)])
    gone, arrivals = np.zeros(DAYS), []
    found: list[list[Floats]] = [[] for _ in ways]
    free = [np.zeros((officers, DAYS)) for _, officers in ways]
    while (gone < expected[-1]).any():
        gone += rng.exponential(1.0, DAYS) / factor
        there = gone < expected[-1]
        at = np.interp(gone, expected, 60.0 * np.arange(len(expected)))
        arrivals.append(np.where(there, at, np.nan).astype(np.float32))
        work = rng.exponential(1.0, DAYS)
        for officers, (service, _), own in zip(free, ways, found, strict=True):
            start = np.maximum(officers[0], at)
            own.append(np.where(there, start - at, np.nan).astype(np.float32))
            officers[0] = np.where(there, start + service * work, officers[0])
            officers.sort(axis=0)
    return np.array(arrivals), [np.array(own) for own in found]


@dataclass(frozen=True)
class Shape:
    """Days of two ways of working.

    Attributes
    ----------
    title
        What they are.
    values
        The measure's value of each day, shape (ways, days).
    most
        Largest value that there can be.
    """

    title: str
    values: Floats
    most: float = np.inf


def of_an_hour(measure: Callable[[Floats], Floats], rate: float, *ways: Way) -> list[Floats]:
    """Return the values of those who arrive in the fourth hour, on days on which somebody does."""
    arrivals, found = waits([rate] * 8, ways, 5)
    in_hour = (arrivals >= 180) & (arrivals < 240)
    there = in_hour.any(axis=0)
    return [measure(np.where(in_hour, one, np.nan)[:, there]) for one in found]


def mean(found: Floats) -> Floats:
    return np.nan_to_num(np.nanmean(found, axis=0))


def within(limit: float) -> Callable[[Floats], Floats]:
    return lambda found: 100 * (found <= limit).sum(axis=0) / (~np.isnan(found)).sum(axis=0)


def mixed(share: float, usual: Sequence[Floats], other: Sequence[Floats]) -> list[Floats]:
    """Return days of which a share is of another kind."""
    which = np.random.default_rng(1).random(DAYS) < share
    return [np.where(which, b, a) for a, b in zip(usual, other, strict=True)]


def shapes() -> Iterator[Shape]:
    """Yield the shapes of day."""

    def days(*args: Any, **spread: float) -> list[Floats]:
        return [mean(one) for one in waits(*args, **spread)[1]]

    def shape(title: str, values: Sequence[Floats], most: float = np.inf) -> Shape:
        return Shape(title, np.array(values, dtype=np.float64), most)

    faster = [(2.0, 1), (1.8, 1)]
    usual = days([25] * 12, faster, 9)
    rush = [10, 15, 40, 45, 40, 20, 10, 10]
    _, found = waits([25] * 10, faster, 8)
    rng = np.random.default_rng(15)
    yield shape("light: three officers, 42 % busy", days([30] * 12, [(2.5, 3), (2.3, 3)], 2))
    yield shape(CLAIM, days([25] * 12, faster, 1))
    yield shape("near saturation: 98 % busy", days([29.4] * 12, [(2.0, 1), (1.9, 1)], 3))
    yield shape(
        "heavy: overload for hours, an officer more (ratio near 0)",
        days(rush, [(2.0, 1), (2.0, 2)], 4),
    )
    yield shape("daily 95th percentile", [np.nanpercentile(one, 95, axis=0) for one in found])
    yield shape("half of the days quiet", mixed(0.5, usual, days([15] * 12, faster, 11)))
    yield shape("hour: mean wait", of_an_hour(mean, 12, (2.5, 2), (2.2, 2)))
    yield shape("hour: 33 % within 5 min", of_an_hour(within(5), 22, (2.5, 1), (2.2, 1)), most=100)
    yield shape(
        "hour: 85 % within 10 min", of_an_hour(within(10), 16, (2.5, 1), (2.2, 1)), most=100
    )
    yield shape("rare: a day of twenty is bad", mixed(0.05, usual, days([34] * 12, faster, 10)))
    yield shape("baseline near 0: few days with a wait", days([3] * 4, [(1.0, 1), (0.8, 1)], 13))
    yield shape("factor of a whole day (20 %)", days([24] * 12, faster, 12, spread=0.2))
    yield shape("independent exponential values", list(rng.exponential([[1.0], [0.5]], (2, DAYS))))
    yield shape("independent normal values", list(rng.normal([[10.0], [9.0]], 3.0, (2, DAYS))))


Estimator = Callable[[Floats, Floats, float], Interval]


@dataclass(frozen=True)
class Kind:
    """A kind of interval of the values of two ways of working, and its truth."""

    interval: Estimator
    jackknife: Estimator
    truth: Callable[[Floats, Floats], float]


def _change(baseline: Floats, alternative: Floats, confidence: float) -> Interval:
    """Return the interval of the jackknife as it stands, without the logarithm."""
    return ratio_interval(100 * (alternative - baseline), baseline, confidence)


KINDS: Mapping[str, Kind] = {
    "mean": Kind(*[lambda x, y, c: mean_interval(x, c)] * 2, lambda x, y: x.mean()),  # type: ignore[list-item]
    "difference": Kind(
        difference_interval, difference_interval, lambda x, y: float(y.mean() - x.mean())
    ),
    "change": Kind(change_interval, _change, lambda x, y: float(100 * (y.mean() / x.mean() - 1))),
}


def drawn(values: Floats, size: int, seed: int = 0) -> Iterator[Floats]:
    """Yield samples of days, shape (ways, replications, intervals) each."""
    for part in range(SAMPLES // AT_ONCE):
        rng = np.random.default_rng([size, part, seed])
        yield values[:, rng.integers(0, values.shape[1], (size, AT_ONCE))]


def summary(
    found: Sequence[Interval], students: Sequence[Interval], truth: float
) -> dict[str, Any]:
    """Return both tails in per cent, and lengths as multiples of Student's; None: unbounded."""
    low, high = (np.concatenate([getattr(one, name) for one in found]) for name in ("low", "high"))
    length, usual = high - low, np.concatenate([2 * one.half_width for one in students])
    bounded = np.isfinite(length) & np.isfinite(usual)
    length, usual = length[bounded], usual[bounded]
    some = len(length) > SAMPLES / 2
    longest, usual_longest = (np.quantile(one, 0.95) if some else 0.0 for one in (length, usual))
    return {
        "below": round(100 * float(np.mean(truth < low)), 2),
        "above": round(100 * float(np.mean(truth > high)), 2),
        "length": round(float(length.mean() / usual.mean()), 2) if some else None,
        "length_95": round(float(longest / usual_longest), 2) if some else None,
        "unbounded": round(100 * float(np.mean(~bounded)), 1),
    }


def students(estimator: Callable[..., Interval], *args: Any) -> Interval:
    """Return an interval without the correction for skewness."""
    with patch.object(intervals, "FARTHEST", 1.0):
        return estimator(*args)


def tails(kind: str, shape: Shape, size: int) -> dict[str, Any]:
    """Return both tails and the length of a kind of interval."""
    one = KINDS[kind]

    def shown(interval: Interval) -> Interval:
        return cut(interval, 0.0, shape.most) if kind == "mean" else interval

    pairs = [
        (shown(one.interval(x, y, 0.95)), shown(students(one.jackknife, x, y, 0.95)))
        for x, y in drawn(shape.values, size)
    ]
    found = summary(*zip(*pairs, strict=True), one.truth(*shape.values))  # type: ignore[arg-type]
    return {"kind": kind, "shape": shape.title, "replications": size, **found}


def holds(row: Mapping[str, Any]) -> bool:
    """Return whether both tails are as small as promised."""
    return bool(max(row["below"], row["above"]) <= MOST_TAIL)


def until_held(measured: Callable[[int], list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield what is measured with few replications, and with more up to where all hold."""
    for size in (*SIZES, *MORE):
        rows = measured(size)
        yield from rows
        if size >= SIZES[-1] and all(map(holds, rows)):
            return


@cache
def travellers() -> tuple[Floats, Floats, list[Floats]]:
    """Return sums of waits and numbers of travellers by day, and all waits.

    Half of the days have half of the traffic.
    """
    _, usual = waits([25] * 12, [(2.0, 1), (1.8, 1)], 21)
    _, quiet = waits([12.5] * 12, [(2.0, 1), (1.8, 1)], 22)
    which = np.random.default_rng(23).random(DAYS) < 0.5
    most = max(len(usual[0]), len(quiet[0]))

    def filled(one: Floats) -> Floats:
        rows = np.full((most - len(one), DAYS), np.nan, dtype=np.float32)
        return np.concatenate([one, rows])

    found = [np.where(which, filled(b), filled(a)) for a, b in zip(usual, quiet, strict=True)]
    total = np.array([np.nansum(one, axis=0, dtype=np.float64) for one in found])
    return total, (~np.isnan(found[0])).sum(axis=0).astype(np.float64), found


def tails_over_travellers(size: int) -> list[dict[str, Any]]:
    """Return tails of means, differences and changes in which each traveller weighs the same."""
    total, count, _ = travellers()
    means = total.sum(axis=1) / count.sum()
    both = np.concatenate([total, count[None]])
    truths = (means[0], means[1] - means[0], 100 * (means[1] / means[0] - 1))
    found: list[list[tuple[Interval, Interval]]] = [[], [], []]
    for before, after, number in drawn(both, size):
        found[0].append((ratio_interval(before, number), students(ratio_interval, before, number)))
        x, y = pseudo_values(before, number), pseudo_values(after, number)
        found[1].append((difference_interval(x, y), students(difference_interval, x, y)))
        found[2].append((change_interval(x, y), students(_change, x, y, 0.95)))
    return [
        {
            "kind": f"{kind} over travellers",
            "shape": "half of the days with half of the traffic",
            "replications": size,
            **summary(*zip(*pairs, strict=True), truth),  # type: ignore[arg-type]
        }
        for kind, pairs, truth in zip(KINDS, found, truths, strict=True)
    ]


def tails_of_percentiles(size: int) -> list[dict[str, Any]]:
    """Return tails of percentiles of all travellers together."""
    _, _, found = travellers()
    points = np.concatenate([[0.0], np.geomspace(0.05, 400.0, 150)])
    some = found[0][:, : DAYS // 4]
    counts = np.array([(some <= point).sum(axis=0) for point in points]).T
    gaps = np.concatenate([counts - share * counts[:, -1:] for share in SHARES], axis=1)
    whole = Tally(points, SHARES, 1, powers(gaps, np.ones((1, len(gaps)))))
    truths = pooled_quantiles(whole).estimate
    pairs = []
    for part in range(SAMPLES // AT_ONCE):
        rng = np.random.default_rng([size, part])
        chosen = rng.multinomial(size, np.full(len(gaps), 1 / len(gaps)), AT_ONCE)
        tally = Tally(points, SHARES, size, powers(gaps, chosen.astype(np.float64)))
        pairs.append((pooled_quantiles(tally), students(pooled_quantiles, tally)))
    rows = []
    for number, (share, truth) in enumerate(zip(SHARES, truths, strict=True)):
        mine = range(number, len(SHARES) * AT_ONCE, len(SHARES))
        own = [(one.of(mine), other.of(mine)) for one, other in pairs]
        rows.append(
            {
                "kind": f"{100 * share:.0f}th percentile over travellers",
                "shape": "half of the days with half of the traffic",
                "replications": size,
                **summary(*zip(*own, strict=True), float(truth)),  # type: ignore[arg-type]
            }
        )
    return rows


def powers(gaps: Floats, weights: Floats) -> Floats:
    """Return the sums of a tally, a column for each row of weights."""
    sums = np.array([weights @ gaps**k for k in (1, 2, 3)])
    return np.moveaxis(sums.reshape(3, len(weights), len(SHARES), -1), 2, 1)


def verdicts(kind: str, shape: Shape, first: int, last: int) -> dict[str, Any]:
    """Return how often a threshold at the truth is crossed on each side at any of the looks."""
    one, truth = KINDS[kind], KINDS[kind].truth(*shape.values)
    numbers = looks(first, last)
    below, above = [], []
    for x, y in drawn(shape.values, last, seed=1):
        found = [
            one.interval(x[:number], y[:number], confidence)
            for number, confidence in zip(numbers, levels(numbers, 0.95), strict=True)
        ]
        below.append(np.any([truth < look.low for look in found], axis=0))
        above.append(np.any([truth > look.high for look in found], axis=0))
    return {
        "kind": f"verdict on a {kind}",
        "shape": shape.title,
        "replications": last,
        "first": numbers[0],
        "below": round(100 * float(np.mean(below)), 2),
        "above": round(100 * float(np.mean(above)), 2),
    }


def main() -> None:
    """Measure everything and store it."""
    warnings.simplefilter("ignore", RuntimeWarning)  # days on which nobody comes
    rows: list[dict[str, Any]] = []
    for shape in shapes():
        for kind in KINDS:
            rows += until_held(lambda size, k=kind, s=shape: [tails(k, s, size)])  # type: ignore[misc]
        rows += [verdicts("change", shape, first, 1280) for first in (40, 80)]
        print(shape.title, file=sys.stderr, flush=True)
    rows += until_held(tails_over_travellers)
    rows += until_held(tails_of_percentiles)
    lines = ",\n".join(json.dumps(row) for row in rows)
    STORED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
