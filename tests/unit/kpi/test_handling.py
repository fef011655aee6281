"""What follows a find, on borders whose events are worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import bcpsim

DAY = [{"from": "00:00", "to": "24:00", "count": 1}]


def border(customs_at: str, **changes: Any) -> dict[str, Any]:
    """Return a border where guards search two trucks, at 0:00 and 0:10, and find in both.

    A search takes 5 min, the transfer 4 min and the seizure by customs 30 min. Guards and customs
    have an officer each, who stands at `customs_at`.
    """
    return {
        "name": "finds",
        "horizon": {"start": "2026-04-13T00:00", "duration": "4 h"},
        "agencies": {"guard": {}, "customs": {}},
        "classes": {"truck": {}},
        "truths": {"contraband": "100 %"},
        "traffic": {
            "trucks": {
                "classes": {"truck": 1},
                "arrivals": {"pattern": "times", "file": "trucks.csv", "time_column": "at"},
            }
        },
        "activities": {
            "search": {
                "skill": "search",
                "duration": "5 min",
                "detection": {"of": {"contraband": "100 %"}, "result": "outcome"},
            },
            "transfer": {"skill": "transfer", "duration": "4 min"},
            "seizure": {"skill": "seizure", "duration": "30 min"},
        },
        "cases": {"seized": {"of": "outcome", "handled_by": ["transfer", "seizure"]}},
        "officers": {
            "guards": {"agency": "guard", "skills": "search", "stop": "yard", "shifts": DAY},
            "customs": {
                "agency": "customs",
                "skills": ["transfer", "seizure"],
                "stop": customs_at,
                "shifts": DAY,
            },
        },
        "stops": {"yard": {"lanes": 3}, "room": {"lanes": 3}},
        "moves": [{"from": "yard", "to": "room", "time": "2 min"}],
        "workflow": {
            "entry": "search",
            "steps": {
                "search": {
                    "stop": "yard",
                    "do": "search",
                    "next": [{"when": {"outcome": "found"}, "to": "case"}, {"to": "released"}],
                },
                "case": {
                    "stop": "room",
                    "do": ["transfer", "seizure"],
                    "next": [{"when": {"outcome": "found"}, "to": "detained"}, {"to": "released"}],
                },
            },
        },
    } | changes


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    rows = "at\n2026-04-13T00:00\n2026-04-13T00:10\n"
    (tmp_path / "trucks.csv").write_text(rows, "utf-8")

    def of(scenario: dict[str, Any]) -> dict[str, float]:
        rows = bcpsim.run(bcpsim.load(scenario), replications=1).rows
        return {f"{row['measure']} {row['population']}": row["estimate"] for row in rows}

    return of


def test_a_case_waits_for_the_other_agency(measured: Any) -> None:
    found = measured(border("room"))
    # Found at 0:05 and 0:15; customs begin at 0:07 and, after 34 minutes, at 0:41.
    assert found["cases case=seized"] == found["cases all"] == 2
    assert found["case_wait case=seized"] == pytest.approx((2 + 26) / 2)
    assert found["case_time all"] == pytest.approx((2 + 34 + 26 + 34) / 2)
    assert found["cases_handed_over case=seized"] == 100
    assert found["case_officer_hours all"] == pytest.approx(68 / 60)
    assert found["case_officer_hours case=seized agency=customs"] == pytest.approx(68 / 60)
    assert found["cases case=seized agency=customs"] == 2
    assert found["cases case=seized from=guard to=customs"] == 2
    assert found["case_wait case=seized from=guard to=customs"] == pytest.approx((2 + 26) / 2)
    assert found["detained all"] == 2


def test_whoever_searches_may_handle_the_case(measured: Any) -> None:
    officers = {
        "both": {
            "agency": "customs",
            "skills": ["search", "transfer", "seizure"],
            "stop": "yard",
            "shifts": [{"from": "00:00", "to": "24:00", "count": 2}],
        }
    }
    at_once = {
        "search": {
            "stop": "yard",
            "crew": [
                {"do": "search"},
                {"do": ["transfer", "seizure"], "when": {"outcome": "found"}},
            ],
            "order": "sequence",
            "next": "detained",
        }
    }
    found = measured(
        border("yard", officers=officers, workflow={"entry": "search", "steps": at_once})
    )
    assert found["case_wait all"] == 0
    assert found["case_time all"] == pytest.approx(34)
    assert found["cases_handed_over all"] == 0


def test_a_kind_of_case_is_of_those_whom_its_condition_names(measured: Any) -> None:
    cases = {
        "seized": {"of": "outcome", "when": {"class": "truck"}, "handled_by": "seizure"},
        "alarm": {"of": "outcome", "opened_by": "alarm", "handled_by": "seizure"},
    }
    found = measured(border("room", cases=cases))
    assert found["cases case=seized"] == 2
    assert found["cases case=alarm"] == 0
    assert found["case_wait case=seized"] == pytest.approx((2 + 26) / 2)  # until its task begins


def test_a_result_is_known_behind_the_check_alone() -> None:
    made = border("room")
    made["traffic"]["trucks"]["arrivals"] = {"pattern": "constant", "rate": "1/h"}
    bcpsim.load(made)
    made["workflow"]["entry"] = [{"to": {"search": 0.5, "case": 0.5}}]
    with pytest.raises(bcpsim.ScenarioError, match="to which no way leads without it"):
        bcpsim.load(made)
