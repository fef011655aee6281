"""Rosters as planners keep them: lists and grids give the shifts that their readers would see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rosters import MONDAY, csv, shifts

from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables import Table, TableError, by_officer, read_table
from bcpsim.scenario.values import WEEKDAYS

Rows = Sequence[Sequence[Any]]


def book(rows: Rows, title: str = "April") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(list(row))
    return made


def excel(tmp_path: Path, made: openpyxl.Workbook, **use: Any) -> Table:
    made.save(tmp_path / "r.xlsx")
    return read_table(Roster.model_validate({"file": "r.xlsx", **use}), tmp_path, start=MONDAY)


TWO = {"Ann": ["13 Apr 06:00-14:00"], "Bo": ["13 Apr 22:00-06:00"]}


@pytest.mark.parametrize(
    "text",
    [
        "officer,date,from,to\nAnn,2026-04-13,06:00,14:00\nBo,2026-04-13,22:00,06:00\n",
        "Name;Datum;Beginn;Ende\nAnn;13.04.2026;6:00;14:00\nBo;Mo 13.04.26;22 Uhr;6 Uhr\n",
        "Name,Day,Start,End\nAnn,13 April 2026,6,14\nBo,Mon 13 Apr,2200,0600\n",
        "Nazwisko;Data;Od;Do\nAnn;13.04.2026;06.00;14.00\nBo;13.04. (pn);22.00;6.00\n",
        "Nom;Jour;Début;Fin\nAnn;lundi 13.04.2026;6h;14h\nBo;13 avril 2026;22h00;6h00\n",
        "date,officer,from,to\n2026-04-13,Ann,06:00,14:00\n,Bo,22:00,06:00\n",
        "officer,from,to\nAnn,2026-04-13T06:00,2026-04-13T14:00\n"
        "Bo,2026-04-13 22:00,2026-04-14 06:00\n",
        "officer,from,to\nAnn,13.04.2026 06:00,14:00\nBo,13.04.2026 22:00,06:00\n",
        "officer,start date,start,end date,end\nAnn,2026-04-13,06:00,2026-04-13,14:00\n"
        "Bo,2026-04-13,22:00,2026-04-14,06:00\n",
        "officer,date,shift\nAnn,2026-04-13,06-14\nBo,2026-04-13,22:00 - 06:00\n",
        "officer,date,shift\nAnn,2026-04-13,Early (06-14)\nBo,2026-04-13,Night 22:00-06:00\n",
        "Post north, April 2026\n\nname,date,hours\nAnn,13.04.,0600-1400\nBo,Mo 13.4.,22-6\n"
        "Total,,16\n",
    ],
)
def test_dated_lists_of_any_make_are_the_same(tmp_path: Path, text: str) -> None:
    assert shifts(csv(tmp_path, text)) == TWO


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ("Mo-Fr", WEEKDAYS[:5]),
        ("MON-FRI", WEEKDAYS[:5]),
        ("Montag bis Freitag", WEEKDAYS[:5]),
        ("pon-pt", WEEKDAYS[:5]),
        ("lun-ven", WEEKDAYS[:5]),
        ("weekdays", WEEKDAYS[:5]),
        ("weekend", WEEKDAYS[5:]),
        ("Sa/So", WEEKDAYS[5:]),
        ('"Mo, Mi, Fr"', ("mon", "wed", "fri")),
        ("Fri-Mon", ("mon", "fri", "sat", "sun")),
        ("Do", ("thu",)),
        ("täglich", WEEKDAYS),
        ("Mon-Wed + Sat", ("mon", "tue", "wed", "sat")),
    ],
)
def test_weekdays_in_four_languages(tmp_path: Path, days: str, meant: tuple[str, ...]) -> None:
    for head in ("days", "Wochentag", "day", "Tag"):
        [row] = csv(tmp_path, f"from,to,count,{head}\n06:00,14:00,2,{days}\n").roster
        assert row.window is not None
        assert row.window.days == meant


def test_a_column_called_tag_that_holds_no_days_is_not_used(tmp_path: Path) -> None:
    table = csv(tmp_path, "from,to,count,tag,remark,Grade\n06:00,14:00,2,blue,,1\n")
    assert shifts(table) == {f"06:00-14:00/{k}": ["daily 06:00-14:00"] for k in (1, 2)}
    assert table.guessed == (
        "r.csv: read with each row on every day, without the columns tag, remark, Grade"
    )


def test_what_stands_for_what_is_told(tmp_path: Path) -> None:
    table = csv(tmp_path, "Beginn,Ende,Staff,cuont\n06:00,14:00,2,3\n")
    assert table.guessed == (
        "r.csv: read with the columns Staff (count), Beginn (from), Ende (to), each row on every "
        "day, without the column cuont (did you mean 'count'?)"
    )
    assert len(shifts(table)) == 2
    named = csv(tmp_path, "von,bis,Staff\n06:00,14:00,Ann\n")
    assert list(shifts(named)) == ["Ann"]
    chosen = csv(
        tmp_path,
        "start,begin,end,who\n05:30,06:00,14:00,Ann\n",
        columns={"from": "begin", "officer": "who"},
    )
    assert shifts(chosen) == {"Ann": ["daily 06:00-14:00"]}


def test_cells_of_workbooks_are_times_and_days(tmp_path: Path) -> None:
    rows = (
        ["officer", "date", "from", "to"],
        ["Ann", datetime(2026, 4, 13), time(6), time(14)],
        ["Bo", datetime(2026, 4, 13), 0.25, 0.583333333],
        ["Cy", "2026-04-13", 6, 14.0],
        ["Di", 46125, timedelta(hours=16), timedelta(hours=24)],
        ["Ed", "Mon\u00a013\u00a0Apr", time(16), time(23, 59, 59)],
        ["Fa", datetime(2026, 4, 13), datetime(2026, 4, 13, 6), datetime(2026, 4, 13, 14)],
        ["Gi", datetime(2026, 4, 13), time(22), timedelta(hours=30)],
        ["Ha", None, 46125.25, 46125.5833333],
    )
    table = excel(tmp_path, book(rows))
    day, late = ["13 Apr 06:00-14:00"], ["13 Apr 16:00-00:00"]
    assert shifts(table) == {
        **{"Ann": day, "Bo": day, "Cy": day, "Di": late, "Ed": late, "Fa": day, "Ha": day},
        "Gi": ["13 Apr 22:00-06:00"],
    }
    assert table.told == ("row 6 ends at 23:59:59, which counts as 24:00",)


def test_merged_cells_and_names_above_count_for_the_rows_below(tmp_path: Path) -> None:
    made = book((["officer", "from", "to"], ["Ann", 6, 10], [None, 12, 14], [None, 16, 18]))
    made.active.merge_cells("A2:A3")
    table = excel(tmp_path, made)
    assert shifts(table) == {"Ann": ["daily 06:00-10:00", "daily 12:00-14:00", "daily 16:00-18:00"]}
    assert table.told == ("merged cells count for each row that they cover (A2:A3)",)
    assert table.warnings == ("r.xlsx: row 4 has no officer and counts for Ann",)
    counted = book((["from", "to", "count"], [6, 14, 4], [14, 22, None]))
    counted.active.merge_cells("C2:C3")
    assert [row.count for row in excel(tmp_path, counted).roster] == [4, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from,to,count\n06:00,14:00,2\n14:00,22:00,\n",
         "r.csv:3: count: is empty; write how many work the shift, 0 for nobody"),
        ("from,to,days\n06:00,14:00,\n", "r.csv:2: days: is empty; write the weekdays"),
        ("days,from,to\nmon,06:00,14:00\n,14:00,22:00\n", "r.csv:3: days: is empty"),
        ("officer,from,to\n,06:00,14:00\n", "r.csv:2: officer: is empty; name the officer"),
        ("officer,from,to\nAnn,06:00,\n", "r.csv:2: to: is empty; write a clock time"),
        ("from,to,count\n,,3\n", "r.csv:2: from: is empty"),
        ("date,from,to,count\n13.04.2026,,,3\n", "r.csv:2: from: is empty"),
        ("from,to,count\n06:00,14:00,2.5\n", "r.csv:2: count: '2.5' is no number of officers"),
        ("from,to,count\n06:00,14:00,-1\n", "r.csv:2: count: '-1' is no number of officers"),
        ("from,to,date\n06:00,14:00,32.04.2026\n", "is no date: it has no such day"),
        ("from,to,date\n06:00,14:00,30.02.\n", "there is no such day"),
        ("from,to,date\n06:00,14:00,Tue 13.04.2026\n", "2026-04-13 is a mon, not tue"),
        ("from,to,date,days\n06:00,14:00,2026-04-13,Di\n", "2026-04-13 is a mon, not tue"),
        ("from,to,date\n06:00,14:00,2026-04-13 05:00\n", "'2026-04-13 05:00' is no day"),
        ("from,to\n06:00:30,14:00\n", "r.csv:2: from: '06:00:30' has seconds"),
        ("from,to\n26:00,14:00\n", "r.csv:2: from: '26:00' is no clock time"),
        ("from,to\n2026-04-13 06:00,2026-04-12 14:00\n", "the shift ends before it starts"),
        ("officer,date,shift\nAnn,2026-04-13,Q\n",
         "r.csv:2: shift: codes without a meaning: 'Q' .once.; say what they mean in the scenario"),
        ("from,begin,to\n06:00,06:00,14:00\n", None),
        ("start,begin,to\n06:00,06:00,14:00\n", "the columns 'start' and 'begin' may each be"),
        ("officer,form,to\nAnn,06:00,14:00\n",
         r"r.csv has no column 'from'; it has officer, form, to. .* columns: \{from: NAME\}"),
        ("officer,from,to\nSum,,\n", "r.csv has no shifts below its header"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(tmp_path: Path, text: str, message: str | None) -> None:
    if message is None:
        assert len(csv(tmp_path, text).roster) == 1
        return
    with pytest.raises(TableError, match=message):
        csv(tmp_path, text)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        csv(tmp_path, "from,to,count\nsix,14:00,2\n14:00,22:00,x2\n22:00,6 o'clock,1\n")
    places = [message.split(": ")[:2] for message in caught.value.messages]
    assert places == [["r.csv:2", "from"], ["r.csv:3", "count"], ["r.csv:4", "to"]]


@pytest.mark.parametrize(
    ("rows", "rest"),
    [
        ("Ann,06:00,14:00,\nAnn,13:00,18:00,", "Ann is booked twice on Monday at 13:00, in row 2"),
        ("Ann,06:00,14:00,\nAnn,06:00,14:00,", "in row 2 too"),
        ("Ann,22:00,06:00,mon\nAnn,05:00,07:00,tue", "twice on Tuesday at 05:00, in row 2"),
        ("Ann,22:00,06:00,sun\nAnn,05:00,07:00,mon", "twice on Monday at 05:00"),
        ("Ann,06:00,14:00,2026-04-13\nAnn,12:00,20:00,13.04.2026",
         "twice at Mon 13 Apr 2026 12:00"),
        ("Ann,22:00,06:00,2026-04-12\nAnn,05:00,13:00,2026-04-13",
         "twice at Mon 13 Apr 2026 05:00"),
    ],
)  # fmt: skip
def test_one_person_twice_at_one_time(tmp_path: Path, rows: str, rest: str) -> None:
    text = f"officer,from,to,day\n{rows}\n".replace(",\n", ",daily\n")
    with pytest.raises(TableError, match=f"r.csv:3: .*{rest}"):
        csv(tmp_path, text)


def test_a_person_may_work_again_after_a_shift(tmp_path: Path) -> None:
    text = "officer,from,to,days\nAnn,06:00,10:00,mon\nAnn,10:00,14:00,mon\nAnn,06:00,14:00,tue\n"
    assert len(shifts(csv(tmp_path, text))["Ann"]) == 3


def test_rows_of_leave_sums_and_without_times_are_left_out_and_told(tmp_path: Path) -> None:
    text = (
        "officer,from,to\nAnn,urlop,\nBo,06:00,14:00\nCy,-,-\nDi,sick leave,sick leave\n"
        "Ed,annual leave,\nofficer,from,to\nFa,14:00,22:00\nRazem,,16\n"
    )
    table = csv(tmp_path, text)
    assert list(shifts(table)) == ["Bo", "Fa"]
    assert table.told == (
        "row 2 is leave (urlop) and isn't read",
        "row 5 is leave (sick leave) and isn't read",
        "row 6 is leave (annual leave) and isn't read",
        "row 9 adds up others and isn't read",
    )
    assert table.warnings == ("r.csv: row 4 has no times and isn't read",)


def test_officers_without_a_name_are_the_same_on_all_days(tmp_path: Path) -> None:
    days = [f"2026-04-{day},{hours},2\n" for day in (13, 14) for hours in ("06:00,14:00", "22,6")]
    table = csv(tmp_path, "date,from,to,count\n" + "".join(days))
    assert {name: len(own) for name, own in by_officer(table.roster).items()} == {
        f"{hours}/{k}": 2 for hours in ("06:00 to 14:00", "22:00 to 06:00") for k in (1, 2)
    }
    twice = csv(tmp_path, "date,from,to,count\n" + "13.04.2026,06:00,14:00,2\n" * 2)
    assert list(by_officer(twice.roster)) == [f"06:00 to 14:00/{k}" for k in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "text",
    [
        "officer,date,from,to\nAnn,13.04.2026-15.04.2026,06:00,14:00\n",
        "officer,date,from,to\nAnn,13.-15.04.2026,06:00,14:00\n",
        "officer,date,from,to\nAnn,13.04. - 15.04.,06:00,14:00\n",
        "officer,date,from,to\nAnn,2026-04-13 to 2026-04-15,06:00,14:00\n",
        "officer,from date,to date,from,to\nAnn,2026-04-13,2026-04-15,06:00,14:00\n",
        "officer,from date,to date,days,shift\nAnn,2026-04-11,2026-04-15,mon-fri,06-14\n",
    ],
)
def test_a_row_may_count_on_several_dates(tmp_path: Path, text: str) -> None:
    assert shifts(csv(tmp_path, text)) == {
        "Ann": [f"{day} Apr 06:00-14:00" for day in (13, 14, 15)]
    }


def test_march_is_no_tuesday_and_a_polish_so_no_sunday(tmp_path: Path) -> None:
    text = "officer,date,from,to\nAnn,13 mar,6,14\nBo,mar 14.04.2026,6,14\n"
    assert shifts(csv(tmp_path, text)) == {
        "Ann": ["13 Mar 06:00-14:00"],
        "Bo": ["14 Apr 06:00-14:00"],
    }
    for text, days in (("Pn-Pt", "fri"), ("Mo-Fr", "fri")):
        rows = csv(tmp_path, f"from,to,day\n6,14,{text}\n6,14,So\n").roster
        assert [row.window.days[-1] for row in rows if row.window] == [
            days,
            "sat" if text == "Pn-Pt" else "sun",
        ]


def test_the_form_of_dates_may_be_given(tmp_path: Path) -> None:
    text = "officer,date,from,to\nAnn,4/5/2026,06:00,14:00\nAnn,4/6/2026,06:00,14:00\n"
    with pytest.raises(TableError, match="may have the day or the month first"):
        csv(tmp_path, text)
    found = csv(tmp_path, text, time_format="%m/%d/%Y")
    assert shifts(found) == {"Ann": ["05 Apr 06:00-14:00", "06 Apr 06:00-14:00"]}


def test_a_dash_is_nobody_and_lengths_of_breaks_are_no_breaks(tmp_path: Path) -> None:
    table = csv(tmp_path, "officer,from,to,Pause\nAnn,06:00,14:00,0:30\n-,14:00,22:00,0:30\n")
    assert shifts(table) == {"Ann": ["daily 06:00-14:00"]}
    assert table.unused == ("Pause",)
    [dash, lengths] = table.warnings
    assert dash == "r.csv: row 3 has a dash for the officer and isn't read"
    assert lengths.startswith("r.csv: Pause has no times such as 10:00-10:30 and isn't read")
    with pytest.raises(TableError, match="breaks: '0:30' is no break; write 10:00-10:30"):
        csv(tmp_path, "officer,from,to,breaks\nAnn,06:00,14:00,0:30\n")


def test_where_takes_some_rows(tmp_path: Path) -> None:
    text = "officer,from,to,post\nAnn,06:00,14:00,north\nBo,06:00,14:00,south\n"
    assert list(shifts(csv(tmp_path, text, where={"post": "South"}))) == ["Bo"]


def test_columns_that_may_tell_rows_apart_are_told_twice(tmp_path: Path) -> None:
    text = "officer,from,to,stop\nAnn,06:00,14:00,passport\nBo,06:00,14:00,customs\n"
    table = csv(tmp_path, text)
    assert table.unused == ("stop",)
    assert table.warnings == (
        "r.csv: rows of every stop are read (passport, customs); where: {stop: passport} takes "
        "some",
    )
    chosen = csv(tmp_path, text, where={"stop": "customs"})
    assert (chosen.unused, chosen.warnings) == ((), ())


def test_split_shifts_are_one_officers(tmp_path: Path) -> None:
    table = csv(tmp_path, "officer,days,shift\nAnn,mon,06-10 + 16-20\n")
    assert shifts(table) == {"Ann": ["mon 06:00-10:00", "mon 16:00-20:00"]}


def test_a_name_is_one_person_in_any_case_and_two_with_first_names(tmp_path: Path) -> None:
    head = "Name,Vorname,date,from,to\n"
    table = csv(
        tmp_path, f"{head}Roth,Jan,2026-04-13,06:00,14:00\nROTH,jan,2026-04-14,06:00,14:00\n"
    )
    assert list(shifts(table)) == ["Roth, Jan"]
    assert table.told == ("'ROTH, jan' is taken for 'Roth, Jan'",)
    table = csv(
        tmp_path, f"{head}Roth,Jan,2026-04-13,06:00,14:00\nRoth,Eva,2026-04-13,06:00,14:00\n"
    )
    assert list(shifts(table)) == ["Roth, Jan", "Roth, Eva"]
    grid = csv(
        tmp_path, "Name,Vorname,2026-04-13,2026-04-14\nRoth,Jan,06-14,off\nRoth,Eva,06-14,off\n"
    )
    assert list(shifts(grid)) == ["Roth, Jan", "Roth, Eva"]
    with pytest.raises(TableError, match="Ann is booked twice at Mon 13 Apr 2026 08:00"):
        csv(
            tmp_path,
            "officer,date,from,to\nAnn,2026-04-13,06:00,14:00\nann,2026-04-13,08:00,16:00\n",
        )


def test_several_names_in_a_cell_are_several_officers(tmp_path: Path) -> None:
    table = csv(tmp_path, "officer,date,from,to\nRoth / Kurz,2026-04-13,06:00,14:00\n")
    assert list(shifts(table)) == ["Roth", "Kurz"]


def test_dashes_are_nobody_in_counts_and_times(tmp_path: Path) -> None:
    table = csv(
        tmp_path, "date,from,to,count\n2026-04-13,06:00,14:00,2\n2026-04-13,14:00,22:00,-\n"
    )
    assert [row.count for row in table.roster] == [2]
    assert table.told == ("row 3 has a dash for the count and isn't read",)
    table = csv(tmp_path, "officer,date,from,to\nAnn,2026-04-13,6,14\nBo,2026-04-13,-,-\n")
    assert list(shifts(table)) == ["Ann"]
    assert table.told == ("row 3 has a dash for the times and isn't read",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("officer,date,to,hours\nAnn,2026-04-13,14:00,8\n", "r.csv has no column 'from'"),
        ("officer,date,end,length\nAnn,2026-04-13,14:00,8\n", "r.csv has no column 'from'"),
        ("officer,days,from,to\nAnn,1-5,06:00,14:00\n", "'1-5' may be weekdays or a date"),
    ],
)
def test_what_can_be_told_two_ways_is_a_mistake(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TableError, match=told):
        csv(tmp_path, text)


def test_numbers_that_may_be_officers_are_told(tmp_path: Path) -> None:
    table = csv(tmp_path, "date,from,to,Soll,Ist\n2026-04-13,06:00,14:00,5,4\n")
    assert table.warnings == (
        "r.csv: each row is one officer; if Soll or Ist says how many they are, write columns: "
        "{count: Soll}",
    )


def test_a_hidden_column_and_another_sheet_are_told_where_a_column_lacks(tmp_path: Path) -> None:
    made = book([["Name", "Datum", "von", "bis"], ["Ann", MONDAY, time(6), time(14)]])
    made.active.column_dimensions["C"].hidden = True
    made.create_sheet("May")
    with pytest.raises(TableError, match=r"sheet 'April' .not May.; column C is hidden"):
        excel(tmp_path, made)


@pytest.mark.parametrize(
    ("head", "lengths"),
    [
        ("hours", ("8", "12", "7.5")),
        ("duration", ("8:00", "12:00", "7:30")),
        ("Dauer", ("8 h", "12 h", "7,5 h")),
    ],
)
def test_a_shift_may_have_a_start_and_a_length(
    tmp_path: Path, head: str, lengths: tuple[str, ...]
) -> None:
    starts = ("06:00", "19:00", "08:15")
    rows = "".join(
        f"2026-04-13;{start};{length};{name}\n"
        for name, start, length in zip("ABC", starts, lengths, strict=True)
    )
    (tmp_path / "r.csv").write_text(f"date;start;{head};name\n{rows}", encoding="utf-8")
    table = read_table(Roster(file="r.csv"), tmp_path, (), date(2026, 4, 13))
    assert [row.dates for row in table.roster] == [
        (datetime(2026, 4, 13, 6), datetime(2026, 4, 13, 14)),
        (datetime(2026, 4, 13, 19), datetime(2026, 4, 14, 7)),
        (datetime(2026, 4, 13, 8, 15), datetime(2026, 4, 13, 15, 45)),
    ]
    assert f"{head} as how long shifts last" in (table.guessed or "")
