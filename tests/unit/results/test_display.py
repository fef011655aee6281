"""What a prompt and a notebook show of results."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import bcpsim
from bcpsim.calibration import load_calibration
from bcpsim.results.display import MOST_ROWS, Displayed
from bcpsim.staffing import load_staffing

DATA = Path(__file__).parents[2] / "data"
SMALL = DATA / "small.yaml"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    result = bcpsim.run(SMALL, replications=2)
    folder = bcpsim.save(result, tmp_path_factory.mktemp("out") / "r")
    return {
        "Result": result,
        "Variant": result.variants[0],
        "Comparison": bcpsim.compare(SMALL, replications=2),
        "Stored": bcpsim.load_result(folder),
        "Audit": bcpsim.verify_result(folder),
        "Difference": bcpsim.diff(folder, folder),
        "Steady": bcpsim.find_warm_up(SMALL, replications=1),
        "Claim": bcpsim.load_claim(DATA / "claim.yaml"),
        "Question": load_staffing(DATA / "staffing.yaml"),
        "Study": load_calibration(DATA / "calibration.yaml"),
    }


def test_each_is_a_line(results: dict[str, Any]) -> None:
    for one in results.values():
        assert len(repr(one)) < 300
        assert "\n" not in repr(one)
    assert repr(results["Result"]) == "<Result of small (base): 2 replications, seed 1>"
    assert repr(results["Comparison"]) == ("<Comparison of more with base: 2 replications, seed 1>")


def test_a_notebook_has_a_table_below(results: dict[str, Any]) -> None:
    for one in results.values():
        assert one._repr_html_().startswith("<p><b>")
        assert len(one._repr_html_()) < 20_000


def test_a_notebook_has_the_answer_of_a_report(results: dict[str, Any]) -> None:
    for name in ("Result", "Stored"):
        shown = results[name]._repr_html_()
        assert "wait " in shown
        assert "<caption>Main measures</caption>" in shown
    assert "instead of" in results["Comparison"]._repr_html_()


def test_what_is_shown_is_text() -> None:
    class Strange(Displayed):
        def in_short(self) -> str:
            return "<script>"

        def main_table(self) -> pd.DataFrame:
            return pd.DataFrame({"a": ["<b>"] * (MOST_ROWS + 2)})

    shown = Strange()._repr_html_()
    assert "<script>" not in shown
    assert "&lt;b&gt;" in shown
    assert "and 2 more rows" in shown
