"""Columns of CSV files that a scenario reads: bounded, checked, and only from its folder."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bcpsim.errors import nearest, unknown
from bcpsim.scenario.common import Window, length_of
from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.fields import write_clock
from bcpsim.scenario.people import Roster, Travel
from bcpsim.scenario.traffic import CountedArrivals, ObservedArrivals, TimetableArrivals
from bcpsim.scenario.units import parse_share

MAX_BYTES = 64 * 2**20
"""Largest CSV file that is read."""

MAX_OFFICERS = 4096
"""Most officers of a roster, counting each row's."""

MAX_SERVICES = 20_000
"""Most rows of a timetable."""

MAX_ROWS = 2_000_000
"""Most rows that are read."""

_MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0}

FieldPath = tuple[str | int, ...]
TableUse = CountedArrivals | ObservedArrivals | Empirical | Roster | Travel | TimetableArrivals


class TableError(ValueError):
    """A CSV file can't be used; the message names the file and the line."""


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


@dataclass(frozen=True, slots=True)
class Service:
    """A row of a timetable.

    Attributes
    ----------
    time
        Local date and time.
    seats
        Number of seats.
    load
        Share of them that is taken.
    values
        Values of the timetable's attributes, in their order.
    """

    time: datetime
    seats: int
    load: float
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns that one field of a scenario uses.

    Attributes
    ----------
    times
        Local date and time of each row; empty for a table of durations.
    values
        Counts, or durations in minutes; empty for a table of times.
    roster
        Rows of a roster.
    services
        Rows of a timetable.
    travel
        Minutes by origin and target.
    digest
        SHA-256 of the file.
    """

    times: tuple[datetime, ...]
    values: tuple[float, ...]
    digest: str
    roster: tuple[RosterRow, ...] = ()
    services: tuple[Service, ...] = ()
    travel: Mapping[tuple[str, str], float] = field(default_factory=dict)


def table_uses(node: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, TableUse]]:
    """Yield every field of a scenario that reads a CSV file, with its path.

    A field that reads one may hold others that do: a timetable, and the law of its delays.
    """
    if isinstance(node, TableUse):
        yield path, node
    for key, value in _fields(node):
        yield from table_uses(value, (*path, key))


def _fields(node: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield what a part of a scenario holds, with its name or number."""
    if isinstance(node, BaseModel):
        yield from node
    elif isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, tuple):
        yield from enumerate(node)


def with_files(node: Any, names: Mapping[str, str]) -> Any:
    """Return a scenario, or a part of it, that reads files of other names.

    Parameters
    ----------
    node
        A scenario, or a part.
    names
        New name of each file that it reads.
    """
    if isinstance(node, BaseModel):
        changed = {name: with_files(value, names) for name, value in node}
        if isinstance(node, TableUse):
            changed["file"] = names[node.file]
        return node.model_copy(update=changed)
    if isinstance(node, dict):
        return {name: with_files(value, names) for name, value in node.items()}
    if isinstance(node, tuple):
        return tuple(with_files(value, names) for value in node)
    return node


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
            f"{name!r} leaves the folder of the file that names it; "
            "keep the two together, or allow its folder with --allow-dir"
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
    content = _content(use.file, folder, allowed)
    digest = hashlib.sha256(content).hexdigest()
    if isinstance(use, Roster):
        return Table((), (), digest, _roster(use, content))
    if isinstance(use, Travel):
        return Table((), (), digest, travel=_travel(use, content))
    if isinstance(use, TimetableArrivals):
        return Table((), (), digest, services=_timetable(use, content))
    rows = _rows(use.file, content)
    _, header = next(rows, (0, []))
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
    for line, row in rows:
        if not row:
            continue
        where = f"{use.file}:{line}"
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
    return Table(tuple(times), tuple(values), digest)


def _content(file: str, folder: Path, allowed: Sequence[Path]) -> bytes:
    path = resolve_inside(file, folder, allowed)
    if path.stat().st_size > MAX_BYTES:
        raise TableError(f"{file} has more than {MAX_BYTES // 2**20} MiB")
    return path.read_bytes()


