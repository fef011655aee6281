"""Fields that may hold nothing, and the one table of what can be compiled.

The engine's rules are plain functions on records. They run as they stand; `compiled` builds a
second form of the same functions. What both need to agree on is here:

- `NOTHING` is what a field holds that refers to no record.
- `rule` registers a function. Where the two ways need bodies of their own, as the calendar does,
  the second is given along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


class Nothing:
    """What a field holds that refers to no record."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Any = Nothing()

compiled_bodies: dict[Callable[..., Any], Callable[..., Any]] = {}
"""For each rule what is compiled: itself, as a rule, or the body made for it."""


def rule(function: Function) -> Function:
    """Register a function that runs in both ways."""
    compiled_bodies[function] = function
    return function


def body_of(plain: Callable[..., Any]) -> Callable[[Function], Function]:
    """Register what is compiled in place of a function that only plain Python can run."""

    def register(function: Function) -> Function:
        compiled_bodies[plain] = function
        return function

    return register
