"""Plots of long runs: stretches that fit, typical weeks, and what axes say."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from matplotlib.figure import Figure

from bcpsim.report.bins import binned, typical_week
from bcpsim.report.plots import clock_ticks


def hourly(days: float, start: str = "2026-04-13") -> pd.DataFrame:
    """Measures by hour that grow by 1 an hour, from a Monday, in a zone that changes its clock."""
    hours = pd.date_range(start, periods=round(24 * days), freq="h", tz="Europe/Warsaw")
    value = pd.Series(range(len(hours)), dtype=float)
    return pd.DataFrame(
        {
            "variant": "base",
            "measure": "waiting_time",
            "population": "stop=booths",
            "statistic": "mean",
            "hour": hours,
            "estimate": value,
            "low": value - 1,
            "high": value + 2,
        }
    )


@pytest.mark.parametrize(
    ("days", "size", "number"),
    [
        (1, "hour", 24),
        (2.5, "hour", 60),
        (7, "4 hours", 42),
        (10, "4 hours", 60),
        (11, "day", 11),
        (200, "day", 200),
        (364, "week", 52),
    ],
)
def test_stretches_fit_what_is_shown(days: float, size: str, number: int) -> None:
    shown = binned(hourly(days))
    assert (shown.size, len(shown.rows)) == (size, number)


def test_a_day_is_the_mean_of_its_hours_and_of_their_intervals() -> None:
    shown = binned(hourly(14))
    second = shown.rows.iloc[1]
    assert second["hour"] == pd.Timestamp("2026-04-14")
    assert (second["estimate"], second["low"], second["high"]) == (35.5, 34.5, 37.5)
    assert shown.ends == (pd.Timestamp("2026-04-13"), pd.Timestamp("2026-04-27"))


def test_hours_without_a_value_are_left_out_and_a_day_of_none_has_none() -> None:
    rows = hourly(14)
    rows.loc[24:46, ["estimate", "low", "high"]] = math.nan
    rows.loc[48:71, ["estimate", "low", "high"]] = math.nan
    days = binned(rows).rows["estimate"]
    assert days[1] == 47
    assert math.isnan(days[2])


def test_weeks_begin_on_monday_and_the_ends_are_those_of_the_run() -> None:
    shown = binned(hourly(300, "2026-04-15"))  # a Wednesday
    assert shown.rows["hour"].iloc[0] == pd.Timestamp("2026-04-13")
    assert shown.rows["estimate"].iloc[0] == (5 * 24 - 1) / 2
    assert shown.ends[0] == pd.Timestamp("2026-04-15")


def test_a_typical_week_is_the_mean_over_the_weeks() -> None:
    assert typical_week(hourly(13)) is None
    shown = typical_week(hourly(21))
    assert shown is not None
    assert shown.rows["estimate"].tolist() == [168 + hour for hour in range(168)]
    assert shown.rows["hour"].iloc[25] == pd.Timestamp("2001-01-02T01:00")


def test_a_change_of_the_clock_makes_no_other_day() -> None:
    shown = binned(hourly(20, "2026-03-20"))  # the 29th has 23 hours
    assert len(shown.rows) == 21
    assert shown.rows["hour"].is_unique


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (7, ["Mon\n13", "Tue\n14", "Wed\n15", "Thu\n16", "Fri\n17", "Sat\n18", "Sun\n19"]),
        (30, ["Mon\n13 Apr", "Mon\n20 Apr", "Mon\n27 Apr", "Mon\n04 May", "Mon\n11 May"]),
        (364, ["May\n2026", "Jul\n2026", "Sep\n2026", "Nov\n2026", "Jan\n2027", "Mar\n2027"]),
    ],
)
def test_ticks_have_weekdays_or_months(days: int, labels: list[str]) -> None:
    figure = Figure()
    axes = figure.subplots()
    shown = binned(hourly(days))
    axes.plot(shown.rows["hour"], shown.rows["estimate"])
    clock_ticks(axes, *shown.ends, every=4)
    figure.draw_without_rendering()
    texts = [label.get_text() for label in axes.get_xticklabels()]
    assert texts[: len(labels)] == labels
