"""The simulation engine: plan and travellers in, event log out.

The rules of a border are written once and run in two ways, by SimPy as they stand or compiled.
From the top: `simulate` runs a replication in one of the `ways`; `border` says what happens at
each kind of event; the `rules`, a file each, decide, and carry out by `moves`, on the `records`,
with the `calendar` as their agenda. `log` is what is left in the end, `invariants` what must
hold of it. docs/architecture.md shows the floors.
"""

from bcpsim.engine.invariants import check_invariants
from bcpsim.engine.log import EventLog, Holdings, Visits, holdings, visits_of, waits_in_lanes
from bcpsim.engine.replicate import replicate, replicate_block
from bcpsim.engine.simulate import simulate, simulate_block

__all__ = [
    "EventLog",
    "Holdings",
    "Visits",
    "check_invariants",
    "holdings",
    "replicate",
    "replicate_block",
    "simulate",
    "simulate_block",
    "visits_of",
    "waits_in_lanes",
]
