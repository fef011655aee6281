"""Tables of results: what columns they have, and how they become CSV, JSON or Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi import Row

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MEASURE_COLUMNS = (
    "variant",
    "measure",
    "population",
    "statistic",
    "unit",
    "estimate",
    "low",
    "high",
    "replications",
)
"""Columns of the table of measures."""

REPLICATION_COLUMNS = ("variant", "replication", "measure", "population", "statistic", "value")
"""Columns of the table of what each replication gave."""

_FORMULA = re.compile(r"\s*[=+@\-\t\r\uff1d\uff0b\uff20\uff0d].", re.DOTALL)
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")

_AT_ONCE = 1_000
"""Replications of which rows are made at a time."""

Replicated = tuple[str, Sequence[Row], NDArray[np.float64]]
"""A variant, its rows, and their values, shape (replications, rows)."""


def measures_csv(rows: Iterable[dict[str, Any]], columns: Iterable[str] = MEASURE_COLUMNS) -> str:
    """Return records as CSV text; nan is an empty cell, and no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = list(columns)
    writer.writerow(map(no_formula, names))
    for row in rows:
        cells = ["" if row[name] != row[name] else row[name] for name in names]
        writer.writerow(map(no_formula, cells))
    return text.getvalue()


def frame_csv(frame: pd.DataFrame) -> str:
    """Return a frame without its index as CSV text; no cell is a formula."""
    from pandas.api.types import is_numeric_dtype

    safe = frame.rename(columns=no_formula).apply(
        lambda column: column if is_numeric_dtype(column) else _cells(column)
    )
    return str(safe.to_csv(index=False, lineterminator="\n"))


def write_records(
    rows: Iterable[dict[str, Any]], path: Path, columns: Iterable[str] = MEASURE_COLUMNS
) -> None:
    """Write records as a CSV file; as for `measures_csv`."""
    path.write_text(measures_csv(rows, columns), encoding="utf-8")


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame without its index as a CSV file; as for `frame_csv`."""
    path.write_text(frame_csv(frame), encoding="utf-8")


def write_json(data: Any, path: Path) -> None:
    """Write plain data as a JSON file to be read; what is no number in JSON is an error."""
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _cells(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts and times as they are written: each that occurs is made once."""
    import pandas as pd

    codes, values = pd.factorize(column)
    if isinstance(values, pd.DatetimeIndex):
        texts = values.to_series().to_csv(index=False, header=False).splitlines()
    else:
        texts = [no_formula(value) for value in values]
    return pd.Series(np.array([*texts, None], dtype=object)[codes], index=column.index)


def no_formula(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    Text that begins like a formula gets an apostrophe in front, which spreadsheets don't show;
    numbers stay numbers (OWASP, CSV injection).
    """
    if not isinstance(cell, str) or not _FORMULA.match(cell) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def text_of(cell: str) -> str:
    """Return the text of a cell that `no_formula` wrote."""
    text = cell.removeprefix("'")
    return text if text != cell and no_formula(text) == cell else cell


def replications_frame(variants: Iterable[Replicated]) -> pd.DataFrame:
    """Return what each replication gave, a row for each value, with `REPLICATION_COLUMNS`."""
    import pyarrow as pa

    parts = list(_parts(variants))
    table = pa.Table.from_batches(parts, _schema()).cast(_schema(plain=True))
    frame: pd.DataFrame = table.to_pandas()
    return frame


def write_replications(variants: Iterable[Replicated], path: Path) -> None:
    """Write the same as Parquet, some replications after the other: memory doesn't grow."""
    from pyarrow import parquet

    with parquet.ParquetWriter(path, _schema(), write_page_checksum=True) as writer:
        for part in _parts(variants):
            writer.write_batch(part)


def _schema(*, plain: bool = False) -> pa.Schema:
    import pyarrow as pa

    text = pa.string() if plain else pa.dictionary(pa.int32(), pa.string())
    kinds = {"replication": pa.int64(), "value": pa.float64()}
    return pa.schema([(name, kinds.get(name, text)) for name in REPLICATION_COLUMNS])


def _parts(variants: Iterable[Replicated]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of some replications at a time, by variant and replication."""
    import pyarrow as pa

    for variant, rows, totals in variants:
        texts = [
            pa.array([str(getattr(row, name)) for row in rows], pa.string()).dictionary_encode()
            for name in ("measure", "population", "statistic")
        ]
        for first in range(0, len(totals), _AT_ONCE):
            values = totals[first : first + _AT_ONCE]
            count = len(values)
            repeated = [
                pa.DictionaryArray.from_arrays(
                    np.tile(column.indices.to_numpy(), count), column.dictionary
                )
                for column in texts
            ]
            of = pa.DictionaryArray.from_arrays(
                np.zeros(values.size, np.int32), pa.array([variant], pa.string())
            )
            number = np.repeat(np.arange(first, first + count), len(rows))
            columns = [of, pa.array(number), *repeated, pa.array(values.ravel())]
            yield pa.RecordBatch.from_arrays(columns, schema=_schema())
