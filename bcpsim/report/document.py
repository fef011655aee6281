"""A document: headings, sentences, tables and figures, whatever they are rendered to.

What is said of a result is said here once, with its data. `bcpsim.report.terminal`, `html`,
`markdown` and `workbook` render it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bcpsim.errors import visible
from bcpsim.report.numbers import cell, decimals, fitting_unit, rounded

Tone = Literal["plain", "answer", "warning", "note"]
"""How something is said; a note is what must be known to read the rest."""

Judgement = Literal["good", "bad", "open"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a section."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph: plain, the answer, a warning, or a note."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences; those of the answer are a paragraph each."""

    items: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; nan where there is none.

    Attributes
    ----------
    value, low, high
        The number and its bounds.
    signed
        Whether it is a change, so that what is above 0 has a plus.
    known_to
        How far it may be off, if that is known and no interval is shown; 0: it isn't.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    signed: bool = field(default=False, kw_only=True)
    known_to: float = field(default=0.0, kw_only=True)

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Estimate:
        """Return the estimate of a row of a result, with its interval."""
        return cls(row["estimate"], row["low"], row["high"])

    def __str__(self) -> str:
        if math.isnan(self.low) and math.isfinite(self.value) and 0 < self.known_to < math.inf:
            return rounded(self.value, decimals(self.known_to), signed=self.signed)
        return cell(self.value, self.low, self.high, signed=self.signed)

    def alone(self) -> str:
        """Return the number without its interval, rounded to what that can tell."""
        half = (self.high - self.low) / 2
        known = math.isfinite(half) and half > 0
        return rounded(self.value, decimals(half if known else abs(self.value) / 100))

    def scaled(self, factor: float) -> Estimate:
        """Return the same in another unit."""
        numbers = (one * factor for one in (self.value, self.low, self.high, self.known_to))
        value, low, high, known_to = numbers
        return replace(self, value=value, low=low, high=high, known_to=known_to)


@dataclass(frozen=True, slots=True)
class Judged:
    """Words that say whether something is so; they say it without their colour, too."""

    text: str
    judgement: Judgement

    def __str__(self) -> str:
        return self.text


Cell = str | Estimate | Judged | None
"""What stands in a table: words, a number, a verdict, or nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, with the unit of its numbers.

    Attributes
    ----------
    title, unit
        What it says of each row, and in what.
    numbers
        Whether it is a column of numbers even if words stand beside them.
    optional
        Whether a terminal may leave it out where it has no room.
    """

    title: str
    unit: str = ""
    numbers: bool = False
    optional: bool = False

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
        Heads and cells. A row of one cell heads those that follow it.
    note
        What must be known to read it.
    folded
        Whether it is shown only when it is asked for.
    sums
        How many rows at the end sum up those before them.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    folded: bool = False
    sums: int = 0

    @property
    def whole_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, with nothing in what a heading row lacks."""
        empty = (None,) * (len(self.columns) - 1)
        return tuple((*row, *empty) if len(row) == 1 else row for row in self.rows)

    def numeric(self, k: int) -> bool:
        """Return whether a column is of numbers."""
        column = self.columns[k]
        return column.numbers or any(isinstance(row[k], Estimate) for row in self.whole_rows)


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
