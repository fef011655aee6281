"""Confidence intervals for means, ratios of means and quantiles over independent replications.

Days at a border are skewed: most are quiet, some are bad. Student's interval then covers less
than its name says (92 % with 20 days of an M/M/1 queue), so its bounds are corrected for the
skewness that is seen. Measured coverage: docs/statistics.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Estimates with their intervals, one for each column.

    Attributes
    ----------
    estimate
        Estimate from the replications that have a value; nan where none has.
    low, high
        Bounds of the interval; nan where fewer than two replications have a value, infinite
        where the replications can't bound it.
    replications
        Number of replications that have a value.
    """

    estimate: Floats
    low: Floats
    high: Floats
    replications: NDArray[np.int64]

    @property
    def half_width(self) -> Floats:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return intervals for the means of independent replications.

    Parameters
    ----------
    values
        One row for each replication, one column for each measure; nan: no value.
    confidence
        Nominal coverage of each interval on its own, between 0 and 1.

    Returns
    -------
    Interval
        ``[mean - G(t) s / sqrt(n), mean - G(-t) s / sqrt(n)]``, t being the quantile of
        Student's distribution with n - 1 degrees of freedom, and G the correction for
        skewness (Willink, A confidence interval and test for the mean of an asymmetric
        distribution, Communications in Statistics - Theory and Methods 34 (2005) 753-766).
        Without skewness, or with two replications, it is Student's (Law, Simulation Modeling
        and Analysis, 5th ed., 4.5). Every replication weighs the same, however many vehicles
        it saw.
    """
    table = np.asarray(values, dtype=np.float64)
    n, mean, spread = _centred(table)
    error = _deviation(spread, n) / np.sqrt(np.maximum(n, 1))
    below, above = _bounds(n, spread, confidence)
    nan = np.nan
    return Interval(
        estimate=np.where(n > 0, mean, nan),
        low=np.where(n > 1, mean - below * error, nan),
        high=np.where(n > 1, mean + above * error, nan),
        replications=n,
    )


def ratio_interval(
    numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Return intervals for ratios of two means whose values come in pairs.

    Parameters
    ----------
    numerator, denominator
        One row for each replication, one column for each measure; a pair counts where both
        have a value.
    confidence
        Nominal coverage of each interval on its own, between 0 and 1.

    Returns
    -------
    Interval
        The ratio r of the means and Fieller's interval: all r for which 0 lies in the interval
        for the mean of ``numerator - r * denominator``, with the correction for skewness of
        `mean_interval` (taken at the estimate). Where the denominator's mean can't be told
        from 0 that set is unbounded, and the bounds are infinite (Fieller, Some problems in
        interval estimation, J. R. Statist. Soc. B 16 (1954) 175-185).
    """
    above = np.asarray(numerator, dtype=np.float64)
    below = np.asarray(denominator, dtype=np.float64)
    both = ~(np.isnan(above) | np.isnan(below))
    n, top, spread_top = _centred(np.where(both, above, np.nan))
    _, bottom, spread_bottom = _centred(np.where(both, below, np.nan))
    sign = np.where(bottom < 0, -1.0, 1.0)  # so that a larger ratio has a smaller difference
    top, spread_top = sign * top, sign * spread_top
    bottom, spread_bottom = sign * bottom, sign * spread_bottom
    some = np.maximum(n, 1)
    scale = some * np.maximum(n - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(n > 0, top / bottom, np.nan)
        residual = spread_top - np.nan_to_num(ratio, posinf=0, neginf=0) * spread_bottom
        bounds = []
        for quantile, side in zip(_bounds(n, residual, confidence), (-1, 1), strict=True):
            k = quantile**2 / scale
            a = bottom**2 - k * (spread_bottom**2).sum(axis=0)
            b = top * bottom - k * (spread_top * spread_bottom).sum(axis=0)
            c = top**2 - k * (spread_top**2).sum(axis=0)
            root = np.sqrt(np.maximum(b**2 - a * c, 0.0))
            bounds.append(np.where(a > 0, (b + side * root) / a, side * np.inf))
    low, high = bounds
    unbounded = np.isinf(low) | np.isinf(high)
    known = (n > 1) & (bottom != 0)
    return Interval(
        estimate=np.where(bottom != 0, ratio, np.nan),
        low=np.where(known, np.where(unbounded, -np.inf, low), np.nan),
        high=np.where(known, np.where(unbounded, np.inf, high), np.nan),
        replications=n,
    )


def quantile_interval(values: ArrayLike, share: float, confidence: float = 0.95) -> Interval:
    """Return intervals for a quantile over replications, such as the 90th percentile of days.

    Parameters
    ----------
    values
        One row for each replication, one column for each measure; nan: no value.
    share
        Which quantile, between 0 and 1.
    confidence
        Nominal coverage of each interval on its own, between 0 and 1.

    Returns
    -------
    Interval
        The median-unbiased sample quantile (Hyndman and Fan, Sample quantiles in statistical
        packages, American Statistician 50 (1996) 361-365, type 8) between order statistics,
        interpolated so that the coverage is as asked for whatever the distribution (Nyblom,
        Note on interpolated order statistics, Statistics & Probability Letters 14 (1992)
        129-131). A bound is infinite where there are too few replications for it: 36 are
        needed for the 90th percentile, 72 for the 95th.
    """
    table = np.asarray(values, dtype=np.float64)
    columns = table.reshape(len(table), -1)
    found = np.full((3, columns.shape[1]), np.nan)
    tail = (1 - confidence) / 2
    for number, column in enumerate(columns.T):
        ordered = np.sort(column[~np.isnan(column)])
        if len(ordered):
            found[0, number] = np.quantile(ordered, share, method="median_unbiased")
        if len(ordered) > 1:
            found[1, number] = -_upper_bound(-ordered[::-1], 1 - share, 1 - tail)
            found[2, number] = _upper_bound(ordered, share, 1 - tail)
    estimate, low, high = found.reshape(3, *table.shape[1:])
    return Interval(estimate, low, high, (~np.isnan(table)).sum(axis=0))


def _upper_bound(ordered: Floats, share: float, level: float) -> float:
    """Return an upper confidence bound of a quantile, interpolated between order statistics."""
    from scipy.special import bdtr

    n = len(ordered)
    # The r-th smallest value is at least the quantile with this probability, r = 1..n.
    reached = bdtr(np.arange(n), n, share)
    r = int(np.searchsorted(reached, level, side="right"))
    if r == n:
        return float("inf")
    if r == 0:
        return float(ordered[0])
    more, less = reached[r] - level, level - reached[r - 1]
    weight = 1 / (1 + r * (1 - share) * more / ((n - r) * share * less)) if less > 0 else 0.0
    return float((1 - weight) * ordered[r - 1] + weight * ordered[r])


def _centred(table: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return how many values there are, their mean, and each one's distance from it (or 0)."""
    there = ~np.isnan(table)
    n = there.sum(axis=0)
    mean = np.where(there, table, 0.0).sum(axis=0) / np.maximum(n, 1)
    return n, mean, np.where(there, table - mean, 0.0)


def _deviation(spread: Floats, n: NDArray[np.int64]) -> Floats:
    deviation: Floats = np.sqrt((spread**2).sum(axis=0) / np.maximum(n - 1, 1))
    return deviation


def _bounds(n: NDArray[np.int64], spread: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return how many standard errors the interval of a mean reaches below and above it."""
    from scipy.special import stdtrit

    t = np.asarray(stdtrit(np.maximum(n - 1, 1), (1 + confidence) / 2), dtype=np.float64)
    deviation = _deviation(spread, n)
    cubes = ((spread / np.where(deviation > 0, deviation, 1.0)) ** 3).sum(axis=0)
    skewness = n * cubes / np.maximum((n - 1) * (n - 2), 1)
    a = np.where(n > 2, skewness / (6 * np.sqrt(np.maximum(n, 1))), 0.0)
    corrected = np.abs(a) > 1e-8  # below, rounding would be larger than the correction
    safe = np.where(corrected, a, 1.0)

    def transformed(r: Floats) -> Floats:
        return np.where(corrected, (np.cbrt(1 + 6 * safe * (r - safe)) - 1) / (2 * safe), r)

    return transformed(t), -transformed(-t)
