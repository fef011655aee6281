"""YAML files as plain data with the position of every value, read safely.

Only plain data come out: YAML 1.2's core scalars (so that ``no``, ``on`` and ``22:00``
stay text), mappings and lists. Duplicate keys, tags that build objects, characters that nobody
sees, and files that grow without bound through aliases are refused.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath
from typing import Any

import yaml
from pydantic import BaseModel
from yaml.composer import Composer

from bcpsim.arguments import file_or_data
from bcpsim.errors import HIDDEN, Problem, ScenarioError, nearest
from bcpsim.files.fields import flow

MAX_BYTES = 2**20
"""Largest scenario file that is read."""

MAX_NODES = 100_000
"""Most values in a file, aliases counted each time that they are used."""

MAX_DEPTH = 50
"""Deepest nesting."""

RELATIVE = re.compile(r"\s*(?:[+*/]|[-+*/]=)\s*[\d.]")
"""The beginning of a value that is meant to change the one that is there."""

_TOO_DEEP = f"nested more than {MAX_DEPTH} deep"

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
    content
        The file as it was read, or as it would be written; empty for a part of one.
    """

    data: Any
    marks: Mapping[FieldPath, Mark] = field(default_factory=dict)
    key_marks: Mapping[FieldPath, Mark] = field(default_factory=dict)
    content: bytes = b""

    def mark_of(self, path: FieldPath) -> Mark:
        """Return the position of a value, or of the nearest thing around it."""
        for size in range(len(path), -1, -1):
            mark = self.marks.get(path[:size])
            if mark is not None:
                return mark
        return Mark("<scenario>")


_CORE = "tag:yaml.org,2002:"

_SCALARS = {
    "null": re.compile(r"(?:~|null|Null|NULL|)\Z"),
    "bool": re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"),
    "int": re.compile(r"(?:-?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z"),
    "float": re.compile(
        r"(?:-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|-?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
    ),
}
# Plain scalars that aren't text: the core schema of YAML 1.2.2, section 10.3.2, save that
# numbers with a plus sign are text, since who writes them means a change.


_HINTS = {
    "character '\\t'": "indent with spaces, not with tabs",
    "that cannot start any token": "a text that begins with this character goes in quotes",
    "undefined alias": "a text that begins with * goes in quotes",
    "mapping values are not allowed": "a text with ': ' in it goes in quotes: 'North: cars'",
    "could not find expected ':'": "is a ':' missing after a key, or a quote at the end of a text?",
    "expected <block end>": "is a ':' missing after a key, or is the line indented too little?",
    "while scanning a quoted scalar": "a quote is missing at the end of a text",
    "unexpected end of stream": "a quote or a bracket is missing at the end",
}
"""What may be meant by what the scanner of YAML says."""


class _Refused(yaml.MarkedYAMLError):
    """YAML that a scenario file may not use."""


