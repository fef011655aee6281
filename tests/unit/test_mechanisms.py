"""Each mechanism of the ways of working on a border whose event log is known by hand.

Checks take 10 minutes (border guard) and 6 minutes (customs); vehicles come at given
minutes from 00:00 on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import yaml

import bcpsim
from bcpsim.engine import EventLog, holdings, visits_of
from bcpsim.kpi import times_of_travellers
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Travellers

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]
Scenario = dict[str, Any]

JOINT = """
name: hand
horizon: {start: 2026-04-13T00:00, duration: 4 h}
agencies: {guard: {}, customs: {}}
classes: {car: {}, bus: {}}
traffic:
  cars: {classes: {car: 1}, arrivals: {pattern: times, file: cars.csv, time_column: at}}
activities:
  passport: {skill: passport, duration: 10 min}
  goods: {skill: goods, duration: 6 min}
officers:
  guards:
    {agency: guard, skills: passport, stop: hall, shifts: [{from: 00:00, to: 24:00, count: 1}]}
  customs:
    {agency: customs, skills: goods, stop: hall, shifts: [{from: 00:00, to: 24:00, count: 1}]}
stops: {hall: {lanes: 4}}
workflow:
  entry: control
  steps:
    control:
      stop: hall
      crew: [{do: passport}, {do: goods}]
      next: released
"""

SEPARATE = """
stops: {hall: null, booth: {lanes: 2}, desk: {lanes: 2}}
officers: {guards: {stop: booth}, customs: {stop: desk}}
workflow:
  entry: first
  steps:
    control: null
    first: {stop: booth, do: passport, next: second}
    second: {stop: desk, do: goods, next: released}
"""


def joint(*overrides: str) -> Scenario:
    """Return the joint stop, with overrides laid over it."""
    scenario: Scenario = read(JOINT)
    for text in overrides:
        scenario = laid(scenario, read(text))
    return scenario


def read(text: str) -> Any:
    """Read YAML, with clock times as text as in YAML 1.2."""
    return yaml.safe_load(re.sub(r"(?<![T\d])(\d\d:\d\d(-\d\d:\d\d)?)", r'"\1"', text))


def separate(*overrides: str) -> Scenario:
    """Return two stops one after the other, with overrides laid over them."""
    return joint(SEPARATE, *overrides)


def laid(under: Any, over: Any) -> Any:
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    merged = {**under, **{k: laid(under.get(k), v) for k, v in over.items()}}
    return {key: value for key, value in merged.items() if value is not None}


def with_buses(scenario: Scenario) -> Scenario:
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source}
    return scenario


# --- Crews -----------------------------------------------------------------------------


def test_a_crew_side_by_side_is_done_with_the_longest_and_the_others_are_free(
    run_hand: RunHand,
) -> None:
    plan, _, log = run_hand(joint(), cars=[0, 1])
    assert log.started.tolist() == [[0, 10], [0, 10]]
    assert log.ended.tolist() == [[10, 20], [6, 16]]
    assert log.left.tolist() == [[10, 20]]
    assert holdings(plan, log).end.tolist() == [10, 20, 6, 16]


def test_a_crew_that_stays_holds_its_officers_until_the_last_is_done(run_hand: RunHand) -> None:
    # A second step for customs alone shows whether the officer is free.
    extra = """
classes: {car: {attributes: {kind: {both: 1}}}}
workflow: {steps: {control: {when_done: stay}}}
"""
    plan, _, log = run_hand(joint(extra), cars=[0, 1])
    assert log.ended.tolist() == [[10, 20], [6, 16]]
    assert holdings(plan, log).end.tolist() == [10, 20, 10, 20]


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
    assert log.started.tolist() == started
    assert log.ended.tolist() == ended


def test_in_a_sequence_a_vehicle_waits_in_its_lane_for_the_next_officer(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 15 min}}
stops: {hall: {lanes: 2}}
workflow: {steps: {control: {order: sequence}}}
"""
    plan, travellers, log = run_hand(joint(extra), cars=[0, 1, 2])
    assert log.started[0].tolist() == [0, 10, 25]  # the third waits for a lane
    assert log.started[1].tolist() == [10, 25, 40]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [0, 9 + 5, 23 + 5]
    # The third waits until 10 and from 20 on for a lane, in between there is none as well.
    assert times["wait_for_lane"][2] + times["wait_for_officer"][2] == 28
    assert times["service_time"].tolist() == [25, 25, 25]


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
    assert log.ended.tolist() == [[1 + 3 + 10 + 9]]
    _, _, log = run_hand(joint(parts), cars=[0])
    assert log.ended.tolist() == [[1 + 3 + 10], [3 + 6]]  # the stop is set up once
    _, _, log = run_hand(separate(parts), cars=[0])
    assert log.ended.tolist() == [[14], [14 + 1 + 3 + 6]]  # all of it twice


