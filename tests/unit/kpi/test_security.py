"""What is referred and found, on borders whose numbers can be worked out."""

from __future__ import annotations

import math
from typing import Any

import pytest

import bcpsim
from bcpsim.kpi import MEASURES

SEARCHES = {
    "first": {"stop": "hall", "do": ["first"], "next": "second"},
    "second": {"stop": "hall", "do": ["second"], "next": "released"},
}


def border(**changes: Any) -> dict[str, Any]:
    """Return a border where two agencies search everybody, one after the other."""
    everybody = [{"from": "00:00", "to": "24:00", "count": 1}]
    base: dict[str, Any] = {
        "name": "searches",
        "horizon": {"start": "2026-04-13T00:00", "duration": "10 h"},
        "agencies": {"guard": {}, "customs": {"cost_per_hour": 30}},
        "classes": {"truck": {}},
        "truths": {"contraband": "50 %"},
        "traffic": {
            "trucks": {
                "classes": {"truck": 1},
                "arrivals": {"pattern": "constant", "rate": "100/h"},
            }
        },
        "activities": {
            "first": {
                "skill": "guard",
                "duration": "0 s",
                "detection": {"of": {"contraband": "40 %"}},
            },
            "second": {
                "skill": "customs",
                "duration": "3 s",
                "detection": {"of": {"contraband": "50 %"}, "false_alarm": "10 %"},
            },
        },
        "officers": {
            name: {"agency": name, "skills": name, "stop": "hall", "shifts": everybody}
            for name in ("guard", "customs")
        },
        "stops": {"hall": {"lanes": 2}},
        "workflow": {"entry": "first", "steps": SEARCHES},
    }
    return base | changes


def measured(scenario: dict[str, Any], replications: int = 4) -> dict[str, float]:
    """Return the means by measure and population."""
    rows = bcpsim.run(bcpsim.load(scenario), replications=replications).rows
    return {f"{row['measure']} {row['population']}": row["estimate"] for row in rows}


def test_each_carrier_counts_with_the_probability_of_being_found() -> None:
    found = measured(border())
    carriers = found["carriers truth=contraband"]
    # 40 % at the first, of the rest half at the second: exactly, however few there are.
    assert found["found_share truth=contraband"] == pytest.approx(70)
    assert found["found_share truth=contraband activity=first"] == pytest.approx(40)
    assert found["found_share truth=contraband agency=customs"] == pytest.approx(30)
    assert found["found truth=contraband"] == pytest.approx(0.7 * carriers)
    assert found["let_through truth=contraband"] == pytest.approx(0.3 * carriers)
    assert found["overlooked truth=contraband activity=first"] == pytest.approx(0.6 * carriers)
    assert found["overlooked truth=contraband agency=customs"] == pytest.approx(0.3 * carriers)
    innocent = found["arrivals all"] - carriers
    assert found["false_alarms activity=second"] == pytest.approx(0.1 * innocent)
    assert found["false_alarms activity=first"] == 0
    assert found["finds_per_1000 all"] == pytest.approx(
        1000 * found["found all"] / found["arrivals all"], rel=0.02
    )
    minutes = 3 / 60 * found["arrivals all"] / found["found all"]
    assert found["officer_minutes_per_find all"] == pytest.approx(minutes, rel=0.02)
    assert found["cost_per_find all"] == pytest.approx(300 / found["found all"], rel=0.02)


def test_the_order_in_time_says_who_is_the_first_to_find() -> None:
    steps = {
        "second": {"stop": "hall", "do": ["second"], "next": "first"},
        "first": {"stop": "hall", "do": ["first"], "next": "released"},
    }
    found = measured(border(workflow={"entry": "second", "steps": steps}))
    assert found["found_share truth=contraband activity=second"] == pytest.approx(50)
    assert found["found_share truth=contraband activity=first"] == pytest.approx(20)
    assert found["found_share truth=contraband"] == pytest.approx(70)


def test_a_check_finds_more_the_longer_it_takes() -> None:
    activities = border()["activities"]
    activities["second"] |= {
        "duration": "5 s",
        "detection": {"of": {"contraband": {"time_constant": "10 s"}}},
    }
    del activities["first"]["detection"]
    found = measured(border(activities=activities))
    assert found["found_share all"] == pytest.approx(100 * (1 - math.exp(-0.5)))


