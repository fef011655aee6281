"""The simulation engine: plan and travellers in, event log out.

`simulate` runs a `border`: the state of one run, and the events of those who come, are served
and go on. What a rule of the scenario adds has a module of its own, functions that the border
calls: `queues` and `helping` lanes, `crews` that need officers and equipment together, waiting
`areas`, `parties` that got out of a vehicle, `deadlines`, `pools` of officers, `control` of
lanes by need, `shifts`. `state` holds the records that they change, `columns` what each
traveller brings to a step, `order` which of simultaneous events comes first, `log` what is left
in the end, `invariants` what must hold of it.
"""

from bcpsim.engine.invariants import check_invariants
from bcpsim.engine.log import EventLog, Holdings, Visits, holdings, uses, visits_of
from bcpsim.engine.simulate import simulate

__all__ = [
    "EventLog",
    "Holdings",
    "Visits",
    "check_invariants",
    "holdings",
    "simulate",
    "uses",
    "visits_of",
]
