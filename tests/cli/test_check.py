"""Checking claims on the command line, as a user does."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import yaml
from program import ROOT, bcpsim

from bcpsim.claims import ClaimFile
from bcpsim.studies import study_schema

DATA = ROOT / "tests" / "data"
QUICK = ("conditions", "uncertain", "readings")  # left out of the claim for speed


def quick_claim(folder: Path, **keys: object) -> Path:
    content = yaml.safe_load((DATA / "claim.yaml").read_text("utf-8"))
    content = {key: value for key, value in content.items() if key not in QUICK} | keys
    (folder / "small.yaml").write_bytes((DATA / "small.yaml").read_bytes())
    path = folder / f"{content['name']}.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_check_prints_a_verdict_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    result = bcpsim("check", quick_claim(tmp_path), "--workers", 1)
    assert result.returncode == 0, result.stderr
    text = result.stdout
    assert text.startswith("Guards all night\n")
    assert "Verdict: supported" in text
    assert "Claimed: reduction of at least 40 % of waiting time, mean, Cars." in text
    for words in (
        "Service time, mean, Cars",
        "What does the work",
        "All together",
    ):
        assert words in text
    assert "Intervals are for the simulation's chance" in text


def test_several_claims_as_json_and_in_folders(tmp_path: Path) -> None:
    first = quick_claim(tmp_path)
    second = quick_claim(tmp_path, name="other", reduction="at least 99 %")
    out = tmp_path / "out"
    result = bcpsim("check", first, second, "--format", "json", "--out", out, "--workers", 1)
    assert result.returncode == 0, result.stderr
    claims = json.loads(result.stdout)["claims"]
    assert [claim["verdict"] for claim in claims] == ["supported", "refuted"]
    folder = out / "more_guards"
    assert json.loads((folder / "verdict.json").read_text("utf-8")) == claims[0]
    for name in ("readings", "attribution"):
        for ending in ("svg", "png", "csv"):
            assert (folder / f"{name}.{ending}").stat().st_size > 0
    rows = list(csv.DictReader((folder / "readings.csv").read_text("utf-8").splitlines()))
    assert rows[0]["verdict"] == "supported"
    assert float(rows[0]["low"]) < float(rows[0]["effect"]) < float(rows[0]["high"])
    assert "Verdicts, tables and plots" in result.stderr
    again = bcpsim("check", first, "--out", folder, "--workers", 1)
    assert again.returncode == 0, again.stderr


def test_a_wrong_claim_is_refused_before_anything_runs(tmp_path: Path) -> None:
    wrong = quick_claim(tmp_path, reduction="by a third")
    out = tmp_path / "out"
    result = bcpsim("check", wrong, "--out", out)
    assert result.returncode == 2
    assert "more_guards.yaml:" in result.stderr
    assert "reduction: expected 'at least 30 %'" in result.stderr
    assert "Traceback" not in result.stderr
    assert not out.exists()


def test_the_shipped_claims_fit_the_schema() -> None:
    shipped = sorted((ROOT / "experiments" / "claims").glob("*.yaml"))
    assert shipped
    schema = json.loads((ROOT / "experiments" / "claims" / "claim.schema.json").read_text("utf-8"))
    assert schema == study_schema(ClaimFile)
    for path in shipped:
        jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), schema)


def test_two_claims_of_one_name_have_no_folder_each(tmp_path: Path) -> None:
    first = quick_claim(tmp_path)
    second = tmp_path / "again.yaml"
    second.write_bytes(first.read_bytes())
    result = bcpsim("check", first, second, "--out", tmp_path / "out")
    assert result.returncode == 2
    assert "both have the name 'more_guards'" in " ".join(result.stderr.replace("│", " ").split())
    assert not (tmp_path / "out").exists()


def test_check_warns_of_a_stop_where_nobody_is(tmp_path: Path) -> None:
    few = {"at_least": 10, "at_most": 10}
    path = quick_claim(tmp_path, attribution=None, replications=few)
    gap = '{from: "02:00", to: "04:00", count: 1}'
    small = (DATA / "small.yaml").read_text("utf-8").replace(gap, gap.replace("1}", "0}"))
    (tmp_path / "small.yaml").write_text(small, "utf-8")
    told = bcpsim("check", path, "--workers", 1).stderr
    assert told.startswith(f"{path}: warning: Booths: in 2 of 4 hours travellers come")
    assert bcpsim("check", path, "--workers", 1, "--quiet").stderr == ""
