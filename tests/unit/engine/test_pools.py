"""Officers of pools: where they go, and when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from borders import (
    border,
    separate,
    with_buses,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_an_officer_of_a_pool_helps_where_the_queue_is(run_hand: RunHand) -> None:
    pool = """
officers:
  guards: {stop: [booth, desk], skills: [passport, goods], pool: {walk: 2 min, stay: 5 min}}
  customs: null
"""
    _, _, log = run_hand(separate(pool), cars=[0, 30])
    # At the booth from the start; free at 10, walks to the desk and back as needed.
    assert log.minutes.started[0].tolist() == [0, 32]
    assert log.minutes.started[1].tolist()[0] == 12
    assert log.minutes.ended[1].tolist()[0] == 18


def test_a_pool_stays_at_least_so_long(run_hand: RunHand) -> None:
    pool = """
officers:
  guards: {stop: [booth, desk], skills: [passport, goods], pool: {walk: 2 min, stay: 25 min}}
  customs: null
"""
    _, _, log = run_hand(separate(pool), cars=[0, 12])
    # At the desk from 12 on; back at the booth at 12 + 25 + 2.
    assert log.minutes.started[0].tolist() == [0, 39]


def test_two_pools_come_where_both_are_needed(run_hand: RunHand) -> None:
    extra = """
officers:
  guards: {stop: [booth, desk], pool: {walk: 2 min}}
  customs: {stop: [booth, desk], pool: {walk: 3 min}}
workflow:
  entry: second
  steps: {first: null, second: {do: null, crew: [{do: passport}, {do: goods}]}}
"""
    _, _, log = run_hand(separate(extra), cars=[0])
    assert log.minutes.started.tolist() == [[3], [3]]


def test_of_two_officers_who_could_help_one_comes(run_hand: RunHand) -> None:
    extra = """
officers:
  guards: {stop: [booth, desk], skills: goods, pool: {walk: 2 min}}
  customs: {stop: [booth, desk], pool: {walk: 3 min}}
workflow: {entry: second, steps: {first: null}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 20])
    # The pool asked last goes; the other stays away also from the second car.
    assert log.minutes.started.tolist() == [[3, 20]]
    assert log.officer.tolist() == [[1, 1]]


@pytest.mark.parametrize(("rule", "second"), [("longest_queue", "desk"), ("longest_wait", "booth")])
def test_rules_of_a_pool(rule: str, second: str, run_hand: RunHand) -> None:
    # Cars go to the booth, buses to the desk; the one officer is busy with a car until 10.
    extra = f"""
officers:
  guards: {{stop: [booth, desk], skills: [passport, goods], pool: {{rule: {rule}}}}}
  customs: null
workflow:
  entry: [{{when: {{class: bus}}, to: second}}, {{to: first}}]
  steps: {{first: {{next: released}}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1], buses=[2, 3])
    started = {"booth": log.minutes.started[0][1], "desk": log.minutes.started[1][2]}
    assert started[second] == 10


def test_no_officer_of_a_pool_leaves_a_queue_that_keeps_each_of_them_busy(
    run_hand: RunHand,
) -> None:
    # Cars go to the booth, buses to the desk; two officers are free at the same time.
    extra = """
officers:
  guards:
    stop: [booth, desk]
    skills: [passport, goods]
    pool: {walk: 2 min}
    shifts: [{from: 00:00, to: 24:00, count: 2}]
  customs: null
workflow:
  entry: [{when: {class: bus}, to: second}, {to: first}]
  steps: {first: {next: released}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 0, 1, 2, 3, 4], buses=[5, 26, 27])
    assert sorted(log.minutes.started[0][:6]) == [0, 0, 10, 10, 20, 20]
    # At 30 three buses wait: both go, since both can begin.
    assert sorted(log.minutes.started[1][6:]) == [32, 32, 38]


