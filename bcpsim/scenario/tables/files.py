"""Files that a scenario names: found in its folder alone, and of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bcpsim.errors import nearest, option

MAX_BYTES = 64 * 2**20
"""Largest table that is read."""


class TableError(ValueError):
    """A table can't be used; each message names the file, and the line and column if it has one.

    Attributes
    ----------
    messages
        Every mistake that is told.
    """

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__("\n".join(messages))


def resolve_inside(name: str, folder: Path, allowed: Sequence[Path]) -> Path:
    """Return the path of a file named in a scenario.

    Raises
    ------
    TableError
        If it lies neither in the scenario's folder nor in an allowed one (links are
        followed first), or doesn't exist.
    """
    path = folder / name
    if not any(path.resolve().is_relative_to(home.resolve()) for home in (folder, *allowed)):
        raise TableError(
            f"{name!r} leaves the folder of the file that names it; "
            f"keep the two together, or allow its folder with {option('--allow-dir')}"
        )
    try:
        exists = path.is_file()
    except OSError as error:  # a name that is too long
        raise TableError(f"{name!r} can't be read: {error.strerror}") from None
    if not exists:
        if path.exists() and not path.is_dir():
            raise TableError(f"{name!r} is no plain file")
        near = nearest(path.name, [other.name for other in path.parent.glob("*")])
        raise TableError(
            f"there is no file {name!r}" + (f" (did you mean {near!r}?)" if near else "")
        )
    return path


def read_content(file: str, folder: Path, allowed: Sequence[Path]) -> bytes:
    """Return the bytes of a table, which may lie where `resolve_inside` lets it."""
    path = resolve_inside(file, folder, allowed)
    if path.stat().st_size > MAX_BYTES:
        raise TableError(f"{file} has more than {MAX_BYTES // 2**20} MiB")
    return path.read_bytes()
