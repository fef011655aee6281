"""When shifts of rosters last: split, long, without an end, and what to write instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rosters import csv, shifts

from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables import TableError, read_table

DAY = "2026-04-13"


@pytest.mark.parametrize(
    "head",
    ["Start 1,End 1,Start 2,End 2", "Start,End,Start,End", "Von,Bis,Von 2,Bis 2",
     "Beginn1,Ende1,Beginn2,Ende2"],
)  # fmt: skip
def test_two_pairs_of_times_are_a_split_shift(tmp_path: Path, head: str) -> None:
    text = f"Name,Date,{head}\nA,{DAY},06:00,10:00,14:00,18:00\nB,{DAY},06:00,14:00,,\n"
    assert shifts(csv(tmp_path, text)) == {
        "A": ["13 Apr 06:00-10:00", "13 Apr 14:00-18:00"],
        "B": ["13 Apr 06:00-14:00"],
    }


def test_leave_in_either_pair_of_times_is_leave(tmp_path: Path) -> None:
    text = f"Name,Date,Von,Bis,Von 2,Bis 2\nA,{DAY},06:00,10:00,14:00,\n"
    with pytest.raises(TableError, match=r"r\.csv:2: Bis 2: is empty"):
        csv(tmp_path, text)


def test_planned_times_alone_are_the_times(tmp_path: Path) -> None:
    text = f"Name,Date,Planned start,Planned end\nA,{DAY},08:00,16:00\n"
    assert shifts(csv(tmp_path, text)) == {"A": ["13 Apr 08:00-16:00"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"Name,Date,Planned start,Planned end,Actual start,Actual end\nA,{DAY},8,16,9,16\n",
            r"'Planned start' and 'Actual start' may each be 'from'; say which it is: columns: "
            r"\{from: Planned start\}",
        ),
        ("hour,officers\n0,1\n1,1\n", "A row is a shift: write the start and the end of each"),
        ("from,officers\n00:00,1\n00:30,1\n", "A row is a shift: write the start and the end"),
        ("time,count\n2026-04-13 00:00,1\n2026-04-13 01:00,1\n", "time says when shifts start"),
        ("Time,Mo,Di\n06:00,3,3\n14:00,2,2\n", "write 06:00-14:00 there, or columns 'from'"),
        ("Date,0,1,2,3\n2026-04-13,1,1,1,1\n", "columns 1 to 3 beside dates seem to be hours"),
    ],
)
def test_what_lacks_times_says_what_to_write(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        csv(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "Shift,Time,Mo,Di\nEarly,06-14,1,1\nLate,14-22,1,1\n",
        "Time,Shift,Mo,Di\n06-14,Early,1,1\n14-22,Late,1,1\n",
    ],
)
def test_hours_beside_the_name_of_a_shift_are_its_times(tmp_path: Path, text: str) -> None:
    assert shifts(csv(tmp_path, text)) == {
        "06:00-14:00/1": ["mon 06:00-14:00", "tue 06:00-14:00"],
        "14:00-22:00/1": ["mon 14:00-22:00", "tue 14:00-22:00"],
    }


@pytest.mark.parametrize("side", ["from,to", "Shift"])
def test_weekdays_and_weekends_are_heads(tmp_path: Path, side: str) -> None:
    hours = "06:00,14:00" if side == "from,to" else "06-14"
    [own] = shifts(csv(tmp_path, f"{side},Weekday,Weekend\n{hours},1,1\n")).values()
    assert own == ["mon tue wed thu fri 06:00-14:00", "sat sun 06:00-14:00"]


def test_codes_are_said_below_a_grid_without_a_heading(tmp_path: Path) -> None:
    table = csv(tmp_path, "Name,13.04.,14.04.\nA,F,S\nB,S,frei\n\nF,06-14\nS,14-22\n")
    assert shifts(table) == {
        "A": ["13 Apr 06:00-14:00", "14 Apr 14:00-22:00"],
        "B": ["13 Apr 14:00-22:00"],
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"Name,Date,Start,End\nA,{DAY},8,4\n", "long shifts in row 2"),
        ("Name,Start,End\nA,2026-04-13 22:00,2026-04-15 06:00\n", "long shifts in row 2"),
        (f"Name,Date,Shift\nA,{DAY},08-04\n", "long shifts in row 2"),
        ("Name,13.04.\nA,08-04\n", "long shifts in row 2"),
        (f"Name,Date,Start,End,Hours\nA,{DAY},8,16,4\n", "row 2 has other times than its Hours"),
    ],
)
def test_long_and_other_times_are_told(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in warning for warning in csv(tmp_path, text).warnings)


@pytest.mark.parametrize(
    "text",
    [
        f"Name,Date,Start,End\nA,{DAY},06:00,22:00\n",
        f"Name,Date,Start,End\nA,{DAY},07:00,07:00\n",
        f"Name,Date,Start,End,Hours\nA,{DAY},8,16:30,8\n",
    ],
)
def test_usual_times_are_not_told(tmp_path: Path, text: str) -> None:
    assert not csv(tmp_path, text).warnings


@pytest.mark.parametrize(
    ("day", "end"), [("24.10.2026", "05:00"), ("28.03.2026", "07:00"), ("13.04.2026", "06:00")]
)
def test_a_length_holds_across_a_change_of_the_clock(tmp_path: Path, day: str, end: str) -> None:
    (tmp_path / "r.csv").write_text(f"Date;From;Hours;Name\n{day};22:00;8;A\n", encoding="utf-8")
    use = Roster.model_validate({"file": "r.csv"})
    table = read_table(use, tmp_path, start=date(2026, 4, 13), zone="Europe/Warsaw")
    [row] = table.roster
    assert row.dates is not None
    assert f"{row.dates[1]:%H:%M}" == end
