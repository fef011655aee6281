"""Broken rules of the model are noticed, with seed and replication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from borders import (
    border,
    shifts,
)

from bcpsim.engine import EventLog, check_invariants
from bcpsim.errors import InvariantError
from bcpsim.plan import Plan
from bcpsim.sampling import Block, Travellers, circumstances
from bcpsim.sampling.ticks import MICROSECONDS as MINUTE
from bcpsim.sampling.ticks import NEVER

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def broken(log: EventLog, **changes: Callable[[np.ndarray[Any, Any]], None]) -> EventLog:
    """Return a copy of a log with some columns changed in place."""
    copies = {}
    for name, change in changes.items():
        copies[name] = getattr(log, name).copy()
        change(copies[name])
    return replace(log, **copies)


def put(index: Any, value: int) -> Callable[[np.ndarray[Any, Any]], None]:
    def change(column: np.ndarray[Any, Any]) -> None:
        column[index] = value

    return change


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"departure": put(1, NEVER)}, "leaves once or is inside"),
        ({"outcome": put(1, 0)}, "leaves once or is inside"),
        ({"left": put((0, 1), NEVER)}, "in the middle of a visit"),
        ({"for_lane": put((0, 1), 8 * MINUTE)}, "longer than in all"),
        ({"for_lane": put((0, 1), -1 * MINUTE)}, "no wait is negative"),
        ({"queued": put((0, 2), 29 * MINUTE)}, "before its traveller has queued"),
        ({"ended": put((0, 2), 15 * MINUTE)}, "ends before it starts"),
        ({"departure": put(0, -1 * MINUTE)}, "before the arrival"),
        ({"started": put((0, 1), 9 * MINUTE), "for_lane": put((0, 1), 0)}, "no officer does two"),
        (
            {
                "started": put((0, 2), 19 * MINUTE),
                "officer": put((0, 2), 1),
                "for_lane": put((0, 2), 0),
            },
            "no lane serves two",
        ),
        ({"officer": put((0, 2), 2)}, "officer is off duty"),
        ({"lane": put((0, 1), 1)}, "its lane is closed"),
    ],
)
def test_a_broken_rule_is_an_error_with_seed_and_replication(
    changes: dict[str, Any], rule: str, run_hand: RunHand
) -> None:
    scenario = border(
        officers=shifts(("00:00", "24:00", 1), ("00:00", "24:00", 1), ("03:00", "04:00", 1)),
        stops={"booth": {"lanes": [{"name": "a"}, {"name": "b", "open": ["03:00-04:00"]}]}},
    )
    plan, travellers, log = run_hand(scenario, cars=[0, 3, 4])
    block = Block.of(travellers, circumstances(plan, 1, 0))
    check_invariants(plan, block, log, "seed 1, replication 0")
    with pytest.raises(InvariantError, match=f"seed 1, replication 0.*{rule}"):
        check_invariants(plan, block, broken(log, **changes), "seed 1, replication 0")


def test_equipment_used_beyond_its_number_is_noticed(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "24:00", 2)), equipment={"scanner": {"count": 2}})
    scenario["workflow"]["steps"]["check"]["equipment"] = "scanner"
    plan, travellers, log = run_hand(scenario, cars=[0, 1])
    one = replace(plan, equipment=(replace(plan.equipment[0], count=1),))
    with pytest.raises(InvariantError, match="scanner is used within its number"):
        check_invariants(one, Block.of(travellers, circumstances(one, 1, 0)), log, "")
