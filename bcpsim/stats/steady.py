"""Long runs of a system in steady state: where the start ends, and means of batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bcpsim.stats.intervals import mean_interval

Floats = NDArray[np.float64]

BATCHES = 20
"""Batches of which an interval is made."""

_FINER = 10  # parts of a batch whose correlation is looked at
_MOST_CORRELATION = 0.4


@dataclass(frozen=True, slots=True)
class Truncation:
    """The end of the start of a series, by MSER-5.

    Attributes
    ----------
    dropped
        Observations of the start to leave out.
    mean
        Mean of the others.
    settled
        False where the series is so short, or still moves so much, that the least value lies
        at the end of the search: then there may be no steady state in it.
    batches, criterion
        Means of batches of five observations, and the MSER statistic when so many batches
        are dropped, for each in the first half.
    """

    dropped: int
    mean: float
    settled: bool
    batches: Floats
    criterion: Floats


def mser(series: ArrayLike, batch: int = 5) -> Truncation:
    """Return where the start of a series ends, by MSER-5.

    Parameters
    ----------
    series
        Observations in order, such as the waiting times of vehicles.
    batch
        Observations whose mean counts as one; 5 is what gives MSER-5 its name.

    Returns
    -------
    Truncation
        Of the batch means the first d are dropped for which
        ``sum((Z_i - mean)**2) / (m - d)**2`` over the other m - d is least: the marginal
        standard error. Only the first half is searched (White, Cobb and Spratt, A comparison
        of five steady-state truncation heuristics for simulation, Proc. Winter Simulation
        Conference 2000, 755-760).

    Raises
    ------
    ValueError
        If there are fewer than four batches.
    """
    values = np.asarray(series, dtype=np.float64)
    m = len(values) // batch
    if m < 4:
        raise ValueError(f"MSER-5 needs at least {4 * batch} observations, found {len(values)}")
    means = values[: m * batch].reshape(m, batch).mean(axis=1)
    left = m - np.arange(m)
    # Sums from the end; centred, so that squares lose no digits.
    centred = means - means.mean()
    total = np.cumsum(centred[::-1])[::-1]
    squares = np.cumsum(centred[::-1] ** 2)[::-1]
    criterion = ((squares - total**2 / left) / left**2)[: m // 2 + 1]
    d = int(np.argmin(criterion))
    return Truncation(
        dropped=d * batch,
        mean=float(values[d * batch :].mean()),
        settled=d < m // 2,
        batches=means,
        criterion=criterion,
    )


@dataclass(frozen=True, slots=True)
class BatchMeans:
    """The mean of one long run with its interval.

    Attributes
    ----------
    estimate, low, high
        Mean and bounds of its interval.
    size
        Observations in each batch.
    correlation
        Correlation between neighbours when the batches are cut into ten parts each.
    enough
        Whether the run is long enough for the batches to count as independent: the
        correlation is at most 0.4.
    """

    estimate: float
    low: float
    high: float
    size: int
    correlation: float
    enough: bool


def batch_means(series: ArrayLike, confidence: float = 0.95) -> BatchMeans:
    """Return the mean of a long series in steady state, with an interval from 20 batches.

    Parameters
    ----------
    series
        Observations in order, the start left out (see `mser`); what doesn't fill the batches
        is left out at the beginning.
    confidence
        Nominal coverage, between 0 and 1.

    Returns
    -------
    BatchMeans
        The interval is that of `mean_interval` for the means of the batches. Too short batches
        depend on one another and give too narrow an interval. Twenty means tell little about
        their correlation; so that of batches a tenth as long is estimated: if it is at most
        0.4, little is left between whole batches (Law and Carson, A sequential procedure for
        determining the length of a steady-state simulation, Operations Research 27 (1979)
        1011-1025).

    Raises
    ------
    ValueError
        If there are fewer than 200 observations.
    """
    values = np.asarray(series, dtype=np.float64)
    parts = BATCHES * _FINER
    size = len(values) // parts
    if size < 1:
        raise ValueError(f"batch means need at least {parts} observations, found {len(values)}")
    fine = values[len(values) - parts * size :].reshape(parts, size).mean(axis=1)
    interval = mean_interval(fine.reshape(BATCHES, _FINER).mean(axis=1)[:, None], confidence)
    centred = fine - fine.mean()
    variance = float(centred @ centred)
    correlation = float(centred[1:] @ centred[:-1]) / variance if variance > 0 else 0.0
    return BatchMeans(
        estimate=float(interval.estimate[0]),
        low=float(interval.low[0]),
        high=float(interval.high[0]),
        size=size * _FINER,
        correlation=correlation,
        enough=correlation <= _MOST_CORRELATION,
    )
