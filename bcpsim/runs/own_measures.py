"""Measures of one's own: a function that is asked about the events of each replication."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError
from bcpsim.files.fields import shown
from bcpsim.runs.events import Events

Each = Callable[[Events], Mapping[str, float | None]]
"""Returns numbers by name for the events of a replication; None or nan: there is no value."""

OwnValues = dict[str, float]


def check_sendable(each: Each, workers: int) -> None:
    """Check that a function can be sent to other processes, before anything is run.

    Raises
    ------
    InputError
        If it can't.
    """
    if workers == 1:
        return
    from joblib.externals.loky.backend.reduction import dumps  # what sends it

    try:
        dumps(each)
    except Exception as error:  # whatever the objects that it holds raise
        raise InputError(
            f"the function given as each can't be sent to other processes ({error}): let it hold "
            "no open files, locks or connections, or use workers=1"
        ) from None


def own_values(each: Each, events: Events) -> OwnValues:
    """Return what a function says of the events of a replication.

    Raises
    ------
    InputError
        If it returns anything but numbers by name. What it raises itself is raised with a note
        that says of which replication.
    """
    where = f"variant {events.variant}, replication {events.number}"
    try:
        returned: Any = each(events)
    except Exception as error:
        error.add_note(f"raised by the function given as each ({where})")
        raise
    if not isinstance(returned, Mapping):
        raise InputError(
            f"each ({where}): expected a dictionary of numbers by name, such as "
            f"{{'longest_wait': 12.5}}; found {type(returned).__name__}"
        )
    return {_name(name, where): _number(name, value, where) for name, value in returned.items()}


def own_table(replications: Sequence[OwnValues]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return the names in the order in which they come up, and a row of values a replication."""
    names = tuple(dict.fromkeys(name for values in replications for name in values))
    table = np.array([[values.get(name, np.nan) for name in names] for values in replications])
    return names, table.reshape(len(replications), len(names))


def _name(name: Any, where: str) -> str:
    if not isinstance(name, str) or not name:
        raise InputError(f"each ({where}): expected names of text, found {shown(name)}")
    return name


def _number(name: str, value: Any, where: str) -> float:
    if value is None:
        return np.nan
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        raise InputError(f"each ({where}): {name}: found a number that is too large")
    if not isinstance(value, (Real, np.bool_)):
        raise InputError(
            f"each ({where}): {name}: expected a number, or None where there is none; found "
            f"{type(value).__name__}"
        )
    return float(value)
