"""Numbers for ranges of several lengths, such as 0-6 and 6-7, or months, in pieces of one.

A range that holds others, as 6-22 does beside the hours, has their sum, which isn't added again.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bcpsim.files.units import format_duration
from bcpsim.scenario.tables.counts import Count
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.times import DAY, Part
from bcpsim.scenario.traffic import CountedArrivals
from bcpsim.scenario.values import WEEKDAYS

_MIDNIGHT, _MINUTE, _HOUR = timedelta(0), timedelta(minutes=1), timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_SHOWN = 3
"""How many ranges that are left out are named."""

_FEW_MONTHS = 2
_MOST_PIECES = 200_000
"""Most numbers of a table once its ranges are in pieces of one length."""


def without_sums(counts: Sequence[Count], notes: Notes) -> Sequence[Count]:
    """Return the numbers without those that add up others of their day.

    Parameters
    ----------
    counts
        Numbers of a table.
    notes
        Told what is left out.

    Raises
    ------
    TableError
        If a range holds others and isn't their sum.
    """
    days: dict[tuple[date | None, int | None, tuple[str, ...]], list[Count]] = {}
    for count in counts:
        if count.at.clock is not None:
            days.setdefault((count.at.day, count.at.weekday, count.kind), []).append(count)
    sums: list[Count] = []
    for (day, weekday, kind), here in days.items():
        if len({_length(count.at) for count in here}) > 1:
            next_weekday = None if weekday is None else (weekday + 1) % 7
            after = days.get((day and day + DAY, next_weekday, kind))
            sums += _holding_others(here, after or (), notes)
        sums += _whole_days(here)
    if not sums:
        return counts
    named = list(dict.fromkeys(_clocks(count.at) for count in sums))
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    notes.guess(f"no sums of a day ({', '.join(named[:_SHOWN])}{more}, left out)")
    left = set(map(id, sums))
    return [count for count in counts if id(count) not in left]


def _holding_others(here: Sequence[Count], after: Sequence[Count], notes: Notes) -> list[Count]:
    """Return the numbers of a day whose ranges hold others, the shortest first."""
    sums: list[Count] = []
    ranges = [count for count in here if count.at.until is not None]
    for whole in sorted(ranges, key=lambda count: _length(count.at) or DAY):
        single = [one for one in here if one is not whole and one not in sums]
        parts = [one for one in single if _holds(whole.at, one.at)]
        if not parts:
            continue
        wraps = _span(whole.at)[1] > DAY
        next_day = [one for one in after if one.at.until and _span(one.at)[1] <= DAY]
        tomorrow = [one for one in next_day if _span(one.at)[1] <= _span(whole.at)[1] - DAY]
        evening = [one for one in parts if _span(one.at)[0] >= _span(whole.at)[0]]
        if not (_is_sum(whole, parts) or (wraps and _is_sum(whole, [*evening, *tomorrow]))):
            raise TableError(
                f"{notes.name}:{whole.line}: {_clocks(whole.at)} holds {_clocks(parts[0].at)} of "
                f"line {parts[0].line}, and isn't the sum of what it holds: everybody would count "
                "twice; leave one of them out"
            )
        sums.append(whole)
    return sums


def _whole_days(here: Sequence[Count]) -> list[Count]:
    """Return the numbers at 24:00 of a day that has 0:00 too, if they are the sum of the others."""
    points = [count for count in here if count.at.until is None]
    last = [count for count in points if count.at.clock == DAY]
    if len(last) != 1 or all(count.at.clock != _MIDNIGHT for count in points):
        return []
    return last if _is_sum(last[0], [count for count in points if count is not last[0]]) else []


def _is_sum(whole: Count, parts: Sequence[Count]) -> bool:
    known = [part.number for part in parts if not math.isnan(part.number)]
    number = 0.0 if math.isnan(whole.number) else whole.number
    return len(known) > 1 and math.isclose(math.fsum(known), number, rel_tol=1e-9, abs_tol=1e-9)


def _span(part: Part) -> tuple[timedelta, timedelta]:
    """Return start and end of a range since midnight; beyond a day where it passes midnight."""
    assert part.clock is not None
    return part.clock, part.clock + (_length(part) or _MIDNIGHT)


def _holds(whole: Part, other: Part) -> bool:
    """Return whether a range holds a shorter one, perhaps after midnight."""
    start, end = _span(whole)
    first, last = _span(other)
    if last - first >= end - start:
        return False
    return (start <= first and last <= end) or (start <= first + DAY and last + DAY <= end)


def _clocks(part: Part) -> str:
    """Return a range, or a time of day, as messages write it."""
    ends = [part.clock, part.until] if part.until is not None else [part.clock]
    return "-".join(
        f"{at // _HOUR:02d}:{at % _HOUR // _MINUTE:02d}" for at in ends if at is not None
    )


def in_pieces(use: CountedArrivals, counts: Sequence[Count], notes: Notes) -> Sequence[Count]:
    """Return numbers for intervals of one length: those of a range spread evenly over its pieces.

    A piece is as long as the greatest length of which all ranges are whole multiples.

    Raises
    ------
    TableError
        If the lengths aren't those that the scenario says, or would make too many pieces.
    """
    counts = _months(use, counts, notes)
    lengths = [_length(count.at) for count in counts]
    known = {length for length in lengths if length is not None}
    if not known or None in lengths:
        return counts
    ends = min(known), max(known)
    least, most = (format_duration(length / timedelta(minutes=1)) for length in ends)
    whole_days = any(count.at.last is not None for count in counts)
    if use.interval is not None and {use.interval * timedelta(minutes=1)} != known:
        last = least if least == most else f"{least} to {most}"
        raise TableError(
            f"{notes.name}: its {'stretches' if whole_days else 'ranges'} last {last}, and "
            f"interval is {format_duration(use.interval)}; leave interval out"
        )
    if len(known) == 1:
        return counts
    piece = DAY if whole_days else math.gcd(*(length // _SECOND for length in known)) * _SECOND
    if sum(length // piece for length in lengths if length is not None) > _MOST_PIECES:
        raise TableError(
            f"{notes.name}: its ranges last {least} to {most}, which makes more than "
            f"{_MOST_PIECES:,} pieces of {format_duration(piece / timedelta(minutes=1))}; expected "
            "ranges of hours, or of one length"
        )
    notes.guess(f"ranges of {least} to {most}, each number spread evenly over its own")
    return [
        Count(count.line, at, count.number * (piece / length))
        for count, length in zip(counts, lengths, strict=True)
        if length is not None
        for at in _pieces(count.at, length, piece)
    ]


def _months(use: CountedArrivals, counts: Sequence[Count], notes: Notes) -> Sequence[Count]:
    """Return numbers of months with all of their days, where dates are first or last ones."""
    days = [count.at.day for count in counts if count.at.day is not None]
    if (
        use.interval is not None
        or len(days) < len(counts)
        or len(set(days)) < max(len(days), _FEW_MONTHS)
        or any(count.at.clock is not None or count.at.last is not None for count in counts)
        or not (
            all(day.day == 1 for day in days) or all(day == _last_of_month(day) for day in days)
        )
    ):
        return counts
    notes.guess("numbers of months")
    return [
        replace(count, at=replace(count.at, day=day.replace(day=1), last=_last_of_month(day)))
        for count, day in zip(counts, days, strict=True)
    ]


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _length(part: Part) -> timedelta | None:
    """Return how long a range lasts; None: it is none. One that ends where it begins is a day."""
    if part.day is not None and part.last is not None:
        return part.last - part.day + DAY
    if part.clock is None or part.until is None:
        return None
    return (part.until - part.clock) % DAY or DAY


def _pieces(part: Part, length: timedelta, piece: timedelta) -> Iterator[Part]:
    """Yield a range in pieces; those after midnight are of the next day."""
    if part.day is not None and part.last is not None:
        for number in range(length // DAY):
            yield Part(part.day + number * DAY)
        return
    assert part.clock is not None
    for number in range(length // piece):
        days, clock = divmod(part.clock + number * piece, DAY)
        yield replace(
            part,
            day=None if part.day is None else part.day + days * DAY,
            weekday=None if part.weekday is None else (part.weekday + days) % len(WEEKDAYS),
            clock=clock,
            until=clock + piece,
        )
