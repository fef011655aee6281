"""Rosters as lists: a shift in each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.days import Day, several_days
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.headers import ROSTER, all_but, label, only_text, plain, without_number
from bcpsim.scenario.tables.hours import (
    Hours,
    end_clock,
    hours_between,
    is_away,
    is_clock,
    parse_hours,
    rounded_up,
    start_clock,
)
from bcpsim.scenario.tables.leave import LeaveColumn, columns_of_leave
from bcpsim.scenario.tables.names import (
    away_of,
    commas_of,
    counted,
    hold_numbers,
    is_closed,
    is_number,
    is_vacant,
    may_be_away,
    names_in,
    whole,
)
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.raw import listed
from bcpsim.scenario.tables.sheets import RosterSheet
from bcpsim.scenario.tables.shifts import RosterRow, by_length, shift_on
from bcpsim.scenario.tables.totals import is_total, says_total
from bcpsim.scenario.tables.workbook import some

NO_TIMES = "have no times"
NOBODY = "have a dash for the officer"
VACANT = "are vacant"
OTHER_NUMBERS = "have other numbers of officers than the names above have shifts"
"""Why rows aren't read that somebody may have meant to be."""

CLOSED = "are closed"
COUNTED = "count the names above"
"""Why other rows aren't read."""

_MAY_BE_DAYS = frozenset(
    ["tag", "week", "kw", "woche", "kalenderwoche", "tydzień", "semaine", "period", "zeitraum",
     "okres", "période"]
)  # fmt: skip
"""Heads of columns with days, or with numbers of days and weeks that others say as well."""

_LENGTHS = frozenset(
    {"hours", "duration", "length", "shift length", "dauer", "länge", "stunden", "arbeitszeit",
     "dienstzeit", "czas", "czas trwania", "godziny", "durée", "heures"}
)  # fmt: skip
"""Heads of columns in which whole numbers are lengths, and not the numbers of shifts."""

_IN_HOURS = re.compile(r"[(\[]\s*(?:h|hrs?|hours|std|stunden|godz\w*|heures)\.?\s*[)\]]")

_WITH_ENDS = (
    "write the start and the end of each, in columns 'from' and 'to', or as 06:00-14:00 in a "
    "column 'shift'"
)
_MIDNIGHT = time()
_BREAKS = 120
"""Most minutes of breaks that the length of a shift may leave out."""

_PLACES = frozenset(
    {"booth", "post", "position", "lane", "desk", "counter", "window", "gate", "station", "place",
     "line", "kabine", "schalter", "spur", "platz", "posten", "stelle", "stanowisko", "okienko",
     "kabina", "pas", "guichet", "cabine", "poste", "aubette"}
)  # fmt: skip
"""Heads of numbered columns, such as Booth 1 and Booth 2, with who works there."""


class _Row:
    """A row, which remembers the column that was read last: where a mistake is."""

    def __init__(self, number: int, cells: Sequence[Cell], labels: Sequence[str]) -> None:
        self.number = number
        self.cells = cells
        self._labels = labels
        self.column = ""

    def cell(self, column: int | None) -> Cell:
        """Return a cell; None if there is no such column.

        Raises
        ------
        ValueError
            If it holds a `Fault`.
        """
        if column is None or column >= len(self.cells):
            return None
        self.column = self._labels[column]
        cell = self.cells[column]
        if isinstance(cell, Fault):
            raise ValueError(cell.words)
        return cell

    @property
    def first(self) -> str:
        """The first text in the row."""
        return next((text for cell in self.cells if (text := label(cell))), "")


