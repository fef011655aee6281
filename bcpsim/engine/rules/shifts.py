"""Changes by timetable: who is on duty, which lanes are open, which equipment works."""

from __future__ import annotations

from bcpsim.engine.calendar import look_at
from bcpsim.engine.moves import be_gone, come_to
from bcpsim.engine.records import Officer, World
from bcpsim.engine.rules.handover import hand_over
from bcpsim.engine.rules.lanes import staff_lanes
from bcpsim.engine.table import rule
from bcpsim.sampling.ticks import NEVER

(
    OFFICER_GOES,
    LANE_CLOSES,
    EQUIPMENT_GOES,
    OFFICER_COMES,
    LANE_OPENS,
    EQUIPMENT_COMES,
) = range(6)
"""What changes by timetable; at one time, goings come first."""


@rule
def change(w: World, first: int) -> None:
    """Apply all changes by timetable that are due now; the number is that of the first."""
    k = first
    while k < len(w.change_what) and w.changes_at[k] == w.changes_at[first]:
        apply(w, w.change_what[k], w.change_whom[k])
        k += 1
    for group in w.groups:
        if group.hands_over:
            hand_over(w, group)
    for stop in w.stops:
        staff_lanes(w, stop)
        look_at(w, stop)


@rule
def apply(w: World, what: int, whom: int) -> None:
    """Apply one change."""
    if what == OFFICER_COMES:
        come_on_duty(w.officers[whom])
    elif what == OFFICER_GOES:
        go_off_duty(w.officers[whom])
    elif what == LANE_OPENS:
        w.lanes[whom].opened = True
    elif what == LANE_CLOSES:
        w.lanes[whom].opened = False
    elif what == EQUIPMENT_COMES:
        w.equipment[whom].free += 1
    else:
        w.equipment[whom].free -= 1


@rule
def come_on_duty(officer: Officer) -> None:
    """Put an officer on duty; one of a pool starts at the base, if not still at work."""
    group = officer.group
    officer.present = True
    group.on_duty += 1
    if officer.working or officer.walking:
        return
    if group.pool:
        officer.since = NEVER
        officer.post = group.posts[0]
    come_to(officer, officer.post)


@rule
def go_off_duty(officer: Officer) -> None:
    """Take an officer off duty; what is in hand is finished, or handed over."""
    be_gone(officer)
    officer.present = False
    officer.group.on_duty -= 1
