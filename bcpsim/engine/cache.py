"""Where the compiled engine is kept, and when it may be used again.

What Numba compiles is stored in a folder named by a hash of everything that it came from: the
rules, the sources of all that may be compiled in, Python, Numba, its compiler and the processor.
So a change of any of these never meets an old binary; Numba alone sees a change of one file only.
Rules are hashed as this process has them, since files may change while it runs.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from types import FunctionType
from typing import Any

from bcpsim.engine.slices import run_slice
from bcpsim.engine.table import compiled_bodies

SOURCES = ("engine", "plan")
"""Packages of bcpsim whose sources the compiled engine is made from."""

FOLDER = "BCPSIM_CACHE_DIR"
"""Environment variable that names another folder for it."""

_MARK = "compiled"


@cache
def is_possible() -> bool:
    """Return whether the engine can be compiled: whether Numba is there for this Python."""
    try:
        version("numba")
    except PackageNotFoundError:
        return False
    return True


@cache
def fingerprint() -> str:
    """Return a hash of everything that the compiled engine comes from."""
    from llvmlite import binding

    digest = hashlib.sha256(_sources.encode())
    for function in _compiled_in():
        digest.update(_content(function).encode())
    made_by = (
        sys.implementation.cache_tag,
        platform.python_version(),
        platform.system(),
        platform.machine(),
        *(version(name) for name in ("numba", "llvmlite", "numpy")),
        binding.get_host_cpu_name(),
        binding.get_host_cpu_features().flatten(),
    )
    digest.update("\n".join(made_by).encode())
    return digest.hexdigest()[:24]


def _compiled_in() -> list[FunctionType]:
    """Return all rules that the engine calls, directly or through others, as they are compiled."""
    found: dict[FunctionType, None] = {}
    ahead: list[Any] = [run_slice]
    while ahead:
        body: Any = compiled_bodies[ahead.pop()]
        if body not in found:
            found[body] = None
            read = (body.__globals__.get(name) for name in body.__code__.co_names)
            ahead += [
                one for one in read if isinstance(one, FunctionType) and one in compiled_bodies
            ]
    return list(found)


def hash_of_sources() -> str:
    """Return a hash of the sources as they are in the files."""
    digest = hashlib.sha256()
    for package in SOURCES:
        for file in sorted(files(f"bcpsim.{package}").rglob("*.py")):  # type: ignore[attr-defined]
            digest.update(file.read_bytes())
    return digest.hexdigest()


_sources = hash_of_sources()  # as this process begins


def _content(function: Callable[..., Any]) -> str:
    """Return what a rule consists of: its code, and the constants that it reads."""
    code = function.__code__
    read = {name: function.__globals__.get(name) for name in code.co_names}
    constants = {k: v for k, v in read.items() if isinstance(v, (int, float, tuple))}
    parts = (function.__qualname__, code.co_code.hex(), code.co_consts, code.co_names, constants)
    return repr((*parts, code.co_varnames, function.__annotations__))


def place() -> Path | None:
    """Return the folder of this machine and version, there or not; None: there is no home."""
    named = os.environ.get(FOLDER)
    try:
        return (Path(named) if named else _usual()) / fingerprint()
    except RuntimeError:
        return None


def folder() -> Path | None:
    """Return the folder of this machine and version, made if need be; None: it can't be written."""
    made = place()
    if made is None:
        return None
    try:
        made.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=made):
            pass
    except OSError:
        return None
    return made


def _usual() -> Path:
    """Return the usual folder for what may be made again."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "bcpsim" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "bcpsim"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bcpsim"


def is_compiled() -> bool:
    """Return whether the engine is compiled already, for this machine and version."""
    made = place() if is_possible() else None
    return made is not None and (made / _MARK).exists()


def note_compiled(made: Path) -> None:
    """Note that the engine is compiled, when all of it is stored."""
    (made / _MARK).touch()


def lock_of(made: Path) -> str:
    """Return the file that is locked while one process compiles."""
    return str(made / "lock")
