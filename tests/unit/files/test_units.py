"""Quantities with units: what is read, what is refused and in which words."""

from __future__ import annotations

import re
from time import process_time

import pytest

from bcpsim.files.units import (
    format_duration,
    parse_clock,
    parse_duration,
    parse_floor,
    parse_rate,
    parse_share,
    written_out,
)

DURATION = "write '90 s', '2 min' or '1.5 h'"
RATE = "write '40/h', '2/min' or '900/d'"
CLOCK = "write '06:00' to '24:00'"


def exactly(message: str) -> str:
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90 s", 1.5),
        ("90s", 1.5),
        ("30 sec", 0.5),
        ("1 second", 1 / 60),
        ("2 min", 2.0),
        ("1 minute", 1.0),
        ("  2   minutes ", 2.0),
        ("1.5 h", 90.0),
        (".5 h", 30.0),
        ("1. hour", 60.0),
        ("1e1 min", 10.0),
        ("2 d", 2880.0),
        ("1 day", 1440.0),
        ("3 days", 4320.0),
        ("1 h 30 min", 90.0),
        ("1h30min", 90.0),
        ("1 d 2 h 3 min 30 s", 1563.5),
        ("0", 0.0),
        ("0.0", 0.0),
        ("-0", 0.0),
        ("0 s", 0.0),
    ],
)
def test_durations(text, minutes):
    assert parse_duration(text) == minutes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("90", f"'90' has no unit; {DURATION}"),
        (" 1.5 ", f"'1.5' has no unit; {DURATION}"),
        ("9\u06600 s", f"'9\u06600 s' is no duration; {DURATION}"),  # an Arabic zero
        ("1:30", f"'1:30' is no duration; {DURATION}"),
        ("", f"'' is no duration; {DURATION}"),
        ("   ", f"'   ' is no duration; {DURATION}"),
        ("soon", f"'soon' is no duration; {DURATION}"),
        ("15 %", f"'15 %' is no duration; {DURATION}"),
        ("1 h 30", f"'1 h 30' is no duration; {DURATION}"),
        ("1 h -5 min", f"'1 h -5 min' is no duration; {DURATION}"),
        ("1,5 h", f"'1,5 h' is no duration; {DURATION}, with a decimal point"),
        ("40/h", f"'40/h' is a rate; expected a duration: {DURATION}"),
        ("40 per h", f"'40 per h' is a rate; expected a duration: {DURATION}"),
        ("120 m", f"'120 m' is no duration: 'm' is no unit of time; {DURATION}"),
        ("1.2 km", f"'1.2 km' is no duration: 'km' is no unit of time; {DURATION}"),
        ("5 Min", f"'5 Min' is no duration: 'Min' is no unit of time; {DURATION}"),
        ("-5 min", "'-5 min' must not be negative"),
        ("1e999 s", "'1e999 s' must be finite"),
        ("1e308 d", "'1e308 d' must be finite"),
        ("11000 d", "'11000 d' is longer than ten years, the longest duration"),
        ("+2 min", "'+2 min' has a plus sign; write the value itself"),
        ("nan", "expected a finite number with a unit, found 'nan'"),
        ("-inf", "expected a finite number with a unit, found '-inf'"),
        ("nan s", f"'nan s' is no duration; {DURATION}"),
        ("inf h", f"'inf h' is no duration; {DURATION}"),
    ],
)
def test_no_durations(text, message):
    with pytest.raises(ValueError, match=exactly(message)):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "per_minute"),
    [
        ("40/h", 40 / 60),
        ("40 / h", 40 / 60),
        ("40 per h", 40 / 60),
        ("40 per hour", 40 / 60),
        ("2/min", 2.0),
        ("0.5/s", 30.0),
        ("900/d", 0.625),
        ("1440 per day", 1.0),
        ("0", 0.0),
        ("0/h", 0.0),
    ],
)
def test_rates(text, per_minute):
    assert parse_rate(text) == pytest.approx(per_minute, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("40", f"'40' has no unit; {RATE}"),
        ("2 h", f"'2 h' is a duration; expected a rate: {RATE}"),
        ("40/week", f"'40/week' is no rate: 'week' is no unit of time; {RATE}"),
        ("40/", f"'40/' is no rate; {RATE}"),
        ("40perh", f"'40perh' is no rate; {RATE}"),
        ("", f"'' is no rate; {RATE}"),
        ("-40/h", "'-40/h' must not be negative"),
        ("1e308/s", "'1e308/s' is higher than 1000000000/min, the highest rate"),
        ("+5/h", "'+5/h' has a plus sign; write the value itself"),
        ("inf", "expected a finite number with a unit, found 'inf'"),
    ],
)
def test_no_rates(text, message):
    with pytest.raises(ValueError, match=exactly(message)):
        parse_rate(text)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("15 %", 0.15),
        ("15%", 0.15),
        (" 2.5 % ", 0.025),
        ("100 %", 1.0),
        ("0.15", 0.15),
        ("1e-3", 0.001),
        ("0", 0.0),
        ("1", 1.0),
    ],
)
def test_shares(text, share):
    assert parse_share(text) == share


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("15", "'15' is more than 100 %; expected 0 to 100 % (did you mean '15 %'?)"),
        ("101 %", "'101 %' is more than 100 %; expected 0 to 100 %"),
        ("1500", "'1500' is more than 100 %; expected 0 to 100 %"),
        ("-5 %", "'-5 %' must not be negative"),
        ("40/h", "'40/h' is no share; write '15 %' or 0.15"),
        ("% 15", "'% 15' is no share; write '15 %' or 0.15"),
        ("nan", "'nan' is no share; write '15 %' or 0.15"),
        ("", "'' is no share; write '15 %' or 0.15"),
        ("1e999 %", "'1e999 %' must be finite"),
    ],
)
def test_no_shares(text, message):
    with pytest.raises(ValueError, match=exactly(message)):
        parse_share(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("00:00", 0), ("6:05", 365), (" 22:00 ", 1320), ("23:59", 1439), ("24:00", 1440)],
)
def test_clock_times(text, minutes):
    assert parse_clock(text) == minutes


