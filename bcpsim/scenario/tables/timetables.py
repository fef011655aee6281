"""Timetables: one row for each flight, ferry, train or coach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bcpsim.errors import unknown
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.raw import column_at, whole_rows
from bcpsim.scenario.tables.times import local_time
from bcpsim.scenario.traffic import TimetableArrivals
from bcpsim.scenario.units import parse_share

MAX_SERVICES = 20_000
"""Most rows of a timetable."""


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


def read_timetable(use: TimetableArrivals, content: bytes) -> tuple[Service, ...]:
    """Return the rows of a timetable."""
    header, rows = whole_rows(use.file, content)
    time_at = column_at(use.file, header, use.time_column)
    seats_at = column_at(use.file, header, use.seats_column)
    load_at = column_at(use.file, header, use.load_column) if use.load_column else -1
    at = {name: column_at(use.file, header, name) for name in use.attributes}
    services = []
    for where, row in rows:
        seats = row[seats_at]
        if not (seats.isdecimal() and len(seats) <= 5):
            raise TableError(f"{where}: {seats!r} is no number of seats from 0 to 99999")
        load = use.load
        if load_at >= 0:
            try:
                load = parse_share(row[load_at])
            except ValueError as error:
                raise TableError(f"{where}: {error}") from None
        for name, column in at.items():
            if row[column] not in use.attributes[name]:
                raise TableError(
                    f"{where}: " + unknown(f"value of {name}", row[column], use.attributes[name])
                )
        values = tuple(row[column] for column in at.values())
        services.append(Service(local_time(row[time_at], where), int(seats), load, values))
    if len(services) > MAX_SERVICES:
        raise TableError(f"{use.file} has more than {MAX_SERVICES} services")
    return tuple(services)
