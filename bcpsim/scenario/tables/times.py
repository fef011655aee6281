"""Dates and times in cells of tables."""

from __future__ import annotations

from datetime import datetime

from bcpsim.scenario.tables.files import TableError


def local_time(cell: str, where: str) -> datetime:
    """Return the local date and time of a cell."""
    try:
        time = datetime.fromisoformat(cell)
    except ValueError:
        raise TableError(
            f"{where}: {cell!r} is no date and time such as 2026-04-13T14:05"
        ) from None
    if time.tzinfo is not None:
        raise TableError(f"{where}: {cell!r} has an offset; write local time")
    return time
