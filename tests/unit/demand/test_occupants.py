"""The load where occupants have something, by hand: who has it sits in fuller vehicles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from borders import two_stops

import bcpsim
from bcpsim.demand.offered import expected_travellers, offered_load
from bcpsim.plan import Plan, compile_plan


def coaches(folder: Path, **changes: Any) -> Plan:
    """Return a border with coaches of 1 or 2, each of whom must register with probability 1/2.

    Coaches with any such go to the yard, all others to the booth, both for the same work.
    """
    scenario = two_stops()
    scenario["classes"] = {
        "coach": {"occupants": {"1": 0.5, "2": 0.5}, "occupants_with": {"to_register": 0.5}}
    }
    rate = {"pattern": "constant", "rate": "60/h"}
    scenario["traffic"] = {"coaches": {"classes": {"coach": 1}, "arrivals": rate}}
    each = {"time": "1 min", "per_occupant": "1 min", "per_occupant_with": {"to_register": "2 min"}}
    for activity in scenario["activities"].values():
        activity["duration"] = each
    scenario["workflow"]["entry"] = [
        {"when": {"to_register": "some"}, "to": "look"},
        {"to": "check"},
    ]
    scenario["workflow"]["steps"]["check"]["next"] = "released"
    for key, value in changes.items():
        scenario[key] = value
    path = folder / "coaches.yaml"
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), "utf-8")
    return compile_plan(bcpsim.load(path))


def test_vehicles_in_which_some_have_it_are_fuller(tmp_path: Path) -> None:
    booth, yard = offered_load(coaches(tmp_path)).stops
    # Some: 1/2 x 1/2 + 1/2 x 3/4 = 5/8; they have (1/4 + 3/4) / (5/8) = 1.6 occupants, of whom
    # (1/4 + 1/2) / (5/8) = 1.2 must register. The others have (1/4 + 1/4) / (3/8) = 4/3.
    assert yard.load.tolist() == pytest.approx([5 / 8 * (1 + 1.6 + 2.4)] * 4)
    assert booth.load.tolist() == pytest.approx([3 / 8 * (1 + 4 / 3)] * 4)


def test_where_no_way_hangs_on_it_all_have_their_share(tmp_path: Path) -> None:
    workflow = {
        "entry": "check",
        "steps": {"check": {"stop": "booth", "do": "check", "next": "look"},
                  "look": {"stop": "yard", "do": "look", "next": "released"}},
    }  # fmt: skip
    booth, _ = offered_load(coaches(tmp_path, workflow=workflow)).stops
    assert booth.load.tolist() == pytest.approx([1 + 1.5 + 2 * 0.75] * 4)


def test_of_fuller_vehicles_more_get_out(tmp_path: Path) -> None:
    plan = coaches(tmp_path)
    scenario = yaml.safe_load((tmp_path / "coaches.yaml").read_text("utf-8"))
    scenario["classes"]["person"] = {}
    split = {"classes": "person", "to": "out"}
    scenario["activities"]["gate"] = {"self_service": True, "duration": "1 min"}
    scenario["stops"]["hall"] = {"lanes": 9}
    scenario["workflow"]["steps"]["look"]["split"] = split
    scenario["workflow"]["steps"]["out"] = {"stop": "hall", "do": "gate", "next": "released"}
    more = coaches(tmp_path, **{key: scenario[key] for key in
                                ("classes", "activities", "stops", "workflow")})  # fmt: skip
    assert expected_travellers(plan) == pytest.approx(240)
    assert expected_travellers(more) == pytest.approx(240 + 240 * 5 / 8 * 1.6)
