"""What a roster may be made of, the covering problem, and rosters as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from places import DATA

import bcpsim
from bcpsim.plan import compile_plan
from bcpsim.staffing.covering import Cut, best_fit, cheapest
from bcpsim.staffing.duties import (
    Duties,
    cover_rows,
    days_span,
    duties_of,
    roster_rows,
    with_cover,
    with_found,
    with_rosters,
)
from bcpsim.staffing.study import LoadedStaffing, load_staffing


def made(tmp_path: Path, **changes: Any) -> tuple[LoadedStaffing, Duties]:
    data = yaml.safe_load((DATA / "staffing.yaml").read_text("utf-8")) | changes
    (tmp_path / "booths.yaml").write_text((DATA / "booths.yaml").read_text("utf-8"), "utf-8")
    path = tmp_path / "staffing.yaml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    question = load_staffing(path)
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
    message = r"staffing.yaml:\d+.*officers.guards.shifts.0: more than 2000 kinds of shifts"
    with pytest.raises(bcpsim.ScenarioError, match=message):
        made(tmp_path, officers=guards(shift))


def test_cover_of_a_night_shift_with_a_break(tmp_path: Path) -> None:
    shift = {
        "starts": "20:00",
        "length": "8 h",
        "breaks": [{"length": "1 h", "earliest": "5 h"}],
    }
    _, duties = made(tmp_path, officers=guards(shift))
    cover = duties.cover(np.array([3]))[0, duties.slot_of]
    spans = dict(zip((duties.edges[:-1] / 60).tolist(), cover.tolist(), strict=True))
    assert spans == {0: 3, 1: 0, 2: 3, 4: 0, 20: 3}
    assert duties.slot_of.tolist() == [0, 1, 0, 1, 0]  # what is alike is one


def test_hours_of_a_slot_that_goes_on_for_long(tmp_path: Path) -> None:
    # Two shifts a day: most hours begin no part of the day.
    _, duties = made(tmp_path, officers=guards({"starts": ["08:00", "20:00"], "length": "12 h"}))
    assert duties.slot_of.tolist() == [0, 1, 0]
    by_hour = np.zeros((1, 24))
    by_hour[0, [11, 23]] = 3, 2
    assert duties.by_slot(by_hour).tolist() == [[2, 3]]
    assert duties.hours_apart(11).tolist() == [[4, 0]]
    assert duties.hours_apart(1).tolist() == [[0, 6]]


def test_a_week_tells_its_days_apart(tmp_path: Path) -> None:
    work = {"starts": "06:00", "length": "12 h", "days": "mon-fri"}
    rest = {"starts": "22:00", "length": "4 h", "days": ["sat", "sun"], "alike": False}
    long = {"horizon.start": "2026-04-13T00:00", "horizon.duration": "7 d"}
    question, duties = made(tmp_path, officers=guards(work, rest), overrides=long)
    assert duties.days == 7
    assert [duty.days for duty in duties.duties] == [(0, 1, 2, 3, 4), (5,), (6,)]
    assert (duties.minutes / 60).tolist() == [60, 4, 4]
    assert duties.shifts.tolist() == [5, 1, 1]
    counts = np.array([3, 1, 2])
    rows = roster_rows(duties, counts)["guards"]
    assert [(row.count, days_span(row.window)) for row in rows if row.window] == [
        (3, "mon-fri"),
        (1, "sat"),
        (2, "sun"),
    ]
    # The plan has them when they are asked for: sunday's shift ends on monday.
    cover = duties.cover(counts)
    for made_of, exact in ((roster_rows(duties, counts), False), (cover_rows(duties, cover), True)):
        plan = compile_plan(with_rosters(question.variants[0], made_of, exact=exact))
        guards_ = [o for o in plan.officers if plan.groups[o.group].name == "guards"]

        def there(day: int, hour: float, own: Any = guards_) -> int:
            minute = 1440 * day + 60 * hour
            return sum(a <= minute < b for o in own for s in o.shifts for a, b in s.available)

        assert [there(day, 12) for day in range(7)] == [3, 3, 3, 3, 3, 0, 0]
        assert [there(day, 23) for day in range(7)] == [0, 0, 0, 0, 0, 1, 2]
        assert there(6, 1) == 1


def test_a_week_needs_all_its_days(tmp_path: Path) -> None:
    shift = {"starts": "00:00", "length": "6 h", "days": "mon-fri"}
    with pytest.raises(bcpsim.ScenarioError, match=r"it has no tue, .*horizon.duration: 7 d"):
        made(tmp_path, officers=guards(shift))


def test_shifts_of_some_variants_only(tmp_path: Path) -> None:
    here = {"starts": "00:00", "length": "6 h", "variants": "base"}
    there = {"starts": "03:00", "length": "3 h", "variants": "two_stops"}
    own = {"at_most": 4, "shifts": [there], "variants": "two_stops"}
    question, base = made(
        tmp_path,
        variants=["base", "two_stops"],
        officers={**guards(here, there), "officers": own},
    )
    other = duties_of(question, question.variants[1])
    assert base.groups == ("guards",)
    assert [duty.start for duty in base.duties] == [0]
    assert other.groups == ("guards", "officers")
    assert [(duty.group, duty.start) for duty in other.duties] == [(0, 180), (1, 180)]


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
    wish = np.zeros((1, 24))
    wish[0, :6] = 2
    weights = np.ones((1, 24))
    weights[0, 4:6] = 5
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
    assert there == cover[0, duties.slot_of[:3]].tolist()


def test_the_answer_runs_from_its_folder_as_it_was_found(tmp_path: Path) -> None:
    question, duties = made(tmp_path)
    staffing = bcpsim.staff(question)
    out = bcpsim.save_staffing(staffing, tmp_path / "out")
    [answer] = staffing.answers
    assert bcpsim.load(out / "scenario-base.yaml").hash == answer.loaded.hash
    text = (out / "roster-base-guards.csv").read_text("utf-8")
    assert text.startswith("count,from,to,breaks\n")
    rows = roster_rows(duties, answer.search.counts)["guards"]
    assert sum(row.count for row in rows) == answer.shifts
    assert staffing.rosters["officers"].sum() == answer.shifts
    assert (staffing.rosters["officers"] * staffing.rosters["hours"]).sum() == answer.officer_hours


def test_workers_change_nothing(tmp_path: Path) -> None:
    question, _ = made(tmp_path)
    first, second = (bcpsim.staff(question, workers=n).to_dict() for n in (1, 2))
    assert first == second


def test_lanes_are_found_with_the_officers(tmp_path: Path) -> None:
    shift = {"starts": ["00:00", "03:00"], "length": "3 h"}
    question, duties = made(
        tmp_path,
        officers=guards(shift),
        lanes={"booths": {"at_least": 2, "at_most": 5}, "desks.lane": {"at_most": 3}},
    )
    assert duties.lanes == ("booths", "desks.lane")
    assert duties.most[:, 0].tolist() == [10, 5, 3]
    assert duties.most[1:, 1:].sum() == 0  # as many all day: told once
    assert duties.minutes.tolist() == [180, 180, 0, 0]
    counts = np.array([4, 2, 3, 1])
    assert duties.keeps_rules(counts)
    assert not duties.keeps_rules(np.array([4, 2, 1, 1]))
    for variant in (
        with_found(question.variants[0], duties, counts),
        with_cover(question.variants[0], duties, duties.cover(counts)),
    ):
        plan = compile_plan(variant)
        lanes = {stop.name: len(stop.lanes) for stop in plan.stops}
        assert lanes == {"booths": 3, "desks": 1}


def test_an_answer_with_lanes_costs_them(tmp_path: Path) -> None:
    # A lane is worth its hours: what a lane costs decides between more lanes and more officers.
    shift = {"starts": ["00:00", "03:00"], "length": "3 h", "at_most": 4}
    changes: dict[str, Any] = {"officers": guards(shift), "lanes": {"booths": {"at_most": 4}}}
    question, _ = made(tmp_path, **changes)
    staffing = bcpsim.staff(question)
    [answer] = staffing.answers
    lanes = answer.lanes["booths"]
    assert 1 <= lanes <= 4
    assert answer.cost == pytest.approx(answer.officer_hours + 0.01 * lanes)
    out = bcpsim.save_staffing(staffing, tmp_path / "out")
    assert f"base,booths,{lanes}" in (out / "lanes.csv").read_text("utf-8")
    assert bcpsim.load(out / "scenario-base.yaml").scenario.stops["booths"].lanes[0].count == lanes
    # No more lanes than officers who could ever stand in them.
    assert lanes <= max(answer.duties.cover(answer.search.counts)[0])
