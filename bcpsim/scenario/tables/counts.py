"""Counts per interval: one column, several that are added, or a grid of days and hours."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from bcpsim.files.fields import flow
from bcpsim.files.units import written_out
from bcpsim.scenario.tables.below import data_rows
from bcpsim.scenario.tables.count_columns import (
    check_added,
    days_in_heads,
    number_columns,
    sums_of_days,
    weekdays_named,
)
from bcpsim.scenario.tables.days import Day, Days, Reference
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.moments import is_end, months_of, read_parts, with_ends
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of, is_nothing, not_negative, shown
from bcpsim.scenario.tables.raw import Line, RawTable, head_of, listed
from bcpsim.scenario.tables.times import DAY, Part
from bcpsim.scenario.tables.totals import has_total
from bcpsim.scenario.tables.weekdays import weekday_of, weekdays_in
from bcpsim.scenario.traffic import CountedArrivals
from bcpsim.scenario.values import WEEKDAYS

_MINUTE, _SECONDS = timedelta(minutes=1), timedelta(seconds=10)

_NO_YEAR = Reference(date.min)
"""Dates without a year, which counts don't have, are near this."""

_FEW = 3
"""Fewest times of a table in which several measures are looked for."""

_PER_HOUR = re.compile(
    r"(/|\bper |\bpro |\bje |\bna )(h|hr|hour|std|stunde|godz|godzinę|heure)\b|\bvph\b|\bpcu/h\b|"
    r"\bhourly rate\b",
    re.IGNORECASE,
)
"""What heads of flow rates say."""

_MOST_KINDS = 20
"""Most values of a column that tells measures apart."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number that a table has for an interval.

    Attributes
    ----------
    line
        Line of the file.
    at
        When the interval starts: a date and clock; a date: the whole day; a clock: every day,
        or every such weekday.
    number
        How many; nan: the cell holds nothing.
    ends
        Whether `at` is when the interval ends.
    kind
        What the columns say by which several kinds of rows were chosen.
    """

    line: int
    at: Part
    number: float
    ends: bool = False
    kind: tuple[str, ...] = ()


def read_counts(use: CountedArrivals, table: RawTable, notes: Notes) -> tuple[Count, ...]:
    """Return the counts of a table, in its order.

    Raises
    ------
    TableError
        If a column is missing, or if times or numbers can't be told.
    """
    times = table.columns(use.named("time"))
    numbers = number_columns(use, table, times, notes)
    if not numbers:
        raise TableError(f"{table.name}: the column of the times can't hold the counts as well")
    chosen = {table.column(name) for name in use.where}
    table, sums = data_rows(table, times, numbers, notes, chosen)
    table = _for_each_weekday(table, times, notes)
    parts: Sequence[Part | None] | None = _stretches(use, table, times, notes)
    ends = False
    if parts is None:
        parts = read_parts(use, table, times, notes)
        parts = with_ends(use, table, {*times, *numbers}, parts, notes)
        parts = _to_minutes(parts, notes)
        parts = _below_dates(table, numbers, parts, notes)
        _check_weekdays(table, {*times, *numbers}, parts, notes)
        _check_rates([table.header[k] for k in numbers], parts, notes)
        parts, ends = _at_ends(use, table, times, parts, notes)
    _check_one_measure(use, table, {*times, *numbers}, parts)
    decimal = decimal_of(use, table, numbers, notes)
    heads = days_in_heads(table, numbers, parts, notes)
    if heads is None and len(numbers) > 1:
        check_added(use, table, numbers, parts)
        notes.guess(f"the sum of {' + '.join(table.header[k] for k in numbers)}")
    kinds = [table.column(name) for name, chosen in use.where.items() if len(chosen) > 1]
    counts: list[Count] = []
    for row, part in enumerate(parts):
        values = list(_values(table, row, numbers, decimal, notes))
        if part is None:
            continue
        line = table.rows[row][0]
        by_part: dict[Part, list[float]] = {} if heads else {part: values}
        for several, value in zip(heads or (), values, strict=bool(heads)):
            for head in several:
                by_part.setdefault(head.with_(part), []).append(value)
        kind = tuple(head_of(table.rows[row][1][k]) for k in kinds)
        counts += [Count(line, at, _sum(there), ends, kind) for at, there in by_part.items()]
    if len(sums) == 1:
        _compare_totals(sums[0], counts, numbers, decimal, notes)
    return tuple(counts)


def _sum(values: Iterable[float]) -> float:
    """Return the sum of numbers; nan if there is none."""
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) if known else math.nan


