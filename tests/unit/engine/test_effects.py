"""What begins and ends with a disturbance: work, lanes, officers, equipment, who arrives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from borders import border, joint, shifts, two_stops

import bcpsim
from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import NEVER

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

AT = [{"from": "2026-04-13T00:05", "for": "20 min"}]
QUEUE = {"queue": "booth", "reaches": 2}


def outage(**effect: Any) -> dict[str, Any]:
    """Return a border with a disturbance from minute 5 to 25."""
    return border(disturbances={"outage": {"at": AT, **effect}})


def times(log: EventLog) -> list[tuple[float, float]]:
    """Return from when to when checks lasted."""
    begun, ended = log.minutes.started[0].tolist(), log.minutes.ended[0].tolist()
    return list(zip(begun, ended, strict=True))


@pytest.mark.parametrize(
    ("change", "second"),
    [
        ({"factor": 1.5}, 15),
        ({"left_out": True}, 0),
        ({"duration": "3 min"}, 3),
        ({"duration": [{"when": {"class": "car"}, "time": "4 min"}, {"time": "1 min"}]}, 4),
    ],
)
def test_work_that_begins_meanwhile_is_otherwise(
    change: dict[str, Any], second: float, run_hand: RunHand
) -> None:
    _, _, log = run_hand(outage(activities={"check": change}), cars=[0, 11, 30])
    assert times(log) == [(0, 10), (11, 11 + second), (30, 40)]


def test_who_needs_what_is_impossible_waits_until_it_is_over(run_hand: RunHand) -> None:
    scenario = outage(activities={"check": {"impossible": True}})
    _, _, log = run_hand(scenario, cars=[0, 11, 30])
    assert times(log) == [(0, 10), (25, 35), (35, 45)]
    assert log.minutes.for_equipment[0].tolist() == [0, 14, 0]


@pytest.mark.parametrize("place", [0, 1])
def test_what_any_disturbance_makes_impossible_is_so(place: int, run_hand: RunHand) -> None:
    listed = [{"at": AT, "activities": {"check": {"factor": 0.5}}}]
    listed.insert(place, {"at": AT, "activities": {"check": {"impossible": True}}})
    scenario = border(disturbances={f"one_{k}": one for k, one in enumerate(listed)})
    _, _, log = run_hand(scenario, cars=[11])
    assert times(log) == [(25, 35)]


def test_the_wait_for_what_is_impossible_is_told(engine: str) -> None:
    impossible = {"check": {"impossible": True}}
    scenario = outage(activities=impossible)
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "batch", "count": 1, "after": "11 min"}
    rows = bcpsim.run(bcpsim.load(scenario), replications=1, engine=engine).rows
    wait = {(row["measure"], row["population"]): row["estimate"] for row in rows}
    for where in ("all", "stop=booth"):
        assert wait["wait_for_equipment", where] == wait["waiting_time", where] == 14
        assert wait["wait_for_officer", where] == wait["wait_for_lane", where] == 0


def test_others_pass_those_who_need_what_is_impossible(run_hand: RunHand) -> None:
    crew = """
disturbances:
  outage:
    at: [{from: 2026-04-13T00:05, for: 20 min}]
    activities: {goods: {impossible: true}}
classes: {car: {attributes: {cargo: {full: 100 %}}}, bus: {}}
traffic: {buses: {classes: {bus: 1}, arrivals: {pattern: times, file: buses.csv, time_column: at}}}
workflow: {steps: {control: {crew: [{do: passport}, {do: goods, when: {class: car}}]}}}
"""
    _, _, log = run_hand(joint(crew), cars=[6], buses=[7])
    assert log.minutes.started[0].tolist() == [25, 7]


def test_of_several_changes_of_an_activity_the_first_listed_counts(run_hand: RunHand) -> None:
    scenario = outage(activities={"check": {"factor": 2}})
    scenario["disturbances"]["other"] = {"at": AT, "activities": {"check": {"left_out": True}}}
    _, _, log = run_hand(scenario, cars=[6])
    assert times(log) == [(6, 26)]


def test_a_part_that_another_does_stays_undone(run_hand: RunHand) -> None:
    parts = """
parts: {papers: {per: stop, duration: 4 min}}
activities: {passport: {parts: papers}, goods: {parts: papers}}
disturbances:
  outage: {at: [{from: 2026-04-13T00:05, for: 20 min}], activities: {papers: {factor: 3}}}
