"""Plain data against a schema: typed records, or every mistake at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bcpsim.errors import Problem, ScenarioError, unknown
from bcpsim.files.document import Document, FieldPath, plain_document
from bcpsim.files.fields import LONGEST_SHOWN, NAME_PATTERN, flow, shown
from bcpsim.files.shape import STAND_IN, example_at, expected_at, keys_at, kinds_at, schema_at
from bcpsim.files.units import format_duration

R = TypeVar("R", bound=BaseModel)

NO_NAME = "[key]"
"""The end of an error's location in Pydantic, where a key is what is wrong."""


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
        raise ScenarioError(schema_problems(document, details_of(error), record)) from None


def as_record(values: dict[str, Any], record: type[R]) -> R:
    """Return values of a Python program as a typed record.

    Parameters
    ----------
    values
        By the keys of the file; records may be among them.
    record
        What they should be.

    Raises
    ------
    ScenarioError
        With every mistake.
    """
    return typed(plain_document(values, record.__name__), record)


def problem_at(document: Document, path: FieldPath, message: str, *, key: bool = False) -> Problem:
    """Return a mistake at the place of a value, or of its key."""
    mark = document.key_marks.get(path) if key else None
    mark = mark or document.mark_of(path)
    return Problem(mark.file, mark.line, mark.column, ".".join(map(str, path)), message)


def schema_problems(
    document: Document, details: Sequence[ErrorDetails], record: type[BaseModel]
) -> list[Problem]:
    """Turn Pydantic's errors into problems at their place in the file."""
    problems = {}
    for detail in details:
        path = path_in(document.data, detail["loc"], missing=detail["type"] == "missing")
        if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
            path = (*path, detail["ctx"]["discriminator"].strip("'"))
        at_key = detail["type"] == "extra_forbidden" or detail["loc"][-1:] == (NO_NAME,)
        problem = problem_at(document, path, _message(detail, record), key=at_key)
        problems[problem.field, problem.message] = problem
    return list(problems.values())


def details_of(error: ValidationError) -> list[ErrorDetails]:
    """Return Pydantic's errors, save lists that are too short for want of entries with mistakes."""
    details = error.errors(include_url=False)
    around = {detail["loc"][:size] for detail in details for size in range(len(detail["loc"]))}
    return [
        detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in around
    ]


def path_in(data: Any, location: Sequence[str | int], *, missing: bool) -> FieldPath:
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


def _message(detail: ErrorDetails, record: type[BaseModel]) -> str:
    """Return what is wrong and what is expected, in a planner's words."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            key = str(detail["loc"][-1])
            split = value is None and re.match(r"\d+( |$)", key)  # {mean: 0,5 h} has a key '5 h'
            comma = " (a decimal comma? write 0.5, not 0,5)" if split else ""
            return unknown("key", key, keys_at(record, detail["loc"][:-1])) + comma
        case "missing":
            expected = expected_at(record, detail["loc"])
            examples = schema_at(record, detail["loc"]).get("examples")
            such = (
                _example(detail, record)
                if examples and not re.search(":|such as", expected)
                else ""
            )
            return f"is missing; expected {expected}{such and ','}{such}"
        case "union_tag_not_found":
            return f"is missing; expected one of: {', '.join(kinds_at(record, detail['loc']))}"
        case "union_tag_invalid":
            tags = [tag.strip(" '") for tag in context["expected_tags"].split(",")]
            return unknown(context["discriminator"].strip("'"), context["tag"], tags)
        case "string_pattern_mismatch":
            return no_name(value)
        case "literal_error":
            options = re.findall(r"'([^']*)'", context["expected"])
            if isinstance(value, str):
                return unknown("value", value, options)
            return f"expected one of: {', '.join(options)}; found {shown(value)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            example = _example(detail, record)
            return f"expected a mapping{example}, found {shown(value)}"
        case "tuple_type" | "list_type":
            return f"expected a list{_example(detail, record)}, found {shown(value)}"
        case "bool_type" | "bool_parsing":
            return f"expected true or false, found {shown(value)}"
        case "string_type":
            return f"expected text, found {shown(value)}"
        case "string_too_long":
            return f"expected at most {context['max_length']} characters, found {len(value)}"
        case "string_too_short":
            return f"expected at least {context['min_length']} characters, found {len(value)}"
        case "greater_than":
            return f"must be greater than {context['gt']:g}"
        case "greater_than_equal":
            return f"must be at least {_bound(context['ge'], detail['loc'], record)}"
        case "less_than":
            return f"must be less than {context['lt'] * 100:g} %"  # only shares have it
        case "less_than_equal":
            return f"must be at most {_bound(context['le'], detail['loc'], record)}"
        case "too_short":
            return f"expected at least {_entries(context['min_length'])}, found {len(value)}"
        case "too_long":
            return f"expected at most {_entries(context['max_length'])}, found {len(value)}"
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}, found {shown(value)}"


def no_name(text: str) -> str:
    """Return the message for a text that can't be a name, with one that can."""
    near = re.sub(r"\W+", "_", text).strip("_")[:64]
    hint = f" (such as {near!r})" if re.fullmatch(NAME_PATTERN, near) else ""
    return (
        f"{shown(text)} is no name; expected letters, digits, '-' and '_', starting with a "
        f"letter, 64 at most{hint}"
    )


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def _example(detail: ErrorDetails, record: type[BaseModel]) -> str:
    """Return the right form, where the schema has an example."""
    schema = schema_at(record, detail["loc"])
    examples = schema.get("examples") or [
        [example] for example in schema.get("items", {}).get("examples", ())
    ]
    if not examples:
        with suppress(LookupError):
            examples = [_without_none(example_at(record, detail["loc"]))]
    if not examples or examples[0] in ({}, []):
        return ""
    text = flow(examples[0]).replace(STAND_IN, "NAME")
    return f" such as {text}" if len(text) <= LONGEST_SHOWN else ""


def _without_none(data: Any) -> Any:
    """Return plain data without the keys of what is left out by default."""
    if not isinstance(data, dict):
        return data
    return {key: value for key, value in data.items() if value is not None}


def _bound(bound: float, location: Sequence[str | int], record: type[BaseModel]) -> str:
    """Return a bound with its unit: times are in minutes once they are read."""
    schema = schema_at(record, location)
    return format_duration(bound) if schema.get("type") == ["string", "number"] else f"{bound:g}"
