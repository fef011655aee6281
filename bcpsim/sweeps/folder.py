"""The folder of a sweep: what is finished is there, whole, and stays.

``manifest.json``
    What the results were made from; a sweep goes on only if it is still the same.
``points.parquet``
    The values of the factors at each point.
``measures/part-00000.parquet`` and so on
    The results of `BLOCK` points each: one row for each point, variant and measure, with
    what each replication gave.
``pending/``
    Points of blocks that aren't complete, a file each.
``failed/``
    Points without a result, a file each, with the reason.
``scenario-NAME.yaml``
    The variants before any factor is set.

Each file is written under another name, brought to the disc and renamed, so that whatever
happens it is there as a whole or not at all. What a file holds depends on its points alone,
not on when, in which order or by how many workers they were run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.errors import InputError, RunError, option
from bcpsim.kpi import MEASURES, Words
from bcpsim.plan import compile_plan
from bcpsim.results import (
    LOCK_OF_SWEEP,
    MANIFEST,
    MAX_TABLE,
    MEASURE_COLUMNS,
    SUMS,
    TEMPORARY,
    Folder,
    Sums,
    check_made_by,
    check_variants,
    load_as_run,
    new_folder,
    told,
    write_scenarios,
    wrong,
)
from bcpsim.scenario import LoadedScenario
from bcpsim.sweeps.file import MAX_POINTS, POINT
from bcpsim.sweeps.point import Failed, Finished
from bcpsim.sweeps.points import Points

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FORMAT = 2
"""Of the folder; a change of it makes folders of before unusable."""

BLOCK = 100
"""Points in a part."""

VALUES = "values"
"""The column of what each replication gave."""

POINTS = "points.parquet"
PARTS = "measures"
PENDING = "pending"
FAILED = "failed"
TO_DO, FINISHED, FAILED_STATE = range(3)


class Store:
    """The folder of a sweep that is under way; only one process at a time may have it.

    Parameters
    ----------
    folder
        The folder, made by `create`.
    points
        The points of the sweep.
    note
        Told what is found to be broken.

    Raises
    ------
    RunError
        If another process works on it.
    """

    def __init__(self, folder: Path, points: Points, note: Callable[[str], None]) -> None:
        from filelock import FileLock, Timeout

        self._folder = folder
        self._points = points
        self._note = note
        self._state = np.zeros(len(points), dtype=np.int8)
        self._schema = schema(points)
        self._lock = FileLock(folder / LOCK_OF_SWEEP, blocking=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise RunError(f"another process works on {folder}") from None
        with told(folder):
            self._sums = Sums(folder)
            if not self._sums.there:
                note(f"{folder} has no {SUMS}: parts that were changed aren't told")
            for name in (PARTS, PENDING, FAILED):
                (folder / name).mkdir(exist_ok=True)
                for left in (folder / name).glob(f"{TEMPORARY}*"):
                    left.unlink()
            self._take_stock()
        self._open = np.bincount(
            np.flatnonzero(self._state == TO_DO) // BLOCK, minlength=self._block_count
        )

    @property
    def _block_count(self) -> int:
        return -(-len(self._points) // BLOCK)

    @property
    def finished(self) -> int:
        """Number of points with a result."""
        return int((self._state == FINISHED).sum())

    @property
    def failed(self) -> int:
        """Number of points that failed."""
        return int((self._state == FAILED_STATE).sum())

    def to_do(self) -> Iterator[int]:
        """Yield the points that are neither finished nor failed now, in order."""
        yield from np.flatnonzero(self._state == TO_DO).tolist()

    def retry_failed(self) -> None:
        """Let failed points be run again."""
        again = np.flatnonzero(self._state == FAILED_STATE)
        self._state[again] = TO_DO
        np.add.at(self._open, again // BLOCK, 1)

    def add(self, outcome: Finished | Failed) -> None:
        """Keep what came of a point.

        Raises
        ------
        OSError
            If it can't be written; then the point is still to be done.
        """
        point = outcome.point
        if isinstance(outcome, Finished):
            table = self._table(outcome)
            self._write(self._folder / PENDING / _file(point), _parquet(table))
            (self._folder / FAILED / _file(point, "json")).unlink(missing_ok=True)
            self._state[point] = FINISHED
        else:
            record = {
                POINT: point,
                "factors": self._points.at(point),
                "kind": outcome.kind,
                "message": outcome.message,
            }
            self._write(self._folder / FAILED / _file(point, "json"), _json(record))
            self._state[point] = FAILED_STATE
        block = point // BLOCK
        self._open[block] -= 1
        if not self._open[block]:
            self._close(block)

    def close(self) -> None:
        """Let the folder go."""
        with contextlib.suppress(OSError):
            (self._folder / PENDING).rmdir()  # if nothing is pending
        with contextlib.suppress(OSError):
            self._sums.close()
        self._lock.release()

    def _take_stock(self) -> None:
        """Note which points are finished or failed; what can't be read is run again."""
        for block in range(self._block_count):
            path = self._part(block)
            if path.exists():
                table = self._read(path)
                if table is not None:
                    self._state[np.unique(table[POINT].to_numpy())] = FINISHED
        pending = set()
        for point, path in _by_point(self._folder / PENDING, "parquet"):
            if point >= len(self._points):
                continue
            if self._state[point] == FINISHED:  # killed between writing the part and this
                path.unlink()
            elif self._read(path) is not None:
                self._state[point] = FINISHED
                pending.add(point // BLOCK)
        for point, path in _by_point(self._folder / FAILED, "json"):
            if point >= len(self._points):
                continue
            if self._state[point] == FINISHED:
                path.unlink()
            else:
                self._state[point] = FAILED_STATE
        for block in sorted(pending):
            mine = self._state[block * BLOCK : (block + 1) * BLOCK]
            if not (mine == TO_DO).any():
                self._close(block)

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file; its digest is there before it is."""
        self._sums.add(path, content)
        write_atomically(path, content)

    def _read(self, path: Path) -> pa.Table | None:
        """Return a table, None if it is broken: then it is told and removed."""
        content = path.read_bytes()
        table = _parsed(content)
        # The rows decide the bytes; Parquet's own checksums don't cover all of a file.
        whole = table is not None and _parquet(table) == content and table.schema == self._schema
        if whole and self._sums.holds(path, content):
            return table
        points = "its point is" if path.parent.name == PENDING else "its points are"
        found = "was changed since the sweep wrote it" if whole else "is broken"
        self._note(f"{path} {found}; {points} run again")
        path.unlink()
        return None

    def _close(self, block: int) -> None:
        """Write the part of a block whose points are all finished or failed."""
        import pyarrow as pa

        first = block * BLOCK
        files = [
            path
            for point in range(first, min(first + BLOCK, len(self._points)))
            if (path := self._folder / PENDING / _file(point)).exists()
        ]
        if not files:
            return
        tables = [self._parsed_again(path) for path in files]
        if self._part(block).exists():
            tables.append(self._parsed_again(self._part(block)))
        whole = pa.concat_tables(tables).combine_chunks()
        order = np.argsort(whole[POINT].to_numpy(), kind="stable")
        self._write(self._part(block), _parquet(whole.take(pa.array(order))))
        self._sums.sync()
        for path in files:
            path.unlink()

    def _parsed_again(self, path: Path) -> pa.Table:
        table = _parsed(path.read_bytes())
        if table is None:
            raise RunError(
                f"{path} was changed while the sweep ran; {option('--resume')} runs its "
                "points again"
            )
        return table

    def _part(self, block: int) -> Path:
        return self._folder / PARTS / part_name(block)

    def _table(self, outcome: Finished) -> pa.Table:
        """Return the rows of a point."""
        import pyarrow as pa

        records: dict[str, list[Any]] = {name: [] for name in (*MEASURE_COLUMNS, VALUES)}
        for variant, rows, interval, values in outcome.variants:
            records["variant"] += [variant] * len(rows)
            records["measure"] += [row.measure for row in rows]
            records["population"] += [row.population for row in rows]
            records["statistic"] += [row.statistic for row in rows]
            records["unit"] += [MEASURES[row.measure].unit for row in rows]
            for name in ("estimate", "low", "high", "replications"):
                records[name] += getattr(interval, name).tolist()
            records[VALUES] += list(values.T)
        count = len(records["variant"])
        where = {
            name: pa.repeat(column[outcome.point], count)
            for name, column in self._points.columns.items()
        }
        return pa.table(where | records, schema=self._schema)


def schema(points: Points) -> pa.Schema:
    """Return the columns of the results of a sweep."""
    import pyarrow as pa

    where = [pa.field(name, column.type) for name, column in points.columns.items()]
    return pa.schema([*where, *_own_fields()[1:]])


def _own_fields() -> list[pa.Field]:
    """Return the columns that each sweep has, the first of them that of the points."""
    import pyarrow as pa

    texts = [(name, pa.string()) for name in MEASURE_COLUMNS[:5]]
    numbers = [(name, pa.float64()) for name in MEASURE_COLUMNS[5:8]]
    whole = [(POINT, pa.int64()), (MEASURE_COLUMNS[8], pa.int64())]
    values = (VALUES, pa.list_(pa.field("element", pa.float64())))
    return list(pa.schema([whole[0], *texts, *numbers, whole[1], values]))


def create(
    folder: Path, manifest: Mapping[str, Any], points: Points, loaded: Sequence[LoadedScenario]
) -> None:
    """Make the folder of a sweep.

    Raises
    ------
    RunError
        If it can't be written; then nothing is there.
    """
    import pyarrow as pa

    with new_folder(folder) as new:
        write_scenarios(loaded, new)
        (new / POINTS).write_bytes(_parquet(pa.table(points.columns)))
        (new / MANIFEST).write_bytes(_json(manifest))


def check_same(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Check that a folder holds the same sweep.

    Raises
    ------
    InputError
        If something that it was made from has changed: it says what.
    """
    earlier = read_manifest(folder)
    changed = sorted(_differences(earlier, manifest))
    if changed:
        raise InputError(
            f"{folder} holds results of another state of this sweep, which aren't mixed; changed: "
            f"{'; '.join(changed)}. Choose another {option('--out')}, or bring back what was"
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
    if not (isinstance(factors, dict) and all(isinstance(one, dict) for one in factors.values())):
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
    names = [f"{PARTS}/{part_name(block)}" for block in range(-(-end // BLOCK))]
    tables = [_whole(reader, name, factors) for name in names if reader.has(name)]
    there = {point for table in tables for point in np.unique(table[POINT].to_numpy()).tolist()}
    tables += [
        _whole(reader, f"{PENDING}/{path.name}", factors)
        for point, path in _by_point(reader.path / PENDING, "parquet")
        if point not in there
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


def read_words(folder: str | Path) -> tuple[Words, dict[str, str]]:
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
    variants = sorted((one["name"], one["hash"]) for one in manifest["variants"])
    plans = [compile_plan(load_as_run(Path(folder), *one)) for one in variants]
    heads = {
        name: f"{name} ({factor['unit']})" if factor.get("unit") else name
        for name, factor in manifest["sweep"]["factors"].items()
    }
    return Words.of(*plans), heads


def read_failed(folder: str | Path) -> list[dict[str, Any]]:
    """Return the failed points of a sweep: point, factors, kind and message of each."""
    reader, records = Folder(Path(folder)), []
    for _, path in _by_point(reader.path / FAILED, "json"):
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


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that after any crash the old or the new one is there as a whole."""
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # the name, too, is to be on the disc
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def part_name(block: int) -> str:
    """Return the name of the file of a block."""
    return f"part-{block:05}.parquet"


def _file(point: int, kind: str = "parquet") -> str:
    return f"point-{point:07}.{kind}"


def _by_point(folder: Path, kind: str) -> list[tuple[int, Path]]:
    """Return the files of points in a folder, in order; what has another name is none."""
    pattern = re.compile(rf"point-([0-9]{{7}})\.{kind}")
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [(int(found[1]), path) for path in paths if (found := pattern.fullmatch(path.name))]


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def _parquet(table: pa.Table) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, write_page_checksum=True)
    return bytes(sink.getvalue())


def _parsed(content: bytes) -> pa.Table | None:
    """Return a table, None if it isn't whole."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.read_table(pa.BufferReader(content), page_checksum_verification=True)
    except (pa.ArrowException, OSError):
        return None


def _table_of(reader: Folder, name: str) -> pa.Table:
    """Return a table of a sweep's folder.

    Raises
    ------
    RunError
        If it is broken, or was changed.
    """
    try:
        content = reader.raw(name, MAX_TABLE)
        table = _parsed(content)
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
        table.schema.field(field.name).type != field.type for field in _own_fields()
    ):
        raise RunError(
            f"{reader.path / name} hasn't the columns of this sweep: {', '.join(expected)}; "
            f"{_again()}"
        )
    return table


def _again() -> str:
    return f"{option('--resume')} runs its points again"


def _differences(earlier: Any, now: Any, name: str = "") -> Iterable[str]:
    """Yield where two manifests differ, with what was and what is."""
    if isinstance(earlier, dict) and isinstance(now, dict):
        for key in {*earlier, *now}:
            inner = f"{name}.{key}" if name else key
            yield from _differences(earlier.get(key), now.get(key), inner)
    elif earlier != now:
        yield f"{name} was {_short(earlier)}, is {_short(now)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
