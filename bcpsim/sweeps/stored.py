"""A sweep that is read back from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bcpsim.errors import InputError
from bcpsim.files.units import how_many
from bcpsim.results import StoredResult
from bcpsim.sweeps.folder import read_manifest, read_measures, read_replications

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class StoredSweep(StoredResult):
    """A sweep as it lies in a folder, or as far as it is finished."""

    def in_short(self) -> str:
        """Return what it is, in a line."""
        points = how_many(self.provenance["design"]["points"], "point")
        return f"Sweep {self.provenance['sweep']['name']} in {self.folder}: {points}"

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row for each point, variant and measure, as `bcpsim.sweep` gives them."""
        return read_measures(self.folder)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """What each replication gave, one row for each value, with point and factors."""
        return read_replications(self.folder)

    @property
    def hourly(self) -> pd.DataFrame:
        """Sweeps keep no hours."""
        raise InputError(f"{self.folder}: sweeps keep no hours; expected the result of a run")


def load_sweep_result(folder: str | Path) -> StoredSweep:
    """Return a sweep from its folder.

    Raises
    ------
    InputError
        If it is no folder of a sweep, or one that this version can't read.
    """
    manifest = read_manifest(folder)
    return StoredSweep(Path(folder), manifest, tuple(one["name"] for one in manifest["variants"]))
