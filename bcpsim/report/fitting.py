"""Tables that fit the width of a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bcpsim.report.numbers import NO_BOUND

_GAP = 3  # columns of the terminal between two columns of a table
_HEAD = 12  # signs in a line of the head of a column of numbers
_BOUNDS = re.compile(rf" (?=\[|{re.escape(NO_BOUND)})")
_FOLDED = (24, 14)  # least signs in a line of words that are folded, first and where need be


@dataclass(frozen=True, slots=True)
class Printed:
    """A column as it is printed.

    Attributes
    ----------
    head
        What stands above it.
    cells
        Its words or numbers, each with the style that it is printed in.
    numbers
        Whether it is one of numbers, which stand to the right and aren't folded.
    optional
        Whether it may be left out where there is no room.
    indent
        How far rows stand to the right that are below a head.
    """

    head: str
    cells: tuple[tuple[str, str], ...]
    numbers: bool
    optional: bool = False
    indent: int = 0

    @property
    def lines(self) -> Iterator[str]:
        """All lines of its cells and of its head."""
        for text, _ in self.cells:
            yield from text.splitlines()
        yield from self.title.splitlines()

    @property
    def title(self) -> str:
        """Its head, folded over numbers that are shorter."""
        if not self.numbers:
            return self.head
        widest = max((len(line) for text, _ in self.cells for line in text.splitlines()), default=0)
        return textwrap.fill(self.head, max(widest, _HEAD), break_on_hyphens=False)

    @property
    def widest(self) -> int:
        """How wide it is if nothing is folded."""
        return max(map(len, self.lines), default=0) + self.indent

    def least(self, folded: int) -> int:
        """Return how wide it is at least: no number is folded, and no word broken.

        Parameters
        ----------
        folded
            Least signs in a line of words, if they have as many.
        """
        if self.numbers:
            return self.widest
        longest = max((len(word) for line in self.lines for word in line.split()), default=0)
        return max(longest + self.indent, min(self.widest, folded))

    def stacked(self) -> Printed:
        """Return the column with intervals below their estimates."""
        if not self.numbers:
            return self
        cells = tuple((_BOUNDS.sub("\n", text), style) for text, style in self.cells)
        return replace(self, cells=cells)


def fitting_tables(
    columns: Sequence[Printed], width: int, *, heads: frozenset[int], rule: int
) -> Iterator[Table]:
    """Yield as few tables as the width allows, each with the first column and some of the others.

    What is optional is left out first; then words are folded, then intervals stand below their
    estimates, then columns go to another table.

    Parameters
    ----------
    columns
        The first says what each row is of.
    width
        Columns of the terminal.
    heads
        Rows that head those that follow.
    rule
        The row above which there is a line.
    """
    for some, widths in _layout(columns, width):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column, wide in zip(some, widths, strict=True):
            table.add_column(
                Text(column.title),
                justify="right" if column.numbers else "left",
                no_wrap=column.numbers,
                overflow="fold",
                width=wide,
            )
        label, *others = some
        for number, (text, style) in enumerate(label.cells):
            if number == rule:
                table.add_section()
            words = Text(text, style="bold" if number in heads else style)
            below = bool(heads) and number not in heads
            first = Padding(words, (0, 0, 0, label.indent)) if below else words
            cells = (column.cells[number] for column in others)
            table.add_row(first, *(Text(text, style=Style.parse(style)) for text, style in cells))
        yield table


_Layout = tuple[list[Printed], list[int]]
"""Columns of a table, and how wide each is."""


def _layout(columns: Sequence[Printed], width: int) -> list[_Layout]:
    """Return the columns of each table."""
    needed = [column for column in columns if not column.optional]
    for some in (list(columns), needed):
        if _sum(column.widest for column in some) <= width:
            return [(some, [column.widest for column in some])]
    stacked = [column.stacked() for column in needed]
    for folded in _FOLDED:
        for some in (needed, stacked):
            if _sum(column.least(folded) for column in some) <= width:
                return [(some, _widths(some, width, folded))]
    label, *others = stacked
    least = _FOLDED[-1]
    tables: list[list[Printed]] = []
    for column in others:
        last = [*tables[-1], column] if tables else []
        if last and _sum(one.least(least) for one in last) <= width:
            tables[-1] = last
        else:
            tables.append([label, column])
    return [(some, _widths(some, width, least)) for some in tables or [[label]]]


def _sum(widths: Iterable[int]) -> int:
    return sum(width + _GAP for width in widths) - _GAP + 2  # and a margin on each side


def _widths(columns: Sequence[Printed], width: int, folded: int) -> list[int]:
    """Return how wide each column is: words that are folded share what is left."""
    widths = [column.least(folded) for column in columns]
    left = width - _sum(widths)
    wanted = [column.widest - least for column, least in zip(columns, widths, strict=True)]
    share = min(1.0, max(0, left) / max(1, sum(wanted)))
    return [least + int(share * more) for least, more in zip(widths, wanted, strict=True)]
