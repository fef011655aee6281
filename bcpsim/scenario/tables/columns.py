"""Columns of times and numbers: counts, observed times and durations."""

from __future__ import annotations

from datetime import datetime

from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.tables.delimited import delimited_rows
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.numbers import MINUTES, not_negative
from bcpsim.scenario.tables.raw import MAX_ROWS, column_at
from bcpsim.scenario.tables.times import local_time
from bcpsim.scenario.traffic import CountedArrivals, ObservedArrivals


def read_columns(
    use: CountedArrivals | ObservedArrivals | Empirical, content: bytes
) -> tuple[tuple[datetime, ...], tuple[float, ...]]:
    """Return the times of a table, and its counts or its durations in minutes."""
    rows = delimited_rows(use.file, content)
    _, header = next(rows, (0, []))
    if not header:
        raise TableError(f"{use.file} is empty; expected a header line and rows")

    times: list[datetime] = []
    values: list[float] = []
    time_at = column_at(use.file, header, use.time_column) if not isinstance(use, Empirical) else -1
    value_at = -1
    if isinstance(use, CountedArrivals):
        value_at = column_at(use.file, header, use.count_column)
    elif isinstance(use, Empirical):
        value_at = column_at(use.file, header, use.column)
    factor = MINUTES[use.unit] if isinstance(use, Empirical) else 1.0
    for line, row in rows:
        if not row:
            continue
        where = f"{use.file}:{line}"
        if len(row) <= max(time_at, value_at):
            raise TableError(f"{where}: {len(row)} cells; the header has {len(header)}")
        if len(times) >= MAX_ROWS or len(values) >= MAX_ROWS:
            raise TableError(f"{use.file} has more than {MAX_ROWS} rows")
        if time_at >= 0:
            times.append(local_time(row[time_at].strip(), where))
        if value_at >= 0:
            values.append(not_negative(row[value_at].strip(), where) * factor)
    if not times and not values:
        raise TableError(f"{use.file} has no rows below its header")
    return tuple(times), tuple(values)
