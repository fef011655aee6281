"""Scenarios in a result, as run and as written, with the tables that they read."""

from __future__ import annotations

import hashlib
import shutil
import warnings
from collections.abc import Iterable
from pathlib import Path, PurePath

from bcpsim.errors import RunError
from bcpsim.files.document import MAX_BYTES
from bcpsim.results.names import WRITTEN, file_name, scenario_file
from bcpsim.results.reading import MAX_TABLE, Folder, wrong
from bcpsim.results.sums import digest_of
from bcpsim.scenario import LoadedScenario, load


def write_scenarios(loaded: Iterable[LoadedScenario], folder: Path) -> None:
    """Write variants as run, and beside them the scenario as written.

    ``scenario-NAME.yaml`` is a variant with all defaults and overrides, which runs again to the
    bit; ``written/`` holds the scenario file as it was read, and what it extends. Both have the
    data files that they read. One keeps its name where it lies in the scenario's folder and there
    is no other file of that name; else it becomes ``data/DIGEST-NAME``, and the scenario as run
    says so.

    Raises
    ------
    RunError
        If there is no place in the folder for a data file.
    """
    seen: dict[tuple[tuple[str, bytes], ...], Path] = {}
    for variant in loaded:
        names = {name: _copy(variant, name, folder) for name in variant.files}
        text = variant.to_yaml(names)
        (folder / scenario_file(variant.variant)).write_text(text, encoding="utf-8")
        if not variant.written:
            continue
        if variant.written not in seen:
            number = len(seen) + 1
            seen[variant.written] = folder / (WRITTEN if number == 1 else f"{WRITTEN}-{number}")
            _write_as_written(variant, seen[variant.written])
        for name, digest in variant.files.items():
            path = variant.folder / name
            if path.is_file() and digest_of(path) == digest:  # a roster that was found isn't there
                _copy(variant, name, seen[variant.written])


def load_as_run(folder: Path, variant: str, digest: str) -> LoadedScenario:
    """Return a variant of a result as it was run.

    Parameters
    ----------
    folder
        Of the result.
    variant
        Its name.
    digest
        What `LoadedScenario.hash` was then.

    Raises
    ------
    InputError
        If its scenario or a table that it reads is missing, or isn't what was run.
    """
    reader, file = Folder(folder), scenario_file(variant)
    reader.content(file, MAX_BYTES)
    loaded = load(folder / file)
    for name in loaded.files:
        reader.content(name, MAX_TABLE)
    # Where there are digests they have told what was changed: another version of the program
    # may have other defaults, and so another hash.
    if not reader.digests and loaded.hash != digest:
        raise wrong(
            folder / file, "isn't the scenario that was run, or a table that it reads isn't"
        )
    return loaded


def _write_as_written(variant: LoadedScenario, folder: Path) -> None:
    """Write a scenario file and those that it extends, byte for byte."""
    for name, content in variant.written:
        path = folder / _free_name(folder, name, hashlib.sha256(content).hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _copy(variant: LoadedScenario, name: str, folder: Path) -> str:
    """Copy a data file of a scenario, and return its name in the folder."""
    digest = variant.files[name]
    free = _free_name(folder, name, digest)
    copy = folder / free
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(variant.folder / name, copy)
        if digest_of(copy) != digest:
            copy.unlink()
            warnings.warn(
                f"{variant.folder / name} was changed while the program ran: the result is "
                "written without it",
                stacklevel=2,
            )
    return free


def _free_name(folder: Path, name: str, digest: str) -> str:
    """Return a name in a folder that is free for a file, or that it has already."""
    whole = PurePath(name)
    outside = whole.is_absolute() or ".." in whole.parts
    same = "/".join(map(file_name, whole.parts))
    other = f"data/{digest[:8]}-{file_name(whole.name)}"
    for free in (other,) if outside else (same, other):
        path = folder / free
        if not path.exists() or (path.is_file() and digest_of(path) == digest):
            return free
    raise RunError(f"there is no place for the file {name!r} in the result; rename it")
