"""One replication as a replay takes it: a compact event log in whole seconds.

Times are rounded up to whole seconds. So what has happened by a whole second is exactly what the
event log says. Columns hold differences to the traveller's own last event, which are small numbers
that compress well: a day of 5,000 vehicles takes about 70 KB.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import holdings, visits_of
from bcpsim.errors import InputError, visible
from bcpsim.plan import Outcome, Plan
from bcpsim.plan.windows import Windows
from bcpsim.runs.events import Events
from bcpsim.sampling.ticks import NEVER, microseconds

Ints = NDArray[np.int64]
Record = dict[str, Any]

_SECOND = 1_000_000
_STILL = -(10**12)
"""In place of a time that hadn't come when the run ended; in the columns it is -1."""
MOST_VISITS = 1_000_000
"""Most visits of a replay: a page of about 8 MB."""

_OUTCOMES = {
    Outcome.INSIDE: "still inside at the end",
    Outcome.RELEASED: "released",
    Outcome.REFUSED: "refused",
    Outcome.DETAINED: "detained",
    Outcome.TURNED_AWAY: "turned away",
    Outcome.MISSED: "missed its service",
    Outcome.LOST_PATIENCE: "lost patience and left",
    Outcome.SENT_AWAY: "was sent away as the stop was cleared",
    Outcome.DETERRED: "turned back at the queue",
    Outcome.DIVERTED: "diverted",
}


