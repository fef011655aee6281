"""YAML files as plain data with the position of every value, read safely.

Only plain data come out: YAML 1.2's core scalars (so that ``no``, ``on`` and ``22:00``
stay text), mappings and lists. Duplicate keys, tags that build objects, and files that
grow without bound through aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bcpsim.errors import Problem, ScenarioError, nearest

MAX_BYTES = 2**20
"""Largest scenario file that is read."""

MAX_NODES = 100_000
"""Most values in a file, aliases counted each time that they are used."""

MAX_DEPTH = 50
"""Deepest nesting."""

Key = str | int
FieldPath = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A position in a file; line and column count from 1, 0 stands for unknown."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data with positions.

    Attributes
    ----------
    data
        Mappings, lists and scalars.
    marks, key_marks
        Positions of values and of keys, by path.
    """

    data: Any
    marks: Mapping[FieldPath, Mark] = field(default_factory=dict)
    key_marks: Mapping[FieldPath, Mark] = field(default_factory=dict)

    def mark_of(self, path: FieldPath) -> Mark:
        """Return the position of a value, or of the nearest thing around it."""
        for size in range(len(path), -1, -1):
            mark = self.marks.get(path[:size])
            if mark is not None:
                return mark
        return Mark("<scenario>")


class _Loader(yaml.SafeLoader):
    """PyYAML's loader with the scalars of YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+0123456789."),
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )

_CORE = "tag:yaml.org,2002:"


def read_document(path: Path) -> Document:
    """Read a YAML file.

    Raises
    ------
    ScenarioError
        If it can't be read, is too large, is no YAML, or uses what is refused.
    """
    name = str(path)

    def refuse(message: str, line: int = 0, column: int = 0) -> ScenarioError:
        return ScenarioError([Problem(name, line, column, "", message)])

    try:
        if path.stat().st_size > MAX_BYTES:
            raise refuse(f"the file has more than {MAX_BYTES // 2**20} MiB")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        near = nearest(path.name, [p.name for p in path.parent.glob("*.y*ml")])
        raise refuse("no such file" + (f" (did you mean {near!r}?)" if near else "")) from None
    except UnicodeDecodeError as error:
        raise refuse(f"the file is no UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise refuse(f"can't be read: {error.strerror}") from None
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """Read YAML text; `name` stands for the file in messages.

    Raises
    ------
    ScenarioError
        As for `read_document`.
    """
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        about = error.problem or error.context or "can't be read"
        message = f"not valid YAML: {about}"
        raise ScenarioError([Problem(name, line, column, "", message)]) from None
    except yaml.YAMLError as error:
        raise ScenarioError([Problem(name, 0, 0, "", f"not valid YAML: {error}")]) from None
    except RecursionError:
        message = f"nested more than {MAX_DEPTH} deep"
        raise ScenarioError([Problem(name, 0, 0, "", message)]) from None
    if root is None:
        raise ScenarioError([Problem(name, 0, 0, "", "the file is empty; see 'bcpsim new'")])
    reader = _Reader(name)
    data = reader.value(root, (), 0)
    if reader.problems:
        raise ScenarioError(reader.problems)
    return Document(data, reader.marks, reader.key_marks)


class _Reader:
    """Turns YAML nodes into plain data and notes positions and problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.marks: dict[FieldPath, Mark] = {}
        self.key_marks: dict[FieldPath, Mark] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def value(self, node: yaml.Node, path: FieldPath, depth: int) -> Any:
        """Return the plain data of a node."""
        self.marks[path] = self._mark(node)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            if self.nodes == MAX_NODES + 1:
                self._problem(node, path, f"more than {MAX_NODES} values, aliases counted")
            return None
        if depth > MAX_DEPTH:
            self._problem(node, path, f"nested more than {MAX_DEPTH} deep, or an alias of itself")
            return None
        if isinstance(node, yaml.MappingNode) and node.tag == _CORE + "map":
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode) and node.tag == _CORE + "seq":
            return [self.value(item, (*path, k), depth + 1) for k, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag.startswith(_CORE):
            return self._scalar(node, path)
        self._problem(node, path, f"the tag {_shown(node.tag)} isn't allowed; write plain data")
        return None

    def _mapping(self, node: yaml.MappingNode, path: FieldPath, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, path, "a key must be a name, not a mapping or a list")
                continue
            key = key_node.value
            own = (*path, key)
            if key in data:
                first = self.key_marks[own].line
                self._problem(key_node, own, f"a second key {key!r}; the first is on line {first}")
                continue
            self.key_marks[own] = self._mark(key_node)
            data[key] = self.value(value_node, own, depth + 1)
        return data

    def _scalar(self, node: yaml.ScalarNode, path: FieldPath) -> Any:
        text = node.value
        match node.tag.removeprefix(_CORE):
            case "str":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                sign = text[:2]
                try:
                    return int(text, 0) if sign in ("0o", "0x") else int(text)
                except ValueError:
                    self._problem(node, path, f"the number has too many digits: {text[:20]}...")
                    return None
            case "float":
                return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        self._problem(node, path, f"the tag {_shown(node.tag)} isn't allowed; write plain data")
        return None

    def _mark(self, node: yaml.Node) -> Mark:
        return Mark(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def _problem(self, node: yaml.Node, path: FieldPath, message: str) -> None:
        mark = self._mark(node)
        dotted = ".".join(map(str, path))
        self.problems.append(Problem(mark.file, mark.line, mark.column, dotted, message))


def _shown(tag: str) -> str:
    return repr(tag.replace(_CORE, "!!"))


def merge(base: Document, override: Document) -> Document:
    """Return a document with another's keys laid over it.

    Mappings merge key by key; a null removes the key; everything else replaces. Every
    position is that of the value that counts.
    """
    marks = dict(base.marks)
    key_marks = dict(base.key_marks)

    def forget(path: FieldPath) -> None:
        size = len(path)
        for table in (marks, key_marks):
            for known in [known for known in table if known[:size] == path]:
                del table[known]

    def lay(under: Any, over: Any, path: FieldPath) -> Any:
        if isinstance(under, dict) and isinstance(over, dict):
            joined = dict(under)
            for key, value in over.items():
                own = (*path, key)
                if value is None:
                    joined.pop(key, None)
                    forget(own)
                else:
                    joined[key] = lay(joined.get(key), value, own)
                    if own in override.key_marks:
                        key_marks[own] = override.key_marks[own]
            return joined
        forget(path)
        size = len(path)
        for ours, theirs in ((marks, override.marks), (key_marks, override.key_marks)):
            ours.update({known: mark for known, mark in theirs.items() if known[:size] == path})
        return over

    return Document(lay(base.data, override.data, ()), marks, key_marks)


def with_override(document: Document, path: str, text: str, label: str = "--set") -> Document:
    """Return a document with one value set.

    Parameters
    ----------
    document
        The document to change.
    path
        Key path, such as ``traffic.cars.arrivals.scale``; a number picks from a list.
    text
        The value, read as YAML.
    label
        Stands for the file in messages.

    Raises
    ------
    ScenarioError
        If something on the way to the value isn't there, or the text is no YAML.
    """
    value = parse_document(text, f"{label} {path}").data if text.strip() else ""
    keys = path.split(".")
    where = Mark(f"{label} {path}")
    taken: list[Key] = []

    def put(node: Any, rest: list[str]) -> Any:
        if not rest:
            return value
        key, *further = rest
        if isinstance(node, dict):
            if further and key not in node:
                known = list(node)
                near = nearest(key, known)
                hint = f" (did you mean {near!r}?)" if near else ""
                raise _no_field(where, taken, key, f"expected one of: {', '.join(known)}{hint}")
            taken.append(key)
            return {**node, key: put(node.get(key), further)}
        if isinstance(node, list):
            if not key.isdigit() or int(key) >= len(node):
                raise _no_field(where, taken, key, f"expected a number from 0 to {len(node) - 1}")
            taken.append(int(key))
            return [put(item, further) if k == int(key) else item for k, item in enumerate(node)]
        raise _no_field(where, taken, key, "there is no mapping or list")

    data = put(document.data, keys)
    return Document(data, {**document.marks, tuple(taken): where}, document.key_marks)


def _no_field(where: Mark, taken: list[Key], key: str, expected: str) -> ScenarioError:
    field_path = ".".join(map(str, [*taken, key]))
    return ScenarioError([Problem(where.file, 0, 0, field_path, f"no such field; {expected}")])
