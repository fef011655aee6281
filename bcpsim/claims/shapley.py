"""Shapley values: a difference between two ways of working shared out to its mechanisms.

A mechanism's part is what it adds, averaged over all orders in which the mechanisms can be
brought in (Shapley, A value for n-person games, 1953). The parts add up to the whole;
mechanisms that do the same get the same; one that changes nothing gets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

EXACT = 8
"""Most mechanisms for which every combination is run."""

Coalition = frozenset[str]
Values = Callable[[Coalition], NDArray[np.float64]]
"""Values of the replications of a combination of mechanisms, shape (replications,)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the mechanisms in an effect, in each replication.

    Attributes
    ----------
    values
        Shape (mechanisms, replications); a column adds up to the whole of its replication.
    between_orders
        Variance of each part that comes of the orders being drawn; 0 where all are used.
    """

    values: NDArray[np.float64]
    between_orders: NDArray[np.float64]


def all_coalitions(names: Sequence[str]) -> list[Coalition]:
    """Return every combination of mechanisms, the empty one first."""
    return [
        frozenset(combination)
        for size in range(len(names) + 1)
        for combination in combinations(names, size)
    ]


def drawn_orders(names: Sequence[str], number: int, seed: int) -> list[tuple[str, ...]]:
    """Return orders of the mechanisms, each drawn one followed by its reverse.

    An order and its reverse bring a mechanism in early once and late once, so that their mean
    varies less (Mitchell, Cooper, Frank and Holmes, JMLR 23 (2022) 43).

    Parameters
    ----------
    names
        The mechanisms.
    number
        Orders wanted; made even.
    seed
        Names the random numbers.
    """
    rng = np.random.default_rng(seed)
    orders: list[tuple[str, ...]] = []
    for _ in range((number + 1) // 2):
        order = tuple(names[k] for k in rng.permutation(len(names)))
        orders += [order, order[::-1]]
    return orders


def coalitions_of(orders: Sequence[Sequence[str]]) -> list[Coalition]:
    """Return the combinations that come up when mechanisms are brought in by some orders."""
    return list(
        dict.fromkeys(frozenset(order[:k]) for order in orders for k in range(len(order) + 1))
    )


def exact_parts(names: Sequence[str], values: Values) -> Parts:
    """Return the parts from every combination.

    Parameters
    ----------
    names
        The mechanisms.
    values
        Gives the values of any combination.
    """
    size = len(names)
    parts = []
    for name in names:
        others = [other for other in names if other != name]
        part = np.zeros_like(values(frozenset()))
        for coalition in all_coalitions(others):
            weight = (
                factorial(len(coalition)) * factorial(size - len(coalition) - 1) / factorial(size)
            )
            part += weight * (values(coalition | {name}) - values(coalition))
        parts.append(part)
    return Parts(np.array(parts), np.zeros(size))


def sampled_parts(names: Sequence[str], values: Values, orders: Sequence[Sequence[str]]) -> Parts:
    """Return the parts from some orders, as `drawn_orders` gives them.

    Parameters
    ----------
    names
        The mechanisms.
    values
        Gives the values of the combinations that come up.
    orders
        Orders in which the mechanisms are brought in, two by two reverse to each other.
    """
    added: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
    for order in orders:
        for k, name in enumerate(order):
            before = frozenset(order[:k])
            added[name].append(values(before | {name}) - values(before))
    parts = np.array([np.mean(added[name], axis=0) for name in names])
    pairs = np.array(
        [
            [(a.mean() + b.mean()) / 2 for a, b in zip(x[::2], x[1::2], strict=True)]
            for x in added.values()
        ]
    )
    drawn = pairs.shape[1]
    between = pairs.var(axis=1, ddof=1) / drawn if drawn > 1 else np.full(len(names), np.nan)
    return Parts(parts, between)