TABLE = [{"after": "4 s", "share": "20 %"}, {"after": "10 s", "share": "80 %"}]


@pytest.mark.parametrize(
    ("duration", "per_cent"), [("2 s", 10), ("4 s", 20), ("7 s", 50), ("10 s", 80), ("1 min", 80)]
)
def test_what_is_found_may_grow_with_time_by_a_table(duration: str, per_cent: float) -> None:
    activities = border()["activities"]
    activities["second"] |= {
        "duration": duration,
        "detection": {"of": {"contraband": {"by_time": TABLE}}},
    }
    del activities["first"]["detection"]
    assert measured(border(activities=activities))["found_share all"] == pytest.approx(per_cent)


def test_a_search_by_a_table_ends_when_something_is_found() -> None:
    activities = border()["activities"]
    del activities["first"]["detection"]
    search = {
        "of": {"contraband": {"by_time": TABLE}},
        "result": "outcome",
        "ends_when_found": True,
    }
    activities["second"] |= {"duration": "10 s", "detection": search}
    found = measured(border(truths={"contraband": "100 %"}, activities=activities), 20)
    # Evenly in the first 4 s, and then in 6 s; the others are searched for 10 s.
    seconds = 0.2 * 2 + 0.6 * 7 + 0.2 * 10
    assert 60 * found["service_time all"] == pytest.approx(seconds, rel=0.02)
    assert found["found_share all"] == pytest.approx(80, rel=0.02)


def test_what_follows_a_find_is_drawn() -> None:
    activities = border()["activities"]
    activities["first"]["detection"] |= {"result": "outcome", "false_alarm": "20 %"}
    steps = {
        "first": {
            "stop": "hall",
            "do": ["first"],
            "next": [
                {"when": {"outcome": "found"}, "to": "detained"},
                {"when": {"outcome": "alarm"}, "to": "second"},
                {"to": "released"},
            ],
        },
        "second": {"stop": "hall", "do": ["second"], "next": "released"},
    }
    found = measured(border(activities=activities, workflow={"entry": "first", "steps": steps}), 20)
    carriers = found["carriers all"]
    assert found["detained all"] == pytest.approx(found["found all"])
    assert found["found_share all"] == pytest.approx(40, abs=2)
    assert found["visits stop=hall"] - found["arrivals all"] == pytest.approx(
        found["false_alarms activity=first"]
    )
    assert found["false_alarms activity=first"] == pytest.approx(0.2 * carriers, rel=0.1)


def test_a_search_ends_when_something_is_found() -> None:
    activities = border()["activities"]
    del activities["first"]["detection"]
    search = {
        "of": {"contraband": {"time_constant": "3 s"}},
        "result": "outcome",
        "ends_when_found": True,
    }
    activities["second"] |= {"duration": "6 s", "detection": search}
    found = measured(border(truths={"contraband": "100 %"}, activities=activities), 20)
    # The mean of an exponential time of 3 s that is cut at 6 s.
    seconds = 3 * (1 - math.exp(-2))
    assert 60 * found["service_time all"] == pytest.approx(seconds, rel=0.02)
    assert found["found_share all"] == pytest.approx(100 * (1 - math.exp(-2)), rel=0.02)


def referring(**referrals: Any) -> dict[str, Any]:
    """Return a border where the guards' score, or the customs', leads to a search."""
    routes = [{"when": {name: "referred"}, "to": "second"} for name in referrals]
    steps = {
        "first": {"stop": "hall", "do": ["first"], "next": [*routes, {"to": "released"}]},
        "second": {"stop": "hall", "do": ["second"], "next": "released"},
    }
    activities = border()["activities"]
    del activities["first"]["detection"]
    return border(
        activities=activities,
        scores={
            "guard": {"of": "contraband", "separation": 1},
            "other": {"of": "contraband", "auc": 0.8, "correlated": {"guard": 0.5}},
            "none": {"of": "contraband", "separation": 2, "known": 0},
        },
        referrals=referrals,
        workflow={"entry": "first", "steps": steps},
    )


