"""How much faster officers are under pressure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from borders import border, shifts

import bcpsim


def pressed_time(tmp_path: Path, **changes: Any) -> dict[str, float]:
    """Return the time of six checks under pressure, in per cent of the usual, by population."""
    (tmp_path / "cars.csv").write_text(
        "at\n" + "".join(f"2026-04-13T00:0{k}\n" for k in range(6)), encoding="utf-8"
    )
    scenario = border(officers=shifts(("00:00", "24:00", 1)), **changes)
    scenario["officers"]["guards"]["pressure"] = {"from": 1, "to": 3, "pace": 0.6}
    scenario["officers"]["others"] = {**scenario["officers"]["guards"], "stop": "spare"}
    del scenario["officers"]["others"]["pressure"]
    scenario["stops"]["spare"] = {"lanes": 1}
    scenario["traffic"]["cars"]["arrivals"]["file"] = str(tmp_path / "cars.csv")
    loaded = bcpsim.load(scenario, allowed=[tmp_path])
    rows = bcpsim.run(loaded, replications=1, engine="simpy").rows
    return {row["population"]: row["estimate"] for row in rows if row["measure"] == "pressed_time"}


def test_checks_take_the_time_of_the_queue(tmp_path: Path) -> None:
    # Of 10 minutes each: 10, 6, 6, 8, 10 and 10, by how many wait as they begin.
    found = pressed_time(tmp_path)
    assert found == pytest.approx({"agency=guard": 100 * 50 / 60, "officers=guards": 100 * 50 / 60})


def test_checks_that_a_disturbance_changes_are_left_out(tmp_path: Path) -> None:
    slow = {"hours": ["00:00-00:05"], "activities": {"check": {"factor": 2}}}
    # The first takes 20 minutes, and doesn't count; five wait then, so that 6, 6, 8, 10, 10 follow.
    found = pressed_time(tmp_path, disturbances={"slow": slow})
    assert found["officers=guards"] == pytest.approx(100 * 40 / 50)
