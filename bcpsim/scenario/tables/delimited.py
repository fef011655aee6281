"""CSV files as rows of cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from bcpsim.scenario.tables.files import TableError


def delimited_rows(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
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


def _text(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{file} is no UTF-8 text") from None
