"""Whether travellers who are alike meet a condition."""

from __future__ import annotations

from collections.abc import Mapping

from bcpsim.plan.records.conditions import ConditionPlan


def met(condition: ConditionPlan | None, category: int, values: Mapping[int, int]) -> bool:
    """Return whether a class with some values of attributes meets a condition."""
    return condition is None or bool(
        condition.classes >> category & 1
        and all(
            attribute in values and wanted >> values[attribute] & 1
            for attribute, wanted in condition.attributes
        )
    )
