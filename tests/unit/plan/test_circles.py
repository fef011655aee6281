"""Vehicles that block one another for ever: told where it can happen, and where it did."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

import bcpsim
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.circles import circles

ALL_DAY = [{"from": "00:00", "to": "24:00", "count": 1}]
BACK_TO_THE_FIRST: dict[str, Any] = {
    "name": "back",
    "horizon": {"start": "2026-04-13T00:00", "duration": "4 h"},
    "agencies": {"guard": {}},
    "classes": {"car": {}},
    "traffic": {
        "cars": {"classes": {"car": 1.0}, "arrivals": {"pattern": "batch", "count": 6}},
    },
    "activities": {
        "papers": {"skill": "papers", "duration": "1 min"},
        "boot": {"skill": "papers", "duration": "2 min"},
    },
    "officers": {
        "at_desk": {"agency": "guard", "skills": "papers", "stop": "desk", "shifts": ALL_DAY},
        "at_bay": {"agency": "guard", "skills": "papers", "stop": "bay", "shifts": ALL_DAY},
    },
    "areas": {"before_desk": {"places": 2}, "before_bay": {"places": 1}},
    "stops": {
        "desk": {"lanes": 1, "waiting_area": "before_desk"},
        "bay": {"lanes": 1, "waiting_area": "before_bay"},
    },
    "workflow": {
        "entry": "first",
        "steps": {
            "first": {"stop": "desk", "do": "papers", "next": "search"},
            "search": {"stop": "bay", "do": "boot", "next": "again"},
            "again": {"stop": "desk", "do": "papers", "next": "released"},
        },
    },
}


def planned(folder: Path, **changes: Any) -> tuple[Path, Plan]:
    path = folder / "back.yaml"
    path.write_text(yaml.safe_dump({**BACK_TO_THE_FIRST, **changes}), encoding="utf-8")
    return path, compile_plan(bcpsim.load(path))


def blocked(path: Path, **arguments: Any) -> dict[str, float]:
    measures = bcpsim.run(path, replications=2, **arguments).measures
    own = measures[measures["measure"] == "blocked_for_ever"]
    return dict(zip(own["population"], own["estimate"], strict=True))


def test_two_full_areas_on_a_way_there_and_back_lock(tmp_path: Path) -> None:
    path, plan = planned(tmp_path)
    assert circles(plan) == ((0, 1),)
    # One in each lane, two before the desk, one before the bay; the last is outside for ever.
    found = blocked(path)
    assert found == {"all": 6, "stop=desk": 4, "stop=bay": 2}


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_it_is_told_whatever_the_engine(tmp_path: Path, engine: str) -> None:
    path, _ = planned(tmp_path)
    assert blocked(path, engine=engine)["all"] == 6


def test_with_room_for_all_nothing_locks(tmp_path: Path) -> None:
    path, plan = planned(
        tmp_path, areas={"before_desk": {"places": 6}, "before_bay": {"places": 6}}
    )
    assert circles(plan) == ((0, 1),)
    assert blocked(path) == {"all": 0, "stop=desk": 0, "stop=bay": 0}


def test_who_waits_for_an_officer_only_is_not_blocked_for_ever(tmp_path: Path) -> None:
    officers = copy.deepcopy(BACK_TO_THE_FIRST["officers"])
    officers["at_bay"]["shifts"] = [{"from": "00:00", "to": "00:02", "count": 1}]
    horizon = {"start": "2026-04-13T00:00", "duration": "4 h", "ending": "cut"}
    path, _ = planned(
        tmp_path,
        officers=officers,
        horizon=horizon,
        workflow={
            "entry": "first",
            "steps": {
                "first": {"stop": "desk", "do": "papers", "next": "search"},
                "search": {"stop": "bay", "do": "boot", "next": "released"},
            },
        },
    )
    result = bcpsim.run(path, replications=1).measures
    inside = result[(result["measure"] == "inside_at_end") & (result["population"] == "all")]
    assert inside["estimate"].tolist() > [0]
    assert not (result["measure"] == "blocked_for_ever").any()


def test_a_way_on_or_one_area_for_both_is_no_circle(tmp_path: Path) -> None:
    steps = BACK_TO_THE_FIRST["workflow"]["steps"]
    ways = {"entry": "first", "steps": {**steps, "search": {**steps["search"], "next": "released"}}}
    del ways["steps"]["again"]
    assert circles(planned(tmp_path, workflow=ways)[1]) == ()
    stops = {name: {"lanes": 1, "waiting_area": "before_desk"} for name in ("desk", "bay")}
    assert circles(planned(tmp_path, areas={"before_desk": {"places": 2}}, stops=stops)[1]) == ()
    endless = {"before_desk": {"floor": "20 m2"}, "before_bay": {"places": 1}}
    assert circles(planned(tmp_path, areas=endless)[1]) == ()


def test_a_further_lane_that_works_on_keeps_all_moving(tmp_path: Path) -> None:
    stops = copy.deepcopy(BACK_TO_THE_FIRST["stops"])
    stops["desk"]["lanes"] = 6
    path, _ = planned(tmp_path, stops=stops)
    assert blocked(path)["all"] == 0
