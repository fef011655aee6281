"""A package that adds laws, measures and rules is used from scenario files, as bcpsim's own are.

`tests/data/own_package` is such a package, with what an installer would write beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from places import DATA, ROOT

PACKAGE = DATA / "own_package"
OWN = PACKAGE / "own.yaml"


def bcpsim(*arguments: object, package: Path | None = PACKAGE) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, with a package installed, or without."""
    path = os.pathsep.join(str(one) for one in (ROOT, package) if one is not None)
    return subprocess.run(
        [sys.executable, "-m", "bcpsim", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )


def made(out: Path, *options: object) -> dict[str, bytes]:
    """Return the files of a result but the one with date and command."""
    common = ("run", OWN, "--replications", 4, "--event-log", "all", "--no-plots", "-q")
    done = bcpsim(*common, "--out", out, *options)
    assert done.returncode == 0, done.stderr
    return {
        path.name: path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "made.json"
    }


def test_the_same_bytes_with_any_number_of_workers(tmp_path: Path) -> None:
    assert made(tmp_path / "one") == made(tmp_path / "two", "--workers", 2)


@pytest.mark.slow  # the engine is compiled anew for a package with rules
def test_the_same_bytes_in_both_ways(tmp_path: Path) -> None:
    assert made(tmp_path / "one") == made(tmp_path / "two", "--engine", "compiled")


def test_each_does_what_it_says_and_is_in_the_provenance(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = bcpsim("run", OWN, "--replications", 2, "--event-log", "all", "--full", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "Long waits" in done.stdout
    activities = pd.read_parquet(tmp_path / "out" / "activities.parquet")
    activities["work"] = activities["ended_min"] - activities["started_min"]
    # PERT from 1 to 9 min with mode 2: its mean is (1 + 4 * 2 + 9) / 6 = 3 min.
    assert activities["work"].between(1, 9).all()
    assert activities["work"].mean() == pytest.approx(3, abs=0.3)
    assert set(activities["lane"]) == {"lane 2"}  # the last of two that have an officer
    for _, own in activities.groupby("replication"):
        for _, me in own.iterrows():  # nobody who waits and takes less is passed over
            waits = (own["queued_min"] < me["started_min"]) & (
                own["started_min"] > me["started_min"]
            )
            assert not (waits & (own["work"] < me["work"] - 1e-6)).any()
    travellers = pd.read_parquet(tmp_path / "out" / "travellers.parquet")
    measures = pd.read_csv(tmp_path / "out" / "measures.csv")
    [long_waits] = measures.loc[measures["measure"] == "long_waits", "estimate"]
    gone = travellers["departure_min"] < 4 * 60
    assert long_waits == (gone & (travellers["waiting_min"] > 5)).sum() / 2
    made = json.loads((tmp_path / "out" / "provenance.json").read_text("utf-8"))
    kinds = {one["kind"]: (one["name"], one["package"], one["version"]) for one in made["added"]}
    assert kinds == {
        "law": ("pert", "own-border", "1.2"),
        "measure": ("long_waits", "own-border", "1.2"),
        "lane choice": ("last_lane", "own-border", "1.2"),
        "pool rule": ("shortest_way", "own-border", "1.2"),
        "queue order": ("shortest_work", "own-border", "1.2"),
    }


def test_names_are_told_with_those_nearest(tmp_path: Path) -> None:
    text = OWN.read_text("utf-8").replace("pert", "perd").replace("last_lane", "last_lan")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("shortest_work", "shortest_job"), "utf-8")
    done = bcpsim("validate", wrong)
    assert done.returncode == 2
    assert "unknown distribution 'perd'" in done.stderr
    assert "(did you mean 'pert'?)" in done.stderr
    assert "unknown value 'last_lan'; expected one of: fewest_vehicles, last_lane" in done.stderr
    assert "unknown value 'shortest_job'" in done.stderr
    assert "first_come, shortest_work, weighted_wait (did you mean 'shortest_work'?)" in done.stderr


def test_values_of_a_law_are_checked_where_they_stand(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(OWN.read_text("utf-8").replace("mode: 2 min", "mode: 12 min"), "utf-8")
    done = bcpsim("validate", wrong)
    assert "wrong.yaml:8:41: activities.passport.duration: low, mode and high must" in done.stderr
    wrong.write_text(OWN.read_text("utf-8").replace("mode: 2 min", "mod: 2"), "utf-8")
    done = bcpsim("validate", wrong)
    assert "duration.mode: is missing; expected a time with its unit" in done.stderr
    assert "unknown key 'mod'; expected one of: distribution, high, low, mode" in done.stderr


def test_without_the_package_its_names_are_unknown() -> None:
    done = bcpsim("validate", OWN, package=None)
    assert done.returncode == 2
    assert "unknown distribution 'pert'; expected one of: deterministic" in done.stderr


def test_an_officer_of_a_pool_goes_by_the_rule(tmp_path: Path) -> None:
    out = tmp_path / "out"
    common = ("run", PACKAGE / "pool.yaml", "--variant", "all", "--replications", 1)
    done = bcpsim(*common, "--event-log", "all", "--no-plots", "-q", "--out", out)
    assert done.returncode == 0, done.stderr
    activities = pd.read_parquet(out / "activities.parquet").sort_values("started_min")
    walks = {
        variant: int((own["stop"] != own["stop"].shift()).sum())
        for variant, own in activities.groupby("variant")
    }
    # The nearest stop is the one underfoot, as long as anybody waits there.
    assert walks["shortest_way"] < walks["base"]


def test_the_package_of_the_page_works_as_it_stands(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "extend.md").read_text("utf-8")
    project = tomllib.loads(page.split("```toml\n")[1].partition("```")[0])["project"]
    folder = tmp_path / "my_border"
    folder.mkdir()
    for name, block in zip(
        ("laws", "measures", "rules"), page.split("```python\n")[1:], strict=True
    ):
        (folder / f"{name}.py").write_text(block.partition("```")[0], "utf-8")
    (folder / "__init__.py").touch()
    information = tmp_path / "my_border-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", "utf-8"
    )
    lines = [
        f"[{group}]\n" + "\n".join(f"{name} = {place}" for name, place in added.items())
        for group, added in project["entry-points"].items()
    ]
    (information / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
    common = ("run", OWN, "--replications", 1, "--no-plots", "--out", tmp_path / "out")
    done = bcpsim(*common, package=tmp_path)
    assert done.returncode == 0, done.stderr
    made = json.loads((tmp_path / "out" / "provenance.json").read_text("utf-8"))
    assert {(one["name"], one["package"]) for one in made["added"]} == {
        (name, "my-border")
        for name in ("pert", "long_waits", "last_lane", "shortest_way", "shortest_work")
    }
