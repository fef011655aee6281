"""The folder of a run: its files, and how they are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bcpsim.arguments import instance
from bcpsim.results import (
    Made,
    replace_folder,
    write_frame,
    write_json,
    write_records,
    write_replications,
    write_scenarios,
)
from bcpsim.runs import events
from bcpsim.runs.result import Result
from bcpsim.runs.steady import SteadyState


def save(
    result: Result,
    folder: str | Path,
    extra: Callable[[Path], object] | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write a result to a folder.

    Both the earlier result and the new one are whole at any time, whatever happens. The folder
    holds ``measures.csv``, ``hourly.csv``, ``replications.parquet`` (what each
    replication gave), ``provenance.json``, ``made.json`` (when, and by which command line),
    ``SHA256SUMS`` (the digests of all others), for each variant ``scenario-NAME.yaml`` (as run,
    with the data files that it reads), ``written/`` (the scenario as it was read), and, where
    there are measures of one's own, ``own.csv`` and ``own-replications.parquet``, and, where
    events were kept, ``travellers.parquet``, ``activities.parquet``, ``queues.parquet``.

    Parameters
    ----------
    result
        From `bcpsim.run`.
    folder
        Where to, or a link to it; an earlier run of a scenario of this name with the same
        overrides is replaced, and what isn't a result is refused.
    extra
        Writes further files into the new folder before it takes its place.
    force
        Replace any other result, too.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    instance("result", result, Result, "bcpsim.run")
    made = Made.of_scenarios("run", [variant.loaded for variant in result.variants])

    def write(new: Path) -> None:
        _write(result, new)

    made_from = {**result.provenance, "notes": list(result.notes)}
    return replace_folder(folder, made, made_from, write, extra, force=force)


def _write(result: Result, folder: Path) -> None:
    write_records(result.rows, folder / "measures.csv", result.columns)
    write_frame(result.hourly, folder / "hourly.csv")
    write_replications(result.replicated, folder / "replications.parquet")
    write_scenarios([variant.loaded for variant in result.variants], folder)
    if any(variant.own_names for variant in result.variants):
        write_frame(result.own, folder / "own.csv")
        result.own_replications.to_parquet(folder / "own-replications.parquet", index=False)
    kept = [replication for variant in result.variants for replication in variant.kept]
    for table in (events.travellers, events.activities, events.queues) if kept else ():
        events.write(folder / f"{table.__name__}.parquet", table, kept)


def save_warm_up(
    steady: SteadyState,
    folder: str | Path,
    extra: Callable[[Path], object] | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write where the start ends to a folder.

    The folder holds ``warm-up.json``, ``warm-up.csv`` (the series), ``provenance.json`` and the
    scenario as run.

    Parameters
    ----------
    steady
        From `find_warm_up`.
    folder, extra, force
        As for `bcpsim.save`.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    data = steady.to_dict()
    made = Made.of_scenarios("warm-up", [steady.loaded])

    def write(new: Path) -> None:
        rows = [
            {"traveller": k, "arrival_min": arrival, "value": value}
            for k, (arrival, value) in enumerate(
                zip(steady.arrival.tolist(), steady.series.tolist(), strict=True)
            )
        ]
        write_records(rows, new / "warm-up.csv", ("traveller", "arrival_min", "value"))
        write_json(data, new / "warm-up.json")
        write_scenarios([steady.loaded], new)

    return replace_folder(folder, made, data["provenance"], write, extra, force=force)
