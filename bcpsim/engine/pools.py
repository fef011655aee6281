"""Officers of pools: where they go, and when."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bcpsim.engine.order import CHANGE
from bcpsim.engine.state import Group, Stop, Timer, bits
from bcpsim.plan.model import PoolRule

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def call(border: Border, group: Group, now: float) -> None:
    """Let the idle officers of a pool choose a stop."""
    for officer in bits(group.present & ~group.working & ~group.walking):
        bit = 1 << officer
        here = group.place[officer]
        if not _waiting_elsewhere(border, group, here):
            continue
        free_at = group.since[officer] + group.plan.pool_stay
        if free_at > now:
            # The question comes up when the stay is over, if somebody waits by then.
            border.later(free_at, border.stops[here])
            continue
        stop = _choose(border, group, bit, here, now)
        if stop == here:
            continue
        group.at[here] ^= bit
        group.place[officer] = stop
        walk = group.plan.pool_walk
        group.since[officer] = now + walk
        if walk > 0:
            group.walking |= bit
            event = Timer(group.number, stop, now + walk, [partial(_come, border)])
            event.officer = bit
            border.schedule(event, CHANGE, walk)
        else:
            group.at[stop] |= bit
            border.dirty |= 1 << stop


def _waiting_elsewhere(border: Border, group: Group, here: int) -> bool:
    """Return whether anybody waits at another stop of a pool."""
    stops = (border.stops[number] for number in group.plan.stops if number != here)
    return any(stop.waiting or stop.inner for stop in stops)


def _come(border: Border, timer: Timer) -> None:
    """Come to a stop as an officer of a pool."""
    group = border.groups[timer.number]
    group.walking ^= timer.officer
    group.at[timer.target] |= timer.officer
    border.put_off((border.stops[timer.target],))


def _choose(border: Border, group: Group, bit: int, here: int, now: float) -> int:
    """Return the stop where an officer of a pool goes: by the pool's rule."""
    wanted = []
    for number in group.plan.stops:
        stop = border.stops[number]
        could = stop.inner or (stop.waiting and stop.joinable & ~stop.occupied)
        if could and _is_needed(border, group, bit, stop, now):
            wanted.append(stop)
    if not wanted:
        return here
    rule = group.plan.pool_rule
    if rule is PoolRule.LONGEST_QUEUE:
        best = max(stop.waiting + len(stop.inner) for stop in wanted)
        wanted = [stop for stop in wanted if stop.waiting + len(stop.inner) == best]
    elif rule is PoolRule.LONGEST_WAIT:
        first = min(border.first_queued(stop) for stop in wanted)
        wanted = [stop for stop in wanted if border.first_queued(stop) == first]
    else:
        wanted = wanted[:1]
    numbers = [stop.number for stop in wanted]
    return here if here in numbers else numbers[0]


def _is_needed(border: Border, group: Group, bit: int, stop: Stop, now: float) -> bool:
    """Return whether an officer of a pool is needed for something to begin at a stop.

    Those on their way there count as there. Officers of other pools who could come
    count as help, and in place of this one if their pool is asked after this one.
    """
    number = stop.number
    others = [pool for pool in stop.pools if pool is not group]
    there = [(pool, pool.at[number]) for pool in stop.pools]
    if group.walking or others:
        for pool, mask in there:
            walking = (k for k in bits(pool.walking) if pool.place[k] == number)
            pool.at[number] = mask | sum(1 << k for k in walking)
    helped = [(pool, pool.at[number] | _could_come(border, pool, stop, now)) for pool in others]
    alone = [(pool, pool.at[number]) for pool in others if pool.number < group.number]
    mine = group.at[number] & ~bit
    for pool, mask in helped:
        pool.at[number] = mask
    group.at[number] = mine | bit
    needed = border.startable(stop)
    if needed:
        for pool, mask in alone:
            pool.at[number] = mask
        group.at[number] = mine
        needed = not border.startable(stop)
    for pool, mask in there:
        pool.at[number] = mask
    return needed


def _could_come(border: Border, pool: Group, stop: Stop, now: float) -> int:
    """Return the idle officers of a pool elsewhere who are free to go to a stop."""
    idle = pool.present & ~pool.working & ~pool.walking & ~pool.at[stop.number]
    return sum(1 << k for k in bits(idle) if pool.since[k] + pool.plan.pool_stay <= now)
