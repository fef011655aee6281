"""What a replay is made from, on borders whose events are known by hand."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from borders import two_stops

import bcpsim
from bcpsim.errors import InputError
from bcpsim.report import recording
from bcpsim.report.recording import Recording
from bcpsim.report.stage import stages
from bcpsim.runs.events import Events


def recorded(folder: Path, times: list[str], **changes: Any) -> Recording:
    day = changes.get("horizon", {"start": "2026-04-13T00:00"})["start"][:10]
    rows = "".join(f"{day}T{time}\n" for time in times)
    (folder / "cars.csv").write_text(f"at\n{rows}", encoding="utf-8")
    scenario = two_stops()
    scenario.update(changes)
    (folder / "border.json").write_text(json.dumps(scenario), encoding="utf-8")
    kept: list[Events] = []

    def keep(events: Events) -> dict[str, float]:
        kept.append(events)
        return {}

    bcpsim.run(folder / "border.json", replications=1, each=keep)
    return Recording(kept[0])


def content(made: Recording) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(gzip.decompress(b64decode(made.content({}))))
    return data


def test_columns_hold_seconds_since_the_last_event(tmp_path: Path) -> None:
    data = content(recorded(tmp_path, ["00:00:00.5", "00:04:00"]))
    assert data["travellers"]["came"] == [1, 239]  # rounded up
    assert data["travellers"]["visits"] == [2, 2]
    assert data["travellers"]["gone"] == [0, 0]
    visits = data["visits"]
    assert visits["gap"] == [0, 0, 0, 0]
    assert visits["wait"] == [0, 0, 361, 0]  # until 00:10:00.5
    assert visits["stay"] == [600, 300, 600, 300]
    assert visits["held"] == [0, 0, 0, 0]
    assert data["work"]["count"] == [1, 1, 1, 1]
    assert data["work"]["after"] == data["work"]["before"] == [0, 0, 0, 0]


def test_who_is_still_there_has_no_time(tmp_path: Path) -> None:
    horizon = {"start": "2026-04-13T00:00", "duration": "1 h", "ending": "cut"}
    made = recorded(tmp_path, ["00:52", "00:53"], horizon=horizon)
    data = content(made)
    assert data["travellers"]["gone"] == [-1, -1]
    assert data["visits"]["wait"] == [0, -1]
    assert data["visits"]["stay"] == [-1, -1]
    assert data["visits"]["lane"][1] == -1
    assert made.end == 3600


def test_the_clock_follows_summer_time(tmp_path: Path) -> None:
    horizon = {"start": "2026-03-29T00:00", "duration": "4 h", "time_zone": "Europe/Warsaw"}
    made = recorded(tmp_path, ["00:00"], horizon=horizon)
    (first, offset), (second, later) = content(made)["clock"]
    assert (first, second) == (0, 2 * 3600)
    assert later - offset == 3600


def test_most_who_wait_have_room_on_the_stage(tmp_path: Path) -> None:
    made = recorded(tmp_path, ["00:00:00"] * 3 + ["00:20:00"])
    assert made.most_waiting(0) == 2
    ((svg, places),) = stages([made])
    assert made.moves == {(-1, 0), (0, 1)}
    assert [way[:2] for way in places["ways"]] == [[-1, 0], [0, 1]]
    *_, width, height, place = places["stops"][0]["queue"]
    assert (width // place) * (height // place) >= 2
    assert len(places["stops"][0]["lanes"]) == 4
    assert svg.count("data-stop=") == 2


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = recorded(tmp_path, ["00:00", "00:04"])
    monkeypatch.setattr(recording, "MOST_VISITS", 3)
    with pytest.raises(InputError, match="a replay of 4 visits would be too large"):
        made.content({})
