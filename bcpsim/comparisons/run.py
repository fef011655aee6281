"""Ways of working side by side: the same travellers, paired differences, which is best."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.comparisons.changes import Change, names_of, parse_change
from bcpsim.comparisons.equal import Condition, Equality, Free, equalise
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, option
from bcpsim.files.document import Mark
from bcpsim.files.units import how_many
from bcpsim.kpi import Meter, Row, find_row
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.idle import why_no_matter
from bcpsim.results import (
    Made,
    Replicated,
    frame_csv,
    measures_csv,
    replace_folder,
    replications_frame,
    write_replications,
    write_scenarios,
)
from bcpsim.results.provenance import provenance
from bcpsim.results.shown import Shown, of_everybody
from bcpsim.runs.bars import with_bar
from bcpsim.runs.estimates import (
    Weight,
    changes,
    differences,
    has_number,
    per_traveller,
)
from bcpsim.runs.events import wall_clock
from bcpsim.runs.notes import notes, of_variants
from bcpsim.runs.parallel import check_workers
from bcpsim.runs.precision import Looked, Precision, Stopping, run_to_precision
from bcpsim.runs.run import (
    DEFAULT_REPLICATIONS,
    DEFAULT_SEED,
    Measured,
    Progress,
    check_size,
    extending,
)
from bcpsim.scenario import Given, LoadedScenario, ScenarioFile, read_scenario_file, told_apart
from bcpsim.scenario.overriding import as_texts
from bcpsim.stats import (
    Selection,
    pairing,
    select_best,
    simultaneous,
)

if TYPE_CHECKING:
    import pandas as pd

COMPARISON_COLUMNS = (
    "baseline",
    "alternative",
    "measure",
    "population",
    "statistic",
    "unit",
    "baseline_mean",
    "alternative_mean",
    "difference",
    "difference_low",
    "difference_high",
    "change",
    "change_low",
    "change_high",
    "correlation",
    "variance_reduction",
    "replications",
)
"""Columns of a table of comparisons."""

Record = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """Alternatives against a baseline: tidy tables, made when they are asked for.

    Attributes
    ----------
    seed, count
        Seed and number of replications, as run.
    confidence
        Confidence of the intervals: those of a row hold for all alternatives together.
    loaded, plans
        The ways of working; the baseline first, named by their variants.
    rows, hourly_rows
        What all of them have.
    totals, hourly
        For each way the values of `rows`, shape (replications, rows), and of `hourly_rows`,
        shape (replications, hourly rows, hours).
    values
        For each way what each replication gave, as `totals`.
    weight
        What weighs the same in means over travellers. Where each traveller does, `totals` hold
        pseudo-values of them (`bcpsim.runs.estimates.per_traveller`); percentiles and
        hours weigh replications all the same.
    judged_by, largest
        The row by which the best is chosen, and whether the largest is best.
    equalities
        What was to be equal, and whether it is.
    warnings
        What a reader must know, such as traffic that isn't the same.
    notes
        Which alternatives make no difference, and why; what makes it depend on how long is
        simulated, and in which ways of working.
    stopping
        How it ended, if it was run to a precision.
    """

    seed: int
    count: int
    confidence: float
    loaded: tuple[LoadedScenario, ...]
    plans: tuple[Plan, ...]
    rows: tuple[Row, ...]
    hourly_rows: tuple[Row, ...]
    totals: tuple[NDArray[np.float64], ...]
    hourly: tuple[NDArray[np.float64], ...]
    values: tuple[NDArray[np.float64], ...]
    weight: Weight
    judged_by: Row
    largest: bool
    equalities: tuple[Equality, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    stopping: Stopping | None

    def in_short(self) -> str:
        """Return what it is, in a line."""
        first, *others = self.names
        return (
            f"Comparison of {', '.join(others)} with {first}: "
            f"{how_many(self.count, 'replication')}, seed {self.seed}"
        )

    def main_table(self) -> pd.DataFrame:
        """Return the differences for everybody."""
        shown = of_everybody(self.measures)
        return shown.drop(columns=["baseline", "correlation", "variance_reduction", "replications"])

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the ways of working, the baseline first."""
        return tuple(one.variant for one in self.loaded)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table; `weight` only where travellers weigh the same."""
        alike = self.weight == "traveller"
        return (*COMPARISON_COLUMNS, "weight") if alike else COMPARISON_COLUMNS

    @cached_property
    def records(self) -> list[Record]:
        """The comparison as plain records, with the columns `columns`."""
        records = [
            record
            for k in range(1, len(self.names))
            for record in self._records(k, self.rows, self.totals[0], self.totals[k])
        ]
        if self.weight == "traveller":
            for record, row in zip(records, self.rows * (len(self.names) - 1), strict=True):
                record["weight"] = "traveller" if has_number(row) else "replication"
        return records

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Each alternative against the baseline, one row for each measure.

        Columns: baseline, alternative (names), measure, population, statistic, unit (text);
        baseline_mean, alternative_mean (over the replications in which both have a value);
        difference, change (of the mean, in per cent of the baseline's), each with low and high
        of its interval (infinite: not bounded by the replications); correlation of the pairs,
        variance_reduction by them; replications (pairs). Where each traveller weighs the same
        also weight (text): what does in this row.
        """
        import pandas as pd

        return pd.DataFrame(self.records, columns=list(self.columns))

    @property
    def replicated(self) -> Iterator[Replicated]:
        """Each way of working by its name, with its rows and what each replication gave."""
        return ((name, self.rows, own) for name, own in zip(self.names, self.values, strict=True))

    @cached_property
    def replications(self) -> pd.DataFrame:
        """What each replication gave, one row for each value.

        Columns: variant (text: the way of working), replication (int, from 0), measure,
        population, statistic (text), value (float, in the measure's unit; nan where there was
        nobody to measure).
        """
        return replications_frame(self.replicated)

    @cached_property
    def measures_by_hour(self) -> pd.DataFrame:
        """The same by local hour, with one column more: hour, its local start."""
        import pandas as pd

        plan = self.plans[0]
        hours = wall_clock(plan, np.array([start for start, _ in plan.hours]))
        size = len(plan.hours)
        records = [
            {**record, "hour": hours[number % size]}
            for k in range(1, len(self.names))
            for number, record in enumerate(
                self._records(
                    k,
                    [row for row in self.hourly_rows for _ in range(size)],
                    *(
                        values.reshape(len(values), -1)
                        for values in (self.hourly[0], self.hourly[k])
                    ),
                )
            )
        ]
        return pd.DataFrame(records, columns=[*COMPARISON_COLUMNS, "hour"])

    def _records(
        self,
        number: int,
        rows: Sequence[Row],
        baseline: NDArray[np.float64],
        alternative: NDArray[np.float64],
    ) -> Iterator[Record]:
        confidence = simultaneous(self.confidence, len(self.names) - 1)
        both = ~(np.isnan(baseline) | np.isnan(alternative))
        count = both.sum(axis=0)
        means = [
            np.where(both, values, 0.0).sum(axis=0) / np.where(count, count, np.nan)
            for values in (baseline, alternative)
        ]
        difference = differences(rows, baseline, alternative, confidence)
        change = changes(baseline, alternative, confidence)
        pairs = pairing(baseline, alternative)
        columns = (
            *means,
            difference.estimate,
            difference.low,
            difference.high,
            change.estimate,
            change.low,
            change.high,
            pairs.correlation,
            pairs.variance_reduction,
            count,
        )
        for row, *numbers in zip(rows, *(column.tolist() for column in columns), strict=True):
            words = (self.names[0], self.names[number], *_words(row))
            yield dict(zip(COMPARISON_COLUMNS, (*words, *numbers), strict=True))

    def best(self, name: str | None = None, *, largest: bool | None = None) -> Selection:
        """Return which way of working is best by a measure, with its probability.

        Parameters
        ----------
        name
            As `bcpsim.kpi.find_row` takes it; None: `judged_by`.
        largest
            Whether the largest mean is best; None: as for `judged_by`.

        Returns
        -------
        Selection
            ``best`` is a place in `names`.
        """
        row = self.judged_by if name is None else find_row(self.rows, name)
        place = self.rows.index(row)
        values = np.stack([totals[:, place] for totals in self.totals], axis=1)
        return select_best(values, largest=self.largest if largest is None else largest)

    @cached_property
    def provenance(self) -> Record:
        """Where the comparison comes from: scenarios, hashes, seed, replications, versions."""
        made_from = provenance(self.loaded, self.seed, self.count)
        made_from["confidence"] = self.confidence
        made_from["weight"] = self.weight
        if self.stopping is not None:
            made_from["precision"] = self.stopping.to_dict()
        return made_from

    def to_dict(self) -> Record:
        """Return everything but the hours as plain data for JSON.

        What has no value or no bound becomes null.
        """
        best = self.best()
        return {
            "provenance": self.provenance,
            "best": {
                "measure": str(self.judged_by),
                "largest": self.largest,
                "name": self.names[best.best] if best.best >= 0 else None,
                "probability": _finite(best.probability),
            },
            "equal": [_plain(equality.to_dict()) for equality in self.equalities],
            "warnings": list(self.warnings),
            "notes": list(self.notes),
            "comparison": [_plain(record) for record in self.records],
        }


