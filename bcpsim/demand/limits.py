"""How much officers, lanes and equipment can do, by hour, against the work that only they can do.

A set of officers is overloaded if the work that nobody else can do exceeds what they can. By
Hall's theorem (1935, On representatives of subsets, J. London Math. Soc. 10), work can be shared
out if no set is overloaded, and unions of overlapping sets of those who can do a task are all
that need be looked at. Lanes and those who may use them are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.plan.records.stops import StopPlan
from bcpsim.plan.windows import Windows

Floats = NDArray[np.float64]

_MOST_SETS = 256
"""Sets that are looked at; where there are more, some that are tighter may be missed."""


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """Work that only some officers, lanes or equipment can do, and how much these can.

    Attributes
    ----------
    title
        Whose work it is.
    stops
        Where it is done.
    load
        How many would be busy on average if nobody waited, by hour.
    capacity
        How many can be at work on average, by hour; a bound: they needn't be where they are
        needed.
    pool
        Whether it is the work of officers at several stops.
    """

    title: str
    stops: tuple[int, ...]
    load: Floats
    capacity: Floats
    pool: bool = False

    @property
    def utilisation(self) -> Floats:
        """Load divided by capacity; inf where there is work and nobody to do it."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.load > 0, self.load / self.capacity, 0.0)


@dataclass(frozen=True, slots=True)
class _Presence:
    """Who and what is there, in stretches of time in which nobody comes or goes.

    Officers on average, if some shifts aren't worked.
    """

    edges: Floats
    officers: Sequence[Floats]
    lanes: Sequence[Floats]
    equipment: Sequence[Floats]


def limits(
    plan: Plan, work: Floats, lane_time: Mapping[int, Floats]
) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
    """Return how much work only some officers, lanes or equipment can do, and how much they can.

    Parameters
    ----------
    plan
        The compiled scenario.
    work
        Officers, or machines, busy with each task if nobody waited, shape (tasks, hours).
    lane_time
        Lanes in use by those who may use the lanes of a bit mask, by hour.

    Returns
    -------
    stops
        For each stop its officers, or its lanes if none of its work needs an officer.
    sets
        Sets of officers and of lanes, and equipment, with the work that only they can do.
    """
    presence = _presence(plan)
    return (
        tuple(_stop_limits(plan, presence, work, lane_time)),
        tuple(_set_limits(plan, presence, work, lane_time)),
    )


def _stop_limits(
    plan: Plan, presence: _Presence, work: Floats, lane_time: Mapping[int, Floats]
) -> Iterator[Limit]:
    for number, stop in enumerate(plan.stops):
        attended = [t for t in _tasks_at(plan, number) if plan.tasks[t].groups]
        if attended:
            yield _by_officers(plan, presence, stop.title, attended, work)
        else:
            lanes = _mask(stop.lanes)
            yield _by_lanes(plan, presence, stop.title, number, lanes, lane_time)


def _set_limits(
    plan: Plan, presence: _Presence, work: Floats, lane_time: Mapping[int, Floats]
) -> Iterator[Limit]:
    able = {t: _mask(task.groups) for t, task in enumerate(plan.tasks) if task.groups}
    whole = [[t for t in _tasks_at(plan, number) if t in able] for number in range(len(plan.stops))]
    for groups in _unions(able.values()):
        tasks = [t for t, who in able.items() if not who & ~groups]
        if tasks not in whole:
            who = _listed([g.title for k, g in enumerate(plan.groups) if groups >> k & 1], "or")
            at = dict.fromkeys(plan.stops[_stop(plan, t)].title for t in tasks)
            title = f"{_listed(list(at), 'and')}, by {who} alone"
            yield _by_officers(plan, presence, title, tasks, work)
    for number, stop in enumerate(plan.stops):
        attended = bool(whole[number])
        for lanes in _unions(own for own in lane_time if own & _mask(stop.lanes)):
            if attended or lanes != _mask(stop.lanes):
                title = f"{stop.title}, {_lane_names(plan, stop, lanes)}"
                yield _by_lanes(plan, presence, title, number, lanes, lane_time)
    for k, kind in enumerate(plan.equipment):
        tasks = [t for t, task in enumerate(plan.tasks) if k in task.equipment]
        if tasks:
            stops = tuple(dict.fromkeys(_stop(plan, t) for t in tasks))
            capacity = _by_hour(plan, presence, presence.equipment[k])
            yield Limit(kind.title, stops, work[tasks].sum(axis=0), capacity)


def _by_officers(
    plan: Plan, presence: _Presence, title: str, tasks: Sequence[int], work: Floats
) -> Limit:
    """Return sets of tasks and the officers who alone can do them, as a limit each."""
    stops = tuple(dict.fromkeys(_stop(plan, t) for t in tasks))
    doing = np.zeros(len(presence.edges) - 1)
    for number in stops:
        own = [t for t in tasks if _stop(plan, t) == number]
        officers = _officers(plan, presence, own)
        places = _crew(plan, number, own) * _open_lanes(plan, presence, number)
        doing += np.minimum(np.minimum(officers, places), _equipped(plan, presence, own))
    doing = np.minimum(doing, _officers(plan, presence, tasks))
    load, capacity = work[tasks].sum(axis=0), _by_hour(plan, presence, doing)
    return Limit(title, stops, load, capacity, pool=len(stops) > 1)


