"""Rules of choosing by name: each stands in the table, and equal options end as it says."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from borders import separate

from bcpsim.choosing import CHOOSERS, Chooser
from bcpsim.engine import EventLog, cache
from bcpsim.engine.records import Lane, Traveller, World
from bcpsim.engine.rules import choosing
from bcpsim.engine.table import rule
from bcpsim.errors import RunError
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]


@pytest.mark.parametrize("chooser", CHOOSERS, ids=lambda chooser: chooser.kind)
def test_the_table_has_a_row_for_each_function_and_none_more(chooser: Chooser) -> None:
    asked = (choosing.lane_value, choosing.post_value, choosing.turn_value)[CHOOSERS.index(chooser)]
    given = [p.annotation for p in inspect.signature(asked).parameters.values()][1:]
    found = {
        name
        for name, function in vars(choosing).items()
        if inspect.isfunction(function)
        and [p.annotation for p in inspect.signature(function).parameters.values()] == given
    }
    assert found == set(chooser.criteria)


@pytest.mark.parametrize("choice", ["fewest_vehicles", "shortest_queue"])
def test_of_equal_lanes_the_first_is_chosen(run_hand: RunHand, choice: str) -> None:
    extra = f"""
stops:
  booth: {{lanes: 3, queue: per_lane, choice: {choice}}}
officers: {{guards: {{shifts: [{{from: 00:00, to: 24:00, count: 3}}]}}}}
"""
    _, _, log = run_hand(separate(extra), cars=[0, 1, 2])
    # Who is in service counts for one rule and not for the other.
    lanes = {"fewest_vehicles": [0, 1, 2], "shortest_queue": [0, 0, 1]}
    assert log.lane[0].tolist() == lanes[choice]


def with_hurried_buses(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a border to which buses come as well, gone after 50 minutes; cars after 90."""
    scenario["traffic"]["cars"]["deadline"] = "90 min"
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source, "deadline": "50 min"}
    return scenario


@pytest.mark.parametrize(("overtaking", "queue"), [(True, "single"), (False, "per_lane")])
def test_next_in_line_may_be_whose_deadline_comes_first(
    run_hand: RunHand, overtaking: bool, queue: str
) -> None:
    stop = {"lanes": 1, "next_in_line": "earliest_deadline", "overtaking": overtaking}
    scenario = with_hurried_buses(separate())
    scenario["stops"]["booth"] = stop | {"queue": queue}
    _, _, log = run_hand(scenario, cars=[0, 1, 2], buses=[3, 45])
    # The bus of 3 has to pass by 53, before the cars of 1 and 2; that of 45 comes after those.
    assert log.minutes.started[0].tolist() == [0, 20, 30, 10, 45]


def with_weights(weight: float, **stop: Any) -> dict[str, Any]:
    """Return a border with a booth in which waits of buses weigh so much, to which buses come."""
    scenario = separate()
    weights = [{"when": {"class": "bus"}, "weight": weight}]
    scenario["stops"]["booth"] = {"lanes": 1, "next_in_line": "weighted_wait", **stop}
    scenario["stops"]["booth"]["weights"] = weights
    source = {"pattern": "times", "file": "buses.csv", "time_column": "at"}
    scenario["traffic"]["buses"] = {"classes": {"bus": 1}, "arrivals": source}
    return scenario


def test_next_in_line_may_be_whose_weighted_wait_is_largest_then(run_hand: RunHand) -> None:
    _, _, log = run_hand(with_weights(3), cars=[0, 1, 2], buses=[8, 25])
    # At 10 the car of 1 has waited 9, the bus 3 x 2; at 20 that of 2 has 18, and the bus 3 x 12.
    # At 30 the car has 28, and the second bus 3 x 5.
    assert log.minutes.started[0].tolist() == [0, 10, 30, 20, 40]


def test_of_equal_weighted_waits_who_joined_first_is_next(run_hand: RunHand) -> None:
    _, _, log = run_hand(with_weights(3), cars=[0, 1], buses=[7])
    assert log.minutes.started[0].tolist() == [0, 10, 20]  # 9 is 3 x 3
    _, _, log = run_hand(with_weights(3.01), cars=[0, 1], buses=[7])
    assert log.minutes.started[0].tolist() == [0, 20, 10]


def test_a_weight_of_nothing_lets_all_others_go_first(run_hand: RunHand) -> None:
    _, _, log = run_hand(with_weights(0), cars=[0, 9, 15], buses=[1, 2])
    assert log.minutes.started[0].tolist() == [0, 30, 40, 10, 20]


