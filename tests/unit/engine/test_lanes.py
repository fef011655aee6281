"""Which lanes take vehicles."""

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


def test_lanes_for_a_class_only(run_hand: RunHand) -> None:
    scenario = border(
        classes={"car": {}, "bus": {}},
        officers=shifts(("00:00", "24:00", 3)),
        stops={
            "booth": {
                "lanes": [{"name": "bus", "admits": {"class": "bus"}}, {"name": "all"}],
            }
        },
    )
    scenario["traffic"]["buses"] = {
        "classes": {"bus": 1},
        "arrivals": {"pattern": "times", "file": "buses.csv", "time_column": "at"},
    }
    _, travellers, log = run_hand(scenario, cars=[0, 1], buses=[2])
    assert travellers.category.tolist() == [0, 0, 1]
    assert log.lane[0].tolist() == [1, 1, 0]
    assert log.minutes.started[0].tolist() == [0, 10, 2]  # the bus overtakes on its own lane
