"""Running a sweep: what is to do is given out, what comes back is kept."""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, RunError, ScenarioError, option
from bcpsim.files.units import how_many
from bcpsim.kpi import Meter, Row, Words, find_row
from bcpsim.kpi.offered import offered_load
from bcpsim.kpi.overload import overloaded
from bcpsim.plan import Plan, compile_plan
from bcpsim.results import MANIFEST, holds_files, note_history
from bcpsim.results.provenance import provenance, software
from bcpsim.results.shown import Shown
from bcpsim.runs.bars import with_bar
from bcpsim.runs.precision import Precision
from bcpsim.runs.run import DEFAULT_REPLICATIONS, check_size
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.tables import TableError, resolve_inside
from bcpsim.studies import Findings, as_settings
from bcpsim.sweeps.cluster import on_cluster
from bcpsim.sweeps.design import Coordinates, resolution
from bcpsim.sweeps.file import ALL, Fractional, SweepFile
from bcpsim.sweeps.folder import (
    FORMAT,
    Store,
    check_same,
    create,
    read_failed,
    read_measures,
)
from bcpsim.sweeps.point import Finished, Job, PointResult, PointTask, kept_rows, load_at
from bcpsim.sweeps.points import Points, points_of
from bcpsim.sweeps.pool import Note, in_processes
from bcpsim.sweeps.study import LoadedSweep, check_measures, load_sweep

if TYPE_CHECKING:
    import pandas as pd

WATCHED = "waiting_time"
"""The measure whose estimate is shown if a sweep keeps all."""

TRIED = 8
"""Points of which at least one must load for a sweep to start."""

LOOKED_AT = 100
"""Points that `points_that_fail` looks at."""

MAX_UNWRITTEN = 5
"""After so many points in a row that can't be written, a sweep stops."""


@dataclass
class Watch:
    """The estimate so far of a measure: for each variant its mean over the points."""

    measure: str
    sums: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, outcome: Finished) -> None:
        """Count a point in."""
        for variant, rows, interval, _ in outcome.variants:
            try:
                value = interval.estimate[rows.index(find_row(rows, self.measure))]
            except InputError:
                continue  # this variant hasn't got it
            if not np.isnan(value):
                total, count = self.sums.get(variant, (0.0, 0))
                self.sums[variant] = (total + float(value), count + 1)

    @property
    def means(self) -> dict[str, float]:
        """Mean over the points so far, by variant."""
        return {variant: total / count for variant, (total, count) in self.sums.items()}


@dataclass(frozen=True)
class Progress:
    """How far a sweep is.

    Attributes
    ----------
    points, finished, failed
        Number of points in all, with a result, and failed.
    watch
        The estimate so far of a measure.
    """

    points: int
    finished: int
    failed: int
    watch: Watch


