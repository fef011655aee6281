"""Verdicts that an analyst can quote: two sides, equal conditions, what each side takes."""

from pathlib import Path
from typing import Any

import pytest
from printing import printed
from typer.testing import CliRunner

import bcpsim
from bcpsim.claims import Estimate, Verdict
from bcpsim.claims.file import ClaimFile
from bcpsim.claims.verdict import decide
from bcpsim.cli.main import program
from bcpsim.report.claims import claim_answer

DATA = Path(__file__).parents[2] / "data"
CLAIM: dict[str, Any] = {
    "name": "more",
    "sentence": "With two guards all night nobody waits half as long.",
    "source": {"title": "A test"},
    "scenario": "small.yaml",
    "baseline": "base",
    "alternatives": "more",
    "measure": "waiting_time/class=car/mean",
    "reduction": "at least 40 %",
    "precision": "50 points",
    "replications": {"at_least": 20, "at_most": 20},
    "readings": [],
}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)


def claim(**changes: Any) -> ClaimFile:
    without = changes.pop("without", ())
    own = {key: value for key, value in CLAIM.items() if key not in without}
    return ClaimFile.model_validate({**own, **changes})


@pytest.mark.parametrize(
    ("text", "written", "low", "high"),
    [
        ("at least 30 %", "at least 30 %", 30, float("inf")),
        ("at most 5 min", "at most 5 min", -float("inf"), 5),
        ("between 25 and 35 %", "between 25 and 35 %", 25, 35),
        ("between 25 % and 35 %", "between 25 and 35 %", 25, 35),
        ("between -5 and 5 %", "between -5 and 5 %", -5, 5),
        ("about 30 % within 5 points", "between 25 and 35 %", 25, 35),
        ("about 5 min within 1 min", "between 4 and 6 min", 4, 6),
    ],
)
def test_bounds(text: str, written: str, low: float, high: float) -> None:
    bound = claim(reduction=text).bound
    assert (bound.low, bound.high, str(bound)) == (low, high, written)
    assert claim(reduction=written).bound == bound


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (26, 34, Verdict.SUPPORTED),
        (25, 35, Verdict.SUPPORTED),
        (24, 34, Verdict.INCONCLUSIVE),
        (26, 36, Verdict.INCONCLUSIVE),
        (20, 40, Verdict.INCONCLUSIVE),
        (10, 24.9, Verdict.REFUTED),
        (35.1, 50, Verdict.REFUTED),
    ],
)
def test_between_asks_for_the_whole_interval(low: float, high: float, verdict: Verdict) -> None:
    found = decide(claim(reduction="between 25 and 35 %"), Estimate((low + high) / 2, low, high))
    assert found is verdict


def test_no_difference_holds_both_ways() -> None:
    same = claim(without=("reduction",), difference="at most 5 %")
    assert same.model_dump(mode="json")["difference"] == "at most 5 %"
    for low, high, verdict in (
        (-4, 4, Verdict.SUPPORTED),
        (-6, 4, Verdict.INCONCLUSIVE),
        (-9, -6, Verdict.REFUTED),
        (6, 9, Verdict.REFUTED),
    ):
        assert decide(same, Estimate(0, low, high)) is verdict


@pytest.mark.usefixtures("here")
def test_what_was_to_be_equal_stands_in_the_verdict() -> None:
    check = bcpsim.check({**CLAIM, "equal": "officer_hours"})
    assert check.verdict is Verdict.SUPPORTED
    # Guards: 2, 1, 2, 2 hours of two officers, a customs officer all four hours; then 2 all along.
    assert check.stated == "supported, but with 20 % more officer hours"
    assert "supported, but with 20 % more officer hours" in repr(check)
    data = check.to_dict()
    assert data["verdict"] == "supported"
    assert data["stated"] == check.stated
    assert data["resources"] == [
        {
            "measure": "officer_hours/all/total",
            "unit": "h",
            "baseline": 10.0,
            "alternatives": {"more": 12.0},
        }
    ]


@pytest.mark.usefixtures("here")
def test_officer_hours_stand_beside_every_verdict() -> None:
    check = bcpsim.check(CLAIM)
    assert check.stated == "supported"
    assert [one.means for one in check.resources] == [(10.0, 12.0)]


@pytest.mark.usefixtures("here")
def test_the_command_fails_on_a_verdict(tmp_path: Path) -> None:
    import yaml

    refuted = {**CLAIM, "scenario": str(DATA / "small.yaml"), "reduction": "at least 99 %"}
    file = tmp_path / "claim.yaml"
    file.write_text(yaml.safe_dump(refuted))

    def code(*options: str) -> int:
        arguments = ["check", str(file), "--allow-dir", str(DATA), "--workers", "1", *options]
        return CliRunner().invoke(program(), arguments).exit_code

    assert code() == 0
    assert code("--fail-on", "inconclusive") == 0
    assert code("--fail-on", "inconclusive", "--fail-on", "refuted") == 1


@pytest.mark.usefixtures("here")
def test_the_report_has_it_in_its_first_words() -> None:
    text = printed(claim_answer(bcpsim.check({**CLAIM, "equal": "officer_hours"})))
    assert "Verdict: supported, but with 20 % more officer hours" in text
    assert "Officer hours (h): 10 in the baseline; 12 with more, 20 % more." in text


def test_an_alternative_may_differ_by_a_condition_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)
    count = {"set": "officers.guards.shifts.1.count", "only": "alternatives", "values": [1, 2]}
    conditions = {"over": {"guards": count}, "replications": 5}
    same = {**CLAIM, "alternatives": {"variant": "base", "title": "again"}}
    assert bcpsim.load_claim({**same, "conditions": conditions}).names == ("base", "again")
    with pytest.raises(bcpsim.ScenarioError, match="is the same as the baseline"):
        bcpsim.load_claim(same)


SEARCHED = """
name: searched
horizon: {start: 2026-04-13T00:00, duration: 10 h}
agencies: {customs: {}}
classes: {truck: {}}
truths: {contraband: 30 %}
traffic: {trucks: {classes: {truck: 1}, arrivals: {pattern: constant, rate: 20/h}}}
activities:
  search:
    skill: search
    duration: 2.5 min
    detection: {of: {contraband: {time_constant: 2 min}}}
officers:
  customs:
    agency: customs
    skills: search
    stop: hall
    shifts: [{from: 00:00, to: 24:00, count: 1}]
stops: {hall: {lanes: 1}}
workflow:
  entry: search
  steps: {search: {stop: hall, do: search, next: released}}
variants:
  short: {activities: {search: {duration: 2 min}}}
"""


def test_time_that_costs_detection_says_so_in_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "searched.yaml").write_text(SEARCHED, "utf-8")
    own = {"alternatives": "short", "measure": "waiting_time", "reduction": "at least 20 %"}
    file = {**CLAIM, **own, "scenario": str(tmp_path / "searched.yaml")}
    check = bcpsim.check(file, allowed=[tmp_path])
    # 1 - exp(-2.5 / 2) and 1 - exp(-1).
    assert check.stated == "supported, but finding 63.2 % of carriers instead of 71.3 %"
    asked = bcpsim.check({**file, "equal": "found_share"}, allowed=[tmp_path])
    assert not asked.equalities[0].equal
    assert asked.stated == check.stated  # the loss is told once
    back = {**file, "baseline": "short", "alternatives": "base", "reduction": "at least 50 %"}
    assert bcpsim.check(back, allowed=[tmp_path]).stated == "refuted"
