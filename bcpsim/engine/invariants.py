"""What must hold after every run, whatever the scenario."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine.log import EventLog
from bcpsim.errors import InvariantError
from bcpsim.plan.model import Outcome, Plan, Windows
from bcpsim.sampling.travellers import Travellers

Floats = NDArray[np.float64]

_ROUNDING = 1e-6
"""Minutes; far above the rounding on the common axis, far below any service."""


def check_invariants(plan: Plan, travellers: Travellers, log: EventLog, where: str) -> None:
    """Check a run's event log against the rules of the model.

    Nobody is lost; nothing ends before it starts; no officer and no lane serves two
    vehicles at once; no service starts when its officer is off duty or its lane is
    closed; equipment is used within its number.

    Parameters
    ----------
    plan, travellers, log
        A run and what it was made from.
    where
        Seed and replication, for the message.

    Raises
    ------
    InvariantError
        If a rule is broken: an error of the engine, never of the scenario.
    """
    served = log.officer >= 0
    started = log.started[served]
    ended = np.nan_to_num(log.ended[served], nan=plan.end)
    gone = log.outcome != Outcome.INSIDE

    def broken(rule: str) -> InvariantError:
        return InvariantError(f"{where}: broken invariant: {rule}; please report this")

    if (np.isnan(log.departure) == gone).any():
        raise broken("every traveller leaves once or is inside at the end")
    queued = ~np.isnan(log.queued)
    unfinished = np.isnan(log.ended)
    if (gone & (queued & unfinished).any(axis=0)).any():
        raise broken("no traveller leaves in the middle of a visit")
    if (served & ~queued).any() or (started < log.queued[served]).any():
        raise broken("no service starts before its traveller has queued")
    if (ended < started).any():
        raise broken("no service ends before it starts")
    if (log.queued < travellers.arrival).any() or (log.departure < travellers.arrival).any():
        raise broken("nothing happens to a traveller before the arrival")

    # All times of one owner on a stretch of one axis, so that one sort serves all owners.
    span = 2 * plan.end + 1
    for what, owner, records in (
        ("officer", log.officer[served], plan.officers),
        ("lane", log.lane[served], plan.lanes),
    ):
        begun = np.sort(owner * span + started)
        over = np.sort(owner * span + ended)
        if (begun[1:] < over[:-1] - _ROUNDING).any():
            raise broken(f"no {what} serves two vehicles at once")
        if not _all_inside(begun, [record.windows for record in records], span):
            raise broken(f"no service starts when its {what} is off duty or closed")
    for kind, record in enumerate(plan.equipment):
        steps = [k for k, step in enumerate(plan.steps) if kind in step.equipment]
        uses = served[steps]
        start, end = log.started[steps][uses], log.ended[steps][uses]
        if _most_at_once(start, np.nan_to_num(end, nan=plan.end)) > record.count:
            raise broken(f"{record.name} is used within its number")


def _all_inside(begun: Floats, windows: list[Windows], span: float) -> bool:
    """Return whether each time on the common axis lies in a window of its owner."""
    starts = [k * span + start for k, own in enumerate(windows) for start, _ in own]
    ends = [k * span + stop for k, own in enumerate(windows) for _, stop in own]
    if not starts:
        return len(begun) == 0
    index = np.searchsorted(np.array(starts) - _ROUNDING, begun, side="right") - 1
    return bool((index >= 0).all() and (begun <= np.array(ends)[index] + _ROUNDING).all())


def _most_at_once(started: Floats, ended: Floats) -> int:
    """Return the largest number of half-open stretches [started, ended) at one time."""
    times = np.concatenate([ended, started])
    change = np.repeat([-1, 1], len(started))
    order = np.argsort(times, kind="stable")  # ends before starts
    return int(np.cumsum(change[order]).max(initial=0))
