"""The records of a run, made from the plan; and what each traveller brings.

`find_kinds` finds which travellers are alike at each step, `lay` makes the records for a plan
and these kinds, `columns` what each traveller brings, `timetable` what is known beforehand of when
something happens in a replication.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from bcpsim.choosing import LANE, NEXT, POOL
from bcpsim.engine import columns as by_traveller
from bcpsim.engine.calendar import APPEARANCE, CHANGE, DEADLINE
from bcpsim.engine.log import Ints
from bcpsim.engine.records import (
    Able,
    Area,
    Change,
    Control,
    Detour,
    Disturbance,
    Equipment,
    Group,
    Hand,
    Helper,
    Kind,
    Lane,
    Lanes,
    Line,
    Need,
    Officer,
    Post,
    Recent,
    Stage,
    Step,
    Stop,
    Stream,
    Task,
    Trigger,
    World,
)
from bcpsim.engine.rules.shifts import (
    DISTURBANCE_BEGINS,
    DISTURBANCE_ENDS,
    EQUIPMENT_COMES,
    EQUIPMENT_GOES,
    LANE_CLOSES,
    LANE_OPENS,
    OFFICER_COMES,
    OFFICER_GOES,
)
from bcpsim.engine.sets import Members
from bcpsim.engine.table import NOTHING
from bcpsim.plan.model import Plan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.disturbances import Gate, TriggerPlan, Watched
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.records.stops import HelpPlan, QueueRule
from bcpsim.plan.records.workflow import GroupWait
from bcpsim.sampling import Block, Circumstances, Travellers
from bcpsim.sampling.circumstances import away
from bcpsim.sampling.ticks import FAR, NEVER, microseconds, ticks
from bcpsim.sampling.work import changed_work, extra_time, not_before, time_of


class KindOf(NamedTuple):
    """What travellers of one kind have in common at a step: masks of lanes, priority, tasks."""

    lanes: int
    helped: int
    priority: int
    tasks: int


Kinds = tuple[tuple[KindOf, ...], ...]
"""The kinds of travellers at each step."""


def find_kinds(plan: Plan, travellers: Travellers) -> tuple[Kinds, list[Ints | None]]:
    """Return the kinds of travellers at each step, and whose is which; None: all are alike."""
    kinds: list[tuple[KindOf, ...]] = []
    whose: list[Ints | None] = []
    for number, step in enumerate(plan.steps):
        need, codes = by_traveller.needs(plan, travellers, number)
        masks, mask = by_traveller.admitted(plan, travellers, step.stop)
        priority = by_traveller.priorities(plan, travellers, step.stop)
        places = len(plan.stops[step.stop].priority) + 1
        if len(codes) == len(masks) == places == 1:
            kinds.append((KindOf(*masks[0], 0, codes[0]),))
            whose.append(None)
            continue
        key = (mask * places + priority) * len(codes) + need
        found = np.flatnonzero(np.bincount(key, minlength=1))
        kinds.append(
            tuple(
                KindOf(*masks[k // places], k % places, codes[code])
                for k, code in (divmod(one, len(codes)) for one in found.tolist())
            )
        )
        whose.append(np.searchsorted(found, key))
    return tuple(kinds), whose


# ---- records -------------------------------------------------------------------------------


def lay(plan: Plan, kinds: Kinds) -> World:
    """Make the records of a plan, for travellers of some kinds."""
    equipment = [Equipment(kind.count) for kind in plan.equipment]
    stops = [_stop(plan, number) for number in range(len(plan.stops))]
    groups, officers = _groups(plan, stops)
    lanes = [lane for stop in stops for lane in stop.lanes]
    lanes.sort(key=lambda lane: lane.number)
    areas = []
    for number, area in enumerate(plan.areas):
        if area.places is not None:
            own = [stop for stop, s in zip(stops, plan.stops, strict=True) if s.area == number]
            turns_away = any(stop.turn_away for stop in own)
            areas.append(Area(area.places, _line(0), own, _leads_back(plan, number), turns_away))
            for stop in own:
                stop.area = areas[-1]
    disturbances = [
        _disturbance(plan, number, stops, areas, groups, officers, equipment)
        for number in range(len(plan.disturbances))
    ]
    tasks = [
        _task(plan, number, stops, equipment, disturbances) for number in range(len(plan.tasks))
    ]
    steps = [_step(plan, number, stops) for number in range(len(plan.steps))]
    for disturbance, record in zip(disturbances, plan.disturbances, strict=True):
        barred = {change.activity for change in record.changes if change.impossible}
        disturbance.barred = [
            task
            for task, own in zip(tasks, plan.tasks, strict=True)
            if any(work.activity in barred for work in own.work)
        ]
    detours = [
        (origin, Detour(disturbances[plan.detours[k][0]], plan.detours[k][1].step, [], []))
        for origin, k in plan.forks
    ]
    for origin, detour in detours:
        if origin >= 0:
            steps[origin].detours.append(detour)
    for step, alike in zip(steps, kinds, strict=True):
        step.kind = [_kind(plan, step, kind, tasks, equipment) for kind in alike]
    return World(
        travellers=[],
        stops=stops,
        lanes=lanes,
        groups=groups,
        pools=[group for group in groups if group.pool],
        officers=officers,
        equipment=equipment,
        areas=areas,
        steps=steps,
        tasks=tasks,
        hands=_hands(plan, steps, lanes),
        dirty=Members(len(stops)),
        round=Members(len(stops)),
        stranded=_line(0),
        changes=Stream(CHANGE, [], []),
        deadlines=Stream(DEADLINE, [], []),
        arrivals=Stream(APPEARANCE, [], []),
        changes_at=[],
        change_what=[],
        change_whom=[],
        end=microseconds(plan.end),
        has_deadlines=False,
        has_members=False,
        has_triggers=any(one.trigger is not None for one in plan.disturbances),
        disturbances=disturbances,
        detours=[detour for origin, detour in detours if origin < 0],
        held=_line(0),
        days=[microseconds(day) for day in plan.days],
        entry=[],
        move_in=[],
        deadline=[],
        arrival=[],
        departure=[],
        outcome=[],
        handovers=[],
        spells=[],
        agenda=[],
    )


def _leads_back(plan: Plan, area: int) -> bool:
    """Return whether a way leads from a stop of a waiting area to one of its stops."""
    inside = [plan.stops[step.stop].area == area for step in plan.steps]
    return any(
        step_inside and target >= 0 and inside[target]
        for step_inside, step in zip(inside, plan.steps, strict=True)
        for route in step.routes
        for target in route.targets
    )


def _members(mask: int, size: int) -> Members:
    """Return the set of a bit mask."""
    return Members(size, (k for k in range(size) if mask >> k & 1))


def _line(lanes: int, own: int = 0, helped: int = 0, priority: int = 0) -> Line:
    """Return an empty line of a stop, with the lanes that take its vehicles as bit masks."""
    return Line(_members(own, lanes), _members(helped, lanes), priority)


def _stop(plan: Plan, number: int) -> Stop:
    """Make a stop with its lanes."""
    record = plan.stops[number]
    size = len(record.lanes)
    per_lane = record.queue is QueueRule.PER_LANE
    helpers = _helpers(plan, number)
    stop = Stop(
        number=number,
        lanes=[],
        posts=[],
        lines=[],
        aside=_line(size),
        inner=_line(size),
        outside=_line(size),
        free=Members(size),
        imagined=Members(size),
        helping=Members(size),
        helpers=helpers,
        has_helpers=bool(helpers),
        patience=[],
        deterred_at=[],
        tries_patience=bool(record.patience),
        deters=bool(record.deters),
        pick=[],
        per_lane=per_lane,
        choice=LANE.names.index(record.choice),
        next_in_line=NEXT.names.index(record.next_in_line),
        reorders=record.next_in_line != NEXT.default,
        overtaking=record.overtaking,
        low_share=float(record.low_priority_share),
        turn_away=record.turn_away,
        oversees=-1 if record.lanes_per_officer is None else record.lanes_per_officer,
        recent=[],
    )
    always = size
    if record.control is not None:
        plan_of = record.control
        always = min(plan_of.always, size)
        stop.control = Control(
            plan_of.by_wait,
            _threshold(plan_of.open_at, plan_of.by_wait),
            _threshold(plan_of.close_at, plan_of.by_wait, below=True),
            microseconds(plan_of.delay),
            always,
        )
    for place, lane in enumerate(record.lanes):
        lines = []
        if per_lane:
            priorities = range(len(record.priority) + 1)
            lines = [_line(size, 1 << place, 0, priority) for priority in priorities]
        stop.lines.extend(lines)
        stop.lanes.append(Lane(lane, place, stop, lines, [], active=place < always))
    return stop


def _threshold(value: float, by_wait: bool, below: bool = False) -> int:
    """Return a threshold in whole microseconds, or in whole vehicles that reach it."""
    if by_wait:
        return microseconds(value)
    return int(np.floor(value)) if below else int(np.ceil(value))


def _helpers(plan: Plan, number: int) -> list[Helper]:
    """Make the helpers of a stop: lanes that help others, those together that do so alike."""
    lanes = [plan.lanes[lane] for lane in plan.stops[number].lanes]
    alike: dict[tuple[ConditionPlan | None, HelpPlan], int] = {}
    for k, lane in enumerate(lanes):
        if lane.helps is not None:
            key = (lane.admits, lane.helps)
            alike[key] = alike.get(key, 0) | 1 << k
    return [
        Helper(
            _members(mask, len(lanes)),
            helps.by_wait,
            _threshold(helps.waiting_from, helps.by_wait),
            helps.own_at_most,
        )
        for (_, helps), mask in alike.items()
    ]


def _groups(plan: Plan, stops: list[Stop]) -> tuple[list[Group], list[Officer]]:
    """Make the groups with their officers and posts."""
    groups = []
    officers: dict[int, Officer] = {}
    for number, record in enumerate(plan.groups):
        group = Group(
            number=number,
            officers=[],
            posts=[],
            pool=len(record.stops) > 1,
            rule=POOL.names.index(record.pool_rule),
            stay=microseconds(record.pool_stay),
            returns=record.return_after is not None,
            return_after=microseconds(record.return_after or 0.0),
            hands_over=record.hand_over,
            handover_time=microseconds(record.handover_time),
        )
        size = len(record.officers)
        for place, stop in enumerate(record.stops):
            walks = [microseconds(walk) for walk in record.travel[place]] if group.pool else []
            group.posts.append(Post(place, group, stops[stop], walks, Members(size)))
        for place, officer in enumerate(record.officers):
            officers[officer] = Officer(officer, place, group, group.posts[0])
            officers[officer].away = int(record.reserve)
            group.officers.append(officers[officer])
        groups.append(group)
    for one, plan_of in zip(stops, plan.stops, strict=True):
        one.posts = [_post(groups[g], one) for g in plan_of.groups]
    return groups, [officers[k] for k in range(len(plan.officers))]


def _post(group: Group, stop: Stop) -> Post:
    """Return a group's post at a stop."""
    return next(post for post in group.posts if post.stop is stop)


