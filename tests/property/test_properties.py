"""What holds for every scenario: Hypothesis makes them, with any mix of features."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bcpsim
from bcpsim.engine import EventLog, check_invariants, simulate
from bcpsim.kpi import Meter
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import Travellers, sample
from bcpsim.scenario import LoadedScenario

TIMES = st.sampled_from(
    [
        "0 s",
        "90 s",
        "5 min",
        {"distribution": "exponential", "mean": "2 min"},
        {"distribution": "lognormal", "mean": "3 min", "cv": 1.2},
        {"distribution": "gamma", "mean": "2 min", "cv": 0.5},
        {"distribution": "triangular", "low": "0 s", "mode": "1 min", "high": "6 min"},
        {
            "distribution": "mixture",
            "parts": [{"share": 0.9, "time": "1 min"}, {"share": 0.1, "time": "20 min"}],
        },
        {
            "distribution": "truncated",
            "of": {"distribution": "exponential", "mean": "4 min"},
            "high": "6 min",
        },
    ]
)
CLOCKS = st.sampled_from(["00:00", "01:00", "01:30", "02:00", "03:00", "06:00"])
CLASSES = ("car", "truck")


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Make a scenario of up to three stops, in whole minutes or not, that is valid."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    steps: dict[str, Any] = {}
    for number, name in enumerate(names):
        onward = [*names[number + 1 :], "released", "refused"]
        first, second = draw(st.sampled_from(onward)), draw(st.sampled_from(onward))
        shares = {first: 1.0} if first == second else {first: 0.7, second: 0.3}
        routes: list[dict[str, Any]] = [{"to": shares}]
        if number + 1 < len(names):  # so that every step can be reached
            routes.insert(0, {"when": {"papers": "visa"}, "to": names[number + 1]})
        steps[name] = {"stop": name, "do": draw(doing(name)), "next": routes}
        if draw(st.booleans()):
            steps[name]["equipment"] = "scanner"
    return {
        "name": "made",
        "horizon": {
            "start": draw(st.sampled_from(["2026-03-29T00:00", "2026-10-25T01:30"])),
            "duration": draw(st.sampled_from(["2 h", "150 min", "5 h"])),
            "time_zone": "Europe/Helsinki",
            "ending": draw(st.sampled_from(["drain", "cut"])),
            "drain_limit": draw(st.sampled_from(["0 s", "3 h", "24 h"])),
        },
        "agencies": {"guard": {}, "customs": {}},
        "classes": {
            "car": {
                "attributes": {"papers": {"eu": 0.6, "visa": 0.4}},
                "occupants": draw(st.sampled_from([1, 3, {"low": 1, "high": 5}])),
            },
            "truck": {"attributes": {"papers": {"visa": 1}, "cargo": {"full": 0.5, "empty": 0.5}}},
        },
        "traffic": {
            "one": {"classes": {"car": 0.7, "truck": 0.3}, "arrivals": draw(arrivals())},
            "two": {"classes": {"truck": 1}, "arrivals": draw(arrivals())},
        },
        "activities": {
            "check": {
                "skill": "check",
                "duration": [
                    {"when": {"class": "car"}, "time": draw(TIMES), "per_occupant": draw(TIMES)},
                    {"time": draw(TIMES)},
                ],
            },
            "look": {"skill": "look", "duration": draw(TIMES)},
        },
        "officers": {name: draw(officers(name)) for name in names}
        | ({"helpers": draw(officers("a"))} if draw(st.booleans()) else {}),
        "stops": {name: draw(stops()) for name in names},
        "moves": [{"from": "arrival", "to": "a", "time": draw(TIMES)}]
        + [{"from": "a", "to": name, "time": draw(TIMES)} for name in names[1:]],
        "equipment": {"scanner": {"count": draw(st.integers(1, 2))}},
        "workflow": {"entry": "a", "steps": steps},
    }


def doing(_: str) -> st.SearchStrategy[list[str]]:
    return st.sampled_from([["check"], ["look"], ["check", "look"]])


@st.composite
def arrivals(draw: st.DrawFn) -> dict[str, Any]:
    pattern = draw(st.sampled_from(["constant", "hourly", "daily"]))
    gaps = {"gap_cv": draw(st.sampled_from([0.5, 1, 2]))}
    if pattern == "constant":
        return {"pattern": pattern, "rate": draw(st.sampled_from(["0/h", "12/h", "50/h"])), **gaps}
    weights = draw(st.lists(st.integers(0, 40), min_size=24, max_size=24))
    if pattern == "hourly":
        return {"pattern": pattern, "per_hour": weights, **gaps}
    return {"pattern": pattern, "per_day": 400, "shape": [1 + w for w in weights], **gaps}


@st.composite
def officers(draw: st.DrawFn, stop: str) -> dict[str, Any]:
    shifts = [{"from": "00:00", "to": "24:00", "count": draw(st.integers(0, 2))}]
    for _ in range(draw(st.integers(0, 3))):
        window = {"from": draw(CLOCKS), "to": draw(CLOCKS)}
        shifts.append({**window, "count": draw(st.integers(1, 2))})
    if not any(shift["count"] for shift in shifts):
        shifts[0]["count"] = 1
    pace = st.sampled_from([1.0, 1.3, 0.5])
    return {
        "agency": draw(st.sampled_from(["guard", "customs"])),
        "skills": {"check": draw(pace), "look": draw(pace)},
        "stop": stop,
        "shifts": [shift for shift in shifts if shift["count"]]
        + [{"from": "00:00", "to": "24:00", "count": 1}] * draw(st.integers(0, 1))
        or [{"from": "00:00", "to": "24:00", "count": 1}],
    }


@st.composite
def stops(draw: st.DrawFn) -> dict[str, Any]:
    lanes: list[dict[str, Any]] = [{"name": "all", "count": draw(st.integers(1, 3))}]
    if draw(st.booleans()):
        lanes.insert(0, {"name": "cars", "admits": {"class": "car"}})
    if draw(st.booleans()):
        window = {"from": draw(CLOCKS), "to": draw(CLOCKS)}
        lanes.append({"name": "part", "open": [window], "admits": {"papers": ["visa"]}})
    choice = draw(st.sampled_from(["shortest_queue", "fewest_vehicles", "random"]))
    return {
        "lanes": lanes,
        "queue": draw(st.sampled_from(["single", "per_lane"])),
        "choice": choice,
    }


def load(scenario: dict[str, Any]) -> LoadedScenario | None:
    """Load a scenario; None where its shifts never meet the horizon, which is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.yaml"
        path.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
        try:
            return bcpsim.load(path)
        except bcpsim.ScenarioError as error:
            if "is ever on duty" not in str(error):
                raise
            return None