def _text(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{file} is no UTF-8 text") from None


_ROSTER_COLUMNS = ("officer", "count", "from", "to", "days", "breaks")


def _roster(use: Roster, content: bytes) -> tuple[RosterRow, ...]:
    """Return the rows of a roster."""
    kind = Path(use.file).suffix.lower()
    if kind in (".xls", ".xlsm", ".ods"):
        raise TableError(f"{use.file} can't be read; save it as .xlsx, or as CSV in UTF-8")
    cells = _sheet(use, content) if kind == ".xlsx" else _rows(use.file, content)
    lines = [(line, row) for line, row in cells if any(row)]
    if not lines:
        raise TableError(f"{use.file} is empty; expected a header line and rows")
    header = [name.lower() for name in lines[0][1]]
    place = {name: header.index(name) for name in _ROSTER_COLUMNS if name in header}
    for name in ("from", "to"):
        _column(use.file, header, name)
    for name in header:
        near = nearest(name, _ROSTER_COLUMNS)
        if name not in _ROSTER_COLUMNS and near:
            raise TableError(f"{use.file} has an unknown column {name!r} (did you mean {near!r}?)")
        if name in _ROSTER_COLUMNS and header.count(name) > 1:
            raise TableError(f"{use.file} has the column {name!r} twice")
    rows = []
    for line, row in lines[1:]:
        cell = {name: row[k] if k < len(row) else "" for name, k in place.items()}
        try:
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


def _rows(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a CSV file as numbers and cells."""
    rows = csv.reader(_text(file, content).splitlines())
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if rows.line_num == 1 and len(cells) == 1 and ";" in cells[0]:
                raise TableError(f"{file}:1: columns are separated by ';'; expected ','")
            yield rows.line_num, cells
    except csv.Error as error:
        raise TableError(f"{file}:{rows.line_num}: {error}") from None


def _whole_rows(file: str, content: bytes) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the header of a CSV file, and its rows with where they stand."""
    rows = _rows(file, content)
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


def _travel(use: Travel, content: bytes) -> dict[tuple[str, str], float]:
    """Return the minutes from place to place."""
    header, rows = _whole_rows(use.file, content)
    places = [_column(use.file, header, name) for name in ("from", "to")]
    time_at = _column(use.file, header, use.column)
    minutes: dict[tuple[str, str], float] = {}
    for where, row in rows:
        pair = (row[places[0]], row[places[1]])
        if pair in minutes:
            raise TableError(f"{where}: {pair[0]} to {pair[1]} stands there twice")
        minutes[pair] = _not_negative(row[time_at], where) * _MINUTES[use.unit]
    if use.both_ways:
        for (origin, target), time in list(minutes.items()):
            minutes.setdefault((target, origin), time)
    return minutes


def _timetable(use: TimetableArrivals, content: bytes) -> tuple[Service, ...]:
    """Return the rows of a timetable."""
    header, rows = _whole_rows(use.file, content)
    time_at = _column(use.file, header, use.time_column)
    seats_at = _column(use.file, header, use.seats_column)
    load_at = _column(use.file, header, use.load_column) if use.load_column else -1
    at = {name: _column(use.file, header, name) for name in use.attributes}
    services = []
    for where, row in rows:
        seats = row[seats_at]
        if not (seats.isdecimal() and len(seats) <= 5):
            raise TableError(f"{where}: {seats!r} is no number of seats from 0 to 99999")
        load = use.load
        if load_at >= 0:
            try:
                load = parse_share(row[load_at])
            except ValueError as error:
                raise TableError(f"{where}: {error}") from None
        for name, column in at.items():
            if row[column] not in use.attributes[name]:
                raise TableError(
                    f"{where}: " + unknown(f"value of {name}", row[column], use.attributes[name])
                )
        values = tuple(row[column] for column in at.values())
        services.append(Service(_local_time(row[time_at], where), int(seats), load, values))
    if len(services) > MAX_SERVICES:
        raise TableError(f"{use.file} has more than {MAX_SERVICES} services")
    return tuple(services)


def _sheet(use: Roster, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a workbook's sheet as text."""
    from io import BytesIO

    import openpyxl

    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except Exception:  # whatever is wrong with a broken archive or its XML
        raise TableError(f"{use.file} is no Excel workbook (.xlsx)") from None
    names = book.sheetnames
    if use.sheet is not None and use.sheet not in names:
        near = nearest(use.sheet, names)
        raise TableError(
            f"{use.file} has no sheet {use.sheet!r}; it has {', '.join(names)}"
            + (f" (did you mean {near!r}?)" if near else "")
        )
    try:
        sheet = book[use.sheet or names[0]]
        rows = list(sheet.iter_rows(values_only=True, max_row=MAX_OFFICERS * 400))
    except Exception:  # likewise, in the sheet
        raise TableError(
            f"{use.file} can't be read: a sheet is damaged; save it again from Excel"
        ) from None
    for line, row in enumerate(rows, 1):
        yield line, [_cell(value) for value in row]


def _cell(value: object) -> str:
    """Return a cell of a workbook as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):  # Excel's way of writing 24:00
        return (
            f"{int(value.total_seconds()) // 3600:02d}:{int(value.total_seconds()) // 60 % 60:02d}"
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


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


@dataclass(frozen=True, slots=True)
class Rows:
    """A CSV file as text.

    Attributes
    ----------
    header
        Names of the columns.
    rows
        Where each row stands (file and line), and its cells, at least as many as the header's.
    digest
        SHA-256 of the file.
    """

    header: list[str]
    rows: list[tuple[str, list[str]]]
    digest: str

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        at = self.header.index(name)
        return [row[at] for _, row in self.rows]


def read_rows(name: str, folder: Path, allowed: Sequence[Path] = ()) -> Rows:
    """Read a CSV file whose columns are named elsewhere.

    Raises
    ------
    TableError
        If the file lies outside, is missing, empty, too large or no UTF-8 text, or if a row
        is too short.
    """
    content = _content(name, folder, allowed)
    return Rows(*_whole_rows(name, content), hashlib.sha256(content).hexdigest())
