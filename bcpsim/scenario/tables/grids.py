"""Rosters as grids: names or shifts on one side, days on the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.days import Day
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.headers import label, plain
from bcpsim.scenario.tables.hours import Hours, end_clock, hours_between, is_clock, start_clock
from bcpsim.scenario.tables.legends import HEADINGS, explains
from bcpsim.scenario.tables.lists import COUNTED, OTHER_NUMBERS, VACANT, tell_left
from bcpsim.scenario.tables.names import (
    Commas,
    away_of,
    commas_of,
    hold_numbers,
    is_closed,
    is_number,
    is_vacant,
    may_be_away,
    names_in,
    whole,
)
from bcpsim.scenario.tables.numbers import is_nothing
from bcpsim.scenario.tables.raw import Line
from bcpsim.scenario.tables.sheets import RosterSheet
from bcpsim.scenario.tables.shifts import RosterRow, shift_on
from bcpsim.scenario.tables.totals import is_total, says_total
from bcpsim.scenario.tables.workbook import some


@dataclass(frozen=True, slots=True)
class _Entry:
    """A cell of a grid: of whom or of which shift, on which day; `at`: in which row, or column."""

    subject: str
    hours: tuple[Hours, ...] | None
    day: Day
    cell: Cell
    line: int
    column: str
    at: int


class GridReader:
    """Reads a grid; mistakes and what isn't read are noted.

    Names on a side have codes in their cells; shifts have numbers of officers, or names.

    Parameters
    ----------
    sheet
        The grid below its header.
    """

    def __init__(self, sheet: RosterSheet) -> None:
        self._sheet = sheet
        self._header = sheet.header
        self._labels = sheet.header.labels
        self._lines = list(_above_legend(sheet.lines))
        self._days = sheet.days
        self._legend = sheet.legend
        self._notes = sheet.notes
        self._across_days = self._header.kind == "grid"
        self._left: dict[str, list[str]] = {}
        self._vacant: dict[str, None] = {}
        self._counts = False
        self._commas = Commas(False, False, "")
        self._away: dict[str, None] = {}
        self.used: set[int] = set()
        """Columns that are read."""

    def rows(self) -> list[RosterRow]:
        """Return the shifts of all cells."""
        self._check_ends()
        entries = self._apart(list(self._across() if self._across_days else self._down()))
        sums = self._sums(entries)
        if len(sums) == len({entry.line for entry in entries if not entry.hours}):
            sums = set()  # nothing but numbers: codes, whose meaning isn't known
        self._counts = hold_numbers(
            entry.cell for entry in entries if entry.hours and not isinstance(entry.cell, Fault)
        )
        self._commas = commas_of(
            entry.cell for entry in entries if entry.hours and not isinstance(entry.cell, Fault)
        )
        self._commas.tell(self._notes)
        self._left.setdefault("have numbers and no codes", []).extend(map(str, sorted(sums)))
        rows: list[RosterRow] = []
        for entry in entries:
            if entry.line in sums:
                continue
            try:
                rows += self._shifts(entry)
            except ValueError as error:
                place = f"{self._notes.name}:{entry.line}: {entry.column}"
                self._notes.fault(place, str(error))
        tell_left(self._left, self._notes)
        if self._vacant:
            where = f"row{'s' if len(self._vacant) > 1 else ''} {some([*self._vacant])}"
            self._notes.warn(f"vacant shifts in {where} count for nobody")
        if self._away:
            where = f"row{'s' if len(self._away) > 1 else ''} {some([*self._away])}"
            self._notes.tell(f"who is named as on leave in {where} isn't on duty")
        return rows

    def _across(self) -> Iterator[_Entry]:
        """Yield the cells of a grid with a day in each column."""
        side = self._side()
        first_name = self._header.places["first_name"][:1]
        ends = self._header.ends
        weeks = [
            k
            for k in self._header.places["date"]
            if any(self._days.several(_at(cells, k)) for _, cells in self._lines)
        ]
        self.used = {*self._header.days, *ends.values(), *side, *first_name, *weeks}
        for number, cells in self._lines:
            there = {k: _at(cells, k) for k in self._header.days}
            there |= {k: _between(there[k], _at(cells, end)) for k, end in ends.items()}
            there = {k: cell for k, cell in there.items() if cell is not None}
            first = next((text for cell in cells if (text := label(cell))), "")
            if is_total(first) and (says_total(first) or not self._any_hours(there.values())):
                self._left.setdefault("add up others", []).append(str(number))
            elif not any(text_or_fault(cell) for cell in there.values()):
                self._left.setdefault("have no codes", []).append(str(number))
            else:
                try:
                    subject, hours = self._subject([_at(cells, k) for k in side])
                    if not hours:
                        more = [text_of(_at(cells, k)) for k in first_name]
                        subject = ", ".join(filter(None, [subject, *more]))
                    days = {
                        k: day if weeks else self._sheet.within_title(day)
                        for k, day in self._header.days.items()
                    }
                    if weeks and (week := self._day_of(cells, weeks)) is not None:
                        days = {k: day.with_(week) for k, day in days.items()}
                except ValueError as error:
                    self._notes.fault(f"{self._notes.name}:{number}", str(error))
                    continue
                if not hours and is_vacant(subject):
                    self._left.setdefault(VACANT, []).append(str(number))
                    continue
                if not hours and (why := away_of(subject)):
                    self._left.setdefault(f"are leave ({why})", []).append(str(number))
                    continue
                if not hours and may_be_away(subject):
                    self._notes.warn(f"row {number} names {subject!r}, who counts as on duty")
                for k, cell in there.items():
                    yield _Entry(subject, hours, days[k], cell, number, self._labels[k], number)

    def _any_hours(self, cells: Iterable[Cell]) -> bool:
        """Return whether any cell is hours or a code for them, and no number."""
        return any(self._legend.means(cell) and not is_number(cell) for cell in cells)

    def _is_sum(self, head: str, column: int) -> bool:
        """Return whether a column adds up others: it is headed so, and has no shifts."""
        cells = [_at(cells, column) for _, cells in self._lines]
        return is_total(head) and (says_total(head) or not self._any_hours(cells))

    def _side(self) -> list[int]:
        """Return the columns at the side: with a name, a shift, or from and to."""
        places = self._header.places
        if places["from"] and places["to"]:
            return [places["from"][0], places["to"][0]]
        timed = [k for k in places["shift"] if self._means_hours(k)]
        sides = [*places["officer"], *timed, *places["shift"]]
        named = sides[0] if sides else None
        if named is None:
            sizes = {
                k: sum(bool(text_or_fault(_at(cells, k))) for _, cells in self._lines)
                for k in range(min(self._header.days))
            }
            named = max(sizes, key=lambda k: (sizes[k], -k), default=None)
        if named is None:
            raise TableError(f"{self._notes.name} has no column with names beside its days")
        return [named]

    def _means_hours(self, column: int) -> bool:
        """Return whether any cell of a column is hours, or a code for them."""
        return any(self._legend.means(_at(cells, column)) for _, cells in self._lines)

    def _check_ends(self) -> None:
        """Check that the shifts at the side have ends, if clock times stand there."""
        shift = self._header.places["shift"]
        if not self._across_days or self._header.places["officer"] or not shift:
            return
        cells = [cell for _, line in self._lines if not is_nothing(cell := _at(line, shift[0]))]
        if cells and all(map(is_clock, cells)):
            raise TableError(
                f"{self._notes.name}: {self._labels[shift[0]]} says when shifts start and not when "
                "they end; write 06:00-14:00 there, or columns 'from' and 'to'"
            )

    def _subject(self, side: Sequence[Cell]) -> tuple[str, tuple[Hours, ...]]:
        """Return the name at the side of a row, or the shift with its hours."""
        if len(side) == 2:
            hours = hours_between(start_clock(side[0]), end_clock(side[1]))
            return str(hours), (hours,)
        name = text_of(side[0])
        if not name:
            raise ValueError("a row has codes and no name; name the officer")
        return name, self._legend.hours(name) or ()

    def _down(self) -> Iterator[_Entry]:
        """Yield the cells of a grid with a day in each row."""
        days = [*self._header.places["date"], *self._header.places["days"]]
        columns = {
            k: self._legend.hours(text) or ()
            for k, text in enumerate(self._labels)
            if text and k not in days and not self._is_sum(text, k)
        }
        columns = {k: hours for k, hours in columns.items() if hours or self._has_codes(k)}
        self.used = {*days, *columns}
        for number, cells in self._lines:
            try:
                day = self._day_of(cells, days)
            except ValueError as error:
                self._notes.fault(f"{self._notes.name}:{number}", str(error))
                continue
            if day is None:
                self._left.setdefault("have no day", []).append(str(number))
                continue
            day = self._sheet.within_title(day)
            for k, hours in columns.items():
                head = self._labels[k]
                yield _Entry(head, hours, day, _at(cells, k), number, head, k)

    def _day_of(self, cells: Sequence[Cell], columns: Sequence[int]) -> Day | None:
        days = [_at(cells, k) for k in columns]
        day: Day | None = None
        for read in self._days.beside(
            cell for cell in days if not is_nothing(cell) and not is_total(label(cell))
        ):
            day = read if day is None else day.with_(read)
        return day

    def _has_codes(self, column: int) -> bool:
        """Return whether at least half of the cells of a column have a meaning."""
        cells = [cell for _, line in self._lines if text_or_fault(cell := _at(line, column))]
        known = [cell for cell in cells if isinstance(cell, Fault) or self._legend.knows(cell)]
        return bool(cells) and 2 * len(known) >= len(cells)

    def _apart(self, entries: Sequence[_Entry]) -> list[_Entry]:
        """Return the cells with names that are also codes as names, and without counts of names.

        A is a name, not a shift, where codes stand in its row. Where other rows are names, a row of
        a shift with nothing but numbers says how many of them work it.
        """
        by_row: dict[int, list[_Entry]] = {}
        for entry in entries:
            if text_or_fault(entry.cell):
                by_row.setdefault(entry.at, []).append(entry)
        names = {at for at, row in by_row.items() if self._is_name(row)}
        entries = [replace(one, hours=()) if one.at in names else one for one in entries]
        counts = {
            at: row
            for at, row in by_row.items()
            if names and at not in names and row[0].hours and all(is_number(e.cell) for e in row)
        }
        for at, row in counts.items():
            self._tell_counts(at, row, [one for one in entries if one.at in names])
        return [one for one in entries if one.at not in counts]

    def _is_name(self, row: Sequence[_Entry]) -> bool:
        """Return whether cells with shifts are in a row, or a column, of somebody's own."""
        cells = [entry.cell for entry in row if not isinstance(entry.cell, Fault)]
        if not any(self._legend.means(cell) and not is_number(cell) for cell in cells):
            return False
        return not row[0].hours or all(self._legend.knows(cell) for cell in cells)

    def _tell_counts(self, at: int, counts: Sequence[_Entry], names: Sequence[_Entry]) -> None:
        """Tell of numbers that say how many of the names work a shift, and if they are true."""
        working = Counter(
            one.day for one in names if self._legend.means(one.cell) == counts[0].hours
        )
        right = all(text_of(entry.cell) == str(working[entry.day]) for entry in counts)
        if self._across_days:
            self._left.setdefault(COUNTED if right else OTHER_NUMBERS, []).append(str(at))
        elif right:
            self._notes.tell(f"the column {self._labels[at]} counts the names and isn't read")
        else:
            self._notes.warn(
                f"the column {self._labels[at]} has other numbers of officers than the names have "
                "shifts and isn't read"
            )

    def _sums(self, entries: Sequence[_Entry]) -> set[int]:
        """Return the lines of names whose cells are all numbers, which have no meaning."""
        cells: dict[int, list[Cell]] = {}
        for entry in entries:
            if not entry.hours and text_or_fault(entry.cell):
                cells.setdefault(entry.line, []).append(entry.cell)
        return {
            line
            for line, cells_of_line in cells.items()
            if all(is_number(cell) and not self._legend.knows(cell) for cell in cells_of_line)
        }

    def _shifts(self, entry: _Entry) -> Iterator[RosterRow]:
        if entry.hours:
            for officer, count in _who(entry.cell, numbers=self._counts, commas=self._commas.part):
                if is_vacant(officer):
                    self._vacant[str(entry.line)] = None
                    continue
                if away_of(officer):
                    self._away[str(entry.line)] = None
                    continue
                if may_be_away(officer):
                    self._notes.warn(f"row {entry.line} names {officer!r}, who counts as on duty")
                for hours in entry.hours:
                    for day in entry.day.each():
                        yield shift_on(day, hours, officer, count, entry.line)
            return
        hours_of = self._legend.hours(entry.cell)
        if hours_of is None:
            self._legend.lacks(entry.cell, f"{self._notes.name}:{entry.line}: {entry.column}")
        for hours in hours_of or ():
            for day in entry.day.each():
                yield shift_on(day, hours, entry.subject, 1, entry.line)


