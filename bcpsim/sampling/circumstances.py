"""What belongs to no traveller: who is there, what works, and what goes wrong meanwhile."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import RunError
from bcpsim.plan.laws import Law
from bcpsim.plan.model import Plan
from bcpsim.plan.records.disturbances import DisturbancePlan
from bcpsim.plan.records.equipment import EquipmentPlan
from bcpsim.plan.records.officers import OfficerPlan, ShiftPlan
from bcpsim.plan.windows import Windows, joined, within, without
from bcpsim.sampling.laws import quantile
from bcpsim.sampling.streams import uniforms
from bcpsim.sampling.ticks import Ints

MAX_FAILURES = 100_000
"""Most failures of one piece of equipment, or disturbances of a kind, in a run."""

_TINY = 1e-9
"""So that a half that isn't quite one by its digits is rounded up."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who is there and what works in one replication.

    Attributes
    ----------
    duty
        For each officer the stretches on duty, joined where they touch.
    available
        Likewise, when vehicles are taken: duty without briefings and breaks.
    down
        For each kind of equipment and each piece of it, when it is out of use.
    lanes
        For each lane, when it is open.
    disturbed
        For each of the plan's disturbances, when it lasts.
    """

    duty: tuple[Windows, ...]
    available: tuple[Windows, ...]
    down: tuple[tuple[Windows, ...], ...]
    lanes: tuple[Windows, ...]
    disturbed: tuple[Windows, ...] = ()


def circumstances_of_each(
    plan: Plan, seed: int, replications: Sequence[int]
) -> tuple[Circumstances, ...]:
    """Draw the circumstances of some replications: where nothing is random, the same record.

    Parameters and errors are those of `circumstances`.
    """
    random = (
        any(group.absence for group in plan.groups)
        or any(kind.uptime is not None for kind in plan.equipment)
        or any(disturbance.every is not None for disturbance in plan.disturbances)
    )
    if not random:
        return (circumstances(plan, seed, 0),) * len(replications)
    return tuple(circumstances(plan, seed, replication) for replication in replications)


def circumstances(plan: Plan, seed: int, replication: int) -> Circumstances:
    """Draw the circumstances of one replication.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replication
        Name the random streams; both at least 0.

    Raises
    ------
    RunError
        If equipment fails, or a disturbance comes, more often than `MAX_FAILURES`.
    """
    duty, available = [], []
    for person in plan.officers:
        present = _present(plan, person, seed, replication)
        duty.append(joined([(shift.start, shift.end) for shift in present]))
        available.append(joined([window for shift in present for window in shift.available]))
    down = [
        [_down(plan, kind, k, seed, replication) for k in range(kind.count)]
        for kind in plan.equipment
    ]
    disturbed = tuple(_lasting(plan, one, seed, replication) for one in plan.disturbances)
    known = [one.trigger is None for one in plan.disturbances]
    usual = Circumstances(
        tuple(duty),
        tuple(available),
        tuple(map(tuple, down)),
        _opened(plan, disturbed, known),
        disturbed,
    )
    return _disturbed(plan, usual, known)


def as_lived(plan: Plan, there: Circumstances, spells: Mapping[int, Windows]) -> Circumstances:
    """Return the circumstances of a replication with what only its run has shown.

    Parameters
    ----------
    plan, there
        The replication, and its circumstances as far as they were known beforehand.
    spells
        When each disturbance lasted that a trigger set off.
    """
    disturbed = tuple(
        windows if one.trigger is None else spells.get(number, ())
        for number, (one, windows) in enumerate(
            zip(plan.disturbances, there.disturbed, strict=True)
        )
    )
    lanes = _opened(plan, disturbed, [True] * len(disturbed))
    lived = replace(there, disturbed=disturbed, lanes=lanes)
    lived = _disturbed(plan, lived, [one.trigger is not None for one in plan.disturbances])
    duty, available = list(lived.duty), list(lived.available)
    for group in plan.called:
        for place, officer in enumerate(plan.groups[group].officers):
            called = [
                window
                for one, windows in zip(plan.disturbances, disturbed, strict=True)
                for window in windows
                if any(g == group and place < number for g, number in one.reserve)
            ]
            duty[officer] = within(duty[officer], joined(called))
            available[officer] = within(available[officer], joined(called))
    return replace(lived, duty=tuple(duty), available=tuple(available))


def _opened(
    plan: Plan, disturbed: Sequence[Windows], counts: Sequence[bool]
) -> tuple[Windows, ...]:
    """Return when each lane is open, by its hours and by what some disturbances open and close.

    Of several that say how many lanes are open at a stop the first listed counts; a lane that any
    of them closes is closed.
    """
    lanes = [lane.windows for lane in plan.lanes]
    lasting = [
        (one, windows)
        for one, windows, own in zip(plan.disturbances, disturbed, counts, strict=True)
        if own
    ]
    opened: dict[int, Windows] = {}
    for disturbance, windows in lasting:
        for stop, number in disturbance.lanes:
            free = without(windows, opened.get(stop, ()))
            opened[stop] = joined([*opened.get(stop, ()), *windows])
            for place, lane in enumerate(plan.stops[stop].lanes):
                rest = without(lanes[lane], free)
                lanes[lane] = joined([*rest, *free]) if place < number else rest
    for disturbance, windows in lasting:
        for number in disturbance.closed:
            for lane in plan.stops[number].lanes:
                lanes[lane] = without(lanes[lane], windows)
    return tuple(lanes)


def _disturbed(plan: Plan, there: Circumstances, counts: Sequence[bool]) -> Circumstances:
    """Return circumstances with what some disturbances keep away, or put out of use."""
    duty, available = list(there.duty), list(there.available)
    down = [list(pieces) for pieces in there.down]
    for disturbance, windows, own in zip(plan.disturbances, there.disturbed, counts, strict=True):
        if not own:
            continue
        for group, share in disturbance.on_duty:
            for officer in away(plan, group, share, windows):
                duty[officer] = without(duty[officer], windows)
                available[officer] = without(available[officer], windows)
        for kind, pieces in disturbance.out:
            for piece in range(min(pieces, len(down[kind]))):
                down[kind][piece] = joined([*down[kind][piece], *windows])
    return replace(
        there,
        duty=tuple(duty),
        available=tuple(available),
        down=tuple(map(tuple, down)),
    )


def lasts_at(plan: Plan, number: int, stretches: Ints, times: Ints) -> NDArray[np.bool_]:
    """Return whether a disturbance lasts at some times.

    What is known beforehand begins and ends before all else of a moment; what a trigger sets off,
    after it.

    Parameters
    ----------
    plan, number
        A compiled scenario, and which of its disturbances.
    stretches
        When it lasts: starts and ends in whole microseconds, shape (stretches, 2).
    times
        Of any shape.
    """
    known = plan.disturbances[number].trigger is None
    side: Literal["left", "right"] = "right" if known else "left"
    edges = stretches[stretches[:, 1] > stretches[:, 0]].ravel()
    found: NDArray[np.bool_] = np.searchsorted(edges, times, side) % 2 == 1
    return found


def _lasting(plan: Plan, disturbance: DisturbancePlan, seed: int, replication: int) -> Windows:
    """Return the stretches of time in which a disturbance lasts, those at random included."""
    if disturbance.always:
        return ((0.0, plan.end),)
    if disturbance.every is None or disturbance.lasts is None:
        return disturbance.windows
    drawn = _at_random(
        plan,
        disturbance.every,
        disturbance.lasts,
        f"{disturbance.name} comes",
        f"disturbance/{disturbance.name}",
        seed,
        replication,
    )
    lasting = [(start, end) for start, end in drawn if start < end]
    return joined([*disturbance.windows, *lasting])


def away(
    plan: Plan, group: int, share: float, windows: Windows = ((-math.inf, math.inf),)
) -> Iterator[int]:
    """Yield the officers whom a disturbance keeps away, evenly spread.

    The share of them who are there is rounded to the nearest number, a half up. They are taken in
    the order of their shifts, so that of each shift about the share is there.
    """
    concerned = []
    for officer in plan.groups[group].officers:
        shifts = [(shift.start, shift.end) for shift in plan.officers[officer].shifts]
        on_duty = joined(shifts)
        if without(on_duty, windows) != on_duty:
            concerned.append((shifts[0], officer))
    number = len(concerned)
    there = nearest(number * share)
    for place, (_, officer) in enumerate(sorted(concerned)):
        if (place + 1) * there // number == place * there // number:
            yield officer


def nearest(number: float) -> int:
    """Return the nearest whole number, a half rounded up."""
    return math.floor(number + 0.5 + _TINY)


def _present(
    plan: Plan, officer: OfficerPlan, seed: int, replication: int
) -> tuple[ShiftPlan, ...]:
    """Return the shifts for which the officer comes."""
    absence = plan.groups[officer.group].absence
    if absence == 0 or not officer.shifts:
        return officer.shifts
    drawn = uniforms(seed, replication, f"absence/{officer.name}", len(officer.shifts))
    return tuple(s for s, u in zip(officer.shifts, drawn.tolist(), strict=True) if u >= absence)


def _down(plan: Plan, kind: EquipmentPlan, piece: int, seed: int, replication: int) -> Windows:
    """Return the stretches of time in which a piece of equipment is out of use."""
    if kind.uptime is None or kind.repair is None:
        return joined(kind.maintenance)
    failed = _at_random(
        plan,
        kind.uptime,
        kind.repair,
        f"{kind.name} fails",
        f"failure/{kind.name}/{piece + 1}",
        seed,
        replication,
        kind.repaired,
    )
    return joined([*kind.maintenance, *failed])


def _at_random(
    plan: Plan,
    every: Law,
    lasts: Law,
    what: str,
    stream: str,
    seed: int,
    replication: int,
    ends_from: Windows | None = None,
) -> Iterator[tuple[float, float]]:
    """Yield when something happens that comes again some time after it was over.

    Parameters
    ----------
    every, lasts
        From the end of one to the next, and how long it lasts once its end can come.
    what, stream
        What is said where it comes too often; the name of its random numbers.
    ends_from
        When what ends it can begin, such as a repair; None: at any time.
    """
    now = 0.0
    for number in range(MAX_FAILURES):
        u, v = uniforms(seed, replication, f"{stream}/{number + 1}", 2).tolist()
        start = now + _value(every, u)
        if start >= plan.end:
            return
        now = min(_next_inside(ends_from, start) + _value(lasts, v), plan.end)
        yield start, now
        if now >= plan.end:
            return
    raise RunError(f"{what} more than {MAX_FAILURES} times in a run")


def _value(law: Law, u: float) -> float:
    return float(quantile(law, np.array([u]))[0])


def _next_inside(windows: Windows | None, time: float) -> float:
    """Return the first moment, from a time on, that lies in one of the windows."""
    if windows is None:
        return time
    place = bisect_right(windows, (time, float("inf"))) - 1
    if place >= 0 and time < windows[place][1]:
        return time
    return windows[place + 1][0] if place + 1 < len(windows) else float("inf")
