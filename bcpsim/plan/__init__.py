"""The plan: a scenario compiled to flat tables.

`model` has the tables, `compile` fills them from `traffic`, `work`, `facilities` and `people`,
modules named like those of the scenario that they read.
"""

from bcpsim.plan.compile import compile_plan
from bcpsim.plan.model import Outcome, Plan

__all__ = ["Outcome", "Plan", "compile_plan"]