@dataclass(frozen=True, repr=False)
class Prepared(Shown):
    """A sweep that can run.

    Attributes
    ----------
    loaded
        From `load_sweep`.
    points
        Its points.
    variants
        The variants before any factor is set.
    rows
        What is kept of each variant, by its name, at a point that was tried.
    """

    loaded: LoadedSweep
    points: Points
    variants: tuple[LoadedScenario, ...]
    rows: Mapping[str, tuple[Row, ...]]

    def in_short(self) -> str:
        """Return what it is, in a line."""
        return f"Sweep {self.loaded.file.name}: {how_many(len(self.points), 'point')}"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The design, and everything from which the results follow."""
        sweep = self.loaded.file
        design: dict[str, Any] = {"points": len(self.points)}
        if isinstance(sweep.design, Fractional):
            design["resolution"] = resolution(self.points.where)
        names = [repr(column.tolist()) for column in self.points.levels]
        design["hash"] = hashlib.sha256("\n".join(names).encode()).hexdigest()
        return {
            "format": FORMAT,
            "sweep": _that_counts(sweep),
            "design": design,
            "data": self._data_of_factors(),
            "pyarrow": version("pyarrow"),  # the same rows are the same bytes
            **provenance(self.variants, sweep.seed, replications_of(sweep)),
        }

    def _data_of_factors(self) -> dict[str, str]:
        """Return the hashes of data files that are values of factors."""
        scenario_file = self.loaded.scenario_file
        found = {}
        for factor in self.loaded.file.factors.values():
            for value in factor.values or ():
                try:
                    path = resolve_inside(
                        str(value), scenario_file.path.parent, scenario_file.allowed
                    )
                except (TableError, OSError, ValueError):
                    continue  # it names no file
                found[str(value)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found


def replications_of(sweep: SweepFile) -> int | None:
    """Return the number of replications of a variant at a point, None for a precision."""
    if sweep.precision is not None:
        return None
    return DEFAULT_REPLICATIONS if sweep.replications is None else sweep.replications


def _that_counts(sweep: SweepFile) -> dict[str, Any]:
    """Return a sweep without what changes no number: titles, and where its scenario lies."""
    ignored = {"title": True, "description": True, "scenario": True}
    factors = {"factors": {name: {"title"} for name in sweep.factors}}
    return sweep.model_dump(mode="json", exclude_none=True, exclude={**ignored, **factors})


def prepare(
    file: str | Path | Mapping[str, Any],
    *,
    points: Coordinates | Sequence[Sequence[float]] | None = None,
    allowed: Sequence[str | Path] = (),
) -> Prepared:
    """Read and check a sweep: its file, its scenario, its design and its measures.

    Parameters
    ----------
    file, points, allowed
        As for `sweep`.

    Raises
    ------
    ScenarioError
        If the sweep file or the scenario has mistakes, or none of the points tried can be run.
    InputError
        If the design doesn't fit the factors, or a replication would need more memory than
        the bound.
    """
    loaded = load_sweep(file, allowed=allowed)
    variants = _variants(loaded)
    try:
        where = points_of(loaded.file, points)
    except InputError as error:
        raise error if points is not None else loaded.problem(str(error), "design") from None
    plans = _tried(loaded, where)
    for plan in plans:
        check_size(plan)
    rows = {plan.variant: Meter(plan).rows for plan in plans}
    return Prepared(loaded, where, tuple(variants), _kept(loaded, rows))


def _variants(loaded: LoadedSweep) -> list[LoadedScenario]:
    """Return the variants with what the sweep sets at all points."""
    own = as_settings(loaded.file.overrides)
    places = {key: loaded.document.mark_of(("overrides", key)) for key in own}
    return loaded.scenario_file.load(loaded.variants, overrides=own, places=places)


def read_titles(
    file: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> tuple[Words, dict[str, str]]:
    """Return the words of the scenario of a sweep file, and the titles of its factors by name.

    Parameters
    ----------
    file, allowed
        As for `sweep`.

    Raises
    ------
    ScenarioError
        If the sweep file or the scenario has mistakes.
    """
    loaded = load_sweep(file, allowed=allowed)
    variants = _variants(loaded)
    titles = {name: factor.title or name for name, factor in loaded.file.factors.items()}
    return Words.of(*map(compile_plan, variants)), titles


def _tried(loaded: LoadedSweep, points: Points) -> list[Plan]:
    """Return the plans of the first point that loads, of a few spread over the design."""
    first: ScenarioError | None = None
    for point in _spread(points, TRIED):
        try:
            some = _loaded_at(loaded, points, point)
        except ScenarioError as error:
            first = first or error
        else:
            return [compile_plan(one) for one in some]
    assert first is not None
    raise first


def _spread(points: Points, count: int) -> list[int]:
    """Return so many points, or all if there are fewer, spread over the design."""
    found: list[int] = np.unique(np.linspace(0, len(points) - 1, count).astype(int)).tolist()
    return found


def points_that_fail(prepared: Prepared) -> tuple[int, list[dict[str, Any]]]:
    """Load points of a sweep without running them.

    Parameters
    ----------
    prepared
        From `prepare`.

    Returns
    -------
    tuple
        How many were looked at, all or `LOOKED_AT` spread over the design; and those that can't
        run: point, factors and message of each.
    """
    looked_at = _spread(prepared.points, LOOKED_AT)
    failing = []
    for point in looked_at:
        try:
            _loaded_at(prepared.loaded, prepared.points, point)
        except ScenarioError as error:
            factors = prepared.points.at(point)
            failing.append({"point": point, "factors": factors, "message": str(error)})
    return len(looked_at), failing


@dataclass(frozen=True, slots=True)
class Overloaded:
    """To whom more work comes over the whole time than can be done, at which points.

    Attributes
    ----------
    variant, title
        Of which variant, and whose work it is.
    points
        Numbers of the points.
    """

    variant: str
    title: str
    points: tuple[int, ...]


def overloaded_points(prepared: Prepared, most: int) -> list[Overloaded]:
    """Return where the first points of a sweep have more work than can be done.

    Parameters
    ----------
    prepared
        From `prepare`.
    most
        How many points are looked at.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for point in range(min(most, len(prepared.points))):
        try:
            loaded = _loaded_at(prepared.loaded, prepared.points, point)
        except ScenarioError:
            continue  # it has no result
        for one in loaded:
            plan = compile_plan(one)
            for title in overloaded(plan, offered_load(plan)):
                found.setdefault((one.variant, title), []).append(point)
    return [Overloaded(*key, tuple(points)) for key, points in found.items()]


