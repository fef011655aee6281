"""Who is expected to go where, before anything is simulated."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from borders import border
from places import ROOT

import bcpsim
from bcpsim.demand.flows import ARRIVAL, expected_flows
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.records.outcomes import Outcome

CONSTANT = {"classes": {"car": 1}, "arrivals": {"pattern": "constant", "rate": "30/h"}}
RELEASED = -1 - Outcome.RELEASED
REFUSED = -1 - Outcome.REFUSED
SHIPPED = sorted(ROOT.glob("scenarios/*/*.yaml"))


def plan_of(**changes: object) -> Plan:
    return compile_plan(bcpsim.load(border(traffic={"cars": CONSTANT}, **changes)))


def test_shares_of_routes_split_the_flow() -> None:
    steps = {
        "check": {
            "stop": "booth",
            "do": "check",
            "next": {"to": {"again": "25 %", "released": "70 %", "refused": "5 %"}},
        },
        "again": {"stop": "booth", "do": "check", "next": "released"},
    }
    flows = expected_flows(plan_of(workflow={"entry": "check", "steps": steps}))
    counts = {(flow.origin, flow.target): flow.count for flow in flows}
    # 4 hours of 30 cars; a quarter stay for a second visit, and then leave too.
    assert counts == pytest.approx(
        {(ARRIVAL, 0): 120, (0, 0): 30, (0, RELEASED): 84 + 30, (0, REFUSED): 6}
    )


def test_a_visit_without_anything_to_do_is_passed_by() -> None:
    steps = {
        "check": {
            "stop": "booth",
            "crew": [{"do": "check", "when": {"class": "truck"}}],
            "next": "refused",
        }
    }
    flows = expected_flows(
        plan_of(classes={"car": {}, "truck": {}}, workflow={"entry": "check", "steps": steps})
    )
    assert [(flow.origin, flow.target) for flow in flows] == [(ARRIVAL, REFUSED)]


@pytest.mark.parametrize("file", SHIPPED, ids=[file.stem for file in SHIPPED])
def test_who_comes_to_a_stop_leaves_it(file: Path) -> None:
    plan = compile_plan(bcpsim.load(file))
    into: Counter[tuple[int, int, bool]] = Counter()
    out: Counter[tuple[int, int, bool]] = Counter()
    splits = {step.stop for step in plan.steps if step.split is not None}
    for flow in expected_flows(plan):
        into[flow.target, flow.category, flow.member] += flow.count
        out[flow.origin, flow.category, flow.member] += flow.count
    for stop in range(len(plan.stops)):
        for category in range(len(plan.classes)):
            for member in (False, True):
                key = stop, category, member
                if not (member and stop in splits):  # where some got out
                    assert into[key] == pytest.approx(out[key]), plan.stops[stop].name


def test_flows_are_those_of_a_simulation() -> None:
    loaded = bcpsim.load(ROOT / "scenarios/land/ways_of_working_mixed.yaml")
    plan = compile_plan(loaded)
    coming: Counter[str] = Counter()
    for flow in expected_flows(plan):
        if flow.target >= 0:
            coming[f"stop={plan.stops[flow.target].name}"] += flow.count
    rows = bcpsim.run(loaded, replications=10, seed=3, event_log="none").measures
    visits = rows[(rows["measure"] == "visits")].set_index("population")["estimate"]
    for place, expected in coming.items():
        # Ten days of about 40 vehicles or more: six standard errors of a Poisson number.
        assert visits[place] == pytest.approx(expected, abs=6 * (expected / 10) ** 0.5), place
