"""What is random and belongs to no traveller: absence of officers, failures of equipment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bcpsim.errors import RunError
from bcpsim.plan.laws import Law
from bcpsim.plan.model import EquipmentPlan, OfficerPlan, Plan, ShiftPlan, Windows
from bcpsim.plan.windows import joined
from bcpsim.sampling.laws import quantile
from bcpsim.sampling.streams import uniforms

MAX_FAILURES = 100_000
"""Most failures of one piece of equipment in a run."""


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
    """

    duty: tuple[Windows, ...]
    available: tuple[Windows, ...]
    down: tuple[tuple[Windows, ...], ...]


def circumstances_of_each(
    plan: Plan, seed: int, replications: Sequence[int]
) -> tuple[Circumstances, ...]:
    """Draw the circumstances of some replications: where nothing is random, the same record.

    Parameters and errors are those of `circumstances`.
    """
    random = any(group.absence for group in plan.groups) or any(
        kind.uptime is not None for kind in plan.equipment
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
        If equipment fails more often than `MAX_FAILURES`.
    """
    duty, available = [], []
    for officer in plan.officers:
        present = _present(plan, officer, seed, replication)
        duty.append(joined([(shift.start, shift.end) for shift in present]))
        available.append(joined([window for shift in present for window in shift.available]))
    down = tuple(
        tuple(_down(plan, kind, k, seed, replication) for k in range(kind.count))
        for kind in plan.equipment
    )
    return Circumstances(tuple(duty), tuple(available), down)


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
    """Return when a piece of equipment is out of use."""
    down = list(kind.maintenance)
    if kind.uptime is not None and kind.repair is not None:
        now = 0.0
        for number in range(MAX_FAILURES + 1):
            if number == MAX_FAILURES:
                raise RunError(f"{kind.name} fails more than {MAX_FAILURES} times in a run")
            name = f"failure/{kind.name}/{piece + 1}/{number + 1}"
            u, v = uniforms(seed, replication, name, 2).tolist()
            failed = now + _value(kind.uptime, u)
            if failed >= plan.end:
                break
            begun = _next_inside(kind.repaired, failed)
            now = min(begun + _value(kind.repair, v), plan.end)
            down.append((failed, now))
            if now >= plan.end:
                break
    return joined(down)


def _value(law: Law, u: float) -> float:
    return float(quantile(law, np.array([u]))[0])


def _next_inside(windows: Windows | None, time: float) -> float:
    """Return the first moment from a time on that lies in one of the windows."""
    if windows is None:
        return time
    place = bisect_right(windows, (time, float("inf"))) - 1
    if place >= 0 and time < windows[place][1]:
        return time
    return windows[place + 1][0] if place + 1 < len(windows) else float("inf")
