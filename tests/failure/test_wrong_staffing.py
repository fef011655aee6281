"""Wrong staffing files, each with the exact messages that it must give, and rosters there aren't.

Beside NAME.yaml stands NAME.expected: what ``bcpsim staff NAME.yaml --allow-dir
../../data`` prints to standard error in that folder.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from messages import without_keys
from printing import in_a_line
from typer.testing import CliRunner

import bcpsim
from bcpsim.cli.main import program
from bcpsim.errors import on_command_line
from bcpsim.report.staffing import staffing_answer
from bcpsim.staffing import Staffing, load_staffing
from bcpsim.staffing.duties import duties_of

FOLDER = Path(__file__).resolve().parent / "wrong_staffing"
DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.expected")))
def test_a_wrong_file_gives_exactly_its_messages(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    with on_command_line(), pytest.raises(bcpsim.ScenarioError) as caught:
        load_staffing(f"{name}.yaml", allowed=[DATA])
    assert without_keys(f"{caught.value}\n") == Path(f"{name}.expected").read_text(encoding="utf-8")


def question(tmp_path: Path, **changes: object) -> Path:
    data = yaml.safe_load((DATA / "staffing.yaml").read_text("utf-8")) | changes
    (tmp_path / "booths.yaml").write_text((DATA / "booths.yaml").read_text("utf-8"), "utf-8")
    path = tmp_path / "staffing.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    return path


def shown(found: Staffing) -> str:
    """Return what is printed of an answer, in a line."""
    return in_a_line(staffing_answer(found), 200)


def test_a_target_that_nobody_can_keep(tmp_path: Path) -> None:
    path = question(tmp_path, targets=[{"class": "car", "time_in_system": "1 s", "share": "50 %"}])
    with pytest.raises(bcpsim.RunError, match=r"with all of 10 guards .* from 00:00: 0") as caught:
        bcpsim.staff(path)
    assert "nothing helps by itself, neither more officers nor more lanes" in str(caught.value)


def test_hours_that_no_allowed_shift_covers_are_told(tmp_path: Path) -> None:
    guards = {"at_most": 4, "shifts": [{"starts": "02:00", "length": "2 h"}]}
    path = question(tmp_path, officers={"guards": guards})
    with pytest.raises(bcpsim.RunError, match="nothing helps with the shifts that are") as caught:
        bcpsim.staff(path)
    assert "none of guards covers 00:00-02:00, 04:00-06:00" in str(caught.value)


def test_lanes_that_are_too_few_are_told(tmp_path: Path) -> None:
    path = question(tmp_path, overrides={"stops.booths.lanes": 1})
    with pytest.raises(bcpsim.RunError) as caught:
        bcpsim.staff(path)
    words = "no number of these officers helps; this would, each by itself:"
    assert words in str(caught.value)
    assert "4 times the lanes at booths 100.0 %" in str(caught.value)


def test_officers_of_others_who_are_too_few_are_told(tmp_path: Path) -> None:
    path = question(
        tmp_path,
        variants="two_stops",
        overrides={
            "officers.officers.shifts.0.count": 1,
            "activities.goods.duration.mean": "3 min",
        },
        targets=[{"class": "car", "waiting_time": "5 min", "share": "60 %"}],
    )
    with pytest.raises(bcpsim.RunError, match=r"times as many officers, all day [89]\d"):
        bcpsim.staff(path)


def test_a_variant_without_a_roster_is_told_beside_the_others(tmp_path: Path) -> None:
    path = question(
        tmp_path,
        variants=["base", "two_stops"],
        overrides={
            "officers.officers.shifts.0.count": 1,
            "activities.goods.duration.mean": "3 min",
        },
    )
    found = bcpsim.staff(path, out=tmp_path / "out")
    assert [answer.variant for answer in found.answers] == ["base"]
    assert list(found.without) == ["two_stops"]
    assert found.without["two_stops"].startswith("with all of 10 guards on duty all day the")
    assert found.provenance["without_roster"] == found.without
    assert "two_stops: no roster. with all of 10 guards" in shown(found)
    answer = CliRunner().invoke(program(), ["staff", str(path), "--format", "csv", "-q"])
    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[1].startswith("base,guards,")
    assert answer.stderr.startswith("bcpsim: variant two_stops: with all of 10 guards on duty")


def test_what_may_certify_a_roster_is_told(tmp_path: Path) -> None:
    found = bcpsim.staff(question(tmp_path, replications=5, most_replications=5, check=5))
    [answer] = found.answers
    levels = tuple(
        replace(level, low=level.low * 0, estimate=level.estimate * 0 + 100)
        for level in answer.service.levels
    )
    unsure = replace(answer, service=replace(answer.service, levels=levels))
    text = shown(replace(found, answers=(unsure,)))
    fresh = answer.service.replications
    assert "NOT certified" in text
    assert f"more of them may certify it (check: {4 * fresh}), or a target a little lower" in text
    levels = tuple(replace(level, estimate=level.estimate * 0) for level in levels)
    wrong = replace(answer, service=replace(answer.service, levels=levels))
    text = shown(replace(found, answers=(wrong,)))
    assert "ask for more (replications: 20, most_replications: 20)" in text


def test_rules_that_leave_no_shift(tmp_path: Path) -> None:
    path = question(tmp_path, rules={"guard": {"rest": "21 h", "within": "00:00-01:30"}})
    with pytest.raises(bcpsim.InputError, match="the rules of guard leave guards no shift"):
        bcpsim.staff(path)


def test_rules_that_no_roster_keeps(tmp_path: Path) -> None:
    path = question(tmp_path, rules={"guard": {"on_duty": 9}})
    with pytest.raises(bcpsim.RunError, match="no roster of the allowed shifts was found"):
        bcpsim.staff(path)


FULL = {
    "variants": ["base", "two_stops"],
    "overrides": {"horizon.duration": "7 d", "traffic.cars.arrivals.scale": 1.1},
    "targets": [
        {"class": "car", "waiting_time": "5 min", "share": "60 %", "per": "hour", "days": "mon-fri"}
    ],
    "confidence": "90 %",
    "officers": {
        "guards": {
            "at_most": 10,
            "variants": "base",
            "shifts": [
                {
                    "starts": {"from": "00:00", "to": "02:00", "every": "1 h"},
                    "length": ["4 h", "2 h"],
                    "breaks": [{"length": "30 min", "earliest": "1 h", "every": "30 min"}],
                    "at_most": 2,
                    "days": ["sat", "sun"],
                    "alike": False,
                }
            ],
        },
        "officers": {"at_most": 3, "shifts": [{"starts": "00:00", "length": "6 h"}]},
    },
    "lanes": {"booths": {"at_least": 1, "at_most": 4, "cost": 1.5, "variants": ["base"]}},
    "rules": {
        "guard": {
            "on_duty": [{"from": "00:00", "to": "02:00", "at_least": 1, "days": "mon"}],
            "within": "00:00-12:00",
            "rest": "11 h",
            "without_break": "6 h",
        }
    },
    "minimise": "officer_hours",
    "most_replications": 100,
    "rosters": 100,
}
NUMBERS = (-1, 0, 0.5, 10**310, 1e308, float("nan"))
JUNK = (*NUMBERS, None, True, "x", "", "08:00", [], ["a"], {}, {"a": 1})


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value, lists and mappings too."""
    if path:
        yield path
    inner = data.items() if isinstance(data, dict) else ()
    for key, value in enumerate(data) if isinstance(data, list) else inner:
        yield from places(value, (*path, key))


@pytest.mark.parametrize("path", list(places(FULL)), ids=lambda path: ".".join(map(str, path)))
def test_whatever_stands_there_is_read_or_told_with_its_place(
    tmp_path: Path, path: tuple[Any, ...]
) -> None:
    told: list[bcpsim.ScenarioError] = []
    for junk in JUNK:
        data = copy.deepcopy(FULL)
        inner: Any = data
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = junk
        file = question(tmp_path, **data)
        try:
            found = load_staffing(file)
            for loaded in found.variants:
                duties_of(found, loaded)
        except bcpsim.ScenarioError as error:
            told.append(error)
    assert told
    assert all(problem.line for error in told for problem in error.problems), told
