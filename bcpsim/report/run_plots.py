"""Pictures of a way of working: waits, queues, officers by the clock, classes, where time goes."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.kpi import in_words
from bcpsim.report.bins import LENGTHS, Binned, binned, fullest, typical_week
from bcpsim.report.numbers import fitting_unit
from bcpsim.report.plots import (
    COLOURS,
    DASHES,
    SETTINGS,
    clock_ticks,
    mid,
    name_rows,
    new_figure,
    plain,
    reach,
    save_figure,
    span_words,
)
from bcpsim.report.roc import draw_roc, has_referrals
from bcpsim.report.spent import reasons, time_spent
from bcpsim.report.told import Told, Way, told_in, told_of
from bcpsim.results import extend_folder, file_name
from bcpsim.runs import Result

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STEPS = 60  # stretches up to which each is drawn as a step
_BAND = 0.25  # how dense the bands of intervals are
_LEGEND = 22  # signs in a line of a legend


def write_plots(result: Result, folder: Path) -> list[Path]:
    """Draw the plots of a result into a folder, each as SVG and PNG.

    Returns
    -------
    list of Path
        The files written.
    """
    return _write(told_of(result), folder)


def plot_folder(folder: Path) -> list[Path]:
    """Draw the plots of a folder made by ``bcpsim run --out`` again.

    Raises
    ------
    InputError
        If it is no folder of a run, or its files are damaged.
    RunError
        If the plots can't be written.
    """
    return extend_folder(folder, partial(_write, told_in(folder, "run")))


def _write(told: Told, folder: Path) -> list[Path]:
    import matplotlib as mpl

    written = []
    with mpl.rc_context(SETTINGS):
        for way in told.ways:
            for name, plot in pictures(told, way).items():
                made = f"{name}-{file_name(way.name)}"
                written += save_figure(plot(), folder, made, plain(told.head(way)))
    return written


def pictures(told: Told, way: Way) -> dict[str, Callable[[], Figure]]:
    """Return what draws each picture of a way of working, by the picture's name."""
    drawn: dict[str, Callable[[], Figure]] = {
        "time-in-system": partial(times_by_class, told, way),
        "where-time-goes": partial(where_time_goes, told, way),
    }
    for name, shown in clocks(told, way):
        drawn[f"queues{name}"] = partial(queues, told, shown)
        drawn[f"officers{name}"] = partial(officers, told, shown)
    if has_referrals(told, way):
        drawn["roc"] = partial(draw_roc, told, way)
    return drawn


def clocks(told: Told, way: Way) -> list[tuple[str, Binned]]:
    """Return measures of a way by the clock and, of a long run, by its typical week (``-week``)."""
    assert told.hourly is not None
    own = told.hourly[told.hourly["variant"] == way.name]
    shown = (("", binned(own)), ("-week", typical_week(own)))
    return [(name, one) for name, one in shown if one is not None]


def queues(told: Told, shown: Binned) -> Figure:
    """Draw waiting time by the time of joining, and queue length, a row of panels for each stop."""
    rows = shown.rows[shown.rows["population"].str.startswith("stop=")]
    served = rows[(rows["measure"] == "waiting_time") & rows["estimate"].notna()]
    waited = served[served["estimate"] > 0]["population"]
    idle = [stop for stop in dict.fromkeys(served["population"]) if stop not in set(waited)]
    stops, left = _fullest(served, list(dict.fromkeys(waited)) or idle[:1])
    figure = new_figure(1.6 + 1.35 * len(stops))
    panels = figure.subplots(len(stops), 2, sharex=True, squeeze=False)
    cut = False
    for pair, stop in zip(panels, stops, strict=True):
        for axes, measure in zip(pair, ("waiting_time", "queue_length"), strict=True):
            own = rows[(rows["measure"] == measure) & (rows["population"] == stop)]
            unit, factor = fitting_unit("min", own["estimate"] if measure == "waiting_time" else ())
            cut |= _draw(axes, shown, own, factor, COLOURS[0])
            axes.set_ylabel(
                f"Wait ({unit})" if measure == "waiting_time" else f"Queue\n({told.words.counted})"
            )
        pair[0].set_title(plain(told.words.place(stop)), loc="left", fontsize=10)
    heads = ("Mean waiting time, by time of joining", "Mean queue length")
    for axes, head in zip(panels[0], heads, strict=True):
        axes.annotate(
            head, (0.5, 1), (0, 22), "axes fraction", "offset points", ha="center", weight="bold"
        )
    for axes in panels[-1]:
        clock_ticks(axes, *shown.ends, every=4, typical=shown.typical)
    words = _reading(told, shown, cut, left)
    if len(idle) > 0 and len(waited) > 0:
        places = ", ".join(map(told.words.place, idle))
        words += "\n" + textwrap.fill(f"Nobody waits at {places}", 110)
    figure.supxlabel(plain(words), fontsize=10)
    return figure


