"""What a border costs and who pays, against bills made out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import borders
import pytest
import yaml

import bcpsim

TRUCKS = [2 * n for n in range(60)] + [120 + 6 * k for k in range(60)]
"""30 an hour for two hours, then 10: a server of 20 an hour makes them wait 40 hours in all."""


def border(**changes: Any) -> dict[str, Any]:
    """Return a border with one lane, where the trucks come in the first eight hours of a day."""
    base = borders.border(
        horizon__duration="8 h",
        agencies={"customs": {}, "guard": {}},
        classes={"truck": {"occupants": 2}},
        traffic={
            "trucks": {
                "classes": {"truck": 1},
                "arrivals": {"pattern": "times", "file": "trucks.csv", "time_column": "at"},
            }
        },
        activities__check__duration="3 min",
        officers={
            "officers": {
                "agency": "customs",
                "skills": "check",
                "stop": "booth",
                "shifts": [{"from": "00:00", "to": "08:00", "count": 4}],
            },
        },
        stops={"booth": {"lanes": 1}},
    )
    return base | changes


@pytest.fixture
def costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    rows = (f"2026-04-13T{at // 60:02d}:{at % 60:02d}" for at in TRUCKS)
    (tmp_path / "trucks.csv").write_text("at\n" + "\n".join(rows), "utf-8")

    def of(scenario: dict[str, Any]) -> dict[str, float]:
        return {
            f"{row['measure']} {row['population']}": row["estimate"]
            for row in bcpsim.run(bcpsim.load(scenario), replications=1).rows
            if row["measure"].endswith(("cost", "_fuel", "_co2"))
            or row["measure"] in ("cost_per_traveller", "cost_a_year", "upkeep_borne")
        }

    return of


def test_who_agreed_to_pay_has_a_row_without_officers(costs: Any) -> None:
    booth = {"lanes": 1, "lane_cost": {"a_year": 8760, "borne": "guard"}}
    found = costs(border(stops={"booth": booth}))
    assert found["upkeep_borne agency=guard"] == found["upkeep_borne all"] == pytest.approx(8)
    assert found["upkeep_borne agency=customs"] == 0
    assert "staff_cost agency=guard" not in found


def test_what_nobody_used_is_paid_by_those_who_have_officers(costs: Any) -> None:
    spare = {"lanes": 1, "lane_cost": {"a_year": 8760}}
    found = costs(border(stops={"booth": {"lanes": 1}, "spare": spare}))
    assert found["upkeep_borne agency=customs"] == found["upkeep_borne all"] == pytest.approx(8)


@pytest.mark.parametrize(
    ("prices", "unit"),
    [
        ({}, "currency"),
        ({"currency": "EUR"}, "EUR"),
        ({"currency": "€", "year": 2024}, "€ of 2024"),
    ],
)
def test_tables_have_the_currency_of_the_scenario(
    prices: dict[str, Any], unit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("trucks.csv").write_text("at\n2026-04-13T00:00\n", "utf-8")
    priced = border(agencies={"customs": {"cost_per_hour": 10}})
    priced["variants"] = {"other": {"stops": {"booth": {"lanes": 2}}}}
    priced |= {"prices": prices} if prices else {}
    path = Path("priced.yaml")
    path.write_text(yaml.safe_dump(priced), "utf-8")
    result = bcpsim.run(path, variants=["base", "other"], replications=2)
    compared = bcpsim.compare(path, alternatives=["other"], replications=2)
    for table in (result.measures, result.hourly, compared.measures):
        assert set(table[table["measure"] == "staff_cost"]["unit"]) == {unit}
    bcpsim.save(result, "result")
    stored = bcpsim.load_result("result").measures
    assert stored["unit"].tolist() == result.measures["unit"].tolist()
    assert not bcpsim.diff("result", "result").measures.size


def test_nothing_costs_anything_without_a_price(costs: Any) -> None:
    assert costs(border()) == {}


def test_waiting_costs_time_and_fuel(costs: Any) -> None:
    waiting = {
        "per_hour": 40,
        "time": "waiting_time",
        "borne_by": "carriers",
        "idling": {"litres_per_hour": 4.8, "running": 0.5, "per_litre": 1.5, "co2_per_litre": 2.65},
    }
    found = costs(border(classes={"truck": {"cost": waiting}}))
    assert found == pytest.approx(
        {
            "time_cost all": 1600,  # 40 hours
            "idling_fuel all": 96,
            "idling_co2 all": 254.4,
            "fuel_cost all": 144,
            "cost all": 1744,
            "cost payer=carriers": 1744,
            "cost_per_traveller all": 1744 / 120,
            "cost_per_traveller payer=carriers": 1744 / 120,
            "cost_a_year all": 1744 * 1095,
            "cost_a_year payer=carriers": 1744 * 1095,
        }
    )


def test_time_at_the_border_costs_each_occupant(costs: Any) -> None:
    cost = {"per_hour": 10, "per_hour_of_occupant": 5}
    found = costs(border(classes={"truck": {"occupants": 2, "cost": cost}}))
    hours = 40 + 120 * 3 / 60  # with the checks
    assert found["time_cost all"] == pytest.approx(20 * hours)
    assert found["cost payer=travellers"] == pytest.approx(20 * hours)


def test_officers_cost_more_at_night_in_overtime_and_with_overhead(costs: Any) -> None:
    def pay(**more: Any) -> float:
        agencies = {"customs": {"cost_per_hour": 59, **more}, "guard": {}}
        return costs(border(agencies=agencies))["staff_cost all"]

    night = {"from": "22:00", "to": "06:00", "share": 0.5}
    monday = {"from": "00:00", "to": "24:00", "days": "mon", "share": 0.25}
    sunday = {"from": "00:00", "to": "24:00", "days": "sun", "share": 1}
    assert pay() == pytest.approx(32 * 59) == 1888
    assert pay(supplements=[night]) == pytest.approx(1888 + 24 * 59 * 0.5)
    assert pay(supplements=[night, monday]) == pytest.approx(1888 + 24 * 59 * 0.5 + 1888 * 0.25)
    assert pay(supplements=[sunday]) == pytest.approx(1888)
    assert pay(overhead=0.37) == pytest.approx(1888 * 1.37)
    assert pay(supplements=[night], overhead=0.37) == pytest.approx((1888 + 708) * 1.37)


def test_overtime_costs_its_own_supplement(costs: Any) -> None:
    officers = border()["officers"]
    officers["officers"]["shifts"] = [
        {"from": "00:00", "to": "07:59", "count": 1},
        {"from": "08:00", "to": "24:00", "count": 1},
    ]
    agencies = {"customs": {"cost_per_hour": 60, "overtime_supplement": 0.5}, "guard": {}}
    found = costs(border(agencies=agencies, officers=officers))
    # The truck of 7:54 is done at 7:57, the next would come at 8:00: no overtime.
    assert found["staff_cost all"] == pytest.approx(60 * 479 / 60)
    officers["officers"]["shifts"][0]["to"] = "07:55"
    found = costs(border(agencies=agencies, officers=officers))
    assert found["staff_cost all"] == pytest.approx(475 + 2 * 1.5)


EQUIPPED = {
    "entry": "check",
    "steps": {
        "check": {
            "stop": "booth",
            "crew": [
                {"do": ["check"], "agency": "customs", "equipment": "scanner"},
                {"do": ["look"], "agency": "guard", "equipment": "scanner"},
            ],
            "order": "sequence",
            "next": "released",
        }
    },
}


def shared(**upkeep: Any) -> dict[str, Any]:
    """Return a border where customs use a scanner for 2 minutes and guards for 1."""
    everybody = {"skills": ["check", "look"], "stop": "booth"}
    shifts = [{"from": "00:00", "to": "24:00", "count": 1}]
    return border(
        activities={
            "check": {"skill": "check", "duration": "2 min"},
            "look": {"skill": "look", "duration": "1 min"},
        },
        officers={
            name: {"agency": name, **everybody, "shifts": shifts} for name in ("customs", "guard")
        },
        equipment={"scanner": {"cost": {"a_year": 87600, "per_hour_of_use": 2, **upkeep}}},
        workflow=EQUIPPED,
    )


def test_equipment_is_borne_by_use_or_as_agreed(costs: Any) -> None:
    whole = 10 * 8 + 2 * 6  # 8 hours there, 120 trucks x 3 min in use
    found = costs(shared())
    assert found["upkeep_cost equipment=scanner"] == pytest.approx(whole)
    assert found["upkeep_borne agency=customs"] == pytest.approx(whole * 2 / 3)
    assert found["upkeep_borne agency=guard"] == pytest.approx(whole / 3)
    agreed = costs(shared(borne={"customs": 0.25, "guard": 0.75}))
    assert agreed["upkeep_borne agency=customs"] == pytest.approx(whole / 4)
    alone = costs(shared(borne="guard"))
    assert alone["upkeep_borne agency=customs"] == 0
    assert alone["upkeep_borne all"] == alone["cost payer=agencies"] == pytest.approx(whole)


def test_equipment_is_borne_by_shapley_value(costs: Any) -> None:
    # Alone 9,000 and 7,000, together 12,000: 7,000 and 5,000, by use 8,000 and 4,000.
    found = costs(
        shared(a_year=12_000, per_hour_of_use=0, alone={"customs": 9_000, "guard": 7_000})
    )
    eight_hours = 8 / 8760
    assert found["upkeep_borne agency=customs"] == pytest.approx(7_000 * eight_hours)
    assert found["upkeep_borne agency=guard"] == pytest.approx(5_000 * eight_hours)


def test_lanes_cost_while_they_are_there_and_while_they_are_used(costs: Any) -> None:
    stops = {"booth": {"lanes": 3, "lane_cost": {"a_year": 8760, "per_hour_of_use": 10}}}
    found = costs(border(stops=stops))
    assert found["upkeep_cost stop=booth"] == pytest.approx(3 * 8 + 10 * 6)
    assert found["upkeep_borne agency=customs"] == pytest.approx(84)


def test_who_misses_the_deadline_costs(costs: Any) -> None:
    traffic = border()["traffic"]
    traffic["trucks"]["deadline"] = "30 min"
    found = costs(border(traffic=traffic, classes={"truck": {"cost": {"missed": 500}}}))
    result = found["missed_cost all"] / 500
    assert result == round(result) > 0
    assert found["cost payer=travellers"] == found["missed_cost all"]


def test_costs_add_up(costs: Any) -> None:
    cost = {"per_hour": 37.2, "idling": {"litres_per_hour": 2.4, "per_litre": 1.6}}
    agencies = {"customs": {"cost_per_hour": 68}, "guard": {"cost_per_hour": 55, "overhead": 0.1}}
    scenario = shared() | {"agencies": agencies, "classes": {"truck": {"cost": cost}}}
    found = costs(scenario)
    agencies_pay = found["staff_cost all"] + found["upkeep_cost equipment=scanner"]
    assert found["staff_cost all"] == pytest.approx(
        found["staff_cost agency=customs"] + found["staff_cost agency=guard"], abs=1e-9
    )
    assert found["cost payer=agencies"] == pytest.approx(agencies_pay, abs=1e-9)
    assert found["cost payer=travellers"] == pytest.approx(
        found["time_cost all"] + found["fuel_cost all"], abs=1e-9
    )
    assert found["cost all"] == pytest.approx(
        found["cost payer=agencies"] + found["cost payer=travellers"], abs=1e-9
    )


def test_no_price_changes_a_time(costs: Any) -> None:
    def times(**changes: Any) -> list[dict[str, Any]]:
        rows = bcpsim.run(bcpsim.load(border(**changes)), replications=2).rows
        return [row for row in rows if row["measure"] in ("time_in_system", "waiting_time")]

    dear = {"customs": {"cost_per_hour": 1e6}, "guard": {}}
    assert times(agencies=dear, classes={"truck": {"cost": {"per_hour": 1e6}}}) == times(
        classes={"truck": {}}
    )
