"""Disturbances that a state of the border sets off: when they begin, and when they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from borders import border, shifts

import bcpsim
from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import MICROSECONDS

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

HALF = {"activities": {"check": {"factor": 0.5}}}


def ruled(trigger: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a border whose checks of 10 minutes take 5 while a rule is in force."""
    return border(disturbances={"rule": {"trigger": trigger, **HALF, **more}})


def spells(log: EventLog) -> list[tuple[float, float]]:
    """Return from when to when disturbances lasted, in minutes."""
    return [(start / MICROSECONDS, end / MICROSECONDS) for _, _, start, end in log.spells.tolist()]


def seconds(log: EventLog) -> list[tuple[int, int]]:
    """Return from when to when disturbances lasted, in seconds."""
    return [(round(60 * start), round(60 * end)) for start, end in spells(log)]


def test_a_queue_sets_it_off_and_its_end_is_lower_down(run_hand: RunHand) -> None:
    scenario = ruled({"queue": "booth", "reaches": 3}, until=1)
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4])
    # At 3 three wait. The check in hand is finished as it began; those of 10, 15 and 20 take 5;
    # at 20 one waits still, so that the last of them is the one that began as it ended.
    assert spells(log) == [(3, 20)]
    assert log.minutes.started[0].tolist() == [0, 10, 15, 20, 25]
    assert log.minutes.ended[0].tolist() == [10, 15, 20, 25, 35]


def test_what_a_rule_saves_is_measured(tmp_path: Path) -> None:
    arrivals = {"pattern": "batch", "count": 4}
    scenario = ruled({"queue": "booth", "reaches": 2}, until=0)
    scenario["traffic"]["cars"]["arrivals"] = arrivals
    path = tmp_path / "hand.yaml"
    path.write_text(yaml.safe_dump(scenario), encoding="utf-8")
    result = bcpsim.run(path, replications=2)
    found = {row["measure"]: row["estimate"] for row in result.rows}
    # They start at 0, 10, 15 and 20 in place of 0, 10, 20 and 30.
    assert 60 * found["delay_saved"] == 15
    assert found["delay_caused"] == 0


def test_without_an_end_of_its_own_it_lasts_as_long_as_the_state(run_hand: RunHand) -> None:
    _, _, log = run_hand(ruled({"queue": "booth", "reaches": 3}), cars=[0, 1, 2, 3, 4])
    # Four wait at 4, three from 10 on, two from 15 on.
    assert spells(log) == [(3, 15)]


def test_a_state_that_never_comes_changes_nothing(run_hand: RunHand) -> None:
    _, _, log = run_hand(ruled({"queue": "booth", "reaches": 5}), cars=[0, 1, 2, 3, 4])
    assert spells(log) == []
    assert log.minutes.ended[0].tolist() == [10, 20, 30, 40, 50]


@pytest.mark.parametrize("watched", ["first_wait", "longest_wait"])
def test_a_wait_sets_it_off_at_the_moment_at_which_it_is_long_enough(
    watched: str, run_hand: RunHand
) -> None:
    scenario = ruled({watched: "booth", "reaches": "7 min"}, until="2 min")
    _, _, log = run_hand(scenario, cars=[0, 1, 2])
    # Who came at 1 has waited 7 at 8; at 10 the next has waited 8, and at 15 nobody waits.
    assert spells(log) == [(8, 15)]


def test_who_waits_for_closed_lanes_goes_on_waiting(run_hand: RunHand) -> None:
    scenario = ruled({"first_wait": "booth", "reaches": "7 min"}, closed="all")
    scenario["disturbances"]["rule"]["at_most"] = "30 min"
    scenario["stops"]["booth"]["queue"] = "per_lane"
    _, _, log = run_hand(scenario, cars=[0, 1])
    # Who came at 1 has waited 7 at 8, and waits on until the lane opens at 38.
    assert spells(log) == [(8, 38)]
    assert log.minutes.started[0].tolist() == [0, 38]


def test_what_takes_away_its_own_cause_changes_once_a_second(run_hand: RunHand) -> None:
    scenario = ruled({"on_duty": "guards", "reaches": 1}, on_duty={"guards": 0})
    scenario["horizon"].update(duration="10 s", ending="cut")
    _, _, log = run_hand(scenario, cars=[0.15])
    assert seconds(log) == [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]


def test_the_next_in_line_may_have_waited_less_than_another(run_hand: RunHand) -> None:
    scenario = ruled({"first_wait": "booth", "reaches": "8 min"})
    scenario["classes"]["bus"] = {}
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source}
    scenario["stops"]["booth"]["priority"] = [{"class": "bus"}]
    _, _, log = run_hand(scenario, cars=[0, 1], buses=[5])
    # The bus of 5 is before the car of 1, and starts at 10; then the car has waited 9.
    assert spells(log)[0][0] == 10
    scenario["disturbances"]["rule"]["trigger"] = {"longest_wait": "booth", "reaches": "8 min"}
    _, _, log = run_hand(scenario, cars=[0, 1], buses=[5])
    assert spells(log)[0][0] == 9