class _Bounded(Composer):
    """PyYAML's composer with the core schema's scalars and a bound on the depth."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        None: [(_CORE + name, pattern) for name, pattern in _SCALARS.items()]
    }
    depth = -1
    peek_event: Callable[[], Any]  # from the scanner's side

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Refused(problem=_TOO_DEEP, problem_mark=self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_only_document(self) -> yaml.Node | None:
        """Return the root of the document, None if there is none."""
        if not self.check_node():
            return None
        root = self.get_node()
        if self.check_node():
            mark = self.peek_event().start_mark
            raise _Refused(problem="a second document; expected one in a file", problem_mark=mark)
        return root


class _Loader(_Bounded, yaml.SafeLoader):
    """The scanner in Python: slower, with the better messages."""


if yaml.__with_libyaml__:

    class _FastLoader(_Bounded, yaml.CSafeLoader):
        """The scanner of libyaml. Its own composer would overrun the stack of a deep file."""

        def __init__(self, text: str) -> None:
            yaml.CSafeLoader.__init__(self, text)
            Composer.__init__(self)


def _compose(text: str) -> yaml.Node | None:
    if yaml.__with_libyaml__:
        with suppress(yaml.YAMLError):
            return _FastLoader(text).compose_only_document()
    return _Loader(text).compose_only_document()


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
        kind = kind_of(path)
        if kind != "file":
            raise refuse(f"is a {kind}; expected a YAML file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise refuse(f"the file has more than {MAX_BYTES // 2**20} MiB")
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        near = nearest(path.name, [p.name for p in path.parent.glob("*.y*ml")])
        raise refuse("no such file" + (f" (did you mean {near!r}?)" if near else "")) from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"the file is no UTF-8 text (byte {error.start}); save it as UTF-8"
        raise refuse(message, line) from None
    except OSError as error:
        raise refuse(f"can't be read: {error.strerror}") from None
    return replace(parse_document(text, name), content=content)


def kind_of(path: Path) -> str:
    """Return what is at a path: a file, a folder, a pipe or a device.

    Raises
    ------
    OSError
        If nothing is there.
    """
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "pipe"


def parse_document(text: str, name: str) -> Document:
    """Read YAML text; `name` stands for the file in messages.

    Raises
    ------
    ScenarioError
        As for `read_document`.
    """

    def refuse(message: str, line: int = 0, column: int = 0) -> ScenarioError:
        return ScenarioError([Problem(name, line, column, "", message)])

    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = error.problem or error.context or "can't be read"
        if not isinstance(error, _Refused):
            hints = [hint for sign, hint in _HINTS.items() if sign in message]
            message = "; ".join([f"not valid YAML: {message}", *hints[:1]])
        raise refuse(message, *place) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"not valid YAML: the character U+{error.character:04X} isn't allowed"
        raise refuse(message, *place) from None
    if root is None:
        raise refuse("the file is empty; 'bcpsim new' writes a scenario to start from")
    reader = _Reader(name)
    data = reader.value(root, ())
    if reader.problems:
        raise ScenarioError(reader.problems)
    return Document(data, reader.marks, reader.key_marks)


def given_document(file: str | Path | Mapping[str, Any], what: str) -> tuple[Document, Path]:
    """Return what was given as a file or as plain data, and the folder from which paths count.

    Parameters
    ----------
    file
        A file (YAML), or what would stand in it; then paths count from the working directory.
    what
        Stands for the file in messages about plain data, such as ``sweep``.

    Raises
    ------
    ScenarioError
        As for `read_document` and `plain_document`.
    """
    file = file_or_data(what, file)
    if isinstance(file, Mapping):
        return plain_document(file, what), Path()
    return read_document(Path(file)), Path(file).parent


def plain_document(data: Any, name: str) -> Document:
    """Return data of a Python program as a document, as if it were read from a file.

    Beside what YAML has there may be tuples, numbers and arrays of NumPy and pandas, dates, times
    and lengths of time, paths, and the program's own records.

    Parameters
    ----------
    data
        The data.
    name
        Stands for the file in messages.

    Raises
    ------
    ScenarioError
        If something in it can't stand in a file, or it is larger than a file may be.
    """
    nodes = 0

    def refuse(message: str, path: FieldPath) -> ScenarioError:
        return ScenarioError([Problem(name, 0, 0, ".".join(map(str, path)), message)])

    def seen(text: str, path: FieldPath) -> str:
        hidden = HIDDEN.search(text)
        if hidden is not None:
            code = f"the character U+{ord(hidden[0]):04X}"
            raise refuse(f"{code} can't be seen; write the text without it", path)
        return text

    def plain(value: Any, path: FieldPath) -> Any:
        nonlocal nodes
        nodes += 1
        if nodes > MAX_NODES:
            raise refuse(f"more than {MAX_NODES} values", path)
        if len(path) > MAX_DEPTH:
            raise refuse(_TOO_DEEP, path[:3])
        if isinstance(value, str):
            return seen(str(value), path)
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, float):
            return float(value)  # NumPy's is one, too
        if isinstance(value, BaseModel):
            return value.model_dump(mode="json", by_alias=True, exclude_none=True)
        if isinstance(value, Mapping):
            mapping = {}
            for key, item in value.items():
                if isinstance(key, bool) or not isinstance(key, (str, int)):
                    raise refuse(f"the key {key!r} is no name; expected text", path)
                path_below = (*path, seen(str(key), path))
                mapping[str(key)] = plain(item, path_below)
            return mapping
        if isinstance(value, (list, tuple, range)):
            return [plain(item, (*path, k)) for k, item in enumerate(value)]
        if isinstance(value, datetime):  # the time zone is the horizon's
            return value.replace(tzinfo=None).isoformat()
        if isinstance(value, (date, time)):
            return value.isoformat()
        if isinstance(value, timedelta):
            return f"{value.total_seconds()!r} s"
        if isinstance(value, PurePath):
            return seen(str(value), path)
        if callable(getattr(value, "tolist", None)):  # of NumPy and pandas
            return plain(value.tolist(), path)
        raise refuse(
            f"expected a number, text, a list or a mapping, found {type(value).__name__}", path
        )

    as_yaml = plain(data, ())
    text = yaml.safe_dump(as_yaml, sort_keys=False, allow_unicode=True, width=100)
    return Document(as_yaml, {(): Mark(name)}, content=text.encode())


class _Reader:
    """Turns YAML nodes into plain data and notes positions and problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.marks: dict[FieldPath, Mark] = {}
        self.key_marks: dict[FieldPath, Mark] = {}
        self.problems: list[Problem] = []
        self.nodes = 0
        self.open: list[yaml.Node] = []  # from the root to the node that is being read

    def value(self, node: yaml.Node, path: FieldPath) -> Any:
        """Return the plain data of a node; past a bound, raise at once."""
        self.marks[path] = self._mark(node)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._stop(node, path, f"more than {MAX_NODES} values, aliases counted")
        if len(self.open) > MAX_DEPTH:
            raise self._stop(node, path, f"{_TOO_DEEP}, aliases followed")
        if any(node is outer for outer in self.open):
            raise self._stop(node, path, "contains itself through an alias")
        if isinstance(node, yaml.MappingNode) and node.tag == _CORE + "map":
            self.open.append(node)
            mapping = self._mapping(node, path)
            self.open.pop()
            return mapping
        if isinstance(node, yaml.SequenceNode) and node.tag == _CORE + "seq":
            self.open.append(node)
            items = [self.value(item, (*path, k)) for k, item in enumerate(node.value)]
            self.open.pop()
            return items
        if isinstance(node, yaml.ScalarNode) and node.tag.startswith(_CORE):
            return self._scalar(node, path)
        self._problem(node, path, _foreign(node.tag))
        return None

    def _mapping(self, node: yaml.MappingNode, path: FieldPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, path, "a key must be a name, not a mapping or a list")
                continue
            key = key_node.value
            self._seen(key_node, path)
            kind = key_node.tag.removeprefix(_CORE)
            path_below = (*path, key)
            value = self.value(value_node, path_below)
            if kind not in ("str", "int"):
                hint = f"the key {key!r} is no name; put it in quotes"
                self._problem(key_node, path, hint if kind in _SCALARS else _foreign(key_node.tag))
            elif key in data:
                first = self.key_marks[path_below].line
                self._problem(
                    key_node, path_below, f"a second key {key!r}; the first is on line {first}"
                )
            else:
                data[key] = value
                self.key_marks[path_below] = self._mark(key_node)
        return data

    def _scalar(self, node: yaml.ScalarNode, path: FieldPath) -> Any:
        text = node.value
        kind = node.tag.removeprefix(_CORE)
        if kind in _SCALARS and not _SCALARS[kind].match(text):
            self._problem(node, path, f"the tag {_shown(node.tag)} doesn't fit {text!r}")
            return None
        self._seen(node, path)
        match kind:
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
                except ValueError:  # more digits than Python reads
                    return text
            case "float":
                return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        self._problem(node, path, _foreign(node.tag))
        return None

    def _seen(self, node: yaml.ScalarNode, path: FieldPath) -> None:
        """Note a text with a character that nobody sees."""
        hidden = HIDDEN.search(node.value)
        if hidden is not None:
            code = f"the character U+{ord(hidden[0]):04X}"
            self._problem(node, path, f"{code} can't be seen; write the text without it")

    def _mark(self, node: yaml.Node) -> Mark:
        return Mark(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def _stop(self, node: yaml.Node, path: FieldPath, message: str) -> ScenarioError:
        self._problem(node, path, message)
        return ScenarioError(self.problems)

    def _problem(self, node: yaml.Node, path: FieldPath, message: str) -> None:
        mark = self._mark(node)
        dotted = ".".join(map(str, path))
        self.problems.append(Problem(mark.file, mark.line, mark.column, dotted, message))


def _shown(tag: str) -> str:
    return repr(tag.replace(_CORE, "!!"))


def _foreign(tag: str) -> str:
    return f"the tag {_shown(tag)} isn't allowed; write plain data"


def merge(base: Document, override: Document) -> Document:
    """Return a document with another's keys laid over it.

    Mappings merge key by key; a null removes the key; everything else replaces. Every
    position is that of the value that counts.
    """
    marks: dict[FieldPath, Mark] = {}
    key_marks: dict[FieldPath, Mark] = {}

    def note(document: Document, path: FieldPath) -> None:
        for ours, theirs in ((marks, document.marks), (key_marks, document.key_marks)):
            if path in theirs:
                ours[path] = theirs[path]

    def keep(document: Document, data: Any, path: FieldPath) -> Any:
        note(document, path)
        for key, value in _children(data):
            keep(document, value, (*path, key))
        return data

    def lay(under: Any, over: Any, path: FieldPath) -> Any:
        if not (isinstance(under, dict) and isinstance(over, dict)):
            return keep(override, over, path)
        note(base, path)
        joined = {}
        for key, value in under.items():
            path_below = (*path, key)
            if key not in over:
                joined[key] = keep(base, value, path_below)
            elif over[key] is not None:
                joined[key] = lay(value, over[key], path_below)
                if path_below in override.key_marks:
                    key_marks[path_below] = override.key_marks[path_below]
        for key, value in over.items():
            if key not in under and value is not None:
                joined[key] = keep(override, value, (*path, key))
        return joined

    return Document(lay(base.data, override.data, ()), marks, key_marks)


def _children(data: Any) -> Iterable[tuple[Key, Any]]:
    if isinstance(data, dict):
        return data.items()
    return enumerate(data) if isinstance(data, list) else ()


def part(document: Document, prefix: FieldPath) -> Document:
    """Return the part of a document below a path, with its marks."""
    data = document.data
    for key in prefix:
        data = data[key]

    def below(marks: Mapping[FieldPath, Mark]) -> dict[FieldPath, Mark]:
        size = len(prefix)
        return {path[size:]: mark for path, mark in marks.items() if path[:size] == prefix}

    return Document(data, below(document.marks), below(document.key_marks))


def with_override(document: Document, path: str, text: str, where: Mark) -> Document:
    """Return a document with one value set.

    Parameters
    ----------
    document
        The document to change.
    path
        Key path, such as ``traffic.cars.arrivals.scale``; a number picks from a list.
    text
        The value, read as YAML; null removes a key, as in a variant.
    where
        The place of the override, for messages.

    Raises
    ------
    ScenarioError
        If something on the way to the value isn't there, or the text is no YAML.
    """
    keys = path.split(".")
    taken: list[Key] = []

    def refuse(message: str) -> ScenarioError:
        return ScenarioError(
            [Problem(where.file, where.line, where.column, ".".join(map(str, taken)), message)]
        )

    def put(node: Any, rest: list[str]) -> Any:
        if not rest:
            if RELATIVE.match(text):
                now = f" (now {flow(node)})" if isinstance(node, (bool, int, float, str)) else ""
                message = f"{text!r} would change the value that is there{now}"
                raise refuse(f"{message}; write the new value itself: {path}=VALUE")
            return _value(text, where, refuse)
        key, *further = rest
        if isinstance(node, dict):
            if further and key not in node:
                known = list(node)
                near = nearest(key, known)
                hint = f" (did you mean {near!r}?)" if near else ""
                taken.append(key)
                raise refuse(f"no such field; expected one of: {', '.join(known)}{hint}")
            taken.append(key)
            value = put(node.get(key), further)
            if value is None and not further:  # as in a variant: the default holds
                return {name: other for name, other in node.items() if name != key}
            return {**node, key: value}
        if isinstance(node, list):
            number = item_number(key, len(node))
            if number is None:
                last = len(node) - 1
                expected = f"a number from 0 to {last}" if node else "no key: the list is empty"
                taken.append(key)
                raise refuse(f"no such field; expected {expected}")
            taken.append(number)
            return [put(item, further) if k == number else item for k, item in enumerate(node)]
        taken.append(key)
        raise refuse("no such field; there is no mapping or list")

    data = put(document.data, keys)
    set_path = tuple(taken)
    size = len(set_path)

    def outside(marks: Mapping[FieldPath, Mark]) -> dict[FieldPath, Mark]:
        return {known: mark for known, mark in marks.items() if known[:size] != set_path}

    key_marks = outside(document.key_marks) | {set_path: where}
    return Document(data, outside(document.marks) | {set_path: where}, key_marks)


def item_number(key: str, size: int) -> int | None:
    """Return the number in a list that a part of a key path stands for, None if there is none."""
    number = int(key) if re.fullmatch("[0-9]{1,6}", key) else size
    return number if number < size else None


def _value(text: str, where: Mark, refuse: Callable[[str], ScenarioError]) -> Any:
    """Return the value of an override; a mistake in its text is told at the override's place."""
    if not text.strip():
        return ""
    try:
        return parse_document(text, where.file).data
    except ScenarioError as error:
        raise refuse(error.problems[0].message) from None
