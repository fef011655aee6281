"""Local wall-clock time and minutes since the start, across changes of the clock."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_QUARTER = timedelta(minutes=15)  # all zones change their offset on a quarter of an hour


@dataclass(frozen=True, slots=True)
class Calendar:
    """The start of a scenario in local time, and its zone.

    Attributes
    ----------
    start
        Local date and time of minute 0, without offset.
    zone
        Name of the time zone.
    """

    start: datetime
    zone: str

    def elapsed(self, local: datetime) -> float:
        """Return the minutes from the start to a local time, or to one with an offset.

        A time that a change of the clock skips counts as the same instant read with the
        offset before the change; one that comes twice counts as the first.
        """
        return (self._utc(local) - self._utc(self.start)).total_seconds() / 60

    def is_steady(self, day: date) -> bool:
        """Return whether the clock has one offset throughout a day, and up to the next noon."""
        zone = ZoneInfo(self.zone)
        begin = datetime(day.year, day.month, day.day, tzinfo=zone)
        return begin.utcoffset() == (begin + timedelta(hours=36)).utcoffset()

    def is_doubtful(self, local: datetime) -> bool:
        """Return whether a change of the clock skips a local time, or lets it come twice."""
        zone = ZoneInfo(self.zone)
        first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        return first != second

    def exists(self, local: datetime) -> bool:
        """Return whether no change of the clock skips a local time."""
        again = self._utc(local).astimezone(ZoneInfo(self.zone))
        return again.replace(tzinfo=None, fold=0) == local.replace(fold=0)

    def local(self, minutes: float) -> datetime:
        """Return the local time, with its offset, so many minutes after the start."""
        instant = self._utc(self.start) + timedelta(minutes=minutes)
        return instant.astimezone(ZoneInfo(self.zone))

    def daily_window(
        self,
        start: float,
        end: float,
        horizon: float,
        weekdays: Set[int],
        before: float = 0.0,
    ) -> list[tuple[float, float]]:
        """Return the stretches of a daily window that meet [0, horizon).

        Parameters
        ----------
        start, end
            Minutes after local midnight; an end at or before the start is on the next day.
        horizon
            Minutes since the scenario's start.
        weekdays
            Days on which the window starts, Monday being 0.
        before
            Minutes before the start from which stretches are returned too.

        Returns
        -------
        list of (float, float)
            Minutes since the start, in order; the first may begin before 0.
        """
        if end <= start:
            end += 1440
        days = 1 + math.ceil(before / 1440)
        day = datetime(self.start.year, self.start.month, self.start.day) - timedelta(days=days)
        windows: list[tuple[float, float]] = []
        while True:
            opens = self.elapsed(_at(day, start))
            if opens >= horizon:
                return windows
            closes = self.elapsed(_at(day, end))
            if day.weekday() in weekdays and closes > max(opens, -before):
                windows.append((opens, closes))
            day += timedelta(days=1)

    def days(self, horizon: float) -> list[float]:
        """Return when the local days of [0, horizon) begin, the first at or before minute 0."""
        day = datetime(self.start.year, self.start.month, self.start.day)
        starts: list[float] = []
        while not starts or starts[-1] < horizon:
            starts.append(self.elapsed(day))
            day += timedelta(days=1)
        return starts[:-1] if len(starts) > 1 else starts

    def hourly_edges(self, horizon: float) -> tuple[list[float], list[int], list[int]]:
        """Return the local hours of [0, horizon].

        Returns
        -------
        edges
            Minutes since the start, from 0 to the horizon; one more than there are hours.
        hours, weekdays
            Local hour of the day (0 to 23) and weekday (Monday is 0) between the edges. In
            spring one hour is left out, in autumn one comes twice.
        """
        begin = self._utc(self.start)
        zone = ZoneInfo(self.zone)
        previous = self.local(0)  # not the start itself, which a change of the clock may skip
        edges, hours, weekdays = [0.0], [previous.hour], [previous.weekday()]
        # The first quarter after the start, by the clock in UTC.
        instant = begin - timedelta(
            minutes=begin.minute % 15, seconds=begin.second, microseconds=begin.microsecond
        )
        while True:
            instant += _QUARTER
            minutes = (instant - begin).total_seconds() / 60
            if minutes >= horizon:
                edges.append(horizon)
                return edges, hours, weekdays
            local = instant.astimezone(zone)
            same_hour = (local.hour, local.date(), local.utcoffset()) == (
                previous.hour,
                previous.date(),
                previous.utcoffset(),
            )
            if not same_hour:
                edges.append(minutes)
                hours.append(local.hour)
                weekdays.append(local.weekday())
            previous = local

    def _utc(self, local: datetime) -> datetime:
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def _at(day: datetime, minutes: float) -> datetime:
    return day + timedelta(minutes=minutes)
