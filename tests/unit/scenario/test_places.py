"""Risk indices of places: values by hand, and the levels that travellers get by their place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from borders import border

import bcpsim
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import Travellers, sample
from bcpsim.scenario.places import RiskIndex

INDEX: dict[str, Any] = {
    "of": "port",
    "criteria": {
        "finds": {"weight": 3, "values": {"bay": 0, "cove": 10, "head": 4}},
        "watched": {"less_is_riskier": True, "values": {"bay": 24, "cove": 12, "head": 0}},
    },
    "levels": {"high": 60, "medium": 50, "low": 0},
}


def test_an_index_is_the_weighted_mean_of_scaled_criteria() -> None:
    index = RiskIndex.model_validate(INDEX)
    # Of finds 0, 100 and 40; of hours watched, of which fewer are riskier, 0, 50 and 100.
    found = {place: index.value(place) for place in index.places}
    assert found == pytest.approx({"bay": 0, "cove": (300 + 50) / 4, "head": (120 + 100) / 4})
    assert [index.level(place) for place in index.places] == ["low", "high", "medium"]


def test_a_place_at_a_limit_has_the_level_above_it() -> None:
    criteria = {"finds": {"values": {"bay": 0, "cove": 10, "head": 6}}}
    index = RiskIndex.model_validate({**INDEX, "criteria": criteria})
    assert index.value("head") == 60
    assert index.level("head") == "high"


def calls(**more: Any) -> tuple[Plan, Travellers]:
    """Return calls at three ports, and the plan."""
    scenario = border(
        classes={
            "car": {"attributes": {"port": {"bay": 0.5, "cove": 0.3, "head": 0.2}}},
            "van": {},
        },
        traffic={
            "calls": {
                "classes": {"car": 0.8, "van": 0.2},
                "arrivals": {"pattern": "constant", "rate": "60/h"},
            }
        },
        **more,
    )
    plan = compile_plan(bcpsim.load(scenario))
    return plan, sample(plan, 3, 0)


def column(plan: Plan, travellers: Travellers, name: str) -> list[str | None]:
    """Return the values of an attribute, None where there is none."""
    [number] = [k for k, one in enumerate(plan.attributes) if one.name == name]
    values = plan.attributes[number].values
    return [values[k] if k >= 0 else None for k in travellers.attributes[number]]


def test_travellers_have_the_level_of_their_place_and_others_none() -> None:
    plan, travellers = calls(risk_indices={"index": INDEX})
    ports, levels = (column(plan, travellers, name) for name in ("port", "index"))
    expected = {"bay": "low", "cove": "high", "head": "medium", None: None}
    assert levels == [expected[port] for port in ports]
    assert {"bay", "cove", "head", None} == set(ports)


def test_conditions_of_truths_and_selections_ask_for_the_level() -> None:
    plan, travellers = calls(
        risk_indices={"index": INDEX},
        truths={"goods": [{"when": {"index": "high"}, "share": 1}, {"share": 0}]},
        selections={
            "chosen": [
                {"when": {"index": ["high", "medium"]}, "shares": {"yes": 1}},
                {"shares": {"no": 1}},
            ]
        },
    )
    ports, goods, chosen = (column(plan, travellers, name) for name in ("port", "goods", "chosen"))
    assert goods == ["present" if port == "cove" else "absent" for port in ports]
    assert chosen == ["yes" if port in ("cove", "head") else "no" for port in ports]


def test_an_index_moves_no_other_number() -> None:
    _, without = calls(truths={"goods": 0.3})
    plan, travellers = calls(risk_indices={"index": INDEX}, truths={"goods": 0.3})
    kept = [k for k, one in enumerate(plan.attributes) if one.name != "index"]
    assert np.array_equal(travellers.attributes[kept], without.attributes)
    assert np.array_equal(travellers.durations, without.durations)
    assert np.array_equal(travellers.arrival, without.arrival)
