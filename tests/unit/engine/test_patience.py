"""Travellers who leave the queue when their patience is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import border, two_stops

from bcpsim.engine import EventLog
from bcpsim.kpi import Meter, Row, times_of_travellers
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Block, Travellers, circumstances

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

RELEASED, LOST_PATIENCE = int(Outcome.RELEASED), int(Outcome.LOST_PATIENCE)


def test_who_has_waited_long_enough_leaves_and_who_starts_by_then_stays(run_hand: RunHand) -> None:
    scenario = border(stops={"booth": {"lanes": 4, "patience": "12 min"}})
    plan, travellers, log = run_hand(scenario, cars=[0, 1, 2, 8])
    # The second starts at 10. The third would at 20, and leaves at 14. The fourth starts at 20, at
    # which its patience ends.
    assert log.outcome.tolist() == [RELEASED, RELEASED, LOST_PATIENCE, RELEASED]
    assert log.minutes.left.tolist() == [[10, 20, 14, 30]]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [0, 9, 12, 12]
    meter = Meter(plan)
    found = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0]
    for row, value in {
        Row("lost_patience", "all", "total"): 1,
        Row("gave_up", "stop=booth", "total"): 1,
        Row("released", "all", "total"): 3,
        Row("waiting_time", "stop=booth", "mean"): 33 / 4,
    }.items():
        assert found[meter.rows.index(row)] == pytest.approx(value), row


def test_without_patience_only_those_who_start_at_once_are_served(run_hand: RunHand) -> None:
    scenario = border(stops={"booth": {"lanes": 4, "patience": "0 min", "overtaking": False}})
    _, _, log = run_hand(scenario, cars=[0, 0, 10])
    assert log.outcome.tolist() == [RELEASED, LOST_PATIENCE, RELEASED]


def test_patience_is_by_cases_and_others_wait_for_ever(run_hand: RunHand) -> None:
    patience = [{"when": {"class": "bus"}, "time": "3 min"}]
    scenario = border(stops={"booth": {"lanes": 4, "patience": patience}})
    scenario["classes"]["bus"] = {}
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source}
    _, _, log = run_hand(scenario, cars=[0, 1], buses=[2])
    assert log.outcome.tolist() == [RELEASED, RELEASED, LOST_PATIENCE]
    assert log.minutes.departure.tolist() == [10, 20, 5]


def test_it_counts_for_each_queue_apart_also_outside_a_full_area(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["areas"] = {"yard": {"places": 1}}
    scenario["activities"]["look"]["duration"] = "60 min"
    scenario["stops"]["booth"] |= {"patience": "14 min", "waiting_area": "yard"}
    scenario["stops"]["yard"]["patience"] = "20 min"
    _, _, log = run_hand(scenario, cars=[0, 1, 2])
    # The third waits outside, then in the area, until 16; the second in two queues, 9 and 20 min.
    assert log.outcome.tolist() == [RELEASED, LOST_PATIENCE, LOST_PATIENCE]
    assert log.minutes.departure.tolist() == [70, 40, 16]
    assert log.minutes.left[0].tolist() == [10, 20, 16]


def test_the_place_in_the_queue_that_is_left_lets_others_start(run_hand: RunHand) -> None:
    lanes = [
        {"name": "cars", "admits": {"class": "car"}},
        {"name": "buses", "admits": {"class": "bus"}},
    ]
    scenario: dict[str, Any] = border(
        stops={"booth": {"lanes": lanes, "overtaking": False, "patience": [
            {"when": {"class": "car"}, "time": "3 min"}]}}
    )  # fmt: skip
    scenario["officers"]["guards"]["shifts"][0]["count"] = 2
    scenario["classes"]["bus"] = {}
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source}
    _, _, log = run_hand(scenario, cars=[0, 1], buses=[2])
    assert log.minutes.started[0].tolist()[2] == 4  # when the car before it has left


def test_who_waits_at_the_start_has_patience_from_then_on(run_hand: RunHand) -> None:
    scenario = border(stops={"booth": {"lanes": 1, "patience": "15 min"}})
    arrivals = {"pattern": "waiting", "count": 3, "waited": "40 min"}
    scenario["traffic"] = {"left": {"classes": {"car": 1}, "arrivals": arrivals}}
    plan, travellers, log = run_hand(scenario)
    assert log.minutes.departure.tolist() == [10, 20, 15]
    assert times_of_travellers(plan, travellers, log)["waiting_time"].tolist() == [40, 50, 55]


def test_a_coach_whose_passengers_are_out_waits_for_them(run_hand: RunHand) -> None:
    scenario = border(
        classes={"car": {"occupants": 3}, "person": {}},
        stops={"booth": {"lanes": 1, "patience": "2 min"}, "hall": {"lanes": 1}},
        activities={
            "check": {"skill": "check", "duration": "30 min"},
            "gate": {"self_service": True, "duration": "10 min"},
        },
    )
    step = scenario["workflow"]["steps"]["check"]
    scenario["workflow"] = {
        "entry": "out",
        "steps": {
            "out": {
                "stop": "hall",
                "do": "gate",
                "split": {"classes": "person", "stay": 1, "to": "gate"},
                "next": "check",
            },
            "gate": {"stop": "hall", "do": "gate", "next": "released"},
            "check": step,
        },
    }
    _, _, log = run_hand(scenario, cars=[0, 1])
    cars = log.outcome[:2].tolist()
    # Both get theirs out at the hall; the second finds the booth busy, with two still out.
    assert cars == [RELEASED, RELEASED]
