"""What all plots have in common: colours, dashes, figures and files, axes of times and rows.

Colours are those of Okabe and Ito, which people with the common kinds of colour
blindness tell apart; lines differ in their dashes, points in their marks and bars in their
hatching as well, so that the plots can be read in grey.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.report.bins import LENGTHS, Binned, Size

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
_ROOM = 1.6  # how far bands are shown, in highest means


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
        figure.set_layout_engine("none")  # laid out once; it takes a third of the time
        written.append(path)
    return written


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name rows, the first on top, and draw lines between them."""
    axes.set_yticks(range(len(names)), [plain(textwrap.fill(name, 34)) for name in names])
    axes.set_yticks([place + 0.5 for place in range(len(names) - 1)], minor=True)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="y", which="minor", color="#999999")
    axes.tick_params(axis="y", which="minor", length=0)


def reach(means: Iterable[float], bounds: Iterable[float]) -> float:
    """Return how far a scale goes that shows means with the bands of their intervals.

    It is as far as the means need: the interval of an hour in which hardly anybody comes would
    flatten all others. A band that goes beyond is cut.
    """
    highest = max((one for one in means if math.isfinite(one)), default=0.0)
    widest = max((one for one in bounds if math.isfinite(one)), default=0.0)
    return max(highest, min(widest, _ROOM * highest))


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


def clock_words(first: Any, last: Any, zone: str, of: str = "") -> str:
    """Return what an axis of times shows: whose time, such as ``of arrival``, zone and days."""
    import pandas as pd

    days = _day(first)
    if (end := last - pd.Timedelta(hours=1)).date() != first.date():
        days += f" to {_day(end)}"
    return " ".join(filter(None, ["Local time", of, f"({zone}), {days}"]))


def span_words(shown: Binned, zone: str, of: str = "") -> str:
    """Return what the axis of times of a plot shows, and how long its stretches are."""
    if shown.typical:
        return f"Hours of the week, means over all weeks; local time ({zone})"
    by = "" if shown.size == "hour" else f", {shown.by}"
    return clock_words(*shown.ends, zone, of) + by


def _day(moment: Any) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"
