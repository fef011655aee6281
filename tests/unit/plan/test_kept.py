"""What is made of plans is made once for those used last."""

from __future__ import annotations

import pickle

from places import SMALL

import bcpsim
from bcpsim.kpi import Meter
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.kept import _MOST, Kept


def _plan() -> Plan:
    return compile_plan(bcpsim.load(SMALL))


def test_what_was_made_is_there_for_the_next_who_asks() -> None:
    made: list[tuple[Plan, str]] = []

    def make(plan: Plan, other: str) -> int:
        made.append((plan, other))
        return len(made)

    kept, plan, same = Kept(make), _plan(), _plan()
    assert [kept.get(plan, "a"), kept.get(plan, "b"), kept.get(plan, "a")] == [1, 2, 1]
    assert kept.get(same, "a") == 3  # it is equal, but to see that would take longer
    for number in range(_MOST):
        kept.get(plan, f"more {number}")
    assert kept.get(plan, "a") == 4 + _MOST  # which wasn't asked for any more


def test_a_plan_has_one_meter_for_the_same_measures() -> None:
    plan = _plan()
    every = Meter.of(plan)
    some = Meter.of(plan, {"waiting_time", "arrivals"})
    assert Meter.of(plan) is every
    assert Meter.of(plan, ["arrivals", "waiting_time"]) is some
    assert {row.measure for row in some.rows} == {"waiting_time", "arrivals"}
    assert Meter.of(pickle.loads(pickle.dumps(plan))).rows == every.rows
