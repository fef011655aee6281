"""Officers and equipment that are needed together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import (
    border,
    joint,
    scanner,
    separate,
    shifts,
    two_stops,
    with_buses,
)

import bcpsim
from bcpsim.engine import EventLog, holdings
from bcpsim.kpi import Meter, Row, times_of_travellers
from bcpsim.kpi.layout import Layout
from bcpsim.kpi.view import View
from bcpsim.plan import Plan
from bcpsim.sampling import Block, Travellers, circumstances
from bcpsim.sampling.ticks import MICROSECONDS as MINUTE

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def test_equipment_is_shared_by_two_stops(run_hand: RunHand) -> None:
    scenario = two_stops(equipment=["scanner"])
    scenario["equipment"] = {"scanner": {"count": 1}}
    scenario["workflow"]["steps"]["check"]["equipment"] = ["scanner"]
    _, _, log = run_hand(scenario, cars=[0, 1])
    # Done at the booth at 10, the first needs the scanner again, and so does the second,
    # which has waited at a stop that comes first in the file.
    assert log.minutes.started[0].tolist() == [0, 10]
    assert log.minutes.started[1].tolist() == [20, 25]


def test_a_pace_stretches_the_service(run_hand: RunHand) -> None:
    officers = shifts(("00:00", "24:00", 1))
    officers["guards"]["skills"] = {"check": 1.5}
    _, _, log = run_hand(border(officers=officers), cars=[0])
    assert log.minutes.ended[0].tolist() == [15]


def test_the_first_group_that_can_serves(run_hand: RunHand) -> None:
    officers = shifts(("00:00", "24:00", 1))
    officers["helpers"] = {**officers["guards"], "skills": {"check": 2}}
    _, _, log = run_hand(border(officers=officers), cars=[0, 1, 2])
    assert log.officer[0].tolist() == [0, 1, 0]
    assert log.minutes.ended[0].tolist() == [10, 21, 20]


def test_a_crew_side_by_side_is_done_with_the_longest_and_the_others_are_free(
    run_hand: RunHand,
) -> None:
    plan, travellers, log = run_hand(joint(), cars=[0, 1])
    assert log.minutes.started.tolist() == [[0, 10], [0, 10]]
    assert log.minutes.ended.tolist() == [[10, 20], [6, 16]]
    assert log.minutes.left.tolist() == [[10, 20]]
    assert holdings(plan, travellers, log).minutes.end.tolist() == [10, 20, 6, 16]


def test_a_crew_that_stays_holds_its_officers_until_the_last_is_done(run_hand: RunHand) -> None:
    # A second step for customs alone shows whether the officer is free.
    extra = """
classes: {car: {attributes: {kind: {both: 1}}}}
workflow: {steps: {control: {when_done: stay}}}
"""
    plan, travellers, log = run_hand(joint(extra), cars=[0, 1])
    assert log.minutes.ended.tolist() == [[10, 20], [6, 16]]
    assert holdings(plan, travellers, log).minutes.end.tolist() == [10, 20, 10, 20]


@pytest.mark.parametrize(
    ("stay", "started", "ended"),
    [
        # The guard takes the second car when customs take the first.
        ("free", [[0, 10], [10, 20]], [[10, 20], [16, 26]]),
        # Both are held for 16 minutes.
        ("stay", [[0, 16], [10, 26]], [[10, 26], [16, 32]]),
    ],
)
def test_a_crew_in_sequence(
    stay: str, started: list[list[int]], ended: list[list[int]], run_hand: RunHand
) -> None:
    extra = f"workflow: {{steps: {{control: {{order: sequence, when_done: {stay}}}}}}}"
    _, _, log = run_hand(joint(extra), cars=[0, 1])
    assert log.minutes.started.tolist() == started
    assert log.minutes.ended.tolist() == ended


def test_in_a_sequence_a_vehicle_waits_in_its_lane_for_the_next_officer(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 15 min}}
stops: {hall: {lanes: 2}}
workflow: {steps: {control: {order: sequence}}}
"""
    plan, travellers, log = run_hand(joint(extra), cars=[0, 1, 2])
    assert log.minutes.started[0].tolist() == [0, 10, 25]  # the third waits for a lane
    assert log.minutes.started[1].tolist() == [10, 25, 40]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [0, 9 + 5, 23 + 5]
    # The third waits until 10 and from 20 on for a lane, in between there is none as well.
    assert times["wait_for_lane"][2] + times["wait_for_officer"][2] == 28
    assert times["service_time"].tolist() == [25, 25, 25]
    view = View(Layout(plan), Block.of(travellers), log)
    in_lanes = view.in_lanes.crowds(1, 0, 60 * MINUTE)
    assert (in_lanes.mean * 60).tolist() == [5 + 5]  # from 20 to 25, and from 35 to 40
    assert in_lanes.most.tolist() == [1]
    meter = Meter(plan)
    found = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0]
    length, most = (
        found[meter.rows.index(Row("queue_length", "stop=hall", statistic))]
        for statistic in ("mean", "max")
    )
    assert length == pytest.approx(sum(times["waiting_time"]) / 240)  # by Little's law
    assert most == 2  # from 2 to 10


