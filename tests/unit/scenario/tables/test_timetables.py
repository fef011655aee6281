"""Timetables as airports and ports keep them: types of aircraft, shares, arrivals among others."""

from __future__ import annotations

import copy
from datetime import datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import yaml
from booth import BOOTH
from pydantic import TypeAdapter

import bcpsim
from bcpsim.plan.laws import (
    Law,
    LawKind,
    erlang,
    gamma_from_mean_cv,
    lognormal_from_mean_cv,
    lognormal_from_quantiles,
    weibull_from_mean_cv,
)
from bcpsim.sampling.laws import cdf
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.distributions import Time, longest
from bcpsim.scenario.tables import Coverage, Horizon, Service, TableError, cover, read_table
from bcpsim.scenario.traffic import TimetableArrivals

ONE, TWO, LATE = (datetime(2026, 4, 13, *clock) for clock in ((6, 5), (7, 10), (22, 0)))
UP_TO_36_H = {"distribution": "uniform", "low": "0 h", "high": "36 h"}
SEATS = {"A320": 180, "B738": 189}


def services(tmp_path: Path, text: str, **use: Any) -> tuple[Service, ...]:
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    fields = {"pattern": "timetable", "file": "f.csv", **use}
    return read_table(TimetableArrivals.model_validate(fields), tmp_path).services


def plainly(found: tuple[Service, ...]) -> list[tuple[datetime, int, float]]:
    return [(one.time, one.seats, one.load) for one in found]


def test_seats_may_have_a_point_and_shares_a_comma_or_per_cent(tmp_path: Path) -> None:
    text = "time;seats;load\n13.04.2026 06:05;180.0;0,85\n13.04.2026 07:10;189;90 %\n"
    found = services(tmp_path, text, load_column="load")
    assert plainly(found) == [(ONE, 180, 0.85), (TWO, 189, 0.9)]


def test_seats_by_type_stand_in_the_scenario_or_in_a_table(tmp_path: Path) -> None:
    text = "time,seats\n2026-04-13 06:05,A320\n2026-04-13 07:10,b738\n"
    expected = [(ONE, 180, 1.0), (TWO, 189, 1.0)]
    assert plainly(services(tmp_path, text, seats=SEATS)) == expected
    (tmp_path / "types.csv").write_text("ICAO;Sitze;x\nA320;180;1\nB738;189,0;2\n", "utf-8")
    table = {"file": "types.csv", "columns": {"type": "ICAO", "seats": "Sitze"}}
    assert plainly(services(tmp_path, text, seats_table=table)) == expected


def test_types_may_be_numbers_and_seats_are_none_then(tmp_path: Path) -> None:
    text = "time,seats\n2026-04-13 06:05,320\n2026-04-13 07:10,738\n"
    found = services(tmp_path, text, seats={"320": 180, "738": 189})
    assert [one.seats for one in found] == [180, 189]
    with pytest.raises(TableError, match="'738' is no type whose seats are given"):
        services(tmp_path, text, seats={"320": 180})


def test_unknown_types_are_told_once_each(tmp_path: Path) -> None:
    text = "time,seats\n" + "".join(
        f"2026-04-13 06:{minute:02d},{name}\n" for minute, name in enumerate(["A32X"] * 3 + ["?"])
    )
    with pytest.raises(TableError) as caught:
        services(tmp_path, text, seats=SEATS)
    assert caught.value.messages == (
        "f.csv:2: seats: 'A32X' in 3 rows is no type whose seats are given (did you mean 'A320'?)",
        "f.csv:5: seats: '?' is no type whose seats are given",
    )
    with pytest.raises(TableError, match=r"if it is a type, give its seats: seats: {A32X: 180}"):
        services(tmp_path, text)


def test_arrivals_and_departures_stand_in_one_file(tmp_path: Path) -> None:
    text = "A/D,time,seats,origin\nA,2026-04-13 06:05,180,UK\nD,2026-04-13 06:30,99,\n"
    found = services(tmp_path, text, where={"A/D": "A"}, attributes={"origin": ["uk", "other"]})
    assert [(one.seats, one.values) for one in found] == [(180, ("uk",))]


def test_workbooks_hold_dates_and_clocks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Date", "Time", "Seats", "Load"],
        [datetime(2026, 4, 13), time(6, 5), 180.0, 0.85],
        [None, time(7, 10), 189, 0.9],
        [datetime(2026, 4, 13), "22:00", "189", "80%"],
    ):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "f.xlsx")
    fields = {"pattern": "timetable", "file": "f.xlsx", "time_column": ["Date", "Time"]}
    use = TimetableArrivals.model_validate({**fields, "load_column": "Load"})
    expected = [(ONE, 180, 0.85), (TWO, 189, 0.9), (LATE, 189, 0.8)]
    assert plainly(read_table(use, tmp_path).services) == expected


def test_times_without_a_clock_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="dates without a time of day"):
        services(tmp_path, "time,seats\n2026-04-13,180\n")


def test_a_date_counts_for_the_rows_below_and_sums_are_left_out(tmp_path: Path) -> None:
    text = "Date,STA,Seats\n2026-04-13,06:05,180\n,07:10,189\n,22:00,189\n,07:10,189\nTotal,,747\n"
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    fields = {"pattern": "timetable", "file": "f.csv", "time_column": ["Date", "STA"]}
    table = read_table(TimetableArrivals.model_validate(fields), tmp_path)
    assert [one.time for one in table.services] == [ONE, TWO, LATE, TWO]
    assert table.told == (
        "row 6 adds up others and isn't read",
        "the date of rows 3, 4 and 5 is the one above",
    )
    assert table.warnings == ("f.csv: row 5 is the same as row 3, and both are read",)


