"""Reports of results: what they say, that a page needs nothing, and that names do no harm."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from borders import border

import bcpsim
from bcpsim.report.answers import report, sentences
from bcpsim.report.changed import what_changes
from bcpsim.report.document import Document, Estimate, Figure, Heading, Points, Table
from bcpsim.report.html import as_html
from bcpsim.report.markdown import as_markdown
from bcpsim.report.told import told_in, told_of
from bcpsim.report.workbook import as_workbook

ATTACK = "=1+1</title></style><script>alert(1)</script><img src=x onerror='a()'>\" & | `b`"


def queue(**changes: Any) -> dict[str, Any]:
    """Return a border with one officer who is nearly always busy."""
    arrivals = {"pattern": "constant", "rate": "5/h"}
    return border(
        traffic={"cars": {"classes": {"car": 0.6, "van": 0.4}, "arrivals": arrivals}},
        classes={"car": {"title": "Cars", "target": {"waiting_time": "20 min"}}, "van": {}},
        **changes,
    )


MORE = {
    "more": {"officers": {"guards": {"shifts": [{"from": "00:00", "to": "24:00", "count": 3}]}}}
}


@pytest.fixture(scope="module")
def result() -> bcpsim.Result:
    return bcpsim.run(bcpsim.load_variants(queue(variants=MORE)), replications=10, seed=2)


@pytest.fixture(scope="module")
def comparison() -> bcpsim.Comparison:
    return bcpsim.compare(bcpsim.load_variants(queue(variants=MORE)), replications=10, seed=2)


class Page(HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parts(document: Document, kind: type[Any]) -> list[Any]:
    return [part for part in document.parts if isinstance(part, kind)]


def table(document: Document, title: str) -> Table:
    (found,) = (one for one in document.tables() if one.title == title)
    return found


def test_the_answer_comes_first_with_the_numbers_of_the_result(result: bcpsim.Result) -> None:
    told = told_of(result)
    document = report(told)
    assert parts(document, Heading)[0].text == "The answer"
    rows = result.measures.set_index(["variant", "measure", "population", "statistic"])
    main = table(document, "Main measures")
    assert [column.head for column in main.columns] == ["Measure", "base", "more"]
    line = next(row for row in main.rows if row[0] == "Waiting time, mean (min)")
    for name, cell in zip(("base", "more"), line[1:], strict=True):
        found = rows.loc[(name, "waiting_time", "all", "mean")]
        assert isinstance(cell, Estimate)
        assert (cell.value, cell.low, cell.high) == (found.estimate, found.low, found.high)
    first, second = sentences(told)
    assert first.startswith("base: vehicles wait ")
    assert second.startswith("more: vehicles wait ")


def test_stops_weigh_by_who_visits_them(result: bcpsim.Result) -> None:
    told = told_of(result)
    base = told.ways[0]
    whole = table(report(told), "Where the time of an average vehicle goes, base")
    (names, everybody, booth) = (whole.columns, whole.rows[0], whole.rows[1])
    assert [column.title for column in names[1:]] == ["Waiting for an officer", "Service"]
    # All go to the only stop, so it has all the time there is.
    for one, other in zip(everybody[1:], booth[1:], strict=True):
        assert isinstance(one, Estimate)
        assert isinstance(other, Estimate)
        assert one.value == pytest.approx(other.value, rel=1e-9)
    wait = told.of(base, "wait_for_officer")
    assert wait is not None
    assert isinstance(everybody[1], Estimate)
    assert everybody[1].value == pytest.approx(wait.value)


def test_a_folder_gives_the_report_of_its_result(result: bcpsim.Result, tmp_path: Path) -> None:
    folder = bcpsim.save(result, tmp_path / "out")
    one, other = told_of(result), told_in(folder)
    assert list(one.measures) == list(other.measures)
    first = {key: str(value) for key, value in one.measures.items()}
    assert first == {key: str(value) for key, value in other.measures.items()}
    noted = replace(other, command="", date="")  # when it was saved
    assert as_markdown(report(one)) == as_markdown(report(noted))


def test_a_comparison_says_what_changes(comparison: bcpsim.Comparison, tmp_path: Path) -> None:
    said = list(sentences(told_of(comparison)))
    assert said[0].startswith("base: vehicles wait ")
    assert re.match(
        r"more: the mean waiting time is .* instead of .* %\), lower; the mean", said[1]
    )
    assert len(said) == 2
    points = parts(report(told_of(comparison)), Points)[0].items
    assert points[2].startswith("Best by time in system, mean (smallest): more; ")
    folder = bcpsim.save_comparison(comparison, tmp_path / "out")
    assert list(sentences(told_in(folder))) == said
    changes = table(report(told_of(comparison)), "more against base")
    row = next(row for row in changes.rows if row[0] == "Waiting time, mean (min)")
    assert row[-1] == "lower"


def test_the_page_needs_nothing_and_runs_nothing(result: bcpsim.Result) -> None:
    document = report(told_of(result, f"bcpsim run {ATTACK}"))
    page = Page(as_html(document))
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(page.tags)
    policy = dict(page.attributes)["content"] or ""
    for name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "action", "formaction")
        if name in ("href", "fill") and value is not None and not value.startswith("url(#"):
            assert value.startswith("#") or value in ("none",)
        policy = value if value is not None and "default-src" in value else policy
    assert policy.startswith("default-src 'none';")
    assert ATTACK in "".join(page.text)
    assert as_html(document) == as_html(report(told_of(result, f"bcpsim run {ATTACK}")))


def test_every_figure_has_its_numbers_or_words(result: bcpsim.Result) -> None:
    for figure in parts(report(told_of(result)), Figure):
        assert figure.table is not None or figure.note or figure.title == "Ways of working"
        assert figure.svg.startswith("<svg")


@pytest.fixture(scope="module")
def hostile() -> Document:
    scenario = queue(
        title=ATTACK,
        description=ATTACK,
        stops={"booth": {"lanes": 2, "title": ATTACK}},
        agencies={"guard": {"title": ATTACK}},
    )
    scenario["classes"]["car"]["title"] = ATTACK
    return report(told_of(bcpsim.run(scenario, replications=3, seed=1)))


def test_names_in_a_page_are_text(hostile: Document) -> None:
    page = Page(as_html(hostile))
    assert page.open == []
    assert not {"script", "img"} & set(page.tags)
    assert "".join(page.text).count(ATTACK) > 5


def test_names_in_a_workbook_are_text_and_numbers_are_numbers(hostile: Document) -> None:
    content = as_workbook(hostile)
    assert content == as_workbook(hostile)
    book = openpyxl.load_workbook(io.BytesIO(content))
    kinds = {cell.data_type for sheet in book for row in sheet.rows for cell in row}
    assert "f" not in kinds
    sheet = book["Measures by class"]
    assert sheet["A3"].value == ATTACK
    assert sheet["B1"].value == "Arrivals (vehicles)"
    assert sheet["C1"].value == "Arrivals (vehicles), low"
    assert isinstance(sheet["B2"].value, (int, float))
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)


def test_names_in_markdown_are_text(hostile: Document) -> None:
    text = as_markdown(hostile)
    assert "\\<script\\>" in text
    assert not re.search(r"(?<!\\)<(?!!-- Made)", text)
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert all(re.fullmatch(r"\|( (\\.|[^|\\])* \|)+", line) for line in lines if "---" not in line)


def test_a_long_run_is_shown_by_day_and_as_a_typical_week() -> None:
    scenario = queue(horizon={"start": "2026-04-13T00:00", "duration": "60 d"})
    document = report(told_of(bcpsim.run(scenario, replications=2, seed=1)))
    counts = [
        len(figure.table.rows)
        for figure in parts(document, Figure)
        if figure.table is not None and figure.title == "Arrivals"
    ]
    assert counts == [60, 168]
    assert len(as_html(document)) < 2_000_000


def test_the_interval_that_leaves_a_change_open_is_the_one_that_is_shown(
    comparison: bcpsim.Comparison,
) -> None:
    told = told_of(comparison)
    record = next(
        record
        for record in told.changes
        if (record["measure"], record["population"]) == ("waiting_time", "all")
        and record["statistic"] == "mean"
    )
    changed = {"change": -29.0, "change_low": -43.0, "change_high": -11.0}
    for high, said in (
        (0.05, "(-0.5 min, 95 % interval -1.2 to +0.05 min), no difference can be told."),
        (-0.1, "(-29 %, 95 % interval -43 to -11 %), lower."),
    ):
        difference = {"difference": -0.5, "difference_low": -1.24, "difference_high": high}
        own = {**record, **changed, **difference}
        [sentence] = what_changes(replace(told, changes=(own,)))
        assert sentence.endswith(said)


def test_a_long_difference_is_written_without_a_power_of_ten(
    comparison: bcpsim.Comparison,
) -> None:
    told = told_of(comparison)
    record = next(r for r in told.changes if r["measure"] == "waiting_time")
    changed = {"change": -29.0, "change_low": -43.0, "change_high": -11.0}
    difference = {"difference": -120.0, "difference_low": -250.4, "difference_high": 10.0}
    whose = {"population": "all", "statistic": "mean"}
    [said] = what_changes(replace(told, changes=({**record, **whose, **changed, **difference},)))
    assert "(-120 min, 95 % interval -250 to +10 min), no difference can be told." in said
