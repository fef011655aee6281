"""The record of what replications of a plan measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi import Row
from bcpsim.runs.events import Events
from bcpsim.runs.own_measures import OwnValues
from bcpsim.stats import Tally


@dataclass(frozen=True, slots=True)
class Measured:
    """The values measured in replications of one plan.

    Attributes
    ----------
    rows, hourly_rows
        What the values are, in order.
    totals
        Values of `rows`, shape (replications, rows); nan: there was nobody to measure.
    hourly
        Values of `hourly_rows` by hour, shape (replications, hourly rows, hours).
    tally
        Times of all travellers counted, of these replications and of those before them, if
        that was asked for.
    kept
        Replications whose events were kept.
    own
        What a function of the caller said of each replication, if there is one.
    """

    rows: tuple[Row, ...]
    hourly_rows: tuple[Row, ...]
    totals: NDArray[np.float64]
    hourly: NDArray[np.float64]
    tally: Tally | None = None
    kept: tuple[Events, ...] = ()
    own: tuple[OwnValues, ...] = ()

    def column(self, row: Row) -> NDArray[np.float64]:
        """Return the values of one row, shape (replications,)."""
        return self.totals[:, self.rows.index(row)]

    def followed_by(self, later: Measured) -> Measured:
        """Return the values of these replications and of later ones of the same plan."""
        return replace(
            self,
            totals=np.concatenate([self.totals, later.totals]),
            hourly=np.concatenate([self.hourly, later.hourly]),
            tally=later.tally,
            kept=self.kept + later.kept,
            own=self.own + later.own,
        )