def _disturbance(
    plan: Plan,
    number: int,
    stops: list[Stop],
    areas: list[Area],
    groups: list[Group],
    officers: list[Officer],
    equipment: list[Equipment],
) -> Disturbance:
    """Make a disturbance.

    What is closed, away or out of use at times that are known beforehand stands in the timetable.
    """
    record = plan.disturbances[number]
    made = Disturbance(
        number=number,
        possible=record.always,
        barred=[],
        called=[officer for g, n in record.reserve for officer in groups[g].officers[:n]],
        closed=[],
        lanes=[],
        away=[],
        out=[],
        gate=int(Gate.WAIT),
    )
    if record.gate is Gate.HOLD:
        made.gate = int(Gate.HOLD)
    if record.trigger is not None:
        made.closed = [stops[k] for k in record.closed]
        made.lanes = [Lanes(stops[k], n) for k, n in record.lanes]
        made.away = [officers[k] for g, share in record.on_duty for k in away(plan, g, share)]
        made.out = [Need(equipment[kind], pieces) for kind, pieces in record.out]
        made.gate = int(record.gate)
        made.trigger = _trigger(record.trigger, stops, areas, groups, plan)
    return made


def _trigger(
    record: TriggerPlan, stops: list[Stop], areas: list[Area], groups: list[Group], plan: Plan
) -> Trigger:
    """Make what sets a disturbance off."""
    made = Trigger(
        watched=int(record.watched),
        is_time=record.is_time,
        rises=record.rises,
        level=_threshold(record.level, record.is_time, below=not record.rises),
        back=_threshold(record.back or 0.0, record.is_time, below=record.rises),
        has_back=record.back is not None,
        lasting=microseconds(record.lasting),
        delay=microseconds(record.delay),
        at_most=FAR if record.at_most is None else microseconds(record.at_most),
        per_day=FAR if record.per_day is None else record.per_day,
        pause=microseconds(record.pause),
    )
    if record.watched is Watched.AREA:
        limited = [k for k, area in enumerate(plan.areas) if area.places is not None]
        made.area = areas[limited.index(record.number)]
    elif record.watched is Watched.ON_DUTY:
        made.group = groups[record.number]
    else:
        made.stop = stops[record.number]
    if record.watched is Watched.MEAN_WAIT:
        made.recent = Recent([0] * record.last)
        made.stop.recent.append(made.recent)
    return made


