"""A back office: its hours, and when its specialists do what comes to it."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from bcpsim.plan.records.investigations import OfficePlan
from bcpsim.sampling.ticks import microseconds

_WEEK = microseconds(7 * 1440.0)


@dataclass(frozen=True, slots=True)
class Spell:
    """From when to when a piece of work is done; `opened` is the same in the office's own time."""

    start: int
    end: int
    opened: tuple[int, int]


class Office:
    """A back office. Times are whole microseconds; its own time runs while it is open.

    In its own time the office never closes, so work that isn't done in the evening goes on in the
    morning, and who comes is served by the first specialist who is free: a plain queue of several
    servers.
    """

    def __init__(self, plan: OfficePlan) -> None:
        edges = [(microseconds(start), microseconds(end)) for start, end in plan.windows]
        self._starts = [start for start, _ in edges]
        self._before = [0, *accumulate(end - start for start, end in edges)]
        self._until = microseconds(plan.until)
        self._a_week = self._before[-1] - self._within(self._until - _WEEK)
        self.specialists = plan.specialists

    def opened(self, time: int) -> int:
        """Return for how long the office was open up to a time; after `until` weeks repeat."""
        weeks = max(-((self._until - time) // _WEEK), 0)
        return self._within(time - weeks * _WEEK) + weeks * self._a_week

    def _within(self, time: int) -> int:
        place = bisect_right(self._starts, time) - 1
        if place < 0:
            return 0
        return min(self._before[place] + time - self._starts[place], self._before[place + 1])

    def begins(self, opened: int) -> int:
        """Return when work begins that does so after so much time open: the last such moment."""
        total = self._before[-1]
        weeks = max((opened - total) // self._a_week + 1, 0)
        own = opened - weeks * self._a_week
        place = bisect_right(self._before, own) - 1
        return self._starts[place] + own - self._before[place] + weeks * _WEEK

    def ends(self, opened: int) -> int:
        """Return when work ends that does so after so much time open: the first such moment."""
        total = self._before[-1]
        weeks = max(-((total - opened) // self._a_week), 0)
        own = opened - weeks * self._a_week
        place = max(bisect_left(self._before, own) - 1, 0)
        return self._starts[place] + own - self._before[place] + weeks * _WEEK

    def served(self, works: Iterable[tuple[int, int]]) -> list[Spell]:
        """Return when each work is done, first come first served.

        Parameters
        ----------
        works
            When each comes, in this order, and how long it takes.
        """
        free = [0] * self.specialists
        spells = []
        for ready, work in works:
            begin = max(heapq.heappop(free), self.opened(ready))
            heapq.heappush(free, begin + work)
            start = max(self.begins(begin), ready)
            end = self.ends(begin + work) if work else start
            spells.append(Spell(start, end, (begin, begin + work)))
        return spells
