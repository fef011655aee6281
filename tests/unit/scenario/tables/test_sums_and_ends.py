"""Counts whose tables also hold sums, years and statistics, or say when intervals end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.tables import Coverage, Horizon, TableError, cover, read_table
from bcpsim.scenario.traffic import CountedArrivals, TimetableArrivals

HORIZON = Horizon(Calendar(datetime(2026, 4, 13), "Europe/Warsaw"), 1440.0)
HOURS = range(24)
DAY = sum(HOURS)
"""Vehicles of a day with as many in each hour as its number says."""


def counted(tmp_path: Path, content: str, **use: Any) -> Coverage:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    field = CountedArrivals.model_validate({"pattern": "counts", "file": "t.csv", **use})
    return cover(field, read_table(field, tmp_path), HORIZON)


def by_hour(found: Coverage) -> list[float]:
    """Return how many come in each hour of Monday."""
    numbers = [0.0] * 24
    for one in found.intervals:
        for hour in HOURS:
            shared = min(one.end, 60 * hour + 60) - max(one.start, 60 * hour)
            numbers[hour] += one.number * max(shared, 0) / (one.end - one.start)
    return [round(number, 6) for number in numbers]


def lines(head: str, *rows: str) -> str:
    return "\n".join([head, *rows]) + "\n"


def hourly(head: str, row: str) -> str:
    """Return a table with a row for each hour h of Monday."""
    return lines(head, *(row.format(h=h, h1=h + 1, h2=2 * h, h3=3 * h) for h in HOURS))


WIDE = {"time_column": "Date", "count_column": "*"}


@pytest.mark.parametrize(
    ("heads", "more"),
    [
        ([str(h) for h in HOURS], {"24h": DAY}),
        ([str(h + 1) for h in HOURS], {"24h": DAY}),
        ([f"{h:02d}" for h in HOURS], {"16h": sum(range(6, 22)), "24h": DAY}),
        ([f"{h:02d}:00" for h in HOURS], {"24:00": DAY}),
        ([f"{h:02d}-{h + 1:02d}" for h in HOURS], {"06-22": sum(range(6, 22)), "00-24": DAY}),
    ],
)
def test_a_column_for_many_hours_is_their_sum(
    tmp_path: Path, heads: list[str], more: dict[str, int]
) -> None:
    head = ",".join(["Date", *heads, *more])
    row = ",".join(["2026-04-13", *map(str, HOURS), *map(str, more.values())])
    assert by_hour(counted(tmp_path, lines(head, row), **WIDE)) == list(HOURS)


@pytest.mark.parametrize(
    "more",
    [
        {"0-24": DAY},
        {"06-22": sum(range(6, 22)), "22-06": 15 + 22 + 23},
        {"06-22": sum(range(6, 22)), "00-24": DAY},
    ],
)
def test_a_row_for_many_hours_is_their_sum(tmp_path: Path, more: dict[str, int]) -> None:
    rows = [f"2026-04-13,{h}-{h + 1},{h}" for h in HOURS]
    rows += [f"2026-04-13,{hours},{number}" for hours, number in more.items()]
    content = lines("date,hour,count", *rows)
    assert by_hour(counted(tmp_path, content, time_column=["date", "hour"])) == list(HOURS)


def test_a_night_is_the_sum_of_two_days(tmp_path: Path) -> None:
    days = [f"2026-04-{day},{h}-{h + 1},{h}" for day in (13, 14) for h in HOURS]
    content = lines("date,hour,count", *days, f"2026-04-13,22-06,{22 + 23 + 15}")
    assert by_hour(counted(tmp_path, content, time_column=["date", "hour"])) == list(HOURS)


def test_a_row_at_24_beside_0_is_the_sum_of_its_day(tmp_path: Path) -> None:
    rows = [f"2026-04-13,{h},{h}" for h in HOURS]
    content = lines("date,hour,count", *rows, f"2026-04-13,24h,{DAY}")
    assert by_hour(counted(tmp_path, content, time_column=["date", "hour"])) == list(HOURS)


def test_a_range_that_holds_others_and_is_not_their_sum_is_refused(tmp_path: Path) -> None:
    content = lines("time,count", "06-07,5", "07-08,6", "06-08,12")
    assert counted(tmp_path, content, time_column="time").problems == (
        "t.csv:4: 06:00-08:00 holds 06:00-07:00 of line 2, and isn't the sum of what it holds: "
        "everybody would count twice; leave one of them out",
    )


@pytest.mark.parametrize(
    ("head", "row", "of_an_hour"),
    [
        ("Cars,Lorries,All vehicles,of which buses", "{h},1,{h1},1", lambda h: h + 1),
        ("Pkw,Lkw,Kfz gesamt,davon Bus", "{h},1,{h1},1", lambda h: h + 1),
        ("Trucks,Cars total,Cars EU,Cars non-EU", "1,{h3},{h},{h2}", lambda h: 3 * h + 1),
        ("Cars,Trucks,Cars + trucks,Buses", "{h},1,{h1},2", lambda h: h + 3),
        ("Total cars,Trucks", "{h},1", lambda h: h + 1),
        ("Summit lane,Sumy", "{h},1", lambda h: h + 1),
        ("Cars,Lanes all", "{h},{h3}", lambda h: 4 * h),
    ],
)
def test_columns_that_add_up_others_are_left_out(
    tmp_path: Path, head: str, row: str, of_an_hour: Any
) -> None:
    content = hourly(f"time,{head}", f"2026-04-13 {{h:02d}}:00,{row}")
    assert by_hour(counted(tmp_path, content, count_column="*")) == [of_an_hour(h) for h in HOURS]


def test_a_total_that_is_no_sum_of_what_is_read_is_told(tmp_path: Path) -> None:
    content = hourly("time,Cars,Total", "2026-04-13 {h:02d}:00,{h},{h3}")
    found = counted(tmp_path, content, count_column="*")
    assert by_hour(found) == list(HOURS)
    assert found.warnings == (
        "t.csv: line 3: Total is 3, and what is read is 1; if it is meant, write "
        "count_column: Total",
    )


def test_days_are_never_the_sum_of_other_days(tmp_path: Path) -> None:
    content = hourly("hour,2026-04-13,2026-04-14,2026-04-15", "{h},{h2},{h},{h3}")
    found = counted(tmp_path, content, time_column="hour", count_column="*")
    assert by_hour(found) == [2 * h for h in HOURS]


@pytest.mark.parametrize(
    ("heads", "what"),
    [
        ("FY25,FY26", "years"),
        ("2025/26,2026/27", "years"),
        ("enero,febrero", "months"),
        ("huhtikuu,toukokuu", "months"),
        ("Q1,Q2", "quarters"),
        ("summer,winter", "seasons"),
        ("workday,holiday", "kinds of days"),
        ("Day 1,Day 2", "numbers of days"),
        ("Cars,V85 km/h", "'V85 km/h' says something of others"),
        ("P50,P85", "'P50' says something of others"),
        ("Cars,Std dev", "'Std dev' says something of others"),
        ("cars,%HGV", "'%HGV' says something of others"),
        ("Cars,Cars (prev. year)", r"'Cars \(prev. year\)' says something of others"),
        ("Forecast,Actual", "'Forecast' says something of others"),
    ],
)
def test_other_columns_are_not_added(tmp_path: Path, heads: str, what: str) -> None:
    content = hourly(f"time,{heads}", "{h:02d}:00,{h},1")
    with pytest.raises(TableError, match=what):
        counted(tmp_path, content, count_column="*")


def test_words_are_no_counts(tmp_path: Path) -> None:
    content = hourly("time,Station,count", "2026-04-13 {h:02d}:00,North,{h}")
    assert by_hour(counted(tmp_path, content, count_column="*")) == list(HOURS)


@pytest.mark.parametrize("head", ["year", "time"])
@pytest.mark.parametrize("years", [("2024", "2025", "2026"), ("2026",)])
def test_years_are_no_times_of_day(tmp_path: Path, head: str, years: tuple[str, ...]) -> None:
    content = lines(f"{head},count", *(f"{year},8760" for year in years))
    with pytest.raises(TableError, match="seems to hold years"):
        counted(tmp_path, content, time_column=head)


def test_clocks_without_a_mark_are_no_years(tmp_path: Path) -> None:
    content = hourly("time,count", "{h:02d}00,{h}")
    assert by_hour(counted(tmp_path, content)) == list(HOURS)


@pytest.mark.parametrize("head", ["week", "KW"])
def test_weeks_without_a_year_are_no_hours(tmp_path: Path, head: str) -> None:
    with pytest.raises(TableError, match="weeks without a year; expected weeks such as 2026-W16"):
        counted(tmp_path, lines(f"{head},count", "16,168", "17,168"), time_column=head)


@pytest.mark.parametrize(
    "rows",
    [
        ["2026-04,300", "2026-05,310"],
        ["04/2026,300", "05/2026,310"],
        ["April 2026,300", "May 2026,310"],
        ["abril 2026,300", "mayo 2026,310"],
    ],
)
def test_months_have_all_of_their_days(tmp_path: Path, rows: list[str]) -> None:
    [day, *_] = counted(tmp_path, lines("time,count", *rows)).intervals
    assert (day.start, day.end, round(day.number, 6)) == (0, 1440, 10)


def test_a_year_and_a_month_in_two_columns(tmp_path: Path) -> None:
    content = lines("Year,Month,count", "2026,3,310", "2026,4,300")
    [day, *_] = counted(tmp_path, content, time_column=["Year", "Month"]).intervals
    assert round(day.number, 6) == 10


CLOCKS = ["12-1", *(f"{h}-{h + 1}" for h in range(1, 12))]


@pytest.mark.parametrize("last", [False, True])
def test_the_half_of_the_day_holds_for_both_ends(tmp_path: Path, last: bool) -> None:
    halves = [*(f"{clock} am" for clock in CLOCKS), *(f"{clock} pm" for clock in CLOCKS)]
    if last:  # of the end: 11 am to 12 pm, which is noon
        halves[11], halves[23] = "11-12 pm", "11-12 am"
    rows = [f"{clock},{h}" for h, clock in enumerate(halves)]
    assert by_hour(counted(tmp_path, lines("time,count", *rows))) == list(HOURS)


@pytest.mark.parametrize("time_column", ["from", ["from", "to"]])
@pytest.mark.parametrize("day", ["", "2026-04-13 "])
def test_ends_in_a_column_of_their_own(tmp_path: Path, time_column: Any, day: str) -> None:
    end = "2026-04-14 00:00" if day else "24:00"
    rows = [f"{day}00:00,{day}06:00,60", f"{day}06:00,{day}10:00,80", f"{day}10:00,{end},140"]
    found = counted(tmp_path, lines("from,to,count", *rows), time_column=time_column)
    assert by_hour(found) == [10.0] * 6 + [20.0] * 4 + [10.0] * 14
    assert "without" not in " ".join(found.notes)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("time", "{h:02d}:59"),
        ("time", "2026-04-13 {h:02d}:59"),
        ("time", "2026-04-13 {h:02d}:59:59"),
        ("hour ending", "{h1}:00"),
        ("bis", "{h1}:00"),
    ],
)
def test_times_at_which_intervals_end(tmp_path: Path, head: str, row: str) -> None:
    content = hourly(f"{head},count", row + ",{h}").replace("\n24:00,", "\n0:00,")
    assert by_hour(counted(tmp_path, content, time_column=head)) == list(HOURS)


def test_last_minutes_of_quarters(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {h:02d}:{q:02d},{h}" for h in HOURS for q in (14, 29, 44, 59)]
    assert by_hour(counted(tmp_path, lines("time,count", *rows))) == [4 * h for h in HOURS]


def test_flow_rates_of_shorter_intervals_are_refused(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {h:02d}:{q:02d},{h}" for h in HOURS for q in (0, 15, 30, 45)]
    with pytest.raises(TableError, match="'veh/h' looks like a number per hour"):
        counted(tmp_path, lines("time,veh/h", *rows), count_column="veh/h")
    content = hourly("time,veh/h", "2026-04-13 {h:02d}:00,{h}")
    assert by_hour(counted(tmp_path, content, count_column="veh/h")) == list(HOURS)


def test_a_weekday_beside_a_date_is_checked(tmp_path: Path) -> None:
    content = hourly("Datum,Tag,Stunde,count", "13.04.2026,Di,{h},{h}")
    with pytest.raises(TableError, match="2026-04-13 is a Monday, and another column says another"):
        counted(tmp_path, content, time_column=["Datum", "Tag", "Stunde"])
    found = counted(tmp_path, content, time_column=["Datum", "Stunde"])
    assert found.warnings == (
        "t.csv: line 2: Tag says Di, and 2026-04-13 is a Monday: the date counts",
    )


@pytest.mark.parametrize(
    "time",
    [
        "46125.{part:06d}",
        "20260413{h:02d}00",
        "13 de abril de 2026 {h}:00",
        "13.4.2026 klo {h}.00",
        "2026. 04. 13. {h}:00",
        "Mon Apr 13 {h:02d}:00:00 2026",
    ],
)
def test_other_forms_of_dates(tmp_path: Path, time: str) -> None:
    rows = [f"{time.format(h=h, part=round(h / 24 * 1e6))},{h}" for h in HOURS]
    assert by_hour(counted(tmp_path, lines("time,count", *rows))) == list(HOURS)


def test_rows_for_several_weekdays_stand_for_each(tmp_path: Path) -> None:
    rows = [f"{day},{h},{n}" for day, n in (("Mo-Fr", 1), ("Sa", 2), ("So", 3)) for h in HOURS]
    content = lines("Tag,Stunde,count", *rows)
    found = counted(tmp_path, content, time_column=["Tag", "Stunde"])
    assert by_hour(found) == [1.0] * 24


@pytest.mark.parametrize("day", ["13.04.2026", "Montag, 13.04.2026", "Montag"])
def test_a_date_alone_in_a_row_is_that_of_the_rows_below(tmp_path: Path, day: str) -> None:
    after = "14.04.2026" if "." in day else "Dienstag"
    content = lines(
        "time;count",
        f"{day};",
        *(f"{h};{h}" for h in HOURS),
        f"{after};",
        *(f"{h};9" for h in HOURS),
    )
    assert by_hour(counted(tmp_path, content)) == list(HOURS)


@pytest.mark.parametrize("row", ["Total,,{}", "2026-04-13,Total,{}", "2026-04-13 Total,,{}"])
def test_totals_of_days_are_left_out(tmp_path: Path, row: str) -> None:
    rows = [f"2026-04-13,{h},{h}" for h in HOURS]
    content = lines("date,hour,count", *rows, row.format(DAY))
    assert by_hour(counted(tmp_path, content, time_column=["date", "hour"])) == list(HOURS)


def test_units_below_the_header_are_told(tmp_path: Path) -> None:
    content = hourly("time,count", "2026-04-13 {h:02d}:00,{h}").replace(
        "\n", "\n[local],[veh]\n", 1
    )
    found = counted(tmp_path, content)
    assert by_hour(found) == list(HOURS)
    assert "t.csv: row 2 has units and isn't read" in found.notes


def test_a_whole_day_among_hours_is_their_sum(tmp_path: Path) -> None:
    rows = [f"2026-04-13 {h:02d}:00,{h}" for h in HOURS]
    content = lines("time,count", *rows, f"2026-04-13 00:00-24:00,{DAY}")
    assert by_hour(counted(tmp_path, content)) == list(HOURS)


def test_a_service_in_a_stretch_of_time_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("date,time,seats\n2026-04-13,23:30-1,100\n", encoding="utf-8")
    use = TimetableArrivals.model_validate(
        {"pattern": "timetable", "file": "t.csv", "time_column": ["date", "time"]}
    )
    with pytest.raises(TableError, match="'23:30-1' looks like a stretch of time"):
        read_table(use, tmp_path)


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (
            "time,seats,status\n08:00,9,Cancelled\n09:00,9,Cancelled\n10:00,9,Landed\n",
            "rows of every status are read (Cancelled, Landed); where: {status: Landed} takes some",
        ),
        (
            "time,seats,Storno\n08:00,9,X\n09:00,9,\n",
            "rows of every Storno are read (X, nothing); where: {Storno: ''} takes some",
        ),
        (
            "time,seats,codeshare\n08:00,9,\n08:00,9,LO1\n",
            "row 3: 'codeshare' names another service; one that is sold under several numbers is "
            "counted several times; where: {codeshare: ''} takes the others",
        ),
    ],
)
def test_services_that_do_not_run_by_themselves_are_told(
    tmp_path: Path, content: str, warning: str
) -> None:
    dated = content.replace("\n0", "\n2026-04-13 0").replace("\n1", "\n2026-04-13 1")
    (tmp_path / "t.csv").write_text(dated, encoding="utf-8")
    use = TimetableArrivals.model_validate({"pattern": "timetable", "file": "t.csv"})
    assert read_table(use, tmp_path).warnings == (f"t.csv: {warning}",)


def test_durations_with_frequencies_count_as_often(tmp_path: Path) -> None:
    def minutes(content: str) -> tuple[float, ...]:
        (tmp_path / "d.csv").write_text(content, encoding="utf-8")
        use = Empirical.model_validate(
            {"distribution": "empirical", "file": "d.csv", "column": "s", "unit": "s"}
        )
        return read_table(use, tmp_path).durations

    assert minutes("s,frequency\n60,1\n120,3\n") == (1.0, 2.0, 2.0, 2.0)
    assert minutes("s,n\n60,4\n120,7\n") == (1.0, 2.0)  # it may be a number of the row


@pytest.mark.parametrize(
    ("heads", "rows", "number"),
    [
        ("Cars,Bus,Vehicles", ["1,0,1", "2,0,2", "3,0,3"], 1),  # one of two that are equal
        ("Lane 1,Lane 2,Lane 3", ["1,0,1", "2,0,2", "3,0,3"], 2),
        ("Lane 1,Lane 2,Lane 3", ["1,1,2", "2,2,4", "3,3,6"], 4),  # by accident
        ("Lane 1,Lane 2,Lane 3", ["1,2,3", "4,1,5", "2,2,4"], 3),
        ("All-terrain,Car,Bus", ["3,1,2", "0,0,0", "0,0,0"], 6),
        ("Including NEXUS,Excluding NEXUS", ["3,1", "2,1", "4,1"], 4),
        ("Max-Planck-Str.,Lane B", ["1,2", "1,2", "1,2"], 3),
        ("Speed lane,Waiting room exit,Last lane", ["1,2,4", "1,2,3", "1,2,1"], 7),
    ],
)
def test_what_only_looks_like_a_sum_is_added(
    tmp_path: Path, heads: str, rows: list[str], number: int
) -> None:
    content = lines(f"time,{heads}", *(f"{h:02d}:00,{row}" for h, row in enumerate(rows)))
    assert by_hour(counted(tmp_path, content, count_column="*"))[0] == number


def test_a_column_that_may_hold_the_others_is_told(tmp_path: Path) -> None:
    content = hourly("time,All vehicles,Cars,Trucks", "{h:02d}:00,{h3},{h},1")
    content = content.replace("00:00,0,0,1", "00:00,1,0,1").replace("01:00,3,1,1", "01:00,4,1,1")
    assert counted(tmp_path, content, count_column="*").warnings == (
        "t.csv: All vehicles is never less than the other columns together: if it holds them, name "
        "the columns that are meant: count_column: [...]",
    )


@pytest.mark.parametrize("names", ["Max-Planck-Str.", "Peak", "Total"])
def test_rows_that_are_chosen_are_no_sums(tmp_path: Path, names: str) -> None:
    rows = [f"{street},Mon,{n}" for street, n in ((names, 240), ("Main street", 24))]
    found = counted(
        tmp_path,
        lines("street,day,count", *rows),
        time_column="day",
        where={"street": [names, "Main street"]},
    )
    assert by_hour(found)[0] == 11


@pytest.mark.parametrize(
    ("heads", "row", "right"),
    [
        ("Mon,Tue,Wed,Thu,Fri,Sat,Sun,Mon-Fri,Weekend", "1,2,3,4,5,6,7,15,13", 1),
        ("Mo-Fr,Sa,So,Mo-So", "1,2,3,6", 1),
    ],
)
def test_sums_of_weekdays_are_left_out(tmp_path: Path, heads: str, row: str, right: float) -> None:
    content = lines(f"hour,{heads}", *(f"{h},{row}" for h in HOURS))
    assert by_hour(counted(tmp_path, content, time_column="hour", count_column="*"))[0] == right
    pairs = zip(heads.split(","), row.split(","), strict=True)
    down = lines("day,hour,count", *(f"{day},{h},{n}" for day, n in pairs for h in HOURS))
    assert by_hour(counted(tmp_path, down, time_column=["day", "hour"]))[0] == right


def test_a_weekday_in_two_stretches_is_refused(tmp_path: Path) -> None:
    content = lines("hour,Mon-Fri,Mon-Sun", *(f"{h},1,2" for h in HOURS))
    with pytest.raises(TableError, match="are of the same weekdays, which would count twice"):
        counted(tmp_path, content, time_column="hour", count_column="*")


@pytest.mark.parametrize(
    "head", ["HE", "to time", "Stunde bis", "godz. do", "Hora fin", "EndTime", "Time (to)"]
)
def test_heads_that_say_end(tmp_path: Path, head: str) -> None:
    content = hourly(f"Date,{head},count", "2026-04-13,{h1}:00,{h}")
    content = content.replace(",24:00,", ",0:00,")
    assert by_hour(counted(tmp_path, content, time_column=["Date", head])) == list(HOURS)


@pytest.mark.parametrize("head", ["Time in West End", "Weekend time", "Bend"])
def test_heads_that_do_not_say_end(tmp_path: Path, head: str) -> None:
    content = hourly(f"{head},count", "{h}:00,{h}")
    assert by_hour(counted(tmp_path, content, time_column=head)) == list(HOURS)


@pytest.mark.parametrize("head", ["to", "Shift end", "until"])
def test_what_would_overlap_is_no_end(tmp_path: Path, head: str) -> None:
    content = hourly(f"time,{head},count", "{h}:00,12:00,{h}")
    assert by_hour(counted(tmp_path, content, time_column="time")) == list(HOURS)


def test_kinds_of_rows_have_ranges_of_their_own(tmp_path: Path) -> None:
    rows = ["car,0-12,12", "car,12-24,12", "bus,0-6,6", "bus,6-24,18"]
    found = counted(tmp_path, lines("kind,time,count", *rows), where={"kind": ["car", "bus"]})
    assert by_hour(found) == [2.0] * 24


def test_a_counter_may_count_from_any_minute(tmp_path: Path) -> None:
    content = hourly("time,count", "2026-04-13 {h:02d}:04,{h}")
    assert counted(tmp_path, content).intervals[0].start == 4


@pytest.mark.parametrize("head", ["ISO week", "Week nr", "Day", "Wochentag"])
def test_numbers_of_days_and_weeks_are_no_hours(tmp_path: Path, head: str) -> None:
    with pytest.raises(TableError, match=r"expected (weeks|dates) such as"):
        counted(tmp_path, lines(f"{head},count", "1,10", "2,20"), time_column=head)


def test_months_without_a_mark(tmp_path: Path) -> None:
    [day, *_] = counted(tmp_path, lines("time,count", "202604,300", "202605,310")).intervals
    assert round(day.number, 6) == 10
