"""How travellers of a region like each of its crossings, and where they would go there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.records.traffic import SourcePlan
from bcpsim.sampling.cases import holds
from bcpsim.sampling.routes import arriving
from bcpsim.sampling.streams import Draw
from bcpsim.sampling.ticks import FAR, microseconds, ticks
from bcpsim.sampling.travellers import Floats, Ints

_LAST_RESORT = 365 * 1440.0
"""Minutes by which those who don't look at signs like any other crossing less than the usual."""


def to_crossings(
    plan: Plan, source: SourcePlan, category: Ints, attributes: Ints, following: Ints, draw: Draw
) -> dict[str, Ints]:
    """Return the columns of crossings of a source's vehicles.

    Who doesn't look at signs goes to the usual crossing, and to others only when it is closed.

    Parameters
    ----------
    category, attributes, following
        Columns of `Travellers`.
    draw
        Returns a uniform number for each traveller by the name of a quantity.
    """
    columns = to_none(plan, len(category))
    region = plan.region
    if region is None:
        return columns
    values = attributes.copy()

    def met(condition: ConditionPlan | None) -> NDArray[np.bool_]:
        return holds(condition, category, values)

    looks = np.full(len(category), region.look == 1)
    if 0 < region.look < 1:
        looks = draw("look") < region.look
    for number in plan.reached_by(source):
        values[region.attribute] = number
        entry, move = arriving(plan, plan.entry, -1, following, met, draw)
        columns["crossing_entry"][number] = entry
        columns["crossing_move"][number] = move
        drive = source.drives[number]
        if drive is None:  # only diverted there
            continue
        columns["crossing_drive"][number] = microseconds(drive)
        is_usual = number == source.usual
        cost = np.full(len(category), drive + (0.0 if is_usual else region.gain))
        if region.spread:
            cost -= region.spread * _gumbel(draw(f"crossing/{region.crossings[number].name}"))
        unseen = 0.0 if is_usual else _LAST_RESORT + drive
        columns["crossing_cost"][number] = ticks(np.where(looks, cost, unseen))
    return columns


def to_none(plan: Plan, n: int) -> dict[str, Ints]:
    """Return the columns of crossings of those who go to none."""
    shape = (len(plan.crossings), n)
    return {
        "crossing_entry": np.full(shape, -1 - int(Outcome.DIVERTED), dtype=np.int64),
        "crossing_drive": np.zeros(shape, dtype=np.int64),
        "crossing_move": np.zeros(shape, dtype=np.int64),
        "crossing_cost": np.full(shape, FAR),
    }


def _gumbel(uniform: Floats) -> Floats:
    """Return numbers with which the greatest of several values is a logit choice among them.

    Their law is the standard Gumbel's (McFadden, Conditional logit analysis of qualitative choice
    behavior, 1974).
    """
    with np.errstate(divide="ignore"):
        return -np.log(-np.log(uniform))
