"""Intervals that a scenario names, on a border whose moments are worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from printing import printed

import bcpsim
from bcpsim.plan import compile_plan
from bcpsim.report.answers import report
from bcpsim.report.describe import description
from bcpsim.report.document import Estimate
from bcpsim.report.told import told_of

SCENARIO = """
name: release
horizon: {start: 2026-04-13T00:00, duration: 2 h}
agencies: {customs: {}}
classes: {car: {}, truck: {title: Trucks}}
traffic:
  cars: {classes: {car: 1}, arrivals: {pattern: times, file: cars.csv, time_column: at}}
  trucks: {classes: {truck: 1}, arrivals: {pattern: times, file: trucks.csv, time_column: at}}
activities:
  papers: {skill: papers, duration: 10 min}
  look: {skill: look, duration: 6 min}
officers:
  clerks:
    {agency: customs, skills: papers, stop: desk, shifts: [{from: "00:00", to: "24:00", count: 1}]}
  lookers:
    {agency: customs, skills: look, stop: yard, shifts: [{from: "00:00", to: "24:00", count: 1}]}
stops: {desk: {lanes: 1}, yard: {lanes: 1}}
moves: [{from: arrival, to: desk, time: 2 min}, {from: desk, to: yard, time: 3 min}]
workflow:
  entry: papers
  steps:
    papers: {stop: desk, do: papers, next: [{when: {class: truck}, to: look}, {to: released}]}
    look: {stop: yard, do: look, next: released}
intervals:
  lodged: {title: Arrival to papers, from: arrival, to: start of papers}
  inspected: {title: Papers to inspection, from: end of papers, to: start of look}
  released: {from: arrival, to: departure}
  never: {from: end of look, to: start of papers}
"""
# A car at 10, trucks at 14 and 40. Desk, reached after 2 min: the car 12-22, the first truck 22-32,
# the second 42-52. Yard, 3 min on: the trucks 35-41 and 55-61.
TIMES = {"cars": ["00:10"], "trucks": ["00:14", "00:40"]}


@pytest.fixture
def loaded(tmp_path: Path) -> bcpsim.Scenario:
    for name, times in TIMES.items():
        lines = "\n".join(f"2026-04-13T{time}" for time in times)
        (tmp_path / f"{name}.csv").write_text(f"at\n{lines}\n", "utf-8")
    path = tmp_path / "release.yaml"
    path.write_text(SCENARIO, "utf-8")
    return bcpsim.load(path)


def test_each_interval_has_mean_and_percentiles_of_all_and_of_each_class(
    loaded: bcpsim.Scenario,
) -> None:
    result = bcpsim.run(loaded, replications=1, event_log="none")
    values = {
        (row["population"], row["statistic"]): row["estimate"]
        for row in result.rows
        if row["measure"] == "interval_time"
    }
    # Arrival to papers: 2, 8 and 2 min.
    assert values["interval=lodged", "mean"] == pytest.approx(4)
    assert values["interval=lodged", "p50"] == pytest.approx(2)
    assert values["interval=lodged", "p90"] == pytest.approx(2 + 0.8 * 6)
    assert values["interval=lodged", "max"] == pytest.approx(8)
    assert values["interval=lodged class=car", "mean"] == pytest.approx(2)
    assert values["interval=lodged class=truck", "mean"] == pytest.approx(5)
    # Papers to inspection: the way alone, of the trucks alone.
    assert values["interval=inspected", "mean"] == pytest.approx(3)
    assert np.isnan(values["interval=inspected class=car", "mean"])
    # The whole is the time in system: 12, 27 and 21 min.
    assert values["interval=released", "mean"] == pytest.approx(20)
    assert values["interval=released class=truck", "p50"] == pytest.approx(24)
    # Nobody has the second moment after the first.
    assert np.isnan(values["interval=never", "mean"])


def test_the_report_and_the_words_have_them(loaded: bcpsim.Scenario) -> None:
    document = report(told_of(bcpsim.run(loaded, replications=2, event_log="none")))
    table = next(one for one in document.tables() if one.title == "Time of each interval")
    rows = {str(row[0]): row[1:] for row in table.rows}
    assert list(rows)[:3] == [
        "Arrival to papers",
        "Arrival to papers, car",
        "Arrival to papers, Trucks",
    ]
    cell = rows["Arrival to papers, Trucks"][0]
    assert isinstance(cell, Estimate)
    assert cell.value == pytest.approx(5)
    assert "Papers to inspection, car" not in rows
    assert "Arrival to papers: from arrival to start of papers." in table.note
    text = printed(description(loaded, compile_plan(loaded)))
    assert "- Papers to inspection: from end of papers to start of look" in text


def test_an_interval_is_a_measure_like_any_other(loaded: bcpsim.Scenario) -> None:
    slower = loaded.with_({"activities.papers.duration": "13 min"}, name="slower")
    comparison = bcpsim.compare([loaded, slower], replications=2)
    record = next(
        one
        for one in comparison.records
        if (one["measure"], one["population"], one["statistic"])
        == ("interval_time", "interval=lodged class=truck", "mean")
    )
    assert record["difference"] == pytest.approx(1.5)  # of the two trucks one waits 3 min longer
