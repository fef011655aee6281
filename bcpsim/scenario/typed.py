"""Plain data against a schema: typed records, or every mistake at its place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bcpsim.errors import Problem, ScenarioError, unknown
from bcpsim.scenario.fields import Record, shown
from bcpsim.scenario.source import Document, FieldPath
from bcpsim.scenario.units import format_duration

R = TypeVar("R", bound=Record)


def typed(document: Document, record: type[R]) -> R:
    """Return a document as a typed record.

    Parameters
    ----------
    document
        Plain data with positions.
    record
        The schema of the file.

    Raises
    ------
    ScenarioError
        With every mistake: file, line, column, field, what is expected.
    """
    try:
        return record.model_validate(document.data)
    except ValidationError as error:
        raise ScenarioError(_schema_problems(document, error, record)) from None


def problem_at(document: Document, path: FieldPath, message: str, *, key: bool = False) -> Problem:
    """Return a mistake at the place of a value, or of its key."""
    mark = document.key_marks.get(path) if key else None
    mark = mark or document.mark_of(path)
    return Problem(mark.file, mark.line, mark.column, ".".join(map(str, path)), message)


def _schema_problems(
    document: Document, error: ValidationError, record: type[Record]
) -> list[Problem]:
    """Turn Pydantic's errors into problems at their place in the file."""
    problems = {}
    details = error.errors(include_url=False)
    for detail in details:
        # Pydantic also counts an entry with a mistake as not there.
        place = detail["loc"]
        inside = any(
            other["loc"][: len(place)] == place for other in details if other is not detail
        )
        if detail["type"] == "too_short" and inside:
            continue
        path = _path_in(document.data, detail["loc"], missing=detail["type"] == "missing")
        if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
            path = (*path, detail["ctx"]["discriminator"].strip("'"))
        unknown_key = detail["type"] == "extra_forbidden"
        problem = problem_at(document, path, _message(detail, record), key=unknown_key)
        problems[problem.field, problem.message] = problem
    return list(problems.values())


def _path_in(data: Any, location: Sequence[str | int], *, missing: bool) -> FieldPath:
    """Return the part of an error's location that is in the file, or missing at its end.

    Pydantic also names the member of a union that it tried; the file has no such key.
    """
    path: list[str | int] = []
    node: Any = data
    for number, key in enumerate(location):
        if (isinstance(node, dict) and key in node) or (
            isinstance(node, list) and isinstance(key, int) and key < len(node)
        ):
            node = node[key]  # type: ignore[index]
            path.append(key)
        elif missing and number == len(location) - 1:
            path.append(key)
    return tuple(path)


def _message(detail: ErrorDetails, record: type[Record]) -> str:
    """Return what is wrong and what is expected, in a planner's words."""
    kind, found, context = detail["type"], detail["input"], detail.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            return unknown("key", str(detail["loc"][-1]), _keys_beside(detail["loc"], record))
        case "missing":
            return f"is missing; expected {_expected(detail['loc'], record)}"
        case "union_tag_not_found":
            return f"is missing; expected one of: {_tags(detail['loc'], record)}"
        case "union_tag_invalid":
            tags = [tag.strip(" '") for tag in context["expected_tags"].split(",")]
            return unknown(context["discriminator"].strip("'"), context["tag"], tags)
        case "string_pattern_mismatch":
            return (
                f"{found!r} is no name; expected letters, digits, '-' and '_', "
                "starting with a letter, 64 at most"
            )
        case "literal_error":
            options = [
                option.strip(" '") for option in context["expected"].replace(" or ", ",").split(",")
            ]
            return unknown("value", str(found), options)
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"expected a mapping, found {shown(found)}"
        case "tuple_type":
            return f"expected a list, found {shown(found)}"
        case "bool_type" | "bool_parsing":
            return f"expected true or false, found {shown(found)}"
        case "string_type":
            return f"expected text, found {shown(found)}"
        case "greater_than":
            return f"must be greater than {context['gt']:g}"
        case "greater_than_equal":
            return f"must be at least {_bound(context['ge'], detail['loc'], record)}"
        case "less_than":
            return f"must be less than {context['lt'] * 100:g} %"  # only shares have it
        case "less_than_equal":
            return f"must be at most {_bound(context['le'], detail['loc'], record)}"
        case "too_short":
            expected, actual = context["min_length"], context["actual_length"]
            return f"expected at least {expected} entries, found {actual}"
        case "too_long":
            expected, actual = context["max_length"], context["actual_length"]
            return f"expected at most {expected} entries, found {actual}"
    return detail["msg"]


_WITH_PARTS = {"$ref", "items", "oneOf", "patternProperties", "properties", "anyOf"}


def _schema_at(location: Sequence[str | int], record: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema of the field at a location, empty where it can't be told."""
    root = record.model_json_schema()
    node: dict[str, Any] = root
    for key in (None, *location):
        if key is None:
            pass
        elif key in node.get("properties", {}):
            node = node["properties"][key]
        elif "patternProperties" in node:
            [node] = node["patternProperties"].values()
        elif isinstance(node.get("additionalProperties"), dict):
            node = node["additionalProperties"]
        elif isinstance(key, int) and "items" in node:
            node = node["items"]
        elif key in node.get("discriminator", {}).get("mapping", {}):
            node = {"$ref": node["discriminator"]["mapping"][key]}
        else:
            return {}
        # Of a field and its shorthands, the full form is the one with parts.
        full = [option for option in node.get("anyOf", ()) if option.keys() & _WITH_PARTS]
        if full:
            node = {**full[0], **{k: v for k, v in node.items() if k == "description"}}
        if "$ref" in node:
            node = {**root["$defs"][node["$ref"].rpartition("/")[2]], **node}
    return node


def _keys_beside(location: Sequence[str | int], record: type[Record]) -> list[str]:
    return list(_schema_at(location[:-1], record).get("properties", {}))


def _expected(location: Sequence[str | int], record: type[Record]) -> str:
    schema = _schema_at(location, record)
    text = schema.get("description") or schema.get("type", "a value")
    line = str(text).partition("\n")[0].rstrip(".")
    return line[0].lower() + line[1:] if line[1:2].islower() else line


def _tags(location: Sequence[str | int], record: type[Record]) -> str:
    return ", ".join(_schema_at(location, record).get("discriminator", {}).get("mapping", {}))


def _bound(bound: float, location: Sequence[str | int], record: type[Record]) -> str:
    """Return a bound with its unit: times are in minutes once they are read."""
    schema = _schema_at(location, record)
    return format_duration(bound) if schema.get("type") == ["string", "number"] else f"{bound:g}"
