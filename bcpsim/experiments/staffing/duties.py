"""Allowed shifts as columns of a covering problem, and rosters made of them."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError
from bcpsim.experiments.staffing.file import Question, Rules, ShiftChoice
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.common import Window, length_of
from bcpsim.scenario.fields import write_clock
from bcpsim.scenario.people import Roster, Shift
from bcpsim.scenario.tables import RosterRow, Table

DAY = 1440.0

MAX_DUTIES = 2000
"""Most kinds of shifts, by start, length and breaks, over all groups."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of shift: the same hours every day.

    Attributes
    ----------
    group
        Place of the group in `Duties.groups`.
    start, length
        Minutes after midnight, and minutes.
    breaks
        Start and end of each break, in minutes after the start of the shift.
    """

    group: int
    start: float
    length: float
    breaks: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """What a roster may be made of.

    The day is cut where anybody may come or go; in each part the number of officers who
    take vehicles is constant. A roster is the number of officers on each duty; its cover is
    the number who take vehicles, by group and part of the day.

    Attributes
    ----------
    groups, agencies
        Names of the groups, and the agency of each.
    duties
        Kinds of shifts.
    edges
        Starts of the parts of the day, in minutes after midnight, and 1440.
    takes, on_duty
        Whether the duty takes vehicles, or is on duty (breaks and briefings included), in
        each part; shape (duties, parts).
    limits
        Sets of duties of which together at most so many officers may work.
    least
        Parts and duties of which at least so many must be on duty: (duties that count,
        number), one for each part with such a rule.
    most
        The largest cover that the limits allow, by group and part.
    """

    groups: tuple[str, ...]
    agencies: tuple[str, ...]
    duties: tuple[Duty, ...]
    edges: NDArray[np.float64]
    takes: NDArray[np.bool_]
    on_duty: NDArray[np.bool_]
    limits: tuple[tuple[Ints, int], ...]
    least: tuple[tuple[Ints, int], ...]
    most: Ints

    @property
    def minutes(self) -> NDArray[np.float64]:
        """Length of each duty, breaks included."""
        return np.array([duty.length for duty in self.duties])

    def cover(self, counts: Ints) -> Ints:
        """Return who takes vehicles, shape (groups, parts)."""
        owner = np.array([duty.group for duty in self.duties])
        return np.array(
            [counts[owner == g] @ self.takes[owner == g] for g in range(len(self.groups))]
        )

    def keeps_rules(self, counts: Ints) -> bool:
        """Return whether a roster keeps all limits and rules."""
        return all(counts[which].sum() <= most for which, most in self.limits) and all(
            counts[which].sum() >= fewest for which, fewest in self.least
        )


def duties_of(question: Question, loaded: LoadedScenario) -> Duties:
    """Return the shifts that are allowed to the groups of a variant.

    Raises
    ------
    InputError
        If the rules of an agency leave a group no shift, or there are too many kinds.
    """
    file = question.file
    scenario = loaded.scenario
    groups = tuple(file.officers)
    agencies = tuple(scenario.officers[name].agency for name in groups)
    duties: list[Duty] = []
    limits: list[tuple[list[int], int]] = []
    for number, name in enumerate(groups):
        first = len(duties)
        rules = file.rules.get(agencies[number], Rules())
        for row, choice in enumerate(file.officers[name].shifts):
            for alike in _duties(choice, number, rules):
                if choice.at_most is not None:
                    limits.append(([len(duties) + k for k in range(len(alike))], choice.at_most))
                duties += alike
                if len(duties) > MAX_DUTIES:
                    raise InputError(
                        f"officers.{name}.shifts.{row}: more than {MAX_DUTIES} kinds of shifts; "
                        "allow fewer starts or breaks"
                    )
        if len(duties) == first:
            raise InputError(
                f"the rules of {agencies[number]} leave {name} no shift: each is outside its "
                "hours, too long for the rest, or too long without a break"
            )
        limits.append((list(range(first, len(duties))), file.officers[name].at_most))

    briefings = [scenario.officers[groups[duty.group]].handover.briefing for duty in duties]
    spans = [list(_takes(duty, b)) for duty, b in zip(duties, briefings, strict=True)]
    whole = [[(duty.start, duty.start + duty.length)] for duty in duties]
    marks = {0.0}
    marks |= {time % DAY for own in (*spans, *whole) for span in own for time in span}
    marks |= {
        time % DAY
        for rules in file.rules.values()
        for rule in rules.on_duty
        for time in (rule.start, rule.end)
    }
    edges = np.array([*sorted(marks), DAY])
    takes = np.array([_inside(own, edges) for own in spans])
    on_duty = np.array([_inside(own, edges) for own in whole])
    least: list[tuple[Ints, int]] = []
    for agency in dict.fromkeys(agencies):
        ours = np.array([agencies[duty.group] == agency for duty in duties])
        for rule in file.rules.get(agency, Rules()).on_duty:
            parts = _inside([(rule.start, rule.start + length_of(rule))], edges)
            for part in np.flatnonzero(parts):
                who = np.flatnonzero(ours & on_duty[:, part])
                if rule.at_least:
                    least.append((who, rule.at_least))
                if rule.at_most is not None:
                    limits.append((who.tolist(), rule.at_most))
    bounds = tuple((np.array(which, dtype=np.int64), most) for which, most in limits)
    owner = np.array([duty.group for duty in duties])
    most = np.array(
        [
            [
                _most(np.flatnonzero((owner == g) & takes[:, part]), bounds)
                for part in range(len(edges) - 1)
            ]
            for g in range(len(groups))
        ]
    )
    return Duties(
        groups, agencies, tuple(duties), edges, takes, on_duty, bounds, tuple(least), most
    )


def _duties(choice: ShiftChoice, group: int, rules: Rules) -> Iterator[list[Duty]]:
    """Yield for each allowed start and length the duties that differ in their breaks."""
    for start in dict.fromkeys(choice.starts.times):
        for length in dict.fromkeys(choice.length):
            found = []
            for starts in itertools.product(*(record.offsets for record in choice.breaks)):
                breaks = sorted(
                    (a, a + record.length) for a, record in zip(starts, choice.breaks, strict=True)
                )
                if all(x[1] <= y[0] for x, y in itertools.pairwise(breaks)):
                    duty = Duty(group, start % DAY, length, tuple(breaks))
                    if _allowed(duty, rules):
                        found.append(duty)
            if found:
                yield found


def _allowed(duty: Duty, rules: Rules) -> bool:
    """Return whether a duty keeps the rules for a single shift."""
    if rules.rest and duty.length > DAY - rules.rest:
        return False
    if rules.without_break is not None:
        ends = [0.0, *(end for _, end in duty.breaks)]
        starts = [*(start for start, _ in duty.breaks), duty.length]
        if max(b - a for a, b in zip(ends, starts, strict=True)) > rules.without_break:
            return False
    if rules.within is not None:
        window = rules.within
        return (duty.start - window.start) % DAY + duty.length <= length_of(window)
    return True


def _takes(duty: Duty, briefing: float) -> Iterator[tuple[float, float]]:
    """Yield when a duty takes vehicles, in minutes after midnight of its first day."""
    begin = min(briefing, duty.length)
    for start, end in (*duty.breaks, (duty.length, duty.length)):
        if begin < start:
            yield duty.start + begin, duty.start + start
        begin = max(begin, end)


def _inside(spans: Sequence[tuple[float, float]], edges: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each part of the day lies in one of the stretches of time."""
    middle = (edges[:-1] + edges[1:]) / 2
    inside = np.zeros(len(middle), dtype=bool)
    for start, end in spans:
        for day in (0.0, DAY):  # a stretch may go on after midnight
            inside |= (start <= middle + day) & (middle + day < end)
    return inside


