"""Officers and equipment for every task, at some time at least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from bcpsim.files.units import format_duration
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.crossings import Opening
from bcpsim.scenario.distributions import Deterministic
from bcpsim.scenario.model import Scenario, Step, Task
from bcpsim.scenario.people import OfficerGroup
from bcpsim.scenario.queries import (
    Finding,
    Path,
    able_groups,
    opening_of,
    tasks_of,
    unattended,
    windows_of,
)
from bcpsim.scenario.tables import RosterRow
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.shifts import tell_double_bookings
from bcpsim.scenario.validation.names import MAX_PLACES


def opening(scenario: Scenario) -> Iterator[Finding]:
    """Find opening hours none of which lie within the horizon."""
    horizon = scenario.horizon
    hours: list[tuple[Path, Opening | None]] = [(("opening",), scenario.opening)]
    hours += [(("crossings", name, "opening"), c.opening) for name, c in scenario.crossings.items()]
    for path, own in hours:
        if not _open(scenario, own):
            yield (
                (*path, "hours"),
                "it is never open within the horizon, which begins on "
                f"{horizon.start:%A %Y-%m-%d %H:%M} and lasts {format_duration(horizon.duration)}",
            )


def _open(scenario: Scenario, hours: Opening | None) -> list[tuple[float, float]]:
    """Return when a border crossing point is open within the horizon."""
    end = scenario.horizon.duration
    if hours is None:
        return [(0.0, end)]
    spans = [span for window in hours.hours for span in windows_of(scenario, window)]
    return [(start, stop) for start, stop in spans if start < end and stop > 0]


def staffing(scenario: Scenario) -> Iterator[Finding]:
    """Find tasks that no officer, and crews that no officers together, can do at any time."""
    for name, stop in scenario.stops.items():
        here = [group for group in scenario.officers.values() if name in group.stop]
        if stop.lanes_per_officer is not None and not here:
            yield ("stops", name, "lanes_per_officer"), "no officer works at this stop"
    for name, step in scenario.workflow.steps.items():
        able_to = []
        there = True
        for place, task in tasks_of(step):
            path = ("workflow", "steps", name, *place, "do")
            if unattended(scenario, task):
                if task.equipment:
                    yield (
                        ("workflow", "steps", name, *place, "equipment"),
                        f"{_which(scenario, task)} takes no equipment; let machines be lanes of "
                        "the stop",
                    )
                if task.agency is not None:
                    yield (
                        ("workflow", "steps", name, *place, "agency"),
                        f"{_which(scenario, task)} needs no officer, of this agency or another",
                    )
                continue
            for name_of in task.do:
                if scenario.activities[name_of].not_before is not None:
                    yield path, f"an officer would wait with the vehicle until {name_of!r} can end"
            able = able_groups(scenario, step, task)
            able_to.append(able)
            if not able:
                there = False
                yield path, _nobody(scenario, step, task)
            elif not any(_on_duty(scenario, scenario.officers[key]) for key in able):
                there = False
                yield (
                    path,
                    "no officer who can do this is ever on duty within the horizon"
                    + (" and the opening hours " if opening_of(scenario, step.stop) else " ")
                    + f"({', '.join(able)} at stop {step.stop!r})",
                )
        together = step.order == "parallel" or step.when_done == "stay"
        if together and there and all(task.when is None for task in step.tasks):
            short = _short(scenario, able_to)
            if short:
                yield (
                    ("workflow", "steps", name, "crew"),
                    f"the crew needs {len(short)} officers at once for tasks that only "
                    f"{' or '.join(sorted({key for able in short for key in able}))} can do, "
                    "and there are never so many",
                )


def _which(scenario: Scenario, task: Task) -> str:
    """Return what a task without an officer is."""
    held = any(scenario.activities[name].hold for name in task.do)
    return "a hold" if held else "self-service"


def holds(scenario: Scenario) -> Iterator[Finding]:
    """Find steps that hold a vehicle and do other work too: their times couldn't be told apart."""
    for name, step in scenario.workflow.steps.items():
        tasks = list(tasks_of(step))
        work = [activity for _, task in tasks for activity in task.do]
        holding = [activity for activity in work if scenario.activities[activity].hold]
        if holding and len(holding) < len(work):
            yield (
                ("workflow", "steps", name, *tasks[0][0], "do"),
                f"{holding[0]!r} holds the vehicle while nobody of the border works; give it a "
                "step of its own",
            )


def _nobody(scenario: Scenario, step: Step, task: Task) -> str:
    skills = {s for name in task.do if (s := scenario.activities[name].skill) is not None}
    here = {key: group for key, group in scenario.officers.items() if step.stop in group.stop}
    has = "; ".join(f"{key} has {', '.join(group.skills)}" for key, group in here.items())
    owned = [
        f"{kind} is for {scenario.equipment[kind].owner} alone"
        for kind in task.equipment
        if scenario.equipment[kind].sharing == "exclusive"
    ]
    return (
        f"no officer at stop {step.stop!r} can do this: one officer "
        + (f"of {task.agency} " if task.agency else "")
        + f"needs {', '.join(sorted(skills))}, and {has or 'nobody works there'}"
        + "".join(f"; {text}" for text in owned)
    )


