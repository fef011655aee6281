"""Sweep files, designs and the values of factors."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from places import ROOT
from scipy.stats import norm, qmc

import bcpsim
from bcpsim.sweeps.design import coordinates, fractional, resolution
from bcpsim.sweeps.file import Factor, SweepFile
from bcpsim.sweeps.points import levels_at, points_of
from bcpsim.sweeps.prepared import prepare
from bcpsim.sweeps.study import load_sweep

SMALL = "tests/data/small.yaml"
LOAD = {"set": "traffic.vehicles.arrivals.scale", "range": [0.5, 1.0], "levels": 3}
GUARDS = {"set": "officers.guards.shifts.0.count", "values": [1, 2]}
PLAIN: dict[str, Any] = {
    "name": "plain",
    "scenario": SMALL,
    "factors": {"load": LOAD, "guards": GUARDS},
    "design": "full_factorial",
    "replications": 2,
    "measures": ["waiting_time"],
}
U = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


def levels(u: np.ndarray = U, **factor: Any) -> list[Any]:
    return levels_at(Factor(set=("a.b",), **factor), u).tolist()


def test_a_full_factorial_has_all_combinations_the_last_factor_first() -> None:
    points = points_of(SweepFile(**PLAIN))
    assert [points.at(k) for k in range(len(points))] == [
        {"load": load, "guards": guards} for load in (0.5, 0.75, 1.0) for guards in (1, 2)
    ]
    assert points.overrides(3, "base") == {
        "traffic.vehicles.arrivals.scale": "0.75",
        "officers.guards.shifts.0.count": "2",
    }


@pytest.mark.parametrize(
    ("factors", "least", "runs"),
    # Smallest known two-level designs: Box, Hunter and Hunter, 2nd ed., table 6.22.
    [
        *[(3, 3, 4), (7, 3, 8), (15, 3, 16)],
        *[(4, 4, 8), (8, 4, 16), (16, 4, 32)],
        *[(5, 5, 16), (6, 5, 32), (8, 5, 64), (11, 5, 128)],
    ],
)
def test_fractional_designs_are_as_small_as_known_and_of_their_resolution(
    factors: int, least: int, runs: int
) -> None:
    signs = 2 * fractional(factors, least) - 1
    assert signs.shape == (runs, factors)
    assert set(np.unique(signs)) == {-1, 1}
    for size in range(1, least):  # no product of fewer columns than the resolution is constant
        for some in combinations(range(factors), size):
            assert signs[:, list(some)].prod(axis=1).sum() == 0
    assert resolution(fractional(factors, least)) >= least


def test_a_full_design_has_no_shorter_word() -> None:
    assert resolution(fractional(3, 5)) == 5
    assert resolution(fractional(3, 3)) == 3


def test_latin_hypercubes_and_sobol_sequences_are_those_of_scipy() -> None:
    for kind, count in (("latin_hypercube", 10), ("sobol", 16)):
        sweep = SweepFile(**(PLAIN | {"design": {"kind": kind, "points": count}, "seed": 3}))
        found = coordinates(sweep)
        assert found.shape == (count, 2)
        # One point in each of as many equal parts of each factor.
        assert (np.arange(count) == np.sort((found * count).astype(int), axis=0).T).all()
        again = SweepFile(**(PLAIN | {"design": {"kind": kind, "points": count}, "seed": 4}))
        assert not np.array_equal(found, coordinates(again))
        if kind == "sobol":
            assert np.array_equal(found, qmc.Sobol(2, rng=3).random(16))


def test_values_of_factors() -> None:
    assert levels(range=(0.8, 1.2)) == [0.8, 0.9, 1.0, 1.1, 1.2]
    assert levels(log_range=(0.01, 100)) == pytest.approx([0.01, 0.1, 1, 10, 100])
    assert levels(range=(2, 4), whole=True) == [2, 2, 3, 4, 4]
    assert levels(values=("a", True)) == ["a", "a", True, True, True]
    assert levels(law={"distribution": "triangular", "low": 0, "mode": 1, "high": 2})[2] == 1
    normal = levels(law={"distribution": "normal", "mean": 10, "sd": 2})
    assert normal == pytest.approx(norm(10, 2).ppf([0.001, 0.25, 0.5, 0.75, 0.999]))
    u = (np.arange(2000) + 0.5) / 2000
    lognormal = np.array(levels(u, law={"distribution": "lognormal", "mean": 3, "cv": 0.5}))
    assert lognormal.mean() == pytest.approx(3, rel=0.01)
    assert lognormal.std() / lognormal.mean() == pytest.approx(0.5, rel=0.02)


def test_a_unit_goes_to_the_scenario_and_a_number_to_the_table() -> None:
    factor = {"set": "activities.goods.duration.mean", "range": [60, 120], "levels": 2, "unit": "s"}
    points = points_of(SweepFile(**(PLAIN | {"factors": {"goods": factor}})))
    assert points.overrides(1, "base") == {"activities.goods.duration.mean": "120.0 s"}
    assert points.columns["goods"].to_pylist() == [60.0, 120.0]


def test_columns_have_the_type_of_their_values() -> None:
    factors = {
        "whole": GUARDS,
        "number": LOAD,
        "text": {"set": "horizon.ending", "values": ["drain", "cut"]},
    }
    columns = points_of(SweepFile(**(PLAIN | {"factors": factors}))).columns
    assert [str(columns[name].type) for name in factors] == ["int64", "double", "string"]


def test_points_may_be_given() -> None:
    points = points_of(SweepFile(**PLAIN), [[0, 0], [0.5, 1], [1, 0.2]])
    assert [list(points.at(k).values()) for k in range(3)] == [[0.5, 1], [0.75, 2], [1.0, 1]]
    with pytest.raises(bcpsim.InputError, match="from 0 to 1"):
        points_of(SweepFile(**PLAIN), [[0, 2]])
    with pytest.raises(bcpsim.InputError, match=r"shape \(points, 2\)"):
        points_of(SweepFile(**PLAIN), [[0, 1, 0]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"factors": {"load": {**LOAD, "values": [1]}}}, "give one of values, range"),
        ({"factors": {"load": {**LOAD, "range": [1, 0.5]}}}, "must be lower than the second"),
        ({"factors": {"load": {**LOAD, "whole": True}}}, "whole is for a range with whole ends"),
        ({"factors": {"variant": LOAD}}, "'variant' is a column of the results"),
        ({"factors": {"g": {**GUARDS, "values": [1, [2]]}}}, "expected a number or text"),
        ({"factors": {"g": {**GUARDS, "values": [1, 1]}}}, "each may be listed once"),
        ({"factors": {"g": {"set": "officers.guard.x", "values": [1]}}}, "did you mean 'guards'"),
        ({"factors": {"a": LOAD, "b": LOAD}}, "is already set by factors.a"),
        ({"overrides": {LOAD["set"]: 2}}, "is already set by overrides"),
        ({"factors": {"load": {**LOAD, "variants": "mor"}}}, "factors.load.variants: unknown"),
        ({"design": {"kind": "sobol", "points": 100}}, "a power of 2, such as 128"),
        ({"design": "full"}, "unknown kind 'full'"),
        ({"variants": ["mor"]}, "did you mean 'more'"),
        ({"scenario": "tests/data/smal.yaml"}, "did you mean 'small.yaml'"),
        ({"scenario": "/etc/passwd"}, "leaves the folder"),
        ({"precision": {"half_width": "5 %"}}, "not both"),
        (
            {"replications": None, "precision": {"half_width": "5 %", "measures": "waitin"}},
            "precision.measures.0: unknown measure",
        ),
        ({"measures": ["waiting_tim"]}, "did you mean 'waiting_time'"),
    ],
)
def test_mistakes_are_told(change: dict[str, Any], message: str) -> None:
    with pytest.raises(bcpsim.ScenarioError, match=message):
        prepare(PLAIN | change)


def test_designs_that_dont_fit_the_factors() -> None:
    three = {"factors": {"g": {**GUARDS, "values": [1, 2, 3]}}}
    with pytest.raises(bcpsim.InputError, match="two ends of a range"):
        prepare(PLAIN | three | {"design": {"kind": "fractional", "resolution": 3}})
    with pytest.raises(bcpsim.InputError, match="needs the number of its levels"):
        prepare(PLAIN | {"factors": {"load": {**LOAD, "levels": None}}})


def test_names_that_are_not_there_are_told_beside_values_of_the_wrong_kind(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(
        "name: x\nscenario: small.yaml\nvariants: [base, moer]\nfactors:\n"
        "  load: {set: traffic.cars.arrival.scale, values: [1, 2]}\n"
        "  guards: {set: officers.guards.shifts.0.count, values: []}\n"
        "design: sobl\nreplications: many\n",
        encoding="utf-8",
    )
    (tmp_path / "small.yaml").write_bytes(Path(SMALL).read_bytes())
    with pytest.raises(bcpsim.ScenarioError) as caught:
        load_sweep(file)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (3, "variants"),
        (5, "factors.load.set.0"),
        (6, "factors.guards.values"),
        (7, "design.kind"),
        (8, "replications"),
    ]


def test_a_mistake_is_told_at_its_place(tmp_path: Path) -> None:
    text = "name: x\nscenario: small.yaml\nfactors:\n  g:\n    set: [officers.guards.shift]\n"
    file = tmp_path / "x.yaml"
    file.write_text(text + "    values: [1]\ndesign: full_factorial\n", encoding="utf-8")
    (tmp_path / "small.yaml").write_bytes(Path(SMALL).read_bytes())
    load_sweep(file)  # a last key that isn't there may be one with a default
    file.write_text(file.read_text("utf-8").replace("shift", "shift.count"), encoding="utf-8")
    with pytest.raises(bcpsim.ScenarioError, match=r"x.yaml:5:11: factors.g.set.0: .*'shifts'"):
        load_sweep(file)


@pytest.mark.parametrize("measures", ["all", "waiting_time/class=car"])
def test_a_sweep_gives_what_runs_give(measures: str) -> None:
    few = {"factors": {"guards": GUARDS}, "replications": 12}
    frame = bcpsim.sweep(PLAIN | few | {"variants": "all", "measures": measures})
    assert list(frame.columns[:3]) == ["point", "guards", "variant"]
    keys = ["variant", "measure", "population", "statistic"]
    for guards, rows in frame.groupby("guards"):
        single = bcpsim.run(
            SMALL,
            variants=["base", "more"],
            overrides={GUARDS["set"]: str(guards)},
            replications=12,
            event_log="none",
        ).measures.set_index(keys)
        some = rows.set_index(keys)
        assert len(some) == (len(single) if measures == "all" else 2)
        same = some[list(single.columns)]
        assert same.equals(single.loc[some.index].astype(same.dtypes.to_dict()))  # to the bit


def test_each_point_runs_to_its_precision() -> None:
    precision = {"half_width": "10 %", "measures": "service_time", "floor": 3, "ceiling": 30}
    change = {"replications": None, "precision": precision, "measures": "service_time"}
    factors = {"load": LOAD | {"range": [0.2, 2.0], "levels": 2}}
    frame = bcpsim.sweep(PLAIN | change | {"factors": factors})
    half = (frame["high"] - frame["low"]) / 2 / frame["estimate"]
    assert (half <= 0.1 + 1e-9).all()
    few, many = frame.sort_values("load", ascending=False)["replications"]
    assert 3 <= few < many <= 30


def test_a_factor_may_be_set_in_some_variants_only() -> None:
    factors = {"load": LOAD, "guards": {**GUARDS, "values": [1, 4], "variants": "more"}}
    frame = bcpsim.sweep(PLAIN | {"variants": "all", "factors": factors})
    waits = frame.pivot(index="load", columns=["variant", "guards"], values="estimate")
    assert waits["base"][1].equals(waits["base"][4])
    assert (waits["more"][1] > waits["more"][4]).all()
    nowhere = {"g": {"set": "officers.guards.shifts.2.count", "values": [1]}}
    with pytest.raises(bcpsim.ScenarioError, match=r"shifts\.2: .*in the variant more"):
        prepare(PLAIN | {"variants": "all", "factors": nowhere})
    prepare(PLAIN | {"variants": "all", "factors": {"g": nowhere["g"] | {"variants": "base"}}})


def test_the_folder_is_readable_without_bcpsim(tmp_path: Path) -> None:
    ours = bcpsim.sweep(PLAIN, out=tmp_path / "out")
    assert bcpsim.read_measures(tmp_path / "out").equals(ours)
    kept = pd.read_parquet(tmp_path / "out" / "measures")
    assert kept.drop(columns="values").equals(ours)
    assert kept["values"].map(len).eq(kept["replications"]).all()
    files = f"{tmp_path}/out/measures/*.parquet"
    assert duckdb.sql(f"SELECT * EXCLUDE values FROM '{files}' ORDER BY point").df().equals(ours)
    points = pd.read_parquet(tmp_path / "out" / "points.parquet")
    assert points.merge(ours)["estimate"].equals(ours["estimate"])


@pytest.mark.parametrize("file", sorted((ROOT / "experiments" / "sweeps").glob("*.yaml")))
def test_shipped_sweeps_can_run(file: Path) -> None:
    prepared = prepare(file)
    assert prepared.loaded.file.name == file.stem
    if file.stem == "thousand_points":
        assert (len(prepared.points), prepared.loaded.file.replications) == (1000, 20)


@pytest.mark.parametrize("name", ["scenario", "title", "description"])
def test_a_factor_may_have_any_name_and_still_counts(name: str) -> None:
    def manifest(**changes: Any) -> Any:
        return prepare(PLAIN | {"factors": {name: LOAD | changes}}).manifest["sweep"]

    assert manifest() == manifest(title="Load")
    assert manifest() != manifest(set="traffic.vehicles.arrivals.rate", unit="/h")


def test_what_a_sweep_is_called_doesnt_count() -> None:
    named = prepare(PLAIN | {"title": "Plain", "description": "To see"})
    assert named.manifest == prepare(PLAIN).manifest


def test_a_fractional_design_of_a_number_and_a_text() -> None:
    move = {"set": "moves.0.time", "values": [0, "1 min"]}
    factors = {"load": LOAD, "guards": GUARDS, "move": move}
    sweep = PLAIN | {"factors": factors, "design": {"kind": "fractional", "resolution": 3}}
    assert prepare(sweep).manifest["design"]["resolution"] == 3


def test_a_factor_that_leads_to_no_field_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "sweep.yaml"
    path.write_text(
        "name: s\nscenario: small.yaml\nvariants: all\ndesign: full_factorial\n"
        "factors:\n  load: {set: traffic.vehicles.arrivals.skale, values: [1, 2]}\n",
        "utf-8",
    )
    (tmp_path / "small.yaml").write_text(Path(SMALL).read_text("utf-8"), "utf-8")
    with pytest.raises(bcpsim.ScenarioError) as caught:
        prepare(path)
    [problem] = caught.value.problems
    assert (problem.file, problem.line) == (str(path), 6)
    assert problem.message.startswith("unknown key 'skale'")


def test_all_mistakes_of_a_sweep_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_bytes(Path(SMALL).read_bytes())
    file = tmp_path / "sweep.yaml"
    file.write_text(
        "name: 3 sweeps\n"
        "scenario: small.yaml\n"
        "overrides: {horizn.duration: 20 min, traffic.vehicles.arrivals.scale: [1]}\n"
        "factors:\n"
        "  load: {set: traffic.vehicle.arrivals.scale, values: [1]}\n"
        "  pace: {set: officers.officers.skills.goods, range: [1, two]}\n"
        "  more: {set: stops.booths.lanes, values: [1], variants: mor}\n"
        "design: sobol\n"
        "replications: 2\n"
        "precision: {half_width: 2 %, measures: service_times}\n"
        "measures: [waiting_times, 3, all]\n",
        "utf-8",
    )
    with pytest.raises(bcpsim.ScenarioError) as caught:
        load_sweep(file)
    told = [(one.line, one.field, one.message.partition(";")[0]) for one in caught.value.problems]
    assert told == [
        (1, "", "give replications or a precision, not both"),
        (1, "name", "'3 sweeps' is no name"),
        (3, "overrides.horizn.duration", "horizn: no such field"),
        (3, "overrides.traffic.vehicles.arrivals.scale", "expected a number or text, found a list"),
        (5, "factors.load.set.0", "traffic.vehicle: no such field"),
        (6, "factors.pace.range.1", "expected a number, found 'two'"),
        (7, "factors.more.variants", "unknown variant 'mor'"),
        (8, "design.points", "is missing"),
        (10, "precision.measures.0", "unknown measure 'service_times'"),
        (11, "measures.0", "unknown measure 'waiting_times'"),
        (11, "measures.1", "expected text, found 3"),
    ]