def test_equal_scores_refer_the_same_travellers() -> None:
    twice = measured(
        referring(
            once={"score": "guard", "share": "10 %"}, again={"score": "guard", "share": "10 %"}
        )
    )
    assert twice["duplicate_referrals all"] == 100
    assert twice["referred referral=once"] == twice["referred all"]


def test_populations_of_a_score_are_those_that_the_reference_lists() -> None:
    found = measured(referring(risk={"score": "guard", "share": "10 %"}))
    for name in ("hit_rate", "referred_of_carriers", "referred_of_others", "referred_share"):
        listed = {kind.split("=")[0] for part in MEASURES[name].parts for kind in part.names}
        rows = {key.split()[1].split("=")[0] for key in found if key.split()[0] == name}
        assert rows == listed


def test_more_referrals_never_find_less() -> None:
    shares = [
        measured(referring(risk={"score": "guard", "share": share}))["found_share all"]
        for share in ("5 %", "10 %", "30 %")
    ]
    at_random = measured(referring(risk={"score": "guard", "share": "5 %", "random": "10 %"}))
    assert shares == sorted(shares)
    assert shares[0] < at_random["found_share all"] < 50


def test_a_score_without_data_refers_by_chance() -> None:
    found = measured(referring(risk={"score": "none", "share": "20 %"}), 20)
    assert found["hit_rate referral=risk"] == pytest.approx(50, abs=2)
    assert found["referred_share all"] == pytest.approx(20, abs=1)


def test_officers_with_less_training_find_less() -> None:
    officers = border()["officers"]
    officers["guard"]["finds"] = {"first": "75 %"}
    found = measured(border(officers=officers))
    assert found["found_share truth=contraband activity=first"] == pytest.approx(30)
    assert found["found_share all"] == pytest.approx(100 * (1 - 0.7 * 0.5))


def test_officers_who_tire_find_less_late_in_a_shift() -> None:
    officers = border()["officers"]
    officers["guard"]["tiring"] = {"after": "2 h", "per_hour": "10 %", "least": "70 %"}
    found = measured(border(officers=officers), 20)
    # Of ten hours 2 at 1, three that fall from 1 to 0.7, five at 0.7: 0.805 on average.
    share = found["found_share truth=contraband activity=first"]
    assert share == pytest.approx(40 * 0.805, rel=0.005)


def exchanging(**exchange: Any) -> dict[str, Any]:
    """Return a border that refers by a score which separates all of whom it knows."""
    made = referring(risk={"score": "guard", "above": 5})
    made["scores"]["guard"] = {"of": "contraband", "separation": 10, "exchange": exchange}
    return made


def test_who_is_asked_about_in_time_is_known() -> None:
    found = measured(exchanging(regime="on_request", asked="60 %"), 20)
    assert found["referred_share all"] == pytest.approx(30, abs=1)
    answer = {"distribution": "exponential", "mean": "1 h"}
    late = measured(
        exchanging(regime="on_request", asked="60 %", answer=answer, within="30 min"), 20
    )
    assert late["referred_share all"] == pytest.approx(30 * (1 - math.exp(-0.5)), abs=1)
    told = measured(exchanging(regime="ad_hoc", asked="60 %"), 20)
    assert told == found
    assert measured(exchanging(regime="continuous"), 20)["referred_share all"] == pytest.approx(
        50, abs=1
    )


def test_what_is_newer_than_the_last_exchange_is_unknown() -> None:
    found = measured(exchanging(regime="periodic", every="5 h", age="10 h"), 20)
    # Two periods of 5 h: the mean of exp(-t / 10) is (1 - exp(-0.5)) / 0.5.
    known = (1 - math.exp(-0.5)) / 0.5
    assert found["referred_share all"] == pytest.approx(50 * known, abs=0.7)
    late = measured(exchanging(regime="periodic", every="20 h", first="9 h", age="1 h"), 20)
    # Only those who come in the last hour are known: what was exchanged before is 11 h old or more.
    assert late["referred_share all"] == pytest.approx(50 * (1 - math.exp(-1)) / 10, abs=0.4)
