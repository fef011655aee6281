"""Sweeps: a scenario run at many points, kept so that nothing finished is lost."""

from bcpsim.experiments.sweeps.file import LoadedSweep, Sweep, load_sweep
from bcpsim.experiments.sweeps.run import Prepared, Progress, prepare, run_sweep, sweep
from bcpsim.experiments.sweeps.store import read_failed, read_manifest, read_measures

__all__ = [
    "LoadedSweep",
    "Prepared",
    "Progress",
    "Sweep",
    "load_sweep",
    "prepare",
    "read_failed",
    "read_manifest",
    "read_measures",
    "run_sweep",
    "sweep",
]
