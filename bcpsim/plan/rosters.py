"""Rosters to officers: counts per shift, rotations and tables become persons with shifts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bcpsim.plan.records.officers import ShiftPlan
from bcpsim.plan.windows import apart, joined
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.loading import LoadedScenario
from bcpsim.scenario.people import OfficerGroup, Rotation
from bcpsim.scenario.queries import windows_of
from bcpsim.scenario.tables import RosterRow, by_officer
from bcpsim.scenario.values import WEEKDAYS, Window, length_of

_Spans = list[tuple[float, float]]


def officers_of(
    loaded: LoadedScenario, name: str, end: float
) -> list[tuple[str, tuple[ShiftPlan, ...]]]:
    """Return the officers of a group: a name and the shifts of each until the end.

    Shifts that touch or overlap are one, unless absence is drawn for each of them.
    """
    group = loaded.scenario.officers[name]
    in_turn = [*_by_shifts(loaded, name, group, end), *_by_rotations(loaded, name, group, end)]
    rostered: list[tuple[str, _Spans, _Spans]] = [(one, spans, []) for one, spans in in_turn]
    if group.roster is not None:
        rows = loaded.tables["officers", name, "roster"].roster
        rostered += _by_table(loaded, name, rows, end, group.shift_offset)
    officers = []
    for number, (officer, spans, own) in enumerate(rostered):
        moved = [(a + group.shift_offset, b + group.shift_offset) for a, b in sorted(spans)]
        shifts = [(a, b) for a, b in moved if b > 0 and a < end]
        stretches = apart(shifts) if group.absence else joined(shifts)
        away = _breaks(loaded, group, number, len(rostered), end)
        away += [(a + group.shift_offset, b + group.shift_offset) for a, b in own]
        away.sort()
        officers.append((officer, tuple(_shift(group, a, b, away, end) for a, b in stretches)))
    return officers


def _shift(
    group: OfficerGroup, start: float, end: float, away: _Spans, horizon: float
) -> ShiftPlan:
    """Return the part of a shift that lies in the run, and when in it vehicles are taken."""
    first = max(start + group.handover.briefing, 0.0)
    start, end = max(start, 0.0), min(end, horizon)
    available = []
    for a, b in [*away, (end, end)]:
        if first < min(a, end):
            available.append((first, min(a, end)))
        first = max(first, b)
    return ShiftPlan(start=start, end=end, available=tuple(available))


def _by_shifts(
    loaded: LoadedScenario, name: str, group: OfficerGroup, end: float
) -> Iterator[tuple[str, _Spans]]:
    for row, shift in enumerate(group.shifts):
        spans = windows_of(loaded.scenario, shift, end, group.shift_offset)
        for k in range(shift.count):
            yield f"{name}/{row + 1}/{k + 1}", spans


def _by_rotations(
    loaded: LoadedScenario, name: str, group: OfficerGroup, end: float
) -> Iterator[tuple[str, _Spans]]:
    horizon = loaded.scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    for row, rotation in enumerate(group.rotations):
        first = horizon.start.date()
        if rotation.first_day is not None:
            first = date.fromisoformat(rotation.first_day)
        for k in range(rotation.count):
            spans = list(_turns(rotation, k, first, calendar, end))
            yield f"{name}/rotation {row + 1}/{k + 1}", spans


def _turns(
    rotation: Rotation, officer: int, first: date, calendar: Calendar, end: float
) -> Iterator[tuple[float, float]]:
    """Yield the shifts of an officer in a rotation."""
    start = calendar.start
    day = datetime(start.year, start.month, start.day) - timedelta(days=2)
    while calendar.elapsed(day) < end:
        turn = ((day.date() - first).days + officer * rotation.ahead) % len(rotation.cycle)
        window = rotation.shifts.get(rotation.cycle[turn])
        if window is not None and WEEKDAYS[day.weekday()] in window.days:
            yield _on(day, window, calendar)
        day += timedelta(days=1)


def _on(day: datetime, window: Window, calendar: Calendar) -> tuple[float, float]:
    """Return a daily window on one day, in minutes since the start."""
    closes = window.start + length_of(window)
    return (
        calendar.elapsed(day + timedelta(minutes=window.start)),
        calendar.elapsed(day + timedelta(minutes=closes)),
    )


def _by_table(
    loaded: LoadedScenario, name: str, rows: Sequence[RosterRow], end: float, offset: float
) -> Iterator[tuple[str, _Spans, _Spans]]:
    """Yield the officers of a table with their shifts and the breaks in these."""
    horizon = loaded.scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    spans_of: dict[int, tuple[_Spans, _Spans]] = {}
    for row in rows:
        if row.window is not None:
            spans = windows_of(loaded.scenario, row.window, end, offset)
        else:
            assert row.dates is not None
            spans = [(calendar.elapsed(row.dates[0]), calendar.elapsed(row.dates[1]))]
        breaks = [
            (a, b)
            for window in row.breaks
            for a, b in windows_of(loaded.scenario, window, end, offset)
            if any(start <= a and b <= stop for start, stop in spans)
        ]
        spans_of[id(row)] = spans, breaks
    for person, own in by_officer(rows).items():
        shifts = [span for row in own for span in spans_of[id(row)][0]]
        away = [span for row in own for span in spans_of[id(row)][1]]
        yield f"{name}/{person}", shifts, away


def _breaks(
    loaded: LoadedScenario, group: OfficerGroup, officer: int, officers: int, end: float
) -> _Spans:
    """Return the breaks of one officer: in turn with the others, spread over each window."""
    spans = []
    for record in group.breaks:
        for opens, closes in windows_of(loaded.scenario, record, end):
            turns = max(1, int((closes - opens) / record.length))
            start = opens + (officer % turns) * (closes - opens - record.length) / max(
                1, min(turns, officers) - 1
            ) * (min(turns, officers) > 1)
            start = min(start, closes - record.length)
            spans.append((start, start + record.length))
    return sorted(spans)