@pytest.mark.parametrize(
    "text", ["24:01", "25:00", "12:60", "7:5", "7", "07:00:00", "-1:00", "7 am", "", "0"]
)
def test_no_clock_times(text):
    with pytest.raises(ValueError, match=exactly(f"{text!r} is no wall-clock time; {CLOCK}")):
        parse_clock(text)


@pytest.mark.parametrize("parse", [parse_duration, parse_rate, parse_share, parse_clock])
@pytest.mark.parametrize("text", ["1" * 100_000 + "!", "1" + " " * 100_000 + "!"])
def test_a_long_text_is_refused_quickly(parse, text):
    begin = process_time()
    with pytest.raises(ValueError, match="is no"):
        parse(text)
    assert process_time() - begin < 5


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0.0, "0 min"),
        (0.5, "30 s"),
        (1 / 3, "20 s"),
        (1.5, "90 s"),
        (2.0, "2 min"),
        (12.5, "12.5 min"),
        (60.0, "1 h"),
        (90.0, "1 h 30 min"),
        (1439.9, "24 h"),
        (1440.0, "24 h"),
        (1500.0, "25 h"),
        (2880.0, "2 days"),
        (10080.0, "7 days"),
    ],
)
def test_durations_for_people(minutes, text):
    assert format_duration(minutes) == text


@pytest.mark.parametrize("minutes", [0.5, 1.5, 2.0, 12.5, 60.0, 90.0, 1440.0, 2880.0])
def test_durations_for_people_read_back(minutes):
    assert parse_duration(format_duration(minutes)) == minutes


@pytest.mark.parametrize(("text", "space"), [("240 m2", 240.0), ("2.5m²", 2.5), (" 1e3 m2 ", 1e3)])
def test_floor_space(text: str, space: float) -> None:
    assert parse_floor(text) == space


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("240", "'240' is no floor space; write '240 m2'"),
        ("240 m", "'240 m' is no floor space; write '240 m2'"),
        ("0 m2", "'0 m2' must be greater than 0"),
        ("-1 m2", "'-1 m2' must not be negative"),
        ("1e999 m2", "'1e999 m2' must be finite"),
    ],
)
def test_what_is_no_floor_space(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=exactly(message)):
        parse_floor(text)


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [
        (1564.2, 3, "1,564"),
        (351.4, 3, "351"),
        (36.44, 3, "36.4"),
        (0.1167, 3, "0.117"),
        (24.0, 6, "24"),
        (1_234_567.0, 4, "1,234,567"),
        (0.0, 3, "0"),
        (-2.5, 3, "-2.5"),
        (float("nan"), 3, "nan"),
    ],
)
def test_numbers_are_written_out_for_people(value: float, figures: int, text: str) -> None:
    assert written_out(value, figures) == text
