"""Independent replications of the variants of a scenario, in one process or several."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, replicate_block
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, option
from bcpsim.kpi import PERCENTILES, Meter, Row, find_row
from bcpsim.kpi.offered import expected_travellers
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.size import too_large
from bcpsim.runs.bars import with_bar
from bcpsim.runs.estimates import Weight, estimates
from bcpsim.runs.events import Events
from bcpsim.runs.own import Each, OwnValues, check_sendable, own_table, own_values
from bcpsim.runs.parallel import check_workers, in_order
from bcpsim.runs.precision import Looked, Precision, run_to_precision
from bcpsim.runs.result import Result, VariantResult
from bcpsim.sampling import Circumstances, Travellers, blocks_of
from bcpsim.sampling.laws import quantile
from bcpsim.scenario import Given, scenarios_of
from bcpsim.stats import Tally, counts_at, points_up_to

DEFAULT_REPLICATIONS = 20
DEFAULT_SEED = 1

MAX_KEPT_VISITS = 30_000_000
"""Most visits to stops of all replications whose events are kept."""

EventLogs = Literal["all", "first", "none"]
Progress = Callable[[int, int], None]


@with_engine
@with_bar("Replications")
def run(
    scenario: Given | Sequence[Given],
    *,
    variants: Sequence[str] | None = None,
    replications: int | None = None,
    precision: Precision | None = None,
    weight: Weight = "replication",
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    engine: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    event_log: EventLogs = "first",
    each: Each | None = None,
    allowed: Sequence[str | Path] = (),
    progress: Progress | bool | None = None,
    looked: Looked | None = None,
) -> Result:
    """Run independent replications of a scenario.

    The result is the same to the bit for any number of workers.

    Parameters
    ----------
    scenario
        A scenario file, what would stand in it as plain data, or what `bcpsim.load` returned; or
        several of them, each a way of working with a name of its own (`LoadedScenario.with_`).
    variants
        Names of variants of one file, each run with the same seed and so with the same
        travellers; None: the file as it stands.
    replications
        Number of replications, at least 1; intervals need at least 2. None: 20, or as many as
        the precision needs.
    precision
        Half-width of intervals relative to their estimates until which replications go on.
    weight
        What weighs the same in means and percentiles over travellers: each replication, or each
        traveller.
    seed
        Names the random streams; at least 0.
    workers
        Number of processes; 0 for one per processor.
    engine
        `auto`, `simpy` or `compiled`, which give the same to the bit; None: as chosen before.
    overrides
        Values to set, by key path, such as ``{"traffic.cars.arrivals.scale": 1.2}``.
    event_log
        Of which replications travellers and activities are kept; memory grows with
        ``"all"`` only.
    each
        A function that is given the `Events` of each replication and returns numbers by name: they
        become `Result.own`, with intervals. The events aren't kept for it, so that memory grows by
        these numbers alone.
    allowed
        Folders besides the scenario's own from which data files may be read.
    progress
        True: a progress bar, on a terminal or in a notebook. A function: called with the number
        of replications done and the number in all (until the next look at the precision).
    looked
        Called at each look with the replications so far and the half-widths reached.

    Returns
    -------
    Result
        Measures with intervals, and the event logs asked for, as tidy DataFrames.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    InputError
        If a replication would need more memory than the bound, or arguments are out
        of range; if `each` can't be sent to other processes, or returns no numbers by name.
    """
    if isinstance(progress, bool):
        progress = None
    most = _most_replications(replications, precision)
    if seed < 0:
        raise InputError(f"the seed must not be negative, found {seed}")
    check_workers(workers)
    loaded = scenarios_of(scenario, variants=variants, overrides=overrides, allowed=allowed)
    plans = [compile_plan(one) for one in loaded]
    kept = range({"all": most, "first": 1, "none": 0}[event_log])
    for plan in plans:
        check_size(plan, len(kept) * len(plans))
    for name in precision.measures if precision is not None else ():
        for plan in plans:
            find_row(Meter(plan).rows, name)  # a name that isn't there is told before the run
    pooled = weight == "traveller"
    if each is not None:
        check_sendable(each, workers)
    if precision is None:
        stopping = None
        measured = _measured(plans, seed, range(most), kept, workers, progress, pooled, each=each)
    else:
        measured, stopping = run_to_precision(
            extending(
                plans,
                seed=seed,
                kept=kept,
                pooled=pooled,
                workers=workers,
                progress=progress,
                each=each,
            ),
            lambda so_far: _widths(plans, so_far, precision, weight),
            precision,
            looked,
        )
    return Result(
        seed=seed,
        count=len(measured[0].totals),
        variants=tuple(
            VariantResult(
                one,
                plan,
                m.rows,
                m.hourly_rows,
                m.totals,
                m.hourly,
                m.tally,
                m.kept,
                *own_table(m.own),
            )
            for one, plan, m in zip(loaded, plans, measured, strict=True)
        ),
        weight=weight,
        stopping=stopping,
    )


def _most_replications(replications: int | None, precision: Precision | None) -> int:
    """Return how many replications there may be.

    Raises
    ------
    InputError
        If that is out of range, or both are given.
    """
    if precision is not None:
        if replications is not None:
            raise InputError("give a number of replications or a precision, not both")
        return precision.ceiling
    if replications is None:
        return DEFAULT_REPLICATIONS
    if not 1 <= replications <= 1_000_000:
        raise InputError(f"replications must be from 1 to 1000000, found {replications}")
    return replications


def _widths(
    plans: Sequence[Plan], measured: Sequence[Measured], precision: Precision, weight: Weight
) -> dict[str, float]:
    """Return the half-widths of the named measures of each plan, relative to the estimate."""
    widths = {}
    for plan, one in zip(plans, measured, strict=True):
        interval = estimates(one.rows, one.totals, weight, tally=one.tally)
        for name in precision.measures:
            row = find_row(one.rows, name)
            place = one.rows.index(row)
            half, estimate = interval.half_width[place], abs(interval.estimate[place])
            key = str(row) if len(plans) == 1 else f"{plan.variant} {row}"
            # What is the same in all replications, 0 among them, is known.
            widths[key] = float(half / estimate) if estimate else 0.0 if half == 0 else np.nan
    return widths


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in replications of one plan.

    Attributes
    ----------
    rows, hourly_rows
        What the values are, in order.
    totals
        Values of `rows`, shape (replications, rows); nan: there was nobody to measure.
    hourly
        Values of `hourly_rows` by hour, shape (replications, hourly rows, hours).
    tally
        Times of all travellers counted, of these replications and of those before them, if
        that was asked for.
    kept
        Replications whose events were kept.
    own
        What a function of the caller said of each replication, if there is one.
    """

    rows: tuple[Row, ...]
    hourly_rows: tuple[Row, ...]
    totals: NDArray[np.float64]
    hourly: NDArray[np.float64]
    tally: Tally | None = None
    kept: tuple[Events, ...] = ()
    own: tuple[OwnValues, ...] = ()

    def column(self, row: Row) -> NDArray[np.float64]:
        """Return the values of one row, shape (replications,)."""
        return self.totals[:, self.rows.index(row)]

    def followed_by(self, later: Measured) -> Measured:
        """Return the values of these replications and of later ones of the same plan."""
        return replace(
            self,
            totals=np.concatenate([self.totals, later.totals]),
            hourly=np.concatenate([self.hourly, later.hourly]),
            tally=later.tally,
            kept=self.kept + later.kept,
            own=self.own + later.own,
        )


