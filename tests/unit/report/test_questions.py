"""Reports of claims, rosters and sweeps: the answer first, with pictures in which nothing runs."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from places import DATA

import bcpsim
from bcpsim.claims import uncertain
from bcpsim.claims.folder import save_check
from bcpsim.errors import InputError
from bcpsim.report.claim_document import claim_document
from bcpsim.report.document import Document, Estimate, Figure, Heading, Points, Table
from bcpsim.report.folders import document_of
from bcpsim.report.html import as_html
from bcpsim.report.staffing_document import staffing_document
from bcpsim.report.sweep_document import sweep_document


def without_command(page: str) -> str:
    """Return a page without its command, which is of whatever was called last in the process."""
    return re.sub(r'<tr><th scope="row">Command</th>.*?</tr>\n?', "", page)


def heads(document: Document) -> list[str]:
    return [part.text for part in document.parts if isinstance(part, Heading)]


def answer(document: Document) -> tuple[str, ...]:
    """The sentences of the answer."""
    said = [p for p in document.parts if isinstance(p, Points) and p.tone == "answer"]
    return said[0].items


def table(document: Document, start: str) -> Table:
    return next(one for one in document.tables() if one.title.startswith(start))


def images(document: Document) -> list[str]:
    """What the pictures of plots hold, each as text."""
    figures = (part.svg for part in document.parts if isinstance(part, Figure))
    data = (re.search(r"svg\+xml;base64,([^\"]+)", svg) for svg in figures)
    return [b64decode(one[1]).decode() for one in data if one]


@pytest.fixture
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertain, "DRAWS", 4)
    monkeypatch.setattr(uncertain, "REPLICATIONS", 2)


@pytest.mark.usefixtures("few_draws")
def test_a_claim_is_told_from_its_verdict_to_what_does_the_work(tmp_path: Path) -> None:
    check = bcpsim.check(DATA / "claim.yaml")
    document = claim_document(check, "bcpsim check claim.yaml")
    verdict, effect_said, uncertain_said = answer(document)
    assert uncertain_said == "With inputs that nobody knows exactly: inconclusive."
    assert verdict == f"Verdict: {check.stated}."
    assert effect_said.startswith("two guards: reduction of waiting time")
    assert heads(document)[:3] == ["The answer", "With uncertain inputs", "The crossing"]
    readings = table(document, "What is measured")
    effect = check.answers[0].effect
    assert readings.rows[0][3] == Estimate(effect.value, effect.low, effect.high)
    assert len(readings.rows) == 1 + len(check.readings)
    pictures = 1 + (check.conditions is not None) + (check.attributed is not None)
    assert len(images(document)) == pictures
    assert ("Where it holds" in heads(document)) == (check.conditions is not None)
    page = as_html(document)
    assert "bcpsim check claim.yaml" in page
    assert "<script" not in page
    assert "http-equiv" in page
    save_check(check, tmp_path / "check")
    kept = as_html(document_of(tmp_path / "check"))
    assert without_command(as_html(claim_document(check))) == without_command(kept)


def test_a_roster_is_told_with_what_certifies_it(tmp_path: Path) -> None:
    staffing = bcpsim.staff(DATA / "staffing.yaml")
    document = staffing_document(staffing)
    [found] = answer(document)
    only = staffing.answers[0]
    assert f"{only.officer_hours:,.1f} officer hours" in found
    assert "Certified" in found
    numbers = [int(str(row[-2])) for row in table(document, "Who works when").rows]
    assert sum(numbers) == only.shifts
    assert len(images(document)) == 1
    assert "<svg" in images(document)[0]
    bcpsim.save_staffing(staffing, tmp_path / "roster")
    kept = as_html(document_of(tmp_path / "roster"))
    assert without_command(as_html(document)) == without_command(kept)


QUICK = ("conditions", "uncertain", "readings", "attribution", "replications", "precision")


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a small claim without digests, as a stranger may hand it on."""
    monkeypatch.chdir(DATA)
    content = yaml.safe_load((DATA / "claim.yaml").read_text("utf-8"))
    claim = {key: value for key, value in content.items() if key not in QUICK}
    few = {"precision": "90 points", "replications": {"at_least": 10, "at_most": 10}}
    folder = save_check(bcpsim.check(claim | few), tmp_path / "quick")
    (folder / "SHA256SUMS").unlink()
    return folder


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.update(names=["base"]), "names: expected one for each of 2 scenarios"),
        (lambda data: data.update(answers=[]), "answers: expected one for each alternative"),
        (lambda data: data["answers"][0].pop("verdict"), "answers.0.verdict: Field required"),
        (
            lambda data: data["measure"]["rows"][0].update(measure="luck"),
            "luck/class=car/mean is no measure",
        ),
    ],
)
def test_a_folder_that_a_stranger_changed_is_refused(
    quick: Path, change: Callable[[Any], None], message: str
) -> None:
    data = json.loads((quick / "figures.json").read_text("utf-8"))
    change(data)
    (quick / "figures.json").write_text(json.dumps(data), "utf-8")
    with pytest.raises(InputError, match=re.escape(message)):
        document_of(quick)


def test_a_sweep_is_told_by_the_least_and_the_most_of_each_measure(tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    frame = bcpsim.sweep(
        {
            "name": "guards",
            "scenario": str(DATA / "small.yaml"),
            "factors": {"guards": {"set": "officers.guards.shifts.0.count", "values": [1, 2]}},
            "design": "full_factorial",
            "replications": 2,
            "measures": ["waiting_time", "utilisation"],
        },
        out=folder,
        workers=1,
    )
    document = sweep_document(folder)
    key = ["measure", "population", "statistic"]
    assert len(answer(document)) == frame.groupby(key).ngroups
    first = frame.iloc[0]
    rows = frame[(frame[key] == first[key]).all(axis=1)]
    least, most = rows["estimate"].min(), rows["estimate"].max()
    points = next(part for part in document.parts if isinstance(part, Table))
    cells = [cell.value for row in points.rows for cell in row if isinstance(cell, Estimate)]
    assert (min(cells), max(cells)) == pytest.approx((least, most))
    assert len(cells) == len(rows)
    assert " to " in answer(document)[0]
