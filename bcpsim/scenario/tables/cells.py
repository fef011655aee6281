"""What a cell of a table holds, and how it is said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u3000\t\n\r"), " ")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that holds no value.

    Attributes
    ----------
    words
        What it holds instead, and what to do: told if the cell is needed.
    """

    words: str


Cell = str | float | bool | datetime | date | time | timedelta | Fault | None
"""Text, as every cell of a CSV file, or a value of a workbook; None: an empty cell of one.

A date without a clock is a ``date``; a clock without a date is a ``time``; ``timedelta`` is what
Excel shows as [h]:mm, such as 24:00.
"""


def clean(text: str) -> str:
    """Return text without the spaces around it, and with plain ones inside."""
    return text.translate(_SPACES).strip()


def text_of(cell: Cell) -> str:
    """Return a cell as it would stand in a CSV file; an empty one, or a fault: nothing.

    Raises
    ------
    ValueError
        If it is a `Fault`.
    """
    if cell is None:
        return ""
    if isinstance(cell, Fault):
        raise ValueError(cell.words)
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds" if cell.second else "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat(timespec="seconds" if cell.second else "minutes")
    minutes, seconds = divmod(round(cell.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
