"""Progress of a command, shown on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bcpsim.runs.bars import Bar


@contextmanager
def if_interrupted(kept: str) -> Iterator[None]:
    """Add to an interruption (Ctrl-C) what was kept, which the program says as it ends."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(kept) from None


@contextmanager
def progress(
    quiet: bool, what: str = "Replications", interrupted: str = "nothing was written"
) -> Iterator[Bar | None]:
    """Show a progress bar on standard error while something runs.

    Parameters
    ----------
    quiet
        Don't.
    what
        What is counted.
    interrupted
        What is true if it is interrupted meanwhile.
    """
    with if_interrupted(interrupted):
        if quiet or not sys.stderr.isatty():
            yield None
        else:
            from bcpsim.runs.bars import bar

            with bar(what) as shown:
                yield shown
