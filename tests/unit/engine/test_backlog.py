"""Those who wait already when the run starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from borders import joint, separate

from bcpsim.engine import EventLog
from bcpsim.kpi import Meter, times_of_travellers
from bcpsim.plan import Plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling import Block, Travellers, circumstances, sample
from bcpsim.sampling.ticks import NEVER

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

LEFT = """
traffic:
  left:
    classes: {bus: 1}
    arrivals: {pattern: waiting, count: 2, waited: 1 h}
"""


def measured(run: Run) -> dict[tuple[str, str, str], float]:
    """Return what is measured of a run, by measure, population and statistic."""
    plan, travellers, log = run
    meter = Meter(plan)
    totals = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0].tolist()
    rows = [(row.measure, row.population, row.statistic) for row in meter.rows]
    return dict(zip(rows, totals, strict=True))


def test_who_waits_at_the_start_comes_first_and_the_whole_wait_counts(run_hand: RunHand) -> None:
    run = run_hand(separate(LEFT, "stops: {booth: {lanes: 1}}"), cars=[0, 1])
    plan, travellers, log = run
    assert log.minutes.arrival.tolist() == [-60, -60, 0, 1]
    assert log.minutes.queued[0].tolist() == [-60, -60, 0, 1]
    assert log.minutes.started[0].tolist() == [0, 10, 20, 30]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [60, 70, 20, 29]
    assert times["time_in_system"].tolist() == [76, 86, 36, 45]
    assert times["wait_for_officer"].tolist()[0] == 60  # why, nobody knows
    value = measured(run)
    assert value["arrivals", "all", "total"] == 4
    assert value["waiting_at_start", "class=bus", "total"] == 2
    assert value["waiting_at_start", "class=car", "total"] == 0
    assert value["backlog_over", "all", "mean"] == 10
    assert np.isnan(value["backlog_over", "class=car", "mean"])
    assert value["queue_length", "stop=booth", "max"] == 3  # buses, of which one starts, and cars
    assert value["queue_length", "stop=booth", "mean"] == pytest.approx((10 + 20 + 29) / 240)


def test_they_count_in_no_hour_and_not_after_a_warm_up(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(separate(LEFT), cars=[0, 61])
    meter = Meter(plan)
    hourly = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).hourly[0]
    arrivals = [row.measure for row in meter.hourly_rows].index("arrivals")
    assert hourly[arrivals].tolist() == [1, 1, 0, 0]
    value = measured(run_hand(separate(LEFT, "horizon: {warm_up: 30 min}"), cars=[0, 61]))
    assert value["arrivals", "all", "total"] == 1
    assert value["waiting_at_start", "all", "total"] == 0


def test_they_wait_for_the_step_that_is_named_where_who_waited_longest_is_first(
    run_hand: RunHand,
) -> None:
    extra = """
traffic:
  left:
    classes: {bus: 1}
    arrivals:
      pattern: waiting
      step: second
      count: 3
      waited: {distribution: uniform, low: 1 h, high: 9 h}
stops: {desk: {lanes: 1}}
moves: [{from: arrival, to: booth, time: 5 min}, {from: arrival, to: desk, time: 5 min}]
"""
    _, _, log = run_hand(separate(extra), cars=[0])
    assert (np.diff(log.arrival[:3]) > 0).all()
    assert np.isnan(log.minutes.queued[0][:3]).all()
    assert log.minutes.queued[1][:3].tolist() == log.minutes.arrival[:3].tolist()
    assert log.minutes.started[1].tolist() == [0, 6, 12, 18]  # the car is at the booth from 5 to 15
    assert log.minutes.queued[0][3] == 5


def test_beyond_the_places_of_an_area_they_stand_outside(run_hand: RunHand) -> None:
    extra = """
