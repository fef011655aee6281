"""What of a roster lies in the horizon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bcpsim.files.units import how_many
from bcpsim.scenario.tables.coverage import Horizon, hours, span, tell_unused
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.shifts import RosterRow, by_officer
from bcpsim.scenario.values import WEEKDAYS

_DAY = 1440.0


def cover_roster(rows: Sequence[RosterRow], horizon: Horizon, notes: Notes) -> str:
    """Tell what of a roster lies in the horizon.

    Parameters
    ----------
    rows
        Its shifts.
    horizon
        What is simulated.
    notes
        Told what lies outside, and where a roster with dates begins late or ends early.

    Returns
    -------
    str
        What it holds, in a line: officers, shifts and officer hours in the horizon.
    """
    persons = by_officer(rows)
    minutes = sum(
        min(end, horizon.duration) - max(start, 0.0)
        for rows_of_person in persons.values()
        for row in rows_of_person
        for start, end in _spans(row, horizon)
        if start < horizon.duration and end > 0
    )
    dated = [(row.dates, span) for row in rows if row.dates for span in _spans(row, horizon)]
    early = sum(end <= 0 for _, (_, end) in dated)
    late = sum(start >= horizon.duration for _, (start, _) in dated)
    tell_unused("shift", len(dated), early, late, notes)
    when = ""
    if dated:
        first = min(dates[0] for dates, _ in dated)
        last = max(dates[1] for dates, _ in dated)
        when = f" from {span(first, last)}"
    if dated and len(dated) == len(rows) and early + late < len(dated):
        _tell_ends(
            min(start for _, (start, _) in dated),
            max(end for _, (_, end) in dated),
            first,
            last,
            horizon,
            notes,
        )
    who = f"{how_many(len(rows), 'shift')} of {how_many(len(persons), 'officer')}{when}"
    return f"{who}: {hours(minutes)} officer hours in the horizon, without absence and breaks"


def _spans(row: RosterRow, horizon: Horizon) -> Iterator[tuple[float, float]]:
    """Yield when a shift is worked, in minutes since the start; without dates: in the horizon."""
    calendar = horizon.calendar
    if row.dates is not None:
        yield calendar.elapsed(row.dates[0]), calendar.elapsed(row.dates[1])
    elif row.window is not None:
        days = frozenset(WEEKDAYS.index(day) for day in row.window.days)
        yield from calendar.daily_window(row.window.start, row.window.end, horizon.duration, days)


def _tell_ends(
    begins: float, ends: float, first: datetime, last: datetime, horizon: Horizon, notes: Notes
) -> None:
    """Warn where more than a day of the horizon lies before the first shift or after the last."""
    for length, where in (
        (begins, f"before its first shift, {first:%a %d %b %Y %H:%M}"),
        (horizon.duration - ends, f"after its last shift, {last:%a %d %b %Y %H:%M}"),
    ):
        if length > _DAY:
            notes.warn(
                f"has nobody in {hours(length)} of {hours(horizon.duration)} h of the "
                f"horizon, {where}"
            )
