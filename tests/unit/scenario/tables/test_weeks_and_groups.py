"""Tables with a header of two lines, and rows for weeks and other stretches of days."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables import Coverage, Horizon, Table, TableError, cover, read_table
from bcpsim.scenario.traffic import CountedArrivals

MONDAY = datetime(2026, 4, 13)
FORTNIGHT = Horizon(Calendar(MONDAY, "Europe/Warsaw"), 14 * 1440.0)
GROUPS = "Time;Entry;;Exit;\n;Cars;Trucks;Cars;Trucks\n"
HOURS = "".join(f"13.04.2026 {hour:02d}:00;{hour + 10};2;5;1\n" for hour in range(24))


def counted(tmp_path: Path, content: str | openpyxl.Workbook, **use: Any) -> tuple[Table, Coverage]:
    if isinstance(content, str):
        (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    else:
        content.save(tmp_path / "t.xlsx")
    name = "t.csv" if isinstance(content, str) else "t.xlsx"
    field = CountedArrivals.model_validate({"pattern": "counts", "file": name, **use})
    table = read_table(field, tmp_path)
    return table, cover(field, table, FORTNIGHT)


def vehicles(found: Coverage) -> float:
    return sum(one.number for one in found.intervals)


def days_worked(tmp_path: Path, content: str) -> list[date]:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    roster = read_table(Roster(file="t.csv"), tmp_path, (), MONDAY.date()).roster
    return sorted(row.dates[0].date() for row in roster if row.dates is not None)


@pytest.mark.parametrize(
    ("count", "total"),
    [
        ("Entry Cars", 24 * 10 + 276),
        ("exit trucks", 24),
        ("Entry *", 24 * 12 + 276),
        ("* Cars", 24 * 15 + 276),
        ("*", 24 * 18 + 276),
        (["Entry Trucks", "Exit Trucks"], 24 * 3),
    ],
)
def test_groups_of_columns_are_named_by_both_lines(
    tmp_path: Path, count: str | list[str], total: float
) -> None:
    table, found = counted(tmp_path, GROUPS + HOURS, time_column="Time", count_column=count)
    assert vehicles(found) == total
    told = "its header in the lines 1 and 2 (Time, Entry Cars, Entry Trucks, Exit Cars, Exit Tr"
    assert told in str(table.guessed)


def grouped_book(
    *tops: object, below: tuple[object, ...] = ("Cars", "Trucks")
) -> openpyxl.Workbook:
    """Return a workbook below a title with merged groups of two columns, beside Hour."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["Counts of the post"])
    sheet.append(["Hour", *(cell for top in tops for cell in (top, None))])
    sheet.append([None, *below * len(tops)])
    sheet.merge_cells("A2:A3")
    for k in range(len(tops)):
        sheet.merge_cells(start_row=2, end_row=2, start_column=2 + 2 * k, end_column=3 + 2 * k)
    for hour in range(24):
        sheet.append([f"{hour:02d}:00", *[hour, 1] * len(tops)])
    return made


def test_merged_groups_of_a_workbook(tmp_path: Path) -> None:
    book = grouped_book("Northbound", "Southbound")
    use = {"time_column": "Hour", "count_column": "Southbound Cars"}
    assert vehicles(counted(tmp_path, book, **use)[1]) == 14 * 276


@pytest.mark.parametrize(("count", "total"), [("* Cars", 2 * 276), ("*", 2 * 300)])
def test_days_above_classes(tmp_path: Path, count: str, total: float) -> None:
    book = grouped_book("13.04.2026", "14.04.2026")
    use = {"time_column": "Hour", "count_column": count, "missing": "zero"}
    assert vehicles(counted(tmp_path, book, **use)[1]) == total


def test_classes_above_weekdays(tmp_path: Path) -> None:
    book = grouped_book("Cars", "Buses", below=("Mon", "Tue"))
    table, found = counted(tmp_path, book, time_column="Hour", count_column="*", missing="zero")
    assert vehicles(found) == 2 * 2 * 300
    assert "the sum of the columns of the same days" in str(table.guessed)


def test_numbers_of_lanes_below_classes(tmp_path: Path) -> None:
    content = "Time,Cars,,Trucks,\n,1,2,1,2\n13.04.2026 06:00,1,2,3,4\n"
    use = {"time_column": "Time", "count_column": "Trucks 2", "missing": "zero"}
    assert vehicles(counted(tmp_path, content, **use)[1]) == 4


