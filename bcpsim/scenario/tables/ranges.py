"""Numbers for ranges of several lengths, such as 00:00-06:00 and 06:00-07:00, in pieces of one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bcpsim.files.units import format_duration
from bcpsim.scenario.tables.counts import Count
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.times import DAY, Part
from bcpsim.scenario.traffic import CountedArrivals
from bcpsim.scenario.values import WEEKDAYS

_SECOND = timedelta(seconds=1)
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
    lengths = [_length(count.at) for count in counts]
    known = {length for length in lengths if length is not None}
    if not known or None in lengths:
        return counts
    least, most = (format_duration(length / timedelta(minutes=1)) for length in _ends(known))
    if use.interval is not None and {use.interval * timedelta(minutes=1)} != known:
        last = least if least == most else f"{least} to {most}"
        raise TableError(
            f"{notes.name}: its ranges last {last}, and interval is "
            f"{format_duration(use.interval)}; leave interval out"
        )
    if len(known) == 1:
        return counts
    piece = math.gcd(*(length // _SECOND for length in known)) * _SECOND
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


def _ends(lengths: set[timedelta]) -> tuple[timedelta, timedelta]:
    return min(lengths), max(lengths)


def _length(part: Part) -> timedelta | None:
    """Return how long a range lasts; None: it is none. One that ends where it begins is a day."""
    if part.clock is None or part.until is None:
        return None
    return (part.until - part.clock) % DAY or DAY


def _pieces(part: Part, length: timedelta, piece: timedelta) -> Iterator[Part]:
    """Yield a range in pieces; those after midnight are of the next day."""
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
