"""The border crossing point as a SimPy model: plan and travellers in, event log out.

The engine draws nothing and decides by rules that the plan names. It runs on SimPy's
environment with one event per traveller, used again for each thing that happens to
the traveller, and callbacks instead of processes (see docs/method.md for the measured
gain).

Simultaneous events are handled in a fixed order: ends of service, then changes of
shifts and opening hours, then deadlines, then arrivals at a stop, then dispatch; ends,
deadlines and arrivals among themselves by the traveller's number. A dispatch first
lets officers of pools choose a stop, then looks at stops in the order of the plan. At
a stop it goes on with vehicles in a lane that wait for their next officer, lets
vehicles into its waiting area, and starts waiting vehicles: by priority, then in the
order in which they joined, each with the first group of officers that can, its first
idle officer and the first free lane.

When fewer officers are on duty than before, vehicles in hand are finished, unless they
are handed over: an officer in overtime keeps the place (booth, terminal) until then,
and the group begins a new vehicle only while fewer of its officers are busy than are
on duty.
"""

from __future__ import annotations

import gc

from bcpsim.engine.border import Border
from bcpsim.engine.log import EventLog
from bcpsim.plan.model import Plan
from bcpsim.sampling import Circumstances, Travellers


def simulate(plan: Plan, travellers: Travellers, circumstances: Circumstances) -> EventLog:
    """Run one replication.

    Parameters
    ----------
    plan
        The compiled scenario.
    travellers
        Who arrives, with everything that is random about them.
    circumstances
        Who is on duty, and when equipment is out of use.

    Returns
    -------
    EventLog
        The same for the same arguments, to the bit.
    """
    collecting = gc.isenabled()
    gc.disable()  # it finds nothing here and would cost 5 % of the run
    try:
        border = Border(plan, travellers, circumstances)
        log = border.run()
        border.clear()
    finally:
        if collecting:
            gc.enable()
    return log
