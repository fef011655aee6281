"""A scenario in words, with the load that it puts on each stop, before simulating: a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.choosing import NEXT
from bcpsim.demand.limits import Limit
from bcpsim.demand.offered import OfferedLoad, offered_load
from bcpsim.errors import visible
from bcpsim.files.units import format_duration, how_many, written_out
from bcpsim.kpi.overload import overloads
from bcpsim.plan import Plan
from bcpsim.plan.clock import hour
from bcpsim.plan.idle import awaited_by_nobody, unattended_lanes, unvisited
from bcpsim.plan.records.stops import StopPlan
from bcpsim.plan.records.traffic import SourcePlan
from bcpsim.report.conditions import (
    in_per_cent,
    in_words,
    opening_in_words,
    time_in_words,
    window_in_words,
)
from bcpsim.report.crossings import crossings_in_words
from bcpsim.report.disturbances import disturbances_in_words
from bcpsim.report.document import (
    Cell,
    Column,
    Document,
    Heading,
    Judged,
    Part,
    Points,
    Sentence,
    Table,
)
from bcpsim.report.offices import offices_in_words
from bcpsim.report.prices import prices_in_words
from bcpsim.report.security import security_in_words
from bcpsim.report.warnings import warnings
from bcpsim.sampling.laws import mean
from bcpsim.scenario import LoadedScenario, Scenario
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.facilities import Area, LaneGroup, Stop, limit
from bcpsim.scenario.model import OUTCOMES, Route, Step, Task
from bcpsim.scenario.people import OfficerGroup
from bcpsim.scenario.places import RiskIndex
from bcpsim.scenario.queries import able_groups, unattended
from bcpsim.scenario.tables import table_uses
from bcpsim.scenario.values import ShareCase

_LONG = 2 * 1440
"""Minutes from which on the hours of several days share a row."""

_READING = "Load counts in the hour of arrival, as if nobody waited; what is there is a bound."
_READING_SETS = (
    " Officers of a pool count in full at each of their stops, and once in the column of the pool; "
    "'alone' is the work that nobody else can do."
)
_READING_REGION = " All go to their usual crossing, and are there at once."
_BUSY = 0.5
"""Sets that are never so busy have no column, unless they are pools."""

_TIE = 1e-9


def description(loaded: LoadedScenario, plan: Plan) -> Document:
    """Return who arrives, what is checked by whom and where, and the load by hour.

    Parameters
    ----------
    loaded, plan
        A scenario and what it compiles to.

    Returns
    -------
    Document
        Warnings where the load exceeds the capacity come last.
    """
    scenario = loaded.scenario
    title = scenario.title or scenario.name
    if loaded.variant != "base":
        title += f", variant {loaded.variant}"
    load = offered_load(plan)
    parts = [*_words(loaded, plan, load), *_load(plan, load)]
    told = [words for one in loaded.coverage.values() for words in one.warnings]
    told += load_warnings(plan, load)
    parts += [Sentence(visible(text), "warning") for text in told]
    parts += [Sentence(visible(f"Hint: {text}")) for text in _hints(plan)]
    return Document(visible(title), tuple(parts))


def _hints(plan: Plan) -> Iterator[str]:
    """Yield what is there and makes no difference."""
    yield from unvisited(plan)
    yield from unattended_lanes(plan)
    yield from awaited_by_nobody(plan)


def _words(loaded: LoadedScenario, plan: Plan, load: OfferedLoad) -> Iterator[Part]:
    """Yield what the scenario says, a section for each kind of thing."""
    scenario = loaded.scenario
    if scenario.description:
        yield Sentence(visible(" ".join(scenario.description.split())))
    for heading, lines in (
        ("When", _when(scenario)),
        ("Who arrives", _traffic(scenario, plan, load)),
        ("Crossings", crossings_in_words(scenario)),
        ("Tables", _tables(loaded)),
        ("What is checked, where and by whom", _workflow(scenario)),
        ("People", _people(scenario, plan)),
        ("Stops", _stops(scenario, plan)),
        ("Equipment", _equipment(scenario)),
        ("Intervals that are timed", _intervals(scenario)),
        ("What is hidden, and found", security_in_words(scenario)),
        ("Back offices", offices_in_words(scenario, plan)),
        ("Prices", prices_in_words(scenario)),
        (_heading_of_disturbances(scenario), disturbances_in_words(scenario)),
    ):
        items = tuple(map(visible, lines))
        if items:
            yield Heading(heading)
            yield Points(items)


def _heading_of_disturbances(scenario: Scenario) -> str:
    """Return a heading that says what of disturbances the load counts: those who come in surges."""
    surges = any(one.active and one.surge for one in scenario.disturbances.values())
    but = ", but for surges" if surges else ""
    return f"Disturbances, which the load below leaves out{but}"


def _load(plan: Plan, load: OfferedLoad) -> Iterator[Part]:
    """Yield the load by hour, and how to read it."""
    when = "Load by hour of the day, on the worst day" if plan.horizon > _LONG else "Load by hour"
    title = f"{when}: officers needed / there = utilisation"
    shown = _shown(load)
    yield Heading(title)
    yield _load_table(title, plan, load, shown)
    usual = _READING_REGION if plan.region is not None else ""
    sets = _READING_SETS if len(shown) > len(load.stops) else ""
    yield Sentence(f"{_READING}{usual}{sets}", "note")


def _when(scenario: Scenario) -> Iterator[str]:
    horizon = scenario.horizon
    yield (
        f"{format_duration(horizon.duration)} from {horizon.start:%A %d %B %Y %H:%M} "
        f"({horizon.time_zone})"
        + (f", measured after {format_duration(horizon.warm_up)}" if horizon.warm_up else "")
    )
    if scenario.opening is not None:
        yield opening_in_words(scenario.opening).capitalize()


def _traffic(scenario: Scenario, plan: Plan, load: OfferedLoad) -> Iterator[str]:
    for number, (name, source) in enumerate(scenario.traffic.items()):
        total = float(load.arrivals[number] @ np.diff(plan.hours)[:, 0]) / 60
        waiting = plan.sources[number].waiting
        classes = ", ".join(
            f"{share:.0%} {scenario.classes[key].title or key}"
            if share < 1
            else (scenario.classes[key].title or key)
            for key, share in source.classes.items()
        )
        yield (
            f"{source.title or name}: {total:,.0f} expected ({classes})"
            + (f", {_peak(plan, load.arrivals[number])}" if waiting is None else "")
            + _services(plan.sources[number], plan.ready, [step.name for step in plan.steps])
        )
    for number, (name, vehicle) in enumerate(scenario.classes.items()):
        of_source = np.array([dict(source.classes).get(number, 0.0) for source in plan.sources])
        if np.count_nonzero(of_source) > 1:  # of one source: its peak, told above
            yield f"{vehicle.title or name} in all: {_peak(plan, of_source @ load.arrivals)}"
    for name, vehicle in scenario.classes.items():
        for attribute, shares in vehicle.attributes.items():
            listed = ", ".join(f"{value} {share:.0%}" for value, share in shares.items())
            yield f"{vehicle.title or name}, {attribute}: {listed}"
        seated = plan.classes[list(scenario.classes).index(name)].occupants
        for attribute, given in vehicle.occupants_with.items():
            listed = "; otherwise ".join(_of_occupants(case, seated) for case in given)
            yield f"{vehicle.title or name}, occupants with {attribute}: {listed}"
    for name, index in scenario.risk_indices.items():
        yield f"Index {index.title or name} of {index.of}: {_of_places(index)}"
    for name, cases in scenario.selections.items():
        for case in cases:
            yield f"Selection {name}{in_words(case.when)}: {in_per_cent(case.shares)}"


def _of_places(index: RiskIndex) -> str:
    """Return the index of each place, the highest first, with its level."""
    places = sorted(index.places, key=index.value, reverse=True)
    return ", ".join(f"{place} {index.value(place):.0f} ({index.level(place)})" for place in places)


def _of_occupants(case: ShareCase, seated: Sequence[tuple[int, float]]) -> str:
    """Return which share of occupants has something, and how often at least one does."""
    some = 1 - sum(share * (1 - case.share) ** number for number, share in seated)
    often = f"at least one in {100 * some:.3g} % of vehicles"
    return f"{100 * case.share:.3g} %{in_words(case.when)} ({often})"


def _tables(loaded: LoadedScenario) -> Iterator[str]:
    """Yield what each table holds, how much of it counts, and how it was read."""
    told: dict[str, None] = {}
    for path, use in table_uses(loaded.scenario):
        coverage = loaded.coverage[path]
        if coverage.contents:
            place = ".".join(map(str, path[:2]))
            told[f"{use.file}, for {place}: {coverage.contents}"] = None
        told.update(dict.fromkeys(coverage.notes))
    yield from told


def _peak(plan: Plan, by_hour: NDArray[np.float64]) -> str:
    """Return in which hour most arrive, and how many."""
    peak = int(np.argmax(by_hour))
    most = by_hour[peak]
    rate = f"{most:,.0f}/h" if most >= 10 else f"{most:.2g}/h"
    if most - by_hour.min() <= 1e-9 * most:
        return f"{rate} at all hours"
    return f"most at {hour(plan, peak)} with {rate}"


def _services(source: SourcePlan, ready: Sequence[str], steps: Sequence[str]) -> str:
    """Return what a timetable and a deadline mean for those who arrive, and for what is ready."""
    words = ""
    waiting = source.waiting
    if waiting is not None:
        targets = () if waiting.entry is None else waiting.entry[0].targets
        place = " for " + ", ".join(steps[k] for k in sorted(targets)) if targets else ""
        words += (
            f"; they wait{place} already at the start, {time_in_words(waiting.waited, ' so far')}"
        )
    table = source.timetable
    if table is not None:
        words += (
            f"; {how_many(len(table.times), 'service')} with {how_many(sum(table.seats), 'seat')}"
        )
        words += f", {time_in_words(table.delay, ' late')}" if mean(table.delay) else ""
        if table.come_before is not None:
            words += f"; they come {time_in_words(table.come_before, ' before the departure')}"
        elif table.gap:
            words += f"; {1 / table.gap:.3g}/min get off one after the other"
            words += f" over each of {table.ramps} ramps or doors" if table.ramps > 1 else ""
        else:
            words += "; all of a service come at once"
        for made in table.ready:
            words += (
                f"; {ready[made.number]} {time_in_words(made.first_after, ' after the arrival')}"
            )
            words += f", then {1 / made.gap:.3g}/min" if made.gap else ""
        if table.closing is not None:
            words += f", and must have passed {format_duration(table.closing)} before it"
    if source.deadline is not None:
        words += f"; gone again after {time_in_words(source.deadline)}"
    return words


_ORDERS = {
    "parallel": "at the same time",
    "sequence": "one after the other",
    "any": "one after the other in any order, next whichever officer is free",
    "independent": "each as soon as the officer is free",
}
_STAYING = {
    "free": "",
    "stay": ", who stay until the last is done",
    "hand_over": ", each of whom stays until the next takes over",
}


def _workflow(scenario: Scenario) -> Iterator[str]:
    yield f"On arrival: {_routes(scenario.workflow.entry)}"
    for name, step in scenario.workflow.steps.items():
        place = scenario.stops[step.stop].title or step.stop
        bound = ""
        if step.at_most > 1:
            bound = f" (at most {step.at_most} times, afterwards {_target(step.afterwards or '')})"
        tasks = [_task(scenario, step, task) for task in step.tasks]
        if len(tasks) == 1:
            doing = tasks[0]
        else:
            order = _ORDERS[step.order]
            stay = _STAYING[step.when_done]
            doing = f"a crew, {order}{stay}: " + "; ".join(tasks)
        groups = "".join(_groups(scenario, step))
        yield f"{name}, at {place}{bound}: {doing}{groups}; then {_routes(step.next)}"
    for name, part in scenario.parts.items():
        how = f", {part.regime.replace('_', ' ')}" if part.regime else ""
        yield f"{part.title or name}{how}: once by each {part.per} that needs it"


def _groups(scenario: Scenario, step: Step) -> Iterator[str]:
    """Yield who gets out of a vehicle, and where it waits for them."""
    if step.split is not None:
        classes = ", ".join(
            (scenario.classes[key].title or key) + (f" {share:.0%}" if share < 1 else "")
            for key, share in step.split.classes.items()
        )
        but = f" but {step.split.stay}" if step.split.stay else ""
        yield f"; all occupants{but} get out ({classes}) and go {_routes(step.split.to)}"
    if step.wait_for_group == "after":
        yield "; the vehicle waits in its lane until those who got out are back"
    elif step.wait_for_group == "before":
        yield "; before, the vehicle waits until those who got out are back"


def _task(scenario: Scenario, step: Step, task: Task) -> str:
    doing = ", then ".join(scenario.activities[a].title or a for a in task.do)
    if unattended(scenario, task):
        waited = dict.fromkeys(scenario.activities[name].not_before for name in task.do)
        until = "".join(f", not before the {thing} is ready" for thing in waited if thing)
        if any(scenario.activities[name].hold for name in task.do):
            return f"{doing}{in_words(task.when)}; held, nobody of the border works"
        return f"{doing}{in_words(task.when)}; self-service{until}"
    names = dict.fromkeys(scenario.officers[g].agency for g in able_groups(scenario, step, task))
    agencies = " or ".join(scenario.agencies[name].title or name for name in names)
    kinds = [scenario.equipment[kind].title or kind for kind in task.equipment]
    tools = f" with {' and '.join(kinds)}" if kinds else ""
    return f"{doing}{in_words(task.when)}; by one officer of {agencies}{tools}"


def _routes(routes: Sequence[Route]) -> str:
    parts = []
    for route in routes:
        targets = ", ".join(
            _target(name) if share == 1 else f"{100 * share:.3g} % {_target(name)}"
            for name, share in route.to.items()
        )
        parts.append(f"{targets}{in_words(route.when)}")
    return "; otherwise ".join(parts)


def _target(name: str) -> str:
    return name if name in OUTCOMES else f"to {name}"


def _people(scenario: Scenario, plan: Plan) -> Iterator[str]:
    for number, (name, group) in enumerate(scenario.officers.items()):
        agency = scenario.agencies[group.agency].title or group.agency
        skills = ", ".join(
            skill if pace == 1 else f"{skill} (takes {pace:g} x as long)"
            for skill, pace in group.skills.items()
        )
        places = " and ".join(scenario.stops[stop].title or stop for stop in group.stop)
        pool = f" ({', '.join(_pool(group))})" if len(group.stop) > 1 else ""
        yield (
            f"{group.title or name} ({agency}), at {places}{pool}, for {skills}: "
            + "; ".join([*_rosters(group, plan, number), *_habits(group)])
        )


def _pool(group: OfficerGroup) -> Iterator[str]:
    by = "" if group.pool.index is None else f" of {group.pool.index}"
    yield f"{group.pool.rule.replace('_', ' ')}{by}"
    if group.pool.sent == "nearest":
        yield "whoever is nearest goes"
    if group.pool.travel is not None:
        yield f"way by the table {group.pool.travel.file}"
    if group.pool.return_after is not None:
        idle = group.pool.return_after
        yield "back to the first when idle" + (f" for {format_duration(idle)}" if idle else "")


def _rosters(group: OfficerGroup, plan: Plan, number: int) -> Iterator[str]:
    for shift in group.shifts:
        yield f"{shift.count} {window_in_words(shift)}"
    for rotation in group.rotations:
        yield f"{rotation.count} in rotation ({', '.join(rotation.cycle)})"
    if group.roster is not None:
        officers = [officer for officer in plan.officers if officer.group == number]
        shifts = [shift for officer in officers for shift in officer.shifts]
        minutes = sum(min(s.end, plan.horizon) - min(s.start, plan.horizon) for s in shifts)
        yield (
            f"by the table {group.roster.file}: {how_many(len(officers), 'officer')}, "
            f"{written_out(minutes / 60, 6)} officer hours"
        )


def _habits(group: OfficerGroup) -> Iterator[str]:
    if group.shift_offset:
        yield f"all {format_duration(group.shift_offset)} later"
    for record in group.breaks:
        yield f"a break of {format_duration(record.length)} {window_in_words(record)}"
    if group.pressure is not None:
        start, to, pace = group.pressure.start, group.pressure.to, group.pressure.pace
        yield f"from {start} waiting on their pace changes, evenly to {pace:g} x as long at {to}"
    handover = group.handover
    if handover.in_hand == "hand_over":
        yield f"work in hand is handed over in {format_duration(handover.time)}"
    if handover.briefing:
        yield f"nobody is checked in the first {format_duration(handover.briefing)} of a shift"
    if group.absence:
        yield f"{100 * group.absence:.3g} % of the shifts not worked"


def _stops(scenario: Scenario, plan: Plan) -> Iterator[str]:
    for (name, stop), made in zip(scenario.stops.items(), plan.stops, strict=True):
        yield "; ".join([f"{stop.title or name}: {_lanes(stop)}", *_rules(scenario, stop, made)])
    for move, planned in zip(scenario.moves, plan.moves, strict=True):
        origin, to = (_place(scenario, name) for name in (move.origin, move.to))
        yield f"from {origin} to {to}: {time_in_words(planned.law)}{in_words(move.when)}"


def _place(scenario: Scenario, name: str) -> str:
    """Return a stop by its title; arrival and exit have none."""
    stop = scenario.stops.get(name)
    return name if stop is None else stop.title or name


def _rules(scenario: Scenario, stop: Stop, planned: StopPlan) -> Iterator[str]:
    """Yield the rules of a stop that aren't the usual ones."""
    if stop.waiting_area is not None:
        area = scenario.areas[stop.waiting_area]
        yield f"{_size(area)} in {area.title or stop.waiting_area}"
        if area.places is not None:
            full = stop.when_full == "turn_away"
            yield "others are turned away" if full else "others wait outside"
    if not stop.overtaking:
        yield "no overtaking"
    if stop.priority:
        order = ", then ".join(in_words(c).removeprefix(" if ") for c in stop.priority)
        yield f"first {order}"
        if stop.low_priority_share:
            yield f"{stop.low_priority_share:.0%} of the starts for the others"
    for patience, law in zip(stop.patience, planned.patience, strict=True):
        yield f"gone again after {time_in_words(law.law)} in the queue{in_words(patience.when)}"
    for deterrence in stop.deters:
        steps = ", ".join(f"{share:.0%} from {number} on" for number, share in deterrence.steps)
        yield f"turn back by how many wait: {steps}{in_words(deterrence.when)}"
    if stop.lanes_per_officer is not None:
        yield f"an officer oversees {stop.lanes_per_officer}"
    if stop.control is not None:
        opens, closes = stop.control.limits
        unit = "min of waiting" if stop.control.by == "waiting_time" else "waiting"
        yield f"a further lane opens at {opens:g} {unit} and closes at {closes:g}"


