"""Remedies where more officers don't help: lanes, equipment, other groups, each tried by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress, pairwise

import numpy as np

from bcpsim.files.fields import write_clock
from bcpsim.files.record import with_known
from bcpsim.plan import compile_plan
from bcpsim.plan.windows import joined, within
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.tables import RosterRow
from bcpsim.scenario.values import WEEKDAYS, Window
from bcpsim.staffing.duties import Duties, with_cover, with_rosters
from bcpsim.staffing.service import Bench, Service, when_of
from bcpsim.staffing.study import LoadedStaffing

_SHOWN = 4
"""Most times without a shift that are told."""

_MATTERS = 1.0
"""Points by which a share must rise for a change to count as help."""


def remedies(
    question: LoadedStaffing,
    loaded: LoadedScenario,
    duties: Duties,
    everybody: Service,
    seed: int,
    workers: int,
) -> str:
    """Return in words what would help at the worst hour, with everybody on duty already.

    Each thing is doubled, one at a time, and doubled again if that helps and isn't enough.

    Parameters
    ----------
    question, loaded, duties
        The file, the variant, and what its rosters may be made of.
    everybody
        Service with everybody on duty.
    seed, workers
        As for `bcpsim.run`.
    """
    misses = [
        (level.low[place] - 100 * level.target.share, number, place)
        for number, level in enumerate(everybody.levels)
        for place in np.flatnonzero(~level.kept()).tolist()
    ]
    _, number, place = min(misses)
    level = everybody.levels[number]
    before = float(level.estimate[place])
    size = question.file.replications
    bench = Bench(question, loaded, duties, 0, size, size, seed, workers)

    def share(changed: LoadedScenario) -> float:
        return float(bench.of(changed).levels[number].estimate[place])

    helps: list[tuple[float, str]] = []
    for twice, four_times in zip(
        _multiplied(loaded, duties, 2), _multiplied(loaded, duties, 4), strict=True
    ):
        words, reached = twice[0], share(twice[1])
        if before + _MATTERS <= reached < 100 * level.target.share:
            words, reached = four_times[0], share(four_times[1])
        if reached >= before + _MATTERS:
            helps.append((reached, words))
    best = sorted(helps, key=lambda remedy: -remedy[0])
    horizon = loaded.scenario.horizon
    when = when_of(level, place, Calendar(horizon.start, horizon.time_zone))
    where = f"{level.target.class_} {when} ({before:.1f} %)"
    if not best and (gaps := list(_uncovered(duties, loaded))):
        return f"For {where} nothing helps with the shifts that are allowed: {'; '.join(gaps)}"
    if not best:
        return (
            f"For {where} nothing helps by itself, neither more officers nor more lanes or "
            "equipment: the time is spent in checks and moves, or in several places at once"
        )
    told = ", ".join(f"{label} {reached:.1f} %" for reached, label in best[:4])
    of_groups = tuple(f" as many {name}" for name in duties.groups)
    more = any(label.endswith(of_groups) for _, label in best)
    only = "" if more else "no number of these officers helps; "
    return f"For {where} {only}this would, each by itself: {told}"


def _uncovered(duties: Duties, loaded: LoadedScenario) -> Iterator[str]:
    """Yield in words the times of the run at which no allowed shift of a group is worked."""
    horizon = loaded.scenario.horizon
    opens = horizon.start.hour * 60.0 + horizon.start.minute
    begins, ends = (
        (opens, opens + horizon.duration)
        if opens + horizon.duration <= duties.edges[-1]
        else (0.0, float(duties.edges[-1]))
    )
    parts = list(pairwise(duties.edges.tolist()))
    for group, name in enumerate(duties.groups):
        lacking = duties.most[group, duties.slot_of] == 0
        gaps = within(joined(compress(parts, lacking)), ((begins, ends),))
        if gaps:
            told = ", ".join(_clocks(start, end, duties.days) for start, end in gaps[:_SHOWN])
            more = " and others" if len(gaps) > _SHOWN else ""
            yield f"none of {name} covers {told}{more}"


def _clocks(start: float, end: float, days: int) -> str:
    """Return a stretch of a cycle by the clock, with weekdays where the cycle is a week."""
    (first, opens), (last, closes) = divmod(round(start), 1440), divmod(round(end), 1440)
    if closes == 0:
        last, closes = last - 1, 1440
    before, after = (f"{WEEKDAYS[day]} " if days > 1 else "" for day in (first, last))
    return f"{before}{write_clock(opens)}-{after}{write_clock(closes)}"


def _multiplied(
    loaded: LoadedScenario, duties: Duties, by: int
) -> Iterator[tuple[str, LoadedScenario]]:
    """Yield in words what there is more of, and the variant with it and everybody on duty."""
    times = "twice" if by == 2 else f"{by} times"
    for group, name in enumerate(duties.groups):
        cover = duties.most.copy()
        cover[group] *= by
        yield f"{times} as many {name}", with_cover(loaded, duties, cover)
    everybody = with_cover(loaded, duties, duties.most)
    scenario = everybody.scenario
    for name, stop in scenario.stops.items():
        lanes = tuple(with_known(lane, count=by * lane.count) for lane in stop.lanes)
        stops = {**scenario.stops, name: with_known(stop, lanes=lanes)}
        yield f"{times} the lanes at {name}", _with(everybody, stops=stops)
    plan = compile_plan(everybody)
    for number, name in enumerate(group.name for group in plan.groups):
        if name not in duties.groups:
            count = sum(officer.group == number for officer in plan.officers)
            row = RosterRow("", by * max(count, 1), _ALL_DAY, None)
            changed = with_rosters(everybody, {name: [row]}, exact=True)
            yield f"{times} as many {name}, all day", changed
    for name, kind in scenario.equipment.items():
        kinds = {**scenario.equipment, name: with_known(kind, count=by * kind.count)}
        yield f"{times} as many {name}", _with(everybody, equipment=kinds)


_ALL_DAY = Window.model_validate({"from": "00:00", "to": "24:00"})


def _with(loaded: LoadedScenario, **values: object) -> LoadedScenario:
    return loaded.with_known(with_known(loaded.scenario, **values))
