"""A document: headings, sentences, tables and figures, whatever they are rendered to.

What is said of a result is said here once, with its data. `bcpsim.report.html`, `markdown` and
`workbook` render it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bcpsim.errors import visible
from bcpsim.report.table import cell, decimals, fitting_unit, rounded

Tone = Literal["plain", "answer", "warning"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a section."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph: plain, the answer, or a warning."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; nan where there is none."""

    value: float
    low: float = math.nan
    high: float = math.nan

    def __str__(self) -> str:
        return cell(self.value, self.low, self.high)

    def alone(self) -> str:
        """Return the number without its interval, rounded to what that can tell."""
        half = (self.high - self.low) / 2
        known = math.isfinite(half) and half > 0
        return rounded(self.value, decimals(half if known else abs(self.value) / 100))

    def scaled(self, factor: float) -> Estimate:
        """Return the same in another unit."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


Cell = str | Estimate | None
"""What stands in a table: words, a number, or nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, with the unit of its numbers."""

    title: str
    unit: str = ""

    @property
    def head(self) -> str:
        """Title and unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column says what each row is of.

    Attributes
    ----------
    title
        What it shows, in a few words.
    columns, rows
        Heads and cells.
    note
        What must be known to read it.
    folded
        Whether it is shown only when it is asked for.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, with what it shows in words and the numbers behind it.

    Attributes
    ----------
    title
        What it shows.
    svg
        The picture, an SVG element that is safe to put into a page.
    note
        How to read it.
    table
        The numbers; None: `note` or the picture's own description says it all.
    width
        Whether it may stand beside others, needs the width of the page, or a page across.
    """

    title: str
    svg: str
    note: str = ""
    table: Table | None = None
    width: Literal["half", "full", "page"] = "half"


@dataclass(frozen=True, slots=True)
class Player:
    """What moves on a page, and is there on pages only.

    Attributes
    ----------
    title, note
        What it shows, and how to read it.
    body
        HTML that is safe to put into a page.
    script
        The program that moves it, a module of JavaScript.
    """

    title: str
    note: str
    body: str
    script: str


Part = Heading | Sentence | Points | Table | Figure | Player


@dataclass(frozen=True, slots=True)
class Document:
    """A title and what follows it."""

    title: str
    parts: tuple[Part, ...]

    def tables(self) -> Iterator[Table]:
        """Yield all tables, those behind figures too."""
        for part in self.parts:
            if isinstance(part, Table):
                yield part
            elif isinstance(part, Figure) and part.table is not None:
                yield part.table


def span(minutes: float) -> str:
    """Return a time as a person would say it: 40 s, 2.5 min, 43 h, 3.2 days."""
    return spans(minutes)[0]


def spans(minutes: float, *others: float) -> list[str]:
    """Return times as a person would say them, others with the unit of the first."""
    if math.isnan(minutes):
        return ["-"] * (1 + len(others))
    size = abs(minutes)
    units = (
        (1 / 60, "s", 0.95),
        (1.0, "min", 300.0),
        (60.0, "h", 4320.0),
        (1440.0, "days", math.inf),
    )
    factor, unit = next((factor, unit) for factor, unit, most in units if size < most)
    values = (one / factor for one in (minutes, *others))
    return [
        f"{value:,.2g} {unit}" if abs(value) < 10 else f"{value:,.0f} {unit}" for value in values
    ]


def number(value: float) -> str:
    """Return a number of things as a person would say it."""
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.2g}"


def in_time(
    title: str, unit: str, cells: tuple[Estimate | None, ...]
) -> tuple[Column, tuple[Estimate | None, ...]]:
    """Return a column of numbers; minutes become hours or days where all of them are long."""
    values = [one.value for one in cells if one is not None]
    name, factor = fitting_unit(unit, values)
    if factor != 1:
        cells = tuple(one and one.scaled(factor) for one in cells)
    return Column(visible(title), name), cells
