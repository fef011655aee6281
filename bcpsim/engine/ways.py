"""Which way a replication goes: SimPy or compiled. What comes of it is the same to the bit.

`auto` begins with SimPy, which is there at once, and goes over to the compiled engine when that
repays: soon where this machine has it already, and else once SimPy has taken as long as
compiling would. So no run takes much more than twice as long as the better choice would have.

The choice is kept in the environment, so that worker processes make the same.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, cast, get_args

from bcpsim.engine import cache, compiled_way
from bcpsim.errors import InputError

Engine = Literal["auto", "simpy", "compiled"]
Way = Literal["simpy", "compiled"]

CHOICE = "BCPSIM_ENGINE"
"""Environment variable with the engine to use."""

TELLING = "BCPSIM_TELL"
"""Environment variable that is set where lines about compiling are shown."""

LOADING = 0.5
"""Seconds that loading the compiled engine takes."""

COMPILING = 40.0
"""Seconds that compiling it takes."""

_PER_VISIT = 1e-5
"""Seconds that SimPy takes for a visit to a stop."""


class _Spent:
    """What this process has spent on SimPy, and whether it has told that Numba is missing."""

    seconds = 0.0  # that SimPy has taken
    told = False  # that Numba isn't there


def choose(engine: str, tell: bool = False) -> None:
    """Use an engine from now on, in this process and those that it starts.

    Raises
    ------
    InputError
        If there is no such engine, or it can't be compiled here.
    """
    if engine not in get_args(Engine):
        raise InputError(f"engine must be auto, simpy or compiled, found {engine!r}")
    if engine == "compiled" and not cache.is_possible():
        raise InputError(
            f"the compiled engine needs Numba, which isn't installed for Python "
            f"{platform.python_version()}; simpy gives the same results"
        )
    os.environ[CHOICE] = engine
    if tell:
        os.environ[TELLING] = "1"


@contextmanager
def using(engine: str | None) -> Iterator[None]:
    """Use an engine within a block; None: as chosen already."""
    before = os.environ.get(CHOICE)
    if engine is not None:
        choose(engine)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(CHOICE, None)
        else:
            os.environ[CHOICE] = before


P = ParamSpec("P")
R = TypeVar("R")


def with_engine(function: Callable[P, R]) -> Callable[P, R]:
    """Let the argument `engine` of a function hold while it runs, if one is given."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with using(cast("str | None", kwargs.get("engine"))):
            return function(*args, **kwargs)

    return wrapped


def way_for(visits: int) -> Way:
    """Return which way a replication of so many visits runs, after making it ready."""
    chosen = os.environ.get(CHOICE) or "auto"
    if chosen == "simpy":
        return "simpy"
    if chosen != "auto":
        if not compiled_way.is_ready():
            choose(chosen)  # it may come from the environment
            compiled_way.make_ready(tell)
        return "compiled"
    if compiled_way.is_ready():
        return "compiled"
    ahead = _Spent.seconds + visits * _PER_VISIT
    if ahead < LOADING:
        return "simpy"
    if not cache.is_possible():
        if ahead >= COMPILING and not _Spent.told:
            _Spent.told = True
            tell("without Numba the engine can't be compiled; it would be many times faster")
        return "simpy"
    if ahead < COMPILING and not cache.is_compiled():
        return "simpy"
    return "compiled" if compiled_way.make_ready(tell, wait=False) else "simpy"


def note_spent(seconds: float) -> None:
    """Note how much processor time SimPy took for a replication: a busy machine says nothing."""
    _Spent.seconds += seconds


def tell(line: str) -> None:
    """Show a line on standard error, where that is wanted."""
    if os.environ.get(TELLING):
        print(f"bcpsim: {line}", file=sys.stderr, flush=True)
