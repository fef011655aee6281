"""A scenario in words: what it tells of traffic, and that it fits the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from places import ROOT
from printing import printed

import bcpsim
from bcpsim.demand.offered import offered_load, outside
from bcpsim.plan import compile_plan
from bcpsim.report.describe import description
from bcpsim.report.warnings import warnings
from bcpsim.sampling import sample

SCENARIOS = ROOT / "scenarios"
DATA = ROOT / "tests" / "data"


def described(name: str | Path, width: int) -> str:
    loaded = bcpsim.load(SCENARIOS / name)
    return printed(description(loaded, compile_plan(loaded)), width)


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize(
    ("name", "columns"),
    [("sea/small_ports.yaml", 12 + 1), ("air/airport_departures.yaml", 1)],  # stops and a pool
)
def test_no_line_is_wider_than_the_terminal_and_no_cell_is_broken(
    name: str, columns: int, width: int
) -> None:
    text = described(name, width)
    assert max(map(len, text.splitlines())) <= width
    hours = [line for line in text.splitlines() if line.startswith((" 13:00", " Sat 13:00"))]
    assert sum(line.count(" / ") for line in hours) == columns


def test_it_tells_the_peak_hour_of_each_kind_of_traffic() -> None:
    text = " ".join(described("land/pedestrians.yaml", 160).split())
    assert "Commuters: 1,200 expected" in text
    assert "most at 06:00 with 240/h" in text  # 1200 x 20/100
    assert "most at 11:00 with 485/h" in text
    # Residents come as 90 % of the commuters and 45 % of the shoppers.
    assert "Residents with a permit in all: most at 11:00 with 240/h" in text
    services = " ".join(described("air/airport_departures.yaml", 160).split())
    assert "40 services" in services
    assert "most at 05:00" in services
    assert "0.67/h at all hours" in described("sea/cargo_port.yaml", 160)


TABLE = {
    "pattern": "timetable",
    "file": "ferries.csv",
    "time_column": "at",
    "seats_column": "seats",
}  # ferries just after the start, in the middle, and near the end or after it
SLOTS = {
    "pattern": "slots",
    "every": "30 min",
    "places": 30,
    "open": ["00:00-06:00"],
    "late": 0.3,
    "early_by": {"distribution": "exponential", "mean": "20 min"},
    "late_by": {"distribution": "exponential", "mean": "30 min"},
}


@pytest.mark.parametrize(
    "arrivals",
    [
        SLOTS | {"admitted_early": True},
        TABLE
        | {"come_before": {"distribution": "gamma", "mean": "90 min", "cv": 0.25}, "load": 0.9},
        TABLE | {"delay": {"distribution": "exponential", "mean": "20 min"}, "unloading": "2/min"},
        TABLE | {"first_after": "5 min", "unloading": "3/min", "ramps": 2},
    ],
)
def test_it_counts_whom_a_run_simulates_and_tells_of_the_others(
    tmp_path: Path, arrivals: dict[str, Any]
) -> None:
    rows = [f"2026-07-{at},400" for at in ("11T00:45", "11T03:00", "11T05:30", "12T00:30")]
    (tmp_path / "ferries.csv").write_text("\n".join(["at,seats", *rows]), "utf-8")
    scenario = yaml.safe_load((DATA / "small.yaml").read_text("utf-8"))
    scenario["horizon"] = {"start": "2026-07-11T00:00", "duration": "6 h"}
    scenario["traffic"]["vehicles"]["arrivals"] = arrivals
    path = tmp_path / "ferries.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    plan = compile_plan(bcpsim.load(path))
    load, lost = offered_load(plan), outside(plan)
    assert lost.sum() > 20
    assert load.arrivals.sum() + lost.sum() == pytest.approx(plan.expected_arrivals)
    edges = [60 * hour for hour in range(7)]
    by_hour = np.array(
        [np.histogram(sample(plan, 1, k).minutes.arrival, edges)[0] for k in range(50)]
    )
    error = by_hour.std(axis=0) / np.sqrt(len(by_hour)) + 0.01 * by_hour.mean(axis=0)
    assert np.all(np.abs(by_hour.mean(axis=0) - load.arrivals[0]) <= 4 * error)
    (told,) = [words for words in warnings(plan) if words.startswith("traffic.vehicles")]
    assert f"{lost[0, 1]:,.0f} come after the end" in told


def test_each_hour_has_the_work_of_its_own_services(tmp_path: Path) -> None:
    (tmp_path / "ferries.csv").write_text(
        "at,seats,origin\n2026-07-11T00:00,60,near\n2026-07-11T01:00,60,far", "utf-8"
    )
    scenario = yaml.safe_load((DATA / "small.yaml").read_text("utf-8"))
    scenario["horizon"] = {"start": "2026-07-11T00:00", "duration": "2 h"}
    scenario["traffic"]["vehicles"]["arrivals"] = TABLE | {
        "attributes": {"origin": ["near", "far"]}
    }
    scenario["activities"]["passport"]["duration"] = [
        {"when": {"origin": "near"}, "time": "1 min"},
        {"time": "3 min"},
    ]
    path = tmp_path / "ferries.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    plan = compile_plan(bcpsim.load(path))
    assert offered_load(plan).stops[0].load.tolist() == pytest.approx([1, 3])


def test_stops_where_nobody_is_are_found_without_the_load() -> None:
    found = 0
    for path in sorted(SCENARIOS.glob("sea/*.yaml")):
        for loaded in bcpsim.load_variants(path):
            plan = compile_plan(loaded)
            told = list(warnings(plan))
            assert told == list(warnings(plan, offered_load(plan)))
            found += sum("nobody is on duty" in words for words in told)
    assert found >= 3


def test_a_closed_weekend_is_seen_in_a_week_and_named(tmp_path: Path) -> None:
    scenario = yaml.safe_load((DATA / "small.yaml").read_text("utf-8"))
    scenario["horizon"]["duration"] = "7 d"
    weekdays = {"from": "00:00", "to": "24:00", "days": "mon-fri"}
    scenario["officers"]["guards"]["shifts"] = [weekdays | {"count": 2}]
    scenario["stops"]["desks"]["lanes"] = [{"name": "desk", "count": 2, "open": [weekdays]}]
    scenario["classes"]["car"]["occupants"] = 1
    scenario["traffic"]["vehicles"]["deadline"] = "3 h"
    path = tmp_path / "week.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    text = described(path, 160)
    noon = next(line for line in text.splitlines() if line.startswith(" 12:00"))
    assert "0.83 / 0 = no service, Sat" in noon
    words = " ".join(text.split())
    assert "2 desks open 00:00-24:00 on mon-fri; one queue" in words
    assert "gone again after 3 h - Cars" in words  # not on average
    assert "from Booths to Desks: 1 min" in words
    assert "Booths, Desks: in 48 of 168 hours travellers come" in words
    assert "(first at Sat 18 Apr 00:00)" in words


def test_lanes_are_told_by_number_and_name() -> None:
    assert "- Standard booths: 7 booths; one queue" in described("land/peace_arch.yaml", 160)
    mixed = " ".join(described("land/ways_of_working_mixed.yaml", 160).split())
    assert "2 lanes (eu) where class is car and documents is eu, 4 lanes (cars) where" in mixed