def test_officers_of_a_pool_share_themselves_out_between_equal_queues(run_hand: RunHand) -> None:
    extra = """
officers:
  guards:
    stop: [booth, desk]
    skills: [passport, goods]
    shifts: [{from: 00:00, to: 24:00, count: 2}]
  customs: null
workflow:
  entry: [{when: {class: bus}, to: second}, {to: first}]
  steps: {first: {next: released}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 0, 1, 2], buses=[3, 4])
    # At 10 two wait at each: one officer goes, and then both queues are as long.
    assert sorted(log.minutes.started[0][:4]) == [0, 0, 10, 20]
    assert sorted(log.minutes.started[1][4:]) == [10, 16]


PLACES = ["base", "north", "south", "cape"]
WAYS = {("base", "north"): 30, ("base", "south"): 40, ("base", "cape"): 25, ("north", "cape"): 5}
"""Minutes between places along a coast; all others are 60 apart."""

Coast = Callable[..., list[float]]
ALL_DAY = {"from": "00:00", "to": "24:00"}


@pytest.fixture
def coast(run_hand: RunHand, tmp_path: Path) -> Coast:
    """Return when boats begin checks of 10 minutes, of calls at minutes by place."""

    def begun(boats: dict[str, Any], **calls: list[float]) -> list[float]:
        pairs = [(a, b) for a in PLACES for b in PLACES if a != b]
        rows = (f"{a},{b},{WAYS.get((a, b), WAYS.get((b, a), 60))}" for a, b in pairs)
        (tmp_path / "ways.csv").write_text("\n".join(["from,to,minutes", *rows]), "utf-8")
        scenario = border(
            classes={place: {"attributes": {"place": {place: 1}}} for place in PLACES},
            risk_indices={
                "finds": {
                    "of": "place",
                    "criteria": {"finds": {"values": dict(zip(PLACES, [1, 2, 9, 5], strict=True))}},
                    "levels": {"high": 50, "low": 0},
                }
            },
            officers={name: boat(**own) for name, own in boats.items()},
            stops={place: {"lanes": 4} for place in PLACES},
        )
        scenario["activities"]["tow"] = {"skill": "tow", "duration": "1 h"}
        arrivals = {"pattern": "times", "time_column": "at"}
        scenario["traffic"] = {
            place: {"classes": {place: 1}, "arrivals": {**arrivals, "file": f"{place}.csv"}}
            for place in calls
        }
        scenario["workflow"] = {
            "entry": [
                *({"when": {"place": place}, "to": f"at_{place}"} for place in PLACES[1:]),
                {"to": "at_base"},
            ],
            "steps": {
                f"at_{place}": {"stop": place, "do": "check", "next": "released"}
                for place in PLACES
            },
        }
        _, travellers, log = run_hand(scenario, **calls)
        order = travellers.arrival.argsort(kind="stable")
        found: list[float] = np.nanmax(log.minutes.started, axis=0)[order].tolist()
        return found

    return begun


def boat(base: str = "base", skill: str = "check", count: int = 1, **pool: str) -> dict[str, Any]:
    """Return boats with a base, which go to all other places too."""
    return {
        "agency": "guard",
        "skills": skill,
        "stop": [base, *(place for place in PLACES if place != base)],
        "pool": {"travel": {"file": "ways.csv"}, **pool},
        "shifts": [{**ALL_DAY, "count": count}],
    }


@pytest.mark.parametrize(("sent", "begins"), [("listed", 75), ("nearest", 55)])
def test_of_a_group_who_is_nearest_may_be_sent(coast: Coast, sent: str, begins: float) -> None:
    # The first boat is at work at the base until 10, so the second goes north, and is idle there
    # from 41 on, 5 minutes from the cape; the first is 25 away.
    begun = coast({"boats": {"count": 2, "sent": sent}}, base=[0], north=[1], cape=[50])
    assert begun == [0, 31, begins]


@pytest.mark.parametrize("names", [("guards", "customs"), ("customs", "guards")])
def test_of_two_agencies_who_is_nearest_may_be_sent(coast: Coast, names: tuple[str, str]) -> None:
    bases = {"guards": "base", "customs": "north"}

    def of(**sent: str) -> list[float]:
        boats = {name: {"base": bases[name], "sent": sent[name]} for name in names}
        return coast(boats, cape=[0])

    # Else the pool that is asked last goes, wherever its boats are.
    assert of(guards="listed", customs="listed") == [5 if names[1] == "customs" else 25]
    assert of(guards="nearest", customs="nearest") == [5]
    if names[1] == "guards":  # customs' own boats aren't the centre's to send
        assert of(guards="nearest", customs="listed") == [25]


def test_who_is_nearest_is_sent_only_if_able_and_free(coast: Coast) -> None:
    nearest = {"sent": "nearest"}
    guards, customs = {"base": "base", **nearest}, {"base": "north", **nearest}
    assert coast({"customs": {**customs, "skill": "tow"}, "guards": guards}, cape=[0]) == [25]
    # At 5 customs are at work in the north; at 11, when the guards are on their way, no longer.
    assert coast({"customs": customs, "guards": guards}, north=[0], cape=[5]) == [0, 30]
    assert coast({"customs": customs, "guards": guards}, north=[0], cape=[11]) == [0, 16]
    # Of two calls at once each is answered by the nearest, and nobody drives to both.
    assert coast({"customs": customs, "guards": guards}, south=[0], cape=[0]) == [40, 5]


@pytest.mark.parametrize(
    ("rule", "first"),
    [("longest_wait", "north"), ("nearest", "cape"), ("highest_index", "south")],
)
def test_boats_go_where_who_has_waited_longest_where_it_is_near_or_by_an_index(
    coast: Coast, rule: str, first: str
) -> None:
    pool = {"rule": rule} | ({"index": "finds"} if rule == "highest_index" else {})
    begun = coast({"boats": pool}, base=[0], north=[1], cape=[2], south=[3])
    # Free at 10: 30 minutes to the north, 25 to the cape, 40 south.
    ways = {"north": 30, "cape": 25, "south": 40}
    assert begun[1 + list(ways).index(first)] == 10 + ways[first] == min(begun[1:])
