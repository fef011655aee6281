"""Layout of the folder of a sweep: names of files, their columns, and how they are written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.results import (
    MEASURE_COLUMNS,
    TEMPORARY,
)
from bcpsim.sweeps.file import POINT
from bcpsim.sweeps.points import Points

if TYPE_CHECKING:
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


def schema(points: Points) -> pa.Schema:
    """Return the columns of the results of a sweep."""
    import pyarrow as pa

    where = [pa.field(name, column.type) for name, column in points.columns.items()]
    return pa.schema([*where, *fields_of_all()[1:]])


def fields_of_all() -> list[pa.Field]:
    """Return the columns that each sweep has, the first of them that of the points."""
    import pyarrow as pa

    texts = [(name, pa.string()) for name in MEASURE_COLUMNS[:5]]
    numbers = [(name, pa.float64()) for name in MEASURE_COLUMNS[5:8]]
    whole = [(POINT, pa.int64()), (MEASURE_COLUMNS[8], pa.int64())]
    values = (VALUES, pa.list_(pa.field("element", pa.float64())))
    return list(pa.schema([whole[0], *texts, *numbers, whole[1], values]))


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


def file_of(point: int, kind: str = "parquet") -> str:
    """Return the name of the file of a point."""
    return f"point-{point:07}.{kind}"


def by_point(folder: Path, kind: str) -> list[tuple[int, Path]]:
    """Return the files of points in a folder, in order; what has another name is none."""
    pattern = re.compile(rf"point-([0-9]{{7}})\.{kind}")
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [(int(match[1]), path) for path in paths if (match := pattern.fullmatch(path.name))]


def json_of(data: Mapping[str, Any]) -> bytes:
    """Return plain data as the bytes of a JSON file."""
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def parquet_of(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, write_page_checksum=True)
    return bytes(sink.getvalue())


def parsed_table(content: bytes) -> pa.Table | None:
    """Return a table, None if it isn't whole."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.read_table(pa.BufferReader(content), page_checksum_verification=True)
    except (pa.ArrowException, OSError):
        return None
