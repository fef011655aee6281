"""How many occupants have something: binomial, by cases, and in place of what a table says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
import yaml
from borders import border

import bcpsim
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import Travellers, sample
from bcpsim.sampling.streams import uniforms

CONSTANT = {"pattern": "constant", "rate": "600/h"}


def drawn(folder: Path, **changes: Any) -> tuple[Plan, Travellers]:
    """Return a border with many coaches, and those of replication 0."""
    coach = {"occupants": {"low": 1, "high": 40}, "occupants_with": {"to_register": 0.25}}
    scenario = border(
        classes={"coach": coach},
        traffic={"coaches": {"classes": {"coach": 1}, "arrivals": CONSTANT}},
    )
    for key, value in changes.items():
        scenario[key] = value
    path = folder / "coaches.yaml"
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), "utf-8")
    plan = compile_plan(bcpsim.load(path))
    return plan, sample(plan, 1, 0)


def test_the_number_is_the_binomial_quantile_of_one_number_of_its_own_stream(
    tmp_path: Path,
) -> None:
    plan, travellers = drawn(tmp_path)
    name = "coaches/attribute/to_register"
    u = uniforms(1, 0, name, len(travellers))
    expected = scipy.stats.binom.ppf(u, travellers.occupants, 0.25)
    assert travellers.having[0].tolist() == expected.tolist()
    assert plan.attributes[0].values == ("none", "some")
    assert travellers.attributes[0].tolist() == (expected > 0).tolist()


def test_shares_of_nobody_and_everybody(tmp_path: Path) -> None:
    classes = {
        "coach": {"occupants": 7, "occupants_with": {"to_register": 1, "to_stamp": 0}},
        "car": {"occupants": 3, "occupants_with": {"to_register": 0}},
    }
    traffic = {"both": {"classes": {"coach": 0.5, "car": 0.5}, "arrivals": CONSTANT}}
    _, travellers = drawn(tmp_path, classes=classes, traffic=traffic)
    coach = travellers.category == 0
    assert travellers.having.tolist() == [np.where(coach, 7, 0).tolist(), [0] * len(coach)]
    assert travellers.attributes[0].tolist() == np.where(coach, 1, 0).tolist()
    assert travellers.attributes[1].tolist() == np.where(coach, 0, -1).tolist()  # cars: no such


def test_the_share_may_hang_on_an_attribute(tmp_path: Path) -> None:
    register = [{"when": {"route": "transit"}, "share": 1}, {"share": 0}]
    coach = {
        "occupants": 4,
        "attributes": {"route": {"transit": 0.5, "local": 0.5}},
        "occupants_with": {"to_register": register},
    }
    plan, travellers = drawn(tmp_path, classes={"coach": coach})
    route, some = travellers.attributes
    assert plan.attributes[0].name == "route"
    assert (some == (route == 0)).all()
    assert set(route.tolist()) == {0, 1}


def test_what_is_added_moves_no_other_draw(tmp_path: Path) -> None:
    _, travellers = drawn(tmp_path)
    _, without = drawn(tmp_path, classes={"coach": {"occupants": {"low": 1, "high": 40}}})
    assert without.having.shape == (0, len(without))
    for name in set(Travellers.__slots__) - {"having", "attributes"}:
        assert np.array_equal(getattr(travellers, name), getattr(without, name)), name


def test_each_who_has_it_takes_a_time_drawn_apart(tmp_path: Path) -> None:
    exponential = {"distribution": "exponential", "mean": "60 s"}
    duration = {"time": "1 min", "per_occupant_with": {"to_register": exponential}}
    check = {"check": {"skill": "check", "duration": duration}}
    _, travellers = drawn(tmp_path, activities=check)
    number = travellers.having[0]
    extra = travellers.minutes.durations[0] - 1
    assert (extra[number == 0] == 0).all()
    stream = "coaches/activity/check/occupant_with/to_register"
    first = -np.log1p(-uniforms(1, 0, f"{stream}/1", len(number)))
    second = -np.log1p(-uniforms(1, 0, f"{stream}/2", len(number)))
    assert extra[number == 1] == pytest.approx(first[number == 1], abs=1e-6)
    assert extra[number == 2] == pytest.approx((first + second)[number == 2], abs=1e-6)


def test_a_table_of_who_waits_says_whether_there_are_any(tmp_path: Path) -> None:
    values = [*["some"] * 400, *["none"] * 9, ""]
    rows = [f"0,check,5,3,{value}" for value in values]
    text = "\n".join(["replication,step,waited,occupants,to_register", *rows])
    (tmp_path / "left.csv").write_text(text, "utf-8")
    listed = {"pattern": "waiting_list", "file": "left.csv", "attributes": "to_register"}
    traffic = {"left": {"classes": {"coach": 1}, "arrivals": listed | {"replications": 1}}}
    _, travellers = drawn(tmp_path, traffic=traffic)
    some = travellers.attributes[0] == 1
    number = travellers.having[0]
    assert some[:400].all()
    assert not some[400:409].any()
    assert (number[:400] >= 1).all()
    assert (number[400:409] == 0).all()
    # Of those with any, 1 to 3 as often as of a binomial number that isn't 0.
    share = scipy.stats.binom.pmf([1, 2, 3], 3, 0.25) / (1 - 0.75**3)
    counts = np.bincount(number[:400], minlength=4)[1:]
    assert scipy.stats.chisquare(counts, 400 * share).pvalue > 0.01


def test_without_any_share_of_occupants_some_stand_for_one(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text(
        "replication,step,waited,occupants,to_register\n0,check,5,3,some\n", "utf-8"
    )
    listed = {"pattern": "waiting_list", "file": "left.csv", "attributes": "to_register"}
    traffic = {"left": {"classes": {"coach": 1}, "arrivals": listed | {"replications": 1}}}
    classes = {"coach": {"occupants": 3, "occupants_with": {"to_register": 0}}}
    _, travellers = drawn(tmp_path, traffic=traffic, classes=classes)
    assert travellers.having.tolist() == [[1]]
