"""How many of the occupants of a vehicle have something, such as a duty to register."""

from __future__ import annotations

import numpy as np
import scipy  # loads scipy.special when it is first needed: starting stays quick

from bcpsim.plan.records.classes import AttributePlan
from bcpsim.sampling.cases import Met, by_case
from bcpsim.sampling.streams import Draw
from bcpsim.sampling.travellers import Floats, Ints

SOME = 1
"""The value of an attribute of occupants of those vehicles in which at least one has it."""


def number_with(
    attribute: AttributePlan, met: Met, occupants: Ints, known: Ints | None, draw: Draw
) -> Ints:
    """Return how many of each vehicle's occupants have an attribute, -1 where its class hasn't.

    Each occupant has it or not with the same probability, so the number is binomial: the quantile
    of one uniform number for each vehicle.

    Parameters
    ----------
    attribute
        An attribute of occupants.
    met
        Tells of which vehicles a condition holds.
    occupants
        How many sit in each vehicle.
    known
        The attribute's value where a table gives it, -1 elsewhere; None: it gives it nowhere. If
        some have it, their number is drawn among those above 0.
    """
    number = np.full(len(occupants), -1, dtype=np.int64)
    conditions = [condition for condition, _ in attribute.of_occupants]
    for case, rows in by_case(conditions, met, len(occupants)):
        share = attribute.of_occupants[case][1]
        seated = occupants[rows]
        u = draw(f"attribute/{attribute.name}")[rows]
        if known is not None:
            nobody = (1.0 - share) ** seated
            u = np.where(known[rows] == SOME, nobody + u * (1.0 - nobody), u)
        drawn = _binomial(seated, share, u)
        if known is not None:
            drawn = np.where(known[rows] == SOME, np.maximum(drawn, 1), drawn)
            drawn[known[rows] == 0] = 0
        number[rows] = drawn
    return number


def _binomial(seated: Ints, share: float, u: Floats) -> Ints:
    """Return the quantiles of how many of those seated have what a share of all have."""
    number = np.empty(len(seated), dtype=np.int64)
    for most in np.unique(seated).tolist():
        rows = np.flatnonzero(seated == most)
        below = scipy.special.bdtr(np.arange(most), most, share)
        number[rows] = np.searchsorted(below, u[rows])
    return number
