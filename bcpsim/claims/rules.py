"""Simple rules that say where a claim holds.

Scenario discovery (Bryant and Lempert, Technological Forecasting and Social Change 77 (2010)
34-49) asks for a box in the space of inputs that holds most of the points of interest
(coverage) and few others (density). Here a box has at most two sides, so that all of them can
be tried, and the best is the one that puts the most points on the right side. A quantity with
many values is cut at quantiles of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_CUTS = 50
"""Most values at which a quantity is cut."""


@dataclass(frozen=True, slots=True)
class Side:
    """One condition of a rule: a quantity lies above, or below, a gap.

    Attributes
    ----------
    name
        The quantity.
    above
        Whether it lies above.
    low, high
        The gap: the neighbouring values that were run. Nothing is known of what lies between.
    """

    name: str
    above: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that says where a claim holds.

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
    if not sides:
        return None
    used = _best(
        np.array([side.name for side, _, _ in sides]),
        np.array([gap for _, gap, _ in sides]),
        np.array([inside for _, _, inside in sides]),
        wanted,
    )
    inside = np.all([sides[k][2] for k in used], axis=0)
    rule = Rule(
        tuple(sides[k][0] for k in used),
        int(inside.sum()),
        int((inside & wanted).sum()),
        holding,
        points,
    )
    return rule if rule.right > max(holding, points - holding) else None


def _best(
    names: NDArray[np.str_],
    gaps: NDArray[np.float64],
    inside: NDArray[np.bool_],
    wanted: NDArray[np.bool_],
) -> tuple[int, ...]:
    """Return the best one or two sides, of different quantities.

    Of rules that are right equally often it is the shortest, with the widest gaps at its cuts.
    """
    # A point of interest inside a box counts for it, another one against it.
    sign = np.where(wanted, 1, -1).astype(np.float32)  # whole numbers this small are exact
    masks = inside.astype(np.float32)
    alone = masks @ sign
    first = int(np.lexsort((-np.arange(len(gaps)), gaps, alone))[-1])
    best: tuple[int, ...] = (first,)
    worth = (float(alone[first]), -1, float(gaps[first]))
    for j in range(len(names) - 1):
        right = masks[j + 1 :] @ (masks[j] * sign)
        right[names[j + 1 :] == names[j]] = -np.inf
        narrow = np.minimum(gaps[j + 1 :], gaps[j])
        k = int(np.lexsort((-np.arange(len(right)), narrow, right))[-1])
        quality = (float(right[k]), -2, float(narrow[k]))
        if quality > worth:
            best, worth = (j, j + 1 + k), quality
    return best


def _sides(
    names: Sequence[str], table: NDArray[np.float64]
) -> Iterator[tuple[Side, float, NDArray[np.bool_]]]:
    """Yield every side, with the gap at its cut in parts of the range, and who is inside."""
    for name, column in zip(names, table.T, strict=True):
        seen = np.unique(column[~np.isnan(column)])
        for low, high in _cuts(seen):
            cut = float((low + high) / 2)
            gap = float((high - low) / (seen[-1] - seen[0]))
            for above in (True, False):
                yield (
                    Side(name, above, float(low), float(high)),
                    gap,
                    column > cut if above else column <= cut,
                )


def _cuts(seen: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return the neighbours between which a quantity is cut: all, or `MAX_CUTS` quantiles."""
    gaps = list(pairwise(seen))
    if len(gaps) <= MAX_CUTS:
        return gaps
    return [gaps[k] for k in np.linspace(0, len(gaps) - 1, MAX_CUTS).round().astype(int)]