def _most(which: Ints, limits: Sequence[tuple[Ints, int]]) -> int:
    """Return the most officers that some duties can give, each limit seen for itself."""
    whole = [most for own, most in limits if set(which) <= set(own)]
    return min(whole) if len(which) else 0


def roster_rows(duties: Duties, counts: Ints) -> dict[str, list[RosterRow]]:
    """Return a roster as the rows of each group's table, by start."""
    rows: dict[str, list[RosterRow]] = {name: [] for name in duties.groups}
    order = sorted(
        np.flatnonzero(counts).tolist(),
        key=lambda k: (duties.duties[k].start, duties.duties[k].length, duties.duties[k].breaks),
    )
    for k in order:
        duty = duties.duties[k]
        breaks = tuple(_window(duty.start + a, duty.start + b) for a, b in duty.breaks)
        window = _window(duty.start, duty.start + duty.length)
        rows[duties.groups[duty.group]].append(RosterRow("", int(counts[k]), window, None, breaks))
    return rows


def cover_rows(duties: Duties, cover: Ints) -> dict[str, list[RosterRow]]:
    """Return rows with exactly this cover, whether or not shifts allow it."""
    rows: dict[str, list[RosterRow]] = {}
    for name, levels in zip(duties.groups, cover, strict=True):
        rows[name] = []
        for level in range(1, int(levels.max(initial=0)) + 1):
            there = levels >= level
            changes = np.flatnonzero(np.diff(there.astype(int), prepend=0, append=0))
            for first, last in zip(changes[::2], changes[1::2], strict=True):
                window = _window(duties.edges[first], duties.edges[last])
                rows[name].append(RosterRow("", 1, window, None))
    return rows