def _short(scenario: Scenario, able_to: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return tasks of a crew for which there are too few officers (Hall's theorem)."""
    for size in range(1, len(able_to) + 1):
        for tasks in combinations(able_to, size):
            groups = {key for able in tasks for key in able}
            if sum(_officers(scenario, scenario.officers[key]) for key in groups) < size:
                return list(tasks)
    return []


def _officers(scenario: Scenario, group: OfficerGroup) -> int:
    """Return how many officers a group has at once at the most; a table may name any number."""
    if group.roster is not None:
        return MAX_PLACES
    changes = []
    for shift in group.shifts:
        for start, end in windows_of(scenario, shift, before=group.shift_offset):
            changes += [(start, 1, shift.count), (end, 0, -shift.count)]  # goings first
    present = most = 0
    for _, _, change in sorted(changes):
        present += change
        most = max(most, present)
    return most + sum(rotation.count for rotation in group.rotations)


def _on_duty(scenario: Scenario, group: OfficerGroup) -> bool:
    """Return whether any officer of a group is ever there; tables are looked at later."""
    if group.absence == 1:
        return False
    if group.roster is not None:
        return True
    if any(set(rotation.cycle) != {"off"} for rotation in group.rotations):
        return True
    offset = group.shift_offset
    openings = [opening_of(scenario, stop) for stop in group.stop]
    hours = [span for own in openings for span in _open(scenario, own)]
    return any(
        shift.count and start + offset < end and stop + offset > begin
        for shift in group.shifts
        for start, stop in windows_of(scenario, shift, before=offset)
        for begin, end in hours
    )


def equipment(scenario: Scenario) -> Iterator[Finding]:
    """Find crews that need more equipment than there is, and moves to stops without a place."""
    for name, step in scenario.workflow.steps.items():
        together = step.order == "parallel" or step.when_done == "stay"
        needed: dict[str, int] = {}
        for _, task in tasks_of(step):
            if task.when is not None:  # perhaps never together with the others
                together = False
        for _, task in tasks_of(step):
            for kind in dict.fromkeys(task.equipment):
                others = needed.get(kind, 0)
                own = task.equipment.count(kind)
                needed[kind] = others + own if together else max(others, own)
        for kind, number in needed.items():
            if number > scenario.equipment[kind].count:
                yield (
                    ("workflow", "steps", name),
                    f"needs {number} of {kind!r} at once; there are "
                    f"{scenario.equipment[kind].count}",
                )
    for number, move in enumerate(scenario.moves):
        stop = scenario.stops.get(move.to)
        if stop is None or stop.waiting_area is None:
            continue
        if scenario.areas[stop.waiting_area].places == 0 and not _takes_no_time(move.time):
            yield (
                ("moves", number, "time"),
                f"a move to {move.to!r} takes time, but its waiting area has no place to hold "
                "for a vehicle on its way; give it at least one",
            )


def _takes_no_time(time: object) -> bool:
    return isinstance(time, Deterministic) and time.value == 0


def check_rosters(scenario: Scenario, rosters: Mapping[str, Sequence[RosterRow]]) -> list[Finding]:
    """Return the groups whose table has no shift within the horizon."""
    horizon = scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    findings: list[Finding] = []
    for name, rows in rosters.items():
        group = scenario.officers[name]
        offset = group.shift_offset
        spans: list[tuple[float, float]] = []
        for row in rows:
            if row.window is not None:
                spans += windows_of(scenario, row.window, before=offset)
            elif row.dates is not None:
                spans.append((calendar.elapsed(row.dates[0]), calendar.elapsed(row.dates[1])))
        there = any(a + offset < horizon.duration and b + offset > 0 for a, b in spans)
        if not there and not group.shifts and not group.rotations:
            assert group.roster is not None
            findings.append(
                (
                    ("officers", name, "roster", "file"),
                    f"{group.roster.file}: no shift lies within the horizon, which begins on "
                    f"{horizon.start:%Y-%m-%d %H:%M} and lasts {format_duration(horizon.duration)}"
                    + _when(rows),
                )
            )
    return [*findings, *_in_two_groups(scenario, rosters)]


def _in_two_groups(
    scenario: Scenario, rosters: Mapping[str, Sequence[RosterRow]]
) -> Iterator[Finding]:
    """Find groups that take the same person from one table for the same time."""
    readers: dict[tuple[str, str | None], list[str]] = {}
    for name in rosters:
        roster = scenario.officers[name].roster
        assert roster is not None
        readers.setdefault((roster.file, roster.sheet), []).append(name)
    for (file, _), groups in readers.items():
        for k, group in enumerate(groups):
            for other in groups[:k]:
                both = Notes(file)
                tell_double_bookings([*rosters[other], *rosters[group]], both)
                if both.faults:
                    more = f", and {len(both.faults) - 1} more" if len(both.faults) > 1 else ""
                    yield (
                        ("officers", group, "roster", "file"),
                        f"{both.faults[0]}{more}: {other} reads the same persons; choose the rows "
                        "of each group with 'where'",
                    )


def _when(rows: Sequence[RosterRow]) -> str:
    """Return between which days the shifts of a roster lie; nothing: they have no dates."""
    dated = [row.dates for row in rows if row.dates is not None]
    if not dated:
        return ""
    first, last = min(dates[0] for dates in dated), max(dates[1] for dates in dated)
    return f"; its shifts lie from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"


def missing_ways(stops: Sequence[str], travel: Mapping[tuple[str, str], float]) -> list[str]:
    """Return a message for what a table of travel times lacks; at most three pairs are named.

    If it has places that are no stops, they are named too: they may be what is meant.
    """
    lacking = [(a, b) for a in stops for b in stops if a != b and (a, b) not in travel]
    if not lacking:
        return []
    named = ", ".join(f"{a} to {b}" for a, b in lacking[:3])
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    others = sorted({place for pair in travel for place in pair if place and place not in stops})
    foreign = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    hint = f"; it has times of {foreign}, where no officer of these works" if others else ""
    return [f"no time from {named}{more}{hint}"]
