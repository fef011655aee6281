"""The folder of a comparison."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from bcpsim.arguments import instance
from bcpsim.comparisons.result import Comparison
from bcpsim.results import (
    Made,
    frame_csv,
    measures_csv,
    replace_folder,
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
        rows = measures_csv(comparison.records, comparison.columns)
        (new / "comparison.csv").write_text(rows, encoding="utf-8")
        by_hour = frame_csv(comparison.measures_by_hour)
        (new / "comparison-by-hour.csv").write_text(by_hour, encoding="utf-8")
        text = json.dumps(comparison.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
        (new / "comparison.json").write_text(text + "\n", encoding="utf-8")
        write_replications(comparison.replicated, new / "replications.parquet")
        write_scenarios(comparison.loaded, new)

    return replace_folder(folder, made, comparison.provenance, write, extra, force=force)