def test_both_lines_again_on_the_next_page_and_units_are_told(tmp_path: Path) -> None:
    units = ";veh/h;veh/h;veh/h;veh/h\n"
    content = GROUPS + units + HOURS + GROUPS + HOURS.replace("13.04.", "14.04.")
    table, found = counted(tmp_path, content, time_column="Time", count_column="Exit Cars")
    assert vehicles(found) == 2 * 24 * 5
    assert table.told == (
        "row 3 has units and isn't read",
        "rows 28 and 29 are the header again and aren't read",
    )


def test_a_name_of_several_groups_shows_the_whole_names(tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        counted(tmp_path, GROUPS + HOURS, time_column="Time", count_column="Cars")
    assert caught.value.messages == (
        "t.csv has no column 'Cars'; it has Time, Entry Cars, Entry Trucks, Exit Cars, Exit "
        "Trucks (did you mean 'Exit Cars'?)",
    )


def test_a_heading_above_is_no_group(tmp_path: Path) -> None:
    content = "Post;Medyka;;\nTime;Cars;Trucks;Buses\n13.04.2026 06:00;1;2;3\n"
    use = {"time_column": "Time", "missing": "zero"}
    assert vehicles(counted(tmp_path, content, count_column="*", **use)[1]) == 6
    with pytest.raises(TableError, match="no column 'Car'; it has Time, Cars, Trucks, Buses"):
        counted(tmp_path, content, count_column="Car", **use)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-W16", "2026-W17"),
        ("2026W16", "2026W17"),
        ("KW 16/2026", "KW 17/2026"),
        ("Week 16 2026", "Week 17 2026"),
        ("13.04.2026-19.04.2026", "20.04.2026-26.04.2026"),
        ("13.-19.04.2026", "20.-26.04.2026"),
        ("13.4.-19.4.2026", "20.4.-26.4.2026"),
        ("13/04/2026 - 19/04/2026", "20/04/2026 - 26/04/2026"),
        ("2026-04-13/2026-04-19", "2026-04-20/2026-04-26"),
        ("2026-04-13 to 2026-04-19", "2026-04-20 to 2026-04-26"),
        ("13-19 April 2026", "20-26 April 2026"),
        ("13.-19. April 2026", "20.-26. April 2026"),
        ("13th-19th April 2026", "20th-26th April 2026"),
        ("April 13-19, 2026", "April 20-26, 2026"),
        ("13 April - 19 April 2026", "20 April - 26 April 2026"),
    ],
)
def test_weeks_are_spread_evenly_and_told(tmp_path: Path, first: str, second: str) -> None:
    content = f"period;count\n{first};700\n{second};1400\n"
    table, found = counted(tmp_path, content, time_column="period")
    assert [(one.start, one.end, one.number) for one in found.intervals] == [
        (0, 7 * 1440, 700),
        (7 * 1440, 14 * 1440, 1400),
    ]
    assert "numbers of 7 days each, spread evenly over them" in found.notes[0]
    assert ("weeks as ISO counts them" in str(table.guessed)) is ("1" + first[-1] == "16" in first)


def test_weeks_beside_weekdays(tmp_path: Path) -> None:
    content = "week,Mon,Tue,Wed,Thu,Fri,Sat,Sun\n2026-W16,1,2,3,4,5,6,7\n2026-W17,8,9,9,9,9,9,9\n"
    _, found = counted(tmp_path, content, time_column="week", count_column="*")
    numbers = [one.number for one in found.intervals]
    assert numbers == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9]


