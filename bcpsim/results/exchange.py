"""Replacement of a folder by a new one: at every moment one of the two is in place."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bcpsim.results.names import file_name

NEW, OLD, LOCK = "new", "old", "lock"
"""What a working folder may hold: what is written, what it replaced, and who is at work."""

Note = Callable[[str], object]

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE = -100  # AT_FDCWD
_RANDOM = 8  # signs that tempfile gives a folder


def real(folder: Path) -> Path:
    """Return the folder that a name stands for: where it is a link, what it leads to."""
    return Path(os.path.realpath(folder)) if os.path.islink(folder) else folder


@contextmanager
def working_folder(target: Path) -> Iterator[Path]:
    """Open an empty, hidden folder beside a target to write into, and remove it in the end.

    While it is in use it is locked, so that others can tell it from what a process that was
    killed has left.
    """
    from filelock import FileLock

    for parent in reversed(target.parents):  # by itself mkdir fails on very deep ones
        parent.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    try:
        lock = FileLock(folder / LOCK)
        with lock:
            (folder / NEW).mkdir()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(working: Path, target: Path) -> None:
    """Move what was written in a working folder to its final place.

    Where the system can, both are exchanged in one step. Else the earlier one goes aside first,
    and `tidy` brings it back if the process is killed between the two.
    """
    new = working / NEW
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        target.rename(working / OLD)
        new.rename(target)


def tidy(target: Path, note: Note) -> None:
    """Remove what killed processes left beside a target; bring back what they had put aside.

    Parameters
    ----------
    target
        Where results go.
    note
        Told what was done.
    """
    for left in _leftovers(target):
        if not target.exists() and (left / OLD).is_dir():
            (left / OLD).rename(target)
            note(f"{target}: brought back the earlier result, which a killed run had put aside")
        shutil.rmtree(left, ignore_errors=True)
        note(f"{left}: removed; a killed run had left it")


def _prefix(target: Path) -> str:
    return f".{file_name(target.name)}-"


def _leftovers(target: Path) -> Iterator[Path]:
    """Yield working folders of a target in which nobody works."""
    from filelock import FileLock, Timeout

    prefix = _prefix(target)
    try:
        beside = sorted(target.parent.iterdir())
    except OSError:
        return
    for path in beside:
        if not (path.name.startswith(prefix) and len(path.name) == len(prefix) + _RANDOM):
            continue
        if path.is_symlink() or not (path / LOCK).is_file():
            continue  # somebody else's, or not yet locked
        if {entry.name for entry in path.iterdir()} - {NEW, OLD, LOCK}:
            continue
        try:
            with FileLock(path / LOCK, blocking=False):
                pass
        except (Timeout, OSError):
            continue
        yield path


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names in one step; return whether the system can.

    Raises
    ------
    OSError
        If it can, and it failed.
    """
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):  # this kernel or file system can't
        return False
    raise OSError(code, os.strerror(code), str(second))
