"""Tables that a scenario reads: bounded, checked, and only from its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import isinf
from pathlib import Path

from bcpsim.files.fields import flow
from bcpsim.files.units import how_many
from bcpsim.scenario.distributions import Empirical, longest
from bcpsim.scenario.people import Roster, Travel
from bcpsim.scenario.tables.attendance import cover_roster
from bcpsim.scenario.tables.below import data_rows, without_last_sums
from bcpsim.scenario.tables.count_columns import tell_counts
from bcpsim.scenario.tables.counts import Count, read_counts
from bcpsim.scenario.tables.coverage import Coverage, Horizon, Interval, cover_counts, cover_moments
from bcpsim.scenario.tables.durations import read_durations
from bcpsim.scenario.tables.files import TableError, read_content, resolve_inside
from bcpsim.scenario.tables.moments import read_moments
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of
from bcpsim.scenario.tables.raw import RawTable, has_columns, head_of, matching, read_raw
from bcpsim.scenario.tables.rosters import read_roster
from bcpsim.scenario.tables.shifts import RosterRow, by_officer
from bcpsim.scenario.tables.standing import Standing, read_standing
from bcpsim.scenario.tables.timetables import Service, read_seats, read_timetable
from bcpsim.scenario.tables.travel import read_travel
from bcpsim.scenario.tables.unused import tell_unused_columns
from bcpsim.scenario.tables.uses import FieldPath, TableUse, table_uses, with_files
from bcpsim.scenario.tabular import TableDescription
from bcpsim.scenario.traffic import (
    CountedArrivals,
    ObservedArrivals,
    SeatsTable,
    TimetableArrivals,
    WaitingListArrivals,
)

__all__ = [
    "Coverage",
    "FieldPath",
    "Horizon",
    "RosterRow",
    "Rows",
    "Service",
    "Standing",
    "Table",
    "TableError",
    "TableUse",
    "by_officer",
    "cover",
    "near",
    "read_rows",
    "read_table",
    "resolve_inside",
    "table_uses",
    "with_files",
]

_DAY = 1440.0


def reach(use: TimetableArrivals, services: Sequence[Service]) -> tuple[float, float]:
    """Return how far outside a horizon a service may lie whose travellers come within it.

    Parameters
    ----------
    use, services
        A timetable, and its rows.

    Returns
    -------
    tuple of float
        Minutes before the start, and minutes after the end. A day stands for a law that is known
        by its table alone.
    """
    if use.come_before is not None:
        before, after = 0.0, longest(use.come_before)
    else:
        seats = max((service.seats for service in services), default=0)
        getting_off = seats / use.ramps / use.unloading if use.unloading else 0.0
        before, after = longest(use.delay) + longest(use.first_after) + getting_off, 0.0
    return (_DAY if isinf(before) else before), (_DAY if isinf(after) else after)


def near(
    use: TimetableArrivals, services: Sequence[Service], horizon: Horizon
) -> list[tuple[float, Service]]:
    """Return the services that are drawn, each with its minutes since the start.

    All within a day of the horizon are, so that a change of when travellers come leaves all other
    numbers of the travellers as they are; further out those within `reach`.
    """
    before, after = (max(_DAY, minutes) for minutes in reach(use, services))
    times = ((horizon.calendar.elapsed(service.time), service) for service in services)
    return [(time, one) for time, one in times if -before <= time < horizon.duration + after]


@dataclass(frozen=True, slots=True)
class Table:
    """What one field of a scenario reads from a table.

    Attributes
    ----------
    digest
        SHA-256 of the file.
    counts
        Numbers per interval.
    times
        Observed dates and times, local or with their offset.
    durations
        Observed durations in minutes.
    services
        Rows of a timetable.
    standing
        Who waits at the start.
    roster
        Rows of a roster.
    travel
        Minutes by origin and target.
    seats
        Seats by type.
    guesses
        How it was read, where that was guessed, a phrase each.
    warnings
        What may not be meant, a sentence each.
    unused
        Columns that aren't read.
    told
        What else was done with it, a sentence each.
    name
        What messages call it.
    """

    digest: str
    counts: tuple[Count, ...] = ()
    times: tuple[datetime, ...] = ()
    durations: tuple[float, ...] = ()
    services: tuple[Service, ...] = ()
    standing: tuple[Standing, ...] = ()
    roster: tuple[RosterRow, ...] = ()
    travel: Mapping[tuple[str, str], float] = field(default_factory=dict)
    seats: Mapping[str, int] = field(default_factory=dict)
    guesses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    name: str = ""

    def without(self, unused: Set[str]) -> Table:
        """Return the table of which these columns alone are told to be unused."""
        return replace(self, unused=tuple(name for name in self.unused if name in unused))

    @property
    def guessed(self) -> str | None:
        """How it was read, where that was guessed, in a line; None: nothing was."""
        return Notes(self.name, list(self.guesses), [], list(self.unused)).read


def read_table(
    use: TableUse,
    folder: Path,
    allowed: Sequence[Path] = (),
    start: date | None = None,
    zone: str = "",
) -> Table:
    """Read the columns that a field names.

    Parameters
    ----------
    use
        The field.
    folder, allowed
        As for `resolve_inside`.
    start
        Day on which the scenario starts; a roster needs it, whose dates may have no year.
    zone
        Time zone of the scenario, by which shifts of a length end; empty: no clock ever changes.

    Raises
    ------
    TableError
        If the file lies outside, is missing, empty, too large or no table, if it lacks a
        column, or if cells can't be read: the messages name file, line and column.
    """
    content = read_content(use.file, folder, allowed)
    digest = hashlib.sha256(content).hexdigest()
    notes = Notes(use.file)
    if isinstance(use, Roster):
        assert start is not None
        made = Table(digest, roster=read_roster(use, content, start, notes, zone))
    else:
        names = [name for role in use.every_role() for name in use.named(role)]
        table = read_raw(use, content, notes, has_columns(names))
        _check_columns(use, table, notes)
        made = _made(use, table, notes, digest, _seats(use, folder, allowed))
        used = {*table.columns(names), *(k for name in use.where for k in table.columns([name]))}
        tell_unused_columns(table.header, used | notes.used, table.rows, notes)
    notes.raise_faults()
    return replace(
        made,
        guesses=tuple(notes.guesses),
        warnings=tuple(f"{notes.name}: {sentence}" for sentence in notes.warnings),
        unused=tuple(notes.unused),
        told=tuple(notes.told),
        name=notes.name,
    )


def _check_columns(use: TableDescription, table: RawTable, notes: Notes) -> None:
    """Check that a table has its columns; where the scenario doesn't name them, it is told how."""
    lacking: list[str] = []
    unsaid: list[str] = []
    for role, meant in use.every_role().items():
        names = use.named(role)
        try:
            table.check(names)
        except TableError as error:
            lacking += error.messages
            if names == (meant.name,):
                unsaid.append(role)
    if lacking:
        example = flow(dict.fromkeys(unsaid, "NAME"))
        said = f". Say what they are called: columns: {example}" if unsaid else ""
        raise TableError(*lacking[:-1], lacking[-1] + said + notes.beside)


