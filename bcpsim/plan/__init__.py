"""The plan: a scenario compiled to flat tables.

`model` has the plan and `records` the rows of its tables; `compile` fills them from `traffic`,
`work`, `facilities` and `people`, modules named like those of the scenario that they read.
"""

from bcpsim.plan.compile import compile_plan
from bcpsim.plan.model import Plan
from bcpsim.plan.records.outcomes import Outcome

__all__ = ["Outcome", "Plan", "compile_plan"]
