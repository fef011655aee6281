"""What holds for every region of crossings, each of which is any scenario."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import load_files, scenarios

import bcpsim
from bcpsim.engine import EventLog, cache, check_invariants, simulate
from bcpsim.engine.replicate import as_it_was
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling import Block, circumstances, sample
from bcpsim.sampling.ticks import NEVER, microseconds

Scenario = dict[str, Any]

OF_REGIONS = {"crossing", "driven", "shown", "sent", "moved"}
"""Columns of a log that only a region has, or that are known beforehand elsewhere."""


def examples(number: int) -> int:
    """Return how many examples a test draws: so many, or in a search in proportion."""
    return number * settings.default.max_examples // 100


def crossings() -> st.SearchStrategy[Scenario]:
    """Return scenarios of crossings, without what a region refuses."""
    return scenarios().map(as_a_crossing)


def as_a_crossing(scenario: Scenario) -> Scenario:
    """Return a scenario whose selections have the same shares at any time.

    None of its pools goes by an index of places.
    """
    changed = {
        name: {key: value for key, value in record.items() if key != "selections"}
        for name, record in scenario.get("disturbances", {}).items()
    }
    officers = {}
    for name, group in scenario["officers"].items():
        pool = {key: value for key, value in group.get("pool", {}).items() if key != "index"}
        if "index" in group.get("pool", {}):
            pool["rule"] = "longest_queue"
        officers[name] = {**group, "pool": pool} if pool else group
    return {**scenario, "officers": officers} | ({"disturbances": changed} if changed else {})


def run(plan: Plan, engine: str | None = None) -> tuple[Block, EventLog]:
    """Return a replication, as its run has shown it, and its log."""
    drawn, there = sample(plan, 4, 2), circumstances(plan, 4, 2)
    log = simulate(plan, drawn, there, engine=engine)
    return as_it_was(plan, Block.of(drawn, there), log)


def alone(region: bcpsim.LoadedScenario) -> Scenario:
    """Return a region of one crossing as the scenario that this is, with the same names."""
    data: Scenario = yaml.safe_load(region.to_yaml())
    [crossing] = data.pop("crossings").values()
    if "opening" in crossing:
        data["opening"] = crossing["opening"]
    for record in (*data["traffic"].values(), *data["disturbances"].values()):
        del record["crossing"]
    for route in data["workflow"]["entry"]:
        when = route.pop("when", {})
        when.pop("crossing", None)
        if when:
            route["when"] = when
    return data


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(crossings())
def test_a_region_of_one_crossing_is_that_crossing(own: Scenario) -> None:
    gates = {one.get("arrivals", "wait") for one in own.get("disturbances", {}).values()}
    if len(gates - {"wait"}) > 1:
        return  # beforehand or in the run: which counts of two that are in force
    if "opening" in own or gates != {"wait"}:  # judged as one comes there, and not as one sets out
        own["moves"] = [move for move in own["moves"] if move["from"] != "arrival"]
    region = {"name": "region", "horizon": own["horizon"], "crossings": {"n": "own.yaml"}}
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_files(Path(folder), own=own, region=region)
        if loaded is None:
            return
        other = load_files(Path(folder), alone=alone(loaded))
    assert other is not None
    _, log = run(compile_plan(loaded))
    _, expected = run(compile_plan(other))
    for name in set(EventLog.__slots__) - OF_REGIONS:
        assert np.array_equal(getattr(log, name), getattr(expected, name)), name


@st.composite
def regions(draw: st.DrawFn) -> Scenario:
    """Return a region of two crossings whose scenarios are the same."""
    minutes = st.sampled_from(["0 min", "5 min", "40 min"])
    signs: list[Scenario | None] = [
        None,
        {"shows": "longest_wait"},
        {"shows": "queue", "each": "2 min", "every": "10 min", "rounded_to": "5 min"},
        {"shows": "mean_wait", "last": 3, "every": "7 min", "delay": "3 min"},
    ]
    names = draw(st.sampled_from([["one"], ["one", "two", "three"]]))
    drives = {
        f"{crossing}_{name}": {other: draw(minutes)}
        for name in names
        for crossing, other in (("north", "south"), ("south", "north"))
    }
    choice = {
        "look": draw(st.sampled_from([0, 0.5, 1])),
        "gain": draw(minutes),
        "spread": draw(minutes),
        "sign": draw(st.sampled_from(signs)),
    }
    return {
        "name": "region",
        "crossings": {"north": "own.yaml", "south": "own.yaml"},
        "drives": drives | draw(st.sampled_from([{}, {"north": {"south": "10 min"}}])),
        "choice": {key: value for key, value in choice.items() if value is not None},
    }


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(crossings(), regions())
def test_the_invariants_hold_and_nobody_is_lost(own: Scenario, region: Scenario) -> None:
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_files(Path(folder), own=own, region=region | {"horizon": own["horizon"]})
    if loaded is None:
        return
    plan = compile_plan(loaded)
    lived, log = run(plan)
    check_invariants(plan, lived, log, "region")
    travellers = lived.travellers
    came = (travellers.vehicle < 0) & (travellers.arrival < microseconds(plan.horizon))
    assert (log.crossing[0][travellers.vehicle >= 0] == -1).all()
    out = np.flatnonzero(came & (log.crossing[0] >= 0) & (travellers.entry >= 0))
    stops = [plan.steps[step].stop for step in travellers.entry[out].tolist()]
    for stop, crossing in zip(stops, log.crossing[0][out].tolist(), strict=True):
        assert stop in plan.crossings[crossing].stops
    inside = log.ended_as(Outcome.INSIDE)
    assert not (came & (log.crossing[0] < 0) & ~inside).any()


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(crossings(), regions(), st.sampled_from(["turn_back", "divert"]))
def test_nobody_comes_to_a_crossing_that_is_closed(
    own: Scenario, region: Scenario, arrivals: str
) -> None:
    shut = {"crossing": "north", "hours": ["00:00-24:00"], "arrivals": arrivals}
    plain = {key: value for key, value in own.items() if key != "disturbances"}
    region = region | {"horizon": own["horizon"], "disturbances": {"shut": shut}}
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_files(Path(folder), own=plain, region=region)
    if loaded is None:
        return
    plan = compile_plan(loaded)
    lived, log = run(plan)
    check_invariants(plan, lived, log, "region")
    here = [k for k, step in enumerate(plan.steps) if plan.crossings[0].has((step.stop,))]
    came = lived.travellers.arrival >= 0  # others stand there already
    vehicle = lived.travellers.vehicle
    came &= np.where(vehicle < 0, True, came[vehicle])
    assert (log.queued[here][:, came] == NEVER).all()


@pytest.mark.compiled
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(crossings(), regions())
def test_both_ways_of_running_give_the_same_log(own: Scenario, region: Scenario) -> None:
    if not cache.is_possible():
        pytest.skip("there is no Numba for this Python")
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_files(Path(folder), own=own, region=region | {"horizon": own["horizon"]})
    if loaded is None:
        return
    plan = compile_plan(loaded)
    _, log = run(plan, "simpy")
    _, other = run(plan, "compiled")
    for name in EventLog.__slots__:
        assert np.array_equal(getattr(log, name), getattr(other, name)), name
