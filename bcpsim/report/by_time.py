"""Waits, queues, arrivals and officers by the clock, as figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bcpsim.errors import visible
from bcpsim.kpi import Row
from bcpsim.report.bins import Binned, binned, fullest, typical_week
from bcpsim.report.charts import Line, legend, lines, time_ticks
from bcpsim.report.document import Column, Estimate, Figure, Heading, Part, Sentence, Table
from bcpsim.report.told import Told, Way

if TYPE_CHECKING:
    import pandas as pd

_BANDS = 3
"""Ways of working up to which bands of intervals are drawn."""


def waits_by_time(told: Told) -> Iterator[Part]:
    """Yield arrivals, waits and queues by the clock."""
    if told.hourly is None:
        return
    yield Heading("Demand, waits and queues by the clock")
    stops = _most(told, told.populations("stop"), "waiting_time")
    for title, clock in _clocks(told):
        note = _note(told, clock)
        yield Sentence(f"{title} {note}")
        if len(told.ways) > 1:
            names = [way.title for way in told.ways]
            yield Figure("Ways of working", legend(names))
        shown: list[tuple[str, str, str]] = [("arrivals", "all", "total")]
        for stop in stops:
            shown += [("waiting_time", stop, "mean"), ("queue_length", stop, "mean")]
        for measure, population, statistic in shown:
            figure = _figure(told, clock, Row(measure, population, statistic))
            if figure is not None:
                yield figure


def officers_by_time(told: Told) -> Iterator[Part]:
    """Yield who is on duty and who is busy, by group, as a roster shows it."""
    if told.hourly is None:
        return
    teams = told.populations("officers") or told.populations("agency")
    teams = _most(told, teams, "utilisation")
    clock = binned(told.hourly)
    yield Sentence(
        "On duty: lines in steps; busy: lines with the bands of their intervals. Where the two "
        "meet, the officers are the bottleneck."
    )
    for team in teams:
        drawn: list[Line] = []
        columns: list[tuple[Column, Line]] = []
        for number, way in enumerate(told.ways):
            duty = _line(clock, way, Row("officers_on_duty", team, "mean"), number)
            busy = _line(clock, way, Row("officers_busy", team, "mean"), number)
            if duty is None or busy is None:
                continue
            name = way.title
            several = f", {name}" if len(told.ways) > 1 else ""
            colour = number if several else None
            drawn.append(Line("On duty", duty.values, steps=True, colour=colour))
            band = len(told.ways) <= _BANDS and not several
            drawn.append(
                Line(busy.name, busy.values, busy.low, busy.high)
                if band
                else Line(busy.name, busy.values, colour=number)
            )
            columns += [(Column(f"On duty{several}"), duty), (Column(f"Busy{several}"), busy)]
        if drawn:
            title = f"{visible(told.words.place(team))}: officers on duty and busy"
            yield _chart(title, "officers", drawn, columns, clock)


def differences_by_time(told: Told) -> Iterator[Part]:
    """Yield the differences of mean time in system, each alternative minus the baseline."""
    frame = told.changes_by_hour
    if frame is None:
        return
    own = frame[(frame["population"] == "all") & (frame["measure"] == "time_in_system")]
    for way in told.ways[1:]:
        there = own[own["alternative"] == way.name]
        if there.empty:
            continue
        clock = binned(there)
        rows = clock.rows
        both = f"{told.ways[0].title} and {way.title}"
        title = f"Time in system by time of arrival: {both}"
        lines_ = [
            Line(name, tuple(map(float, rows[column])))
            for name, column in (
                (told.ways[0].title, "baseline_mean"),
                (way.title, "alternative_mean"),
            )
        ]
        columns = [(Column(one.name, "min"), one) for one in lines_]
        difference = Line(
            "Difference",
            tuple(map(float, rows["difference"])),
            tuple(map(float, rows["difference_low"])),
            tuple(map(float, rows["difference_high"])),
        )
        columns.append((Column("Difference", "min"), difference))
        yield Figure("Ways of working", legend([one.name for one in lines_]))
        yield _chart(title, "min", lines_, columns, clock)


def _clocks(told: Told) -> list[tuple[str, Binned]]:
    """Return the run by the clock, and, of a long one, its typical week."""
    assert told.hourly is not None
    whole = binned(told.hourly)
    week = typical_week(told.hourly)
    found = [("The run.", whole)]
    if week is not None:
        found.append(("A typical week: means over all weeks.", week))
    return found


def _note(told: Told, clock: Binned) -> str:
    first, last = clock.ends
    zone = told.ways[0].plan.time_zone
    days = "" if clock.typical else f", {first:%d %B %Y}"
    if not clock.typical and (last - first).total_seconds() > 90_000:
        days += f" to {last:%d %B %Y}"
    bands = (
        "; bands: 95 % intervals, cut where they go far beyond the means"
        if len(told.ways) <= _BANDS
        else ""
    )
    return f"Means {clock.by}, local time ({zone}){days}{bands}. Each chart has a scale of its own."


def _most(told: Told, places: Sequence[str], measure: str) -> list[str]:
    """Return the few places that have most of something, in the order of the scenario."""
    size = {
        place: max((v.value for w in told.ways if (v := told.of(w, measure, place))), default=-1.0)
        for place in places
    }
    return fullest(size)


def _figure(told: Told, clock: Binned, row: Row) -> Figure | None:
    unit = told.words.unit(row)
    drawn, columns = [], []
    for number, way in enumerate(told.ways):
        line = _line(clock, way, row, number)
        if line is None or not any(value > 0 for value in line.values):
            continue
        several = way.title if len(told.ways) > 1 else told.words.statistic(row)
        band = len(told.ways) <= _BANDS
        drawn.append(line if band else Line(line.name, line.values, colour=number))
        columns.append((Column(several, unit), line))
    if not drawn:
        return None
    if (
        max(value for line in drawn for value in line.values if value == value) >= 300
        and unit == "min"
    ):
        drawn = [_in_hours(line) for line in drawn]
        columns = [(Column(column.title, "h"), _in_hours(line)) for column, line in columns]
        unit = "h"
    place = "" if row.population == "all" else f"{visible(told.words.place(row.population))}: "
    title = f"{place}{told.words.statistic(Row(row.measure, 'all', row.statistic))}"
    return _chart(title, unit, drawn, columns, clock)


def _in_hours(line: Line) -> Line:
    scaled = (tuple(value / 60 for value in some) for some in (line.values, line.low, line.high))
    values, low, high = scaled
    return Line(line.name, values, low, high, line.steps, line.colour)


def _line(clock: Binned, way: Way, row: Row, number: int) -> Line | None:
    frame: pd.DataFrame = clock.rows
    own = frame[
        (frame["variant"] == way.name)
        & (frame["measure"] == row.measure)
        & (frame["population"] == row.population)
        & (frame["statistic"] == row.statistic)
    ]
    if own.empty:
        return None
    values, low, high = (tuple(map(float, own[key])) for key in ("estimate", "low", "high"))
    return Line(way.title, values, low, high, colour=number)


def _chart(
    title: str,
    unit: str,
    drawn: Sequence[Line],
    columns: Sequence[tuple[Column, Line]],
    clock: Binned,
) -> Figure:
    first, last = clock.ends
    ticks = time_ticks(first, last, typical=clock.typical)
    whole_days = clock.size in ("day", "week")
    form = "%a %H:%M" if clock.typical else "%Y-%m-%d" if whole_days else "%Y-%m-%d %H:%M"
    hours: list[Any] = sorted(clock.rows["hour"].unique())
    rows = []
    for k, hour in enumerate(hours):
        cells = [_cell(line, k) for _, line in columns]
        rows.append((f"{hour:{form}}", *cells))
    table = Table(title, (Column("From"), *(c for c, _ in columns)), tuple(rows), folded=True)
    return Figure(title, lines(title, unit, drawn, ticks), table=table)


def _cell(line: Line, k: int) -> Estimate | None:
    if k >= len(line.values) or line.values[k] != line.values[k]:
        return None
    if not line.low:
        return Estimate(line.values[k])
    return Estimate(line.values[k], line.low[k], line.high[k])
