"""The order of what happens at one time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import (
    border,
    shifts,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_an_end_comes_before_an_arrival_at_the_same_minute(run_hand: RunHand) -> None:
    _, _, log = run_hand(border(), cars=[0, 10])
    assert log.minutes.started[0].tolist() == [0, 10]


def test_a_shift_that_ends_at_the_minute_of_an_arrival_has_ended(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "01:00", 1), ("01:30", "04:00", 1)))
    _, _, log = run_hand(scenario, cars=[60])
    assert log.minutes.started[0].tolist() == [90]
