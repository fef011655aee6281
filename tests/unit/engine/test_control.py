"""Lanes opened and closed by need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import (
    separate,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_lanes_open_and_close_by_the_queue(run_hand: RunHand) -> None:
    extra = """
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}
stops: {booth: {control: {by: queue_length, open_at: 2, close_at: 0, delay: 3 min}}}
workflow: {steps: {first: {next: released}, second: null}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2, 60, 61])
    # Two wait at 2: the second lane opens at 5. It has closed again when the others come.
    assert log.minutes.started[0].tolist() == [0, 5, 10, 60, 70]
    assert log.lane[0].tolist() == [0, 1, 0, 0, 0]


def test_lanes_open_by_the_wait_as_far_as_officers_are_there(run_hand: RunHand) -> None:
    extra = """
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}
stops: {booth: {lanes: 3, control: {by: waiting_time, open_at: 4 min, close_at: 1 min}}}
workflow: {steps: {first: {next: released}, second: null}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2])
    assert log.minutes.started[0].tolist() == [0, 5, 10]
    assert set(log.lane[0].tolist()) == {0, 1}
