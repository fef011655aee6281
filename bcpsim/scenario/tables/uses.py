"""The fields of a scenario that read tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bcpsim.files.record import PLAIN, Record, with_known
from bcpsim.scenario.distributions import Empirical
from bcpsim.scenario.people import Roster, Travel
from bcpsim.scenario.traffic import (
    CountedArrivals,
    ObservedArrivals,
    SeatsTable,
    TimetableArrivals,
    WaitingListArrivals,
)

FieldPath = tuple[str | int, ...]
TableUse = (
    CountedArrivals
    | ObservedArrivals
    | Empirical
    | Roster
    | Travel
    | TimetableArrivals
    | WaitingListArrivals
    | SeatsTable
)


def table_uses(node: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, TableUse]]:
    """Yield every field of a scenario that reads a CSV file, with its path.

    A field that reads one may hold others that do: a timetable, and the law of its delays.
    """
    if isinstance(node, TableUse):
        yield path, node
    for key, value in _fields(node):
        if type(value) not in PLAIN:  # most are, and hold nothing
            yield from table_uses(value, (*path, key))


def _fields(node: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield what a part of a scenario holds, with its name or number."""
    if isinstance(node, BaseModel):
        yield from node
    elif isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, tuple):
        yield from enumerate(node)


def with_files(node: Any, names: Mapping[str, str]) -> Any:
    """Return a scenario, or a part of it, that reads files of other names.

    Parameters
    ----------
    node
        A scenario, or a part.
    names
        New name of each file that it reads.
    """
    if isinstance(node, Record):
        changed = {name: with_files(value, names) for name, value in node}
        if isinstance(node, TableUse):
            changed["file"] = names[node.file]
        return with_known(node, **changed)
    if isinstance(node, dict):
        return {name: with_files(value, names) for name, value in node.items()}
    if isinstance(node, tuple):
        return tuple(with_files(value, names) for value in node)
    return node
