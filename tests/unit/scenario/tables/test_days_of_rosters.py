"""Days that stand above a roster's rows or columns: in titles, lines of their own, odd heads."""

from __future__ import annotations

from pathlib import Path

import pytest
from rosters import csv, shifts

from bcpsim.scenario.tables import TableError

H = {"H": "08-16"}
LIST = "Name,Start,End\nA,06:00,14:00\n"


@pytest.mark.parametrize(
    ("title", "when"),
    [
        ("Roster for Monday 13 April 2026", "13 Apr"),
        ("Dienstplan Mo 13.04.2026", "13 Apr"),
        ("Dienstplan am 13.04.2026", "13 Apr"),
        ("2026-04-13", "13 Apr"),
        ("Date: 13.04.2026", "13 Apr"),
        ("Grafik na dzień 13.04.2026", "13 Apr"),
        ("Tableau de service du 13.04.2026", "13 Apr"),
        ("Monday 13.04.", "13 Apr"),
        ("Monday", "mon"),
        ("Printed 2026-04-12 08:30", "daily"),
        ("Stand: 12.04.2026", "daily"),
        ("Dienstplan ab 13.04.2026", "daily"),
        ("Post north", "daily"),
        ("Post W2", "daily"),
        ("Dienstplan April 2026", "daily"),
    ],
)
def test_a_date_in_a_title_is_the_day_of_its_rows(tmp_path: Path, title: str, when: str) -> None:
    table = csv(tmp_path, f"{title}\n{LIST}")
    assert shifts(table) == {"A": [f"{when} 06:00-14:00"]}


@pytest.mark.parametrize(
    "title",
    ["Approved 2026-04-14", "Genehmigt am 15.04.2026", "Rev. 3 / 14.04.2026",
     "Valid until 14.04.2026", "Effective 14.04.2026", "En vigueur le 14.04.2026",
     "Order No. 12 of 10.04.2026", "Rozkaz nr 12 z dnia 10.04.2026", "Valid from 13.04.2026",
     "Signed: J. Smith; 10.04.2026"],
)  # fmt: skip
def test_another_date_in_a_title_is_told_and_not_used(tmp_path: Path, title: str) -> None:
    table = csv(tmp_path, f"{title}\n{LIST}")
    assert shifts(table) == {"A": ["daily 06:00-14:00"]}
    assert any(f"the date in its title {title!r} isn't used" in w for w in table.warnings)
    dated = csv(tmp_path, f"{title}\nName,Date,Start,End\nA,13.04.2026,06:00,14:00\n")
    assert dated.warnings == ()


@pytest.mark.parametrize(
    "title",
    ["Dienstplan KW 16 2026", "Dienstplan KW 16", "KW16", "2026-W16", "Week 16",
     "Roster 13.04.2026 - 19.04.2026",
     "Roster from 13 April 2026 to 19 April 2026", "Dienstplan vom 13.-19.04.2026",
     "Week of 13 April 2026", "Woche 13.04.2026"],
)  # fmt: skip
def test_weekdays_below_the_title_of_a_week_are_in_that_week(tmp_path: Path, title: str) -> None:
    two = {"A": ["13 Apr 08:00-16:00", "18 Apr 08:00-16:00"]}
    grid = f"{title}\nName,Mo,Di,Mi,Do,Fr,Sa,So\nA,H,,,,,H,\n"
    table = csv(tmp_path, grid, legend=H)
    assert shifts(table) == two
    assert "the days of its title, Mon 13 Apr 2026 to Sun 19 Apr 2026" in table.guesses
    listed = f"{title}\nName,Day,Start,End\nA,Mo,08:00,16:00\nA,Sa,08:00,16:00\n"
    assert shifts(csv(tmp_path, listed)) == two
    down = f"{title}\nDay,A,B\nMo,H,-\nSa,H,-\n"
    assert shifts(csv(tmp_path, down, legend=H)) == two


def test_rows_without_days_below_the_title_of_a_week_are_on_each_day(tmp_path: Path) -> None:
    found = shifts(csv(tmp_path, f"Dienstplan KW 16 2026\n{LIST}"))
    assert found == {"A": [f"{day} Apr 06:00-14:00" for day in range(13, 20)]}


def test_weekdays_below_the_title_of_a_date_are_told(tmp_path: Path) -> None:
    table = csv(tmp_path, "Dienstplan 13.04.2026\nName,Mo,Di\nA,H,\n", legend=H)
    assert shifts(table) == {"A": ["mon 08:00-16:00"]}
    assert any("its weekdays count in every week" in warning for warning in table.warnings)


