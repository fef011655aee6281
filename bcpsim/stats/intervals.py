"""Confidence intervals for means, ratios of means and quantiles over independent replications.

Days at a border are skewed: most are quiet, some are bad. Student's interval then covers less
than its name says (91 % with 20 days of an M/M/1 queue), so it is lengthened on the side of the
long tail. Measured coverage: docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Callable
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
        ``mean -+ t s / sqrt(n)``, t being the quantile of Student's distribution with n - 1
        degrees of freedom (Law, Simulation Modeling and Analysis, 5th ed., 4.5). Towards the
        long tail of skewed values t is replaced by ``G(t)``, the correction for skewness of
        Willink (A confidence interval and test for the mean of an asymmetric distribution,
        Communications in Statistics - Theory and Methods 34 (2005) 753-766). He shortens the
        other side; that isn't done here, for it takes coverage from symmetric values with
        outliers, such as paired differences. Every replication weighs the same, however many
        vehicles it saw.
    """
    table = np.asarray(values, dtype=np.float64)
    n, mean, spread = _centred(table)
    deviation = np.sqrt((spread**2).sum(axis=0) / np.maximum(n - 1, 1))
    below, above = _reach(n, deviation, (spread**3).sum(axis=0), confidence)
    error, nan = deviation / np.sqrt(np.maximum(n, 1)), np.nan
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
        of `mean_interval` for the mean of ``numerator - r * denominator``. Where the
        denominator's mean can't be told from 0 that set is unbounded, and the bounds are
        infinite (Fieller, Some problems in interval estimation, J. R. Statist. Soc. B 16 (1954)
        175-185).
    """
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, np.float64)
    both = ~(np.isnan(top) | np.isnan(bottom))
    n, y, spread_y = _centred(np.where(both, top, np.nan))
    _, x, spread_x = _centred(np.where(both, bottom, np.nan))
    some = np.where(x != 0, x, 1.0)
    ratio = y / some
    # Sums of products of both spreads, by the power of the ratio that they go with.
    squares = [(spread_y ** (2 - k) * spread_x**k).sum(axis=0) for k in range(3)]
    cubes = [(spread_y ** (3 - k) * spread_x**k).sum(axis=0) for k in range(4)]

    def inside(r: Floats, side: int) -> NDArray[np.bool_]:
        """Return whether a ratio above (1) or below (-1) the estimate isn't refuted."""
        variance = np.maximum(squares[0] - 2 * r * squares[1] + r**2 * squares[2], 0.0)
        third = cubes[0] - 3 * r * cubes[1] + 3 * r**2 * cubes[2] - r**3 * cubes[3]
        deviation = np.sqrt(variance / np.maximum(n - 1, 1))
        below, above = _reach(n, deviation, third, confidence)
        # Above the estimate the difference is negative, if the denominator isn't.
        upper = (side * np.sign(x)) > 0
        size = np.where(upper, above, below) * deviation / np.sqrt(np.maximum(n, 1))
        held: NDArray[np.bool_] = np.abs(y - r * x) <= size
        return held

    half = np.sqrt(np.maximum(squares[0] - 2 * ratio * squares[1] + ratio**2 * squares[2], 0.0))
    step = half / np.maximum(n, 1) / np.abs(some)  # about half a standard error or more
    low, high = (_edge(ratio, side, step, inside) for side in (-1, 1))
    unbounded = np.isinf(low) | np.isinf(high)
    known, nan = (n > 1) & (x != 0), np.nan
    return Interval(
        estimate=np.where((n > 0) & (x != 0), ratio, nan),
        low=np.where(known, np.where(unbounded, -np.inf, low), nan),
        high=np.where(known, np.where(unbounded, np.inf, high), nan),
        replications=n,
    )


def _edge(
    ratio: Floats, side: int, step: Floats, inside: Callable[[Floats, int], NDArray[np.bool_]]
) -> Floats:
    """Return the end of the stretch around a ratio that isn't refuted; infinite: no end."""
    near, far = np.zeros_like(step), np.full_like(step, np.inf)
    reach = step.copy()
    for _ in range(40):  # ten to the twelve standard errors
        held = inside(ratio + side * reach, side)
        near = np.where(held & np.isinf(far), reach, near)
        far = np.where(~held & np.isinf(far), reach, far)
        reach = 2 * reach
    end = np.where(np.isinf(far), near, far)
    for _ in range(50):
        middle = (near + end) / 2
        held = inside(ratio + side * middle, side)
        near, end = np.where(held, middle, near), np.where(held, end, middle)
    bound: Floats = ratio + side * np.where(np.isinf(far) & (step > 0), np.inf, near)
    return bound


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


def _reach(
    n: NDArray[np.int64], deviation: Floats, cubes: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """Return how many standard errors the interval of a mean reaches below and above it.

    Parameters
    ----------
    n, deviation, cubes
        Number of values, their standard deviation, and the sum of the cubes of their distances
        from the mean.
    confidence
        Nominal coverage.
    """
    from scipy.special import stdtrit

    t = np.asarray(stdtrit(np.maximum(n - 1, 1), (1 + confidence) / 2), dtype=np.float64)
    skewness = n * cubes / (np.maximum((n - 1) * (n - 2), 1) * _no_zero(deviation) ** 3)
    a = np.where((n > 2) & (deviation > 0), skewness / (6 * np.sqrt(np.maximum(n, 1))), 0.0)
    corrected = np.abs(a) > 1e-8  # below, rounding would be larger than the correction
    safe = np.where(corrected, a, 1.0)

    def transformed(r: Floats) -> Floats:
        return np.where(corrected, (np.cbrt(1 + 6 * safe * (r - safe)) - 1) / (2 * safe), r)

    # The short side stays: a skewness that only seems so would cost coverage there.
    return np.maximum(transformed(t), t), np.maximum(-transformed(-t), t)


def _no_zero(values: Floats) -> Floats:
    return np.where(values > 0, values, 1.0)