@pytest.mark.parametrize(("until", "waited"), [(24, 4), (12, 0), (36, 5 + 1)])
def test_who_waits_in_a_lane_as_the_run_ends_counts_in_the_queue_until_then(
    run_hand: RunHand, until: int, waited: int
) -> None:
    extra = f"""
horizon: {{duration: {until} min, ending: cut}}
activities: {{goods: {{duration: 15 min}}}}
stops: {{hall: {{lanes: 2}}}}
workflow: {{steps: {{control: {{order: sequence}}}}}}
"""
    plan, travellers, log = run_hand(joint(extra), cars=[0, 1, 2])
    in_lanes = View(Layout(plan), Block.of(travellers), log).in_lanes
    assert sum(in_lanes.end - in_lanes.start) == waited * MINUTE


def test_a_crew_is_matched_also_where_the_first_choice_leaves_nobody(run_hand: RunHand) -> None:
    extra = """
officers: {guards: {skills: [passport, goods]}, customs: {skills: [goods, passport]}}
workflow: {steps: {control: {crew: [{do: passport}, {do: goods, agency: guard}]}}}
"""
    _, _, log = run_hand(joint(extra), cars=[0])
    assert log.officer.tolist() == [[1], [0]]


def test_exclusive_equipment_is_for_its_owner(run_hand: RunHand) -> None:
    with pytest.raises(bcpsim.ScenarioError, match="scanner is for customs alone"):
        run_hand(separate(scanner("exclusive")), cars=[0])


def test_officers_and_equipment_are_taken_together(run_hand: RunHand) -> None:
    # The second car waits for the scanner and leaves the other guard to the third.
    extra = """
classes: {car: {}, bus: {}}
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}
equipment: {scanner: {}}
workflow:
  steps: {first: {do: null, crew: [{do: passport, equipment: scanner}]}}
"""
    plan, travellers, log = run_hand(separate(extra), cars=[0, 1])
    assert log.minutes.started[0].tolist() == [0, 10]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_equipment"].tolist() == [0, 9]


def test_a_single_officer_does_both_and_parts_are_done_once(run_hand: RunHand) -> None:
    parts = """
parts: {papers: {per: officer, duration: 3 min}, set_up: {per: stop, duration: 1 min}}
activities: {passport: {parts: [set_up, papers]}, goods: {parts: [set_up, papers]}}
"""
    single = """
officers: {guards: {skills: {passport: 1, goods: 1.5}}, customs: null}
workflow: {steps: {control: {crew: null, do: [passport, goods]}}}
"""
    _, _, log = run_hand(joint(parts, single), cars=[0])
    assert log.minutes.ended.tolist() == [[1 + 3 + 10 + 9]]
    _, _, log = run_hand(joint(parts), cars=[0])
    assert log.minutes.ended.tolist() == [[1 + 3 + 10], [3 + 6]]  # the stop is set up once
    _, _, log = run_hand(separate(parts), cars=[0])
    assert log.minutes.ended.tolist() == [[14], [14 + 1 + 3 + 6]]  # all of it twice


def test_a_part_of_a_stop_is_done_by_the_first_task_that_the_vehicle_needs(
    run_hand: RunHand,
) -> None:
    extra = """
parts: {set_up: {duration: 1 min}}
activities: {passport: {parts: set_up}, goods: {parts: set_up}}
workflow: {steps: {control: {crew: [{do: passport, when: {class: bus}}, {do: goods}]}}}
"""
    _, _, log = run_hand(with_buses(joint(extra)), cars=[0], buses=[30])
    assert log.minutes.ended[0].tolist()[1] == 30 + 11
    assert log.minutes.ended[1].tolist() == [7, 36]


@pytest.mark.parametrize(("regime", "minutes"), [("on_request", 8), ("continuous", 0.5)])
def test_a_look_up_takes_its_time_by_regime(regime: str, minutes: float, run_hand: RunHand) -> None:
    extra = f"""
parts:
  ask: {{per: officer, regime: {regime}, by_regime: {{on_request: 8 min, continuous: 30 s}}}}
activities: {{goods: {{parts: ask}}}}
"""
    _, _, log = run_hand(joint(extra), cars=[0])
    assert log.minutes.ended.tolist() == [[10], [6 + minutes]]
