"""A document as an Excel workbook: a sheet for its words, and one for each table."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from typing import Any

from bcpsim.files.archives import WRITTEN, text_cell, without_clock
from bcpsim.report.document import (
    Cell,
    Document,
    Estimate,
    Heading,
    Points,
    Sentence,
    Table,
)

MARK = b"bcpsim report"
"""By which a workbook is known as a report: who made it."""

_LONGEST = 31  # signs of the name of a sheet
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDEST = 60.0


def as_workbook(document: Document) -> bytes:
    """Return a document as a workbook, the same bytes for the same document.

    Numbers are numbers, with the bounds of their intervals in columns beside them, and units in
    the heads. Text is text, also where it looks like a formula.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book: Any = openpyxl.Workbook(write_only=True)
    book.properties.created, book.properties.creator = WRITTEN, MARK.decode()
    sheet = book.create_sheet("Read me")
    sheet.column_dimensions["A"].width = 110
    for text, bold in _words(document):
        cell = text_cell(sheet, text)
        cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="top")
        sheet.append([cell])
    taken = {"read me"}
    for table in document.tables():
        sheet = book.create_sheet(_name(table.title, taken))
        sheet.freeze_panes = "B2"
        parted = _parted(table)
        heads, rows = parted[0], parted[1:]
        for k in range(len(heads)):
            longest = max((len(str(row[k])) for row in rows if isinstance(row[k], str)), default=8)
            letter = get_column_letter(k + 1)
            sheet.column_dimensions[letter].width = min(max(longest, 12) + 2.0, _WIDEST)
            if rows:
                sheet.auto_filter.ref = f"A1:{letter}{len(rows) + 1}"
        written = []
        for head in heads:
            cell = text_cell(sheet, str(head))
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
            written.append(cell)
        sheet.append(written)
        for row in rows:
            sheet.append([text_cell(sheet, v) if isinstance(v, str) else v for v in row])
    content = io.BytesIO()
    book.save(content)
    return without_clock(content)


def _words(document: Document) -> Iterator[tuple[str, bool]]:
    """Yield the words of a document, and whether each is a head."""
    yield document.title, True
    for part in document.parts:
        if isinstance(part, Heading):
            yield part.text, True
        elif isinstance(part, Sentence):
            yield part.text, False
        elif isinstance(part, Points):
            yield from ((item, False) for item in part.items)
        elif isinstance(part, Table) and part.note:
            yield f"{part.title}: {part.note}", False


def _name(title: str, taken: set[str]) -> str:
    """Return a name for a sheet that no other has."""
    plain = _FORBIDDEN.sub(" ", title).strip() or "Table"
    number = 1
    while True:
        end = f" {number}" if number > 1 else ""
        name = plain[: _LONGEST - len(end)].rstrip() + end
        if name.lower() not in taken:
            taken.add(name.lower())
            return name
        number += 1


def _parted(table: Table) -> list[list[str | float | None]]:
    """Return head and rows, with an estimate and its bounds in columns of their own."""
    columns: list[list[str | float | None]] = []
    for k, column in enumerate(table.columns):
        cells = [row[k] for row in table.whole_rows]
        columns.append([column.head, *map(_value, cells)])
        bounds = [(one.low, one.high) for one in cells if isinstance(one, Estimate)]
        if any(math.isfinite(bound) for pair in bounds for bound in pair):
            for name in ("low", "high"):
                values = [getattr(c, name) if isinstance(c, Estimate) else None for c in cells]
                columns.append([f"{column.head}, {name}", *map(_number, values)])
    return [list(row) for row in zip(*columns, strict=True)]


def _value(cell: Cell) -> str | float | None:
    if isinstance(cell, Estimate):
        return _number(cell.value)
    return None if cell is None else str(cell)


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