@pytest.mark.parametrize(
    ("rows", "interval", "message"),
    [
        (
            ["01.04.2026-30.04.2026", "01.05.2026-31.05.2026"],
            "30 d",
            "t.csv: its stretches last 30 days to 31 days, and interval is 30 days; leave interval "
            "out",
        ),
        (
            ["2026-W16", "2026-W17"],
            "1 d",
            "t.csv: its stretches last 7 days, and interval is 24 h; leave interval out",
        ),
    ],
)
def test_stretches_and_an_interval_that_differ_are_told(
    tmp_path: Path, rows: list[str], interval: str | None, message: str
) -> None:
    content = "time;count\n" + "".join(f"{row};7\n" for row in rows)
    assert counted(tmp_path, content, interval=interval)[1].problems == (message,)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("13-19 April", "'13-19 April' has no year; write 2026-W16 or 13.04.2026-19.04.2026"),
        ("KW 16", "'KW 16' has no year; write 2026-W16 or 13.04.2026-19.04.2026"),
        ("2026-W54", "'2026-W54' is no date and time such as 2026-04-13 14:05 or 13.04.2026 14:05"),
    ],
)
def test_what_is_uncertain_shows_the_form(tmp_path: Path, cell: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        counted(tmp_path, f"time;count\n{cell};7\n")
    assert caught.value.messages == (f"t.csv:2: time: {message}",)


@pytest.mark.parametrize("time_column", [["von", "bis"], ["von"]])
def test_a_first_and_a_last_date_are_a_stretch(tmp_path: Path, time_column: list[str]) -> None:
    content = "von;bis;count\n13.04.2026;19.04.2026;70\n"
    [week] = counted(tmp_path, content, time_column=time_column)[1].intervals
    assert (week.start, week.end, week.number) == (0, 7 * 1440, 70)


@pytest.mark.parametrize(
    "cell", ["13.-15.04.2026", "13-15 April 2026", "April 13-15, 2026", "2026-04-13/2026-04-15"]
)
def test_stretches_of_a_roster(tmp_path: Path, cell: str) -> None:
    days = days_worked(tmp_path, f"date;from;to;count\n{cell};06:00;14:00;3\n")
    assert days == [date(2026, 4, day) for day in (13, 14, 15)]


def test_weeks_of_a_roster(tmp_path: Path) -> None:
    content = "KW;Tag;von;bis;Anzahl\nKW 16;Mo-Di;06:00;14:00;3\nKW 17;So;06:00;14:00;3\n"
    assert days_worked(tmp_path, content) == [date(2026, 4, day) for day in (13, 14, 26)]
    numbers = "KW;Datum;von;bis;Anzahl\n16;14.04.2026;06:00;14:00;3\n"
    assert days_worked(tmp_path, numbers) == [date(2026, 4, 14)]


def test_weeks_beside_a_grid_of_weekdays(tmp_path: Path) -> None:
    content = (
        "Week;Name;Mon;Tue;Wed\nW16;Ann;06-14;off;06-14\nW17;Ann;off;06-14;off\n"
        "W16;Bob;off;off;off\n"
    )
    assert days_worked(tmp_path, content) == [date(2026, 4, day) for day in (13, 15, 21)]


def test_more_columns_than_a_sheet_may_have_are_told(tmp_path: Path) -> None:
    wide = ",".join(f"lane {k}" for k in range(1001))
    with pytest.raises(TableError, match="has more than 1000 columns"):
        counted(tmp_path, f"time,{wide}\n2026-04-13 06:00{',1' * 1001}\n")
    empty = "," * 20_000  # as sheets that were formatted to their last column are exported
    _, found = counted(tmp_path, f"time,count{empty}\n2026-04-13 06:00,5{empty}\n")
    assert vehicles(found) == 5


@pytest.mark.parametrize(
    "rows",
    [
        ["2026-03-01", "2026-04-01", "2026-05-01"],
        ["01.03.2026-31.03.2026", "01.04.2026-30.04.2026", "01.05.2026-31.05.2026"],
        ["31.03.2026", "30.04.2026", "31.05.2026"],
    ],
    ids=["first days", "stretches", "last days"],
)
@pytest.mark.parametrize("day", ["2026-03-31", "2026-04-30", "2026-05-31"])
def test_numbers_of_months_are_each_spread_over_their_own(
    tmp_path: Path, rows: list[str], day: str
) -> None:
    use = {"times_mark": "end"} if rows[0].startswith("31.") else {}
    content = "time,count\n" + "".join(
        f"{row},{1000 * days}\n" for row, days in zip(rows, (31, 30, 31), strict=True)
    )
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    field = CountedArrivals.model_validate({"pattern": "counts", "file": "t.csv", **use})
    horizon = Horizon(Calendar(datetime.fromisoformat(day), "Europe/Warsaw"), 1440.0)
    found = cover(field, read_table(field, tmp_path), horizon)
    assert sum(one.number for one in found.intervals) == pytest.approx(1000)


WEEK_ENDS = ["2026-04-12", "2026-04-19"]


@pytest.mark.parametrize(("length", "numbers"), [(1, [110, 120, 130]), (7, [240])])
def test_a_date_at_the_end_is_the_last_day(tmp_path: Path, length: int, numbers: list[int]) -> None:
    days = ["2026-04-17", "2026-04-18", "2026-04-19"] if length == 1 else WEEK_ENDS
    counts = numbers if length == 1 else [70, 7 * numbers[0]]
    content = "time,count\n" + "".join(f"{d},{n}\n" for d, n in zip(days, counts, strict=True))
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    field = CountedArrivals.model_validate(
        {"pattern": "counts", "file": "t.csv", "times_mark": "end", "interval": f"{length} d"}
    )
    sunday = Horizon(Calendar(datetime(2026, 4, 19), "Europe/Warsaw"), 1440.0)
    found = cover(field, read_table(field, tmp_path), sunday)
    whole = sum(
        one.number * (min(one.end, 1440.0) - max(one.start, 0.0)) / (one.end - one.start)
        for one in found.intervals
    )
    assert whole == pytest.approx(numbers[-1])
