"""Tables as counters and timetables export them: ranges, sums between the days, dates once."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.tables import Coverage, Horizon, Table, TableError, cover, read_table
from bcpsim.scenario.tables.times import moment
from bcpsim.scenario.traffic import CountedArrivals, ObservedArrivals, TimetableArrivals

MONDAY = datetime(2026, 4, 13)
HORIZON = Horizon(Calendar(MONDAY, "Europe/Warsaw"), 1440.0)


def counted(tmp_path: Path, content: str | openpyxl.Workbook, **use: Any) -> tuple[Table, Coverage]:
    field = CountedArrivals.model_validate(
        {"pattern": "counts", "file": written(tmp_path, content), **use}
    )
    table = read_table(field, tmp_path)
    return table, cover(field, table, HORIZON)


def timetable(tmp_path: Path, content: str | openpyxl.Workbook, **use: Any) -> Table:
    field = {"pattern": "timetable", "file": written(tmp_path, content), **use}
    return read_table(TimetableArrivals.model_validate(field), tmp_path)


def written(tmp_path: Path, content: str | openpyxl.Workbook) -> str:
    if isinstance(content, str):
        (tmp_path / "t.csv").write_text(content, encoding="utf-8")
        return "t.csv"
    content.save(tmp_path / "t.xlsx")
    return "t.xlsx"


def book(*rows: list[Any]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    return made


def vehicles(found: Coverage) -> float:
    return sum(one.number for one in found.intervals)


@pytest.mark.parametrize(
    "hour",
    [
        "13.04.2026 {0:02d}:00-{0:02d}:59",
        "13.04.2026 {0:02d}:00:00 - {0:02d}:59:59",
        "13.04.2026 {0:02d}:00 bis 13.04.2026 {0:02d}:59",
        "2026-04-13 {0:02d}:00 - 2026-04-13 {0:02d}:59",
        "13 kwietnia 2026 godz. {0}:00",
        "13.04.2026 r. {0}:00",
        "13/04/2026 à {0}h00",
    ],
)
def test_an_hour_may_be_written_as_a_range_or_in_words(tmp_path: Path, hour: str) -> None:
    text = "time;count\n" + "".join(f"{hour.format(h)};{h + 1}\n" for h in range(24))
    _, found = counted(tmp_path, text)
    assert [one.number for one in found.intervals] == [h + 1 for h in range(24)]
    assert {one.end - one.start for one in found.intervals} == {60.0}
    assert found.warnings == ()


def test_sums_remarks_and_headers_between_the_numbers_are_left_out(tmp_path: Path) -> None:
    day = "".join(f"13.04.2026 {h:02d}:00;2\n" for h in range(24))
    text = (
        f"time;count\n{day}time;count\nSuma 13.04.2026;48\nŚrednia;2\n# restarted\n"
        "Source: post, 14.04.2026\n"
    )
    table, found = counted(tmp_path, text)
    assert vehicles(found) == 48.0
    assert set(table.told) == {
        "rows 27 and 28 add up others and aren't read",
        "row 26 is the header again and isn't read",
        "rows 29 and 30 have neither a time nor a number and aren't read",
    }


def test_a_date_stands_once_above_its_hours(tmp_path: Path) -> None:
    rows = [[date(2026, 4, 13) if h == 0 else None, h / 24, 2] for h in range(24)]
    table, found = counted(
        tmp_path, book(["Datum", "Uhrzeit", "PKW"], *rows), time_column=["Datum", "Uhrzeit"],
        count_column="PKW",
    )  # fmt: skip
    assert [moment(count.at) for count in table.counts] == [
        MONDAY + timedelta(hours=h) for h in range(24)
    ]
    assert vehicles(found) == 48.0


def test_clocks_without_a_mark_have_their_minutes_last(tmp_path: Path) -> None:
    for rows in (
        book(["d", "t", "seats"], [MONDAY, 5, 1], [MONDAY, 930, 1], [MONDAY, 1200, 1]),
        "d,t,seats\n2026-04-13,5,1\n2026-04-13,930,1\n2026-04-13,1200,1\n",
    ):
        table = timetable(tmp_path, rows, time_column=["d", "t"])
        assert [service.time.time() for service in table.services] == [
            time(0, 5), time(9, 30), time(12),
        ]  # fmt: skip


def test_a_clock_of_the_next_day_is_no_offset(tmp_path: Path) -> None:
    text = "date,STA,seats\n2026-04-13,23:50,180\n2026-04-13,00:30+1,180\n2026-04-13,01:00 (+1),9\n"
    table = timetable(tmp_path, text, time_column=["date", "STA"])
    assert [service.time for service in table.services] == [
        datetime(2026, 4, 13, 23, 50), datetime(2026, 4, 14, 0, 30), datetime(2026, 4, 14, 1),
    ]  # fmt: skip
    with pytest.raises(TableError, match=r"\+1 may be a later day or an offset"):
        timetable(tmp_path, "time,seats\n2026-04-13 00:30+1,180\n")


def test_a_head_of_several_weekdays_counts_for_each(tmp_path: Path) -> None:
    text = "Std;Mo-Fr;Sa-So\n" + "".join(f"{h};1;5\n" for h in range(24))
    _, found = counted(tmp_path, text, time_column="Std", count_column=["Mo-Fr", "Sa-So"])
    assert vehicles(found) == 24.0


def test_numbers_of_weeks_are_spread_over_the_week(tmp_path: Path) -> None:
    text = "week,count\n2026-04-13,700\n2026-04-20,700\n2026-04-27,700\n"
    _, found = counted(tmp_path, text, time_column="week")
    [only] = found.intervals
    assert (only.end - only.start, only.number) == (7 * 1440.0, 700.0)
    _, found = counted(tmp_path, text[: text.rindex("2026")], time_column="week")
    assert found.problems[0].endswith("say interval: 1 d")


def test_rows_of_one_service_under_two_numbers_are_told(tmp_path: Path) -> None:
    text = (
        "flight,time,seats,gate\nLH1,2026-04-13 08:00,180,A1\nUA9,2026-04-13 08:00,180,A1\n"
        "LH2,2026-04-13 09:00,180,A1\n"
    )
    assert timetable(tmp_path, text).warnings == (
        "t.csv: rows 2 and 3 are the same but for 'flight': one service that is sold under several "
        "numbers is counted several times",
    )


def test_a_mistake_is_told_of_the_cell_where_it_is(tmp_path: Path) -> None:
    text = "date,clock,count\n2026-04-13,00:00,1\n2026-04-13,late,1\n"
    with pytest.raises(TableError, match=r"t\.csv:3: clock: 'late' is no date and time"):
        counted(tmp_path, text, time_column=["date", "clock"])


def test_services_of_the_next_day_leave_the_whole_horizon_empty(tmp_path: Path) -> None:
    file = written(tmp_path, "time,seats\n2026-04-14 08:00,9\n")
    field = TimetableArrivals.model_validate(
        {"pattern": "timetable", "file": file, "come_before": "9 h"}
    )
    found = cover(field, read_table(field, tmp_path), HORIZON)
    assert "t.csv: has no services in 24 of 24 h of the horizon" in found.warnings[0]


def test_a_lacking_column_is_told_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        counted(tmp_path, "Zeit,Anzahl\n2026-04-13 00:00,1\n")
    assert caught.value.messages == (
        "t.csv has no column 'time'; it has Zeit, Anzahl",
        "t.csv has no column 'count'; it has Zeit, Anzahl. Say what they are called: columns: "
        "{time: NAME, count: NAME}",
    )


def test_loads_may_be_in_per_cent(tmp_path: Path) -> None:
    text = "time,seats,LF (%)\n2026-04-13 08:00,180,50\n2026-04-13 09:00,200,85.5\n"
    table = timetable(tmp_path, text, load_column="LF (%)")
    assert [service.load for service in table.services] == [0.5, 0.855]
    assert "loads in per cent (85.5)" in table.guesses


def test_one_of_several_values_may_be_absent_and_is_told(tmp_path: Path) -> None:
    text = "time,status,seats\n2026-04-13 08:00,landed,9\n2026-04-13 09:00,cancelled,7\n"
    table = timetable(tmp_path, text, where={"status": ["landed", "scheduled"]})
    assert [service.seats for service in table.services] == [9]
    assert table.warnings == (
        "t.csv: no row has 'scheduled' in the column 'status'; there are landed, cancelled",
    )


def test_the_code_page_is_one_in_which_the_columns_are_found(tmp_path: Path) -> None:
    text = "Date;Vol;Sièges\n13/04/2026 8h00;A;180\n13/04/2026 9h30;B;220\n"
    (tmp_path / "t.csv").write_bytes(text.encode("cp1252"))
    field = TimetableArrivals.model_validate(
        {"pattern": "timetable", "file": "t.csv", "columns": {"time": "Date", "seats": "Sièges"}}
    )
    table = read_table(field, tmp_path)
    assert [service.seats for service in table.services] == [180, 220]
    assert "the code page windows-1252" in table.guesses


@pytest.mark.parametrize(
    ("head", "values", "one"),
    [
        ("Ankunft/Abflug", ("Ankunft", "Abflug"), "Ankunft"),
        ("Remarks", ("landed", "CANCELLED"), "landed"),
        ("lane", ("entry", "exit"), "entry"),
    ],
)
def test_rows_of_two_kinds_are_told_by_their_values(
    tmp_path: Path, head: str, values: tuple[str, str], one: str
) -> None:
    rows = "".join(f"2026-04-13 0{k}:00,9,{value}\n" for k, value in enumerate(values))
    [warning] = timetable(tmp_path, f"time,seats,{head}\n{rows}").warnings
    assert f"where: {{{head}: {one}}} takes some" in warning


def durations(tmp_path: Path, content: str | openpyxl.Workbook, **use: Any) -> Table:
    field = {"distribution": "empirical", "file": written(tmp_path, content), **use}
    return read_table(Empirical.model_validate(field), tmp_path)


def test_sums_below_durations_are_no_durations(tmp_path: Path) -> None:
    table = durations(tmp_path, "n;t\na;1\nb;2\nSumme;3\nMittelwert;1\n", column="t", unit="min")
    assert table.durations == (1.0, 2.0)
    assert table.told == ("rows 4 and 5 add up others and aren't read",)


def test_durations_may_be_clocks(tmp_path: Path) -> None:
    typed = book(["t"], [timedelta(minutes=90)], [time(0, 1, 30)])
    for content in (typed, "t\n1:30:00\n0:01:30\n"):
        assert durations(tmp_path, content, column="t", unit="s").durations == (90.0, 1.5)
    with pytest.raises(TableError, match="'1:30' may be minutes or hours; write 0:01:30"):
        durations(tmp_path, "t\n1:30\n", column="t", unit="s")


@pytest.mark.parametrize("head", ["wait [s]", "Dauer (Sek.)", "time_sec", "time in seconds"])
def test_another_unit_in_a_head_is_told(tmp_path: Path, head: str) -> None:
    [warning] = durations(tmp_path, f"{head}\n60\n", column=head, unit="min").warnings
    assert warning.endswith("and its numbers are read as min")
    assert durations(tmp_path, f"{head}\n60\n", column=head, unit="s").warnings == ()


def test_a_table_of_sums_alone_has_no_data_and_a_word_is_no_time(tmp_path: Path) -> None:
    observed = ObservedArrivals.model_validate({"pattern": "times", "file": "t.csv"})
    written(tmp_path, "time\n# made by hand\nTotal 0\n")
    with pytest.raises(TableError, match="has no rows of data below its header"):
        read_table(observed, tmp_path)
    written(tmp_path, "time\n2026-04-13 08:00\nnoon\n")
    with pytest.raises(TableError, match="'noon' is no date and time"):
        read_table(observed, tmp_path)


def test_seconds_beside_the_hour_are_no_uneven_spacing(tmp_path: Path) -> None:
    times = [MONDAY + timedelta(hours=h, seconds=h % 3 - 1) for h in range(1, 24)]
    rows = "".join(f"{when:%Y-%m-%d %H:%M:%S},2\n" for when in [MONDAY, *times])
    table, found = counted(tmp_path, f"time,count\n{rows}")
    assert {one.end - one.start for one in found.intervals} == {60.0}
    assert vehicles(found) == 48.0
    assert "times to the nearest minute" in table.guesses


UNEVEN = ("0-6,60", "6-10,80", "10-16,60", "16-20,80", "20-24,40")


@pytest.mark.parametrize(
    ("rows", "by_hour"),
    [
        (UNEVEN, [*[10] * 6, *[20] * 4, *[10] * 6, *[20] * 4, *[10] * 4]),
        (
            tuple(f"13.04.2026 {row.replace(',', ':00,').replace('-', ':00-')}" for row in UNEVEN),
            [*[10] * 6, *[20] * 4, *[10] * 6, *[20] * 4, *[10] * 4],
        ),
        (("22-6,80", "6-12,120", "12-22,300"), [*[10] * 6, *[20] * 6, *[30] * 10, *[10] * 2]),
        (
            ("Mon 22-6,80", "Mon 6-12,120", "Mon 12-22,300", "Sun 22-6,40"),
            [*[5] * 6, *[20] * 6, *[30] * 10, *[10] * 2],
        ),
    ],
    ids=["clock", "dated", "shifts", "weekdays"],
)
def test_ranges_of_several_lengths_are_each_spread_over_their_own(
    tmp_path: Path, rows: tuple[str, ...], by_hour: list[int]
) -> None:
    text = "\n".join(("period,count", *rows, ""))
    _, found = counted(tmp_path, text, time_column="period")
    pieces = sorted(found.intervals, key=lambda one: one.start)
    assert [one.start for one in pieces] == [120.0 * k for k in range(len(pieces))]
    assert [one.number for one in pieces] == [2 * number for number in by_hour[::2]]
    assert any("each number spread evenly over its own" in note for note in found.notes)


@pytest.mark.parametrize(
    ("rows", "interval", "said"),
    [
        (UNEVEN, "1 h", "its ranges last 4 h to 6 h, and interval is 1 h; leave interval out"),
        (
            tuple(f"{h:02d}:00-{h:02d}:30,1" for h in range(24)),
            "1 h",
            "its ranges last 30 min, and interval is 1 h; leave interval out",
        ),
    ],
)
def test_ranges_and_an_interval_that_differ_are_told(
    tmp_path: Path, rows: tuple[str, ...], interval: str, said: str
) -> None:
    text = "\n".join(("period,count", *rows, ""))
    _, found = counted(tmp_path, text, time_column="period", interval=interval)
    assert found.problems == (f"t.csv: {said}",)


@pytest.mark.parametrize(
    ("head", "row", "names"),
    [
        ("Date,Hour,Minute,count", "13/04/2026,{h},{m},1", ["Date", "Hour", "Minute"]),
        ("Rok,Miesiąc,Dzień,Godz.,Min.,count", "2026,kwi,13,{h},{m},1", None),
        ("Jahr,Monat,Tag,Uhrzeit,count", "2026,4,13,{h:02d}:{m:02d},1", None),
        ("YEAR,MONTH,DAY,HOUR,MINUTE,count", "2026.0,April,13,{h},{m:02d},1", None),
    ],
)
def test_the_pieces_of_a_time_may_stand_in_columns_of_their_own(
    tmp_path: Path, head: str, row: str, names: list[str] | None
) -> None:
    rows = [row.format(h=h, m=m) for h in range(24) for m in (0, 30)]
    columns = names or head.split(",")[:-1]
    _, found = counted(tmp_path, "\n".join((head, *rows, "")), time_column=columns)
    assert [one.start for one in found.intervals] == [30.0 * k for k in range(48)]
    assert vehicles(found) == 48


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        (
            "Month,Day,Hour,count\n4,13,6,1\n",
            ["Month", "Day", "Hour"],
            "the columns Month, Day, Hour hold no year; expected year, month and day, or a column",
        ),
        ("Year,Month,Day,count\n2026,2,30,1\n", ["Year", "Month", "Day"], "there is no 2026-02-30"),
        (
            "Date,Hour,Minute,count\n2026-04-13,6,75,1\n",
            ["Date", "Hour", "Minute"],
            "Minute: '75' is no minute; expected 0 to 59",
        ),
        (
            "Date,Hour,Minute,count\n2026-04-13,24,15,1\n",
            ["Date", "Hour", "Minute"],
            "24:15 is no time of day; expected up to 24:00",
        ),
    ],
)
def test_pieces_of_a_time_that_give_none_are_told(
    tmp_path: Path, text: str, columns: list[str], said: str
) -> None:
    with pytest.raises(TableError, match=re.escape(said)):
        counted(tmp_path, text, time_column=columns)


@pytest.mark.parametrize(
    ("head", "row", "form"),
    [
        ("time,count", "11/01/2026 {h12:02d}:00 {half},1", "%m/%d/%Y %I:%M %p"),
        ("time,count", "11/01/2026 {h12}:00{half},1", "%m/%d/%Y %I:%M%p"),
        ("time,count", "11-01-26 {h:02d}:00:00,1", "%m-%d-%y %H:%M:%S"),
        ("date,time,count", "11/01/2026,{h:02d}:00,1", "%m/%d/%Y %H:%M"),
        ("date,time,count", "11/01/2026,{h12:02d}:00 {half},1", "%m/%d/%Y %I:%M %p"),
    ],
)
def test_the_advice_on_doubtful_dates_can_be_followed(
    tmp_path: Path, head: str, row: str, form: str
) -> None:
    rows = [row.format(h=h, h12=h % 12 or 12, half="AM" if h < 12 else "PM") for h in range(24)]
    text = "\n".join((head, *rows, ""))
    use: dict[str, Any] = {"time_column": head.split(",")[:-1]}
    with pytest.raises(TableError, match="may have the day or the month first") as told:
        counted(tmp_path, text, **use)
    assert f'or "{form}"' in str(told.value)
    field = CountedArrivals.model_validate(
        {"pattern": "counts", "file": "t.csv", "time_format": form, **use}
    )
    autumn = Horizon(Calendar(datetime(2026, 11, 1), "UTC"), 1440.0)
    assert vehicles(cover(field, read_table(field, tmp_path), autumn)) == 24


@pytest.mark.parametrize(
    "last",
    ["Grand Total:,,276", "Monthly total,,276", "Total:,,276", "Source: Border Guard, 2026,"],
)
def test_what_stands_below_the_hours_is_left_out(tmp_path: Path, last: str) -> None:
    rows = [f"2026-04-13,{h:02d}:00,{h}" for h in range(24)]
    _, found = counted(
        tmp_path, "\n".join(("date,time,count", *rows, last, "")), time_column=["date", "time"]
    )
    assert vehicles(found) == 276
    assert any("row 26" in note and "read" in note for note in found.notes)


def test_cells_shown_in_per_cent_are_no_counts(tmp_path: Path) -> None:
    made = book(["time", "count"])
    for hour in range(24):
        made.active.append([datetime(2026, 4, 13, hour), hour / 100])
        made.active.cell(made.active.max_row, 2).number_format = "0%"
    with pytest.raises(TableError, match="'7 %' is no number"):
        counted(tmp_path, made)


def test_an_hour_of_half_an_hour_when_clocks_go_forward(tmp_path: Path) -> None:
    # At Lord Howe 02:00 becomes 02:30 on 4 October 2026: the hour from 02:00 has 30 min.
    rows = [f"2026-10-04 {h:02d}:00,{h + 1}" for h in range(24)]
    field = CountedArrivals.model_validate(
        {"pattern": "counts", "file": written(tmp_path, "\n".join(("time,count", *rows, "")))}
    )
    spring = Horizon(Calendar(datetime(2026, 10, 4), "Australia/Lord_Howe"), 23.5 * 60)
    found = cover(field, read_table(field, tmp_path), spring)
    assert found.problems == ()
    assert vehicles(found) == 300
    assert [one.end - one.start for one in found.intervals] == [60, 60, 30, *[60] * 21]


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        ("12.4.,13.4.,14.4.", "days without a year"),
        ("12-Apr,13-Apr,14-Apr", "days without a year"),
        ("13 kwietnia,14 kwietnia", "days without a year"),
        ("April 12,April 13", "days without a year"),
        ("Jan,Feb,Mar", "months"),
        ("2024,2025,2026", "years"),
        ("KW 15,KW 16", "weeks"),
        ("1,2,3,4,5,6,7", "numbers of days"),
        ("M,T,W,T,F,S,S", "letters of weekdays"),
    ],
)
def test_columns_of_several_days_or_months_are_not_added(
    tmp_path: Path, heads: str, kind: str
) -> None:
    numbers = ",".join(str(k) for k in range(heads.count(",") + 1))
    text = f"Hour,{heads}\n" + "".join(f"{h},{numbers}\n" for h in range(24))
    with pytest.raises(TableError, match=f"look like {kind} and aren't added; "):
        counted(tmp_path, text, time_column="Hour", count_column="*")


def test_lanes_with_numbers_are_added_where_they_are_named_or_rows_have_dates(
    tmp_path: Path,
) -> None:
    text = "Hour,1,2\n" + "".join(f"{h},1,2\n" for h in range(24))
    _, found = counted(tmp_path, text, time_column="Hour", count_column=["1", "2"])
    assert vehicles(found) == 72
    text = "time,1,2\n" + "".join(f"2026-04-13 {h:02d}:00,1,2\n" for h in range(24))
    _, found = counted(tmp_path, text, count_column="*")
    assert vehicles(found) == 72


@pytest.mark.parametrize("heads", ["min,mean,max", "Cars,Avg speed", "Cars,Peak 15 min"])
def test_statistics_are_not_added(tmp_path: Path, heads: str) -> None:
    numbers = ",".join(["5"] * (heads.count(",") + 1))
    text = f"time,{heads}\n" + "".join(f"2026-04-13 {h:02d}:00,{numbers}\n" for h in range(24))
    with pytest.raises(TableError, match=r"isn't added to '.*'; read one column: count_column: "):
        counted(tmp_path, text, count_column="*")


def test_a_column_that_adds_up_the_others_is_left_out_or_told(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {h:02d}:00,{h},2,{h + 2}" for h in range(24)]
    text = "\n".join(("time,Cars,Trucks,All vehicles", *rows, ""))
    _, found = counted(tmp_path, text, count_column="*")
    assert vehicles(found) == 276 + 48
    assert any("All vehicles is left out" in note for note in found.notes)
    _, found = counted(tmp_path, text, count_column=["Cars", "Trucks", "All vehicles"])
    assert vehicles(found) == 2 * (276 + 48)
    assert any("everybody counts twice" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "heads",
    [
        "lunes,martes,miércoles,jueves,viernes,sábado,domingo",
        "pondělí,úterý,středa,čtvrtek,pátek,sobota,neděle",
        "luni,marți,miercuri,joi,vineri,sâmbătă,duminică",
        "maanantai,tiistai,keskiviikko,torstai,perjantai,lauantai,sunnuntai",
        "понеделник,вторник,сряда,четвъртък,петък,събота,неделя",
    ],
)
def test_weekdays_of_other_languages_head_columns(tmp_path: Path, heads: str) -> None:
    text = f"Hour,{heads}\n" + "".join(f"{h},1,2,3,4,5,6,7\n" for h in range(24))
    _, found = counted(tmp_path, text, time_column="Hour", count_column="*")
    assert vehicles(found) == 24  # a Monday


@pytest.mark.parametrize(
    "heads",
    [
        "Mo 13.04.2026;Di 14.04.2026;Mo 20.04.2026",
        "Mon 2026-04-13;Tue 2026-04-14;Mon 2026-04-20",
        "Mon, 13 Apr 2026;Tue, 14 Apr 2026;Mon, 20 Apr 2026",
    ],
)
def test_heads_with_weekdays_and_dates_are_dates(tmp_path: Path, heads: str) -> None:
    text = f"Hour;{heads}\n" + "".join(f"{h};1;50;100\n" for h in range(24))
    _, found = counted(tmp_path, text, time_column="Hour", count_column="*")
    assert vehicles(found) == 24


def test_a_weekday_beside_a_day_without_a_year_is_no_typical_day(tmp_path: Path) -> None:
    text = "Hour;Mo 13.04.;Di 14.04.;Mo 20.04.\n" + "".join(f"{h};1;50;100\n" for h in range(24))
    with pytest.raises(TableError, match="look like days without a year and aren't added"):
        counted(tmp_path, text, time_column="Hour", count_column="*")


def test_hours_of_several_lengths_may_head_columns(tmp_path: Path) -> None:
    text = "Date,0-6,6-10,10-16,16-20,20-24\n2026-04-13,60,80,60,80,40\n"
    _, found = counted(tmp_path, text, time_column="Date", count_column="*")
    by_hour = [*[10] * 6, *[20] * 4, *[10] * 6, *[20] * 4, *[10] * 4]
    assert [one.number for one in found.intervals] == [2 * number for number in by_hour[::2]]


def test_a_date_may_stand_beside_a_time_with_the_same_date(tmp_path: Path) -> None:
    text = "Date,Time,count\n" + "".join(
        f"2026-04-13,2026-04-13 {h:02d}:00,{h}\n" for h in range(24)
    )
    _, found = counted(tmp_path, text, time_column=["Date", "Time"])
    assert vehicles(found) == 276
    other = text.replace("2026-04-13 07", "2026-04-14 07")
    with pytest.raises(TableError, match="two columns hold the day"):
        counted(tmp_path, other, time_column=["Date", "Time"])


@pytest.mark.parametrize(("head", "told"), [("count", True), ("Anzahl", True), ("lane", False)])
def test_counts_in_a_table_of_single_arrivals_are_told(
    tmp_path: Path, head: str, told: bool
) -> None:
    use = {"pattern": "times", "file": "t.csv", "time_column": "time"}
    (tmp_path / "t.csv").write_text(f"time,{head}\n2026-04-13 06:00,12\n2026-04-13 07:00,3\n")
    table = read_table(ObservedArrivals.model_validate(use), tmp_path)
    assert len(table.times) == 2
    assert any("write pattern: counts" in warning for warning in table.warnings) == told


def test_heads_that_begin_like_a_statistic_are_added(tmp_path: Path) -> None:
    text = "time,Cars,Minibuses,Maxi taxis\n"
    text += "".join(f"2026-04-13 {h:02d}:00,1,2,4\n" for h in range(24))
    _, found = counted(tmp_path, text, count_column="*")
    assert vehicles(found) == 24 * 7


def test_a_number_with_a_sign_beside_it_is_no_share(tmp_path: Path) -> None:
    made = book(["time", "count"])
    for hour in range(24):
        made.active.append([datetime(2026, 4, 13, hour), 5])
        made.active.cell(made.active.max_row, 2).number_format = '0" %"'
    _, found = counted(tmp_path, made)
    assert vehicles(found) == 24 * 5
