"""Cells of CSV files that a spreadsheet would take for formulas."""

from __future__ import annotations

import csv
import io
import math

import pandas as pd
import pytest

from bcpsim.results import frame_csv, measures_csv
from bcpsim.results.tables import no_formula


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "=\n1"]
)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["-5", "+1.5e3", "-.5", "-", "a=1", "", 3, -2.5, None, True])
def test_numbers_and_other_texts_stay(cell: object) -> None:
    assert no_formula(cell) is cell


def test_tables_of_both_kinds_are_disarmed() -> None:
    rows = [{"title": "=1+1", "value": -2.5}, {"title": "Cars", "value": math.nan}]
    expected = [["title", "value"], ["'=1+1", "-2.5"], ["Cars", ""]]
    for text in (measures_csv(rows, ["title", "value"]), frame_csv(pd.DataFrame(rows))):
        assert list(csv.reader(io.StringIO(text))) == expected


def test_names_of_columns_are_disarmed_and_whole_numbers_stay_whole() -> None:
    frame = pd.DataFrame({"@x": [1, 2], "hour": pd.to_datetime(["2026-01-01", "2026-01-02"])})
    assert frame_csv(frame) == "'@x,hour\n1,2026-01-01\n2,2026-01-02\n"
