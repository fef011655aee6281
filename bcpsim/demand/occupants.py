"""How many occupants are expected, and how many of them have something, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from bcpsim.demand.conditions import met
from bcpsim.plan.model import Plan
from bcpsim.sampling.occupants import SOME


def seated(plan: Plan, category: int, values: Mapping[int, int]) -> Sequence[tuple[int, float]]:
    """Return the numbers of occupants of a class, each with its probability.

    Parameters
    ----------
    plan, category
        A compiled scenario, and a class of it.
    values
        Values of attributes. In a vehicle in which some must register there are more than in
        others (Bayes's rule).
    """
    shares = plan.classes[category].occupants
    known = [k for k in plan.of_occupants if k in values]
    if not known:
        return shares
    likely = [
        (number, weight * prod(_chance(plan, k, category, values, number) for k in known))
        for number, weight in shares
    ]
    total = sum(weight for _, weight in likely)
    return [(number, weight / total) for number, weight in likely]


def share_of_some(
    plan: Plan, attribute: int, category: int, values: Mapping[int, int]
) -> float | None:
    """Return how probable it is that any occupant has an attribute, None if the class hasn't."""
    if _share(plan, attribute, category, values) is None:
        return None
    known = {**values, attribute: SOME}
    return sum(
        weight * _chance(plan, attribute, category, known, number)
        for number, weight in seated(plan, category, values)
    )


def expected_with(plan: Plan, attribute: int, category: int, values: Mapping[int, int]) -> float:
    """Return the expected number of occupants who have an attribute."""
    share = _share(plan, attribute, category, values)
    if not share:
        return 0.0
    known = attribute in values  # so that it is above 0, or 0
    return sum(
        weight * number * share / (_chance(plan, attribute, category, values, number) or 1.0)
        if known
        else weight * number * share
        for number, weight in seated(plan, category, values)
        if not known or values[attribute] == SOME
    )


def _chance(
    plan: Plan, attribute: int, category: int, values: Mapping[int, int], number: int
) -> float:
    """Return how probable the value of an attribute is in a vehicle with so many occupants."""
    nobody = (1.0 - (_share(plan, attribute, category, values) or 0.0)) ** number
    return 1.0 - nobody if values[attribute] == SOME else nobody


def _share(plan: Plan, attribute: int, category: int, values: Mapping[int, int]) -> float | None:
    """Return the share of a class's occupants who have an attribute, None if it hasn't got it."""
    cases = plan.attributes[attribute].of_occupants
    return next((share for condition, share in cases if met(condition, category, values)), None)
