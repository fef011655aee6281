"""Waiting areas: places, blocking, changing places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from borders import (
    separate,
)

from bcpsim.engine import EventLog
from bcpsim.kpi import Meter, times_of_travellers
from bcpsim.plan import Plan
from bcpsim.sampling import Block, Travellers, circumstances

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


def measured(run: Run) -> dict[tuple[str, str, str], float]:
    """Return what is measured of a run, by measure, population and statistic."""
    plan, travellers, log = run
    meter = Meter(plan)
    totals = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0].tolist()
    rows = [(row.measure, row.population, row.statistic) for row in meter.rows]
    return dict(zip(rows, totals, strict=True))


def test_who_is_in_an_area_and_who_waits_outside(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1, waiting_area: yard}}
"""
    run = run_hand(separate(extra), cars=[0, 1, 2, 3])
    value = measured(run)
    _, _, log = run
    assert log.minutes.started[0].tolist() == [0, 10, 20, 30]
    # In the yard from 1 to 10, from 10 to 20 and from 20 to 30; outside 2 to 10 and 3 to 20.
    assert log.minutes.entered[0].tolist() == [0, 1, 10, 20]
    window = log_window(run)
    assert value["area_occupancy", "area=yard", "mean"] == pytest.approx(29 / window)
    assert value["area_occupancy", "area=yard", "max"] == 1
    assert value["area_full", "area=yard", "mean"] == pytest.approx(100 * 29 / window)
    assert value["area_overflow", "area=yard", "mean"] == 100
    assert value["queue_outside", "area=yard", "mean"] == pytest.approx((8 + 17) / window)
    assert value["queue_outside", "area=yard", "max"] == 2
    assert value["wait_outside", "area=yard", "mean"] == 12.5
    assert value["wait_outside", "area=yard", "max"] == 17
    assert value["queue_length", "stop=booth", "max"] == 3


def log_window(run: Run) -> float:
    """Return the minutes of the measured time."""
    return run[0].horizon - run[0].warm_up


def test_an_area_that_never_fills_did_not_overflow(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 3}}
stops: {booth: {lanes: 1, waiting_area: yard}}
"""
    value = measured(run_hand(separate(extra), cars=[0, 1, 2, 3]))
    assert value["area_occupancy", "area=yard", "max"] == 3
    assert value["area_full", "area=yard", "mean"] > 0
    assert value["area_overflow", "area=yard", "mean"] == 0
    assert value["queue_outside", "area=yard", "max"] == 0
    assert np.isnan(value["wait_outside", "area=yard", "mean"])


def test_who_is_kept_in_a_lane_overflows_the_area_ahead_and_waits_in_the_lane(
    run_hand: RunHand,
) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1}, desk: {waiting_area: yard}}
"""
    run = run_hand(separate(extra), cars=[0, 1, 2])
    value, window = measured(run), log_window(run)
    # The third is done at 30, and kept until 40; the booth's queue is 1 to 10 and 2 to 20.
    assert value["area_overflow", "area=yard", "mean"] == 100
    assert value["waiting_in_lanes", "stop=booth", "mean"] == pytest.approx(10 / window)
    assert value["waiting_in_lanes", "stop=booth", "max"] == 1
    assert value["queue_length", "stop=booth", "mean"] == pytest.approx((9 + 18 + 10) / window)
    assert value["queue_length", "stop=booth", "max"] == 2
    waits = value["waiting_time", "stop=booth", "mean"] * value["visits", "stop=booth", "total"]
    assert value["queue_length", "stop=booth", "mean"] == pytest.approx(waits / window)


def test_turning_away_is_overflowing(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1, waiting_area: yard, when_full: turn_away}}
"""
    value = measured(run_hand(separate(extra), cars=[0, 1, 2]))
    assert value["turned_away", "all", "total"] == 1
    assert value["area_overflow", "area=yard", "mean"] == 100
    assert ("queue_outside", "area=yard", "max") not in value


def test_an_area_without_a_number_of_places_tells_who_waits_at_its_stops(
    run_hand: RunHand,
) -> None:
    extra = """
areas: {yard: {floor: 40 m2}}
stops: {booth: {lanes: 1, waiting_area: yard}}
"""
    value = measured(run_hand(separate(extra), cars=[0, 1, 2]))
    assert value["area_occupancy", "area=yard", "max"] == 2
    assert ("area_full", "area=yard", "mean") not in value
