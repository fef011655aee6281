"""Changes by timetable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import (
    border,
    scanner,
    separate,
    shifts,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_the_vehicle_in_hand_is_finished_after_the_shift(run_hand: RunHand) -> None:
    scenario = border(officers=shifts(("00:00", "01:00", 1), ("02:00", "04:00", 1)))
    _, _, log = run_hand(scenario, cars=[55, 56])
    assert log.minutes.ended[0].tolist() == [65, 130]
    assert log.minutes.started[0].tolist() == [55, 120]
    assert log.officer[0].tolist() == [0, 1]


def test_nobody_starts_until_fewer_are_busy_than_on_duty(run_hand: RunHand) -> None:
    # Three officers until 01:00, then one: both vehicles in hand must be done first.
    scenario = border(officers=shifts(("00:00", "01:00", 2), ("00:00", "04:00", 1)))
    _, _, log = run_hand(scenario, cars=[54, 57, 61])
    assert log.minutes.ended[0][:2].tolist() == [64, 67]
    assert log.minutes.started[0][2] == 67


def test_a_closed_lane_takes_nobody(run_hand: RunHand) -> None:
    stops = {"booth": {"lanes": [{"name": "day", "open": ["01:00-02:00"]}]}}
    scenario = border(stops=stops)
    _, _, log = run_hand(scenario, cars=[0, 115, 116])
    # The third waits until the lane opens on the next day.
    assert log.minutes.started[0].tolist() == [60, 115, 25 * 60]


def test_equipment_in_maintenance_takes_nothing_new(run_hand: RunHand) -> None:
    _, _, log = run_hand(separate(scanner("shared", "maintenance: 00:05-01:00")), cars=[0, 12])
    assert log.minutes.started[0].tolist() == [0, 60]
    assert log.minutes.ended[0].tolist() == [10, 70]


def test_failures_are_repaired_in_the_hours_of_whoever_is_responsible(run_hand: RunHand) -> None:
    more = "failures: {uptime: 30 min, repair: 10 min, repaired: 01:00-02:00}"
    _, _, log = run_hand(separate(scanner("shared", more)), cars=[29, 40, 75])
    # Fails at 30, repaired from 60 to 70; fails at 100, repaired by 110, and so on.
    assert log.minutes.started[0].tolist() == [29, 70, 80]