def _size(area: Area) -> str:
    """Return the places and the floor space of a waiting area."""
    places = [] if area.places is None else [f"{area.places} places"]
    return " on ".join(places if area.floor is None else [*places, f"{area.floor:g} m2"])


def _equipment(scenario: Scenario) -> Iterator[str]:
    for name, kind in scenario.equipment.items():
        parts = [f"{kind.title or name}: {kind.count}"]
        if kind.owner is not None:
            owner = scenario.agencies[kind.owner].title or kind.owner
            parts.append(f"of {owner}, {kind.sharing.replace('_', ' ')}")
        if kind.maintenance:
            parts.append("maintenance " + ", ".join(map(window_in_words, kind.maintenance)))
        if kind.failures is not None:
            parts.append("it fails at times")
        yield "; ".join(parts)


def _intervals(scenario: Scenario) -> Iterator[str]:
    for name, one in scenario.intervals.items():
        yield f"{one.title or name.replace('_', ' ')}: from {one.start} to {one.to}"


def _lane_words(group: LaneGroup, stop: Stop) -> str:
    """Return how many lanes there are by their name: 7 booths; of several kinds: 2 lanes (eu)."""
    name = group.name.replace("_", " ")
    if len(stop.lanes) > 1:
        return f"{how_many(group.count, 'lane')} ({name})"
    return how_many(group.count, name.removesuffix("s") if group.count > 1 else name)


