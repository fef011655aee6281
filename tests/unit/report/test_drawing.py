"""The crossing drawn: what it shows, that it stands alone, and that names do no harm."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from borders import border
from places import ROOT

import bcpsim
from bcpsim.plan import compile_plan
from bcpsim.report.crossing import Crossing, crossing
from bcpsim.report.drawing import drawing

SHIPPED = sorted(ROOT.glob("scenarios/*/*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"
ATTACK = "</text><script>alert(1)</script> \" onload='x' & co"


def crossings(source: Any) -> list[Crossing]:
    return [crossing(one, compile_plan(one)) for one in bcpsim.load_variants(source)]


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [text.text or "" for text in root.iter(f"{SVG}text") if not text.get("aria-hidden")]


def constant(**changes: Any) -> dict[str, Any]:
    arrivals = {"pattern": "constant", "rate": "30/h"}
    return border(traffic={"cars": {"classes": {"car": 1}, "arrivals": arrivals}}, **changes)


def test_it_shows_flows_times_lanes_rooms_and_officers() -> None:
    scenario = constant(
        stops={
            "booth": {"title": "Booths", "lanes": 3, "waiting_area": "yard"},
            "hall": {"title": "Hall", "lanes": 14},
        },
        areas={"yard": {"title": "Yard", "places": 20}},
        moves=[
            {"from": "booth", "to": "hall", "time": "90 s", "when": {"class": "car"}},
            {"from": "booth", "to": "hall", "time": "4 min"},
        ],
        officers={
            "guards": {
                "title": "Guards",
                "agency": "guard",
                "skills": "check",
                "stop": ["booth", "hall"],
                "shifts": [
                    {"from": "00:00", "to": "24:00", "count": 1},
                    {"from": "01:00", "to": "02:00", "count": 4},
                ],
            }
        },
        workflow={
            "entry": "check",
            "steps": {
                "check": {
                    "stop": "booth",
                    "do": "check",
                    "next": {"to": {"search": "10 %", "released": "90 %"}},
                },
                "search": {"stop": "hall", "do": "check", "next": "refused"},
            },
        },
    )
    (one,) = crossings(scenario)
    shown = texts(drawing([one]))
    for text in ("Booths", "Hall", "20", "Waits in: Yard", "× 14", "→ leaves 108", "⊘ refused 12"):
        assert text in shown
    assert "120" in shown  # arrive in 4 hours
    assert "12 · 1.5 to 4 min" in shown
    joined = " ".join(shown).replace("\N{NO-BREAK SPACE}", " ")
    assert "Guards (guard, for 2 stops): 1 to 5" in joined
    assert "From Booths to Hall: 12" in drawing([one])  # in words, for those who don't see it


@pytest.mark.parametrize("file", SHIPPED, ids=[file.stem for file in SHIPPED])
def test_every_shipped_scenario_is_drawn(file: Path) -> None:
    found = crossings(file)
    svg = drawing(found)
    root = ElementTree.fromstring(svg)
    assert svg == drawing(found)  # the same bytes
    assert len(svg) < 60_000 * len(found)
    for one in found:
        assert one.title in texts(svg)
    width, height = (float(root.get(name, "")) for name in ("width", "height"))
    for rect in root.iter(f"{SVG}rect"):
        if rect.get("x") is not None:
            assert 0 <= float(rect.get("x", "")) <= width - float(rect.get("width", ""))
            assert 0 <= float(rect.get("y", "")) <= height - float(rect.get("height", ""))


def test_hostile_names_are_text() -> None:
    scenario = constant(
        title=ATTACK,
        classes={"car": {"title": ATTACK}},
        stops={"booth": {"lanes": 1, "title": ATTACK}},
    )
    svg = drawing(crossings(scenario))
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "text", "g"}
    assert ATTACK in texts(svg)[0]
    assert not re.search(r"<[^>]*\son\w+=", svg)
    assert re.findall(r"https?://[^\"']*", svg) == ["http://www.w3.org/2000/svg"]


def test_a_loop_is_drawn_below() -> None:
    steps = {
        "check": {
            "stop": "booth",
            "do": "check",
            "at_most": 2,
            "afterwards": "refused",
            "next": {"to": {"search": "50 %", "released": "50 %"}},
        },
        "search": {"stop": "hall", "do": "check", "next": "check"},
    }
    scenario = constant(
        stops={"booth": {"lanes": 1}, "hall": {"lanes": 1}},
        workflow={"entry": "check", "steps": steps},
        officers={
            "guards": {
                "agency": "guard",
                "skills": "check",
                "stop": ["booth", "hall"],
                "shifts": [{"from": "00:00", "to": "24:00", "count": 1}],
            }
        },
    )
    (one,) = crossings(scenario)
    counts = {(way.origin, way.target): way.count for way in one.ways}
    assert counts == pytest.approx(
        {("", "booth"): 120, ("booth", "hall"): 90, ("hall", "booth"): 60}
    )  # who was searched twice is refused there
    assert ElementTree.fromstring(drawing([one])) is not None


def test_variants_have_their_stops_in_the_same_places() -> None:
    found = crossings(ROOT / "scenarios/land/ways_of_working_mixed.yaml")
    root = ElementTree.fromstring(drawing(found))
    lefts: dict[str, set[str]] = {}
    for box in root.iter(f"{SVG}g"):
        title, rect = box.find(f"{SVG}title"), box.find(f"{SVG}rect")
        assert title is not None
        assert rect is not None
        lefts.setdefault(title.text or "", set()).add(rect.get("x", ""))
    assert {"Passport", "Customs", "Control", "Truck hall"} <= lefts.keys()
    assert all(len(found) == 1 for found in lefts.values())
