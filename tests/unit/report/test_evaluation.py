"""Reports evaluate checks: what is found, who waits for whom, what operations do, and who pays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import bcpsim
from bcpsim.report.answers import report
from bcpsim.report.document import Document, Heading, Sentence, Table
from bcpsim.report.told import told_of

ROOT = Path(__file__).resolve().parents[3]
LAND = ROOT / "scenarios" / "land"


def told_by(document: Document, heading: str) -> tuple[list[str], dict[str, Table]]:
    """Return the sentences and, by title, the tables below a heading of a document."""
    headings = [k for k, part in enumerate(document.parts) if isinstance(part, Heading)]
    [start] = [k for k in headings if document.parts[k].text == heading]  # type: ignore[union-attr]
    end = min(k for k in headings if k > start)
    section = document.parts[start:end]
    sentences = [part.text for part in section if isinstance(part, Sentence)]
    return sentences, {part.title: part for part in section if isinstance(part, Table)}


def column(table: Table, head: str) -> dict[str, Any]:
    """Return the values of a column by the first cell of each row."""
    [place] = [k for k, one in enumerate(table.columns) if one.title == head]
    return {str(row[0]): row[place] for row in table.rows}


@pytest.fixture(scope="module")
def cases() -> Document:
    office = {"agency": "customs", "specialists": 1, "cost_per_hour": 80}
    scenario = bcpsim.load(
        LAND / "cases.yaml",
        overrides={
            "offices": {"back": office},
            "activities.inquiry": {"skill": "inquiry", "duration": "4 h"},
            "investigations": {
                "whose": {"title": "Whose goods", "of": "outcome", "work": {"back": "inquiry"}}
            },
        },
    )
    return report(told_of(bcpsim.run(scenario, replications=4, engine="simpy")))


def test_a_report_says_what_is_found_and_by_whom(cases: Document) -> None:
    _, tables = told_by(cases, "What is found")
    hidden = tables["What is hidden, and what of it is found"]
    carriers, found, missed = (
        column(hidden, head)["contraband"].value for head in ("Carriers", "Found", "Not found")
    )
    assert carriers == pytest.approx(found + missed)
    by_whom = column(tables["By whom it is found"], "Found")
    assert by_whom["contraband, Border guard"].value == pytest.approx(found)
    assert set(column(tables["Who is referred"], "Referred")) == {"risk"}


def test_a_report_says_who_waits_for_whom(cases: Document) -> None:
    sentences, tables = told_by(cases, "What follows a find")
    waits = column(tables["Who waits for whom"], "Wait of a case, mean")
    assert waits["Fines, from Border guard, to Customs"].value > 0
    assert waits["False alarms, from Border guard, to Border guard"].value == 0
    assert "fines that pass from Border guard to Customs wait " in sentences[0]
    assert "alarms" not in sentences[0]
    number = column(tables["Cases"], "Cases")
    passed_on = column(tables["Who waits for whom"], "Cases")
    assert number["Fines"].value == passed_on["Fines, from Border guard, to Customs"].value
    assert set(column(tables["Investigations"], "Investigations")) == {"Whose goods"}


def test_a_report_says_who_pays(cases: Document) -> None:
    _, tables = told_by(cases, "What it costs, and who pays")
    staff = column(tables["Costs of agencies"], "Staff cost")
    offices = column(tables["Costs of back offices"], "Cost of specialists")
    assert offices["back"].value == pytest.approx(24 * 80)
    paid = sum(cell.value for cell in (*staff.values(), *offices.values()))
    assert column(tables["Costs by who pays"], "Cost")["Agencies"].value == pytest.approx(paid)


def test_a_report_evaluates_a_joint_operation_beside_the_day_without_it() -> None:
    both = bcpsim.compare(
        LAND / "joint_operation.yaml",
        changes=["disturbances.operation.active=false"],
        replications=3,
        engine="simpy",
    )
    document = report(told_of(both))
    _, tables = told_by(document, "Disturbances and operations")
    visits = column(tables["Checked at Operation area"], "Visits")
    assert [cell.value > 0 for cell in visits.values()] == [True, False]
    _, costs = told_by(document, "What it costs, and who pays")
    assert costs["Costs of agencies"].columns[1].title == "Of"
    alone = report(told_of(bcpsim.run(bcpsim.load(LAND / "joint_operation.yaml"), replications=2)))
    _, tables = told_by(alone, "Disturbances and operations")
    happened = tables["What happened, and whom it met"]
    assert column(happened, "Disturbed")["Joint operation"].value == pytest.approx(6)


def test_a_border_without_any_of_it_has_none_of_the_sections() -> None:
    plain = report(told_of(bcpsim.run(bcpsim.load(LAND / "train.yaml"), replications=2)))
    headings = {part.text for part in plain.parts if isinstance(part, Heading)}
    assert not headings & {
        "What is found",
        "What follows a find",
        "Disturbances and operations",
        "What it costs, and who pays",
    }
