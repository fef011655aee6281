"""What service a roster gives: each target with its interval, in simulated replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.experiments.estimates import cut
from bcpsim.experiments.replications import Measured, measure
from bcpsim.experiments.staffing.duties import (
    DAY,
    Duties,
    Ints,
    cover_rows,
    roster_rows,
    with_rosters,
)
from bcpsim.experiments.staffing.file import Question, ServiceTarget
from bcpsim.kpi import Row
from bcpsim.plan import Plan, compile_plan
from bcpsim.scenario import LoadedScenario
from bcpsim.stats import mean_interval

Floats = NDArray[np.float64]

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Level:
    """How a target is kept, in each hour or once for the day.

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

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Whether the target is kept with confidence; also where hardly anybody comes."""
        return ~(self.low < 100 * self.target.share - _ROUNDING)


@dataclass(frozen=True, slots=True)
class Service:
    """What a roster, or a cover, gives.

    Attributes
    ----------
    levels
        By target.
    shortfall
        By how many points the worst target is missed, by local hour of the day (24).
    busy
        Officers busy on average, by group and local hour of the day; the largest of all days.
    """

    levels: tuple[Level, ...]
    shortfall: Floats
    busy: Floats

    @property
    def kept(self) -> bool:
        """Whether all targets are kept with confidence."""
        return all(bool(level.kept.all()) for level in self.levels)


class Bench:
    """Simulates rosters and covers of one variant, each once, on the same replications.

    Parameters
    ----------
    question, loaded, duties
        The file, the variant, and what its rosters may be made of.
    replications
        Numbers of the replications.
    seed, workers
        As for `bcpsim.run`.

    Attributes
    ----------
    simulated
        Number of rosters and covers simulated.
    """

    def __init__(
        self,
        question: Question,
        loaded: LoadedScenario,
        duties: Duties,
        replications: range,
        seed: int,
        workers: int,
    ) -> None:
        self._file = question.file
        self._loaded = loaded
        self._duties = duties
        self._replications = replications
        self._seed = seed
        self._workers = workers
        self._known: dict[tuple[bool, bytes], Service] = {}
        self.simulated = 0

    def rosters(self, counts: Sequence[Ints]) -> list[Service]:
        """Return the service of rosters, given as officers on each duty."""
        return self._services(counts, exact=False)

    def covers(self, covers: Sequence[Ints]) -> list[Service]:
        """Return the service of covers: officers who never are absent, briefed or in overtime."""
        return self._services(covers, exact=True)

    def _services(self, wanted: Sequence[Ints], *, exact: bool) -> list[Service]:
        keys = [(exact, one.tobytes()) for one in wanted]
        new = {key: one for key, one in zip(keys, wanted, strict=True) if key not in self._known}
        make = cover_rows if exact else roster_rows
        plans = [
            compile_plan(with_rosters(self._loaded, make(self._duties, one), exact=exact))
            for one in new.values()
        ]
        found = measure(plans, self._replications, seed=self._seed, workers=self._workers)
        self.simulated += len(plans)
        for key, plan, measured in zip(new, plans, found, strict=True):
            self._known[key] = service_of(
                plan, measured, self._file.targets, self._file.confidence, self._duties.groups
            )
        return [self._known[key] for key in keys]


def service_of(
    plan: Plan,
    measured: Measured,
    targets: Sequence[ServiceTarget],
    confidence: float,
    groups: Sequence[str],
) -> Service:
    """Return how a plan kept the targets in the replications measured.

    That every hour keeps its target is claimed with the stated confidence if each hour's own
    one-sided interval says so: an intersection-union test needs no allowance for the number
    of hours (Berger, Technometrics 24 (1982) 295-300).
    """
    levels = []
    clock = [int((plan.start.hour * 60 + plan.start.minute + a) % DAY // 60) for a, _ in plan.hours]
    counted = np.array([end > plan.warm_up for _, end in plan.hours])
    shortfall = np.full(24, -np.inf)
    for target in targets:
        row = _row(measured, target)
        # Who is never served has no waiting time: such a replication counts as a failure.
        inside = measured.column(Row("inside_at_end", row.population, "total")) > 0
        by_hour = measured.hourly[:, measured.hourly_rows.index(row), :]
        interval = mean_interval(np.where(inside[:, None], 0.0, by_hour), 2 * confidence - 1)
        missing = np.nan_to_num(100 * target.share - interval.low, nan=-100.0)
        np.maximum.at(shortfall, clock, np.where(counted, missing, -100.0))
        hours = tuple(hour for hour, there in zip(plan.hours, counted, strict=True) if there)
        which = counted
        if target.per == "day":
            in_all = np.where(inside, 0.0, measured.column(row))
            interval = mean_interval(in_all[:, None], 2 * confidence - 1)
            hours, which = ((plan.warm_up, plan.horizon),), np.array([True])
        shown = cut(interval, 0.0, row.most)
        levels.append(
            Level(target, hours, shown.estimate[which], shown.low[which], shown.high[which])
        )
    busy = np.zeros((len(groups), 24))
    for number, name in enumerate(groups):
        place = measured.hourly_rows.index(Row("officers_busy", f"officers={name}", "mean"))
        np.maximum.at(busy[number], clock, measured.hourly[:, place, :].mean(axis=0))
    return Service(tuple(levels), shortfall, busy)


def _row(measured: Measured, target: ServiceTarget) -> Row:
    """Return the row of a target's share; where one class arrives alone, it is all."""
    own = Row("share_in_target", f"class={target.class_}", target.measure)
    return own if own in measured.rows else Row("share_in_target", "all", target.measure)
