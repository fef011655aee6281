"""Columns of counts: which are added, and which are of days or hours that their heads name."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress

from bcpsim.files.fields import flow
from bcpsim.scenario.tables.days import parse_weekdays
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.lists import is_average
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of, is_nothing, number_of
from bcpsim.scenario.tables.raw import RawTable, plain
from bcpsim.scenario.tables.times import Part, Reader, month_of
from bcpsim.scenario.tables.weekdays import bare, is_weekday
from bcpsim.scenario.traffic import CountedArrivals
from bcpsim.scenario.values import WEEKDAYS

TOTALS = ("total", "sum", "summe", "gesamt", "suma", "razem", "ogółem", "somme", "totale")
"""How the row of totals below a table begins."""

_COUNTS = frozenset(
    {"count", "counts", "number", "n", "vehicles", "cars", "trucks", "passengers", "anzahl",
     "fahrzeuge", "pkw", "lkw", "liczba", "ilosc", "pojazdy", "nombre", "vehicules"}
)  # fmt: skip
"""What heads call a number of arrivals, without accents."""

_FEW_OTHERS = 2
"""Fewest columns whose sum another may be by no accident, as it may of two rows."""

_MONTH_NAME = re.compile(
    r"(?P<before>\d{1,2}\.?[ -]?)?(?P<word>[^\W\d_]+)\.?(?P<after>[ -]\d{1,2})?"
)
_NO_YEAR = "days without a year"
_PERIODS: tuple[tuple[str, str], ...] = (
    (r"\d{1,2}[./-] ?\d{1,2}\.?", _NO_YEAR),
    (r"(19|20)\d\d", "years"),
    (r"(kw|cw|w|wk|week|woche|tydz\.?|tydzień|semaine|sem\.?)\.? ?\d{1,2}", "weeks"),
    (r"\d{1,2}", "numbers of days"),
    (r"[^\W\d_]", "letters of weekdays"),
)
_WRITE = {
    _NO_YEAR: "write dates such as 2026-04-13, or weekdays",
    "months": "keep the month that is simulated, with its dates",
    "years": "keep the year that is simulated, with its dates",
    "weeks": "write dates such as 2026-04-13",
    "numbers of days": "write dates such as 2026-04-13, or weekdays; of lanes: Lane 1",
    "letters of weekdays": "write weekdays such as Mon or Monday",
}


def number_columns(
    use: CountedArrivals, table: RawTable, times: Sequence[int], notes: Notes
) -> list[int]:
    """Return the places of the columns with numbers; ``*`` leaves out one of totals."""
    names = use.named("count")
    named = {k for name in names if "*" not in name for k in table.columns([name])}
    columns = [k for k in table.columns(names) if k not in times]
    several = [k for k in columns if k not in named]
    totals = [k for k in several if plain(table.header[k]).startswith(TOTALS)]
    for k in [] if totals else _sums(use, table, columns):
        if k in named:
            notes.warn(
                f"{table.header[k]} is the sum of the other columns in each row, and is added to "
                "them: everybody counts twice; leave it out of count_column"
            )
        else:
            totals.append(k)
    for k in totals:
        notes.guess(f"no column of totals ({table.header[k]} is left out)")
    return [k for k in columns if k not in totals]


def _sums(use: CountedArrivals, table: RawTable, columns: Sequence[int]) -> list[int]:
    """Return the columns that are the sum of the others, two or more, in each row."""
    if len(columns) <= _FEW_OTHERS:
        return []
    found = dict.fromkeys(columns, 0)  # of each that may be one, in how many rows it isn't 0
    with suppress(TableError, ValueError):  # told where the numbers are read
        decimal = decimal_of(use, table, columns, Notes(table.name))
        for _, cells in table.rows:
            there = {k: cells[k] for k in columns if not is_nothing(cells[k])}
            numbers = {k: number_of(cell, decimal) for k, cell in there.items()}
            total = math.fsum(numbers.values())
            for k in found.keys() & numbers.keys():
                others = total - numbers[k]
                if not math.isclose(others, numbers[k], abs_tol=1e-9):
                    del found[k]
                elif others:
                    found[k] += 1
            if not found:
                break
        return [k for k in columns if found.get(k, 0) >= _FEW_OTHERS]
    return []


def tell_counts(table: RawTable, times: Sequence[int], notes: Notes) -> None:
    """Warn of a table of single arrivals whose columns seem to say how many come."""
    for column, head in enumerate(table.header):
        if column in times or bare(head).strip(" .") not in _COUNTS:
            continue
        with suppress(ValueError):
            numbers = [number_of(cells[column], ".") for _, cells in table.rows]
            if any(number > 1 for number in numbers):
                notes.warn(
                    f"each row is one arrival, whatever {head} says; if it says how many come, "
                    "write pattern: counts"
                )


def check_added(
    use: CountedArrivals,
    table: RawTable,
    columns: Sequence[int],
    parts: Sequence[Part | None],
) -> None:
    """Check that columns that would be added aren't of several days or months, or statistics.

    Parameters
    ----------
    use, table
        A table and its description.
    columns
        Places of the columns that would be added.
    parts
        The time of each row.

    Raises
    ------
    TableError
        If they are, with what to write.
    """
    texts = [table.header[column] for column in columns]
    one = f"read one column: count_column: {flow(texts[0])}"
    statistics = [text for text in texts if is_average(text)]
    if statistics:
        raise TableError(
            f"{table.name}: {statistics[0]!r} says something of others, or is no count, and isn't "
            f"added to {next((t for t in texts if t not in statistics), texts[-1])!r}; {one}"
        )
    kind = None if any(part is not None and part.full for part in parts) else _period(texts)
    by_pattern = any("*" in name for name in use.named("count"))
    if kind is None or (kind == "numbers of days" and not by_pattern):  # lanes, each named
        return
    raise TableError(
        f"{table.name}: columns headed {texts[0]!r} to {texts[-1]!r} look like {kind} and aren't "
        f"added; {_WRITE[kind]}, or {one}"
    )


def _period(texts: Sequence[str]) -> str | None:
    """Return what all heads look like that aren't read as times, such as months; None: nothing."""
    alone = [_without_weekday(text) for text in texts]
    if any(one != text for one, text in zip(alone, texts, strict=True)):
        return _NO_YEAR if _period(alone) in (_NO_YEAR, "numbers of days") else None
    found = [_MONTH_NAME.fullmatch(text.strip()) for text in texts]
    if all(one is not None and month_of(one["word"]) for one in found):
        dated = any(one is not None and (one["before"] or one["after"]) for one in found)
        return _NO_YEAR if dated else "months"
    for form, kind in _PERIODS:
        if all(re.fullmatch(form, plain(text)) for text in texts):
            return kind
    return None


