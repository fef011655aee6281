"""Those who come to a full waiting area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from borders import (
    joint,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


@pytest.mark.parametrize(
    ("rule", "outcomes"), [("turn_away", [1, 1, 4]), ("wait_outside", [1] * 3)]
)
def test_arrivals_at_a_full_area(rule: str, outcomes: list[int], run_hand: RunHand) -> None:
    extra = f"""
areas: {{road: {{places: 1}}}}
stops: {{hall: {{waiting_area: road, when_full: {rule}}}}}
"""
    _, _, log = run_hand(joint(extra), cars=[0, 1, 2])
    assert log.outcome.tolist() == outcomes
    assert log.minutes.queued[0][:2].tolist() == [0, 1]
    if rule == "wait_outside":
        assert log.minutes.queued[0][2] == 2
        assert log.minutes.started[0].tolist() == [0, 10, 20]
    else:
        assert log.minutes.departure[2] == 2


def test_who_comes_with_others_finds_the_places_of_those_who_start(run_hand: RunHand) -> None:
    extra = """
areas: {road: {places: 3}}
stops: {hall: {waiting_area: road, when_full: turn_away}}
officers:
  guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}
  customs: {shifts: [{from: 00:00, to: 24:00, count: 2}]}
"""
    _, _, log = run_hand(joint(extra), cars=[5] * 7)
    # Two start at once, three take places, and two are turned away.
    assert log.outcome.tolist() == [1] * 5 + [4] * 2
    assert log.minutes.started[0][:5].tolist() == [5, 5, 15, 15, 25]
    assert np.isnan(log.minutes.queued[0][5:]).all()
    assert log.minutes.departure[5:].tolist() == [5, 5]
    assert log.minutes.for_lane.sum() == 0


def test_a_place_that_another_leaves_at_the_same_time_is_taken(run_hand: RunHand) -> None:
    extra = """
areas: {road: {places: 1}}
stops: {hall: {waiting_area: road, when_full: turn_away}}
"""
    _, _, log = run_hand(joint(extra), cars=[0, 1, 10, 10])
    # At 10 the second starts, the third takes its place, and the fourth is turned away.
    assert log.outcome.tolist() == [1, 1, 1, 4]
    assert log.minutes.started[0][:3].tolist() == [0, 10, 20]
