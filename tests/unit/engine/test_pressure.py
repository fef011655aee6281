"""Officers whose pace depends on the queue in front of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import border, shifts

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]


def pressed(**pressure: Any) -> dict[str, Any]:
    """Return a border with one officer, who takes 10 minutes at the usual pace."""
    scenario = border(officers=shifts(("00:00", "24:00", 1)))
    scenario["officers"]["guards"]["pressure"] = pressure
    return scenario


def test_the_pace_changes_evenly_with_how_many_wait(run_hand: RunHand) -> None:
    scenario = pressed(**{"from": 1, "to": 3, "pace": 0.6})
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4, 5])
    # Four others wait as the second begins, then three, two, one and none: from three on it takes
    # 6 minutes, with two 8, and else 10.
    ended = log.minutes.ended[0] - log.minutes.started[0]
    assert ended.tolist() == [10, 6, 6, 8, 10, 10]


def test_officers_may_be_slower_in_a_long_queue_and_the_factor_of_their_skill_counts(
    run_hand: RunHand,
) -> None:
    scenario = pressed(**{"from": 0, "to": 1, "pace": 1.5})
    scenario["officers"]["guards"]["skills"] = {"check": 0.8}
    _, _, log = run_hand(scenario, cars=[0, 1, 2])
    assert (log.minutes.ended[0] - log.minutes.started[0]).tolist() == [8, 12, 8]


def test_those_outside_a_full_area_press_too(run_hand: RunHand) -> None:
    scenario = pressed(**{"from": 1, "to": 2, "pace": 0.5})
    scenario["areas"] = {"yard": {"places": 1}}
    scenario["stops"]["booth"] |= {"waiting_area": "yard"}
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3])
    assert (log.minutes.ended[0] - log.minutes.started[0]).tolist() == [10, 5, 10, 10]
