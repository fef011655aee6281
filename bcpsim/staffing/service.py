"""Service of rosters: how each target is kept, with its interval, in simulated replications."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import replicate_block
from bcpsim.kpi.service import ServiceMeter, ServiceValues
from bcpsim.plan import Plan, compile_plan
from bcpsim.runs.parallel import in_order
from bcpsim.sampling import blocks_of
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.values import WEEKDAYS
from bcpsim.staffing.duties import (
    DAY,
    Duties,
    Floats,
    Ints,
    with_cover,
    with_found,
)
from bcpsim.staffing.file import ServiceTarget, numbers_of
from bcpsim.staffing.study import LoadedStaffing
from bcpsim.stats import mean_interval

if TYPE_CHECKING:
    from bcpsim.staffing.journal import Journal


CLEAR = 0.995
"""Confidence with which a roster must keep or miss the targets to get no more replications."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Level:
    """How a target is kept, in each hour or each day.

    Attributes
    ----------
    target
        The target.
    hours
        Start and end of what is judged, in minutes since the scenario's start.
    estimate, low, high
        Share within the time, in per cent, and its bounds: one-sided each, so that the share is
        at least `low` with the file's confidence, and at most `high`.
    """

    target: ServiceTarget
    hours: tuple[tuple[float, float], ...]
    estimate: Floats
    low: Floats
    high: Floats

    def kept(self, certified: bool = True) -> NDArray[np.bool_]:
        """Return whether the target is kept, with confidence or by the estimate alone.

        It is where nobody comes.
        """
        share = self.low if certified else self.estimate
        return ~(share < 100 * self.target.share - _ROUNDING)


@dataclass(frozen=True, slots=True)
class Service:
    """The service that a roster, or a cover, gives.

    Attributes
    ----------
    levels
        By target.
    short, short_low
        By how many points the worst target is missed, by hour of the cycle: by the estimates,
        and by what is certain.
    busy
        Officers busy on average, by group and hour of the cycle, the largest of all days; then
        lanes taken at the busiest hour.
    replications
        How many it took.
    """

    levels: tuple[Level, ...]
    short: Floats
    short_low: Floats
    busy: Floats
    replications: int

    def kept(self, certified: bool = True) -> bool:
        """Return whether all targets are kept, with confidence or by the estimates alone."""
        return all(bool(level.kept(certified).all()) for level in self.levels)

    def shortfall(self, certified: bool = True) -> Floats:
        """Return by how many points the worst target is missed, by hour of the cycle."""
        return self.short_low if certified else self.short


