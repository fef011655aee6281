"""How much room those have who wait."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure, Part, Shown
from bcpsim.kpi.measures.levels import ADRM, LEVELS, OPTIMUM_SPACE, has_floor, levels
from bcpsim.kpi.view import Floats, Ints, View

_NAN = float("nan")


def _space(view: View, numbers: tuple[int, ...]) -> Floats:
    """Return the space per person, on average and at the fullest moment."""
    return np.array([[_space_in(one, number) for number in numbers] for one in view.each()])


def _space_in(view: View, number: int) -> list[float]:
    time, crowd = _crowd_in(view, number)
    floor = view.layout.plan.areas[number].floor
    assert floor is not None
    if crowd.any():
        return [floor * time.sum() / np.dot(time, crowd), floor / crowd.max()]
    return [_NAN, _NAN]


def _levels(view: View, numbers: tuple[int, ...]) -> Floats:
    return np.array([[_levels_in(one, number) for number in numbers] for one in view.each()])


def _levels_in(view: View, number: int) -> list[float]:
    time, crowd = _crowd_in(view, number)
    floor = view.layout.plan.areas[number].floor
    assert floor is not None
    with np.errstate(divide="ignore"):  # an area without a place
        worst, middle, best = levels(floor / crowd, *OPTIMUM_SPACE)
    total = time.sum()
    return [100 * time[level].sum() / total if total else _NAN for level in (best, middle, worst)]


def _crowd_in(view: View, number: int) -> tuple[Ints, Floats]:
    """Return the stretches in which anybody waits in an area: how long, and for how many.

    Those who wait outside take the space of nobody.
    """
    layout = view.layout
    steps = [k for k, stop in enumerate(layout.stops) if layout.plan.stops[stop].area == number]
    there = view.joined[steps]
    persons = np.broadcast_to(view.travellers.occupants, there.shape)
    time, waiting, crowd = crowded(
        view.times.queued[steps][there],
        view.queue_until[steps][there],
        persons[there],
        layout.warm_up,
        layout.horizon,
    )
    places = layout.plan.areas[number].places
    inside = np.ones(len(waiting)) if places is None else np.minimum(places / waiting, 1.0)
    return time, np.multiply(crowd, inside, dtype=np.float64)


def crowded(
    start: Ints, end: Ints, persons: NDArray[np.int64], low: int, high: int
) -> tuple[Ints, Ints, Ints]:
    """Return the stretches between two times in which anybody is there.

    Parameters
    ----------
    start, end, persons
        When some stay, and how many they are.
    low, high
        The two times.

    Returns
    -------
    tuple
        How long each stretch lasts, and the stays and the persons in it.
    """
    times = np.concatenate([start, end, [low, high]])
    order = np.argsort(times, kind="stable")
    ones, nobody = np.ones(len(start), dtype=np.int64), np.zeros(2, dtype=np.int64)
    stays = np.cumsum(np.concatenate([ones, -ones, nobody])[order])
    crowd = np.cumsum(np.concatenate([persons, -persons, nobody])[order])
    lasting = np.diff(np.clip(times[order], low, high))
    there = (stays[:-1] > 0) & (lasting > 0)
    return lasting[there], stays[:-1][there], crowd[:-1][there]


MEASURES = (
    Measure(
        "space_per_person",
        "Space per person",
        "m2",
        "Floor space of a waiting area, divided by the persons (occupants) who wait at its stops, "
        "at most as many as it has places. mean: what a person has on average while waiting, "
        "floor space x time in which anybody waits / person minutes; min: at the fullest moment.",
        "Fruin, Pedestrian Planning and Design, 1971",
        parts=(Part(Kind.AREAS, Whole(_space), ("mean", "min"), where=has_floor),),
        shown=Shown(run=90),
        over_time=True,
    ),
    Measure(
        "space_level",
        "Level of service, space",
        "%",
        "Of the time in which anybody waits in a waiting area, that in which the space per person "
        f"is above (over_design), within (optimum) or below (sub_optimum) {OPTIMUM_SPACE[0]:.1f} "
        f"to {OPTIMUM_SPACE[1]:.1f} m2, the range for queues at passport control.",
        ADRM,
        parts=(Part(Kind.AREAS, Whole(_levels), LEVELS, where=has_floor),),
        shown=Shown(run=91),
        most=100.0,
        over_time=True,
    ),
)
