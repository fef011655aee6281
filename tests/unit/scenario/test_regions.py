"""Regions put together from the scenario files of their crossings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from borders import border

import bcpsim
from bcpsim.plan import compile_plan
from bcpsim.results.audit import verify_result
from bcpsim.scenario import Scenario
from bcpsim.scenario.region import OWN, SHARED

CARS = "at\n2026-04-13T00:10\n"


def write(path: Path, data: dict[str, Any]) -> Path:
    """Write a scenario file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """Return the file of a region of two crossings, one of which lies in a folder below."""
    (tmp_path / "cars.csv").write_text(CARS, encoding="utf-8")
    (tmp_path / "south").mkdir()
    (tmp_path / "south" / "cars.csv").write_text(CARS + "2026-04-13T00:20\n", encoding="utf-8")
    write(tmp_path / "north.yaml", border())
    quick = {"stops": {"booth": {"lanes": 1}}, "moves": [_move("booth", "exit", "1 min")]}
    write(tmp_path / "south" / "south.yaml", border(variants={"quick": quick}))
    return write(
        tmp_path / "region.yaml",
        {
            "name": "region",
            "horizon": {"start": "2026-04-13T00:00", "duration": "2 h"},
            "crossings": {"north": "north.yaml", "south": {"file": "south/south.yaml"}},
            "variants": {
                "quick": {"crossings": {"south": {"variant": "quick", "title": "South gate"}}},
                "more": {"stops": {"north_booth": {"lanes": 7}}},
                "north_alone": {"crossings": {"south": None}},
            },
        },
    )


def _move(origin: str, to: str, time: str) -> dict[str, str]:
    return {"from": origin, "to": to, "time": time}


def test_what_stands_at_a_crossing_has_its_name_in_front(region: Path) -> None:
    scenario = bcpsim.load(region).scenario
    assert list(scenario.stops) == ["north_booth", "south_booth"]
    assert list(scenario.officers) == ["north_guards", "south_guards"]
    assert list(scenario.traffic) == ["north_cars", "south_cars"]
    assert list(scenario.activities) == ["check"]
    assert scenario.stops["south_booth"].title == "South: booth"
    assert scenario.crossings["south"].stops == ("south_booth",)
    assert [route.when for route in scenario.workflow.entry] == [{"crossing": ("north",)}, None]


def test_every_key_is_known_to_be_of_a_crossing_of_all_or_of_the_region() -> None:
    put_together = {"moves", "workflow", "sources", "opening", "border", "counted", "prices"}
    of_regions = {"name", "title", "description", "horizon", "crossings", "drives", "choice"}
    of_regions |= {"intervals"}  # those of a crossing name its own steps
    known = {*OWN, *SHARED, *put_together, *of_regions}
    assert set(Scenario.model_fields) == known


def test_tables_are_found_where_the_file_of_the_crossing_lies(region: Path) -> None:
    plan = compile_plan(bcpsim.load(region))
    assert [source.times for source in plan.sources] == [(10.0,), (10.0, 20.0)]


def test_variants_choose_files_variants_and_values(region: Path) -> None:
    variants = {loaded.variant: loaded.scenario for loaded in bcpsim.load_variants(region)}
    assert variants["base"].stops["south_booth"].lanes[0].count == 4
    assert variants["quick"].stops["south_booth"].lanes[0].count == 1
    assert variants["quick"].stops["south_booth"].title == "South gate: booth"
    assert [move.origin for move in variants["quick"].moves] == ["south_booth"]
    assert variants["more"].stops["north_booth"].lanes[0].count == 7
    assert list(variants["north_alone"].stops) == ["north_booth"]
    both = bcpsim.load(region, variant="quick+more").scenario
    assert [stop.lanes[0].count for stop in both.stops.values()] == [7, 1]


def test_moves_of_the_region_come_before_those_of_its_crossings(region: Path) -> None:
    data = yaml.safe_load(region.read_text(encoding="utf-8"))
    data["crossings"]["south"]["variant"] = "quick"
    data["moves"] = [_move("north_booth", "exit", "2 min")]
    write(region, data)
    moves = bcpsim.load(region).scenario.moves
    assert [move.origin for move in moves] == ["north_booth", "south_booth"]


def test_values_are_set_by_the_names_in_the_region(region: Path) -> None:
    loaded = bcpsim.load(region, overrides={"stops.south_booth.lanes": "9"})
    assert loaded.scenario.stops["south_booth"].lanes[0].count == 9


def test_a_region_written_back_is_the_same(region: Path) -> None:
    loaded = bcpsim.load(region, variant="quick")
    path = region.parent / "again.yaml"
    path.write_text(loaded.to_yaml(), encoding="utf-8")
    assert bcpsim.load(path).hash == loaded.hash


def test_a_result_holds_the_files_of_all_crossings(region: Path, tmp_path: Path) -> None:
    result = bcpsim.run(region, replications=2)
    folder = Path(bcpsim.save(result, tmp_path / "result"))
    written = {str(path.relative_to(folder)) for path in (folder / "written").rglob("*.yaml")}
    assert written == {
        "written/region.yaml",
        "written/north.yaml",
        "written/south/south.yaml",
    }
    assert verify_result(folder).whole


def test_tables_of_travel_times_may_call_stops_otherwise(region: Path) -> None:
    data = yaml.safe_load(region.read_text(encoding="utf-8"))
    travel = {"file": "travel.csv", "called": {"north_booth": "A", "south_booth": "B"}}
    (region.parent / "travel.csv").write_text("from,to,minutes\nA,B,12\n", encoding="utf-8")
    shifts = [{"from": "00:00", "to": "24:00", "count": 1}]
    team = {"agency": "guard", "skills": "check", "stop": ["north_booth", "south_booth"]}
    data["officers"] = {"team": {**team, "pool": {"travel": travel}, "shifts": shifts}}
    write(region, data)
    plan = compile_plan(bcpsim.load(region))
    assert plan.groups[-1].travel == ((0.0, 12.0), (12.0, 0.0))


def test_names_in_disturbances_and_tables_of_who_waits_are_those_of_the_region(
    tmp_path: Path,
) -> None:
    left = "replication,step,waited,occupants\n0,check,5,1\n"
    (tmp_path / "left.csv").write_text(left, encoding="utf-8")
    own = border(
        disturbances={
            "rush": {
                "trigger": {"queue": "booth", "reaches": 3},
                "priority": {"booth": [{"class": "car"}]},
            }
        }
    )
    own["traffic"]["left"] = {
        "classes": {"car": 1},
        "arrivals": {"pattern": "waiting_list", "file": "left.csv"},
    }
    write(tmp_path / "north.yaml", own)
    (tmp_path / "cars.csv").write_text(CARS, encoding="utf-8")
    region = write(
        tmp_path / "region.yaml",
        {"name": "region", "horizon": own["horizon"], "crossings": {"north": "north.yaml"}},
    )
    loaded = bcpsim.load(region)
    assert list(loaded.scenario.disturbances["north_rush"].priority) == ["north_booth"]
    plan = compile_plan(loaded)
    waiting = [source.waiting for source in plan.sources if source.waiting is not None]
    assert [[plan.steps[one.step].name for one in some.standing(0)] for some in waiting] == [
        ["north_check"]
    ]
