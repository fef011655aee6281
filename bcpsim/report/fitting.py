"""Tables that fit the width of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

_GAP = 3  # columns between two columns of a table


def fitting_tables(
    title: str,
    labels: Sequence[str],
    columns: Sequence[Sequence[str | Text]],
    width: int,
) -> Iterator[Table]:
    """Yield as few tables as the width allows, each with the labels and some of the columns.

    Parameters
    ----------
    title
        Head of the labels.
    labels
        First cell of each row.
    columns
        The head of a column, then its cells.
    width
        Columns of the terminal.
    """
    waiting = list(columns)
    left = max(map(len, [title, *labels])) + _GAP
    while waiting:
        used = left
        here: list[Sequence[str | Text]] = []
        while waiting and (not here or used + _widest(waiting[0]) + _GAP <= width):
            used += _widest(waiting[0]) + _GAP
            here.append(waiting.pop(0))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column(title, no_wrap=True)
        for head, *_ in here:
            words = head if isinstance(head, Text) else Text(head)
            table.add_column(words, justify="right", no_wrap=True)
        for number, label in enumerate(labels, start=1):
            table.add_row(label, *(column[number] for column in here))
        yield table


def _widest(column: Sequence[str | Text]) -> int:
    """Return the length of the longest line of a column."""
    return max(len(line) for one in column for line in str(one).splitlines() or [""])
