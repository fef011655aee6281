"""Writes the events or tables of a result in the format of another program."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from bcpsim.arguments import as_path, checked
from bcpsim.errors import InputError, option
from bcpsim.exports.ocel import as_ocel
from bcpsim.exports.vidigi import as_vidigi
from bcpsim.exports.workbook import as_workbook
from bcpsim.exports.xes import as_xes
from bcpsim.files.whole import write_whole
from bcpsim.results import StoredResult, frame_csv
from bcpsim.runs.again import simulated_again
from bcpsim.runs.events import Events, activities
from bcpsim.runs.events import write as write_parquet
from bcpsim.stored import load_result

Format = Literal["csv", "parquet", "xes", "ocel", "vidigi", "xlsx"]

FORMATS: Mapping[Format, str] = {
    "csv": ".csv",
    "parquet": ".parquet",
    "xes": ".xes.gz",
    "ocel": ".ocel.json",
    "vidigi": ".vidigi.csv",
    "xlsx": ".xlsx",
}
"""Formats, and how the names of their files end."""


def _csv(_: StoredResult, events: Events) -> bytes:
    return frame_csv(events.activities).encode()


def _parquet(_: StoredResult, events: Events) -> bytes:
    content = io.BytesIO()
    write_parquet(content, activities, [events])
    return content.getvalue()


_MAKERS: Mapping[Format, Callable[[StoredResult, Events], bytes]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xes": lambda _, events: as_xes(events),
    "ocel": lambda _, events: as_ocel(events),
    "vidigi": lambda _, events: as_vidigi(events),
    "xlsx": as_workbook,
}


def default_name(folder: Path, to: Format) -> Path:
    """Return what a file is called that is made from a folder: beside it, with its name."""
    return folder.with_name(f"{folder.resolve().name}{FORMATS[to]}")


@checked(to=Format)
def export(
    folder: str | Path,
    *,
    to: Format,
    out: str | Path | None = None,
    variant: str | None = None,
    replication: int = 0,
    force: bool = False,
) -> Path:
    """Write the events of one replication, or the tables of a result, for another program.

    The replication is simulated again from the scenario in the result, and checked against the
    values stored of it. The same result gives the same bytes.

    Parameters
    ----------
    folder
        Made by `bcpsim.save`, `bcpsim.save_comparison`, or ``--out`` of run or compare.
    to
        ``csv`` or ``parquet``: an event log, a row for each activity, with the columns of
        `Result.activities`; ``xes``: an event log of IEEE 1849-2016; ``ocel``: OCEL 2.0 as JSON;
        ``vidigi``: its event log as CSV; ``xlsx``: all tables as a workbook.
    out
        The file; a name that ends with ``.gz`` is compressed. None: beside the folder, with its
        name.
    variant
        Whose events; None: of the only variant.
    replication
        Number of the replication, from 0.
    force
        Replace what is there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the folder holds no such result, variant or replication, or is damaged; if the file is
        there already; if a table is too long for a sheet.
    RunError
        If the file can't be written.
    """
    path = as_path("folder", folder)
    target = default_name(path, to) if out is None else as_path("out", out)
    if target.exists() and not force:
        raise InputError(f"{target} exists; use {option('--force')} to overwrite it")
    result = load_result(path)
    if variant is None and len(result.variants) > 1:
        raise InputError(
            f"{path}: an event log is of one variant; choose one with {option('--variant')}: "
            f"{', '.join(result.variants)}"
        )
    events = simulated_again(result, variant or result.variants[0], replication)
    content = _MAKERS[to](result, events)
    if target.name.lower().endswith(".gz"):
        content = gzip.compress(content, mtime=0)
    write_whole(content, target)
    return target
