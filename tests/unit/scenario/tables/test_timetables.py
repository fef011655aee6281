"""Timetables as airports and ports keep them: types of aircraft, shares, arrivals among others."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bcpsim.scenario.tables import Service, TableError, read_table
from bcpsim.scenario.traffic import TimetableArrivals

ONE, TWO, LATE = (datetime(2026, 4, 13, *clock) for clock in ((6, 5), (7, 10), (22, 0)))
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