def officers(told: Told, shown: Binned) -> Figure:
    """Draw officers on duty and busy, a panel for each group that has a roster."""
    rows = shown.rows
    there = list(dict.fromkeys(rows[rows["measure"] == "officers_on_duty"]["population"]))
    teams = [one for one in there if one.startswith("officers=")] or [
        one for one in there if one.startswith("agency=")
    ]
    busy = rows[rows["measure"] == "officers_busy"]
    teams, left = _fullest(busy, teams)
    figure = new_figure(1.4 + 1.5 * len(teams))
    panels = figure.subplots(len(teams), 1, sharex=True, squeeze=False)[:, 0]
    cut = False
    for axes, team in zip(panels, teams, strict=True):
        own = rows[rows["population"] == team]
        duty = own[own["measure"] == "officers_on_duty"]
        cut |= _draw(
            axes, shown, own[own["measure"] == "officers_busy"], 1.0, COLOURS[0], label="Busy, mean"
        )
        axes.stairs(
            duty["estimate"],
            _edges(duty, shown),
            baseline=None,
            color="#000000",
            lw=1.5,
            ls=DASHES[1],
            label="On duty",
        )
        axes.set_ylim(0, max(axes.get_ylim()[1], 1.12 * duty["estimate"].max()))
        axes.set_title(plain(told.words.place(team)), loc="left", fontsize=10)
        axes.set_ylabel("Officers")
        axes.yaxis.get_major_locator().set_params(integer=True)
    panels[0].legend(loc="upper left", bbox_to_anchor=(1, 1))
    clock_ticks(panels[-1], *shown.ends, every=2, typical=shown.typical)
    figure.supxlabel(_reading(told, shown, cut, left), fontsize=10)
    return figure


