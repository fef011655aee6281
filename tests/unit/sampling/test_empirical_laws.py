"""Observed times from a file stand wherever a law may stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from places import DATA

import bcpsim
from bcpsim.plan import compile_plan
from bcpsim.sampling import circumstances, sample

RICH = DATA / "rich.yaml"

OBSERVED = {"distribution": "empirical", "file": "observed.csv", "column": "minutes", "unit": "min"}
TIMETABLE = {"pattern": "timetable", "file": "f.csv", "time_column": "at", "seats_column": "seats"}
CARS = {"car": "100 %"}


def mixed(law: dict[str, Any]) -> dict[str, Any]:
    """Return a law as a part of a mixture, cut and shifted."""
    cut = {"distribution": "truncated", "of": law, "high": "1 h"}
    later = {"distribution": "shifted", "of": cut, "by": "1 s"}
    parts = [{"share": 0.5, "time": later}, {"share": 0.5, "time": law}]
    return {"distribution": "mixture", "parts": parts}


LAWS = {
    "by_regime", "come_before", "deadline", "delay", "duration", "early_by", "first_after",
    "late_by", "per_occupant", "register", "repair", "request_delay", "time", "uptime",
}  # fmt: skip
"""Keys whose values are laws."""


def everywhere(node: Any, law: Any) -> tuple[Any, int]:
    """Return a part of a scenario with its laws replaced, and how many were."""
    if isinstance(node, list):
        made = [everywhere(value, law) for value in node]
        return [new for new, _ in made], sum(count for _, count in made)
    if not isinstance(node, dict):
        return node, 0
    changed: dict[str, Any] = {}
    count = 0
    for key, value in node.items():
        if key == "by_regime":
            changed[key], found = dict.fromkeys(value, law), len(value)
        elif key in LAWS and not isinstance(value, list):
            changed[key], found = law, 1
        else:
            skipped = key in ("horizon", "control", "occupants_with")  # times there are no laws
            changed[key], found = (value, 0) if skipped else everywhere(value, law)
        count += found
    return changed, count


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "observed.csv").write_text("minutes\n5\n10\n", encoding="utf-8")
    (tmp_path / "f.csv").write_text("at,seats\n2026-04-13T01:00,20\n", encoding="utf-8")
    return tmp_path


def border() -> dict[str, Any]:
    """Return a scenario with a law in every kind of place."""
    made: dict[str, Any] = yaml.safe_load(RICH.read_text(encoding="utf-8"))
    ready = {"bags": {"first_after": "1 min"}}
    flights = TIMETABLE | {"delay": "1 min", "first_after": "1 min", "ready": ready}
    ferries = TIMETABLE | {"come_before": "30 min"}
    slots = {"pattern": "slots", "every": "30 min", "places": 2, "late": 0.5}
    slots |= {"early_by": "1 min", "late_by": "1 min"}
    each = {"time": "1 min", "per_occupant": "1 min", "per_occupant_with": {"register": "1 min"}}
    made["classes"]["car"]["occupants_with"] = {"register": 0.5}
    made["activities"]["passport"]["duration"] = [each]
    made["traffic"] |= {
        "flights": {"classes": CARS, "arrivals": flights},
        "ferries": {"classes": CARS, "arrivals": ferries},
        "booked": {"classes": CARS, "arrivals": slots, "deadline": "3 h"},
    }
    return made


@pytest.mark.parametrize("law", [OBSERVED, mixed(OBSERVED)], ids=["alone", "in a mixture"])
@pytest.mark.parametrize("in_variant", [False, True])
def test_observed_times_stand_wherever_a_law_may(
    folder: Path, law: dict[str, Any], in_variant: bool
) -> None:
    file = folder / "border.yaml"
    written, _ = everywhere(border(), "1 min")
    changed, count = everywhere(written, law)
    assert count == 21
    written = written | {"variants": {"other": changed}} if in_variant else changed
    file.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    loaded = bcpsim.load(file, variant="other" if in_variant else None)
    plan = compile_plan(loaded)
    again = sample(plan, 1, 0)
    circumstances(plan, 1, 0)
    flights = [s for s in plan.sources if s.timetable is not None]
    assert [len(again.arrival[again.source == plan.sources.index(s)]) for s in flights] == [20, 20]

    names = {name: f"{name}.kept" for name in loaded.files}
    for name, kept in names.items():
        (folder / name).rename(folder / kept)
    stored = folder / "stored.yaml"
    stored.write_text(loaded.to_yaml(names), encoding="utf-8")
    assert bcpsim.load(stored).hash == loaded.hash


def test_a_service_is_late_by_a_time_that_was_observed(folder: Path) -> None:
    made = border()
    made["traffic"] = {"flights": {"classes": CARS, "arrivals": TIMETABLE | {"delay": OBSERVED}}}
    file = folder / "border.yaml"
    file.write_text(yaml.safe_dump(made, sort_keys=False), encoding="utf-8")
    plan = compile_plan(bcpsim.load(file))
    came = {float(sample(plan, 1, k).minutes.arrival[0]) for k in range(20)}
    assert came == {65.0, 70.0}
