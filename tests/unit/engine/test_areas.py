"""Waiting areas: places, blocking, changing places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import (
    separate,
)

from bcpsim.engine import EventLog
from bcpsim.kpi import times_of_travellers
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_a_vehicle_stays_in_its_lane_while_the_next_place_is_full(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1}, desk: {waiting_area: yard}}
"""
    plan, travellers, log = run_hand(separate(extra), cars=[0, 1, 2])
    assert log.started[0].tolist() == [0, 10, 20]
    assert log.left[0].tolist() == [10, 20, 40]  # the third is done at 30, blocked until 40
    assert log.started[1].tolist() == [10, 40, 70]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_blocked"].tolist() == [0, 0, 10]
    assert times["waiting_time"].tolist() == [0, 9 + 20, 18 + 10 + 30]


def test_without_places_a_vehicle_goes_straight_into_a_free_lane(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {none: {places: 0}}
stops: {booth: {lanes: 1}, desk: {waiting_area: none}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1])
    assert log.left[0].tolist() == [10, 40]
    assert log.started[1].tolist() == [10, 40]


def test_two_stops_share_a_waiting_area(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 1}}
stops: {booth: {waiting_area: yard}, desk: {waiting_area: yard}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2])
    # The second car has the place from 1 to 10, the third from then on.
    assert log.started[0].tolist() == [0, 10, 20]
    assert log.started[1].tolist() == [10, 20, 30]


def test_at_a_full_shared_area_vehicles_change_places(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1, waiting_area: yard}, desk: {waiting_area: yard}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2, 3])
    # At 20 the place is taken by the third car, which waits for the booth: it gets the
    # lane of the second, and the second its place.
    assert log.started[0].tolist() == [0, 10, 20, 40]
    assert log.left[0].tolist() == [10, 20, 40, 70]
    assert log.departure.tolist() == [40, 70, 100, 130]
