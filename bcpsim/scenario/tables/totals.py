"""Columns, rows and numbers that add up others, or are a part of them: they aren't added again."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

TOTALS = frozenset(
    {"sum", "total", "totals", "subtotal", "overall", "summe", "gesamt", "gesamtsumme",
     "tagessumme", "wochensumme", "monatssumme", "zwischensumme", "insgesamt", "razem", "suma",
     "ogółem", "łącznie", "somme", "totaux", "totale", "totaal", "totalt", "celkem", "spolu",
     "összesen", "yhteensä", "kokku", "kopā", "ukupno", "skupaj", "toplam", "σύνολο", "итого",
     "всего", "общо"}
)  # fmt: skip
"""Words for what adds up others."""

_TOGETHER = frozenset(
    {"all", "both", "combined", "together", "alle", "beide", "zusammen", "wszystkie", "tous",
     "toutes", "ensemble", "todos", "todas", "tutti"}
)  # fmt: skip
"""Words with which the head of a column may add up others, or may not."""

_OF_WHAT = frozenset(
    {"grand", "daily", "weekly", "monthly", "annual", "yearly", "day", "week", "month", "year"}
)
"""Words before a total, such as a grand one."""

_AVERAGES = frozenset(
    {"average", "averages", "avg", "mean", "median", "minimum", "maximum", "min", "max", "peak",
     "mittel", "mittelwert", "durchschnitt", "schnitt", "średnia", "średnio", "moyenne", "std",
     "stdev", "stddev", "percentile", "share", "standardabweichung"}
)  # fmt: skip
"""First words of rows, and heads of columns, that say something of all others."""

_PERCENTILE = re.compile(r"[pv] ?(50|85|90|95|98|99)\b", re.IGNORECASE)
"""A percentile, also of speeds, as counters write it: V85 km/h."""

_PART_OF = (
    "davon", "darunter", "of which", "of whom", "of these", "thereof", "including", "incl",
    "w tym", "z tego", "z czego", "dont", "de los cuales", "di cui", "waarvan",
)  # fmt: skip
"""How heads of columns begin whose numbers are in another column already."""

_FEW_COLUMNS = 10
"""Most columns of which any some may be what another adds up, and not only neighbours."""

_MANY_COLUMNS = 6
"""Fewest columns whose sum another is by no accident, even in a single row."""

_FEW_ROWS = 2
"""Fewest rows in which the sum of two others is no accident."""


def is_total(text: str) -> bool:
    """Return whether a text begins a row that adds up others: Total, or Grand total."""
    words = _words(text)
    if not words:
        return False
    return words[0] in TOTALS or (len(words) == 2 and words[0] in _OF_WHAT and words[1] in TOTALS)


def has_total(text: str) -> bool:
    """Return whether a total is among the words of a text, such as 13.04.2026 Total."""
    return any(word in TOTALS for word in _words(text))


def is_average(text: str) -> bool:
    """Return whether a text begins a row, or heads a column, with a mean or another statistic."""
    words = _words(text)
    return (bool(words) and words[0] in _AVERAGES) or _PERCENTILE.match(text.strip()) is not None


def is_part(head: str) -> bool:
    """Return whether a column is a part of another by its head, such as: of which buses."""
    said = " ".join(_words(head))
    return any(said.startswith(f"{words} ") for words in _PART_OF)


def says_total(head: str) -> bool:
    """Return whether the head of a column says nothing but that it adds up others."""
    words = _words(head)
    return has_total(head) and all(word in TOTALS | _TOGETHER | _OF_WHAT for word in words)


def may_add_up(head: str, heads: Sequence[str]) -> bool:
    """Return whether the head of a column may say that it adds up others.

    Total cars and All out may, Cars + trucks too, and 24h beside hours that have no such h.
    """
    if "+" in head or has_total(head) or any(word in _TOGETHER for word in _words(head)):
        return True
    alike = [_is_span(one) for one in heads]
    return _is_span(head) and sum(alike) * 2 < len(heads)


def _is_span(head: str) -> bool:
    """Return whether a head is a number of hours, such as 24h."""
    number = head.strip().lower().removesuffix("h").strip()
    return head.strip().lower().endswith("h") and number.isdecimal()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def parts_of(place: int, columns: Mapping[int, Sequence[float]]) -> tuple[int, ...]:
    """Return the columns of which one is the sum in each row; none: it is of no others.

    Parameters
    ----------
    place
        Which it is.
    columns
        Numbers by the place of their column, in the order of the table; nan: there is none.

    Returns
    -------
    tuple of int
        Two columns or more: all others, or neighbours; of few columns any.
    """
    rows = [row for row, number in enumerate(columns[place]) if not math.isnan(number)]
    if not any(columns[place][row] for row in rows):
        return ()
    rows.sort(key=lambda row: -columns[place][row])  # what isn't the sum shows in the first
    return next(
        (some for some in _some(place, list(columns)) if _is_sum(place, some, columns, rows)), ()
    )


def _is_sum(
    place: int,
    some: Sequence[int],
    columns: Mapping[int, Sequence[float]],
    rows: Sequence[int],
) -> bool:
    """Return whether a column is the sum of some in each of the rows."""
    for row in rows:
        there = [number for k in some if not math.isnan(number := columns[k][row])]
        if not math.isclose(math.fsum(there), columns[place][row], abs_tol=1e-9):
            return False
    return True


def _some(place: int, places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the columns of which one may be the sum: all others, neighbours, then any."""
    others = tuple(k for k in places if k != place)
    for length in range(len(others), 1, -1):
        for first in range(len(others) - length + 1):
            yield others[first : first + length]
    if len(places) <= _FEW_COLUMNS:
        for length in range(2, len(others)):
            yield from combinations(others, length)


def sum_of_all(columns: Mapping[int, Sequence[float]]) -> list[int]:
    """Return the columns that are the sum of all others, in so many rows that it is no accident."""
    if len(columns) <= _FEW_ROWS:
        return []
    needed = 1 if len(columns) > _MANY_COLUMNS else _FEW_ROWS
    found = dict.fromkeys(columns, 0)  # of each that may be one, in how many rows it isn't 0
    for row in range(len(next(iter(columns.values())))):
        there = {k: numbers[row] for k, numbers in columns.items() if not math.isnan(numbers[row])}
        total = math.fsum(there.values())
        for k in found.keys() & there.keys():
            others = total - there[k]
            if not math.isclose(others, there[k], abs_tol=1e-9):
                del found[k]
            elif others:
                found[k] += 1
        if not found:
            break
    return [k for k in columns if found.get(k, 0) >= needed]