def _above_legend(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines before a heading such as Legend, without those that explain codes."""
    for number, cells in lines:
        texts = list(dict.fromkeys(text for cell in cells if (text := label(cell))))
        if texts and plain(texts[0]) in HEADINGS:
            return
        if not (len(texts) == 1 and explains(texts[0])):
            yield number, cells


def _at(cells: Sequence[Cell], column: int) -> Cell:
    return cells[column] if column < len(cells) else None


def _between(start: Cell, end: Cell) -> Cell:
    """Return the hours between two cells; a cell beside an empty one is a code, such as leave."""
    if is_nothing(end) or is_nothing(start):
        only = end if is_nothing(start) else start
        if is_clock(only) or (is_number(only) and not is_nothing(only)):
            return Fault(f"{text_or_fault(only)} stands alone; write the start and the end")
        return only
    try:
        return str(hours_between(start_clock(start), end_clock(end)))
    except ValueError as error:
        if text_or_fault(start) == text_or_fault(end):  # a code that covers both
            return start
        return Fault(str(error))


def text_or_fault(cell: Cell) -> str:
    """Return what a cell holds, in words; nothing for an empty one."""
    return cell.words if isinstance(cell, Fault) else text_of(cell)


def _who(cell: Cell, *, numbers: bool, commas: bool) -> Iterator[tuple[str, int]]:
    """Yield who works a shift by a cell: a number of officers, or names.

    Parameters
    ----------
    cell
        The cell.
    numbers
        Whether most cells are numbers; then one with a digit is a number, too, or a mistake.
    commas
        Whether a comma stands between officers.
    """
    text = text_of(cell)
    if is_nothing(cell) or is_closed(text):
        return
    if hold_numbers([cell]) or (numbers and any(map(str.isdecimal, text))):
        if count := whole(cell):
            yield "", count
        return
    for name in names_in(cell, commas=commas):
        yield name, 1
