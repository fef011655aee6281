"""Times of rows, from one cell or several: a date and a clock, or year, month, day and hour."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bcpsim.scenario.tables.cells import Cell, text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.raw import RawTable
from bcpsim.scenario.tables.times import (
    DAY,
    EXAMPLES,
    Part,
    Reader,
    full_minute,
    moment,
    month_and_year,
    month_of,
)
from bcpsim.scenario.tables.totals import word_set, words_of
from bcpsim.scenario.tables.weekdays import bare
from bcpsim.scenario.tabular import TableDescription
from bcpsim.scenario.traffic import CountedArrivals

_DATE, _CLOCK = ("year", "month", "day"), ("hour", "minute")
_PIECES = {
    word: piece
    for piece, words in {
        "year": "year yr jahr annee an rok anno ano",
        "month": "month mon monat mois miesiac mese mes",
        "day": "day dd tag jour dzien giorno dia",
        "hour": "hour hr hh stunde std heure godzina godz ora hora",
        "minute": "minute minutes min mins mm minuten minuta minuty minuto",
    }.items()
    for word in words.split()
}
"""What heads call the pieces of a time: English, German, French, Polish and others."""

_ENDS = word_set(
    "end ends ending ended ende endzeit endzeitpunkt endtime koniec konca zakonczenia until till "
    "hasta fin fine bis"
)
_UNTIL = word_set("to do a au")
_OF_TIME = word_set(
    "time times hour hours h uhr uhrzeit stunde stunden zeit godz godzina godziny data date dates "
    "datum day tag i de heure hora ora period interval intervall slot from von od min minute"
)
"""What heads call the time at which an interval ends: Hour ending, godz. do, but not West end."""

_WEEKS = word_set(
    "week weeks wk kw kalenderwoche woche cw tydzien tyden tyzden semaine semana settimana viikko "
    "nadal uge vecka savaite"
)
"""What heads call the number of a week, without accents."""

_NUMBERED_DAYS = word_set("weekday weekdays wochentag dow dzien jour dia")

_BOUNDS = {
    "year": (1970, 2100),
    "month": (1, 12),
    "day": (1, 31),
    "hour": (0, 24),
    "minute": (0, 59),
}


def read_parts(
    use: TableDescription, table: RawTable, columns: Sequence[int], notes: Notes
) -> list[Part | None]:
    """Return the time that each row gives; None for a row with a mistake, which is noted.

    Parameters
    ----------
    use, table
        A table and its description.
    columns
        Places of the columns with times, or with parts of them.
    notes
        Told how times are read, and what is wrong.

    Raises
    ------
    TableError
        If dates may have the day or the month first.
    """
    _check_clocks(table, columns)
    pieces = {} if use.time_format is not None else _pieces(table, columns)
    whole = [column for column in columns if column not in pieces]
    there = [cells[column] for _, cells in table.rows for column in whole]
    texts = [cell for cell in there if isinstance(cell, str)]
    numbers = [cell for cell in there if isinstance(cell, float)]
    reader = Reader(texts, notes, use.time_format, numbers)
    ends = {column for column in columns if is_end(table.header[column])}
    return [
        _whole(reader, table, row, columns, pieces, ends, notes) for row in range(len(table.rows))
    ]


def _check_clocks(table: RawTable, columns: Sequence[int]) -> None:
    """Check that numbers in a column of times alone aren't years, or numbers of weeks or days.

    Raises
    ------
    TableError
        If they are: 2026 isn't read as 20:26, and 16 not as 16:00.
    """
    if len(columns) != 1:
        return
    [column] = columns
    head = bare(table.header[column]).strip(" .")
    texts = [
        _text(cells[column]) for _, cells in table.rows if isinstance(cells[column], str | float)
    ]
    if not texts or not all(text.isdigit() for text in texts):
        return
    if set(words_of(head)) & _WEEKS and max(map(int, texts)) <= 53:
        raise TableError(
            f"{table.name}: the column {table.header[column]} holds weeks without a year; expected "
            "weeks such as 2026-W16"
        )
    if _PIECES.get(head) == "day" or set(words_of(head)) & _NUMBERED_DAYS:
        raise TableError(
            f"{table.name}: the column {table.header[column]} holds numbers of days ({texts[0]}); "
            f"expected dates such as {EXAMPLES}, or weekdays such as Mon"
        )
    years = all(len(text) == 4 and text[:2] in ("19", "20") for text in texts)
    if years and any(int(text) % 5 for text in texts):
        raise TableError(
            f"{table.name}: the column {table.header[column]} seems to hold years ({texts[0]}); "
            f"expected dates such as {EXAMPLES}, or times of day such as 20:26"
        )


def months_of(table: RawTable, columns: Sequence[int]) -> list[Part] | None:
    """Return the days of the month that each row is of, such as 2026-04, or 2026 and April.

    Parameters
    ----------
    table
        The table.
    columns
        Places of the columns with times.

    Returns
    -------
    list of Part
        From the first to the last day of each; None: rows aren't of months.
    """
    pieces = {_PIECES.get(bare(table.header[k]).strip(" ."), ""): k for k in columns}
    apart = sorted(pieces) == ["month", "year"] and len(columns) == 2
    months: list[Part] = []
    for _, cells in table.rows:
        texts = [text_of(cells[k]).strip() for k in columns]
        if apart:
            year, month = (_text(cells[pieces[name]]) for name in ("year", "month"))
            texts = [f"{year}-{month_of(month) or month}"]
        found = month_and_year(texts[0]) if len(texts) == 1 else None
        if found is None:
            return None
        months.append(Part(found, last=found.replace(day=monthrange(found.year, found.month)[1])))
    return months


def is_end(head: str) -> bool:
    """Return whether the head of a column says that its times are ends of intervals."""
    words = words_of(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", head))
    rest = [word for word in words if word not in _ENDS | _UNTIL]
    if words in (["he"], ["stop"], ["jusqu", "a"]):
        return True
    if not words or not set(rest) <= _OF_TIME:
        return False
    return any(word in _ENDS for word in words) or words[-1] in ("to", "do") or words[0] == "to"


def with_ends(
    use: CountedArrivals,
    table: RawTable,
    used: Set[int],
    parts: Sequence[Part | None],
    notes: Notes,
) -> Sequence[Part | None]:
    """Return times with the ends of their intervals, if a column beside them has these.

    Parameters
    ----------
    use, table
        A table and its description.
    used
        Places of the columns that are read as times or numbers.
    parts
        The time of each row.
    notes
        Told which column it is.
    """
    known = [part for part in parts if part is not None]
    if not known or any(part.until is not None or part.last is not None for part in known):
        return _without_next(known, parts)
    if any(is_end(table.header[k]) for k in used):
        return parts
    for k, head in enumerate(table.header):
        if k in used or not is_end(head):
            continue
        try:
            ends = read_parts(use, table, [k], unheard := Notes(notes.name))
        except TableError:
            continue
        if unheard.faults or None in ends:
            continue
        try:
            found = [
                part if part is None or end is None else _ending(part, end)
                for part, end in zip(parts, ends, strict=True)
            ]
        except ValueError:  # another meaning than an end
            continue
        lengths = {
            part.until - part.clock
            for part in found
            if part is not None and part.clock is not None and part.until is not None
        }
        if _overlap(found) or (use.interval is not None and len(lengths) > 1):
            continue
        notes.guess(f"ends of intervals in the column {head}")
        notes.used.add(k)
        return _without_next([part for part in found if part is not None], found)
    return parts


def _overlap(parts: Sequence[Part | None]) -> bool:
    """Return whether a stretch of time holds the start of another of its day."""
    starts: dict[tuple[date | None, int | None], list[timedelta]] = {}
    known = [part for part in parts if part is not None and part.clock is not None]
    for part in known:
        assert part.clock is not None
        starts.setdefault((part.day, part.weekday), []).append(part.clock)
    for there in starts.values():
        there.sort()
    for part in known:
        there = starts[part.day, part.weekday]
        assert part.clock is not None
        place = bisect_right(there, part.clock)
        if place < len(there) and part.until is not None and there[place] < part.until:
            return True
    return False


def _has_same(part: Part, other: Part) -> bool:
    """Return whether two cells both hold a clock, or both a date alone: a start and an end."""
    if part.clock is not None or other.clock is not None:
        return part.clock is not None and other.clock is not None
    return part.day is not None and other.day is not None


def _ending(start: Part, end: Part) -> Part:
    """Return a time with its end: a clock, or the last of several days.

    Raises
    ------
    ValueError
        If the end is before the start, or a clock more than a day after it.
    """
    wrong = f"the end of {end.day} is before the start of {start.day}, or more than a day after it"
    if start.clock is None and end.clock is None and start.day is not None and end.day is not None:
        if end.day < start.day:
            raise ValueError(wrong)
        return replace(start, last=end.day)
    if start.clock is None or end.clock is None:
        raise ValueError("the start or the end of an interval has no time of day")
    until = end.clock
    if start.day is not None and end.day is not None:
        length = moment(replace(end, zone=start.zone)) - moment(start)
        if not timedelta(0) < length <= DAY:
            raise ValueError(wrong)
        until = start.clock + length
    return replace(start, until=full_minute(until))


def _without_next(known: Sequence[Part], parts: Sequence[Part | None]) -> Sequence[Part | None]:
    """Return stretches of days without their last one, where that is the first of the next."""
    stretches = [part for part in known if part.last is not None]
    if len(stretches) < 2 or any(one.last != two.day for one, two in pairwise(stretches)):
        return parts
    return [
        part if part is None or part.last is None else replace(part, last=part.last - DAY)
        for part in parts
    ]


def _pieces(table: RawTable, columns: Sequence[int]) -> dict[int, str]:
    """Return which columns hold single pieces of times by their heads, such as the hour.

    Raises
    ------
    TableError
        If there are months or days of the month without a year.
    """
    found = {
        column: piece
        for column in columns
        if (piece := _PIECES.get(bare(table.header[column]).strip(" ."))) is not None
        and all(_is_piece(cells[column]) for _, cells in table.rows)
    }
    named = set(found.values())
    if len(named) < len(found):
        return {}
    kept: set[str] = set()
    if named >= set(_DATE):
        kept |= set(_DATE)
    elif named & {"year", "month"} and len(found) == len(columns):
        lacking = " and ".join(piece for piece in _DATE if piece not in named)
        heads = ", ".join(table.header[column] for column in columns)
        said = f"columns {heads} hold" if len(columns) > 1 else f"column {heads} holds"
        raise TableError(
            f"{table.name}: the {said} no {lacking}; expected year, month and day, "
            f"or a column of dates such as {EXAMPLES}"
        )
    if named >= set(_CLOCK):
        kept |= set(_CLOCK)
    return {column: piece for column, piece in found.items() if piece in kept}


def _is_piece(cell: Cell) -> bool:
    """Return whether a cell may be a piece of a time: a short number, or the name of a month."""
    if isinstance(cell, str | float):
        text = _text(cell)
        return (text.isdigit() and len(text) <= 4) or month_of(text) is not None
    return cell is None


def _text(cell: Cell) -> str:
    """Return a piece of a time as text, a whole number without its decimals."""
    return text_of(cell).strip().removesuffix(".0")


def _whole(
    reader: Reader,
    table: RawTable,
    row: int,
    columns: Sequence[int],
    pieces: Mapping[int, str],
    ends: Set[int],
    notes: Notes,
) -> Part | None:
    """Return the time that several cells of a row give together."""
    cells = {column: table.rows[row][1][column] for column in columns}
    at = columns[0]
    part = Part()
    values: dict[str, int] = {}
    try:
        if all(is_nothing(cell) for cell in cells.values()):
            raise ValueError(f"holds no time; expected a date and time such as {EXAMPLES}")
        if reader.form is not None and all(isinstance(cell, str) for cell in cells.values()):
            return reader.formatted(" ".join(map(text_of, cells.values())))
        for at, cell in cells.items():
            if at in pieces:
                values[pieces[at]] = _number(pieces[at], cell)
                continue
            here = reader.part(cell)
            if at in ends and _has_same(part, here):
                part = _ending(part, here)
                continue
            if part.clock is not None and here.clock is not None and not (part.day or here.day):
                heads = " and ".join(table.header[k] for k in columns)
                raise ValueError(
                    f"{heads} both hold times of day; name that of the start alone, or write "
                    "days as dates, or as weekdays such as Mon"
                )
            part = part.with_(here)
        for piece in _together(values):
            part = part.with_(piece)
    except ValueError as error:
        notes.fault(table.place(row, at), str(error))
        return None
    return part


def _number(piece: str, cell: Cell) -> int:
    """Return a piece of a time, such as the month, of which names are read too.

    Raises
    ------
    ValueError
        If it is none.
    """
    text = _text(cell)
    low, high = _BOUNDS[piece]
    named = month_of(text) if piece == "month" else None
    if named is not None:
        return named
    if not text.isascii() or not text.isdigit() or not low <= int(text[:5]) <= high:
        raise ValueError(f"{shown(cell)} is no {piece}; expected {low} to {high}")
    return int(text)


def _together(values: Mapping[str, int]) -> Iterator[Part]:
    """Yield the date and the clock that single pieces give.

    Raises
    ------
    ValueError
        If there is no such date, or no such time of day.
    """
    if "year" in values:
        year, month, day = (values[piece] for piece in _DATE)
        try:
            yield Part(day=date(year, month, day))
        except ValueError:
            raise ValueError(f"there is no {year}-{month:02d}-{day:02d}") from None
    if "minute" in values:
        clock = timedelta(hours=values["hour"], minutes=values["minute"])
        if clock > DAY:
            raise ValueError(f"24:{values['minute']:02d} is no time of day; expected up to 24:00")
        yield Part(clock=clock)


def read_moments(
    use: TableDescription, table: RawTable, columns: Sequence[int], notes: Notes
) -> list[datetime]:
    """Return the date and time of each row; without mistakes as many as there are rows.

    Raises
    ------
    TableError
        If dates may have the day or the month first, or if all lack the time of day or the date.
    """
    parts = read_parts(use, table, columns, notes)
    found = [part for part in parts if part is not None]
    heads = " and ".join(table.header[column] for column in columns)
    for lacking, words in (("clock", "dates without a time of day"), ("day", "no dates")):
        if found and all(getattr(part, lacking) is None for part in found):
            raise TableError(
                f"{table.name}: the column {heads} has {words}; expected dates and times such as "
                f"{EXAMPLES}, or two columns: time_column: [date, clock]"
            )
    moments = []
    for row, part in enumerate(parts):
        if part is None:
            continue
        if part.until is not None:
            cell = shown(table.rows[row][1][columns[-1]])
            notes.fault(
                table.place(row, columns[-1]),
                f"{cell} looks like a stretch of time; expected a date and time such as {EXAMPLES}",
            )
        elif part.full:
            moments.append(moment(part))
        else:
            what = "date" if part.day is None else "time of day"
            cell = shown(table.rows[row][1][columns[0]])
            notes.fault(table.place(row, columns[0]), f"{cell} has no {what}, which others have")
    if len(moments) > 2 and all(when.time() == time() for when in moments):
        notes.warn(f"all {len(moments):,} times are at 00:00: is the time of day elsewhere?")
    return moments
