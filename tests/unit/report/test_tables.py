"""Tables and plots say what they show, in words, at any width."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from places import DATA
from printing import in_a_line, printed

import bcpsim
from bcpsim.claims.file import Reference, Way
from bcpsim.claims.study import _names
from bcpsim.kpi import Row, Titles, in_a_sentence
from bcpsim.plan import compile_plan
from bcpsim.report import plots, run_plots, staffing
from bcpsim.report.comparisons import comparison_document
from bcpsim.report.document import Estimate
from bcpsim.report.frontier import frontier_document, mark_points
from bcpsim.report.notes import few_note
from bcpsim.report.run_tables import measures_document
from bcpsim.report.sensitivity import sensitivity_document
from bcpsim.report.told import told_of

SMALL = DATA / "small.yaml"
WAIT = ("waiting_time", "all", "mean")


@pytest.fixture(scope="module")
def comparison() -> bcpsim.Comparison:
    return bcpsim.compare(SMALL, alternatives=["more"], replications=5)


def test_at_80_columns_a_comparison_is_stacked_and_explains_what_it_shows(
    comparison: bcpsim.Comparison,
) -> None:
    lines = printed(comparison_document(comparison), 80).splitlines()
    [heads] = [line for line in lines if "Baseline" in line]
    assert heads.split() == ["Measure", "Baseline", "Alternative", "Difference", "Change", "(%)"]
    at = next(number for number, line in enumerate(lines) if "Time in system," in line)
    record = next(one for one in comparison.records if one["measure"] == "time_in_system")
    difference = Estimate(*(record[f"difference{end}"] for end in ("", "_low", "_high")))
    value, interval = str(difference).split(" ", 1)
    assert value in lines[at].split()
    assert interval in lines[at + 1]


def test_at_160_columns_it_shows_what_pairing_was_worth(comparison: bcpsim.Comparison) -> None:
    text = in_a_line(comparison_document(comparison), 160)
    assert "Change (%) Correlation" in text
    assert "variance reduction: how many times more replications" in text
    record = next(one for one in comparison.records if one["measure"] == "time_in_system")
    assert f"{record['correlation']:.2f} {record['variance_reduction']:,.1f}" in text


def test_what_has_no_bound_is_explained_where_it_is_shown(comparison: bcpsim.Comparison) -> None:
    for width in (80, 160):
        text = in_a_line(comparison_document(comparison), width)
        assert text.count("(no bound)") > 1
        assert "(no bound): the baseline can't be told from 0" in text


def test_few_replications_are_told_below_the_table(comparison: bcpsim.Comparison) -> None:
    note = few_note(5)
    assert "fewer than 10 replications" in note
    assert few_note(10) == ""
    assert note in in_a_line(comparison_document(comparison), 160)
    result = bcpsim.run(SMALL, replications=2, event_log="none")
    assert note in in_a_line(measures_document(result), 160)


def test_tables_show_how_travellers_end_as_far_as_it_occurs(
    comparison: bcpsim.Comparison,
) -> None:
    result = bcpsim.run(SMALL, replications=2, event_log="none")
    for text in (
        in_a_line(comparison_document(comparison), 160),
        in_a_line(measures_document(result), 160),
    ):
        assert "Released (vehicles)" in text
        assert "Detained" not in text
        assert "Official wait" not in text


def test_values_have_the_words_of_their_scenario() -> None:
    words = Titles.of(compile_plan(bcpsim.load(SMALL)))
    assert words.with_unit(Row(*WAIT)) == "Waiting time, mean (min)"
    assert words.value(Row("visits", "stop=desks", "total")) == "Visits, Desks"
    assert words.value(Row("waiting_time", "stop=desks class=car", "p95")) == (
        "Waiting time, 95th percentile, Desks, Cars"
    )
    assert words.unit(Row("arrivals", "all", "total")) == "vehicles"
    assert Titles().value(Row("visits", "stop=desks", "total")) == "Visits, stop desks"
    assert in_a_sentence("Waiting time") == "waiting time"
    assert in_a_sentence("X-ray") == "X-ray"


def test_ways_of_working_without_titles_are_told_apart() -> None:
    way = Way.model_validate
    one, two = (
        {"traffic": {"cars": {"scale": 1.2}}},
        {"officers": {"a": {"shifts": []}}, "b": 1, "c": 2},
    )
    names = _names([way({}), way({"changes": one}), way({"changes": two})])
    assert names == [
        "base",
        "base with traffic.cars.scale 1.2",
        "base with officers.a.shifts, b 1 and 1 more",
    ]
    assert _names([way({"variant": "a"}), way({"variant": "b"})]) == ["a", "b"]
    assert _names([way({"title": "x"}), way({"title": "x"})]) == [
        "x (baseline)",
        "x (alternative 1)",
    ]


def test_the_source_of_a_claim_is_one_phrase() -> None:
    source = Reference(title="A. Author, Borders,\n  2025.", where="page 12")
    assert source.words == "A. Author, Borders, 2025, page 12"
    assert Reference(title="Borders").words == "Borders"


def test_indices_have_intervals_like_all_else() -> None:
    found = pd.DataFrame(
        [("base", *WAIT, "min", "load", kind, 0.5, low, high)
         for kind, low, high in (("mu_star", 0.25, 0.75), ("mu", np.nan, np.nan))],
        columns=["variant", "measure", "population", "statistic", "unit", "factor", "index",
                 "estimate", "low", "high"],
    )  # fmt: skip
    text = printed(sensitivity_document(found, Titles(), {"load": "Traffic, times"}), 80)
    assert "Traffic, times   0.50 [0.25, 0.75]          0.50" in text
    assert "±" not in text


def test_a_frontier_names_its_aims_in_words_with_units() -> None:
    values = pd.DataFrame(
        [(point, load, "base", measure, "all", statistic, unit, value, value - 1, value + 1, 5)
         for point, load, wait, visits in ((0, 0.5, 4.0, 20.0), (1, 1.0, 9.0, 40.0))
         for measure, statistic, unit, value in (
             ("waiting_time", "mean", "min", wait), ("visits", "total", "travellers", visits))],
        columns=["point", "load", "variant", "measure", "population", "statistic", "unit",
                 "estimate", "low", "high", "replications"],
    )  # fmt: skip
    aims = [bcpsim.Aim("waiting_time", "least"), bcpsim.Aim("visits", "most")]
    points = mark_points(values, aims, Titles({}, "cars"), {"load": "load (times)"})
    document = frontier_document(points)
    (table,) = document.tables()
    assert [column.head for column in table.columns] == [
        "point, load (times), variant",
        "Waiting time, mean (min), less is better",
        "Visits (cars), more is better",
        "Status",
    ]
    for width in (60, 160):
        assert "fewer than 10 replications" in in_a_line(document, width)
    assert "4.0 [3.0, 5.0]" in printed(document, 160)
    assert "[3.0, 5.0]" in printed(document, 60)


def test_a_trivial_lower_bound_is_no_bound() -> None:
    file = SimpleNamespace(
        minimise="officer_hours", replications=40, most_replications=640, confidence=0.95
    )
    question: Any = SimpleNamespace(question=SimpleNamespace(file=file), seed=1)

    def words(bound: float) -> str:
        search = SimpleNamespace(
            optimal=False, minimal=False, simulated=10, enough=16.0, cost=16.0, bound=bound
        )
        answer: Any = SimpleNamespace(
            period="day", shifts=2, officer_hours=16.0, cost=16.0, lanes={}, search=search,
            service=SimpleNamespace(replications=30), confirmed=True,
        )  # fmt: skip
        return staffing.found_words(question, answer)

    assert "What less can't do isn't known" in words(0.0)
    assert "Nothing below 8.0 is enough" in words(8.0)


# --- Plots -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result() -> bcpsim.Result:
    return bcpsim.run(SMALL, replications=3, event_log="none")


def test_no_interval_of_the_time_in_system_hides_another(result: bcpsim.Result) -> None:
    told = told_of(result)
    figure = run_plots.times_by_class(told, told.ways[0])
    heights = [y for line in figure.axes[0].lines for y in line.get_ydata()]
    marks = sorted({round(float(y), 6) for y in heights})
    assert len(marks) == 4 * 3  # statistics of all and two classes
    assert min(np.diff(marks)) > 0.15


def test_a_target_of_the_day_is_drawn(tmp_path: Path) -> None:
    file = tmp_path / "staffing.yaml"
    text = (DATA / "staffing.yaml").read_text("utf-8")
    file.write_text(text.replace("share: 60 %}", "share: 60 %, per: day}"), "utf-8")
    (tmp_path / "booths.yaml").write_bytes((DATA / "booths.yaml").read_bytes())
    answer: Any = bcpsim.staff(file)
    [level] = answer.answers[0].service.levels
    assert level.target.per == "day"
    figure = plots.new_figure(4)
    staffing._draw(answer, answer.answers[0], figure)
    heights = [float(y) for line in figure.axes[0].lines for y in line.get_ydata()]
    assert level.estimate[0] in heights
    assert level.low[0] in [float(y) for y in figure.axes[0].collections[0].get_segments()[0][:, 1]]
