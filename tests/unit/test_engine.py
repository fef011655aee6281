"""The engine's rules on borders so small that the whole event log is known by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bcpsim.engine import EventLog, check_invariants
from bcpsim.errors import InvariantError
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Travellers, circumstances

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

START = "2026-04-13T00:00"


def border(**changes: Any) -> dict[str, Any]:
    """Return a border with one stop and services of 10 minutes."""
    scenario: dict[str, Any] = {
        "name": "hand",
        "horizon": {"start": START, "duration": "4 h"},
        "agencies": {"guard": {}},
        "classes": {"car": {}},
        "traffic": {
            "cars": {
                "classes": {"car": 1},
                "arrivals": {"pattern": "times", "file": "cars.csv", "time_column": "at"},
            }
        },
        "activities": {"check": {"skill": "check", "duration": "10 min"}},
        "officers": {
            "guards": {
                "agency": "guard",
                "skills": "check",
                "stop": "booth",
                "shifts": [{"from": "00:00", "to": "24:00", "count": 1}],
            }
        },
        "stops": {"booth": {"lanes": 4}},
        "workflow": {
            "entry": "check",
            "steps": {"check": {"stop": "booth", "do": "check", "next": "released"}},
        },
    }
    scenario.update(changes)
    return scenario


def shifts(*rows: tuple[str, str, int]) -> dict[str, Any]:
    """Return officers of the stop by (from, to, count)."""
    listed = [{"from": start, "to": end, "count": count} for start, end, count in rows]
    return {"guards": {"agency": "guard", "skills": "check", "stop": "booth", "shifts": listed}}


def two_stops(**second: Any) -> dict[str, Any]:
    """Return a border with two stops, one officer each, 10 and 5 minutes."""
    officer = {"agency": "guard", "shifts": [{"from": "00:00", "to": "24:00", "count": 1}]}
    return border(
        activities={
            "check": {"skill": "check", "duration": "10 min"},
            "look": {"skill": "look", "duration": "5 min"},
        },
        officers={
            "guards": {**officer, "skills": "check", "stop": "booth"},
            "lookers": {**officer, "skills": "look", "stop": "yard"},
        },
        stops={"booth": {"lanes": 4}, "yard": {"lanes": 4}},
        workflow={
            "entry": "check",
            "steps": {
                "check": {"stop": "booth", "do": "check", "next": "look"},
                "look": {"stop": "yard", "do": "look", "next": "released", **second},
            },
        },
    )


def test_first_come_first_served(run_hand: RunHand) -> None:
    _, _, log = run_hand(border(), cars=[0, 3, 4])
    assert log.queued[0].tolist() == [0, 3, 4]
    assert log.started[0].tolist() == [0, 10, 20]
    assert log.ended[0].tolist() == [10, 20, 30]
    assert log.departure.tolist() == [10, 20, 30]
    assert log.outcome.tolist() == [Outcome.RELEASED] * 3


def test_an_end_comes_before_an_arrival_at_the_same_minute(run_hand: RunHand) -> None:
    _, _, log = run_hand(border(), cars=[0, 10])
    assert log.started[0].tolist() == [0, 10]


def test_equal_arrivals_go_by_number_and_take_officers_in_order(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "24:00", 2)))
    _, _, log = run_hand(scenario, cars=[5, 5, 5])
    assert log.started[0].tolist() == [5, 5, 15]
    assert log.officer[0].tolist() == [0, 1, 0]
    assert log.lane[0].tolist() == [0, 1, 0]


def test_the_vehicle_in_hand_is_finished_after_the_shift(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "01:00", 1), ("02:00", "04:00", 1)))
    _, _, log = run_hand(scenario, cars=[55, 56])
    assert log.ended[0].tolist() == [65, 130]
    assert log.started[0].tolist() == [55, 120]
    assert log.officer[0].tolist() == [0, 1]


def test_nobody_starts_until_fewer_are_busy_than_on_duty(run_hand: RunHand) -> None:
    # Three officers until 01:00, then one: both vehicles in hand must be done first.
    scenario = border(officers=shifts(("00:00", "01:00", 2), ("00:00", "04:00", 1)))
    _, _, log = run_hand(scenario, cars=[54, 57, 61])
    assert log.ended[0][:2].tolist() == [64, 67]
    assert log.started[0][2] == 67


def test_a_shift_that_ends_at_the_minute_of_an_arrival_has_ended(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "01:00", 1), ("01:30", "04:00", 1)))
    _, _, log = run_hand(scenario, cars=[60])
    assert log.started[0].tolist() == [90]


def test_a_closed_lane_takes_nobody(run_hand: RunHand) -> None:
    stops = {"booth": {"lanes": [{"name": "day", "open": ["01:00-02:00"]}]}}
    scenario = border(stops=stops)
    _, _, log = run_hand(scenario, cars=[0, 115, 116])
    # The third waits until the lane opens on the next day.
    assert log.started[0].tolist() == [60, 115, 25 * 60]


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
    assert log.started[0].tolist() == [0, 10, 2]  # the bus overtakes on its own lane


@pytest.mark.parametrize(
    ("choice", "lanes"),
    [("fewest_vehicles", [0, 1, 0, 1]), ("shortest_queue", [0, 0, 1, 1])],
)
def test_a_queue_per_lane_is_chosen_on_arrival(
    choice: str, lanes: list[int], run_hand: RunHand
) -> None:
    scenario = border(
        officers=shifts(("00:00", "24:00", 2)),
        stops={"booth": {"lanes": 2, "queue": "per_lane", "choice": choice}},
    )
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3])
    assert log.lane[0].tolist() == lanes


def test_the_queue_of_a_closing_lane_chooses_anew(run_hand: RunHand) -> None:
    # One officer less from 01:00: the second lane closes, its queue joins the first.
    scenario = border(
        officers=shifts(("00:00", "04:00", 1), ("00:00", "01:00", 1)),
        stops={"booth": {"lanes": 2, "queue": "per_lane"}},
    )
    _, _, log = run_hand(scenario, cars=[52, 53, 54, 55])
    assert log.lane[0].tolist() == [0, 1, 0, 0]
    # At 62 the first lane is free, but both officers on duty and overtime are two busy
    # with one on duty until 63; then the oldest goes first.
    assert log.started[0].tolist() == [52, 53, 63, 73]


def test_moves_take_their_time(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["moves"] = [
        {"from": "arrival", "to": "booth", "time": "2 min"},
        {"from": "booth", "to": "yard", "time": "3 min"},
        {"from": "yard", "to": "exit", "time": "4 min"},
    ]
    _, _, log = run_hand(scenario, cars=[0])
    assert log.queued[:, 0].tolist() == [2, 15]
    assert log.departure.tolist() == [24]


def test_equipment_is_shared_by_two_stops(run_hand: RunHand) -> None:
    scenario = two_stops(equipment=["scanner"])
    scenario["equipment"] = {"scanner": {"count": 1}}
    scenario["workflow"]["steps"]["check"]["equipment"] = ["scanner"]
    _, _, log = run_hand(scenario, cars=[0, 1])
    # Done at the booth at 10, the first needs the scanner again, and so does the second,
    # which has waited at a stop that comes first in the file.
    assert log.started[0].tolist() == [0, 10]
    assert log.started[1].tolist() == [20, 25]


def test_routes_by_attribute_and_outcome(run_hand: RunHand) -> None:
    scenario = border(classes={"car": {"attributes": {"papers": {"good": 0.5, "bad": 0.5}}}})
    scenario["workflow"]["steps"]["check"]["next"] = [
        {"when": {"papers": "bad"}, "to": "refused"},
        {"to": "released"},
    ]
    _, travellers, log = run_hand(scenario, cars=[10.0 * k for k in range(20)])
    expected = np.where(travellers.attributes[0] == 1, Outcome.REFUSED, Outcome.RELEASED)
    assert log.outcome.tolist() == expected.tolist()
    assert len(set(log.outcome.tolist())) == 2


def test_a_cut_counts_those_inside_and_a_drain_lets_them_out(run_hand: RunHand) -> None:
    scenario = border(horizon={"start": START, "duration": "1 h", "ending": "cut"})
    _, _, log = run_hand(scenario, cars=[45, 46, 47])
    assert log.outcome.tolist() == [Outcome.RELEASED, Outcome.INSIDE, Outcome.INSIDE]
    assert log.started[0][1] == 55
    assert np.isnan(log.ended[0][1])
    assert np.isnan(log.started[0][2])
    scenario["horizon"]["ending"] = "drain"
    _, _, log = run_hand(scenario, cars=[45, 46, 47])
    assert log.departure.tolist() == [55, 65, 75]


def test_a_pace_stretches_the_service(run_hand: RunHand) -> None:
    officers = shifts(("00:00", "24:00", 1))
    officers["guards"]["skills"] = {"check": 1.5}
    _, _, log = run_hand(border(officers=officers), cars=[0])
    assert log.ended[0].tolist() == [15]


def test_the_first_group_that_can_serves(run_hand: RunHand) -> None:
    officers = shifts(("00:00", "24:00", 1))
    officers["helpers"] = {**officers["guards"], "skills": {"check": 2}}
    _, _, log = run_hand(border(officers=officers), cars=[0, 1, 2])
    assert log.officer[0].tolist() == [0, 1, 0]
    assert log.ended[0].tolist() == [10, 21, 20]


# --- Invariants ------------------------------------------------------------------------


def broken(log: EventLog, **changes: Callable[[np.ndarray[Any, Any]], None]) -> EventLog:
    """Return a copy of a log with some columns changed in place."""
    copies = {}
    for name, change in changes.items():
        copies[name] = getattr(log, name).copy()
        change(copies[name])
    return replace(log, **copies)


def put(index: Any, value: float) -> Callable[[np.ndarray[Any, Any]], None]:
    def change(column: np.ndarray[Any, Any]) -> None:
        column[index] = value

    return change


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"departure": put(1, np.nan)}, "leaves once or is inside"),
        ({"outcome": put(1, 0)}, "leaves once or is inside"),
        ({"left": put((0, 1), np.nan)}, "in the middle of a visit"),
        ({"for_lane": put((0, 1), 8)}, "longer than in all"),
        ({"for_lane": put((0, 1), -1)}, "no wait is negative"),
        ({"queued": put((0, 2), 29)}, "before its traveller has queued"),
        ({"ended": put((0, 2), 15)}, "ends before it starts"),
        ({"departure": put(0, -1)}, "before the arrival"),
        ({"started": put((0, 1), 9.5), "for_lane": put((0, 1), 0)}, "no officer does two"),
        (
            {
                "started": put((0, 2), 19),
                "officer": put((0, 2), 1),
                "for_lane": put((0, 2), 0),
            },
            "no lane serves two",
        ),
        ({"officer": put((0, 2), 2)}, "officer is off duty"),
        ({"lane": put((0, 1), 1)}, "its lane is closed"),
    ],
)
def test_a_broken_rule_is_an_error_with_seed_and_replication(
    changes: dict[str, Any], rule: str, run_hand: RunHand
) -> None:
    scenario = border(
        officers=shifts(("00:00", "24:00", 1), ("00:00", "24:00", 1), ("03:00", "04:00", 1)),
        stops={"booth": {"lanes": [{"name": "a"}, {"name": "b", "open": ["03:00-04:00"]}]}},
    )
    plan, travellers, log = run_hand(scenario, cars=[0, 3, 4])
    there = circumstances(plan, 1, 0)
    check_invariants(plan, travellers, there, log, "seed 1, replication 0")
    with pytest.raises(InvariantError, match=f"seed 1, replication 0.*{rule}"):
        check_invariants(plan, travellers, there, broken(log, **changes), "seed 1, replication 0")


def test_equipment_used_beyond_its_number_is_noticed(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "24:00", 2)), equipment={"scanner": {"count": 2}})
    scenario["workflow"]["steps"]["check"]["equipment"] = "scanner"
    plan, travellers, log = run_hand(scenario, cars=[0, 1])
    one = replace(plan, equipment=(replace(plan.equipment[0], count=1),))
    with pytest.raises(InvariantError, match="scanner is used within its number"):
        check_invariants(one, travellers, circumstances(one, 1, 0), log, "")
