"""Those who come to a full waiting area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import (
    joint,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


@pytest.mark.parametrize(
    ("rule", "outcomes"), [("turn_away", [1, 1, 4]), ("wait_outside", [1] * 3)]
)
def test_arrivals_at_a_full_area(rule: str, outcomes: list[int], run_hand: RunHand) -> None:
    extra = f"""
areas: {{road: {{places: 1}}}}
stops: {{hall: {{waiting_area: road, when_full: {rule}}}}}
"""
    _, _, log = run_hand(joint(extra), cars=[0, 1, 2])
    assert log.outcome.tolist() == outcomes
    assert log.queued[0][:2].tolist() == [0, 1]
    if rule == "wait_outside":
        assert log.queued[0][2] == 2
        assert log.started[0].tolist() == [0, 10, 20]
    else:
        assert log.departure[2] == 2