@with_engine
@with_bar("Replications")
def compare(
    scenario: Given | Sequence[Given],
    *,
    baseline: str = "base",
    alternatives: Sequence[str] | None = None,
    changes: Sequence[str] = (),
    replications: int | None = None,
    precision: Precision | None = None,
    weight: Weight = "replication",
    equal: Sequence[Condition] = (),
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
        Measures that must be equal, replications weighing the same; parameters are adjusted in
        each alternative, in this order.
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
        progress = None
    if seed < 0:
        raise InputError(f"the seed must not be negative, found {seed}")
    if replications is not None and precision is not None:
        raise InputError("give a number of replications or a precision, not both")
    if not 0 < confidence < 1:
        raise InputError(f"the confidence must be between 0 and 1, found {confidence:g}")
    count = DEFAULT_REPLICATIONS if replications is None else replications
    if not 2 <= count <= 1_000_000:
        raise InputError(f"replications must be from 2 to 1000000, found {count}")
    check_workers(workers)
    asked = [parse_change(text) for text in changes]
    ways = _ways(scenario, baseline, alternatives, asked, as_texts(overrides), allowed)
    named = [best, *(condition.measure for condition in equal)]
    for way in ways:
        meter = Meter(compile_plan(way.loaded))
        for name in (*named, *(precision.measures if precision is not None else ())):
            find_row(meter.rows, name)  # a name that isn't there is told before the run
    searching = count if precision is None else precision.floor
    adjusted = [_adjusted(way, ways[0], equal, searching, seed, workers) for way in ways[1:]]
    loaded = [ways[0].loaded, *(one for one, _ in adjusted)]
    plans = [compile_plan(one) for one in loaded]
    check_same_time(plans)
    for plan in plans:
        check_size(plan)
    extend = extending(plans, seed=seed, workers=workers, progress=progress)
    if precision is None:
        measured, stopping = extend(range(count)), None
    else:
        measured, stopping = run_to_precision(
            extend,
            lambda so_far: _widths(loaded, _weighed(so_far, weight), precision, confidence),
            precision,
            looked,
        )
    rows = tuple(row for row in measured[0].rows if all(row in one.rows for one in measured))
    hourly_rows = tuple(
        row for row in measured[0].hourly_rows if all(row in one.hourly_rows for one in measured)
    )
    return Comparison(
        seed=seed,
        count=len(measured[0].totals),
        confidence=confidence,
        loaded=tuple(loaded),
        plans=tuple(plans),
        rows=rows,
        hourly_rows=hourly_rows,
        totals=tuple(
            one.totals[:, [one.rows.index(row) for row in rows]]
            for one in _weighed(measured, weight)
        ),
        hourly=tuple(
            one.hourly[:, [one.hourly_rows.index(row) for row in hourly_rows]] for one in measured
        ),
        values=tuple(one.totals[:, [one.rows.index(row) for row in rows]] for one in measured),
        weight=weight,
        judged_by=find_row(rows, best),
        largest=largest,
        equalities=tuple(
            _equality(condition, loaded[k], measured[0], measured[k], adjusted[k - 1][1])
            for k in range(1, len(loaded))
            for condition in equal
        ),
        warnings=tuple(traffic_warnings(loaded, plans)),
        notes=(
            *hints(
                plans, measured, [list(way.change.overrides) if way.change else [] for way in ways]
            ),
            *of_variants(
                {
                    plan.variant: (
                        *notes(plan, one.rows, one.totals, one.hourly_rows, one.hourly),
                        *scenario.told_of_tables,
                    )
                    for scenario, plan, one in zip(loaded, plans, measured, strict=True)
                }
            ),
        ),
        stopping=stopping,
    )


@dataclass(frozen=True)
class _Way:
    """A way of working, how it is loaded with other values, and what made it of the baseline."""

    loaded: LoadedScenario
    scenario_file: ScenarioFile | None
    variant: str
    overrides: Mapping[str, str]
    change: Change | None = None

    def setting(self, free: Free, value: float, others: Mapping[str, str]) -> dict[str, str]:
        """Return the overrides that give a parameter a value, beside those of others."""
        return {**self.overrides, **others, free.path: free.text(value)}

    def changed(self, free: Free, others: Mapping[str, str], value: float) -> LoadedScenario:
        """Return it with a parameter at a value."""
        overrides = self.setting(free, value, others)
        if self.scenario_file is None:
            return self.loaded.with_(overrides)
        places = {free.path: Mark(option("--equal"))}
        [loaded] = self.scenario_file.load([self.variant], overrides=overrides, places=places)
        return replace(loaded, variant=self.loaded.variant)


def _ways(
    scenario: Given | Sequence[Given],
    baseline: str,
    alternatives: Sequence[str] | None,
    changes: list[Change],
    overrides: Mapping[str, str],
    allowed: Sequence[str | Path],
) -> list[_Way]:
    """Return the ways of working that are compared, the baseline first.

    Raises
    ------
    InputError
        If there are fewer than two, or one comes twice.
    """
    if isinstance(scenario, (str, Path, Mapping)):
        scenario_file = read_scenario_file(scenario, allowed=allowed)
        others = alternatives
        if others is None:
            others = [] if changes else [name for name in scenario_file.names if name != baseline]
        names = [baseline, *others]
        loaded = scenario_file.load(names, overrides=overrides)
        ways = [
            _Way(one, scenario_file, name, overrides)
            for name, one in zip(names, loaded, strict=True)
        ]
        for change, name in zip(changes, names_of(changes), strict=True):
            variant = change.on(baseline)
            both = {**overrides, **change.overrides}
            places = dict.fromkeys(change.overrides, Mark(option("--with")))
            [one] = scenario_file.load([variant], overrides=both, places=places)
            ways.append(_Way(replace(one, variant=name), scenario_file, variant, both, change))
        names = [way.loaded.variant for way in ways]
    elif changes:
        raise InputError("changes are made to one scenario file, and several were given")
    else:
        several = [scenario] if isinstance(scenario, LoadedScenario) else scenario
        ways = [_way_of(one, overrides, allowed) for one in several]
        if len({way.loaded.hash for way in ways}) == len(ways):
            apart = told_apart([way.loaded for way in ways])
            ways = [replace(way, loaded=one) for way, one in zip(ways, apart, strict=True)]
        names = [way.loaded.variant for way in ways]
    if len(ways) < 2:
        raise InputError(
            "a comparison needs a baseline and at least one alternative: a variant of the file, "
            f"another file, or a change ({option('--with stops.NAME.lanes=5')})"
        )
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(
            f"{twice[0]!r} comes twice; a comparison needs ways of working that differ"
        )
    return ways


def _way_of(one: Given, overrides: Mapping[str, str], allowed: Sequence[str | Path]) -> _Way:
    """Return a way of working named by its file, or by its variant if it was loaded."""
    if isinstance(one, LoadedScenario):
        changed = one.with_(overrides) if overrides else one
        return _Way(changed, None, one.variant, {})
    scenario_file = read_scenario_file(one, allowed=allowed)
    [loaded] = scenario_file.load(["base"], overrides=overrides)
    name = loaded.scenario.name if isinstance(one, Mapping) else Path(one).stem
    return _Way(replace(loaded, variant=name), scenario_file, "base", overrides)


Values = dict[Condition, tuple[str, str]]


def _adjusted(
    way: _Way,
    baseline: _Way,
    conditions: Sequence[Condition],
    replications: int,
    seed: int,
    workers: int,
) -> tuple[LoadedScenario, Values]:
    """Return a way with its free parameters adjusted, one condition after the other."""
    overrides: dict[str, str] = {}
    values: Values = {}
    loaded = way.loaded
    for condition in conditions:
        free = condition.by
        if free is None:
            continue
        found = equalise(
            partial(way.changed, free, overrides),
            baseline.loaded,
            condition,
            replications=replications,
            seed=seed,
            workers=workers,
        )
        loaded = found.loaded
        overrides = way.setting(free, found.value, overrides)
        values[condition] = (free.path, free.text(found.value))
    return loaded, values


def _equality(
    condition: Condition,
    loaded: LoadedScenario,
    baseline: Measured,
    alternative: Measured,
    values: Values,
) -> Equality:
    """Return whether a measure is equal in the replications of the comparison."""
    row = find_row(baseline.rows, condition.measure)
    first, second = baseline.column(row), alternative.column(row)
    interval = differences([row], first[:, None], second[:, None])
    path, value = values.get(condition, (None, None))
    return Equality(
        alternative=loaded.variant,
        row=row,
        baseline_mean=float(np.nanmean(first)),
        alternative_mean=float(np.nanmean(second)),
        low=float(interval.low[0]),
        high=float(interval.high[0]),
        tolerance=condition.tolerance,
        path=path,
        value=value,
    )


def _weighed(measured: Sequence[Measured], weight: Weight) -> list[Measured]:
    """Return what was measured with each traveller weighing the same, if that is asked for."""
    if weight == "replication":
        return list(measured)
    return [replace(one, totals=per_traveller(one.rows, one.totals)) for one in measured]


def _widths(
    loaded: Sequence[LoadedScenario],
    measured: Sequence[Measured],
    precision: Precision,
    confidence: float,
) -> dict[str, float]:
    """Return the half-widths of the changes of the named measures, as shares."""
    each = simultaneous(confidence, len(measured) - 1)
    widths = {}
    for one, values in zip(loaded[1:], measured[1:], strict=True):
        for name in precision.measures:
            row = find_row(values.rows, name)
            first, second = measured[0].column(row), values.column(row)
            change = changes(first[:, None], second[:, None], each)
            # What differs by the same in all replications, such as nothing, is known.
            known = np.nanstd(second - first) == 0 and np.nanmean(first) == 0
            widths[f"{one.variant} {row}"] = 0.0 if known else float(change.half_width[0]) / 100
    return widths


_OF_OFFICERS = (
    "officer_hours",
    "staff_cost",
    "overtime",
    "utilisation",
    "officer_minutes_per_vehicle",
    "idle_while_waiting",
    "lane_utilisation",
    "equipment_utilisation",
)
"""Measures that differ with the number of officers, lanes and machines by themselves."""


def hints(
    plans: Sequence[Plan], measured: Sequence[Measured], paths: Sequence[Sequence[str]]
) -> Iterator[str]:
    """Yield where an alternative makes no difference to anybody, and why it can't.

    Parameters
    ----------
    plans, measured
        The ways of working, the baseline first, and what was measured with each.
    paths
        Key paths of what was set in each, beside its variant.
    """
    for plan, values, own in zip(plans[1:], measured[1:], paths[1:], strict=True):
        reasons = list(why_no_matter(plans[0], plan, own))
        if _same_for_all(measured[0], values):
            count = len(values.totals)
            words = f"nobody waits shorter or longer than in {plans[0].variant}"
            reasons.insert(0, f"{words} in any of {count} replications")
        if reasons:
            yield f"{plan.variant}: {'; '.join(reasons)}"


def _same_for_all(one: Measured, other: Measured) -> bool:
    """Return whether all times and counts are the same in each replication."""
    rows = [row for row in one.rows if row.measure not in _OF_OFFICERS]
    if rows != [row for row in other.rows if row.measure not in _OF_OFFICERS]:
        return False
    return all(np.array_equal(one.column(row), other.column(row), equal_nan=True) for row in rows)


def check_same_time(plans: Sequence[Plan]) -> None:
    """Check that ways of working are measured over the same time.

    Raises
    ------
    InputError
        If one isn't.
    """
    first = plans[0]
    for plan in plans[1:]:
        for field in ("start", "time_zone", "horizon", "warm_up"):
            here, there = getattr(first, field), getattr(plan, field)
            if here != there:
                name, unit = ("duration", " min") if field == "horizon" else (field, "")
                raise InputError(
                    f"{first.variant} and {plan.variant} can't be compared: horizon.{name} is "
                    f"{here}{unit} in one and {there}{unit} in the other"
                )


def traffic_warnings(loaded: Sequence[LoadedScenario], plans: Sequence[Plan]) -> Iterator[str]:
    """Yield where ways of working, the baseline first, don't have the same traffic."""
    first = _traffic(loaded[0], plans[0])
    for one, plan in zip(loaded[1:], plans[1:], strict=True):
        other = _traffic(one, plan)
        different = [
            name for name in dict.fromkeys([*first, *other]) if first.get(name) != other.get(name)
        ]
        if different:
            yield (
                f"{loaded[0].variant} and {one.variant} don't have the same traffic "
                f"({', '.join(different)}): they don't see the same vehicles, and a difference is "
                "that of traffic and way of working together"
            )


def _traffic(loaded: LoadedScenario, plan: Plan) -> dict[str, Any]:
    """Return who comes when, by source and class, without what a way of working decides."""
    sources = {
        f"source {source.name}": (
            [(plan.classes[k].name, share) for k, share in source.classes],
            replace(
                source,
                classes=(),
                timetable=source.timetable and replace(source.timetable, attributes=(), ready=()),
            ),
        )
        for source in plan.sources
    }
    classes = {
        f"class {name}": (record.occupants, record.attributes)
        for name, record in loaded.scenario.classes.items()
    }
    return {**sources, **classes}


def _words(row: Row) -> tuple[str, str, str, str]:
    return row.measure, row.population, row.statistic, row.unit


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(record: Mapping[str, Any]) -> Record:
    return {key: _finite(value) for key, value in record.items()}


def save_comparison(
    comparison: Comparison,
    folder: str | Path,
    extra: Callable[[Path], object] | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write a comparison to a folder.

    The folder holds ``comparison.csv``, ``comparison-by-hour.csv``, ``comparison.json``
    (everything but the hours), ``replications.parquet`` (what each replication gave),
    ``provenance.json`` and the ways of working as run,
    ``scenario-NAME.yaml`` each.

    Parameters
    ----------
    comparison
        From `bcpsim.compare`.
    folder, extra, force
        As for `bcpsim.save`.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    first = comparison.loaded[0]
    made = Made("compare", first.scenario.name, first.overrides, comparison.names)

    def write(new: Path) -> None:
        rows = measures_csv(comparison.records, comparison.columns)
        (new / "comparison.csv").write_text(rows, encoding="utf-8")
        by_hour = frame_csv(comparison.measures_by_hour)
        (new / "comparison-by-hour.csv").write_text(by_hour, encoding="utf-8")
        text = json.dumps(comparison.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
        (new / "comparison.json").write_text(text + "\n", encoding="utf-8")
        write_replications(comparison.replicated, new / "replications.parquet")
        write_scenarios(comparison.loaded, new)

    return replace_folder(Path(folder), made, comparison.provenance, write, extra, force=force)
