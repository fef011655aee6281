"""The study on observed waits gives what is stored and shown in the docs; intervals of fits."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import bcpsim
from bcpsim.calibration import load_calibration
from bcpsim.calibration.file import Loss, Unknown
from bcpsim.calibration.fitting import TOLERANCE, fit

FOLDER = Path(__file__).resolve().parents[2] / "experiments" / "validation"
CALIBRATIONS = sorted(
    path.stem for path in FOLDER.glob("*.yaml") if (FOLDER / "results" / path.stem).is_dir()
)
AIRPORTS = ["ORD", "PHX"]


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(FOLDER)  # of the modules beside it
    spec = importlib.util.spec_from_file_location("study", FOLDER / "study.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(row: str) -> list[str | Any]:
    """Return the cells of a row, numbers as near as fits come to rest."""
    return [
        pytest.approx(float(cell), rel=TOLERANCE, abs=1e-6) if is_number(cell) else cell
        for cell in row.split(",")
    ]


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_a_shipped_calibration_is_read_and_has_a_stored_result(name: str, tmp_path: Path) -> None:
    """With the first 200 rows of its table."""
    file = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    rows = (FOLDER / file["data"]["file"]).read_text(encoding="utf-8").splitlines()
    (tmp_path / "rows.csv").write_text("\n".join(rows[:201]), encoding="utf-8")
    loaded = load_calibration(FOLDER / f"{name}.yaml", data=tmp_path / "rows.csv")
    stored = pd.read_csv(FOLDER / "results" / name / "unknowns.csv")
    assert loaded.places[0].name in {*stored["place"]}
    of_places = stored.groupby("place")["unknown"].agg(list)
    assert all(unknowns == [*loaded.file.unknowns] for unknowns in of_places)


@pytest.mark.slow
def test_some_airports_give_the_stored_rows(study: ModuleType) -> None:
    result = bcpsim.calibrate(FOLDER / "isolated_flights.yaml", places=AIRPORTS, workers=0)
    for name, table in study.tables_of(result).items():
        text = table.to_csv(index=False, lineterminator="\n", float_format=study.DIGITS)
        header, *every = text.splitlines()
        path = FOLDER / "results" / "isolated_flights" / f"{name}.csv"
        stored = path.read_text(encoding="utf-8").splitlines()
        assert header == stored[0]
        rows, kept = (
            [row for row in table if row.partition(",")[0] in AIRPORTS] for table in (every, stored)
        )
        assert len(rows) == len(kept)
        for new, old in zip(rows, kept, strict=True):
            numbers = [float(cell) if is_number(cell) else cell for cell in new.split(",")]
            assert numbers == cells(old)
    page = (FOLDER.parent.parent / "docs" / "validation.md").read_text(encoding="utf-8")
    errors = study.errors_of(result.comparison, result.rows)
    for row in study.errors_page(errors).splitlines():
        if row[2:5] in AIRPORTS:
            assert row in page


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["squares", "soft_l1"])
@pytest.mark.parametrize("rows", [40, 160])
def test_intervals_of_fits_hold_the_truth(kind: str, rows: int) -> None:
    """Of 10,000 lines, with an even spread and one that grows sixfold; see docs/statistics.md."""
    unknowns = {name: Unknown(start=1, low=-20, high=30) for name in ("a", "b")}
    truth = np.array([2.0, 5.0])
    rng = np.random.default_rng(1)
    for growth in (0.0, 1 / 1.5):
        held = np.zeros(2)
        for _ in range(10_000):
            x = rng.random(rows) * 3
            line = np.column_stack([np.ones(rows), x])
            spread = 0.4 + growth * x
            y = line @ truth + rng.normal(0, 1, rows) * spread
            found = fit(
                lambda v, line=line, y=y: line @ [v["a"], v["b"]] - y,  # type: ignore[misc]
                unknowns,
                Loss(kind=kind),
            )
            ends = [(one.low, one.high) for one in found.estimates.values()]
            held += [low <= t <= high for (low, high), t in zip(ends, truth, strict=True)]
        print(f"{kind}, {rows} rows, growth {growth:.2f}: {held / 10_000}")
        assert (abs(held / 10_000 - 0.95) <= 0.015).all()
