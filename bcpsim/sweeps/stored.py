"""A sweep that is read back from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bcpsim.errors import InputError
from bcpsim.files.units import how_many
from bcpsim.results import StoredResult

if TYPE_CHECKING:
    import pandas as pd
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.errors import RunError, option
from bcpsim.kpi import Titles
from bcpsim.plan import compile_plan
from bcpsim.results import (
    MANIFEST,
    MAX_TABLE,
    MEASURE_COLUMNS,
    Folder,
    check_made_by,
    check_variants,
    load_as_run,
    wrong,
)
from bcpsim.sweeps.file import MAX_POINTS, POINT
from bcpsim.sweeps.layout import (
    BLOCK,
    FAILED,
    FORMAT,
    PARTS,
    PENDING,
    POINTS,
    VALUES,
    by_point,
    fields_of_all,
    parsed_table,
    part_name,
)

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, repr=False)
class StoredSweep(StoredResult):
    """A sweep as it lies in a folder, or as far as it is finished."""

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        points = how_many(self.provenance["design"]["points"], "point")
        return f"Sweep {self.provenance['sweep']['name']} in {self.folder}: {points}"

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row for each point, variant and measure, as `bcpsim.sweep` gives them."""
        return read_measures(self.folder)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """The values of each replication, one row for each value, with point and factors."""
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
    return StoredSweep(
        Path(folder), manifest, tuple(variant["name"] for variant in manifest["variants"])
    )


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Return the manifest of a sweep's folder.

    Raises
    ------
    InputError
        If it is no folder of a sweep, or one that this version can't read.
    """
    path = Path(folder)
    check_made_by(path, "sweep")
    manifest: dict[str, Any] = Folder(path).document(MANIFEST)
    if manifest.get("format") != FORMAT:
        raise InputError(f"{path / MANIFEST} is no manifest of a sweep that this version can read")
    factors, variants = manifest["sweep"].get("factors"), manifest.get("variants")
    if not (
        isinstance(factors, dict) and all(isinstance(factor, dict) for factor in factors.values())
    ):
        raise wrong(path / MANIFEST, "sweep.factors: expected a mapping of names to factors")
    check_variants(path / MANIFEST, variants)
    return manifest


def read_measures(folder: str | Path, *, points: int | None = None) -> pd.DataFrame:
    """Return what is finished of a sweep, also while it runs.

    Parameters
    ----------
    folder
        Made by `bcpsim.sweep` or the command line.
    points
        Only points whose numbers are smaller; None: all.

    Returns
    -------
    pandas.DataFrame
        Columns: point, those of the factors, variant, measure, population, statistic, unit,
        estimate, low, high (95 % interval), replications.

    Raises
    ------
    InputError
        If it is no folder of a sweep.
    RunError
        If a part can't be read.
    """
    factors = read_manifest(folder)["sweep"]["factors"]
    table = _all_of(folder, factors, points)
    names = [POINT, *factors, *MEASURE_COLUMNS]
    if table is None:
        empty: pd.DataFrame = _table_of(Folder(Path(folder)), POINTS).to_pandas().iloc[:0]
        return empty.reindex(columns=names)
    frame: pd.DataFrame = table.select(names).to_pandas()
    return frame


def read_replications(folder: str | Path) -> pd.DataFrame:
    """Return what each replication gave of what is finished of a sweep.

    Parameters
    ----------
    folder
        Made by `bcpsim.sweep` or the command line.

    Returns
    -------
    pandas.DataFrame
        Columns: point, those of the factors, variant, replication (int, from 0), measure,
        population, statistic (text), value (float, in the measure's unit).

    Raises
    ------
    InputError
        If it is no folder of a sweep.
    RunError
        If a part can't be read.
    """
    import pandas as pd

    factors = read_manifest(folder)["sweep"]["factors"]
    table = _all_of(folder, factors, None)
    names = [POINT, *factors, "variant", "replication", "measure", "population", "statistic"]
    if table is None:
        return pd.DataFrame(columns=[*names, "value"])
    import pyarrow.compute as pc

    values = table[VALUES].combine_chunks()
    of = pc.list_parent_indices(values)
    frame: pd.DataFrame = table.drop_columns([VALUES]).take(of).to_pandas()
    starts = values.offsets.to_numpy()[:-1] - values.offsets[0].as_py()
    rows = np.asarray(of)
    frame["replication"] = np.arange(len(rows)) - starts[rows]
    frame["value"] = values.flatten().to_numpy(zero_copy_only=False)
    order = [POINT, "variant", "replication"]
    sorted_: pd.DataFrame = frame.sort_values(order, kind="stable", ignore_index=True)
    return sorted_[[*names, "value"]]


def _all_of(folder: str | Path, factors: Collection[str], points: int | None) -> pa.Table | None:
    """Return all that is finished of a sweep, by point; None: nothing is."""
    import pyarrow as pa

    reader = Folder(Path(folder))
    end = points if points is not None else MAX_POINTS
    parts = reader.path / PARTS
    written = {path.name for path in parts.iterdir()} if parts.is_dir() else set()
    names = [part_name(block) for block in range(-(-end // BLOCK))]
    tables = [_whole(reader, f"{PARTS}/{name}", factors) for name in names if name in written]
    present = {point for table in tables for point in np.unique(table[POINT].to_numpy()).tolist()}
    tables += [
        _whole(reader, f"{PENDING}/{path.name}", factors)
        for point, path in by_point(reader.path / PENDING, "parquet")
        if point not in present
    ]
    if not tables:
        return None
    first = tables[0].schema
    if any(table.schema != first for table in tables):
        raise RunError(f"{folder}: its parts haven't the same columns; {_again()}")
    whole = pa.concat_tables(tables)
    numbers = whole[POINT].to_numpy()
    order = np.argsort(numbers, kind="stable")
    return whole.take(pa.array(order[numbers[order] < end]))


def read_words(folder: str | Path) -> tuple[Titles, dict[str, str]]:
    """Return the words of a sweep's scenario, and for each factor its name with its unit.

    Parameters
    ----------
    folder
        Made by `bcpsim.sweep` or the command line.

    Raises
    ------
    InputError
        If it holds no sweep.
    ScenarioError
        If its scenarios have been changed and are wrong.
    """
    manifest = read_manifest(folder)
    variants = sorted((variant["name"], variant["hash"]) for variant in manifest["variants"])
    plans = [compile_plan(load_as_run(Path(folder), *variant)) for variant in variants]
    heads = {
        name: f"{name} ({factor['unit']})" if factor.get("unit") else name
        for name, factor in manifest["sweep"]["factors"].items()
    }
    return Titles.of(*plans), heads


def read_failed(folder: str | Path) -> list[dict[str, Any]]:
    """Return the failed points of a sweep: point, factors, kind and message of each."""
    reader, records = Folder(Path(folder)), []
    for _, path in by_point(reader.path / FAILED, "json"):
        record = reader.document(f"{FAILED}/{path.name}")
        texts = ("kind", "message")
        if not (
            isinstance(record, dict)
            and isinstance(record.get(POINT), int)
            and isinstance(record.get("factors"), dict)
            and all(isinstance(record.get(text), str) for text in texts)
        ):
            raise wrong(path, "expected point, factors, kind and message of a failed point")
        records.append(record)
    return records


def _table_of(reader: Folder, name: str) -> pa.Table:
    """Return a table of a sweep's folder.

    Raises
    ------
    RunError
        If it is broken, or was changed.
    """
    try:
        content = reader.raw(name, MAX_TABLE)
        table = parsed_table(content)
        if table is None:
            raise RunError(f"{reader.path / name} is broken; {_again()}")
        reader.check(name, content)
    except InputError as error:
        raise RunError(f"{error}; {_again()}") from None
    return table


def _whole(reader: Folder, name: str, factors: Collection[str]) -> pa.Table:
    """Return the results of points; raises as `_table_of`, also for other columns."""
    table = _table_of(reader, name)
    expected = [POINT, *factors, *MEASURE_COLUMNS, VALUES]
    if table.schema.names != expected or any(
        table.schema.field(field.name).type != field.type for field in fields_of_all()
    ):
        raise RunError(
            f"{reader.path / name} hasn't the columns of this sweep: {', '.join(expected)}; "
            f"{_again()}"
        )
    return table


def _again() -> str:
    return f"{option('--resume')} runs its points again"
