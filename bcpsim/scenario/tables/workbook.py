"""Sheets of Excel workbooks as rows of cells: what is seen on the screen, and what isn't is told.

A workbook is read without its formulas being calculated. Hidden rows, columns and sheets are left
out unless the sheet is named; merged cells count for each of the cells that they cover.
"""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bcpsim.errors import nearest
from bcpsim.scenario.tables.cells import Cell, Fault
from bcpsim.scenario.tables.files import TableError

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_UNPACKED = 32 * 2**20
"""Most bytes that a workbook may have when unpacked."""

MAX_CELLS = 2_000_000
"""Most cells of a sheet, empty ones between others included."""

MAX_COLUMNS = 1000
"""Most columns of a sheet."""

_NO_VALUE = (
    "a formula without a stored value in {}: open the workbook in Excel or LibreOffice, which "
    "calculates it, and save it"
)
_FIRST_DAY = datetime(1899, 12, 31)
"""The day that a workbook counts as 0, so that 24:00 is a day later."""

_TRUE = ("1", "true")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of a workbook that was asked for.

    Attributes
    ----------
    name
        Its name.
    rows
        Number of each row that isn't hidden, and its cells from column A on.
    filled
        What merged cells cover, in a sentence; none: there are none.
    notes
        What was left out, in a sentence each.
    others
        Names of the other sheets of the workbook.
    """

    name: str
    rows: list[tuple[int, list[Cell]]]
    filled: tuple[str, ...]
    notes: tuple[str, ...]
    others: tuple[str, ...]


def is_workbook(file: str, content: bytes) -> bool:
    """Return whether a file is an Excel workbook that can be read, by what it holds.

    Raises
    ------
    TableError
        If it is a workbook of a kind that can't be read, or has a workbook's name and isn't one.
    """
    kind = file.rpartition(".")[2].lower()
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            f"{file} is an old Excel workbook (.xls) or has a password; save it as .xlsx without "
            "one, or as CSV"
        )
    if content.startswith(b"PK"):
        names = [part.filename for part in _parts(file, content)]
        if "content.xml" in names:
            what = "an OpenDocument sheet (.ods)"
        elif "xl/workbook.bin" in names:
            what = "a binary workbook (.xlsb)"
        elif "[Content_Types].xml" in names:
            return True
        else:
            what = "no Excel workbook (.xlsx)"
        raise TableError(f"{file} is {what}; save it as .xlsx, or as CSV")
    if kind in ("xlsx", "xlsm"):
        raise TableError(f"{file} is no Excel workbook (.xlsx)")
    return False


def read_sheet(file: str, content: bytes, name: str | None) -> Sheet:
    """Return a sheet of a workbook.

    Parameters
    ----------
    file
        Name of the workbook, for messages.
    content
        Its bytes.
    name
        Name of the sheet; None: the first that isn't hidden.

    Raises
    ------
    TableError
        If there is no such sheet, or if the workbook is damaged or too large.
    """
    book = _open(file, content)
    states = {sheet.title: sheet.sheet_state == "visible" for sheet in book.worksheets}
    shown = [title for title, visible in states.items() if visible]
    alike = [title for title in states if title.strip().casefold() == (name or "").casefold()]
    if name is None:
        if not shown:
            raise TableError(f"{file} has no sheet that isn't hidden; name one: sheet: NAME")
        name = shown[0]
    elif name not in states and len(alike) == 1:
        [name] = alike
    elif name not in states:
        near = nearest(name, states)
        raise TableError(
            f"{file} has no sheet {name!r}; it has {', '.join(states)}"
            + (f" (did you mean {near!r}?)" if near else "")
        )
    notes = []
    if not states[name]:
        notes.append(f"the sheet {name!r} is hidden, and read since it is named")
    others = tuple(title for title in states if title != name)
    try:
        rows, filled, hidden = _rows(file, book, name)
    except TableError:
        raise
    except Exception:  # whatever is wrong with the XML of a damaged sheet
        raise TableError(
            f"{file} can't be read: the sheet {name!r} is damaged; save it again from Excel"
        ) from None
    return Sheet(name, rows, tuple(filled), (*notes, *hidden), others)


def _parts(file: str, content: bytes) -> list[zipfile.ZipInfo]:
    """Return the parts of an archive."""
    try:
        return zipfile.ZipFile(BytesIO(content)).infolist()
    except Exception:  # of several kinds, in an archive that is damaged
        raise TableError(f"{file} is no Excel workbook (.xlsx)") from None


def _open(file: str, content: bytes) -> Workbook:
    import warnings

    import openpyxl

    unpacked = sum(part.file_size for part in _parts(file, content))
    if unpacked > MAX_UNPACKED:
        raise TableError(f"{file} has more than {MAX_UNPACKED // 2**20} MiB when unpacked")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what tables have no use for, such as drop-downs
            return openpyxl.load_workbook(
                BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
    except Exception:  # whatever is wrong with a broken archive or its XML
        raise TableError(f"{file} is no Excel workbook (.xlsx)") from None


def _rows(
    file: str, book: Workbook, name: str
) -> tuple[list[tuple[int, list[Cell]]], list[str], list[str]]:
    """Return the rows of a sheet that are seen, what merged cells cover, and what is hidden."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        """The library's own, which also tells formulas that were never calculated."""

        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell = super().parse_cell(element)
            empty_text = element.get("t") == "str"  # what a formula such as =IF(..., "") gives
            if cell["value"] is None and not empty_text and element.find(FORMULA_TAG) is not None:
                cell["value"] = Fault(_NO_VALUE.format(element.get("r", "a cell")))
            return cell

    sheet: Any = book[name]
    wiring: Any = book
    styles = _styles(book)
    rows: list[tuple[int, list[Cell]]] = []
    room = _Room(file, name)
    with sheet._get_source() as source:
        parser: Any = Parser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=wiring.epoch,
            date_formats=wiring._date_formats,
            timedelta_formats=wiring._timedelta_formats,
        )
        for number, row in parser.parse():
            filled = {cell["column"]: cell for cell in row if cell["value"] is not None}
            width = max(filled, default=0)
            room.take(width + 1, width)
            values: list[Cell] = [None] * width
            for column, cell in filled.items():
                values[column - 1] = _value(cell, styles)
            rows.append((number, values))
    covered = _fill(rows, parser.merged_cells, room)
    notes: list[str] = []
    return _seen(rows, parser, notes), covered, notes