def days_in_heads(
    table: RawTable, columns: Sequence[int], parts: Sequence[Part | None], notes: Notes
) -> list[list[Part]] | None:
    """Return what the heads of columns say of the time, if the rows lack it; None: nothing.

    A head such as Mo-Fr says several days: its numbers are those of each.
    """
    rows = [part for part in parts if part is not None]
    if len(columns) < 2 or not rows or any(part.full for part in rows):
        return None
    texts = [table.header[column] for column in columns]
    if texts != [_without_weekday(text) for text in texts] and _period(texts) == _NO_YEAR:
        return None
    reader = Reader(texts, notes)
    within = [_time_within(text, reader, texts) for text in texts]
    if all(within):
        texts = within
    heads: list[list[Part]] = []
    others: list[str] = []
    for text in texts:
        try:
            several = _days_of(text, texts) or [reader.part(text)]
            both = several[0].with_(rows[0])
        except ValueError:
            others.append(text)
            continue
        if rows[0].last is not None and both.last is None:  # weekdays beside weeks
            heads.append(several)
        elif both.clock is None or (both.day is None and both.weekday is None):
            others.append(text)
        else:
            heads.append(several)
    if len(heads) > len(others) > 0:
        raise TableError(
            f"{table.name}: the heads of most columns are hours or days, but not {others[0]!r}; "
            "name those with the numbers: count_column: [...]"
        )
    if others:
        return None
    kind = "hours" if heads[0][0].clock is not None and rows[0].clock is None else "days"
    notes.guess(f"{kind} in the heads of its columns ({texts[0]} to {texts[-1]})")
    if len(set(texts)) < len(texts):
        notes.guess(f"the sum of the columns of the same {kind}")
    return heads


def _time_within(head: str, reader: Reader, beside: Sequence[str]) -> str:
    """Return the day or hours with which a head such as 13.04.2026 Cars begins or ends, or ""."""
    with suppress(ValueError):
        if reader.part(head).day is not None:  # Mon 13.04.2026: more than the weekday
            return head
    parts = head.split()
    for k in range(1, len(parts)):
        for piece in (" ".join(parts[:k]), " ".join(parts[k:])):
            try:
                part = reader.part(piece)
            except ValueError:
                part = Part()
            if part.day or part.weekday is not None or part.until or _days_of(piece, beside):
                return piece
    return ""


def _days_of(text: str, beside: Sequence[str]) -> list[Part]:
    """Return the weekdays that a head such as Mo-Fr names; none: it names fewer than two."""
    known = [one for one in beside if is_weekday(one)]
    try:
        days = parse_weekdays(text, known)
    except ValueError:
        return []
    return [Part(weekday=WEEKDAYS.index(day)) for day in days] if len(days) > 1 else []


def _without_weekday(head: str) -> str:
    """Return what stands beside a weekday in a head such as Mon 13.04., or the head itself."""
    words = re.split(r"[\s,]+", head.strip())
    rest = [word for word in words if not is_weekday(word)]
    return " ".join(rest) if rest else head