class ListReader:
    """Reads a list; mistakes, what isn't read and what is filled are noted.

    Parameters
    ----------
    sheet
        The list below its header.
    """

    def __init__(self, sheet: RosterSheet) -> None:
        self._sheet = sheet
        self._labels = sheet.header.labels
        self._places = sheet.header.places
        self._lines = sheet.lines
        self._days = sheet.days
        self._legend = sheet.legend
        self._notes = sheet.notes
        self._spells = self._pairs_of_times()
        self._at = {role: self._column(role) for role in sheet.header.places}
        self._timed = self._at["from"] is not None and self._at["to"] is not None
        self._lengths = self._has_lengths()
        self._lasting = not self._timed and self._at["from"] is not None and self._lengths
        self._leave: list[LeaveColumn] = []
        self._day_columns = self._columns_of_days()
        self._named = self._columns_of_officers()
        self._leave = columns_of_leave(self._labels, self.used, self._lines)
        self._commas = commas_of(cell for k in self._named for cell in self._cells(k))
        names = {text_of(cell) for k in self._named for cell in self._there(k)}
        self._initials = any(len(name) == 1 and name.isalpha() for name in names - {"x", "X"})
        self._officers: list[str] = []
        self._day: Day | None = None
        self._title = sheet.header.title
        self._sections = self._lines_of_days()
        if self._sections and self._title is not None and self._title.last is None:
            self._day = self._title  # the first of them stands above the header
        self._left: dict[str, list[str]] = {}
        self._filled: dict[str, list[str]] = {}
        self._doubtful: dict[str, list[str]] = {}

    @property
    def used(self) -> set[int]:
        """Columns that are read."""
        unused = {"shift"} if self._timed else {"to"} if self._lasting else {"from", "to"}
        roles = self._at.keys() - unused - {"date", "days"}
        read = (at for role in roles if (at := self._at[role]) is not None)
        spells = (k for pair in self._spells for k in pair if k is not None)
        leave = (column.place for column in self._leave)
        return {*self._day_columns, *self._named, *leave, *spells, *read}

    def rows(self) -> list[RosterRow]:
        """Return the shifts of all lines.

        Raises
        ------
        TableError
            If there are no columns with times.
        """
        if not self._timed and (self._at["shift"] is None or self._half_timed()):
            raise TableError(self._lacking())
        if not self._timed and not self._lasting and self._only_starts():
            raise TableError(
                f"{self._notes.name}: {self._labels[self._at['shift'] or 0]} says when shifts "
                f"start and not when they end; {_WITH_ENDS}"
            )
        if self._lasting and self._at["shift"] is not None:
            self._notes.guess(f"{self._labels[self._at['shift']]} as how long shifts last")
        rows: list[RosterRow] = []
        head = [plain(text) for text in self._labels]
        for number, cells in self._lines:
            if [plain(label(cell)) for cell in cells] == head:
                continue  # the header again, at the top of another page
            row = _Row(number, cells, self._labels)
            if any(map(label, cells[len(self._labels) :])):
                self._notes.fault(
                    f"{self._notes.name}:{number}",
                    f"{len(cells)} cells; the header has {len(self._labels)}",
                )
                continue
            try:
                if number in self._sections:
                    self._day = None
                    self._day = self._days.read(row.first)
                    continue
                rows += self._shifts(row)
            except ValueError as error:
                column = f": {row.column}" if row.column else ""
                self._notes.fault(f"{self._notes.name}:{number}{column}", str(error))
        self._tell(any(row.dates for row in rows))
        return rows

    def _half_timed(self) -> bool:
        """Return whether shifts have an end, and how long they are."""
        return not self._lasting and self._at["to"] is not None and self._lengths

    def _only_starts(self) -> bool:
        """Return whether all cells of the column of shifts are a clock time, or a date with one.

        Dates, which a workbook has at midnight, aren't.
        """
        shift = self._at["shift"]
        cells = [] if shift is None else [c for c in self._there(shift) if not is_nothing(c)]
        moments = [self._days.moment(cell) for cell in cells]
        dates = all(moment is not None and moment.time() == _MIDNIGHT for moment in moments)
        return not dates and all(
            moment is not None or is_clock(cell)
            for moment, cell in zip(moments, cells, strict=True)
        )

    def _has_lengths(self) -> bool:
        """Return whether the column of shifts says how long they are: 8, 7.5 or 8:00."""
        shift = self._at["shift"]
        cells = [] if shift is None else [c for c in self._cells(shift) if not is_nothing(c)]
        if not cells or any(_length(cell) is None for cell in cells):
            return False
        head = self._labels[shift or 0]
        if plain(head) in _LENGTHS or _IN_HOURS.search(head.casefold()):
            return True
        return not all(map(is_number, cells))  # the number of a shift

    def _lacking(self) -> str:
        """Return the message for a header without times."""
        labels = [text for text in self._labels if text]
        lacking = [role for role in ("from", "to") if self._at[role] is None]
        has = (
            f"{self._notes.name} has no column {' and none '.join(map(repr, lacking))}; it has "
            f"{', '.join(labels)}. "
        )
        placed = {k for columns in self._places.values() for k in columns}
        free = [text for k, text in enumerate(self._labels) if text and k not in placed]
        if len(free) < len(lacking):  # none that they may be
            return f"{has}A row is a shift: {_WITH_ENDS}{self._notes.beside}"
        other = {role: next((t for t in labels if all_but(t) == role), "NAME") for role in lacking}
        return (
            f"{has}Say what they are called: columns: "
            f"{{{', '.join(f'{role}: {name}' for role, name in other.items())}}}"
            + self._notes.beside
        )

    def _column(self, role: str) -> int | None:
        """Return the column with a role; one whose name has two meanings is told by its cells."""
        candidates = list(self._places[role])
        rival = {"officer": "count", "count": "officer"}.get(role)
        if rival is not None:
            doubtful = set(candidates) & set(self._places[rival])
            wanted = role == "count"
            candidates = [
                k for k in candidates if k not in doubtful or hold_numbers(self._there(k)) == wanted
            ]
        if role == "breaks":
            candidates = [
                k for k in candidates if plain(self._labels[k]) == role or self._holds_hours(k)
            ]
        exact = [k for k in candidates if plain(self._labels[k]) == role] or candidates
        if role in ("from", "to") and self._spells:
            return self._spells[0][role == "to"]
        if role not in ("date", "days") and len(exact) > 1:
            names = " and ".join(repr(self._labels[k]) for k in exact)
            raise TableError(
                f"{self._notes.name}: the columns {names} may each be {role!r}; say which it is: "
                f"columns: {{{role}: {self._labels[exact[0]]}}}"
            )
        return exact[0] if exact else None

    def _columns_of_officers(self) -> list[int]:
        """Return the columns with names: one, or numbered ones such as Officer 1 or Booth 2."""
        one = self._at["officer"]
        numbered: dict[str, list[int]] = {}
        for k, text in enumerate(self._labels):
            stem = without_number(text)
            if stem != plain(text) and self._holds_names(k):
                numbered.setdefault(stem, []).append(k)
        more = [
            k for stem, columns in numbered.items() if stem in ROSTER["officer"] for k in columns
        ]
        if one is None and not more and self._at["count"] is None:
            more = [
                k
                for stem, columns in numbered.items()
                if stem in _PLACES and len(columns) > 1
                for k in columns
            ]
        columns = [*([] if one is None else [one]), *more]
        if more:
            self._notes.guess(f"officers in {listed(self._labels[k] for k in columns)}")
        return columns

    def _holds_names(self, column: int) -> bool:
        """Return whether a column holds texts, and not numbers or hours."""
        cells = [cell for cell in self._there(column) if not is_nothing(cell)]
        return (
            bool(cells) and all(isinstance(cell, str) for cell in cells) and not hold_numbers(cells)
        )

    def _pairs_of_times(self) -> list[tuple[int | None, int | None]]:
        """Return the columns of starts and ends of a split shift: Start 1, End 1, Start 2, End 2.

        None for a single pair, or for pairs that aren't told apart by numbers alone.
        """
        starts, ends = self._places["from"], self._places["to"]
        stems = {without_number(self._labels[k]) for k in (*starts, *ends)}
        pairs: list[tuple[int | None, int | None]] = list(zip(starts, ends, strict=False))
        alternate = sorted((*starts, *ends)) == [k for pair in pairs for k in pair]
        return pairs if len(pairs) > 1 and len(stems) == 2 and alternate else []

    def _is_numeric(self, column: int) -> bool:
        cells = [cell for cell in self._there(column) if not is_nothing(cell)]
        return bool(cells) and all(map(is_number, cells))

    def _there(self, column: int) -> list[Cell]:
        """Return the cells of a column that have a value."""
        return [cell for cell in self._cells(column) if not isinstance(cell, Fault)]

    def _holds_hours(self, column: int) -> bool:
        """Return whether any cell of a column is hours such as 10:00-10:30."""
        for cell in self._cells(column):
            with suppress(ValueError):
                if not is_nothing(cell) and parse_hours(text_of(cell)):
                    return True
        return False

    def _cells(self, column: int) -> Iterator[Cell]:
        return (cells[column] for _, cells in self._lines if column < len(cells))

    def _columns_of_days(self) -> list[int]:
        """Return the columns with days; one called Tag or KW is one if all its cells are days."""
        candidates = dict.fromkeys([*self._places["date"], *self._places["days"]])
        return [
            k
            for k in candidates
            if plain(self._labels[k]) not in _MAY_BE_DAYS
            or all(is_nothing(cell) or self._days.is_day(cell) for cell in self._cells(k))
        ]

    def _lines_of_days(self) -> set[int]:
        """Return the lines with nothing but a day, for the rows below them."""
        if self._day_columns:
            return set()
        alone = {number: only_text(cells) for number, cells in self._lines}
        return {number for number, text in alone.items() if text and self._days.is_day(text)}

    def _shifts(self, row: _Row) -> list[RosterRow]:
        """Return the shifts of a row: one, several if it is split, none if nobody works."""
        why = self._why_not(row)
        if why:
            self._left.setdefault(why, []).append(str(row.number))
            return []
        officers, count = self._who(row)
        if self._lasting:
            stretches = self._lasting_stretches(row)
        else:
            stretches = self._timed_stretches(row) if self._timed else self._coded_stretches(row)
        breaks = self._breaks(row)
        if not count:
            return []
        shifts = [
            shift_on(single_day, hours, officer, count, row.number, breaks)
            for officer in officers
            for day, hours in stretches
            for single_day in ([None] if day is None else day.each())
        ]
        if self._lasting and self._sheet.zone:
            return [by_length(shift, self._sheet.zone) for shift in shifts]
        return shifts

    def _why_not(self, row: _Row) -> str:
        """Return why a row isn't read, nothing if it is read."""
        roles = (
            ("from", "to") if self._timed else ("from", "shift") if self._lasting else ("shift",)
        )
        columns = [self._at[role] for role in roles]
        more = [k for pair in self._spells[1:] for k in pair]
        if is_total(row.first):
            cells = [
                row.cells[k] for k in (*columns, *more) if k is not None and k < len(row.cells)
            ]
            if says_total(row.first) or all(is_nothing(one) or is_number(one) for one in cells):
                return "add up others"
        texts = [text_of(row.cell(k)) for k in (*columns, *more)]
        away = [text for text in texts if text and is_away(text) and not is_nothing(text)]
        if away:
            return f"are leave ({away[0]})"
        for column in self._leave:
            cell = row.cell(column.place)
            if why := column.why(cell):
                return why
            if column.is_doubtful(text_of(cell)):
                note = f"has {shown(cell)} as its {column.head} and counts as on duty"
                self._doubtful.setdefault(note, []).append(str(row.number))
        count = self._at["count"]
        if why := self._nobody(row):
            return why
        others = self._day_columns or ([] if count is None else [count])
        if all(map(is_nothing, texts)) and all(is_nothing(row.cell(k)) for k in others):
            return NO_TIMES
        if any(texts) and all(map(is_nothing, texts)):
            return "have a dash for the times"
        return ""

    def _nobody(self, row: _Row) -> str:
        """Return why nobody works in a row by its names or its count, nothing if somebody may."""
        names = [text for k in self._named if (text := text_of(row.cell(k)))]
        if names and all(map(self._is_dash, names)):
            return NOBODY
        count = text_of(row.cell(self._at["count"]))
        for texts in (names, [count] if count and not self._named else []):
            said = [text for text in texts if not self._is_dash(text)]
            if said and all(map(is_closed, said)):
                return CLOSED
            if said and all(is_vacant(text) or is_closed(text) for text in said):
                return VACANT
        whole_names = [
            n for k in self._named for n in names_in(row.cell(k), commas=self._commas.part)
        ]
        away = [why for name in whole_names if (why := away_of(name))]
        if away and len(away) == len(whole_names):
            return f"are leave ({away[0]})"
        if count and is_nothing(count) and not self._named:
            return "have a dash for the count"
        return ""

    def _is_dash(self, name: str) -> bool:
        """Return whether a name is none: a dash, n/a; X is one among others of one letter."""
        return is_nothing(name) and not (self._initials and name.casefold() == "x")

    def _who(self, row: _Row) -> tuple[list[str], int]:
        """Return the officers of a row by name, or their number if they have no names."""
        counted_at = self._at["count"]
        count = row.cell(counted_at)
        names: list[str] = []
        for k in self._named:
            number = counted(text_of(row.cell(k)))
            if number is not None and len(self._named) == 1 and is_nothing(count):
                return [""], whole(row.cell(k))
            names += self._names(row, k)
        if names:
            if not is_nothing(count) and whole(count) != len(names):
                raise ValueError("a row names an officer, or a count, not both")
            first = text_of(row.cell(self._at["first_name"]))
            self._officers = [f"{names[0]}, {first}"] if len(names) == 1 and first else names
            return self._officers, 1
        if not is_nothing(count):
            row.cell(counted_at)
            return [""], whole(count)
        if counted_at is not None:
            row.cell(counted_at)
            other = ", or name the officer" if self._named else ""
            raise ValueError(f"is empty; write how many work the shift, 0 for nobody{other}")
        if not self._named:
            return [""], 1
        if not self._officers:
            raise ValueError("is empty; name the officer")
        note = f"has no officer and counts for {' and '.join(self._officers)}"
        self._doubtful.setdefault(note, []).append(str(row.number))
        return self._officers, 1

    def _names(self, row: _Row, column: int) -> list[str]:
        """Return the names in a cell.

        Raises
        ------
        ValueError
            If it is a number in a column that may hold numbers or names.
        """
        cell = row.cell(column)
        if self._is_dash(text_of(cell)):
            return []
        if column in self._places["count"] and is_number(cell):
            raise ValueError(
                f"{shown(cell)} is a number among names; write numbers in all rows, or names in all"
            )
        names = names_in(cell, commas=self._commas.part)
        kept = [name for name in names if not (is_vacant(name) or is_closed(name))]
        if len(kept) < len(names):
            note = "has a vacant place, which counts for nobody"
            self._doubtful.setdefault(note, []).append(str(row.number))
        there = [name for name in kept if not away_of(name)]
        if len(there) < len(kept):
            note = "names somebody on leave, who isn't on duty"
            self._filled.setdefault(note, []).append(str(row.number))
        for name in filter(may_be_away, there):
            note = f"names {shown(name)}, who counts as on duty"
            self._doubtful.setdefault(note, []).append(str(row.number))
        return there

    def _when(self, row: _Row) -> Day | None:
        """Return the day or days of a row; None: there are no columns that say so."""
        if self._sections:
            if self._day is None:
                raise ValueError(
                    "stands below no day; write one in a line of its own above, or a column 'date'"
                )
            return self._day if self._day == self._title else self._sheet.within_title(self._day)
        if not self._day_columns:
            return self._title
        cells = [row.cell(column) for column in self._day_columns]
        read = self._days.beside(cell for cell in cells if not is_nothing(cell))
        until = row.cell(self._at["end_date"])
        if not is_nothing(until):
            read = self._until(read, until)
        day: Day | None = None
        for one in read:
            day = one if day is None else day.with_(one)
        if day is None:
            row.cell(self._day_columns[0])
            if self._day is None or self._day.on is None:
                raise ValueError("is empty; write the weekdays, such as mon-fri, or daily")
            words = f"has no date and counts for {self._day.on}"
            self._filled.setdefault(words, []).append(str(row.number))
            return self._day
        day = self._sheet.within_title(day)
        self._day = day
        return day

    def _until(self, days: Sequence[Day], until: Cell) -> list[Day]:
        """Return the days of a row up to its last date."""
        last = self._days.read(until).on
        first = next((day.on for day in days if day.on is not None), None)
        if last is None or first is None:
            raise ValueError(f"{shown(until)} goes with a date such as 2026-04-13")
        weekdays = [Day(None, day.weekdays) for day in days if day.weekdays]
        return [several_days(first, last), *weekdays]

    def _coded_stretches(self, row: _Row) -> list[tuple[Day | None, Hours]]:
        """Return what the code of a row means on its day."""
        day = self._when(row)
        cell = row.cell(self._at["shift"])
        hours = self._legend.hours(cell)
        if hours is None:
            self._legend.lacks(cell, f"{self._notes.name}:{row.number}: {row.column}")
        elif not hours:
            self._left.setdefault("are off", []).append(str(row.number))
        return [(day, stretch) for stretch in hours or ()]

    def _begins(self, row: _Row, start: int | None) -> tuple[Day | None, int]:
        """Return on which days a row begins, and at which minute, by its column of starts."""
        begins = self._days.moment(row.cell(start))
        if begins is None:
            day = self._when(row)
            return day, self._clock(row, row.cell(start), start_clock)
        day = Day(begins.date())
        if any(not is_nothing(row.cell(column)) for column in self._day_columns):
            day = day.with_(self._when(row) or day)
        return day, begins.hour * 60 + begins.minute

    def _timed_stretches(self, row: _Row) -> list[tuple[Day | None, Hours]]:
        """Return from when to when a row lasts; several if it is split."""
        stretches: list[tuple[Day | None, Hours]] = []
        for start, end in self._spells or [(self._at["from"], self._at["to"])]:
            cells = [row.cell(start), row.cell(end)]
            if stretches and all(map(is_nothing, cells)):
                continue  # not split
            stretches += self._stretch(row, start, end)
        return stretches

    def _stretch(
        self, row: _Row, start: int | None, until: int | None
    ) -> list[tuple[Day | None, Hours]]:
        """Return from when to when a row lasts by two of its columns."""
        day, opens = self._begins(row, start)
        end = row.cell(until)
        ends = self._days.moment(end)
        if ends is None:
            closes = self._clock(row, end, end_clock)
            if day is not None and day.on is not None and day.last is not None:
                if closes <= opens and (day.last - day.on).days == 1 and day != self._title:
                    day = Day(day.on)  # over one night
                else:
                    note = f"counts on each day from {day.on} to {day.last}"
                    self._filled.setdefault(note, []).append(str(row.number))
            hours = hours_between(opens, closes)
            self._compare_length(row, hours)
            return [(day, hours)]
        if day is None or day.on is None:
            raise ValueError("has a date, and the start of the shift has none")
        closes = round((ends - datetime.combine(day.on, _MIDNIGHT)).total_seconds() / 60)
        if closes <= opens:
            raise ValueError("the shift ends before it starts")
        return [(day, Hours(opens, closes))]

    def _compare_length(self, row: _Row, hours: Hours) -> None:
        """Tell of a row whose times don't last as long as another of its columns says.

        Up to two hours less are breaks.
        """
        if not self._lengths or len(self._spells) > 1:
            return
        shift = self._at["shift"]
        length = _length(row.cell(shift))
        if shift is not None and length is not None and not 0 <= hours.length - length <= _BREAKS:
            note = f"has other times than its {self._labels[shift]} say; its times count"
            self._doubtful.setdefault(note, []).append(str(row.number))

    def _lasting_stretches(self, row: _Row) -> list[tuple[Day | None, Hours]]:
        """Return from when a row lasts, and for how long."""
        day, opens = self._begins(row, self._at["from"])
        length = _length(row.cell(self._at["shift"]))
        if length is None:
            raise ValueError("is empty; write how long the shift is, such as 8 or 8:00")
        return [(day, Hours(opens, opens + length))]

    def _clock(self, row: _Row, cell: Cell, read: Callable[[Cell], int]) -> int:
        if is_nothing(cell):
            raise ValueError("is empty; write a clock time, 06:00 to 24:00")
        if read is end_clock and rounded_up(cell):
            note = f"ends at {text_of(cell)}, which counts as {read(cell) // 60:02d}:00"
            self._filled.setdefault(note, []).append(str(row.number))
        return read(cell)

    def _breaks(self, row: _Row) -> tuple[Hours, ...]:
        cell = row.cell(self._at["breaks"])
        if is_nothing(cell):
            return ()
        try:
            return parse_hours(text_of(cell))
        except ValueError:
            raise ValueError(
                f"{shown(cell)} is no break; write 10:00-10:30, several with a space between"
            ) from None

    def _tell(self, dated: bool) -> None:
        """Tell what was left out, filled, and taken for granted."""
        tell_left(self._left, self._notes)
        self._commas.tell(self._notes)
        for tell, told in (
            (self._notes.tell, self._filled),
            (self._notes.warn, self._doubtful),
        ):
            for note, rows in told.items():
                many = f"each of the rows {some(rows)}"
                tell(f"{many if len(rows) > 1 else f'row {rows[0]}'} {note}")
        named = [f"{column.head} (leave)" for column in self._leave]
        named += [
            f"{self._labels[at]} ({role})"
            for role, at in self._at.items()
            if at in self.used and plain(self._labels[at]) != role.replace("_", " ")
        ]
        if named:
            self._notes.guess(f"the column{'s' if len(named) > 1 else ''} {', '.join(named)}")
        if self._sections:
            self._notes.guess(f"the days in {len(self._sections)} lines for the rows below them")
        elif not self._day_columns and self._title is not None:
            self._notes.guess(f"each row on {self._title}, as its title says")
        elif not self._day_columns and not dated:
            self._notes.guess("each row on every day")
            self._sheet.tell_other_dates()
        if not self._named and self._at["count"] is None:
            self._notes.guess("one officer for each row")
            self._tell_numbers()
        for k in self._places["breaks"]:
            if k not in self.used and not all(map(is_nothing, self._cells(k))):
                self._notes.warn(
                    f"{self._labels[k]} has no times such as 10:00-10:30 and isn't read: nobody "
                    "has a break by it; the group's own breaks may be written so: breaks: "
                    '[{from: "10:00", to: "12:00", length: 30 min}]'
                )

    def _tell_numbers(self) -> None:
        """Tell of columns that may say how many officers work a shift."""
        names = [
            name
            for k, name in enumerate(self._labels)
            if name and k not in self.used and self._is_numeric(k)
        ]
        if names:
            self._notes.warn(
                f"each row is one officer; if {' or '.join(names)} says how many they are, write "
                f"columns: {{count: {names[0]}}}"
            )