def _help(group: LaneGroup) -> str:
    """Return whom lanes help, and when."""
    helps = group.helps
    if helps is None:
        return ""
    own = f"at most {helps.own_at_most} of their own wait" if helps.own_at_most else "none waits"
    wait = isinstance(helps.waiting_from, str)
    least = (
        "they wait " + format_duration(limit(helps.waiting_from))
        if wait
        else (f"{limit(helps.waiting_from):g} of these do")
    )
    who = in_words(helps.admits).removeprefix(" if ")
    return f" (helping where {who} while {own} and {least})"


def _lanes(stop: Stop) -> str:
    lanes = ", ".join(
        f"{_lane_words(group, stop)}"
        f"{in_words(group.admits).replace(' if ', ' where ', 1)}{_help(group)}"
        + (
            ""
            if group.open is None
            else " open " + ", ".join(window.words for window in group.open)
        )
        for group in stop.lanes
    )
    one = stop.queue == "single"
    queue = "one queue" if one else f"a queue per lane ({stop.choice.replace('_', ' ')})"
    first = stop.next_in_line
    order = "" if first == NEXT.default else f"; next in line: {first.replace('_', ' ')}"
    weights = [f"{case.weight:g} x{in_words(case.when)}" for case in stop.weights]
    if weights:
        rest = [] if stop.weights[-1].when is None else ["otherwise 1 x"]
        order += f" ({', '.join([*weights, *rest])})"
    return f"{lanes}; {queue}{order}"


