"""What of a plan can't matter: lanes without an officer, officers without a lane, unused parts.

Only what holds whatever the traffic is told. Officers of a pool count at each of their stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bcpsim.files.units import how_many
from bcpsim.plan.clock import moment
from bcpsim.plan.model import Plan
from bcpsim.plan.records.stops import StopPlan
from bcpsim.plan.records.workflow import GroupWait
from bcpsim.plan.windows import Windows

MANY_IDLE = 0.2
"""Share of the officer hours at a stop without a free lane from which it is told. Where shifts
overlap, or officers relieve one another for breaks, a smaller share is meant."""


def idle_officers(plan: Plan) -> Iterator[str]:
    """Yield the stops at which many officers have no lane to work in."""
    for use in _uses(plan):
        if use.idle_hours >= MANY_IDLE * use.officer_hours:
            yield from _idle_officers(plan, use)


def unattended_lanes(plan: Plan) -> Iterator[str]:
    """Yield the stops with lanes that always lack an officer.

    They are of use only where shifts meet, and who is relieved has a vehicle in hand. Officers whom
    a disturbance may call count.
    """
    for use in _uses(plan.with_reserves):
        yield from _unattended_lanes(use)


def unvisited(plan: Plan) -> Iterator[str]:
    """Yield the stops at which nothing is done, and where no pool of officers begins."""
    used = {step.stop for step in plan.steps}
    used |= {group.stops[0] for group in plan.groups if len(group.stops) > 1}
    for number, stop in enumerate(plan.stops):
        if number not in used:
            yield f"{stop.title}: nobody goes there, as no step of the workflow is made there"


def awaited_by_nobody(plan: Plan) -> Iterator[str]:
    """Yield the documents that are cleared beforehand, and for which nobody waits."""
    works = (plan.activities[work.activity] for task in plan.tasks for work in task.work)
    awaited = {activity.not_before for activity in works}
    for lodged in plan.documents:
        if lodged.ready not in awaited:
            yield (
                f"{lodged.title}: nobody waits until they are cleared, as no step of the workflow "
                f"does an activity with not_before: {lodged.name}"
            )


def why_no_matter(before: Plan, after: Plan, paths: Sequence[str] = ()) -> Iterator[str]:
    """Yield reasons why a change of a scenario makes no difference, or not all of it does.

    Parameters
    ----------
    before, after
        The scenario without the change and with it.
    paths
        Key paths of what was set, such as ``stops.booths.lanes``.
    """
    if before.scenario_hash == after.scenario_hash:
        yield "it changes nothing: the scenario has these values already"
        return
    unused = [words for path in paths for words in _unused(after, path.split("."))]
    yield from unused
    if not unused and _without_names(before) == _without_names(after):
        yield "it changes nothing that is used"
        return
    earlier = {use.stop.name: use for use in _uses(before)}
    for use in _uses(after):
        was = earlier.get(use.stop.name)
        if was is None:
            continue
        if len(use.stop.lanes) != len(was.stop.lanes):
            yield from _unattended_lanes(use)
        more = use.officer_hours - was.officer_hours
        if more > 0 and use.idle_hours - was.idle_hours >= more / 2:
            yield from _idle_officers(after, use)


def _without_names(plan: Plan) -> Plan:
    return replace(plan, name="", title="", variant="", scenario_hash="")


@dataclass(frozen=True, slots=True)
class _Use:
    """Officers and lanes of a stop against one another.

    Attributes
    ----------
    needed
        Officers without whom no lane is used; 0: lanes are used without any, at times.
    most
        Most officers on duty who can work there.
    officer_hours, idle_hours
        Of officers who work nowhere else; hours in which there are more than can work.
    at, on_duty, places
        The minute at which most have nowhere to work, how many are there then, and how many can.
    """

    stop: StopPlan
    needed: int
    most: int
    officer_hours: float
    idle_hours: float
    at: float
    on_duty: int
    places: int


def _uses(plan: Plan) -> Iterator[_Use]:
    for number, stop in enumerate(plan.stops):
        steps = [step for step in plan.steps if step.stop == number]
        tasks = [task for step in steps for task in step.tasks]
        if not steps or stop.lanes_per_officer is not None or stop.control is not None:
            continue
        groups = sorted({group for task in tasks for group in plan.tasks[task].groups})
        if not groups:
            continue
        crew = max(len(step.tasks) for step in steps)
        own = [group for group in groups if len(plan.groups[group].stops) == 1]
        everybody = _edges(plan, groups)
        lanes = [plan.lanes[lane].windows for lane in stop.lanes]
        hours = idle_hours = 0.0
        worst = (0, 0.0, 0, 0)
        present, open_lanes = _edges(plan, own), _steps([w for own in lanes for w in own])
        times = sorted({*present, *open_lanes})
        on_duty = lanes_open = 0
        for time, end in pairwise(times):
            on_duty += present.get(time, 0)
            lanes_open += open_lanes.get(time, 0)
            length = min(end, plan.horizon) - max(time, 0.0)
            if length <= 0:
                continue
            more = on_duty - crew * lanes_open
            hours += on_duty * length / 60
            idle_hours += max(more, 0) * length / 60
            worst = max(worst, (more, -time, on_duty, crew * lanes_open))
        yield _Use(
            stop,
            _needed(plan, number),
            _most(everybody),
            hours,
            idle_hours,
            -worst[1],
            worst[2],
            worst[3],
        )


def _needed(plan: Plan, number: int) -> int:
    """Return how many officers each lane in use holds at least; 0 if lanes are held without any."""
    stop = plan.stops[number]
    lanes = [plan.lanes[lane] for lane in stop.lanes]
    if any(lane.admits != lanes[0].admits or lane.helps for lane in lanes):
        return 0  # each is for others, and useful without an officer of its own
    least = len(plan.officers)
    for step in plan.steps:
        if step.stop != number:
            continue
        tasks = [plan.tasks[task] for task in step.tasks]
        onward = {t for route in step.routes for t in route.targets if t >= 0}
        areas = {plan.stops[plan.steps[t].stop].area for t in onward}
        blocks = any(area >= 0 and plan.areas[area].places is not None for area in areas)
        first = step.stages[0]
        stages_hold = len(step.stages) == 1 and not first.apart
        stages_hold &= not first.in_sequence or first.stay
        if blocks or not stages_hold or step.wait is GroupWait.AFTER:
            return 0
        if not all(task.groups for task in tasks):
            return 0
        least = min(least, max(sum(task.condition is None for task in tasks), 1))
    return least


def _unattended_lanes(use: _Use) -> Iterator[str]:
    lanes = len(use.stop.lanes)
    if not use.needed or use.most // use.needed >= lanes:
        return
    each = f", {use.needed} in each" if use.needed > 1 else ""
    are, idle = "is" if use.most == 1 else "are", lanes - use.most // use.needed
    yield (
        f"{use.stop.title}: never more than {how_many(use.most, 'officer')} {are} on duty for "
        f"its {how_many(lanes, 'lane')}{each}: {idle} always without an officer"
    )


def _idle_officers(plan: Plan, use: _Use) -> Iterator[str]:
    idle = use.on_duty - use.places
    if idle > 0:
        yield (
            f"{use.stop.title}: {how_many(use.on_duty, 'officer')} are on duty at "
            f"{moment(plan, max(use.at, 0.0))}, and at most {use.places} can work in its "
            f"{how_many(len(use.stop.lanes), 'lane')} at a time: {idle} "
            f"{'has' if idle == 1 else 'have'} nothing to do"
        )


def _unused(plan: Plan, path: Sequence[str]) -> Iterator[str]:
    """Yield that something which a change sets isn't used, if it isn't."""
    if len(path) < 2:
        return
    section, name = path[0], path[1]
    visited = {step.stop for step in plan.steps}
    used: set[str]
    match section:
        case "stops":
            used = {plan.stops[k].name for k in visited}
            what = "no step of the workflow is made at this stop"
        case "areas":
            areas = {plan.stops[k].area for k in visited} - {-1}
            used = {plan.areas[k].name for k in areas}
            what = "no stop of the workflow has this waiting area"
        case "activities" | "parts":
            used = {plan.activities[w.activity].name for task in plan.tasks for w in task.work}
            used |= {
                plan.activities[activity].name
                for one in plan.investigations
                for activity in (one.after, *(a for _, work in one.work for a in work))
                if activity >= 0
            }
            used |= {
                plan.activities[activity].name
                for lodged in plan.documents
                for _, work in lodged.work
                for activity in work
            }
            what = "no step of the workflow does it"
        case "officers":
            used = {plan.groups[g].name for task in plan.tasks for g in task.groups}
            what = "no step of the workflow asks these officers"
        case "equipment":
            used = {plan.equipment[k].name for task in plan.tasks for k in task.equipment}
            what = "no step of the workflow takes this equipment"
        case "classes":
            coming = {k for one in plan.sources for k, share in one.classes if share > 0}
            out = {k for s in plan.steps if s.split for k, share in s.split.classes if share > 0}
            used = {plan.classes[k].name for k in coming | out}
            what = "nobody of this class comes"
        case _:
            return
    if name not in used:
        yield f"{section}.{name} isn't used: {what}"


def _edges(plan: Plan, groups: Sequence[int]) -> dict[float, int]:
    return _steps([window for group in groups for window in plan.taking(group)])


def _steps(windows: Windows | Sequence[tuple[float, float]]) -> dict[float, int]:
    """Return by how many more, or fewer, there are from each minute on."""
    steps: dict[float, int] = {}
    for start, end in windows:
        steps[start] = steps.get(start, 0) + 1
        steps[end] = steps.get(end, 0) - 1
    return steps


def _most(steps: dict[float, int]) -> int:
    most = on_duty = 0
    for time in sorted(steps):
        on_duty += steps[time]
        most = max(most, on_duty)
    return most
