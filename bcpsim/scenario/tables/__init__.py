"""Tables that a scenario reads: bounded, checked, and only from its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bcpsim.scenario.people import Roster, Travel
from bcpsim.scenario.tables.columns import read_columns
from bcpsim.scenario.tables.files import TableError, read_content, resolve_inside
from bcpsim.scenario.tables.raw import whole_rows
from bcpsim.scenario.tables.rosters import RosterRow, read_roster
from bcpsim.scenario.tables.timetables import Service, read_timetable
from bcpsim.scenario.tables.travel import read_travel
from bcpsim.scenario.tables.uses import FieldPath, TableUse, table_uses, with_files
from bcpsim.scenario.traffic import TimetableArrivals

__all__ = [
    "FieldPath",
    "RosterRow",
    "Rows",
    "Service",
    "Table",
    "TableError",
    "TableUse",
    "read_rows",
    "read_table",
    "resolve_inside",
    "table_uses",
    "with_files",
]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns that one field of a scenario uses.

    Attributes
    ----------
    times
        Local date and time of each row; empty for a table of durations.
    values
        Counts, or durations in minutes; empty for a table of times.
    roster
        Rows of a roster.
    services
        Rows of a timetable.
    travel
        Minutes by origin and target.
    digest
        SHA-256 of the file.
    """

    times: tuple[datetime, ...]
    values: tuple[float, ...]
    digest: str
    roster: tuple[RosterRow, ...] = ()
    services: tuple[Service, ...] = ()
    travel: Mapping[tuple[str, str], float] = field(default_factory=dict)


def read_table(use: TableUse, folder: Path, allowed: Sequence[Path] = ()) -> Table:
    """Read the columns that a field names.

    Raises
    ------
    TableError
        If the file lies outside, is missing, empty, too large or no UTF-8 text, if it
        lacks a column, or if a cell can't be read: the message names file and line.
    """
    content = read_content(use.file, folder, allowed)
    digest = hashlib.sha256(content).hexdigest()
    if isinstance(use, Roster):
        return Table((), (), digest, read_roster(use, content))
    if isinstance(use, Travel):
        return Table((), (), digest, travel=read_travel(use, content))
    if isinstance(use, TimetableArrivals):
        return Table((), (), digest, services=read_timetable(use, content))
    return Table(*read_columns(use, content), digest)


@dataclass(frozen=True, slots=True)
class Rows:
    """A CSV file as text.

    Attributes
    ----------
    header
        Names of the columns.
    rows
        Where each row stands (file and line), and its cells, at least as many as the header's.
    digest
        SHA-256 of the file.
    """

    header: list[str]
    rows: list[tuple[str, list[str]]]
    digest: str

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        at = self.header.index(name)
        return [row[at] for _, row in self.rows]


def read_rows(name: str, folder: Path, allowed: Sequence[Path] = ()) -> Rows:
    """Read a CSV file whose columns are named elsewhere.

    Raises
    ------
    TableError
        If the file lies outside, is missing, empty, too large or no UTF-8 text, or if a row
        is too short.
    """
    content = read_content(name, folder, allowed)
    return Rows(*whole_rows(name, content), hashlib.sha256(content).hexdigest())
