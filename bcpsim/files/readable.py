"""What can still be read of a file with mistakes, so that others are found beside them."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bcpsim.errors import Problem, ScenarioError
from bcpsim.files.document import Document, FieldPath
from bcpsim.files.record import Record
from bcpsim.files.shape import STAND_IN, example_at, keys_at, schema_at
from bcpsim.files.typed import NO_NAME, details_of, path_in, schema_problems

R = TypeVar("R", bound=Record)

MAX_ROUNDS = 12
"""How often a file is mended and read again."""


@dataclass(frozen=True)
class Reading(Generic[R]):
    """What was read of a document.

    Attributes
    ----------
    record
        The typed record; with mistakes, of what can be read; None: of nothing.
    problems
        The mistakes.
    mended
        Places at which something else stands in the record, or nothing.
    lost
        Names that are in the file at these places.
    """

    record: R | None
    problems: tuple[Problem, ...] = ()
    mended: frozenset[FieldPath] = frozenset()
    lost: frozenset[str] = frozenset()

    def holds(self, path: FieldPath) -> bool:
        """Return whether the record has at a place, above and below it what the file says."""
        return STAND_IN not in path and not any(
            path[: len(place)] == place or place[: len(path)] == path for place in self.mended
        )

    def whole(self) -> R:
        """Return the record of a file without mistakes.

        Raises
        ------
        ScenarioError
            With the mistakes, if there are any.
        """
        if self.problems or self.record is None:
            raise ScenarioError(self.problems)
        return self.record


def read_as(document: Document, record: type[R]) -> Reading[R]:
    """Read a document as a typed record, as far as it can be read.

    What is wrong is taken out, or replaced by something that may stand there, until the rest
    can be read.

    Parameters
    ----------
    document
        Plain data with positions.
    record
        The schema of the file.
    """
    try:
        return Reading(record.model_validate(document.data))
    except ValidationError as error:
        wrong = details_of(error)
        problems = schema_problems(document, wrong, record)
        data = copy.deepcopy(document.data)
    tried: Counter[FieldPath] = Counter()
    lost: set[str] = {STAND_IN}
    for _ in range(MAX_ROUNDS):
        if not _mend(data, wrong, record, tried, lost):
            break
        try:
            mended = record.model_validate(data)
            return Reading(mended, tuple(problems), frozenset(tried), frozenset(lost))
        except ValidationError as error:
            wrong = details_of(error)
            more = [detail for detail in wrong if _is_of_file(data, detail, record, tried)]
            problems += schema_problems(document, more, record)
    return Reading(None, tuple(problems))


def _is_of_file(
    data: Any, detail: ErrorDetails, record: type[Record], tried: Mapping[FieldPath, int]
) -> bool:
    """Return whether a mistake is the file's own, and doesn't come of what was mended.

    A record is checked as a whole only once each of its fields can be read.
    """
    if STAND_IN in detail["loc"] or STAND_IN in detail["msg"]:
        return False
    path = path_in(data, detail["loc"], missing=detail["type"] == "missing")
    keys = keys_at(record, detail["loc"])
    if any(place[:-1] == path and place[-1] not in keys for place in tried):
        return False  # a key that was meant to be one of the record's
    about = [(*path, key) for key in _named(detail, record)] or [path]
    return not any(
        place[: len(part)] == part or part[: len(place)] == place
        for place in tried
        for part in about
    )


def _named(detail: ErrorDetails, record: type[Record]) -> list[str]:
    """Return the keys of a record that a message about it names."""
    if detail["type"] != "value_error":
        return []
    keys = keys_at(record, detail["loc"])
    return [key for key in re.findall(r"\w+", detail["msg"]) if key in keys]


def _mend(
    data: Any,
    details: Sequence[ErrorDetails],
    record: type[Record],
    tried: Counter[FieldPath],
    lost: set[str],
) -> bool:
    """Replace in the data what is wrong, or take it out; False: nothing can be done.

    What must be there is replaced at first. What doesn't fit even so is taken out, then what
    is around it. Where something is missed that was taken out, it is replaced after all.
    """
    changed = False
    for detail in details:
        location = detail["loc"]
        missing = detail["type"] == "missing"
        path = path_in(data, location, missing=missing)
        while path and (
            tried[path] > (0 if missing else 1)
            or not isinstance(_at(data, path[:-1]), (dict, list))  # it stands in a shorter form
        ):
            path, missing = path[:-1], False
        if not missing and (
            _replace_below(data, path, record, tried)
            or _choose(_at(data, path), path, detail, record, tried, lost)
        ):
            changed = True
            continue
        parent = _at(data, path[:-1])
        if not path:
            continue
        lost.update(_names(_at(data, path)))
        if location[-1] == NO_NAME and isinstance(parent, dict):
            tried[path] += 1
            parent[STAND_IN] = parent.pop(path[-1], None)
            changed = True
            continue
        stand_in = None
        if not tried[path] and (missing or _needed(record, data, path)):
            with suppress(LookupError):
                stand_in = example_at(record, _location(location, path, missing=missing))
        tried[path] += 1
        if stand_in is None:
            lost.add(str(path[-1]))
            changed |= _take_out(parent, path[-1])
        else:
            parent[path[-1]] = stand_in
            changed = True
    return changed


def _replace_below(
    data: Any, path: FieldPath, record: type[Record], tried: Counter[FieldPath]
) -> bool:
    """Put something in the place of keys that were taken out of a mapping; False: of none."""
    node = _at(data, path)
    if not isinstance(node, dict):
        return False
    replaced = False
    for key in [place[-1] for place in tried if place[:-1] == path and place[-1] not in node]:
        with suppress(LookupError):
            node[key] = example_at(record, (*path, key))
            replaced = True
    return replaced


def _choose(
    node: Any,
    path: FieldPath,
    detail: ErrorDetails,
    record: type[Record],
    tried: Counter[FieldPath],
    lost: set[str],
) -> bool:
    """Take out the first, or add one, of the keys that exclude one another; False: of none.

    They are those that a message about a record names: give either ... or ...
    """
    if not isinstance(node, dict):
        return False
    needed = schema_at(record, detail["loc"]).get("required", ())
    keys = [key for key in _named(detail, record) if key not in needed]
    for key in keys:
        if key in node and not tried[*path, key]:
            tried[*path, key] = 1
            lost.update((key, *_names(node.pop(key))))
            return True
    for key in keys:
        if key not in node and tried[*path, key] < 2:
            tried[*path, key] = 2
            with suppress(LookupError):
                node[key] = example_at(record, (*detail["loc"], key))
                return True
    return False


def _location(
    location: tuple[str | int, ...], path: FieldPath, *, missing: bool
) -> tuple[str | int, ...]:
    """Return the beginning of a location of Pydantic that stands for a path in the file."""
    if missing:
        return location
    left = list(path)
    for size, key in enumerate(location, 1):
        if left and key == left[0]:
            left.pop(0)
            if not left:
                return location[:size]
    return location


def _needed(record: type[Record], data: Any, path: FieldPath) -> bool:
    """Return whether something must stand at a place: an entry, or a field without a default."""
    location: list[str | int] = []
    node = data
    for key in path[:-1]:
        location.append(key)
        node = _at(node, (key,))
        tags = schema_at(record, location).get("discriminator")
        if tags and isinstance(node, dict) and isinstance(node.get(tags["propertyName"]), str):
            location.append(node[tags["propertyName"]])
    around = schema_at(record, location)
    return "properties" not in around or path[-1] in around.get("required", ())


def _at(node: Any, path: FieldPath) -> Any:
    for key in path:
        if isinstance(node, dict):
            node = node.get(key)
        elif isinstance(node, list) and isinstance(key, int) and key < len(node):
            node = node[key]
        else:
            return None
    return node


def _take_out(parent: Any, key: str | int) -> bool:
    if isinstance(parent, dict):
        present = key in parent
        parent.pop(key, None)
        return present
    if isinstance(parent, list) and isinstance(key, int) and key < len(parent):
        parent[key] = None  # the others keep their places
        return True
    return False


def _names(node: Any) -> Iterator[str]:
    """Yield every key and text below a node of plain data."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)
    elif isinstance(node, str):
        yield node
