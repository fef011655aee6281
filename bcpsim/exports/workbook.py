"""The tables of a result as an Excel workbook, a sheet for each."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bcpsim.errors import InputError, visible
from bcpsim.files.archives import WRITTEN, text_cell, without_clock
from bcpsim.results import StoredResult
from bcpsim.runs.events import Events

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_048_576
"""Rows of a sheet, the head among them, as Excel has them."""


def as_workbook(result: StoredResult, events: Events) -> bytes:
    """Return the tables of a result, and the events of a replication, as a workbook.

    Numbers are numbers, and times local times without their zone, which a note of the head names.
    Text is text, also where it looks like a formula. The same tables give the same bytes.

    Raises
    ------
    InputError
        If a table has more rows than a sheet.
    """
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book: Any = openpyxl.Workbook(write_only=True)
    book.properties.created, book.properties.creator = WRITTEN, "bcpsim export"
    for title, table in _tables(result, events):
        if len(table) >= MOST_ROWS:
            raise InputError(
                f"{title}: {len(table):,} rows are more than a sheet holds ({MOST_ROWS - 1:,}); "
                "write Parquet or CSV instead"
            )
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for k in range(len(table.columns)):
            sheet.column_dimensions[get_column_letter(k + 1)].width = 18
        heads = [text_cell(sheet, visible(head)) for head in _heads(table)]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        columns = [_cells(column) for _, column in table.items()]
        for row in zip(*columns, strict=True):
            sheet.append(
                [text_cell(sheet, visible(cell)) if isinstance(cell, str) else cell for cell in row]
            )
    content = io.BytesIO()
    book.save(content)
    return without_clock(content)


def _tables(result: StoredResult, events: Events) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "Measures", result.measures
    yield "Measures by hour", result.hourly
    yield "Replications", result.replications
    yield "Travellers", events.travellers
    yield "Activities", events.activities
    yield "Queues", events.queues


def _heads(table: pd.DataFrame) -> Iterator[str]:
    """Yield the heads of columns; of times with their zone."""
    for name, kind in table.dtypes.items():
        zone = getattr(kind, "tz", None)
        yield f"{name} ({zone})" if zone is not None else str(name)


def _cells(column: pd.Series[Any]) -> list[Any]:
    """Return a column as a sheet takes it: nothing for what is missing or has no bound."""
    if getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_localize(None).dt.round("ms")
    missing = column.isna()
    values = column.dt.to_pydatetime() if column.dtype.kind == "M" else column.tolist()
    return [
        None if gone or (isinstance(value, float) and not math.isfinite(value)) else value
        for value, gone in zip(values, missing, strict=True)
    ]
