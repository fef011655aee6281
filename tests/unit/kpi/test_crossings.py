"""Measures of each crossing of a region, on logs that are known by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import two_crossings

from bcpsim.engine import EventLog
from bcpsim.engine.replicate import as_it_was
from bcpsim.kpi import Meter
from bcpsim.plan import Plan
from bcpsim.sampling import Block, Travellers, circumstances

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]


def measured(run: Run) -> dict[str, float]:
    """Return the values of a run by measure, population and statistic."""
    plan, travellers, log = run
    block, log = as_it_was(plan, Block.of(travellers, circumstances(plan, 1, 0)), log)
    meter = Meter(plan)
    totals = meter.measure(block, log).totals[0].tolist()
    return {str(row): value for row, value in zip(meter.rows, totals, strict=True)}


def scenario(**more: Any) -> dict[str, Any]:
    return two_crossings(choice={"sign": {"shows": "queue", "each": "3 min"}}, **more)


def test_times_and_numbers_of_each_crossing(run_hand: RunHand) -> None:
    # As in the test of the rule: at the near one checks begin at 2, 12, 22 and 32 for those of 0,
    # 1, 3 and 13; at the far one, 7 minutes away, at 13, 23 and 33 for those of 6, 7 and 9.
    found = measured(run_hand(scenario(), cars=[0, 1, 3, 6, 7, 9, 13]))
    assert found["arrivals/crossing=near/total"] == 4
    assert found["released/crossing=far_off/total"] == 3
    assert found["waiting_time/crossing=near/mean"] == pytest.approx((0 + 9 + 17 + 17) / 4)
    assert found["waiting_time/crossing=far_off/mean"] == pytest.approx((0 + 9 + 17) / 3)
    assert found["move_time/crossing=near/mean"] == 2
    assert found["move_time/crossing=far_off/mean"] == 7
    assert found["time_in_system/crossing=far_off/mean"] == pytest.approx((17 + 26 + 34) / 3)
    assert found["processing_time/crossing=near/max"] == 10
    assert found["throughput/crossing=near/mean"] == 1
    assert found["time_in_system/all/max"] == 34


def test_who_went_elsewhere_and_how_far_signs_were_right(run_hand: RunHand) -> None:
    found = measured(run_hand(scenario(), cars=[0, 1, 3, 6, 7, 9, 13]))
    assert found["other_crossing/all/mean"] == pytest.approx(300 / 7)
    assert found["other_crossing/crossing=near/mean"] == 0
    assert found["other_crossing/crossing=far_off/mean"] == 100
    # Shown were 0, 0, 3 and 3 to those at the near one, and 0 to the others.
    assert found["shown_wait/crossing=near/mean"] == 1.5
    assert found["sign_error/crossing=near/mean"] == pytest.approx((0 + 9 + 14 + 14) / 4)
    assert found["sign_error/crossing=far_off/mean"] == pytest.approx((0 + 9 + 17) / 3)


def test_officers_of_each_crossing(run_hand: RunHand) -> None:
    found = measured(run_hand(scenario(), cars=[0, 1, 3, 6, 7, 9, 13]))
    assert found["officer_hours/crossing=near/total"] == 4
    assert found["utilisation/crossing=near/mean"] == pytest.approx(100 * 40 / 240)


def test_those_turned_away_count_where_they_came(run_hand: RunHand) -> None:
    at = [{"from": "2026-04-13T00:05", "for": "20 min"}]
    closed = {"at": at, "crossing": "near", "arrivals": "divert"}
    found = measured(run_hand(scenario(disturbances={"closed": closed}), cars=[0, 4, 6]))
    assert found["diverted/crossing=near/total"] == 1
    assert found["arrivals/crossing=near/total"] == 2
    assert found["arrivals/crossing=far_off/total"] == 1
    assert found["diverted/all/total"] == 1


def test_who_gets_out_does_so_at_the_crossing_to_which_the_coach_went(run_hand: RunHand) -> None:
    data = scenario()
    data["classes"]["person"] = {}
    for step, stay in (("near", 0), ("far", 2)):
        split = {"classes": {"person": 1}, "stay": stay, "to": f"{step}_desk"}
        data["workflow"]["steps"][step]["split"] = split
        data["workflow"]["steps"][f"{step}_desk"] = {
            "stop": f"{step}_hall",
            "do": "kiosk",
            "next": "released",
        }
        data["stops"][f"{step}_hall"] = {"lanes": 1}
    data["classes"]["car"] = {"occupants": 3}
    data["activities"]["kiosk"] = {"self_service": True, "duration": "1 min"}
    data["crossings"] = {
        "near": {"stops": ["near_booth", "near_hall"]},
        "far_off": {"stops": ["far_booth", "far_hall"]},
    }
    # At the near one three get out of each of four, at the far one of each of three one does.
    found = measured(run_hand(data, cars=[0, 1, 3, 6, 7, 9, 13]))
    assert found["arrivals/crossing=near/total"] == 4 + 4 * 3
    assert found["released/class=person/total"] == 4 * 3 + 3 * 1
