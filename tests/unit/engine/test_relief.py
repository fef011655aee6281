"""Who is done stays with the vehicle until the next of the crew takes over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from borders import joint, laid, read

import bcpsim
from bcpsim.engine import EventLog, holdings
from bcpsim.kpi.handling import Handling
from bcpsim.kpi.layout import Layout
from bcpsim.kpi.view import View
from bcpsim.plan import Plan
from bcpsim.sampling import Block, Travellers
from bcpsim.sampling.ticks import MICROSECONDS as MINUTE

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]
Scenario = dict[str, Any]


def relayed(*overrides: str, when_done: str = "hand_over") -> Scenario:
    """Return a hall of two lanes in which customs, who take 15 minutes, follow a guard."""
    return joint(
        f"""
activities: {{goods: {{duration: 15 min}}}}
stops: {{hall: {{lanes: 2}}}}
workflow: {{steps: {{control: {{order: sequence, when_done: {when_done}}}}}}}
""",
        *overrides,
    )


@pytest.mark.parametrize(
    ("when_done", "checks", "held"),
    [
        ("free", [0, 10, 25], [10, 20, 35]),
        # The guard waits with the second car from 20 to 25, and then begins with the third.
        ("hand_over", [0, 10, 25], [10, 25, 40]),
    ],
)
def test_an_officer_stays_until_the_next_takes_over(
    when_done: str, checks: list[int], held: list[int], run_hand: RunHand
) -> None:
    plan, travellers, log = run_hand(relayed(when_done=when_done), cars=[0, 1, 2])
    assert log.minutes.started.tolist() == [checks, [10, 25, 40]]
    assert log.minutes.ended[0].tolist() == [start + 10 for start in checks]
    assert holdings(plan, travellers, log).minutes.end[:3].tolist() == held


def test_who_stays_does_nothing_else_meanwhile(run_hand: RunHand) -> None:
    # With three lanes a guard who were free would begin with the third car at 20.
    _, _, log = run_hand(relayed("stops: {hall: {lanes: 3}}"), cars=[0, 1, 2])
    assert log.minutes.started[0].tolist() == [0, 10, 25]


def test_nobody_is_waited_for_whom_a_colleague_can_stand_in_for(run_hand: RunHand) -> None:
    trained = "officers: {guards: {skills: [passport, goods]}}"
    plan, travellers, log = run_hand(relayed(trained, "officers: {customs: null}"), cars=[0, 1])
    assert log.minutes.started.tolist() == [[0, 25], [10, 35]]
    assert holdings(plan, travellers, log).minutes.end.tolist() == [10, 35, 25, 50]


def test_equipment_that_the_next_needs_is_given_back(run_hand: RunHand) -> None:
    shared = """
equipment: {scanner: {}}
workflow:
  steps: {control: {crew: [{do: passport, equipment: scanner}, {do: goods, equipment: scanner}]}}
"""
    _, _, log = run_hand(relayed(shared), cars=[0, 1])
    assert log.minutes.started.tolist() == [[0, 25], [10, 35]]


def test_equipment_stays_with_its_officer(run_hand: RunHand) -> None:
    # A second guard could begin with the third car at 20, but the dog waits with the first.
    dog = """
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 2}]}}
equipment: {dog: {}}
stops: {hall: {lanes: 3}}
workflow: {steps: {control: {crew: [{do: passport, equipment: dog}, {do: goods}]}}}
"""
    _, _, log = run_hand(relayed(dog), cars=[0, 1, 2])
    assert log.minutes.started[0].tolist() == [0, 10, 25]


def test_who_waits_at_the_deadline_leaves_and_the_officer_is_free(run_hand: RunHand) -> None:
    scenario = relayed("stops: {hall: {lanes: 3}}")
    scenario["traffic"]["cars"]["deadline"] = "20 min"
    late = "officers: {customs: {shifts: [{from: 01:00, to: 24:00, count: 1}]}}"
    plan, travellers, log = run_hand(laid(scenario, read(late)), cars=[0, 1])
    # The second begins at 20, a minute before its deadline, and is too late for customs at 30.
    assert log.minutes.departure.tolist() == [20, 30]
    assert holdings(plan, travellers, log).minutes.end.tolist() == [20, 30]


def test_who_stays_as_the_run_ends_is_held_until_then(run_hand: RunHand) -> None:
    cut = "horizon: {duration: 22 min, ending: cut}"
    plan, travellers, log = run_hand(relayed(cut), cars=[0, 1, 2])
    assert holdings(plan, travellers, log).minutes.end.tolist() == [10, 22, 22]


def test_the_time_of_waiting_for_the_other_agency_is_one_of_the_case(run_hand: RunHand) -> None:
    case = """
truths: {goods: 100 %}
activities: {passport: {detection: {of: {goods: 100 %}, result: seen}}}
cases: {seizure: {of: seen, handled_by: goods}}
"""
    plan, travellers, log = run_hand(relayed(case), cars=[0, 1])
    handling = Handling.of(View(Layout(plan), Block.of(travellers), log))
    guard, customs = plan.agencies.index("guard"), plan.agencies.index("customs")
    assert handling.worked[0, 0, guard] == 5 * MINUTE
    assert handling.worked[0, 0, customs] == 30 * MINUTE
    assert handling.by_agency[0, 0, guard] == 1  # nobody waited with the first car
    assert handling.by_agency[0, 0, customs] == 2


@pytest.mark.parametrize("order", ["parallel", "any", "independent"])
def test_only_in_a_sequence_somebody_takes_over(order: str, run_hand: RunHand) -> None:
    extra = f"workflow: {{steps: {{control: {{order: {order}}}}}}}"
    with pytest.raises(bcpsim.ScenarioError, match="when_done: hand_over is for a crew with order"):
        run_hand(relayed(extra), cars=[0])