def _task(
    plan: Plan,
    number: int,
    stops: list[Stop],
    equipment: list[Equipment],
    disturbances: list[Disturbance],
) -> Task:
    """Make a task."""
    record = plan.tasks[number]
    stop = stops[plan.steps[record.step].stop]

    def able(post: Post) -> Able:
        return Able(post, [], list(_changes(plan, number, disturbances)))

    groups = [
        able(next(post for post in stop.posts if post.group.number == g)) for g in record.groups
    ]
    if not groups:
        stop.self_service = True
    used = [equipment[kind] for kind in record.equipment]
    return Task(
        number=number,
        groups=groups or [able(NOTHING)],
        equipment=used,
        needs=_needs(used, equipment),
        waits=not groups and any(plan.activities[w.activity].not_before >= 0 for w in record.work),
        earliest=[],
        started=[],
        ended=[],
        officer=[],
    )


def _needs(used: Sequence[Equipment], equipment: Sequence[Equipment]) -> list[Need]:
    """Return how many pieces of each kind are used."""
    return [Need(kind, used.count(kind)) for kind in equipment if kind in used]


def _changes(plan: Plan, task: int, disturbances: list[Disturbance]) -> Iterator[Change]:
    """Make the changes of a task's activities in disturbances, activity by activity."""
    later = False
    for place, work in enumerate(plan.tasks[task].work):
        for disturbance in disturbances:
            if changed_work(plan, work, disturbance.number) is not None:
                yield Change(disturbance, place, later, [])
        later = later or plan.activities[work.activity].not_before >= 0


