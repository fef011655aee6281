"""What of a table lies in the horizon is told in numbers, and nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import bcpsim
from bcpsim.plan import compile_plan
from bcpsim.scenario import LoadedScenario

ARRIVALS = ("traffic", "cars", "arrivals")


def loaded(
    tmp_path: Path,
    rows: Sequence[str],
    *,
    start: str = "2026-04-13T00:00",
    duration: str = "4 h",
    zone: str = "Europe/Warsaw",
    head: str = "time,count",
    **arrivals: Any,
) -> LoadedScenario:
    """Return a scenario that reads a table with these rows."""
    (tmp_path / "t.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    scenario = {
        "name": "border",
        "horizon": {"start": start, "duration": duration, "time_zone": zone},
        "agencies": {"guard": {}},
        "classes": {"car": {}},
        "traffic": {
            "cars": {
                "classes": {"car": 1},
                "arrivals": {"pattern": "counts", "file": "t.csv", **arrivals},
            }
        },
        "activities": {"check": {"skill": "check", "duration": "1 s"}},
        "officers": {
            "guards": {
                "agency": "guard",
                "skills": "check",
                "stop": "booth",
                "shifts": [{"from": "00:00", "to": "24:00", "count": 1}],
            }
        },
        "stops": {"booth": {"lanes": 1}},
        "workflow": {
            "entry": "check",
            "steps": {"check": {"stop": "booth", "do": "check", "next": "released"}},
        },
    }
    path = tmp_path / "s.yaml"
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    return bcpsim.load(path)


def hourly(day: str, numbers: Sequence[object], first: int = 0, step: int = 60) -> list[str]:
    """Return rows with numbers from an hour of a day on."""
    begin = datetime.fromisoformat(day) + timedelta(hours=first)
    return [f"{begin + timedelta(minutes=step * k)},{number}" for k, number in enumerate(numbers)]


def numbers(scenario: LoadedScenario) -> list[tuple[float, float, float]]:
    """Return from when to when, in hours, how many are expected."""
    found = scenario.coverage[ARRIVALS].intervals
    return [(one.start / 60, one.end / 60, one.number) for one in found]


def expected(scenario: LoadedScenario) -> float:
    """Return the number of arrivals that the compiled scenario expects."""
    [source] = compile_plan(scenario).sources
    widths = [end - start for start, end in zip(source.edges, source.edges[1:], strict=False)]
    return sum(rate * width for rate, width in zip(source.rates, widths, strict=True))


def warnings(scenario: LoadedScenario) -> str:
    return "\n".join(scenario.coverage[ARRIVALS].warnings)


def notes(scenario: LoadedScenario) -> str:
    return "\n".join(scenario.coverage[ARRIVALS].notes)


def refused(tmp_path: Path, rows: Sequence[str], **settings: Any) -> str:
    with pytest.raises(bcpsim.ScenarioError) as caught:
        loaded(tmp_path, rows, **settings)
    return str(caught.value)


@pytest.mark.parametrize("step", [5, 15, 30, 120])
def test_the_interval_is_as_the_rows_stand_apart(tmp_path: Path, step: int) -> None:
    rows = hourly("2026-04-13", [10] * (480 // step), step=step)
    scenario = loaded(tmp_path, rows, duration="8 h")
    assert expected(scenario) == pytest.approx(10 * 480 / step)
    words = "2 h" if step == 120 else f"{step} min"
    assert f"an interval of {words}, as its rows stand apart" in notes(scenario)
    assert not warnings(scenario)


def test_rows_closer_than_the_interval_are_refused(tmp_path: Path) -> None:
    rows = hourly("2026-04-13", [10] * 16, step=15)
    message = refused(tmp_path, rows, interval="1 h")
    assert (
        "t.csv: rows stand 15 min apart (Mon 13 Apr 2026 00:00 in line 2 and Mon 13 Apr 2026 00:15 "
        "in line 3), and an interval lasts 1 h; expected interval: 15 min" in message
    )


def test_rows_that_all_stand_further_apart_than_the_interval_are_refused(tmp_path: Path) -> None:
    rows = hourly("2026-04-13", [10] * 4)
    assert "all rows stand 1 h apart, and an interval lasts 15 min" in refused(
        tmp_path, rows, interval="15 min"
    )
    assert expected(loaded(tmp_path, rows, interval="15 min", missing="zero")) == pytest.approx(40)


def test_rows_unevenly_apart_need_an_interval(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {clock},1" for clock in ("00:00", "00:20", "01:30", "03:00")]
    assert "its rows stand unevenly apart (20 min to 1 h 30 min)" in refused(tmp_path, rows)


def test_two_rows_far_apart_need_an_interval(tmp_path: Path) -> None:
    rows = ["2026-04-13 00:00,5", "2026-04-13 02:00,5"]
    assert "its two times stand 2 h apart" in refused(tmp_path, rows)
    assert "has numbers for 2 of 4 h" in warnings(loaded(tmp_path, rows, interval="1 h"))


def test_gaps_are_told_with_the_share_that_is_covered(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, hourly("2026-04-13", [10, "-", "n/a", 40]))
    assert numbers(scenario) == [(0, 1, 10), (3, 4, 40)]
    assert (
        "t.csv: has numbers for 2 of 4 h of the horizon: nobody comes from Mon 13 Apr 2026 01:00 "
        "to 03:00" in warnings(scenario)
    )
    assert "2 of 4 h of the horizon, 50 of 50 counted" in scenario.coverage[ARRIVALS].contents


@pytest.mark.parametrize("rows", [[10, "", "", 40], [10, 20, 30], ["", 20, 30, 40]])
def test_what_is_missing_is_zero_or_an_error_as_the_file_says(
    tmp_path: Path, rows: list[object]
) -> None:
    written = hourly("2026-04-13", rows)
    scenario = loaded(tmp_path, written, missing="zero")
    assert not warnings(scenario)
    assert expected(scenario) == sum(row for row in rows if isinstance(row, int))
    assert "and missing says error" in refused(tmp_path, written, missing="error")


def test_what_is_missing_is_taken_from_the_same_time_of_another_day(tmp_path: Path) -> None:
    days = [hourly(f"2026-04-{day}", [day * 100 + h for h in range(24)]) for day in range(13, 20)]
    rows = [row for day in days for row in day]
    del rows[24 * 2 + 5]  # Wednesday 05:00
    scenario = loaded(tmp_path, rows, duration="14 d", missing="repeat")
    found = {start: number for start, _, number in numbers(scenario)}
    assert len(found) == 14 * 24
    assert found[7 * 24 + 3] == 1303  # a week later, on Monday
    assert found[2 * 24 + 5] in (1405, 1605)  # no other Wednesday has it: a day beside
    assert found[9 * 24 + 5] in (1405, 1605, 1805, 1905)
    assert not warnings(scenario)
    assert "169 of 336 h of the horizon filled from the same time of other days" in notes(scenario)


def test_a_table_that_begins_late_is_filled_before_it_too(tmp_path: Path) -> None:
    rows = hourly("2026-04-13", [*range(10, 24), *range(24)], first=10)
    scenario = loaded(tmp_path, rows, duration="24 h", missing="repeat")
    assert [number for *_, number in numbers(scenario)] == list(range(24))


def test_a_horizon_far_longer_than_the_table_is_told(tmp_path: Path) -> None:
    rows = [row for day in range(1, 31) for row in hourly(f"2026-04-{day:02d}", [5] * 24)]
    scenario = loaded(tmp_path, rows, start="2026-04-01T00:00", duration="365 d", zone="UTC")
    assert "has numbers for 720 of 8,760 h of the horizon" in warnings(scenario)


def test_what_lies_outside_is_told_and_nothing_inside_is_refused(tmp_path: Path) -> None:
    rows = hourly("2026-04-12", [1] * 72)
    scenario = loaded(tmp_path, rows)
    assert (
        "68 of 72 numbers not used (24 before the start and 44 after the end of the horizon)"
        in notes(scenario)
    )
    message = refused(tmp_path, rows, start="2025-04-13T00:00")
    assert "t.csv has no number in the horizon: it is from Sun 12 Apr 2026 00:00 to" in message
    assert "the horizon from Sun 13 Apr 2025 00:00 to 04:00" in message


def test_a_time_that_stands_twice_is_told(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, [*hourly("2026-04-13", [1, 2, 3, 4]), "2026-04-13 02:00,30"])
    assert "Mon 13 Apr 2026 02:00 in lines 4, 6 stands there twice: the numbers are added up" in (
        warnings(scenario)
    )
    assert expected(scenario) == pytest.approx(40)


def test_rows_of_several_measures_are_chosen_or_added(tmp_path: Path) -> None:
    rows = [
        f"{row},{lane}" for row in hourly("2026-04-13", [1, 2, 3, 4]) for lane in ("left", "right")
    ]
    settings = {"head": "time,count,lane"}
    assert "where: {lane: left}" in refused(tmp_path, rows, **settings)
    assert expected(loaded(tmp_path, rows, where={"lane": "left"}, **settings)) == 10
    both = loaded(tmp_path, rows, where={"lane": ["left", "right"]}, **settings)
    assert expected(both) == 20
    assert not warnings(both)


AUTUMN = ["2026-10-25 00:00,1", "2026-10-25 01:00,2", "2026-10-25 02:00,3", "2026-10-25 02:00,40",
          "2026-10-25 03:00,5"]  # fmt: skip


@pytest.mark.parametrize("offsets", [False, True])
def test_the_hour_that_comes_twice_is_told_apart(tmp_path: Path, *, offsets: bool) -> None:
    rows = AUTUMN
    if offsets:
        times = ((2, 1, 40), (0, 2, 1), (1, 2, 2), (2, 2, 3), (3, 1, 5))
        rows = [f"2026-10-25T0{hour}:00+0{east}:00,{number}" for hour, east, number in times]
    scenario = loaded(tmp_path, rows, start="2026-10-25T00:00", duration="5 h")
    assert [number for *_, number in numbers(scenario)] == [1, 2, 3, 40, 5]
    assert not warnings(scenario)
    assert (
        "the second of two equal times on 25 Oct after the clocks go back" in notes(scenario)
    ) != offsets


def test_an_hour_that_comes_twice_and_stands_once_is_a_gap(tmp_path: Path) -> None:
    rows = [row for row in AUTUMN if not row.endswith("40")]
    scenario = loaded(tmp_path, rows, start="2026-10-25T00:00", duration="5 h")
    assert "has numbers for 4 of 5 h" in warnings(scenario)


def test_an_hour_that_does_not_exist_is_told(tmp_path: Path) -> None:
    rows = hourly("2026-03-29", [1, 2, 3, 4])
    scenario = loaded(tmp_path, rows, start="2026-03-29T00:00", duration="3 h")
    assert "Sun 29 Mar 2026 02:00 (line 4): no such time, as clocks go forward" in (
        warnings(scenario)
    )
    rows[2] = "2026-03-29 02:00,0"
    assert not warnings(loaded(tmp_path, rows, start="2026-03-29T00:00", duration="3 h"))


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-04-13", 24)]
)
def test_numbers_of_whole_days_fill_days_of_any_length(
    tmp_path: Path, day: str, hours: int
) -> None:
    date = datetime.fromisoformat(day)
    rows = [f"{(date + timedelta(days=k)).date()},{100 + k}" for k in range(-1, 3)]
    scenario = loaded(tmp_path, rows, start=f"{day}T00:00", duration=f"{hours} h")
    assert numbers(scenario) == [(0, hours, 100)]
    assert "numbers of whole days" in notes(scenario)
    assert "dates without a time of day, and interval is 1 h" in refused(
        tmp_path, rows, interval="1 h"
    )


def test_times_at_the_end_of_intervals_are_found_by_24_00_or_said(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {hour:02d}:00,{hour}" for hour in range(1, 25)]
    scenario = loaded(tmp_path, rows, duration="24 h")
    assert numbers(scenario) == [(hour - 1, hour, hour) for hour in range(1, 25)]
    assert "times at which intervals end (24:00 in line 25)" in notes(scenario)
    rows[-1] = "2026-04-14 00:00,24"
    assert numbers(loaded(tmp_path, rows, duration="24 h", times_mark="end")) == numbers(scenario)
    assert "has numbers for 23 of 24 h" in warnings(loaded(tmp_path, rows, duration="24 h"))


def test_a_typical_day_or_week_counts_for_all_days(tmp_path: Path) -> None:
    rows = [f"{hour}:00,{hour}" for hour in range(24)]
    scenario = loaded(tmp_path, rows, duration="3 d", start="2026-10-24T00:00")
    assert [number for *_, number in numbers(scenario)][22:30] == [22, 23, 0, 1, 2, 2, 3, 4]
    assert "no dates: the same numbers every day" in notes(scenario)
    assert not warnings(scenario)
    week = [f"{hour}," + ",".join(str(10 * day + hour) for day in range(7)) for hour in range(24)]
    head = "hour,Mon,Tue,Wed,Thu,Fri,Sat,Sun"
    columns = {"time_column": "hour", "count_column": head.split(",")[1:]}
    scenario = loaded(tmp_path, week, head=head, duration="14 d", **columns)
    found = {start: number for start, _, number in numbers(scenario)}
    assert found[24 * 8 + 5] == 15  # the second Tuesday, 05:00
    assert len(found) == 14 * 24


def test_ranges_say_how_long_an_interval_is(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {hour}:00-{hour}:30,1" for hour in range(4)]
    scenario = loaded(tmp_path, rows)
    assert numbers(scenario)[0] == (0, 0.5, 1)
    assert "has numbers for 2 of 4 h" in warnings(scenario)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["2026-04-13 00:00,1", "01:00,2"], "t.csv:3: no date, which other rows have"),
        (["2026-04-13 00:00,1", "2026-04-14,2"], "t.csv:3: no time of day, which other rows have"),
    ],
)
def test_rows_of_different_kinds_are_refused(tmp_path: Path, rows: list[str], message: str) -> None:
    assert message in refused(tmp_path, rows)


def test_observed_times_and_services_outside_are_told(tmp_path: Path) -> None:
    rows = ["2026-04-12 23:00", "2026-04-13 01:00", "2026-04-13 01:00", "2026-05-13 01:00"]
    times = {"head": "time", "pattern": "times"}
    scenario = loaded(tmp_path, rows, **times)
    assert "2 of 4 times not used (1 before the start and 1 after the end of the horizon)" in notes(
        scenario
    )
    assert "4 times from Sun 12 Apr 2026 23:00 to Wed 13 May 2026 01:00: 2 in the horizon" in (
        scenario.coverage[ARRIVALS].contents
    )
    assert "t.csv has no times in the horizon" in refused(
        tmp_path, rows, start="2025-04-13T00:00", **times
    )
    flights = {"head": "time,seats", "pattern": "timetable"}
    rows = [f"{row},100" for row in rows]
    assert "t.csv has no services in the horizon" in refused(
        tmp_path, rows, start="2025-04-13T00:00", **flights
    )
    scenario = loaded(tmp_path, rows[:3], duration="30 d", **flights)
    assert "has no services in 719 of 720 h of the horizon, after Mon 13 Apr 2026 01:00" in (
        warnings(scenario)
    )


def test_observed_times_in_the_hour_that_comes_twice_are_told(tmp_path: Path) -> None:
    rows = ["2026-10-25 02:30", "2026-10-25T02:40+01:00", "2026-10-25 04:00"]
    scenario = loaded(tmp_path, rows, head="time", pattern="times", start="2026-10-25T00:00")
    assert "1 of 3 times at a local time that comes twice" in warnings(scenario)
    [source] = compile_plan(scenario).sources
    assert source.times == (150, 220)


def rostered(tmp_path: Path, rows: Sequence[str], duration: str) -> LoadedScenario:
    """Return a scenario whose officers stand in a roster with these rows."""
    arrivals = {"pattern": "constant", "rate": "1/h"}
    whole = loaded(tmp_path, ["2026-04-13 00:00,1"], duration="1 h").folder / "s.yaml"
    scenario = yaml.safe_load(whole.read_text("utf-8"))
    scenario["horizon"]["duration"] = duration
    scenario["traffic"]["cars"]["arrivals"] = arrivals
    guards = scenario["officers"]["guards"]
    del guards["shifts"]
    guards["roster"] = {"file": "r.csv"}
    (tmp_path / "r.csv").write_text("\n".join(rows) + "\n", "utf-8")
    whole.write_text(yaml.safe_dump(scenario), "utf-8")
    return bcpsim.load(whole)


def test_a_roster_tells_its_hours_and_what_lies_outside(tmp_path: Path) -> None:
    rows = ["date,from,to,count", "2026-04-12,22:00,06:00,1", "2026-04-13,06:00,14:00,2",
            "2026-04-13,22:00,06:00,1", "2026-04-14,06:00,14:00,2"]  # fmt: skip
    one = rostered(tmp_path, rows, "24 h")
    cover = one.coverage["officers", "guards", "roster"]
    assert cover.contents == (
        "4 shifts of 3 officers from Sun 12 Apr 2026 22:00 to Tue 14 Apr 2026 14:00: 24 officer "
        "hours in the horizon, without absence and breaks"
    )
    assert cover.notes == ("r.csv: 1 of 4 shifts not used (1 after the end of the horizon)",)
    assert cover.warnings == ()
    long = rostered(tmp_path, rows, "96 h").coverage["officers", "guards", "roster"]
    assert long.notes == ()
    assert long.warnings == (
        "r.csv: has nobody in 58 of 96 h of the horizon, after its last shift, Tue 14 Apr 2026 "
        "14:00",
    )


def test_a_roster_of_weekdays_tells_its_hours(tmp_path: Path) -> None:
    rows = ["from,to,days,count", "06:00,14:00,mon-fri,3", "22:00,06:00,daily,1"]
    cover = rostered(tmp_path, rows, "7 d").coverage["officers", "guards", "roster"]
    hours = 5 * 8 * 3 + 7 * 8
    assert cover.contents == (
        f"2 shifts of 4 officers: {hours} officer hours in the horizon, without absence and breaks"
    )


def test_a_roster_of_another_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(bcpsim.ScenarioError, match=r"no shift lies within the horizon.*2025-04-13"):
        rostered(tmp_path, ["date,from,to", "13.04.2025,06:00,14:00"], "24 h")


def test_a_column_that_another_field_reads_is_no_unused_one(tmp_path: Path) -> None:
    one = loaded(tmp_path, ["2026-04-13 00:00,1,2,x"], head="time,count,buses,remark",
                 duration="1 h", interval="1 h")  # fmt: skip
    told = "t.csv: read without the columns buses, remark"
    assert one.coverage[ARRIVALS].notes == (told,)
    path = one.folder / "s.yaml"
    scenario = yaml.safe_load(path.read_text("utf-8"))
    cars = scenario["traffic"]["cars"]
    scenario["traffic"]["buses"] = {
        **cars,
        "arrivals": {**cars["arrivals"], "count_column": "buses"},
    }
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    both = bcpsim.load(path)
    assert {words for cover in both.coverage.values() for words in cover.notes} == {
        "t.csv: read without the column remark"
    }
