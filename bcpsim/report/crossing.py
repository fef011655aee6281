"""The crossing that a scenario describes, in words: what a drawing of it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bcpsim.demand.flows import ARRIVAL, Flow, expected_flows
from bcpsim.demand.offered import offered_load
from bcpsim.errors import visible
from bcpsim.plan import Plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.records.workflow import TaskPlan
from bcpsim.sampling.laws import mean
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.facilities import LaneGroup

OUT, BACK, REFUSED, DETAINED = "out", "back", "refused", "detained"
"""How somebody leaves a stop for good; back is to the vehicle out of which one got."""

_ENDS = {Outcome.RELEASED: OUT, Outcome.REFUSED: REFUSED, Outcome.DETAINED: DETAINED}

NO_BREAK = "\N{NO-BREAK SPACE}"

_EXIT, _VEHICLE = -1, -2
_MINUTE = 1.0


@dataclass(frozen=True, slots=True)
class Lanes:
    """Lanes of a stop that are alike: what they are called (nothing: all alike), how many, when."""

    name: str
    count: int
    note: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """Those who leave the crossing at a stop: how, how many, and how long that takes."""

    how: str
    count: float
    time: str


@dataclass(frozen=True, slots=True)
class Place:
    """A stop, or the arrival.

    Attributes
    ----------
    key
        Its name; ``""`` is the arrival.
    title
        Its title.
    lanes
        Its lanes.
    room
        Places of the waiting area; None: as many as come.
    area
        The title of the waiting area, where it has one, and with whom it is shared.
    work
        Titles of what is done there.
    people
        Who works there: their group and agency, and how many are on duty; or who comes.
    leaving
        Who leaves from there.
    again
        How many stay for another visit.
    visited
        Whether anybody comes.
    """

    key: str
    title: str
    lanes: tuple[Lanes, ...] = ()
    room: int | None = None
    area: str = ""
    work: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    leaving: tuple[Leaving, ...] = ()
    again: float = 0.0
    visited: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """A way from one place to another: how many of each class (by its number) take it, and time.

    `members` says that only those take it who got out of a vehicle.
    """

    origin: str
    target: str
    counts: tuple[tuple[int, float], ...]
    time: str
    members: bool

    @property
    def count(self) -> float:
        """How many take it in all."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A crossing as it is drawn.

    Attributes
    ----------
    title
        Of the scenario, with the variant.
    counted
        What those who arrive are called.
    span
        The time for which flows are counted, in words.
    classes
        Titles of the classes.
    places, ways
        Stops (the arrival first), and ways between them.
    """

    title: str
    counted: str
    span: str
    classes: tuple[str, ...]
    places: tuple[Place, ...]
    ways: tuple[Way, ...]


def crossing(loaded: LoadedScenario, plan: Plan) -> Crossing:
    """Return what a drawing of a scenario shows.

    Parameters
    ----------
    loaded, plan
        A scenario and what it compiles to.
    """
    flows = expected_flows(plan)
    hours = plan.horizon / 60
    span = f"{hours:g} hours" if hours <= 48 else f"{hours / 24:g} days"
    span = f"{plan.horizon:g} minutes" if hours < 1 else span
    span += ", all at their usual crossing" if plan.region is not None else ""
    title = plan.title if loaded.variant == "base" else f"{plan.title} - {loaded.variant}"
    return Crossing(
        title=visible(title),
        counted=plan.counted,
        span=span,
        classes=tuple(visible(one.title) for one in plan.classes),
        places=(_arrival(loaded, plan, flows), *_stops(loaded, plan, flows)),
        ways=tuple(_ways(plan, flows)),
    )


def _arrival(loaded: LoadedScenario, plan: Plan, flows: tuple[Flow, ...]) -> Place:
    """Return the arrival, with who comes."""
    by_hour = offered_load(plan).arrivals
    lengths = [(end - start) / 60 for start, end in plan.hours]
    people = [
        f"{amount(float(rates @ lengths))} {visible(source.title or name)}"
        for (name, source), rates in zip(loaded.scenario.traffic.items(), by_hour, strict=True)
    ]
    return Place("", "Arrival", people=tuple(people), leaving=tuple(_leaving(plan, flows, ARRIVAL)))


def _stops(loaded: LoadedScenario, plan: Plan, flows: tuple[Flow, ...]) -> Iterator[Place]:
    visited = {flow.target for flow in flows}
    for number, stop in enumerate(plan.stops):
        record = loaded.scenario.stops[stop.name]
        area = plan.areas[stop.area] if stop.area >= 0 else None
        sharing = [
            visible(other.title)
            for k, other in enumerate(plan.stops)
            if area is not None and other.area == stop.area and k != number
        ]
        shared = f", shared with {', '.join(sharing)}" if sharing else ""
        yield Place(
            key=stop.name,
            title=visible(stop.title),
            lanes=tuple(_lanes(group, len(record.lanes)) for group in record.lanes),
            room=None if area is None else area.places,
            area="" if area is None else f"{visible(area.title)}{shared}",
            work=tuple(_work(plan, number)),
            people=tuple(_people(plan, number)),
            leaving=tuple(_leaving(plan, flows, number)),
            again=sum(f.count for f in flows if f.origin == f.target == number),
            visited=number in visited,
        )


def _lanes(group: LaneGroup, groups: int) -> Lanes:
    notes = []
    if group.open is not None:
        notes.append("not always open")
    if group.helps is not None:
        notes.append("helps others")
    name = visible(group.name).replace("_", " ") if groups > 1 else ""
    return Lanes(name, group.count, ", ".join(notes))


def _tasks(plan: Plan, stop: int) -> Iterator[TaskPlan]:
    """Yield what officers or machines do at a stop."""
    for step in plan.steps:
        if step.stop == stop:
            yield from (plan.tasks[task] for task in step.tasks)


def _work(plan: Plan, stop: int) -> list[str]:
    """Return the titles of what is done at a stop."""
    activities = (work.activity for task in _tasks(plan, stop) for work in task.work)
    return [visible(plan.activities[number].title) for number in dict.fromkeys(activities)]


def _people(plan: Plan, stop: int) -> Iterator[str]:
    """Yield who works at a stop, or that nobody needs to."""
    for number in plan.stops[stop].groups:
        group = plan.groups[number]
        title, agency = visible(group.title), visible(plan.agency_titles[group.agency])
        least, most = _on_duty(plan, number)
        places = len(group.stops)
        notes = [agency] * (agency != title) + [f"for {places} stops"] * (places > 1)
        who = f"{title} ({', '.join(notes)})" if notes else title
        there = f"{most}" if least == most else f"{least} to {most}"
        yield f"{who}: {there.replace(' ', NO_BREAK)}"
    if (tasks := list(_tasks(plan, stop))) and not any(task.groups for task in tasks):
        work = [plan.activities[part.activity] for task in tasks for part in task.work]
        yield "Held; nobody of the border works" if any(a.hold for a in work) else "Self-service"


def _on_duty(plan: Plan, group: int) -> tuple[int, int]:
    """Return how many of a group are on duty at the least, and at the most."""
    changes: dict[float, int] = {0.0: 0}
    for number in plan.groups[group].officers:
        for shift in plan.officers[number].shifts:
            start, end = max(shift.start, 0.0), min(shift.end, plan.horizon)
            if start < end:
                changes[start] = changes.get(start, 0) + 1
                changes[end] = changes.get(end, 0) - 1
    counts, there = [], 0
    for moment in sorted(changes):
        there += changes[moment]
        if moment < plan.horizon:
            counts.append(there)
    return min(counts), max(counts)


def _leaving(plan: Plan, flows: tuple[Flow, ...], origin: int) -> Iterator[Leaving]:
    """Yield who leaves from a place."""
    own = [flow for flow in flows if flow.origin == origin and flow.target < 0]
    for outcome in _ENDS:
        for member in (False, True):
            there = [f for f in own if f.target == -1 - outcome and f.member == member]
            count = sum(flow.count for flow in there)
            if count > 0:
                how = _ENDS[outcome]
                target = _VEHICLE if member else _EXIT
                time = _time(plan, origin, target, {flow.category for flow in there})
                yield Leaving(BACK if member and how == OUT else how, count, time)


def _ways(plan: Plan, flows: tuple[Flow, ...]) -> Iterator[Way]:
    names = {ARRIVAL: "", **{k: stop.name for k, stop in enumerate(plan.stops)}}
    between = [flow for flow in flows if flow.target >= 0 and flow.origin != flow.target]
    for origin, target in dict.fromkeys((flow.origin, flow.target) for flow in between):
        own = [flow for flow in between if (flow.origin, flow.target) == (origin, target)]
        counts: dict[int, float] = {}
        for flow in own:
            counts[flow.category] = counts.get(flow.category, 0.0) + flow.count
        yield Way(
            names[origin],
            names[target],
            tuple(sorted(counts.items())),
            _time(plan, origin, target, set(counts)),
            members=all(flow.member for flow in own),
        )


def _time(plan: Plan, origin: int, target: int, classes: set[int]) -> str:
    """Return how long a move takes on average: the least and the most of its cases."""
    times = []
    for move in plan.moves:
        if (move.origin, move.target) != (origin, target):
            continue
        condition = move.condition
        if condition is None or any(condition.classes >> one & 1 for one in classes):
            times.append(mean(move.law))
        if condition is None:
            break
    if origin == ARRIVAL:
        drives = _drives(plan, target) or {0.0}
        times = [time + drive for time in times or [0.0] for drive in drives]
    if not times or max(times) <= 0:
        return ""
    least, most = _rounded(min(times)), _rounded(max(times))
    if least == most:
        return most
    unit = most.rpartition(" ")[2]
    return f"{least.removesuffix(f' {unit}')} to {most}"


def _drives(plan: Plan, stop: int) -> set[float]:
    """Return the minutes from where traffic of a region comes to its usual crossing, at a stop."""
    return {
        drive
        for source in plan.sources
        if source.usual >= 0 and stop in plan.crossings[source.usual].stops
        if (drive := source.drives[source.usual]) is not None
    }


def _rounded(minutes: float) -> str:
    """Return minutes as a person would say them."""
    if minutes < _MINUTE:
        return f"{60 * minutes:.0f} s"
    return f"{minutes:.2g} min" if minutes < 100 else f"{minutes / 60:.2g} h"


def amount(count: float) -> str:
    """Return how many, as a person would say an expected number."""
    return f"{count:,.0f}" if count >= 9.95 else f"{count:.2g}" if count >= 0.1 else "< 0.1"