def test_a_part_of_a_stop_is_done_by_the_first_task_that_the_vehicle_needs(
    run_hand: RunHand,
) -> None:
    extra = """
parts: {set_up: {duration: 1 min}}
activities: {passport: {parts: set_up}, goods: {parts: set_up}}
workflow: {steps: {control: {crew: [{do: passport, when: {class: bus}}, {do: goods}]}}}
"""
    _, _, log = run_hand(with_buses(joint(extra)), cars=[0], buses=[30])
    assert log.ended[0].tolist()[1] == 30 + 11
    assert log.ended[1].tolist() == [7, 36]


@pytest.mark.parametrize(("regime", "minutes"), [("on_request", 8), ("continuous", 0.5)])
def test_a_look_up_takes_its_time_by_regime(regime: str, minutes: float, run_hand: RunHand) -> None:
    extra = f"""
parts:
  ask: {{per: officer, regime: {regime}, by_regime: {{on_request: 8 min, continuous: 30 s}}}}
activities: {{goods: {{parts: ask}}}}
"""
    _, _, log = run_hand(joint(extra), cars=[0])
    assert log.ended.tolist() == [[10], [6 + minutes]]


def test_a_crew_is_matched_also_where_the_first_choice_leaves_nobody(run_hand: RunHand) -> None:
    extra = """
officers: {guards: {skills: [passport, goods]}, customs: {skills: [goods, passport]}}
workflow: {steps: {control: {crew: [{do: passport}, {do: goods, agency: guard}]}}}
"""
    _, _, log = run_hand(joint(extra), cars=[0])
    assert log.officer.tolist() == [[1], [0]]


def test_steps_without_anything_to_do_are_passed(run_hand: RunHand) -> None:
    extra = """
workflow:
  steps: {second: {do: null, crew: [{do: goods, when: {class: bus}}]}}
moves: [{from: booth, to: desk, time: 5 min}, {from: booth, to: exit, time: 1 min}]
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0], buses=[30])
    assert log.departure.tolist() == [11, 30 + 10 + 5 + 6]
    assert np.isnan(log.queued[1, 0])


def test_a_selection_is_an_outcome_that_later_steps_ask_for(run_hand: RunHand) -> None:
    extra = """
selections: {risk: [{when: {class: bus}, shares: {hit: 1}}, {shares: {hit: 0, clear: 1}}]}
workflow: {steps: {first: {next: [{when: {risk: hit}, to: second}, {to: released}]}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0], buses=[30])
    assert log.departure.tolist() == [10, 46]


def test_a_loop_ends_at_its_bound(run_hand: RunHand) -> None:
    extra = "workflow: {steps: {first: {next: second}, second: {next: first}}}"
    with pytest.raises(bcpsim.ScenarioError, match="goes round"):
        run_hand(separate(extra), cars=[0])
    bound = "workflow: {steps: {first: {at_most: 3, afterwards: refused}}}"
    plan, _, log = run_hand(separate(extra, bound), cars=[0])
    assert [step.name for step in plan.steps][:2] == ["first", "second"]
    assert len(plan.steps) == 6
    assert log.departure.tolist() == [3 * 16]
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
    assert log.departure.tolist() == [32]
    assert log.outcome.tolist() == [Outcome.REFUSED]


# --- Lanes and places --------------------------------------------------------------------


