"""Confidence intervals for means, ratios of means and quantiles over independent replications.

Days at a border are skewed: most are quiet, some are bad. Student's interval then ends short of
the true value too often on the side of the long tail (9 % instead of 2.5 with 20 days of an M/M/1
queue), so it is lengthened there. Both tails and the lengths, measured: docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SMALL_SAMPLE = 30
"""The skewness of n values counts 1 + 30 / n times: few values seldom show the long tail."""

FARTHEST = 2.0
"""Most by which the side of the long tail is longer than Student's: beyond it is mostly noise."""


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

    def of(self, columns: Sequence[int]) -> Interval:
        """Return the estimates of some columns, in their order."""
        picked = list(columns)
        return Interval(
            self.estimate[picked], self.low[picked], self.high[picked], self.replications[picked]
        )


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
        long tail of skewed values t is replaced by that of `reach`. Every replication weighs
        the same, however many vehicles it saw.
    """
    table = np.asarray(values, dtype=np.float64)
    n, mean, spread = _centred(table)
    deviation = np.sqrt((spread**2).sum(axis=0) / np.maximum(n - 1, 1))
    below, above = reach(n, deviation, (spread**3).sum(axis=0), confidence)
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
        The ratio of the means. Leaving out one pair after the other gives n ratios, and n
        pseudo-values ``n * ratio - (n - 1) * ratio without the pair``; the interval reaches as
        far from the ratio as that of `mean_interval` from their mean (jackknife; Miller, The
        jackknife - a review, Biometrika 61 (1974) 1-15). Where the denominator's mean can't be
        told from 0, no bounded interval can hold the ratio with a given probability, and the
        bounds are infinite (Fieller, Some problems in interval estimation, J. R. Statist. Soc.
        B 16 (1954) 175-185). Fieller's own interval covers less for skewed pairs: 92 to 94 %
        with 20 days of M/M/1 queues.
    """
    ratio, pseudo, bounded, n = _jackknife(numerator, denominator, confidence)
    with np.errstate(invalid="ignore"):
        of_pseudo = mean_interval(pseudo, confidence)
        low = np.where(bounded, ratio - (of_pseudo.estimate - of_pseudo.low), -np.inf)
        high = np.where(bounded, ratio + (of_pseudo.high - of_pseudo.estimate), np.inf)
    known = (n > 1) & ~np.isnan(ratio)
    return Interval(
        estimate=ratio,
        low=np.where(known, low, np.nan),
        high=np.where(known, high, np.nan),
        replications=n,
    )


def pseudo_values(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """Return a value for each pair, such that their mean is the ratio of the means.

    They vary as the ratio errs, so that ratios are compared by comparing these, pair by pair.

    Parameters
    ----------
    numerator, denominator
        As for `ratio_interval`.

    Returns
    -------
    ndarray
        The pseudo-values of the jackknife, moved by what their mean differs from the ratio; nan
        where the denominator's mean can't be told from 0 (at 95 %).
    """
    ratio, pseudo, bounded, _ = _jackknife(numerator, denominator, 0.95)
    known = np.where(bounded, pseudo, np.nan)
    _, mean, _ = _centred(known)
    return known - mean + ratio


def _jackknife(
    numerator: ArrayLike, denominator: ArrayLike, confidence: float
) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]:
    """Return ratios, pseudo-values, whether denominators differ from 0, and numbers of pairs."""
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, np.float64)
    both = ~(np.isnan(top) | np.isnan(bottom))
    y, x = np.where(both, top, 0.0), np.where(both, bottom, 0.0)
    n, sum_y, sum_x = both.sum(axis=0), y.sum(axis=0), x.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(sum_x != 0, sum_y / sum_x, np.nan)
        without = (sum_y - y) / (sum_x - x)
        pseudo = np.where(both, ratio + (n - 1) * (ratio - without), np.nan)
        of_bottom = mean_interval(np.where(both, bottom, np.nan), confidence)
    return ratio, pseudo, (of_bottom.low > 0) | (of_bottom.high < 0), n


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
    bounds = np.full((3, columns.shape[1]), np.nan)
    tail = (1 - confidence) / 2
    for number, column in enumerate(columns.T):
        ordered = np.sort(column[~np.isnan(column)])
        if len(ordered):
            bounds[0, number] = np.quantile(ordered, share, method="median_unbiased")
        if len(ordered) > 1:
            bounds[1, number] = -_upper_bound(-ordered[::-1], 1 - share, 1 - tail)
            bounds[2, number] = _upper_bound(ordered, share, 1 - tail)
    estimate, low, high = bounds.reshape(3, *table.shape[1:])
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
    present = ~np.isnan(table)
    n = present.sum(axis=0)
    mean = np.where(present, table, 0.0).sum(axis=0) / np.maximum(n, 1)
    return n, mean, np.where(present, table - mean, 0.0)


def reach(
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

    Returns
    -------
    tuple of ndarray
        The quantile t of Student's distribution; on the side of the long tail the correction
        for skewness of Willink (A confidence interval and test for the mean of an asymmetric
        distribution, Communications in Statistics - Theory and Methods 34 (2005) 753-766), in
        which the skewness is enlarged for small samples (`SMALL_SAMPLE`) and the reach ends at
        2 t (`FARTHEST`). He shortens the other side; that isn't done here, for it takes
        coverage from symmetric values with outliers, such as paired differences.
    """
    from scipy.special import stdtrit

    t = np.asarray(stdtrit(np.maximum(n - 1, 1), (1 + confidence) / 2), dtype=np.float64)
    size = np.where(deviation > 0, deviation, 1.0)
    skewness = n * cubes / (np.maximum((n - 1) * (n - 2), 1) * size**3)
    enlarged = skewness * (1 + SMALL_SAMPLE / np.maximum(n, 1))
    a = np.where((n > 2) & (deviation > 0), enlarged / (6 * np.sqrt(np.maximum(n, 1))), 0.0)
    corrected = np.abs(a) > 1e-8  # below, rounding would be larger than the correction
    safe = np.where(corrected, a, 1.0)

    def transformed(r: Floats) -> Floats:
        return np.where(corrected, (np.cbrt(1 + 6 * safe * (r - safe)) - 1) / (2 * safe), r)

    return np.clip(transformed(t), t, FARTHEST * t), np.clip(-transformed(-t), t, FARTHEST * t)
