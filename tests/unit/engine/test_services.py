"""Timetables, self-service and deadlines on borders whose event log is known by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from places import ROOT

import bcpsim
from bcpsim.demand.offered import offered_load
from bcpsim.engine import EventLog, check_invariants
from bcpsim.kpi import Meter, Row, times_of_travellers
from bcpsim.plan import Outcome, Plan, compile_plan
from bcpsim.sampling import Block, Travellers, circumstances, sample

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]

BORDER = """
name: hand
horizon: {start: 2026-04-13T00:00, duration: 4 h}
agencies: {guard: {}}
classes: {person: {}}
traffic:
  people: {classes: {person: 1}, arrivals: {pattern: times, file: people.csv, time_column: at}}
activities: {passport: {skill: passport, duration: 10 min}}
officers:
  guards:
    agency: guard
    skills: passport
    stop: hall
    shifts: [{from: "00:00", to: "24:00", count: 1}]
stops: {hall: {lanes: 4}}
workflow: {entry: check, steps: {check: {stop: hall, do: passport, next: released}}}
"""
TIMETABLE = {"pattern": "timetable", "file": "flights.csv", "time_column": "at"}


def border(**changes: Any) -> dict[str, Any]:
    """Return the border with fields replaced, by paths with two underscores."""
    made: dict[str, Any] = yaml.safe_load(BORDER)
    for path, value in changes.items():
        *above, last = path.split("__")
        node = made
        for key in above:
            node = node[key]
        node[last] = value
    return made


@pytest.fixture
def flights(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a border with a timetable of the given rows."""

    def make(*rows: str, header: str = "at,seats", **keys: Any) -> dict[str, Any]:
        (tmp_path / "flights.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
        return border(
            traffic__people__arrivals={**TIMETABLE, "seats_column": "seats", **keys},
        )

    return make


def test_travellers_get_off_one_after_the_other(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights(
        "2026-04-13T01:00,2",
        "2026-04-13T00:10,3",
        delay="1 min",
        first_after="4 min",
        unloading="2/min",
    )
    _, travellers, _ = run_hand(scenario)
    assert travellers.minutes.arrival.tolist() == [15, 15.5, 16, 65, 65.5]


def test_without_unloading_all_come_at_once_and_those_out_of_the_horizon_do_not(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights("2026-04-12T23:50,4", "2026-04-13T00:10,2", "2026-04-13T04:00,9")
    _, travellers, log = run_hand(scenario)
    assert travellers.minutes.arrival.tolist() == [10, 10]
    assert log.minutes.started.tolist() == [[10, 20]]  # in the order of the seats


def test_the_load_is_the_share_of_seats_taken_and_a_traveller_keeps_the_numbers(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    rows = ("2026-04-13T00:10,4000,50 %", "2026-04-13T01:00,1000,0.9")
    keys: dict[str, Any] = {"header": "at,seats,taken", "load_column": "taken"}
    plan, travellers, _ = run_hand(flights(*rows, **keys, unloading="1000/min"))
    first = (travellers.minutes.arrival < 60).sum()
    assert first == pytest.approx(2000, abs=4 * 32)
    assert len(travellers) - first == pytest.approx(900, abs=4 * 10)
    assert plan.expected_arrivals == 2900
    # Nobody's number hangs on when the others come: all later by an hour.
    later = flights(*(row.replace("T00", "T02") for row in rows), **keys, unloading="1000/min")
    _, moved, _ = run_hand(later)
    assert (moved.minutes.arrival < 70).sum() == len(travellers) - first
    assert len(moved) == len(travellers)


@pytest.mark.parametrize(
    ("scale", "seats", "load"),
    [
        (1, (100, 3), (0.9, 1.0)),
        (1.2, (120, 4), (0.9, 0.9)),
        (1.1, (110, 4), (0.9, 0.825)),
        (0.5, (50, 2), (0.9, 0.75)),
        (0, (0, 0), (0.0, 0.0)),
    ],
)
def test_a_timetable_is_scaled_also_where_all_seats_are_taken(
    flights: Callable[..., dict[str, Any]],
    tmp_path: Path,
    scale: float,
    seats: tuple[int, ...],
    load: tuple[float, ...],
) -> None:
    made = flights(
        "2026-04-13T01:00,100,0.9",
        "2026-04-13T02:00,3,1",
        header="at,seats,load",
        load_column="load",
        scale=scale,
    )
    path = tmp_path / "scaled.yaml"
    path.write_text(yaml.safe_dump(made), "utf-8")
    [source] = compile_plan(bcpsim.load(path)).sources
    assert source.timetable is not None
    assert source.timetable.seats == seats
    assert source.timetable.load == pytest.approx(load)
    assert source.expected == pytest.approx(scale * 93)


def test_columns_of_the_timetable_are_attributes_for_conditions(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights(
        "2026-04-13T00:10,1,schengen,a",
        "2026-04-13T00:40,1,other,b",
        header="at,seats,origin,gate",
        attributes={"origin": ["schengen", "other"], "gate": ["a", "b"]},
    )
    scenario["selections"] = {
        "documents": [
            {"when": {"origin": "schengen"}, "shares": {"eu": 1}},
            {"shares": {"visa": 1, "eu": 0}},
        ]
    }
    scenario["moves"] = [
        {"from": "arrival", "to": "hall", "when": {"gate": "b"}, "time": "7 min"},
        {"from": "arrival", "to": "hall", "time": "2 min"},
    ]
    scenario["workflow"]["entry"] = [{"when": {"documents": "visa"}, "to": "check"}, {"to": "gone"}]
    scenario["workflow"]["steps"]["gone"] = {"stop": "hall", "do": "passport", "next": "refused"}
    plan, _, log = run_hand(scenario)
    assert log.outcome.tolist() == [Outcome.REFUSED, Outcome.RELEASED]
    assert np.nanmax(log.minutes.queued, axis=0).tolist() == [12, 47]
    load = offered_load(plan)
    assert load.arrivals.tolist() == [[2, 0, 0, 0]]
    assert load.stops[0].load.sum() == pytest.approx(2 * 10 / 60)


def test_a_machine_serves_without_an_officer_and_has_as_many_places_as_lanes(
    run_hand: RunHand,
) -> None:
    scenario = border(
        activities__passport={"self_service": True, "duration": "10 min"},
        stops__hall={"lanes": 2},
        officers__guards__skills="other",
        activities__other={"skill": "other", "duration": "1 min"},
    )
    scenario["workflow"]["steps"]["check"]["next"] = "desk"
    scenario["workflow"]["steps"]["desk"] = {"stop": "desk", "do": "other", "next": "released"}
    scenario["stops"]["desk"] = {"lanes": 1}
    scenario["officers"]["guards"]["stop"] = "desk"
    plan, travellers, log = run_hand(scenario, people=[0, 1, 2])
    assert log.minutes.started[0].tolist() == [0, 1, 10]
    assert log.officer[0].tolist() == [-1, -1, -1]
    assert log.officer[1].tolist() == [0, 0, 0]
    assert times_of_travellers(plan, travellers, log)["service_time"].tolist() == [11, 11, 11]


def test_a_hold_is_neither_waiting_nor_service(run_hand: RunHand) -> None:
    held = border(
        activities__laboratory={"hold": True, "duration": "30 min"},
        stops__yard={"lanes": 1},
        workflow__steps__check__next="wait",
        workflow__steps__wait={"stop": "yard", "do": "laboratory", "next": "released"},
    )
    plan, travellers, log = run_hand(held, people=[0, 5])
    # Checks 0-10 and 10-20; the yard has one place: held 10-40 and 40-70.
    meter = Meter(plan)
    totals = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0]
    values = dict(zip(meter.rows, totals.tolist(), strict=True))
    minutes = {
        ("hold_time", "all"): 30,
        ("hold_time", "stop=yard"): 30,
        ("service_time", "all"): 10,
        ("service_time", "stop=yard"): 0,
        ("service_time", "stop=hall"): 10,
        ("waiting_time", "all"): (5 + 20) / 2,
        ("wait_for_lane", "stop=yard"): 10,
        ("processing_time", "all"): (40 + 60) / 2,
        ("time_in_system", "all"): (40 + 65) / 2,
    }
    assert {(m, who): values[Row(m, who, "mean")] for m, who in minutes} == minutes
    assert Row("hold_time", "stop=hall", "mean") not in values  # nobody is held there
    times = times_of_travellers(plan, travellers, log)
    assert times["hold_time"].tolist() == [30, 30]

    held["activities"]["laboratory"] = {"self_service": True, "duration": "30 min"}
    plan, travellers, served = run_hand(held, people=[0, 5])
    assert (served.started == log.started).all()
    assert (served.departure == log.departure).all()
    times = times_of_travellers(plan, travellers, served)
    assert (times["hold_time"].tolist(), times["service_time"].tolist()) == ([0, 0], [40, 40])


@pytest.mark.parametrize(("per_officer", "started"), [(1, [0, 10, 20]), (2, [0, 1, 10])])
def test_an_officer_oversees_so_many_gates(
    run_hand: RunHand, per_officer: int, started: list[float]
) -> None:
    scenario = border(
        activities__passport={"self_service": True, "duration": "10 min"},
        stops__hall={"lanes": 4, "lanes_per_officer": per_officer},
        activities__other={"skill": "other", "duration": "1 min"},
        officers__guards__skills="other",
    )
    _, _, log = run_hand(scenario, people=[0, 1, 2])
    assert log.minutes.started[0].tolist() == started


def test_who_comes_after_the_closing_has_missed_it(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights("2026-04-13T01:00,1", come_before="30 min", closing="30 min")
    _, _, log = run_hand(scenario)
    assert log.outcome.tolist() == [Outcome.MISSED]
    scenario = flights("2026-04-13T01:00,2", come_before="30 min", closing="10 min", delay="5 min")
    _, travellers, log = run_hand(scenario)
    assert travellers.minutes.deadline.tolist() == [
        55,
        55,
    ]  # the departure is delayed, the people are not
    assert log.outcome.tolist() == [Outcome.RELEASED, Outcome.RELEASED]


def test_numbers_of_missed_and_released_add_up(tmp_path: Path) -> None:
    scenario = border(traffic__people__deadline="12 min")
    (tmp_path / "people.csv").write_text(
        "at\n" + "\n".join(f"2026-04-13T00:0{k}" for k in range(6)), encoding="utf-8"
    )
    path = tmp_path / "hand.yaml"
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    table = bcpsim.run(path, replications=1).measures.set_index(["measure", "population"])
    value = table["estimate"].to_dict()
    assert (value["arrivals", "all"], value["released", "all"], value["missed", "all"]) == (6, 1, 5)
    plan = compile_plan(bcpsim.load(path))
    assert sample(plan, 1, 0).minutes.deadline.tolist() == [12, 13, 14, 15, 16, 17]


def test_a_team_travels_by_the_table_and_stays_where_it_was_needed(
    run_hand: RunHand, tmp_path: Path
) -> None:
    rows = "from,to,minutes\nhall,east,20\nhall,west,30\neast,west,5\nwest,east,7\n"
    (tmp_path / "ways.csv").write_text(rows, encoding="utf-8")
    scenario = border(
        stops={"hall": {"lanes": 1}, "east": {"lanes": 1}, "west": {"lanes": 1}},
        officers__guards__stop=["hall", "east", "west"],
        officers__guards__pool={"rule": "longest_wait", "travel": {"file": "ways.csv"}},
        classes__person={"attributes": {"at": {"west": 0, "east": 1}}},
    )
    scenario["traffic"]["westerners"] = {
        "classes": {"west": 1},
        "arrivals": {"pattern": "times", "file": "westerners.csv", "time_column": "at"},
    }
    scenario["classes"]["west"] = {}
    scenario["workflow"] = {
        "entry": [{"when": {"class": "west"}, "to": "west"}, {"to": "east"}],
        "steps": {
            "west": {"stop": "west", "do": "passport", "next": "released"},
            "east": {"stop": "east", "do": "passport", "next": "released"},
        },
    }
    _, _, log = run_hand(scenario, people=[0, 62], westerners=[1, 2])
    # 20 to the east, checks until 30, 5 to the west, two checks until 55; back when called: 7.
    started = np.nanmax(log.minutes.started, axis=0)
    assert started.tolist() == [20, 35, 45, 69]


def test_a_way_back_counts_the_same_unless_the_table_says_otherwise(
    tmp_path: Path, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights("2026-04-13T01:00,2")
    scenario["stops"]["east"] = {"lanes": 1}
    scenario["officers"]["guards"]["stop"] = ["hall", "east"]
    scenario["officers"]["guards"]["pool"] = {"travel": {"file": "ways.csv", "unit": "h"}}
    path = tmp_path / "hand.yaml"
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    ways = tmp_path / "ways.csv"
    ways.write_text("from,to,minutes\nhall,east,0.5\n", encoding="utf-8")
    assert compile_plan(bcpsim.load(path)).groups[0].travel == ((0, 30), (30, 0))
    ways.write_text("from,to,minutes\nhall,east,0.5\neast,hall,1\n", encoding="utf-8")
    assert compile_plan(bcpsim.load(path)).groups[0].travel == ((0, 30), (60, 0))
    scenario["officers"]["guards"]["pool"]["travel"]["both_ways"] = False
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    ways.write_text("from,to,minutes\nhall,east,0.5\n", encoding="utf-8")
    with pytest.raises(bcpsim.ScenarioError, match="no time from east to hall"):
        bcpsim.load(path)


def test_a_batch_arrives_at_once_and_nobody_else(run_hand: RunHand) -> None:
    scenario = border(
        traffic__people__arrivals={"pattern": "batch", "count": 3, "after": "20 min"},
    )
    plan, travellers, log = run_hand(scenario)
    assert travellers.minutes.arrival.tolist() == [20.0, 20.0, 20.0]
    assert times_of_travellers(plan, travellers, log)["waiting_time"].tolist() == [0.0, 10.0, 20.0]
    assert plan.expected_arrivals == 3
    assert offered_load(plan).arrivals.sum() == 3


@pytest.mark.parametrize("batch", [{"count": 0}, {"count": 3, "after": "4 h"}])
def test_a_batch_may_be_nobody(run_hand: RunHand, batch: dict[str, Any]) -> None:
    scenario = border(traffic__people__arrivals={"pattern": "batch", **batch})
    _, travellers, _ = run_hand(scenario)
    assert len(travellers) == 0


@pytest.mark.parametrize(
    ("after", "started"),
    [
        # 20 min to the east, checked from 20 to 30 and, called at 33, from 33 on.
        (None, [20, 33, 50]),
        # At once: back at the base at 50, where it hears of the call at 33, and out again.
        ("0 s", [20, 70, 80]),
        # After two minutes idle, at 32, on the way until 52.
        ("2 min", [20, 72, 82]),
        # After four it is still there at 33; then, idle from 43, it leaves at 47.
        ("4 min", [20, 33, 87]),
    ],
)
def test_a_team_goes_back_to_its_base_when_it_has_been_idle(
    run_hand: RunHand, tmp_path: Path, after: str | None, started: list[float]
) -> None:
    (tmp_path / "ways.csv").write_text("from,to,minutes\nhall,east,20\n", encoding="utf-8")
    pool: dict[str, Any] = {"rule": "longest_wait", "travel": {"file": "ways.csv"}}
    scenario = border(
        stops={"hall": {"lanes": 1}, "east": {"lanes": 1}},
        officers__guards__stop=["hall", "east"],
        officers__guards__pool={**pool, "return_after": after},
        workflow__steps__check__stop="east",
    )
    _, _, log = run_hand(scenario, people=[0, 33, 50])
    assert log.minutes.started[0].tolist() == started


def test_a_bag_is_ready_some_time_after_its_flight(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights(
        "2026-04-13T00:10,4",
        delay="5 min",
        unloading="1/min",
        ready={"bags": {"first_after": "20 min", "rate": "0.5/min"}},
    )
    scenario["activities"] = {
        "belt": {"self_service": True, "not_before": "bags", "duration": "30 s"},
        "passport": {"skill": "passport", "duration": "18 min"},
    }
    scenario["stops"]["belts"] = {"lanes": 100}
    scenario["workflow"]["steps"]["check"]["next"] = "belt"
    scenario["workflow"]["steps"]["belt"] = {"stop": "belts", "do": "belt", "next": "released"}
    plan, travellers, log = run_hand(scenario)
    # On the belt from 35 on every 2 min, in any order; at the belt at 33, 51, 69 and 87.
    assert sorted(travellers.minutes.ready[0].tolist()) == [35, 37, 39, 41]
    assert log.minutes.started[1].tolist() == [33, 51, 69, 87]
    assert log.minutes.ended[1].tolist() == [travellers.minutes.ready[0][0], 51.5, 69.5, 87.5]
    assert {sample(plan, seed, 0).minutes.ready[0][0] for seed in range(20)} == {35, 37, 39, 41}


def test_who_has_several_pieces_waits_for_the_last_and_who_has_none_for_nothing(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights(
        "2026-04-13T00:10,3",
        "2026-04-13T01:00,2",
        ready={
            "bags": {"pieces": 2, "first_after": "10 min", "rate": "1/min"},
            "cars": {"when": {"class": "person", "by": "car"}, "first_after": "5 min"},
        },
    )
    scenario["classes"]["person"] = {"attributes": {"by": {"car": 0, "foot": 1}}}
    scenario["activities"]["passport"] = {
        "self_service": True,
        "not_before": "bags",
        "duration": "1 min",
    }
    scenario["activities"]["other"] = {"skill": "passport", "duration": "1 min"}
    plan, travellers, log = run_hand(scenario)
    assert plan.ready == ("bags", "cars")
    first, second = travellers.minutes.ready[0][:3], travellers.minutes.ready[0][3:]
    assert max(first) == 25  # the last of six
    assert max(second) == 73
    assert len(set(first.tolist())) == 3
    assert (travellers.minutes.ready[1] == -np.inf).all()
    assert log.minutes.ended[0].tolist() == travellers.minutes.ready[0].tolist()


def test_over_two_ramps_two_get_off_at_a_time(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    _, travellers, _ = run_hand(flights("2026-04-13T00:10,5", unloading="1/min", ramps=2))
    assert travellers.minutes.arrival.tolist() == [10, 10, 11, 11, 12]


def test_a_family_takes_as_many_seats_as_it_has_members(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights("2026-04-13T00:10,5", each_seat="person", unloading="1/min")
    scenario["classes"]["person"]["occupants"] = 2
    plan, travellers, _ = run_hand(scenario)
    assert travellers.occupants.tolist() == [2, 2, 1]  # the last seat holds one
    assert travellers.minutes.arrival.tolist() == [10, 12, 14]
    assert plan.expected_arrivals == 2.5
    scenario["classes"]["person"]["occupants"] = {"1": 0.5, "4": 0.5}
    rows = ("2026-04-13T00:10,400,50 %", "2026-04-13T01:00,100,0.9")
    keys: dict[str, Any] = {"header": "at,seats,taken", "load_column": "taken"}
    plan, travellers, _ = run_hand(
        {**scenario, **flights(*rows, **keys, each_seat="person")}
        | {"classes": scenario["classes"]}
    )
    assert travellers.occupants.sum() == pytest.approx(290, abs=40)  # each seat taken is one
    assert len(travellers) == pytest.approx(plan.expected_arrivals, rel=0.15)


def test_a_full_quay_stops_the_unloading_in_the_order_of_the_deck(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights("2026-04-13T00:10,6")
    scenario["activities"]["drive_off"] = {"self_service": True, "duration": "1 min"}
    scenario["areas"] = {"quay": {"places": 2}}
    scenario["stops"] = {"ramp": {"lanes": 1}, "hall": {"lanes": 1, "waiting_area": "quay"}}
    scenario["workflow"]["entry"] = "ramp"
    scenario["workflow"]["steps"]["ramp"] = {"stop": "ramp", "do": "drive_off", "next": "check"}
    plan, travellers, log = run_hand(scenario)
    ramp = [step.name for step in plan.steps].index("ramp")
    # Over the ramp one by one: the first to the booth, two to the quay; then it stops until
    # the booth takes the next, every 10 min, and nobody passes on deck.
    assert log.minutes.started[ramp].tolist() == [10, 11, 12, 13, 21, 31]
    assert log.minutes.left[ramp].tolist() == [11, 12, 13, 21, 31, 41]
    assert log.minutes.started[1 - ramp].tolist() == [11, 21, 31, 41, 51, 61]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_blocked"].tolist() == [0, 0, 0, 7, 9, 9]


def test_the_shipped_hall_sends_only_those_to_gates_who_may_use_them() -> None:
    path = ROOT / "scenarios" / "air" / "airport_arrivals.yaml"
    plan = compile_plan(bcpsim.load(path, variant="e_gates"))
    travellers = sample(plan, 1, 0)
    steps = [step.name for step in plan.steps]
    attributes = [attribute.name for attribute in plan.attributes]

    def of(name: str, value: str) -> Any:
        number = attributes.index(name)
        return travellers.attributes[number] == plan.attributes[number].values.index(value)

    at_gates = travellers.entry == steps.index("e_gate")
    assert at_gates.any()
    for name, value in (("documents", "eu"), ("age", "adult"), ("chip", "readable")):
        assert of(name, value)[at_gates].all()
    fails = at_gates & of("gate_use", "fails")
    after = travellers.following[steps.index("e_gate")]
    assert fails.any()
    assert (after[fails] == steps.index("eu_check")).all()
    assert (after[at_gates & ~fails] != steps.index("eu_check")).all()
    # In transit: abroad nobody enters, within Schengen nobody passes belts and customs.
    assert (travellers.entry[of("journey", "abroad")] == -1 - Outcome.RELEASED).all()
    onward = of("journey", "schengen")
    for step in ("eu_check", "passport_check", "interview"):
        there = travellers.following[steps.index(step)][onward]
        assert not np.isin(there, [steps.index("reclaim"), steps.index("search")]).any()


def test_a_bag_taken_before_it_is_there_is_noticed(
    run_hand: RunHand, flights: Callable[..., dict[str, Any]]
) -> None:
    scenario = flights("2026-04-13T00:10,1", ready={"bags": {"first_after": "20 min"}})
    scenario["activities"]["passport"] = {
        "self_service": True,
        "not_before": "bags",
        "duration": "1 min",
    }
    scenario["activities"]["other"] = {"skill": "passport", "duration": "1 min"}
    plan, travellers, log = run_hand(scenario)
    early = replace(log, ended=log.ended - 1, left=log.left - 1)
    with pytest.raises(bcpsim.errors.InvariantError, match="before what it waits for is ready"):
        check_invariants(plan, Block.of(travellers, circumstances(plan, 1, 0)), early, "")