@pytest.mark.parametrize(
    ("days", "when"),
    [
        (("Monday", "Tuesday"), ("mon", "tue")),
        (("Mo", "So"), ("mon", "sun")),
        (("13.04.2026", "14.04.2026"), ("13 Apr", "14 Apr")),
        (("Monday 13 April 2026", "Tuesday 14 April 2026"), ("13 Apr", "14 Apr")),
        (("Mo 13.04.", "Di 14.04."), ("13 Apr", "14 Apr")),
    ],
)
def test_a_day_in_a_line_of_its_own_is_that_of_the_rows_below(
    tmp_path: Path, days: tuple[str, str], when: tuple[str, str]
) -> None:
    first, second = days
    expected = {"A": [f"{when[0]} 06:00-14:00"], "B": [f"{when[1]} 06:00-14:00"]}
    rows = f"Name,Start,End\n{first},,\nA,06:00,14:00\n{second},,\nB,06:00,14:00\n"
    assert shifts(csv(tmp_path, rows)) == expected
    above = f"{first}\nName,Start,End\nA,06:00,14:00\n{second},,\nB,06:00,14:00\n"
    if len(first) > 2:
        assert shifts(csv(tmp_path, above)) == expected


def test_a_row_above_the_first_day_is_refused(tmp_path: Path) -> None:
    rows = "Name,Start,End\nA,06:00,14:00\nTuesday,,\nB,06:00,14:00\n"
    with pytest.raises(TableError, match=r"r\.csv:2.*stands below no day"):
        csv(tmp_path, rows)


@pytest.mark.parametrize(
    "heads",
    ["Mo-Fr,Sa,Sonn- und Feiertag", "Mo-Fr,Sa,So+Feiertag", "Mo-Fr,Sa,So/Feiertag",
     "Mon-Fri,Sat,Sun & public holidays",
     "pn-pt,sob,nd i święta", "Mon-Fri,Sat,Sun (bank holidays)"],
)  # fmt: skip
def test_a_sunday_with_public_holidays_is_a_sunday(tmp_path: Path, heads: str) -> None:
    table = csv(tmp_path, f"Shift,{heads}\n06-14,1,1,1\n")
    [own] = shifts(table).values()
    assert [shift.rsplit(" ", 1)[0] for shift in own] == ["mon tue wed thu fri", "sat", "sun"]
    assert any("as sun alone" in guess for guess in table.guesses)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Dienstplan Dezember 2026\nName,30,31,1\n", ["30 Dec", "31 Dec", "01 Jan"]),
        ("Dienstplan Dezember 2026\nName,Mi 30,Do 31,Fr 1\n", ["30 Dec", "31 Dec", "01 Jan"]),
        ("Name,Mo 13,Di 14,Mi 15\n", ["13 Apr", "14 Apr", "15 Apr"]),
        ("Name,4/13,4/14,4/15\n", ["13 Apr", "14 Apr", "15 Apr"]),
        ("Name,13/4,14/4,15/4\n", ["13 Apr", "14 Apr", "15 Apr"]),
        ("Name,4/6,4/7,4/8\n", ["06 Apr", "07 Apr", "08 Apr"]),
        ("Nimi,E,T,K,N,R,L,P\n", ["mon", "tue", "wed"]),
    ],
)
def test_odd_heads_of_days_are_read(tmp_path: Path, text: str, days: list[str]) -> None:
    found = shifts(csv(tmp_path, f"{text}A,H,H,H\n", legend=H))
    assert found == {"A": [f"{day} 08:00-16:00" for day in days]}


def test_a_second_block_of_the_same_days_is_refused(tmp_path: Path) -> None:
    days = ",".join(str(day) for day in range(1, 31))
    with pytest.raises(TableError, match="days that stand there twice"):
        csv(tmp_path, f"Plan April 2026\nName,{days},{days}\nA,H\n", legend=H)


def test_the_day_or_the_month_first_is_refused_where_nothing_tells(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="'4/5' may have the day or the month first"):
        csv(tmp_path, "Name,4/5,6/7\nA,H,H\n", legend=H)


def test_hours_as_heads_are_no_dates(tmp_path: Path) -> None:
    found = shifts(csv(tmp_path, "Day,06-14,14-22,22-06\nMon,1,0,0\nTue,0,1,0\n"))
    assert found == {"06:00-14:00/1": ["mon 06:00-14:00"], "14:00-22:00/1": ["tue 14:00-22:00"]}


def test_heads_with_a_wrong_weekday_are_told(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="2026-04-14 is a tue, not mon"):
        csv(tmp_path, "Name,Mo 14,Di 15\nA,H,H\n", legend=H)


def test_public_holidays_alone_are_no_day(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="'feiertag' is no day that is known; write its date"):
        csv(tmp_path, "days,from,to\nMo-Fr,08:00,16:00\nFeiertag,08:00,16:00\n")
