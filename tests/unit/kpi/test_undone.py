"""For how many persons a disturbance leaves work out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from borders import border, laid, read

import bcpsim

BORDER = """
classes: {car: {occupants: 3, occupants_with: {to_register: 100 %}}}
activities:
  check: {skill: check, duration: 10 min}
  register: {skill: check, duration: {time: 5 min}}
workflow: {steps: {check: {do: [check, register]}}}
disturbances:
  pause: {at: [{from: 2026-04-13T01:00, for: 1 h}], activities: {register: {left_out: true}}}
"""

Persons = Callable[..., float]


@pytest.fixture
def persons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Persons:
    """Return for how many persons of five cars the pause leaves work out."""
    monkeypatch.chdir(tmp_path)
    times = ("00:30", "01:00", "01:30", "02:00", "02:30")
    lines = "\n".join(f"2026-04-13T{time}" for time in times)
    Path("cars.csv").write_text(f"at\n{lines}\n", encoding="utf-8")

    def of(extra: str = "{}", name: str = "pause") -> float:
        scenario: dict[str, Any] = laid(laid(border(), read(BORDER)), read(extra))
        rows = bcpsim.run(bcpsim.load(scenario), replications=1, engine="simpy").rows
        found = {row["population"]: row for row in rows if row["measure"] == "persons_left_out"}
        return float(found[f"disturbance={name}"]["estimate"])

    return of


def test_all_occupants_count_whose_check_begins_meanwhile(persons: Persons) -> None:
    assert persons() == 6  # those of 1:00 and 1:30; at 2:00 it is over


def test_of_work_for_those_who_have_something_they_count(persons: Persons) -> None:
    time = "{time: 0 s, per_occupant_with: {to_register: 5 min}}"
    each = f"activities: {{register: {{duration: {time}}}}}"
    some = "classes: {car: {occupants_with: {to_register: 0 %}}}"
    assert persons(each) == 6
    assert persons(f"{each}\n{some}") == 0


def test_who_does_not_need_the_work_does_not_count(persons: Persons) -> None:
    assert persons("activities: {register: {duration: 0 s}}") == 0


def test_work_that_only_changes_is_not_left_out(persons: Persons) -> None:
    other = "at: [{from: 2026-04-13T01:15, for: 1 h}], activities: {register: {%s}}"
    later = f"disturbances: {{other: {{{other % 'left_out: true'}}}}}"
    # Of two that leave it out the first that is listed counts: at 2:00 only the other is in force.
    assert (persons(later), persons(later, "other")) == (6, 3)
    slower = f"disturbances: {{other: {{{other % 'factor: 2'}}}}}"
    assert persons(slower) == 6


def test_a_person_counts_once_however_much_is_left_out(persons: Persons) -> None:
    more = """
    activities: {stamp: {skill: check, duration: 1 min}}
    workflow: {steps: {check: {do: [check, register, stamp], next: again},
                       again: {stop: booth, do: register, next: released}}}
    disturbances: {pause: {activities: {stamp: {left_out: true}}}}
    """
    # The cars of 1:00 and 1:30; each leaves before 2:00, after a second visit.
    assert persons(more) == 6


def test_a_rule_that_leaves_work_out_counts_those_it_meets(persons: Persons) -> None:
    rule = """
    disturbances:
      rule:
        trigger: {queue: booth, reaches: 1}
        until: 0
        activities: {register: {left_out: true}}
    stops: {booth: {lanes: 1}}
    activities: {check: {duration: 40 min}}
    """
    # The car of 1:00 waits from then on: the next check begins at 1:15, and the queue is empty.
    assert persons(rule, "rule") >= 3
