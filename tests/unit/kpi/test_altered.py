"""What checks find that disturbances leave out, shorten or lengthen, in both ways of running."""

from __future__ import annotations

import math
from typing import Any

import pytest
from borders import laid, read

import bcpsim
from bcpsim.engine import cache

WAYS = ["simpy", pytest.param("compiled", marks=pytest.mark.compiled)]

BORDER = """
name: altered
horizon: {start: 2026-04-13T00:00, duration: 4 h}
agencies: {guard: {}, customs: {}}
classes: {car: {}}
truths: {contraband: 100 %}
traffic: {cars: {classes: {car: 1}, arrivals: {pattern: batch, count: 8}}}
activities:
  check:
    skill: check
    duration: 2.2 min
    detection: {of: {contraband: {time_constant: 2 min}}, false_alarm: 5 %}
  search: {skill: search, duration: 1 min, detection: {of: {contraband: 50 %}}}
officers:
  guards:
    agency: guard
    skills: check
    stop: booth
    shifts: [{from: 00:00, to: 24:00, count: 1}]
  searchers:
    agency: customs
    skills: search
    stop: bay
    shifts: [{from: 00:00, to: 24:00, count: 8}]
stops: {booth: {lanes: 1}, bay: {lanes: 8}}
workflow:
  entry: check
  steps:
    check: {stop: booth, do: check, next: search}
    search: {stop: bay, do: search, next: released}
disturbances: {pause: {at: [{from: 2026-04-13T00:00, for: 4 h}]}}
"""
USUAL = 1 - math.exp(-2.2 / 2)
STEERED = """
activities: {check: {detection: {result: outcome}}}
workflow:
  steps:
    check: {next: [{when: {outcome: found}, to: detained}, {when: {outcome: alarm}, to: search},
                   {to: released}]}
"""
MANY = """
horizon: {duration: 8 h}
traffic: {cars: {arrivals: {count: 60}}}
disturbances: {pause: {at: [{from: 2026-04-13T00:00, for: 8 h}]}}
"""


@pytest.fixture(params=WAYS)
def engine(request: pytest.FixtureRequest) -> str:
    """Return a way of running."""
    way: str = request.param
    if way == "compiled" and not cache.is_possible():
        pytest.skip("there is no Numba for this Python")
    return way


def measured(engine: str, *changes: str, replications: int = 1) -> dict[str, float]:
    """Return the means by measure and population."""
    scenario: Any = read(BORDER)
    for change in changes:
        scenario = laid(scenario, read(change))
    loaded = bcpsim.load(scenario)
    rows = bcpsim.run(loaded, replications=replications, engine=engine).rows
    return {f"{row['measure']} {row['population']}": row["estimate"] for row in rows}


def pause(check: str) -> str:
    """Return the disturbance that changes the check."""
    return f"disturbances: {{pause: {{activities: {{check: {{{check}}}}}}}}}"


@pytest.mark.parametrize(
    ("check", "share"),
    [
        ("left_out: true", 0),
        ("factor: 0.5", 1 - math.exp(-0.55)),
        ("factor: 3", 1 - math.exp(-3.3)),
        ("duration: 1 min", 1 - math.exp(-0.5)),
    ],
)
def test_a_check_finds_what_it_finds_in_the_time_that_it_takes(
    check: str, share: float, engine: str
) -> None:
    found = measured(engine, pause(check))
    of = "truth=contraband"
    assert found[f"found_share {of} activity=check"] == pytest.approx(100 * share)
    # The other agency's check isn't changed: it finds half of what is left.
    assert found[f"found_share {of} agency=customs"] == pytest.approx(50 * (1 - share))
    overlooked = 0 if share == 0 else 8 * (1 - share)  # who wasn't checked wasn't overlooked
    assert found[f"overlooked {of} activity=check"] == pytest.approx(overlooked)


@pytest.mark.parametrize(
    ("check", "share"), [("left_out: true", 0), ("factor: 0.1", 60), ("duration: 1 s", 60)]
)
def test_a_share_is_found_in_any_time_but_when_left_out(check: str, share: float) -> None:
    by_share = "activities: {check: {detection: {of: {contraband: {time_constant: null}}}}}"
    fixed = by_share.replace("{time_constant: null}", "60 %")
    found = measured("simpy", fixed, pause(check))
    assert found["found_share truth=contraband activity=check"] == pytest.approx(share)


@pytest.mark.parametrize(("check", "alarms"), [("left_out: true", 0), ("factor: 0.5", 0.4)])
def test_a_check_left_out_gives_no_false_alarm(check: str, alarms: float) -> None:
    found = measured("simpy", "truths: {contraband: 0 %}", pause(check))
    assert found["false_alarms activity=check"] == pytest.approx(alarms)


