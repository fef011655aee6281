"""Where between two values that were run a claim turns."""

from pathlib import Path
from typing import Any

import pytest
from printing import in_a_line

import bcpsim
from bcpsim.claims.turns import Turn
from bcpsim.report.claims import claim_answer

DATA = Path(__file__).parents[2] / "data"
GUARDS: dict[str, Any] = {
    "title": "Guards at first",
    "set": "officers.guards.shifts.0.count",
    "only": "alternatives",
    "values": [2, 10],
}
# Each guard more in the first two of four hours is 2 h more than the 10 h of the baseline.
CLAIM: dict[str, Any] = {
    "name": "hours",
    "sentence": "More guards cost half as many hours again.",
    "source": {"title": "A test"},
    "scenario": "small.yaml",
    "baseline": "base",
    "alternatives": {"variant": "base", "title": "more guards"},
    "measure": "officer_hours",
    "increase": "at least 50 %",
    "replications": {"at_least": 40, "at_most": 40},
    "readings": [],
    "conditions": {"over": {"guards": GUARDS}, "replications": 5},
}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)


def check(**conditions: Any) -> bcpsim.ClaimCheck:
    return bcpsim.check({**CLAIM, "conditions": {**CLAIM["conditions"], **conditions}})


def report(found: bcpsim.ClaimCheck) -> str:
    return in_a_line(claim_answer(found), 140)


def test_the_gap_is_halved_until_its_width_is_known() -> None:
    # 4 guards: 14 h, 40 % more; 5 guards: 16 h, 60 % more.
    found = check()
    assert found.turns == (
        Turn("guards", {}, True, low=4, high=5, sure_low=4, sure_high=5, runs=(6, 4, 5)),
    )
    assert found.to_dict()["turns"][0]["high"] == 5
    text = report(found)
    assert "it turns somewhere between 2 and 10)" in text
    assert "the claim holds when guards at first is 10 or more" in text
    assert (
        "Guards at first: the estimate crosses the threshold between 4 and 5, known to 1; the "
        "claim holds with confidence from 5 above and fails from 4 below" in text
    )


def test_the_width_may_be_stated() -> None:
    [turn] = check(over={"guards": {**GUARDS, "within": 4}}).turns
    assert (turn.low, turn.high, turn.runs) == (2, 6, (6,))


def test_whole_numbers_are_kept_where_the_scenario_asks_for_them() -> None:
    [turn] = check(over={"guards": {**GUARDS, "values": [2, 9], "within": 0.1}}).turns
    assert (turn.low, turn.high) == (4, 5)
    assert all(value == int(value) for value in turn.runs)


def test_the_others_stay_as_they_were_at_two_points_that_differ_in_nothing_else() -> None:
    load = {"title": "Load", "set": "traffic.vehicles.arrivals.scale", "values": [0.2, 0.3]}
    [turn] = check(over={"guards": GUARDS, "load": load}).turns
    assert turn.others == {"load": 0.3}
    assert (turn.low, turn.high) == (4, 5)


def test_in_a_hypercube_the_others_stay_as_they_were_at_an_end_of_the_gap() -> None:
    guards = {**GUARDS, "between": [2, 34], "whole": True}
    del guards["values"]
    load = {"title": "Load", "set": "traffic.vehicles.arrivals.scale", "between": [0.2, 0.3]}
    found = check(over={"guards": guards, "load": load}, points=8)
    assert found.conditions is not None
    points = [point.settings for point in found.conditions.points]
    assert len({point["load"] for point in points}) == len(points)  # no two differ in one alone
    [turn] = found.turns
    assert turn.others in [{"load": point["load"]} for point in points]
    # The first run shows that the claim fails at the gap's lower end with this load, too.
    assert turn.runs[0] == max(p["guards"] for p in points if p["guards"] <= 4)
    assert (turn.low, turn.high) == (4, 5)


def test_what_holds_everywhere_turns_nowhere() -> None:
    assert check(over={"guards": {**GUARDS, "values": [8, 10]}}).turns == ()


def test_overloaded_points_carry_a_flag() -> None:
    load = {"title": "Load", "set": "traffic.vehicles.arrivals.scale", "values": [0.2, 9]}
    found = check(over={"guards": GUARDS, "load": load})
    assert found.conditions is not None
    flags = [bool(point.overloaded) for point in found.conditions.points]
    assert flags == [False, True, False, True]
    text = report(found)
    assert "fails (!)" in text
    assert "(!) Overloaded (" in text