def _step(plan: Plan, number: int, stops: list[Stop]) -> Step:
    """Make a step."""
    record = plan.steps[number]
    return Step(
        number=number,
        stop=stops[record.stop],
        woken=Members(len(stops), by_traveller.woken(plan, number)),
        asks=any(plan.tasks[task].asked for task in record.tasks),
        splits=record.split is not None,
        plain=_is_plain(stops[record.stop])
        and record.wait is not GroupWait.BEFORE
        and not any(plan.tasks[task].asked for task in record.tasks),
        waits_before=record.wait is GroupWait.BEFORE,
        waits_after=record.wait is GroupWait.AFTER,
        leads_back=record.leads_back,
        kind=[],
        following=[],
        move=[],
        asking=[],
        detours=[],
        first_member=[],
        members=[],
        queued=[],
        entered=[],
        left=[],
        lane=[],
        for_lane=[],
        for_equipment=[],
        for_group=[],
    )


def _is_plain(stop: Stop) -> bool:
    """Return whether a vehicle that finds nobody waiting may start at once."""
    pools = any(post.group.pool for post in stop.posts)
    return stop.overtaking and stop.control is NOTHING and not stop.per_lane and not pools


def _kind(
    plan: Plan, step: Step, kind: KindOf, tasks: list[Task], equipment: list[Equipment]
) -> Kind:
    """Make a kind of travellers at a step, and the queue of theirs."""
    stop = step.stop
    own = plan.steps[step.number].tasks
    stages = []
    for stage in plan.steps[step.number].stages:
        included = [tasks[task] for task in stage.tasks if kind.tasks >> own.index(task) & 1]
        if included:
            apart = stage.apart and len(included) > 1
            stages.append(
                Stage(
                    included,
                    _needs([e for task in included for e in task.equipment], equipment),
                    stage.in_sequence,
                    stage.stay,
                    apart,
                    apart and stage.one_by_one,
                    [0] * len(included),
                )
            )
    size = len(stop.lanes)
    made = Kind(_members(kind.lanes, size), _members(kind.helped, size), kind.priority, stages)
    if not stop.per_lane:
        made.line = _line(size, kind.lanes, kind.helped, kind.priority)
        stop.lines.append(made.line)
    return made


