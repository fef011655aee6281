"""Waiting areas: places, blocking, changing places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
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
    assert log.minutes.started[0].tolist() == [0, 10, 20]
    assert log.minutes.left[0].tolist() == [10, 20, 40]  # the third is done at 30, blocked until 40
    assert log.minutes.started[1].tolist() == [10, 40, 70]
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
    assert log.minutes.left[0].tolist() == [10, 40]
    assert log.minutes.started[1].tolist() == [10, 40]


def test_two_stops_share_a_waiting_area(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 1}}
stops: {booth: {waiting_area: yard}, desk: {waiting_area: yard}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2])
    # The second car has the place from 1 to 10, the third from then on.
    assert log.minutes.started[0].tolist() == [0, 10, 20]
    assert log.minutes.started[1].tolist() == [10, 20, 30]


def test_at_a_full_shared_area_vehicles_change_places(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1, waiting_area: yard}, desk: {waiting_area: yard}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2, 3])
    # At 20 the place is taken by the third car, which waits for the booth: it gets the
    # lane of the second, and the second its place.
    assert log.minutes.started[0].tolist() == [0, 10, 20, 40]
    assert log.minutes.left[0].tolist() == [10, 20, 40, 70]
    assert log.minutes.departure.tolist() == [40, 70, 100, 130]


def test_who_changes_places_queues_behind_whom_it_lets_go(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 1}}
stops:
  hall: null
  booth:
    lanes: [{name: buses, admits: {class: bus}}, {name: all}]
    queue: per_lane
    overtaking: false
    waiting_area: yard
    priority: [{class: bus}]
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}, customs: null}
traffic:
  buses: {classes: {bus: 1}, arrivals: {pattern: times, file: buses.csv, time_column: at}}
workflow:
  entry: first
  steps:
    first: {next: [{when: {class: bus}, to: second}, {to: released}]}
    second: {stop: booth, do: passport, next: released}
"""
    _, travellers, log = run_hand(separate(extra), cars=[2], buses=[0, 1])
    buses, car = np.flatnonzero(travellers.category == 1), (travellers.category == 0).argmax()
    # Both buses queue a second time, before cars. The first is done at 10 and stays in the
    # buses' lane: the car, which has the only place, can't go there. The second is done at 11
    # and lets the car into its lane, takes the place, and in turn lets go of it for the first.
    assert log.minutes.started[0][car] == 11
    assert log.minutes.left[0][buses].tolist() == [11, 11]
    assert log.minutes.started[1][buses].tolist() == [21, 11]


def test_who_stands_outside_waits_for_what_the_first_in_the_queue_waits_for(
    run_hand: RunHand,
) -> None:
    extra = """
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1, waiting_area: yard, priority: [{class: bus}]}}
traffic:
  buses: {classes: {bus: 1}, arrivals: {pattern: times, file: buses.csv, time_column: at}}
"""
    _, travellers, log = run_hand(separate(extra), cars=[0, 0], buses=[1])
    bus = (travellers.category == 1).argmax()
    assert log.minutes.queued[0][bus] == 1
    assert log.minutes.started[0][bus] == 20
    # With one officer for one lane it is the officer who is lacking all the time.
    assert log.minutes.for_lane[0].tolist() == [0, 0, 0]
    two = """officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}"""
    _, travellers, log = run_hand(separate(extra, two), cars=[0, 0], buses=[1])
    assert log.minutes.for_lane[0][bus] == 19