areas: {yard: {places: 1}}
stops: {booth: {lanes: 1, waiting_area: yard}}
traffic: {left: {arrivals: {count: 3}}}
"""
    run = run_hand(separate(LEFT, extra), cars=[100])
    assert run[2].minutes.started[0].tolist() == [0, 10, 20, 100]
    assert run[2].minutes.queued[0].tolist() == [-60, -60, -60, 100]
    value = measured(run)
    assert value["queue_outside", "area=yard", "max"] == 1
    assert value["wait_outside", "area=yard", "max"] == 10  # of which the run knows
    assert value["area_occupancy", "area=yard", "mean"] == pytest.approx(20 / 240)
    assert value["waiting_time", "class=bus", "max"] == 80


def test_their_deadline_runs_from_the_start(run_hand: RunHand) -> None:
    extra = """
stops: {hall: {lanes: 1}}
traffic: {left: {deadline: 3 min, arrivals: {count: 3}}}
"""
    _, _, log = run_hand(joint(LEFT, extra), cars=[100])
    assert log.minutes.departure[1:3].tolist() == [3, 3]
    assert log.minutes.started[0].tolist()[0] == 0


def test_a_lane_opens_for_how_long_they_have_waited(run_hand: RunHand) -> None:
    extra = """
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}
stops:
  booth:
    {lanes: 2, control: {by: waiting_time, open_at: 30 min, close_at: 5 min, delay: 0 s, always: 1}}
"""
    _, _, log = run_hand(separate(LEFT, extra), cars=[100])
    assert log.minutes.started[0].tolist() == [0, 0, 100]


def test_who_sits_in_a_vehicle_that_waits_gets_out_of_it(run_hand: RunHand) -> None:
    scenario: dict[str, Any] = separate(LEFT, "classes: {bus: {occupants: 3}, person: {}}")
    scenario["workflow"]["steps"]["first"] |= {
        "split": {"classes": "person", "stay": 1, "to": "second"}
    }
    value = measured(run_hand(scenario, cars=[100]))
    assert value["arrivals", "class=person", "total"] == 4
    assert value["waiting_at_start", "class=person", "total"] == 4
    assert value["released", "all", "total"] == 7


def test_who_has_only_just_come_is_not_turned_back_either(run_hand: RunHand) -> None:
    left = LEFT.replace("1 h", "0 min")
    closed = (
        "disturbances: {closed: {at: [{from: 2026-04-13T00:00, for: 1 h}], arrivals: turn_back}}"
    )
    _, _, log = run_hand(separate(left, closed), cars=[0])
    assert [Outcome(one).name for one in log.outcome.tolist()] == ["RELEASED"] * 2 + ["TURNED_AWAY"]


def test_nobody_waiting_changes_nothing(run_hand: RunHand) -> None:
    none = "traffic: {left: {arrivals: {count: 0}}}"
    _, _, log = run_hand(separate(LEFT, none), cars=[0, 1])
    _, _, alone = run_hand(separate(), cars=[0, 1])
    assert log.minutes.started.tolist() == alone.minutes.started.tolist()
    assert log.outcome.tolist() == alone.outcome.tolist()


def test_who_is_listed_waits_where_and_as_the_table_says(run_hand: RunHand, tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text(
        "replication,class,step,waited,occupants,papers\n"
        "0,bus,second,30,3,visa\n1,bus,second,5,1,eu\n0,car,first,9,1,\n0,bus,first,45,2,\n",
        encoding="utf-8",
    )
    listed = """
classes: {bus: {attributes: {papers: {eu: 100 %, visa: 0 %}}}}
traffic:
  left:
    classes: {bus: 1}
    arrivals:
      {pattern: waiting_list, file: left.csv, where: {class: bus}, replications: 2,
       attributes: papers}
"""
    plan, travellers, log = run_hand(separate(listed), cars=[0])
    # Of replication 0 the buses alone: one for each stop, the longer wait first.
    assert log.minutes.arrival.tolist() == [-45, -30, 0]
    assert travellers.occupants.tolist() == [2, 3, 1]
    papers = plan.attributes[0].values
    assert [papers[k] for k in travellers.attributes[0][:2]] == ["eu", "visa"]
    assert log.minutes.started[0].tolist()[0] == 0
    assert log.queued[0][1] == NEVER
    assert log.minutes.queued[1].tolist()[1] == -30
    assert log.minutes.started[1].tolist()[1] == 0
    # The third replication begins like the first.
    sizes = [len(sample(plan, 1, number)) for number in range(3)]
    assert sizes == [3, 2, 3]
