"""The study on observed waits gives the rows that are stored and shown in the docs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import bcpsim

FOLDER = Path(__file__).resolve().parents[2] / "experiments" / "validation"
AIRPORTS = ["ORD", "PHX"]


def study() -> ModuleType:
    spec = importlib.util.spec_from_file_location("study", FOLDER / "study.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_some_airports_give_the_stored_rows_exactly() -> None:
    module = study()
    result = bcpsim.calibrate(FOLDER / "isolated_flights.yaml", places=AIRPORTS, workers=0)
    for name, table in module.tables_of(result).items():
        text = table.to_csv(index=False, lineterminator="\n", float_format=module.DIGITS)
        header, *rows = text.splitlines()
        stored = (FOLDER / "results" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert header == stored[0]
        assert rows == [row for row in stored if row.partition(",")[0] in AIRPORTS]
    page = (FOLDER.parent.parent / "docs" / "validation.md").read_text(encoding="utf-8")
    for row in module.errors_page(module.errors_of(result)).splitlines():
        if row[2:5] in AIRPORTS:
            assert row in page