@dataclass(frozen=True)
class Recording:
    """The events of a replication, for a replay.

    Attributes
    ----------
    events
        The replication.
    """

    events: Events

    @property
    def plan(self) -> Plan:
        """The compiled scenario."""
        return self.events.plan

    @cached_property
    def visits(self) -> dict[str, Ints]:
        """Visits of travellers by number, each in order; seconds, `_STILL` where never.

        ``who``, ``step``, ``lane`` (-1: it gave up in the queue, or still waits), ``queued``,
        ``called`` (the wait in the queue was over), ``left``, ``done`` (all work had ended), and
        ``placed`` (took a place in the waiting area).
        """
        plan, log = self.plan, self.events.log
        found = visits_of(plan, self.events.drawn, log)
        step, who = np.nonzero(log.queued != NEVER)
        queued, left = log.queued[step, who], log.left[step, who]
        order = np.lexsort((left, found.waited_until[step, who], queued, who))
        step, who = step[order], who[order]
        begun = log.lane[step, who] >= 0
        left = _seconds(log.left[step, who])
        return {
            "who": who,
            "step": step,
            "lane": log.lane[step, who],
            "queued": _seconds(log.queued[step, who]),
            "called": _seconds(found.waited_until[step, who]),
            "left": np.where(begun, left, _STILL),
            "done": np.where(begun, _seconds(found.ended[step, who]), _STILL),
            "placed": self._placed(step, who),
        }

    def _placed(self, step: Ints, who: Ints) -> Ints:
        """Return when visits took a place in an area with a number of places."""
        entered = self.events.log.entered
        if not len(entered):
            return np.full(len(who), _STILL)
        return _seconds(entered[step, who])

    @cached_property
    def work(self) -> dict[str, Ints]:
        """Who worked: ``visit`` (its place in `visits`), ``officer``, ``start``, ``end``."""
        held = holdings(self.plan, self.events.drawn, self.events.log)
        step_of = np.array([task.step for task in self.plan.tasks], dtype=np.int64)
        count = len(self.events.log.arrival)
        key = self.visits["step"] * count + self.visits["who"]
        order = np.argsort(key)
        place = np.searchsorted(key, step_of[held.task] * count + held.traveller, sorter=order)
        visit = order[place]
        rows = np.lexsort((held.start, visit))
        return {
            "visit": visit[rows],
            "officer": held.officer[rows],
            "start": _seconds(held.start[rows]),
            "end": _seconds(held.end[rows]),
        }

    @cached_property
    def end(self) -> int:
        """The last second of the replay: when all have left, at the earliest the horizon's end."""
        gone = _seconds(self.events.log.departure)
        last = self.plan.end if (gone == _STILL).any() else self.plan.horizon
        return max(int(_seconds(np.array([microseconds(last)]))[0]), int(gone.max(initial=0)))

    @cached_property
    def moves(self) -> set[tuple[int, int]]:
        """From which stop to which anybody went; -1 is the arrival."""
        visits, drawn = self.visits, self.events.drawn
        stops = np.array([step.stop for step in self.plan.steps], dtype=np.int64)
        stop = stops[visits["step"]]
        first = np.ones(len(stop), dtype=bool)
        first[1:] = visits["who"][1:] != visits["who"][:-1]
        before = np.where(first, -1, np.roll(stop, 1))
        member = drawn.vehicle[visits["who"]] >= 0
        got_out = stops[np.maximum(drawn.split[visits["who"]], 0)]
        before = np.where(first & member, got_out, before)
        pairs = np.unique(np.stack([before, stop], axis=1), axis=0).tolist()
        return {(a, b) for a, b in pairs if a != b}

    def most_waiting(self, stop: int) -> int:
        """Return how many stand in the queue of a stop at the most."""
        steps = [k for k, step in enumerate(self.plan.steps) if step.stop == stop]
        own = np.isin(self.visits["step"], steps)
        called = self.visits["called"][own]
        return _most(self.visits["queued"][own], np.where(called == _STILL, self.end + 1, called))

    def inside(self, moments: Ints) -> Ints:
        """Return how many are between arrival and departure at some seconds."""
        arrival, gone = _seconds(self.events.log.arrival), _seconds(self.events.log.departure)
        came = np.sort(arrival[arrival != _STILL])
        left = np.sort(gone[(gone != _STILL) & (arrival != _STILL)])
        return np.searchsorted(came, moments, "right") - np.searchsorted(left, moments, "right")

    def content(self, stage: Record) -> str:
        """Return the recording and where everything stands, compressed, as text.

        Raises
        ------
        InputError
            If it would be too large.
        """
        if len(self.visits["who"]) > MOST_VISITS:
            raise InputError(
                f"a replay of {len(self.visits['who']):,} visits would be too large; the bound is "
                f"{MOST_VISITS:,}. Replay a shorter horizon"
            )
        data = {
            **self._words(),
            "stage": stage,
            "travellers": self._travellers(),
            "visits": self._visit_columns(),
            "work": self._work_columns(),
            "officers": list(self._officers()),
            "lanes": [list(_whole(own)) for own in self.events.circumstances.lanes],
            "disturbances": list(self._disturbances()),
            "out": list(self._out_of_use()),
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        return b64encode(gzip.compress(text, compresslevel=9, mtime=0)).decode()

    def _words(self) -> Record:
        plan = self.plan
        groups = [
            {
                "title": visible(group.title),
                "agency": visible(plan.agency_titles[group.agency]),
                "base": group.stops[0],
            }
            for group in plan.groups
        ]
        return {
            "counted": visible(plan.counted),
            "clock": list(_clock(plan, self.end)),
            "end": self.end,
            "classes": [visible(one.title) for one in plan.classes],
            "outcomes": [_OUTCOMES[outcome] for outcome in Outcome],
            "stops": [visible(stop.title) for stop in plan.stops],
            "steps": [
                {"stop": step.stop, "work": ", ".join(self._work_titles(number))}
                for number, step in enumerate(plan.steps)
            ],
            "groups": groups,
            "areas": [{"title": visible(area.title), "places": area.places} for area in plan.areas],
            "areaOf": [stop.area for stop in plan.stops],
        }

    def _work_titles(self, step: int) -> list[str]:
        tasks = (self.plan.tasks[task] for task in self.plan.steps[step].tasks)
        numbers = dict.fromkeys(work.activity for task in tasks for work in task.work)
        return [visible(self.plan.activities[number].title) for number in numbers]

    def _travellers(self) -> Record:
        """Return travellers in order of number; times after the arrival, the first of their own."""
        drawn, log, visits = self.events.drawn, self.events.log, self.visits
        n = len(log.arrival)
        arrival, gone = _seconds(log.arrival), _seconds(log.departure)
        count = np.bincount(visits["who"], minlength=n)
        last = np.where(arrival == _STILL, 0, arrival)
        final = (np.cumsum(count) - 1)[count > 0]
        last[count > 0] = _last_known(visits)[final]
        there = arrival != _STILL
        came = np.where(there, arrival, 0)
        move = _seconds(np.maximum(drawn.move_in, 0))
        return {
            "came": np.diff(came, prepend=0).tolist(),
            "never": np.flatnonzero(~there).tolist(),
            "class": drawn.category.tolist(),
            "persons": drawn.occupants.tolist(),
            "visits": count.tolist(),
            "gone": np.where(gone == _STILL, -1, np.maximum(gone - last, 0)).tolist(),
            "outcome": log.outcome.tolist(),
            "move": move.tolist(),
            "vehicle": np.diff(drawn.vehicle, prepend=-1).tolist(),
            "split": np.diff(drawn.split, prepend=-1).tolist(),
        }

    def _visit_columns(self) -> Record:
        visits = self.visits
        who, queued, called = visits["who"], visits["queued"], visits["called"]
        left, done, placed = visits["left"], visits["done"], visits["placed"]
        first = np.ones(len(who), dtype=bool)
        first[1:] = who[1:] != who[:-1]
        came = _seconds(self.events.log.arrival)[who]
        before = np.where(first, came, np.roll(_last_known(visits), 1))
        columns: Record = {
            "step": visits["step"].tolist(),
            "lane": visits["lane"].tolist(),
            "gap": (queued - before).tolist(),
            "wait": np.where(called == _STILL, -1, called - queued).tolist(),
            "stay": np.where(left == _STILL, -1, left - called).tolist(),
            "held": np.where((left == _STILL) | (done == _STILL), 0, left - done).tolist(),
        }
        if len(self.events.log.entered):
            # Who stands outside and never came in has a place after all.
            never = np.where(visits["lane"] < 0, np.maximum(called, queued), queued)
            columns["placed"] = (np.where(placed == _STILL, never, placed) - queued).tolist()
        return columns

    def _work_columns(self) -> Record:
        """Return who worked, by visit; times after the call, and before the end of the work."""
        work, visits = self.work, self.visits
        called = visits["called"][work["visit"]]
        done = visits["done"][work["visit"]]
        over = np.where(done == _STILL, self.end, done)
        return {
            "count": np.bincount(work["visit"], minlength=len(visits["who"])).tolist(),
            "officer": work["officer"].tolist(),
            "after": (work["start"] - called).tolist(),
            "before": (over - work["end"]).tolist(),
        }

    def _officers(self) -> Iterator[Record]:
        """Yield officers: group, times on duty and taking vehicles, and walks between stops."""
        there, work = self.events.circumstances, self.work
        stops = np.array([step.stop for step in self.plan.steps], dtype=np.int64)
        stop = stops[self.visits["step"]][work["visit"]]
        for number, officer in enumerate(self.plan.officers):
            rows = np.flatnonzero(work["officer"] == number)
            rows = rows[np.argsort(work["start"][rows], kind="stable")]
            duty = list(_whole(there.duty[number]))
            group = self.plan.groups[officer.group]
            record: Record = {"name": visible(officer.name), "group": officer.group, "duty": duty}
            takes = list(_whole(there.available[number]))
            if takes != duty:
                record["takes"] = takes
            if len(group.stops) > 1:
                columns = (stop[rows], work["start"][rows], work["end"][rows])
                spells = list(zip(*(column.tolist() for column in columns), strict=True))
                record["walks"] = list(_walks(self.plan, officer.group, duty, spells))
            yield record

    def _disturbances(self) -> Iterator[Record]:
        for plan, windows in zip(
            self.plan.disturbances, self.events.circumstances.disturbed, strict=False
        ):
            yield {
                "title": visible(plan.title),
                "times": list(_whole(windows)),
                "closed": list(plan.closed),
                "lanes": list(plan.lanes),
            }

    def _out_of_use(self) -> Iterator[Record]:
        """Yield equipment that is out of use at some time."""
        for plan, pieces in zip(self.plan.equipment, self.events.circumstances.down, strict=False):
            times = [list(_whole(windows)) for windows in pieces]
            if any(times):
                yield {"title": visible(plan.title), "count": plan.count, "times": times}


def _walks(
    plan: Plan, number: int, duty: list[list[int]], spells: list[tuple[int, int, int]]
) -> Iterator[list[int]]:
    """Yield the walks of an officer of a pool: from which stop to which, from when to when.

    The event log has when work began and ended, and no walks: one is taken to end as the work at
    its end begins, and one back to the base to begin when the officer has been idle for long
    enough.
    """
    group = plan.groups[number]
    place = {stop: k for k, stop in enumerate(group.stops)}
    base = group.stops[0]

    def lasts(a: int, b: int) -> int:
        return -(-microseconds(group.travel[place[a]][place[b]]) // _SECOND)

    for begin, over in duty:
        here, since = base, begin
        own = [spell for spell in spells if begin <= spell[1] < over]
        for stop, start, end in [*own, (base, -1, over)]:
            idle = since + round(60 * (group.return_after or 0))
            back = idle + lasts(here, base)
            until = start - lasts(base, stop) if start >= 0 else over
            if group.return_after is not None and here != base and back <= until:
                yield [here, base, idle, back]
                here, since = base, back
            if start >= 0 and stop != here:
                yield [here, stop, max(start - lasts(here, stop), since), start]
                here = stop
            since = end


def _last_known(visits: dict[str, Ints]) -> Ints:
    """Return the last time that is known of each visit."""
    return np.maximum(np.maximum(visits["left"], visits["called"]), visits["queued"])


def _clock(plan: Plan, end: int) -> Iterator[list[int]]:
    """Yield how the local clock goes: from which second on, and what it then adds to it.

    What it adds are seconds since 1970, as if the local time were that of Greenwich.
    """
    zone = ZoneInfo(plan.time_zone)
    start = plan.start.replace(tzinfo=zone).timestamp()
    last: int | None = None
    for second in range(0, end + 3600, 900):
        offset = (_local(start + second, zone)).total_seconds()
        if int(offset) != last:
            last = int(offset)
            yield [second, round(start) + last]


def _local(timestamp: float, zone: ZoneInfo) -> timedelta:
    from datetime import datetime

    offset = datetime.fromtimestamp(timestamp, zone).utcoffset()
    assert offset is not None
    return offset


def _seconds(ticks: Ints) -> Ints:
    """Return times in whole seconds, rounded up; `_STILL` for what never was."""
    return np.where(ticks == NEVER, _STILL, -(-ticks // _SECOND))


def _whole(windows: Windows) -> Iterator[list[int]]:
    for start, end in windows:
        yield [-(-microseconds(t) // _SECOND) for t in (start, end)]


def _most(start: Ints, end: Ints) -> int:
    """Return how many stretches of time lie over one another at the most."""
    time = np.concatenate([start, end])
    change = np.repeat([1, -1], len(start))
    return int(np.cumsum(change[np.lexsort((change, time))]).max(initial=0))