def _window(start: float, end: float) -> Window:
    """Return a daily window; an end on the next day is written as its time of day."""
    last = end if end <= DAY else end % DAY
    return Window.model_validate({"from": write_clock(start % DAY), "to": write_clock(last)})


def with_rosters(
    loaded: LoadedScenario, rows: Mapping[str, Sequence[RosterRow]], *, exact: bool = False
) -> LoadedScenario:
    """Return a variant whose groups have these rosters and no other shifts or breaks.

    Parameters
    ----------
    loaded
        The variant.
    rows
        Rows of each group's table; none: nobody.
    exact
        Leave absence and briefings out as well, so that the cover is exactly that of the rows.
    """
    officers = dict(loaded.scenario.officers)
    tables = dict(loaded.tables)
    for name, own in rows.items():
        update: dict[str, Any] = {
            "shifts": () if own else (_NOBODY,),
            "rotations": (),
            "roster": Roster(file=roster_file(loaded, name)) if own else None,
            "breaks": (),
            "shift_offset": 0.0,
        }
        if exact:
            handover = officers[name].handover.model_copy(update={"briefing": 0.0})
            update |= {"absence": 0.0, "handover": handover}
        officers[name] = officers[name].model_copy(update=update)
        tables.pop(("officers", name, "roster"), None)
        if own:
            digest = hashlib.sha256(roster_csv(own).encode()).hexdigest()
            tables["officers", name, "roster"] = Table(digest, roster=tuple(own))
    scenario = loaded.scenario.model_copy(update={"officers": officers})
    return replace(loaded, scenario=scenario, tables=tables)


_NOBODY = Shift.model_validate({"from": "00:00", "to": "24:00", "count": 0})


def roster_file(loaded: LoadedScenario, group: str) -> str:
    """Return the name of the file of a group's roster."""
    return f"roster-{loaded.variant}-{group}.csv"


def roster_csv(rows: Sequence[RosterRow]) -> str:
    """Return rows as the text of a table that a scenario's roster reads."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["count", "from", "to", "breaks"])
    for row in rows:
        assert row.window is not None
        breaks = " ".join(map(clock_span, row.breaks))
        writer.writerow([row.count, *clock_span(row.window).split("-"), breaks])
    return text.getvalue()


def clock_span(window: Window) -> str:
    """Return a window as 10:00-10:30."""
    return f"{write_clock(window.start)}-{write_clock(window.end)}"
