"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bcpsim.errors import RunError


def write_whole(content: bytes, target: Path) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    RunError
        If it can't be written.
    """
    try:
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            os.chmod(name, 0o666 & ~_mask())
            os.replace(name, target)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise RunError(f"can't write {target}: {error.strerror or error}") from error


def _mask() -> int:
    """Return which rights new files don't get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
