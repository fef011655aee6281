"""Plots of a result: queues by hour, officers by hour, time in system, where time goes.

Colours are those of Okabe and Ito, which people with the common kinds of colour
blindness tell apart; lines differ in their dashes, points in their marks and bars in their
hatching as well, so that the plots can be read in grey.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.kpi import MEASURES, Titles, in_words
from bcpsim.report.bins import LENGTHS, Binned, Size, binned, typical_week
from bcpsim.results import extend_folder, file_name, load_run
from bcpsim.runs import Result

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bcpsim.plan import Plan

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SETTINGS: Any = {
    "svg.hashsalt": "bcpsim",  # the same bytes for the same plot
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
}
"""Settings of Matplotlib for all plots."""
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 2)),
    (0, (1, 1.5)),
    (0, (5, 1, 1, 1)),
    (0, (8, 3)),
    "-.",
    ":",
)
MARKS = "osD^vP*"
"""Marks of points."""
_MARKED = 60  # stretches up to which each has a mark that stands out
_BAND = 0.25  # how dense the bands of intervals are


def write_plots(result: Result, folder: Path) -> list[Path]:
    """Draw the plots of a result into a folder, each as SVG and PNG.

    Returns
    -------
    list of Path
        The files written.
    """
    plans = {variant.name: variant.plan for variant in result.variants}
    return _draw(result.measures, result.hourly, plans, folder)


def plot_folder(folder: Path) -> list[Path]:
    """Draw the plots of a folder made by ``bcpsim run --out`` again.

    Raises
    ------
    InputError
        If it is no folder of a run, or its files are damaged.
    RunError
        If the plots can't be written.
    """
    from bcpsim.plan import compile_plan

    stored = load_run(folder)
    plans = {name: compile_plan(stored.scenario(name)) for name in stored.variants}
    return extend_folder(folder, partial(_draw, stored.measures, stored.hourly, plans))


def _draw(
    measures: pd.DataFrame, hourly: pd.DataFrame, plans: dict[str, Plan], folder: Path
) -> list[Path]:
    import matplotlib as mpl

    written = []
    with mpl.rc_context(SETTINGS):
        for variant, plan in plans.items():
            own = measures[measures["variant"] == variant]
            by_hour = hourly[hourly["variant"] == variant]
            words = Titles.of(plan)
            plots: list[tuple[str, Callable[[], Figure]]] = [
                ("time-in-system", partial(_time_in_system, own, words)),
                ("where-time-goes", partial(_where_time_goes, own, words)),
            ]
            for name, shown in (("", binned(by_hour)), ("-week", typical_week(by_hour))):
                if shown is not None:
                    zone = plan.time_zone
                    plots.append((f"queues{name}", partial(_queues, shown, words, zone)))
                    plots.append((f"officers{name}", partial(_officers, shown, words, zone)))
            head = plan.title if variant == "base" else f"{plan.title} - {variant}"
            for name, plot in plots:
                written += save_figure(plot(), folder, f"{name}-{file_name(variant)}", plain(head))
    return written


def new_figure(height: float) -> Figure:
    """Return an empty figure of the width that all plots have, its height in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(9, height), layout="constrained")


def plain(text: str) -> str:
    """Return text that Matplotlib doesn't read as a formula."""
    return text.replace("$", r"\$")


def save_figure(figure: Figure, folder: Path, name: str, head: str) -> list[Path]:
    """Write a figure with a headline as SVG and PNG, the same bytes for the same plot."""
    figure.suptitle(head, fontsize=12, fontweight="bold", x=0.01, ha="left")
    written = []
    for ending in ("svg", "png"):
        path = folder / f"{name}.{ending}"
        metadata = {"Date": None} if ending == "svg" else {"Software": None}
        figure.savefig(path, dpi=150, metadata=metadata)
        written.append(path)
    return written


