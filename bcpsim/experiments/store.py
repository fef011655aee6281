"""The folder of a run: written beside its place and renamed, so never half there."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bcpsim.errors import RunError
from bcpsim.experiments.result import MEASURE_COLUMNS, Result
from bcpsim.scenario import LoadedScenario

MARK = "provenance.json"
"""The file by which a folder is known as one of ours, and may be replaced."""


def save(result: Result, folder: str | Path, extra: Callable[[Path], object] | None = None) -> Path:
    """Write a result to a folder.

    The folder holds ``measures.csv``, ``hourly.csv``, ``provenance.json`` and for each
    variant ``scenario-NAME.yaml`` (as run, with the data files that it reads), and, where
    events were kept, ``travellers.parquet``, ``activities.parquet``, ``queues.parquet``.

    Parameters
    ----------
    result
        From `bcpsim.run`.
    folder
        Where to; a folder of an earlier run is replaced, any other that isn't empty is
        refused.
    extra
        Writes further files into the new folder before it takes its place.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    RunError
        If the folder can't be written; then it is left as it was.
    """

    def write(new: Path) -> None:
        _write(result, new)

    return replace_folder(Path(folder), write, extra)


def replace_folder(
    target: Path, write: Callable[[Path], object], extra: Callable[[Path], object] | None = None
) -> Path:
    """Write a folder beside its place and rename it, so that it is never half there.

    Parameters
    ----------
    target
        Where to; an earlier result is replaced.
    write
        Writes the files into a new folder, among them the `MARK`.
    extra
        Writes further files into it, if anything.

    Raises
    ------
    RunError
        If the folder can't be written; then it is left as it was.
    """
    check_target(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            write(new)
            if extra is not None:
                extra(new)
            if target.exists():
                target.rename(Path(temporary) / "old")
            new.rename(target)
    except OSError as error:
        raise RunError(f"can't write {target}: {error.strerror or error}") from error
    return target


def check_target(folder: Path) -> None:
    """Check that a folder may be written, before a run is made for it.

    Raises
    ------
    RunError
        If it is a file, or holds something that isn't a result.
    """
    if folder.exists() and not folder.is_dir():
        raise RunError(f"{folder} is a file; --out needs a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise RunError(f"{folder} isn't empty and holds no earlier result; choose another --out")


def measures_csv(rows: Iterable[dict[str, Any]], columns: Iterable[str] = MEASURE_COLUMNS) -> str:
    """Return records as CSV text; nan is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = list(columns)
    writer.writerow(names)
    for row in rows:
        writer.writerow(["" if row[name] != row[name] else row[name] for name in names])
    return text.getvalue()


def write_scenarios(loaded: Iterable[LoadedScenario], folder: Path) -> None:
    """Write variants as run, ``scenario-NAME.yaml`` each, with the data files that they read.

    A data file keeps its name where it lies in the scenario's folder and the result has no other
    file of that name; else it becomes ``data/DIGEST-NAME``, and the scenario written says so.

    Raises
    ------
    RunError
        If there is no place in the folder for a data file.
    """
    for variant in loaded:
        names = {}
        for name, digest in variant.files.items():
            names[name] = _free_name(folder, name, digest)
            copy = folder / names[name]
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(variant.folder / name, copy)
        text = variant.to_yaml(names)
        (folder / f"scenario-{variant.variant}.yaml").write_text(text, encoding="utf-8")


def _free_name(folder: Path, name: str, digest: str) -> str:
    """Return a name in a folder that is free for a data file, or that it has already."""
    for free in (name, f"data/{digest[:8]}-{Path(name).name}"):
        path = folder / free
        inside = path.resolve().is_relative_to(folder.resolve()) and ".." not in Path(free).parts
        if inside and (not path.exists() or _digest(path) == digest):
            return free
    raise RunError(f"there is no place for the data file {name!r} in the result; rename it")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _write(result: Result, folder: Path) -> None:
    (folder / "measures.csv").write_text(
        measures_csv(result.rows, result.columns), encoding="utf-8"
    )
    result.hourly.to_csv(folder / "hourly.csv", index=False, lineterminator="\n")
    write_scenarios([variant.loaded for variant in result.variants], folder)
    if any(variant.kept for variant in result.variants):
        for name in ("travellers", "activities", "queues"):
            getattr(result, name).to_parquet(folder / f"{name}.parquet", index=False)
    text = json.dumps(result.provenance, indent=2, ensure_ascii=False)
    (folder / MARK).write_text(text + "\n", encoding="utf-8")
