"""Who can do the work: sets of officers, pools, lanes and equipment, known by hand."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.optimize import linprog

import bcpsim
from bcpsim.demand.limits import Limit, _unions
from bcpsim.demand.offered import OfferedLoad, offered_load
from bcpsim.plan import compile_plan
from bcpsim.report.describe import load_warnings

HALL = """
name: hall
horizon: {start: 2026-04-13T00:00, duration: 3 h}
agencies: {customs: {}, vet: {}}
classes: {lorry: {}, van: {}}
traffic: {road: {classes: {lorry: 50 %, van: 50 %}, arrivals: {pattern: constant, rate: 40/h}}}
activities:
  goods: {skill: goods, duration: 2 min}
  animals: {skill: animals, duration: 30 s}
officers:
  customs:
    agency: customs
    skills: goods
    stop: hall
    shifts: [&day {from: "00:00", to: "24:00", count: 1}]
  vets: {agency: vet, skills: animals, stop: hall, shifts: [*day]}
stops: {hall: {lanes: 5}}
workflow:
  entry: check
  steps: {check: {stop: hall, crew: [{do: goods}, {do: animals}], next: released}}
"""


def loaded(folder: Path, scenario: dict[str, Any]) -> tuple[OfferedLoad, list[str]]:
    path = folder / "hall.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    plan = compile_plan(bcpsim.load(path))
    load = offered_load(plan)
    return load, list(load_warnings(plan, load))


def hall(**changes: Any) -> dict[str, Any]:
    scenario: dict[str, Any] = yaml.safe_load(HALL)
    for key, value in changes.items():
        scenario[key] |= value
    return scenario


def titled(load: OfferedLoad, title: str) -> Limit:
    return next(one for one in (*load.stops, *load.sets) if one.title == title)


def test_officers_who_alone_can_do_a_task_are_overloaded_beside_idle_ones(tmp_path: Path) -> None:
    load, told = loaded(tmp_path, hall())
    assert load.stops[0].utilisation.tolist() == pytest.approx([(80 + 20) / 120] * 3)
    assert titled(load, "hall, by customs alone").utilisation.tolist() == pytest.approx([4 / 3] * 3)
    assert titled(load, "hall, by vets alone").utilisation.tolist() == pytest.approx([1 / 3] * 3)
    assert any("hall, by customs alone: the load exceeds the capacity in 3 of 3" in t for t in told)
    assert not any("vets" in words or words.startswith("hall:") for words in told)


def test_officers_who_stay_are_held_as_long_as_the_longest_task(tmp_path: Path) -> None:
    scenario = hall()
    scenario["workflow"]["steps"]["check"]["when_done"] = "stay"
    load, _ = loaded(tmp_path, scenario)
    assert titled(load, "hall, by vets alone").load.tolist() == pytest.approx([4 / 3] * 3)


def test_a_pool_counts_once_for_all_its_stops_and_with_its_absence(tmp_path: Path) -> None:
    scenario = hall(
        officers={
            "vets": {
                "agency": "vet",
                "skills": {"goods": 1, "animals": 1},
                "stop": ["hall", "yard"],
                "absence": 0.25,
                "shifts": [{"from": "00:00", "to": "24:00", "count": 4}],
            },
            "customs": {"agency": "customs", "skills": {"goods": 2}, "stop": "yard"}
            | {"shifts": [{"from": "00:00", "to": "00:30", "count": 2}]},
        },
        stops={"yard": {"lanes": 5}},
    )
    scenario["activities"]["goods"]["duration"] = "3 min"
    scenario["workflow"] = {
        "entry": "check",
        "steps": {
            "check": {"stop": "hall", "do": "animals", "next": "goods"},
            "goods": {"stop": "yard", "do": "goods", "next": "released"},
        },
    }
    scenario["activities"]["animals"]["duration"] = "3 min"
    load, told = loaded(tmp_path, scenario)
    assert [stop.utilisation[1] for stop in load.stops] == pytest.approx([2 / 3, 2 / 3])
    both = titled(load, "hall and yard, by customs or vets alone")
    assert both.pool
    assert both.load.tolist() == pytest.approx([4] * 3)  # at the pace of the faster
    assert both.capacity.tolist() == pytest.approx([3 + 1, 3, 3])
    assert told[0].startswith("hall and yard, by customs or vets alone: the load")
    assert "in 2 of 3 hours (at most 133 %" in told[0]


def test_equipment_in_maintenance_and_halves_of_hours_count_together(tmp_path: Path) -> None:
    scenario = hall(
        stops={"hall": {"lanes": [{"name": "a", "count": 5, "open": ["00:30-24:00"]}]}},
        officers={
            "customs": {"agency": "customs", "skills": "goods", "stop": "hall"}
            | {"shifts": [{"from": "00:00", "to": "00:45", "count": 4}]},
        },
    )
    scenario["officers"]["customs"]["shifts"].append({"from": "01:00", "to": "24:00", "count": 4})
    scenario["equipment"] = {"system": {"count": 20, "maintenance": ["01:30-03:00"]}}
    scenario["workflow"]["steps"]["check"] = {
        "stop": "hall",
        "do": "goods",
        "equipment": "system",
        "next": "released",
    }
    load, told = loaded(tmp_path, scenario)
    # There together: officers and lanes 00:30-00:45, officers, lanes and equipment 01:00-01:30.
    assert load.stops[0].capacity.tolist() == pytest.approx([1, 2, 0])
    assert titled(load, "system").capacity.tolist() == pytest.approx([20, 10, 0])
    assert "hall: in 1 of 3 hours travellers come" in told[0]
    assert "equipment is in maintenance (first at 02:00)" in told[0]


def test_lanes_that_admit_some_are_overloaded_beside_empty_ones(tmp_path: Path) -> None:
    lanes = [
        {"name": "lorries", "count": 1, "admits": {"class": "lorry"}},
        {"name": "vans", "count": 3, "admits": {"class": "van"}},
        {"name": "all", "count": 1, "open": ["01:00-24:00"]},
    ]
    scenario = hall(stops={"hall": {"lanes": lanes}})
    scenario["workflow"]["steps"]["check"]["order"] = "sequence"
    scenario["activities"]["goods"]["duration"] = "4 min"
    load, _ = loaded(tmp_path, scenario)
    lorries = titled(load, "hall, lanes lorries and all alone")
    assert lorries.load.tolist() == pytest.approx([20 * 4.5 / 60] * 3)
    assert lorries.capacity.tolist() == [1, 2, 2]
    assert titled(load, "hall, lanes").capacity.tolist() == [4, 5, 5]


def test_unions_of_overlapping_sets_are_all_that_is_needed() -> None:
    """The tightest set is what a linear programme finds, which shares out the work."""
    rng = np.random.default_rng(5)
    for _ in range(30):
        able = [int(mask) for mask in rng.integers(1, 16, 4)]
        work, officers = rng.integers(1, 9, 4), rng.integers(1, 5, 4)
        found = max(
            sum(w for w, own in zip(work, able, strict=True) if not own & ~union)
            / sum(officers[k] for k in range(4) if union >> k & 1)
            for union in _unions(able)
        )
        pairs = [(t, k) for t, k in itertools.product(range(4), range(4)) if able[t] >> k & 1]
        shared = [[float(t == own) for own, _ in pairs] + [0.0] for t in range(4)]
        busy = [[float(k == who) for _, who in pairs] + [-float(officers[k])] for k in range(4)]
        best = linprog([0.0] * len(pairs) + [1.0], busy, [0.0] * 4, shared, work)
        assert found == pytest.approx(best.fun)
