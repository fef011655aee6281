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
from bcpsim.sampling.ticks import NEVER

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


def test_other_shares_of_a_selection_send_others_by_the_same_numbers(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["selections"] = {"risk": {"hit": 0.5, "clear": 0.5}}
    scenario["workflow"]["steps"]["check"]["next"] = [
        {"when": {"risk": "hit"}, "to": "look"},
        {"to": "released"},
    ]
    scenario["activities"]["check"]["duration"] = "0 s"
    scenario["activities"]["look"]["duration"] = "0 s"
    minutes = [float(k) for k in range(60)]
    plan, drawn, usual = run_hand(scenario, cars=minutes)
    hit = drawn.attributes[0] == plan.attributes[0].values.index("hit")
    looked = usual.queued[1] != NEVER
    assert looked.tolist() == hit.tolist()
    assert 15 < hit.sum() < 45
    sent: dict[float, list[bool]] = {}
    for share in (0, 0.2, 0.8, 1):
        shares = {"hit": share, "clear": 1 - share}
        stretch = [{"from": "2026-04-13T00:30", "for": "20 min"}]
        scenario["disturbances"] = {"rule": {"at": stretch, "selections": {"risk": shares}}}
        _, _, log = run_hand(scenario, cars=minutes)
        now = log.queued[1] != NEVER
        assert now[:30].tolist() == looked[:30].tolist()  # before it, and after
        assert now[50:].tolist() == looked[50:].tolist()
        sent[share] = now[30:50].tolist()
    assert not any(sent[0])
    assert all(sent[1])
    for low, high in ((0.2, 0.8),):  # who is selected at a low share is so at a high one
        assert all(more or not few for few, more in zip(sent[low], sent[high], strict=True))
        assert sum(sent[low]) <= sum(looked[30:50]) <= sum(sent[high])


def test_other_shares_decide_where_those_go_who_arrive(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["selections"] = {"risk": {"hit": 0, "clear": 1}}
    scenario["workflow"]["entry"] = [{"when": {"risk": "hit"}, "to": "look"}, {"to": "check"}]
    scenario["workflow"]["steps"]["check"]["next"] = "released"
    trigger = {"queue": "booth", "reaches": 2}
    rule = {"trigger": trigger, "selections": {"risk": {"hit": 1, "clear": 0}}}
    scenario["disturbances"] = {"rule": rule}
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4, 30])
    # Two wait at the booth from 2 to 10.
    assert (log.queued[1] != NEVER).tolist() == [False, False, False, True, True, False]
