"""Rosters: who works when, as a list of shifts or a grid of names and days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePath

from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables.cells import Cell
from bcpsim.scenario.tables.days import Days
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.grids import GridReader
from bcpsim.scenario.tables.headers import (
    MAX_ABOVE,
    Header,
    all_but,
    find_header,
    heads_shifts,
    is_header,
    only_text,
    plain,
)
from bcpsim.scenario.tables.leave import tell_remarks_on_leave
from bcpsim.scenario.tables.legends import HEADINGS, Legend, lines_of_codes
from bcpsim.scenario.tables.lists import ListReader
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.raw import Line, Lines, RawTable, chosen, matching, read_lines
from bcpsim.scenario.tables.sheets import RosterSheet
from bcpsim.scenario.tables.shifts import (
    RosterRow,
    by_officer,
    in_one_spelling,
    tell_double_bookings,
    tell_long_shifts,
)
from bcpsim.scenario.tables.unused import tell_unused_columns
from bcpsim.scenario.tables.workbook import read_sheet

MAX_OFFICERS = 4096
"""Most officers of a roster."""

MAX_SHIFTS = 100_000
"""Most shifts of a roster."""


def read_roster(
    use: Roster, content: bytes, start: date, notes: Notes, zone: str = ""
) -> tuple[RosterRow, ...]:
    """Return the shifts of a roster; of one with mistakes, those without.

    Parameters
    ----------
    use
        Its description.
    content
        The file.
    start
        Day on which the scenario starts, to which dates without a year are near.
    notes
        Told what was guessed, filled, left out and isn't used.
    zone
        The time zone, by which a shift of 8 h ends; empty: no clock ever changes.

    Raises
    ------
    TableError
        If columns are missing, or if there are no shifts or too many.
    """
    read = read_lines(use, content, notes, lambda cells: is_header(cells, use.columns))
    heading = f"{PurePath(use.file).stem} {read.sheet or ''}"
    header = find_header(read.lines, use.columns, start, heading, notes, read.sheet or "")
    below = _chosen(use, header, read.lines[header.below :], notes)
    own = [cells for _, cells in read.lines]
    codes = [] if header.kind == "list" else lines_of_codes(below)
    below = [line for line in below if line not in codes]
    said = [["legend"], *(cells for _, cells in codes)]
    legend = Legend(use.legend, *_legends(use, content, read), own, said)
    cells = [cell for _, line in below for cell in line]
    days = Days(cells, header.reference, notes, use.time_format, _named_days(header, below))
    sheet = RosterSheet(header, below, days, legend, notes, zone)
    reader = ListReader(sheet) if header.kind == "list" else GridReader(sheet)
    rows = in_one_spelling(reader.rows(), notes)
    legend.tell(notes)
    used = reader.used | {k for name in use.where for k in matching(header.labels, name)}
    tell_unused_columns(header.labels, used, below, notes, _hint)
    tell_remarks_on_leave(header.labels, used, below, notes)
    tell_long_shifts(rows, notes)
    tell_double_bookings(rows, notes)
    if not rows and not notes.faults:
        why = "".join(f"; {sentence}" for sentence in (*notes.told, *notes.warnings))
        raise TableError(f"{notes.name} has no shifts below its header{why}")
    if len(rows) > MAX_SHIFTS:
        raise TableError(f"{notes.name} has more than {MAX_SHIFTS:,} shifts")
    if len(by_officer(rows)) > MAX_OFFICERS:
        raise TableError(f"{notes.name} names more than {MAX_OFFICERS} officers")
    return tuple(rows)


def _chosen(use: Roster, header: Header, lines: Sequence[Line], notes: Notes) -> Sequence[Line]:
    """Return the lines that the description wants."""
    if not use.where:
        return lines
    size = len(header.labels)
    fitted = tuple((number, (*cells, *(None,) * (size - len(cells)))) for number, cells in lines)
    return chosen(use, RawTable(notes.name, header.labels, fitted), notes).rows


def _named_days(header: Header, lines: Sequence[Line]) -> list[Cell]:
    """Return the cells that may be weekdays: heads, columns of days, and rows of a single cell."""
    columns = {*header.places["date"], *header.places["days"]}
    heads = [header.labels[k] for k in header.days]
    alone = [text for _, cells in lines if (text := only_text(cells))]
    return [*heads, *alone, *(cells[k] for _, cells in lines for k in columns if k < len(cells))]


def _legends(use: Roster, content: bytes, read: Lines) -> Iterator[list[Sequence[Cell]]]:
    """Yield the lines of each sheet that is named like a legend, its name first.

    A sheet called Shifts may hold a roster of its own, and is no legend then.
    """
    for name in read.others:
        if plain(name) in HEADINGS:
            lines = [cells for _, cells in read_sheet(use.file, content, name).rows]
            if not any(map(heads_shifts, lines[:MAX_ABOVE])):
                yield [[name], *lines]


def _hint(name: str) -> str:
    """Return which column of a roster a name may have been meant for."""
    near = all_but(name)
    return f" (did you mean {near!r}?)" if near else ""