def _by_lanes(
    plan: Plan,
    presence: _Presence,
    title: str,
    stop: int,
    lanes: int,
    lane_time: Mapping[int, Floats],
) -> Limit:
    """Return the work of those who may use some lanes only, a limit for each set of lanes."""
    load = [time for own, time in lane_time.items() if not own & ~lanes]
    total = np.sum([np.zeros(len(plan.hours)), *load], axis=0)
    capacity = _by_hour(plan, presence, _open_lanes(plan, presence, stop, lanes))
    return Limit(title, (stop,), total, capacity)


def _officers(plan: Plan, presence: _Presence, tasks: Iterable[int]) -> Floats:
    """Return how many officers who can do any of some tasks are there, over time."""
    groups = dict.fromkeys(g for t in tasks for g in plan.tasks[t].groups)
    return np.sum([presence.officers[g] for g in groups], axis=0)


def _open_lanes(plan: Plan, presence: _Presence, number: int, among: int = -1) -> Floats:
    """Return how many of the lanes of a stop are open, as far as officers oversee them."""
    stop = plan.stops[number]
    empty = np.zeros(len(presence.edges) - 1)
    lanes = np.sum([empty, *(presence.lanes[k] for k in stop.lanes if among >> k & 1)], axis=0)
    if stop.lanes_per_officer is None:
        return np.asarray(lanes)
    officers = np.sum([empty, *(presence.officers[g] for g in stop.groups)], axis=0)
    return np.minimum(lanes, officers * stop.lanes_per_officer)


def _crew(plan: Plan, stop: int, tasks: Sequence[int]) -> int:
    """Return how many officers have some of the tasks in one lane at a time."""
    at_once = [stage for step in plan.steps if step.stop == stop for stage in step.stages]
    return max(
        min(sum(task in tasks for task in stage.tasks), 1 if stage.one_by_one else len(tasks))
        for stage in at_once
    )


def _equipped(plan: Plan, presence: _Presence, tasks: Iterable[int]) -> Floats:
    """Return how many of the tasks the equipment allows at a time; inf: as many as you like."""
    total = np.zeros(len(presence.edges) - 1)
    for kinds in {plan.tasks[t].equipment for t in tasks}:
        least = np.full(len(total), np.inf)
        for kind in kinds:
            least = np.minimum(least, presence.equipment[kind])
        total += least
    return total


def _presence(plan: Plan) -> _Presence:
    officers = [plan.taking(number) for number in range(len(plan.groups))]
    lanes = [lane.windows for lane in plan.lanes]
    repairs = [kind.maintenance for kind in plan.equipment]
    times = [time for own in (*officers, *lanes, *repairs) for window in own for time in window]
    hours = [plan.hours[0][0], *(end for _, end in plan.hours)]
    edges = np.unique(np.clip([*times, *hours], hours[0], hours[-1]))
    return _Presence(
        edges,
        [
            _present(own, edges) * (1 - group.absence)
            for own, group in zip(officers, plan.groups, strict=True)
        ],
        [_present(own, edges) for own in lanes],
        [
            kind.count * (_present(own, edges) == 0)
            for own, kind in zip(repairs, plan.equipment, strict=True)
        ],
    )


def _present(windows: Windows, edges: Floats) -> Floats:
    """Return how many windows hold between neighbouring edges, among which are their ends."""
    starts, ends = np.sort(np.array(windows, dtype=np.float64).reshape(-1, 2), axis=0).T
    come, gone = (np.searchsorted(times, edges[:-1], side="right") for times in (starts, ends))
    return (come - gone).astype(np.float64)


def _by_hour(plan: Plan, presence: _Presence, values: Floats) -> Floats:
    """Return the averages over the hours of what is constant between the edges."""
    done = np.concatenate([[0.0], np.cumsum(values * np.diff(presence.edges))])
    hours = np.array([plan.hours[0][0], *(end for _, end in plan.hours)])
    return np.diff(done[np.searchsorted(presence.edges, hours)]) / np.diff(hours)


def _unions(sets: Iterable[int]) -> list[int]:
    """Return sets, as bit masks, with the unions of those that overlap."""
    first = list(dict.fromkeys(sets))
    found = list(first)
    for have in found:  # which grows
        for other in first:
            if have & other and have | other not in found and len(found) < _MOST_SETS:
                found.append(have | other)
    return found


def _mask(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in set(numbers))


def _stop(plan: Plan, task: int) -> int:
    return plan.steps[plan.tasks[task].step].stop


def _tasks_at(plan: Plan, stop: int) -> list[int]:
    return [task for step in plan.steps if step.stop == stop for task in step.tasks]


def _lane_names(plan: Plan, stop: StopPlan, lanes: int) -> str:
    """Return the names of lanes without the numbers of those that are alike; all: 'lanes'."""
    if lanes == _mask(stop.lanes):
        return "lanes"
    names = (plan.lanes[k].name.replace("_", " ") for k in stop.lanes if lanes >> k & 1)
    heads = ((name, *name.rpartition(" ")) for name in names)
    alike = dict.fromkeys(
        head if tail.isdecimal() and head else name for name, head, _, tail in heads
    )
    return f"lanes {_listed(list(alike), 'and')} alone"


def _listed(titles: Sequence[str], word: str) -> str:
    """Return three titles at most in one string."""
    if len(titles) > 3:
        titles = [*titles[:2], f"{len(titles) - 2} more"]
    head, last = titles[:-1], titles[-1]
    return f"{', '.join(head)} {word} {last}" if head else last
