"""Replications of plans: run in one process or several, and measured."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, replicate_block
from bcpsim.errors import InputError
from bcpsim.kpi import PERCENTILES, Meter
from bcpsim.plan import Plan
from bcpsim.runs.events import Events
from bcpsim.runs.measured import Measured
from bcpsim.runs.own_measures import Each, OwnValues, own_values
from bcpsim.runs.parallel import check_workers, in_order
from bcpsim.runs.size import check_size
from bcpsim.sampling import Circumstances, Travellers, blocks_of
from bcpsim.sampling.laws import quantile
from bcpsim.stats import Tally, counts_at, points_up_to

DEFAULT_SEED = 1

Progress = Callable[[int, int], None]
"""Called with the number of replications done and the number in all."""


def measure(
    plans: Sequence[Plan],
    replications: range,
    *,
    wanted: Collection[str] | None = None,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[Measured]:
    """Run some replications of plans and return what was measured, without events.

    What a replication gives is a function of plan, seed and its number alone, so that a run
    can go on later where it stopped: ``range(20)`` and then ``range(20, 50)`` are the first
    50 replications.

    Parameters
    ----------
    plans
        Compiled scenarios; common random numbers belong to those with the same traffic.
    replications
        Numbers of the replications, from 0.
    wanted
        Names of the measures that are wanted, without those by hour; None: all.
    seed
        Names the random streams; at least 0.
    workers
        Number of processes; 0 for one per processor.
    progress
        Called with the number of replications done and the number in all.

    Raises
    ------
    InputError
        If a replication would need more memory than the bound, or arguments are out of
        range.
    """
    if seed < 0:
        raise InputError(f"the seed must not be negative, found {seed}")
    check_workers(workers)
    for plan in plans:
        check_size(plan)
    return _Replications(plans, seed, workers, wanted=wanted).measure(replications, progress)


def extending(
    plans: Sequence[Plan],
    *,
    seed: int,
    workers: int,
    kept: range = range(0),
    pooled: bool = False,
    progress: Progress | None = None,
    wanted: Collection[str] | None = None,
    each: Each | None = None,
) -> Callable[[range], list[Measured]]:
    """Return a function that runs further replications and returns what all have measured.

    Parameters
    ----------
    plans, seed, workers, progress, wanted
        As for `measure`.
    kept
        Numbers of the replications whose events are kept.
    pooled
        Whether the times of all travellers are counted, for percentiles over them.
    each
        As for `run`.
    """
    replications = _Replications(plans, seed, workers, kept, pooled, wanted, each)
    so_far: list[Measured] = []

    def extend(numbers: range) -> list[Measured]:
        before = numbers.start * len(plans)
        advance = None
        if progress is not None:
            advance = lambda done, total: progress(before + done, before + total)  # noqa: E731
        tallies = [measured.tally for measured in so_far]
        new = replications.measure(numbers, advance, tallies)
        so_far[:] = [a.followed_by(b) for a, b in zip(so_far, new, strict=True)] if so_far else new
        return list(so_far)

    return extend


@dataclass(frozen=True, slots=True)
class _Replications:
    """How replications of plans are run, and what is kept of them.

    Attributes
    ----------
    plans, seed, workers, kept, pooled, wanted, each
        As for `measure` and `extending`.
    """

    plans: Sequence[Plan]
    seed: int
    workers: int
    kept: range = range(0)
    pooled: bool = False
    wanted: Collection[str] | None = None
    each: Each | None = None

    def measure(
        self,
        numbers: range,
        progress: Progress | None,
        tallies: Sequence[Tally | None] = (),
    ) -> list[Measured]:
        """Run replications by their numbers, in addition to those tallied earlier."""
        jobs = [
            _Job(number, plan, self.seed, k, k in self.kept, self.pooled, self.wanted, self.each)
            for number, plan in enumerate(self.plans)
            for k in numbers
        ]
        gathered = [
            _Gathered(plan, self.wanted, numbers, tally)
            for plan, tally in zip(self.plans, tallies or [None] * len(self.plans), strict=True)
        ]
        replicated = in_order(_run_jobs, jobs, self.workers)
        for done, (job, values) in enumerate(zip(jobs, replicated, strict=True), start=1):
            gathered[job.variant].add(job, values)
            if progress is not None:
                progress(done, len(jobs))
        return [of_plan.measured() for of_plan in gathered]


class _Gathered:
    """The values of replications of one plan, gathered as they come in."""

    def __init__(
        self, plan: Plan, wanted: Collection[str] | None, numbers: range, tally: Tally | None
    ) -> None:
        meter = Meter.of(plan, wanted)
        self._rows, self._hourly_rows = meter.rows, meter.hourly_rows
        self._totals = np.empty((len(numbers), len(meter.rows)))
        self._hourly = np.empty((len(numbers), len(meter.hourly_rows), len(plan.hours)))
        self._numbers = numbers
        self._tally = tally
        self._kept: list[Events] = []
        self._own: list[OwnValues] = []

    def add(self, job: _Job, values: _Replicated) -> None:
        """Take in what one replication gave."""
        place = self._numbers.index(job.replication)
        self._totals[place] = values.totals
        self._hourly[place] = values.hourly
        if values.counts is not None:
            tally = Tally.of(_points(job.plan), PERCENTILES.values(), values.counts)
            self._tally = tally if self._tally is None else self._tally.followed_by(tally)
        if values.kept is not None:
            self._kept.append(Events(job.plan, job.replication, *values.kept))
        if values.own is not None:
            self._own.append(values.own)

    def measured(self) -> Measured:
        """Return all of it as one record."""
        return Measured(
            self._rows,
            self._hourly_rows,
            self._totals,
            self._hourly,
            self._tally,
            tuple(self._kept),
            tuple(self._own),
        )


@dataclass(frozen=True, slots=True)
class _Job:
    """One replication to run."""

    variant: int
    plan: Plan
    seed: int
    replication: int
    keep: bool
    pooled: bool
    wanted: Collection[str] | None
    each: Each | None = None


@dataclass(frozen=True, slots=True)
class _Replicated:
    """The outcome of a replication: its values; counted times and events if asked for."""

    totals: NDArray[np.float64]
    hourly: NDArray[np.float64]
    counts: NDArray[np.int64] | None
    kept: tuple[Travellers, Circumstances, EventLog] | None
    own: OwnValues | None = None


def _run_jobs(jobs: Sequence[_Job]) -> Iterator[_Replicated]:
    """Run jobs one after the other; those of a variant share a meter and stand side by side."""
    for _, of_variant in groupby(jobs, lambda job: job.variant):
        alike = list(of_variant)
        plan = alike[0].plan
        meter = Meter.of(plan, alike[0].wanted)
        for block in blocks_of(plan, alike):
            yield from _run_block(block, meter)


def _run_block(jobs: Sequence[_Job], meter: Meter) -> Iterator[_Replicated]:
    plan = jobs[0].plan
    block, log = replicate_block(plan, jobs[0].seed, [job.replication for job in jobs])
    values = meter.measure(block, log)
    for place, job in enumerate(jobs):
        events, answers = None, None
        if job.keep or job.each is not None:
            alone = block.one(place)
            events = alone.travellers, alone.circumstances[0], log.part(block.rows_of(place), place)
            if job.each is not None:
                answers = own_values(job.each, Events(plan, job.replication, *events))
        yield _Replicated(
            values.totals[place],
            values.hourly[place],
            counts_at(_points(plan), meter.samples(values, place)) if job.pooled else None,
            events if job.keep else None,
            answers,
        )


def _points(plan: Plan) -> NDArray[np.float64]:
    """Return the points at which times of travellers are counted."""
    return points_up_to(plan.end + _longest_waited(plan))


def _longest_waited(plan: Plan) -> float:
    """Return how long anybody has waited at the start, but for a few of a law without an end."""
    waited = [source.waiting.waited for source in plan.sources if source.waiting is not None]
    return max((float(quantile(law, np.array([1 - 1e-9]))[0]) for law in waited), default=0.0)
