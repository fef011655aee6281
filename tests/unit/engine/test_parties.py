"""Groups that split and join again, on borders whose event log is known by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import bcpsim
from bcpsim.demand.offered import expected_travellers, offered_load
from bcpsim.engine import EventLog, check_invariants
from bcpsim.engine.replicate import as_it_was
from bcpsim.kpi import Meter, times_of_travellers
from bcpsim.plan import Outcome, Plan, compile_plan
from bcpsim.runs.size import check_size
from bcpsim.sampling import Block, Travellers, circumstances, sample
from bcpsim.sampling.ticks import MICROSECONDS as MINUTE
from bcpsim.sampling.ticks import NEVER

RunHand = Callable[..., tuple[Plan, Travellers, EventLog]]

# A coach with a driver and three persons; 1 min of papers in its bay, 2 min to the hall and 1
# back, 10 min in the hall for each. A car's papers take 1 min too.
BORDER = """
name: hand
horizon: {start: 2026-04-13T00:00, duration: 4 h}
agencies: {guard: {}}
classes: {coach: {occupants: 4}, person: {}, car: {}}
traffic:
  coaches: {classes: {coach: 1}, arrivals: {pattern: times, file: coaches.csv, time_column: at}}
  cars: {classes: {car: 1}, arrivals: {pattern: times, file: cars.csv, time_column: at}}
activities:
  papers: {self_service: true, duration: 1 min}
  check: {skill: check, duration: 10 min}
officers:
  guards:
    agency: guard
    skills: check
    stop: hall
    shifts: [{from: "00:00", to: "24:00", count: 2}]
stops: {bay: {lanes: 1}, hall: {lanes: 4}, pit: {lanes: 1}}
moves:
  - {from: bay, to: hall, time: 2 min}
  - {from: hall, to: vehicle, time: 1 min}
  - {from: bay, to: exit, when: {class: coach}, time: 5 min}
workflow:
  entry: park
  steps:
    park:
      stop: bay
      do: papers
      split: {classes: person, stay: 1, to: check}
      wait_for_group: after
      next: released
    check: {stop: hall, do: check, next: released}
