"""Exactly solved models, and holding the simulator against them."""

from bcpsim.verify.verdicts import Verdict, run_cases, verdict_table

__all__ = ["Verdict", "run_cases", "verdict_table"]