def _queues(shown: Binned, words: Titles, zone: str) -> Figure:
    """Draw waiting time by the time of joining, and queue length, a row of panels for each stop."""
    rows = shown.rows[shown.rows["population"].str.startswith("stop=")]
    served = rows[(rows["measure"] == "waiting_time") & rows["estimate"].notna()]
    stops = list(dict.fromkeys(served["population"]))  # those to which anybody comes
    figure = new_figure(1.4 + 1.25 * len(stops))
    panels = figure.subplots(len(stops), 2, sharex=True, squeeze=False)
    for pair, stop in zip(panels, stops, strict=True):
        for axes, measure in zip(pair, ("waiting_time", "queue_length"), strict=True):
            own = rows[(rows["measure"] == measure) & (rows["population"] == stop)]
            middle = mid(own, shown.size)
            # Marks, for an hour whose neighbours have no value is no line.
            size = 2.5 if len(own) <= _MARKED else 1
            axes.plot(middle, own["estimate"], color=COLOURS[0], marker="o", ms=size, lw=1)
            axes.fill_between(middle, own["low"], own["high"], color=COLOURS[0], alpha=_BAND, lw=0)
            axes.set_ylim(bottom=0)
        pair[0].set_title(plain(words.place(stop)), loc="left", fontsize=10)
        pair[0].set_ylabel("Wait (min)")
        pair[1].set_ylabel(f"Queue\n({words.counted})")
    heads = (f"Mean waiting time by {shown.size} of joining", "Mean queue length")
    for axes, head in zip(panels[0], heads, strict=True):
        axes.annotate(
            head, (0.5, 1), (0, 22), "axes fraction", "offset points", ha="center", weight="bold"
        )
    for axes in panels[-1]:
        clock_ticks(axes, *shown.ends, every=4, typical=shown.typical)
    figure.supxlabel(
        f"{_span_words(shown, zone)}\n"
        f"Lines: means; bands: {_bands(shown)}; each stop has its own scale",
        fontsize=10,
    )
    return figure


def _officers(shown: Binned, words: Titles, zone: str) -> Figure:
    """Draw officers on duty and busy, by agency."""
    rows = shown.rows[shown.rows["population"].str.startswith("agency=")]
    agencies = list(dict.fromkeys(rows["population"]))
    figure = new_figure(1.2 + 1.9 * len(agencies))
    panels = figure.subplots(len(agencies), 1, sharex=True, squeeze=False)[:, 0]
    for axes, agency in zip(panels, agencies, strict=True):
        own = rows[rows["population"] == agency]
        duty = own[own["measure"] == "officers_on_duty"]
        busy = own[own["measure"] == "officers_busy"]
        ends = [*duty["hour"], duty["hour"].max() + LENGTHS[shown.size]]
        axes.stairs(duty["estimate"], ends, baseline=None, color="#000000", lw=1.5, label="On duty")
        middle = mid(busy, shown.size)
        axes.plot(middle, busy["estimate"], color=COLOURS[0], ls=DASHES[1], label="Busy, mean")
        axes.fill_between(
            middle,
            busy["low"],
            busy["high"],
            color=COLOURS[0],
            alpha=_BAND,
            lw=0,
            label=textwrap.fill(_bands(shown).capitalize(), 24),
        )
        axes.set_title(plain(words.place(agency)), loc="left", fontsize=10)
        axes.set_ylabel("Officers (number)")
        axes.set_ylim(bottom=0)
    panels[0].legend(loc="upper left", bbox_to_anchor=(1, 1))
    clock_ticks(panels[-1], *shown.ends, every=2, typical=shown.typical)
    panels[-1].set_xlabel(_span_words(shown, zone))
    return figure


