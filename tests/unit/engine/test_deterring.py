"""Those who come from outside, and turn back at the sight of the queue."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from borders import border, two_stops

from bcpsim.engine import EventLog
from bcpsim.kpi import Meter, Row
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Block, Travellers, circumstances
from bcpsim.sampling.ticks import NEVER

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

RELEASED, DETERRED = int(Outcome.RELEASED), int(Outcome.DETERRED)


def test_who_finds_too_many_before_turns_back(run_hand: RunHand) -> None:
    scenario = border(stops={"booth": {"lanes": 4, "deters": {2: "100 %"}}})
    plan, travellers, log = run_hand(scenario, cars=[0, 1, 2, 3, 11])
    # At 3 two wait. At 11 the first of them has started.
    assert log.outcome.tolist() == [RELEASED, RELEASED, RELEASED, DETERRED, RELEASED]
    assert log.queued[0, 3] == NEVER
    assert log.minutes.departure.tolist() == [10, 20, 30, 3, 40]
    meter = Meter(plan)
    found = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0]
    for row, value in {
        Row("deterred", "all", "total"): 1,
        Row("released", "all", "total"): 4,
        Row("waiting_time", "all", "mean"): (9 + 18 + 19) / 4,
    }.items():
        assert found[meter.rows.index(row)] == pytest.approx(value), row


def test_of_those_who_come_together_each_sees_who_stays_before(run_hand: RunHand) -> None:
    scenario = border(stops={"booth": {"lanes": 4, "deters": {1: "100 %"}}})
    scenario["officers"]["guards"]["shifts"][0]["count"] = 2
    _, _, log = run_hand(scenario, cars=[0, 0, 0, 0, 0])
    # Two start at once, one waits.
    assert log.outcome.tolist() == [RELEASED] * 3 + [DETERRED] * 2


def test_with_nobody_to_wait_it_is_a_loss_system(run_hand: RunHand) -> None:
    scenario = border(stops={"booth": {"lanes": 1, "deters": {0: "100 %"}}})
    _, _, log = run_hand(scenario, cars=[0, 1, 10])
    assert log.outcome.tolist() == [RELEASED, DETERRED, RELEASED]


def test_those_outside_a_full_area_count(run_hand: RunHand) -> None:
    stop = {"lanes": 1, "deters": {3: "100 %"}, "waiting_area": "yard"}
    scenario = border(stops={"booth": stop}, areas={"yard": {"places": 1}})
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4])  # at 4 one is in the area, two outside
    assert log.outcome.tolist() == [RELEASED] * 4 + [DETERRED]
    assert log.entered[0, 4] == NEVER


def test_the_share_grows_with_the_queue_by_the_number_of_each(run_hand: RunHand) -> None:
    deters = [{"when": {"class": "car"}, "shares": {0: 0, 5: "50 %", 20: "100 %"}}]
    scenario = border(stops={"booth": {"lanes": 1, "deters": deters}})
    _, travellers, log = run_hand(scenario, cars=[0.01 * k for k in range(200)])
    at = travellers.deterred_at[0]
    assert set(at.tolist()) == {5, 20}
    assert 70 < (at == 5).sum() < 130
    waiting = 0
    for k in range(1, 200):  # the first starts; nobody is done before all have come
        assert (log.outcome[k] == DETERRED) == (waiting >= at[k])
        waiting += log.outcome[k] != DETERRED


def test_those_who_come_from_another_stop_stay(run_hand: RunHand) -> None:
    scenario = two_stops()
    scenario["stops"]["yard"]["deters"] = {0: "100 %"}
    scenario["activities"]["look"]["duration"] = "30 min"
    _, _, log = run_hand(scenario, cars=[0, 1])
    assert log.outcome.tolist() == [RELEASED, RELEASED]
