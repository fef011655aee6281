"""A result that is read back from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.files.units import how_many
from bcpsim.kpi import MEASURES
from bcpsim.results.display import Pictured
from bcpsim.results.folder import check_made_by
from bcpsim.results.mark import check_variants
from bcpsim.results.names import MARK
from bcpsim.results.reading import Columns, Folder, wrong
from bcpsim.results.scenarios import load_as_run
from bcpsim.scenario import LoadedScenario

if TYPE_CHECKING:
    import pandas as pd

_KEYS: Columns = {
    "variant": "text",
    "measure": "text",
    "population": "text",
    "statistic": "text",
}
MEASURES_READ: Columns = {
    **_KEYS,
    "unit": "text",
    "estimate": "number",
    "low": "number",
    "high": "number",
    "replications": "whole",
}
_REPLICATIONS: Columns = {
    "variant": "text",
    "replication": "whole",
    "measure": "text",
    "population": "text",
    "statistic": "text",
    "value": "number",
}
_OWN: Columns = {
    "variant": "text",
    "measure": "text",
    "estimate": "number",
    "low": "number",
    "high": "number",
    "replications": "whole",
}
_OWN_REPLICATIONS: Columns = {
    "variant": "text",
    "replication": "whole",
    "measure": "text",
    "value": "number",
}


@dataclass(frozen=True, repr=False)
class StoredResult(Pictured):
    """A result as it lies in a folder: each table is read when it is asked for.

    Whatever a folder holds is checked like a scenario file; a table that is damaged or foreign
    raises an `InputError` that says where.

    Attributes
    ----------
    folder
        The folder.
    provenance
        What the result was made from.
    variants
        Names of the variants.
    """

    folder: Path
    provenance: dict[str, Any]
    variants: tuple[str, ...]

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return (
            f"Result of {self.provenance.get('scenario')} ({', '.join(self.variants)}) in "
            f"{self.folder}: {how_many(self.provenance['replications'], 'replication')}, "
            f"seed {self.seed}"
        )

    def main_table(self) -> pd.DataFrame:
        """Return the measures of everybody: all that a notebook shows of a sweep."""
        measures = self.measures
        return measures[measures["population"] == "all"].drop(columns=["population"])

    @property
    def seed(self) -> int:
        """Names the random streams."""
        seed: int = self.provenance["seed"]
        return seed

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Measures with 95 % intervals; columns as `bcpsim.run` gives them, without weight."""
        return self._table("measures.csv", MEASURES_READ)

    @cached_property
    def hourly(self) -> pd.DataFrame:
        """Measures by local hour; columns as of `measures`, and hour (with time zone)."""
        return self._by_hour("hourly.csv", MEASURES_READ)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """The values of each replication, one row for each value.

        Columns: variant (text), replication (int, from 0), measure, population, statistic (text),
        value (float, in the measure's unit; nan where there was nobody to measure).
        """
        return self._table("replications.parquet", _REPLICATIONS)

    @cached_property
    def own(self) -> pd.DataFrame:
        """Measures of one's own, as `Result.own` has them; no rows where there are none."""
        return self._own("own.csv", _OWN)

    @cached_property
    def own_replications(self) -> pd.DataFrame:
        """The values of `own` by replication; columns as of `Result.own_replications`."""
        return self._own("own-replications.parquet", _OWN_REPLICATIONS)

    def scenario(self, variant: str) -> LoadedScenario:
        """Return a variant as run.

        Raises
        ------
        InputError
            If the result has no such variant, or its scenario can't be read or is another.
        """
        names = [variant_made["name"] for variant_made in self.provenance["variants"]]
        if variant not in names:
            raise wrong(self.folder, f"no variant {variant!r}; found {', '.join(names)}")
        return load_as_run(
            self.folder, variant, self.provenance["variants"][names.index(variant)]["hash"]
        )

    def _by_hour(self, name: str, columns: Columns) -> pd.DataFrame:
        """Return a table with hours, in local time."""
        table = self._table(name, {**columns, "hour": "time"})
        zone = self.scenario(self.variants[0]).scenario.horizon.time_zone
        return table.assign(hour=table["hour"].dt.tz_convert(zone))

    def _own(self, name: str, columns: Columns) -> pd.DataFrame:
        """Return a table of measures of one's own, without rows where none was written."""
        import pandas as pd

        reader = Folder(self.folder)
        if reader.has(name) or name in reader.digests:
            return self._table(name, columns, own=True)
        return pd.DataFrame(columns=list(columns))

    def _table(self, name: str, columns: Columns, *, own: bool = False) -> pd.DataFrame:
        """Return a table; its rows are of variants and, but for one's own, measures there are."""
        reader = Folder(self.folder)
        if name.endswith(".csv"):
            table = reader.csv(name, columns)
        else:
            table = reader.parquet(name, columns)
        named = ("variant", "baseline", "alternative")
        known_in = {name: self.variants for name in named if name in columns}
        if not own:
            known_in["measure"] = tuple(MEASURES)
        for column, known in known_in.items():
            strange = ~table[column].isin(known)
            if strange.any():
                place = int(strange.to_numpy().argmax())
                cell = str(table[column].iloc[place])[:60]
                raise wrong(
                    self.folder / name,
                    f"row {place + 2}: {column}: {cell!r} is none of this result",
                )
        if table.empty:
            raise wrong(self.folder / name, "has no rows")
        return table


def load_run(folder: str | Path) -> StoredResult:
    """Return the result of a run from the folder that `bcpsim.save` or ``--out`` wrote.

    Parameters
    ----------
    folder
        The folder.

    Returns
    -------
    StoredResult
        Its tables, read when they are asked for.

    Raises
    ------
    InputError
        If it is no folder of a run, or damaged.
    """
    return StoredResult(Path(folder), *made_from(Path(folder), "run"))


def made_from(folder: Path, command: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what the result of a command was made from, and the names of its variants.

    Raises
    ------
    InputError
        If the folder holds none, or is damaged.
    """
    check_made_by(folder, command)
    provenance = Folder(folder).document(MARK)
    variants = provenance.get("variants")
    check_variants(folder / MARK, variants)
    for key in ("seed", "replications"):
        if type(provenance.get(key)) is not int or provenance[key] < 0:
            raise wrong(folder / MARK, f"{key}: expected a whole number, such as 20")
    return provenance, tuple(variant["name"] for variant in variants)
