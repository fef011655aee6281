"""Numbers for ranges of several lengths, such as 0-6 and 6-7, or months, in pieces of one."""

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

_SECOND = timedelta(seconds=1)
_FEW_MONTHS = 2
_MOST_PIECES = 200_000
"""Most numbers of a table once its ranges are in pieces of one length."""


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