def extending(
    plans: Sequence[Plan],
    *,
    seed: int,
    workers: int,
    kept: range = range(0),
    pooled: bool = False,
    progress: Progress | None = None,
    each: Each | None = None,
) -> Callable[[range], list[Measured]]:
    """Return a function that runs further replications and returns what all have measured.

    Parameters
    ----------
    plans, seed, workers, progress
        As for `measure`.
    kept
        Numbers of the replications whose events are kept.
    pooled
        Whether the times of all travellers are counted, for percentiles over them.
    each
        As for `run`.
    """
    so_far: list[Measured] = []

    def extend(numbers: range) -> list[Measured]:
        before = numbers.start * len(plans)
        advance = None
        if progress is not None:
            advance = lambda done, total: progress(before + done, before + total)  # noqa: E731
        tallies = [one.tally for one in so_far]
        new = _measured(plans, seed, numbers, kept, workers, advance, pooled, tallies, each=each)
        so_far[:] = [a.followed_by(b) for a, b in zip(so_far, new, strict=True)] if so_far else new
        return list(so_far)

    return extend


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
    return _measured(plans, seed, replications, range(0), workers, progress, wanted=wanted)


def _measured(
    plans: Sequence[Plan],
    seed: int,
    replications: range,
    kept: range,
    workers: int,
    progress: Progress | None,
    pooled: bool = False,
    before: Sequence[Tally | None] = (),
    wanted: Collection[str] | None = None,
    each: Each | None = None,
) -> list[Measured]:
    jobs = [
        _Job(number, plan, seed, k, k in kept, pooled, wanted, each)
        for number, plan in enumerate(plans)
        for k in replications
    ]
    meters = [Meter(plan, wanted) for plan in plans]
    results = [
        Measured(
            meter.rows,
            meter.hourly_rows,
            np.empty((len(replications), len(meter.rows))),
            np.empty((len(replications), len(meter.hourly_rows), len(plan.hours))),
        )
        for meter, plan in zip(meters, plans, strict=True)
    ]
    tallies = list(before) or [None for _ in plans]
    events: list[list[Events]] = [[] for _ in plans]
    said: list[list[OwnValues]] = [[] for _ in plans]
    outcomes = in_order(_run_jobs, jobs, workers)
    for done, (job, outcome) in enumerate(zip(jobs, outcomes, strict=True), start=1):
        place = replications.index(job.replication)
        results[job.variant].totals[place] = outcome.totals
        results[job.variant].hourly[place] = outcome.hourly
        if outcome.counts is not None:
            own = Tally.of(_points(job.plan), PERCENTILES.values(), outcome.counts)
            so_far = tallies[job.variant]
            tallies[job.variant] = own if so_far is None else so_far.followed_by(own)
        if outcome.kept is not None:
            events[job.variant].append(Events(job.plan, job.replication, *outcome.kept))
        if outcome.own is not None:
            said[job.variant].append(outcome.own)
        if progress is not None:
            progress(done, len(jobs))
    return [
        replace(result, tally=tally, kept=tuple(kept_), own=tuple(own))
        for result, tally, kept_, own in zip(results, tallies, events, said, strict=True)
    ]


