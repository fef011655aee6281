"""Each mechanism of the ways of working on a border whose event log is known by hand.

Checks take 10 minutes (border guard) and 6 minutes (customs); vehicles come at given
minutes from 00:00 on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from borders import (
    joint,
    separate,
    with_buses,
)

import bcpsim
from bcpsim.engine import EventLog
from bcpsim.kpi import times_of_travellers
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Travellers, circumstances

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]


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


def test_steps_without_anything_to_do_are_passed(run_hand: RunHand) -> None:
    extra = """
workflow:
  steps: {second: {do: null, crew: [{do: goods, when: {class: bus}}]}}
moves: [{from: booth, to: desk, time: 5 min}, {from: booth, to: exit, time: 1 min}]
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0], buses=[30])
    assert log.minutes.departure.tolist() == [11, 30 + 10 + 5 + 6]
    assert np.isnan(log.minutes.queued[1, 0])


def test_a_selection_is_an_outcome_that_later_steps_ask_for(run_hand: RunHand) -> None:
    extra = """
selections: {risk: [{when: {class: bus}, shares: {hit: 1}}, {shares: {hit: 0, clear: 1}}]}
workflow: {steps: {first: {next: [{when: {risk: hit}, to: second}, {to: released}]}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0], buses=[30])
    assert log.minutes.departure.tolist() == [10, 46]


def test_a_loop_ends_at_its_bound(run_hand: RunHand) -> None:
    extra = "workflow: {steps: {first: {next: second}, second: {next: first}}}"
    with pytest.raises(bcpsim.ScenarioError, match="goes round"):
        run_hand(separate(extra), cars=[0])
    bound = "workflow: {steps: {first: {at_most: 3, afterwards: refused}}}"
    plan, _, log = run_hand(separate(extra, bound), cars=[0])
    assert [step.name for step in plan.steps][:2] == ["first", "second"]
    assert len(plan.steps) == 6
    assert log.minutes.departure.tolist() == [3 * 16]
    assert log.outcome.tolist() == [Outcome.REFUSED]


def test_bounded_steps_may_lead_to_each_other(run_hand: RunHand) -> None:
    extra = """
workflow:
  steps:
    first: {at_most: 2, afterwards: refused, next: second}
    second: {at_most: 2, afterwards: first, next: first}
"""
    _, _, log = run_hand(separate(extra), cars=[0])
    # first, second, first, second, and then first is exhausted.
    assert log.minutes.departure.tolist() == [32]
    assert log.outcome.tolist() == [Outcome.REFUSED]


def test_booked_slots(run_hand: RunHand) -> None:
    extra = """
traffic:
  cars:
    arrivals:
      {pattern: slots, every: 1 h, places: 1, early_by: 20 min, file: null, time_column: null}
stops: {booth: {lanes: [{name: booked, admits: {booking: on_time}}, {name: all}]}}
"""
    plan, travellers, log = run_hand(separate(extra))
    assert travellers.minutes.arrival.tolist() == [
        40,
        100,
        160,
    ]  # who came before the start is left out
    assert travellers.minutes.held.tolist() == [20, 20, 20]
    assert log.minutes.queued[0].tolist() == [60, 120, 180]
    assert log.lane[0].tolist() == [0, 0, 0]
    times = times_of_travellers(plan, travellers, log)
    assert times["slot_wait"].tolist() == [20, 20, 20]
    late = """
traffic: {cars: {arrivals: {late: 100 %, late_by: 30 min, grace: 15 min}}}
"""
    _, travellers, log = run_hand(separate(extra, late))
    assert travellers.minutes.arrival.tolist() == [30, 90, 150, 210]
    assert log.lane[0].tolist() == [1, 1, 1, 1]


def test_breaks_are_taken_in_turn(run_hand: RunHand) -> None:
    extra = """
horizon: {ending: cut}
officers:
  guards:
    shifts: [{from: 00:00, to: 24:00, count: 2}]
    breaks: [{from: 01:00, to: 02:00, length: 30 min}]
workflow: {steps: {first: {next: released}, second: null}}
"""
    plan, _, log = run_hand(separate(extra), cars=[61, 62, 91, 92])
    assert [[s.available for s in o.shifts] for o in plan.officers[:2]] == [
        [((0.0, 60.0), (90.0, 240.0))],
        [((0.0, 90.0), (120.0, 240.0))],
    ]
    assert log.officer[0].tolist() == [1, 1, 0, 0]
    assert log.minutes.started[0].tolist() == [61, 71, 91, 101]


def test_a_rotation_gives_each_officer_a_turn(run_hand: RunHand) -> None:
    extra = """
horizon: {duration: 72 h, ending: cut}
officers:
  guards:
    shifts: null
    rotations:
      - {count: 3, shifts: {day: 06:00-18:00, night: 18:00-06:00}, cycle: [day, night, 'off']}
