"""Charts: round axes, marks that fit, and values where they belong."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from bcpsim.report.charts import Bar, Kind, Line, Ticks, bars, lines, time_ticks

TICKS = Ticks((0.0, 0.5), ("00:00", "12:00"))


def numbers(svg: str) -> list[str]:
    return re.findall(r">([\d,.]+)</text>", svg)


@pytest.mark.parametrize(
    ("highest", "marks"),
    [(7, ["0", "2", "4", "6", "8"]), (0.9, ["0", "0.25", "0.5", "0.75", "1"]), (0, ["0", "1"])],
)
def test_axes_are_round(highest: float, marks: list[str]) -> None:
    assert numbers(lines("Wait", "min", [Line("a", (0.0, highest))], TICKS)) == marks


def test_a_gap_in_the_values_is_a_gap_in_the_line() -> None:
    svg = lines("Wait", "min", [Line("a", (1.0, 2.0, math.nan, 4.0, 3.0))], TICKS)
    (path,) = re.findall(r'd="(M[^"]*)" fill="none" stroke="#', svg)
    assert path.count("M") == 2


def test_a_bar_is_as_long_as_its_value() -> None:
    kinds = [Kind("Wait", "#111111"), Kind("Service", "#222222")]
    svg = bars("Time", "min", [Bar("a", ((0, 3.0), (1, 1.0)))], kinds)
    sizes = {
        colour: float(width)
        for width, colour in re.findall(r'width="([\d.]+)" height="16" fill="(#\d+)"', svg)
    }
    assert sizes["#111111"] == pytest.approx(3 * sizes["#222222"], rel=0.01)


def test_the_words_for_many_kinds_stay_inside_the_picture() -> None:
    kinds = [Kind(f"Waiting for reason {k}", "#111111") for k in range(9)]
    svg = bars("Time", "min", [Bar("a", ((0, 3.0),))], kinds)
    (width,) = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ', svg))
    places = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>Waiting', svg)
    assert len(places) == 9
    assert all(float(x) + 6 * len("Waiting for reason 0") <= width for x, _ in places)
    assert len({y for _, y in places}) > 1


@pytest.mark.parametrize(
    ("days", "first", "count"),
    [(1, "00:00", 7), (7, "Mon 13", 8), (30, "13 Apr", 5), (365, "Jun 2026", 6)],
)
def test_marks_of_time_fit_its_length(days: int, first: str, count: int) -> None:
    start = pd.Timestamp("2026-04-13", tz="Europe/Warsaw")
    ticks = time_ticks(start, start + pd.Timedelta(days=days))
    assert ticks.labels[0] == first
    assert len(ticks.labels) == count


def test_a_wide_interval_does_not_flatten_the_means() -> None:
    wide = Line("a", (5.0, 10.0), (4.0, 0.0), (6.0, 500.0))
    assert float(numbers(lines("Wait", "min", [wide], TICKS))[-1]) <= 20
    narrow = Line("a", (5.0, 10.0), (4.0, 9.0), (6.0, 11.0))
    assert float(numbers(lines("Wait", "min", [narrow], TICKS))[-1]) >= 11


def test_words_of_an_axis_do_not_run_into_one_another() -> None:
    months = Ticks((0.0, 0.5, 0.93, 0.99), ("May 2027", "Jul 2027", "Sep 2027", "Nov 2027"))
    svg = lines("Wait", "min", [Line("a", (1.0, 2.0))], months)
    assert "Sep 2027" in svg
    assert "Nov 2027" not in svg