def _stretches(
    use: CountedArrivals, table: RawTable, times: Sequence[int], notes: Notes
) -> list[Part | None] | None:
    """Return the days of each row, if the first is of several, such as a week; None: it isn't."""
    [at, *more] = times
    cells = [row[at] for _, row in table.rows]
    months = months_of(table, times)
    if months is not None:
        notes.guess("numbers of months")
        return list(months)
    if more or not isinstance(cells[0], str) or ":" in cells[0]:
        return None
    seen = Notes(notes.name)
    days = Days(cells, _NO_YEAR, seen, use.time_format)
    try:
        first = days.several(cells[0])
    except ValueError:
        first = None
    if first is None or not (_has_year(first) or any(map(str.isalpha, cells[0]))):  # 06.10-07.10
        return None
    parts: list[Part | None] = []
    for row, cell in enumerate(cells):
        part = None
        try:
            day = days.read(cell)
            if day.on is None or not _has_year(day):
                raise ValueError(
                    f"{shown(cell)} has no year; write 2026-W16 or 13.04.2026-19.04.2026"
                )
            part = Part(day.on, last=day.last or day.on)
        except ValueError as error:
            notes.fault(table.place(row, at), str(error))
        parts.append(part)
    for phrase in seen.guesses:
        notes.guess(phrase)
    return parts


def _for_each_weekday(table: RawTable, times: Sequence[int], notes: Notes) -> RawTable:
    """Return a table in which a row for several weekdays, such as Mo-Fr, stands for each."""
    for k in times:
        words = list(dict.fromkeys(head_of(cells[k]) for _, cells in table.rows))
        if len(words) > _MOST_KINDS:
            continue
        several = {word: days for word in words if len(days := weekdays_named(word, words)) > 1}
        days_of = _single_days(words) | several if several else {}
        sums = sums_of_days(days_of, table.name)
        lines = [line for line in table.rows if head_of(line[1][k]) not in sums]
        if sums:
            notes.guess(f"no sums of weekdays ({', '.join(sums)}, left out)")
        first = next((word for word in several if word not in sums), None)
        if first is not None:
            notes.guess(f"rows for several weekdays ({first}), for each of them")
            lines = [
                (number, (*cells[:k], day, *cells[k + 1 :]))
                for number, cells in lines
                for day in days_of.get(head_of(cells[k]), (cells[k],))
            ]
        table = replace(table, rows=tuple(lines))
    return table


