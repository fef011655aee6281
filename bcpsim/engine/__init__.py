"""The simulation engine: plan and travellers in, event log out."""

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
