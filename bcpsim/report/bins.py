"""Stretches of time in plots: hours, days or weeks, whichever fits, and the typical week.

A mean over hours gives each of them the same weight. So do the bounds of its interval, which is at
least as wide as the interval of that mean: no mean of deviations is smaller than the deviation of
the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Size = Literal["hour", "4 hours", "day", "week"]

LENGTHS: dict[Size, timedelta] = {
    "hour": timedelta(hours=1),
    "4 hours": timedelta(hours=4),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}

LONGEST: dict[Size, timedelta] = {
    "hour": timedelta(days=2.5),
    "4 hours": timedelta(days=10),
    "day": timedelta(days=200),
}
"""Longest time that is shown in stretches of a size: 60 of them are steps, 200 a line."""

MOST_PLACES = 12
"""Stops, or groups of officers, that are shown by the clock."""

MONDAY = "2001-01-01"
"""A Monday, on which typical weeks begin."""


@dataclass(frozen=True)
class Binned:
    """Measures by stretches of time.

    Attributes
    ----------
    rows
        One for each measure and stretch; columns as of `bcpsim.Result.hourly` or
        `bcpsim.Comparison.measures_by_hour`, hour being the stretch's local start (without a zone,
        where it is longer than an hour).
    size
        How long a stretch is.
    ends
        The local times where what is shown begins and ends.
    typical
        Whether the hours are those of a typical week: means over all weeks.
    """

    rows: pd.DataFrame
    size: Size
    ends: tuple[Any, Any]
    typical: bool = False

    @property
    def by(self) -> str:
        """How long a stretch is, in words: ``by hour``, ``in stretches of 4 hours``."""
        return f"in stretches of {self.size}" if self.size == "4 hours" else f"by {self.size}"


def ends(hours: pd.Series) -> tuple[Any, Any]:
    """Return where hours begin and end."""
    return hours.min(), hours.max() + LENGTHS["hour"]


def fullest(size: Mapping[str, float]) -> list[str]:
    """Return the few places that have most of something, in their order."""
    most = sorted(size, key=lambda place: -size[place])[:MOST_PLACES]
    return [place for place in size if place in most]


def binned(hourly: pd.DataFrame) -> Binned:
    """Return measures by hour in stretches that fit the time that they cover."""
    import pandas as pd

    first, last = ends(hourly["hour"])
    size: Size = next((size for size, most in LONGEST.items() if last - first <= most), "week")
    if size == "hour":
        return Binned(hourly, size, (first, last))
    local = hourly["hour"].dt.tz_localize(None)
    start = local.dt.floor("4h") if size == "4 hours" else local.dt.normalize()
    if size == "week":
        start -= pd.to_timedelta(start.dt.day_of_week, "D")
    return Binned(_means(hourly, start), size, ends(local))


def typical_week(hourly: pd.DataFrame) -> Binned | None:
    """Return measures by the hour of the week; None of less than two weeks."""
    import pandas as pd

    local = hourly["hour"].dt.tz_localize(None)
    first, last = ends(local)
    if last - first < 2 * LENGTHS["week"]:
        return None
    monday = pd.Timestamp(MONDAY)
    hours = pd.to_timedelta(24 * local.dt.day_of_week + local.dt.hour, "h")
    week = (monday, monday + LENGTHS["week"])
    return Binned(_means(hourly, monday + hours), "hour", week, typical=True)


def _means(hourly: pd.DataFrame, start: pd.Series) -> pd.DataFrame:
    """Return means over the hours of each stretch, those without a value left out."""
    values = [*hourly.select_dtypes("number").columns]
    keys = [name for name in hourly.columns if name not in (*values, "hour")]
    grouped = hourly.assign(hour=start).groupby([*keys, "hour"], sort=False, observed=True)
    means: pd.DataFrame = grouped[values].mean().reset_index()
    return means.sort_values("hour", kind="stable", ignore_index=True)
