"""Changes by timetable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from borders import (
    border,
    joint,
    scanner,
    separate,
    shifts,
)

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers, circumstances

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
    plan, _, _ = run_hand(joint(extra), cars=[720])
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
