"""Shipped scenarios and a study give the numbers that are stored beside this test.

Numbers are compared to a relative 1e-9, since NumPy's functions may differ in the last
bit between processors. To renew the files after a change that is meant:

    python tests/golden/test_golden.py
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

import bcpsim
from bcpsim.calibration.methods import COMPARISON_COLUMNS
from bcpsim.results import measures_csv

HERE = Path(__file__).resolve().parent
STUDY = HERE.parent.parent / "experiments" / "validation" / "isolated_flights.yaml"
NUMBERS = ("r", "mae", "rmse", "bias", "observed_mean")
SCENARIOS = sorted((HERE.parent.parent / "scenarios").glob("*/*.yaml"))


def measures_of(path: Path) -> str:
    names = bcpsim.variant_names(path)
    result = bcpsim.run(path, variants=names, replications=2, seed=1, event_log="none")
    return measures_csv(result.rows)


def errors_of(path: Path) -> str:
    result = bcpsim.compare_observed(path, places=["ORD"])
    return measures_csv(result.places[0].comparison, COMPARISON_COLUMNS)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_shipped_scenario_gives_the_stored_measures(path: Path) -> None:
    assert_alike(measures_of(path), path.stem, ("estimate", "low", "high"))


def assert_alike(text: str, name: str, numbers: Sequence[str]) -> None:
    stored = (HERE / f"{name}.csv").read_text(encoding="utf-8")
    expected = list(csv.DictReader(stored.splitlines()))
    found = list(csv.DictReader(text.splitlines()))
    assert len(found) == len(expected)
    for new, old in zip(found, expected, strict=True):
        for key, text in old.items():
            if key in numbers and text:
                assert float(new[key]) == pytest.approx(float(text), rel=1e-9, abs=1e-9), old
            else:
                assert new[key] == text, old


def test_a_shipped_study_gives_the_stored_errors() -> None:
    assert_alike(errors_of(STUDY), "isolated_flights", NUMBERS)


def test_there_are_shipped_scenarios() -> None:
    assert len(SCENARIOS) >= 4


if __name__ == "__main__":
    (HERE / "isolated_flights.csv").write_text(errors_of(STUDY), encoding="utf-8")
    for scenario in SCENARIOS:
        (HERE / f"{scenario.stem}.csv").write_text(measures_of(scenario), encoding="utf-8")
