"""What is in hand at the end of a shift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import (
    joint,
    separate,
)

from bcpsim.engine import EventLog, holdings
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


@pytest.mark.parametrize(
    ("handover", "ended", "officer"),
    [
        ("{in_hand: finish}", [65, 75], [0, 1]),
        # The relief takes over at 60 what would end at 65, and needs 2 minutes more.
        ("{in_hand: hand_over, time: 2 min}", [67, 77], [1, 1]),
        # Nobody takes vehicles in the first five minutes of a shift; so it is finished.
        ("{in_hand: hand_over, time: 2 min, briefing: 5 min}", [65, 75], [0, 1]),
        ("{briefing: 8 min}", [65, 78], [0, 1]),
    ],
)
def test_what_happens_at_a_change_of_shift(
    handover: str, ended: list[int], officer: list[int], run_hand: RunHand
) -> None:
    extra = f"""
officers:
  guards:
    shifts: [{{from: 00:00, to: 01:00, count: 1}}, {{from: 01:00, to: 04:00, count: 1}}]
    handover: {handover}
workflow: {{steps: {{first: {{next: released}}, second: null}}}}
"""
    plan, travellers, log = run_hand(separate(extra), cars=[55, 58])
    assert log.minutes.ended[0].tolist() == ended
    assert log.officer[0].tolist() == officer
    held = holdings(plan, travellers, log).minutes
    assert held.end.sum() - held.start.sum() == sum(ended) - 55 - log.minutes.started[0][1]


def test_a_crew_hands_over_one_of_its_tasks(run_hand: RunHand) -> None:
    extra = """
officers:
  customs:
    shifts: [{from: 00:00, to: 01:00, count: 1}, {from: 01:00, to: 04:00, count: 1}]
    handover: {in_hand: hand_over, time: 7 min}
"""
    _, _, log = run_hand(joint(extra), cars=[55])
    assert log.minutes.ended.tolist() == [[65], [68]]  # customs are now the last to end
    assert log.minutes.left.tolist() == [[68]]


def test_a_crew_that_is_handed_over_as_a_whole_ends_once(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 10 min}}
officers:
  guards: &shifts
    shifts: [{from: 00:00, to: 01:00, count: 1}, {from: 01:00, to: 04:00, count: 1}]
    handover: {in_hand: hand_over, time: 1 min}
  customs: *shifts
"""
    _, _, log = run_hand(joint(extra), cars=[55, 70])
    assert log.minutes.ended.tolist() == [[66, 80], [66, 80]]
    assert log.officer.tolist() == [[1, 1], [3, 3]]
