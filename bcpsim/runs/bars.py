"""Progress bars: on a terminal, and in notebooks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_EVERY = 0.1  # seconds between two pictures in a notebook


class Bar(Protocol):
    """A progress bar: called with what is done and what there is in all."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Show how far it is, and what is known so far."""

    def looked(self, replications: int, widths: Mapping[str, float]) -> None:
        """Show the half-width of the least precise of several values."""


@contextmanager
def bar(what: str, *, may_end_before: bool = False) -> Iterator[Bar]:
    """Show a progress bar while something runs: in a notebook, else on standard error.

    Parameters
    ----------
    what
        What is counted.
    may_end_before
        Whether it may end before all is done: then it is told how long it runs already, not how
        long it will.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_jupyter:
        yield _InNotebook(what)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),  # moves while nothing is counted, as the engine is compiled
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn() if may_end_before else TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        yield _OnTerminal(shown, what)


def with_bar(
    what: str, counted: Callable[..., tuple[int, int]] = lambda done, total: (done, total)
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function so that `progress=True` shows a progress bar.

    Parameters
    ----------
    what
        What is counted.
    counted
        Turns what the function tells of its progress into what is done, and what there is in all.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            if kwargs.get("progress") is not True:
                return function(*args, **kwargs)
            with bar(what) as shown:
                kwargs["progress"] = lambda *state: shown(*counted(*state))
                return function(*args, **kwargs)

        return wrapped

    return decorate


def _least_precise(what: str, replications: int, widths: Mapping[str, float]) -> str:
    name, width = max(widths.items(), key=lambda item: item[1])
    return f"{what} ({name} ± {100 * width:.2g} % with {replications})"


class _OnTerminal:
    def __init__(self, shown: Any, what: str) -> None:
        self._shown = shown
        self._what = what
        self._task = shown.add_task(what, total=None, note="")

    def __call__(self, done: int, total: int, note: str = "") -> None:
        self._shown.update(self._task, completed=done, total=total, note=note)

    def looked(self, replications: int, widths: Mapping[str, float]) -> None:
        note = _least_precise(self._what, replications, widths)
        self._shown.update(self._task, description=note)


class _InNotebook:
    """A bar that needs no more than the notebook itself."""

    def __init__(self, what: str) -> None:
        from IPython.display import display

        self._what = what
        self._next = 0.0
        self._place = display(self._picture(0, 0), raw=True, display_id=True)

    def __call__(self, done: int, total: int, note: str = "") -> None:
        now = time.monotonic()
        if done < total and now < self._next:
            return
        self._next = now + _EVERY
        self._place.update(self._picture(done, total, note), raw=True)

    def looked(self, replications: int, widths: Mapping[str, float]) -> None:
        self._what = _least_precise(self._what.partition(" (")[0], replications, widths)

    def _picture(self, done: int, total: int, note: str = "") -> dict[str, str]:
        from html import escape

        text = f"{self._what}: {done:,} of {total:,}" if total else self._what
        text = f"{text}; {note}" if note else text
        state = f'value="{done}" max="{total}"' if total else ""
        return {
            "text/plain": text,
            "text/html": f"<progress {state}></progress> {escape(text)}",
        }
