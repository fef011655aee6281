"""What differs between two scenarios, by key path and in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from bcpsim.scenario.loading import LoadedScenario
from bcpsim.scenario.tables import FieldPath, with_files

_MINUTES = re.compile(r"(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?) min")
_SINGULAR = {
    "activities": "activity",
    "agencies": "agency",
    "classes": "class",
    "officers": "officers",
    "traffic": "traffic",
    "equipment": "equipment",
    "workflow": "workflow",
    "horizon": "horizon",
}
_LONGEST = 60  # signs of a value that is shown


@dataclass(frozen=True, slots=True)
class Change:
    """A value that two scenarios don't share.

    Attributes
    ----------
    path
        Its key path, as ``--set`` takes it.
    words
        What it is in words, such as ``Booths: lanes, count``.
    first, second
        The value in each; empty where there is none.
    """

    path: str
    words: str
    first: str
    second: str


def scenario_changes(first: LoadedScenario, second: LoadedScenario) -> list[Change]:
    """Return what differs between two scenarios after defaults, variant and overrides.

    Names of data files don't count, what is in them does.
    """
    one, other = _plain(first), _plain(second)
    changes = [
        Change(
            ".".join(map(str, path)),
            _words(path, other if value is _NONE else one),
            *_both(value, instead),
        )
        for path, value, instead in _differences(one, other, ())
    ]
    return changes + _tables(first, second)


_NONE: Any = object()
Difference = tuple[FieldPath, Any, Any]


def _plain(loaded: LoadedScenario) -> dict[str, Any]:
    scenario = with_files(loaded.scenario, dict.fromkeys(loaded.files, ""))
    data: dict[str, Any] = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    return data


def _differences(first: Any, other: Any, path: FieldPath) -> Iterator[Difference]:
    """Yield where two values differ, as deep as they have the same shape."""
    if isinstance(first, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*first, *other]):
            yield from _differences(first.get(key, _NONE), other.get(key, _NONE), (*path, key))
    elif _records(first) and _records(other):
        yield from _in_lists(first, other, path)
    elif first != other:
        yield path, first, other


def _records(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _in_lists(first: list[Any], other: list[Any], path: FieldPath) -> Iterator[Difference]:
    """Yield where lists of records differ, matched so that an insertion doesn't shift the rest."""
    here, there = ([json.dumps(item, sort_keys=True) for item in some] for some in (first, other))
    for _, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        pairs = min(b - a, d - c)
        for k in range(pairs):
            yield from _differences(first[a + k], other[c + k], (*path, a + k))
        for k in range(a + pairs, b):
            yield (*path, k), first[k], _NONE
        for k in range(c + pairs, d):
            yield (*path, k), _NONE, other[k]


def _tables(first: LoadedScenario, second: LoadedScenario) -> list[Change]:
    """Return which fields read other data."""
    return [
        Change(
            f"{'.'.join(map(str, path))}.file",
            f"{_words(path, _plain(first))}: what is in the table",
            _digest_words(first, path),
            _digest_words(second, path),
        )
        for path in first.tables
        if path in second.tables and first.tables[path].digest != second.tables[path].digest
    ]


def _digest_words(loaded: LoadedScenario, path: FieldPath) -> str:
    digest = loaded.tables[path].digest
    name = next(name for name, found in loaded.files.items() if found == digest)
    return f"{name} (SHA-256 {digest[:12]})"


def _words(path: FieldPath, data: Mapping[str, Any]) -> str:
    """Return a path in words: the title of the thing, and which of its values."""
    if len(path) < 2 or not isinstance(path[1], str):
        return ", ".join(_key(key) for key in path if isinstance(key, str))
    section, name, *rest = path
    record = data.get(str(section), {}).get(name) if isinstance(data.get(str(section)), dict) else 0
    title = record.get("title") if isinstance(record, dict) else None
    kind = _SINGULAR.get(str(section), str(section).removesuffix("s"))
    head = title or f"{kind} {name}"
    tail = ", ".join(_key(key) for key in rest if isinstance(key, str))
    return f"{head}: {tail}" if tail else str(head)


def _key(key: Any) -> str:
    return str(key).replace("_", " ")


def _both(first: Any, second: Any) -> tuple[str, str]:
    """Return two values as in scenario files, with all digits if they would look the same."""
    short = _shown(first), _shown(second)
    return short if short[0] != short[1] else (json.dumps(first), json.dumps(second))


def _shown(value: Any) -> str:
    if value is _NONE:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    text = re.sub(r'"([A-Za-z0-9_ .:%/-]*)"', r"\1", text)
    text = _MINUTES.sub(lambda found: _minutes(float(found[1])), text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _minutes(value: float) -> str:
    """Return minutes with the unit that a person would take."""
    seconds, hours = round(value * 60, 6), round(value / 60, 9)
    if 0 < abs(seconds) < 120 and seconds == int(seconds) and value != int(value):
        return f"{int(seconds)} s"
    if abs(hours) >= 2 and hours == int(hours):
        return f"{int(hours)} h"
    return f"{value:.10g} min"


def new_changes(later: Sequence[Change], known: Sequence[Change]) -> list[Change]:
    """Return the changes of a variant that the scenario without it hasn't got."""
    return [change for change in later if change not in known]
