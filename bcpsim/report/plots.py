"""Plots of a result: queues by hour, officers by hour, time in system, where time goes.

Colours are those of Okabe and Ito, which people with the common kinds of colour
blindness tell apart; lines differ in their dashes and bars in their hatching as well,
so that the plots can be read in grey.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.errors import RunError
from bcpsim.experiments import Result
from bcpsim.experiments.store import MARK, check_made_by
from bcpsim.kpi import in_words

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
_PARTS = (
    ("slot_wait", "Waiting for the slot", "#999999", "--"),
    ("wait_for_officer", "Waiting for an officer", "#D55E00", "///"),
    ("wait_for_lane", "Waiting for a lane", "#CC79A7", "\\\\\\"),
    ("wait_for_equipment", "Waiting for equipment", "#009E73", "xx"),
    ("wait_blocked", "Waiting blocked", "#000000", "oo"),
    ("wait_for_group", "Waiting for those who got out", "#56B4E9", "++"),
    ("service_time", "Service", "#0072B2", ""),
    ("move_time", "Moves", "#E69F00", "..."),
)


def write_plots(result: Result, folder: Path) -> list[Path]:
    """Draw the plots of a result into a folder, each as SVG and PNG.

    Returns
    -------
    list of Path
        The files written.
    """
    titles = {variant.name: _titles(variant.plan) for variant in result.variants}
    zones = {variant.name: variant.plan.time_zone for variant in result.variants}
    return _draw(result.measures, result.hourly, titles, next(iter(zones.values())), folder)


def plot_folder(folder: Path) -> list[Path]:
    """Draw the plots of a folder made by ``bcpsim run --out`` again.

    Raises
    ------
    InputError
        If it is no folder of a run.
    RunError
        If its tables can't be read.
    """
    import pandas as pd

    from bcpsim.plan import compile_plan
    from bcpsim.scenario import load

    check_made_by(folder, "run")
    try:
        names = [one["name"] for one in json.loads((folder / MARK).read_text("utf-8"))["variants"]]
        measures = pd.read_csv(folder / "measures.csv")
        hourly = pd.read_csv(folder / "hourly.csv")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} can't be read as a result: {error}") from error
    titles = {}
    zone = "UTC"
    for name in names:
        loaded = load(folder / f"scenario-{name}.yaml")
        plan = compile_plan(loaded)
        titles[name] = _titles(plan)
        zone = plan.time_zone
    hourly["hour"] = pd.to_datetime(hourly["hour"], utc=True).dt.tz_convert(zone)
    return _draw(measures, hourly, titles, zone, folder)


def _titles(plan: Plan) -> dict[str, str]:
    """Return the words for the populations of a plan, the scenario, and what it counts."""
    words = {
        "": plan.title,
        "counted": plan.counted,
        "all": "All",
        **{f"class={record.name}": record.title for record in plan.classes},
        **{f"stop={stop.name}": stop.title for stop in plan.stops},
        **{
            f"agency={name}": title
            for name, title in zip(plan.agencies, plan.agency_titles, strict=True)
        },
    }
    # Matplotlib reads text between dollars as a formula.
    return {key: text.replace("$", r"\$") for key, text in words.items()}


def _draw(
    measures: pd.DataFrame,
    hourly: pd.DataFrame,
    titles: dict[str, dict[str, str]],
    zone: str,
    folder: Path,
) -> list[Path]:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    written = []
    with mpl.rc_context(SETTINGS):
        for variant, words in titles.items():
            own = measures[measures["variant"] == variant]
            by_hour = hourly[hourly["variant"] == variant]
            plots: tuple[tuple[str, Callable[[Figure], None]], ...] = (
                ("queues", lambda f, h=by_hour, w=words: _queues(f, h, w, zone)),  # type: ignore[misc]
                ("officers", lambda f, h=by_hour, w=words: _officers(f, h, w, zone)),  # type: ignore[misc]
                ("time-in-system", lambda f, m=own, w=words: _time_in_system(f, m, w)),  # type: ignore[misc]
                ("where-time-goes", lambda f, m=own, w=words: _where_time_goes(f, m, w)),  # type: ignore[misc]
            )
            for name, plot in plots:
                figure = Figure(figsize=(9, 5), layout="constrained")
                plot(figure)
                head = words[""] if variant == "base" else f"{words['']} - {variant}"
                written += save_figure(figure, folder, f"{name}-{variant}", head)
    return written


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


def _queues(figure: Figure, hourly: pd.DataFrame, words: dict[str, str], zone: str) -> None:
    """Draw waiting time by the hour of joining, and queue length, at each stop."""
    above, below = figure.subplots(2, 1, sharex=True)
    for axes, measure in ((above, "waiting_time"), (below, "queue_length")):
        rows = hourly[(hourly["measure"] == measure) & hourly["population"].str.startswith("stop=")]
        _lines(axes, rows, words)
        axes.set_ylim(bottom=0)
    above.set_ylabel("Mean waiting time (min)\nby hour of joining")
    below.set_ylabel(f"Mean queue length\n({words['counted']})")
    above.legend(
        loc="upper left",
        bbox_to_anchor=(1, 1),
        title="Mean, and its 95 %\ninterval as a band",
        title_fontsize=9,
        fontsize=9,
        alignment="left",
    )
    clock(below, hourly, zone)


def _officers(figure: Figure, hourly: pd.DataFrame, words: dict[str, str], zone: str) -> None:
    """Draw officers on duty and busy, by agency."""
    import pandas as pd

    rows = hourly[hourly["population"].str.startswith("agency=")]
    agencies = list(dict.fromkeys(rows["population"]))
    for axes, agency in zip(
        figure.subplots(len(agencies), 1, sharex=True, squeeze=False)[:, 0], agencies, strict=True
    ):
        own = rows[rows["population"] == agency]
        duty = own[own["measure"] == "officers_on_duty"]
        busy = own[own["measure"] == "officers_busy"]
        ends = [*duty["hour"], duty["hour"].max() + pd.Timedelta(hours=1)]
        axes.stairs(duty["estimate"], ends, baseline=None, color="#000000", lw=1.5, label="On duty")
        axes.plot(mid(busy), busy["estimate"], color=COLOURS[0], ls=(0, (5, 2)), label="Busy")
        axes.fill_between(mid(busy), busy["low"], busy["high"], color=COLOURS[0], alpha=0.25, lw=0)
        axes.set_title(words.get(agency, agency), loc="left", fontsize=10)
        axes.set_ylabel("Officers")
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    clock(axes, hourly, zone)


def _time_in_system(figure: Figure, measures: pd.DataFrame, words: dict[str, str]) -> None:
    """Draw mean, median and percentiles of time in system for all and each class."""
    axes = figure.subplots()
    rows = measures[measures["measure"] == "time_in_system"]
    people = list(dict.fromkeys(rows["population"]))[::-1]
    marks = (
        ("p50", "Median", "|", 0),
        ("mean", "Mean", "o", 1),
        ("p90", "90 %", "s", 2),
        ("p95", "95 %", "D", 4),
    )
    for statistic, label, mark, colour in marks:
        own = rows[rows["statistic"] == statistic].set_index("population").reindex(people)
        axes.errorbar(
            own["estimate"],
            range(len(people)),
            xerr=[
                _whisker(own["estimate"] - own["low"]),
                _whisker(own["high"] - own["estimate"]),
            ],
            fmt=mark,
            ms=14 if mark == "|" else 7,
            mew=2 if mark == "|" else 1,
            capsize=3,
            color=COLOURS[colour],
            label=label,
        )
    axes.set_yticks(range(len(people)), [words.get(name, name) for name in people])
    axes.set_ylim(-0.6, len(people) - 0.4)
    axes.set_xlim(left=0)
    axes.set_xlabel("Time in system, from arrival to leaving (min); whiskers: 95 % interval")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))


def _whisker(length: pd.Series[float]) -> pd.Series[float]:
    """Return the lengths of whiskers, 0 where there is no bound."""
    return length.where(length < math.inf, 0.0)


def _where_time_goes(figure: Figure, measures: pd.DataFrame, words: dict[str, str]) -> None:
    """Draw waiting, by what for, and service per visit at each stop, and of the whole crossing."""
    axes = figure.subplots()
    rows = measures[(measures["statistic"] == "mean")]
    places = [name for name in dict.fromkeys(rows["population"]) if name in words]
    places = [name for name in places if name.startswith("stop=")]
    bars = [
        ("all", in_words("Whole crossing, per traveller", words["counted"])),
        *((p, f"{words[p]}, per visit") for p in places),
    ]
    left = [0.0] * len(bars)
    for measure, label, colour, hatch in _PARTS:
        own = rows[rows["measure"] == measure].set_index("population")["estimate"]
        sizes = [float(own.get(name, 0.0)) for name, _ in bars]
        sizes = [0.0 if size != size else size for size in sizes]
        if not any(sizes):
            continue
        axes.barh(
            range(len(bars)),
            sizes,
            left=left,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            label=label,
        )
        left = [start + size for start, size in zip(left, sizes, strict=True)]
    for place, total in enumerate(left):
        axes.text(total, place, f" {total:.1f}", va="center")
    axes.set_yticks(range(len(bars)), [label for _, label in bars])
    axes.invert_yaxis()
    axes.set_xlim(right=1.12 * max(left))
    axes.set_xlabel("Mean time (min)")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))


def _lines(axes: Axes, rows: pd.DataFrame, words: dict[str, str]) -> None:
    """Draw a line with its band for each population."""
    for number, population in enumerate(dict.fromkeys(rows["population"])):
        own = rows[rows["population"] == population]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(
            mid(own),
            own["estimate"],
            color=colour,
            ls=DASHES[number % len(DASHES)],
            label=words.get(population, population),
        )
        axes.fill_between(mid(own), own["low"], own["high"], color=colour, alpha=0.25, lw=0)


def mid(rows: pd.DataFrame) -> pd.Series:
    """Return the middle of each hour, where an hour's mean is drawn."""
    import pandas as pd

    return rows["hour"] + pd.Timedelta(minutes=30)


def clock(axes: Axes, hourly: pd.DataFrame, zone: str) -> None:
    """Label an axis with the local wall clock."""
    import pandas as pd
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, DateFormatter, HourLocator

    first, last = hourly["hour"].min(), hourly["hour"].max() + pd.Timedelta(hours=1)
    axes.set_xlim(first, last)
    if last - first <= pd.Timedelta(hours=49):
        step = 2 if last - first <= pd.Timedelta(hours=25) else 6
        axes.xaxis.set_major_locator(HourLocator(range(0, 24, step), tz=first.tz))
        axes.xaxis.set_major_formatter(DateFormatter("%H:%M", tz=first.tz))
    else:
        locator = AutoDateLocator(tz=first.tz)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(
            ConciseDateFormatter(locator, tz=first.tz, show_offset=False)
        )
    days = f"{first:%d %B %Y}"
    if last - first > pd.Timedelta(hours=25):
        days += f" to {last - pd.Timedelta(hours=1):%d %B %Y}"
    axes.set_xlabel(f"Local time ({zone}), {days}")
