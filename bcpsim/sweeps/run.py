"""Running a sweep: points go to workers, and each result is stored as it comes back."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.arguments import checked
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, RunError, option
from bcpsim.kpi import find_row
from bcpsim.results import MANIFEST, holds_files, note_history
from bcpsim.results.provenance import software
from bcpsim.runs.bars import with_bar
from bcpsim.runs.precision import Precision
from bcpsim.sweeps.cluster import on_cluster
from bcpsim.sweeps.design import Coordinates
from bcpsim.sweeps.file import ALL
from bcpsim.sweeps.folder import Store, check_same, create
from bcpsim.sweeps.point import Finished, PointResult, PointTask
from bcpsim.sweeps.pool import Note, in_processes
from bcpsim.sweeps.prepared import Prepared, job_at, prepare, replications_of
from bcpsim.sweeps.progress import Progress, Watch
from bcpsim.sweeps.stored import read_failed, read_measures

if TYPE_CHECKING:
    import pandas as pd

WATCHED = "waiting_time"
"""The measure whose estimate is shown if a sweep keeps all."""


MAX_UNWRITTEN = 5
"""After so many points in a row that can't be written, a sweep stops."""


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
    exists = holds_files(folder, note)
    if exists and (folder / MANIFEST).is_file():
        if not (resume or retry_failed):
            raise InputError(
                f"{folder} holds results of a sweep; {option('--resume')} goes on with it, or "
                "choose "
                f"another {option('--out')}"
            )
        check_same(folder, prepared.manifest)
        note_history(folder)
    elif exists:
        raise InputError(
            f"{folder} isn't empty and holds no sweep; choose another {option('--out')}"
        )
    else:
        create(folder, prepared.manifest, points, prepared.loaded, prepared.variants)
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
        jobs = (job_at(prepared.loaded, points, point) for point in store.to_do())
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
                problem = f"point {outcome.point} can't be written: {error.strerror or error}"
                if unwritten == MAX_UNWRITTEN:
                    raise RunError(
                        f"{problem}; stopped, {store.finished:,} points are finished: "
                        f"make room, then go on with {option('--resume')}"
                    ) from error
                note(f"{problem}; {option('--resume')} runs it again")
            if isinstance(outcome, Finished):
                seen.add(outcome)
            tell()


@checked()
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
            message = f"{end.failed} of {end.points} points failed; point {first['point']}: "
            if not end.finished:
                raise RunError(message + first["message"])
            warnings.warn(message + first["message"], stacklevel=2)
        return read_measures(folder)
