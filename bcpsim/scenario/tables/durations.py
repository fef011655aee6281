"""Observed times of a distribution: a column of durations."""

from __future__ import annotations

import math

from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import MINUTES, decimal_of, is_nothing, not_negative
from bcpsim.scenario.tables.raw import RawTable


def read_durations(use: Empirical, table: RawTable, notes: Notes) -> tuple[float, ...]:
    """Return the durations of a table in minutes, in its order.

    A row without one is left out and told, or is a mistake where `missing` says so.

    Raises
    ------
    TableError
        If a column is missing, if numbers can't be told, or if there are none.
    """
    columns = table.columns(use.named("time"))
    decimal = decimal_of(use, table, columns, notes)
    durations: list[float] = []
    empty = 0
    for row, (_, cells) in enumerate(table.rows):
        found = [cells[column] for column in columns]
        if all(is_nothing(cell) for cell in found):
            empty += 1
            if use.missing == "error":
                notes.fault(table.place(row, columns[0]), "holds no time, and missing says error")
            continue
        try:
            minutes = [not_negative(cell, decimal) for cell in found if not is_nothing(cell)]
            durations.append(math.fsum(minutes) * MINUTES[use.unit])
        except ValueError as error:
            notes.fault(table.place(row, columns[0]), str(error))
    if empty and use.missing != "error":
        notes.warn(f"{empty:,} of {len(table.rows):,} rows hold no time and are left out")
    if not durations and not notes.faults:
        raise TableError(f"{table.name} has no times in the column {table.header[columns[0]]!r}")
    return tuple(durations)
