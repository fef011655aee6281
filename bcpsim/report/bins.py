"""Stretches of time in plots: hours, days or weeks, whichever fits, and the typical week.

A mean over hours gives each of them the same weight. So do the bounds of its interval, which is at
least as wide as the interval of that mean: no mean of deviations is smaller than the deviation of
the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Size = Literal["hour", "day", "week"]

LENGTHS: dict[Size, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}

LONGEST: dict[Size, timedelta] = {"hour": timedelta(days=10), "day": timedelta(days=200)}
"""Longest time that is shown in hours, and in days: about 200 of them on 10 cm."""

MONDAY = "2001-01-01"
"""A Monday, on which typical weeks begin."""

_KEYS = ["variant", "measure", "population", "statistic"]
_VALUES = ["estimate", "low", "high"]


@dataclass(frozen=True)
class Binned:
    """Measures by stretches of time.

    Attributes
    ----------
    rows
        One for each measure and stretch; columns as of `bcpsim.Result.hourly`, hour being the
        stretch's local start (without a zone, where it is longer than an hour).
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


def ends(hours: pd.Series) -> tuple[Any, Any]:
    """Return where hours begin and end."""
    return hours.min(), hours.max() + LENGTHS["hour"]


def binned(hourly: pd.DataFrame) -> Binned:
    """Return measures by hour in stretches that fit the time that they cover."""
    import pandas as pd

    first, last = ends(hourly["hour"])
    size: Size = next((size for size, most in LONGEST.items() if last - first <= most), "week")
    if size == "hour":
        return Binned(hourly, size, (first, last))
    local = hourly["hour"].dt.tz_localize(None)
    start = local.dt.normalize()
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
    grouped = hourly.assign(hour=start).groupby([*_KEYS, "hour"], sort=False)
    means: pd.DataFrame = grouped[_VALUES].mean().reset_index()
    return means.sort_values("hour", kind="stable", ignore_index=True)
