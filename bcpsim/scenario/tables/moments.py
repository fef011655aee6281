"""Times of rows, from one cell or several: a date and a clock, or year, month, day and hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bcpsim.scenario.tables.cells import Cell, text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.raw import RawTable
from bcpsim.scenario.tables.times import DAY, EXAMPLES, Part, Reader, moment, month_of
from bcpsim.scenario.tables.weekdays import bare
from bcpsim.scenario.tabular import TableDescription

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
    pieces = {} if use.time_format is not None else _pieces(table, columns)
    whole = [column for column in columns if column not in pieces]
    there = [cells[column] for _, cells in table.rows for column in whole]
    texts = [cell for cell in there if isinstance(cell, str)]
    numbers = [cell for cell in there if isinstance(cell, float)]
    reader = Reader(texts, notes, use.time_format, numbers)
    return [_whole(reader, table, row, columns, pieces, notes) for row in range(len(table.rows))]


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
    elif "month" in named:
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
            else:
                part = part.with_(reader.part(cell))
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
        if part.full:
            moments.append(moment(part))
        else:
            what = "date" if part.day is None else "time of day"
            cell = shown(table.rows[row][1][columns[0]])
            notes.fault(table.place(row, columns[0]), f"{cell} has no {what}, which others have")
    if len(moments) > 2 and all(when.time() == time() for when in moments):
        notes.warn(f"all {len(moments):,} times are at 00:00: is the time of day elsewhere?")
    return moments
