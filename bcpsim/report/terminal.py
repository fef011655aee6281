"""A document for a terminal: sentences, and tables that fit."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table as Printed
from rich.text import Text

from bcpsim.report.document import Cell, Document, Estimate, Heading, Points, Sentence, Table
from bcpsim.report.fitting import fitting_tables

_HEAD = 12  # signs in a line of the head of a column
_NUMBER = re.compile(r"[-+]?\d[\d.,e+-]*$")


def as_text(document: Document, width: int, *after: str) -> Group:
    """Return a document for printing: without pictures, and without tables that are folded.

    Parameters
    ----------
    document
        What is said.
    width
        Columns of the terminal; in a table that is wider intervals stand below their estimates, and
        what then doesn't fit makes a table of its own. A table of words alone is folded into the
        width.
    after
        What is said after it, a line each.
    """
    parts: list[RenderableType] = [Text(document.title, style="bold")]
    for part in document.parts:
        match part:
            case Heading():
                parts.append(Text(f"\n{part.text}", style="bold"))
            case Sentence():
                warns = part.tone == "warning"
                parts.append(
                    Text(f"Note: {part.text}", style="yellow") if warns else Text(part.text)
                )
            case Points():
                parts += [Text(item) for item in part.items]
            case Table() if not part.folded:
                parts += _table(part, width)
                if part.note:
                    parts.append(Text(part.note, style="dim"))
    return Group(*parts, *(Text(line, style="dim") for line in after))


def _table(table: Table, width: int) -> Iterator[Printed]:
    cells = [cell for row in table.rows for cell in row]
    return _of_estimates(table, width) if _some_estimate(cells) else iter([_of_words(table)])


def _some_estimate(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, Estimate) for cell in cells)


def _of_words(table: Table) -> Printed:
    """Return a table without estimates: columns fold, numbers stand to the right."""
    printed = Printed(box=box.SIMPLE_HEAD, pad_edge=False)
    for k, column in enumerate(table.columns):
        cells = [_written(row[k]) for row in table.rows]
        is_number = all(_NUMBER.match(cell) for cell in cells if cell)
        printed.add_column(
            Text(column.head), justify="right" if is_number else "left", overflow="fold"
        )
    for row in table.rows:
        printed.add_row(*(Text(_written(cell)) for cell in row))
    return printed


def _of_estimates(table: Table, width: int) -> Iterator[Printed]:
    label, *heads = (column.head for column in table.columns)
    labels = [_written(row[0]) for row in table.rows]
    columns = [
        [textwrap.fill(head, _HEAD), *(_written(row[k]) for row in table.rows)]
        for k, head in enumerate(heads, start=1)
    ]
    if len(list(fitting_tables(label, labels, columns, width))) > 1:
        columns = [[one.replace(" [", "\n[") for one in column] for column in columns]
    return fitting_tables(label, labels, columns, width)


def _written(cell: Cell) -> str:
    return "" if cell is None else str(cell)
