"""Timetables: one row for each flight, ferry, train or coach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from bcpsim.errors import nearest, unknown
from bcpsim.files.fields import flow
from bcpsim.files.units import parse_share
from bcpsim.scenario.tables.below import data_rows
from bcpsim.scenario.tables.cells import Cell, text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.moments import read_moments
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of, not_negative, shown
from bcpsim.scenario.tables.raw import RawTable, head_of, plain
from bcpsim.scenario.tables.weekdays import bare
from bcpsim.scenario.tables.workbook import some
from bcpsim.scenario.traffic import SeatsTable, TimetableArrivals

_SHARED = frozenset(
    {"codeshare", "codeshares", "codesharewith", "operatingflight", "operatedas", "sharedwith"}
)
"""What heads call the service under whose number a row runs, without spaces."""

MAX_SERVICES = 20_000
"""Most rows of a timetable."""

MAX_SEATS = 99_999
"""Most seats of a service."""


@dataclass(frozen=True, slots=True)
class Service:
    """A row of a timetable.

    Attributes
    ----------
    time
        Local date and time.
    seats
        Number of seats.
    load
        Share of them that is taken.
    values
        Values of the timetable's attributes, in their order.
    """

    time: datetime
    seats: int
    load: float
    values: tuple[str, ...]


def read_timetable(
    use: TimetableArrivals, table: RawTable, notes: Notes, seats_of: Mapping[str, int]
) -> tuple[Service, ...]:
    """Return the rows of a timetable; of one with mistakes, those without.

    Parameters
    ----------
    use, table
        The timetable's description, and itself.
    notes
        Told of mistakes.
    seats_of
        Seats of each type that may stand in the place of a number.

    Raises
    ------
    TableError
        If a column is missing, if times or numbers can't be told, or if there are too many.
    """
    if len(table.rows) > MAX_SERVICES:
        raise TableError(f"{table.name} has more than {MAX_SERVICES:,} services")
    seats_at = table.columns(use.named("seats"))
    table, _ = data_rows(table, table.columns(use.named("time")), seats_at, notes)
    _tell_twice(table, {*table.columns(use.named("time")), *seats_at}, notes)
    _tell_shared(table, notes)
    load_at = table.columns(use.named("load"))
    shares = not _in_per_cent(table, load_at, notes)
    at = {name: table.column(use.named(name)[0]) for name in use.attributes}
    allowed = {name: {plain(one): one for one in values} for name, values in use.attributes.items()}
    moments = read_moments(use, table, table.columns(use.named("time")), notes)
    types = {plain(name): seats for name, seats in seats_of.items()}
    decimal = "." if types else decimal_of(use, table, seats_at, notes)
    unknown_types: dict[str, list[str]] = {}
    services = []
    for row, (_, cells) in enumerate(table.rows):
        seats, load, column = 0, use.load, seats_at[0]
        values: list[str] = []
        try:
            for column in seats_at:
                cell = cells[column]
                if types or _is_word(cell):
                    known = types.get(plain(text_of(cell)))
                    seats += known or 0
                    if known is None:
                        places = unknown_types.setdefault(text_of(cell), [])
                        places.append(table.place(row, column))
                else:
                    seats += _whole(not_negative(cell, decimal))
            for column in load_at:
                load = _share(cells[column]) if shares else not_negative(cells[column], ".") / 100
            for name, column in at.items():
                value = text_of(cells[column])
                if plain(value) not in allowed[name]:
                    raise ValueError(unknown(f"value of {name}", value, use.attributes[name]))
                values.append(allowed[name][plain(value)])
        except ValueError as error:
            notes.fault(table.place(row, column), str(error))
        if not notes.faults:
            services.append(Service(moments[row], seats, load, tuple(values)))
    for name, places in unknown_types.items():
        notes.fault(places[0], _no_seats(name, len(places), seats_of))
    return tuple(services)


def _tell_twice(table: RawTable, needed: Set[int], notes: Notes) -> None:
    """Tell of rows that are the same, or all but the same as those of a code share are.

    Parameters
    ----------
    table
        The timetable.
    needed
        Places of the columns with times and seats.
    notes
        Told of the rows.
    """
    seen: dict[tuple[Cell, ...], int] = {}
    for number, row in table.rows:
        cells = tuple(row)
        if cells in seen:
            notes.warn(f"row {number} is the same as row {seen[cells]}, and both are read")
        seen.setdefault(cells, number)
    others = [k for k, head in enumerate(table.header) if head and k not in needed]
    for k in others if len(others) > 1 else ():
        alike: dict[tuple[Cell, ...], list[int]] = {}
        for cells, number in seen.items():
            alike.setdefault((*cells[:k], *cells[k + 1 :]), []).append(number)
        rows = [f"{' and '.join(map(str, found))}" for found in alike.values() if len(found) > 1]
        if rows:
            notes.warn(
                f"rows {some(rows)} are the same but for {table.header[k]!r}: one service that is "
                "sold under several numbers is counted several times"
            )


def _tell_shared(table: RawTable, notes: Notes) -> None:
    """Tell of rows that name the service under whose number they run too."""
    for k, head in enumerate(table.header):
        if bare(head).replace("-", "").replace(" ", "") not in _SHARED:
            continue
        filled = [str(number) for number, cells in table.rows if head_of(cells[k])]
        if 0 < len(filled) < len(table.rows):
            notes.warn(
                f"{'rows' if len(filled) > 1 else 'row'} {some(filled)}: {head!r} names another "
                "service; one that is sold under several numbers is counted several times; "
                f"where: {flow({head: ''})} takes the others"
            )


def read_seats(use: SeatsTable, table: RawTable, notes: Notes) -> dict[str, int]:
    """Return the seats of each type.

    Raises
    ------
    TableError
        If a column is missing, or if numbers can't be told.
    """
    [type_at] = table.columns(use.named("type")[:1])
    seats_at = table.columns(use.named("seats"))
    decimal = decimal_of(use, table, seats_at, notes)
    seats: dict[str, int] = {}
    for row, (_, cells) in enumerate(table.rows):
        column = type_at
        try:
            name = text_of(cells[type_at])
            number = 0
            for column in seats_at:
                number += _whole(not_negative(cells[column], decimal))
        except ValueError as error:
            notes.fault(table.place(row, column), str(error))
            continue
        if seats.setdefault(name, number) != number:
            notes.fault(table.place(row, type_at), f"{name} has {seats[name]} seats further above")
    return seats


def _no_seats(name: str, rows: int, seats_of: Mapping[str, int]) -> str:
    """Return the message for what is neither a number nor a type."""
    if not name:
        return f"is empty{_in_rows(rows)}; write the number of seats"
    if not seats_of:
        return (
            f"{name!r}{_in_rows(rows)} is no number of seats; if it is a type, give its seats: "
            f"seats: {{{name}: 180}}"
        )
    near = nearest(name, seats_of)
    hint = f" (did you mean {near!r}?)" if near else ""
    return f"{name!r}{_in_rows(rows)} is no type whose seats are given{hint}"


def _in_rows(rows: int) -> str:
    return f" in {rows} rows" if rows > 1 else ""


def _is_word(cell: Cell) -> bool:
    """Return whether a cell holds something that begins with a letter."""
    return isinstance(cell, str) and cell[:1].isalpha()


def _in_per_cent(table: RawTable, columns: Sequence[int], notes: Notes) -> bool:
    """Return whether loads are numbers such as 85 for 85 %: all are, save those of 0."""
    loads: list[float] = []
    for _, cells in table.rows:
        for column in columns:
            try:
                loads.append(not_negative(cells[column], "."))
            except ValueError:  # with a sign of per cent, or wrong
                return False
    if not any(loads) or not all(load == 0 or 2 <= load <= 100 for load in loads):
        return False
    notes.guess(f"loads in per cent ({max(loads):g})")
    return True


def _share(cell: Cell) -> float:
    text = text_of(cell)
    if not text:
        raise ValueError("is empty; write a share such as 0.85 or 85 %")
    return parse_share(text.replace(",", "."))


def _whole(seats: float) -> int:
    if not seats.is_integer() or seats > MAX_SEATS:
        raise ValueError(f"{shown(seats)} is no number of seats from 0 to {MAX_SEATS}")
    return int(seats)
