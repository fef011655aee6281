"""Scenarios in a result, as run, with the tables that they read."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from bcpsim.errors import RunError
from bcpsim.results.names import scenario_file
from bcpsim.scenario import LoadedScenario


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
        (folder / scenario_file(variant.variant)).write_text(text, encoding="utf-8")


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
