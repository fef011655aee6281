"""Variants that are put together, wherever a file names a variant."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from booth import BOOTH

import bcpsim
from bcpsim.calibration.study import load_calibration
from bcpsim.claims import load_claim
from bcpsim.staffing import load_staffing
from bcpsim.sweeps import prepare, read_measures, run_sweep

TWO = [{"from": "00:00", "to": "24:00", "count": 2}]
VARIANTS = {
    "lane": {"stops": {"booths": {"lanes": 2}}},
    "guard": {"officers": {"guards": {"shifts": TWO}}},
    "lanes": {"stops": {"booths": {"lanes": 3}}},
}
BOTH = " guard +lane"  # blanks around the plus sign and the name mean nothing

SWEEP: dict[str, Any] = {
    "name": "load",
    "variants": ["all", BOTH],
    "overrides": {"horizon.duration": "2 h"},
    "factors": {
        "scale": {"set": "traffic.cars.arrivals.scale", "values": [1.5], "variants": [BOTH]}
    },
    "design": "full_factorial",
    "replications": 3,
    "measures": ["waiting_time"],
}
CLAIM: dict[str, Any] = {
    "name": "claim",
    "sentence": "Two lanes with two guards take no less than half of the wait.",
    "source": {"title": "A test"},
    "baseline": "base",
    "alternatives": BOTH,
    "measure": "waiting_time/all/mean",
    "reduction": "at least 50 %",
}
STAFFING: dict[str, Any] = {
    "name": "staffing",
    "variants": BOTH,
    "targets": [{"class": "car", "waiting_time": "5 min", "share": "60 %"}],
    "officers": {
        "guards": {
            "at_most": 4,
            "variants": BOTH,
            "shifts": [{"starts": "00:00", "length": "24 h", "variants": [BOTH]}],
        }
    },
}
CALIBRATION: dict[str, Any] = {
    "name": "pace",
    "variant": BOTH,
    "data": {"file": "data.csv"},
    "set": {
        "traffic.cars.arrivals.rate": "{cars}/h",
        "activities.papers.duration": "{papers} s",
    },
    "unknowns": {"papers": {"start": 60, "low": 30, "high": 90}},
    "observe": {"wait": "waiting_time/all/mean"},
}


def written(folder: Path, study: dict[str, Any], **changes: Any) -> Path:
    """Write the border with its variants, and a file that asks about it, to a folder."""
    scenario = {**copy.deepcopy(BOOTH), "variants": VARIANTS}
    (folder / "booth.yaml").write_text(yaml.safe_dump(scenario), "utf-8")
    (folder / "data.csv").write_text("cars,wait\n60,1\n70,2\n60,1\n70,2\n", "utf-8")
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump({"scenario": "booth.yaml", **study, **changes}), "utf-8")
    return path


def test_a_sweep_runs_variants_put_together(tmp_path: Path) -> None:
    prepared = prepare(written(tmp_path, SWEEP))
    assert prepared.loaded.variants == ("base", "guard", "lane", "lanes", "guard+lane")
    run_sweep(prepared, tmp_path / "out")
    values = read_measures(tmp_path / "out").set_index(["variant", "statistic"])["estimate"]
    changes = {"horizon.duration": "2 h", "traffic.cars.arrivals.scale": "1.5"}
    both = bcpsim.load(tmp_path / "booth.yaml", variant="guard+lane", overrides=changes)
    result = bcpsim.run(both, replications=3).measures
    wait = result.set_index(["measure", "population", "statistic"])["estimate"]
    assert values["guard+lane", "mean"] == wait["waiting_time", "all", "mean"]


def test_a_claim_names_variants_put_together(tmp_path: Path) -> None:
    claim = load_claim(written(tmp_path, CLAIM))
    both = bcpsim.load(tmp_path / "booth.yaml", variant="guard+lane")
    assert claim.load(claim.ways[1]).hash == both.hash
    assert claim.names == ("base", "guard+lane")


def test_rosters_are_found_for_variants_put_together(tmp_path: Path) -> None:
    question = load_staffing(written(tmp_path, STAFFING))
    [both] = question.variants
    assert both.variant == "guard+lane"
    assert both.scenario.stops["booths"].lanes[0].count == 2
    assert question.file.groups("guard+lane") == ["guards"]


def test_a_calibration_is_of_variants_put_together(tmp_path: Path) -> None:
    scenario = load_calibration(written(tmp_path, CALIBRATION)).loaded.scenario
    assert scenario.stops["booths"].lanes[0].count == 2
    assert scenario.officers["guards"].shifts[0].count == 2


KINDS: list[tuple[Callable[[Path], Any], dict[str, Any], str]] = [
    (prepare, SWEEP, "variants"),
    (load_claim, CLAIM, "alternatives"),
    (load_staffing, STAFFING, "variants"),
    (load_calibration, CALIBRATION, "variant"),
]


@pytest.mark.parametrize(("read", "study", "key"), KINDS)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lane+", "expected a name, or names joined by '+' such as 'a+b', found 'lane+'"),
        ("", "expected a name, or names joined by '+' such as 'a+b', found ''"),
        (
            "lane+gaurd",
            "unknown variant 'gaurd'; expected one of: guard, lane, lanes (did you mean 'guard'?)",
        ),
        ("lane+lane", "'lane' comes twice in 'lane+lane'"),
    ],
)
def test_wrong_names_are_told_where_they_stand(
    read: Callable[[Path], Any],
    study: dict[str, Any],
    key: str,
    name: str,
    message: str,
    tmp_path: Path,
) -> None:
    path = written(tmp_path, study, **{key: name})
    with pytest.raises(bcpsim.ScenarioError) as caught:
        read(path)
    [problem, *_] = caught.value.problems
    lines = path.read_text("utf-8").splitlines()
    assert lines[problem.line - 1].startswith(f"{key}: ")
    assert problem.message == message


@pytest.mark.parametrize(("read", "study", "key"), KINDS)
def test_variants_that_set_the_same_are_told_at_what_they_set(
    read: Callable[[Path], Any], study: dict[str, Any], key: str, tmp_path: Path
) -> None:
    path = written(tmp_path, study, **{key: "lane+lanes"})
    with pytest.raises(bcpsim.ScenarioError, match=r"booth\.yaml:\d+:\d+: stops\.booths\.lanes"):
        read(path)
