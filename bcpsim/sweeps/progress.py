"""Progress of a sweep, with the estimate so far of a measure."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bcpsim.errors import InputError
from bcpsim.kpi import find_row
from bcpsim.sweeps.point import Finished


@dataclass
class Watch:
    """The estimate so far of a measure: for each variant its mean over the points."""

    measure: str
    sums: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, outcome: Finished) -> None:
        """Count a point in."""
        for variant, rows, interval, _ in outcome.variants:
            try:
                value = interval.estimate[rows.index(find_row(rows, self.measure))]
            except InputError:
                continue  # this variant hasn't got it
            if not np.isnan(value):
                total, count = self.sums.get(variant, (0.0, 0))
                self.sums[variant] = (total + float(value), count + 1)

    @property
    def means(self) -> dict[str, float]:
        """Mean over the points so far, by variant."""
        return {variant: total / count for variant, (total, count) in self.sums.items()}


@dataclass(frozen=True)
class Progress:
    """The state of a sweep that runs.

    Attributes
    ----------
    points, finished, failed
        Number of points in all, with a result, and failed.
    watch
        The estimate so far of a measure.
    """

    points: int
    finished: int
    failed: int
    watch: Watch
