"""Officers of pools: where they go, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import (
    separate,
    with_buses,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_an_officer_of_a_pool_helps_where_the_queue_is(run_hand: RunHand) -> None:
    pool = """
officers:
  guards: {stop: [booth, desk], skills: [passport, goods], pool: {walk: 2 min, stay: 5 min}}
  customs: null
"""
    _, _, log = run_hand(separate(pool), cars=[0, 30])
    # At the booth from the start; free at 10, walks to the desk and back as needed.
    assert log.minutes.started[0].tolist() == [0, 32]
    assert log.minutes.started[1].tolist()[0] == 12
    assert log.minutes.ended[1].tolist()[0] == 18


def test_a_pool_stays_at_least_so_long(run_hand: RunHand) -> None:
    pool = """
officers:
  guards: {stop: [booth, desk], skills: [passport, goods], pool: {walk: 2 min, stay: 25 min}}
  customs: null
"""
    _, _, log = run_hand(separate(pool), cars=[0, 12])
    # At the desk from 12 on; back at the booth at 12 + 25 + 2.
    assert log.minutes.started[0].tolist() == [0, 39]


def test_two_pools_come_where_both_are_needed(run_hand: RunHand) -> None:
    extra = """
officers:
  guards: {stop: [booth, desk], pool: {walk: 2 min}}
  customs: {stop: [booth, desk], pool: {walk: 3 min}}
workflow:
  entry: second
  steps: {first: null, second: {do: null, crew: [{do: passport}, {do: goods}]}}
"""
    _, _, log = run_hand(separate(extra), cars=[0])
    assert log.minutes.started.tolist() == [[3], [3]]


def test_of_two_officers_who_could_help_one_comes(run_hand: RunHand) -> None:
    extra = """
officers:
  guards: {stop: [booth, desk], skills: goods, pool: {walk: 2 min}}
  customs: {stop: [booth, desk], pool: {walk: 3 min}}
workflow: {entry: second, steps: {first: null}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 20])
    # The pool asked last goes; the other stays away also from the second car.
    assert log.minutes.started.tolist() == [[3, 20]]
    assert log.officer.tolist() == [[1, 1]]


@pytest.mark.parametrize(("rule", "second"), [("longest_queue", "desk"), ("longest_wait", "booth")])
def test_rules_of_a_pool(rule: str, second: str, run_hand: RunHand) -> None:
    # Cars go to the booth, buses to the desk; the one officer is busy with a car until 10.
    extra = f"""
officers:
  guards: {{stop: [booth, desk], skills: [passport, goods], pool: {{rule: {rule}}}}}
  customs: null
workflow:
  entry: [{{when: {{class: bus}}, to: second}}, {{to: first}}]
  steps: {{first: {{next: released}}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1], buses=[2, 3])
    started = {"booth": log.minutes.started[0][1], "desk": log.minutes.started[1][2]}
    assert started[second] == 10


def test_no_officer_of_a_pool_leaves_a_queue_that_keeps_each_of_them_busy(
    run_hand: RunHand,
) -> None:
    # Cars go to the booth, buses to the desk; two officers are free at the same time.
    extra = """
officers:
  guards:
    stop: [booth, desk]
    skills: [passport, goods]
    pool: {walk: 2 min}
    shifts: [{from: 00:00, to: 24:00, count: 2}]
  customs: null
workflow:
  entry: [{when: {class: bus}, to: second}, {to: first}]
  steps: {first: {next: released}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 0, 1, 2, 3, 4], buses=[5, 26, 27])
    assert sorted(log.minutes.started[0][:6]) == [0, 0, 10, 10, 20, 20]
    # At 30 three buses wait: both go, since both can begin.
    assert sorted(log.minutes.started[1][6:]) == [32, 32, 38]


def test_officers_of_a_pool_share_themselves_out_between_equal_queues(run_hand: RunHand) -> None:
    extra = """
officers:
  guards:
    stop: [booth, desk]
    skills: [passport, goods]
    shifts: [{from: 00:00, to: 24:00, count: 2}]
  customs: null
workflow:
  entry: [{when: {class: bus}, to: second}, {to: first}]
  steps: {first: {next: released}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 0, 1, 2], buses=[3, 4])
    # At 10 two wait at each: one officer goes, and then both queues are as long.
    assert sorted(log.minutes.started[0][:4]) == [0, 0, 10, 20]
    assert sorted(log.minutes.started[1][4:]) == [10, 16]
