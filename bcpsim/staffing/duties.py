"""Allowed shifts as columns of a covering problem, and rosters made of them."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.files.fields import write_clock
from bcpsim.files.record import with_known
from bcpsim.results import file_name
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.people import Roster, Shift
from bcpsim.scenario.tables import RosterRow, Table
from bcpsim.scenario.values import WEEKDAYS, Window, length_of
from bcpsim.staffing.file import (
    ALL_DAYS,
    Rules,
    ShiftChoice,
    numbers_of,
)
from bcpsim.staffing.study import LoadedStaffing

DAY = 1440.0

MAX_DUTIES = 2000
"""Most kinds of shifts, by start, length, breaks and weekdays, over all groups."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of shift: the same hours on each of its days.

    Attributes
    ----------
    group
        Place of the group in `Duties.groups`, or after these of the lanes in `Duties.lanes`.
    start, length
        Minutes after midnight, and minutes.
    breaks
        Start and end of each break, in minutes after the start of the shift.
    days
        Weekdays on which it starts, Monday being 0.
    """

    group: int
    start: float
    length: float
    breaks: tuple[tuple[float, float], ...]
    days: tuple[int, ...] = ALL_DAYS


@dataclass(frozen=True, slots=True)
class Duties:
    """The shifts of which a roster may be made, and the limits on them.

    A cycle (a day, or a week where weekdays are told apart) is cut where anybody may come or
    go. Parts in which all duties are alike, such as the two ends of a night, are one slot: in
    it the number of officers who take vehicles is constant. A roster is the number of officers
    on each duty; its cover is the number who take vehicles, by group and slot.

    Lanes whose number is to be found are rows after the groups, with one duty each. Their number
    is the same all day: in a cover it stands in the first slot, and the others have none.

    Attributes
    ----------
    groups, agencies
        Names of the groups, and the agency of each.
    lanes
        Stops, or stops and lanes, whose number of lanes is to be found.
    lane_groups
        The groups that work at each of them.
    duties
        Kinds of shifts.
    days
        Number of days in the cycle, 1 or 7.
    edges
        Starts of the parts of the cycle, in minutes, and its length.
    slot_of
        The slot of each part.
    takes
        Whether the duty takes vehicles (is there, and neither on a break nor briefed) in each
        slot; shape (duties, slots).
    pieces
        Slot, hour of the cycle and minutes of each stretch in which a slot meets an hour; shape
        (3, pieces).
    limits
        Sets of duties of which together at most so many officers may work.
    least
        Sets of duties of which together at least so many must work.
    most
        The largest cover that the limits allow, by group and slot.
    fewest
        The smallest there can be, by group: 0, and of lanes what the file says.
    """

    groups: tuple[str, ...]
    agencies: tuple[str, ...]
    lanes: tuple[str, ...]
    lane_groups: tuple[tuple[str, ...], ...]
    duties: tuple[Duty, ...]
    days: int
    edges: NDArray[np.float64]
    slot_of: Ints
    takes: NDArray[np.bool_]
    pieces: Ints
    limits: tuple[tuple[Ints, int], ...]
    least: tuple[tuple[Ints, int], ...]
    most: Ints
    fewest: Ints

    @property
    def measured(self) -> tuple[str, ...]:
        """All groups whose officers' time is of interest: those that are free come first."""
        return tuple(dict.fromkeys([*self.groups, *itertools.chain(*self.lane_groups)]))

    @property
    def owner(self) -> Ints:
        """The group of each duty."""
        return np.array([duty.group for duty in self.duties], dtype=np.int64)

    @property
    def shifts(self) -> Ints:
        """Shifts in a cycle of an officer on each duty."""
        per_officer = [len(duty.days) if self.days > 1 else 1 for duty in self.duties]
        return np.where(self.owner < len(self.groups), per_officer, 0)

    @property
    def minutes(self) -> NDArray[np.float64]:
        """Minutes in a cycle of an officer on each duty, breaks included."""
        lengths = np.array([duty.length for duty in self.duties], dtype=np.float64)
        return lengths * self.shifts

    def cover(self, counts: Ints) -> Ints:
        """Return who takes vehicles, shape (groups, slots)."""
        owner = self.owner
        return np.array(
            [counts[owner == row] @ self.takes[owner == row] for row in range(len(self.most))]
        )

    def by_slot(self, hourly: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the largest value in each slot: (groups, hours) to (groups, slots)."""
        slots, hours, _ = self.pieces
        largest = [
            hourly[:, hours[slots == slot]].max(axis=1) for slot in range(self.takes.shape[1])
        ]
        return np.array(largest).T

    def hours_apart(self, hour: int) -> Ints:
        """Return how many hours each place of a cycle is away from one of its hours.

        Shape (groups and lanes, slots). Lanes are there at every hour.
        """
        slots, hours, _ = self.pieces
        size = 24 * self.days
        away = np.abs((hours - hour + size // 2) % size - size // 2)
        nearest = np.full(self.takes.shape[1], size)
        np.minimum.at(nearest, slots, away)
        rows = np.tile(nearest, (len(self.most), 1))
        rows[len(self.groups) :] = 0
        return rows

    def lane_counts(self, numbers: Ints) -> dict[str, int]:
        """Return the number of lanes, from those on each duty or from the first slot of a cover."""
        per_duty = numbers[:, 0] if numbers.ndim > 1 else numbers
        return dict(
            zip(self.lanes, per_duty[len(per_duty) - len(self.lanes) :].tolist(), strict=True)
        )

    def keeps_rules(self, counts: Ints) -> bool:
        """Return whether a roster keeps all limits and rules."""
        return all(counts[which].sum() <= most for which, most in self.limits) and all(
            counts[which].sum() >= fewest for which, fewest in self.least
        )


def duties_of(question: LoadedStaffing, loaded: LoadedScenario) -> Duties:
    """Return the shifts that are allowed to the groups of a variant.

    Raises
    ------
    ScenarioError
        If the rules of an agency leave a group no shift, or there are too many kinds.
    """
    file = question.file
    scenario = loaded.scenario
    days = file.cycle
    groups = tuple(file.groups(loaded.variant))
    agencies = tuple(scenario.officers[name].agency for name in groups)
    duties, limits = _allowed_duties(question, loaded.variant, groups, agencies)
    briefings = [scenario.officers[groups[duty.group]].handover.briefing for duty in duties]
    spans = [
        [span for day in duty.days[:days] for span in _takes(duty, briefing, day * DAY)]
        for duty, briefing in zip(duties, briefings, strict=True)
    ]
    whole = [
        [(day * DAY + duty.start, day * DAY + duty.start + duty.length) for day in duty.days[:days]]
        for duty in duties
    ]
    rules_of = [(name, rule) for name, rules in file.rules.items() for rule in rules.on_duty]
    ruled = [_of_rule(rule, days) for _, rule in rules_of]
    edges = _edges(days * DAY, [*spans, *whole, *ruled])
    least: list[tuple[list[int], int]] = []
    on_duty = np.array([_inside(spans_of_time, edges) for spans_of_time in whole])
    for (agency, rule), spans_of_time in zip(rules_of, ruled, strict=True):
        of_agency = np.array([agencies[duty.group] == agency for duty in duties])
        for part in np.flatnonzero(_inside(spans_of_time, edges)) if of_agency.any() else ():
            who = np.flatnonzero(of_agency & on_duty[:, part]).tolist()
            if rule.at_least:
                least.append((who, rule.at_least))
            if rule.at_most is not None:
                limits.append((who, rule.at_most))
    takes, slot_of = _slots(np.array([_inside(spans_of_time, edges) for spans_of_time in spans]))
    lanes = tuple(file.lanes_of(loaded.variant))
    for number, name in enumerate(lanes):
        limits.append(([len(duties)], file.lanes[name].at_most))
        least.append(([len(duties)], file.lanes[name].at_least))
        duties.append(Duty(len(groups) + number, 0.0, DAY, ()))
    first_slot = np.arange(takes.shape[1]) == 0
    takes = np.concatenate([takes, np.tile(first_slot, (len(lanes), 1))])
    bounds = _once(limits)
    return Duties(
        groups=groups,
        agencies=agencies,
        lanes=lanes,
        lane_groups=tuple(_lane_groups(loaded, name) for name in lanes),
        duties=tuple(duties),
        days=days,
        edges=edges,
        slot_of=slot_of,
        takes=takes,
        pieces=_pieces(edges, slot_of),
        limits=bounds,
        least=_once(least),
        most=_most_by_slot(duties, len(groups) + len(lanes), takes, bounds),
        fewest=np.array([0 for _ in groups] + [file.lanes[name].at_least for name in lanes]),
    )


def _edges(cycle: float, spans_of_time: Iterable[Sequence[tuple[float, float]]]) -> Floats:
    """Return where a cycle is cut: where any stretch starts or ends, in minutes."""
    times = {time % cycle for parts in spans_of_time for part in parts for time in part}
    return np.array([*sorted({0.0} | times), cycle])


def _most_by_slot(
    duties: Sequence[Duty],
    rows: int,
    takes: NDArray[np.bool_],
    bounds: Sequence[tuple[Ints, int]],
) -> Ints:
    """Return the largest cover that bounds allow, by group (or lanes) and slot."""
    owner = np.array([duty.group for duty in duties])
    return np.array(
        [
            [_most(np.flatnonzero((owner == row) & column), bounds) for column in takes.T]
            for row in range(rows)
        ]
    )


def _allowed_duties(
    question: LoadedStaffing, variant: str, groups: Sequence[str], agencies: Sequence[str]
) -> tuple[list[Duty], list[tuple[list[int], int]]]:
    """Return the shifts that are allowed to groups, and how many officers may be on which of them.

    Raises
    ------
    ScenarioError
        If the rules of an agency leave a group no shift, or there are too many kinds.
    """
    file = question.file
    duties: list[Duty] = []
    limits: list[tuple[list[int], int]] = []
    for number, name in enumerate(groups):
        first = len(duties)
        rules = file.rules.get(agencies[number], Rules())
        for row, choice in file.choices(name, variant):
            for alike in _duties(choice, number, rules):
                if choice.at_most is not None:
                    limits.append(([len(duties) + k for k in range(len(alike))], choice.at_most))
                duties += alike
                if len(duties) > MAX_DUTIES:
                    raise question.problem(
                        f"more than {MAX_DUTIES} kinds of shifts; allow fewer starts or breaks",
                        *("officers", name, "shifts", row),
                    )
        if len(duties) == first:
            raise question.problem(
                f"the rules of {agencies[number]} leave {name} no shift: each is outside its "
                "hours, too long for the rest, or too long without a break",
                *("officers", name, "shifts"),
            )
        for day in range(file.cycle):
            ours = [k for k in range(first, len(duties)) if day in duties[k].days]
            limits.append((ours, file.officers[name].at_most))
    return duties, limits


def _lane_groups(loaded: LoadedScenario, lanes: str) -> tuple[str, ...]:
    """Return the groups that work at a stop with lanes whose number is to be found."""
    stop = lanes.partition(".")[0]
    return tuple(name for name, group in loaded.scenario.officers.items() if stop in group.stop)


def _of_rule(rule: Window, days: int) -> list[tuple[float, float]]:
    """Return the stretches of the cycle in which a rule holds."""
    starts = [day * DAY + rule.start for day in numbers_of(rule.days)[:days]]
    return [(start, start + length_of(rule)) for start in starts]


def _slots(takes: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Ints]:
    """Return the parts in which duties differ, by time, and which of them each part is."""
    known: dict[bytes, int] = {}
    slot_of = [known.setdefault(column.tobytes(), len(known)) for column in takes.T]
    first = [slot_of.index(slot) for slot in range(len(known))]
    return takes[:, first], np.array(slot_of, dtype=np.int64)


def _pieces(edges: NDArray[np.float64], slot_of: Ints) -> Ints:
    """Return slot, hour and minutes of each stretch in which a slot meets an hour."""
    minutes: dict[tuple[int, int], float] = {}
    for slot, start, end in zip(slot_of.tolist(), edges[:-1], edges[1:], strict=True):
        for hour in range(int(start // 60), math.ceil(end / 60)):
            inside = min(end, 60.0 * (hour + 1)) - max(start, 60.0 * hour)
            minutes[slot, hour] = minutes.get((slot, hour), 0.0) + inside
    rows = [(slot, hour, round(inside)) for (slot, hour), inside in sorted(minutes.items())]
    return np.array(rows, dtype=np.int64).T


def _once(sums: Sequence[tuple[list[int], int]]) -> tuple[tuple[Ints, int], ...]:
    """Return bounds of sums without those that repeat another."""
    kept = dict.fromkeys((tuple(which), bound) for which, bound in sums)
    return tuple((np.array(which, dtype=np.int64), bound) for which, bound in kept)


def _duties(choice: ShiftChoice, group: int, rules: Rules) -> Iterator[list[Duty]]:
    """Yield for each allowed start, length and set of days the duties that differ in breaks."""
    for start, length, days in itertools.product(
        dict.fromkeys(choice.starts.times), dict.fromkeys(choice.length), choice.day_sets
    ):
        duties = []
        for starts in itertools.product(*(record.offsets for record in choice.breaks)):
            breaks = sorted(
                (a, a + record.length) for a, record in zip(starts, choice.breaks, strict=True)
            )
            if all(x[1] <= y[0] for x, y in itertools.pairwise(breaks)):
                duty = Duty(group, start % DAY, length, tuple(breaks), days)
                if _allowed(duty, rules):
                    duties.append(duty)
        if duties:
            yield duties


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
        if not set(duty.days) <= set(numbers_of(window.days)):
            return False
        return (duty.start - window.start) % DAY + duty.length <= length_of(window)
    return True


def _takes(duty: Duty, briefing: float, midnight: float) -> Iterator[tuple[float, float]]:
    """Yield when a duty that starts on the day after a midnight takes vehicles."""
    begin, shift = min(briefing, duty.length), midnight + duty.start
    for start, end in (*duty.breaks, (duty.length, duty.length)):
        if begin < start:
            yield shift + begin, shift + start
        begin = max(begin, end)


def _inside(spans: Sequence[tuple[float, float]], edges: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each part of the cycle lies in one of the stretches of time."""
    middle, cycle = (edges[:-1] + edges[1:]) / 2, edges[-1]
    inside = np.zeros(len(middle), dtype=bool)
    for start, end in spans:
        for before in (0.0, cycle):  # a stretch may go on after the end of the cycle
            inside |= (start <= middle + before) & (middle + before < end)
    return inside


def _most(which: Ints, limits: Sequence[tuple[Ints, int]]) -> int:
    """Return the largest number of officers that some duties can give, by each limit alone."""
    whole = [most for limited, most in limits if set(which) <= set(limited)]
    return min(whole) if len(which) else 0


def roster_rows(duties: Duties, counts: Ints) -> dict[str, list[RosterRow]]:
    """Return a roster as the rows of each group's table, by weekday and start."""
    rows: dict[str, list[RosterRow]] = {name: [] for name in duties.groups}

    def when(k: int) -> Any:
        duty = duties.duties[k]
        return duty.days, duty.start, duty.length, duty.breaks

    ours = np.flatnonzero(counts * duties.shifts).tolist()
    for k in sorted(ours, key=when):
        duty = duties.duties[k]
        breaks = tuple(_window(duty.start + a, duty.start + b, ALL_DAYS) for a, b in duty.breaks)
        for days in stretches(duty.days):
            window = _window(duty.start, duty.start + duty.length, days)
            row = RosterRow("", int(counts[k]), window, None, breaks)
            rows[duties.groups[duty.group]].append(row)
    return rows


def cover_rows(duties: Duties, cover: Ints) -> dict[str, list[RosterRow]]:
    """Return rows with exactly this cover, whether or not shifts allow it."""
    rows: dict[str, list[RosterRow]] = {}
    midnights = DAY * np.arange(1, duties.days)
    edges = np.unique(np.concatenate([duties.edges, midnights]))
    part = np.searchsorted(duties.edges, edges[:-1], side="right") - 1
    officers = cover[: len(duties.groups), duties.slot_of[part]]
    for name, levels in zip(duties.groups, officers, strict=True):
        spans: dict[tuple[int, float, float], list[int]] = {}  # level, from, to: days
        for day in range(duties.days):
            ours = np.flatnonzero((edges[:-1] >= day * DAY) & (edges[:-1] < (day + 1) * DAY))
            for level in range(1, int(levels[ours].max(initial=0)) + 1):
                present = levels[ours] >= level
                changes = np.flatnonzero(np.diff(present.astype(int), prepend=0, append=0))
                for first, last in zip(changes[::2], changes[1::2], strict=True):
                    start = float(edges[ours[first]]) - day * DAY
                    end = float(edges[ours[last - 1] + 1]) - day * DAY
                    spans.setdefault((level, start, end), []).append(day)
        rows[name] = [
            RosterRow("", 1, _window(start, end, stretch), None)
            for (_, start, end), days in sorted(spans.items())
            for stretch in stretches(tuple(days) if duties.days > 1 else ALL_DAYS)
        ]
    return rows


def stretches(days: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return weekdays as stretches of days that follow one another."""
    following: list[tuple[int, ...]] = []
    for day in days:
        if following and following[-1][-1] == day - 1:
            following[-1] += (day,)
        else:
            following.append((day,))
    return following


def _window(start: float, end: float, days: tuple[int, ...]) -> Window:
    """Return a window on some days; an end on the next day is written as its time of day."""
    last = end if end <= DAY else end % DAY
    names = [WEEKDAYS[day] for day in days]
    return Window.model_validate(
        {"from": write_clock(start % DAY), "to": write_clock(last), "days": names}
    )


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
    for name, row in rows.items():
        update: dict[str, Any] = {
            "shifts": () if row else (_NOBODY,),
            "rotations": (),
            "roster": Roster(file=roster_file(loaded, name)) if row else None,
            "breaks": (),
            "shift_offset": 0.0,
        }
        if exact:
            handover = with_known(officers[name].handover, briefing=0.0)
            update |= {"absence": 0.0, "handover": handover}
        officers[name] = with_known(officers[name], **update)
        tables.pop(("officers", name, "roster"), None)
        if row:
            digest = hashlib.sha256(roster_csv(row).encode()).hexdigest()
            tables["officers", name, "roster"] = Table(digest, roster=tuple(row))
    scenario = with_known(loaded.scenario, officers=officers)
    return loaded.with_known(scenario, tables)


def with_found(loaded: LoadedScenario, duties: Duties, counts: Ints) -> LoadedScenario:
    """Return a variant with a roster, and the numbers of lanes that were found with it."""
    with_officers = with_rosters(loaded, roster_rows(duties, counts))
    return _with_lanes(with_officers, duties.lane_counts(counts))


def with_cover(loaded: LoadedScenario, duties: Duties, cover: Ints) -> LoadedScenario:
    """Return a variant with exactly this cover, whether or not shifts allow it."""
    with_officers = with_rosters(loaded, cover_rows(duties, cover), exact=True)
    return _with_lanes(with_officers, duties.lane_counts(cover))


def _with_lanes(loaded: LoadedScenario, numbers: Mapping[str, int]) -> LoadedScenario:
    """Return a variant with other numbers of lanes."""
    stops = dict(loaded.scenario.stops)
    for key, number in numbers.items():
        name, _, which = key.partition(".")
        lanes = tuple(
            with_known(lane, count=number) if which in ("", lane.name) else lane
            for lane in stops[name].lanes
        )
        stops[name] = with_known(stops[name], lanes=lanes)
    return loaded.with_known(with_known(loaded.scenario, stops=stops))


_NOBODY = Shift.model_validate({"from": "00:00", "to": "24:00", "count": 0})


def roster_file(loaded: LoadedScenario, group: str) -> str:
    """Return the name of the file of a group's roster."""
    return f"roster-{file_name(loaded.variant)}-{group}.csv"


def roster_csv(rows: Sequence[RosterRow]) -> str:
    """Return rows as the text of a table that a scenario's roster reads."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    weekly = any(row.window is not None and row.window.days != WEEKDAYS for row in rows)
    writer.writerow(["count", "from", "to", *(["days"] if weekly else []), "breaks"])
    for row in rows:
        assert row.window is not None
        days = [days_span(row.window)] if weekly else []
        breaks = " ".join(map(clock_span, row.breaks))
        writer.writerow([row.count, *clock_span(row.window).split("-"), *days, breaks])
    return text.getvalue()


def days_span(window: Window) -> str:
    """Return the weekdays of a roster's row as mon-fri."""
    first, last = window.days[0], window.days[-1]
    return first if first == last else f"{first}-{last}"


def clock_span(window: Window) -> str:
    """Return a window as 10:00-10:30."""
    return f"{write_clock(window.start)}-{write_clock(window.end)}"
