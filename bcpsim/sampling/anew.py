"""What checks find in disturbances that change them: results drawn anew, from the same numbers.

A result steers the way and is drawn before the run; in which disturbance a check is made only
the run shows. So what follows from it is drawn again as the check was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bcpsim.errors import RunError
from bcpsim.plan.model import Plan
from bcpsim.sampling.block import Block, sample_block
from bcpsim.sampling.ticks import FAR, NEVER
from bcpsim.sampling.travellers import Ints, Travellers
from bcpsim.sampling.work import alterations

_SAME = ("arrival", "source", "vehicle", "split")
"""Columns that no result may change: who travels."""


def steering(plan: Plan) -> tuple[int, ...]:
    """Return the activities that have a result and that disturbances change."""
    changed = {one.activity for one in alterations(plan)}
    results = {own.result_of for own in plan.attributes}
    return tuple(sorted(results & changed))


def made_in(plan: Plan, altered: Ints, started: Ints) -> Ints:
    """Return in which disturbance each traveller's checks of `steering` were made.

    Parameters
    ----------
    plan
        The compiled scenario.
    altered, started
        Columns of its log.

    Returns
    -------
    ndarray
        Numbers of disturbances, -1: in none, or not at all; of several checks with the same result
        the first counts; shape (checks, n).
    """
    checks = steering(plan)
    found = np.full((len(checks), started.shape[1]), -1, dtype=np.int64)
    for own, check in zip(found, checks, strict=True):
        first = np.full(len(own), FAR)
        for number, task in enumerate(plan.tasks):
            if all(work.activity != check for work in task.work):
                continue
            earlier = (started[number] != NEVER) & (started[number] < first)
            first[earlier], own[earlier] = started[number][earlier], -1
            for row, one in enumerate(alterations(plan)):
                if one.task == number and one.activity == check:
                    own[earlier & (altered[row] > 0)] = one.disturbance
    return found


class Redrawn:
    """A block whose checks with a result are drawn as they were made; each way is drawn once.

    Parameters
    ----------
    plan, usual
        A compiled scenario, and its replications drawn as without disturbances of checks.
    """

    def __init__(self, plan: Plan, usual: Block) -> None:
        self._plan = plan
        self._usual = usual
        self._drawn: dict[tuple[int, ...], Travellers] = {}

    def as_made_in(self, disturbances: Ints) -> Block:
        """Return the block with results as `made_in` says.

        Raises
        ------
        RunError
            If other travellers would get out of vehicles by these results.
        """
        usual = self._usual.travellers
        ways, whose = np.unique(disturbances, axis=1, return_inverse=True)
        whose = whose.reshape(-1)
        columns = {name: getattr(usual, name).copy() for name in Travellers.__slots__}
        for number, way in enumerate(ways.T.tolist()):
            rows = np.flatnonzero(whose == number)
            drawn = usual if max(way) < 0 else self._as_in(tuple(way))
            for name, column in columns.items():
                column[..., rows] = getattr(drawn, name)[..., rows]
        return replace(self._usual, travellers=Travellers(**columns))

    def _as_in(self, way: tuple[int, ...]) -> Travellers:
        """Return all travellers as if each check was made in one disturbance."""
        if way not in self._drawn:
            other = _plan_as_in(self._plan, way)
            drawn = sample_block(other, self._usual.seed, self._usual.numbers).travellers
            usual = self._usual.travellers
            if len(drawn) != len(usual) or any(
                not np.array_equal(getattr(drawn, name), getattr(usual, name)) for name in _SAME
            ):
                raise RunError(
                    "a disturbance changes a check whose result says who gets out of a vehicle; "
                    "let split and result not depend on each other"
                )
            self._drawn[way] = drawn
        return self._drawn[way]


def _plan_as_in(plan: Plan, way: Sequence[int]) -> Plan:
    """Return a plan by which results come out as in a disturbance for each check, -1: none."""
    activities = list(plan.activities)
    for check, disturbance in zip(steering(plan), way, strict=True):
        if disturbance < 0:
            continue
        detection = activities[check].detection
        assert detection is not None
        change = next(
            one
            for one in alterations(plan)
            if one.activity == check and one.disturbance == disturbance
        )
        made = replace(detection, time_of=change.instead, factor=change.factor)
        activities[check] = replace(activities[check], detection=made)
    return replace(plan, activities=tuple(activities))