def test_the_wait_outside_a_full_area_has_its_weight_too(run_hand: RunHand) -> None:
    scenario = with_weights(1.5, waiting_area="yard")
    scenario["areas"] = {"yard": {"places": 2}}
    _, _, log = run_hand(scenario, cars=[0, 1, 2], buses=[3])
    # At 20 the bus has waited 17 since it came, 10 since it entered; the car of 2 has 18.
    assert log.minutes.started[0].tolist() == [0, 10, 30, 20]


@pytest.mark.parametrize(("weight", "started"), [(2, [0, 10]), (4, [10, 0])])
def test_the_wait_before_the_start_has_its_weight_too(
    run_hand: RunHand, weight: float, started: list[float]
) -> None:
    scenario = with_weights(weight)
    scenario["traffic"] = {
        "cars": {"classes": {"car": 1}, "arrivals": {"pattern": "waiting", "count": 1}},
        "buses": {"classes": {"bus": 1}, "arrivals": {"pattern": "waiting", "count": 1}},
    }
    scenario["traffic"]["cars"]["arrivals"]["waited"] = "60 min"
    scenario["traffic"]["buses"]["arrivals"]["waited"] = "20 min"
    _, travellers, log = run_hand(scenario)
    assert travellers.minutes.arrival.tolist() == [-60, -20]
    assert log.minutes.started[0].tolist() == started


def test_officers_of_a_pool_may_go_to_whom_it_is_most_urgent(run_hand: RunHand) -> None:
    extra = """
classes: {bus: {}}
officers:
  guards: {shifts: [{from: 00:10, to: 24:00, count: 1}], stop: [booth, desk],
    skills: [passport, goods], pool: {rule: most_urgent}}
  customs: null
workflow: {entry: [{when: {class: bus}, to: second}, {to: first}]}
"""
    scenario = with_hurried_buses(separate(extra))
    _, _, log = run_hand(scenario, cars=[0, 1], buses=[3])
    # From 10 on: the bus, gone at 53, then the cars, gone at 90 and 91, where each waits.
    assert log.minutes.started[1].tolist()[2] == 10
    assert log.minutes.started[0].tolist()[:2] == [16, 32]
    assert log.minutes.started[1].tolist()[:2] == [26, 42]


@rule
def changes(w: World, me: Traveller, lane: Lane) -> int:
    """Change what it is asked about."""
    lane.waiting = 0
    return 0


@rule
def changes_a_set(w: World, me: Traveller, lane: Lane) -> int:
    """Change a set."""
    lane.stop.free.clear()
    return 0


def not_registered(lane: Lane) -> int:
    """Lack a decorator."""
    return lane.number


@rule
def calls_another(w: World, me: Traveller, lane: Lane) -> int:
    """Call what can't be compiled."""
    return not_registered(lane)


@rule
def takes_less(w: World, lane: Lane) -> int:
    """Lack the traveller."""
    return lane.number


@rule
def fair(w: World, me: Traveller, lane: Lane) -> int:
    """Prefer lanes listed last."""
    return -lane.number


@rule
def with_a_mapping(lane: Lane) -> int:
    """Need what Numba can't compile here."""
    return {"number": lane.number}["number"]


def test_what_cannot_be_compiled_is_told() -> None:
    compiled = pytest.importorskip("bcpsim.engine.compiled")
    words = r"the rule 'with_a_mapping' of .*test_choosing can't be compiled: No implementation"
    with pytest.raises(RunError, match=words):
        compiled.compile_rule(with_a_mapping)


def test_rules_that_the_engine_does_not_call_change_no_key() -> None:
    names = {function.__name__ for function in cache._compiled_in()}
    assert {"run_slice", "dispatch", "fewest_vehicles", "first_come"} <= names
    assert not names & {"with_a_mapping", "fair"}


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (changes, "asks and changes nothing; changes changes waiting"),
        (changes_a_set, "asks and changes nothing; changes_a_set changes clear"),
        (calls_another, "not_registered, which calls_another calls, is no @rule"),
        (takes_less, "expected the arguments and result (w: World, me: Traveller, lane: Lane)"),
        (not_registered, "expected a function @rule with (w: World, me: Traveller, lane: Lane)"),
        (3, "expected a function @rule"),
        (fair, ""),
    ],
)
def test_what_can_be_no_rule_of_choosing_is_told(function: Any, words: str) -> None:
    found = list(choosing._faults(function, choosing.lane_value))
    assert len(found) == bool(words)
    assert all(words in fault for fault in found)
