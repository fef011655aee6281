"""Whether names stand for something that there is."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.errors import unknown
from bcpsim.files.shape import STAND_IN
from bcpsim.scenario.queries import Finding


def missing(
    kind: str, name: str, known: Collection[str], lost: Collection[str], *path: str | int
) -> Iterator[Finding]:
    """Find a name that stands for nothing.

    Parameters
    ----------
    kind
        What it should be, such as ``office``.
    name, known
        The name, and those that there are.
    lost
        Names in what couldn't be read; they may stand for something there.
    path
        Where the name stands.
    """
    if name not in known and name not in lost and STAND_IN not in known:
        yield path, unknown(kind, name, known)