def _time_in_system(measures: pd.DataFrame, words: Titles) -> Figure:
    """Draw mean, median and percentiles of time in system for all and each class."""
    rows = measures[measures["measure"] == "time_in_system"]
    people = list(dict.fromkeys(rows["population"]))
    figure = new_figure(1.4 + 0.8 * len(people))
    axes = figure.subplots()
    marks = (
        ("p50", "Median", "v", 0),
        ("mean", "Mean", "o", 1),
        ("p90", "90th percentile", "s", 2),
        ("p95", "95th percentile", "D", 3),
    )
    for number, (statistic, label, mark, colour) in enumerate(marks):
        own = rows[rows["statistic"] == statistic].set_index("population").reindex(people)
        bounded = own["high"] - own["low"] < math.inf
        # One below the other, so that no interval hides another.
        axes.errorbar(
            own["estimate"],
            [place + 0.19 * (number - 1.5) for place in range(len(people))],
            xerr=[
                (own["estimate"] - own["low"]).where(bounded, 0.0),
                (own["high"] - own["estimate"]).where(bounded, 0.0),
            ],
            fmt=mark,
            ms=6,
            capsize=3,
            color=COLOURS[colour],
            label=label,
        )
    name_rows(axes, [words.place(name) for name in people])
    axes.set_xlim(left=0)
    none = " (without: no bound)" if (rows["high"] == math.inf).any() else ""
    axes.set_xlabel(f"Time in system, from arrival to leaving (min); whiskers: 95 % interval{none}")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name rows, the first on top, and draw lines between them."""
    axes.set_yticks(range(len(names)), [plain(textwrap.fill(name, 34)) for name in names])
    axes.set_yticks([place + 0.5 for place in range(len(names) - 1)], minor=True)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="y", which="minor", color="#999999")
    axes.tick_params(axis="y", which="minor", length=0)


def _where_time_goes(measures: pd.DataFrame, words: Titles) -> Figure:
    """Draw waiting, by what for, and service per visit at each stop, and of the whole crossing."""
    rows = measures[(measures["statistic"] == "mean")]
    places = [name for name in dict.fromkeys(rows["population"]) if name in words.places]
    places = [name for name in places if name.startswith("stop=")]
    served = set(rows[rows["estimate"].notna() & (rows["measure"] == "service_time")]["population"])
    bars = [
        ("all", in_words("Whole crossing,\nper traveller", words.counted)),
        *((p, f"{textwrap.fill(words.place(p), 24)},\nper visit") for p in places if p in served),
    ]
    figure = new_figure(1.4 + 0.6 * len(bars))
    axes = figure.subplots()
    drawn = {name: measure.drawn for name, measure in MEASURES.items() if measure.drawn is not None}
    drawn = dict(sorted(drawn.items(), key=lambda one: one[1].place))
    parts = {}
    for measure in drawn:
        own = rows[rows["measure"] == measure].set_index("population")["estimate"].fillna(0.0)
        parts[measure] = [float(own.get(name, 0.0)) for name, _ in bars]
    longest = max(map(sum, zip(*parts.values(), strict=True)))
    left = [0.0] * len(bars)
    for measure, style in drawn.items():
        sizes = parts[measure]
        if not any(sizes):
            continue
        axes.barh(
            range(len(bars)),
            sizes,
            left=left,
            color=style.colour,
            hatch=style.hatch,
            edgecolor="white",
            label=style.label if max(sizes) > 0.002 * longest else "_",  # too thin to be seen
        )
        left = [start + size for start, size in zip(left, sizes, strict=True)]
    for place, total in enumerate(left):
        axes.text(total, place, f" {total:.1f}", va="center")
    axes.set_yticks(range(len(bars)), [plain(label) for _, label in bars])
    axes.invert_yaxis()
    axes.set_xlim(right=1.12 * longest)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("Mean time (min); at the end of each bar their sum")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def mid(rows: pd.DataFrame, size: Size = "hour") -> pd.Series:
    """Return the middle of each hour, or longer stretch, where its mean is drawn."""
    return rows["hour"] + LENGTHS[size] / 2


def clock_ticks(axes: Axes, first: Any, last: Any, *, every: int, typical: bool = False) -> None:
    """Label the ticks of an axis of times: hours, days with their weekdays, weeks or months.

    Parameters
    ----------
    axes
        The plot; its x axis has times.
    first, last
        Where it begins and ends, in local time.
    every
        Of a single day one tick in so many hours.
    typical
        Whether it is a typical week, whose days have no dates.
    """
    import pandas as pd
    from matplotlib import dates

    length = (last - first) / pd.Timedelta(days=1)
    axes.set_xlim(first, last)
    locator: dates.DateLocator
    if length <= 2.1:
        step = every // 2 if length <= 0.25 else every if length <= 1.1 else 3 * every
        locator, form = dates.HourLocator(range(0, 24, step), tz=first.tz), "%H:%M"
    elif length <= 10:
        locator, form = dates.DayLocator(tz=first.tz), "%a" if typical else "%a\n%d"
    elif length <= 70:
        locator, form = dates.WeekdayLocator(dates.MO, tz=first.tz), "%a\n%d %b"
    elif length <= 800:
        step = max(1, round(length / 180))
        locator, form = dates.MonthLocator(range(1, 13, step), tz=first.tz), "%b\n%Y"
    else:
        locator, form = dates.YearLocator(tz=first.tz), "%Y"
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.DateFormatter(form, tz=first.tz))


def _span_words(shown: Binned, zone: str) -> str:
    """Return what the axis of times of a plot shows."""
    if shown.typical:
        return f"Hours of the week, means over all weeks; local time ({zone})"
    by = "" if shown.size == "hour" else f", by {shown.size}"
    return clock_words(*shown.ends, zone) + by


def _bands(shown: Binned) -> str:
    """Return what bands of intervals are."""
    alone = shown.size == "hour" and not shown.typical
    return "95 % intervals" if alone else "means of the hours' 95 % intervals"


def clock_words(first: Any, last: Any, zone: str, of: str = "") -> str:
    """Return what an axis of times shows: whose time, such as ``of arrival``, zone and days."""
    import pandas as pd

    days = f"{first:%d %B %Y}"
    if last - first > pd.Timedelta(hours=25):
        days += f" to {last - pd.Timedelta(hours=1):%d %B %Y}"
    return " ".join(filter(None, ["Local time", of, f"({zone}), {days}"]))