def test_the_mean_wait_of_the_last_who_were_served(run_hand: RunHand) -> None:
    scenario = ruled({"mean_wait": "booth", "last": 2, "reaches": "10 min"})
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 50, 70])
    # Waits are 0, 9, 18: of the last two 4.5 at 10, 13.5 at 20; at 50 9.
    assert spells(log) == [(20, 50)]


def test_officers_on_duty_and_places_of_an_area(run_hand: RunHand) -> None:
    scenario = ruled({"on_duty": "guards", "falls_to": 1})
    scenario["officers"] = shifts(("00:00", "24:00", 1), ("00:30", "01:00", 1))
    _, _, log = run_hand(scenario, cars=[0])
    assert spells(log) == [(0, 30), (60, 1470), (1500, 1680)]
    scenario = ruled({"area": "yard", "reaches": 2})
    scenario["areas"] = {"yard": {"places": 5}}
    scenario["stops"]["booth"]["waiting_area"] = "yard"
    _, _, log = run_hand(scenario, cars=[0, 1, 2])
    assert spells(log) == [(2, 10)]


def test_the_state_must_last_and_the_effect_comes_later(run_hand: RunHand) -> None:
    scenario = ruled({"queue": "booth", "reaches": 2, "for": "6 min"}, until=0)
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3])
    assert spells(log) == [(8, 20)]
    scenario["disturbances"]["rule"]["delay"] = "4 min"
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3])
    # Decided at 8, in force from 12: the check of 10 still takes 10, that of 20 takes 5.
    assert spells(log) == [(12, 25)]
    scenario["disturbances"]["rule"]["trigger"]["for"] = "9 min"
    _, _, log = run_hand(scenario, cars=[0, 1, 2])
    assert spells(log) == []  # one starts at 10


def test_what_is_no_longer_needed_does_not_begin(run_hand: RunHand) -> None:
    scenario = ruled({"queue": "booth", "reaches": 1}, delay="30 min")
    _, _, log = run_hand(scenario, cars=[0, 1])
    assert spells(log) == []


def test_at_most_so_long_so_often_a_day_and_with_a_pause(run_hand: RunHand) -> None:
    scenario = ruled({"queue": "booth", "reaches": 1}, at_most="5 min")
    scenario["disturbances"]["rule"]["activities"] = {"check": {"factor": 1}}
    cars: list[float] = [0, 1, 2, 3, 4, 5, 6, 7]  # somebody waits until 70
    _, _, log = run_hand(scenario, cars=cars)
    assert seconds(log)[:3] == [(60, 360), (361, 661), (662, 962)]
    scenario["disturbances"]["rule"]["pause"] = "20 min"
    _, _, log = run_hand(scenario, cars=cars)
    assert spells(log) == [(1, 6), (26, 31), (51, 56)]
    scenario["disturbances"]["rule"]["per_day"] = 2
    _, _, log = run_hand(scenario, cars=cars)
    assert spells(log) == [(1, 6), (26, 31)]
    scenario["horizon"] = {"start": "2026-04-12T23:50", "duration": "4 h"}
    _, _, log = run_hand(scenario, cars=cars)  # by the clock they come at 10 to 17 after the start
    assert spells(log) == [(11, 16), (36, 41)]


def test_a_new_day_begins_at_midnight(run_hand: RunHand) -> None:
    scenario = ruled({"queue": "booth", "reaches": 1}, at_most="5 min", per_day=1)
    scenario["horizon"] = {"start": "2026-04-12T23:30", "duration": "4 h"}
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "batch", "count": 8}
    _, _, log = run_hand(scenario)
    assert spells(log) == [(0, 5), (30, 35)]


def test_hours_bound_a_trigger(run_hand: RunHand) -> None:
    scenario = ruled({"queue": "booth", "reaches": 1}, hours=["00:20-00:40"])
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4, 5, 6])
    assert spells(log) == [(20, 40)]


def test_a_trigger_at_random_times(run_hand: RunHand) -> None:
    scenario = ruled({"queue": "booth", "reaches": 1}, random={"every": "15 min", "lasts": "5 min"})
    _, _, log = run_hand(scenario, cars=[0, 1, 2, 3, 4, 5, 6])
    assert spells(log) == [(15, 20), (35, 40)]  # each 15 after the end of the one before


def test_the_day_of_the_run_begins_at_midnight(run_hand: RunHand) -> None:
    scenario = border(horizon={"start": "2026-04-13T10:00", "duration": "40 h"})
    plan, _, _ = run_hand(scenario, cars=[600])
    assert plan.days == (-600, 840, 2280, 3720)
