"""Conditions in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def in_words(when: Mapping[str, Sequence[str]] | None) -> str:
    """Return a condition as the end of a sentence: `` if class is car or bus``; nothing: always."""
    if when is None:
        return ""
    return " if " + " and ".join(f"{key} is {' or '.join(values)}" for key, values in when.items())
