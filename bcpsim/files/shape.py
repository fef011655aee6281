"""The schema of a kind of file, looked up by place: descriptions, keys, examples.

The JSON Schema of a record is made once, since making it takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

STAND_IN = "unreadable"
"""The name in examples, where any name would do."""

_WITH_PARTS = {"$ref", "items", "oneOf", "patternProperties", "properties", "anyOf"}
_MAX_DEPTH = 12

Schema = dict[str, Any]


@cache
def _root(record: type[BaseModel]) -> Schema:
    return record.model_json_schema()


def schema_at(record: type[BaseModel], location: Sequence[str | int]) -> Schema:
    """Return the JSON Schema of the field at a location, empty where it can't be told."""
    root = _root(record)
    node = root
    for key in location:
        if key in node.get("properties", {}):
            node = node["properties"][key]
        elif isinstance(key, str) and _entries(node) is not None:
            node = _entries(node) or {}
        elif isinstance(key, int) and "items" in node:
            node = node["items"]
        elif key in node.get("discriminator", {}).get("mapping", {}):
            node = {"$ref": node["discriminator"]["mapping"][key]}
        else:
            return {}
        node = _full(root, node)
    return node


def expected_at(record: type[BaseModel], location: Sequence[str | int]) -> str:
    """Return in a line what is expected at a location."""
    schema = schema_at(record, location)
    text = schema.get("description") or schema.get("type", "a value")
    line = str(text).partition("\n")[0].rstrip(".")
    return line[0].lower() + line[1:] if line[1:2].islower() or line[1:2].isspace() else line


def keys_at(record: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the keys of the mapping at a location."""
    return list(schema_at(record, location).get("properties", {}))


def kinds_at(record: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the kinds of record that may stand at a location."""
    return list(schema_at(record, location).get("discriminator", {}).get("mapping", {}))


def example_at(record: type[BaseModel], location: Sequence[str | int]) -> Any:
    """Return a small value that may stand at a location, with `STAND_IN` for names.

    Raises
    ------
    LookupError
        If the schema doesn't say what may stand there.
    """
    return _example(_root(record), schema_at(record, location), 0)


def _full(root: Schema, node: Schema) -> Schema:
    """Return what a schema stands for: of a field and its shorthands, the full form."""
    full = [option for option in node.get("anyOf", ()) if option.keys() & _WITH_PARTS]
    if full:
        described = {
            key: value for key, value in node.items() if key in ("description", "examples")
        }
        node = {**_full(root, full[0]), **described}
    if "$ref" in node:
        node = {**root["$defs"][node["$ref"].rpartition("/")[2]], **node}
        del node["$ref"]
    return node


def _entries(node: Schema) -> Schema | None:
    """Return the schema of the entries of a mapping by name."""
    if "patternProperties" in node:
        [entries] = node["patternProperties"].values()
        return dict(entries)
    entries = node.get("additionalProperties")
    return dict(entries) if isinstance(entries, dict) else None


def _example(root: Schema, node: Schema, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise LookupError
    node = _full(root, node)
    for key in ("const", "default"):
        if node.get(key) not in (None, [], {}):
            return node[key]
    for key in ("examples", "enum"):
        if key in node:
            return node[key][0]
    if "oneOf" in node or "anyOf" in node:
        return _example(root, (node.get("oneOf") or node["anyOf"])[0], depth + 1)
    if "properties" in node:
        needed = node.get("required", ())
        return {key: _example(root, node["properties"][key], depth + 1) for key in needed}
    entries = _entries(node)
    if entries is not None:
        return {STAND_IN: _example(root, entries, depth + 1)}
    kinds = node.get("type", ())
    kind = kinds if isinstance(kinds, str) else next(iter(kinds), None)
    match kind:
        case "array":
            items = node.get("items", {"type": "string"})
            return [_example(root, items, depth + 1)] * max(1, node.get("minItems", 1))
        case "string":
            return STAND_IN
        case "number" | "integer":
            return max(1, node.get("minimum", 1))
        case "boolean":
            return False
    raise LookupError
