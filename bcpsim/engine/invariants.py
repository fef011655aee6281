"""What must hold after every run, whatever the scenario."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine.log import EventLog
from bcpsim.errors import InvariantError
from bcpsim.plan.model import Outcome, Plan, Windows
from bcpsim.sampling.travellers import Travellers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    step, who = np.nonzero(served)
    started = log.started[served]
    ended = np.where(np.isnan(log.ended[served]), plan.end, log.ended[served])
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

    by_time = np.lexsort((ended, started))
    started, ended = started[by_time], ended[by_time]
    officer = log.officer[served][by_time]
    lane = log.lane[served][by_time]
    if _overlaps(officer, started, ended):
        raise broken("no officer serves two vehicles at once")
    if _overlaps(lane, started, ended):
        raise broken("no lane serves two vehicles at once")
    if not _all_inside(officer, started, [record.windows for record in plan.officers], plan.end):
        raise broken("no service starts when its officer is off duty")
    if not _all_inside(lane, started, [record.windows for record in plan.lanes], plan.end):
        raise broken("no service starts when its lane is closed")
    for kind, record in enumerate(plan.equipment):
        uses = np.array([kind in use.equipment for use in plan.steps])[step[by_time]]
        if _most_at_once(started[uses], ended[uses]) > record.count:
            raise broken(f"{record.name} is used within its number")


def _overlaps(owner: Ints, started: Floats, ended: Floats) -> bool:
    """Return whether two stretches of one owner overlap; rows are in order of start."""
    order = np.argsort(owner.astype(np.int16), kind="stable")  # a radix sort
    same = owner[order][1:] == owner[order][:-1]
    return bool((same & (started[order][1:] < ended[order][:-1])).any())


def _all_inside(owner: Ints, time: Floats, windows: list[Windows], end: float) -> bool:
    """Return whether each time lies in a window of its owner."""
    # Windows of all owners on one axis, each owner on a stretch of its own.
    span = 2 * end + 1
    starts = [k * span + start for k, own in enumerate(windows) for start, _ in own]
    ends = [k * span + stop for k, own in enumerate(windows) for _, stop in own]
    if not starts:
        return len(time) == 0
    place = owner * span + time
    # Rounding on the common axis is far below the tolerance of a millionth of a minute.
    index = np.searchsorted(np.array(starts) - 1e-6, place, side="right") - 1
    return bool((index >= 0).all() and (place <= np.array(ends)[index] + 1e-6).all())


def _most_at_once(started: Floats, ended: Floats) -> int:
    """Return the largest number of half-open stretches [started, ended) at one time."""
    times = np.concatenate([ended, started])
    change = np.repeat([-1, 1], len(started))
    order = np.argsort(times, kind="stable")  # ends before starts
    return int(np.cumsum(change[order]).max(initial=0))