"""
    plan, _, _ = run_hand(joint(extra), cars=[0])
    shifts = [[(s.start / 60, s.end / 60) for s in officer.shifts] for officer in plan.officers[:3]]
    assert shifts == [
        [(6, 18), (42, 54)],
        [(18, 30), (54, 66)],
        [(0, 6), (30, 42), (66, 72)],
    ]


def test_an_offset_staggers_the_shifts(run_hand: RunHand) -> None:
    extra = """
horizon: {ending: cut, duration: 24 h}
officers:
  guards: {shifts: [{from: 14:00, to: 22:00, count: 1}], shift_offset: 3 h}
"""
    plan, _, _ = run_hand(joint(extra), cars=[0])
    # The shift of the day before reaches into the run.
    assert [(s.start / 60, s.end / 60) for s in plan.officers[0].shifts] == [(0, 1), (17, 24)]


def test_a_shift_that_began_before_the_run_has_had_its_briefing(run_hand: RunHand) -> None:
    extra = """
horizon: {start: 2026-04-13T12:00, ending: cut, duration: 4 h}
officers:
  guards:
    shifts: [{from: 06:00, to: 14:00, count: 1}, {from: 14:00, to: 22:00, count: 1}]
    handover: {briefing: 15 min}
"""
    plan, _, _ = run_hand(joint(extra), cars=[0])
    first, second = (officer.shifts[0] for officer in plan.officers[:2])
    assert (first.start, first.end, first.available) == (0, 120, ((0, 120),))
    assert (second.start, second.end, second.available) == (120, 240, ((135, 240),))


def test_a_roster_from_a_table(run_hand: RunHand, tmp_path: Any) -> None:
    rows = (
        "officer,count,from,to,days",
        "Ada,,00:00,08:00,mon-fri",
        "Ada,,10:00,12:00,daily",
        ",2,06:00,14:00,sat",
        "Bo,,2026-04-13T03:00,2026-04-13T05:30,",
    )
    (tmp_path / "roster.csv").write_text("\n".join(rows), "utf-8")
    extra = """
horizon: {ending: cut, duration: 24 h}
officers: {guards: {shifts: null, roster: {file: roster.csv}}}
"""
    plan, _, _ = run_hand(joint(extra), cars=[0])
    shifts = {o.name: [(s.start, s.end) for s in o.shifts] for o in plan.officers}
    assert shifts["guards/Ada"] == [(0, 480), (600, 720)]
    assert shifts["guards/Bo"] == [(180, 330)]
    assert shifts["guards/06:00-14:00/1"] == []


def test_a_roster_with_breaks(run_hand: RunHand, tmp_path: Any) -> None:
    rows = (
        "count,from,to,breaks",
        "2,02:00,10:00,04:00-04:30 07:15-07:30",
        "1,22:00,06:00,00:30-01:00",
        "1,2026-04-13T03:00,2026-04-13T06:00,05:00-05:15",
    )
    (tmp_path / "roster.csv").write_text("\n".join(rows), "utf-8")
    extra = """
horizon: {ending: cut, duration: 24 h}
officers: {guards: {shifts: null, roster: {file: roster.csv}}}
"""
    plan, _, _ = run_hand(joint(extra), cars=[0])
    shifts = {o.name: [(s.start, s.end, s.available) for s in o.shifts] for o in plan.officers}
    assert shifts["guards/02:00-10:00/2"] == [(120, 600, ((120, 240), (270, 435), (450, 600)))]
    assert shifts["guards/22:00-06:00/1"] == [
        (0, 360, ((0, 30), (60, 360))),
        (1320, 1440, ((1320, 1440),)),
    ]
    assert shifts["guards/03:00 to 06:00/1"] == [(180, 360, ((180, 300), (315, 360)))]


def test_a_roster_from_a_workbook(run_hand: RunHand, tmp_path: Any) -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "April"
    book.active.append(["Officer", "From", "To"])
    book.active.append(["Ada", datetime.time(6), "14:00"])
    book.active.append(["Bo", datetime.datetime(2026, 4, 13, 3), datetime.datetime(2026, 4, 13, 5)])
    book.save(tmp_path / "roster.xlsx")
    extra = """
horizon: {ending: cut, duration: 24 h}
officers: {guards: {shifts: null, roster: {file: roster.xlsx, sheet: April}}}
"""
    plan, _, _ = run_hand(joint(extra), cars=[0])
    shifts = {o.name: [(s.start, s.end) for s in o.shifts] for o in plan.officers}
    assert shifts["guards/Ada"] == [(360, 840)]
    assert shifts["guards/Bo"] == [(180, 300)]


def test_absence_is_drawn_for_each_shift(run_hand: RunHand) -> None:
    extra = """
horizon: {duration: 20 d, ending: cut}
officers: {guards: {shifts: [{from: 06:00, to: 14:00, count: 20}], absence: 25 %}}
"""

    plan, _, _ = run_hand(joint(extra), cars=[0])
    there = [len(windows) for windows in circumstances(plan, 1, 0).duty[:20]]
    assert 0.68 < sum(there) / 400 < 0.82  # 0.75 plus or minus three standard errors
    assert circumstances(plan, 1, 0) == circumstances(plan, 1, 0)
    assert circumstances(plan, 1, 0) != circumstances(plan, 1, 1)
