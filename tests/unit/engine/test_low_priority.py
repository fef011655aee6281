"""Priority, and the share of starts for the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


def test_priority_does_not_break_off_what_is_in_hand(run_hand: RunHand) -> None:
    extra = "stops: {booth: {priority: [{class: bus}]}}"
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1, 2], buses=[3, 4])
    assert log.minutes.started[0].tolist() == [0, 30, 40, 10, 20]


def test_a_share_of_starts_goes_to_those_without_priority(run_hand: RunHand) -> None:
    extra = """
stops: {booth: {priority: [{class: bus}], low_priority_share: 50 %}}
workflow: {steps: {first: {next: released}, second: null}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1, 2], buses=[3, 4, 5])
    # A bus, then every second start a car.
    assert log.minutes.started[0].tolist() == [0, 20, 40, 10, 30, 50]