def test_a_vehicle_stays_in_its_lane_while_the_next_place_is_full(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1}, desk: {waiting_area: yard}}
"""
    plan, travellers, log = run_hand(separate(extra), cars=[0, 1, 2])
    assert log.started[0].tolist() == [0, 10, 20]
    assert log.left[0].tolist() == [10, 20, 40]  # the third is done at 30, blocked until 40
    assert log.started[1].tolist() == [10, 40, 70]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_blocked"].tolist() == [0, 0, 10]
    assert times["waiting_time"].tolist() == [0, 9 + 20, 18 + 10 + 30]


def test_without_places_a_vehicle_goes_straight_into_a_free_lane(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {none: {places: 0}}
stops: {booth: {lanes: 1}, desk: {waiting_area: none}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1])
    assert log.left[0].tolist() == [10, 40]
    assert log.started[1].tolist() == [10, 40]


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
    assert log.queued[0][:2].tolist() == [0, 1]
    if rule == "wait_outside":
        assert log.queued[0][2] == 2
        assert log.started[0].tolist() == [0, 10, 20]
    else:
        assert log.departure[2] == 2


def test_two_stops_share_a_waiting_area(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 1}}
stops: {booth: {waiting_area: yard}, desk: {waiting_area: yard}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2])
    # The second car has the place from 1 to 10, the third from then on.
    assert log.started[0].tolist() == [0, 10, 20]
    assert log.started[1].tolist() == [10, 20, 30]


def test_at_a_full_shared_area_vehicles_change_places(run_hand: RunHand) -> None:
    extra = """
activities: {goods: {duration: 30 min}}
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1, waiting_area: yard}, desk: {waiting_area: yard}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2, 3])
    # At 20 the place is taken by the third car, which waits for the booth: it gets the
    # lane of the second, and the second its place.
    assert log.started[0].tolist() == [0, 10, 20, 40]
    assert log.left[0].tolist() == [10, 20, 40, 70]
    assert log.departure.tolist() == [40, 70, 100, 130]


@pytest.mark.parametrize(("overtaking", "started"), [(True, [0, 10, 2]), (False, [0, 10, 20])])
def test_overtaking(overtaking: bool, started: list[int], run_hand: RunHand) -> None:
    extra = f"""
officers: {{guards: {{shifts: [{{from: 00:00, to: 24:00, count: 3}}]}}}}
stops:
  booth:
    overtaking: {str(overtaking).lower()}
    lanes: [{{name: bus, admits: {{class: bus}}}}, {{name: all}}]
workflow: {{steps: {{first: {{next: released}}, second: null}}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1], buses=[2])
    # Without overtaking the bus gets to its lane when the car before it has left the queue.
    assert log.started[0].tolist() == (started if overtaking else [0, 10, 10])


def test_priority_does_not_break_off_what_is_in_hand(run_hand: RunHand) -> None:
    extra = "stops: {booth: {priority: [{class: bus}]}}"
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1, 2], buses=[3, 4])
    assert log.started[0].tolist() == [0, 30, 40, 10, 20]


def test_a_share_of_starts_goes_to_those_without_priority(run_hand: RunHand) -> None:
    extra = """
stops: {booth: {priority: [{class: bus}], low_priority_share: 50 %}}
workflow: {steps: {first: {next: released}, second: null}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1, 2], buses=[3, 4, 5])
    # A bus, then every second start a car.
    assert log.started[0].tolist() == [0, 20, 40, 10, 30, 50]


def test_lanes_open_and_close_by_the_queue(run_hand: RunHand) -> None:
    extra = """
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}
stops: {booth: {control: {by: queue_length, open_at: 2, close_at: 0, delay: 3 min}}}
workflow: {steps: {first: {next: released}, second: null}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2, 60, 61])
    # Two wait at 2: the second lane opens at 5. It has closed again when the others come.
    assert log.started[0].tolist() == [0, 5, 10, 60, 70]
    assert log.lane[0].tolist() == [0, 1, 0, 0, 0]


def test_lanes_open_by_the_wait_as_far_as_officers_are_there(run_hand: RunHand) -> None:
    extra = """
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}
stops: {booth: {lanes: 3, control: {by: waiting_time, open_at: 4 min, close_at: 1 min}}}
workflow: {steps: {first: {next: released}, second: null}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2])
    assert log.started[0].tolist() == [0, 5, 10]
    assert set(log.lane[0].tolist()) == {0, 1}


def test_booked_slots(run_hand: RunHand) -> None:
    extra = """
traffic:
  cars:
    arrivals:
      {pattern: slots, every: 1 h, places: 1, early_by: 20 min, file: null, time_column: null}
stops: {booth: {lanes: [{name: booked, admits: {booking: on_time}}, {name: all}]}}
"""
    plan, travellers, log = run_hand(separate(extra))
    assert travellers.arrival.tolist() == [40, 100, 160]  # who came before the start is left out
    assert travellers.held.tolist() == [20, 20, 20]
    assert log.queued[0].tolist() == [60, 120, 180]
    assert log.lane[0].tolist() == [0, 0, 0]
    times = times_of_travellers(plan, travellers, log)
    assert times["slot_wait"].tolist() == [20, 20, 20]
    late = """
traffic: {cars: {arrivals: {late: 100 %, late_by: 30 min, grace: 15 min}}}
"""
    _, travellers, log = run_hand(separate(extra, late))
    assert travellers.arrival.tolist() == [30, 90, 150, 210]
    assert log.lane[0].tolist() == [1, 1, 1, 1]


