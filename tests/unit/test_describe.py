"""A scenario in words: what it tells of traffic, and that it fits the terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

import bcpsim
from bcpsim.kpi.offered import offered_load
from bcpsim.plan import compile_plan
from bcpsim.report.describe import description
from bcpsim.report.unstaffed import unstaffed

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def described(name: str, width: int) -> str:
    loaded = bcpsim.load(SCENARIOS / name)
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(description(loaded, compile_plan(loaded), width))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("name", ["sea/small_ports.yaml", "air/airport_departures.yaml"])
def test_no_line_is_wider_than_the_terminal_and_no_cell_is_broken(name: str, width: int) -> None:
    text = described(name, width)
    assert max(map(len, text.splitlines())) <= width
    stops = len(bcpsim.load(SCENARIOS / name).scenario.stops)
    hours = [line for line in text.splitlines() if line.startswith((" 13:00", " Sat 13:00"))]
    assert sum(line.count(" / ") for line in hours) == stops


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


def test_stops_where_nobody_is_are_found_without_the_load() -> None:
    found = 0
    for path in sorted(SCENARIOS.glob("sea/*.yaml")):
        for loaded in bcpsim.load_variants(path):
            plan = compile_plan(loaded)
            warnings = list(unstaffed(plan))
            assert warnings == list(unstaffed(plan, offered_load(plan)))
            found += len(warnings)
    assert found >= 3
