"""Ways of working side by side: the same travellers, paired differences, which is best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.arguments import checked, several
from bcpsim.comparisons.alike import check_same_time, hints, traffic_warnings
from bcpsim.comparisons.changes import parse_change
from bcpsim.comparisons.equal import Condition, Equality, parse_condition
from bcpsim.comparisons.result import Comparison
from bcpsim.comparisons.ways import Values, Way, adjust, ways_of
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError
from bcpsim.kpi import Meter, Row, find_row
from bcpsim.plan import Plan, compile_plan
from bcpsim.runs.bars import with_bar
from bcpsim.runs.estimates import (
    Weight,
    changes,
    per_traveller,
)
from bcpsim.runs.measured import Measured, rows_in_all
from bcpsim.runs.notes import notes, of_variants
from bcpsim.runs.parallel import check_workers
from bcpsim.runs.precision import Looked, Precision, run_as_asked
from bcpsim.runs.replications import DEFAULT_SEED, Progress, extending
from bcpsim.runs.run import DEFAULT_REPLICATIONS
from bcpsim.runs.size import check_size
from bcpsim.scenario import LoadedScenario, ScenarioLike
from bcpsim.scenario.overriding import as_texts
from bcpsim.stats import (
    simultaneous,
)

_CONDITIONS = several((str, Condition), "a list of conditions such as 'officer_hours'")


@checked(precision=Precision, weight=Weight)
@with_engine
@with_bar("Replications")
def compare(
    scenario: ScenarioLike | Sequence[ScenarioLike],
    *,
    baseline: str = "base",
    alternatives: Sequence[str] | None = None,
    changes: Sequence[str] = (),
    replications: int | None = None,
    precision: Precision | None = None,
    weight: Weight = "replication",
    equal: Sequence[Condition | str] = (),
    best: str = "time_in_system",
    largest: bool = False,
    confidence: float = 0.95,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    engine: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    allowed: Sequence[str | Path] = (),
    progress: Progress | bool | None = None,
    looked: Looked | None = None,
) -> Comparison:
    """Compare ways of working under the same traffic.

    All see the same vehicles with the same drawn durations, replication by replication
    (common random numbers). The result is the same to the bit for any number of workers.

    Parameters
    ----------
    scenario
        A file, or what would stand in it as plain data, whose variants are compared; or several
        files, plain data or loaded scenarios, of which the first is the baseline.
    baseline, alternatives
        Names of variants, ``base`` for the file as it stands; None: all others, or with
        `changes` none. Of one file; names joined by ``+`` are put together.
    changes
        Further alternatives, each the baseline with a change that needs no variant in the file:
        ``stops.booths.lanes=5``, a variant's name, or several of these joined by `` + ``. Of one
        file.
    replications
        Number of replications, at least 2. None: 20, or as many as the precision needs.
    precision
        Half-width of the intervals of percent changes until which replications go on: 0.02 for
        2 percentage points.
    weight
        What weighs the same in means over travellers: each replication, or each traveller.
    equal
        Measures that must be equal, replications weighing the same, as conditions or as their
        text (`parse_condition`); parameters are adjusted in each alternative, in this order.
    best, largest
        The measure by which the best is chosen, and whether the largest is best.
    confidence
        With which the intervals of a row hold for all alternatives together.
    seed, workers, engine, overrides, allowed, progress, looked
        As for `bcpsim.run`.

    Returns
    -------
    Comparison
        Paired differences and percent changes with intervals, as tidy DataFrames.

    Raises
    ------
    ScenarioError
        If a scenario has mistakes.
    InputError
        If the measured times differ, so that nothing can be compared, or arguments are out of
        range.
    """
    if isinstance(progress, bool):
        progress = None  # where it was True, the decorator has put a bar
    count = _first_replications(replications, precision)
    _check_confidence(confidence)
    check_workers(workers)
    held = _conditions(equal)
    changed = [parse_change(text) for text in changes]
    ways = ways_of(scenario, baseline, alternatives, changed, as_texts(overrides), allowed)
    _check_measures(ways, [best, *(condition.measure for condition in held)], precision)
    adjusted = [adjust(way, ways[0], held, count, seed, workers) for way in ways[1:]]
    loaded = [ways[0].loaded, *(alternative for alternative, _ in adjusted)]
    plans = _comparable_plans(loaded)
    measured, stopping = run_as_asked(
        extending(plans, seed=seed, workers=workers, progress=progress),
        count,
        lambda so_far, asked: _widths(loaded, _weighed(so_far, weight), asked, confidence),
        precision,
        looked,
    )
    rows = rows_in_all(measured)
    return Comparison(
        seed=seed,
        count=len(measured[0].totals),
        confidence=confidence,
        loaded=tuple(loaded),
        plans=tuple(plans),
        rows=rows,
        hourly_rows=_hourly_rows(measured),
        totals=tuple(way.columns(rows) for way in _weighed(measured, weight)),
        hourly=_hourly(measured),
        values=tuple(way.columns(rows) for way in measured),
        weight=weight,
        judged_by=find_row(rows, best),
        largest=largest,
        equalities=tuple(_equalities(held, loaded, measured, [values for _, values in adjusted])),
        warnings=tuple(traffic_warnings(loaded, plans)),
        notes=_notes(ways, loaded, plans, measured),
        stopping=stopping,
    )


def _check_confidence(confidence: float) -> None:
    """Check that a confidence is a share that isn't certain."""
    if not 0 < confidence < 1:
        raise InputError(f"the confidence must be between 0 and 1, found {confidence:g}")


