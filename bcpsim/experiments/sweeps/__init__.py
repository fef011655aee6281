"""Sweeps: a scenario run at many points, kept so that nothing finished is lost."""

from bcpsim.experiments.sweeps.file import LoadedSweep, Sweep, load_sweep
from bcpsim.experiments.sweeps.run import (
    Prepared,
    Progress,
    points_that_fail,
    prepare,
    read_titles,
    run_sweep,
    sweep,
)
from bcpsim.experiments.sweeps.store import (
    read_failed,
    read_manifest,
    read_measures,
    read_words,
)

__all__ = [
    "LoadedSweep",
    "Prepared",
    "Progress",
    "Sweep",
    "load_sweep",
    "points_that_fail",
    "prepare",
    "read_failed",
    "read_manifest",
    "read_measures",
    "read_titles",
    "read_words",
    "run_sweep",
    "sweep",
]
