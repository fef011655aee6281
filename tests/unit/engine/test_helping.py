"""Lanes that take others than their own, on borders whose event log is known by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from bcpsim.engine import EventLog, check_invariants
from bcpsim.errors import InvariantError
from bcpsim.plan import Plan
from bcpsim.sampling import Block, Travellers, circumstances

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]

# A booth for each of two classes, and 10 min for each check. Lane 0 is that of the others.
BORDER = """
name: hand
horizon: {start: 2026-04-13T00:00, duration: 4 h}
agencies: {guard: {}}
classes: {other: {}, eu: {}}
traffic:
  others: {classes: {other: 1}, arrivals: {pattern: times, file: others.csv, time_column: at}}
  citizens: {classes: {eu: 1}, arrivals: {pattern: times, file: citizens.csv, time_column: at}}
activities: {passport: {skill: passport, duration: 10 min}}
officers:
  guards:
    agency: guard
    skills: passport
    stop: hall
    shifts: [{from: "00:00", to: "24:00", count: 2}]
stops:
  hall:
    lanes:
      - {name: others, admits: {class: other}}
      - {name: eu, admits: {class: eu}}
workflow: {entry: check, steps: {check: {stop: hall, do: passport, next: released}}}
"""


def border(helps: dict[str, Any] | None, **stop: Any) -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(BORDER)
    made["stops"]["hall"].update(stop)
    if helps is not None:
        made["stops"]["hall"]["lanes"][1]["helps"] = {"admits": {"class": "other"}, **helps}
    return made


# Others come at 0, 1, 2 and 3, a citizen at 12.
@pytest.mark.parametrize(
    ("helps", "started", "lanes"),
    [
        (None, [0, 10, 20, 30, 12], [0, 0, 0, 0, 1]),
        # The citizens' booth helps at once, as nobody else waits there; the citizen comes when
        # it has taken the fourth, at 11.
        ({}, [0, 1, 10, 11, 21], [0, 1, 0, 1, 1]),
        # From two on: when the third waits behind the second; then the fourth is alone.
        ({"waiting_from": 2}, [0, 2, 10, 20, 12], [0, 1, 0, 0, 1]),
        # From a wait of 5 min on: the second at 6, the third at 10 in its own booth.
        ({"waiting_from": "5 min"}, [0, 6, 10, 20, 16], [0, 1, 0, 0, 1]),
    ],
)
def test_a_lane_helps_while_enough_others_wait(
    run_hand: RunHand, helps: dict[str, Any] | None, started: list[float], lanes: list[int]
) -> None:
    _, _, log = run_hand(border(helps), others=[0, 1, 2, 3], citizens=[12])
    assert log.minutes.started[0].tolist() == started
    assert log.lane[0].tolist() == lanes


# Both booths are taken from 0 to 10, when two others and a citizen, who came last, wait.
@pytest.mark.parametrize(("own", "last"), [(0, [20, 10]), (1, [10, 20])])
def test_few_of_its_own_may_wait_while_a_lane_helps_those_who_came_before(
    run_hand: RunHand, own: int, last: list[float]
) -> None:
    _, travellers, log = run_hand(border({"own_at_most": own}), others=[0, 1, 2], citizens=[0, 3])
    assert travellers.category.tolist() == [0, 1, 0, 0, 1]
    assert log.minutes.started[0].tolist() == [0, 0, 10, *last]


def test_without_overtaking_help_is_for_the_first_of_the_queue(run_hand: RunHand) -> None:
    scenario = border({"waiting_from": "5 min"}, overtaking=False)
    _, _, log = run_hand(scenario, others=[0, 1, 2, 3], citizens=[12])
    # The citizen waits behind the fourth, whom its booth may not help while it waits itself.
    assert log.minutes.started[0].tolist() == [0, 6, 10, 20, 20]


def test_what_others_wait_for_is_a_lane_until_one_helps(run_hand: RunHand) -> None:
    _, _, log = run_hand(border({"waiting_from": "5 min"}), others=[0, 1], citizens=[60])
    assert log.minutes.for_lane[0].tolist() == [0, 5, 0]


def test_a_lane_that_takes_whom_it_neither_admits_nor_helps_is_noticed(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(border(None), others=[0], citizens=[5])
    there = circumstances(plan, 1, 0)
    swapped = replace(log, lane=1 - log.lane)
    with pytest.raises(InvariantError, match="whom they admit, or help"):
        check_invariants(plan, Block.of(travellers, there), swapped, "")
