"""Scenarios in steady state: where the start ends, and the mean of one long run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.arguments import checked
from bcpsim.engine import replicate
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, RunError
from bcpsim.files.units import how_many
from bcpsim.kpi import Meter, Row, find_row, times_of_travellers
from bcpsim.plan import Plan, compile_plan
from bcpsim.results.display import Displayed
from bcpsim.results.provenance import provenance
from bcpsim.runs.bars import with_bar
from bcpsim.runs.parallel import check_workers, in_order
from bcpsim.runs.replications import DEFAULT_SEED, Progress
from bcpsim.runs.size import check_size
from bcpsim.sampling.ticks import NEVER
from bcpsim.scenario import LoadedScenario, ScenarioLike, scenarios_of
from bcpsim.stats import BatchMeans, Truncation, batch_means, mser

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class SteadyState(Displayed):
    """The steady state of a border, as a run from an empty one tells it.

    Attributes
    ----------
    loaded, plan
        The scenario.
    row
        The measure.
    seed, replications
        As run.
    arrival, series
        Minutes of arrival and value of the first, second, ... traveller, averaged over the
        replications.
    truncation
        How many of them belong to the start, by MSER-5.
    """

    loaded: LoadedScenario
    plan: Plan
    row: Row
    seed: int
    replications: int
    arrival: Floats
    series: Floats
    truncation: Truncation

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return (
            f"Steady state of {self.plan.name}, {self.row}: mean {self.truncation.mean:.4g} after "
            f"a warm-up of {self.warm_up:.4g} min, {how_many(self.replications, 'replication')}"
        )

    @property
    def warm_up(self) -> float:
        """Minutes after which the first traveller who counts arrives."""
        return float(self.arrival[self.truncation.dropped]) if self.truncation.dropped else 0.0

    @property
    def stationary(self) -> bool:
        """True if arrivals are the same throughout, so that there can be a steady state."""
        return all(
            source.timetable is None
            and source.slots is None
            and source.times is None
            and len(set(source.rates)) == 1
            for source in self.plan.sources
        )

    @cached_property
    def batches(self) -> BatchMeans | None:
        """The mean of the rest with its interval, if it is one long run that is long enough."""
        rest = self.series[self.truncation.dropped :]
        if self.replications > 1 or len(rest) < 200:
            return None
        means = batch_means(rest)
        return replace(means, low=max(means.low, 0.0))  # no time is negative

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the series as plain data for JSON."""
        batches = self.batches
        return {
            "provenance": provenance([self.loaded], self.seed, self.replications),
            "measure": str(self.row),
            "travellers": len(self.series),
            "dropped": self.truncation.dropped,
            "warm_up_min": self.warm_up,
            "settled": self.truncation.settled,
            "stationary": self.stationary,
            "mean": self.truncation.mean,
            "batch_means": None
            if batches is None
            else {
                "low": batches.low,
                "high": batches.high,
                "size": batches.size,
                "correlation": batches.correlation,
                "enough": batches.enough,
            },
        }


@checked()
@with_engine
@with_bar("Replications")
def find_warm_up(
    scenario: ScenarioLike,
    measure: str = "time_in_system",
    *,
    replications: int = 10,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    engine: str | None = None,
    progress: Progress | bool | None = None,
) -> SteadyState:
    """Find where the start of a scenario in steady state ends, by MSER-5.

    The values of the travellers in order of arrival, averaged over the replications, form one
    series (Welch's averages; Law, Simulation Modeling and Analysis, 5th ed., 9.5.1). The
    scenario's own warm-up isn't left out.

    Parameters
    ----------
    scenario
        A scenario file, what would stand in it as plain data, or what `bcpsim.load` returned.
    measure
        A mean of a time over travellers, of all or of a class, as `bcpsim.kpi.find_row` takes it.
    replications, seed, workers, engine, progress
        As for `bcpsim.run`; with one replication the mean of the rest gets an interval from
        batches.

    Raises
    ------
    InputError
        If the measure isn't of this kind, or arguments are out of range.
    RunError
        If the run is too short.
    """
    if replications < 1:
        raise InputError(f"replications must be at least 1, found {replications}")
    check_workers(workers)
    [loaded] = scenarios_of(scenario)
    plan = compile_plan(loaded)
    check_size(plan)
    row = find_row(Meter.of(plan).rows, measure)
    kind, _, name = row.population.partition("=")
    known = ("waiting_time", "service_time", "processing_time", "time_in_system")
    if row.measure not in known or row.statistic != "mean" or kind not in ("all", "class"):
        raise InputError(
            f"the start of {row} can't be found; expected the mean of one of: {', '.join(known)}; "
            "of all or of a class"
        )
    category = -1 if kind == "all" else [record.name for record in plan.classes].index(name)
    function = partial(_series, plan, seed, row.measure, category)
    all_series = []
    for done, of_one in enumerate(in_order(function, range(replications), workers), start=1):
        all_series.append(of_one)
        if callable(progress):
            progress(done, replications)
    length = min(of_one.shape[1] for of_one in all_series)
    arrival, series = np.mean([of_one[:, :length] for of_one in all_series], axis=0)
    try:
        truncation = mser(series)
    except ValueError as error:
        raise RunError(f"{row}: {error}; lengthen horizon.duration") from None
    return SteadyState(loaded, plan, row, seed, replications, arrival, series, truncation)


def _series(
    plan: Plan, seed: int, measure: str, category: int, replications: Sequence[int]
) -> Iterator[Floats]:
    """Yield arrivals and values of the travellers who left, in order of arrival."""
    for number in replications:
        travellers, _, log = replicate(plan, seed, number)
        value = times_of_travellers(plan, travellers, log)[measure]
        arrival = travellers.minutes.arrival
        counted = (log.departure != NEVER) & ~np.isnan(value) & (arrival < plan.horizon)
        if category >= 0:
            counted &= travellers.category == category
        order = np.argsort(arrival[counted], kind="stable")
        yield np.stack([arrival[counted][order], value[counted][order]])
