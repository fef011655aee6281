"""What holds of referrals, finds and prices, whatever else there is at the border."""

from __future__ import annotations

from copy import deepcopy
from statistics import NormalDist
from typing import Any

import numpy as np
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from made import load, scenarios
from numpy.typing import NDArray

import bcpsim
from bcpsim.engine import simulate
from bcpsim.engine.replicate import replicate_block
from bcpsim.kpi.inquiries import investigated
from bcpsim.kpi.layout import Layout
from bcpsim.kpi.view import View
from bcpsim.plan import compile_plan
from bcpsim.sampling import Block, circumstances, sample
from bcpsim.sampling.risk import REFERRED

FEW = settings(
    max_examples=max(settings.default.max_examples // 20, 1),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
SEARCHED = yaml.safe_load("""
name: searched
horizon: {start: "2026-04-13T00:00", duration: 6 h}
agencies: {customs: {}}
classes: {truck: {}}
truths: {contraband: 20 %}
scores: {profile: {of: contraband, separation: 1}}
referrals: {risk: {score: profile, above: 1}}
traffic: {trucks: {classes: {truck: 1}, arrivals: {pattern: constant, rate: 20/h}}}
activities:
  look: {skill: look, duration: 1 min, detection: {of: {contraband: 10 %}}}
  search:
    skill: search
    duration: {distribution: lognormal, mean: 15 min, cv: 0.7}
    detection: {of: {contraband: 60 %}}
officers:
  officers:
    agency: customs
    skills: [look, search]
    stop: [booth, bay]
    shifts: [{from: "00:00", to: "24:00", count: 2}]
stops: {booth: {lanes: 2}, bay: {lanes: 2}}
workflow:
  entry: look
  steps:
    look: {stop: booth, do: look, next: [{when: {risk: referred}, to: search}, {to: released}]}
    search: {stop: bay, do: search, next: released}
""")
PRICES = ("cost", "lane_cost", "cost_per_hour", "supplements", "overhead", "prices")


def referred(scenario: dict[str, Any], **referrals: dict[str, Any]) -> list[NDArray[np.bool_]]:
    """Return who is referred by each of some referrals, of those who come to a border."""
    changed = deepcopy(scenario)
    changed["referrals"] |= referrals
    loaded = load(changed)
    assume(loaded is not None)
    assert loaded is not None
    plan = compile_plan(loaded)
    names = [attribute.name for attribute in plan.attributes]
    drawn = sample(plan, 4, 2).attributes
    return [drawn[names.index(name)] == REFERRED for name in referrals]


@FEW
@given(scenarios(), st.sampled_from(["guard", "customs", "both"]), st.floats(0.01, 0.6))
def test_equal_scores_give_the_same_referrals(
    scenario: dict[str, Any], score: str, share: float
) -> None:
    assume("truths" in scenario and scenario["scores"]["both"]["rule"] != "largest")
    above = NormalDist().inv_cdf(1 - share)
    by_share, by_limit = referred(
        scenario, one={"score": score, "share": share}, other={"score": score, "above": above}
    )
    assert np.array_equal(by_share, by_limit)


@FEW
@given(scenarios(), st.sampled_from(["guard", "customs", "both"]), st.floats(0, 0.5))
def test_a_lower_limit_refers_the_same_and_more(
    scenario: dict[str, Any], score: str, random: float
) -> None:
    assume("truths" in scenario)
    referral = {"score": score, "above": 1, "random": random}
    [few] = referred(scenario, profile=referral)
    [many] = referred(scenario, profile=referral | {"above": 0.3})
    [more] = referred(scenario, profile=referral | {"random": random + 0.3})
    assert not (few & ~many).any()
    assert not (few & ~more).any()


@FEW
@given(scenarios())
def test_no_price_changes_what_happens(scenario: dict[str, Any]) -> None:
    priced = load(scenario)
    free = load(without_prices(scenario))
    assume(priced is not None and free is not None)
    assert priced is not None
    assert free is not None
    logs = []
    for loaded in (priced, free):
        plan = compile_plan(loaded)
        logs.append(simulate(plan, sample(plan, 4, 2), circumstances(plan, 4, 2), engine="simpy"))
    for name in type(logs[0]).__slots__:
        assert np.array_equal(*(getattr(log, name) for log in logs)), name


def without_prices(node: Any) -> Any:
    """Return a scenario without a price."""
    if isinstance(node, dict):
        return {key: without_prices(one) for key, one in node.items() if key not in PRICES}
    return [without_prices(one) for one in node] if isinstance(node, list) else node


@FEW
@given(scenarios())
def test_investigations_follow_their_finds_and_no_specialist_does_two(
    scenario: dict[str, Any],
) -> None:
    assume("investigations" in scenario)
    loaded = load(scenario)
    assume(loaded is not None)
    assert loaded is not None
    plan = compile_plan(loaded)
    travellers, there = sample(plan, 4, 2), circumstances(plan, 4, 2)
    log = simulate(plan, travellers, there, engine="simpy")
    own = investigated(View(Layout(plan), Block.of(travellers, there), log))
    assert (own.came <= own.begun).all()
    assert (own.begun <= own.done).all()
    works = own.worked.max(axis=0, initial=0)
    assert (own.done - own.begun >= works).all()
    for office, plan_of in enumerate(plan.offices):
        if len(own.kind) and plan_of.specialists == 1:
            until = own.done.max() - own.begun.min()
            assert own.worked[office].sum() <= until


@FEW
@given(scenarios(), st.sampled_from(["hours", "random", "trigger"]))
def test_a_check_left_out_finds_nothing_and_nobody_is_found_twice(
    scenario: dict[str, Any], when: str
) -> None:
    assume("truths" in scenario)
    lasting: dict[str, Any] = {
        "hours": {"hours": ["00:00-24:00"]},
        "random": {"random": {"every": "20 min", "lasts": "30 min"}},
        "trigger": {"trigger": {"queue": next(iter(scenario["stops"])), "reaches": 2}},
    }[when]
    without = {key: {"left_out": True} for key in ("check", "look")}
    others = {
        name: one | {"activities": {}, "arrivals": "turn_back"}
        for name, one in scenario.get("disturbances", {}).items()
    }
    loaded = load(
        scenario | {"disturbances": {"without": {**lasting, "activities": without}, **others}}
    )
    assume(loaded is not None)
    assert loaded is not None
    plan = compile_plan(loaded)
    block, log = replicate_block(plan, 4, [2])
    view = View(Layout(plan), block, log)
    assert (view.finds.found <= view.finds.carriers + 1e-9).all()
    if when == "hours":
        assert not view.finds.found.any()
        assert not view.finds.alarms.any()
        assert not view.handling.opened.any()
        assert not len(view.inquiries.kind)


@FEW
@given(
    st.floats(0, 2),
    st.floats(-1, 2),
    st.floats(0, 1),
    st.floats(0, 0.5),
    st.sampled_from(["60 %", "{time_constant: 10 min}"]),
    st.integers(0, 99),
)
def test_more_referrals_never_find_less(
    separation: float, limit: float, lower: float, random: float, power: str, seed: int
) -> None:
    found = []
    for above, share in ((limit, random), (limit - lower, random), (limit, random + 0.4)):
        plan = compile_plan(
            bcpsim.load(
                SEARCHED,
                overrides={
                    "scores.profile.separation": separation,
                    "referrals.risk": {"score": "profile", "above": above, "random": share},
                    "activities.search.detection.of.contraband": yaml.safe_load(power),
                },
            )
        )
        travellers, there = sample(plan, seed, 0), circumstances(plan, seed, 0)
        log = simulate(plan, travellers, there, engine="simpy")
        finds = View(Layout(plan), Block.of(travellers, there), log).finds
        found.append(finds.found.sum())
    assert found[0] <= found[1] + 1e-9
    assert found[0] <= found[2] + 1e-9
