"""Shifts of rosters, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bcpsim.files.fields import write_clock
from bcpsim.scenario.tables.days import Day
from bcpsim.scenario.tables.hours import DAY, Hours
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.workbook import some
from bcpsim.scenario.values import WEEKDAYS, Window, length_of

LONG = 16 * 60
"""Minutes beyond which a shift is told."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A shift of a roster: a daily window, or two dates with times.

    Attributes
    ----------
    officer
        Name of the person; empty: nobody by name.
    count
        Number of officers without a name.
    window
        Hours on weekdays; None: the shift has dates.
    dates
        Local start and end; None: it has none.
    breaks
        Breaks in the shift, by clock time.
    line
        Where it stands in its file; 0: in none.
    """

    officer: str
    count: int
    window: Window | None
    dates: tuple[datetime, datetime] | None
    breaks: tuple[Window, ...] = ()
    line: int = 0


def shift_on(
    day: Day | None,
    hours: Hours,
    officer: str,
    count: int,
    line: int,
    breaks: Iterable[Hours] = (),
) -> RosterRow:
    """Return a shift on a date or on weekdays; on every day if none is given.

    Raises
    ------
    ValueError
        If a break isn't inside the shift.
    """
    pauses = tuple(breaks)
    for pause in pauses:
        if (pause.start - hours.start) % DAY + pause.length > hours.length:
            raise ValueError(f"the break {pause} isn't inside the shift {hours}")
    windows = tuple(_window(pause) for pause in pauses)
    if day is None or day.on is None:
        weekdays = WEEKDAYS if day is None else day.weekdays
        return RosterRow(officer, count, _window(hours, weekdays), None, windows, line)
    midnight = datetime.combine(day.on, time())
    dates = tuple(midnight + timedelta(minutes=m) for m in (hours.start, hours.end))
    return RosterRow(officer, count, None, (dates[0], dates[1]), windows, line)


def by_length(row: RosterRow, zone: str) -> RosterRow:
    """Return a shift that ends its length after its start, also across a change of the clock.

    A shift without dates ends by the clock.
    """
    if row.dates is None:
        return row
    start, end = row.dates
    there = ZoneInfo(zone)
    instant = start.replace(tzinfo=there).astimezone(UTC) + (end - start)
    return replace(row, dates=(start, instant.astimezone(there).replace(tzinfo=None)))


def _window(hours: Hours, days: Sequence[str] = WEEKDAYS) -> Window:
    ends = str(hours).split("-")
    return Window.model_validate({"from": ends[0], "to": ends[1], "days": list(days)})


def by_officer(rows: Sequence[RosterRow]) -> dict[str, list[RosterRow]]:
    """Return the shifts of each officer, by name or by what those without one are called.

    Who has no name is the same person on all days with the same hours.
    """
    persons: dict[str, list[RosterRow]] = {}
    taken: dict[tuple[str, str | date], int] = {}
    for row in rows:
        if row.officer:
            persons.setdefault(row.officer, []).append(row)
            continue
        days: Sequence[str | date]
        if row.window is not None:
            called = "-".join(map(write_clock, (row.window.start, row.window.end)))
            days = row.window.days
        elif row.dates is not None:
            called = " to ".join(f"{when:%H:%M}" for when in row.dates)
            days = [row.dates[0].date()]
        first = max(taken.get((called, day), 0) for day in days)
        taken.update({(called, day): first + row.count for day in days})
        for k in range(first, first + row.count):
            persons.setdefault(f"{called}/{k + 1}", []).append(row)
    return persons


def in_one_spelling(rows: Sequence[RosterRow], notes: Notes) -> list[RosterRow]:
    """Return shifts with each person's name as it is first written, whatever its case later."""
    first: dict[str, str] = {}
    other: dict[str, str] = {}
    found: list[RosterRow] = []
    for row in rows:
        name = first.setdefault(" ".join(row.officer.split()).casefold(), row.officer)
        if name != row.officer:
            other[row.officer] = name
        found.append(replace(row, officer=name))
    for written, name in other.items():
        notes.tell(f"{written!r} is taken for {name!r}")
    return found


def tell_double_bookings(rows: Sequence[RosterRow], notes: Notes) -> None:
    """Tell of each person who is booked twice at one time."""
    for officer, own in by_officer([row for row in rows if row.officer]).items():
        if len(own) < 2:
            continue
        told: set[tuple[int, int]] = set()
        last: tuple[datetime, int] | None = None
        for start, end, line in sorted(_spans(own)):
            if last is not None and start < last[0]:
                both = min(last[1], line), max(last[1], line)
                if both not in told:
                    told.add(both)
                    where = "in the same row" if both[0] == both[1] else f"in row {both[0]} too"
                    notes.fault(
                        f"{notes.name}:{both[1]}",
                        f"{officer} is booked twice at {start:%a %d %b %Y %H:%M}, {where}"
                        if own[0].dates or own[-1].dates
                        else f"{officer} is booked twice on {start:%A} at {start:%H:%M}, {where}",
                    )
            if last is None or end > last[0]:
                last = end, line


def tell_long_shifts(rows: Sequence[RosterRow], notes: Notes) -> None:
    """Tell of shifts of more than 16 h, other than of a whole day: an end may be wrong."""
    long: dict[str, str] = {}
    for row in rows:
        if row.dates is not None:
            minutes = (row.dates[1] - row.dates[0]).total_seconds() / 60
            when = " to ".join(f"{moment:%d %b %H:%M}" for moment in row.dates)
        elif row.window is not None:
            minutes = length_of(row.window)
            when = f"{write_clock(row.window.start)}-{write_clock(row.window.end)}"
        else:
            continue
        if minutes > LONG and minutes != DAY:
            long.setdefault(str(row.line), f"{when}, {minutes / 60:g} h")
    if long:
        which = f"row{'s' if len(long) > 1 else ''} {some([*long])}"
        notes.warn(
            f"long shifts in {which} ({next(iter(long.values()))}); an end in the afternoon is "
            "16:00 or 4 pm"
        )


def _spans(rows: Sequence[RosterRow]) -> Iterator[tuple[datetime, datetime, int]]:
    """Yield start, end and line of shifts with dates, and of daily ones on the days around them.

    Without any dated shift windows are looked at for a week and a day.
    """
    days: set[date] = set()
    for row in rows:
        if row.dates is not None:
            yield (*row.dates, row.line)
            day = row.dates[0].date() - timedelta(days=1)
            while day <= row.dates[1].date():
                days.add(day)
                day += timedelta(days=1)
    for day in sorted(days) if days else (_MONDAY + timedelta(days=k) for k in range(8)):
        for row in rows:
            if row.window is not None and WEEKDAYS[day.weekday()] in row.window.days:
                start = datetime.combine(day, time()) + timedelta(minutes=row.window.start)
                yield start, start + timedelta(minutes=length_of(row.window)), row.line


_MONDAY = date(2024, 1, 1)
