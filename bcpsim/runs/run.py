"""Independent replications of the variants of a scenario, in one process or several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bcpsim.arguments import checked
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError
from bcpsim.kpi import Meter, find_row
from bcpsim.plan import Plan, compile_plan
from bcpsim.runs.bars import with_bar
from bcpsim.runs.estimates import Weight, estimates
from bcpsim.runs.measured import Measured
from bcpsim.runs.own_measures import Each, check_sendable, own_table
from bcpsim.runs.parallel import check_workers
from bcpsim.runs.precision import Looked, Precision, Stopping, run_as_asked
from bcpsim.runs.replications import DEFAULT_SEED, Progress, extending
from bcpsim.runs.result import Result, VariantResult
from bcpsim.runs.size import check_size
from bcpsim.scenario import LoadedScenario, ScenarioLike, scenarios_of

DEFAULT_REPLICATIONS = 20

EventLogs = Literal["all", "first", "none"]


@checked(precision=Precision, weight=Weight, event_log=EventLogs)
@with_engine
@with_bar("Replications")
def run(
    scenario: ScenarioLike | Sequence[ScenarioLike],
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
        progress = None  # where it was True, the decorator has put a bar
    most = _most_replications(replications, precision)
    check_workers(workers)
    loaded = scenarios_of(scenario, variants=variants, overrides=overrides, allowed=allowed)
    plans = [compile_plan(way) for way in loaded]
    measured, stopping = run_plans(
        plans,
        most,
        precision,
        weight=weight,
        seed=seed,
        workers=workers,
        kept=range({"all": most, "first": 1, "none": 0}[event_log]),
        each=each,
        progress=progress,
        looked=looked,
    )
    return Result(
        seed=seed,
        count=len(measured[0].totals),
        variants=tuple(map(_variant_result, loaded, plans, measured)),
        weight=weight,
        stopping=stopping,
    )


def _variant_result(loaded: LoadedScenario, plan: Plan, measured: Measured) -> VariantResult:
    """Return what the replications of one way of working gave, as its part of the result."""
    return VariantResult(
        loaded,
        plan,
        measured.rows,
        measured.hourly_rows,
        measured.totals,
        measured.hourly,
        measured.tally,
        measured.kept,
        *own_table(measured.own),
    )


def run_plans(
    plans: Sequence[Plan],
    most: int,
    precision: Precision | None = None,
    *,
    wanted: Collection[str] | None = None,
    weight: Weight = "replication",
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    kept: range = range(0),
    each: Each | None = None,
    progress: Progress | None = None,
    looked: Looked | None = None,
) -> tuple[list[Measured], Stopping | None]:
    """Run replications of plans; return what was measured, and how a precision was reached.

    Parameters
    ----------
    plans
        Compiled scenarios.
    most
        How many replications; with a precision at most.
    precision, weight, seed, workers, each, progress, looked
        As for `run`.
    wanted
        Names of the measures that are wanted, those of the precision among them, without those by
        hour; None: all.
    kept
        Numbers of the replications whose events are kept.

    Raises
    ------
    InputError
        As `run`.
    """
    for plan in plans:
        check_size(plan, len(kept) * len(plans))
        for name in precision.measures if precision is not None else ():
            find_row(Meter.of(plan, wanted).rows, name)  # what isn't there is told before the run
    if each is not None:
        check_sendable(each, workers)
    extend = extending(
        plans,
        seed=seed,
        workers=workers,
        kept=kept,
        pooled=weight == "traveller",
        progress=progress,
        wanted=wanted,
        each=each,
    )
    return run_as_asked(
        extend,
        most,
        lambda so_far, asked: _widths(plans, so_far, asked, weight),
        precision,
        looked,
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
    for plan, values in zip(plans, measured, strict=True):
        interval = estimates(values.rows, values.totals, weight, tally=values.tally)
        for name in precision.measures:
            row = find_row(values.rows, name)
            place = values.rows.index(row)
            half, estimate = interval.half_width[place], abs(interval.estimate[place])
            key = str(row) if len(plans) == 1 else f"{plan.variant} {row}"
            # What is the same in all replications, 0 among them, is known.
            widths[key] = float(half / estimate) if estimate else 0.0 if half == 0 else np.nan
    return widths
