"""One replication: plan, travellers and circumstances in, event log out."""

from __future__ import annotations

import gc
import time

import numpy as np

from bcpsim.engine import compiled_way, simpy_way
from bcpsim.engine.fill import Columns
from bcpsim.engine.log import EventLog, Floats, Ints
from bcpsim.engine.records import NEVER
from bcpsim.engine.ways import note_spent, using, way_for
from bcpsim.plan.model import Plan
from bcpsim.sampling import Circumstances, Travellers
from bcpsim.sampling.ticks import MICROSECONDS


def simulate(
    plan: Plan,
    travellers: Travellers,
    circumstances: Circumstances,
    *,
    engine: str | None = None,
) -> EventLog:
    """Run one replication.

    Parameters
    ----------
    plan
        The compiled scenario.
    travellers
        Who arrives, with everything that is random about them.
    circumstances
        Who is on duty, and when equipment is out of use.
    engine
        `auto`, `simpy` or `compiled`; None: as chosen for the process.

    Returns
    -------
    EventLog
        The same for the same arguments, to the bit, whatever the engine.
    """
    with using(engine):
        way = way_for(len(travellers) * len(plan.steps))
    if way == "compiled":
        return _log(compiled_way.run(plan, travellers, circumstances))
    started = time.perf_counter()
    collecting = gc.isenabled()
    gc.disable()  # it finds nothing here and would cost 5 % of the run
    try:
        found = simpy_way.run(plan, travellers, circumstances)
    finally:
        if collecting:
            gc.enable()
    note_spent(time.perf_counter() - started)
    return _log(found)


def _log(found: Columns) -> EventLog:
    """Return the log, with times in minutes."""
    handovers = found["handovers"].reshape(-1, 4)
    return EventLog(
        arrival=_minutes(found["arrival"][0]),
        queued=_minutes(found["queued"]),
        left=_minutes(found["left"]),
        lane=found["lane"],
        for_lane=_minutes(found["for_lane"]),
        for_equipment=_minutes(found["for_equipment"]),
        for_group=_minutes(found["for_group"]),
        started=_minutes(found["started"]),
        ended=_minutes(found["ended"]),
        officer=found["officer"],
        departure=_minutes(found["departure"][0]),
        outcome=found["outcome"][0],
        handovers=handovers[:, :3],
        handed_over=_minutes(handovers[:, 3]),
    )


def _minutes(ticks: Ints) -> Floats:
    minutes = ticks / MICROSECONDS
    minutes[ticks == NEVER] = np.nan
    return minutes
