"""Hours of work as planners write them: from-to, and words for not being there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bcpsim.scenario.tables.cells import Cell
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import shown
from bcpsim.scenario.tables.times import Reader

DAY = 1440
"""Minutes of a day."""

_CLOCKS = Reader((), Notes(""))
_TO = r"\s*(?:[-–—−]|\b(?:bis|to|do|until|till)\b)\s*"
_CLOCK = r"\d{1,2}(?:[:.h]\d{2}(?::\d{2})?|\d{2})?(?:\s*(?:uhr|h|[ap]\.?m\.?)(?![^\W\d_]))?"
_STRETCH = re.compile(rf"(?<![\d:.])({_CLOCK}){_TO}({_CLOCK})(?![\d:])", re.IGNORECASE)
_LEFT = re.compile(r"(?:\b(?:von|from|od|de|uhr|and|und|i)\b|[\s,;/+&])*", re.IGNORECASE)
_FORMS = "write 06:00 to 24:00"

_AWAY = frozenset(
    [
        *("off", "away", "absent", "absence", "free", "dayoff", "rest", "rdo", "toil", "al"),
        *("leave", "annual", "vacation", "holiday", "holidays", "sick", "sickness", "ill"),
        *("illness", "maternity", "paternity", "unpaid", "frei", "dienstfrei", "abwesend"),
        *("urlaub", "krank", "krankheit", "ruhe", "ruhetag", "feiertag", "elternzeit"),
        *("mutterschutz", "wolne", "wolny", "wolna", "urlop", "chorobowe", "chory", "chora"),
        *("l4", "zwolnienie", "nieobecny", "nieobecna", "congé", "congés", "conge", "conges"),
        *("repos", "maladie", "libre", "férié"),
    ]
)
_HOLIDAYS = frozenset(["holiday", "holidays", "feiertag", "férié"])
"""Words for days off on which somebody may yet be on duty."""

_FILLERS = frozenset(["day", "days", "on", "duty", "tag", "dzień", "wypoczynkowy", "wypoczynkowe"])


@dataclass(frozen=True, slots=True)
class Hours:
    """From one clock time to another.

    Attributes
    ----------
    start
        Minutes after midnight, less than a day.
    end
        Minutes after the same midnight, after the start: more than a day's if on a later day.
    """

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"

    @property
    def length(self) -> int:
        """Minutes from start to end."""
        return self.end - self.start


def _clock(minutes: int) -> str:
    clock = minutes if minutes == DAY else minutes % DAY
    return f"{clock // 60:02d}:{clock % 60:02d}"


def is_away(text: str) -> bool:
    """Return whether a text says that somebody isn't there: off, sick leave, Urlaub, chorobowe."""
    words = _words(text)
    return any(word in _AWAY for word in words) and all(
        word in _AWAY or word in _FILLERS for word in words
    )


def is_leave(text: str) -> bool:
    """Return whether a text says that somebody isn't there, and not just that it is a holiday."""
    return is_away(text) and any(word in _AWAY and word not in _HOLIDAYS for word in _words(text))


def names_leave(text: str) -> bool:
    """Return whether any word of a text is one for leave: sick since Monday."""
    return any(word in _AWAY for word in _words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().replace("a/l", "al"))


def parse_hours(text: str) -> tuple[Hours, ...]:
    """Return hours written as 06:00-14:00, 6-14 or 06-10 16-20; several for a split shift.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if not _LEFT.fullmatch(_STRETCH.sub(" ", text)) or not _STRETCH.search(text):
        raise ValueError(f"{text!r} is no stretch of time; write 06:00-14:00")
    return tuple(
        hours_between(start_clock(match[1]), end_clock(match[2]))
        for match in _STRETCH.finditer(text)
    )


def without_hours(text: str) -> str:
    """Return a text without the hours that stand in it."""
    return _STRETCH.sub(" ", text)


def find_hours(text: str) -> tuple[Hours, ...]:
    """Return the hours that stand somewhere in a text, such as Tagdienst 07-19; none: no hours."""
    stretches = " ".join(match[0] for match in _STRETCH.finditer(text))
    try:
        return parse_hours(stretches)
    except ValueError:
        return ()


def hours_between(start: int, end: int) -> Hours:
    """Return the hours from a clock time to the next time that it is another."""
    return Hours(start, end if end > start else end + DAY)


def start_clock(cell: Cell) -> int:
    """Return the minutes after midnight of a clock time at which something starts.

    Raises
    ------
    ValueError
        If it is no clock time.
    """
    return _minutes(cell, _seconds(cell)) % DAY


def end_clock(cell: Cell) -> int:
    """Return the minutes after midnight of a clock time at which something ends.

    The last minute or second of an hour (13:59, 23:59:59) means the full hour: see `rounded_up`.

    Raises
    ------
    ValueError
        If it is no clock time.
    """
    seconds = _seconds(cell)
    if rounded_up(cell):
        seconds = -(-seconds // 3600) * 3600
    return _minutes(cell, seconds)


def is_clock(cell: Cell) -> bool:
    """Return whether a cell is a clock time, and surely so: 06:00, not 6."""
    if isinstance(cell, float) or (isinstance(cell, str) and cell.strip().isdecimal()):
        return False
    try:
        start_clock(cell)
    except ValueError:
        return False
    return True


def rounded_up(cell: Cell) -> bool:
    """Return whether the end of a shift is written as the last minute or second of an hour."""
    return _seconds(cell) % 3600 in (59 * 60, 3599)


def _minutes(cell: Cell, seconds: int) -> int:
    if seconds % 60:
        raise ValueError(f"{shown(cell)} has seconds, which shifts don't; {_FORMS}")
    return seconds // 60


def _seconds(cell: Cell) -> int:
    """Return the seconds after midnight of a clock time, in whatever form a table has it."""
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(
        cell, timedelta
    ):  # as a workbook shows 24:00, and 30:00 for 06:00 of the next day
        return round(cell.total_seconds())
    try:
        part = _CLOCKS.part(cell)
    except ValueError:
        part = None
    if part is None or part.clock is None or part.until is not None:
        raise ValueError(f"{shown(cell)} is no clock time; {_FORMS}")
    if part.day is not None:
        raise ValueError(f"{shown(cell)} has a date; {_FORMS}")
    if part.zone is not None:
        raise ValueError(f"{shown(cell)} has an offset; write local times")
    return round(part.clock.total_seconds())


def _number(value: float) -> int:
    """Return the seconds that a bare number of a workbook means: a share of a day, or an hour."""
    if 0 <= value < 1:
        return round(value * DAY * 60)
    if value.is_integer() and 1 < value <= 24:
        return int(value) * 3600
    hour, minute = divmod(int(value), 100)
    if value.is_integer() and 1 <= hour <= 24 and minute < 60 and value <= 2400:
        return hour * 3600 + minute * 60
    raise ValueError(f"{value:g} may mean several clock times; {_FORMS}")
