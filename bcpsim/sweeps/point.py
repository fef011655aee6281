"""One point of a sweep, as a worker process runs it."""

from __future__ import annotations

import pickle
import traceback
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import BcpsimError, InputError, Problem, RunError, ScenarioError
from bcpsim.files.document import Mark
from bcpsim.kpi import Row, find_row
from bcpsim.kpi.rows import measure_of
from bcpsim.plan import compile_plan
from bcpsim.results.provenance import software
from bcpsim.runs.estimates import estimates
from bcpsim.runs.precision import Precision
from bcpsim.runs.run import DEFAULT_REPLICATIONS, run_plans
from bcpsim.scenario import LoadedScenario, ScenarioFile
from bcpsim.stats import Interval
from bcpsim.sweeps.file import ALL

Places = Mapping[str, Mapping[str, Mark]]
"""Places in the sweep file of the values that are set, for each variant by key path."""


@dataclass(frozen=True)
class PointTask:
    """The work that all points of a sweep share.

    Attributes
    ----------
    scenario_file
        The scenario file as read: no worker needs the file.
    places
        Where what is set stands in the sweep file, for each variant by key path.
    seed, replications, precision, measures
        As the sweep says.
    software
        What is installed where the sweep was started; elsewhere it must be the same.
    """

    scenario_file: ScenarioFile
    places: Places
    seed: int
    replications: int | None
    precision: Precision | None
    measures: tuple[str, ...]
    software: Mapping[str, Any]

    @property
    def wanted(self) -> frozenset[str] | None:
        """The measures that are taken, None: all; one more, so that no column stands alone."""
        if ALL in self.measures:
            return None
        named = [*self.measures, *(self.precision.measures if self.precision is not None else ())]
        return frozenset(("arrivals", *(measure_of(name) for name in named)))

    def packed(self) -> bytes:
        """Return the task as bytes, to be sent with each point."""
        return zlib.compress(pickle.dumps(self))


@dataclass(frozen=True)
class Job:
    """A point to run: its number, and for each variant what is set there, by key path."""

    point: int
    overrides: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Finished:
    """The estimates of a point.

    Attributes
    ----------
    variants
        For each variant its rows, their intervals, and what each replication gave, shape
        (replications, rows).
    """

    point: int
    variants: tuple[tuple[str, tuple[Row, ...], Interval, NDArray[np.float64]], ...]


@dataclass(frozen=True)
class Failed:
    """A point without a result.

    Attributes
    ----------
    kind
        Kind of error: `ScenarioError`, `InvariantError`, `WorkerKilled` and others.
    message
        What went wrong; with its place in the program if that has a defect.
    """

    point: int
    kind: str
    message: str


PointResult = Finished | Failed


class OtherSoftwareError(RunError):
    """A worker of a cluster has other versions installed than the program that asks it."""


def run_point(packed: bytes, job: Job) -> PointResult:
    """Run a point, whatever happens.

    Parameters
    ----------
    packed
        From `PointTask.packed`.
    job
        The point.

    Raises
    ------
    OtherSoftwareError
        If here is other software than where the sweep was started.
    """
    task = _unpacked(packed)
    try:
        plans = [compile_plan(one) for one in load_at(task.scenario_file, task.places, job)]
        most = task.replications or DEFAULT_REPLICATIONS
        precision, wanted = task.precision, task.wanted
        measured, _ = run_plans(plans, most, precision, wanted=wanted, seed=task.seed)
        variants = []
        for plan, one in zip(plans, measured, strict=True):
            rows = kept_rows(one.rows, task.measures)
            columns = [one.rows.index(row) for row in rows]
            # Of all that is measured, then some: the sum of a single column may round otherwise.
            interval = estimates(one.rows, one.totals).of(columns)
            variants.append((plan.variant, tuple(rows), interval, one.totals[:, columns]))
    except BcpsimError as error:
        return Failed(job.point, type(error).__name__, str(error))
    except Exception as error:  # a defect of the program: this point's, not the others'
        return Failed(job.point, type(error).__name__, traceback.format_exc())
    return Finished(job.point, tuple(variants))


def load_at(scenario_file: ScenarioFile, places: Places, job: Job) -> list[LoadedScenario]:
    """Return the variants of a scenario as they are at a point.

    Raises
    ------
    ScenarioError
        With the mistakes of all variants.
    """
    loaded: list[LoadedScenario] = []
    problems: dict[Problem, None] = {}
    for variant, overrides in job.overrides.items():
        try:
            loaded += scenario_file.load([variant], overrides=overrides, places=places[variant])
        except ScenarioError as error:
            where = f" (in the variant {variant})"
            for problem in error.problems:
                everywhere = replace(problem, message=problem.message.removesuffix(where))
                if everywhere not in problems:
                    problems[problem] = None
    if problems:
        raise ScenarioError(problems)
    return loaded


def kept_rows(rows: Sequence[Row], measures: Sequence[str]) -> list[Row]:
    """Return the rows that are kept; a measure that a variant hasn't got has none."""
    if ALL in measures:
        return list(rows)
    kept: dict[Row, None] = {}
    for name in measures:
        try:
            kept[find_row(rows, name)] = None
        except InputError:
            continue
    return list(kept)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> PointTask:
    task: PointTask = pickle.loads(zlib.decompress(packed))
    here = software()
    for name, wanted in task.software.items():
        if here[name] != wanted:
            raise OtherSoftwareError(f"a worker has {name} {here[name]}, the sweep {wanted}")
    return task
