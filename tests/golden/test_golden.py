"""Shipped scenarios give the measures that are stored beside this test.

Numbers are compared to a relative 1e-9, since NumPy's functions may differ in the last
bit between processors. To renew the files after a change that is meant:

    python tests/golden/test_golden.py
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import bcpsim
from bcpsim.experiments.store import measures_csv

HERE = Path(__file__).resolve().parent
SCENARIOS = sorted((HERE.parent.parent / "scenarios").glob("*/*.yaml"))


def measures_of(path: Path) -> str:
    names = bcpsim.variant_names(path)
    result = bcpsim.run(path, variants=names, replications=2, seed=1, event_log="none")
    return measures_csv(result.rows)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_shipped_scenario_gives_the_stored_measures(path: Path) -> None:
    stored = (HERE / f"{path.stem}.csv").read_text(encoding="utf-8")
    expected = list(csv.DictReader(stored.splitlines()))
    found = list(csv.DictReader(measures_of(path).splitlines()))
    assert len(found) == len(expected)
    for new, old in zip(found, expected, strict=True):
        for key, text in old.items():
            if key in ("estimate", "low", "high") and text:
                assert float(new[key]) == pytest.approx(float(text), rel=1e-9, abs=1e-9), old
            else:
                assert new[key] == text, old


def test_there_are_shipped_scenarios() -> None:
    assert len(SCENARIOS) >= 4


if __name__ == "__main__":
    for scenario in SCENARIOS:
        (HERE / f"{scenario.stem}.csv").write_text(measures_of(scenario), encoding="utf-8")
