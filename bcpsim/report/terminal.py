"""A document for a terminal: sentences, and tables that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from rich.console import Group, RenderableType
from rich.table import Table as Printable
from rich.text import Text

from bcpsim.report.document import (
    Cell,
    Document,
    Heading,
    Judged,
    Judgement,
    Part,
    Points,
    Sentence,
    Table,
    Tone,
)
from bcpsim.report.fitting import Printed, fitting_tables

_NUMBER = re.compile(r"[-+]?(?:\d[-+\d.,e%\s\[\]]*)?$")
"""A number, perhaps with an interval; - where there is none."""

_TONES: Mapping[Tone, str] = {"plain": "", "answer": "", "warning": "yellow", "note": "dim"}
_JUDGED: Mapping[Judgement, str] = {
    "good": "bold green",
    "bad": "bold red",
    "open": "bold yellow",
}
_INDENT = 2  # of rows below a head


def as_text(document: Document, width: int, *after: str) -> Group:
    """Return a document for printing: without pictures, and without tables that are folded.

    Parameters
    ----------
    document
        What is said.
    width
        Columns of the terminal; a table that is wider is folded, stacked or parted.
    after
        What is said after it, a line each; nothing of those that are empty.
    """
    parts: list[RenderableType] = [Text(document.title, style="bold")]
    for before, part in pairwise((None, *document.parts)):
        if part is not None and _apart(before, part):
            parts.append(Text())
        match part:
            case Heading():
                parts.append(Text(part.text, style="bold"))
            case Sentence():
                text = f"Note: {part.text}" if part.tone == "warning" else part.text
                parts.append(Text(text, style=_TONES[part.tone]))
            case Points():
                parts += _points(part)
            case Table() if not part.folded:
                parts += _table(part, width)
                if part.note:
                    parts.append(Text(part.note, style=_TONES["note"]))
    return Group(*parts, *(Text(line, style=_TONES["note"]) for line in after if line))


def _apart(before: Part | None, part: Part) -> bool:
    """Return whether there is an empty line above a part; tables have theirs."""
    match part:
        case Heading():
            return True
        case Points(tone="answer"):
            return isinstance(before, Sentence)
        case Sentence(tone="note"):
            return isinstance(before, Points)
    return False


def _points(points: Points) -> Iterator[RenderableType]:
    """Yield the items of a list, whose further lines are indented; an answer has no marks."""
    for item in points.items:
        text = Text(item, style=_TONES[points.tone])
        if points.tone == "answer":
            yield text
        else:
            grid = Printable.grid(padding=(0, 1, 0, 0))
            grid.add_row(Text("-", style=_TONES[points.tone]), text)
            yield grid


def _table(table: Table, width: int) -> Iterator[Printable]:
    rows = table.whole_rows
    heads = frozenset(number for number, row in enumerate(table.rows) if len(row) == 1)
    columns = [
        Printed(
            column.head,
            tuple(_written(row[k]) for row in rows),
            numbers=table.numeric(k) or all(_NUMBER.match(_written(row[k])[0]) for row in rows),
            optional=column.optional,
            indent=_INDENT if heads and k == 0 else 0,
        )
        for k, column in enumerate(table.columns)
    ]
    return fitting_tables(columns, width, heads=heads, rule=len(rows) - table.sums)


def _written(cell: Cell) -> tuple[str, str]:
    """Return the text of a cell and its style."""
    style = _JUDGED[cell.judgement] if isinstance(cell, Judged) else ""
    return ("" if cell is None else str(cell)), style
