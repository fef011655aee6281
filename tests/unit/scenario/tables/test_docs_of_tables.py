"""The tables in the docs are read as the docs say."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from places import ROOT

from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.tables import Coverage, Horizon, cover, read_table
from bcpsim.scenario.traffic import CountedArrivals

CALENDAR_START = datetime(2026, 4, 13)
PAGE = ROOT / "docs" / "how-to" / "tables.md"
EXAMPLES = re.findall(r"```csv\n(.*?)```\n\n```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
TOTALS = [1139.5, 30, 100, 50, 60, 50]


def read(folder: Path, text: str, description: dict[str, object]) -> Coverage:
    (folder / "counts.csv").write_text(text, "utf-8")
    use = CountedArrivals.model_validate(description)
    horizon = Horizon(Calendar(CALENDAR_START, "Europe/Warsaw"), 240.0)
    return cover(use, read_table(use, folder), horizon)


@pytest.mark.parametrize(
    ("table", "description", "total"),
    [(*example, total) for example, total in zip(EXAMPLES, TOTALS, strict=True)],
)
def test_an_example_is_read(tmp_path: Path, table: str, description: str, total: float) -> None:
    coverage = read(tmp_path, table, yaml.safe_load(description))
    assert not coverage.problems
    assert sum(one.number for one in coverage.intervals) == total


def test_what_is_missing_is_told_in_the_words_of_the_page(tmp_path: Path) -> None:
    table, description = EXAMPLES[-1]
    told = read(tmp_path, table, yaml.safe_load(description) | {"missing": None}).warnings
    words = re.search(r"a warning says so:\s\*(.*?)\*", PAGE.read_text("utf-8"), re.DOTALL)
    assert words is not None
    assert " ".join(words[1].split()) in told[0]
