"""The record of what replications of a plan measured."""

from __future__ import annotations

from collections.abc import Sequence
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
        if row.lacking is not None and row not in self.rows:
            return np.full(len(self.totals), row.lacking)
        return self.totals[:, self.rows.index(row)]

    def columns(self, rows: Sequence[Row]) -> NDArray[np.float64]:
        """Return the values of some rows, shape (replications, rows)."""
        return np.stack([self.column(row) for row in rows], axis=1)

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


def rows_in_all(ways: Sequence[Measured]) -> tuple[Row, ...]:
    """Return the rows by which ways of working can be compared, in the order of the first.

    All of them have these, or it is known what lacking one means.
    """
    others = (row for way in ways[1:] for row in way.rows if row.lacking is not None)
    rows = dict.fromkeys((*ways[0].rows, *others))
    return tuple(
        row for row in rows if row.lacking is not None or all(row in way.rows for way in ways)
    )
