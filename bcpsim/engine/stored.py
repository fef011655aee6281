"""Functions that Numba compiles once and keeps in a folder, for every installation that is equal.

Numba itself keeps what it compiles by the path of the source file, so that a second environment or
clone would compile the same once more. Here the folder says what was compiled (see `cache`), and a
function's name within it is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator


def compiled(function: Callable[..., Any], signature: str, folder: Path | None, **how: Any) -> Any:
    """Return a compiled function: as stored in a folder, else compiled now and stored there.

    Parameters
    ----------
    function, signature
        What is compiled, and its type as Numba writes it.
    folder
        Holds nothing but this function in this very form; None: it is compiled for this process.
    how
        Options of `numba.njit`.
    """
    made = njit(**how)(function)
    if folder is not None:
        made._cache = _Stored(folder, function)
    made.compile(signature)
    made.disable_compile()
    return made


class _Stored(FunctionCache):  # type: ignore[misc]
    """What Numba stores and finds again of one function."""

    def __init__(self, folder: Path, function: Callable[..., Any]) -> None:
        self._impl_class = partial(_Content, folder)
        super().__init__(function)


class _Content(CompileResultCacheImpl):  # type: ignore[misc]
    """How it is written and read, and under which name."""

    def __init__(self, folder: Path, function: Any) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Place(folder, function.__code__.co_filename)
        self._filename_base = function.__name__


class _Place(_CacheLocator):  # type: ignore[misc]
    """Where it is."""

    def __init__(self, folder: Path, source: str) -> None:
        self._folder = folder
        self._py_file = source  # which Numba's warnings name

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return ""  # the folder says it

    def get_disambiguator(self) -> str:
        return ""
