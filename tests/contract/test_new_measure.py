"""A measure is one record: put into the table of measures, it is everywhere that measures are."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pytest
import yaml
from matplotlib.figure import Figure
from printing import printed

import bcpsim
from bcpsim.kpi import MEASURES, Kind, Measure
from bcpsim.kpi.forms import HourlyMean, Time
from bcpsim.kpi.measure import TIMES, Column, Drawn, Part, Shown
from bcpsim.kpi.measures.waiting import GONE
from bcpsim.report import run_plots
from bcpsim.report.comparisons import comparison_document
from bcpsim.report.definitions import definitions_document
from bcpsim.report.run_tables import measures_document

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "data" / "small.yaml"

TWICE = Measure(
    "twice_waiting",
    "Twice the wait",
    "min",
    "The waiting time, felt.",
    "this test",
    parts=(Part(Kind.PEOPLE, Time(lambda view: 2 * view.waiting_in_all, GONE), TIMES),),
    hourly=(
        Part(Kind.PEOPLE, HourlyMean(lambda view, statistic: (2 * view.waiting_in_all, view.left))),
    ),
    shown=Shown(run=59, compare=19, statistics=("mean",)),
    drawn=Drawn(0, "Felt", "#123456", ""),
    column=Column("twice_min"),
)


@pytest.fixture(autouse=True)
def _added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MEASURES, TWICE.name, TWICE)


def test_it_is_in_tables_files_and_plots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = bcpsim.run(SMALL, replications=2)
    bcpsim.save(result, tmp_path / "out")
    with (tmp_path / "out" / "measures.csv").open(encoding="utf-8") as file:
        rows = {
            (row["measure"], row["population"], row["statistic"]): float(row["estimate"])
            for row in csv.DictReader(file)
        }
    for population in ("all", "class=car"):
        for statistic in TIMES:
            wait = rows["waiting_time", population, statistic]
            assert rows[TWICE.name, population, statistic] == pytest.approx(2 * wait)
    text = printed(measures_document(result), 100)
    assert "Twice the wait" in text
    travellers = result.travellers
    assert travellers["twice_min"].tolist() == pytest.approx(2 * travellers["waiting_min"])
    hourly = result.hourly.set_index(["measure", "population"])["estimate"]
    assert hourly[TWICE.name, "all"].tolist() == pytest.approx(2 * hourly["waiting_time", "all"])
    legends = []
    save = run_plots.save_figure

    def seen(figure: Figure, *args: object) -> object:
        for axes in figure.axes:
            legends.extend(axes.get_legend_handles_labels()[1])
        return save(figure, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(run_plots, "save_figure", seen)
    run_plots.write_plots(result, tmp_path)
    assert "Felt" in legends


def test_it_is_compared_claimed_and_documented(tmp_path: Path) -> None:
    comparison = bcpsim.compare(SMALL, baseline="base", alternatives=["more"], replications=2)
    assert "Twice the wait, mean (min)" in printed(comparison_document(comparison), 120)
    claim = yaml.safe_load((SMALL.parent / "claim.yaml").read_text("utf-8"))
    claim["measure"] = "twice_waiting/class=car"
    claim["scenario"] = str(SMALL)
    path = tmp_path / "claim.yaml"
    path.write_text(yaml.safe_dump(claim), "utf-8")
    loaded = bcpsim.load_claim(path, allowed=[SMALL.parent])
    assert str(loaded.measure.rows[0]) == "twice_waiting/class=car/mean"
    assert "twice_waiting [min]: Twice the wait." in printed(definitions_document()).replace(
        "\n", " "
    )
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    page = generate.measures_page()
    assert "## Twice the wait\n\n`twice_waiting`, in min\n" in page
    assert "- `all`, `class=NAME`: `mean`, `p50`, `p90`, `p95`, `max`\n- By hour: `all`" in page
