"""The way through a border."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from borders import (
    START,
    border,
    separate,
    two_stops,
)

from bcpsim.engine import EventLog, visits_of
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_moves_take_their_time(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["moves"] = [
        {"from": "arrival", "to": "booth", "time": "2 min"},
        {"from": "booth", "to": "yard", "time": "3 min"},
        {"from": "yard", "to": "exit", "time": "4 min"},
    ]
    _, _, log = run_hand(scenario, cars=[0])
    assert log.minutes.queued[:, 0].tolist() == [2, 15]
    assert log.minutes.departure.tolist() == [24]


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
    assert log.minutes.started[0][1] == 55
    assert np.isnan(log.minutes.ended[0][1])
    assert np.isnan(log.minutes.started[0][2])
    scenario["horizon"]["ending"] = "drain"
    _, _, log = run_hand(scenario, cars=[45, 46, 47])
    assert log.minutes.departure.tolist() == [55, 65, 75]


def test_visits_in_the_log_have_no_gap(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(separate(), cars=[0, 1, 2])
    visits = visits_of(plan, travellers, log)
    assert (visits.ended == log.left).all()
    assert (log.queued[1] == log.left[0]).all()
