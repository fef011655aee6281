"""Which crossing those choose who arrive in a region, and where they go if it is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from borders import border, two_crossings

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import NEVER

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

NEAR, FAR_OFF = 0, 1
AT = [{"from": "2026-04-13T00:05", "for": "20 min"}]


def test_without_signs_all_go_to_the_nearest(run_hand: RunHand) -> None:
    _, _, log = run_hand(two_crossings(), cars=[0, 1, 2])
    assert log.crossing.tolist() == [[NEAR] * 3]
    assert log.minutes.driven.tolist() == [[2, 2, 2]]
    assert log.minutes.queued[0].tolist() == [2, 3, 4]
    assert log.minutes.started[0].tolist() == [2, 12, 22]


def test_another_than_the_usual_crossing_must_save_so_much(run_hand: RunHand) -> None:
    choice = {"gain": "2 min", "sign": {"shows": "queue", "each": "3 min"}}
    _, _, log = run_hand(two_crossings(choice=choice), cars=[0, 1, 2, 5, 6])
    # 2 + 6 against 7 + 2.
    assert log.crossing.tolist() == [[0, 0, 0, 0, 0]]


def test_who_does_not_look_goes_to_the_usual_crossing(run_hand: RunHand) -> None:
    choice = {"look": 0, "sign": {"shows": "queue", "each": "1 h"}}
    _, _, log = run_hand(two_crossings(choice=choice), cars=[0, 1, 2, 3, 4])
    assert log.crossing.tolist() == [[NEAR] * 5]


@pytest.mark.parametrize("gate", ["divert", "turn_back"])
def test_a_crossing_that_is_closed_is_chosen_by_nobody(gate: str, run_hand: RunHand) -> None:
    closed = {"at": AT, "crossing": "near", "arrivals": gate}
    _, _, log = run_hand(two_crossings(disturbances={"closed": closed}), cars=[0, 4, 6, 24, 25])
    # It closes at 5. Who set out at 4 comes at 6: diverted out of the region, as there is no
    # drive from the near crossing to the other.
    ended = {"divert": Outcome.DIVERTED, "turn_back": Outcome.TURNED_AWAY}[gate]
    assert log.crossing.tolist() == [[0, 0, 1, 1, 0]]
    released = int(Outcome.RELEASED)
    assert log.outcome.tolist() == [released, int(ended), released, released, released]
    assert log.minutes.departure.tolist()[1] == 6


def test_who_comes_to_a_closed_crossing_is_diverted_to_another(run_hand: RunHand) -> None:
    scenario = two_crossings(
        disturbances={"closed": {"at": AT, "crossing": "near", "arrivals": "divert"}}
    )
    scenario["drives"]["near"] = {"far_off": "30 min"}
    scenario["moves"] = [{"from": "arrival", "to": "far_booth", "time": "1 min"}]
    _, _, log = run_hand(scenario, cars=[0, 4])
    assert log.crossing.tolist() == [[NEAR, FAR_OFF]]
    assert log.minutes.driven.tolist() == [[2, 33]]
    assert log.minutes.queued[1].tolist()[1] == 37
    assert (log.outcome == int(Outcome.RELEASED)).all()


def test_those_held_outside_one_crossing_do_not_hold_up_those_at_another(
    run_hand: RunHand,
) -> None:
    held = {"at": AT, "crossing": "near", "arrivals": "hold"}
    shorter = {"at": [{"from": "2026-04-13T00:05", "for": "5 min"}], "arrivals": "hold"}
    shorter["crossing"] = "far_off"
    scenario = two_crossings(disturbances={"held": held, "shorter": shorter})
    scenario["traffic"]["others"] = {
        "classes": {"car": 1},
        "crossing": "far_off",
        "arrivals": {"pattern": "times", "file": "others.csv", "time_column": "at"},
    }
    _, _, log = run_hand(scenario, cars=[4], others=[6])
    assert log.minutes.started[0].tolist() == [25, pytest.approx(float("nan"), nan_ok=True)]
    assert log.minutes.started[1].tolist()[1] == 10


def test_opening_hours_of_one_crossing(run_hand: RunHand) -> None:
    scenario = two_crossings()
    scenario["crossings"]["near"]["opening"] = {"hours": ["00:00-01:00"], "arrivals": "turn_back"}
    _, _, log = run_hand(scenario, cars=[0, 59, 60])
    # Who set out at 59 comes at 61, when it is closed; at 60 the other is chosen.
    assert log.crossing.tolist() == [[0, 0, 1]]
    assert log.outcome[1] == int(Outcome.TURNED_AWAY)
    assert log.minutes.queued[1, 2] == 67


def test_work_is_changed_at_the_crossing_meant_alone(run_hand: RunHand) -> None:
    slow = {"at": AT, "crossing": "near", "activities": {"check": {"factor": 2}}}
    scenario = two_crossings(disturbances={"slow": slow})
    scenario["traffic"]["others"] = {
        "classes": {"car": 1},
        "crossing": "far_off",
        "arrivals": {"pattern": "times", "file": "others.csv", "time_column": "at"},
    }
    _, _, log = run_hand(scenario, cars=[4], others=[6])
    assert log.minutes.ended[0, 0] == 26
    assert log.minutes.ended[1, 1] == 16


def test_a_team_of_both_crossings_drives_between_them(run_hand: RunHand) -> None:
    scenario = two_crossings()
    team = scenario["officers"].pop("near_guards")
    del scenario["officers"]["far_guards"]
    team |= {"stop": ["near_booth", "far_booth"], "pool": {"walk": "20 min"}}
    scenario["officers"]["team"] = team
    scenario["traffic"]["others"] = {
        "classes": {"car": 1},
        "crossing": "far_off",
        "arrivals": {"pattern": "times", "file": "others.csv", "time_column": "at"},
    }
    _, _, log = run_hand(scenario, cars=[0], others=[3])
    assert log.minutes.started[0, 0] == 2
    assert log.minutes.started[1, 1] == 32


def test_the_log_of_one_border_has_no_columns_of_crossings(run_hand: RunHand) -> None:
    _, _, log = run_hand(border(), cars=[0])
    assert log.crossing.shape == log.driven.shape == log.shown.shape == (0, 1)
    assert (log.shown == NEVER).all()
