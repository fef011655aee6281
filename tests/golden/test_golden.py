"""Shipped scenarios and a study give the numbers that are stored beside this test.

Numbers are compared to a relative 1e-9, since NumPy's functions may differ in the last
bit between processors. To renew the files after a change that is meant:

    python tests/golden/test_golden.py             # all, or those named: juxtaposed train

A row whose numbers are the stored ones but for the last digits stays as it is.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import bcpsim
from bcpsim.calibration.methods import COMPARISON_COLUMNS
from bcpsim.results import measures_csv

HERE = Path(__file__).resolve().parent
STUDY = HERE.parent.parent / "experiments" / "validation" / "isolated_flights.yaml"
MEASURED = ("estimate", "low", "high")
NUMBERS = ("r", "mae", "rmse", "bias", "observed_mean")
Row = dict[str, str]
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
    assert_alike(measures_of(path), path.stem, MEASURED)


def assert_alike(text: str, name: str, numbers: Sequence[str]) -> None:
    stored = (HERE / f"{name}.csv").read_text(encoding="utf-8")
    expected = list(csv.DictReader(stored.splitlines()))
    found = list(csv.DictReader(text.splitlines()))
    assert len(found) == len(expected)
    for new, old in zip(found, expected, strict=True):
        assert is_alike(new, old, numbers), old


def is_alike(new: Row, old: Row, numbers: Sequence[str]) -> bool:
    return new.keys() == old.keys() and all(
        float(new[key] or "nan") == pytest.approx(float(text), rel=1e-9, abs=1e-9)
        if key in numbers and text
        else new[key] == text
        for key, text in old.items()
    )


def renew(text: str, name: str, numbers: Sequence[str]) -> None:
    path = HERE / f"{name}.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else [""]
    stored = dict(zip(map(key_of(numbers), csv.DictReader([head, *lines])), lines, strict=True))
    rows = csv.DictReader(text.splitlines())
    kept = [text.splitlines()[0]]
    for row, line in zip(rows, text.splitlines()[1:], strict=True):
        old = stored.get(key_of(numbers)(row), line)
        [before] = csv.DictReader([head, old])
        kept.append(old if is_alike(row, before, numbers) else line)
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


def key_of(numbers: Sequence[str]) -> Callable[[Row], tuple[str, ...]]:
    return lambda row: tuple(text for key, text in row.items() if key not in numbers)


def test_a_shipped_study_gives_the_stored_errors() -> None:
    assert_alike(errors_of(STUDY), "isolated_flights", NUMBERS)


def test_there_are_shipped_scenarios() -> None:
    assert len(SCENARIOS) >= 4


if __name__ == "__main__":
    wanted = sys.argv[1:] or [STUDY.stem, *(scenario.stem for scenario in SCENARIOS)]
    if STUDY.stem in wanted:
        renew(errors_of(STUDY), STUDY.stem, NUMBERS)
    for scenario in SCENARIOS:
        if scenario.stem in wanted:
            renew(measures_of(scenario), scenario.stem, MEASURED)
