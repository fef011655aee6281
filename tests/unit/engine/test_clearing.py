"""Stops that a disturbance clears: who waits there leaves unchecked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import border, two_stops

from bcpsim.engine import EventLog
from bcpsim.kpi import Meter, Row
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Block, Travellers, circumstances

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

RELEASED, SENT_AWAY = int(Outcome.RELEASED), int(Outcome.SENT_AWAY)
AT = [{"from": "2026-04-13T00:05", "for": "20 min"}]
CLEARED = {"at": AT, "closed": "all", "inside": "leave"}


def test_who_waits_leaves_and_a_check_in_hand_is_finished(run_hand: RunHand) -> None:
    scenario = border(disturbances={"alarm": CLEARED})
    plan, travellers, log = run_hand(scenario, cars=[0, 1, 2, 26])
    assert log.outcome.tolist() == [RELEASED, SENT_AWAY, SENT_AWAY, RELEASED]
    assert log.minutes.departure.tolist() == [10, 5, 5, 36]
    meter = Meter(plan)
    found = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0]
    assert found[meter.rows.index(Row("sent_away", "all", "total"))] == 2
    assert found[meter.rows.index(Row("gave_up", "stop=booth", "total"))] == 2


def test_who_comes_meanwhile_leaves_too(run_hand: RunHand) -> None:
    scenario = border(disturbances={"alarm": CLEARED})
    _, _, log = run_hand(scenario, cars=[7])
    assert (log.outcome.tolist(), log.minutes.departure.tolist()) == ([SENT_AWAY], [7])


def test_who_is_held_outside_comes_in_afterwards(run_hand: RunHand) -> None:
    scenario = border(disturbances={"alarm": {**CLEARED, "arrivals": "hold"}})
    _, _, log = run_hand(scenario, cars=[7])
    assert (log.outcome.tolist(), log.minutes.departure.tolist()) == ([RELEASED], [35])


def test_a_trigger_clears_a_stop(run_hand: RunHand) -> None:
    trigger = {"queue": "booth", "reaches": 3}
    alarm = {"trigger": trigger, "at_most": "30 min", "closed": "booth", "inside": "leave"}
    scenario = border(disturbances={"alarm": alarm})
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 40])
    assert log.outcome.tolist() == [RELEASED, *[SENT_AWAY] * 3, RELEASED]
    assert log.minutes.departure.tolist() == [10, 3, 3, 3, 50]


def test_who_comes_from_another_stop_leaves(run_hand: RunHand) -> None:
    scenario = two_stops()
    second = list(scenario["stops"])[1]
    scenario["disturbances"] = {"alarm": {**CLEARED, "closed": second}}
    _, _, log = run_hand(scenario, cars=[0])
    assert log.outcome.tolist() == [SENT_AWAY]


@pytest.mark.parametrize("changes", [{"at": []}, {"active": False}])
def test_at_no_time_it_does_nothing(changes: dict[str, Any], run_hand: RunHand) -> None:
    scenario = border(disturbances={"alarm": {**CLEARED, "hours": "23:00-24:00", **changes}})
    _, _, log = run_hand(scenario, cars=[0, 1])
    assert log.outcome.tolist() == [RELEASED, RELEASED]
