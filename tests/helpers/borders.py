"""Borders so small that the whole event log is known by hand."""

from __future__ import annotations

import re
from typing import Any

import yaml

START = "2026-04-13T00:00"


def border(**changes: Any) -> dict[str, Any]:
    """Return a border with one stop and services of 10 minutes, fields by paths with `__`."""
    scenario: dict[str, Any] = {
        "name": "hand",
        "horizon": {"start": START, "duration": "4 h"},
        "agencies": {"guard": {}},
        "classes": {"car": {}},
        "traffic": {
            "cars": {
                "classes": {"car": 1},
                "arrivals": {"pattern": "times", "file": "cars.csv", "time_column": "at"},
            }
        },
        "activities": {"check": {"skill": "check", "duration": "10 min"}},
        "officers": {
            "guards": {
                "agency": "guard",
                "skills": "check",
                "stop": "booth",
                "shifts": [{"from": "00:00", "to": "24:00", "count": 1}],
            }
        },
        "stops": {"booth": {"lanes": 4}},
        "workflow": {
            "entry": "check",
            "steps": {"check": {"stop": "booth", "do": "check", "next": "released"}},
        },
    }
    for path, value in changes.items():
        *above, last = path.split("__")
        node = scenario
        for key in above:
            node = node[key]
        node[last] = value
    return scenario


def shifts(*rows: tuple[str, str, int]) -> dict[str, Any]:
    """Return officers of the stop by (from, to, count)."""
    listed = [{"from": start, "to": end, "count": count} for start, end, count in rows]
    return {"guards": {"agency": "guard", "skills": "check", "stop": "booth", "shifts": listed}}


def two_stops(**second: Any) -> dict[str, Any]:
    """Return a border with two stops, one officer each, 10 and 5 minutes."""
    officer = {"agency": "guard", "shifts": [{"from": "00:00", "to": "24:00", "count": 1}]}
    return border(
        activities={
            "check": {"skill": "check", "duration": "10 min"},
            "look": {"skill": "look", "duration": "5 min"},
        },
        officers={
            "guards": {**officer, "skills": "check", "stop": "booth"},
            "lookers": {**officer, "skills": "look", "stop": "yard"},
        },
        stops={"booth": {"lanes": 4}, "yard": {"lanes": 4}},
        workflow={
            "entry": "check",
            "steps": {
                "check": {"stop": "booth", "do": "check", "next": "look"},
                "look": {"stop": "yard", "do": "look", "next": "released", **second},
            },
        },
    )


def two_crossings(**more: Any) -> dict[str, Any]:
    """Return two crossings with a booth, an officer and checks of 10 minutes each.

    All cars usually go to the near one, which is 2 minutes away; the other is 7 away.
    """
    guards = {"agency": "guard", "skills": "check"}
    guards["shifts"] = [{"from": "00:00", "to": "24:00", "count": 1}]
    scenario = border(
        officers={
            "near_guards": {**guards, "stop": "near_booth"},
            "far_guards": {**guards, "stop": "far_booth"},
        },
        stops={"near_booth": {"lanes": 1}, "far_booth": {"lanes": 1}},
        workflow={
            "entry": [{"when": {"crossing": "near"}, "to": "near"}, {"to": "far"}],
            "steps": {
                "near": {"stop": "near_booth", "do": "check", "next": "released"},
                "far": {"stop": "far_booth", "do": "check", "next": "released"},
            },
        },
    )
    crossings = {"near": {"stops": "near_booth"}, "far_off": {"stops": "far_booth"}}
    drives = {"cars": {"near": "2 min", "far_off": "7 min"}}
    return {**scenario, "crossings": crossings, "drives": drives, **more}


Scenario = dict[str, Any]


JOINT = """
name: hand
horizon: {start: 2026-04-13T00:00, duration: 4 h}
agencies: {guard: {}, customs: {}}
classes: {car: {}, bus: {}}
traffic:
  cars: {classes: {car: 1}, arrivals: {pattern: times, file: cars.csv, time_column: at}}
activities:
  passport: {skill: passport, duration: 10 min}
  goods: {skill: goods, duration: 6 min}
officers:
  guards:
    {agency: guard, skills: passport, stop: hall, shifts: [{from: 00:00, to: 24:00, count: 1}]}
  customs:
    {agency: customs, skills: goods, stop: hall, shifts: [{from: 00:00, to: 24:00, count: 1}]}
stops: {hall: {lanes: 4}}
workflow:
  entry: control
  steps:
    control:
      stop: hall
      crew: [{do: passport}, {do: goods}]
      next: released
"""


SEPARATE = """
stops: {hall: null, booth: {lanes: 2}, desk: {lanes: 2}}
officers: {guards: {stop: booth}, customs: {stop: desk}}
workflow:
  entry: first
  steps:
    control: null
    first: {stop: booth, do: passport, next: second}
    second: {stop: desk, do: goods, next: released}
"""


def joint(*overrides: str) -> Scenario:
    """Return the joint stop, with overrides laid over it."""
    scenario: Scenario = read(JOINT)
    for text in overrides:
        scenario = laid(scenario, read(text))
    return scenario


def read(text: str) -> Any:
    """Read YAML, with clock times as text as in YAML 1.2."""
    return yaml.safe_load(re.sub(r"(?<![T\d])(\d\d:\d\d(-\d\d:\d\d)?)", r'"\1"', text))


def separate(*overrides: str) -> Scenario:
    """Return two stops one after the other, with overrides laid over them."""
    return joint(SEPARATE, *overrides)


def laid(under: Any, over: Any) -> Any:
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    merged = {**under, **{k: laid(under.get(k), v) for k, v in over.items()}}
    return {key: value for key, value in merged.items() if value is not None}


def with_buses(scenario: Scenario) -> Scenario:
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source}
    return scenario


def scanner(sharing: str, more: str = "") -> str:
    return f"""
equipment: {{scanner: {{owner: customs, sharing: {sharing}, {more}}}}}
workflow: {{steps: {{first: {{equipment: scanner}}}}}}
"""
