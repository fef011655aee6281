"""The plan: a scenario compiled to flat tables."""

from bcpsim.plan.compile import compile_plan
from bcpsim.plan.model import Outcome, Plan

__all__ = ["Outcome", "Plan", "compile_plan"]