class Bench:
    """Simulates rosters and covers of one variant, each once, on the same replications.

    A roster that neither keeps nor misses the targets clearly gets twice as many replications,
    and again, up to a bound.

    Parameters
    ----------
    question, loaded, duties
        The file, the variant, and what its rosters may be made of.
    start, first, most
        Number of the first replication, how many there are at first, and how many at most.
    seed, workers
        As for `bcpsim.run`.
    journal
        What was simulated before, and where what is simulated now is kept.

    Attributes
    ----------
    simulated
        Number of rosters and covers simulated.
    """

    def __init__(
        self,
        question: LoadedStaffing,
        loaded: LoadedScenario,
        duties: Duties,
        start: int,
        first: int,
        most: int,
        seed: int,
        workers: int,
        journal: Journal | None = None,
    ) -> None:
        self._file = question.file
        self._loaded = loaded
        self._duties = duties
        self._looks = _looks(start, first, most)
        self._seed = seed
        self._workers = workers
        self._journal = journal
        self._known: dict[tuple[bool, bytes], Service] = {}
        self.simulated = 0

    def rosters(self, counts: Sequence[Ints]) -> list[Service]:
        """Return the service of rosters, given as officers on each duty."""
        return self._services(counts, exact=False)

    def covers(self, covers: Sequence[Ints]) -> list[Service]:
        """Return the service of covers: officers who never are absent, briefed or in overtime."""
        return self._services(covers, exact=True)

    def of(self, loaded: LoadedScenario) -> Service:
        """Return the service of a variant as it stands."""
        [service] = self._measured([compile_plan(loaded)])
        return service

    def _services(self, wanted: Sequence[Ints], *, exact: bool) -> list[Service]:
        keys = [(exact, counts.tobytes()) for counts in wanted]
        new = {
            key: counts for key, counts in zip(keys, wanted, strict=True) if key not in self._known
        }
        shape = len(self._duties.groups) + len(self._duties.lanes), 24 * self._duties.days
        self.simulated += len(new)
        for key in [key for key in new if self._journal is not None]:
            assert self._journal is not None
            asked = self._asked(key[0], new[key])
            before = self._journal.known(asked, self._file.targets, shape)
            if before is not None:
                self._known[key] = before
                del new[key]
        make = with_cover if exact else with_found
        plans = [compile_plan(make(self._loaded, self._duties, counts)) for counts in new.values()]
        for key, service in zip(new, self._measured(plans), strict=True):
            self._known[key] = service
            if self._journal is not None:
                self._journal.add(self._asked(key[0], new[key]), service)
        return [self._known[key] for key in keys]

    def _asked(self, exact: bool, counts: Ints) -> list[Any]:
        """Return what names a roster or cover in the journal."""
        looks = [self._looks[0].start, *(look.stop for look in self._looks)]
        return [self._loaded.variant, looks, exact, counts.tolist()]

    def _measured(self, plans: Sequence[Plan]) -> list[Service]:
        """Return the service of plans, each on as many replications as it takes."""
        values: list[list[ServiceValues]] = [[] for _ in plans]
        services: dict[int, Service] = {}
        open_ = list(range(len(plans)))
        for look in self._looks:
            jobs = [
                _Job(k, plans[k], self._file.targets, self._duties, self._seed, r)
                for k in open_
                for r in look
            ]
            for job, service in zip(jobs, in_order(_run_jobs, jobs, self._workers), strict=True):
                values[job.number].append(service)
            clear = {}
            for k in open_:
                services[k], clear[k] = service_of(
                    plans[k],
                    values[k],
                    self._file.targets,
                    self._file.confidence,
                    self._duties,
                )
            open_ = [k for k in open_ if not clear[k]]
        return [services[k] for k in range(len(plans))]


def _looks(start: int, first: int, most: int) -> list[range]:
    """Return the numbers of replications up to each look: twice as many each time."""
    ends = [min(first, most)]
    while ends[-1] < most:
        ends.append(min(2 * ends[-1], most))
    return [range(start + a, start + b) for a, b in zip([0, *ends], ends, strict=False)]


@dataclass(frozen=True, slots=True)
class _Job:
    """One replication of a plan to measure."""

    number: int
    plan: Plan
    targets: tuple[ServiceTarget, ...]
    duties: Duties
    seed: int
    replication: int


def _run_jobs(jobs: Sequence[_Job]) -> Iterator[ServiceValues]:
    for _, alike in groupby(jobs, lambda job: job.number):
        of_plan = list(alike)
        first = of_plan[0]
        targets = [(target.class_, target.measure, target.limit) for target in first.targets]
        meter = ServiceMeter(first.plan, targets, first.duties.measured)
        for block in blocks_of(first.plan, of_plan):
            numbers = [job.replication for job in block]
            yield from meter.measure(*replicate_block(first.plan, first.seed, numbers))


