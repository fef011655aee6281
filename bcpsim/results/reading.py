"""Reading the files of a result's folder, which may be damaged or come from a stranger."""

from __future__ import annotations

import hashlib
import io
import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bcpsim.errors import InputError
from bcpsim.results.names import SUMS, UNCOUNTED
from bcpsim.results.sums import parse_sums
from bcpsim.results.tables import text_of

if TYPE_CHECKING:
    import pandas as pd

MAX_DOCUMENT = 64 * 2**20
"""Largest JSON file that is read, in bytes."""

MAX_TABLE = 2**30
"""Largest table that is read, in bytes."""

MAX_ROWS = 50_000_000
"""Most rows of a table: a file of a few bytes can state any number of them."""

MAX_TEXT = 1_000
"""Longest text in a cell."""

MAX_NUMBER = 1e15
"""Largest number in a cell that isn't infinite."""

Kind = Literal["text", "number", "whole", "time"]
Columns = Mapping[str, Kind]

_EXPECTED: Mapping[Kind, str] = {
    "text": f"text of at most {MAX_TEXT} signs",
    "number": f"a number up to {MAX_NUMBER:g}, inf, or an empty cell",
    "whole": f"a whole number from 0 to {MAX_NUMBER:g}",
    "time": "a time such as 2026-04-13 06:00:00+02:00",
}


