"""Which queue a vehicle joins, and which is served next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import (
    border,
    separate,
    shifts,
    with_buses,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_first_come_first_served(run_hand: RunHand) -> None:
    _, _, log = run_hand(border(), cars=[0, 3, 4])
    assert log.minutes.queued[0].tolist() == [0, 3, 4]
    assert log.minutes.started[0].tolist() == [0, 10, 20]
    assert log.minutes.ended[0].tolist() == [10, 20, 30]
    assert log.minutes.departure.tolist() == [10, 20, 30]
    assert log.outcome.tolist() == [Outcome.RELEASED] * 3


def test_equal_arrivals_go_by_number_and_take_officers_in_order(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "24:00", 2)))
    _, _, log = run_hand(scenario, cars=[5, 5, 5])
    assert log.minutes.started[0].tolist() == [5, 5, 15]
    assert log.officer[0].tolist() == [0, 1, 0]
    assert log.lane[0].tolist() == [0, 1, 0]


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
    assert log.minutes.started[0].tolist() == [52, 53, 63, 73]


@pytest.mark.parametrize(("overtaking", "started"), [(True, [0, 10, 2]), (False, [0, 10, 20])])
def test_overtaking(overtaking: bool, started: list[int], run_hand: RunHand) -> None:
    extra = f"""
officers: {{guards: {{shifts: [{{from: 00:00, to: 24:00, count: 3}}]}}}}
stops:
  booth:
    overtaking: {str(overtaking).lower()}
    lanes: [{{name: bus, admits: {{class: bus}}}}, {{name: all}}]
workflow: {{steps: {{first: {{next: released}}, second: null}}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1], buses=[2])
    # Without overtaking the bus gets to its lane when the car before it has left the queue.
    assert log.minutes.started[0].tolist() == (started if overtaking else [0, 10, 10])
