"""Estimates over replications, weighing each replication or each traveller the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi import Row
from bcpsim.kpi.rows import counted_by
from bcpsim.stats import Interval, mean_interval, ratio_interval

Weight = Literal["replication", "traveller"]


def estimates(
    rows: Sequence[Row],
    totals: NDArray[np.float64],
    weight: Weight = "replication",
    confidence: float = 0.95,
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

    Returns
    -------
    Interval
        Means over replications; for travellers the ratio of two means, the sum over the
        travellers of a replication and their number (ratio estimator; Law, Simulation Modeling
        and Analysis, 5th ed., 9.3), with the interval of `bcpsim.stats.ratio_interval`.
    """
    interval = mean_interval(totals, confidence)
    places = [k for k, row in enumerate(rows) if weighs_travellers(row)]
    if weight == "replication" or not places:
        return interval
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
    total = np.where(count > 0, totals[:, places] * count, 0.0)
    ratio = ratio_interval(total, count, confidence)
    nobody = ~(count > 0).any(axis=0)
    for name in ("estimate", "low", "high"):
        getattr(interval, name)[places] = np.where(nobody, np.nan, getattr(ratio, name))
    return interval


def weighs_travellers(row: Row) -> bool:
    """Return whether a row is a mean over travellers whose number is known."""
    return bool(counted_by(row))
