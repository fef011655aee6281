"""Disturbances: closures, strikes, equipment out of use, at fixed times and at random."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import bcpsim
from bcpsim.engine import replicate
from bcpsim.plan import compile_plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.windows import without
from bcpsim.sampling import circumstances, sample
from bcpsim.sampling.ticks import NEVER, microseconds

CLOSED = {"at": [{"from": "2026-04-13T00:15", "for": "30 min"}], "closed": "all"}


def border(tmp_path: Path, disturbances: dict[str, Any], **changes: Any) -> bcpsim.LoadedScenario:
    """Return a border to which a vehicle comes every ten minutes for a check of seven."""
    minutes = [f"2026-04-13T{k // 6:02d}:{k % 6}0" for k in range(12)]
    (tmp_path / "cars.csv").write_text("\n".join(["time", *minutes]), encoding="utf-8")
    scenario: dict[str, Any] = {
        "name": "hand",
        "horizon": {"start": "2026-04-13T00:00", "duration": "2 h"},
        "agencies": {"guard": {}},
        "classes": {"car": {}},
        "traffic": {
            "cars": {
                "classes": {"car": "100 %"},
                "arrivals": {"pattern": "times", "file": "cars.csv"},
            }
        },
        "activities": {"check": {"skill": "papers", "duration": "7 min"}},
        "officers": {
            "guards": {
                "agency": "guard",
                "skills": ["papers"],
                "stop": "booth",
                "shifts": [{"from": "00:00", "to": "24:00", "count": 4}],
            }
        },
        "stops": {"booth": {"lanes": 1}},
        "equipment": {"reader": {"count": 2}},
        "workflow": {
            "entry": "check",
            "steps": {
                "check": {
                    "stop": "booth",
                    "do": "check",
                    "equipment": "reader",
                    "next": "released",
                }
            },
        },
        "disturbances": disturbances,
    }
    path = tmp_path / "hand.yaml"
    path.write_text(yaml.safe_dump({**scenario, **changes}, sort_keys=False), encoding="utf-8")
    return bcpsim.load(path)


def started(loaded: bcpsim.LoadedScenario) -> list[float]:
    """Return the minute at which each check began; who had none is left out."""
    _, _, log = replicate(compile_plan(loaded), 1, 0)
    begun = log.started[0]
    return [float(minute) for minute in log.minutes.started[0][begun != NEVER]]


@pytest.mark.parametrize("way", ["simpy", "compiled"])
def test_who_comes_while_a_stop_is_closed_waits_for_its_end(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCPSIM_ENGINE", way)
    # 10-17 is finished after 15; those of 20, 30 and 40 wait until 45; 50 and 60 behind them.
    found = started(border(tmp_path, {"alarm": CLOSED}))
    assert found == [0, 10, 45, 52, 59, 66, 73, 80, 87, 94, 101, 110]


def test_who_turns_back_counts_as_turned_away_and_takes_no_time(tmp_path: Path) -> None:
    loaded = border(tmp_path, {"alarm": {**CLOSED, "arrivals": "turn_back"}})
    assert started(loaded) == [0, 10, 50, 60, 70, 80, 90, 100, 110]
    _, _, log = replicate(compile_plan(loaded), 1, 0)
    away = log.ended_as(Outcome.TURNED_AWAY)
    assert np.flatnonzero(away).tolist() == [2, 3, 4]
    assert (log.departure[away] == log.arrival[away]).all()


def test_of_several_that_send_away_the_first_listed_counts_and_closing_hours_first(
    tmp_path: Path,
) -> None:
    back, divert = ({**CLOSED, "arrivals": does} for does in ("turn_back", "divert"))
    for listed, outcome in (
        ({"one": back, "two": divert}, Outcome.TURNED_AWAY),
        ({"one": divert, "two": back}, Outcome.DIVERTED),
    ):
        _, _, log = replicate(compile_plan(border(tmp_path, listed)), 1, 0)
        assert np.flatnonzero(log.ended_as(outcome)).tolist() == [2, 3, 4]
    opening = {"hours": ["00:45-24:00"], "arrivals": "turn_back"}
    _, _, log = replicate(compile_plan(border(tmp_path, {"one": divert}, opening=opening)), 1, 0)
    assert np.flatnonzero(log.ended_as(Outcome.TURNED_AWAY)).tolist() == [0, 1, 2, 3, 4]


def test_a_disturbance_is_measured(tmp_path: Path) -> None:
    result = bcpsim.run(border(tmp_path, {"alarm": CLOSED}), replications=2)
    found = {row["measure"]: row["estimate"] for row in result.rows if "alarm" in row["population"]}
    assert found == {
        "disturbed_time": 0.5,
        "disturbed_times": 1,
        "disturbed_arrivals": 3,
        "disturbed_checks": 0,
        "recovery_time": 1,  # of those who come from 105 on nobody waits
    }
    # Who comes at 20 waits 25 minutes, each after that 3 less, and at 100 the last one.
    [delay] = [row["estimate"] for row in result.rows if row["measure"] == "delay_caused"]
    assert 60 * delay == pytest.approx(sum(range(1, 26, 3)))


@pytest.mark.parametrize(
    "off",
    [
        {**CLOSED, "active": False},
        {**CLOSED, "at": [{"from": "2026-04-13T00:15", "for": "0 min"}]},
        {**CLOSED, "at": [{"from": "2026-04-14T00:15", "for": "1 h"}]},
    ],
)
def test_a_disturbance_that_never_happens_changes_nothing(
    off: dict[str, Any], tmp_path: Path
) -> None:
    assert started(border(tmp_path, {"alarm": off})) == [10 * k for k in range(12)]


def test_travellers_are_the_same_with_and_without(tmp_path: Path) -> None:
    calm = sample(compile_plan(border(tmp_path, {})), 1, 0)
    hit = sample(compile_plan(border(tmp_path, {"alarm": CLOSED})), 1, 0)
    for name in calm.__slots__:
        assert np.array_equal(getattr(calm, name), getattr(hit, name)), name


def test_in_a_strike_the_share_is_away_from_each_shift(tmp_path: Path) -> None:
    shifts = [
        {"from": "00:00", "to": "01:00", "count": 4},
        {"from": "01:00", "to": "02:00", "count": 2},
    ]
    guards = {"agency": "guard", "skills": ["papers"], "stop": "booth", "shifts": shifts}
    strike = {"hours": ["00:30-01:30"], "on_duty": {"guards": "50 %"}}
    loaded = border(tmp_path, {"strike": strike}, officers={"guards": guards})
    duty = circumstances(compile_plan(loaded), 1, 0).duty
    assert sum(windows[0] == (0, 30) for windows in duty) == 2
    assert sum(windows[0] == (90, 120) for windows in duty) == 1
    [hours] = [
        row["estimate"]
        for row in bcpsim.run(loaded, replications=2).rows
        if row["measure"] == "officer_hours" and row["population"] == "all"
    ]
    assert hours == 4 + 2 - 2 * 0.5 - 1 * 0.5


@pytest.mark.parametrize(
    ("count", "share", "there"),
    [(3, "66 %", 2), (3, "67 %", 2), (1, "99 %", 1), (1, "49 %", 0), (1, "50 %", 1), (5, "50 %", 3),
     (5, "10 %", 1), (7, "7 %", 0), (200, "0.2 %", 0), (3, "33.333 %", 1)],
)  # fmt: skip
def test_as_many_are_there_as_the_share_says_to_the_nearest_officer(
    count: int, share: str, there: int, tmp_path: Path
) -> None:
    shifts = [{"from": "00:00", "to": "02:00", "count": count}]
    guards = {"agency": "guard", "skills": ["papers"], "stop": "booth", "shifts": shifts}
    strike = {"hours": ["00:30-01:30"], "on_duty": {"guards": share}}
    loaded = border(tmp_path, {"strike": strike}, officers={"guards": guards})
    duty = circumstances(compile_plan(loaded), 1, 0).duty
    assert sum(any(start < 60 < end for start, end in windows) for windows in duty) == there


def test_nobody_is_there_at_a_share_of_0(tmp_path: Path) -> None:
    strike = {"at": CLOSED["at"], "on_duty": {"guards": "0 %"}}
    assert started(border(tmp_path, {"strike": strike}))[2] == 45


def test_equipment_out_of_use_is_missing(tmp_path: Path) -> None:
    out = {"at": CLOSED["at"], "out": {"reader": 1}}
    stops = {"booth": {"lanes": 2}}
    loaded = border(tmp_path, {"failure": out}, stops=stops)
    # One reader is enough for one at a time; of none, all wait.
    assert started(loaded) == [10 * k for k in range(12)]
    none = border(tmp_path, {"failure": {**out, "out": {"reader": 2}}}, stops=stops)
    assert started(none)[:6] == [0, 10, 45, 45, 52, 52]


def test_disturbances_at_random_come_as_often_and_last_as_long_as_they_say(tmp_path: Path) -> None:
    random = {
        "every": {"distribution": "exponential", "mean": "50 min"},
        "lasts": {"distribution": "exponential", "mean": "10 min"},
    }
    horizon = {"start": "2026-04-13T00:00", "duration": "60 d"}
    loaded = border(tmp_path, {"alarm": {"random": random, "closed": "all"}}, horizon=horizon)
    plan = compile_plan(loaded)
    lasting = [circumstances(plan, 1, replication).disturbed[0] for replication in range(20)]
    minutes = sum(end - start for windows in lasting for start, end in windows)
    number = sum(len(windows) for windows in lasting)
    assert number / (20 * plan.end / 60) == pytest.approx(1.0, abs=0.02)  # of about 28,800
    assert minutes / number == pytest.approx(10, rel=0.02)
    assert len(set(lasting)) == 20


def test_activities_are_told_as_they_were_done(tmp_path: Path) -> None:
    work = {
        "check": {"skill": "papers", "duration": "3 min"},
        "look_up": {"skill": "papers", "duration": "1 min"},
        "print": {"skill": "papers", "duration": "2 min"},
    }
    outage = {
        "at": CLOSED["at"],
        "activities": {"check": {"left_out": True}, "look_up": {"factor": 4}},
    }
    border(tmp_path, {"outage": outage}, activities=work)
    text = (tmp_path / "hand.yaml").read_text(encoding="utf-8")
    text = text.replace("do: check", "do: [check, look_up, print]")
    (tmp_path / "hand.yaml").write_text(text, encoding="utf-8")
    table = bcpsim.run(tmp_path / "hand.yaml", replications=1).activities
    found = table[["traveller", "activity", "started_min", "ended_min"]].values.tolist()
    assert found[:8] == [
        [0, "check", 0, 3],
        [0, "look_up", 3, 4],
        [0, "print", 4, 6],
        [1, "check", 10, 13],
        [1, "look_up", 13, 14],
        [1, "print", 14, 16],
        [2, "look_up", 20, 24],
        [2, "print", 24, 26],
    ]


def test_an_outage_gives_the_backlog_of_the_fluid_model(tmp_path: Path) -> None:
    """1,500 an hour, capacity 2,000, for four hours 600: 3,600 wait, and it takes 7.2 h to recover.

    Delay 20,160 vehicle-hours; the longest wait is 144 min, of who comes 1.6 h after its begin.
    """
    minutes = np.arange(1500 * 14) * 60 / 1500
    stamps = [
        f"2026-04-13T{int(m) // 60:02d}:{int(m) % 60:02d}:{round(60 * (m % 1), 6):09.6f}"
        for m in minutes
    ]
    (tmp_path / "many.csv").write_text("\n".join(["time", *stamps]), encoding="utf-8")
    loaded = border(
        tmp_path,
        {"outage": {"hours": ["01:00-05:00"], "on_duty": {"guards": "30 %"}}},
        horizon={"start": "2026-04-13T00:00", "duration": "14 h"},
        traffic={
            "cars": {
                "classes": {"car": "100 %"},
                "arrivals": {"pattern": "times", "file": "many.csv"},
            }
        },
        activities={"check": {"skill": "papers", "duration": "36 s"}},
        officers={
            "guards": {
                "agency": "guard",
                "skills": ["papers"],
                "stop": "booth",
                "shifts": [{"from": "00:00", "to": "24:00", "count": 20}],
            }
        },
        stops={"booth": {"lanes": 20}},
        equipment={"reader": {"count": 20}},
    )
    _, _, log = replicate(compile_plan(loaded), 1, 0)
    waited = (log.started[0] - log.queued[0]) / microseconds(60.0)  # hours
    assert waited.sum() == pytest.approx(20160, rel=0.005)
    assert 60 * waited.max() == pytest.approx(144, abs=1)
    assert log.minutes.arrival[waited.argmax()] / 60 == pytest.approx(1 + 1.6, abs=0.05)
    last = log.minutes.arrival[np.flatnonzero(60 * waited > 0.7)[-1]] / 60
    assert last == pytest.approx(1 + 4 + 7.2, abs=0.1)
    found = {row["measure"]: row["estimate"] for row in bcpsim.run(loaded, replications=1).rows}
    assert found["delay_caused"] == pytest.approx(20160, rel=0.005)
    assert found["recovery_time"] == pytest.approx(7.2, abs=0.26)  # by quarters of an hour


@pytest.mark.parametrize(
    ("windows", "away", "left"),
    [
        (((0, 10),), (), ((0, 10),)),
        (((0, 10),), ((2, 4),), ((0, 2), (4, 10))),
        (((0, 10),), ((0, 10),), ()),
        (((0, 10), (20, 30)), ((5, 25),), ((0, 5), (25, 30))),
        (((0, 10),), ((-5, 3), (8, 12)), ((3, 8),)),
        (((5, 10),), ((0, 5), (10, 20)), ((5, 10),)),
    ],
)
def test_stretches_without_others(windows: Any, away: Any, left: Any) -> None:
    assert without(windows, away) == left
