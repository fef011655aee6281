"""Cases of which the first that holds counts, and values drawn from laws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.sampling.laws import quantile
from bcpsim.sampling.streams import Draw
from bcpsim.sampling.travellers import Floats, Ints

Met = Callable[[ConditionPlan | None], NDArray[np.bool_]]
"""Tells for each traveller whether a condition holds."""


def holds(condition: ConditionPlan | None, category: Ints, attributes: Ints) -> NDArray[np.bool_]:
    """Return for each traveller whether the condition holds (None always does)."""
    if condition is None:
        return np.ones(len(category), dtype=bool)
    met = (np.int64(condition.classes) >> category) & 1
    for attribute, values in condition.attributes:
        drawn = attributes[attribute]
        met &= np.where(drawn >= 0, (np.int64(values) >> np.maximum(drawn, 0)) & 1, 0)
    return met.astype(bool)


def by_case(
    conditions: Iterable[ConditionPlan | None], met: Met, n: int
) -> Iterator[tuple[int, Ints]]:
    """Yield each case of a list with the travellers for whom it is the first that holds."""
    left: NDArray[np.bool_] | None = None  # who hasn't had one; None: everybody
    for number, condition in enumerate(conditions):
        if condition is None:
            rows = np.arange(n) if left is None else np.flatnonzero(left)
        else:
            holding = met(condition)
            rows = np.flatnonzero(holding if left is None else holding & left)
            left = ~holding if left is None else left & ~holding
        if len(rows):
            yield number, rows
        if condition is None:
            return


def values_of_law(law: Law, name: str, rows: Ints, draw: Draw) -> Floats:
    """Return one value of the law for each of the rows, in minutes."""
    if law.kind is LawKind.DETERMINISTIC:
        return np.full(len(rows), law.params[0])
    return quantile(law, draw(name)[rows])
