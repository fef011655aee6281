"""Who gets out of a vehicle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.plan.records.traffic import SourcePlan
from bcpsim.plan.records.workflow import SplitPlan
from bcpsim.sampling.crossings import to_none
from bcpsim.sampling.quantities import drawn_for_each
from bcpsim.sampling.shares import numbers_by_share
from bcpsim.sampling.streams import Draw, uniforms_of_each
from bcpsim.sampling.ticks import FAR, MICROSECONDS, NEVER
from bcpsim.sampling.travellers import Floats, Ints, Travellers, joined


def with_members(
    travellers: Travellers, whose: Ints, members: Sequence[Travellers]
) -> tuple[Travellers, Ints]:
    """Put members behind the travellers of their replication; return the replication of each."""
    everybody = joined([travellers, *members])
    vehicle = everybody.vehicle
    own = np.where(vehicle >= 0, vehicle, np.arange(len(vehicle)))
    replication = whose[own]
    order = np.lexsort((own, everybody.split, replication))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    everybody = joined([everybody], order)
    vehicle = everybody.vehicle
    vehicle = np.where(vehicle >= 0, place[np.maximum(vehicle, 0)], -1)
    return replace(everybody, vehicle=vehicle), replication[order]


def sample_members(
    plan: Plan,
    source: SourcePlan,
    vehicles: Travellers,
    numbers: Ints,
    whose: Ints,
    seed: int,
    replications: Sequence[int],
) -> Iterator[Travellers]:
    """Yield those who get out of a source's vehicles, by step and class of vehicle.

    A vehicle has the number -1 if it isn't there after all, and belongs to one of the
    replications, which follow one another. In a region there are members for each crossing to
    which a vehicle may go; those of the others are left out when its run is over.
    """
    for number, step in enumerate(plan.steps):
        split = step.split
        if split is None:
            continue
        leaving = np.where(
            (numbers >= 0) & _makes(plan, vehicles, number),
            np.maximum(vehicles.occupants - split.stay, 0),
            0,
        )
        for kind, _ in source.classes:
            ours = vehicles.category == kind
            count = np.where(ours, leaving, 0)
            if not count.any():
                continue
            vehicle = np.repeat(np.arange(len(count)), count)
            place = np.arange(len(vehicle)) - np.repeat(np.cumsum(count) - count, count)
            most = max(places for places, _ in plan.classes[kind].occupants)
            seat = (np.cumsum(ours) - 1)[vehicle] * most + place
            stream = f"{source.name}/members/{step.name}/{plan.classes[kind].name}"
            seats = np.bincount(whose[ours], minlength=len(replications)) * most

            @lru_cache(maxsize=1)
            def draw(
                quantity: str, stream: str = stream, seats: Ints = seats, seat: Ints = seat
            ) -> Floats:
                name = f"{stream}/{quantity}"
                return uniforms_of_each(seed, replications, name, seats.tolist())[seat]

            yield _getting_out(plan, number, split, vehicles, vehicle, numbers, draw)


def _getting_out(
    plan: Plan,
    step: int,
    split: SplitPlan,
    vehicles: Travellers,
    vehicle: Ints,
    numbers: Ints,
    draw: Draw,
) -> Travellers:
    """Return those who get out at the end of a step: their vehicles, and the numbers of these."""
    n = len(vehicle)
    category = np.full(n, split.classes[0][0], dtype=np.int64)
    if len(split.classes) > 1:
        category = numbers_by_share(split.classes, draw("class"))
    occupants = np.ones(n, dtype=np.int64)
    # What the source gives its vehicles holds for those in them.
    given = vehicles.attributes[:, vehicle]
    given[[bool(attribute.cases) for attribute in plan.attributes]] = -1
    stop = plan.steps[step].stop
    if plan.region is not None:
        given[plan.region.attribute] = plan.crossing_of(step)
    came = vehicles.arrival[vehicle] / MICROSECONDS
    drawn = drawn_for_each(plan, category, occupants, given, came, split.routes, stop, draw)
    drawn["patience"].fill(FAR)  # they go back to the vehicle in any case
    drawn["deterred_at"].fill(FAR)
    drawn |= to_none(plan, n)
    return Travellers(
        arrival=np.full(n, NEVER),
        source=vehicles.source[vehicle],
        category=category,
        occupants=occupants,
        held=np.zeros(n, dtype=np.int64),
        deadline=vehicles.deadline[vehicle],
        ready=np.full((len(plan.ready), n), -FAR),
        lodged=np.full((len(plan.documents), n), FAR),
        service=vehicles.service[vehicle],
        vehicle=numbers[vehicle],
        split=np.full(n, step, dtype=np.int64),
        **drawn,
    )


def _makes(plan: Plan, travellers: Travellers, step: int) -> NDArray[np.bool_]:
    """Return which travellers make a step; in a region, at the crossing of the step."""
    target = travellers.entry
    if plan.region is not None:
        there = plan.crossing_of(step)
        usual = travellers.attributes[plan.region.attribute]
        target = np.where(usual == there, target, travellers.crossing_entry[there])
    made = target == step
    while (target >= 0).any():
        ahead = travellers.following[np.maximum(target, 0), np.arange(len(target))]
        target = np.where(target >= 0, ahead, target)
        made |= target == step
    return made