def _hands(plan: Plan, steps: list[Step], lanes: list[Lane]) -> list[Hand]:
    """Make the records of tasks under way: for each lane as many as it may hold at once."""
    hands: list[Hand] = []
    most = dict.fromkeys((step.stop.number for step in steps), 0)
    for step, record in zip(steps, plan.steps, strict=True):
        number = max((len(stage.tasks) for stage in record.stages), default=0)
        most[step.stop.number] = max(most[step.stop.number], number)
    for lane in lanes:
        for _ in range(most.get(lane.stop.number, 0)):
            hand = Hand(len(hands), lane)
            lane.hands.append(hand)
            hands.append(hand)
    return hands


# ---- columns -------------------------------------------------------------------------------

Columns = dict[str, Ints]
"""The columns of a log by name, a row for each of their records."""

Column = tuple[Any, str, Any]
"""A record, the name of its field, and an array or a truth value."""


def columns(plan: Plan, travellers: Travellers, w: World) -> Iterator[Column]:
    """Yield what each traveller brings: arrays with a place for each, of some replications."""
    for step in w.steps:
        following = travellers.following[step.number]
        move = travellers.move_after[step.number]
        # Where travellers go elsewhere, that is written into it.
        yield step, "following", following.copy() if plan.reroutes else following
        yield step, "move", move.copy() if plan.reroutes else move
        if step.asks:
            yield step, "asking", by_traveller.asking(plan, travellers, step.number)
    for task in w.tasks:
        record = plan.tasks[task.number]
        by_paces: dict[Any, Ints] = {}
        for k, able in enumerate(task.groups):
            paces = plan.groups[record.groups[k]].paces if record.groups else ()
            if paces not in by_paces:
                by_paces[paces] = time_of(plan, travellers, record.work, paces)
            yield able, "minutes", by_paces[paces]
            for change in able.changes:
                work = record.work[change.activity]
                changed = changed_work(plan, work, change.cause.number)
                yield change, "more", extra_time(plan, travellers, work, changed, paces)
        if task.waits:
            earliest = not_before(plan, travellers, record)
            assert earliest is not None
            yield task, "earliest", earliest
    for stop, stop_plan in zip(w.stops, plan.stops, strict=True):
        if LANE.draws(stop_plan.choice):
            yield stop, "pick", travellers.lane_pick[stop.number]
        if stop.tries_patience:
            yield stop, "patience", travellers.patience[stop.number]
        if stop.deters:
            yield stop, "deterred_at", travellers.deterred_at[stop.number]
    yield w, "entry", travellers.entry.copy() if plan.reroutes else travellers.entry
    ways = {-1: iter(w.detours)} | {step.number: iter(step.detours) for step in w.steps}
    for place, (origin, number) in enumerate(plan.forks):
        detour = next(ways[origin])
        yield detour, "target", travellers.instead[number]
        yield detour, "move", travellers.move_instead[place]
    yield w, "arrival", travellers.arrival.copy()  # when members come is written into it
    yield w, "move_in", travellers.move_in
    yield w, "deadline", travellers.deadline


def timetable(plan: Plan, block: Block, place: int, w: World) -> Iterator[Column]:
    """Yield when what is known beforehand happens in one of the replications, and to whom."""
    circumstances = block.circumstances[place]
    changes = _timed(circumstances, _switched(plan))
    yield w, "changes_at", changes.times
    yield w, "change_what", changes.what
    yield w, "change_whom", changes.whom
    yield w.changes, "times", changes.times[changes.first]
    yield w.changes, "who", changes.first

    own, travellers = block.rows_of(place), block.travellers
    members = travellers.vehicle[own] >= 0
    comes = travellers.arrival[own] + travellers.held[own] + travellers.move_in[own]
    others = comes
    if members.any():
        yield w, "has_members", True
        others = comes[~members]  # members are the last
        for step in w.steps:
            if step.splits:
                yield from _members_of(travellers.split[own], block.vehicles_of(place), step)
    order = np.argsort(others, kind="stable")
    yield w.arrivals, "who", order
    yield w.arrivals, "times", np.maximum(others[order], 0)  # who waits at the start is there

    deadline = travellers.deadline[own]
    if not (deadline < FAR).any():
        return
    yield w, "has_deadlines", True
    late = np.flatnonzero(((deadline > comes) | members) & (deadline < w.end))
    late = late[np.argsort(deadline[late], kind="stable")]
    yield w.deadlines, "who", late
    yield w.deadlines, "times", deadline[late]