def run(loaded: LoadedScenario) -> tuple[Plan, Travellers, EventLog]:
    plan = compile_plan(loaded)
    travellers = sample(plan, 4, 2)
    return plan, travellers, simulate(plan, travellers)


def same(one: Any, other: Any) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in type(one).__slots__
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_invariants_hold_and_nobody_is_lost(scenario: dict[str, Any]) -> None:
    loaded = load(scenario)
    if loaded is None:
        return
    plan, travellers, log = run(loaded)
    check_invariants(plan, travellers, log, "made")
    meter = Meter(plan)
    values = meter.measure(travellers, log)
    value = {
        (row.measure, row.population, row.statistic): total
        for row, total in zip(meter.rows, values.totals.tolist(), strict=True)
    }
    ends = sum(
        value[name, "all", "total"] for name in ("released", "refused", "detained", "inside_at_end")
    )
    assert value["arrivals", "all", "total"] == ends
    for name in plan.stops:
        assert value["queue_length", f"stop={name.name}", "mean"] >= -1e-9
    for (measure, _, _), total in value.items():
        if measure == "utilisation" and not np.isnan(total):
            assert -1e-6 <= total <= 100 + 1e-6
    gone = log.outcome > 0
    if gone.any():
        served = log.officer >= 0
        parts = np.where(served, log.ended - log.queued, 0).sum(axis=0)
        parts += travellers.move_in + np.where(served, travellers.move_after, 0).sum(axis=0)
        whole = log.departure - travellers.arrival
        assert np.allclose(parts[gone], whole[gone], atol=1e-6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_same_scenario_gives_the_same_bits_also_as_written_back(
    scenario: dict[str, Any],
) -> None:
    loaded = load(scenario)
    if loaded is None:
        return
    _, travellers, log = run(loaded)
    again = load(yaml.safe_load(loaded.to_yaml()))
    assert again is not None
    assert again.hash == loaded.hash
    _, other_travellers, other_log = run(again)
    assert same(travellers, other_travellers)
    assert same(log, other_log)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(1, 3))
def test_another_way_of_working_sees_the_same_travellers(
    scenario: dict[str, Any], more: int
) -> None:
    loaded = load(scenario)
    changed = yaml.safe_load(yaml.safe_dump(scenario, sort_keys=False))
    for group in changed["officers"].values():
        group["shifts"].append({"from": "00:00", "to": "24:00", "count": more})
    for stop in changed["stops"].values():
        stop["lanes"].append({"name": "new", "count": more})
    other = load(changed)
    if loaded is None or other is None:
        return
    (_, ours, _), (_, theirs, _) = run(loaded), run(other)
    assert same(ours, theirs)
