"""What a roster may be made of, the covering problem, and rosters as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import bcpsim
from bcpsim.experiments.staffing.covering import Cut, best_fit, cheapest
from bcpsim.experiments.staffing.duties import (
    Duties,
    cover_rows,
    duties_of,
    roster_rows,
    with_rosters,
)
from bcpsim.experiments.staffing.file import Question, read_question
from bcpsim.plan import compile_plan

DATA = Path(__file__).resolve().parents[1] / "data"


def made(tmp_path: Path, **changes: Any) -> tuple[Question, Duties]:
    data = yaml.safe_load((DATA / "staffing.yaml").read_text("utf-8")) | changes
    (tmp_path / "booths.yaml").write_text((DATA / "booths.yaml").read_text("utf-8"), "utf-8")
    path = tmp_path / "staffing.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    question = read_question(path)
    return question, duties_of(question, question.variants[0])


def guards(*shifts: dict[str, Any], at_most: int = 10) -> dict[str, Any]:
    return {"guards": {"at_most": at_most, "shifts": list(shifts)}}


def test_starts_lengths_and_breaks_make_duties(tmp_path: Path) -> None:
    pause = {"length": "30 min", "earliest": "2 h", "latest": "3 h", "every": "30 min"}
    shift = {
        "starts": {"from": "06:00", "to": "08:00", "every": "1 h"},
        "length": ["6 h", "8 h"],
        "breaks": [pause],
    }
    _, duties = made(tmp_path, officers=guards(shift))
    assert len(duties.duties) == 3 * 2 * 3
    assert {duty.start for duty in duties.duties} == {360, 420, 480}
    assert {duty.breaks for duty in duties.duties} == {
        ((120, 150),),
        ((150, 180),),
        ((180, 210),),
    }


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ({}, {(0, 480), (0, 720), (1320, 480), (1320, 720)}),
        ({"rest": "13 h"}, {(0, 480), (1320, 480)}),
        ({"without_break": "8 h"}, {(0, 480), (1320, 480)}),
        ({"within": "22:00-06:00"}, {(1320, 480)}),
        ({"within": "00:00-24:00"}, {(0, 480), (0, 720)}),
    ],
)
def test_rules_for_a_shift(
    tmp_path: Path, rules: dict[str, str], left: set[tuple[int, int]]
) -> None:
    shift = {"starts": ["00:00", "22:00"], "length": ["8 h", "12 h"]}
    _, duties = made(tmp_path, officers=guards(shift), rules={"guard": rules})
    assert {(duty.start, duty.length) for duty in duties.duties} == left


def pauses(number: int, latest: str, every: str) -> list[dict[str, str]]:
    one = {"length": "15 min", "earliest": "1 h", "latest": latest, "every": every}
    return [one] * number


def test_too_many_combinations_are_told_before_they_are_tried(tmp_path: Path) -> None:
    shift = {
        "starts": {"from": "00:00", "to": "23:55", "every": "5 min"},
        "length": "12 h",
        "breaks": pauses(4, "11 h", "5 min"),
    }
    small = {"starts": "06:00", "length": "12 h"}
    with pytest.raises(bcpsim.ScenarioError) as caught:
        made(tmp_path, officers=guards(small, shift))
    [problem] = caught.value.problems
    assert problem.field == "officers.guards.shifts.1"
    assert problem.message.startswith("with this, 61,735,357,729 combinations")
    assert problem.line is not None


def test_too_many_kinds_of_shifts_are_told_at_the_first(tmp_path: Path) -> None:
    shift = {
        "starts": {"from": "00:00", "to": "23:55", "every": "5 min"},
        "length": "12 h",
        "breaks": pauses(1, "3 h", "15 min"),
    }
    message = "officers.guards.shifts.0: more than 2000 kinds of shifts"
    with pytest.raises(bcpsim.InputError, match=message):
        made(tmp_path, officers=guards(shift))


def test_cover_of_a_night_shift_with_a_break(tmp_path: Path) -> None:
    shift = {
        "starts": "20:00",
        "length": "8 h",
        "breaks": [{"length": "1 h", "earliest": "5 h"}],
    }
    _, duties = made(tmp_path, officers=guards(shift))
    cover = duties.cover(np.array([3]))
    spans = dict(zip((duties.edges[:-1] / 60).tolist(), cover[0].tolist(), strict=True))
    assert spans == {0: 3, 1: 0, 2: 3, 4: 0, 20: 3}
    assert duties.on_duty[0].tolist() == [True, True, True, False, True]


def test_the_cheapest_cover_is_known(tmp_path: Path) -> None:
    # Parts of two hours; 4 hours from 0 or 2, 2 hours from 0, 2 or 4.
    _, duties = made(tmp_path)
    hours = duties.minutes / 60
    needed = np.zeros_like(duties.most)
    needed[0, :3] = (1, 3, 1)
    found = cheapest(duties, hours, [], needed)
    assert found is not None
    assert (found.cost, found.bound) == (10, 10)  # 4 from 0, 4 from 2, 2 from 2
    assert (duties.cover(found.counts) >= needed).all()
    # At least one part must have more than is needed: two officers in the first or the third.
    cut = Cut(np.array([0, 0]), np.array([0, 2]), np.array([1, 1]))
    more = cheapest(duties, hours, [cut], needed)
    assert more is not None
    assert more.cost == 12
    needed[0, 1] = 99
    assert cheapest(duties, hours, [], needed) is None


def test_a_roster_of_a_given_cost_covers_what_weighs_most(tmp_path: Path) -> None:
    _, duties = made(tmp_path)
    wish = np.zeros(duties.most.shape)
    wish[0, :3] = 2
    weights = np.ones(duties.most.shape)
    weights[0, 2] = 5
    counts = best_fit(duties, duties.minutes / 60, 4, [wish], weights)
    assert counts is not None
    assert duties.cover(counts)[0, :3].tolist() == [0, 0, 2]


def test_a_cover_comes_back_from_its_rows(tmp_path: Path) -> None:
    question, duties = made(tmp_path)
    cover = duties.cover(np.array([1, 2, 0, 1, 2]))
    loaded = with_rosters(question.variants[0], cover_rows(duties, cover), exact=True)
    plan = compile_plan(loaded)
    middle = (duties.edges[:-1] + duties.edges[1:]) / 2
    guards = [o for o in plan.officers if plan.groups[o.group].name == "guards"]
    there = [
        sum(a <= m < b for o in guards for s in o.shifts for a, b in s.available)
        for m in middle[:3]
    ]
    assert there == cover[0, :3].tolist()


def test_the_answer_runs_from_its_folder_as_it_was_found(tmp_path: Path) -> None:
    question, duties = made(tmp_path)
    staffing = bcpsim.staff(question)
    out = bcpsim.save_staffing(staffing, tmp_path / "out")
    [answer] = staffing.answers
    assert bcpsim.load(out / "scenario-base.yaml").hash == answer.loaded.hash
    text = (out / "roster-base-guards.csv").read_text("utf-8")
    assert text.startswith("count,from,to,breaks\n")
    rows = roster_rows(duties, answer.found.counts)["guards"]
    assert sum(row.count for row in rows) == answer.officers
    assert staffing.rosters["officers"].sum() == answer.officers
    assert (staffing.rosters["officers"] * staffing.rosters["hours"]).sum() == answer.officer_hours


def test_workers_change_nothing(tmp_path: Path) -> None:
    question, _ = made(tmp_path)
    first, second = (bcpsim.staff(question, workers=n).to_dict() for n in (1, 2))
    assert first == second
