"""Columns of CSV files that a scenario reads: bounded, checked, and only from its folder."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bcpsim.errors import nearest
from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.model import CountedArrivals, ObservedArrivals

MAX_BYTES = 64 * 2**20
"""Largest CSV file that is read."""

MAX_ROWS = 2_000_000
"""Most rows that are read."""

_MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0}

FieldPath = tuple[str | int, ...]
TableUse = CountedArrivals | ObservedArrivals | Empirical


class TableError(ValueError):
    """A CSV file can't be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns that one field of a scenario uses.

    Attributes
    ----------
    times
        Local date and time of each row; empty for a table of durations.
    values
        Counts, or durations in minutes; empty for a table of times.
    digest
        SHA-256 of the file.
    """

    times: tuple[datetime, ...]
    values: tuple[float, ...]
    digest: str


def table_uses(node: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, TableUse]]:
    """Yield every field of a scenario that reads a CSV file, with its path."""
    if isinstance(node, (CountedArrivals, ObservedArrivals, Empirical)):
        yield path, node
    elif isinstance(node, BaseModel):
        for name, value in node:
            yield from table_uses(value, (*path, name))
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from table_uses(value, (*path, name))
    elif isinstance(node, tuple):
        for number, value in enumerate(node):
            yield from table_uses(value, (*path, number))


def resolve_inside(name: str, folder: Path, allowed: Sequence[Path]) -> Path:
    """Return the path of a file named in a scenario.

    Raises
    ------
    TableError
        If it lies neither in the scenario's folder nor in an allowed one (links are
        followed first), or doesn't exist.
    """
    path = folder / name
    if not any(path.resolve().is_relative_to(home.resolve()) for home in (folder, *allowed)):
        raise TableError(
            f"{name!r} leaves the scenario's folder; "
            "keep the file beside the scenario, or allow its folder with --allow-dir"
        )
    if not path.is_file():
        near = nearest(path.name, [other.name for other in path.parent.glob("*")])
        raise TableError(
            f"there is no file {name!r}" + (f" (did you mean {near!r}?)" if near else "")
        )
    return path


def read_table(use: TableUse, folder: Path, allowed: Sequence[Path] = ()) -> Table:
    """Read the columns that a field names.

    Raises
    ------
    TableError
        If the file lies outside, is missing, empty, too large or no UTF-8 text, if it
        lacks a column, or if a cell can't be read: the message names file and line.
    """
    path = resolve_inside(use.file, folder, allowed)
    if path.stat().st_size > MAX_BYTES:
        raise TableError(f"{use.file} has more than {MAX_BYTES // 2**20} MiB")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{use.file} is no UTF-8 text") from None
    rows = csv.reader(text.splitlines())
    header = [name.strip() for name in next(rows, [])]
    if not header:
        raise TableError(f"{use.file} is empty; expected a header line and rows")

    times: list[datetime] = []
    values: list[float] = []
    time_at = _column(use.file, header, use.time_column) if not isinstance(use, Empirical) else -1
    value_at = -1
    if isinstance(use, CountedArrivals):
        value_at = _column(use.file, header, use.count_column)
    elif isinstance(use, Empirical):
        value_at = _column(use.file, header, use.column)
    factor = _MINUTES[use.unit] if isinstance(use, Empirical) else 1.0
    for row in rows:
        if not row:
            continue
        where = f"{use.file}:{rows.line_num}"
        if len(row) <= max(time_at, value_at):
            raise TableError(f"{where}: {len(row)} cells; the header has {len(header)}")
        if len(times) >= MAX_ROWS or len(values) >= MAX_ROWS:
            raise TableError(f"{use.file} has more than {MAX_ROWS} rows")
        if time_at >= 0:
            times.append(_local_time(row[time_at].strip(), where))
        if value_at >= 0:
            values.append(_not_negative(row[value_at].strip(), where) * factor)
    if not times and not values:
        raise TableError(f"{use.file} has no rows below its header")
    return Table(tuple(times), tuple(values), hashlib.sha256(content).hexdigest())


def _column(file: str, header: list[str], name: str) -> int:
    if name not in header:
        near = nearest(name, header)
        raise TableError(
            f"{file} has no column {name!r}; it has {', '.join(header)}"
            + (f" (did you mean {near!r}?)" if near else "")
        )
    return header.index(name)


def _local_time(cell: str, where: str) -> datetime:
    try:
        time = datetime.fromisoformat(cell)
    except ValueError:
        raise TableError(
            f"{where}: {cell!r} is no date and time such as 2026-04-13T14:05"
        ) from None
    if time.tzinfo is not None:
        raise TableError(f"{where}: {cell!r} has an offset; write local time")
    return time


def _not_negative(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise TableError(f"{where}: {cell!r} is no number") from None
    if not math.isfinite(value) or value < 0:
        raise TableError(f"{where}: {cell!r} must be a finite number, not negative")
    return value
