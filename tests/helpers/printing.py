"""Documents as a terminal shows them."""

from __future__ import annotations

from rich.console import Console

from bcpsim.report.document import Document
from bcpsim.report.terminal import as_text


def printed(document: Document, width: int = 160) -> str:
    """Return what is printed of a document on a terminal of so many columns."""
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(as_text(document, width))
    text = captured.get()
    assert "…" not in text
    return text


def in_a_line(document: Document, width: int = 160) -> str:
    """Return the same in one line, as folding may be anywhere."""
    return " ".join(printed(document, width).split())