def _seats(use: TableUse, folder: Path, allowed: Sequence[Path]) -> Mapping[str, int]:
    """Return the seats of each type in a timetable."""
    if not isinstance(use, TimetableArrivals):
        return {}
    if use.seats_table is None:
        return use.seats
    try:
        return read_table(use.seats_table, folder, allowed).seats
    except TableError:
        raise TableError from None  # its mistakes are told of it, as of any other table


def _made(
    use: TableUse, table: RawTable, notes: Notes, digest: str, seats: Mapping[str, int]
) -> Table:
    """Return what a field of each kind reads from a table."""
    if isinstance(use, CountedArrivals):
        return Table(digest, counts=read_counts(use, table, notes))
    if isinstance(use, Empirical):
        return Table(digest, durations=read_durations(use, table, notes))
    if isinstance(use, TimetableArrivals):
        return Table(digest, services=read_timetable(use, table, notes, seats))
    if isinstance(use, WaitingListArrivals):
        return Table(digest, standing=read_standing(use, table, notes))
    if isinstance(use, SeatsTable):
        return Table(digest, seats=read_seats(use, table, notes))
    if isinstance(use, Travel):
        return Table(digest, travel=read_travel(use, table, notes))
    times = table.columns(use.named("time"))
    table, _ = data_rows(table, times, [], notes)
    tell_counts(table, times, notes)
    moments = read_moments(use, table, times, notes)
    return Table(digest, times=tuple(moments))


