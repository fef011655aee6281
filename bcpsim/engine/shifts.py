"""Changes by timetable: shifts, opening hours, equipment out of use; and handover."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bcpsim.engine import crews, queues
from bcpsim.engine.order import CHANGE
from bcpsim.engine.state import Group, Hold, Timer, bits
from bcpsim.plan.model import Plan
from bcpsim.sampling import Circumstances

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


class _Change(NamedTuple):
    """An officer, a lane or a piece of equipment that comes or goes."""

    comes: bool
    what: int
    owner: int  # the group of an officer, the stop of a lane, the kind of equipment
    bit: int


_OFFICER, _LANE, _EQUIPMENT = range(3)


def schedule_changes(border: Border, plan: Plan, circumstances: Circumstances) -> None:
    """Apply what holds at the start, and schedule all later changes."""
    for k, (minute, change) in enumerate(_changes(plan, circumstances)):
        if minute <= 0:
            apply(border, change)
        else:
            border.schedule(Timer(k, 0, minute, [partial(_change, border, change)]), CHANGE, minute)


def apply(border: Border, changes: list[_Change]) -> None:
    """Apply the changes of one time."""
    now = border.env.now
    for comes, what, owner, bit in changes:
        if what == _LANE:
            stop = border.stops[owner]
            stop.opened = stop.opened | bit if comes else stop.opened & ~bit
        elif what == _EQUIPMENT:
            border.equipment[owner] += 1 if comes else -1
        else:
            group = border.groups[owner]
            group.present = group.present | bit if comes else group.present & ~bit
            group.on_duty = group.present.bit_count()
            officer = bit.bit_length() - 1
            if comes and group.pool and not (group.working | group.walking) & bit:
                for stop_number in group.at:
                    group.at[stop_number] &= ~bit
                group.place[officer] = group.plan.stops[0]
                group.at[group.plan.stops[0]] |= bit
                group.since[officer] = -math.inf
    for group in border.groups:
        if group.hand_over:
            _hand_over(border, group, now)
    for stop in border.stops:
        queues.staff_lanes(border, stop, now)


def _hand_over(border: Border, group: Group, now: float) -> None:
    """Hand what is in the hands of officers off duty to idle ones of their group."""
    for k in bits(group.working & ~group.present):
        officer = 1 << k
        held = group.hands[officer]
        timer = held.timer if isinstance(held, Hold) else held
        relief = group.idle(border.steps[timer.target].stop.number)
        relief &= -relief
        if not relief:
            continue
        i = timer.number
        task = held.task if isinstance(held, Hold) else held.in_hand
        assert task is not None
        if isinstance(held, Hold) and not held.begun <= now < held.when:
            continue  # not at work just now: nothing to hand over
        border.handovers.append((task.number, i, group.first + k))
        border.handed_over.append(now)
        border.delayed = True
        task.officer[i] = group.first + relief.bit_length() - 1
        group.working ^= officer | relief
        group.hands[relief] = group.hands.pop(officer)
        held.officer = relief
        delay = group.plan.handover_time
        if isinstance(held, Hold):
            _delay(border, timer, held, delay)
        else:
            timer.when += delay


def _delay(border: Border, timer: Timer, held: Hold, delay: float) -> None:
    """Make a task of a crew longer, and those later that come after it in a sequence."""
    i = timer.number
    stage = border.steps[timer.target].stages[i][timer.stage]
    before = timer.when
    if stage.in_sequence:
        for hold in timer.holds:
            if hold is not held and hold.begun >= held.when:
                hold.begun += delay
                hold.when += delay
                hold.task.started[i] = hold.begun
    held.when += delay
    timer.when = max(hold.when for hold in timer.holds)
    if not stage.stay and timer.when > before:
        for hold in timer.holds:
            if hold.when == before:  # was the last to end, and is no more
                crews.schedule_release(border, hold)


def _change(border: Border, changes: list[_Change], _: Timer) -> None:
    """Change who is on duty, which lanes are open and which equipment works."""
    apply(border, changes)
    border.put_off(sum(stop.bit for stop in border.stops))


def _changes(plan: Plan, circumstances: Circumstances) -> list[tuple[float, list[_Change]]]:
    """Return all changes by time; at one time, goings come first."""
    at: dict[float, list[_Change]] = {}

    def there(windows: Iterable[tuple[float, float]], what: int, owner: int, bit: int) -> None:
        for start, end in windows:
            at.setdefault(start, []).append(_Change(True, what, owner, bit))
            at.setdefault(end, []).append(_Change(False, what, owner, bit))

    for officer, record in enumerate(plan.officers):
        bit = 1 << (officer - plan.groups[record.group].officers[0])
        there(circumstances.available[officer], _OFFICER, record.group, bit)
    for number, stop in enumerate(plan.stops):
        for k, lane in enumerate(stop.lanes):
            there(plan.lanes[lane].windows, _LANE, number, 1 << k)
    for kind, pieces in enumerate(circumstances.down):
        for piece, windows in enumerate(pieces):
            for start, end in windows:
                at.setdefault(start, []).append(_Change(False, _EQUIPMENT, kind, 1 << piece))
                at.setdefault(end, []).append(_Change(True, _EQUIPMENT, kind, 1 << piece))
    return [(time, sorted(at[time], key=lambda change: change.comes)) for time in sorted(at)]
