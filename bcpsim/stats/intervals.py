"""Confidence intervals for means over independent replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Interval:
    """Estimates with their intervals, one for each column.

    Attributes
    ----------
    estimate
        Mean over the replications that have a value; nan where none has.
    low, high
        Bounds of the interval; nan where fewer than two replications have a value.
    replications
        Number of replications that have a value.
    """

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    replications: NDArray[np.int64]


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return Student's intervals for the means of independent replications.

    Parameters
    ----------
    values
        One row for each replication, one column for each measure; nan: no value.
    confidence
        Nominal coverage of each interval on its own, between 0 and 1.

    Returns
    -------
    Interval
        ``mean -+ t * s / sqrt(n)``, t being the quantile of Student's distribution with
        n - 1 degrees of freedom (Law, Simulation Modeling and Analysis, 5th ed., 4.5).
        Every replication weighs the same, however many vehicles it saw.
    """
    from scipy.special import stdtrit

    table = np.asarray(values, dtype=np.float64)
    there = ~np.isnan(table)
    n = there.sum(axis=0)
    some = np.maximum(n, 1)
    mean = np.where(there, table, 0.0).sum(axis=0) / some
    spread = np.where(there, table - mean, 0.0)
    deviation = np.sqrt((spread**2).sum(axis=0) / np.maximum(n - 1, 1))
    half = stdtrit(np.maximum(n - 1, 1), (1 + confidence) / 2) * deviation / np.sqrt(some)
    nan = np.nan
    return Interval(
        estimate=np.where(n > 0, mean, nan),
        low=np.where(n > 1, mean - half, nan),
        high=np.where(n > 1, mean + half, nan),
        replications=n,
    )
