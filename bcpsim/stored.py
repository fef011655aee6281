"""Results that are read back from their folders, whichever command made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bcpsim.arguments import as_path
from bcpsim.comparisons.stored import load_comparison
from bcpsim.results import StoredResult, check_made_by, load_run
from bcpsim.sweeps.stored import load_sweep_result

_READERS: Mapping[str, Callable[[Path], StoredResult]] = {
    "run": load_run,
    "compare": load_comparison,
    "sweep": load_sweep_result,
}


def load_result(folder: str | Path) -> StoredResult:
    """Return a result from its folder: of a run, a comparison or a sweep.

    Parameters
    ----------
    folder
        Made by `bcpsim.save`, `bcpsim.save_comparison`, the `out` of `bcpsim.sweep`, or
        ``--out`` of the command line.

    Returns
    -------
    StoredResult
        Its tables, read when they are asked for: `measures`, `hourly` and `replications`, with
        the columns that the result had.

    Raises
    ------
    InputError
        If it holds no such result, or is damaged.
    """
    path = as_path("folder", folder)
    return _READERS[check_made_by(path, *_READERS)](path)
