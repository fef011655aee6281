"""Where travellers go, past the visits that they skip, and how long the moves take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.records.workflow import RoutePlan
from bcpsim.sampling.cases import Met, by_case, values_of_law
from bcpsim.sampling.streams import Draw
from bcpsim.sampling.ticks import ticks
from bcpsim.sampling.travellers import Ints

_VEHICLE = -2
"""Target of a move back to the vehicle."""


def ways(
    plan: Plan,
    routes: tuple[RoutePlan, ...],
    origin: int,
    met: Met,
    draw: Draw,
    n: int,
    chosen: Sequence[Met],
    ahead: Ints | None = None,
) -> dict[str, Ints]:
    """Return where each traveller goes, and how long the moves take.

    Parameters
    ----------
    routes, origin
        Where they go first, and from which stop: -1 for those who arrive. Others got out of
        a vehicle there, and are released to it.
    n
        How many they are.
    chosen
        What conditions say by the other shares of each of the plan's choices.
    ahead
        Where each goes first, whatever the routes; None: as these say.

    Returns
    -------
    dict
        The columns `entry`, `following`, `move_in`, `move_after`, `instead` and `move_instead` of
        `Travellers`.
    """
    back = origin >= 0
    following = np.empty((len(plan.steps), n), dtype=np.int64)
    for number, step in enumerate(plan.steps):
        following[number] = _targets(step.routes, met, f"route/{step.name}", draw, n)
    passed = [_passed(plan, step.tasks, met) for step in plan.steps]
    if ahead is None:
        entry, move_in = arriving(plan, routes, origin, following, met, draw)
    else:
        entry = _not_passed(ahead, following, passed)
        move_in = _moves(plan, origin, entry, back, met, draw)
    move_after = np.empty((len(plan.steps), n), dtype=np.int64)
    for number, step in enumerate(plan.steps):
        following[number] = _not_passed(following[number], following, passed)
        target = following[number]
        move_after[number] = _moves(plan, step.stop, target, back, met, draw)

    forks, choices = plan.forks, plan.choices
    instead = np.empty((len(plan.detours) + len(choices), n), dtype=np.int64)
    for number, (_, way) in enumerate(plan.detours):
        target = _not_passed(np.full(n, way.target, dtype=np.int64), following, passed)
        if way.share < 1:
            u = draw(f"instead/{plan.steps[way.step].name}")
            target = np.where(u < way.share, target, way.step)
        instead[number] = target
    move_instead = np.zeros((len(forks) + len(choices), n), dtype=np.int64)
    for place, (number, way_number) in enumerate(forks):
        left = plan.steps[number].stop if number >= 0 else origin
        if left >= 0:
            move_instead[place] = _moves(plan, left, instead[way_number], back, met, draw)
    for place, ((number, _, _), selected) in enumerate(zip(choices, chosen, strict=True)):
        if number < 0:
            target = _targets(plan.entry, selected, "route/entry", draw, n)
        else:
            step = plan.steps[number]
            target = _targets(step.routes, selected, f"route/{step.name}", draw, n)
        target = _not_passed(target, following, passed)
        instead[len(plan.detours) + place] = target
        if number >= 0:
            time = _moves(plan, plan.steps[number].stop, target, back, met, draw)
            move_instead[len(forks) + place] = time
    return {
        "entry": entry,
        "following": following,
        "move_in": move_in,
        "move_after": move_after,
        "instead": instead,
        "move_instead": move_instead,
    }


def arriving(
    plan: Plan, routes: tuple[RoutePlan, ...], origin: int, following: Ints, met: Met, draw: Draw
) -> tuple[Ints, Ints]:
    """Return where travellers go first, and the time of the move there; as for `ways`.

    `following` has where they go after each step.
    """
    passed = [_passed(plan, step.tasks, met) for step in plan.steps]
    target = _targets(routes, met, "route/entry", draw, following.shape[1])
    entry = _not_passed(target, following, passed)
    return entry, _moves(plan, origin, entry, origin >= 0, met, draw)


def _targets(routes: tuple[RoutePlan, ...], met: Met, name: str, draw: Draw, n: int) -> Ints:
    """Return where each traveller goes: the first route that holds counts."""
    target = np.full(n, routes[-1].targets[-1], dtype=np.int64)
    for number, rows in by_case([route.condition for route in routes], met, n):
        route = routes[number]
        if len(route.targets) == 1:
            target[rows] = route.targets[0]
        else:
            chosen = np.searchsorted(route.cumulative[:-1], draw(name)[rows], side="right")
            target[rows] = np.array(route.targets, dtype=np.int64)[chosen]
    return target


def _passed(plan: Plan, tasks: tuple[int, ...], met: Met) -> NDArray[np.bool_] | bool:
    """Return which travellers skip a visit because it has no work for them."""
    conditions = [plan.tasks[task].condition for task in tasks]
    if None in conditions:
        return False
    return ~np.any([met(condition) for condition in conditions], axis=0)


def _not_passed(target: Ints, following: Ints, passed: Sequence[NDArray[np.bool_] | bool]) -> Ints:
    """Return where travellers go, past the visits that they skip."""
    if not any(np.any(skipped) for skipped in passed):
        return target
    target = target.copy()
    again = True
    while again:
        again = False
        for number, nothing in enumerate(passed):
            rows = (target == number) & nothing
            if rows.any():
                target[rows] = following[number][rows]
                again = True
    return target


def _moves(plan: Plan, origin: int, target: Ints, back: bool, met: Met, draw: Draw) -> Ints:
    """Return the time from one stop to each traveller's next: the first move that fits.

    With `back` those who are released go back to their vehicle.
    """
    time = np.zeros(len(target), dtype=np.int64)
    moves = [move for move in plan.moves if move.origin == origin]
    if not moves:
        return time

    def name_of(stop: int) -> str:
        return {-1: "outside", _VEHICLE: "vehicle"}.get(stop) or plan.stops[stop].name

    stop_of = np.array([step.stop for step in plan.steps] + [-1], dtype=np.int64)
    stop = stop_of[np.maximum(target, -1)]
    if back:
        stop[target == -1 - Outcome.RELEASED] = _VEHICLE
    left = np.ones(len(target), dtype=bool)
    for move in moves:
        fits = left & (stop == move.target) & met(move.condition)
        left &= ~fits
        rows = np.flatnonzero(fits)
        if len(rows):
            name = f"move/{name_of(move.origin)}/{name_of(move.target)}"
            time[rows] = ticks(values_of_law(move.law, name, rows, draw))
    return time
