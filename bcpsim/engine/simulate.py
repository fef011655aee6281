"""Replications: plan, travellers and circumstances in, event log out."""

from __future__ import annotations

import time

from bcpsim.engine import compiled_way, fate, simpy_way
from bcpsim.engine.fill.outputs import Columns
from bcpsim.engine.log import EventLog
from bcpsim.engine.ways import note_spent, using, way_for
from bcpsim.plan.model import Plan
from bcpsim.sampling import Block, Circumstances, Travellers


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
        return simulate_block(plan, Block.of(travellers, circumstances))


def simulate_block(plan: Plan, block: Block) -> EventLog:
    """Run some replications that were drawn side by side.

    Parameters
    ----------
    plan
        The compiled scenario.
    block
        The replications.

    Returns
    -------
    EventLog
        Of all of them, one after the other, as the travellers are; `EventLog.part` has one.
    """
    if way_for(len(block.travellers) * len(plan.steps)) == "compiled":
        found = compiled_way.run(plan, block)
    else:
        started = time.process_time()
        found = simpy_way.run(plan, block)
        note_spent(time.process_time() - started)
    return fate.shared(block.travellers, _log(found))


def _log(found: Columns) -> EventLog:
    """Return the log of what was written down."""
    handovers = found["handovers"]
    return EventLog(
        arrival=found["arrival"][0],
        queued=found["queued"],
        entered=found["entered"],
        left=found["left"],
        lane=found["lane"],
        for_lane=found["for_lane"],
        for_equipment=found["for_equipment"],
        for_group=found["for_group"],
        started=found["started"],
        ended=found["ended"],
        officer=found["officer"],
        altered=found["altered"],
        departure=found["departure"][0],
        outcome=found["outcome"][0],
        sent=found["sent"],
        moved=found["moved"],
        crossing=found["crossing"],
        driven=found["driven"],
        shown=found["shown"],
        handovers=handovers[:, :3],
        handed_over=handovers[:, 3],
        spells=found["spells"],
    )
