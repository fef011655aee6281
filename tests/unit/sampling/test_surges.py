"""Surges and late services: more of a source, and a timetable that isn't kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from borders import border, shifts
from printing import printed

import bcpsim
from bcpsim.demand.offered import offered_load
from bcpsim.plan import compile_plan
from bcpsim.report.describe import description
from bcpsim.sampling import sample

SCENARIO = border(
    horizon={"start": "2026-04-13T06:00", "duration": "6 h"},
    traffic__cars__arrivals={"pattern": "constant", "rate": "60 /h"},
    activities__check__duration="10 s",
    officers=shifts(("00:00", "24:00", 4)),
)
RUSH = {"at": [{"from": "2026-04-13T08:00", "for": "2 h"}], "surge": {"cars": 3}}


def loaded(disturbance: dict[str, Any], **changes: Any) -> bcpsim.LoadedScenario:
    return bcpsim.load({**SCENARIO, "disturbances": {"rush": disturbance}, **changes})


def test_a_surge_adds_to_the_rate_at_its_times() -> None:
    usual, more = compile_plan(loaded(RUSH)).sources
    assert usual.expected == 360
    assert (more.name, more.surge, more.expected) == ("cars/rush", "rush", 240)
    rates = dict(zip(more.edges, more.rates, strict=False))
    assert (rates[0.0], rates[120.0], rates[240.0]) == (0, 2, 0)


@pytest.mark.parametrize("times", [1, 3])
def test_the_usual_travellers_come_as_ever(times: int) -> None:
    plan = compile_plan(loaded({**RUSH, "surge": {"cars": times}}))
    usual = sample(compile_plan(bcpsim.load(SCENARIO)), 1, 0)
    drawn = sample(plan, 1, 0)
    own = drawn.source == 0
    assert (times > 1) == (not own.all())
    assert drawn.arrival[own].tolist() == usual.arrival.tolist()
    assert drawn.durations[:, own].tolist() == usual.durations.tolist()


def test_the_load_counts_a_surge_and_says_so() -> None:
    said = {}
    for active in (True, False):
        scenario = loaded({**RUSH, "active": active})
        plan = compile_plan(scenario)
        said[active] = printed(description(scenario, plan), 100)
        assert offered_load(plan).arrivals.sum() == pytest.approx(600 if active else 360)
    assert "Disturbances, which the load below leaves out, but for surges\n" in said[True]
    assert "Disturbances, which the load below leaves out\n" in said[False]


def test_a_surge_that_is_switched_off_changes_nothing() -> None:
    off = compile_plan(loaded({**RUSH, "active": False}))
    assert off.sources == compile_plan(bcpsim.load(SCENARIO)).sources


def test_what_it_did_is_measured() -> None:
    frame = bcpsim.run(loaded(RUSH), replications=40, engine="simpy").measures
    values = frame.set_index(["measure", "population"])["estimate"]
    assert values["surge_arrivals", "disturbance=rush"] == pytest.approx(240, abs=4 * 240**0.5 / 6)
    assert values["disturbed_arrivals", "disturbance=rush"] > values["surge_arrivals"].item()


def test_the_delay_is_that_of_those_who_come_as_ever() -> None:
    slow = {"activities": {"check": {"skill": "check", "duration": "3 min"}}}
    frame = bcpsim.run(loaded(RUSH, **slow), replications=10, engine="simpy").measures
    values = frame.set_index(["measure", "population"])["estimate"]
    assert values["delay_caused", "all"] > 10
    none = bcpsim.run(
        loaded({**RUSH, "surge": {"cars": 1}}, **slow), replications=3, engine="simpy"
    )
    assert none.measures.set_index("measure")["estimate"]["delay_caused"] == 0


TRAINS = "time,seats,train\n06:30,50,ic1\n07:30,50,ec45\n"


def trains(tmp_path: Path, late: dict[str, Any], **arrivals: Any) -> bcpsim.LoadedScenario:
    rows = TRAINS.replace("\n0", "\n2026-04-13 0")
    (tmp_path / "trains.csv").write_text(rows, encoding="utf-8")
    source = {
        "classes": {"car": 1},
        "arrivals": {
            "pattern": "timetable",
            "file": str(tmp_path / "trains.csv"),
            "load": 1,
            "attributes": {"train": ["ic1", "ec45"]},
            **arrivals,
        },
    }
    disturbance = {"hours": ["07:00-12:00"], "late": {"trains": late}}
    return bcpsim.load(
        {**SCENARIO, "traffic": {"trains": source}, "disturbances": {"rush": disturbance}},
        allowed=[tmp_path],
    )


@pytest.mark.parametrize(
    ("late", "minutes"),
    [
        ({"by": "40 min"}, [30, 130]),
        ({"by": "40 min", "when": {"train": "ec45"}}, [30, 130]),
        ({"by": "40 min", "when": {"train": "ic1"}}, [30, 90]),
    ],
)
def test_services_that_are_due_meanwhile_are_late(
    tmp_path: Path, late: dict[str, Any], minutes: list[int]
) -> None:
    travellers = sample(compile_plan(trains(tmp_path, late)), 1, 0)
    assert np.unique(travellers.arrival / 60e6).tolist() == minutes


def test_who_takes_a_ferry_that_is_late_comes_as_ever(tmp_path: Path) -> None:
    times = {"come_before": "20 min", "closing": "5 min"}
    usual = sample(compile_plan(trains(tmp_path, {"by": "1 s"}, **times)), 1, 0)
    late = sample(compile_plan(trains(tmp_path, {"by": "40 min"}, **times)), 1, 0)
    assert late.arrival.tolist() == usual.arrival.tolist()
    later = (late.deadline - usual.deadline) / 60e6
    assert later.round(1).tolist() == [0.0] * 50 + [40.0] * 50
