"""Independent replications of the variants of a scenario, in one process or several."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bcpsim.engine import EventLog, check_invariants, simulate
from bcpsim.errors import RunError
from bcpsim.experiments.result import Replication, Result, VariantResult
from bcpsim.kpi import Meter, Values
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import Circumstances, Travellers, circumstances, sample
from bcpsim.scenario import LoadedScenario, load_variants

DEFAULT_REPLICATIONS = 20
DEFAULT_SEED = 1

MAX_VISITS = 10_000_000
"""Most visits to stops that one replication may expect."""

MAX_KEPT_VISITS = 30_000_000
"""Most visits to stops of all replications whose events are kept."""

BYTES_PER_VISIT = 550
"""Peak memory per visit of a replication, measured and rounded up (benchmarks/README.md)."""

EventLogs = Literal["all", "first", "none"]
Progress = Callable[[int, int], None]


def run(
    scenario: str | Path | LoadedScenario | Sequence[LoadedScenario],
    *,
    variants: Sequence[str] | None = None,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    overrides: Mapping[str, str] | None = None,
    event_log: EventLogs = "first",
    allowed: Sequence[str | Path] = (),
    progress: Progress | None = None,
) -> Result:
    """Run independent replications of a scenario.

    The result is the same to the bit for any number of workers.

    Parameters
    ----------
    scenario
        A scenario file, or what `bcpsim.load` returned.
    variants
        Names of variants of the file, each run with the same seed and so with the same
        travellers; None: the file as it stands.
    replications
        Number of replications, at least 1; intervals need at least 2.
    seed
        Names the random streams; at least 0.
    workers
        Number of processes; 0 for one per processor.
    overrides
        Values to set, by key path, such as ``{"traffic.cars.arrivals.scale": "1.2"}``.
    event_log
        Of which replications travellers and activities are kept; memory grows with
        ``"all"`` only.
    allowed
        Folders besides the scenario's own from which data files may be read.
    progress
        Called with the number of replications done and the number in all.

    Returns
    -------
    Result
        Measures with intervals, and the event logs asked for, as tidy DataFrames.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes.
    RunError
        If a replication would need more memory than the bound, or arguments are out
        of range.
    """
    if replications < 1 or replications > 1_000_000:
        raise RunError(f"replications must be from 1 to 1000000, found {replications}")
    if seed < 0:
        raise RunError(f"the seed must not be negative, found {seed}")
    if workers < 0:
        raise RunError(f"workers must not be negative, found {workers}")
    if isinstance(scenario, LoadedScenario):
        loaded = [scenario]
    elif isinstance(scenario, (str, Path)):
        names = ["base"] if variants is None else list(variants)
        loaded = load_variants(scenario, names, overrides=overrides, allowed=allowed)
    else:
        loaded = list(scenario)
    plans = [compile_plan(one) for one in loaded]
    kept_each = {"all": replications, "first": 1, "none": 0}[event_log]
    for plan in plans:
        check_size(plan, kept_each * len(plans))

    jobs = [
        _Job(number, plan, seed, k, k < kept_each)
        for number, plan in enumerate(plans)
        for k in range(replications)
    ]
    meters = [Meter(plan) for plan in plans]
    totals = [np.empty((replications, len(meter.rows))) for meter in meters]
    hourly = [
        np.empty((replications, len(m.hourly_rows), len(p.hours)))
        for m, p in zip(meters, plans, strict=True)
    ]
    kept: list[list[Replication]] = [[] for _ in plans]
    for done, outcome in enumerate(_outcomes(jobs, meters, workers), start=1):
        job = jobs[done - 1]
        totals[job.variant][job.replication] = outcome.values.totals
        hourly[job.variant][job.replication] = outcome.values.hourly
        if outcome.kept is not None:
            kept[job.variant].append(Replication(job.replication, *outcome.kept))
        if progress is not None:
            progress(done, len(jobs))
    return Result(
        seed=seed,
        replications=replications,
        variants=tuple(
            VariantResult(one, plan, meter.rows, meter.hourly_rows, t, h, tuple(k))
            for one, plan, meter, t, h, k in zip(
                loaded, plans, meters, totals, hourly, kept, strict=True
            )
        ),
    )


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
    RunError
        If a replication expects more visits than `MAX_VISITS`, or those kept more than
        `MAX_KEPT_VISITS`.
    """
    visits = plan.expected_arrivals * len(plan.tasks)  # a crew makes several at a stop
    if visits > MAX_VISITS:
        raise RunError(
            f"scenario {plan.name!r} expects {plan.expected_arrivals:,.0f} vehicles and up to "
            f"{visits:,.0f} visits to stops in one replication, about "
            f"{visits * BYTES_PER_VISIT / 2**30:,.0f} GiB; the bound is {MAX_VISITS:,} visits. "
            "Shorten horizon.duration or lower the arrival rates"
        )
    if visits * kept > MAX_KEPT_VISITS:
        raise RunError(
            f"the events of {kept:,} replications with up to {visits:,.0f} visits each would be "
            f"kept in memory; the bound is {MAX_KEPT_VISITS:,} visits. Keep the first only "
            "(--event-log first), or run fewer replications"
        )


@dataclass(frozen=True, slots=True)
class _Job:
    """One replication to run."""

    variant: int
    plan: Plan
    seed: int
    replication: int
    keep: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What comes back of a replication: its values, and its events if asked for."""

    values: Values
    kept: tuple[Travellers, Circumstances, EventLog] | None


def _run_one(job: _Job, meter: Meter) -> _Outcome:
    travellers = sample(job.plan, job.seed, job.replication)
    there = circumstances(job.plan, job.seed, job.replication)
    log = simulate(job.plan, travellers, there)
    where = f"{job.plan.name} ({job.plan.variant}), seed {job.seed}, replication {job.replication}"
    check_invariants(job.plan, travellers, there, log, where)
    values = meter.measure(travellers, there, log)
    return _Outcome(values, (travellers, there, log) if job.keep else None)


def _outcomes(jobs: Sequence[_Job], meters: Sequence[Meter], workers: int) -> Iterator[_Outcome]:
    """Yield the outcome of each job, in order."""
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    if workers == 1:
        for job in jobs:
            yield _run_one(job, meters[job.variant])
        return

    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    # Chunks keep the cost of sending a plan to a process small beside the work.
    size = max(1, min(50, len(jobs) // (4 * workers)))
    chunks = [jobs[k : k + size] for k in range(0, len(jobs), size)]
    parallel = Parallel(
        n_jobs=workers, return_as="generator", pre_dispatch="2*n_jobs", batch_size=1
    )
    try:
        for outcomes in parallel(delayed(_run_chunk)(chunk) for chunk in chunks):
            yield from outcomes
    except TerminatedWorkerError:
        raise RunError(
            "a worker process was killed, perhaps for lack of memory; "
            "nothing was written: run again, with fewer --workers"
        ) from None


def _run_chunk(jobs: Sequence[_Job]) -> list[_Outcome]:
    """Run jobs in a worker process, which makes its own meters."""
    meters = {job.variant: Meter(job.plan) for job in {job.variant: job for job in jobs}.values()}
    return [_run_one(job, meters[job.variant]) for job in jobs]