def times_by_class(told: Told, way: Way) -> Figure:
    """Draw mean, median and percentiles of time in system for all and each class."""
    people = [
        name
        for name in ("all", *told.populations("class"))
        if told.of(way, "time_in_system", name) is not None
    ]
    marks = (
        ("p50", "Median", "v", 0),
        ("mean", "Mean", "o", 1),
        ("p90", "90th percentile", "s", 2),
        ("p95", "95th percentile", "D", 3),
    )
    shown = {
        (name, statistic): estimate
        for name in people
        for statistic, *_ in marks
        if (estimate := told.of(way, "time_in_system", name, statistic)) is not None
    }
    unit, factor = fitting_unit("min", (one.value for one in shown.values()))
    figure = new_figure(1.4 + 0.8 * len(people))
    axes = figure.subplots()
    for number, (statistic, label, mark, colour) in enumerate(marks):
        for place, name in enumerate(people):
            if (estimate := shown.get((name, statistic))) is None:
                continue
            value = factor * estimate.value
            low, high = (factor * bound for bound in (estimate.low, estimate.high))
            axes.errorbar(
                [value],
                # One below the other, so that no interval hides another.
                [place + 0.19 * (number - 1.5)],
                xerr=[[value - low], [high - value]] if math.isfinite(high - low) else None,
                fmt=mark,
                ms=6,
                capsize=3,
                color=COLOURS[colour],
                label=label if place == 0 else None,
            )
    name_rows(axes, [told.words.place(name) for name in people])
    axes.set_xlim(left=0)
    none = " (without: no bound)" if any(one.high == math.inf for one in shown.values()) else ""
    axes.set_xlabel(
        f"Time in system, from arrival to leaving ({unit}); whiskers: 95 % interval{none}"
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def where_time_goes(told: Told, way: Way) -> Figure:
    """Draw the time of an average traveller, by stop and by reason; a stop weighs as its visits."""
    rows = time_spent(told, way)
    unit, factor = fitting_unit("min", [sum(rows[0].minutes)])
    stops = [textwrap.fill(told.words.place(row.population), 24) for row in rows[1:]]
    figure = new_figure(1.7 + 0.5 * len(rows))
    axes = figure.subplots()
    longest = max(factor * sum(row.minutes) for row in rows)
    left = [0.0] * len(rows)
    for number, (_, drawn) in enumerate(reasons()):
        sizes = [factor * row.minutes[number] for row in rows]
        if not any(sizes):
            continue
        axes.barh(
            range(len(rows)),
            sizes,
            left=left,
            color=drawn.colour,
            hatch=drawn.hatch,
            edgecolor="white",
            label=drawn.label if max(sizes) > 0.002 * longest else "_",  # too thin to be seen
        )
        left = [start + size for start, size in zip(left, sizes, strict=True)]
    for place, total in enumerate(left):
        axes.text(total, place, f" {_size(total)}", va="center")
    axes.set_yticks(range(len(rows)), [plain(name) for name in ("Whole crossing", *stops)])
    axes.invert_yaxis()
    axes.set_xlim(right=1.12 * longest or 1)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(
        in_words(f"Mean time ({unit}) over all travellers; ", told.words.counted)
        + "at the end of each bar their sum.\nA stop that few visit weighs little"
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _size(value: float) -> str:
    return f"{value:.1f}" if value >= 0.995 else f"{value:.2g}"


def _draw(
    axes: Axes, shown: Binned, rows: pd.DataFrame, factor: float, colour: str, label: str = "_"
) -> bool:
    """Draw means by the clock with the bands of their intervals; return whether a band is cut.

    A few stretches are steps, so that an hour without neighbours is seen; many are a line.
    """
    import numpy as np

    values, low, high = (factor * rows[name].to_numpy(dtype=float) for name in _BOUNDS)
    bounded = np.isfinite(low) & np.isfinite(high)
    if len(rows) <= _STEPS:
        edges = _edges(rows, shown)
        axes.stairs(values, edges, baseline=None, color=colour, lw=1.4, label=label)
        floor, ceiling, where = (np.repeat(one, 2) for one in (low, high, bounded))
        times: Any = [t for pair in pairwise(edges) for t in pair]
    else:
        times = mid(rows, shown.size)
        axes.plot(times, values, color=colour, lw=1.1, label=label)
        floor, ceiling, where = low, high, bounded
    axes.fill_between(
        times,
        floor,
        ceiling,
        where=where,
        color=colour,
        alpha=_BAND,
        lw=0,
        label="_" if label == "_" else textwrap.fill(_bands(shown).capitalize(), _LEGEND),
    )
    top = reach(values, high[bounded])
    axes.set_ylim(0, 1.05 * top or 1)
    return bool(np.max(high[bounded], initial=0.0) > top > 0)


_BOUNDS = ("estimate", "low", "high")


def _edges(rows: pd.DataFrame, shown: Binned) -> list[Any]:
    """Return where stretches begin, and where the last ends."""
    return [*rows["hour"], rows["hour"].max() + LENGTHS[shown.size]]


def _fullest(rows: pd.DataFrame, places: Sequence[str]) -> tuple[list[str], int]:
    """Return the few places with the largest values, in order, and how many are left out."""
    largest = rows.groupby("population")["estimate"].max()
    most = fullest({place: largest.get(place, 0.0) for place in places})
    return most, len(places) - len(most)


def _reading(told: Told, shown: Binned, cut: bool, left: int) -> str:
    """Return how a picture by the clock is read."""
    zone = told.ways[0].plan.time_zone
    some = ", some cut" if cut else ""
    words = f"Means; bands: {_bands(shown)}{some}; each panel has its own scale"
    if left:
        words += f"; {left} with less left out"
    return f"{span_words(shown, zone)}\n{words}"


def _bands(shown: Binned) -> str:
    """Return what bands of intervals are."""
    alone = shown.size == "hour" and not shown.typical
    sure = "95\N{NO-BREAK SPACE}% intervals"
    return sure if alone else f"means of the hours' {sure}"
