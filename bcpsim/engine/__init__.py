"""The simulation engine: plan and travellers in, event log out."""

from bcpsim.engine.invariants import check_invariants
from bcpsim.engine.log import EventLog
from bcpsim.engine.simulate import simulate

__all__ = ["EventLog", "check_invariants", "simulate"]
