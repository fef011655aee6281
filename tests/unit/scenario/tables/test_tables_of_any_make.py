"""A table reads as the same numbers and times, whatever program it comes from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pytest

from bcpsim.scenario.people import Travel
from bcpsim.scenario.tables import Table, TableError, read_table
from bcpsim.scenario.tables.times import moment
from bcpsim.scenario.traffic import CountedArrivals, ObservedArrivals

TIMES = [datetime(2026, 4, 13, hour) for hour in (22, 23)] + [datetime(2026, 4, 14)]
NUMBERS = [20.5, 1234.0, 7.0]
ROWS = list(zip(TIMES, NUMBERS, strict=True))
DAY = 46125
"""2026-04-13 as Excel counts days."""


def read(tmp_path: Path, text: str | bytes, **description: object) -> Table:
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "t.csv").write_bytes(content)
    use = {"pattern": "counts", "file": "t.csv", **description}
    return read_table(CountedArrivals.model_validate(use), tmp_path)


def numbers(table: Table) -> list[float]:
    return [count.number for count in table.counts]


def times(table: Table) -> list[datetime]:
    return [moment(count.at) for count in table.counts]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("time,count\n2026-04-13T22:00,20.5\n2026-04-13T23:00,1234\n2026-04-14T00:00,7\n", None),
        ("time,count\r\n2026-04-13 22:00:00,20.5\r\n2026-04-13 23:00:00,1234\r\n"
         "2026-04-14 00:00:00,7.0\r\n", None),
        ("time;count\n13.04.2026 22:00;20,5\n13.04.2026 23:00;1.234\n14.04.2026 00:00;7\n",
         "semicolons between the cells, the day first in dates (13.04.2026 22:00), decimal commas "
         "(20,5)"),
        ("time\tcount\n13.04.26 22.00\t20,5\n13.04.26 23.00\t1 234,0\n13.04.26 24.00\t7\n",
         "tabs between the cells, the day first in dates (13.04.26 22.00), decimal commas (20,5)"),
        ('time,count\n4/13/2026 10:00 PM,20.5\n4/13/2026 11:00 PM,"1,234.0"\n'
         '4/14/2026 12:00 AM,7\n', "the month first in dates (4/13/2026 10:00 PM)"),
        ('"time"|"count"\n"13 Apr 2026 22:00"|"20.5"\n"13 Apr 2026 23:00"|"1234"\n'
         '"14 Apr 2026 00:00"|"7"\n', "bars between the cells"),
        ("sep=;\ntime;count\n2026-04-13 22:00;20,5\n2026-04-13 23:00;1'234\n2026-04-14 0:00;7\n",
         "decimal commas (20,5)"),
        ("Post Medyka;\nexport of 2026-05-01;\n\n time ;count\nMo, 13.04.2026 22:00 Uhr;20,5\n"
         "Mo, 13.04.2026 23:00 Uhr;1234\nDi, 14.04.2026 00:00 Uhr;7\nTotal;1261,5\n",
         "semicolons between the cells, its header in line 4, the day first in dates (Mo, "
         "13.04.2026 22:00 Uhr), decimal commas (20,5)"),
        ("time;count\n13.04.2026 22:00-23:00;20,5\n13.04.2026 23:00-24:00;1234\n"
         "14.04.2026 00:00-01:00;7\n",
         "semicolons between the cells, the day first in dates (13.04.2026 22:00-23:00), decimal "
         "commas (20,5)"),
    ],
)  # fmt: skip
def test_counts_of_any_make_are_the_same(tmp_path: Path, text: str, told: str | None) -> None:
    for content in (text.encode(), text.encode("utf-8-sig"), text.encode("utf-16")):
        table = read(tmp_path, content)
        assert times(table) == TIMES
        assert numbers(table) == NUMBERS
        assert ", ".join(table.guesses) == (told or "")


def test_date_and_clock_stand_in_two_columns(tmp_path: Path) -> None:
    text = (
        "Datum;Uhrzeit;PKW;LKW\n13.04.2026;22:00;20;0,5\n13.04.2026;23:00;1234;-\n"
        "14.04.2026;0:00;3;4\n"
    )
    table = read(tmp_path, text, time_column=["Datum", "Uhrzeit"], count_column=["PKW", "LKW"])
    assert times(table) == TIMES
    assert numbers(table) == NUMBERS
    assert "the sum of PKW + LKW" in ", ".join(table.guesses)


def test_windows_code_pages_are_found_and_may_be_said(tmp_path: Path) -> None:
    text = (
        "Godzina;Pojazdów osobowych – wjazd;Uwagi\n"
        "2026-04-13 22:00;20;zwiększony ruch, święto\n2026-04-13 23:00;21;źle działająca bramka\n"
    )
    column = {"time_column": "Godzina", "count_column": "Pojazdów osobowych – wjazd"}
    found = read(tmp_path, text.encode("cp1250"), **column)
    assert numbers(found) == [20, 21]
    assert "the code page windows-1250" in ", ".join(found.guesses)
    said = read(tmp_path, text.encode("cp1250"), **column, encoding="windows-1250")
    assert said.counts == found.counts
    assert "code page" not in ", ".join(said.guesses)


def test_where_chooses_one_of_several_measures(tmp_path: Path) -> None:
    text = "time,direction,count\n" + "".join(
        f"{when.isoformat()},{way},{number}\n"
        for when, number in zip(TIMES, NUMBERS, strict=True)
        for way in ("Entry", "exit")
    )
    table = read(tmp_path, text, where={"direction": "entry"})
    assert numbers(table) == NUMBERS
    with pytest.raises(
        TableError, match="no row with 'entri' in the column 'direction'; there are Entry, exit"
    ):
        read(tmp_path, text, where={"direction": "entri"})


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("hour,2026-04-13,2026-04-14\n", "22,20.5,1\n23,1234,2\n0,-,7\n"),
        ("Date,22-23,23-24,0-1\n", "13.04.2026,20.5,1234,\n14.04.2026,1,2,7\n"),
    ],
)
def test_a_grid_of_days_and_hours_is_read(tmp_path: Path, head: str, rows: str) -> None:
    first = head.split(",")[0]
    table = read(tmp_path, head + rows, time_column=first, count_column="*")
    found = dict(zip(times(table), numbers(table), strict=True))
    assert [found[when] for when in TIMES] == NUMBERS


def test_a_grid_leaves_out_a_column_of_totals_and_refuses_others(tmp_path: Path) -> None:
    columns = {"time_column": "day", "count_column": "*"}
    table = read(tmp_path, "day,22-23,23-24,Summe\n2026-04-13,1,2,3\n", **columns)
    assert numbers(table) == [1, 2]
    assert "no column of totals (Summe is left out)" in table.guesses
    with pytest.raises(TableError, match="are hours or days, but not 'note'"):
        read(tmp_path, "day,22-23,23-24,note\n2026-04-13,1,2,3\n", **columns)


def test_a_grid_of_weekdays_has_no_dates(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "hour;Mo;Di\n06:00;5;6\n07:00;7;8\n",
        time_column="hour",
        count_column=["Mo", "Di"],
    )
    found = {(count.at.weekday, count.at.clock): count.number for count in table.counts}
    six, seven = timedelta(hours=6), timedelta(hours=7)
    assert found == {(0, six): 5, (1, six): 6, (0, seven): 7, (1, seven): 8}


@pytest.mark.parametrize(
    ("text", "hours"),
    [("2026-10-25T02:00+02:00", 2), ("2026-10-25 02:00 CET", 1), ("2026-10-25T02:00Z", 0)],
)
def test_offsets_are_kept(tmp_path: Path, text: str, hours: int) -> None:
    table = read(tmp_path, f"time,count\n{text},1\n")
    assert times(table) == [datetime(2026, 10, 25, 2, tzinfo=timezone(timedelta(hours=hours)))]


def test_a_minus_is_an_offset_or_a_range(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {hour:02d}:00-05:00,1" for hour in range(5)]
    assert times(read(tmp_path, "time,count\n" + "\n".join(rows)))[0].astimezone(UTC).hour == 5
    rows = [f"2026-04-13 {hour:02d}:00-{hour + 1:02d}:00,1" for hour in range(5)]
    assert times(read(tmp_path, "time,count\n" + "\n".join(rows)))[0] == datetime(2026, 4, 13)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("03/04/2026 06:00,1", "'03/04/2026 06:00' may have the day or the month first"),
        ("28/03/2026 06:00,1\n03/28/2026 07:00,1", "has the day first"),
        ("2026-02-30 06:00,1", "t.csv:2: time: '2026-02-30' is no date: it has no such day"),
        ("2026-04-13 25:00,1", "t.csv:2: time: '25:00' is no time of day; expected 00:00 to 24:00"),
        ("tomorrow,1", "t.csv:2: time: 'tomorrow' is no date and time such as 2026-04-13 14:05"),
        ("2062026-04-13 06:00,1", "is no date and time"),
        ("2126-04-13 06:00,1", "the year must be from 1970 to 2100"),
        ("Tue 2026-04-13 06:00,1", "2026-04-13 is a Monday"),
        ("2026-04-13 06:00,-3", "t.csv:2: count: '-3' must not be negative"),
        ("2026-04-13 06:00,1e999", "t.csv:2: count: '1e999' must be a finite number"),
        ("2026-04-13 06:00,20,5", "t.csv:2: 3 cells; the header has 2"),
        ("2026-04-13 06:00,1_000", "t.csv:2: count: '1_000' is no number"),
        ('2026-04-13 06:00,"1', "t.csv:2: a quote is opened and never closed"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_row_and_column(
    tmp_path: Path, rows: str, message: str
) -> None:
    with pytest.raises(TableError) as caught:
        read(tmp_path, f"time,count\n{rows}\n")
    assert message in str(caught.value)


def test_numbers_that_may_be_thousands_are_refused_where_nothing_tells(tmp_path: Path) -> None:
    text = "time;count\n2026-04-13 06:00;1.234\n2026-04-13 07:00;980\n"
    with pytest.raises(TableError, match=r"'1\.234' may be 1234 or 1\.234; say decimal"):
        read(tmp_path, text)
    assert numbers(read(tmp_path, text, decimal=",")) == [1234, 980]
    assert numbers(read(tmp_path, text, decimal=".")) == [1.234, 980]
    assert numbers(read(tmp_path, text.replace(";", ","))) == [1.234, 980]


def test_the_form_of_times_may_be_said(tmp_path: Path) -> None:
    text = "time,count\n03/04/2026 06:00,1\n03/04/2026 24:00,2\n"
    table = read(tmp_path, text, time_format="%m/%d/%Y %H:%M")
    assert times(table) == [datetime(2026, 3, 4, 6), datetime(2026, 3, 5)]
    with pytest.raises(TableError, match="isn't written as time_format says: %d-%m-%Y"):
        read(tmp_path, text, time_format="%d-%m-%Y")


def test_all_bad_rows_are_told_at_once_and_many_are_counted(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {hour:02d}:00,many" for hour in range(24)]
    with pytest.raises(TableError) as caught:
        read(tmp_path, "time,count\n" + "\n".join(rows))
    assert len(caught.value.messages) == 11
    assert caught.value.messages[3] == "t.csv:5: count: 'many' is no number"
    assert caught.value.messages[10] == "t.csv: 14 more cells are wrong"


def test_separators_of_lines_in_cells_are_no_ends_of_rows(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "name,time\nBus\u2028A,2026-04-13 01:00\nBus\u0085B\x0c,2026-04-13 02:00\n"
        '"Bus\nC",2026-04-13 03:00\n', "utf-8"
    )  # fmt: skip
    use = ObservedArrivals.model_validate({"pattern": "times", "file": "t.csv"})
    assert [when.hour for when in read_table(use, tmp_path).times] == [1, 2, 3]


def test_dates_without_a_time_of_day_are_no_times_of_arrival(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("time\n2026-04-13\n2026-04-13\n", "utf-8")
    use = ObservedArrivals.model_validate({"pattern": "times", "file": "t.csv"})
    with pytest.raises(TableError, match="the column time has dates without a time of day"):
        read_table(use, tmp_path)


@pytest.mark.parametrize(
    ("days", "saturday"),
    [
        ("Pn;Wt;Śr;Cz;Pt;So;Nd", 5),
        ("Mo;Di;Mi;Do;Fr;Sa;So", 5),
        ("lun.;mar.;mer.;jeu.;ven.;sam.;dim.", 5),
    ],
)  # fmt: skip
def test_weekdays_are_of_the_language_of_all(tmp_path: Path, days: str, saturday: int) -> None:
    columns = {"time_column": "x", "count_column": days.split(";")}
    table = read(tmp_path, f"x;{days}\n06:00;0;1;2;3;4;5;6\n", **columns)
    assert [count.at.weekday for count in table.counts] == list(range(7))
    assert numbers(table)[saturday] == saturday


def test_rows_of_several_measures_are_refused_until_chosen(tmp_path: Path) -> None:
    text = "time,way,kind,count\n" + "".join(
        f"{when.isoformat()},{way},{kind},{k}\n"
        for when in TIMES
        for k, (way, kind) in enumerate((a, b) for a in ("in", "out") for b in ("car", "bus"))
    )
    with pytest.raises(TableError) as caught:
        read(tmp_path, text)
    assert "told apart by 'way' (in, out) and 'kind' (car, bus)" in str(caught.value)
    assert "where: {way: in, kind: car}" in str(caught.value)
    with pytest.raises(TableError, match=r"told apart by 'kind' \(car, bus\)"):
        read(tmp_path, text, where={"way": "in"})
    assert numbers(read(tmp_path, text, where={"way": "out", "kind": "bus"})) == [3, 3, 3]
    assert len(read(tmp_path, text, where={"way": "out", "kind": ["car", "bus"]}).counts) == 6


def test_a_total_that_the_numbers_do_not_add_up_to_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{when.isoformat()},10\n" for when in TIMES)
    assert not read(tmp_path, f"time,count\n{rows}Total,30\n").warnings
    assert read(tmp_path, f"time,count\n{rows}Total,40\n").warnings == (
        "t.csv: the total in line 5 is 40, its numbers add up to 30",
    )


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("13.04. 06:00", "'13.04. 06:00' has no year"),
        ("2026-04", "'2026-04' has no day"),
        ("04/2026", "'04/2026' has no day"),
    ],
)
def test_what_a_time_lacks_is_said(tmp_path: Path, time: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        read(tmp_path, f"time,count\n{time},1\n2026-04-13,1\n")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "rows",
    [
        [["time", "count"], *map(list, ROWS)],
        [["Medyka"], [], ["date", "clock", "count"],
         *([when.date(), when.time(), number] for when, number in ROWS)],
        [["time", "count"], [DAY + 22 / 24, "20,5"], [DAY + 23 / 24, "1 234,0"], [DAY + 1, 7]],
        [["time", "count"], ["13.04.2026 22:00", 20.5], ["13.04.2026 23:00", 1234],
         ["13.04.2026 24:00", 7]],
    ],
)  # fmt: skip
def test_counts_in_workbooks_are_the_same(tmp_path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "t.xlsx")
    head = next(row for row in rows if "count" in row)
    use = {"pattern": "counts", "file": "t.xlsx", "time_column": head[:-1]}
    table = read_table(CountedArrivals.model_validate(use), tmp_path)
    assert times(table) == TIMES
    assert numbers(table) == NUMBERS


def test_march_is_a_month_and_mardi_a_day(tmp_path: Path) -> None:
    for text in ("Mar 3, 2026 05:00", "3 Mar 2026 05:00", "mar 03.03.2026 05:00"):
        found = read(tmp_path, f'time,count\n"{text}",1\n"{text[:-5]}06:00",1\n')
        assert times(found)[0] == datetime(2026, 3, 3, 5)


def test_travel_times_may_be_clocks_and_sums_are_left_out(tmp_path: Path) -> None:
    text = "from;to;minutes\na;b;0:01:30\nb;c;2,5\nSumme;;4\n"
    (tmp_path / "w.csv").write_text(text, "utf-8")
    ways = read_table(Travel.model_validate({"file": "w.csv"}), tmp_path).travel
    assert ways == {("a", "b"): 1.5, ("b", "a"): 1.5, ("b", "c"): 2.5, ("c", "b"): 2.5}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("time,count\n1774821600,10\n1774825200,11\n", "seconds since 1970 in UTC"),
        ("time,count\n1774821600000,10\n1774825200000,11\n", "milliseconds since 1970 in UTC"),
    ],
)
def test_seconds_since_1970_are_times_with_an_offset(tmp_path: Path, text: str, told: str) -> None:
    table = read(tmp_path, text)
    assert times(table) == [
        datetime(2026, 3, 29, 22, tzinfo=UTC),
        datetime(2026, 3, 29, 23, tzinfo=UTC),
    ]
    assert told in table.guesses


def test_dates_may_be_written_by_week_and_day(tmp_path: Path) -> None:
    table = read(tmp_path, "time,count\n2026-W14-1 06:00,10\n2026-W14-1T07:00,11\n")
    assert times(table) == [datetime(2026, 3, 30, 6), datetime(2026, 3, 30, 7)]
    with pytest.raises(TableError, match=r"'2026-W54-1 06:00': there is no such week"):
        read(tmp_path, "time,count\n2026-W54-1 06:00,10\n2026-W14-1 07:00,11\n")
