"""Timetables: one row for each flight, ferry, train or coach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bcpsim.errors import unknown
from bcpsim.scenario.tables.cells import text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of, not_negative, shown
from bcpsim.scenario.tables.raw import RawTable
from bcpsim.scenario.tables.times import read_moments
from bcpsim.scenario.traffic import TimetableArrivals
from bcpsim.scenario.units import parse_share

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


def read_timetable(use: TimetableArrivals, table: RawTable, notes: Notes) -> tuple[Service, ...]:
    """Return the rows of a timetable; of one with mistakes, those without.

    Raises
    ------
    TableError
        If a column is missing, if times or numbers can't be told, or if there are too many.
    """
    if len(table.rows) > MAX_SERVICES:
        raise TableError(f"{table.name} has more than {MAX_SERVICES:,} services")
    seats_at = table.columns(use.named("seats"))
    load_at = table.columns(use.named("load"))
    at = {name: table.column(use.named(name)[0]) for name in use.attributes}
    moments = read_moments(use, table, table.columns(use.named("time")), notes)
    decimal = decimal_of(use, table, seats_at, notes)
    services = []
    for row, (_, cells) in enumerate(table.rows):
        seats, load, column = 0, use.load, seats_at[0]
        try:
            seats = sum(_whole(not_negative(cells[column], decimal)) for column in seats_at)
            for column in load_at:
                load = parse_share(text_of(cells[column]))
            for name, column in at.items():
                if text_of(cells[column]) not in use.attributes[name]:
                    value = text_of(cells[column])
                    raise ValueError(unknown(f"value of {name}", value, use.attributes[name]))
        except ValueError as error:
            notes.fault(table.place(row, column), str(error))
        if not notes.faults:
            values = tuple(text_of(cells[column]) for column in at.values())
            services.append(Service(moments[row], seats, load, values))
    return tuple(services)


def _whole(seats: float) -> int:
    if not seats.is_integer() or seats > MAX_SEATS:
        raise ValueError(f"{shown(seats)} is no number of seats from 0 to {MAX_SEATS}")
    return int(seats)
