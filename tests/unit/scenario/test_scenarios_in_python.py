"""Scenarios made and changed in Python: plain data, other values, names."""

import dataclasses
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import bcpsim
from bcpsim.files.document import MAX_DEPTH, plain_document, read_document
from bcpsim.scenario import told_apart
from bcpsim.scenario.tables import RosterRow
from bcpsim.scenario.values import Window
from bcpsim.staffing.duties import with_rosters

SMALL = Path(__file__).parents[2] / "data" / "small.yaml"
SCALE = "traffic.vehicles.arrivals.scale"


@pytest.fixture
def small() -> bcpsim.Scenario:
    return bcpsim.load(SMALL)


def messages(error: pytest.ExceptionInfo[bcpsim.ScenarioError]) -> list[str]:
    return str(error.value).splitlines()


def test_plain_data_are_the_same_scenario_as_the_file(small: bcpsim.Scenario) -> None:
    loaded = bcpsim.load(read_document(SMALL).data)
    assert loaded.hash == small.hash
    assert bcpsim.variant_names(read_document(SMALL).data) == ["base", "more"]
    assert isinstance(loaded, bcpsim.Scenario)


def test_plain_data_may_be_what_python_has() -> None:
    data = {
        "a": (1, np.float64(2.5), np.int64(3)),
        "b": np.array([[1.0, 2.0]]),
        "c": [datetime(2026, 4, 13, 6, 30), date(2026, 4, 13), timedelta(minutes=2)],
        7: Path("x/y.csv"),
    }
    assert plain_document(data, "scenario").data == {
        "a": [1, 2.5, 3],
        "b": [[1.0, 2.0]],
        "c": ["2026-04-13T06:30:00", "2026-04-13", "120.0 s"],
        "7": "x/y.csv",
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"a": {1, 2}}, "scenario: a: expected a number, text, a list or a mapping, found set"),
        ({"a": {None: 1}}, "scenario: a: the key None is no name; expected text"),
        ({"a": "x\u200b"}, "scenario: a: the character U+200B can't be seen; write the text "
         "without it"),
    ],
)  # fmt: skip
def test_what_no_file_can_say_is_told(data: object, message: str) -> None:
    with pytest.raises(bcpsim.ScenarioError) as error:
        plain_document(data, "scenario")
    assert messages(error) == [message]


def test_data_that_hold_themselves_are_told() -> None:
    around: dict[str, object] = {}
    around["again"] = around
    with pytest.raises(bcpsim.ScenarioError, match=f"nested more than {MAX_DEPTH} deep"):
        plain_document(around, "scenario")


def test_mistakes_in_plain_data_are_told_by_key_path() -> None:
    data = read_document(SMALL).data
    data["traffic"]["vehicles"]["arrivals"]["rate"] = "60"
    data["workflow"]["entry"] = "pasport"
    with pytest.raises(bcpsim.ScenarioError) as error:
        bcpsim.load(data)
    first, second = messages(error)
    assert first.startswith("scenario: traffic.vehicles.arrivals.rate: '60' has no unit")
    assert second.startswith("scenario: workflow.entry")
    assert second.endswith("(did you mean 'passport'?)")


def test_values_are_set_as_numbers_text_lists_and_records(small: bcpsim.Scenario) -> None:
    shift = small.scenario.officers["guards"].shifts[0]
    changed = small.with_(
        {
            SCALE: np.float64(1.5),
            "moves.0.time": "90 s",
            "officers.guards.shifts": [shift, {"from": "02:00", "to": "24:00", "count": 3}],
            "classes.car.title": None,
            "traffic.vehicles.classes.car": "60 %",
        }
    )
    scenario = changed.scenario
    assert scenario.traffic["vehicles"].arrivals.scale == 1.5  # type: ignore[union-attr]
    assert scenario.moves[0].time.value == 1.5  # type: ignore[union-attr]
    assert [one.count for one in scenario.officers["guards"].shifts] == [2, 3]
    assert scenario.officers["guards"].shifts[0] == shift
    assert scenario.classes["car"].title is None
    assert scenario.traffic["vehicles"].classes["truck"] == pytest.approx(0.4)
    assert small.scenario.traffic["vehicles"].arrivals.scale == 1  # type: ignore[union-attr]
    assert changed.overrides[SCALE] == "1.5"


