"""The one place that reads numbers in cells of tables: decimal commas, thousands, nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.raw import RawTable, plain
from bcpsim.scenario.tabular import TableDescription

MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0}
"""Minutes of each unit of time that a column may have."""

_UNITS = {
    "s": ("s", "sec", "secs", "seconds", "sek", "sekunden", "sekundy", "secondes"),
    "min": ("min", "mins", "minutes", "minuten", "minuty"),
    "h": ("h", "hr", "hrs", "hours", "std", "stunden", "godz", "godziny", "heures"),
}
"""What the head of a column calls each unit of time."""

_UNIT = re.compile(
    rf"(?:[\[(_]|\bin )({'|'.join(name for names in _UNITS.values() for name in names)})\.?[\])]?$",
    re.IGNORECASE,
)
_DASHES = ("-", "--", "\u2013", "\u2014", "\u2212")
_WORDS = ("n/a", "#n/a", "na", "n.a.", "nan", "null", "none", "nil", "k.a.", "b.d.", "x")
NOTHING = frozenset(("", ".", "..", "...", "?", *_DASHES, *_WORDS))
"""What stands in a cell for no number."""

_SPACES = " \u00a0\u2007\u2009\u202f"
_GROUPS = f"{_SPACES}'\u2019"
_FORMS = {
    decimal: re.compile(
        rf"[-+\u2212]?(\d+|\d{{1,3}}(?P<group>[{_GROUPS}{other}])\d{{3}}((?P=group)\d{{3}})*)"
        rf"({re.escape(decimal)}\d*)?(e[-+]?\d{{1,3}})?|[-+\u2212]?{re.escape(decimal)}\d+",
        re.ASCII | re.IGNORECASE,
    )
    for decimal, other in ((".", ","), (",", "."))
}
_EITHER = re.compile(r"[-+\u2212]?[1-9]\d{0,2}(?P<mark>[.,])\d{3}", re.ASCII)
"""A number that is a thousand times as large if its mark parts thousands."""


def is_nothing(cell: Cell) -> bool:
    """Return whether a cell holds no number by intent: empty, a dash, n/a."""
    return cell is None or (isinstance(cell, str) and plain(cell) in NOTHING)


def decimal_of(use: TableDescription, table: RawTable, columns: Sequence[int], notes: Notes) -> str:
    """Return the decimal mark of columns: as given, else as their cells show.

    Parameters
    ----------
    use, table
        A table and its description.
    columns
        Places of the columns with numbers.
    notes
        Told of a comma, and of thousands.

    Raises
    ------
    TableError
        If numbers such as 1.234 are all that shows it, in a table that isn't parted by commas:
        they may be thousands.
    """
    if use.decimal is not None:
        return use.decimal
    either: dict[str, str] = {}
    grouped = ""
    for text in _texts(table, columns):
        if text.isdecimal():
            continue
        doubtful = _EITHER.fullmatch(text)
        if doubtful:
            either.setdefault(doubtful["mark"], text)
            continue
        fits = [decimal for decimal, form in _FORMS.items() if form.fullmatch(text)]
        if len(fits) == 1:
            if fits[0] == ",":
                notes.guess(f"decimal commas ({text})")
            elif "," in text:
                notes.guess(f"thousands parted by commas ({text})")
            return fits[0]
        grouped = grouped or (text if fits else "")
    if not either:
        return "."
    if len(either) > 1:  # 1.234 and 5,678: one is a decimal mark, and nobody can tell which
        first, second = either.values()
        raise TableError(
            f"{table.name}: {first!r} and {second!r}: can't tell which mark is the decimal one; "
            "say decimal: '.' or decimal: ','"
        )
    [(mark, text)] = either.items()
    if grouped:  # spaces part the thousands
        return mark
    if table.separator == ",":
        if mark == ",":
            notes.guess(f"thousands parted by commas ({text})")
        return "."
    whole = text.replace(mark, "")
    raise TableError(
        f"{table.name}: {text!r} may be {whole} or {text.replace(',', '.')}; say decimal: "
        f"{'.' if mark == ',' else ','!r} or decimal: {mark!r}"
    )


def _texts(table: RawTable, columns: Sequence[int]) -> Iterable[str]:
    for _, cells in table.rows:
        for column in columns:
            cell = cells[column]
            if isinstance(cell, str):
                yield cell.strip()


def number_of(cell: Cell, decimal: str) -> float:
    """Return the number in a cell.

    Raises
    ------
    ValueError
        If it is none, or not finite.
    """
    if isinstance(cell, Fault):
        raise ValueError(cell.words)
    if isinstance(cell, float):
        value = cell
    elif isinstance(cell, str) and _FORMS[decimal].fullmatch(cell):
        digits = re.sub(rf"[{_GROUPS}{',' if decimal == '.' else '.'}]", "", cell)
        value = float(digits.replace(decimal, ".").replace("\u2212", "-"))
    else:
        raise ValueError(f"{shown(cell)} is no number")
    if not math.isfinite(value):
        raise ValueError(f"{shown(cell)} must be a finite number")
    return value


def not_negative(cell: Cell, decimal: str) -> float:
    """Return the number in a cell that counts or measures something.

    Raises
    ------
    ValueError
        If it is none, not finite, or negative.
    """
    value = number_of(cell, decimal)
    if value < 0:
        raise ValueError(f"{shown(cell)} must not be negative")
    return value


def shown(cell: Cell) -> str:
    """Return a cell as messages show it."""
    if isinstance(cell, Fault):
        return cell.words
    text = text_of(cell)
    return repr(text if len(text) <= 60 else f"{text[:60]}...") if text else "an empty cell"


def tell_other_unit(head: str, unit: str, notes: Notes) -> None:
    """Tell if the head of a column, such as wait [s], says another unit than the one that counts.

    Parameters
    ----------
    head
        The head.
    unit
        ``s``, ``min`` or ``h``.
    notes
        Told of it.
    """
    said = _UNIT.search(head)
    if said is not None and said[1].lower() not in _UNITS[unit]:
        notes.warn(
            f"the column {head!r} seems to be in {said[1]}, and its numbers are read as {unit}"
        )