def _single_days(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the words that are one weekday, by the language of all."""
    spoken = [piece for word in words for piece in re.findall(r"[^\W\d_]+", word)]
    single = {word: weekday_of(word, spoken) for word in words}
    return {word: (WEEKDAYS[day],) for word, day in single.items() if day is not None}


def _below_dates(
    table: RawTable, numbers: Sequence[int], parts: Sequence[Part | None], notes: Notes
) -> Sequence[Part | None]:
    """Return times of day with the date that stands alone in a row above them, if any does."""
    heads = {
        row
        for row, part in enumerate(parts)
        if part is not None
        and (part.day is not None or part.weekday is not None)
        and part.clock is None
        and all(is_nothing(table.rows[row][1][k]) for k in numbers)
    }
    if not heads or any(part is not None and part.full for part in parts):
        return parts
    found: list[Part | None] = []
    above: Part | None = None
    for row, part in enumerate(parts):
        if row in heads:
            above = part
            found.append(None)
        else:
            found.append(part if part is None or above is None else above.with_(part))
    notes.guess(f"the date of each row from the row above it that has it alone ({len(heads)})")
    return found


def _has_year(day: Day) -> bool:
    return day.on is not None and day.on.year > _NO_YEAR.start.year + 1


def _to_minutes(parts: Sequence[Part | None], notes: Notes) -> list[Part | None]:
    """Return times to the nearest minute, if all are within seconds of one, as counters' are."""
    clocks = [part.clock for part in parts if part is not None and part.clock is not None]
    beside = [min(clock % _MINUTE, -clock % _MINUTE) for clock in clocks]
    if not any(beside) or max(beside) > _SECONDS:
        return list(parts)
    notes.guess("times to the nearest minute")
    return [
        part
        if part is None or part.clock is None
        else replace(part, clock=(part.clock + _MINUTE / 2) // _MINUTE * _MINUTE)
        for part in parts
    ]


def _at_ends(
    use: CountedArrivals,
    table: RawTable,
    times: Sequence[int],
    parts: Sequence[Part | None],
    notes: Notes,
) -> tuple[list[Part | None], bool]:
    """Return times, and whether they are those at which intervals end.

    They are if the head of their column says so, or if all are a minute before an interval is
    full, as 00:59 in a table by the hour. The time returned is the full one then.
    """
    known = [part for part in parts if part is not None and part.clock is not None]
    clocks = [part.clock for part in known if part.clock is not None]
    if not clocks or any(part.until is not None for part in known):
        return list(parts), False
    step = _spacing(clocks) if use.interval is None else use.interval * _MINUTE
    last = step >= 5 * _MINUTE and not any((clock + _MINUTE) % step for clock in clocks)
    if last and use.times_mark != "start":
        notes.guess(f"times of last minutes ({shown(table.rows[0][1][times[-1]])})")
        return [
            part
            if part is None or part.clock is None
            else replace(part, clock=part.clock + _MINUTE)
            for part in parts
        ], True
    said = [table.header[k] for k in times if is_end(table.header[k])]
    if said and len(said) < 2:
        notes.guess(f"times at which intervals end (column {said[0]})")
    return (_ending_at_24(parts) if said else list(parts)), bool(said)


def _ending_at_24(parts: Sequence[Part | None]) -> list[Part | None]:
    """Return times at which intervals end; 0:00 below 23:00 of the same date is 24:00."""
    found: list[Part | None] = list(parts[:1])
    for before, part in pairwise(parts):
        late = before is not None and part is not None and before.day == part.day and before.clock
        midnight = part is not None and part.clock == timedelta(0)
        found.append(replace(part, clock=DAY) if part is not None and midnight and late else part)
    return found


def _spacing(clocks: Sequence[timedelta]) -> timedelta:
    """Return the shortest time between two times of day; 0: there is one alone."""
    there = sorted(set(clocks))
    return min((two - one for one, two in pairwise(there)), default=timedelta(0))


def _check_weekdays(
    table: RawTable, used: Set[int], parts: Sequence[Part | None], notes: Notes
) -> None:
    """Warn of weekdays in a column that isn't read and that aren't those of the dates."""
    for k, head in enumerate(table.header):
        texts = [head_of(cells[k]) for _, cells in table.rows] if k not in used else []
        if len(set(texts)) > _MOST_KINDS:
            continue
        days = weekdays_in(texts)
        if not days or None in days:
            continue
        for row, (part, day) in enumerate(zip(parts, days, strict=True)):
            if part is not None and part.day is not None and part.day.weekday() != day:
                notes.warn(
                    f"line {table.rows[row][0]}: {head or 'a column'} says {texts[row]}, and "
                    f"{part.day} is a {part.day:%A}: the date counts"
                )
                return


def _check_rates(heads: Sequence[str], parts: Sequence[Part | None], notes: Notes) -> None:
    """Check that numbers per hour aren't those of shorter intervals.

    Raises
    ------
    TableError
        If they are: each would count in full.
    """
    clocks = [part.clock for part in parts if part is not None and part.clock is not None]
    rate = next((head for head in heads if _PER_HOUR.search(head)), None)
    if rate is not None and timedelta(0) < _spacing(clocks) < timedelta(hours=1):
        raise TableError(
            f"{notes.name}: {rate!r} looks like a number per hour, in rows of shorter intervals; "
            "write how many came in each interval, or another head if it says so"
        )


def _values(
    table: RawTable, row: int, columns: Sequence[int], decimal: str, notes: Notes
) -> Iterator[float]:
    """Yield the numbers of a row, nan for none; what is wrong is told."""
    cells = table.rows[row][1]
    for column in columns:
        value = math.nan
        if not is_nothing(cells[column]):
            try:
                value = not_negative(cells[column], decimal)
            except ValueError as error:
                notes.fault(table.place(row, column), str(error))
        yield value


def _check_one_measure(
    use: CountedArrivals, table: RawTable, used: Set[int], parts: Sequence[Part | None]
) -> None:
    """Check that rows for the same times aren't of several measures, unless they are chosen."""
    different = len(set(parts))
    if different < _FEW or different * 2 > len(parts):
        return
    values = [[head_of(cells[k]) for _, cells in table.rows] for k in range(len(table.header))]
    chosen = [table.column(name) for name, kinds in use.where.items() if len(kinds) > 1]
    if len({*zip(parts, *(values[k] for k in chosen), strict=True)}) == len(parts) and chosen:
        return
    kinds = {
        k: list(dict.fromkeys(values[k]))
        for k, head in enumerate(table.header)
        if head and k not in used and 1 < len(set(values[k])) <= _MOST_KINDS
    }
    told = next(
        (k for k in kinds if len({*zip(parts, values[k], strict=True)}) == len(parts)), None
    )
    telling = kinds if told is None else [told]
    if len({*zip(parts, *(values[k] for k in telling), strict=True)}) < len(parts):
        return
    heads = " and ".join(f"{table.header[k]!r} ({listed(kinds[k], 6)})" for k in telling)
    one = flow({table.header[k]: kinds[k][0] for k in telling})
    both = flow({table.header[k]: kinds[k] for k in telling})
    raise TableError(
        f"{table.name}: each time stands in several rows, told apart by {heads}; choose with "
        f"where: {one}, or name those that are added up: where: {both}"
    )


def _compare_totals(
    totals: Line, counts: Sequence[Count], columns: Sequence[int], decimal: str, notes: Notes
) -> None:
    """Tell if the numbers of a table add up to another total than it says."""
    line, cells = totals
    first = next(text for cell in cells if (text := head_of(cell)))
    if not has_total(first):
        return
    try:
        said = math.fsum(not_negative(cells[k], decimal) for k in columns)
    except ValueError:  # no number in one of the columns
        return
    total = math.fsum(count.number for count in counts if not math.isnan(count.number))
    if not math.isclose(said, total, rel_tol=1e-3):
        notes.warn(
            f"the total in line {line} is {written_out(said, 6)}, its numbers add up to "
            f"{written_out(total, 6)}"
        )
