"""Changes by timetable: who is on duty, which lanes are open, what works, what signs show."""

from __future__ import annotations

from bcpsim.engine.moves import put_in, put_out, see_who_is_there
from bcpsim.engine.records import World
from bcpsim.engine.rules.effects import allow, settle
from bcpsim.engine.rules.signs import read_signs, show_signs
from bcpsim.engine.table import rule

(
    OFFICER_GOES,
    LANE_CLOSES,
    EQUIPMENT_GOES,
    OFFICER_COMES,
    LANE_OPENS,
    EQUIPMENT_COMES,
    DISTURBANCE_BEGINS,
    DISTURBANCE_ENDS,
    CROSSING_SHUTS,
    CROSSING_OPENS,
    SIGNS_READ,
    SIGNS_SHOW,
) = range(12)
"""What changes by timetable; at one time, goings come first."""


@rule
def change(w: World, first: int) -> None:
    """Apply all changes by timetable that are due now; the number is that of the first."""
    k = first
    while k < len(w.change_what) and w.changes_at[k] == w.changes_at[first]:
        apply(w, w.change_what[k], w.change_whom[k])
        k += 1
    settle(w)


@rule
def apply(w: World, what: int, whom: int) -> None:
    """Apply one change."""
    if what == OFFICER_COMES:
        w.officers[whom].on_shift = True
        see_who_is_there(w.officers[whom])
    elif what == OFFICER_GOES:
        w.officers[whom].on_shift = False
        see_who_is_there(w.officers[whom])
    elif what == LANE_OPENS:
        w.lanes[whom].by_hours = True
    elif what == LANE_CLOSES:
        w.lanes[whom].by_hours = False
    elif what == EQUIPMENT_COMES:
        put_in(w.pieces[whom])
    elif what == EQUIPMENT_GOES:
        put_out(w.pieces[whom])
    elif what == SIGNS_READ:
        read_signs(w)
    elif what == SIGNS_SHOW:
        show_signs(w)
    elif what in (CROSSING_SHUTS, CROSSING_OPENS):
        w.crossings[whom].shut = what == CROSSING_SHUTS
    else:
        allow(w, w.disturbances[whom], what == DISTURBANCE_BEGINS)
