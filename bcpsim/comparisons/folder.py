"""The folder of a comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bcpsim.arguments import instance
from bcpsim.comparisons.result import Comparison
from bcpsim.results import (
    Made,
    replace_folder,
    write_frame,
    write_json,
    write_records,
    write_replications,
    write_scenarios,
)


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
    instance("comparison", comparison, Comparison, "bcpsim.compare")
    first = comparison.loaded[0]
    made = Made("compare", first.scenario.name, first.overrides, comparison.names)

    def write(new: Path) -> None:
        write_records(comparison.records, new / "comparison.csv", comparison.columns)
        write_frame(comparison.measures_by_hour, new / "comparison-by-hour.csv")
        write_json(comparison.to_dict(), new / "comparison.json")
        write_replications(comparison.replicated, new / "replications.parquet")
        write_scenarios(comparison.loaded, new)

    return replace_folder(folder, made, comparison.provenance, write, extra, force=force)
