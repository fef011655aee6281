"""Officers of pools: where they go, and when."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bcpsim.engine.order import CHANGE, RETURN
from bcpsim.engine.state import Group, Stop, Timer, bits
from bcpsim.plan.model import PoolRule

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def call(border: Border, group: Group, now: float) -> None:
    """Let the idle officers of a pool choose a stop."""
    wanting = 0  # stops where somebody waits and lacks no lane
    for number in group.plan.stops:
        stop = border.stops[number]
        if stop.inner or (stop.waiting and stop.joinable & ~stop.occupied):
            wanting |= stop.bit
    if not wanting:
        return
    stay = 0  # stops whose officers stay: what is right for one is right for all
    for officer in bits(group.present & ~group.working & ~group.walking):
        bit = 1 << officer
        here = group.place[officer]
        if stay >> here & 1 or wanting == 1 << here:
            continue
        free_at = group.since[officer] + group.plan.pool_stay
        if free_at > now:
            # The question comes up when the stay is over, if somebody waits by then.
            border.later(free_at, border.stops[here])
            continue
        chosen = _choose(border, group, bit, here, wanting, now)
        if chosen == here:
            stay |= 1 << here
            continue
        stay = 0
        _send(border, group, officer, chosen, now)


def _send(border: Border, group: Group, officer: int, chosen: int, now: float) -> None:
    """Send an officer of a pool to another stop."""
    bit = 1 << officer
    here = group.place[officer]
    group.at[here] ^= bit
    group.place[officer] = chosen
    stops = group.plan.stops
    walk = group.plan.travel[stops.index(here)][stops.index(chosen)]
    group.since[officer] = now + walk
    if walk > 0:
        group.walking |= bit
        event = Timer(group.number, chosen, now + walk, [partial(_come, border)])
        event.officer = bit
        border.schedule(event, CHANGE, walk)
    else:
        group.at[chosen] |= bit
        border.put_off(1 << chosen)


def _come(border: Border, timer: Timer) -> None:
    """Come to a stop as an officer of a pool."""
    group = border.groups[timer.number]
    group.walking ^= timer.officer
    group.at[timer.target] |= timer.officer
    border.put_off(border.stops[timer.target].bit)
    if group.plan.return_after is not None:
        rest(border, group, timer.officer, timer.when)


def rest(border: Border, group: Group, bit: int, now: float) -> None:
    """Note that an officer of a pool is idle from now on, and goes back to the base in time."""
    officer = bit.bit_length() - 1
    group.rested[officer] = now
    if group.place[officer] == group.plan.stops[0]:
        return
    assert group.plan.return_after is not None
    due = max(now + group.plan.return_after, group.since[officer] + group.plan.pool_stay)
    event = Timer(group.number, officer, due, [partial(_return, border)])
    event.move = now
    border.schedule(event, RETURN, due - now)


def _return(border: Border, event: Timer) -> None:
    """Go back to the base as an officer of a pool who has been idle all the time."""
    group = border.groups[event.number]
    officer = event.target
    idle = group.present & ~group.working & ~group.walking
    base = group.plan.stops[0]
    still = group.rested[officer] == event.move and group.place[officer] != base
    if idle >> officer & 1 and still:
        _send(border, group, officer, base, border.env.now)


def _choose(border: Border, group: Group, bit: int, here: int, wanting: int, now: float) -> int:
    """Return the stop where an officer of a pool goes: by the pool's rule."""
    left = {  # by stop, in the order of the pool
        number: _left(border, group, bit, border.stops[number], now)
        for number in group.plan.stops
        if wanting >> number & 1
    }
    wanted = [number for number in left if left[number]]
    if not wanted or wanted == [here]:
        return here
    rule = group.plan.pool_rule
    if rule is PoolRule.LONGEST_QUEUE:
        longest = max(left[number] for number in wanted)
        wanted = [number for number in wanted if left[number] == longest]
    elif rule is PoolRule.LONGEST_WAIT:
        since = {number: border.first_queued(border.stops[number]) for number in wanted}
        wanted = [number for number in wanted if since[number] == min(since.values())]
    else:
        wanted = wanted[:1]
    return here if here in wanted else wanted[0]


def _left(border: Border, group: Group, bit: int, stop: Stop, now: float) -> int:
    """Return how many would be left waiting at a stop without an officer of a pool.

    0, if no more could begin with the officer than without. Those on their way there count
    as there. Officers of other pools who could come count as help, and in place of this one if
    their pool is asked after this one.
    """
    number = stop.number
    standing = [(pool, pool.at[number]) for pool in stop.pools]
    for pool, mask in standing:
        walking = (k for k in bits(pool.walking) if pool.place[k] == number)
        pool.at[number] = mask | sum(1 << k for k in walking)
    helped = [
        (pool, pool.at[number] | _could_come(border, pool, stop, now))
        for pool in stop.pools
        if pool is not group
    ]
    for pool, mask in helped:
        if pool.number > group.number:
            pool.at[number] = mask
    group.at[number] &= ~bit
    without = border.starts(stop)
    for pool, mask in helped:
        pool.at[number] = mask
    group.at[number] |= bit
    needed = border.starts(stop) > without
    for pool, mask in standing:
        pool.at[number] = mask
    return stop.waiting + len(stop.inner) - without if needed else 0


def _could_come(border: Border, pool: Group, stop: Stop, now: float) -> int:
    """Return the idle officers of a pool elsewhere who are free to go to a stop."""
    idle = pool.present & ~pool.working & ~pool.walking & ~pool.at[stop.number]
    return sum(1 << k for k in bits(idle) if pool.since[k] + pool.plan.pool_stay <= now)
