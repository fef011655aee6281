"""Quantiles of all values of all replications together, in memory that doesn't grow with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bcpsim.stats.intervals import Floats, Interval, reach

RESOLUTION = 0.005
"""Distance of neighbouring points, as a share of their values."""

BEYOND = 1.5
"""Replications times the share of values above a quantile from which on it has an upper bound.

Long times come on few days: with fewer of them the bound held too seldom (docs/statistics.md)."""


def points_up_to(largest: float, smallest: float = 0.01) -> Floats:
    """Return points at which values are counted: 0, then evenly spaced on a logarithmic scale.

    Parameters
    ----------
    largest
        The last point.
    smallest
        The first one above 0.
    """
    steps = int(np.ceil(np.log(largest / smallest) / RESOLUTION))
    return np.concatenate([[0.0], np.geomspace(smallest, largest, steps + 1)])


def counts_at(points: Floats, samples: Sequence[Floats]) -> NDArray[np.int64]:
    """Return how many values of each sample lie at or below each point.

    Parameters
    ----------
    points
        In increasing order; what lies above the last counts there.
    samples
        The values of one replication, by column.

    Returns
    -------
    ndarray
        Shape (columns, points).
    """
    size = len(points)
    bins = (np.minimum(np.searchsorted(points, values), size - 1) for values in samples)
    counts = [np.bincount(places, minlength=size) for places in bins]
    return np.cumsum(np.array(counts, dtype=np.int64).reshape(-1, size), axis=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of values, from which the quantiles over all replications follow.

    Attributes
    ----------
    points
        At which values are counted.
    shares
        Which quantiles.
    replications
        How many were counted.
    sums
        Of the first, second and third power of a replication's gap at each point, which is the
        number of its values at or below it less the share of all its values; shape
        (3, shares, columns, points).
    """

    points: Floats
    shares: tuple[float, ...]
    replications: int
    sums: Floats

    @classmethod
    def of(cls, points: Floats, shares: Iterable[float], counts: NDArray[np.int64]) -> Tally:
        """Return the tally of one replication.

        Parameters
        ----------
        points, shares
            As above.
        counts
            As `counts_at` returns them.
        """
        asked_shares = tuple(shares)
        gap = counts - np.array(asked_shares)[:, None, None] * counts[:, -1:]
        return cls(points, asked_shares, 1, np.stack([gap, gap**2, gap**3]))

    def followed_by(self, later: Tally) -> Tally:
        """Return the tally of these replications and of later ones."""
        return replace(
            self, replications=self.replications + later.replications, sums=self.sums + later.sums
        )


def pooled_quantiles(tally: Tally, confidence: float = 0.95) -> Interval:
    """Return intervals for quantiles of all values, each value weighing the same.

    Parameters
    ----------
    tally
        Of all replications.
    confidence
        Nominal coverage of each interval on its own, between 0 and 1.

    Returns
    -------
    Interval
        All quantiles of the first column, then those of the next. The p-quantile is where the
        expected number of values at or below is p times the expected number of values, so where
        the mean over replications of the gap between the two is 0. Its interval are the points
        at which the interval of that mean, by the rule of `mean_interval`, holds 0 (Woodruff,
        Confidence intervals for medians and other position measures, JASA 47 (1952) 635-646,
        with replications as clusters and the gap tested at each point). Between two points
        values are taken to lie evenly: bounds are exact to half a per cent. An upper bound is
        infinite where there are too few replications for it: 15 are needed for the 90th
        percentile, 30 for the 95th (`BEYOND`).
    """
    n, (first, second, third) = tally.replications, tally.sums
    size = max(n, 1)
    mean = first / size
    spread = np.sqrt(np.maximum(second / size - mean**2, 0.0) * size / max(n - 1, 1))
    cubes = third - 3 * mean * second + 2 * size * mean**3
    below, above = reach(np.array(n), spread, cubes, confidence)
    error = spread / size**0.5
    has_values = first[..., -1] > 0
    nan = np.full(has_values.shape, np.nan)
    low = _crossing(tally.points, mean + above * error)
    high = _crossing(tally.points, mean - below * error, last=True)
    high[np.round(n * (1 - np.array(tally.shares)), 9) < BEYOND] = np.inf
    curves = (
        np.where(has_values, _crossing(tally.points, mean), nan),
        np.where(has_values & (n > 1), low, nan),
        np.where(has_values & (n > 1), high, nan),
        np.full(has_values.shape, n),
    )
    return Interval(*(values.T.ravel() for values in curves))


def _crossing(points: Floats, curve: Floats, *, last: bool = False) -> Floats:
    """Return where curves over the points come to 0 from below, for the first or the last time.

    Infinite where one is below 0 at the last point.
    """
    size = len(points)
    if last:
        place = size - np.argmax(curve[..., ::-1] < 0, axis=-1)
        place = np.where((curve < 0).any(axis=-1), place, 0)
    else:
        place = np.where((curve >= 0).any(axis=-1), np.argmax(curve >= 0, axis=-1), size)
    after = np.minimum(place, size - 1)
    before = np.maximum(after - 1, 0)
    y0, y1 = (np.take_along_axis(curve, k[..., None], axis=-1)[..., 0] for k in (before, after))
    share = np.divide(-y0, y1 - y0, out=np.ones_like(y0), where=(y0 < 0) & (y1 > y0))
    crossing = points[before] + np.clip(share, 0, 1) * (points[after] - points[before])
    return np.where(place == size, np.inf, crossing)
