"""Back offices: their hours, and when their specialists do what comes to them."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.records.investigations import OfficePlan
from bcpsim.sampling.ticks import FAR, microseconds

Ints = NDArray[np.int64]

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
    servers. Its own time is 0 at the start of the run, and below 0 before.
    """

    def __init__(self, plan: OfficePlan) -> None:
        edges = [(microseconds(start), microseconds(end)) for start, end in plan.windows]
        self._starts = [start for start, _ in edges]
        self._before = [0, *accumulate(end - start for start, end in edges)]
        self._until = microseconds(plan.until)
        self._last_week = self._before[-1] - self._within(self._until - _WEEK)
        self._first_week = self._within(_WEEK)
        self.specialists = plan.specialists

    def opened(self, time: int) -> int:
        """Return for how long the office was open up to a time since the start.

        After `until` the week before it repeats, before the start the first week.
        """
        if time < 0:
            weeks = -(time // _WEEK)
            return self._within(time + weeks * _WEEK) - weeks * self._first_week
        weeks = max(-((self._until - time) // _WEEK), 0)
        return self._within(time - weeks * _WEEK) + weeks * self._last_week

    def _within(self, time: int) -> int:
        place = bisect_right(self._starts, time) - 1
        if place < 0:
            return 0
        return min(self._before[place] + time - self._starts[place], self._before[place + 1])

    def begins(self, opened: int) -> int:
        """Return when work begins that does so after so much time open: the last such moment."""
        weeks = max((opened - self._before[-1]) // self._last_week + 1, 0)
        own = opened - weeks * self._last_week
        if opened < 0:
            weeks = opened // self._first_week
            own = opened - weeks * self._first_week
        place = bisect_right(self._before, own) - 1
        return self._starts[place] + own - self._before[place] + weeks * _WEEK

    def ends(self, opened: int) -> int:
        """Return when work ends that does so after so much time open: the first such moment."""
        weeks = max(-((self._before[-1] - opened) // self._last_week), 0)
        own = opened - weeks * self._last_week
        if opened <= 0:
            weeks = (opened - 1) // self._first_week
            own = opened - weeks * self._first_week
        place = max(bisect_left(self._before, own) - 1, 0)
        return self._starts[place] + own - self._before[place] + weeks * _WEEK

    def served(self, works: Iterable[tuple[int, int]]) -> list[Spell]:
        """Return when each work is done, first come first served.

        Parameters
        ----------
        works
            When each comes, in this order, and how long it takes.
        """
        free = [-FAR] * self.specialists
        spells = []
        for ready, work in works:
            begin = max(heapq.heappop(free), self.opened(ready))
            heapq.heappush(free, begin + work)
            start = max(self.begins(begin), ready)
            end = self.ends(begin + work) if work else start
            spells.append(Spell(start, end, (begin, begin + work)))
        return spells


Work = Sequence[tuple[int, tuple[int, ...]]]
"""What offices do of a kind of job: each office with its activities."""


@dataclass(frozen=True, slots=True, eq=False)
class Jobs:
    """Jobs that back offices do, one entry for each: investigations, or documents to clear.

    Attributes
    ----------
    kind, traveller
        Of which kind each is, and whose.
    came
        When it was found, or lodged.
    begun, done
        When the first specialist began with it, and the last office was done.
    worked
        Time of specialists of each office, shape (offices, jobs).
    busy
        Time for which specialists work in the measured time, shape (replications, offices).
    """

    kind: Ints
    traveller: Ints
    came: Ints
    begun: Ints
    done: Ints
    worked: Ints
    busy: Ints


def done_in_offices(
    offices: Sequence[OfficePlan],
    works: Sequence[Work],
    durations: Ints,
    jobs: tuple[Ints, Ints, Ints],
    ready: Ints,
    replication: Ints,
    replications: int,
    measured: tuple[int, int] = (0, 0),
) -> Jobs:
    """Return what offices do of jobs, each office on its own, in each replication on its own.

    Parameters
    ----------
    offices
        All back offices.
    works
        What they do of each kind of job.
    durations
        Time of each activity for each traveller, shape (activities, travellers).
    jobs
        Kind of each, whose it is, and when it came.
    ready
        From when on offices may work on each; of equal times the first listed comes first.
    replication, replications
        In which replication each traveller is, and how many there are.
    measured
        From when to when the time of specialists counts.
    """
    kind, traveller, came = jobs
    needed = _needed(works, len(offices), kind, durations[:, traveller])
    begun, done = np.full(len(ready), FAR), ready.copy()
    busy = np.zeros((replications, len(offices)), dtype=np.int64)
    order = np.argsort(ready, kind="stable")
    among = replication[traveller[order]]
    for number, plan in enumerate(offices):
        office = Office(plan)
        first, last = map(office.opened, measured)
        for place in range(replications):
            rows = order[(among == place) & (needed[number, order] >= 0)]
            times = zip(ready[rows].tolist(), needed[number, rows].tolist(), strict=True)
            for row, spell in zip(rows.tolist(), office.served(times), strict=True):
                begun[row] = min(begun[row], spell.start)
                done[row] = max(done[row], spell.end)
                start, end = (min(max(time, first), last) for time in spell.opened)
                busy[place, number] += end - start
    return Jobs(kind, traveller, came, begun, done, np.maximum(needed, 0), busy)


def _needed(works: Sequence[Work], offices: int, kind: Ints, durations: Ints) -> Ints:
    """Return how long each office works on each job, -1: it isn't asked; shape (offices, jobs)."""
    needed = np.full((offices, len(kind)), -1, dtype=np.int64)
    for number, work in enumerate(works):
        rows = kind == number
        for office, activities in work:
            needed[office, rows] = durations[list(activities)][:, rows].sum(axis=0)
    return needed