# --- Officers --------------------------------------------------------------------------


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
    plan, _, log = run_hand(separate(extra), cars=[55, 58])
    assert log.ended[0].tolist() == ended
    assert log.officer[0].tolist() == officer
    held = holdings(plan, log)
    assert held.end.sum() - held.start.sum() == sum(ended) - 55 - log.started[0][1]


def test_a_crew_hands_over_one_of_its_tasks(run_hand: RunHand) -> None:
    extra = """
officers:
  customs:
    shifts: [{from: 00:00, to: 01:00, count: 1}, {from: 01:00, to: 04:00, count: 1}]
    handover: {in_hand: hand_over, time: 7 min}
"""
    _, _, log = run_hand(joint(extra), cars=[55])
    assert log.ended.tolist() == [[65], [68]]  # customs are now the last to end
    assert log.left.tolist() == [[68]]


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
    assert log.ended.tolist() == [[66, 80], [66, 80]]
    assert log.officer.tolist() == [[1, 1], [3, 3]]


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
    assert log.started[0].tolist() == [61, 71, 91, 101]


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
        "Ada,,10:00,12:00,",
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
    assert shifts["guards/row 3/1"] == []


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
    assert shifts["guards/row 1/2"] == [(120, 600, ((120, 240), (270, 435), (450, 600)))]
    assert shifts["guards/row 2/1"] == [
        (0, 360, ((0, 30), (60, 360))),
        (1320, 1440, ((1320, 1440),)),
    ]
    assert shifts["guards/row 3/1"] == [(180, 360, ((180, 300), (315, 360)))]


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
    from bcpsim.sampling import circumstances

    plan, _, _ = run_hand(joint(extra), cars=[0])
    there = [len(windows) for windows in circumstances(plan, 1, 0).duty[:20]]
    assert 0.68 < sum(there) / 400 < 0.82  # 0.75 plus or minus three standard errors
    assert circumstances(plan, 1, 0) == circumstances(plan, 1, 0)
    assert circumstances(plan, 1, 0) != circumstances(plan, 1, 1)


def test_an_officer_of_a_pool_helps_where_the_queue_is(run_hand: RunHand) -> None:
    pool = """
officers:
  guards: {stop: [booth, desk], skills: [passport, goods], pool: {walk: 2 min, stay: 5 min}}
  customs: null
"""
    _, _, log = run_hand(separate(pool), cars=[0, 30])
    # At the booth from the start; free at 10, walks to the desk and back as needed.
    assert log.started[0].tolist() == [0, 32]
    assert log.started[1].tolist()[0] == 12
    assert log.ended[1].tolist()[0] == 18
    # At 30 the officer has stood at the desk since 12: away at once, there at 32.


def test_a_pool_stays_at_least_so_long(run_hand: RunHand) -> None:
    pool = """
officers:
  guards: {stop: [booth, desk], skills: [passport, goods], pool: {walk: 2 min, stay: 25 min}}
  customs: null
"""
    _, _, log = run_hand(separate(pool), cars=[0, 12])
    # At the desk from 12 on; back at the booth at 12 + 25 + 2.
    assert log.started[0].tolist() == [0, 39]


def test_two_pools_come_where_both_are_needed(run_hand: RunHand) -> None:
    extra = """
officers:
  guards: {stop: [booth, desk], pool: {walk: 2 min}}
  customs: {stop: [booth, desk], pool: {walk: 3 min}}
workflow:
  entry: second
  steps: {first: null, second: {do: null, crew: [{do: passport}, {do: goods}]}}
"""
    _, _, log = run_hand(separate(extra), cars=[0])
    assert log.started.tolist() == [[3], [3]]


def test_of_two_officers_who_could_help_one_comes(run_hand: RunHand) -> None:
    extra = """
officers:
  guards: {stop: [booth, desk], skills: goods, pool: {walk: 2 min}}
  customs: {stop: [booth, desk], pool: {walk: 3 min}}
workflow: {entry: second, steps: {first: null}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 20])
    # The pool asked last goes; the other stays away also from the second car.
    assert log.started.tolist() == [[3, 20]]
    assert log.officer.tolist() == [[1, 1]]


@pytest.mark.parametrize(("rule", "second"), [("longest_queue", "desk"), ("longest_wait", "booth")])
def test_rules_of_a_pool(rule: str, second: str, run_hand: RunHand) -> None:
    # Cars go to the booth, buses to the desk; the one officer is busy with a car until 10.
    extra = f"""