def _shown(load: OfferedLoad) -> list[Limit]:
    """Return the stops, and the tightest pool and other set at each that are tighter than it."""
    shown = list(load.stops)
    for number, stop in enumerate(load.stops):
        for pool, least in ((False, _BUSY), (True, _TIE)):
            found: dict[float, Limit] = {}
            for one in load.sets:
                if number in one.stops and one.pool == pool:
                    tighter = one.utilisation[one.utilisation > stop.utilisation + _TIE]
                    found.setdefault(float(tighter.max(initial=0.0)), one)
            most = max(found, default=0.0)
            if most >= least and found[most] not in shown:
                shown.append(found[most])
    return shown


def _load_table(title: str, plan: Plan, load: OfferedLoad, shown: Sequence[Limit]) -> Table:
    """Return load and utilisation by hour; beyond two days, of the worst day in each hour."""
    rows: dict[str, list[int]] = {}
    calendar = Calendar(plan.start, plan.time_zone)
    long = plan.horizon > _LONG
    for number, (start, _) in enumerate(plan.hours):
        local = calendar.local(start)
        label = f"{local:%H:00}" if long else hour(plan, number)
        # In autumn one local hour comes twice in a day; keep both rows.
        label = label if long or label not in rows else f"{label} (2)"
        rows.setdefault(label, []).append(number)
    listed = sorted(rows.items()) if long else list(rows.items())
    arrivals = load.arrivals.sum(axis=0)
    columns: list[list[Cell]] = [
        [label for label, _ in listed],
        [f"{arrivals[hours].max():.1f}" for _, hours in listed],
    ]
    for one in shown:
        cells: list[Cell] = []
        for _, hours in listed:
            shares = one.utilisation[hours]
            worst = hours[int(np.argmax(shares))]
            varies = shares.max() > shares.min() + _TIE
            day = f", {calendar.local(plan.hours[worst][0]):%a}" if varies else ""
            cells.append(_load_cell(one.load[worst], one.capacity[worst], day))
        columns.append(cells)
    heads = (Column(visible(one.title), numbers=True) for one in shown)
    return Table(
        title, (Column("Hour"), Column("Arrivals/h"), *heads), tuple(zip(*columns, strict=True))
    )


def _load_cell(offered: float, capacity: float, day: str) -> Cell:
    if capacity == 0:
        share = "closed" if offered == 0 else "no service"
    else:
        share = f"{100 * offered / capacity:.0f} %"
    text = f"{offered:.2f} / {capacity:.3g} = {share}{day}"
    return Judged(text, "open") if offered > capacity else text


def load_warnings(plan: Plan, load: OfferedLoad) -> Iterator[str]:
    """Yield what `bcpsim.report.warnings.warnings` does, and where the load is too large."""
    yield from warnings(plan, load)
    yield from overloads(plan, load)
