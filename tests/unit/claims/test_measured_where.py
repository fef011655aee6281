"""Claims that say where their figure was measured."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import bcpsim
from bcpsim.report.claims import claim_report

DATA = Path(__file__).parents[2] / "data"
SCALE = {"traffic": {"vehicles": {"arrivals": {"scale": 0.5}}}}
CLAIM: dict[str, Any] = {
    "name": "trucks",
    "sentence": "A guard more halves the wait.",
    "source": {"title": "A test"},
    "scenario": "small.yaml",
    "baseline": "base",
    "alternatives": "more",
    "measure": "waiting_time",
    "reduction": "at least 10 %",
    "replications": {"at_least": 40, "at_most": 40},
    "measured": {"where": "trucks on quiet days", "population": "class=truck", "changes": SCALE},
}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)


def test_measure_and_readings_are_of_those() -> None:
    readings = ["processing_time", "waiting_time/all/p95"]
    loaded = bcpsim.load_claim({**CLAIM, "readings": readings})
    assert str(loaded.measure.rows[0]) == "waiting_time/class=truck/mean"
    assert [str(pair.rows[0]) for pair in loaded.readings] == [
        "processing_time/class=truck/mean",
        "waiting_time/all/p95",
    ]
    usual = bcpsim.load_claim(CLAIM).readings
    assert usual
    assert all("class=truck" in pair.rows[0].population for pair in usual)


def test_what_is_changed_is_changed_in_every_way_of_working() -> None:
    check = bcpsim.check({**CLAIM, "readings": []})
    for one in check.scenarios:
        assert one.scenario.traffic["vehicles"].arrivals.scale == 0.5  # type: ignore[union-attr]
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(claim_report(check, 140))
    assert "Measured, as the source says: trucks on quiet days." in console.export_text()
