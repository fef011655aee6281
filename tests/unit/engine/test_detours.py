"""Ways that nobody can be sent, and rules that follow one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from borders import two_stops

import bcpsim
from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

AT = [{"from": "2026-04-13T00:05", "for": "20 min"}]


def test_of_several_detours_the_first_listed_counts(run_hand: RunHand) -> None:
    scenario = two_stops()
    first = {"at": AT, "instead": {"look": "refused"}}
    scenario["disturbances"] = {
        "none": {"at": AT, "instead": {"look": {"to": "released", "share": 0}}},
        "one": first,
        "two": {"at": AT, "instead": {"look": "detained"}},
    }
    _, _, log = run_hand(scenario, cars=[0])
    assert log.outcome.tolist() == [int(Outcome.REFUSED)]


def test_where_travellers_went_is_in_the_log(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["disturbances"] = {"one": {"at": AT, "instead": {"look": "refused"}}}
    _, travellers, log = run_hand(scenario, cars=[0, 30])
    assert travellers.following[0].tolist() == [1, 1]
    refused = -1 - int(Outcome.REFUSED)
    assert log.sent.tolist() == [[refused, 1], [-2, -2], [0, 0]]


def test_nobody_can_be_sent_where_somebody_could_come_twice(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["disturbances"] = {"one": {"at": AT, "instead": {"look": "check"}}}
    with pytest.raises(bcpsim.ScenarioError, match="a way leads from check to look"):
        run_hand(scenario, cars=[0])


def test_who_has_no_time_left_does_not_stand_outside(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["traffic"]["cars"]["deadline"] = "0 s"
    scenario["disturbances"] = {"one": {"at": AT, "arrivals": "hold"}}
    _, _, log = run_hand(scenario, cars=[10])
    assert log.outcome.tolist() == [int(Outcome.MISSED)]
    assert log.minutes.departure.tolist() == [10]
