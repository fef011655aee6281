"""Crews whose desks each begin when their officer is free: in any order, or independently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import joint

from bcpsim.engine import EventLog
from bcpsim.kpi import times_of_travellers
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def desks(order: str, *more: str) -> Scenario:
    """Return a hall of two lanes: passports take 10 minutes, goods 6."""
    extra = f"workflow: {{steps: {{control: {{order: {order}}}}}}}"
    return joint("stops: {hall: {lanes: 2}}", extra, *more)


def test_in_any_order_a_vehicle_goes_to_whichever_desk_is_free(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(desks("any"), cars=[0, 1])
    assert log.minutes.started.tolist() == [[0, 10], [10, 1]]
    assert log.minutes.ended.tolist() == [[10, 20], [16, 7]]
    assert log.minutes.left.tolist() == [[16, 20]]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [0, 3]  # in the lane, from 7 to 10
    assert times["service_time"].tolist() == [16, 16]


def test_independent_desks_begin_each_when_its_officer_is_free(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(desks("independent"), cars=[0, 1, 2])
    assert log.minutes.started.tolist() == [[0, 10, 20], [0, 6, 12]]
    assert log.minutes.left.tolist() == [[10, 20, 30]]
    times = times_of_travellers(plan, travellers, log)
    # The second waits from 1 to 6. From then on somebody is busy with it all the time. The third
    # has a lane from 10 on, its goods are looked at until 18, and it waits for the guard until 20.
    assert times["waiting_time"].tolist() == [0, 5, 10 + 2]
    assert times["wait_for_lane"].tolist() == [0, 0, 0]
    assert times["service_time"].tolist() == [10, 14, 6 + 10]


def test_side_by_side_the_crew_would_wait_for_one_another(run_hand: RunHand) -> None:
    _, _, log = run_hand(desks("parallel"), cars=[0, 1, 2])
    assert log.minutes.started.tolist() == [[0, 10, 20], [0, 10, 20]]


@pytest.mark.parametrize(("order", "left"), [("any", [26, 20]), ("independent", [10, 20])])
def test_one_desk_closed_does_not_keep_the_other_from_work(
    order: str, left: list[float], run_hand: RunHand
) -> None:
    guards = "officers: {guards: {shifts: [{from: 00:10, to: 24:00, count: 1}]}}"
    _, _, log = run_hand(desks(order, guards), cars=[0, 1])
    assert log.minutes.started[1].tolist() == [0, 6]
    assert log.minutes.started[0].tolist() == [10, 20]


def test_those_who_stand_for_a_desk_are_served_in_order_of_coming(run_hand: RunHand) -> None:
    more = "activities: {goods: {duration: 1 min}}"
    _, _, log = run_hand(desks("independent", more, "stops: {hall: {lanes: 4}}"), cars=[0, 1, 2, 3])
    assert log.minutes.started[1].tolist() == [0, 1, 2, 3]
    assert log.minutes.started[0].tolist() == [0, 10, 20, 30]


def test_equipment_of_one_desk_does_not_hold_up_the_other(run_hand: RunHand) -> None:
    more = """
equipment: {scanner: {count: 1, maintenance: [00:00-00:30]}}
workflow: {steps: {control: {crew: [
  {do: passport, agency: guard}, {do: goods, agency: customs, equipment: scanner}]}}}
"""
    plan, travellers, log = run_hand(desks("independent", more), cars=[0])
    assert log.minutes.started.tolist() == [[0], [30]]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [20]
    assert times["service_time"].tolist() == [16]


@pytest.mark.parametrize("order", ["any", "independent"])
def test_who_is_late_leaves_after_the_desk_at_work(order: str, run_hand: RunHand) -> None:
    more = """
traffic: {cars: {deadline: 5 min}}
officers: {guards: {shifts: [{from: 00:08, to: 24:00, count: 1}]}}
"""
    _, _, log = run_hand(desks(order, more), cars=[0, 1])
    # The first is at the desk for goods at its deadline, and leaves when that is done; the second
    # leaves from the queue, or starts and leaves likewise.
    assert log.minutes.left[0].tolist() == [6, 6]
    assert log.outcome.tolist() == [5, 5]
    assert (log.started[0] < 0).all()


def test_work_handed_over_makes_only_its_own_desk_longer(run_hand: RunHand) -> None:
    more = """
officers:
  customs:
    shifts: [{from: 00:00, to: 00:03, count: 1}, {from: 00:03, to: 24:00, count: 1}]
    handover: {in_hand: hand_over, time: 7 min}
"""
    _, _, log = run_hand(desks("independent", more), cars=[0])
    assert log.minutes.ended.tolist() == [[10], [13]]
    assert log.minutes.left.tolist() == [[13]]


def test_a_pool_sends_an_officer_for_the_desk_that_is_lacking(run_hand: RunHand) -> None:
    more = """
stops: {desk: {lanes: 1}}
officers: {customs: {stop: [desk, hall], pool: {walk: 4 min}}}
"""
    _, _, log = run_hand(desks("independent", more), cars=[0])
    assert log.minutes.started.tolist() == [[0], [4]]
    assert log.minutes.left.tolist() == [[10]]