def _loaded_at(loaded: LoadedSweep, points: Points, point: int) -> list[LoadedScenario]:
    return load_at(loaded.scenario_file, loaded.places, _job(loaded, points, point))


def _job(loaded: LoadedSweep, points: Points, point: int) -> Job:
    return Job(point, {variant: points.overrides(point, variant) for variant in loaded.variants})


def _kept(loaded: LoadedSweep, rows: Mapping[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """Return the rows kept of each variant; a name that stands for none is a mistake."""
    findings = Findings(loaded.document)
    check_measures(loaded.file, findings, list(rows.values()))
    findings.raise_all()
    return {
        variant: tuple(kept_rows(there, loaded.file.measures)) for variant, there in rows.items()
    }


def run_sweep(
    prepared: Prepared,
    out: str | Path,
    *,
    workers: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    watch: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    note: Note = warnings.warn,
) -> Progress:
    """Run the points of a sweep that aren't finished and keep them in a folder.

    Parameters
    ----------
    prepared
        From `prepare`.
    out, workers, cluster, resume, retry_failed, progress
        As for `sweep`.
    watch
        Name of the measure whose estimate so far is told with the progress; None: the first
        that the sweep keeps.
    note
        Told what goes wrong on the way, as it happens.

    Returns
    -------
    Progress
        As at the end.

    Raises
    ------
    InputError, RunError
        As for `sweep`; also if the sweep doesn't keep what is to be watched.
    """
    folder = Path(out)
    sweep, points = prepared.loaded.file, prepared.points
    watched = watch or (WATCHED if ALL in sweep.measures else sweep.measures[0])
    if watch is not None:  # a name that isn't there is told before the run
        find_row(tuple(chain.from_iterable(prepared.rows.values())), watch)
    there = holds_files(folder, note)
    if there and (folder / MANIFEST).is_file():
        if not (resume or retry_failed):
            raise InputError(
                f"{folder} holds results of a sweep; {option('--resume')} goes on with it, or "
                "choose "
                f"another {option('--out')}"
            )
        check_same(folder, prepared.manifest)
        note_history(folder)
    elif there:
        raise InputError(
            f"{folder} isn't empty and holds no sweep; choose another {option('--out')}"
        )
    else:
        create(folder, prepared.manifest, points, prepared.variants)
    seen = Watch(watched)
    task = PointTask(
        prepared.loaded.scenario_file,
        prepared.loaded.places,
        sweep.seed,
        replications_of(sweep),
        Precision(**dict(sweep.precision)) if sweep.precision is not None else None,
        sweep.measures,
        software(),
    )
    with closing(Store(folder, points, note)) as store:
        if retry_failed:
            store.retry_failed()

        def tell() -> Progress:
            return Progress(len(points), store.finished, store.failed, seen)

        if progress is not None:
            progress(tell())
        jobs = (_job(prepared.loaded, points, point) for point in store.to_do())
        outcomes = (
            on_cluster(task.packed(), jobs, cluster)
            if cluster is not None
            else in_processes(task.packed(), jobs, workers, note)
        )
        _keep(outcomes, store, seen, note, lambda: progress(tell()) if progress else None)
        return tell()


def _keep(
    outcomes: Iterator[PointResult], store: Store, seen: Watch, note: Note, tell: Callable[[], None]
) -> None:
    """Keep what comes back; stop when nothing can be written any more."""
    unwritten = 0
    with closing(outcomes):  # type: ignore[type-var]
        for outcome in outcomes:
            try:
                store.add(outcome)
                unwritten = 0
            except OSError as error:
                unwritten += 1
                words = f"point {outcome.point} can't be written: {error.strerror or error}"
                if unwritten == MAX_UNWRITTEN:
                    raise RunError(
                        f"{words}; stopped, {store.finished:,} points are finished: "
                        f"make room, then go on with {option('--resume')}"
                    ) from error
                note(f"{words}; {option('--resume')} runs it again")
            if isinstance(outcome, Finished):
                seen.add(outcome)
            tell()


@with_engine
@with_bar("Points", lambda state: (state.finished + state.failed, state.points))
def sweep(
    file: str | Path | Mapping[str, Any] | Prepared,
    *,
    out: str | Path | None = None,
    workers: int = 1,
    engine: str | None = None,
    cluster: str | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    points: Coordinates | Sequence[Sequence[float]] | None = None,
    allowed: Sequence[str | Path] = (),
    progress: Callable[[Progress], None] | bool | None = None,
) -> pd.DataFrame:
    """Run a scenario at many points: combinations of values of factors.

    All points share the seed, so that neighbouring points see the same travellers. The result
    is the same to the bit for any number of workers, here or on a cluster.

    Parameters
    ----------
    file
        A sweep file, what would stand in it as plain data (then paths count from the working
        directory), or what `prepare` returned.
    out
        Folder that keeps each point as soon as it is finished; None: nothing is kept.
    workers
        Number of processes on this machine; 0 for one per processor.
    engine
        `auto`, `simpy` or `compiled`, which give the same to the bit; None: as chosen before.
    cluster
        Address of a Dask scheduler whose workers run the points instead, such as
        ``tcp://10.0.0.1:8786``.
    resume
        Go on with the sweep in `out`: points that are finished aren't run again.
    retry_failed
        The same, and run those again that failed.
    points
        Points instead of the design's: coordinates from 0 to 1, shape (points, factors),
        that run through each factor's values, range or law (its quantiles).
    allowed
        Folders besides the scenario's own from which files may be read.
    progress
        True: a progress bar, on a terminal or in a notebook. A function: called after each point.

    Returns
    -------
    pandas.DataFrame
        One row for each point, variant and measure. Columns: point (int), one for each factor,
        variant, measure, population, statistic, unit (text), estimate, low, high (float, 95 %
        interval; nan where there is no value), replications (int). A warning tells how many
        points failed, whose rows are missing.

    Raises
    ------
    ScenarioError
        If the sweep file or the scenario has mistakes.
    InputError
        If the design doesn't fit the factors, a replication would need more memory than the
        bound, or `out` holds something else, or another state of the sweep.
    RunError
        If every point failed, or the cluster can't be reached or has other software.
    """
    if not isinstance(file, Prepared):
        file = prepare(file, points=points, allowed=allowed)
    elif points is not None:
        raise InputError("points are for a sweep file, and a sweep that is prepared was given")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "sweep" if out is None else Path(out)
        end = run_sweep(
            file,
            folder,
            workers=workers,
            cluster=cluster,
            resume=resume,
            retry_failed=retry_failed,
            progress=None if isinstance(progress, bool) else progress,
        )
        if end.failed:
            first = read_failed(folder)[0]
            words = f"{end.failed} of {end.points} points failed; point {first['point']}: "
            if not end.finished:
                raise RunError(words + first["message"])
            warnings.warn(words + first["message"], stacklevel=2)
        return read_measures(folder)
