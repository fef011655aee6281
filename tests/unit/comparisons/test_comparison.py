"""Comparison of ways of working, and equal conditions."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from places import ROOT, SMALL

import bcpsim
from bcpsim.comparisons import Condition, Free, equalise, parse_condition
from bcpsim.errors import InputError, ScenarioError
from bcpsim.kpi import find_row
from bcpsim.scenario import read_scenario_file

GUARDS = "officers.guards.shifts.1.count"


def written(folder: Path, **replaced: str) -> Path:
    text = SMALL.read_text("utf-8")
    for old, new in replaced.items():
        text = text.replace(old, new)
    path = folder / "other.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def comparison() -> bcpsim.Comparison:
    return bcpsim.compare(SMALL, alternatives=["more"], replications=12)


def test_the_pairs_are_those_of_two_runs(comparison: bcpsim.Comparison) -> None:
    result = bcpsim.run(SMALL, variants=["base", "more"], replications=12, event_log="none")
    row = find_row(comparison.rows, "time_in_system")
    before, after = (variant.totals[:, variant.rows.index(row)] for variant in result.variants)
    frame = comparison.measures.set_index(["measure", "population", "statistic"])
    found = frame.loc[("time_in_system", "all", "mean")]
    assert found["difference"] == pytest.approx((after - before).mean())
    assert found["change"] == pytest.approx(100 * (after.mean() / before.mean() - 1))
    assert found["correlation"] == pytest.approx(np.corrcoef(before, after)[0, 1])
    assert found["change_low"] < found["change"] < found["change_high"] < 0
    assert found["replications"] == 12
    # Work belongs to the vehicle, so that more officers change none of it.
    same = frame.loc[("service_time", "class=truck", "mean")]
    assert (same["difference"], same["difference_low"], same["difference_high"]) == (0, 0, 0)


def test_more_officers_are_best_and_the_largest_is_the_other(comparison: bcpsim.Comparison) -> None:
    assert comparison.names[comparison.best().best] == "more"
    assert comparison.best().probability > 0.95
    assert comparison.names[comparison.best("waiting_time/all/p95", largest=True).best] == "base"


def test_each_traveller_can_weigh_the_same() -> None:
    options: dict[str, Any] = {"replications": 6, "seed": 3, "weight": "traveller"}
    found = bcpsim.compare(SMALL, **options)
    key = ["measure", "population", "statistic"]
    frame = found.measures.set_index(key)
    alone = bcpsim.run(SMALL, variants=["base", "more"], **options).measures
    base, more = (part.set_index(key) for _, part in alone.groupby("variant", sort=False))
    mean = ("waiting_time", "class=truck", "mean")
    row = frame.loc[mean]
    assert row["weight"] == "traveller"
    assert row["baseline_mean"] == pytest.approx(base.loc[mean, "estimate"])
    assert row["alternative_mean"] == pytest.approx(more.loc[mean, "estimate"])
    assert row["difference"] == pytest.approx(row["alternative_mean"] - row["baseline_mean"])
    assert row["change"] == pytest.approx(
        100 * (row["alternative_mean"] / row["baseline_mean"] - 1)
    )
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    by_day = bcpsim.compare(SMALL, replications=6, seed=3)
    p95 = ("waiting_time", "class=truck", "p95")
    assert frame.loc[p95, "weight"] == "replication"
    assert frame.loc[p95, "difference"] == by_day.measures.set_index(key).loc[p95, "difference"]
    assert row["difference"] != by_day.measures.set_index(key).loc[mean, "difference"]
    # Work belongs to the vehicle, so that more officers change none of it.
    same = frame.loc[("service_time", "class=truck", "mean")]
    assert (same["difference"], same["difference_low"], same["difference_high"]) == (0, 0, 0)
    assert found.provenance["weight"] == "traveller"


def test_hours_are_those_of_the_day(comparison: bcpsim.Comparison) -> None:
    frame = comparison.measures_by_hour
    own = frame[(frame["measure"] == "waiting_time") & (frame["population"] == "all")]
    assert [hour.hour for hour in own["hour"]] == [0, 1, 2, 3]
    assert own["difference"].iloc[0] == pytest.approx(0, abs=1e-12)  # the same officers until two
    assert own["difference"].iloc[3] < 0


def test_plain_data_have_null_for_what_is_not_there(comparison: bcpsim.Comparison) -> None:
    data = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert data["best"]["name"] == "more"
    assert data["provenance"]["confidence"] == 0.95
    assert any(row["change"] is None for row in data["comparison"])


def test_intervals_of_more_alternatives_are_wider(tmp_path: Path) -> None:
    text = SMALL.read_text("utf-8")
    path = tmp_path / "three.yaml"
    path.write_text(text + "  other: {stops: {desks: {lanes: 1}}}\n", "utf-8")
    one = bcpsim.compare(path, alternatives=["more"], replications=5).measures
    two = bcpsim.compare(path, replications=5).measures
    own = two[two["alternative"] == "more"].reset_index(drop=True)
    row = one.index[(one["measure"] == "time_in_system") & (one["statistic"] == "mean")][0]
    assert own["difference"][row] == one["difference"][row]
    assert own["difference_low"][row] < one["difference_low"][row]


def test_files_are_compared_by_their_names_and_other_traffic_is_told(tmp_path: Path) -> None:
    other = written(
        tmp_path, **{"rate: 60/h": "rate: 50/h", "eu: 60 %, visa: 40 %": "eu: 50 %, visa: 50 %"}
    )
    found = bcpsim.compare([SMALL, other], replications=2)
    assert found.names == ("small", "other")
    [warning] = found.warnings
    assert "don't have the same traffic (source vehicles, class car)" in warning
    assert (
        bcpsim.compare([SMALL, bcpsim.load(SMALL, variant="more")], replications=2).warnings == ()
    )


def test_other_measured_times_cannot_be_compared(tmp_path: Path) -> None:
    other = written(tmp_path, **{"duration: 4 h": "duration: 5 h"})
    with pytest.raises(
        InputError,
        match=r"horizon.horizon is 240.0 in one and 300.0 in the other|"
        "can't be compared",
    ):
        bcpsim.compare([SMALL, other], replications=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alternatives": []}, "at least one alternative"),
        ({"alternatives": ["more", "more"]}, "'more' comes twice"),
        ({"replications": 1}, "from 2 to 1000000"),
        ({"best": "waiting_tim"}, "did you mean 'waiting_time'"),
        ({"replications": 5, "precision": bcpsim.Precision(0.1)}, "not both"),
        ({"confidence": 1.0}, "confidence must be between 0 and 1"),
        ({"equal": [Condition("officer_hour")]}, "did you mean 'officer_hours'"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused(
    arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        bcpsim.compare(SMALL, **arguments)  # type: ignore[arg-type]


def test_replications_go_on_until_the_changes_are_precise() -> None:
    wanted = bcpsim.Precision(0.08, ("time_in_system",), 10, 200)
    found = bcpsim.compare(SMALL, precision=wanted)
    assert found.stopping is not None
    assert found.stopping.reached
    fixed = bcpsim.compare(SMALL, replications=found.count)
    assert fixed.measures.equals(found.measures)
    frame = found.measures.set_index(["measure", "population", "statistic"])
    row = frame.loc[("time_in_system", "all", "mean")]
    assert row["change_high"] - row["change_low"] <= 16


# --- Equal conditions ------------------------------------------------------------------


def test_whole_numbers_are_adjusted_until_equal() -> None:
    free = Free("officers.guards.shifts.0.count", 1, 9, whole=True)
    found = bcpsim.compare(
        SMALL,
        alternatives=["more"],
        overrides={free.path: "3"},
        replications=3,
        equal=[Condition("officer_hours", free)],
    )
    # 2 h of 3 guards, 2 h of one and 4 h of customs are 12 hours; the variant's one shift of
    # guards needs two.
    [equality] = found.equalities
    assert (equality.path, equality.value) == (free.path, "2")
    assert equality.equal
    assert equality.baseline_mean == pytest.approx(12)


def test_what_no_value_makes_equal_is_told() -> None:
    free = Free(GUARDS, 3, 5, whole=True)
    condition = Condition("officer_hours/agency=border_guard", free)
    scenario_file = read_scenario_file(SMALL)

    def make(value: float) -> bcpsim.LoadedScenario:
        return scenario_file.load(["base"], overrides={free.path: free.text(value)})[0]

    found = equalise(make, bcpsim.load(SMALL), condition, replications=2)
    assert found.value == 3
    assert not found.equal
    assert sorted(found.tried) == [3, 5]


def test_real_numbers_are_adjusted_within_the_tolerance() -> None:
    scenario_file = read_scenario_file(SMALL)
    free = Free("traffic.vehicles.arrivals.scale", 0.3, 2.0)
    condition = Condition("time_in_system", free, tolerance=0.02)

    def make(value: float) -> bcpsim.LoadedScenario:
        return scenario_file.load(["more"], overrides={free.path: free.text(value)})[0]

    found = equalise(make, bcpsim.load(SMALL), condition, replications=5)
    assert found.equal
    assert found.mean == pytest.approx(found.baseline_mean, rel=0.02)
    assert 1 < found.value < 2
    assert len(found.tried) < 20


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("staff_cost", Condition("staff_cost")),
        ("detection", Condition("found_share")),
        (
            "detection/truth=contraband by a=1..2",
            Condition("found_share/truth=contraband", Free("a", 1, 2, whole=True)),
        ),
        (
            "officer_hours by a.b.0=1..9",
            Condition("officer_hours", Free("a.b.0", 1, 9, whole=True)),
        ),
        (
            "detained/stop=a class=b by x = 2 %..20 %",
            Condition("detained/stop=a class=b", Free("x", 2, 20, "%")),
        ),
        ("waiting_time by y=.5..1.5", Condition("waiting_time", Free("y", 0.5, 1.5))),
    ],
)
def test_conditions_are_read(text: str, condition: Condition) -> None:
    assert parse_condition(text) == condition


@pytest.mark.parametrize(
    "text",
    ["", "a by", "a by b", "a by b=1", "a by b=9..1", "a by b=1 h..2 %", "a by b=x..y", "a=1..2"],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected"):
        parse_condition(text)


def test_what_cannot_be_set_is_told() -> None:
    wrong = Condition("officer_hours", Free("officers.gards.shifts.0.count", 1, 9, whole=True))
    with pytest.raises(ScenarioError, match="did you mean 'guards'"):
        bcpsim.compare(SMALL, replications=2, equal=[wrong])
    with pytest.raises(ScenarioError, match="did you mean 'guards'"):
        bcpsim.compare([SMALL, bcpsim.load(SMALL, variant="more")], replications=2, equal=[wrong])


def test_the_folder_holds_everything(comparison: bcpsim.Comparison, tmp_path: Path) -> None:
    from bcpsim.report.comparison_plots import write_comparison_plots

    folder = bcpsim.save_comparison(
        comparison, tmp_path / "out", lambda new: write_comparison_plots(comparison, new)
    )
    assert {path.name for path in folder.iterdir()} == {
        "comparison.csv",
        "comparison-by-hour.csv",
        "comparison.json",
        "provenance.json",
        "replications.parquet",
        "made.json",
        "SHA256SUMS",
        "written",
        "scenario-base.yaml",
        "scenario-more.yaml",
        "changes.svg",
        "changes.png",
        "classes.svg",
        "classes.png",
        "differences-by-hour.svg",
        "differences-by-hour.png",
    }
    assert math.isfinite(
        json.loads((folder / "comparison.json").read_text())["best"]["probability"]
    )


def test_values_of_replications_are_told_on_request() -> None:
    comparison = bcpsim.compare(SMALL, replications=4)
    plain = comparison.to_dict()["comparison"]
    told = comparison.to_dict(values=True)["comparison"]
    added = ("baseline_values", "alternative_values", "standard_error")
    assert [{k: v for k, v in one.items() if k not in added} for one in told] == plain
    [wait] = [
        one
        for one in told
        if (one["measure"], one["population"], one["statistic"]) == ("waiting_time", "all", "mean")
    ]
    runs = [
        bcpsim.run(SMALL, variants=[name], replications=4).replications.query(
            "measure == 'waiting_time' and population == 'all' and statistic == 'mean'"
        )
        for name in ("base", "more")
    ]
    base, more = (list(run["value"]) for run in runs)
    assert (wait["baseline_values"], wait["alternative_values"]) == (base, more)
    differences = np.array(more) - np.array(base)
    assert wait["standard_error"] == pytest.approx(differences.std(ddof=1) / 2)


@pytest.mark.parametrize("baseline", ["base", "at_the_post"])
def test_hours_of_back_offices_are_0_where_there_are_none(baseline: str) -> None:
    # Measured are the eight hours after the first day; three specialists are there from 06:00.
    compared = bcpsim.compare(
        ROOT / "scenarios" / "land" / "lodged_beforehand.yaml",
        baseline=baseline,
        alternatives=["at_the_post" if baseline == "base" else "base"],
        replications=2,
        overrides={"horizon.duration": "32 h"},
    )
    row = find_row(compared.rows, "specialist_hours")
    assert row.population == "all"
    place = compared.rows.index(row)
    means = [float(values[:, place].mean()) for values in compared.values]
    assert means == ([6.0, 0.0] if baseline == "base" else [0.0, 6.0])