"""
    _, _, log = run_hand(joint(parts), cars=[0, 20])
    # Papers belong to the passport: 4 + 10, and 12 + 10; the goods take 6.
    assert log.minutes.ended.T.tolist() == [[14, 6], [42, 26]]


def test_paces_hold_for_what_is_otherwise(run_hand: RunHand) -> None:
    scenario = outage(activities={"check": {"duration": "4 min"}})
    scenario["officers"]["guards"]["skills"] = {"check": 1.5}
    _, _, log = run_hand(scenario, cars=[0, 15])
    assert times(log) == [(0, 15), (15, 21)]


def test_what_a_kiosk_waits_for_comes_before_what_takes_longer(
    run_hand: RunHand, tmp_path: Path
) -> None:
    (tmp_path / "flights.csv").write_text("at,seats\n2026-04-13T00:05,1\n", encoding="utf-8")
    scenario = outage(activities={"pay": {"factor": 3}})
    arrivals = {
        "pattern": "timetable",
        "file": "flights.csv",
        "time_column": "at",
        "seats_column": "seats",
        "load": 1,
        "unloading": "60/min",
        "ready": {"bags": {"pieces": 1, "first_after": "20 min", "rate": "1/min"}},
    }
    scenario["traffic"]["cars"]["arrivals"] = arrivals
    scenario["activities"] |= {
        "belt": {"self_service": True, "duration": "1 min", "not_before": "bags"},
        "pay": {"self_service": True, "duration": "2 min"},
    }
    scenario["workflow"]["steps"]["check"]["do"] = ["belt", "pay"]
    scenario["officers"] = shifts(("00:00", "24:00", 1))
    _, travellers, log = run_hand(scenario)
    ready = travellers.minutes.ready[0][0]
    assert log.minutes.ended[0][0] == ready + 6


def test_lanes_close_and_open_whatever_their_hours(run_hand: RunHand) -> None:
    lanes = [{"name": "day", "count": 1}, {"name": "night", "count": 2, "open": ["03:00-04:00"]}]
    for cause in ({"at": AT}, {"trigger": QUEUE, "until": 0}):
        scenario = border(disturbances={"rule": {**cause, "lanes": {"booth": 2}}})
        scenario["stops"]["booth"]["lanes"] = lanes
        scenario["officers"] = shifts(("00:00", "24:00", 3))
        _, _, log = run_hand(scenario, cars=[0, 1, 2, 3])
        first = 5 if "at" in cause else 2
        assert log.minutes.started[0].tolist() == [0, first, 10, 10 + first]


def test_what_begins_in_a_moment_does_so_before_a_rule_closes_its_lane(run_hand: RunHand) -> None:
    trigger = {"longest_wait": "booth", "reaches": "30 min"}
    rule = {"trigger": trigger, "at_most": "20 min", "until": "0 min", "closed": "booth"}
    scenario = border(disturbances={"rule": rule}, officers=shifts(("00:00", "24:00", 2)))
    scenario["stops"]["booth"]["lanes"] = [{"name": "day", "open": ["01:00-03:00"]}]
    _, _, log = run_hand(scenario, cars=[30, 30])
    # The lane opens at 60, when both have waited half an hour: from 60 to 80 it is closed again.
    assert log.minutes.started[0].tolist() == [60, 80]


def test_what_begins_in_a_moment_does_so_before_a_rule_takes_its_officer(
    run_hand: RunHand,
) -> None:
    trigger = {"on_duty": "guards", "reaches": 2}
    rule = {"trigger": trigger, "until": 0, "at_most": "20 min", "per_day": 1}
    scenario = border(disturbances={"rule": {**rule, "on_duty": {"guards": 0.5}}})
    scenario["officers"] = shifts(("01:00", "04:00", 2))
    _, _, log = run_hand(scenario, cars=[30, 30, 62, 62])
    assert log.minutes.started[0].tolist() == [60, 60, 70, 80]


def test_what_is_closed_by_the_calendar_no_rule_opens(run_hand: RunHand) -> None:
    closed = {"at": [{"from": "2026-04-13T00:10", "for": "50 min"}], "closed": "booth"}
    opens = {"trigger": {"longest_wait": "booth", "reaches": "20 min"}, "lanes": {"booth": 2}}
    scenario = border(disturbances={"closed": closed, "rule": opens})
    scenario["officers"] = shifts(("00:00", "24:00", 2))
    _, _, log = run_hand(scenario, cars=[15, 35])
    assert log.minutes.started[0].tolist() == [60, 60]


@pytest.mark.parametrize(("first", "last"), [("calendar", 45), ("rule", 35)])
def test_of_numbers_of_lanes_the_first_listed_counts_whatever_sets_it_off(
    first: str, last: float, run_hand: RunHand
) -> None:
    listed = {
        "calendar": {"at": [{"from": "2026-04-13T00:10", "for": "50 min"}], "lanes": {"booth": 1}},
        "rule": {
            "trigger": {"longest_wait": "booth", "reaches": "20 min"},
            "at_most": "5 min",
            "lanes": {"booth": 2},
        },
    }
    scenario = border(officers=shifts(("00:00", "24:00", 2)))
    scenario["disturbances"] = dict(sorted(listed.items(), reverse=first == "rule"))
    _, _, log = run_hand(scenario, cars=[15, 15, 15, 15])
    assert log.minutes.started[0].tolist() == [15, 25, 35, last]


def test_a_rule_closes_stops_keeps_officers_away_and_takes_equipment(run_hand: RunHand) -> None:
    trigger = {"trigger": {"queue": "booth", "reaches": 1, "for": "2 min"}, "at_most": "30 min"}
    trigger |= {"per_day": 1, "until": 0}
    scenario = border(officers=shifts(("00:00", "24:00", 2)), equipment={"reader": {"count": 2}})
    scenario["workflow"]["steps"]["check"]["equipment"] = "reader"
    for effect, started in (
        ({"closed": "booth"}, [0, 0, 33, 33]),
        ({"on_duty": {"guards": 0.5}}, [0, 0, 10, 20]),
        ({"out": {"reader": 1}}, [0, 0, 10, 20]),
    ):
        scenario["disturbances"] = {"rule": {**trigger, **effect}}
        _, _, log = run_hand(scenario, cars=[0, 0, 1, 1])
        assert log.minutes.started[0].tolist() == started


def test_a_piece_that_several_put_out_of_use_is_back_when_the_last_ends(run_hand: RunHand) -> None:
    at = [{"from": "2026-04-13T00:05", "for": "20 min"}]
    trigger = {"trigger": {"queue": "booth", "reaches": 1, "for": "2 min"}, "at_most": "30 min"}
    trigger |= {"per_day": 1, "until": 0, "out": {"reader": 1}}
    scenario = border(officers=shifts(("00:00", "24:00", 2)), equipment={"reader": {"count": 2}})
    scenario["workflow"]["steps"]["check"]["equipment"] = "reader"
    # From 3 to 33 one reader is left, whatever else puts the same one out.
    for others in ({}, {"second": trigger}, {"known": {"at": at, "out": {"reader": 1}}}):
        scenario["disturbances"] = {"rule": trigger, **others}
        _, _, log = run_hand(scenario, cars=[0, 0, 1, 1, 1, 1])
        assert log.minutes.started[0].tolist() == [0, 0, 10, 20, 30, 33]


def test_who_arrives_while_a_rule_turns_back_is_turned_away(run_hand: RunHand) -> None:
    scenario = border(disturbances={"rule": {"trigger": QUEUE, "arrivals": "turn_back"}})
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 11])
    assert log.ended_as(Outcome.TURNED_AWAY).tolist() == [False, False, False, True, False]
    assert log.queued[0][3] == NEVER
    assert log.minutes.departure[3] == 3


def test_who_arrives_is_diverted_or_stands_outside(run_hand: RunHand) -> None:
    for cause in ({"at": AT}, {"trigger": {"queue": "booth", "reaches": 1}}):
        scenario = border(disturbances={"rule": {**cause, "arrivals": "divert"}})
        _, _, log = run_hand(scenario, cars=[0, 4, 5, 24, 25])
        diverted = log.ended_as(Outcome.DIVERTED).tolist()
        # From minute 5 to 25; or while somebody waits, from 4 to 10.
        assert diverted == ([0, 0, 1, 1, 0] if "at" in cause else [0, 0, 1, 0, 0])
    scenario = outage(arrivals="hold")
    _, _, log = run_hand(scenario, cars=[0, 6, 7, 30])
    assert times(log) == [(0, 10), (25, 35), (35, 45), (45, 55)]
    assert log.minutes.queued[0].tolist() == [0, 6, 7, 30]  # the wait outside counts
    scenario["areas"] = {"yard": {"places": 1}}
    scenario["stops"]["booth"] |= {"waiting_area": "yard", "lanes": 1}
    _, _, log = run_hand(scenario, cars=[0, 6, 7, 8])
    assert times(log) == [(0, 10), (25, 35), (35, 45), (45, 55)]
    assert log.minutes.entered[0].tolist()[1:] == [25, 25, 35]


def test_who_stands_outside_leaves_at_a_deadline(run_hand: RunHand) -> None:
    scenario = outage(arrivals="hold")
    scenario["traffic"]["cars"]["deadline"] = "12 min"
    _, _, log = run_hand(scenario, cars=[0, 6, 24])
    assert log.ended_as(Outcome.MISSED).tolist() == [False, True, False]
    assert log.minutes.left[0][1] == 18
    assert times(log)[2] == (25, 35)


def test_who_would_come_to_a_step_goes_elsewhere(run_hand: RunHand) -> None:
    moves = [{"from": "booth", "to": "yard", "time": "1 min"}]
    moves += [{"from": "booth", "to": "exit", "time": "3 min"}]
    for to, departed in (("released", 13), ("refused", 13)):
        scenario = two_stops() | {"moves": moves}
        scenario["disturbances"] = {"rule": {"at": AT, "instead": {"look": to}}}
        _, _, log = run_hand(scenario, cars=[0, 20])
        # At 10 the look is left out; at 30 it is over.
        assert log.minutes.departure.tolist() == [departed, 36]
        assert log.minutes.started[1].tolist()[1] == 31
        assert log.outcome.tolist() == [int(Outcome[to.upper()]), int(Outcome.RELEASED)]


def test_those_who_arrive_are_sent_to_another_stop(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["workflow"]["steps"]["check"]["next"] = "released"
    scenario["workflow"]["entry"] = [{"when": {"class": "car"}, "to": "check"}, {"to": "look"}]
    trigger = {"queue": "booth", "reaches": 2}
    scenario["disturbances"] = {"rule": {"trigger": trigger, "instead": {"check": "look"}}}
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4, 30])
    # Two wait from 2 to 10.
    assert (log.queued[0] != NEVER).tolist() == [True, True, True, False, False, True]
    assert log.minutes.started[1].tolist()[3:5] == [3, 8]
    scenario["disturbances"]["rule"]["instead"] = {"check": {"to": "look", "share": 0}}
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4, 30])
    assert (log.queued[0] != NEVER).all()


def test_a_share_goes_elsewhere_by_a_number_of_the_travellers_own(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "constant", "rate": "1000/h"}
    scenario["officers"]["guards"]["shifts"][0]["count"] = 200
    scenario["officers"]["lookers"]["shifts"][0]["count"] = 200
    scenario["stops"] = {"booth": {"lanes": 200}, "yard": {"lanes": 200}}
    looked = []
    for share in (0.3, 0.8):
        instead = {"look": {"to": "released", "share": share}}
        scenario["disturbances"] = {"rule": {"hours": ["00:00-24:00"], "instead": instead}}
        _, _, log = run_hand(scenario)
        looked.append(log.queued[1] != NEVER)
    assert np.mean(looked, axis=1) == pytest.approx([0.7, 0.2], abs=0.02)
    assert not (looked[1] & ~looked[0]).any()  # who goes by at 30 % does so at 80 %, too


def test_a_reserve_comes_when_it_is_called_and_goes_when_it_is_not(run_hand: RunHand) -> None:
    reserve = {"agency": "guard", "skills": "check", "stop": "booth"}
    cause = {"trigger": {"queue": "booth", "reaches": 2}, "until": 0, "delay": "3 min"}
    for causes, windows in ((cause, ((5.0, 15.0),)), ({"at": AT}, ((5.0, 25.0),))):
        scenario = border(disturbances={"help": {**causes, "reserve": {"reserve": 1}}})
        shift = [{"from": "00:00", "to": "24:00", "count": 2}]
        scenario["officers"]["reserve"] = {**reserve, "shifts": shift}
        plan, _, log = run_hand(scenario, cars=[0, 1, 2, 3])
        # One comes at 5, one of the guards is free at 10, and the reserve takes another at 15.
        assert log.minutes.started[0].tolist() == [0, 5, 10, 15]
        assert set(log.officer[0].tolist()) == {0, 1}
        if "at" not in causes:
            spells = [(start / 6e7, end / 6e7) for _, _, start, end in log.spells.tolist()]
            assert tuple(spells) == windows
        assert plan.called == {1}


def test_a_reserve_that_nobody_calls_is_never_there(run_hand: RunHand) -> None:
    cause = {"trigger": {"queue": "booth", "reaches": 90}, "reserve": {"guards": 1}}
    scenario = border(disturbances={"help": cause})
    _, _, log = run_hand(scenario, cars=[0])
    assert (log.started == NEVER).all()
    cause["active"] = False  # nor if it can't be called at all
    assert np.array_equal(run_hand(scenario, cars=[0])[2].started, log.started)
    assert np.array_equal(log.outcome, [int(Outcome.INSIDE)])


def test_who_goes_first_changes_also_for_those_who_wait(run_hand: RunHand) -> None:
    buses = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario = border(classes={"car": {}, "bus": {}}, officers=shifts(("00:00", "24:00", 1)))
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": buses}
    first = {"priority": {"booth": [{"class": "bus"}]}}
    scenario["disturbances"] = {"rule": {"at": AT, **first}}
    _, travellers, log = run_hand(scenario, cars=[0, 1, 2, 3], buses=[4, 12])
    bus = travellers.category == 1
    # From 5 to 25 buses go first: those of minute 4 and 12 at 10 and 20.
    assert log.minutes.started[0][bus].tolist() == [10, 20]
    assert log.minutes.started[0][~bus].tolist() == [0, 30, 40, 50]
    # As the usual priority, it is taken away by nobody first.
    scenario["stops"]["booth"]["priority"] = [{"class": "bus"}]
    scenario["disturbances"]["rule"]["priority"] = {"booth": []}
    _, travellers, log = run_hand(scenario, cars=[0, 1, 2, 3], buses=[4, 12])
    # At 10 and 20 cars go first; at 30 the rule is over.
    assert log.minutes.started[0][bus].tolist() == [30, 40]
    assert log.minutes.started[0][~bus].tolist() == [0, 10, 20, 50]
    # Of two rules the first listed counts.
    scenario["disturbances"] = {"first": {"at": AT, **first}, **scenario["disturbances"]}
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3], buses=[4, 12])
    assert log.minutes.started[0][bus].tolist() == [10, 20]


NEVER_SET_OFF = {"trigger": {"queue": "booth", "reaches": 100_000}}
NO_TIME_AT_ALL = {"at": [{"from": "2026-04-13T01:00", "for": "0 min"}]}


@pytest.mark.parametrize("cause", [NEVER_SET_OFF, NO_TIME_AT_ALL])
def test_what_never_happens_changes_nothing(cause: dict[str, Any], run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["classes"] = {"car": {"attributes": {"papers": {"eu": 0.7, "visa": 0.3}}}}
    scenario["selections"] = {"risk": {"hit": 0.5, "clear": 0.5}}
    scenario["equipment"] = {"reader": {"count": 1}}
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "constant", "rate": "12/h"}
    scenario["activities"]["look"]["duration"] = {"distribution": "exponential", "mean": "3 min"}
    steps = scenario["workflow"]["steps"]
    steps["check"]["next"] = [{"when": {"risk": "hit"}, "to": "look"}, {"to": "released"}]
    steps["look"]["equipment"] = "reader"
    _, _, usual = run_hand(scenario)
    everything = {
        "activities": {"check": {"factor": 3}, "look": {"impossible": True}},
        "lanes": {"booth": 1},
        "closed": ["yard"],
        "arrivals": "divert",
        "instead": {"look": "released"},
        "selections": {"risk": {"hit": 1, "clear": 0}},
        "priority": {"booth": [{"papers": "visa"}]},
        "on_duty": {"guards": 0},
        "out": {"reader": 1},
    }
    scenario["disturbances"] = {"rule": {**cause, **everything}}
    _, _, log = run_hand(scenario)
    assert len(log.spells) == 0
    for name in ("queued", "started", "ended", "left", "lane", "officer", "departure", "outcome"):
        assert np.array_equal(getattr(log, name), getattr(usual, name)), name
