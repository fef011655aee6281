"""Owners of equipment who are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import (
    scanner,
    separate,
)

from bcpsim.engine import EventLog
from bcpsim.kpi import times_of_travellers
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_asking_for_equipment_takes_time(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(
        separate(scanner("on_request", "request_delay: 7 min")), cars=[0, 60]
    )
    assert log.minutes.queued[0].tolist() == [0, 60]
    assert log.minutes.started[0].tolist() == [7, 67]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_equipment"].tolist() == [7, 7]
    _, _, log = run_hand(separate(scanner("shared", "request_delay: 7 min")), cars=[0])
    assert log.minutes.started[0].tolist() == [0]
