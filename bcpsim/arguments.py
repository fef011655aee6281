"""Arguments as Python programs give them, checked by their names before anything is done."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from numbers import Real
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, get_args

from bcpsim.errors import InputError

P = ParamSpec("P")
R = TypeVar("R")

_LONGEST = 60
"""Most characters of a value that a message shows."""


def checked(**kinds: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function's keyword arguments be what their names say.

    Numbers of NumPy become Python's, and a single name, or folder, where there may be several
    becomes a list of it. What can't be meant is told: its name, what was found, what is expected.

    Parameters
    ----------
    **kinds
        What arguments of this function must be: a class, or a `Literal` of some words.
    """
    own = {
        name: _instance(kind) if isinstance(kind, type) else _choice(get_args(kind))
        for name, kind in kinds.items()
    }
    checks = {**_CHECKS, **own}

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            for name, value in kwargs.items():
                if name in checks:
                    kwargs[name] = checks[name](name, value)
            return function(*args, **kwargs)

        return wrapped

    return decorate


def file_or_data(what: str, value: Any) -> Any:
    """Return a file's path, or a mapping of what would stand in it.

    Parameters
    ----------
    what
        What kind of file it is, such as ``scenario``.
    value
        As it was given.

    Raises
    ------
    InputError
        If it is neither.
    """
    there = found(value)
    if isinstance(value, str) and "\n" in value.strip():
        there = "text of several lines, of which yaml.safe_load makes a dictionary"
    elif isinstance(value, (str, os.PathLike, Mapping)):
        return value
    raise InputError(
        f"expected a {what} file, a dictionary of what would stand in it, or what was loaded of "
        f"one; found {there}"
    )


def by_key_path(name: str, value: Any) -> Any:
    """Return values by key path, or None.

    Raises
    ------
    InputError
        If it is no mapping, or a key is no text.
    """
    if value is None or (isinstance(value, Mapping) and all(isinstance(key, str) for key in value)):
        return value
    what = value
    if isinstance(value, Mapping):
        what = next(key for key in value if not isinstance(key, str))
    raise InputError(
        f"{name}: expected a dictionary of values by key path, such as "
        f"{{'traffic.cars.arrivals.scale': 1.2}}; found {found(what)}"
    )


def text(name: str, value: Any) -> Any:
    """Return text, or None.

    Raises
    ------
    InputError
        If it is something else, or empty.
    """
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise InputError(f"{name}: expected text, found {found(value)}")


def whole(name: str, value: Any) -> int:
    """Return a whole number as Python's.

    Raises
    ------
    InputError
        If it is something else: 2.0 and True aren't taken for one.
    """
    with suppress(TypeError):
        if not isinstance(value, bool):
            return operator.index(value)
    raise InputError(f"{name}: expected a whole number, found {found(value)}")


def as_path(name: str, value: Any) -> Path:
    """Return a path.

    Raises
    ------
    InputError
        If it is something else.
    """
    if isinstance(value, (str, os.PathLike)):
        return Path(value)
    raise InputError(f"{name}: expected a path, found {found(value)}")


def instance(name: str, value: Any, kind: type, of: str) -> None:
    """Check that a value is of a kind.

    Parameters
    ----------
    name, value
        The argument.
    kind
        What it must be.
    of
        What makes one, for the message.

    Raises
    ------
    InputError
        If it is something else.
    """
    if not isinstance(value, kind):
        raise InputError(
            f"{name}: expected a {kind.__name__}, as {of} returns; found {found(value)}"
        )


def number(name: str, value: Any) -> float:
    """Return a number as Python's.

    Raises
    ------
    InputError
        If it is something else.
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    raise InputError(f"{name}: expected a number, found {found(value)}")


def found(value: Any) -> str:
    """Return a value as a message shows it: what is no plain value by its type."""
    if value is None or isinstance(value, (str, bytes, bool, int, float)):
        words = repr(value)
        return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."
    kind = type(value)
    return f"a {kind.__name__}" if kind.__module__ == "builtins" else f"{kind.__name__} object"


def _choice(words: tuple[str, ...]) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        if isinstance(value, str) and value in words:
            return value
        raise InputError(
            f"{name}: expected one of {', '.join(map(repr, words))}; found {found(value)}"
        )

    return check


def _instance(kind: type) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        if value is None or isinstance(value, kind):
            return value
        raise InputError(f"{name}: expected a {kind.__name__}, found {found(value)}")

    return check


def several(kinds: tuple[type, ...], what: str) -> Callable[[str, Any], Any]:
    """Return a check of a list, of which one may stand alone, or None."""

    def check(name: str, value: Any) -> Any:
        if value is None:
            return None
        many = value if isinstance(value, Iterable) and not isinstance(value, Mapping) else [value]
        many = [value] if isinstance(value, kinds) else many
        items = tuple(many)
        for one in items:
            if not isinstance(one, kinds):
                raise InputError(f"{name}: expected {what}, found {found(one)}")
        return items

    return check


def _seed(name: str, value: Any) -> int:
    seed = whole(name, value)
    if seed < 0:
        raise InputError(f"the seed must not be negative, found {seed}")
    return seed


def _function(name: str, value: Any) -> Any:
    if value is None or callable(value):
        return value
    raise InputError(f"{name}: expected a function, found {found(value)}")


def _progress(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool) or callable(value):
        return value
    raise InputError(f"{name}: expected True, or a function, found {found(value)}")


def _path(name: str, value: Any) -> Path | None:
    return None if value is None else as_path(name, value)


names = several((str,), "a list of names")
"""Returns names, of which one may stand alone, or None."""

_FOLDERS = several((str, os.PathLike), "a list of folders")

_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "allowed": _FOLDERS,
    "alternatives": names,
    "baseline": text,
    "best": text,
    "changes": several((str,), "a list of changes such as 'stops.booths.lanes=5'"),
    "confidence": number,
    "data": _path,
    "each": _function,
    "looked": _function,
    "out": _path,
    "overrides": by_key_path,
    "places": names,
    "progress": _progress,
    "replications": lambda name, value: None if value is None else whole(name, value),
    "samples": whole,
    "seed": _seed,
    "variant": text,
    "variants": names,
    "workers": whole,
}