class _Room:
    """How many more cells a sheet may have."""

    def __init__(self, file: str, sheet: str) -> None:
        self._left = MAX_CELLS
        self._where = f"{file}, sheet {sheet}"

    def take(self, cells: int, width: int) -> None:
        """Count cells, of a row that is so wide."""
        self._left -= cells
        if width > MAX_COLUMNS:
            raise TableError(f"{self._where} has more than {MAX_COLUMNS} columns")
        if self._left < 0:
            raise TableError(f"{self._where} has more than {MAX_CELLS} cells")


_LITERAL = re.compile(r'"[^"]*"|\\.')
"""Text in the code of a number's form: 0" %" shows 5 as 5 %."""


@dataclass(frozen=True, slots=True)
class _Styles:
    """Numbers of the styles that change what a cell says.

    Attributes
    ----------
    clockless
        They show a date and no clock.
    percent
        They show 0.05 as 5 %.
    """

    clockless: frozenset[int]
    percent: frozenset[int]


def _styles(book: Workbook) -> _Styles:
    """Return the styles of a workbook that change what a cell says."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, is_datetime

    formats: Any = book
    clockless, percent = set(), set()
    for number, style in enumerate(formats._cell_styles):
        own = style.numFmtId - BUILTIN_FORMATS_MAX_SIZE
        code = formats._number_formats[own] if own >= 0 else BUILTIN_FORMATS.get(style.numFmtId)
        if is_datetime(code) == "date":
            clockless.add(number)
        elif "%" in _LITERAL.sub("", code or ""):
            percent.add(number)
    return _Styles(frozenset(clockless), frozenset(percent))


def _value(cell: dict[str, Any], styles: _Styles) -> Cell:
    """Return what a cell holds."""
    value = cell["value"]
    if cell["data_type"] == "e" and not isinstance(value, Fault):
        return Fault(f"the error {value} in {letter(cell['column'])}{cell['row']}")
    if isinstance(value, bool | str | Fault | time | timedelta):
        return value
    if isinstance(value, int | float):
        return f"{100 * value:.10g} %" if cell["style_id"] in styles.percent else float(value)
    if not isinstance(value, datetime):
        return value if isinstance(value, date) else str(value)
    if value < _FIRST_DAY + timedelta(days=60):  # no date: hours beyond 24, shown without brackets
        return value - _FIRST_DAY
    if cell["style_id"] in styles.clockless and value.time() == time():
        return value.date()
    return value


def _fill(rows: Sequence[tuple[int, list[Cell]]], merged: Any, room: _Room) -> list[str]:
    """Let a merged cell count for all that it covers; return what is told of it."""
    at = {number: place for place, (number, _) in enumerate(rows)}
    numbers = sorted(at)
    told = []
    for area in merged.mergeCell if merged is not None else ():
        anchor = rows[at[area.min_row]][1] if area.min_row in at else []
        value = anchor[area.min_col - 1] if area.min_col <= len(anchor) else None
        if value is None:
            continue
        covered = numbers[bisect_left(numbers, area.min_row) : bisect_right(numbers, area.max_row)]
        for number in covered:
            values = rows[at[number]][1]
            room.take(area.max_col - area.min_col + 1, area.max_col)
            values += [None] * (area.max_col - len(values))
            values[area.min_col - 1 : area.max_col] = [value] * (area.max_col - area.min_col + 1)
        if len(covered) > 1:
            told.append(area.coord)
    if not told:
        return []
    return [f"merged cells count for each row that they cover ({some(told)})"]


def _seen(
    rows: Sequence[tuple[int, list[Cell]]], parser: Any, notes: list[str]
) -> list[tuple[int, list[Cell]]]:
    """Return the rows and columns that aren't hidden; the others are noted, if they hold any."""
    hidden = {
        column
        for attributes in parser.column_dimensions.values()
        if attributes.get("hidden") in _TRUE
        for column in range(int(attributes["min"]), min(int(attributes["max"]), MAX_COLUMNS) + 1)
    }
    folded = {
        int(row)
        for row, attributes in parser.row_dimensions.items()
        if attributes.get("hidden") in _TRUE
    }
    lost_rows = [str(number) for number, row in rows if number in folded and any_in(row)]
    seen = [(number, row) for number, row in rows if number not in folded]
    lost_columns = set()
    for _, row in seen:
        for column in hidden:
            if column <= len(row) and row[column - 1] is not None:
                lost_columns.add(column)
                row[column - 1] = None
    for what, names in (("row", lost_rows), ("column", [letter(c) for c in sorted(lost_columns)])):
        if names:
            verb = "are hidden and aren't" if len(names) > 1 else "is hidden and isn't"
            notes.append(f"{what}{'s' if len(names) > 1 else ''} {some(names)} {verb} read")
    return seen


def any_in(row: Sequence[Cell]) -> bool:
    """Return whether a row holds anything."""
    return any(cell is not None and cell != "" for cell in row)


def letter(column: int) -> str:
    """Return the letters of a column, which counts from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def some(names: Sequence[str]) -> str:
    """Return names with commas between; of more than six the first five."""
    shown = names if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