"""


def border(**changes: Any) -> dict[str, Any]:
    """Return the border with fields replaced, by paths with two underscores."""
    made: dict[str, Any] = yaml.safe_load(BORDER)
    for path, value in changes.items():
        *above, last = path.split("__")
        node = made
        for key in above:
            node = node[key]
        node[last] = value
    return made


def without_cars(**changes: Any) -> dict[str, Any]:
    """Return the border with coaches alone."""
    made = border(**changes)
    del made["traffic"]["cars"]
    return made


def test_a_coach_keeps_its_lane_until_the_last_is_back(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(border(), coaches=[0], cars=[5])
    # Out at 1, in the hall at 3: two are checked at once, the third from 13 on; back at 24.
    assert travellers.vehicle.tolist() == [-1, -1, 0, 0, 0]
    assert log.minutes.arrival.tolist() == [0, 5, 1, 1, 1]
    assert log.minutes.queued[1].tolist()[2:] == [3, 3, 3]
    assert log.minutes.started[1].tolist()[2:] == [3, 3, 13]
    assert log.minutes.departure.tolist() == [29, 25, 14, 14, 24]
    assert log.minutes.left[0].tolist()[:2] == [24, 25]  # the car, alone in it, gets the bay then
    assert log.minutes.started[0].tolist()[:2] == [0, 24]
    assert log.outcome.tolist() == [Outcome.RELEASED] * 5
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_group"].tolist() == [23, 0, 0, 0, 0]
    assert times["waiting_time"].tolist() == [0, 19, 0, 0, 10]
    assert times["wait_blocked"].tolist() == [0] * 5
    assert times["processing_time"].tolist() == [29, 1, 11, 11, 11]
    assert times["time_in_system"].tolist() == [29, 20, 13, 13, 23]


@pytest.mark.parametrize(("warm_up", "coaches"), [("0 s", 1), ("30 s", 0)])
def test_members_count_in_their_class_with_their_vehicle(
    run_hand: RunHand, warm_up: str, coaches: int
) -> None:
    value = measured(*run_hand(border(horizon__warm_up=warm_up), coaches=[0], cars=[5]))
    assert value["arrivals", "class=coach", "total"] == coaches
    assert value["arrivals", "class=person", "total"] == 3 * coaches  # though they get out at 1
    assert value["released", "class=person", "total"] == 3 * coaches
    assert value["arrivals", "all", "total"] == 1 + 4 * coaches
    if coaches:
        assert value["time_in_system", "class=person", "mean"] == pytest.approx(49 / 3)
        assert value["wait_for_group", "class=coach", "mean"] == 23


def measured(
    plan: Plan, travellers: Travellers, log: EventLog
) -> dict[tuple[str, str, str], float]:
    """Return what is measured of a run, by measure, population and statistic."""
    meter = Meter(plan)
    totals = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0].tolist()
    rows = [(row.measure, row.population, row.statistic) for row in meter.rows]
    return dict(zip(rows, totals, strict=True))


def test_persons_are_counted_where_vehicles_and_those_who_got_out_are_served(
    run_hand: RunHand,
) -> None:
    value = measured(*run_hand(border(), coaches=[0], cars=[5]))
    # Four in the coach's bay, and the car's driver; in the hall the three who got out.
    assert value["visits", "stop=bay", "total"] == 2
    assert value["persons_served", "stop=bay", "total"] == 5
    assert value["persons_served", "stop=hall", "total"] == 3


def test_members_of_a_late_coach_count_though_they_get_out_beyond_the_horizon(
    run_hand: RunHand,
) -> None:
    scenario = without_cars(horizon__duration="1 h", horizon__ending="drain")
    plan, travellers, log = run_hand(scenario, coaches=[59])
    assert log.minutes.arrival.tolist() == [59, 60, 60, 60]
    value = measured(plan, travellers, log)
    assert value["arrivals", "class=person", "total"] == 3
    meter = Meter(plan)
    hourly = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).hourly[0]
    arrivals = [row.measure for row in meter.hourly_rows].index("arrivals")
    assert hourly[arrivals].tolist() == [4]


@pytest.mark.parametrize(
    ("deadline", "never_out", "own"),
    [
        ("0.5 min", 3, 0),  # in its papers, which end too late
        ("1 min", 0, 3),  # just out, and all in the queue
        ("13.5 min", 0, 3),  # two on their way back
        ("20 min", 0, 3),  # two are back
        ("28 min", 0, 3),  # all are back, and the coach is on its way out
    ],
)
def test_all_who_came_in_a_coach_share_its_fate(
    run_hand: RunHand, deadline: str, never_out: int, own: int
) -> None:
    scenario = without_cars(traffic__coaches__deadline=deadline)
    scenario["moves"][2]["to"] = "exit"
    plan, travellers, log = run_hand(scenario, coaches=[0])
    missed = deadline != "28 min"
    value = measured(plan, travellers, log)
    for population, persons in {"all": 4, "class=person": 3, "class=coach": 1}.items():
        assert value["arrivals", population, "total"] == persons
        assert value["missed", population, "total"] == persons * missed
        assert value["released", population, "total"] == persons * (not missed)
        assert (value["throughput", population, "mean"] == 0) == missed
    assert value["never_out", "class=person", "total"] == never_out
    times = times_of_travellers(plan, travellers, log)
    assert np.isfinite(times["time_in_system"]).sum() == 1 + own
    check_invariants(plan, Block.of(travellers, circumstances(plan, 1, 0)), log, "as it is")


def test_who_never_gets_out_has_no_time_and_waits_in_none(run_hand: RunHand) -> None:
    # The second coach is behind the first until 24, and too late at 10.
    scenario = without_cars(traffic__coaches__deadline="40 min")
    scenario["activities"]["papers"]["duration"] = [
        {"when": {"class": "coach"}, "time": "30 min"},
        {"time": "1 min"},
    ]
    del scenario["workflow"]["steps"]["park"]["wait_for_group"]
    plan, travellers, log = run_hand(scenario, coaches=[0, 1, 2])
    value = measured(plan, travellers, log)
    # Out of the first at 30; the others' papers begin at 30, and not before 41.
    assert value["arrivals", "class=person", "total"] == 9
    assert value["missed", "class=person", "total"] == 9
    assert value["never_out", "class=person", "total"] == 6
    assert value["waiting_time", "class=person", "max"] == 8  # until 40, the third of the first
    frame = times_of_travellers(plan, travellers, log)["waiting_time"]
    assert np.isnan(frame[travellers.vehicle > 0]).all()


def test_a_refused_coach_takes_all_back_who_came_in_it(run_hand: RunHand) -> None:
    scenario = without_cars()
    scenario["workflow"]["steps"]["park"]["next"] = "refused"
    plan, travellers, log = run_hand(scenario, coaches=[0])
    value = measured(plan, travellers, log)
    assert value["refused", "all", "total"] == value["arrivals", "all", "total"] == 4
    assert value["throughput", "all", "mean"] == 4 / 4


def test_without_a_place_to_wait_a_coach_waits_where_it_leaves(run_hand: RunHand) -> None:
    scenario = border()
    del scenario["workflow"]["steps"]["park"]["wait_for_group"]
    plan, travellers, log = run_hand(scenario, coaches=[0], cars=[5])
    assert log.minutes.left[0].tolist()[:2] == [1, 6]  # the bay is free at once
    assert log.minutes.departure.tolist() == [24, 6, 14, 14, 24]
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_group"].tolist() == [18, 0, 0, 0, 0]  # from 6, after the move
    assert times["move_time"].tolist()[0] == 5


def test_a_coach_is_searched_meanwhile_and_waits_in_front_of_the_next_stop(
    run_hand: RunHand,
) -> None:
    scenario = without_cars(areas={"yard": {"places": 1}}, stops__exit_booth={"lanes": 1})
    scenario["stops"]["exit_booth"]["waiting_area"] = "yard"
    steps = scenario["workflow"]["steps"]
    del steps["park"]["wait_for_group"]
    steps["park"]["next"] = [{"when": {"class": "coach"}, "to": "search"}, {"to": "released"}]
    steps["search"] = {"stop": "pit", "do": "papers", "next": "leave"}
    steps["leave"] = {
        "stop": "exit_booth",
        "do": "papers",
        "wait_for_group": "before",
        "next": "released",
    }
    plan, travellers, log = run_hand(scenario, coaches=[0, 3])
    # The first waits in the yard from 2 to 24; the second, behind it, in the pit from 5 on.
    number = {step.name: k for k, step in enumerate(plan.steps)}
    assert log.minutes.queued[number["leave"]].tolist()[0] == 24
    assert log.minutes.left[number["search"]].tolist()[:2] == [2, 24]
    assert log.minutes.for_group[number["leave"]].tolist()[0] == 22
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_blocked"].tolist()[1] == 24 - 5
    # The second coach's three are in the hall at 6, behind one who is checked until 23.
    assert log.minutes.departure.tolist()[5:] == [24, 34, 34]
    assert log.minutes.departure.tolist()[:2] == [25, 35]
    assert times["wait_for_group"].tolist()[:2] == [22, 10]


def test_a_coach_may_wait_on_the_floor_on_which_its_persons_wait(run_hand: RunHand) -> None:
    scenario = without_cars(areas={"yard": {"floor": "80 m2"}}, stops__gate={"lanes": 1})
    for stop in ("gate", "hall"):
        scenario["stops"][stop]["waiting_area"] = "yard"  # without places nobody keeps another out
    steps = scenario["workflow"]["steps"]
    del steps["park"]["wait_for_group"]
    steps["park"]["next"] = "leave"
    steps["leave"] = {
        "stop": "gate",
        "do": "papers",
        "wait_for_group": "before",
        "next": "released",
    }
    _, _, log = run_hand(scenario, coaches=[0])
    # The last is back at 24; papers take a minute.
    assert log.minutes.departure.tolist()[0] == 24 + 1


def test_who_is_refused_or_detained_is_not_waited_for(run_hand: RunHand) -> None:
    scenario = without_cars(
        selections={"hit": [{"shares": {"yes": 1}}]},
        stops__cells={"lanes": 4},
        activities__long={"self_service": True, "duration": "2 h"},
    )
    steps = scenario["workflow"]["steps"]
    steps["check"]["next"] = [{"when": {"class": "person"}, "to": "detention"}, {"to": "released"}]
    steps["detention"] = {"stop": "cells", "do": "long", "next": "detained"}
    _, _, log = run_hand(scenario, coaches=[0])
    # The third is sent to the cells at 23, from where no way leads back: the coach goes on.
    assert log.minutes.left[0].tolist()[0] == 23
    assert log.minutes.departure.tolist() == [28, 133, 133, 143]
    assert log.outcome.tolist() == [Outcome.RELEASED] + [Outcome.DETAINED] * 3
    steps["check"]["next"] = [{"when": {"hit": "yes"}, "to": "refused"}, {"to": "released"}]
    del steps["detention"], scenario["stops"]["cells"]
    _, _, log = run_hand(scenario, coaches=[0])
    assert log.minutes.left[0].tolist()[0] == 23
    assert log.outcome.tolist() == [Outcome.RELEASED] + [Outcome.REFUSED] * 3


def test_a_border_with_few_steps_may_detain_other_vehicles(run_hand: RunHand) -> None:
    scenario = border()
    park = scenario["workflow"]["steps"]["park"]
    park["next"] = [{"when": {"class": "car"}, "to": "detained"}, {"to": "released"}]
    _, _, log = run_hand(scenario, coaches=[0], cars=[60])
    # There are two steps, fewer than ways to end.
    assert log.outcome.tolist() == [Outcome.RELEASED, Outcome.DETAINED] + [Outcome.RELEASED] * 3
    assert log.minutes.departure.tolist()[1] == 61


def test_an_empty_coach_waits_for_nobody(run_hand: RunHand) -> None:
    _, travellers, log = run_hand(without_cars(classes__coach={"occupants": 1}), coaches=[0])
    assert len(travellers) == 1
    assert log.minutes.departure.tolist() == [6]


def test_a_coach_that_gives_up_between_two_officers_lets_nobody_out(run_hand: RunHand) -> None:
    officers = {"agency": "guard", "skills": "check", "stop": "bay"}
    scenario = without_cars(
        traffic__coaches__deadline="15 min",
        officers__first={**officers, "shifts": [{"from": "00:00", "to": "24:00", "count": 1}]},
        activities__look={"skill": "look", "duration": "5 min"},
        officers__second={
            **officers,
            "skills": "look",
            "shifts": [{"from": "02:00", "to": "24:00", "count": 1}],
        },
    )
    park = scenario["workflow"]["steps"]["park"]
    del park["do"]
    park |= {"crew": [{"do": "check"}, {"do": "look"}], "order": "sequence", "when_done": "free"}
    plan, travellers, log = run_hand(scenario, coaches=[0])
    assert log.minutes.departure[0] == 15
    assert np.isnan(log.minutes.arrival[1:]).all()
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_officer"].tolist()[0] == 5


@pytest.mark.parametrize("wait", ["after", None])
def test_at_its_deadline_a_coach_leaves_without_those_who_are_not_back(
    run_hand: RunHand, wait: str | None
) -> None:
    scenario = without_cars(traffic__coaches__deadline="20 min")
    if wait is None:
        del scenario["workflow"]["steps"]["park"]["wait_for_group"]
    plan, travellers, log = run_hand(scenario, coaches=[0])
    # The third is still checked at 20, and is finished, too late.
    assert log.minutes.departure.tolist() == [20, 14, 14, 23]
    assert log.outcome.tolist() == [Outcome.MISSED] * 4  # with two who were back
    times = times_of_travellers(plan, travellers, log)
    assert times["wait_for_group"].tolist()[0] == (19 if wait else 14)
    parts = ("waiting_time", "wait_for_group", "service_time", "move_time")
    assert sum(times[name] for name in parts).tolist() == times["time_in_system"].tolist()


def test_who_comes_back_when_the_coach_has_left_has_missed_it(run_hand: RunHand) -> None:
    _, _, log = run_hand(without_cars(traffic__coaches__deadline="13.5 min"), coaches=[0])
    # Two are on their way back; the third is checked from 13 on, and is finished too late.
    assert log.minutes.departure.tolist() == [13.5, 14, 14, 23]
    assert log.outcome.tolist() == [Outcome.MISSED] * 4
    scenario = without_cars(traffic__coaches__deadline="13 min")
    scenario["moves"] = []
    _, _, log = run_hand(scenario, coaches=[0])
    # Who gets back until the deadline misses the ferry in the coach.
    assert log.minutes.departure.tolist() == [13, 11, 11, 21]
    assert log.outcome.tolist() == [Outcome.MISSED] * 4


def test_when_the_run_is_cut_all_in_and_out_of_a_coach_are_inside(run_hand: RunHand) -> None:
    scenario = without_cars(horizon__duration="20 min", horizon__ending="cut")
    plan, travellers, log = run_hand(scenario, coaches=[0, 19])
    assert log.outcome.tolist() == [Outcome.INSIDE] * 8  # with two who were back at 14
    assert np.isnan(log.minutes.departure).all()
    # The second coach waits for the bay: nobody has got out of it.
    assert np.isnan(log.minutes.arrival[5:]).all()
    value = measured(plan, travellers, log)
    assert value["inside_at_end", "class=person", "total"] == 6
    assert value["never_out", "class=person", "total"] == 0


def test_members_of_a_service_have_its_attributes_and_numbers_of_their_own(
    run_hand: RunHand, tmp_path: Path
) -> None:
    (tmp_path / "lines.csv").write_text(
        "at,seats,line\n2026-04-13T00:00,1,fast\n2026-04-13T01:00,1,slow\n", encoding="utf-8"
    )
    scenario = without_cars(
        traffic__coaches__arrivals={
            "pattern": "timetable",
            "file": "lines.csv",
            "time_column": "at",
            "seats_column": "seats",
            "attributes": {"line": ["fast", "slow"]},
        },
        classes__person={"attributes": {"papers": {"eu": 0.5, "visa": 0.5}}},
    )
    scenario["activities"]["check"]["duration"] = [
        {"when": {"line": "fast"}, "time": {"distribution": "exponential", "mean": "2 min"}},
        {"time": {"distribution": "exponential", "mean": "3 min"}},
    ]
    plan, travellers, log = run_hand(scenario)
    names = [attribute.name for attribute in plan.attributes]
    line = travellers.attributes[names.index("line")]
    assert line.tolist() == [0, 1, 0, 0, 0, 1, 1, 1]
    minutes = log.minutes.ended[1] - log.minutes.started[1]
    assert len(set(minutes[2:].round(9).tolist())) == 6


def load(scenario: dict[str, Any], folder: Path) -> bcpsim.scenario.LoadedScenario:
    path = folder / "again.yaml"
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    return bcpsim.load(path)


def test_another_number_of_occupants_moves_no_other_number(
    run_hand: RunHand, tmp_path: Path
) -> None:
    scenario = border(classes__coach={"occupants": {"2": 0.5, "4": 0.5}})
    scenario["activities"]["check"]["duration"] = {"distribution": "exponential", "mean": "2 min"}
    run_hand(scenario, coaches=[0, 1, 2, 3], cars=[4])
    plan = compile_plan(load(scenario, tmp_path))
    scenario["classes"]["coach"]["occupants"] = {"2": 0.1, "4": 0.9}
    other = compile_plan(load(scenario, tmp_path))
    less, more = sample(plan, 1, 0), sample(other, 1, 0)
    assert len(less) < len(more)
    for vehicle in range(4):
        mine = less.durations[1][less.vehicle == vehicle]
        theirs = more.durations[1][more.vehicle == vehicle]
        assert mine.tolist() == theirs.tolist()[: len(mine)]


def test_load_and_size_count_those_who_get_out(run_hand: RunHand, tmp_path: Path) -> None:
    plan, _, _ = run_hand(border(), coaches=[0, 70], cars=[5])
    assert expected_travellers(plan) == 9
    hall = [stop.name for stop in plan.stops].index("hall")
    assert offered_load(plan).stops[hall].load.tolist() == pytest.approx([0.5, 0.5, 0, 0])
    large = border(
        classes__coach={"occupants": 1000},
        traffic__coaches__arrivals={"pattern": "constant", "rate": "2000/h"},
    )
    with pytest.raises(bcpsim.InputError, match="8,000,001 vehicles"):
        check_size(compile_plan(load(large, tmp_path)))


def test_the_table_of_travellers_names_the_vehicle(run_hand: RunHand, tmp_path: Path) -> None:
    scenario = without_cars(horizon__duration="20 min", horizon__ending="cut")
    run_hand(scenario, coaches=[0, 19])
    frame = bcpsim.run(tmp_path / "hand.yaml", replications=1).travellers
    assert frame["traveller"].tolist() == list(range(8))
    assert frame["vehicle"].fillna(-1).tolist() == [-1, -1, 0, 0, 0, 1, 1, 1]
    assert frame["class"].tolist() == ["coach"] * 2 + ["person"] * 6
    assert frame["arrival_min"].fillna(-1).tolist() == [0, 19, 1, 1, 1, -1, -1, -1]  # not out
    assert frame["arrival"].isna().tolist() == [False] * 5 + [True] * 3
    assert frame["outcome"].tolist() == ["inside"] * 8
    assert "group_wait_min" in frame


def test_who_is_back_at_once_lets_the_vehicle_go_on_with_what_frees_the_hall(
    run_hand: RunHand,
) -> None:
    scenario = without_cars(moves=[], stops__gate={"lanes": 1}, areas={"kerb": {"places": 2}})
    scenario["stops"]["gate"]["waiting_area"] = "kerb"
    steps = scenario["workflow"]["steps"]
    del steps["park"]["wait_for_group"]
    steps["park"]["next"] = "leave"
    steps["leave"] = {
        "stop": "gate",
        "do": "papers",
        "wait_for_group": "before",
        "next": "released",
    }
    _, _, log = run_hand(scenario, coaches=[0, 1])
    # The hall checks two at a time: the first coach's three until 11 and 21, the second's 21, 31.
    assert log.minutes.departure.tolist() == [22, 32, 11, 11, 21, 21, 31, 31]


@pytest.mark.parametrize(
    ("column", "place", "value", "rule"),
    [
        ("outcome", 2, Outcome.MISSED, "nobody misses a deadline that is still ahead"),
        ("outcome", 0, Outcome.REFUSED, "who sits in a vehicle shares its fate"),
        ("arrival", 2, 3 * MINUTE // 2, "who gets out of a vehicle does so when its visit ends"),
        ("arrival", 2, NEVER, "who gets out of a vehicle does so when its visit ends"),
        ("departure", 0, 20 * MINUTE, "leaves before those who come back are back"),
        ("for_group", (0, 0), -1, "no wait is negative"),
    ],
)
def test_a_broken_rule_of_groups_is_noticed(
    run_hand: RunHand, column: str, place: Any, value: int, rule: str
) -> None:
    scenario = without_cars()
    del scenario["workflow"]["steps"]["park"]["wait_for_group"]
    plan, travellers, log = run_hand(scenario, coaches=[0])
    changed = getattr(log, column).copy()
    changed[place] = value
    block = Block.of(travellers, circumstances(plan, 1, 0))
    with pytest.raises(bcpsim.errors.InvariantError, match=rule):
        check_invariants(plan, block, replace(log, **{column: changed}), "")


def test_a_vehicle_that_leaves_without_somebody_is_noticed(run_hand: RunHand) -> None:
    scenario = without_cars(horizon__duration="20 min", horizon__ending="cut")
    plan, travellers, log = run_hand(scenario, coaches=[0])
    departure, outcome, left = log.departure.copy(), log.outcome.copy(), log.left.copy()
    departure[0], outcome[0], left[0, 0] = 19 * MINUTE, Outcome.RELEASED, 14 * MINUTE
    early = replace(log, departure=departure, outcome=outcome, left=left)
    with pytest.raises(bcpsim.errors.InvariantError, match="without somebody who may still come"):
        check_invariants(plan, Block.of(travellers, circumstances(plan, 1, 0)), early, "")
    without_one = replace(travellers, occupants=travellers.occupants + 1)
    with pytest.raises(bcpsim.errors.InvariantError, match="all who don't stay get out"):
        check_invariants(plan, Block.of(without_one, circumstances(plan, 1, 0)), log, "")


def test_a_coach_goes_while_who_goes_elsewhere_waits_for_a_place_there(run_hand: RunHand) -> None:
    scenario = without_cars(
        areas={"cell": {"places": 0}},
        stops={
            "bay": {"lanes": 1},
            "hall": {"lanes": 4},
            "pit": {"lanes": 1, "waiting_area": "cell"},
        },
        classes={
            "coach": {"occupants": 4},
            "person": {"attributes": {"papers": {"false": 1, "good": 0}}},
        },
        workflow__steps__check={
            "stop": "hall",
            "do": "check",
            "next": [{"when": {"papers": "false"}, "to": "search"}, {"to": "released"}],
        },
        workflow__steps__search={"stop": "pit", "do": "papers", "next": "refused"},
        activities={
            "papers": {"self_service": True, "duration": "30 min"},
            "check": {"skill": "check", "duration": "10 min"},
        },
        horizon={
            "start": "2026-04-13T00:00",
            "duration": "1 h",
            "ending": "drain",
            "drain_limit": "0 s",
        },
    )
    plan, travellers, log = run_hand(scenario, coaches=[0])
    # In the hall from 32 to 42 and 52; who is to be searched doesn't come back, and the
    # second stays in the hall's lane, as the pit is taken. Nobody is waited for.
    members = np.flatnonzero(travellers.vehicle >= 0)
    assert log.minutes.ended[1][members].tolist() == [42, 42, 52]
    assert np.isnan(log.minutes.left[1][members[1]])
    check_invariants(plan, Block.of(travellers, circumstances(plan, 1, 0)), log, "as it is")


def test_vehicles_and_persons_are_counted_apart_and_by_service(
    run_hand: RunHand, tmp_path: Path
) -> None:
    (tmp_path / "lines.csv").write_text(
        "at,seats,line\n2026-04-13T00:00,1,fast\n2026-04-13T00:00,1,fast\n"
        "2026-04-13T01:00,1,slow\n",
        encoding="utf-8",
    )
    scenario = border(
        traffic__coaches__arrivals={
            "pattern": "timetable",
            "file": "lines.csv",
            "time_column": "at",
            "seats_column": "seats",
            "attributes": {"line": ["fast", "slow"]},
        },
        traffic__coaches__deadline="40 min",
    )
    value = measured(*run_hand(scenario, cars=[5]))
    # Out of the first at 1, of the second when the first is back at 24; its last is back at 46.
    assert value["arrivals", "vehicles", "total"] == 4
    assert value["arrivals", "persons", "total"] == 9
    assert value["arrivals", "all", "total"] == 13
    assert value["missed", "vehicles", "total"] == 1
    assert value["missed", "persons", "total"] == 3
    assert value["missed", "attribute=line:fast", "total"] == 4
    assert value["released", "attribute=line:fast", "total"] == 4
    assert value["released", "attribute=line:slow", "total"] == 4
    services = ("2026-04-13T00:00", "2026-04-13T00:00/2", "2026-04-13T01:00")
    missed = [value["missed", f"service=coaches:{time}", "total"] for time in services]
    assert missed == [0, 4, 0]
    assert sum(value["arrivals", f"service=coaches:{time}", "total"] for time in services) == 12


def test_a_disturbance_sends_those_elsewhere_who_get_out(run_hand: RunHand) -> None:
    scenario = border()
    lasts = {"at": [{"from": "2026-04-13T00:05", "for": "1 h"}]}
    scenario["disturbances"] = {"full": {**lasts, "instead": {"check": "refused"}}}
    _, travellers, log = run_hand(scenario, coaches=[0, 10], cars=[200])
    members = travellers.vehicle >= 0
    # Those of the first coach are checked as usual; those of the second are refused at once.
    assert log.outcome[members].tolist() == 3 * [int(Outcome.RELEASED)] + 3 * [int(Outcome.REFUSED)]
    # The second coach has the bay when the last of the first is back, at 24, and waits for nobody.
    assert log.minutes.departure[members][3:].tolist() == 3 * [25]
    assert log.minutes.departure[1] == 30


def test_who_gets_out_and_is_sent_elsewhere_goes_the_way_there(run_hand: RunHand) -> None:
    scenario = border()
    scenario["stops"]["tent"] = {"lanes": 4}
    scenario["moves"].append({"from": "bay", "to": "tent", "time": "4 min"})
    scenario["workflow"]["steps"]["aside"] = {"stop": "tent", "do": "papers", "next": "released"}
    lasts = {"at": [{"from": "2026-04-13T00:00", "for": "1 h"}]}
    scenario["disturbances"] = {"full": {**lasts, "instead": {"check": "aside"}}}
    plan, travellers, log = run_hand(scenario, coaches=[0], cars=[200])
    members = travellers.vehicle >= 0
    aside = [step.name for step in plan.steps].index("aside")
    assert log.minutes.queued[aside][members].tolist() == [5, 5, 5]
    went = as_it_was(plan, Block.of(travellers, circumstances(plan, 1, 0)), log)[0].travellers
    assert (went.move_in[members] == 4 * MINUTE).all()
