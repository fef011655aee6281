"""Workbooks: the same bytes every time, without the clock of saving, and text that stays text."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

WRITTEN = datetime(2026, 4, 1)
"""Stands for when a workbook was made."""

_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def without_clock(content: io.BytesIO) -> bytes:
    """Return a workbook whose parts don't say when they were written."""
    made = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            saved = f"{WRITTEN:%Y-%m-%dT%H:%M:%SZ}".encode()
            new.writestr(part, _SAVED.sub(rb"\g<1>" + saved, old.read(name)))
    return made.getvalue()


def text_cell(sheet: Any, text: str) -> Any:
    """Return a cell of a sheet that is written row by row; text stays text, like a formula or not.

    Parameters
    ----------
    sheet
        Of a workbook of openpyxl that is only written.
    text
        What it holds.
    """
    from openpyxl.cell import WriteOnlyCell

    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
