"""Rosters as grids of names, or shifts, and days: codes mean what a legend says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables import RosterRow, Table, TableError, by_officer, read_table

MONDAY = date(2026, 4, 13)


def csv(tmp_path: Path, text: str, **use: Any) -> Table:
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    return read_table(Roster.model_validate({"file": "r.csv", **use}), tmp_path, start=MONDAY)


def book(rows: Sequence[Sequence[Any]], title: str = "Plan") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(list(row))
    return made


def excel(tmp_path: Path, made: openpyxl.Workbook, **use: Any) -> Table:
    made.save(tmp_path / "r.xlsx")
    return read_table(Roster.model_validate({"file": "r.xlsx", **use}), tmp_path, start=MONDAY)


def words(row: RosterRow) -> str:
    if row.dates is not None:
        return f"{row.dates[0]:%d.%m. %H}-{row.dates[1]:%H}"
    assert row.window is not None
    hours = f"{row.window.start // 60:02.0f}-{row.window.end // 60:02.0f}"
    return f"{' '.join(row.window.days)} {hours}"


def shifts(table: Table) -> dict[str, list[str]]:
    return {name: [words(row) for row in own] for name, own in by_officer(table.roster).items()}


LEGEND = {"T": "07:00-19:00", "N": "19:00-07:00", "F": "off"}
TWO = {"Ann": ["13.04. 07-19", "14.04. 19-07"], "Bo": ["14.04. 07-19", "15.04. 19-07"]}
CODES = (["Ann", "T", "N", "F"], ["Bo", "F", "T", "N"])


@pytest.mark.parametrize(
    ("above", "head"),
    [
        ([], ["Name", "2026-04-13", "2026-04-14", "2026-04-15"]),
        ([], ["Name", datetime(2026, 4, 13), datetime(2026, 4, 14), datetime(2026, 4, 15)]),
        ([["Dienstplan April 2026"]], ["Name", "Mo 13.04.", "Di 14.04.", "Mi 15.04."]),
        ([["Grafik - kwiecień 2026"]], ["Nazwisko", "13", "14", "15"]),
        ([["Roster 04/2026"], ["Name", "Mon", "Tue", "Wed"]], [None, 13, 14, 15]),
        ([["April", 2026], ["", 13, 14, 15]], ["", "Mo", "Di", "Mi"]),
        ([], ["", "Mon\n13 Apr", "Tue\n14 Apr", "Wed\n15 Apr"]),
        ([["Dienstplan April 2026"], [None, "Mo", "Di", "Mi"]], ["Name", 13, 14, 15]),
        ([["Dienstplan", "April 2026"], [None, "13", "14", "15"]], ["Name", "Mo", "Di", "Mi"]),
    ],
)
def test_heads_of_days_of_any_make_are_the_same(
    tmp_path: Path, above: list[Any], head: list[Any]
) -> None:
    table = excel(tmp_path, book([*above, head, *CODES]), legend=LEGEND)
    assert shifts(table) == TWO


def test_a_grid_of_weekdays_counts_in_every_week(tmp_path: Path) -> None:
    table = csv(tmp_path, "Name,Mo,Di,Mi,Do,Fr\nAnn,T,,T,T,-\nBo,,N,,,T\n", legend=LEGEND)
    assert shifts(table) == {
        "Ann": ["mon 07-19", "wed 07-19", "thu 07-19"],
        "Bo": ["tue 19-07", "fri 07-19"],
    }


HEAD = ["Name", "Mo 13.04.", "Di 14.04.", "Mi 15.04."]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [["T = 07-19, N = 19-07, F = frei"]]),
        ([["T = 07:00-19:00; N = 19:00-07:00; F = frei"]], []),
        ([], [["T=07-19"], ["N=19-07"], ["F=Urlaub"]]),
        ([], [[], ["Legende:"], ["T", "07:00", "19:00"], ["N", "19:00", "07:00"], ["F", "frei"]]),
        ([], [["Key"], ["T", "Day 07-19"], ["N", "Night 19:00-07:00"], ["F", "training"]]),
        ([], [["T - 7:00-19:00, N - 19:00-7:00, F - wolne"]]),
        ([], [["T: 07-19; N: 19-07; F: frei"]]),
        ([], [["T - 07:00-19:00"], ["N - 19:00 - 07:00"], ["F - urlop"]]),
        ([], [["Legende", "T: 07-19 Uhr"], [None, "N: 19-07 Uhr"], [None, "F: frei"]]),
    ],
)
def test_a_legend_in_the_sheet(tmp_path: Path, before: list[Any], after: list[Any]) -> None:
    table = excel(tmp_path, book([*before, HEAD, *CODES, *after]))
    assert shifts(table) == TWO
    assert "T as 07:00-19:00, N as 19:00-07:00, F as off (" in (table.guessed or "")


def test_a_legend_in_a_sheet_of_its_own_and_one_in_the_scenario(tmp_path: Path) -> None:
    made = book([HEAD, *CODES])
    legend = made.create_sheet("Legende")
    for row in (["Kürzel", "von", "bis"], ["T", "06:00", "18:00"], ["N", "19:00", "07:00"]):
        legend.append(row)
    assert shifts(excel(tmp_path, made, legend={"T": "07-19", "F": False})) == TWO


def test_merged_cells_of_a_legend_and_of_leave(tmp_path: Path) -> None:
    made = book(
        [HEAD, ["Ann", "T", "U", None], ["Bo", "F", "T", "N"], ["T=07-19, N=19-07, F=frei"]]
    )
    made.active.merge_cells("C2:D2")
    made.active.merge_cells("A4:D4")
    table = excel(tmp_path, made, legend={"U": "off"})
    assert shifts(table) == {"Ann": ["13.04. 07-19"], "Bo": TWO["Bo"]}


def test_hours_and_words_for_leave_need_no_legend(tmp_path: Path) -> None:
    text = (
        "Name,13.04.,14.04.,15.04.,16.04.\nAnn,0700-1900,Night (19:00-07:00),Urlaub,A/L\n"
        "Bo,frei,07-19,19-07,RDO\n"
    )
    assert shifts(csv(tmp_path, text)) == TWO


def test_codes_without_a_meaning_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        excel(tmp_path, book([HEAD, *CODES]), legend={"F": "off"})
    assert caught.value.messages == (
        "r.xlsx:2: Mo 13.04.: codes without a meaning: 'T' (twice) and 'N' (twice); say what they "
        "mean in the scenario, legend: {T: 07:00-19:00, N: off}, or in the table: T = 07-19",
    )


def test_codes_may_differ_in_case_unless_the_legend_tells_them_apart(tmp_path: Path) -> None:
    text = "Name,13.04.,14.04.\nAnn,t,n\n"
    assert shifts(csv(tmp_path, text, legend=LEGEND)) == {"Ann": TWO["Ann"]}
    both = {**LEGEND, "t": "08-12"}
    assert shifts(csv(tmp_path, text, legend=both))["Ann"][0] == "13.04. 08-12"


def test_sums_headings_and_other_columns_are_left_out(tmp_path: Path) -> None:
    rows = (
        ["No", "Name", "Grade", "13.04.", "14.04.", "15.04.", "Sum"],
        [None, "Team A", None, None, None, None, None],
        [1, "Ann", "x", "T", "N", "F", 24],
        [2, "Bo", "x", "F", "T", "N", 24],
        [None, "On duty", None, 1, 2, 1, None],
        [None, "Total", None, 12, 24, 12, 48],
    )
    table = excel(tmp_path, book(rows), legend=LEGEND)
    assert shifts(table) == TWO
    assert table.told == (
        "row 2 has no codes and isn't read",
        "row 6 adds up others and isn't read",
        "row 5 has numbers and no codes and isn't read",
    )
    assert (table.guessed or "").endswith("without the columns No, Grade, Sum")


def test_days_may_stand_in_rows(tmp_path: Path) -> None:
    text = "Datum,Ann,Bo,Bemerkung\n13.04.2026,T,F,\n14.04.2026,N,T,busy\n15.04.2026,F,N,\n"
    assert shifts(csv(tmp_path, text, legend=LEGEND)) == TWO


def test_a_grid_of_shifts_has_numbers_or_names(tmp_path: Path) -> None:
    numbers = "Shift,Mon,Tue\n06-14,2,0\n14-22,,1\n"
    assert shifts(csv(tmp_path, numbers)) == {
        "06:00-14:00/1": ["mon 06-14"],
        "06:00-14:00/2": ["mon 06-14"],
        "14:00-22:00/1": ["tue 14-22"],
    }
    ends = "from,to,Mon,Tue\n06:00,14:00,2,0\n14:00,22:00,,1\n"
    assert shifts(csv(tmp_path, ends)) == shifts(csv(tmp_path, numbers))
    names = 'date,T,N\n13.04.2026,"Ann, Cy",\n14.04.2026,Bo,Ann\n15.04.2026,,Bo\n'
    assert shifts(csv(tmp_path, names, legend=LEGEND)) == {**TWO, "Cy": ["13.04. 07-19"]}


def test_officers_of_a_grid_of_shifts_are_the_same_on_all_weekdays(tmp_path: Path) -> None:
    text = "Od;Do;Pn;Wt;Śr;Cz;Pt;So;Nd\n06:00;14:00;3;3;3;3;3;2;2\n"
    persons = by_officer(csv(tmp_path, text).roster)
    assert {name: len(own) for name, own in persons.items()} == {
        "06:00-14:00/1": 7, "06:00-14:00/2": 7, "06:00-14:00/3": 5,
    }  # fmt: skip


def test_days_in_rows_may_have_their_weekday_beside_them(tmp_path: Path) -> None:
    legend = {"Früh": "06-14", "Spät": "14-22"}
    rows = [["Datum", "Tag", "Früh", "Spät"], [datetime(2026, 4, 13), "Mo", 1, 1]]
    assert shifts(excel(tmp_path, book(rows), legend=legend)) == {
        "06:00 to 14:00/1": ["13.04. 06-14"],
        "14:00 to 22:00/1": ["13.04. 14-22"],
    }
    rows[1][1] = "Di"
    with pytest.raises(TableError, match="2026-04-13 is a mon, not tue"):
        excel(tmp_path, book(rows), legend=legend)


def test_a_grid_may_have_one_day_and_none_twice(tmp_path: Path) -> None:
    assert shifts(csv(tmp_path, "Name,13.04.2026\nAnn,07-19\n")) == {"Ann": ["13.04. 07-19"]}
    with pytest.raises(TableError, match=r"r.csv:1: days that stand there twice: '13 Apr'"):
        csv(tmp_path, "Name,13.04.2026,14.04.,13 Apr\nAnn,07-19,,07-19\n")


def test_a_grid_of_nothing_but_numbers_lacks_a_legend(tmp_path: Path) -> None:
    text = "Name,Mon,Tue\nAnn,8,\nBo,,8\n"
    with pytest.raises(TableError, match=r"codes without a meaning: '8' \(twice\)"):
        csv(tmp_path, text)
    assert len(csv(tmp_path, text, legend={"8": "06-14"}).roster) == 2


def test_the_wrong_weekday_above_a_date_is_told(tmp_path: Path) -> None:
    heads = "Name,13.04.2026,14.04.2026\n,Di,Di", "Name,Di 13.04.,Di 14.04.,15.04.,31.04."
    for head in heads:
        with pytest.raises(TableError) as caught:
            csv(tmp_path, f"{head}\nAnn,T,N\n", legend=LEGEND)
        assert "2026-04-13 is a mon, not tue" in caught.value.messages[0]
    assert caught.value.messages[1] == "r.csv:1: 31.04.: 31.04. is no date: there is no such day"


def test_each_day_may_have_a_column_for_the_start_and_one_for_the_end(tmp_path: Path) -> None:
    made = book(
        [
            ["", "Mo 13.04.", None, "Di 14.04.", None],
            ["Name", "Beginn", "Ende", "Beginn", "Ende"],
            ["Ann", time(6), time(14), time(22), time(6)],
            ["Bo", "Urlaub", None, "frei", "frei"],
            ["Cy", None, None, "14:00", "22:00"],
        ]
    )
    made.active.merge_cells("B1:C1")
    told = {"Ann": ["13.04. 06-14", "14.04. 22-06"], "Cy": ["14.04. 14-22"]}
    assert shifts(excel(tmp_path, made)) == told
    text = ";13.04.;;14.04.;\nName;von;bis;von;bis\nAnn;6;14;22;6\nCy;;;14:00;22:00\n"
    assert shifts(csv(tmp_path, text)) == told
    with pytest.raises(TableError, match=r"r\.csv:3: 13\.04\.: 6 stands alone; write the start"):
        csv(tmp_path, text.replace("Ann;6;14", "Ann;6;x"))


def test_vacant_posts_count_for_nobody_and_are_told(tmp_path: Path) -> None:
    table = excel(tmp_path, book([HEAD, *CODES, ["vacant", "T", "T", "T"]]), legend=LEGEND)
    assert shifts(table) == TWO
    assert table.warnings == ("r.xlsx: row 4 is vacant and isn't read",)
    of_shifts = csv(tmp_path, "Shift,Mo 13.04.,Di 14.04.\n07-19,Ann,Bo\n19-07,N.N.,Ann\n")
    assert shifts(of_shifts) == TWO | {"Bo": ["14.04. 07-19"]}
    assert "r.csv: vacant shifts in row 3 count for nobody" in of_shifts.warnings
    of_rows = csv(
        tmp_path, "date,from,to,name\n13.04.2026,07:00,19:00,Ann\n13.04.2026,07:00,19:00,TBD\n"
    )
    assert shifts(of_rows) == {"Ann": ["13.04. 07-19"]}
    assert "r.csv: row 3 is vacant and isn't read" in of_rows.warnings


@pytest.mark.parametrize(
    "rows",
    [
        [["Date", "Shift", "Name"], [datetime(2026, 4, 13), datetime(2026, 6, 14), "Ann"]],
        [["Name", "Mon", "Tue"], ["Ann", datetime(2026, 6, 14), "14-22"]],
    ],
    ids=["list", "grid"],
)
def test_hours_that_became_a_date_are_told(tmp_path: Path, rows: list[Any]) -> None:
    with pytest.raises(TableError, match="is a date, which a workbook makes of hours such as 6-14"):
        excel(tmp_path, book(rows))


def test_a_break_without_hours_beside_one_with_hours_is_told(tmp_path: Path) -> None:
    text = "Date,From,To,Officer,Break\n{0},06:00,14:00,A,30 min\n{0},06:00,14:00,B,10:00-10:30\n"
    with pytest.raises(TableError, match=r"r\.csv:2: Break: '30 min' is no break"):
        csv(tmp_path, text.format("2026-04-13"))


def test_weekdays_of_one_language_are_read_as_that(tmp_path: Path) -> None:
    table = csv(tmp_path, "Name;lun;mar;mié;jue;vie;sáb;dom\nAna;T;;T;T;;;T\n", legend=LEGEND)
    assert shifts(table) == {"Ana": ["mon 07-19", "wed 07-19", "thu 07-19", "sun 07-19"]}


BY_SHIFT = {"F": "06-14", "S": "14-22"}


@pytest.mark.parametrize(
    ("below", "kind"),
    [
        ("F,2,1\nS,0,1\n", "told"),
        ("06-14,2,1\n14-22,0,1\n", "told"),
        ("F,3,3\n", "warnings"),
    ],
)
def test_counts_of_a_grid_of_names_are_no_shifts(tmp_path: Path, below: str, kind: str) -> None:
    text = f"Name,13.04.,14.04.\nAnn,F,S\nBo,F,F\n{below}"
    table = csv(tmp_path, text, legend=BY_SHIFT)
    assert shifts(table) == {
        "Ann": ["13.04. 06-14", "14.04. 14-22"],
        "Bo": ["13.04. 06-14", "14.04. 06-14"],
    }
    assert any("row" in sentence and "4" in sentence for sentence in getattr(table, kind))


def test_counts_beside_days_in_rows_are_no_shifts(tmp_path: Path) -> None:
    text = "Date,Ann,Bo,F,S\n13.04.,F,F,2,0\n14.04.,S,F,1,1\n"
    table = csv(tmp_path, text, legend=BY_SHIFT)
    assert set(shifts(table)) == {"Ann", "Bo"}
    assert "the column F counts the names and isn't read" in table.told


def test_an_officer_may_have_the_name_of_a_code(tmp_path: Path) -> None:
    legend = {"A": "06-14", "I": "14-22", "Y": "22-06"}
    table = csv(tmp_path, "Name,13.04.,14.04.\nA,A,I\nB,Y,\n", legend=legend)
    assert shifts(table) == {"A": ["13.04. 06-14", "14.04. 14-22"], "B": ["13.04. 22-06"]}
