"""A document as Markdown, for a wiki or a report of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bcpsim.report.document import (
    Document,
    Figure,
    Heading,
    Part,
    Player,
    Points,
    Sentence,
    Table,
)

MARK = "<!-- Made by bcpsim report -->"
"""By which a file is known as a report."""

_SIGNS = re.compile(r"([\\`*_\[\]<>|~])")
"""What Markdown, or HTML within it, would read as more than text."""


def as_markdown(document: Document) -> str:
    """Return a document as Markdown; of pictures the words, and no tables that are folded."""
    blocks = [MARK, f"# {_text(document.title)}"]
    for part in document.parts:
        blocks += _blocks(part)
    return "\n\n".join(blocks) + "\n"


def _blocks(part: Part) -> Iterator[str]:
    match part:
        case Heading():
            yield f"{'#' * part.level} {_text(part.text)}"
        case Sentence():
            yield ("> " if part.tone == "warning" else "") + _text(part.text)
        case Points():
            yield "\n".join(f"- {_text(item)}" for item in part.items)
        case Table():
            if not part.folded:
                yield from _table(part)
        case Figure():
            yield " ".join(filter(None, [f"*{_text(part.title)}*: a picture.", _text(part.note)]))
        case Player():
            yield f"*{_text(part.title)}*: in the report as a page."


def _table(table: Table) -> Iterator[str]:
    yield f"**{_text(table.title)}**"
    rows = [
        [column.head for column in table.columns],
        *(["" if cell is None else str(cell) for cell in row] for row in table.whole_rows),
    ]
    lines = ["| " + " | ".join(map(_text, row)) + " |" for row in rows]
    lines.insert(1, "| --- " * len(table.columns) + "|")
    yield "\n".join(lines)
    if table.note:
        yield _text(table.note)


def _text(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
