"""Exactly solved queueing models, and the test that holds the simulator against them."""

from bcpsim.verify.verdicts import Verdict, run_cases

__all__ = ["Verdict", "run_cases"]
