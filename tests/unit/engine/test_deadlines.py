"""Travellers who leave unchecked at a deadline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from borders import border

from bcpsim.engine import EventLog
from bcpsim.kpi import Meter, times_of_travellers
from bcpsim.plan import Outcome, Plan
from bcpsim.sampling import Block, Travellers, circumstances

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]


def test_who_still_waits_at_the_deadline_leaves_and_a_check_is_finished(
    run_hand: RunHand,
) -> None:
    scenario = border(traffic__cars__deadline="12 min")
    plan, travellers, log = run_hand(scenario, cars=[0, 1, 2, 19])
    # The second starts at 10 and is finished at 20, late; the third leaves the queue at 14.
    assert log.outcome.tolist() == [
        Outcome.RELEASED,
        Outcome.MISSED,
        Outcome.MISSED,
        Outcome.RELEASED,
    ]
    assert log.minutes.departure.tolist() == [10, 20, 14, 30]
    assert log.minutes.left.tolist() == [[10, 20, 14, 30]]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [0, 9, 12, 1]
    assert times["wait_for_officer"].tolist() == [0, 9, 12, 1]


def test_at_the_very_deadline_an_end_comes_first_and_a_start_comes_too_late(
    run_hand: RunHand,
) -> None:
    _, _, log = run_hand(border(traffic__cars__deadline="10 min"), cars=[0, 0])
    assert log.outcome.tolist() == [Outcome.RELEASED, Outcome.MISSED]


@pytest.mark.parametrize("places", [0, 1])
def test_a_deadline_frees_the_lane_and_the_place_of_who_is_blocked(
    run_hand: RunHand, places: int
) -> None:
    scenario = border(traffic__cars__deadline="35 min")
    scenario["activities"]["long"] = {"skill": "long", "duration": "60 min"}
    scenario["areas"] = {"yard": {"places": places}}
    scenario["stops"] = {"booth": {"lanes": 1}, "desk": {"lanes": 1, "waiting_area": "yard"}}
    scenario["officers"]["desk"] = {
        **scenario["officers"]["guards"],
        "skills": "long",
        "stop": "desk",
    }
    scenario["workflow"]["steps"]["check"]["next"] = "desk"
    scenario["workflow"]["steps"]["desk"] = {"stop": "desk", "do": "long", "next": "released"}
    plan, travellers, log = run_hand(scenario, cars=[0, 1, 2, 40])
    assert log.outcome.tolist() == [Outcome.MISSED] * 4
    # The first holds the desk until 70. With no place the second blocks the booth until 36,
    # else the third does, who is let into the yard then, for a minute.
    third = (36, 46) if places == 0 else (20, 37)
    assert log.minutes.departure.tolist() == [70, 36, third[1], 130]
    assert log.minutes.started[0].tolist() == [0, 10, third[0], 46 if places == 0 else 40]
    times = times_of_travellers(plan, travellers, log)
    parts = [times[name] for name in ("waiting_time", "service_time", "move_time")]
    assert sum(parts).tolist() == (log.minutes.departure - travellers.minutes.arrival).tolist()


@pytest.mark.parametrize("places", [0, 1])
def test_who_gives_up_at_a_lane_has_waited_for_a_lane(run_hand: RunHand, places: int) -> None:
    scenario = border(
        traffic__cars__deadline="8 min",
        areas={"yard": {"places": places}},
        stops={"booth": {"lanes": 1, "waiting_area": "yard"}},
    )
    scenario["officers"]["guards"]["shifts"][0]["count"] = 2
    plan, travellers, log = run_hand(scenario, cars=[0, 1, 1])
    # The others wait for the one lane, at most one of them in the yard.
    assert log.minutes.departure.tolist() == [10, 9, 9]
    times = times_of_travellers(plan, travellers, log)
    assert times["waiting_time"].tolist() == [0, 8, 8]
    assert times["wait_for_lane"].tolist() == [0, 8, 8]
    assert times["wait_for_officer"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("when", [None, {"class": "car"}])
def test_who_gives_up_between_two_officers_has_waited_for_the_second(
    run_hand: RunHand, when: dict[str, str] | None
) -> None:
    scenario = border(
        traffic__cars__deadline="15 min",
        activities__look={"skill": "look", "duration": "5 min"},
        officers__lookers={
            "agency": "guard",
            "skills": "look",
            "stop": "booth",
            "shifts": [{"from": "00:20", "to": "24:00", "count": 1}],
        },
        workflow__steps__check={
            "stop": "booth",
            "crew": [{"do": "check"}, {"do": "look", **({"when": when} if when else {})}],
            "order": "sequence",
            "when_done": "free",
            "next": "released",
        },
    )
    plan, travellers, log = run_hand(scenario, cars=[0, 20])
    assert log.minutes.departure.tolist() == [15, 35]
    assert log.outcome.tolist() == [Outcome.MISSED, Outcome.RELEASED]
    times = times_of_travellers(plan, travellers, log)
    assert times["service_time"].tolist() == [10, 15]
    assert times["waiting_time"].tolist() == times["wait_for_officer"].tolist() == [5, 0]
    assert times["wait_blocked"].tolist() == [0, 0]
    meter = Meter(plan)
    totals = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0]
    value = dict(zip(map(str, meter.rows), totals.tolist(), strict=True))
    assert value["visits/stop=booth/total"] == 2
    assert value["gave_up/stop=booth/total"] == 0  # not in the queue
    assert value["waiting_time/stop=booth/mean"] == 2.5
    assert value["throughput/stop=booth/mean"] == 0.25  # one in four hours


def test_a_deadline_that_falls_into_a_move_is_missed_on_arrival(run_hand: RunHand) -> None:
    scenario = border(
        traffic__cars__deadline="12 min",
        moves=[{"from": "booth", "to": "yard", "time": "5 min"}],
        stops={"booth": {"lanes": 1}, "yard": {"lanes": 1}},
    )
    scenario["activities"]["look"] = {"skill": "look", "duration": "1 min"}
    scenario["officers"]["lookers"] = {
        **scenario["officers"]["guards"],
        "skills": "look",
        "stop": "yard",
    }
    scenario["workflow"]["steps"]["check"]["next"] = "look"
    scenario["workflow"]["steps"]["look"] = {"stop": "yard", "do": "look", "next": "released"}
    plan, travellers, log = run_hand(scenario, cars=[0])
    assert log.outcome.tolist() == [Outcome.MISSED]
    assert log.minutes.departure.tolist() == [15]
    assert log.lane.tolist() == [[0], [-1]]
    times = times_of_travellers(plan, travellers, log)
    assert [times[name].tolist() for name in ("service_time", "move_time")] == [[10], [5]]


def test_who_has_left_or_is_checked_as_the_deadline_comes_is_not_touched(
    run_hand: RunHand,
) -> None:
    _, _, log = run_hand(border(traffic__cars__deadline="11 min"), cars=[0, 20])
    assert log.outcome.tolist() == [Outcome.RELEASED] * 2
    assert log.minutes.departure.tolist() == [10, 30]
    _, _, log = run_hand(border(traffic__cars__deadline="9 min"), cars=[0])
    assert log.outcome.tolist() == [Outcome.MISSED]  # a check under way is finished, too late
    assert log.minutes.departure.tolist() == [10]