def test_it_is_the_same_as_set_on_the_command_line(small: bcpsim.Scenario) -> None:
    assert small.with_({SCALE: 1.2}).hash == bcpsim.load(SMALL, overrides={SCALE: "1.2"}).hash
    assert small.with_({SCALE: 1.2}).hash == bcpsim.load(SMALL, overrides={SCALE: 1.2}).hash
    twice = small.with_({SCALE: 3}).with_({"moves.0.time": "90 s"}).with_({SCALE: 1.2})
    assert twice.hash == small.with_({SCALE: 1.2, "moves.0.time": "90 s"}).hash


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({SCALE: -1}, f"with_: {SCALE}: must not be negative, found -1"),
        ({SCALE: float("nan")}, f"with_: {SCALE}: expected a finite number, found nan"),
        ({"trafic.vehicles": 1}, "with_: trafic: no such field; expected one of: name"),
        ({"workflow.entry": "goodz"}, "with_: workflow.entry"),
        ({"officers": 3}, "with_: officers: expected a mapping"),
    ],
)
def test_values_that_cannot_be_are_told(
    small: bcpsim.Scenario, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(bcpsim.ScenarioError) as error:
        small.with_(changes)
    assert messages(error)[0].startswith(message)


def test_no_way_around_the_checks(small: bcpsim.Scenario) -> None:
    arrivals = small.scenario.traffic["vehicles"].arrivals
    with pytest.raises(bcpsim.ScenarioError, match="scale: must not be negative, found -1"):
        arrivals.model_copy(update={"scale": -1})
    with pytest.raises(bcpsim.ScenarioError, match="unknown key 'scal'"):
        arrivals.model_copy(update={"scal": 1})
    moved = small.scenario.model_copy(
        update={"moves": [{"from": "booths", "to": "nowhere", "time": "1 min"}]}
    )
    with pytest.raises(bcpsim.ScenarioError, match="unknown stop 'nowhere'"):
        dataclasses.replace(small, scenario=moved)


def test_what_was_put_in_its_place_is_what_is_changed(small: bcpsim.Scenario) -> None:
    traffic = small.scenario.traffic["vehicles"]
    double = traffic.model_copy(
        update={"arrivals": traffic.arrivals.model_copy(update={"scale": 2})}
    )
    scenario = small.scenario.model_copy(update={"traffic": {"vehicles": double}})
    replaced = dataclasses.replace(small, scenario=scenario)
    assert replaced.with_().hash == replaced.hash == small.with_({SCALE: 2}).hash


def test_a_roster_that_was_found_stays(small: bcpsim.Scenario) -> None:
    day = Window.model_validate({"from": "00:00", "to": "24:00"})
    found = with_rosters(small, {"guards": [RosterRow("", 3, day, None)]})
    assert bcpsim.run(found, replications=1).variants[0].plan.officers[2].group == 0
    busy = found.with_({SCALE: 2})
    assert busy.scenario.traffic["vehicles"].arrivals.scale == 2  # type: ignore[union-attr]
    assert busy.tables == found.tables


def test_scenarios_of_one_name_are_told_apart(small: bcpsim.Scenario) -> None:
    other = bcpsim.load(SMALL.with_name("booths.yaml"))
    busy = small.with_({SCALE: 1.2})

    def names(*loaded: bcpsim.Scenario) -> list[str]:
        return [one.variant for one in told_apart(loaded)]

    assert names(small, other) == ["small", other.scenario.name]
    assert names(small, busy) == ["base", f"base with {SCALE}=1.2"]
    assert names(small, small) == ["base", "base (2)"]
    assert names(small, small.with_({}, name="more"), busy) == [
        "base",
        "more",
        f"base with {SCALE}=1.2",
    ]


def test_a_run_of_two_keeps_both(small: bcpsim.Scenario, tmp_path: Path) -> None:
    busy = small.with_({SCALE: 1.2}, name="busy")
    result = bcpsim.run([small, busy, small.with_({SCALE: 1.4})], replications=2)
    names = ["base", "busy", f"base with {SCALE}=1.4"]
    arrivals = result.measures.query("measure == 'arrivals' and population == 'all'")
    assert list(arrivals["variant"]) == names
    assert arrivals["estimate"].is_monotonic_increasing
    stored = bcpsim.load_result(bcpsim.save(result, tmp_path / "r"))
    for name, one in zip(names, (small, busy, small.with_({SCALE: 1.4})), strict=True):
        assert stored.scenario(name).hash == one.hash


def test_values_are_set_in_what_is_loaded_too(small: bcpsim.Scenario) -> None:
    result = bcpsim.run(small, overrides={SCALE: 2}, replications=1)
    assert result.variants[0].loaded.hash == small.with_({SCALE: 2}).hash
    with pytest.raises(bcpsim.InputError, match="variants are those of one file"):
        bcpsim.run(small, variants=["more"])


def test_loaded_scenarios_are_compared_under_equal_conditions(small: bcpsim.Scenario) -> None:
    condition = bcpsim.Condition(
        "officer_hours",
        bcpsim.Free("officers.officers.shifts.0.count", 1, 3, whole=True),
    )
    slower = small.with_({"officers.guards.shifts.2.count": 1}, name="one guard less")
    found = bcpsim.compare([small, slower], equal=[condition], replications=5)
    assert found.names == ("base", "one guard less")
    assert found.equalities[0].value == "1"


def test_its_repr_is_a_line(small: bcpsim.Scenario) -> None:
    assert repr(small) == (
        "<Scenario 'small', 'base': 1 source of traffic, 2 stops, 2 groups of officers, "
        "4 h from 2026-04-13 00:00>"
    )
