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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.errors import InputError, RunError, option
from bcpsim.kpi import MEASURES
from bcpsim.results import (
    LOCK_OF_SWEEP,
    MANIFEST,
    MEASURE_COLUMNS,
    SUMS,
    TEMPORARY,
    Sums,
    new_folder,
    told,
    write_scenarios,
)
from bcpsim.scenario import LoadedScenario
from bcpsim.sweeps.file import POINT
from bcpsim.sweeps.layout import (
    BLOCK,
    FAILED,
    PARTS,
    PENDING,
    POINTS,
    VALUES,
    by_point,
    file_of,
    json_of,
    parquet_of,
    parsed_table,
    part_name,
    schema,
    write_atomically,
)
from bcpsim.sweeps.point import Failed, Finished
from bcpsim.sweeps.points import Points
from bcpsim.sweeps.stored import read_manifest
from bcpsim.sweeps.study import LoadedSweep

if TYPE_CHECKING:
    import pyarrow as pa


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
        """Forget that points failed, so that they are run again."""
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
            self._write(self._folder / PENDING / file_of(point), parquet_of(table))
            (self._folder / FAILED / file_of(point, "json")).unlink(missing_ok=True)
            self._state[point] = FINISHED
        else:
            record = {
                POINT: point,
                "factors": self._points.at(point),
                "kind": outcome.kind,
                "message": outcome.message,
            }
            self._write(self._folder / FAILED / file_of(point, "json"), json_of(record))
            self._state[point] = FAILED_STATE
        block = point // BLOCK
        self._open[block] -= 1
        if not self._open[block]:
            self._close(block)

    def close(self) -> None:
        """Close the folder, so that another process may open it."""
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
        for point, path in by_point(self._folder / PENDING, "parquet"):
            if point >= len(self._points):
                continue
            if self._state[point] == FINISHED:  # killed between writing the part and this
                path.unlink()
            elif self._read(path) is not None:
                self._state[point] = FINISHED
                pending.add(point // BLOCK)
        for point, path in by_point(self._folder / FAILED, "json"):
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
        table = parsed_table(content)
        # The rows decide the bytes; Parquet's own checksums don't cover all of a file.
        whole = table is not None and parquet_of(table) == content and table.schema == self._schema
        if whole and self._sums.holds(path, content):
            return table
        points = "its point is" if path.parent.name == PENDING else "its points are"
        state = "was changed since the sweep wrote it" if whole else "is broken"
        self._note(f"{path} {state}; {points} run again")
        path.unlink()
        return None

    def _close(self, block: int) -> None:
        """Write the part of a block whose points are all finished or failed."""
        import pyarrow as pa

        first = block * BLOCK
        files = [
            path
            for point in range(first, min(first + BLOCK, len(self._points)))
            if (path := self._folder / PENDING / file_of(point)).exists()
        ]
        if not files:
            return
        tables = [self._parsed_again(path) for path in files]
        if self._part(block).exists():
            tables.append(self._parsed_again(self._part(block)))
        whole = pa.concat_tables(tables).combine_chunks()
        order = np.argsort(whole[POINT].to_numpy(), kind="stable")
        self._write(self._part(block), parquet_of(whole.take(pa.array(order))))
        self._sums.sync()
        for path in files:
            path.unlink()

    def _parsed_again(self, path: Path) -> pa.Table:
        table = parsed_table(path.read_bytes())
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


def create(
    folder: Path,
    manifest: Mapping[str, Any],
    points: Points,
    sweep: LoadedSweep,
    loaded: Sequence[LoadedScenario],
) -> None:
    """Make the folder of a sweep: its points, the sweep file as it was read, and scenarios.

    Raises
    ------
    RunError
        If it can't be written; then nothing is there.
    """
    import pyarrow as pa

    with new_folder(folder) as new:
        write_scenarios(loaded, new)
        sweep.write_as_written(new)
        (new / POINTS).write_bytes(parquet_of(pa.table(points.columns)))
        (new / MANIFEST).write_bytes(json_of(manifest))


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
