"""The study on observed waits gives what is stored and shown in the docs; intervals of fits."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import bcpsim
from bcpsim.calibration.file import Loss, Unknown
from bcpsim.calibration.fitting import TOLERANCE, fit

FOLDER = Path(__file__).resolve().parents[2] / "experiments" / "validation"
AIRPORTS = ["ORD", "PHX"]


def study() -> ModuleType:
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


@pytest.mark.slow
def test_some_airports_give_the_stored_rows() -> None:
    module = study()
    result = bcpsim.calibrate(FOLDER / "isolated_flights.yaml", places=AIRPORTS, workers=0)
    for name, table in module.tables_of(result).items():
        text = table.to_csv(index=False, lineterminator="\n", float_format=module.DIGITS)
        header, *rows = text.splitlines()
        stored = (FOLDER / "results" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert header == stored[0]
        kept = [row for row in stored if row.partition(",")[0] in AIRPORTS]
        assert len(rows) == len(kept)
        for new, old in zip(rows, kept, strict=True):
            numbers = [float(cell) if is_number(cell) else cell for cell in new.split(",")]
            assert numbers == cells(old)
    page = (FOLDER.parent.parent / "docs" / "validation.md").read_text(encoding="utf-8")
    for row in module.errors_page(module.errors_of(result)).splitlines():
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