def _conditions(equal: Sequence[str | Condition]) -> list[Condition]:
    """Return what must be equal, where some of it may be given as text."""
    return [
        condition if isinstance(condition, Condition) else parse_condition(condition)
        for condition in _CONDITIONS("equal", equal)
    ]


def _first_replications(replications: int | None, precision: Precision | None) -> int:
    """Return how many replications there are before a first look at the intervals."""
    if precision is not None:
        if replications is not None:
            raise InputError("give a number of replications or a precision, not both")
        return precision.floor
    count = DEFAULT_REPLICATIONS if replications is None else replications
    if not 2 <= count <= 1_000_000:
        raise InputError(f"replications must be from 2 to 1000000, found {count}")
    return count


def _comparable_plans(loaded: Sequence[LoadedScenario]) -> list[Plan]:
    """Return the plans of ways of working, which measure the same time and fit into memory."""
    plans = [compile_plan(way) for way in loaded]
    check_same_time(plans)
    for plan in plans:
        check_size(plan)
    return plans


def _check_measures(ways: Sequence[Way], names: Sequence[str], precision: Precision | None) -> None:
    """Check that all ways of working have some measures, before anything is run."""
    for way in ways:
        rows = Meter.of(compile_plan(way.loaded)).rows
        for name in (*names, *(precision.measures if precision is not None else ())):
            find_row(rows, name)


def _hourly_rows(measured: Sequence[Measured]) -> tuple[Row, ...]:
    """Return the rows by hour that all ways of working have, in the order of the baseline's."""
    first, *others = (way.hourly_rows for way in measured)
    return tuple(row for row in first if all(row in rows for rows in others))


def _hourly(measured: Sequence[Measured]) -> tuple[NDArray[np.float64], ...]:
    """Return the values with each way of working of the rows by hour that all of them have."""
    rows = _hourly_rows(measured)
    return tuple(way.hourly[:, [way.hourly_rows.index(row) for row in rows]] for way in measured)


def _notes(
    ways: Sequence[Way],
    loaded: Sequence[LoadedScenario],
    plans: Sequence[Plan],
    measured: Sequence[Measured],
) -> tuple[str, ...]:
    """Return what could be compared better, and what is told of each way of working."""
    told = of_variants(
        {
            plan.variant: (
                *notes(plan, way.rows, way.totals, way.hourly_rows, way.hourly),
                *scenario.told_of_tables,
            )
            for scenario, plan, way in zip(loaded, plans, measured, strict=True)
        }
    )
    return (*hints(plans, measured, [way.own_paths for way in ways]), *told)


def _equalities(
    conditions: Sequence[Condition],
    loaded: Sequence[LoadedScenario],
    measured: Sequence[Measured],
    adjusted: Sequence[Values],
) -> Iterator[Equality]:
    """Yield for each alternative whether measures are equal in the replications run.

    Parameters
    ----------
    conditions
        Measures that must be equal.
    loaded, measured
        The ways of working, the baseline first, and what was measured with each.
    adjusted
        The values found for the parameters of each alternative.
    """
    baseline, *others = measured
    for alternative, way, values in zip(loaded[1:], others, adjusted, strict=True):
        for condition in conditions:
            row = find_row(baseline.rows, condition.measure)
            _, value = values.get(condition, (None, None))
            yield Equality.of(
                alternative.variant,
                row,
                baseline.column(row),
                way.column(row),
                condition,
                value=value,
            )


def _weighed(measured: Sequence[Measured], weight: Weight) -> list[Measured]:
    """Return what was measured with each traveller weighing the same, if that is asked for."""
    if weight == "replication":
        return list(measured)
    return [replace(way, totals=per_traveller(way.rows, way.totals)) for way in measured]


def _widths(
    loaded: Sequence[LoadedScenario],
    measured: Sequence[Measured],
    precision: Precision,
    confidence: float,
) -> dict[str, float]:
    """Return the half-widths of the changes of the named measures, as shares."""
    each = simultaneous(confidence, len(measured) - 1)
    widths = {}
    for alternative, values in zip(loaded[1:], measured[1:], strict=True):
        for name in precision.measures:
            row = find_row(values.rows, name)
            first, second = measured[0].column(row), values.column(row)
            change = changes(first[:, None], second[:, None], each)
            # What differs by the same in all replications, such as nothing, is known.
            known = np.nanstd(second - first) == 0 and np.nanmean(first) == 0
            widths[f"{alternative.variant} {row}"] = (
                0.0 if known else float(change.half_width[0]) / 100
            )
    return widths
