"""Values set from outside the file: `--set`, factors, conditions, and what follows from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from bcpsim.errors import option
from bcpsim.files.document import (
    MAX_NODES,
    Document,
    Mark,
    item_number,
    plain_document,
    with_override,
)
from bcpsim.files.fields import flow, shown
from bcpsim.files.shape import schema_at
from bcpsim.files.units import parse_share
from bcpsim.scenario.model import Scenario

Value = int | float | str | bool
"""What may be set at a key path."""

KeyPath = Annotated[str, Field(min_length=1, max_length=500)]
"""Where in a scenario file a value stands, such as ``stops.booths.lanes``."""


def _value(value: Any) -> Value:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"expected a finite number, found {value}")
    if not isinstance(value, (bool, int, float, str)):
        raise ValueError(f"expected a number or text, found {shown(value)}")
    return value


ValueToSet = Annotated[
    Any,
    BeforeValidator(_value),
    WithJsonSchema({"type": ["number", "string", "boolean"]}),
]
"""A value as it is written in a study file."""


def as_texts(values: Mapping[str, Any] | None) -> dict[str, str]:
    """Return values to set as a file would have them.

    Parameters
    ----------
    values
        By key path: text as it would stand in the file (``90 s``), numbers, lists, mappings and
        records.

    Raises
    ------
    ScenarioError
        If a value can't stand in a file.
    """
    return {
        path: value if isinstance(value, str) else flow(plain_document(value, path).data)
        for path, value in (values or {}).items()
    }


def with_overrides(
    document: Document, overrides: Mapping[str, str], places: Mapping[str, Mark] | None = None
) -> Document:
    """Return a scenario with values set.

    Of shares that add to 100 %, those that aren't set change in proportion, so that all add to
    100 % again.

    Parameters
    ----------
    document
        The scenario as written.
    overrides
        Values as text, by key path.
    places
        Where each is written, for messages; None: they come from `--set`.

    Raises
    ------
    ScenarioError
        If a key path leads nowhere, or a text is no value.
    """
    changed = document
    for path, text in overrides.items():
        where = (places or {}).get(path) or Mark(option("--set"))
        changed = with_override(changed, path, text, where)
        for other, share in _others(document.data, changed.data, path, overrides).items():
            changed = with_override(changed, other, repr(share), where)
    return changed


def can_be_set(document: Document, path: str) -> bool:
    """Return whether a key path leads to a place at which a value may be set."""
    *way, last = path.split(".")
    around = _at(document.data, way)
    if isinstance(around, list):
        return item_number(last, len(around)) is not None
    return isinstance(around, dict)


def _others(before: Any, after: Any, path: str, overrides: Mapping[str, str]) -> dict[str, float]:
    """Return the new shares beside one that is set, by key path, if it is a share."""
    shares = _shares(before, path)
    if abs(sum(shares.values()) - 1) > 1e-6 or not _may_be_shares(before, path):
        return {}
    new = _shares(after, path)
    if path not in new:
        return {}
    left = {other: share for other, share in shares.items() if other not in overrides}
    sum_of_left = sum(left.values())
    taken = sum(share for other, share in new.items() if other not in left)
    if sum_of_left == 0 or taken > 1:
        return {}
    return {other: share * (1 - taken) / sum_of_left for other, share in left.items()}


def _shares(data: Any, path: str) -> dict[str, float]:
    """Return a share and those that add up with it to 100 %, by key path."""
    *way, last = path.split(".")
    node, around = _at(data, way), _at(data, way[:-1])
    beside: dict[str, Any] = {}
    if last == "share" and isinstance(around, list):  # of the parts of a mixture
        for number, part in enumerate(around):
            if isinstance(part, dict):
                beside[".".join([*way[:-1], str(number), last])] = part.get(last)
    elif isinstance(node, dict):
        beside = {".".join([*way, key]): value for key, value in node.items()}
    try:
        return {key: parse_share(str(value)) for key, value in beside.items()}
    except ValueError:
        return {}


def _may_be_shares(data: Any, path: str) -> bool:
    """Return whether values aren't fields, or numbers such as the pace of skills."""
    *way, last = path.split(".")
    if last == "share":
        return True
    numbers = [item_number(key, MAX_NODES) for key in way]
    place = [key if n is None else n for key, n in zip(way, numbers, strict=True)]
    schema = schema_at(Scenario, place)
    entries = schema.get("patternProperties", {}).values()
    is_number = any(entry.get("type") == "number" for entry in entries)
    fields = schema.get("properties", {}).keys()
    return not is_number and not fields & _at(data, way).keys()


def _at(node: Any, way: list[str]) -> Any:
    for key in way:
        if isinstance(node, dict):
            node = node.get(key)
        elif isinstance(node, list):
            number = item_number(key, len(node))
            node = None if number is None else node[number]
        else:
            return None
    return node
