"""Large groups, many lanes: sets are of any size in both ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from borders import border, shifts

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]


def test_a_thousand_officers_and_two_hundred_lanes(run_hand: RunHand) -> None:
    scenario: dict[str, Any] = border(
        officers=shifts(("00:00", "24:00", 1000)), stops={"booth": {"lanes": 200}}
    )
    _, _, log = run_hand(scenario, cars=[0] * 250)
    assert log.minutes.started[0].tolist() == [0] * 200 + [10] * 50
    assert sorted(log.lane[0, :200].tolist()) == list(range(200))
    # Ends come before dispatch, and then the first that is free is taken again.
    assert log.lane[0, 200:].tolist() == list(range(50))
    assert log.officer[0, :200].tolist() == list(range(200))
    assert np.isfinite(log.minutes.departure).all()
