"""Lanes without an officer, officers without a lane, and changes that can't matter."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from booth import BOOTH

import bcpsim
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.idle import idle_officers, unattended_lanes, unvisited, why_no_matter

DAY = {"from": "06:00", "to": "18:00"}


def planned(folder: Path, lanes: Any = 4, count: int = 4, **changes: Any) -> Plan:
    scenario = copy.deepcopy(BOOTH)
    scenario["stops"]["booths"]["lanes"] = lanes
    scenario["officers"]["guards"]["shifts"] = [
        {**DAY, "count": count},
        {"from": "18:00", "to": "06:00", "count": 2},
    ]
    del scenario["variants"]
    for key, value in changes.items():
        scenario[key] = {**scenario.get(key, {}), **value}
    path = folder / "idle.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    return compile_plan(bcpsim.load(path))


def test_as_many_officers_as_lanes_by_day_leave_nothing_idle(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert [*unattended_lanes(plan), *idle_officers(plan), *unvisited(plan)] == []


def test_a_fifth_lane_without_an_officer_is_told(tmp_path: Path) -> None:
    words = (
        "Booths: never more than 4 officers are on duty for its 5 lanes: 1 always without an "
        "officer"
    )
    after = planned(tmp_path, lanes=5)
    assert list(unattended_lanes(after)) == [words]
    before = planned(tmp_path)
    assert list(why_no_matter(before, after, ["stops.booths.lanes"])) == [words]
    assert list(why_no_matter(after, after)) == [
        "it changes nothing: the scenario has these values already"
    ]


def test_thirty_officers_for_four_lanes_are_told(tmp_path: Path) -> None:
    words = (
        "Booths: 30 officers are on duty at 06:00, and at most 4 can work in its 4 lanes at a "
        "time: 26 have nothing to do"
    )
    after = planned(tmp_path, count=30)
    assert list(idle_officers(after)) == [words]
    assert list(why_no_matter(planned(tmp_path), after)) == [words]


def test_one_officer_too_many_on_one_shift_is_told_of_a_change_only(tmp_path: Path) -> None:
    after = planned(tmp_path, count=5)
    assert list(idle_officers(after)) == []  # 12 of 84 h: as where shifts overlap
    [words] = why_no_matter(planned(tmp_path), after)
    assert words.startswith("Booths: 5 officers are on duty at 06:00, and at most 4 can work")


def test_lanes_for_others_and_lanes_held_without_an_officer_may_be_more(tmp_path: Path) -> None:
    classes = {"car": {}, "van": {}}
    lanes = [{"name": "cars", "count": 4, "admits": {"class": "car"}}, {"name": "all", "count": 2}]
    assert list(unattended_lanes(planned(tmp_path, lanes=lanes, classes=classes))) == []
    crew = [{"do": "papers"}, {"do": "papers"}]
    check = {"stop": "booths", "crew": crew, "order": "sequence", "next": "released"}
    workflow = {"steps": {"check": check}}
    assert list(unattended_lanes(planned(tmp_path, lanes=6, workflow=workflow))) == []


def test_a_crew_of_two_needs_two_officers_in_each_lane(tmp_path: Path) -> None:
    crew = [{"do": "papers"}, {"do": "papers"}]
    check = {"stop": "booths", "crew": crew, "order": "parallel", "next": "released"}
    plan = planned(tmp_path, lanes=4, count=4, workflow={"steps": {"check": check}})
    assert list(unattended_lanes(plan)) == [
        "Booths: never more than 4 officers are on duty for its 4 lanes, 2 in each: 2 always "
        "without an officer"
    ]
    plan = planned(tmp_path, lanes=4, count=8, workflow={"steps": {"check": check}})
    assert [*unattended_lanes(plan), *idle_officers(plan)] == []


@pytest.mark.parametrize(
    ("changed", "path", "words"),
    [
        (
            {"stops": {"booths": {"lanes": 4}, "hall": {"lanes": 9}}},
            "stops.hall.lanes",
            "stops.hall isn't used: no step of the workflow is made at this stop",
        ),
        (
            {"activities": {"search": {"skill": "papers", "duration": "9 min"}}},
            "activities.search.duration",
            "activities.search isn't used: no step of the workflow does it",
        ),
        (
            {"areas": {"yard": {"places": 9}}},
            "areas.yard.places",
            "areas.yard isn't used: no stop of the workflow has this waiting area",
        ),
        (
            {"equipment": {"scanner": {"count": 9}}},
            "equipment.scanner.count",
            "equipment.scanner isn't used: no step of the workflow takes this equipment",
        ),
        (
            {"classes": {"car": {}, "bus": {"occupants": 9}}},
            "classes.bus.occupants",
            "classes.bus isn't used: nobody of this class comes",
        ),
    ],
)
def test_a_change_to_what_nobody_uses_is_told(
    tmp_path: Path, changed: dict[str, Any], path: str, words: str
) -> None:
    assert list(why_no_matter(planned(tmp_path), planned(tmp_path, **changed), [path])) == [words]


def test_a_stop_at_which_nothing_is_done_is_told_and_the_base_of_a_pool_is_not(
    tmp_path: Path,
) -> None:
    stops = {"booths": {"title": "Booths", "lanes": 4}, "hall": {"title": "Hall", "lanes": 1}}
    assert list(unvisited(planned(tmp_path, stops=stops))) == [
        "Hall: nobody goes there, as no step of the workflow is made there"
    ]
    guards = {**BOOTH["officers"]["guards"], "stop": ["hall", "booths"]}
    plan = planned(tmp_path, stops=stops, officers={"more": guards})
    assert list(unvisited(plan)) == []
