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


@pytest.mark.parametrize("name", ["A (sick)", "A - sick", "A krank", "A (AL)", "A (Urlaub)"])
def test_leave_beside_a_name_is_leave(tmp_path: Path, name: str) -> None:
    listed = f"Name;Date;Shift\n{name};13.04.2026;06-14\nB;13.04.2026;06-14\n"
    assert shifts(csv(tmp_path, listed)) == B
    assert shifts(csv(tmp_path, f"Name;13.04.\n{name};06-14\nB;06-14\n")) == B
    assert shifts(csv(tmp_path, f"Shift;13.04.;14.04.\n06-14;{name} / B;-\n")) == B


@pytest.mark.parametrize("name", ["A (holiday)", "Anna Krank"])
def test_a_name_that_may_not_be_on_leave_is_told(tmp_path: Path, name: str) -> None:
    table = csv(tmp_path, f"Name;Date;Shift\n{name};13.04.2026;06-14\n")
    assert list(shifts(table)) == [name]
    assert any(f"{name!r}, who counts as on duty" in words for words in table.warnings)


@pytest.mark.parametrize("cell", ["D (sick)", "D/sick", "D - sick", "D (Urlaub)"])
def test_leave_beside_a_code_is_leave(tmp_path: Path, cell: str) -> None:
    grid = f"Name;13.04.\nA;{cell}\nB;D\n"
    assert shifts(csv(tmp_path, grid, legend={"D": "06-14"})) == B


@pytest.mark.parametrize("cell", ["D(K)", "D (sick cover)"])
def test_a_code_beside_a_code_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(TableError, match="codes without a meaning"):
        csv(tmp_path, f"Name;13.04.\nA;{cell}\nB;D\n", legend={"D": "06-14"})


def column(head: str, *cells: str) -> str:
    rows = (
        f"{name};13.04.2026;06:00;14:00;{cell}\n" for name, cell in zip("ABCD", cells, strict=False)
    )
    return f"Name;Date;From;To;{head}\n{''.join(rows)}"


@pytest.mark.parametrize(
    ("head", "away", "there"),
    [
        ("Urlaub", "ja", ""),
        ("Urlop", "tak", "nie"),
        ("Vacation", "yes", ""),
        ("Sick", "x", ""),
        ("Krank", "x", "-"),
        ("Present", "no", "yes"),
        ("Anwesenheit", "nein", "ja"),
        ("Availability", "unavailable", "available"),
        ("Absence code", "U", ""),
        ("Absence", "1", "0"),
    ],
)
def test_a_mark_says_who_is_away(tmp_path: Path, head: str, away: str, there: str) -> None:
    table = csv(tmp_path, column(head, away, there))
    assert shifts(table) == B
    assert table.warnings == ()
    assert any(f"row 2 is leave ({head}: {away})" in words or f"({away})" in words
               for words in table.told)  # fmt: skip


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Type", ("Regular", "Holiday")),
        ("Art", ("Dienst", "Feiertag")),
        ("State", ("NY", "AL")),
        ("Status", ("free", "busy")),
        ("Leave", ("21", "20")),
        ("Leave", ("25 days", "20 days")),
        ("Absences", ("0", "2")),
    ],
)
def test_what_may_be_no_leave_is_told(tmp_path: Path, head: str, cells: tuple[str, str]) -> None:
    table = csv(tmp_path, column(head, *cells))
    assert set(shifts(table)) == {"A", "B"}
    assert any(f"{head} isn't read, and in row" in words for words in table.warnings)


def test_a_doubtful_word_beside_leave_is_told(tmp_path: Path) -> None:
    table = csv(tmp_path, column("Type", "Sick", "Holiday"))
    assert shifts(table) == B
    assert "r.csv: row 3 has 'Holiday' as its Type and counts as on duty" in table.warnings
    assert set(shifts(csv(tmp_path, column("Type", "Sick", "Work", "AL")))) == {"B"}
