"""A planner's everyday questions on the command line: each test starts the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from booth import circle, written

SMALL = Path(__file__).resolve().parents[1] / "data" / "small.yaml"


def bcpsim(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bcpsim", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        timeout=120,
        check=False,
    )


def done(*arguments: object) -> str:
    result = bcpsim(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


WHOLE = "Booths: over the whole time 28 hours of work meet 24 hours of capacity"


def test_overload_stands_at_the_end_of_what_run_and_compare_answer(tmp_path: Path) -> None:
    file = written(tmp_path)
    folder = tmp_path / "result"
    assert f"Note: {WHOLE}" in done("run", file, "--replications", 2, "--out", folder)
    stored = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert any(note.startswith(WHOLE) for note in stored["notes"])
    answer = bcpsim("run", file, "--replications", 2, "--format", "csv")
    assert f"Note: {WHOLE}" in answer.stderr
    assert "Note" not in answer.stdout
    assert "Note" not in bcpsim("run", file, "--replications", 2, "-q", "--format", "csv").stderr
    parsed = json.loads(done("run", file, "--replications", 2, "--format", "json"))
    assert any(note.startswith(WHOLE) for note in parsed["notes"])
    compared = done("compare", file, "--replications", 2)
    assert f"Note: base: {WHOLE}" in compared


def test_without_overload_there_are_no_notes() -> None:
    assert "Note: " not in done("run", SMALL, "--replications", 10)


def test_stops_that_can_block_one_another_are_told_before_a_run(tmp_path: Path) -> None:
    file = circle(tmp_path)
    checked = bcpsim("validate", file)
    assert checked.returncode == 0
    assert (
        "warning: ways lead in a circle between Booths and Yard through waiting areas with places "
        "(Approach 2, apron 1): when these are full, vehicles can block one another for ever. Give "
        "one of the areas room for all, or let the stops share one area"
    ) in checked.stderr
    ran = bcpsim("run", file, "--replications", 1, "--format", "csv")
    assert "Note: Booths and Yard block one another for ever in 1 of 1 replications" in ran.stderr
