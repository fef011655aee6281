"""What some of the occupants have: ways, durations and measures that hang on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import two_stops

from bcpsim.engine import EventLog
from bcpsim.kpi import Meter
from bcpsim.plan import Plan
from bcpsim.sampling import Block, Travellers, circumstances

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]


def border() -> dict[str, Any]:
    """Return cars of 3 who all must register, in the yard, and buses of 2 who needn't."""
    scenario = two_stops()
    scenario["classes"] = {
        "car": {"occupants": 3, "occupants_with": {"to_register": "100 %"}},
        "bus": {"occupants": 2, "occupants_with": {"to_register": "0 %"}},
    }
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source}
    each = {"time": "1 min", "per_occupant": "1 min", "per_occupant_with": {"to_register": "2 min"}}
    register = {"when": {"to_register": "some"}, "per_occupant_with": {"to_register": "30 s"}}
    scenario["activities"]["check"]["duration"] = each
    scenario["activities"]["look"]["duration"] = [register, {"time": "1 h"}]
    scenario["workflow"]["steps"]["check"]["next"] = [
        {"when": {"to_register": "some"}, "to": "look"},
        {"to": "released"},
    ]
    return scenario


def test_those_with_some_go_another_way_and_take_longer(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(border(), cars=[0, 1], buses=[2])
    assert travellers.having.tolist() == [[3, 3, 0]]
    assert log.minutes.started[0].tolist() == [0, 10, 20]
    assert log.minutes.departure.tolist() == [11.5, 21.5, 23]
    meter = Meter(plan)
    totals = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0].tolist()
    counts = {
        row.population: value
        for row, value in zip(meter.rows, totals, strict=True)
        if row.measure == "occupants_with"
    }
    assert counts == {"occupants=to_register": 6}
