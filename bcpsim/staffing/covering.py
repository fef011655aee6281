"""The cheapest roster that covers the day: a set covering problem, solved by HiGHS."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.staffing.duties import Duties, Ints

MAX_BRANCHES = 20_000
"""Most nodes of the search tree of one covering problem; what is proven up to there counts."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A cover that isn't enough: a roster must have more in one of its slots at least.

    Attributes
    ----------
    groups, slots
        Places in the cover that could help.
    levels
        The number that isn't enough in each.
    """

    groups: Ints
    slots: Ints
    levels: Ints


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster from a covering problem.

    Attributes
    ----------
    counts
        Officers on each duty.
    cost
        What they cost.
    bound
        No roster that covers the day costs less.
    """

    counts: Ints
    cost: float
    bound: float


def cheapest(
    duties: Duties,
    costs: NDArray[np.float64],
    cuts: Sequence[Cut],
    needed: Ints | None = None,
) -> Roster | None:
    """Return the cheapest roster that keeps limits and rules, needs and cuts.

    A cut is a disjunction: binary variables say whether the cover of a place reaches a
    level; each place's levels are reached in order; at least one of the cut's must be.

    Parameters
    ----------
    duties
        What the roster may be made of.
    costs
        Cost of an officer on each duty.
    cuts
        Covers that aren't enough.
    needed
        Cover that is to be reached everywhere besides, shape (groups, slots).

    Returns
    -------
    Roster or None
        None if there is no such roster.
    """
    number = len(duties.duties)
    owner = duties.owner
    levels: dict[tuple[int, int], set[int]] = {}
    for cut in cuts:
        for place, level in _places(cut):
            levels.setdefault(place, set()).add(level + 1)
    reached: dict[tuple[int, int, int], int] = {}
    for (group, slot), heights in levels.items():
        for height in range(1, max(heights) + 1):
            reached[group, slot, height] = number + len(reached)

    rows = _rules(duties)
    for group, slot in sorted({*levels, *_needs(needed)}):
        who = np.flatnonzero((owner == group) & duties.takes[:, slot]).tolist()
        least = 0 if needed is None else int(needed[group, slot])
        steps = [k for (g, p, _), k in reached.items() if (g, p) == (group, slot)]
        if least:
            rows.append((who, [1.0] * len(who), least, np.inf))
        if steps:
            rows.append((who + steps, [1.0] * len(who) + [-1.0] * len(steps), 0, np.inf))
            for lower, upper in itertools.pairwise(steps):
                rows.append(([lower, upper], [1.0, -1.0], 0, np.inf))
    for cut in cuts:
        helps = [reached[(*place, level + 1)] for place, level in _places(cut)]
        rows.append((helps, [1.0] * len(helps), 1, np.inf))

    size = number + len(reached)
    ceiling = np.array([float(duties.most.max())] * number + [1.0] * len(reached))
    objective = np.concatenate([costs, np.zeros(len(reached))])
    result = _solved(objective, np.ones(size, dtype=np.int64), ceiling, rows)
    if result is None:
        return None
    values, bound = result
    counts = np.round(values[:number]).astype(np.int64)
    return Roster(counts, float(counts @ costs), bound)


def best_fit(
    duties: Duties,
    costs: NDArray[np.float64],
    most_cost: float,
    wishes: Sequence[NDArray[np.float64]],
    weights: NDArray[np.float64],
) -> Ints | None:
    """Return the roster of a given cost that falls least short of what is wished.

    Parameters
    ----------
    duties, costs
        As for `cheapest`.
    most_cost
        What the roster may cost.
    wishes
        Covers by hour of the cycle, each shape (groups, hours): every one counts, so that a
        large shortage weighs more than the same shortage spread over the day.
    weights
        What an officer weighs who is missing for an hour, shape (groups, hours).

    Returns
    -------
    ndarray or None
        Officers on each duty; None if limits and rules allow no roster of this cost.
    """
    number = len(duties.duties)
    owner = duties.owner
    rows = _rules(duties)
    rows.append((list(range(number)), costs.tolist(), -np.inf, most_cost))
    objective = [0.0] * number
    for wish in wishes:
        for slot, hour, minutes in duties.pieces.T.tolist():
            for group in np.flatnonzero(wish[:, hour] > 0):
                who = np.flatnonzero((owner == group) & duties.takes[:, slot]).tolist()
                factors = [1.0] * (len(who) + 1)
                rows.append(([*who, len(objective)], factors, wish[group, hour], np.inf))
                objective.append(float(weights[group, hour]) * minutes / 60)
    size = len(objective)
    whole = np.arange(size) < number
    ceiling = np.where(whole, float(duties.most.max()), np.inf)
    result = _solved(np.array(objective), whole.astype(np.int64), ceiling, rows, gap=0.01)
    return None if result is None else np.round(result[0][:number]).astype(np.int64)


_Row = tuple[list[int], list[float], float, float]  # columns, their factors, bounds of the sum


def _rules(duties: Duties) -> list[_Row]:
    """Return limits and rules as rows of a linear problem."""
    rows: list[_Row] = []
    for which, most in duties.limits:
        rows.append((which.tolist(), [1.0] * len(which), -np.inf, most))
    for which, fewest in duties.least:
        rows.append((which.tolist(), [1.0] * len(which), fewest, np.inf))
    return rows


def _solved(
    objective: NDArray[np.float64],
    whole: NDArray[np.int64],
    ceiling: NDArray[np.float64],
    rows: Sequence[_Row],
    gap: float = 0.0,
) -> tuple[NDArray[np.float64], float] | None:
    """Return the smallest solution and a lower bound of it, None if there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    matrix = csr_array(
        (
            np.array([value for _, values, _, _ in rows for value in values]),
            np.array([column for columns, _, _, _ in rows for column in columns]),
            np.cumsum([0, *(len(columns) for columns, _, _, _ in rows)]),
        ),
        shape=(len(rows), len(objective)),
    )
    result = milp(
        objective,
        integrality=whole,
        bounds=Bounds(np.zeros(len(objective)), ceiling),
        constraints=LinearConstraint(
            matrix, [low for _, _, low, _ in rows], [high for _, _, _, high in rows]
        ),
        options={"node_limit": MAX_BRANCHES, "mip_rel_gap": gap},
    )
    if result.x is None:
        return None
    bound = result.fun if result.mip_dual_bound is None else result.mip_dual_bound
    return np.asarray(result.x), float(bound)


def _places(cut: Cut) -> list[tuple[tuple[int, int], int]]:
    return [
        ((int(group), int(slot)), int(level))
        for group, slot, level in zip(cut.groups, cut.slots, cut.levels, strict=True)
    ]


def _needs(needed: Ints | None) -> set[tuple[int, int]]:
    if needed is None:
        return set()
    return {(int(group), int(slot)) for group, slot in np.argwhere(needed > 0)}
