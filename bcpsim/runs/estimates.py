"""Estimates over replications, weighing each replication or each traveller the same.

No interval reaches beyond the values that its measure can have: what is cut off can't be the
true value, so that the coverage stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bcpsim.kpi import PERCENTILES, Row
from bcpsim.kpi.rows import counted_by
from bcpsim.stats import (
    Interval,
    Tally,
    change_interval,
    difference_interval,
    mean_interval,
    pooled_quantiles,
    pseudo_values,
    ratio_interval,
)

Weight = Literal["replication", "traveller"]

CHANGES = (-100.0, np.inf)
"""Changes in per cent that there can be: no measure falls below 0."""


def estimates(
    rows: Sequence[Row],
    totals: NDArray[np.float64],
    weight: Weight = "replication",
    confidence: float = 0.95,
    *,
    tally: Tally | None = None,
) -> Interval:
    """Return estimates with intervals, one for each row.

    Parameters
    ----------
    rows, totals
        What was measured, shape (replications, rows).
    weight
        ``replication``: each replication weighs the same. ``traveller``: each traveller of all
        replications weighs the same, in the rows for which `weighs_travellers` holds.
    confidence
        Nominal coverage of each interval on its own.
    tally
        Of the times of all travellers: without it percentiles weigh replications.

    Returns
    -------
    Interval
        Means over replications. For travellers the ratio of two means, the sum over the
        travellers of a replication and their number (ratio estimator; Law, Simulation Modeling
        and Analysis, 5th ed., 9.3), with the interval of `bcpsim.stats.ratio_interval`, and
        percentiles of all of them by `bcpsim.stats.pooled_quantiles`. Cut to what each row can
        be.
    """
    interval = mean_interval(totals, confidence)
    places = [k for k, row in enumerate(rows) if has_number(row)]
    if weight == "traveller" and places:
        total, count = _sums(rows, totals, places)
        any_counted = np.asarray((count > 0).any(axis=0))
        _put(interval, places, ratio_interval(total, count, confidence), any_counted)
    if weight == "traveller" and tally is not None:
        places = [k for k, row in enumerate(rows) if row.statistic in PERCENTILES]
        quantiles = pooled_quantiles(tally, confidence)
        _put(interval, places, quantiles, ~np.isnan(quantiles.estimate))
    return cut(interval, 0.0, [row.most for row in rows])


def differences(
    rows: Sequence[Row], baseline: ArrayLike, alternative: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Return differences of paired replications, one for each row.

    Parameters
    ----------
    rows, baseline, alternative
        What was measured, shape (replications, rows) each.
    confidence
        Nominal coverage of each interval on its own.

    Returns
    -------
    Interval
        As `bcpsim.stats.difference_interval`, cut where a row has a largest value: shares
        differ by 100 points at most.
    """
    most = np.array([row.most for row in rows])
    return cut(difference_interval(baseline, alternative, confidence), -most, most)


def changes(baseline: ArrayLike, alternative: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return changes of the mean of paired replications in per cent, one for each row.

    Parameters
    ----------
    baseline, alternative
        Values of measures, shape (replications, rows) each.
    confidence
        Nominal coverage of each interval on its own.

    Returns
    -------
    Interval
        As `bcpsim.stats.change_interval`, cut at -100 %: no measure falls below 0.
    """
    return cut(change_interval(baseline, alternative, confidence), *CHANGES)


def cut(interval: Interval, least: ArrayLike, most: ArrayLike) -> Interval:
    """Return intervals cut off at the smallest and largest value that a measure can have.

    Parameters
    ----------
    interval
        Any; infinite bounds say that nothing is known, and stay.
    least, most
        Smallest and largest value, for all columns or one for each.
    """

    def inside(bound: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(np.isinf(bound), bound, np.clip(bound, least, most))

    # By rounding an estimate may lie a little outside; its interval holds it all the same.
    return replace(
        interval,
        low=np.minimum(inside(interval.low), interval.estimate),
        high=np.maximum(inside(interval.high), interval.estimate),
    )


def per_traveller(rows: Sequence[Row], totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return totals from which means over all travellers of all replications follow.

    Parameters
    ----------
    rows, totals
        What was measured, shape (replications, rows).

    Returns
    -------
    ndarray
        In the rows for which `has_number` holds the pseudo-values of `bcpsim.stats.pseudo_values`,
        whose mean is that over all travellers: two of them are compared like any other values.
    """
    places = [k for k, row in enumerate(rows) if has_number(row)]
    weighed = totals.copy()
    if places:
        weighed[:, places] = pseudo_values(*_sums(rows, totals, places))
    return weighed


def has_number(row: Row) -> bool:
    """Return whether a row is a mean over travellers whose number is known."""
    return bool(counted_by(row))


def weighs_travellers(row: Row) -> bool:
    """Return whether each traveller can weigh the same: a percentile, or a mean of known number."""
    return row.statistic in PERCENTILES or has_number(row)


def _sums(
    rows: Sequence[Row], totals: NDArray[np.float64], places: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sums over the travellers of each replication, and how many there are."""
    index = {row: k for k, row in enumerate(rows)}
    count = np.stack(
        [
            sum(
                (sign * totals[:, index[row]] for sign, row in counted_by(rows[k]) if row in index),
                np.zeros(len(totals)),
            )
            for k in places
        ],
        axis=1,
    )
    # A replication without travellers adds nothing to either.
    return np.where(count > 0, totals[:, places] * count, 0.0), count


def _put(
    interval: Interval, places: Sequence[int], estimated: Interval, present: NDArray[np.bool_]
) -> None:
    """Put what was found for some rows in their places, nan where nobody was there."""
    for name in ("estimate", "low", "high"):
        getattr(interval, name)[places] = np.where(present, getattr(estimated, name), np.nan)
