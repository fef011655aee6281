"""A border with one booth and more cars than it can check, which tests change."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

BOOTH: dict[str, Any] = {
    "name": "booth",
    "horizon": {"start": "2026-04-13T00:00", "duration": "24 h"},
    "agencies": {"guard": {}},
    "classes": {"car": {}},
    "traffic": {
        "cars": {"classes": {"car": 1.0}, "arrivals": {"pattern": "constant", "rate": "70/h"}}
    },
    "activities": {"papers": {"skill": "papers", "duration": "1 min"}},
    "officers": {
        "guards": {
            "agency": "guard",
            "skills": "papers",
            "stop": "booths",
            "shifts": [{"from": "00:00", "to": "24:00", "count": 1}],
        }
    },
    "stops": {"booths": {"title": "Booths", "lanes": 1}},
    "workflow": {
        "entry": "check",
        "steps": {"check": {"stop": "booths", "do": "papers", "next": "released"}},
    },
    "variants": {"two": {"officers": {"guards": {"shifts": [
        {"from": "00:00", "to": "24:00", "count": 2}
    ]}}, "stops": {"booths": {"lanes": 2}}}},
}  # fmt: skip


def written(folder: Path, **arrivals: Any) -> Path:
    """Write the border to a folder, with some values of its arrivals replaced."""
    scenario = copy.deepcopy(BOOTH)
    scenario["traffic"]["cars"]["arrivals"].update(arrivals)
    path = folder / "booth.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    return path


def circle(folder: Path) -> Path:
    """Write a border on which six cars block one another between two stops for ever."""
    scenario = copy.deepcopy(BOOTH)
    guards = scenario["officers"]["guards"]
    scenario["officers"]["searchers"] = {**guards, "stop": "yard"}
    scenario["areas"] = {"queue": {"title": "Approach", "places": 2}, "apron": {"places": 1}}
    scenario["stops"] = {
        "booths": {"title": "Booths", "lanes": 1, "waiting_area": "queue"},
        "yard": {"title": "Yard", "lanes": 1, "waiting_area": "apron"},
    }
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "batch", "count": 6}
    scenario["workflow"]["steps"] = {
        "check": {"stop": "booths", "do": "papers", "next": "search"},
        "search": {"stop": "yard", "do": "papers", "next": "again"},
        "again": {"stop": "booths", "do": "papers", "next": "released"},
    }
    del scenario["variants"]
    path = folder / "yard.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    return path
