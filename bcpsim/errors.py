"""Errors with a message for the person who can mend them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Characters that nobody sees and that act: controls, marks of direction, ends of lines."""


_LONG = re.compile(r"(\S{100})\S{50,}")
"""A word that is too long to be shown whole."""


_COMMAND_LINE: ContextVar[bool] = ContextVar("command_line", default=False)


@contextmanager
def on_command_line() -> Iterator[None]:
    """Let messages name options as the command line has them, within a block."""
    token = _COMMAND_LINE.set(True)
    try:
        yield
    finally:
        _COMMAND_LINE.reset(token)


def option(name: str) -> str:
    """Return an option of the command line as the caller writes it: in Python ``resume=True``."""
    return name if _COMMAND_LINE.get() else _IN_PYTHON[name]


_IN_PYTHON = {
    "--allow-dir": "allowed",
    "--cluster": "cluster",
    "--equal": "equal",
    "--event-log first": "event_log='first'",
    "--force": "force=True",
    "--out": "folder",
    "--resume": "resume=True",
    "--set": "overrides",
    "--variant": "variant",
    "--with": "changes",
    "--with stops.NAME.lanes=5": "changes=['stops.NAME.lanes=5']",
    "--workers": "workers",
}


class BcpsimError(Exception):
    """An error that the program explains; the command line shows no traceback."""


class InputError(BcpsimError):
    """What was given can't be used: a name, a number, a file or a folder; nothing was run."""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One mistake in a file.

    Attributes
    ----------
    file, line, column
        Where; line and column count from 1, 0 stands for unknown.
    field
        Path of the field, such as ``activities.scan.duration``.
    message
        What is wrong, what is expected, and the nearest valid name.
    """

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        field, message = (_LONG.sub(r"\1...", text) for text in (self.field, self.message))
        text = ": ".join(part for part in (place, field, message) if part)
        return visible(text).replace("\n", "\\n")


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.field


class ScenarioError(InputError):
    """A scenario file, or another that is read, has mistakes.

    Attributes
    ----------
    problems
        Every mistake, in order of file, line, column and field; of one place, as found.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        return ScenarioError, (self.problems,)


class RunError(BcpsimError):
    """A run can't be made or its result can't be written."""


class InvariantError(BcpsimError):
    """A run broke a rule of the model: a defect of the program."""


def visible(text: str) -> str:
    """Return text with the code of each hidden character in its place.

    Line feeds and tabs are kept.
    """
    return HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like a name, None if none is alike."""
    close = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return close[0] if close else None


def _foreign(name: str, near: str) -> str:
    """Return which letter of a name looks like one that is meant, but is of another alphabet."""
    foreign = next((sign for sign in name if not sign.isascii()), "")
    if not foreign or not near.isascii():
        return ""
    return f" its {foreign!r} is {unicodedata.name(foreign, 'no letter')}"


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """Return the message for a name that isn't there."""
    near = nearest(name, known)
    hint = f" (did you mean {near!r}?{_foreign(name, near)})" if near else ""
    if not known:
        return f"unknown {what} {name!r}; none is defined"
    listed = ", ".join(one if one[:1].isalnum() else repr(one) for one in sorted(known))
    return f"unknown {what} {name!r}; expected one of: {listed}{hint}"
