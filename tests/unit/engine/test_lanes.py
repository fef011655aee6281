"""Which lanes take vehicles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import (
    border,
    separate,
    shifts,
)

from bcpsim.engine import EventLog
from bcpsim.kpi import times_of_travellers
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_lanes_for_a_class_only(run_hand: RunHand) -> None:
    scenario = border(
        classes={"car": {}, "bus": {}},
        officers=shifts(("00:00", "24:00", 3)),
        stops={
            "booth": {
                "lanes": [{"name": "bus", "admits": {"class": "bus"}}, {"name": "all"}],
            }
        },
    )
    scenario["traffic"]["buses"] = {
        "classes": {"bus": 1},
        "arrivals": {"pattern": "times", "file": "buses.csv", "time_column": "at"},
    }
    _, travellers, log = run_hand(scenario, cars=[0, 1], buses=[2])
    assert travellers.category.tolist() == [0, 0, 1]
    assert log.lane[0].tolist() == [1, 1, 0]
    assert log.minutes.started[0].tolist() == [0, 10, 2]  # the bus overtakes on its own lane


def test_booked_slots(run_hand: RunHand) -> None:
    extra = """
traffic:
  cars:
    arrivals:
      {pattern: slots, every: 1 h, places: 1, early_by: 20 min, file: null, time_column: null}
stops: {booth: {lanes: [{name: booked, admits: {booking: on_time}}, {name: all}]}}
"""
    plan, travellers, log = run_hand(separate(extra))
    assert travellers.minutes.arrival.tolist() == [
        40,
        100,
        160,
    ]  # who came before the start is left out
    assert travellers.minutes.held.tolist() == [20, 20, 20]
    assert log.minutes.queued[0].tolist() == [60, 120, 180]
    assert log.lane[0].tolist() == [0, 0, 0]
    times = times_of_travellers(plan, travellers, log)
    assert times["slot_wait"].tolist() == [20, 20, 20]
    late = """
traffic: {cars: {arrivals: {late: 100 %, late_by: 30 min, grace: 15 min}}}
"""
    _, travellers, log = run_hand(separate(extra, late))
    assert travellers.minutes.arrival.tolist() == [30, 90, 150, 210]
    assert log.lane[0].tolist() == [1, 1, 1, 1]
