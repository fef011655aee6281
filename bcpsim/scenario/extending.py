"""Files that extend one another, and what their variants change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bcpsim.errors import Problem, ScenarioError, unknown
from bcpsim.files.document import (
    Document,
    merge,
    part,
    read_document,
)
from bcpsim.files.fields import shown
from bcpsim.files.typed import problem_at
from bcpsim.scenario.tables import (
    FieldPath,
    TableError,
    resolve_inside,
)

BASE = "base"
"""Name of the scenario without a variant's overrides."""

TEXTS = frozenset({"title", "description", "sources"})
"""Keys of texts, which change no number."""

MAX_EXTENDS = 8
"""Longest chain of files that extend one another."""

MAX_VARIANTS = 100
"""Most variants of a file; a sweep is for more."""

Layers = tuple[Document, ...]
"""What a variant changes: the changes of one that it extends come before its own."""


def with_extended(
    document: Document,
    path: Path,
    allowed: Sequence[Path],
    read: list[tuple[Path, bytes]],
    chain: tuple[Path, ...] = (),
) -> tuple[Document, dict[str, Layers]]:
    """Return a file with what it extends, and the overrides of its variants.

    What each file holds is noted in `read`; `chain` has the files that led to this one.
    """
    read.append((path, document.content))
    if not isinstance(document.data, dict):
        message = "expected a mapping with the keys of a scenario (see 'bcpsim new')"
        raise ScenarioError([problem_at(document, (), message)])

    problems: list[Problem] = []
    base: Document | None = None
    overriding: dict[str, Layers] = {}
    extends = document.data.get("extends")
    if extends is not None:
        message = ""
        if not isinstance(extends, str):
            message = "expected the name of a scenario file"
        elif len(chain) >= MAX_EXTENDS or path.resolve() in chain:
            message = "files extend one another in a circle, or too many in a row"
        else:
            try:
                parent = resolve_inside(extends, path.parent, allowed)
                base, overriding = with_extended(
                    read_document(parent), parent, allowed, read, (*chain, path.resolve())
                )
            except TableError as error:
                message = str(error)
        if message:
            problems.append(problem_at(document, ("extends",), message))

    changed, overriding, wrong = _changes_of_variants(document, overriding)
    problems += wrong
    if not problems:
        overriding, problems = _layered(document, changed, overriding)
    if problems:
        raise ScenarioError(problems)
    document = _without(document, "extends", "variants")
    return (merge(base, document) if base else document), overriding


def _changes_of_variants(
    document: Document, extended: Mapping[str, Layers]
) -> tuple[dict[str, Document], dict[str, Layers], list[Problem]]:
    """Return what a file's variants change, those extended that stay, and what is wrong."""
    problems: list[Problem] = []

    def problem(message: str, *field: str) -> None:
        problems.append(problem_at(document, ("variants", *field), message))

    staying = dict(extended)
    changed: dict[str, Document] = {}
    variants = document.data.get("variants") or {}
    if not isinstance(variants, dict):
        problem("expected a mapping of names to overrides")
    elif len(variants) > MAX_VARIANTS:
        number = len(variants)
        problem(f"expected at most {MAX_VARIANTS} variants, found {number}; see 'bcpsim sweep'")
    else:
        for name, changes in variants.items():
            if name == BASE:
                problem(f"{BASE!r} is the scenario without a variant; choose another name", name)
            elif changes is None:
                if staying.pop(name, None) is None:
                    problem(_nothing_to_remove(name, staying), name)
            elif not isinstance(changes, dict):
                problem("expected a mapping of the keys to change", name)
            else:
                changed[name] = part(document, ("variants", name))
    return changed, staying, problems


def _nothing_to_remove(name: str, extended: Mapping[str, Layers]) -> str:
    """Return the message for a variant that is removed, but not there."""
    if extended:
        return f"{unknown('variant', name, extended)}; null removes one that is extended"
    return (
        "expected a mapping of the keys to change; null removes a variant of the file that this "
        "one extends, and there is none"
    )


def _layered(
    document: Document, written: Mapping[str, Document], extended: Mapping[str, Layers]
) -> tuple[dict[str, Layers], list[Problem]]:
    """Return what the variants of a file change, with what is wrong in what they extend.

    Parameters
    ----------
    own
        What each of the file's own says.
    extended
        Those of the file that it extends.
    """
    layered = dict(extended)
    problems: list[Problem] = []
    done: dict[str, Layers] = {}

    def layers(name: str, chain: tuple[str, ...]) -> Layers:
        if name not in written:
            return extended[name]
        if name not in done:
            other = written[name].data.get("extends")
            before = extended.get(name, ()) if other is None else ()
            path = ("variants", name, "extends")
            if other is None:
                pass
            elif not isinstance(other, str):
                message = f"expected the name of one variant, found {shown(other)}"
                problems.append(problem_at(document, path, message))
            elif other not in {*written, *extended}:
                message = unknown("variant", other, dict.fromkeys([*extended, *written]))
                problems.append(problem_at(document, path, message))
            elif other in (*chain, name):
                message = "variants extend one another in a circle: " + " -> ".join(
                    [*chain, name, other]
                )
                problems.append(problem_at(document, path, message))
            else:
                before = layers(other, (*chain, name))
            done[name] = (*before, _without(written[name], "extends"))
        return done[name]

    for name in written:
        layered[name] = layers(name, ())
    return layered, problems


def is_among(document: Document, others: Sequence[Document]) -> bool:
    """Return whether a document is one of some, and doesn't only say the same."""
    return any(document is other for other in others)


def differing(first: Any, second: Any, path: FieldPath = ()) -> Iterator[FieldPath]:
    """Yield the fields that two sets of changes set to different values; texts may differ."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(first.keys() & second.keys() - TEXTS, key=str):
            yield from differing(first[key], second[key], (*path, key))
    elif first != second:
        yield path


def _without(document: Document, *keys: str) -> Document:
    data = {key: value for key, value in document.data.items() if key not in keys}
    return Document(data, document.marks, document.key_marks)
