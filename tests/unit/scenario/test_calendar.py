"""Wall-clock time and elapsed minutes across changes of the clock.

In Helsinki the clock goes from 03:00 to 04:00 on Sunday 29 March 2026 (01:00 UTC) and
from 04:00 back to 03:00 on Sunday 25 October 2026 (01:00 UTC).
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest

from bcpsim.scenario.calendar import Calendar

EVERY_DAY = frozenset(range(7))
DAY = 1440.0
H = 60.0


def helsinki(month: int, day: int, hour: int = 0) -> Calendar:
    return Calendar(datetime(2026, month, day, hour), "Europe/Helsinki")


SPRING = helsinki(3, 29)
AUTUMN = helsinki(10, 25)
PLAIN = helsinki(4, 13)  # a Monday


# --- Single times ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "local", "minutes"),
    [
        (PLAIN, datetime(2026, 4, 13, 6, 30), 6.5 * H),
        (PLAIN, datetime(2026, 4, 12, 23), -H),
        (SPRING, datetime(2026, 3, 29, 2, 59), 179.0),
        (SPRING, datetime(2026, 3, 29, 4), 3 * H),
        (SPRING, datetime(2026, 3, 30), 23 * H),
        (AUTUMN, datetime(2026, 10, 25, 4), 5 * H),
        (AUTUMN, datetime(2026, 10, 26), 25 * H),
        # A time that is skipped moves forward; one that comes twice is the first.
        (SPRING, datetime(2026, 3, 29, 3, 30), 3.5 * H),
        (AUTUMN, datetime(2026, 10, 25, 3, 30), 3.5 * H),
    ],
)
def test_elapsed(calendar, local, minutes):
    assert calendar.elapsed(local) == minutes


@pytest.mark.parametrize(
    ("calendar", "minutes", "local"),
    [
        (PLAIN, 0.5, "2026-04-13T00:00:30+03:00"),
        (SPRING, 179.0, "2026-03-29T02:59:00+02:00"),
        (SPRING, 180.0, "2026-03-29T04:00:00+03:00"),
        (SPRING, 3.5 * H, "2026-03-29T04:30:00+03:00"),
        (AUTUMN, 3.5 * H, "2026-10-25T03:30:00+03:00"),
        (AUTUMN, 4.5 * H, "2026-10-25T03:30:00+02:00"),
        (AUTUMN, 25 * H, "2026-10-26T00:00:00+02:00"),
    ],
)
def test_local(calendar, minutes, local):
    assert calendar.local(minutes).isoformat() == local


@pytest.mark.parametrize("calendar", [PLAIN, SPRING, AUTUMN])
def test_local_and_elapsed_are_inverse_where_the_clock_is_unique(calendar):
    for minutes in range(-1440, 3000, 15):
        local = calendar.local(minutes)
        if not local.fold:
            assert calendar.elapsed(local.replace(tzinfo=None)) == minutes


# --- Daily windows ---------------------------------------------------------------------


def test_a_window_by_day():
    assert PLAIN.daily_window(6 * H, 14 * H, 2 * DAY, EVERY_DAY) == [
        (6 * H, 14 * H),
        (DAY + 6 * H, DAY + 14 * H),
    ]


def test_a_window_over_midnight_that_began_the_day_before():
    assert PLAIN.daily_window(22 * H, 6 * H, DAY, EVERY_DAY) == [(-2 * H, 6 * H), (22 * H, 30 * H)]


def test_an_end_equal_to_the_start_is_a_day_later():
    assert PLAIN.daily_window(6 * H, 6 * H, DAY, EVERY_DAY) == [(-18 * H, 6 * H), (6 * H, 30 * H)]


def test_whole_days_leave_no_gap():
    windows = PLAIN.daily_window(0, DAY, 3 * DAY, EVERY_DAY)
    assert windows == [(0, DAY), (DAY, 2 * DAY), (2 * DAY, 3 * DAY)]


def test_the_start_of_the_run_is_within_a_window():
    calendar = helsinki(4, 13, 8)
    assert calendar.daily_window(6 * H, 14 * H, DAY, EVERY_DAY) == [
        (-2 * H, 6 * H),
        (22 * H, 30 * H),
    ]


def test_windows_that_only_touch_the_horizon_are_left_out():
    assert PLAIN.daily_window(6 * H, 14 * H, 6 * H, EVERY_DAY) == []
    assert helsinki(4, 13, 14).daily_window(6 * H, 14 * H, 16 * H, EVERY_DAY) == []


def test_weekdays_are_those_on_which_the_window_starts():
    sunday, monday = frozenset({6}), frozenset({0})
    assert PLAIN.daily_window(22 * H, 6 * H, 2 * DAY, sunday) == [(-2 * H, 6 * H)]
    assert PLAIN.daily_window(22 * H, 6 * H, 2 * DAY, monday) == [(22 * H, 30 * H)]
    assert PLAIN.daily_window(22 * H, 6 * H, 2 * DAY, frozenset()) == []


@pytest.mark.parametrize(("calendar", "hours"), [(SPRING, 7), (AUTUMN, 9)])
def test_a_night_is_as_long_as_the_clock_makes_it(calendar, hours):
    [night, _] = calendar.daily_window(22 * H, 6 * H, DAY, EVERY_DAY)
    assert night == (-2 * H, (hours - 2) * H)


@pytest.mark.parametrize(("calendar", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_day_is_as_long_as_the_clock_makes_it(calendar, hours):
    windows = calendar.daily_window(0, DAY, 2 * DAY, EVERY_DAY)
    assert windows[:2] == [(0, hours * H), (hours * H, hours * H + DAY)]


def test_windows_at_the_changes_of_the_clock():
    # The hour that is skipped holds no window; the one that comes twice lasts two hours.
    assert SPRING.daily_window(3 * H, 4 * H, 23 * H, EVERY_DAY) == []
    assert AUTUMN.daily_window(3 * H, 4 * H, 25 * H, EVERY_DAY) == [(3 * H, 5 * H)]


@pytest.mark.parametrize("calendar", [PLAIN, SPRING, AUTUMN])
@pytest.mark.parametrize("change", [0, 210, 225, 240, 360])
def test_shifts_that_follow_each_other_never_overlap_nor_leave_a_gap(calendar, change):
    shifts = [
        *calendar.daily_window(change, 12 * H, 3 * DAY, EVERY_DAY),
        *calendar.daily_window(12 * H, change, 3 * DAY, EVERY_DAY),
    ]
    shifts.sort()
    assert [end for _, end in shifts[:-1]] == [start for start, _ in shifts[1:]]
    assert shifts[0][0] <= 0
    assert shifts[-1][1] >= 3 * DAY


# --- Hours -----------------------------------------------------------------------------


def test_hours_of_a_plain_day():
    edges, hours, weekdays = PLAIN.hourly_edges(DAY)
    assert edges == [H * k for k in range(25)]
    assert hours == list(range(24))
    assert weekdays == [0] * 24


def test_hours_of_the_spring_day():
    edges, hours, _ = SPRING.hourly_edges(23 * H)
    assert edges == [H * k for k in range(24)]
    assert hours == [0, 1, 2, *range(4, 24)]


def test_hours_of_the_autumn_day():
    edges, hours, weekdays = AUTUMN.hourly_edges(26 * H)
    assert edges == [H * k for k in range(27)]
    assert hours == [0, 1, 2, 3, 3, *range(4, 24), 0]
    assert weekdays == [6] * 25 + [0]


def test_hours_begin_within_an_hour_and_end_at_the_horizon():
    calendar = Calendar(datetime(2026, 4, 13, 22, 40), "Europe/Helsinki")
    assert calendar.hourly_edges(100.0) == ([0.0, 20.0, 80.0, 100.0], [22, 23, 0], [0, 0, 1])
    assert calendar.hourly_edges(7.5) == ([0.0, 7.5], [22], [0])


def test_hours_from_a_start_that_is_skipped():
    # 03:30 doesn't exist: the run starts at 04:30.
    calendar = Calendar(datetime(2026, 3, 29, 3, 30), "Europe/Helsinki")
    assert calendar.hourly_edges(60.0) == ([0.0, 30.0, 60.0], [4, 5], [6, 6])


def test_hours_from_a_start_that_is_no_quarter():
    calendar = Calendar(datetime(2026, 4, 13, 6, 7, 30), "Europe/Helsinki")
    assert calendar.hourly_edges(2 * H) == ([0.0, 52.5, 112.5, 120.0], [6, 7, 8], [0, 0, 0])


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Asia/Kolkata", datetime(2026, 4, 13)),  # UTC+05:30
        ("Asia/Kathmandu", datetime(2026, 4, 13)),  # UTC+05:45
        ("America/St_Johns", datetime(2026, 4, 13)),  # UTC-02:30 in summer
    ],
)
def test_hours_of_zones_off_the_full_hour(zone, start):
    edges, hours, _ = Calendar(start, zone).hourly_edges(DAY)
    assert edges == [H * k for k in range(25)]
    assert hours == list(range(24))


def test_hours_where_the_clock_changes_by_half_an_hour():
    # Lord Howe Island, 5 April 2026: from 02:00 back to 01:30.
    calendar = Calendar(datetime(2026, 4, 5), "Australia/Lord_Howe")
    edges, hours, _ = calendar.hourly_edges(4 * H)
    assert list(zip(edges, hours, strict=False)) == [(0, 0), (60, 1), (120, 1), (150, 2), (210, 3)]


@pytest.mark.parametrize(
    "zone", ["Europe/Helsinki", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
def test_hours_agree_with_the_clock_all_year(zone):
    calendar = Calendar(datetime(2026, 1, 1), zone)
    edges, hours, weekdays = calendar.hourly_edges(365 * DAY)
    assert len(edges) == len(hours) + 1 == len(weekdays) + 1
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    local = [calendar.local(minutes) for minutes in middles]
    assert [time.hour for time in local] == hours
    assert [time.weekday() for time in local] == weekdays