def _points(plan: Plan) -> NDArray[np.float64]:
    """Return the points at which times of travellers are counted."""
    return points_up_to(plan.end + _longest_waited(plan))


def _longest_waited(plan: Plan) -> float:
    """Return how long anybody has waited at the start, but for a few of a law without an end."""
    waited = [source.waiting.waited for source in plan.sources if source.waiting is not None]
    return max((float(quantile(law, np.array([1 - 1e-9]))[0]) for law in waited), default=0.0)


def check_size(plan: Plan, kept: int = 0) -> None:
    """Check that a run stays within the bounds on memory.

    Parameters
    ----------
    plan
        The compiled scenario.
    kept
        Number of replications whose events are kept.

    Raises
    ------
    InputError
        If a replication expects too many visits, or those kept more than `MAX_KEPT_VISITS`.
    """
    expected = expected_travellers(plan) if plan.splits else plan.expected_arrivals
    wrong = too_large(plan, expected)
    if wrong is not None:
        raise InputError(f"scenario {plan.name!r}: {wrong}")
    visits = expected * len(plan.tasks)
    if visits * kept > MAX_KEPT_VISITS:
        raise InputError(
            f"the events of {kept:,} replications with up to {visits:,.0f} visits each would be "
            f"kept in memory; the bound is {MAX_KEPT_VISITS:,} visits. Keep the first only "
            f"({option('--event-log first')}), or run fewer replications"
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
    """What comes back of a replication: its values; counted times and events if asked for."""

    totals: NDArray[np.float64]
    hourly: NDArray[np.float64]
    counts: NDArray[np.int64] | None
    kept: tuple[Travellers, Circumstances, EventLog] | None
    own: OwnValues | None = None


def _run_jobs(jobs: Sequence[_Job]) -> Iterator[_Replicated]:
    """Run jobs one after the other; those of a variant share a meter and stand side by side."""
    for _, alike in groupby(jobs, lambda job: job.variant):
        own = list(alike)
        meter = Meter(own[0].plan, own[0].wanted)
        for block in blocks_of(own[0].plan, own):
            yield from _run_block(block, meter)


def _run_block(jobs: Sequence[_Job], meter: Meter) -> Iterator[_Replicated]:
    plan = jobs[0].plan
    block, log = replicate_block(plan, jobs[0].seed, [job.replication for job in jobs])
    values = meter.measure(block, log)
    for place, job in enumerate(jobs):
        happened, own = None, None
        if job.keep or job.each is not None:
            one = block.one(place)
            happened = one.travellers, one.circumstances[0], log.part(block.rows_of(place))
            if job.each is not None:
                own = own_values(job.each, Events(plan, job.replication, *happened))
        yield _Replicated(
            values.totals[place],
            values.hourly[place],
            counts_at(_points(plan), meter.samples(values, place)) if job.pooled else None,
            happened if job.keep else None,
            own,
        )