def _members_of(split: Ints, vehicle: Ints, step: Step) -> Iterator[Column]:
    """Yield who gets out of each vehicle at the end of a visit: they come one after another."""
    rows = np.flatnonzero(split == step.number)
    number = np.bincount(vehicle[rows], minlength=len(vehicle))
    first = np.zeros(len(vehicle), dtype=np.int64)
    first[vehicle[rows][::-1]] = rows[::-1]
    yield step, "first_member", first
    yield step, "members", number


class _Changes(NamedTuple):
    """What changes by timetable, in order of time; at one time, goings come first."""

    times: Ints
    what: Ints
    whom: Ints
    first: Ints  # of each time


@lru_cache(maxsize=32)  # where nothing fails and nobody is absent, the same in each replication
def _timed(circumstances: Circumstances, switched: tuple[int, ...]) -> _Changes:
    """Return what changes by timetable; of disturbances, those that do more than stands in it."""
    rows: list[tuple[float, int, int]] = []

    def there(windows: Iterable[tuple[float, float]], comes: int, goes: int, whom: int) -> None:
        for start, end in windows:
            rows.append((start, comes, whom))
            rows.append((end, goes, whom))

    for officer, windows in enumerate(circumstances.available):
        there(windows, OFFICER_COMES, OFFICER_GOES, officer)
    for number, windows in enumerate(circumstances.lanes):
        there(windows, LANE_OPENS, LANE_CLOSES, number)
    for kind, pieces in enumerate(circumstances.down):
        for windows in pieces:
            there(windows, EQUIPMENT_GOES, EQUIPMENT_COMES, kind)
    for number in switched:
        there(circumstances.disturbed[number], DISTURBANCE_BEGINS, DISTURBANCE_ENDS, number)
    times = ticks(np.array([time for time, _, _ in rows]))
    what = np.array([what for _, what, _ in rows], dtype=np.int64)
    whom = np.array([whom for _, _, whom in rows], dtype=np.int64)
    order = np.lexsort((what >= OFFICER_COMES, times))
    first = np.flatnonzero(np.diff(times[order], prepend=NEVER))
    return _Changes(times[order], what[order], whom[order], first)


def _switched(plan: Plan) -> tuple[int, ...]:
    """Return the disturbances whose times rules must know."""
    return tuple(
        number
        for number, one in enumerate(plan.disturbances)
        if one.trigger is not None
        or one.changes
        or one.reserve
        or one.detours
        or one.gate is Gate.HOLD
    )


def outputs(w: World) -> Iterator[tuple[str, Sequence[Any], str, int]]:
    """Yield the columns of the log: name, the records that hold its rows, field, and filling."""
    for name in ("queued", "left"):
        yield name, w.steps, name, NEVER
    yield "entered", w.steps if w.areas else (), "entered", NEVER
    yield "lane", w.steps, "lane", -1
    for name in ("for_lane", "for_equipment", "for_group"):
        yield name, w.steps, name, 0
    for name in ("started", "ended"):
        yield name, w.tasks, name, NEVER
    yield "officer", w.tasks, "officer", -1
    yield "departure", (w,), "departure", NEVER
    yield "outcome", (w,), "outcome", int(Outcome.INSIDE)


def together(handovers: Sequence[Ints], block: Block) -> Ints:
    """Return what was handed over in each replication, shape (h, 4), as travellers of the block."""
    found = np.concatenate(handovers).reshape(-1, 4)
    found[:, 1] += np.repeat(block.first[:-1], [len(own) // 4 for own in handovers])
    return found


def numbered(spells: Sequence[Ints]) -> Ints:
    """Return the spells of disturbances of each replication, with its place; shape (d, 4)."""
    place = np.repeat(np.arange(len(spells)), [len(own) // 3 for own in spells])
    return np.column_stack([place, np.concatenate(spells).reshape(-1, 3)])
