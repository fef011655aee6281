"""Excel workbooks as rows of cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from bcpsim.errors import nearest
from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables.files import TableError

_MAX_LINES = 4096 * 400


def sheet_rows(use: Roster, content: bytes) -> Iterator[tuple[int, list[str]]]:
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
        rows = list(sheet.iter_rows(values_only=True, max_row=_MAX_LINES))
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
