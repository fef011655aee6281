"""Simple rules that say where a claim holds.

Scenario discovery (Bryant and Lempert, Technological Forecasting and Social Change 77 (2010)
34-49) asks for a box in the space of inputs that holds most of the points of interest
(coverage) and few others (density). Here a box has at most two sides, so that all of them can
be tried, and the best is the one that puts the most points on the right side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Box = tuple[tuple[int, ...], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Side:
    """One condition of a rule: a quantity lies above, or at or below, a value."""

    name: str
    above: bool
    value: float


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a claim holds.

    Attributes
    ----------
    sides
        Conditions that must all be met.
    inside
        Points that meet them.
    inside_holding
        Of those, points where the claim holds.
    holding
        All points where it holds.
    points
        All points.
    """

    sides: tuple[Side, ...]
    inside: int
    inside_holding: int
    holding: int
    points: int

    @property
    def right(self) -> int:
        """Points that the rule puts on the right side."""
        return self.points - self.inside - self.holding + 2 * self.inside_holding


def find_rule(names: Sequence[str], values: ArrayLike, holds: ArrayLike) -> Rule | None:
    """Return the simplest of the best rules with one or two sides.

    Parameters
    ----------
    names
        Names of the quantities.
    values
        What they are at each point, shape (points, quantities).
    holds
        Whether the claim holds at each point, shape (points,).

    Returns
    -------
    Rule or None
        None if the claim holds everywhere or nowhere, or if no rule tells more than that.
    """
    table = np.asarray(values, dtype=np.float64)
    wanted = np.asarray(holds, dtype=bool)
    holding, points = int(wanted.sum()), len(wanted)
    if not 0 < holding < points:
        return None
    sides = list(_sides(names, table))
    boxes: list[_Box] = [((k,), inside) for k, (_, _, inside) in enumerate(sides)]
    boxes += [
        ((j, k), sides[j][2] & sides[k][2])
        for j, k in combinations(range(len(sides)), 2)
        if sides[j][0].name != sides[k][0].name
    ]

    def worth(box: _Box) -> tuple[int, int, float]:
        used, inside = box
        # Of rules that are right equally often, the shortest, with the widest gaps at its cuts.
        return int((inside == wanted).sum()), -len(used), min(sides[k][1] for k in used)

    if not boxes:
        return None
    used, inside = max(boxes, key=worth)
    rule = Rule(
        tuple(sides[k][0] for k in used),
        int(inside.sum()),
        int((inside & wanted).sum()),
        holding,
        points,
    )
    return rule if rule.right > max(holding, points - holding) else None


def _sides(
    names: Sequence[str], table: NDArray[np.float64]
) -> Iterator[tuple[Side, float, NDArray[np.bool_]]]:
    """Yield every side, with the gap at its cut in parts of the range, and who is inside."""
    for name, column in zip(names, table.T, strict=True):
        seen = np.unique(column[~np.isnan(column)])
        for low, high in pairwise(seen):
            cut = float((low + high) / 2)
            gap = float((high - low) / (seen[-1] - seen[0]))
            for above in (True, False):
                yield Side(name, above, cut), gap, column > cut if above else column <= cut
