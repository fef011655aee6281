"""Pictures of a comparison: changes, classes side by side, and differences by the clock."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.comparisons import Comparison
from bcpsim.kpi import MEASURES, Row, find_row, in_a_sentence, lines_of_comparisons
from bcpsim.report.bins import binned
from bcpsim.report.numbers import fitting_unit
from bcpsim.report.plots import (
    COLOURS,
    MARKS,
    SETTINGS,
    clock_ticks,
    mid,
    name_rows,
    new_figure,
    plain,
    save_figure,
    span_words,
)
from bcpsim.report.told import Told, told_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Index = Mapping[tuple[str, Row], Mapping[str, Any]]
_BY_CLASS = ("waiting_time", "time_in_system")


def write_comparison_plots(
    comparison: Comparison, folder: Path, names: Sequence[str] = ()
) -> list[Path]:
    """Draw changes, classes side by side, and differences by the clock, as SVG and PNG.

    Parameters
    ----------
    comparison
        From `bcpsim.compare`.
    folder
        Where the files go.
    names
        Further measures whose changes are drawn, as `bcpsim.kpi.find_row` takes them.

    Returns
    -------
    list of Path
        The files written.
    """
    import matplotlib as mpl

    told = told_of(comparison)
    rows = [find_row(comparison.rows, name) for name in names]
    written = []
    with mpl.rc_context(SETTINGS):
        figures = {"changes": changes(told, rows), "classes": classes(told)}
        if told.changes_by_hour is not None:
            figures["differences-by-hour"] = differences(told)
        for name, figure in figures.items():
            written += save_figure(figure, folder, name, plain(told.title))
    return written


def changes(told: Told, more: Sequence[Row] = ()) -> Figure:
    """Draw the change in per cent of the main times of all travellers, and of other measures."""
    index: Index = {
        (r["alternative"], Row(r["measure"], r["population"], r["statistic"])): r
        for r in told.changes
    }
    ways = told.ways[1:]
    known = dict.fromkeys(row for _, row in index)
    rows = [row for row in lines_of_comparisons(known, "all") if told.words.unit(row) == "min"]
    there = [row for row in dict.fromkeys([*rows, *more]) if (ways[0].name, row) in index]
    bounded = {
        row: any(math.isfinite(index[way.name, row]["change_low"]) for way in ways) for row in there
    }
    shown = [row for row in there if bounded[row]]
    figure = new_figure(1.6 + len(shown) * (0.25 + 0.15 * len(ways)))
    axes = figure.subplots()
    for number, way in enumerate(ways):
        bars = [
            (k, record["change"], record["change_low"], record["change_high"])
            for k, record in enumerate(index[way.name, row] for row in shown)
            if math.isfinite(record["change_low"])
        ]
        _whiskers(axes, bars, number, len(ways), way.title)
    axes.axvline(0, color="#000000", lw=1)
    name_rows(axes, [told.words.value(row) for row in shown])
    cut = _within(axes, [index[way.name, row]["change"] for way in ways for row in shown])
    axes.set_xlabel(
        plain(f"Change of the mean against {told.ways[0].title} (%)")
        + f"\nWhiskers: {_sure(told)} % interval{_together(told)}{cut}"
    )
    left_out = [
        in_a_sentence(told.words.statistic(row))
        for row in there
        if not bounded[row] and any(_something(index[way.name, row]) for way in ways)
    ]
    if left_out:
        text = f"Not drawn, since nothing bounds the change: {'; '.join(left_out)}."
        figure.supxlabel(plain(textwrap.fill(text, 120)), fontsize=9, x=0.01, ha="left")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def classes(told: Told) -> Figure:
    """Draw waiting time and time in system of each class, the ways of working side by side."""
    people = [
        name
        for name in ("all", *told.populations("class"))
        if any(told.of(way, _BY_CLASS[0], name) is not None for way in told.ways)
    ]
    if len(people) == 2:
        people = ["all"]  # the only class
    figure = new_figure(2.2 + len(people) * (0.2 + 0.16 * len(told.ways)))
    panels = figure.subplots(1, len(_BY_CLASS), sharey=True)
    for axes, measure in zip(panels, _BY_CLASS, strict=True):
        there = [told.of(way, measure, name) for way in told.ways for name in people]
        unit, factor = fitting_unit("min", [one.value for one in there if one is not None])
        for number, way in enumerate(told.ways):
            bars = [
                (place, factor * one.value, factor * one.low, factor * one.high)
                for place, name in enumerate(people)
                if (one := told.of(way, measure, name)) is not None
            ]
            _whiskers(axes, bars, number, len(told.ways), way.title)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"{MEASURES[measure].title}, mean ({unit})")
    name_rows(panels[0], [told.words.place(name) for name in people])
    panels[1].grid(visible=False, axis="y")
    panels[1].grid(visible=True, axis="y", which="minor", color="#999999")
    panels[1].tick_params(axis="y", which="both", length=0)
    figure.supxlabel("Whiskers: 95 % intervals of each mean", fontsize=10)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right upper")
    return figure


def differences(told: Told) -> Figure:
    """Draw the difference of mean time in system by time of arrival, a panel for each way."""
    frame = told.changes_by_hour
    assert frame is not None
    own = frame[(frame["measure"] == "time_in_system") & (frame["population"] == "all")]
    shown = binned(own)
    ways = told.ways[1:]
    columns = 1 if len(ways) < 4 else 2
    lines = math.ceil(len(ways) / columns)
    figure = new_figure(1.6 + 1.8 * lines)
    panels = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axes in panels.flat[len(ways) :]:
        axes.set_axis_off()
    for axes, way in zip(panels.flat, ways, strict=False):
        rows = shown.rows[shown.rows["alternative"] == way.name]
        middle = mid(rows, shown.size)
        axes.plot(middle, rows["difference"], color=COLOURS[0])
        axes.fill_between(
            middle,
            rows["difference_low"],
            rows["difference_high"],
            color=COLOURS[0],
            alpha=0.25,
            lw=0,
        )
        axes.axhline(0, color="#000000", lw=1)
        title = f"{way.title} minus {told.ways[0].title}"
        axes.set_title(plain(title), loc="left", fontsize=10)
    figure.supylabel("Difference of mean time in system (min)", fontsize=10)
    for axes in panels.flat[len(ways) - columns : len(ways)]:  # the lowest
        axes.tick_params(labelbottom=True)
        clock_ticks(axes, *shown.ends, every=2 * columns)
    time = span_words(shown, told.ways[0].plan.time_zone, "of arrival")
    figure.supxlabel(
        f"{time}\nLines: means; bands: {_sure(told)} % intervals{_together(told)}", fontsize=10
    )
    return figure


def _within(axes: Axes, values: Sequence[float]) -> str:
    """Keep an axis near the values drawn on it; say so where a whisker goes beyond."""
    least, most = min(values, default=0.0), max(values, default=0.0)
    room = max(0.5 * (most - least), 10.0)
    low, high = axes.get_xlim()
    shown = max(low, min(least, 0.0) - room), min(high, max(most, 0.0) + room)
    axes.set_xlim(*shown)
    return "; some go on beyond the edge" if shown != (low, high) else ""


def _whiskers(
    axes: Axes,
    bars: Sequence[tuple[int, float, float, float]],
    number: int,
    ways: int,
    title: str,
) -> None:
    """Draw values in their rows with their intervals, those of each way below the one before."""
    shift = 0.7 * ((number + 0.5) / ways - 0.5)
    axes.errorbar(
        [value for _, value, _, _ in bars],
        [place + shift for place, *_ in bars],
        xerr=[
            [_length(value - low) for _, value, low, _ in bars],
            [_length(high - value) for _, value, _, high in bars],
        ],
        fmt=MARKS[number % len(MARKS)],
        ms=6,
        capsize=3,
        color=COLOURS[number % len(COLOURS)],
        label=plain(textwrap.fill(title, 24)),
    )


def _length(size: float) -> float:
    """Return the length of a whisker; none where nothing bounds the value."""
    return max(size, 0.0) if math.isfinite(size) else 0.0


def _something(record: Mapping[str, Any]) -> bool:
    """Return whether there is a value in either way of working."""
    means = record["baseline_mean"], record["alternative_mean"]
    return any(mean != 0 and not math.isnan(mean) for mean in means)


def _sure(told: Told) -> str:
    return f"{100 * float(told.made_from.get('confidence', 0.95)):g}"


def _together(told: Told) -> str:
    return ", for all alternatives together" if len(told.ways) > 2 else ""
