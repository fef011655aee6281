"""Populations beside the classes: vehicles and persons, values of attributes, services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.sampling import Block, Travellers

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Aspect:
    """Something in which travellers differ.

    Attributes
    ----------
    populations
        Names and titles of those who are alike in it.
    of
        To which of them each traveller belongs, -1: to none.
    """

    populations: tuple[tuple[str, str], ...]
    of: Callable[[Travellers], Ints]

    def count(self, block: Block, some: NDArray[np.bool_]) -> Ints:
        """Return how many of some travellers belong to each population; (replications, them)."""
        own, size = self.of(block.travellers), len(self.populations)
        there = some & (own >= 0)
        code = block.replication[there] * size + own[there]
        return np.bincount(code, minlength=len(block) * size).reshape(len(block), size)


def aspects_of(plan: Plan) -> tuple[Aspect, ...]:
    """Return in what travellers of a plan differ beside their class.

    Where groups split, in being vehicles or persons; where there are deadlines, in attributes and
    services, by which it is told who misses them.
    """
    found = []
    persons = {
        number
        for step in plan.steps
        if step.split is not None
        for number, share in step.split.classes
        if share
    }
    if persons:
        is_person = np.isin(np.arange(len(plan.classes)), list(persons)).astype(np.int64)
        found.append(
            Aspect(
                (("vehicles", "Vehicles"), ("persons", "Persons")),
                lambda travellers: is_person[travellers.category],
            )
        )
    if not any(source.deadlines for source in plan.sources):
        return tuple(found)
    found += [_attribute(plan, number) for number in range(len(plan.attributes))]
    return (*found, _services(plan))


def _attribute(plan: Plan, number: int) -> Aspect:
    name, values = plan.attributes[number].name, plan.attributes[number].values
    return Aspect(
        tuple(
            (f"attribute={name}:{value}", f"{name} {value}".replace("_", " ")) for value in values
        ),
        lambda travellers: travellers.attributes[number],
    )


def _services(plan: Plan) -> Aspect:
    """Return the services of the sources whose travellers have deadlines, by their times."""
    zone = ZoneInfo(plan.time_zone)
    start = plan.start.replace(tzinfo=zone).astimezone(UTC)
    populations: dict[str, str] = {}
    first = np.full(len(plan.sources), -1, dtype=np.int64)
    for number, source in enumerate(plan.sources):
        if source.timetable is None or not source.deadlines:
            continue
        first[number] = len(populations)
        for minutes in source.timetable.times:
            time = (start + timedelta(minutes=minutes)).astimezone(zone)
            name = own = f"service={source.name}:{time:%Y-%m-%dT%H:%M}"
            count = 1
            while name in populations:
                count += 1
                name = f"{own}/{count}"
            more = "" if count == 1 else f" ({count})"
            populations[name] = f"{source.name.replace('_', ' ')} {time:%d %b %H:%M}{more}"

    def of(travellers: Travellers) -> Ints:
        begins = first[travellers.source]
        return np.where((begins < 0) | (travellers.service < 0), -1, begins + travellers.service)

    return Aspect(tuple(populations.items()), of)
