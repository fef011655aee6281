"""The way through a border."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from borders import (
    START,
    border,
    separate,
    two_stops,
    with_buses,
)

import bcpsim
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


def test_steps_without_anything_to_do_are_passed(run_hand: RunHand) -> None:
    extra = """
workflow:
  steps: {second: {do: null, crew: [{do: goods, when: {class: bus}}]}}
moves: [{from: booth, to: desk, time: 5 min}, {from: booth, to: exit, time: 1 min}]
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0], buses=[30])
    assert log.minutes.departure.tolist() == [11, 30 + 10 + 5 + 6]
    assert np.isnan(log.minutes.queued[1, 0])


def test_a_selection_is_an_outcome_that_later_steps_ask_for(run_hand: RunHand) -> None:
    extra = """
selections: {risk: [{when: {class: bus}, shares: {hit: 1}}, {shares: {hit: 0, clear: 1}}]}
workflow: {steps: {first: {next: [{when: {risk: hit}, to: second}, {to: released}]}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0], buses=[30])
    assert log.minutes.departure.tolist() == [10, 46]


def test_a_loop_ends_at_its_bound(run_hand: RunHand) -> None:
    extra = "workflow: {steps: {first: {next: second}, second: {next: first}}}"
    with pytest.raises(bcpsim.ScenarioError, match="goes round"):
        run_hand(separate(extra), cars=[0])
    bound = "workflow: {steps: {first: {at_most: 3, afterwards: refused}}}"
    plan, _, log = run_hand(separate(extra, bound), cars=[0])
    assert [step.name for step in plan.steps][:2] == ["first", "second"]
    assert len(plan.steps) == 6
    assert log.minutes.departure.tolist() == [3 * 16]
    assert log.outcome.tolist() == [Outcome.REFUSED]


def test_bounded_steps_may_lead_to_each_other(run_hand: RunHand) -> None:
    extra = """
workflow:
  steps:
    first: {at_most: 2, afterwards: refused, next: second}
    second: {at_most: 2, afterwards: first, next: first}
"""
    _, _, log = run_hand(separate(extra), cars=[0])
    # first, second, first, second, and then first is exhausted.
    assert log.minutes.departure.tolist() == [32]
    assert log.outcome.tolist() == [Outcome.REFUSED]
