"""A table as text: its header, its rows, and where each stands."""

from __future__ import annotations

from bcpsim.errors import nearest
from bcpsim.scenario.tables.delimited import delimited_rows
from bcpsim.scenario.tables.files import TableError

MAX_ROWS = 2_000_000
"""Most rows that are read."""


def whole_rows(file: str, content: bytes) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the header of a CSV file, and its rows with where they stand."""
    rows = delimited_rows(file, content)
    _, header = next(rows, (0, []))
    if not header:
        raise TableError(f"{file} is empty; expected a header line and rows")
    found: list[tuple[str, list[str]]] = []
    for line, row in rows:
        if not any(row):
            continue
        where = f"{file}:{line}"
        if len(row) < len(header):
            raise TableError(f"{where}: {len(row)} cells; the header has {len(header)}")
        if len(found) >= MAX_ROWS:
            raise TableError(f"{file} has more than {MAX_ROWS} rows")
        found.append((where, row))
    if not found:
        raise TableError(f"{file} has no rows below its header")
    return header, found


def column_at(file: str, header: list[str], name: str) -> int:
    """Return the place of a column."""
    if name not in header:
        near = nearest(name, header)
        raise TableError(
            f"{file} has no column {name!r}; it has {', '.join(header)}"
            + (f" (did you mean {near!r}?)" if near else "")
        )
    return header.index(name)