def cover(use: TableUse, table: Table, horizon: Horizon) -> Coverage:
    """Return what of a table lies in the horizon.

    Parameters
    ----------
    use, table
        A field of a scenario, and what it read.
    horizon
        What is simulated.
    """
    notes = Notes(table.name, list(table.guesses), [], list(table.unused), list(table.told))
    contents = ""
    intervals: tuple[Interval, ...] = ()
    try:
        if isinstance(use, CountedArrivals):
            contents, intervals = cover_counts(use, table.counts, horizon, notes)
        elif isinstance(use, ObservedArrivals):
            contents = cover_moments("time", table.times, horizon, notes)
        elif isinstance(use, TimetableArrivals):
            moments = [service.time for service in table.services]
            margins = reach(use, table.services)
            contents = cover_moments("service", moments, horizon, notes, margins)
        elif isinstance(use, Roster):
            contents = cover_roster(table.roster, horizon, notes)
        elif isinstance(use, WaitingListArrivals):
            contents = f"{how_many(len(table.standing), 'row')} of those who wait at the start"
        elif isinstance(use, SeatsTable):
            contents = f"seats of {how_many(len(table.seats), 'type')}"
    except TableError as error:
        return Coverage(problems=error.messages)
    warnings = (f"{notes.name}: {sentence}" for sentence in notes.warnings)
    return Coverage(contents, intervals, notes.lines(), (*table.warnings, *warnings))


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as text, whose columns are named elsewhere.

    Attributes
    ----------
    header
        Names of the columns.
    rows
        Where each row stands (file and line), and its cells, as many as the header's.
    digest
        SHA-256 of the file.
    decimal
        Decimal mark of its numbers.
    notes
        How it was read, where that was guessed, in a line.
    """

    header: list[str]
    rows: list[tuple[str, list[str]]]
    digest: str
    decimal: str = "."
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        at = self.header.index(name)
        return [row[at] for _, row in self.rows]


def read_rows(
    use: TableDescription, columns: Sequence[str], folder: Path, allowed: Sequence[Path] = ()
) -> Rows:
    """Read a table of which columns are named elsewhere.

    Parameters
    ----------
    use
        Its description.
    columns
        Names of columns that it has, by which its header is found.
    folder, allowed
        As for `resolve_inside`.

    Raises
    ------
    TableError
        If the file lies outside, is missing, empty, too large or no table, or if a row is too
        short.
    """
    content = read_content(use.file, folder, allowed)
    notes = Notes(use.file)
    table = read_raw(use, content, notes, has_columns(columns))
    notes.raise_faults()
    table = without_last_sums(table, notes)
    rows = [
        (table.place(row), [head_of(cell) for cell in cells])
        for row, (_, cells) in enumerate(table.rows)
    ]
    named = [place for name in columns for place in matching(table.header, name)]
    decimal = decimal_of(use, table, named, notes)
    digest = hashlib.sha256(content).hexdigest()
    return Rows(list(table.header), rows, digest, decimal, notes.lines())
