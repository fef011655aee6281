"""Documents lodged beforehand: who waits at the border until they are cleared, and how long."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from borders import border, laid, read

import bcpsim
from bcpsim.plan import compile_plan
from bcpsim.plan.idle import awaited_by_nobody

LODGED = """
horizon: {duration: 24 h}
agencies: {customs: {}}
selections: {declared: {beforehand: 100 %, at_border: 0 %}}
activities:
  clearing: {skill: clearing, duration: 3 h}
  stamp: {skill: clearing, duration: 1 h}
  release: {hold: true, not_before: declaration, duration: 0 s}
offices:
  clearance: {agency: customs, specialists: 1, hours: 08:00-16:00}
documents:
  declaration: {when: {declared: beforehand}, lead: 2 h, work: {clearance: clearing}}
stops: {parking: {lanes: 10}}
workflow:
  entry: release
  steps: {release: {stop: parking, do: release, next: check}}
"""

Measured = Callable[..., dict[str, float]]
BOTH = pytest.mark.parametrize(
    "engine", ["simpy", pytest.param("compiled", marks=pytest.mark.compiled)]
)


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Measured:
    """Return what is measured of two cars, which come at 10 and at 11."""
    monkeypatch.chdir(tmp_path)
    Path("cars.csv").write_text("at\n2026-04-13T10:00\n2026-04-13T11:00\n", encoding="utf-8")

    def of(extra: str = "{}", engine: str = "simpy") -> dict[str, float]:
        scenario = laid(laid(border(), read(LODGED)), read(extra))
        rows = bcpsim.run(bcpsim.load(scenario), replications=1, engine=engine).rows
        return {
            f"{row['measure']} {row['population']} {row['statistic']}": row["estimate"]
            for row in rows
        }

    return of


@BOTH
def test_who_comes_before_documents_are_cleared_is_held(measured: Measured, engine: str) -> None:
    found = measured(engine=engine)
    # Lodged at 8 and 9; cleared at 11 and 14: held for one hour and for three.
    assert found["hold_time all mean"] == 120
    assert found["documents_lodged all total"] == 2
    assert found["documents_lodged document=declaration total"] == 2
    assert found["clearing_time all mean"] == 4
    assert found["cleared_on_arrival all mean"] == 0
    assert found["clearing_hours all total"] == 6
    assert found["clearing_hours office=clearance total"] == 6
    assert found["office_utilisation office=clearance mean"] == 75
    assert found["specialist_hours office=clearance total"] == 8
    assert "investigation_hours office=clearance total" not in found


def test_who_comes_later_is_not(measured: Measured) -> None:
    # Lodged at 5 and 6, when the office is closed: cleared at 11 and 14, as before.
    assert measured("documents: {declaration: {lead: 5 h}}")["hold_time all mean"] == 120
    # Lodged at 7 and 8 on the day before: cleared at 11 and 14 of that day.
    found = measured("documents: {declaration: {lead: 27 h}}")
    assert found["hold_time all mean"] == 0
    assert found["cleared_on_arrival all mean"] == 100
    assert found["clearing_time all mean"] == (4 + 6) / 2
    assert found["office_utilisation office=clearance mean"] == 0  # it was yesterday


def test_two_specialists_and_two_activities(measured: Measured) -> None:
    changes = "offices: {clearance: {specialists: 2}}\n"
    changes += "documents: {declaration: {work: {clearance: [clearing, stamp]}}}"
    # Four hours each, side by side: cleared at 12 and 13.
    assert measured(changes)["hold_time all mean"] == 120


def test_several_offices_work_side_by_side(measured: Measured) -> None:
    changes = "offices: {second: {agency: guard, specialists: 1}}\n"
    changes += "documents: {declaration: {work: {clearance: stamp, second: clearing}}}"
    found = measured(changes)
    assert found["hold_time all mean"] == 120
    assert found["clearing_hours office=clearance total"] == 2
    assert found["clearing_hours office=second total"] == 6


def test_who_lodges_none_waits_for_none(measured: Measured) -> None:
    found = measured("selections: {declared: {beforehand: 0 %, at_border: 100 %}}")
    assert found["hold_time all mean"] == 0
    assert found["documents_lodged all total"] == 0


def test_cleared_in_the_moment_of_the_arrival_is_in_time(measured: Measured) -> None:
    always = "offices: {clearance: {hours: {from: 00:00, to: 24:00}}}"
    found = measured(f"{always}\ndocuments: {{declaration: {{lead: 3 h}}}}")
    # Lodged at 7 and 8, cleared at 10 and 13.
    assert found["cleared_on_arrival all mean"] == 50
    assert found["hold_time all mean"] == 60


def test_too_much_for_an_office_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cars.csv").write_text("at\n" + "2026-04-13T10:00\n" * 3, encoding="utf-8")
    result = bcpsim.run(bcpsim.load(laid(border(), read(LODGED))), replications=1)
    [told] = [note for note in result.notes if "clearance" in note]
    assert "9.0 hours of work on documents meet 8.0 hours of specialists" in told


def test_documents_that_nobody_waits_for_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cars.csv"
    path.write_text("at\n2026-04-13T10:00\n", encoding="utf-8")
    scenario = laid(border(), read(LODGED))
    scenario["traffic"]["cars"]["arrivals"]["file"] = str(path)
    plan = compile_plan(bcpsim.load(scenario, allowed=[tmp_path]))
    assert list(awaited_by_nobody(plan)) == []
    del scenario["activities"]["release"]["not_before"]
    plan = compile_plan(bcpsim.load(scenario, allowed=[tmp_path]))
    [hint] = awaited_by_nobody(plan)
    assert "declaration: nobody waits until they are cleared" in hint
