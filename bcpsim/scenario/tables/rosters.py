"""Rosters: one row for an officer or a shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from bcpsim.errors import nearest
from bcpsim.scenario.common import Window, length_of
from bcpsim.scenario.fields import write_clock
from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.delimited import delimited_rows
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.raw import column_at
from bcpsim.scenario.tables.workbook import any_in, is_workbook, read_sheet

MAX_OFFICERS = 4096
"""Most officers of a roster, counting each row's."""

_ROSTER_COLUMNS = ("officer", "count", "from", "to", "days", "breaks")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row of a roster: a daily window, or two dates with times.

    Attributes
    ----------
    officer
        Name of the person; empty: nobody by name.
    count
        Number of officers without a name.
    breaks
        Breaks in the shift, by clock time.
    """

    officer: str
    count: int
    window: Window | None
    dates: tuple[datetime, datetime] | None
    breaks: tuple[Window, ...] = ()


def read_roster(use: Roster, content: bytes) -> tuple[RosterRow, ...]:
    """Return the rows of a roster."""
    cells: Iterable[tuple[int, Sequence[Cell]]]
    if is_workbook(use.file, content):
        cells = read_sheet(use.file, content, use.sheet).rows
    else:
        cells = delimited_rows(use.file, content)
    lines = [(line, row) for line, row in cells if any_in(row)]
    if not lines:
        raise TableError(f"{use.file} is empty; expected a header line and rows")
    header = ["" if isinstance(name, Fault) else text_of(name).lower() for name in lines[0][1]]
    place = {name: header.index(name) for name in _ROSTER_COLUMNS if name in header}
    for name in ("from", "to"):
        column_at(use.file, header, name)
    for name in header:
        near = nearest(name, _ROSTER_COLUMNS)
        if name not in _ROSTER_COLUMNS and near:
            raise TableError(f"{use.file} has an unknown column {name!r} (did you mean {near!r}?)")
        if name in _ROSTER_COLUMNS and header.count(name) > 1:
            raise TableError(f"{use.file} has the column {name!r} twice")
    rows = []
    for line, row in lines[1:]:
        try:
            cell = {name: text_of(row[k]) if k < len(row) else "" for name, k in place.items()}
            rows.append(_roster_row(cell))
        except ValueError as error:
            raise TableError(f"{use.file}:{line}: {error}") from None
    if not rows:
        raise TableError(f"{use.file} has no rows below its header")
    if sum(row.count for row in rows) > MAX_OFFICERS:
        raise TableError(f"{use.file} names more than {MAX_OFFICERS} officers")
    return tuple(rows)


def _roster_row(cell: dict[str, str]) -> RosterRow:
    officer, number = cell.get("officer", ""), cell.get("count", "")
    whole = number.isdecimal() and len(number) <= 4
    if number and (officer or not whole or not 1 <= int(number) <= 1000):
        raise ValueError(
            "a row names an officer, or a count from 1 to 1000"
            + (f", found {number!r}" if not officer else ", not both")
        )
    count = int(number or 1)
    breaks = tuple(_break(text) for text in cell.get("breaks", "").split())
    if "-" in cell["from"]:
        if cell.get("days"):
            raise ValueError("days go with clock times, not with dates")
        try:
            start, end = (datetime.fromisoformat(cell[name]) for name in ("from", "to"))
        except ValueError:
            raise ValueError(
                f"{cell['from']!r} to {cell['to']!r}: expected dates and times such as "
                "2026-04-13T06:00"
            ) from None
        if start.tzinfo is not None or end.tzinfo is not None:
            raise ValueError("write local times, without an offset")
        if not (1970 <= start.year <= 2100 and 1970 <= end.year <= 2100):
            raise ValueError("the years must be from 1970 to 2100")
        if not start < end:
            raise ValueError("the shift ends before it starts")
        minutes = start.hour * 60 + start.minute
        _inside(breaks, minutes, (end - start).total_seconds() / 60)
        return RosterRow(officer, count, None, (start, end), breaks)
    data = {"from": cell["from"], "to": cell["to"]}
    if cell.get("days"):
        data["days"] = cell["days"]
    try:
        window = Window.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        if first["loc"][0] == "days":
            raise ValueError(
                f"days: {cell['days']!r} is no weekday; write mon, or mon-fri"
            ) from None
        message = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{first['loc'][0]}: {message}") from None
    _inside(breaks, window.start, length_of(window))
    return RosterRow(officer, count, window, None, breaks)


def _inside(breaks: Sequence[Window], start: float, length: float) -> None:
    """Check that breaks lie in the shift that starts at a clock time."""
    for window in breaks:
        if (window.start - start) % 1440 + length_of(window) > length:
            span = f"{write_clock(window.start)}-{write_clock(window.end)}"
            raise ValueError(f"breaks: {span} isn't inside the shift")


def _break(text: str) -> Window:
    """Return a break written as 10:00-10:30."""
    try:
        start, _, end = text.partition("-")
        return Window.model_validate({"from": start, "to": end})
    except ValidationError:
        raise ValueError(
            f"breaks: {text!r} is no break; write 10:00-10:30, several with a space between"
        ) from None
