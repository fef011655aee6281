"""`bcpsim sweep` as a user runs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import ROOT, bcpsim

SWEEP = """\
name: guards
title: Guards of a [small] border
scenario: small.yaml
variants: all
overrides: {horizon.duration: 30 min}
factors:
  guards: {set: officers.guards.shifts.0.count, values: [1, 2, 3]}
design: full_factorial
replications: 3
measures: [waiting_time, utilisation/agency=customs]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    small = (ROOT / "tests" / "data" / "small.yaml").read_text("utf-8")
    (tmp_path / "small.yaml").write_text(small, "utf-8")
    file = tmp_path / "guards.yaml"
    file.write_text(SWEEP, "utf-8")
    return file


def test_a_dry_run_prints_the_design_and_writes_nothing(file: Path) -> None:
    result = bcpsim("sweep", file, "--dry-run")
    assert result.returncode == 0
    assert "Guards of a [small] border" in result.stdout
    assert "officers.guards.shifts.0.count" in result.stdout
    assert "3 points x 2 variants x 3 replications = 18" in result.stdout
    assert "Loaded without a mistake: 3 of 3 points" in result.stdout
    assert sorted(path.name for path in file.parent.iterdir()) == ["guards.yaml", "small.yaml"]


def test_a_dry_run_tells_which_points_cant_be_run(file: Path) -> None:
    wrong = SWEEP.replace("[1, 2, 3]", "[1, -1, 3]")
    assert wrong != SWEEP
    file.write_text(wrong, "utf-8")
    result = bcpsim("sweep", file, "--dry-run")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == "bcpsim: 1 of 3 points can't be run"
    assert "at least 0" in result.stderr


def test_a_sweep_prints_its_results_and_goes_on_when_asked(file: Path) -> None:
    out = file.parent / "out"
    result = bcpsim("sweep", file, "--out", out, "--workers", 1)
    assert result.returncode == 0
    assert "Waiting time, mean (min)" in result.stdout
    assert "Utilisation, mean, Customs (%)" in result.stdout
    assert len(re.findall(r"[0-9] \[[-0-9.]+, [0-9.]+\]", result.stdout)) == 12
    assert result.stdout.endswith(f"3 of 3 points: {out}\n")
    assert "3 of 3 points; waiting_time so far base" in result.stderr
    again = bcpsim("sweep", file, "--out", out)
    assert again.returncode == 2
    assert "--resume goes on with it" in again.stderr
    assert bcpsim("sweep", file, "--out", out, "--resume", "--quiet").returncode == 0


def test_failed_points_are_listed_with_their_values(file: Path) -> None:
    file.write_text(SWEEP.replace("[1, 2, 3]", "[1, -2, 3]"), "utf-8")
    out = file.parent / "out"
    result = bcpsim("sweep", file, "--out", out, "--workers", 1)
    assert result.returncode == 1
    assert "2 of 3 points:" in result.stdout
    told = f"point 1 (guards -2): {file}:7:17: officers.guards.shifts.0.count: must be at least 0"
    assert told in result.stderr
    assert f"1 of 3 points failed, listed in {out / 'failed'}; --retry-failed" in result.stderr


def test_mistakes_have_a_place(file: Path) -> None:
    file.write_text(SWEEP.replace("guards.shifts", "guard.shifts"), "utf-8")
    result = bcpsim("sweep", file)
    assert result.returncode == 2
    assert f"{file}:7:17: factors.guards.set" in result.stderr
    assert "did you mean 'guards'?" in result.stderr
    file.write_text(SWEEP.replace("design: full", "desing: full"), "utf-8")
    assert "(did you mean 'design'?)" in bcpsim("sweep", file).stderr
