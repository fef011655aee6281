"""Sweeps: a scenario run at many points, kept so that nothing finished is lost."""

from bcpsim.sweeps.file import SweepFile
from bcpsim.sweeps.prepared import Prepared, points_that_fail, prepare, read_titles
from bcpsim.sweeps.progress import Progress
from bcpsim.sweeps.run import run_sweep, sweep
from bcpsim.sweeps.stored import read_failed, read_manifest, read_measures, read_words
from bcpsim.sweeps.study import LoadedSweep, load_sweep

__all__ = [
    "LoadedSweep",
    "Prepared",
    "Progress",
    "SweepFile",
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