def tell_left(left: Mapping[str, Sequence[str]], notes: Notes) -> None:
    """Tell of rows that weren't read.

    Parameters
    ----------
    left
        Numbers of the rows by why not: ``have no times``.
    notes
        Told of them.
    """
    singular = {"are": "is", "have": "has", "add": "adds", "count": "counts"}
    for why, rows in left.items():
        tell = notes.warn if why in (NO_TIMES, NOBODY, VACANT, OTHER_NUMBERS) else notes.tell
        if len(rows) > 1:
            tell(f"rows {some(rows)} {why} and aren't read")
        elif rows:
            verb, _, why_not = why.partition(" ")
            tell(f"row {rows[0]} {singular[verb]} {why_not} and isn't read")


def _length(cell: Cell) -> int | None:
    """Return how many minutes a shift lasts by a cell with hours, such as 8, 7.5 or 8:00."""
    if isinstance(cell, time):
        minutes = cell.hour * 60.0 + cell.minute
    elif isinstance(cell, timedelta):
        minutes = cell.total_seconds() / 60
    else:
        text = text_of(cell) if isinstance(cell, str | float) else ""
        found = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])|([0-9]{1,2}(?:[.,][0-9]+)?)(?: ?h)?", text)
        if found is None:
            return None
        hours = found[3].replace(",", ".") if found[3] else found[1]
        minutes = 60 * float(hours) + int(found[2] or 0)
    return round(minutes) if 0 < minutes <= 24 * 60 else None