def test_a_rule_concerns_the_checks_that_begin_meanwhile(engine: str) -> None:
    rule = "disturbances: {pause: {at: null, trigger: {queue: booth, reaches: 3}, until: 0}}"
    found = measured(engine, rule, pause("left_out: true"))
    # The first of 8 is checked as all come; the rule leaves out the next 7 checks.
    assert found["found truth=contraband activity=check"] == pytest.approx(USUAL)
    assert found["persons_left_out disturbance=pause"] == 7


def test_who_a_rule_lets_begin_is_met_by_what_else_it_does(engine: str) -> None:
    rule = """
    disturbances:
      pause: {at: null, trigger: {queue: booth, reaches: 3}, until: 0, reserve: {helpers: 1}}
    stops: {booth: {lanes: 2}}
    officers:
      helpers:
        {agency: guard, skills: check, stop: booth,
         shifts: [{from: 00:00, to: 24:00, count: 1}]}
    """
    found = measured(engine, rule, pause("left_out: true"))
    # The officer called begins in the moment in which the rule does.
    assert found["persons_left_out disturbance=pause"] == 7
    assert found["found truth=contraband activity=check"] == pytest.approx(USUAL)


def test_nobody_is_detained_for_a_check_that_was_left_out(engine: str) -> None:
    always = STEERED + "truths: {contraband: 100 %}"
    sure = "activities: {check: {detection: {of: {contraband: {time_constant: 1 s}}}}}"
    usual = "disturbances: {pause: {active: false}}"
    found = measured(engine, always, sure, usual, pause("left_out: true"))
    assert (found["found all"], found["detained all"]) == (8, 8)
    found = measured(engine, always, sure, pause("left_out: true"))
    assert (found["found all"], found["detained all"], found["released all"]) == (0, 0, 8)


def test_no_alarm_sends_on_whose_check_was_left_out(engine: str) -> None:
    innocent = "truths: {contraband: 0 %}"
    alarms = "activities: {check: {detection: {false_alarm: 100 %}}}"
    change = pause("left_out: true")
    found = measured(engine, STEERED, innocent, alarms, change)
    assert (found["false_alarms activity=check"], found["visits stop=bay"]) == (0, 0)


def test_a_result_is_drawn_by_the_time_that_the_check_takes(engine: str) -> None:
    shares = {}
    for check in ("factor: 0.5", "factor: 1", "factor: 3", "duration: 1.1 min"):
        found = measured(engine, STEERED, MANY, pause(check), replications=20)
        assert found["detained all"] == found["found all"]
        shares[check] = found["found all"] / 60
    # By the same number of each: in more time those who are found in less are found, too.
    assert shares["factor: 0.5"] == shares["duration: 1.1 min"]
    for check, minutes in (("factor: 0.5", 1.1), ("factor: 1", 2.2), ("factor: 3", 6.6)):
        share = 1 - math.exp(-minutes / 2)
        # Three standard errors of 1,200 travellers.
        assert shares[check] == pytest.approx(share, abs=3 * math.sqrt(share * (1 - share) / 1200))


def test_a_search_that_is_cut_short_is_so_in_the_time_that_it_has() -> None:
    cut = "activities: {check: {detection: {ends_when_found: true}}}"
    found = measured("simpy", STEERED, cut, MANY, pause("factor: 0.5"), replications=20)
    # An exponential time of mean 2 min that is cut at 1.1 min: a factor doesn't hasten the find.
    expected = 2 * (1 - math.exp(-0.55))
    assert found["service_time stop=booth"] == pytest.approx(expected, rel=0.03)


def test_no_case_comes_of_a_check_left_out() -> None:
    case = """
    activities:
      check: {detection: {of: {contraband: {time_constant: 1 s}}, result: outcome}}
      seizure: {skill: check, duration: 5 min}
      inquiry: {skill: inquiry, duration: 1 h}
    cases: {seized: {of: outcome, handled_by: seizure}}
    offices: {office: {agency: customs, specialists: 1}}
    investigations: {opened: {of: outcome, work: {office: inquiry}}}
    workflow:
      steps:
        check:
          do: null
          crew: [{do: check}, {do: seizure, when: {outcome: found}}]
          order: sequence
    disturbances: {pause: {at: [{from: 2026-04-13T00:10, for: 2 h}]}}
    """
    found = measured("simpy", case, pause("left_out: true"))
    # 7.2 min each: checks begin at 0 and 7.2 min; those after that are left out.
    assert (found["cases case=seized"], found["investigations all"]) == (2, 2)
    assert found["found truth=contraband activity=check"] == 2
