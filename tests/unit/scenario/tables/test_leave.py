"""Leave beside hours is leave, in the cell or in a column of its own; doubtful words are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from rosters import csv, shifts

from bcpsim.scenario.tables import TableError

B = {"B": ["13 Apr 06:00-14:00"]}


@pytest.mark.parametrize(
    "cell",
    ["sick 06-14", "06-14 off", "krank (06-14)", "Urlaub 08-16", "06-14 (on leave)", "L 06-14",
     "06:00-14:00 urlop", "congé 6-14", "free"],
)  # fmt: skip
def test_leave_with_hours_is_leave(tmp_path: Path, cell: str) -> None:
    legend = {"L": "off"}
    grid = f"Name;13.04.\nA;{cell}\nB;06-14\n"
    assert shifts(csv(tmp_path, grid, legend=legend)) == B
    listed = f"Name;Date;Shift\nA;13.04.2026;{cell}\nB;13.04.2026;06-14\n"
    assert shifts(csv(tmp_path, listed, legend=legend)) == B


@pytest.mark.parametrize("cell", ["sick cover 06-14", "Feiertag 06-14", "06-14 holiday"])
def test_words_for_leave_that_may_be_duty_are_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(TableError, match="codes without a meaning"):
        csv(tmp_path, f"Name;13.04.\nA;{cell}\nB;06-14\n")


@pytest.mark.parametrize("cell", ["Training 06-14", "06-14 Ann's desk", "Late duty 06-14"])
def test_other_words_with_hours_are_duty(tmp_path: Path, cell: str) -> None:
    assert set(shifts(csv(tmp_path, f"Name;13.04.\nA;{cell}\nB;06-14\n"))) == {"A", "B"}


@pytest.mark.parametrize(
    ("head", "there", "away"),
    [
        ("Absence", "", "sick"),
        ("Absence", "no", "x"),
        ("Abwesenheit", "", "Lehrgang"),
        ("Type", "Work", "Sick"),
        ("Status", "confirmed", "cancelled"),
        ("Art", "Dienst", "Urlaub"),
        ("Duty", "Desk", "On leave"),
    ],
)
def test_a_column_says_who_is_away(tmp_path: Path, head: str, there: str, away: str) -> None:
    text = f"Name;Date;From;To;{head}\nA;13.04.2026;06:00;14:00;{away}\n"
    table = csv(tmp_path, f"{text}B;13.04.2026;06:00;14:00;{there}\n")
    assert shifts(table) == B
    assert any("row 2 is" in sentence for sentence in table.told)


def test_leave_for_a_part_of_a_shift_is_refused(tmp_path: Path) -> None:
    text = "Name;Date;From;To;Absence\nA;13.04.2026;06:00;14:00;10-12\n"
    with pytest.raises(TableError, match=r"r\.csv:2: Absence: '10-12' isn't read as leave"):
        csv(tmp_path, text)


@pytest.mark.parametrize("head", ["Remark", "Notes", "Bemerkung"])
def test_leave_in_a_remark_is_told(tmp_path: Path, head: str) -> None:
    text = f"Name;Date;From;To;{head}\nA;13.04.2026;06:00;14:00;swap with C\n"
    table = csv(tmp_path, f"{text}B;13.04.2026;06:00;14:00;on leave\n")
    assert set(shifts(table)) == {"A", "B"}
    assert any(f"{head} isn't read, and in row 3 it is 'on leave'" in w for w in table.warnings)