def service_of(
    plan: Plan,
    values: Sequence[ServiceValues],
    targets: Sequence[ServiceTarget],
    confidence: float,
    duties: Duties,
) -> tuple[Service, bool]:
    """Return how a plan kept the targets in some replications, and whether that is clear.

    That every hour keeps its target is claimed with the stated confidence if each hour's own
    one-sided interval says so: an intersection-union test needs no allowance for the number
    of hours (Berger, Technometrics 24 (1982) 295-300).
    """
    days = duties.days
    _, clock, weekdays = Calendar(plan.start, plan.time_zone).hourly_edges(plan.horizon)
    place = np.array(clock) + (24 * np.array(weekdays) if days > 1 else 0)
    counted = np.array([end > plan.warm_up for _, end in plan.hours])
    within = np.array([value.within for value in values])
    judged = np.array([value.judged for value in values])
    inside = np.array([value.inside for value in values]) > 0
    levels, clear = [], []
    short, short_low = np.full(24 * days, -np.inf), np.full(24 * days, -np.inf)
    for number, target in enumerate(targets):
        on_days = np.isin(weekdays, numbers_of(target.days))
        counted_days = np.flatnonzero(counted & on_days)
        blocks = [np.array([hour]) for hour in counted_days]
        if target.per == "day":
            of_day = np.array([int(plan.hours[hour][0] // 1440) for hour in counted_days])
            blocks = [counted_days[of_day == day] for day in np.unique(of_day)]
        shares = _shares(within[:, number], judged[:, number], inside[:, number], blocks)
        interval = mean_interval(shares, 2 * confidence - 1)
        levels.append(
            Level(
                target,
                tuple((plan.hours[block[0]][0], plan.hours[block[-1]][1]) for block in blocks),
                interval.estimate,
                np.maximum(interval.low, 0.0),
                np.minimum(interval.high, 100.0),
            )
        )
        surely = mean_interval(shares, 2 * CLEAR - 1)
        aim = 100 * target.share
        clear.append((~(surely.low < aim - _ROUNDING), surely.high < aim - _ROUNDING))
        # Of a day that is missed, the hours below the target are those that fall short.
        by_hour = interval
        if target.per == "day":
            singles = [np.array([hour]) for hour in counted_days]
            shares = _shares(within[:, number], judged[:, number], inside[:, number], singles)
            by_hour = mean_interval(shares, 2 * confidence - 1)
        for worst, certified in ((short, False), (short_low, True)):
            share = by_hour.low if certified else by_hour.estimate
            missing = np.nan_to_num(aim - share, nan=-100.0)
            if target.per == "day":
                kept = np.repeat(levels[-1].kept(certified), [len(block) for block in blocks])
                missing = np.where(kept, -100.0, missing)
            np.maximum.at(worst, place[counted_days], missing)
    seen = np.zeros((values[0].busy.shape[0], 24 * days))
    mean = np.mean([value.busy for value in values], axis=0)
    for hour, column in zip(place, mean.T, strict=True):
        seen[:, hour] = np.maximum(seen[:, hour], column)
    busy = np.concatenate([seen[: len(duties.groups)], _lanes_taken(seen, duties)])
    decided = all(bool(kept.all()) for kept, _ in clear) or any(
        bool(missed.any()) for _, missed in clear
    )
    return Service(tuple(levels), short, short_low, busy, len(values)), decided


def _lanes_taken(busy: Floats, duties: Duties) -> Floats:
    """Return about how many lanes are taken at the busiest hour, the same for all hours."""
    taken = np.zeros((len(duties.lanes), busy.shape[1]))
    for row, groups in enumerate(duties.lane_groups):
        places = [duties.measured.index(name) for name in groups]
        taken[row] = busy[places].max(initial=0.0)
    return taken


def _shares(
    within: Floats, judged: Floats, inside: NDArray[np.bool_], blocks: Sequence[Ints]
) -> Floats:
    """Return the share of each block of hours in per cent; nan where nobody came.

    Who is never served has no waiting time: a replication with somebody inside at the end
    counts as a failure.
    """
    kept = np.array([within[:, hours].sum(axis=1) for hours in blocks]).T
    all_ = np.array([judged[:, hours].sum(axis=1) for hours in blocks]).T
    shares = np.divide(100 * kept, all_, out=np.full(kept.shape, np.nan), where=all_ > 0)
    return np.where(inside[:, None], 0.0, shares)


def missed(service: Service, loaded: LoadedScenario) -> list[str]:
    """Return in words each target that isn't kept with confidence, the worst hour first."""
    horizon = loaded.scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    failing: list[tuple[float, str]] = []
    for level in service.levels:
        for place in np.flatnonzero(~level.kept()).tolist():
            when = when_of(level, place, calendar)
            share, low = level.estimate[place], level.low[place]
            miss = f"{level.target.class_} {when}: {share:.1f} %, with confidence {low:.1f} %"
            failing.append((low - 100 * level.target.share, miss))
    return [miss for _, miss in sorted(failing, key=lambda item: item[0])]


def when_of(level: Level, place: int, calendar: Calendar) -> str:
    """Return in words when those arrive who are judged together: from 07:00."""
    start = calendar.local(level.hours[place][0])
    days = (level.hours[-1][1] - level.hours[0][0]) > DAY
    day = f"{WEEKDAYS[start.weekday()]} {start:%Y-%m-%d}" if days else ""
    if level.target.per == "day":
        return f"on {day}" if day else "in the day"
    return f"from {day} {start:%H:%M}" if day else f"from {start:%H:%M}"
