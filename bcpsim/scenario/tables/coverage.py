"""What of a table lies in the horizon: spacing, gaps, what stands twice, what lies outside.

Nothing of a table may be lost without a word. Each table is laid over the horizon once, when the
scenario is checked; what is found is told before a run and kept with its result.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import multimode

from bcpsim.files.units import format_duration, how_many, written_out
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.tables.counts import Count
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.ranges import in_pieces, without_sums
from bcpsim.scenario.tables.times import DAY, moment
from bcpsim.scenario.traffic import CountedArrivals

_HOUR, _DAY = 60.0, 1440.0
_SAME = 1e-6
"""Minutes below which two times are one."""

_MOST_UNDATED = 1440
"""Most rows of a table without dates for each of its days: one a minute."""

_SHOWN = 3
"""How many gaps, or times that stand twice, are named."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The time that a scenario simulates.

    Attributes
    ----------
    calendar
        Its start and time zone.
    duration
        Its length in minutes.
    """

    calendar: Calendar
    duration: float

    def at(self, minutes: float) -> str:
        """Return the local date and time, so many minutes after the start, in words."""
        return words(self.calendar.local(minutes))

    def when(self, start: float, end: float) -> str:
        """Return from when to when a stretch lasts, or at which time what has no length is."""
        return f"from {self.span(start, end)}" if start < end else f"at {self.at(start)}"

    def span(self, start: float, end: float) -> str:
        """Return from when to when a stretch lasts, in words."""
        return span(self.calendar.local(start), self.calendar.local(end))

    @property
    def words(self) -> str:
        """From when to when it lasts."""
        return self.span(0.0, self.duration)


def words(when: datetime) -> str:
    """Return a date and time as messages write it."""
    return f"{when:%a %d %b %Y %H:%M}"


def span(start: datetime, end: datetime) -> str:
    """Return a stretch of time as messages write it."""
    if start.date() == end.date():
        return f"{words(start)} to {end:%H:%M}"
    return f"{words(start)} to {words(end)}"


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time with a number of arrivals, in minutes since the start.

    Attributes
    ----------
    start, end
        The first of a table may start before the horizon, the last end after it.
    number
        How many, over the whole stretch.
    """

    start: float
    end: float
    number: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a table lies in the horizon.

    Attributes
    ----------
    contents
        What the table holds, and what of it counts, in a line; empty: nothing to tell.
    intervals
        Numbers in the horizon, in order, for a table of counts.
    notes
        How the table was read where that was guessed, and what of it doesn't count.
    warnings
        What may not be meant.
    problems
        Why it can't be used.
    """

    contents: str = ""
    intervals: tuple[Interval, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Slot:
    """What a table has for one time: when that is, the number, and the lines it stands in."""

    start: float
    local: datetime
    written: datetime  # as the table has it, whatever the clock did that day
    number: float
    lines: list[int]

    @property
    def words(self) -> str:
        """Its date and time, and where it stands."""
        many = "s" if len(self.lines) > 1 else ""
        lines = ", ".join(map(str, self.lines[:4]))
        return words(self.local) + (f" in line{many} {lines}" if lines else "")


def cover_counts(
    use: CountedArrivals, counts: Sequence[Count], horizon: Horizon, notes: Notes
) -> tuple[str, tuple[Interval, ...]]:
    """Lay the numbers of a table of counts over the horizon.

    Parameters
    ----------
    use
        The table's description.
    counts
        Its numbers.
    horizon
        What is simulated.
    notes
        Told what is guessed, what isn't used and what is missing.

    Returns
    -------
    str, tuple of Interval
        What the table holds, in a line; its numbers in the horizon.

    Raises
    ------
    TableError
        If the spacing of its rows isn't its interval, if nothing of it lies in the horizon, or
        if something is missing and that is a mistake.
    """
    _check_alike(counts, notes)
    counts = without_sums(counts, notes)
    whole_days = counts[0].at.clock is None
    dated = counts[0].at.day is not None
    pieces = in_pieces(use, counts, notes)
    rows = pieces if dated else list(_repeated(pieces, horizon, notes))
    slots = _slots(rows, horizon, notes)
    length = _length(use, pieces, slots, notes, whole_days=whole_days)
    if _at_ends(use, counts, notes):
        back = length - _DAY if whole_days else length  # a date at the end is the last day
        for slot in slots:
            slot.local -= timedelta(minutes=back)
            slot.start = horizon.calendar.elapsed(slot.local) if whole_days else slot.start - back
    _check_apart(use, slots, length, notes)
    _tell_twice(use, slots, notes)
    intervals = _intervals(slots, length, horizon)
    inside = [
        interval
        for interval in intervals
        if interval.end > _SAME and interval.start < horizon.duration
    ]
    known = [interval for interval in inside if not math.isnan(interval.number)]
    first, last = slots[0].local, slots[-1].local + timedelta(minutes=length)
    if not known:
        raise TableError(
            f"{notes.name} has no number in the horizon: it is from {span(first, last)}, the "
            f"horizon from {horizon.words}"
        )
    total = math.fsum(interval.number for interval in intervals if not math.isnan(interval.number))
    counted = math.fsum(
        interval.number
        * (min(interval.end, horizon.duration) - max(interval.start, 0.0))
        / (interval.end - interval.start)
        for interval in known
    )
    covered = math.fsum(
        min(interval.end, horizon.duration) - max(interval.start, 0.0) for interval in known
    )
    share = f"{hours(covered)} of {hours(horizon.duration)} h of the horizon"
    each = format_duration(length)
    parted = f"in pieces of {each}" if len(pieces) > len(counts) else f"for {each} each"
    numbers = f"{how_many(len(counts), 'number')} {parted}"
    if dated:
        _tell_outside(intervals, horizon, notes)
        contents = (
            f"{numbers}, from {span(first, last)}: "
            f"{share}, {written_out(counted, 6)} of {written_out(total, 6)} counted"
        )
    else:
        contents = f"{numbers}, without dates: {share}"
    filled = _filled(use, slots, inside, length, horizon, notes)
    return contents, tuple(filled)


def cover_moments(
    what: str,
    moments: Sequence[datetime],
    horizon: Horizon,
    notes: Notes,
    margins: tuple[float, float] = (0.0, 0.0),
) -> str:
    """Return how much of a table of single times lies in the horizon, in words and numbers.

    Parameters
    ----------
    what
        What they are times of, such as ``service``.
    moments
        The times, local or with an offset.
    horizon
        What is simulated.
    notes
        Told what lies outside, and where the horizon has none.
    margins
        Minutes before the start, and minutes after the end, in which a time still counts.

    Returns
    -------
    str
        What the table holds, in a line.

    Raises
    ------
    TableError
        If none counts.
    """
    times = sorted(horizon.calendar.elapsed(when) for when in moments)
    early = sum(time < -margins[0] for time in times)
    late = sum(time >= horizon.duration + margins[1] for time in times)
    first, last = horizon.at(times[0]), horizon.at(times[-1])
    if early + late == len(times):
        raise TableError(
            f"{notes.name} has no {what}s in the horizon: it is "
            f"{horizon.when(times[0], times[-1])}, the horizon from {horizon.words}"
        )
    tell_unused(what, len(times), early, late, notes)
    for start, end, where in ((0.0, times[0], "before"), (times[-1], horizon.duration, "after")):
        end = min(end, horizon.duration)
        if end - start > _DAY or (start <= 0 and end == horizon.duration):
            notes.warn(
                f"has no {what}s in {hours(end - start)} of {hours(horizon.duration)} h of the "
                f"horizon, {where} {first if where == 'before' else last}"
            )
    _tell_changed_clock(what, moments, horizon, notes)
    inside = sum(0 <= time < horizon.duration for time in times)
    where = horizon.when(times[0], times[-1])
    return f"{how_many(len(times), what)} {where}: {inside:,} in the horizon"


def _check_alike(counts: Sequence[Count], notes: Notes) -> None:
    """Check that all rows have dates or none has, and that all or none have times of day."""
    for what, name in (("day", "date"), ("clock", "time of day")):
        lacking = [count for count in counts if getattr(count.at, what) is None]
        if 0 < len(lacking) < len(counts):
            raise TableError(f"{notes.name}:{lacking[0].line}: no {name}, which other rows have")


def _repeated(counts: Sequence[Count], horizon: Horizon, notes: Notes) -> Iterator[Count]:
    """Yield the numbers of a typical day or week for every day of the horizon.

    An hour that comes twice when clocks go back has its number twice, one that is skipped none.
    """
    weekly = any(count.at.weekday is not None for count in counts)
    period = "week" if weekly else "day"
    if len(counts) > _MOST_UNDATED * (7 if weekly else 1):
        raise TableError(f"{notes.name} has no dates and more rows than a {period} has minutes")
    notes.guess(f"no dates: the same numbers every {period}")
    calendar = horizon.calendar
    day = calendar.local(0).date() - DAY
    while day <= calendar.local(horizon.duration).date() + DAY:
        for count in counts:
            if count.at.weekday not in (None, day.weekday()):
                continue
            repeated = replace(count, at=replace(count.at, day=day))
            when = _when(repeated)
            if not calendar.is_doubtful(when):
                yield repeated
            elif calendar.exists(when):
                yield from (repeated, repeated)
        day += DAY


def _when(count: Count) -> datetime:
    """Return the date and time of a row; of a whole day: its midnight."""
    part = count.at
    return moment(part if part.clock is not None else replace(part, clock=timedelta(0)))


def _slots(counts: Sequence[Count], horizon: Horizon, notes: Notes) -> list[_Slot]:
    """Return the entries of a table by time, in order; numbers of the same time are added up.

    Of two rows for a local time that comes twice, the first is that before the clocks go back.
    """
    calendar = horizon.calendar
    seen: set[datetime] = set()
    slots: dict[float, _Slot] = {}
    skipped: list[str] = []
    steady: dict[date, bool] = {}  # whether the clock doesn't change on a day
    for count in counts:
        when = _when(count)
        lines = [count.line]
        if when.date() not in steady:
            steady[when.date()] = calendar.is_steady(when.date())
        if when.tzinfo is None and not steady[when.date()] and calendar.is_doubtful(when):
            if not calendar.exists(when):
                if count.number == 0:
                    continue
                lines = []
                if 0 <= calendar.elapsed(when) <= horizon.duration:
                    skipped.append(f"{words(when)} (line {count.line})")
            elif when in seen:
                notes.guess(
                    f"the second of two equal times on {when:%d %b} after the clocks go back"
                )
                when = when.replace(fold=1)
            seen.add(when.replace(fold=0))
        start = round(calendar.elapsed(when), 6)
        slot = slots.get(start)
        if slot is None:
            local = calendar.local(start) if when.tzinfo or not steady[when.date()] else when
            written = when.replace(tzinfo=None, fold=0)
            slots[start] = _Slot(
                start, local.replace(tzinfo=None, fold=0), written, count.number, lines
            )
            continue
        slot.lines += lines
        if not math.isnan(count.number):
            slot.number = count.number + (0.0 if math.isnan(slot.number) else slot.number)
    if skipped:
        notes.warn(
            f"{_some(skipped)}: no such time, as clocks go forward; it counts as the time after"
        )
    return [slots[start] for start in sorted(slots)]


def _length(
    use: CountedArrivals,
    counts: Sequence[Count],
    slots: Sequence[_Slot],
    notes: Notes,
    *,
    whole_days: bool,
) -> float:
    """Return the length of an interval in minutes: as given, else as the rows stand apart."""
    if whole_days:
        if use.interval is not None and use.interval % _DAY:
            raise TableError(
                f"{notes.name} has dates without a time of day, and interval is "
                f"{format_duration(use.interval)}; expected times such as 2026-04-13 06:00, or "
                "interval: 1 d for numbers of whole days"
            )
        days = {
            (count.at.last - count.at.day).days + 1
            for count in counts
            if count.at.last and count.at.day
        }
        if days:
            [number] = days  # those of several lengths are in pieces
            notes.guess(f"numbers of {how_many(number, 'day')} each, spread evenly over them")
            return number * _DAY
        if use.interval is not None:
            return use.interval
        apart = [_apart(one, two) for one, two in pairwise(slots)]
        if counts[0].at.day is not None and min(apart, default=_DAY) > _DAY:
            return _evenly(apart, "1 d", notes)
        notes.guess("numbers of whole days, spread evenly over each")
        return _DAY
    ranges = {
        (count.at.until - count.at.clock).total_seconds() / 60 % _DAY or _DAY
        for count in counts
        if count.at.until is not None and count.at.clock is not None
    }
    if use.interval is not None:
        return use.interval
    if len(ranges) == 1:
        return ranges.pop()
    apart = [_apart(one, two) for one, two in pairwise(slots)]
    if not apart:
        notes.guess("an interval of 1 h, as it has one time")
        return _HOUR
    return _evenly(apart, "1 h", notes)


def _evenly(apart: Sequence[float], usual: str, notes: Notes) -> float:
    """Return the length of an interval as the rows stand apart; messages name the usual one.

    Raises
    ------
    TableError
        If they stand unevenly apart, or if there are two alone.
    """
    length = min(multimode(apart))
    if len(apart) == 1 and length > _HOUR:
        raise TableError(
            f"{notes.name}: its two times stand {format_duration(length)} apart, which need not be "
            f"the length of an interval; say interval: {usual}"
        )
    if apart.count(length) * 2 < len(apart):
        raise TableError(
            f"{notes.name}: its rows stand unevenly apart ({format_duration(min(apart))} to "
            f"{format_duration(max(apart))}), so the length of an interval can't be told; say "
            f"interval: {usual}"
        )
    if length != _HOUR:
        notes.guess(f"an interval of {format_duration(length)}, as its rows stand apart")
    return length


def _apart(first: _Slot, second: _Slot) -> float:
    """Return the minutes from one time to the next, by the clock where a day or more."""
    local = (second.local - first.local).total_seconds() / 60
    return local if local >= _DAY else round(second.start - first.start, 6)


def _at_ends(use: CountedArrivals, counts: Sequence[Count], notes: Notes) -> bool:
    """Return whether the times are those at which intervals end."""
    if use.times_mark is not None:
        return use.times_mark == "end"
    if any(count.ends for count in counts):
        return True
    for count in counts:
        if count.at.clock == DAY and count.at.until is None:
            notes.guess(f"times at which intervals end (24:00 in line {count.line})")
            return True
    return False


def _check_apart(use: CountedArrivals, slots: Sequence[_Slot], length: float, notes: Notes) -> None:
    """Check that rows don't overlap, and don't all stand further apart than an interval."""
    apart = [_apart(one, two) for one, two in pairwise(slots)]
    step = timedelta(minutes=length)
    for (one, two), minutes in zip(pairwise(slots), apart, strict=True):
        if length - minutes > _SAME and two.written - one.written < step:
            found = format_duration(minutes)
            raise TableError(
                f"{notes.name}: rows stand {found} apart ({one.words} and {two.words}), and an "
                f"interval lasts {format_duration(length)}; expected interval: {found}, or other "
                "times"
            )
    even = len(apart) > 1 and len(set(apart)) == 1 and apart[0] - length > _SAME
    if even and use.interval is not None and use.missing != "zero":
        found = format_duration(apart[0])
        raise TableError(
            f"{notes.name}: all rows stand {found} apart, and an interval lasts "
            f"{format_duration(length)}; expected interval: {found} (or missing: zero, if nobody "
            "comes in between)"
        )


def _tell_twice(use: CountedArrivals, slots: Sequence[_Slot], notes: Notes) -> None:
    """Tell of times that stand in several rows, unless `where` asks for several."""
    twice = [slot for slot in slots if len(slot.lines) > 1]
    if not twice:
        return
    if any(len(values) > 1 for values in use.where.values()):
        notes.guess("the sum of the rows for each time")
        return
    found = [one.words for one in twice]
    verb = "stands there twice" if len(twice) == 1 and len(twice[0].lines) == 2 else "stand there"
    if verb == "stand there":
        most = max(len(one.lines) for one in twice)
        verb += " twice" if most == 2 else f" up to {most} times"
    notes.warn(f"{_some(found)} {verb}: the numbers are added up")


def _intervals(slots: Sequence[_Slot], length: float, horizon: Horizon) -> list[Interval]:
    """Return the interval of each time; days are by the clock, and none reaches into the next."""
    ends = [*(slot.start for slot in slots[1:]), math.inf]
    return [
        Interval(slot.start, min(_later(slot.start, length, horizon), end), slot.number)
        for slot, end in zip(slots, ends, strict=True)
    ]


def _later(start: float, length: float, horizon: Horizon) -> float:
    """Return the end of an interval; one of days ends at the same time of day as it starts."""
    if length % _DAY:
        return start + length
    calendar = horizon.calendar
    return calendar.elapsed(calendar.local(start).replace(tzinfo=None) + timedelta(minutes=length))


def _tell_outside(intervals: Sequence[Interval], horizon: Horizon, notes: Notes) -> None:
    early = sum(interval.end <= _SAME for interval in intervals)
    late = sum(interval.start >= horizon.duration for interval in intervals)
    tell_unused("number", len(intervals), early, late, notes)


def tell_unused(what: str, total: int, early: int, late: int, notes: Notes) -> None:
    """Tell how much of a table lies before the start or after the end."""
    sides = ((early, "before the start"), (late, "after the end"))
    parts = [f"{count:,} {where}" for count, where in sides if count]
    if parts:
        notes.outside = (
            f"{early + late:,} of {how_many(total, what)} not used "
            f"({' and '.join(parts)} of the horizon)"
        )


def _filled(
    use: CountedArrivals,
    slots: Sequence[_Slot],
    inside: Sequence[Interval],
    length: float,
    horizon: Horizon,
    notes: Notes,
) -> list[Interval]:
    """Return the numbers in the horizon; `missing` says what stretches without a number get."""
    known = [interval for interval in inside if not math.isnan(interval.number)]
    gaps = list(_gaps(known, horizon.duration))
    if not gaps or use.missing == "zero":
        return known
    minutes = math.fsum(end - start for start, end in gaps)
    stretches = _some([horizon.span(start, end) for start, end in gaps])
    if use.missing == "error":
        raise TableError(
            f"{notes.name} has no number for {hours(minutes)} of {hours(horizon.duration)} h of "
            f"the horizon ({stretches}), and missing says error"
        )
    if use.missing is None:
        notes.warn(
            f"has numbers for {hours(horizon.duration - minutes)} of {hours(horizon.duration)} h "
            f"of the horizon: nobody comes from {stretches}; say missing: zero if that is meant, "
            "or repeat to take the same hours of other days"
        )
        return known
    history = _History(slots)
    added: list[Interval] = []
    for start, end in gaps:
        backwards = start <= 0 and bool(known) and known[0].start >= end - _SAME
        for piece in _pieces(start, end, length, horizon, backwards=backwards):
            number = history.number(
                horizon.calendar.local(max(piece[0], -_DAY)).replace(tzinfo=None)
            )
            share = (piece[1] - piece[0]) / length
            added.append(Interval(*piece, number * share))
    notes.guess(
        f"{hours(minutes)} of {hours(horizon.duration)} h of the horizon filled from the same "
        "time of other days"
        + (f" ({history.before} times from the number before)" if history.before else "")
    )
    return sorted([*known, *added], key=lambda interval: interval.start)


def _gaps(known: Sequence[Interval], duration: float) -> Iterator[tuple[float, float]]:
    """Yield the stretches of the horizon without a number."""
    reached = 0.0
    for interval in known:
        if interval.start - reached > _SAME:
            yield reached, interval.start
        reached = max(reached, interval.end)
    if duration - reached > _SAME:
        yield reached, duration


def _pieces(
    start: float, end: float, length: float, horizon: Horizon, *, backwards: bool
) -> Iterator[tuple[float, float]]:
    """Yield the intervals of a gap, from its end on where the table begins after it."""
    if backwards:
        while end - start > _SAME:
            begin = _later(end, -length, horizon)
            yield begin, end
            end = begin
        return
    while end - start > _SAME:
        close = _later(start, length, horizon)
        if close < horizon.duration:
            close = min(close, end)
        yield start, close
        start = close


class _History:
    """The numbers of a table by time of day, for what is repeated."""

    def __init__(self, slots: Sequence[_Slot]) -> None:
        self.before = 0
        self._days: dict[tuple[int | None, timedelta], list[tuple[datetime, float]]] = {}
        self._all = [(slot.local, slot.number) for slot in slots if not math.isnan(slot.number)]
        for local, number in self._all:
            clock = local - datetime(local.year, local.month, local.day)
            for weekday in (local.weekday(), None):
                self._days.setdefault((weekday, clock), []).append((local, number))

    def number(self, local: datetime) -> float:
        """Return the number of the nearest same weekday, else day, else time."""
        clock = local - datetime(local.year, local.month, local.day)
        for key in ((local.weekday(), clock), (None, clock)):
            if key in self._days:
                return _nearest(self._days[key], local)
        self.before += 1
        return _nearest(self._all, local)


def _nearest(numbers: Sequence[tuple[datetime, float]], local: datetime) -> float:
    """Return the number of the time nearest to another, of two the earlier."""
    at = bisect_left(numbers, (local, -math.inf))
    near = numbers[max(at - 1, 0) : at + 1]
    return min(near, key=lambda one: abs(one[0] - local))[1]


def _tell_changed_clock(
    what: str, moments: Sequence[datetime], horizon: Horizon, notes: Notes
) -> None:
    """Tell of times that come twice, or never, as clocks change, if no offset tells which."""
    calendar = horizon.calendar
    doubtful = [when for when in moments if when.tzinfo is None and calendar.is_doubtful(when)]
    twice = [when for when in doubtful if calendar.exists(when)]
    never = [when for when in doubtful if not calendar.exists(when)]
    if twice:
        notes.warn(
            f"{len(twice):,} of {how_many(len(moments), what)} at a local time that comes twice, "
            f"as clocks go back (first {words(twice[0])}): read as before the change; an offset "
            "such as +01:00 tells which is meant"
        )
    if never:
        notes.warn(
            f"{len(never):,} of {how_many(len(moments), what)} at a local time that doesn't exist, "
            f"as clocks go forward (first {words(never[0])}): read as after the change"
        )


def _some(names: Sequence[str]) -> str:
    """Return the first few of names."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def hours(minutes: float) -> str:
    """Return minutes as hours, in a message."""
    return written_out(minutes / 60, 6)