def test_cancelled_services_among_others_are_told(tmp_path: Path) -> None:
    text = "time,seats,status\n2026-04-13 06:05,180,\n2026-04-13 07:10,9,cancelled\n"
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    fields = {"pattern": "timetable", "file": "f.csv"}
    [warning] = read_table(TimetableArrivals.model_validate(fields), tmp_path).warnings
    assert warning == (
        "f.csv: rows of every status are read (nothing, cancelled); where: {status: ''} takes some"
    )
    assert len(services(tmp_path, text, where={"status": ""})) == 1


def covered(tmp_path: Path, rows: str, **use: Any) -> Coverage:
    """Return what of a timetable lies in six hours from midnight."""
    (tmp_path / "f.csv").write_text(f"time,seats\n{rows}", encoding="utf-8")
    fields = {"pattern": "timetable", "file": "f.csv", **use}
    timetable = TimetableArrivals.model_validate(fields)
    horizon = Horizon(Calendar(datetime(2026, 4, 13), "UTC"), 360.0)
    return cover(timetable, read_table(timetable, tmp_path), horizon)


@pytest.mark.parametrize(
    ("when", "use", "reaches"),
    [
        ("2026-04-12 23:00", {}, False),
        ("2026-04-12 23:00", {"delay": "59 min"}, False),
        ("2026-04-12 23:00", {"delay": "50 min", "first_after": "10 min"}, True),
        ("2026-04-12 23:00", {"unloading": "100/h"}, True),  # 100 seats: the last at midnight
        ("2026-04-12 23:00", {"unloading": "100/h", "ramps": 2}, False),
        ("2026-04-11 12:00", {"delay": UP_TO_36_H}, True),
        ("2026-04-12 23:00", {"come_before": "2 h"}, False),
        ("2026-04-13 08:00", {"come_before": "2 h"}, False),
        ("2026-04-13 07:59", {"come_before": "2 h"}, True),
        ("2026-04-14 10:00", {"come_before": "30 h"}, True),
        ("2026-04-13 07:00", {"delay": "2 h"}, False),
    ],
)  # fmt: skip
def test_a_service_counts_if_its_travellers_may_come_in_the_horizon(
    when: str, use: dict[str, Any], reaches: bool, tmp_path: Path
) -> None:
    found = covered(tmp_path, f"{when},100\n", **use)
    assert (found.problems == ()) == reaches
    if not reaches:
        assert "f.csv has no services in the horizon" in found.problems[0]
    else:
        beside = covered(tmp_path, f"{when},100\n2026-04-30 12:00,100\n", **use)
        assert any("1 of 2 services not used (1 after the end" in note for note in beside.notes)


def test_travellers_who_come_more_than_a_day_before_a_departure_arrive(tmp_path: Path) -> None:
    border = copy.deepcopy(BOOTH)
    border["horizon"]["duration"] = "6 h"
    border["traffic"]["cars"]["arrivals"] = {
        "pattern": "timetable",
        "file": "f.csv",
        "come_before": {"distribution": "uniform", "low": "28 h", "high": "30 h"},
    }
    (tmp_path / "f.csv").write_text("time,seats\n2026-04-14 08:00,40\n", "utf-8")
    (tmp_path / "booth.yaml").write_text(yaml.safe_dump(border), "utf-8")
    result = bcpsim.run(tmp_path / "booth.yaml", replications=2).measures
    [arrivals] = result[result["measure"] == "arrivals"].query("population == 'all'")["estimate"]
    assert arrivals == 40  # from 02:00 to 04:00


@pytest.mark.parametrize(
    ("time", "law"),
    [
        ({"distribution": "exponential", "mean": "5 min"}, Law(LawKind.EXPONENTIAL, (5.0,))),
        ({"distribution": "erlang", "mean": "5 min", "stages": 4}, erlang(5.0, 4)),
        ({"distribution": "gamma", "mean": "5 min", "cv": 2.0}, gamma_from_mean_cv(5.0, 2.0)),
        ({"distribution": "weibull", "mean": "5 min", "cv": 3.0}, weibull_from_mean_cv(5.0, 3.0)),
        (
            {"distribution": "lognormal", "mean": "5 min", "cv": 1.5},
            lognormal_from_mean_cv(5.0, 1.5),
        ),
        (
            {"distribution": "lognormal", "quantiles": {"p50": "5 min", "p90": "20 min"}},
            lognormal_from_quantiles(0.5, 5.0, 0.9, 20.0),
        ),
    ],
)
def test_hardly_any_time_is_longer_than_the_longest(time: dict[str, Any], law: Law) -> None:
    bound = longest(TypeAdapter(Time).validate_python(time))
    assert 0.99998 < float(cdf(law, np.array([bound]))[0]) < 1
    shifted = {"distribution": "shifted", "of": time, "by": "1 h"}
    parts = [{"share": "50 %", "time": one} for one in (shifted, "3 min")]
    mixture = {"distribution": "mixture", "parts": parts}
    assert longest(TypeAdapter(Time).validate_python(mixture)) == bound + 60
