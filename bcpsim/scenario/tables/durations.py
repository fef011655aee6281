"""Observed times of a distribution: a column of durations."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import time, timedelta

from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.tables.below import data_rows
from bcpsim.scenario.tables.cells import Cell, text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import (
    MINUTES,
    decimal_of,
    is_nothing,
    not_negative,
    shown,
    tell_other_unit,
)
from bcpsim.scenario.tables.raw import RawTable, plain

_CLOCKED = re.compile(r"(?P<h>\d{1,3}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?")
"""A duration with marks between its hours, minutes and seconds."""


_HOW_OFTEN = frozenset(
    {"frequency", "frequencies", "freq", "occurrences", "häufigkeit", "częstość", "fréquence",
     "effectif", "frecuencia", "frequenza"}
)  # fmt: skip
"""What heads call the number of times that a duration was observed; not n, which may be its own."""

MOST = 1_000_000
"""Most observations of a table."""


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
    table, _ = data_rows(table, [], columns, notes)
    for column in columns:
        tell_other_unit(table.header[column], use.unit, notes)
    often = _how_often(table, columns, notes)
    durations: list[float] = []
    empty = 0
    for row, (_, cells) in enumerate(table.rows):
        texts = [cells[column] for column in columns]
        if all(is_nothing(cell) for cell in texts):
            empty += 1
            if use.missing == "error":
                notes.fault(table.place(row, columns[0]), "holds no time, and missing says error")
            continue
        try:
            minutes = (
                minutes_of(cell, decimal, use.unit) for cell in texts if not is_nothing(cell)
            )
            durations += [math.fsum(minutes)] * often[row]
        except ValueError as error:
            notes.fault(table.place(row, columns[0]), str(error))
    if empty and use.missing != "error":
        notes.warn(f"{empty:,} of {len(table.rows):,} rows hold no time and are left out")
    if not durations and not notes.faults:
        raise TableError(f"{table.name} has no times in the column {table.header[columns[0]]!r}")
    return tuple(durations)


def _how_often(table: RawTable, columns: Sequence[int], notes: Notes) -> list[int]:
    """Return how often the duration of each row was observed: once, or as a column beside it says.

    Raises
    ------
    TableError
        If there are more than `MOST` of them together.
    """
    for k, head in enumerate(table.header):
        if k in columns or plain(head).strip(" .") not in _HOW_OFTEN:
            continue
        texts = [text_of(cells[k]).removesuffix(".0") for _, cells in table.rows]
        if not all(text.isdecimal() and len(text) <= 7 for text in texts):
            notes.warn(f"{head} isn't read: it says how often only with a whole number in each row")
            continue
        numbers = [int(text) for text in texts]
        if sum(numbers) > MOST:
            raise TableError(
                f"{table.name}: {head} adds up to {sum(numbers):,} observations; expected at most "
                f"{MOST:,}: divide them by a common number"
            )
        notes.guess(f"each time as often as {head} says")
        notes.used.add(k)
        return numbers
    return [1] * len(table.rows)


def minutes_of(cell: Cell, decimal: str, unit: str) -> float:
    """Return the minutes of a cell: a number in its unit, or 0:01:30 of whatever unit.

    Raises
    ------
    ValueError
        If it is neither, or negative.
    """
    if isinstance(cell, time):
        return (cell.hour * 3600 + cell.minute * 60 + cell.second) / 60
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 60
    if isinstance(cell, str) and (parts := _CLOCKED.fullmatch(cell)):
        if parts["s"] is None:
            raise ValueError(f"{shown(cell)} may be minutes or hours; write 0:01:30, or a number")
        return int(parts["h"]) * 60 + int(parts["m"]) + int(parts["s"]) / 60
    return not_negative(cell, decimal) * MINUTES[unit]