@dataclass(frozen=True)
class Folder:
    """A folder whose files are read with a check of what they hold.

    Attributes
    ----------
    path
        The folder.
    """

    path: Path

    def has(self, name: str) -> bool:
        """Return whether there is something of this name."""
        path = self.path / name
        return path.is_symlink() or path.exists()

    @cached_property
    def digests(self) -> dict[str, tuple[str, ...]]:
        """The digests that each file of the result may have, by its name; empty without any.

        Raises
        ------
        InputError
            If they can't be read.
        """
        if not self.has(SUMS):
            return {}
        try:
            return parse_sums(self.raw(SUMS, MAX_DOCUMENT).decode("utf-8"))
        except ValueError as error:
            raise wrong(self.path / SUMS, f"can't be read as digests: {error}") from None

    def content(self, name: str, most: int) -> bytes:
        """Return the bytes of a file.

        Parameters
        ----------
        name
            Its name in the folder; may lie in a folder of it.
        most
            Largest size in bytes.

        Raises
        ------
        InputError
            If it isn't there, is no plain file of this folder, can't be read, is larger, or isn't
            what was written.
        """
        content = self.raw(name, most)
        self.check(name, content)
        return content

    def check(self, name: str, content: bytes) -> None:
        """Check that a file is what was written, where the result has digests.

        Raises
        ------
        InputError
            If it isn't.
        """
        digest = hashlib.sha256(content).hexdigest()
        if name in UNCOUNTED or not self.digests or digest in self.digests.get(name, ()):
            return
        later = Folder(self.path).digests.get(name, ())  # the folder of a sweep grows
        if digest in later:
            return
        state = "was changed after" if later else "wasn't there when"
        raise wrong(
            self.path / name,
            f"{state} the result was written; see: bcpsim verify-result {self.path}",
        )

    def raw(self, name: str, most: int) -> bytes:
        """Return the bytes of a file, whatever its digest; parameters and errors as `content`."""
        path = self.path / name
        try:
            for part in (path, *path.parents):
                if part == self.path:
                    break
                if part.is_symlink():
                    raise wrong(part, "is a link; a result holds plain files only")
            # Before it is opened: a pipe would wait for somebody to write.
            if not stat.S_ISREG(path.stat().st_mode):
                raise wrong(path, "is no plain file")
            with path.open("rb") as file:
                content = file.read(most + 1)
        except FileNotFoundError:
            raise wrong(path, "is missing; the result isn't whole") from None
        except OSError as error:
            raise wrong(path, f"can't be read: {error.strerror}") from None
        if len(content) > most:
            raise wrong(path, f"has more than {most // 2**20} MiB")
        return content

    def document(self, name: str, *, checked: bool = True) -> Any:
        """Return the plain data of a JSON file; its digest is checked unless that is told apart.

        Raises
        ------
        InputError
            As for `content`, and if it is no JSON.
        """
        try:
            read = self.content if checked else self.raw
            return json.loads(read(name, MAX_DOCUMENT).decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise wrong(self.path / name, f"can't be read as JSON: {error}") from None

    def csv(self, name: str, columns: Columns) -> pd.DataFrame:
        """Return a table from a CSV file.

        Parameters
        ----------
        name
            Of the file.
        columns
            Columns that there must be, with what they hold; others are left out.

        Raises
        ------
        InputError
            As for `content`; if a column is missing, or a cell holds something else: row 1 is
            the head.
        """
        import pandas as pd

        path = self.path / name
        content = self.content(name, MAX_TABLE)
        try:
            table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
        except ValueError as error:
            raise wrong(path, f"can't be read as a table: {_first_line(error)}") from None
        check_columns(path, list(table.columns), columns)
        typed = {
            column: _column(path, column, table[column], kind) for column, kind in columns.items()
        }
        return pd.DataFrame(typed)

    def parquet(self, name: str, columns: Columns) -> pd.DataFrame:
        """Return a table from a Parquet file; parameters and errors as for `csv`."""
        import pyarrow as pa
        from pyarrow import parquet

        path = self.path / name
        content = self.content(name, MAX_TABLE)
        try:
            file = parquet.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
            if file.metadata.num_rows > MAX_ROWS:
                raise wrong(path, f"has more than {MAX_ROWS:,} rows")
            check_columns(path, file.schema_arrow.names, columns)
            types = {"text": pa.string(), "number": pa.float64(), "whole": pa.int64()}
            schema = pa.schema([(column, types[kind]) for column, kind in columns.items()])
            table = file.read(columns=list(columns)).select(list(columns))
            plain = table.cast(schema)
        except (pa.ArrowException, OSError, ValueError, KeyError) as error:
            raise wrong(path, f"can't be read as a table: {_first_line(error)}") from None
        frame: pd.DataFrame = plain.to_pandas()
        for column, kind in columns.items():
            absent = frame[column].isna()
            bad = absent if kind == "text" else absent & False
            if kind != "text":
                bad = (frame[column].abs() > MAX_NUMBER) & (frame[column].abs() != float("inf"))
            if kind == "whole":
                bad |= absent | (frame[column] < 0)
            _check(path, column, kind, frame[column], bad)
        return frame


def wrong(path: Path, message: str) -> InputError:
    """Return the error for a file of a result."""
    return InputError(f"{path}: {message}")


def check_columns(path: Path, present: list[str], columns: Columns) -> None:
    """Check that a table has its columns.

    Raises
    ------
    InputError
        If some are missing.
    """
    missing = [name for name in columns if name not in present]
    if missing:
        listed = ", ".join(map(repr, present[:20])) or "none"
        raise wrong(path, f"has no column {', '.join(map(repr, missing))}; found {listed}")


def _column(path: Path, name: str, texts: pd.Series, kind: Kind) -> pd.Series:
    """Return a column of texts as what it should hold."""
    import pandas as pd

    if kind == "text":
        _check(path, name, kind, texts, (texts.str.len() > MAX_TEXT) | (texts == ""))
        return texts.map(text_of)
    if kind == "time":
        times = pd.to_datetime(texts, utc=True, errors="coerce", format="ISO8601")
        _check(path, name, kind, texts, times.isna())
        return times
    # Only what Python writes for a number: no thousands, no words, no hexadecimals.
    numbers = pd.to_numeric(texts.where(texts != "", "nan"), errors="coerce").astype(float)
    bad = numbers.isna() & (texts != "") | (
        (numbers.abs() > MAX_NUMBER) & (numbers.abs() != float("inf"))
    )
    if kind == "whole":
        bad |= numbers.isna() | (numbers < 0) | (numbers % 1 != 0)
    _check(path, name, kind, texts, bad)
    return numbers.astype("int64") if kind == "whole" else numbers


def _check(path: Path, name: str, kind: Kind, cells: pd.Series, bad: pd.Series) -> None:
    if bad.any():
        place = int(bad.to_numpy().argmax())
        cell = repr(cells.iloc[place])
        cell = cell if len(cell) <= 60 else f"{cell[:57]}..."
        raise wrong(path, f"row {place + 2}: {name}: expected {_EXPECTED[kind]}, found {cell}")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
