"""Who is inside at a time of a run, as the start of another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from borders import two_stops

import bcpsim
from bcpsim.results.tables import frame_csv
from bcpsim.runs.standing import as_traffic, waiting_at


def crossing(tmp_path: Path, **changes: Any) -> Path:
    """Write two stops of 10 and 5 minutes, a minute apart, to which cars come at given minutes."""
    lines = [f"2026-04-13T00:{minute:02d}" for minute in (0, 1, 2, 16)]
    (tmp_path / "cars.csv").write_text("\n".join(["at", *lines]), encoding="utf-8")
    scenario = two_stops() | {"moves": [{"from": "booth", "to": "yard", "time": "1 min"}]}
    scenario["classes"] = {"car": {"occupants": 2, "attributes": {"papers": {"eu": 1}}}}
    (tmp_path / "cross.yaml").write_text(yaml.safe_dump(scenario | changes), encoding="utf-8")
    return tmp_path / "cross.yaml"


def kept(path: Path) -> bcpsim.StoredResult:
    """Return the result of two replications, read back from its folder."""
    bcpsim.save(bcpsim.run(path, replications=2), path.parent / "kept")
    return bcpsim.load_result(path.parent / "kept")


def test_who_is_inside_waits_for_the_step_at_hand(tmp_path: Path) -> None:
    result = kept(crossing(tmp_path))
    # The first is checked until 10, moves until 11, and is looked at until 16.
    expected: dict[int, list[tuple[str, float]]] = {
        0: [("check", 0)],
        5: [("check", 5), ("check", 4), ("check", 3)],
        10: [("check", 9), ("check", 8), ("look", 0)],
        13: [("check", 12), ("check", 11), ("look", 2)],
        16: [("check", 15), ("check", 14), ("check", 0)],
        55: [],
    }
    for minute, inside in expected.items():
        frame = waiting_at(result, at=datetime(2026, 4, 13, 0, minute))
        assert len(frame) == 2 * len(inside)
        own = frame[frame["replication"] == 1]
        assert list(zip(own["step"], own["waited"], strict=True)) == inside
        assert set(own["occupants"]) <= {2}
        assert set(own["papers"]) <= {"eu"}


def test_another_run_goes_on_from_there(tmp_path: Path) -> None:
    path = crossing(tmp_path)
    frame = waiting_at(kept(path), at=datetime(2026, 4, 13, 0, 10))
    (tmp_path / "left.csv").write_text(frame_csv(frame), encoding="utf-8")
    scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
    scenario["horizon"]["start"] = "2026-04-13T00:10"
    scenario["traffic"] |= yaml.safe_load(as_traffic(frame, "left.csv", 2))["traffic"]
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    times = [
        bcpsim.run(bcpsim.load(path), replications=2, event_log="all").travellers,
        bcpsim.run(bcpsim.load(crossing(tmp_path)), replications=2, event_log="all").travellers,
    ]
    # No check lasts over minute 10, so that all leave as if the run had gone on; but the first,
    # who was on the way, is at the next stop a minute sooner.
    after, through = (sorted(str(t)[11:16] for t in one["departure"])[::2] for one in times)
    assert through == ["00:16", "00:26", "00:36", "00:46"]
    assert after == ["00:15", "00:26", "00:36", "00:46"]


def test_times_outside_the_run_and_groups_that_split_are_told(tmp_path: Path) -> None:
    result = kept(crossing(tmp_path))
    with pytest.raises(bcpsim.InputError, match="expected a time from 2026-04-13T00:00 to 2026-"):
        waiting_at(result, at=datetime(2026, 4, 12, 23, 59))
    scenario = yaml.safe_load((tmp_path / "cross.yaml").read_text(encoding="utf-8"))
    scenario["classes"]["person"] = {}
    split = {"classes": {"person": 1}, "stay": 1, "to": "released"}
    scenario["workflow"]["steps"]["check"]["split"] = split
    (tmp_path / "cross.yaml").write_text(yaml.safe_dump(scenario), encoding="utf-8")
    with pytest.raises(bcpsim.InputError, match="who gets out of a vehicle can't wait"):
        waiting_at(kept(tmp_path / "cross.yaml"), at=datetime(2026, 4, 13, 0, 10))