officers:
  guards: {{stop: [booth, desk], skills: [passport, goods], pool: {{rule: {rule}}}}}
  customs: null
workflow:
  entry: [{{when: {{class: bus}}, to: second}}, {{to: first}}]
  steps: {{first: {{next: released}}}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 1], buses=[2, 3])
    started = {"booth": log.started[0][1], "desk": log.started[1][2]}
    assert started[second] == 10


def test_no_officer_of_a_pool_leaves_a_queue_that_keeps_each_of_them_busy(
    run_hand: RunHand,
) -> None:
    # Cars go to the booth, buses to the desk; two officers are free at the same time.
    extra = """
officers:
  guards:
    stop: [booth, desk]
    skills: [passport, goods]
    pool: {walk: 2 min}
    shifts: [{from: 00:00, to: 24:00, count: 2}]
  customs: null
workflow:
  entry: [{when: {class: bus}, to: second}, {to: first}]
  steps: {first: {next: released}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 0, 1, 2, 3, 4], buses=[5, 26, 27])
    assert sorted(log.started[0][:6]) == [0, 0, 10, 10, 20, 20]
    # At 30 three buses wait: both go, since both can begin.
    assert sorted(log.started[1][6:]) == [32, 32, 38]


def test_officers_of_a_pool_share_themselves_out_between_equal_queues(run_hand: RunHand) -> None:
    extra = """
officers:
  guards:
    stop: [booth, desk]
    skills: [passport, goods]
    shifts: [{from: 00:00, to: 24:00, count: 2}]
  customs: null
workflow:
  entry: [{when: {class: bus}, to: second}, {to: first}]
  steps: {first: {next: released}}
"""
    _, _, log = run_hand(with_buses(separate(extra)), cars=[0, 0, 1, 2], buses=[3, 4])
    # At 10 two wait at each: one officer goes, and then both queues are as long.
    assert sorted(log.started[0][:4]) == [0, 0, 10, 20]
    assert sorted(log.started[1][4:]) == [10, 16]


# --- Equipment -------------------------------------------------------------------------


def scanner(sharing: str, more: str = "") -> str:
    return f"""
equipment: {{scanner: {{owner: customs, sharing: {sharing}, {more}}}}}
workflow: {{steps: {{first: {{equipment: scanner}}}}}}
"""


def test_exclusive_equipment_is_for_its_owner(run_hand: RunHand) -> None:
    with pytest.raises(bcpsim.ScenarioError, match="scanner is for customs alone"):
        run_hand(separate(scanner("exclusive")), cars=[0])


def test_asking_for_equipment_takes_time(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(
        separate(scanner("on_request", "request_delay: 7 min")), cars=[0, 60]
    )
    assert log.queued[0].tolist() == [0, 60]
    assert log.started[0].tolist() == [7, 67]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_equipment"].tolist() == [7, 7]
    _, _, log = run_hand(separate(scanner("shared", "request_delay: 7 min")), cars=[0])
    assert log.started[0].tolist() == [0]


def test_equipment_in_maintenance_takes_nothing_new(run_hand: RunHand) -> None:
    _, _, log = run_hand(separate(scanner("shared", "maintenance: 00:05-01:00")), cars=[0, 12])
    assert log.started[0].tolist() == [0, 60]
    assert log.ended[0].tolist() == [10, 70]


def test_failures_are_repaired_in_the_hours_of_whoever_is_responsible(run_hand: RunHand) -> None:
    more = "failures: {uptime: 30 min, repair: 10 min, repaired: 01:00-02:00}"
    _, _, log = run_hand(separate(scanner("shared", more)), cars=[29, 40, 75])
    # Fails at 30, repaired from 60 to 70; fails at 100, repaired by 110, and so on.
    assert log.started[0].tolist() == [29, 70, 80]


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
    assert log.started[0].tolist() == [0, 10]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_equipment"].tolist() == [0, 9]


def test_visits_in_the_log_have_no_gap(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(separate(), cars=[0, 1, 2])
    visits = visits_of(plan, travellers, log)
    assert (visits.ended == log.left).all()
    assert (log.queued[1] == log.left[0]).all()
