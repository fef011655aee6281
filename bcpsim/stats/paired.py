"""Comparison of alternatives whose replications come in pairs: common random numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bcpsim.stats.intervals import Interval, mean_interval, ratio_interval

Floats = NDArray[np.float64]


def difference_interval(
    baseline: ArrayLike, alternative: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Return intervals for the mean of ``alternative - baseline``, replication by replication.

    Parameters
    ----------
    baseline, alternative
        One row for each replication, one column for each measure; a pair counts where both
        have a value.
    confidence
        Nominal coverage of each interval on its own, between 0 and 1.

    Returns
    -------
    Interval
        Those of `mean_interval` for the paired differences (Law, Simulation Modeling and
        Analysis, 5th ed., 10.2.1).
    """
    return mean_interval(
        _gap(np.asarray(baseline, float), np.asarray(alternative, float)), confidence
    )


def _gap(first: Floats, second: Floats) -> Floats:
    """Return ``second - first``, what is only rounding being no difference."""
    gap = second - first
    size = np.maximum(np.abs(first), np.abs(second))
    return np.where(np.abs(gap) > 1e-12 * size, gap, np.where(np.isnan(gap), np.nan, 0.0))


def change_interval(
    baseline: ArrayLike, alternative: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Return intervals for the change of the mean from baseline to alternative in per cent.

    Parameters
    ----------
    baseline, alternative
        One row for each replication, one column for each measure; a pair counts where both
        have a value.
    confidence
        Nominal coverage of each interval on its own, between 0 and 1.

    Returns
    -------
    Interval
        ``100 (mean of alternative / mean of baseline - 1)``: a change of the mean, not a mean of
        changes. The interval is that of the ratio's logarithm, transformed back: where
        `ratio_interval` reaches from r to ``r + d``, it reaches to ``r exp(d / r)`` (delta
        method; Cox and Hinkley, Theoretical Statistics, 1974, 9.2), which halves and doubles as
        easily and never falls below -100 %. A ratio that isn't positive has no logarithm and
        keeps `ratio_interval`. Infinite where the baseline can't be told from 0.
    """
    ratio = ratio_interval(alternative, baseline, confidence)

    def bound(of_ratio: Floats) -> Floats:
        r = ratio.estimate
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            back = np.where((r > 0) & np.isfinite(of_ratio), r * np.exp(of_ratio / r - 1), of_ratio)
        return 100 * (back - 1)

    return Interval(
        estimate=100 * (ratio.estimate - 1),
        low=bound(ratio.low),
        high=bound(ratio.high),
        replications=ratio.replications,
    )


def simultaneous(confidence: float, intervals: int) -> float:
    """Return the confidence of each of some intervals that together have the one asked for.

    Bonferroni's, which holds however the intervals depend on one another.

    Parameters
    ----------
    confidence
        Probability with which all of them hold, at least.
    intervals
        How many there are, at least 1.
    """
    return 1 - (1 - confidence) / intervals


@dataclass(frozen=True, slots=True)
class Pairing:
    """The gain from pairing replications, one value for each column.

    Attributes
    ----------
    correlation
        Correlation between baseline and alternative over the replications; nan where one of
        them doesn't vary.
    variance_reduction
        Variance of the difference with independent replications, divided by that with the
        pairs: how many times more replications would be needed without common random numbers.
        nan where neither varies, infinite where only their difference doesn't.
    """

    correlation: Floats
    variance_reduction: Floats


def pairing(baseline: ArrayLike, alternative: ArrayLike) -> Pairing:
    """Return the correlation of pairs and the reduction of variance that it brings.

    Parameters
    ----------
    baseline, alternative
        One row for each replication, one column for each measure; a pair counts where both
        have a value.

    Returns
    -------
    Pairing
        Sample values (Law, Simulation Modeling and Analysis, 5th ed., 11.2).
    """
    first, second = np.asarray(baseline, float), np.asarray(alternative, float)
    both = ~(np.isnan(first) | np.isnan(second))
    n = np.maximum(both.sum(axis=0), 1)

    def centred(table: Floats) -> Floats:
        mean = np.where(both, table, 0.0).sum(axis=0) / n
        return np.where(both, _gap(mean, table), 0.0)

    x, y = centred(first), centred(second)
    xx, yy, xy = ((a * b).sum(axis=0) for a, b in ((x, x), (y, y), (x, y)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Pairing(
            correlation=np.clip(xy / np.sqrt(xx * yy), -1, 1),
            variance_reduction=(xx + yy) / (_gap(x, y) ** 2).sum(axis=0),
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of several alternatives is best, and how sure that is.

    Attributes
    ----------
    best
        Number of the column with the best mean; -1 where no replication has all values.
    probability
        Probability of correct selection that the replications support; nan with fewer than
        two of them.
    """

    best: int
    probability: float


def select_best(values: ArrayLike, *, largest: bool = False) -> Selection:
    """Return the best of several alternatives and the probability that this is right.

    Parameters
    ----------
    values
        One row for each replication, one column for each alternative; replications that lack
        a value are left out.
    largest
        Whether the largest mean is best; otherwise the smallest.

    Returns
    -------
    Selection
        The probability is ``1 - (k - 1) p`` for k alternatives, at least 0, where p is the
        largest one-sided p-value of the paired t tests of the best against each other one.
        Whoever takes the best only where it is at least P, takes a wrong one in at most a share
        of 1 - P of all cases: for that, one of the k - 1 others would have to beat the truly
        best at the level (1 - P) / (k - 1) (Bonferroni), however they depend on one another.
        Alternatives that agree in every replication count as equally good.
    """
    from scipy.special import stdtr

    table = np.asarray(values, dtype=np.float64)
    table = table[~np.isnan(table).any(axis=1)] * (-1 if largest else 1)
    n, k = table.shape
    if n == 0:
        return Selection(-1, float("nan"))
    best = int(np.argmin(table.mean(axis=0)))
    if n < 2:
        return Selection(best, float("nan"))
    gap = _gap(table[:, [best]], np.delete(table, best, axis=1))
    error = gap.std(axis=0, ddof=1) / n**0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(error > 0, stdtr(n - 1, -gap.mean(axis=0) / error), 0.0)
    return Selection(best, max(1 - (k - 1) * float(p.max(initial=0.0)), 0.0))
