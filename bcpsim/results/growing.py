"""The digests of a folder that grows, as that of a sweep does."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from bcpsim.results.names import SUMS, TEMPORARY
from bcpsim.results.reading import Folder
from bcpsim.results.sums import files_of, sums_text


class Sums:
    """The digests of a folder that grows: a line more for each file that is written.

    Parameters
    ----------
    folder
        The folder of the result.

    Raises
    ------
    InputError
        If the digests can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / SUMS
        self.there = self._path.is_file()
        self._digests = dict(Folder(folder).digests)
        self._file = self._path.open("ab", buffering=0) if self.there else None
        if self.there and not self._path.read_bytes().endswith(b"\n"):
            self._rewrite()  # the process was killed within a line

    def add(self, path: Path, content: bytes) -> None:
        """Note the digest of a file, before it is written."""
        name = path.relative_to(self._folder).as_posix()
        digest = hashlib.sha256(content).hexdigest()
        if self._file is not None and digest not in self._digests.get(name, ()):
            self._digests[name] = (*self._digests.get(name, ()), digest)
            self._file.write(sums_text({name: digest}).encode())

    def holds(self, path: Path, content: bytes) -> bool:
        """Return whether a file is what was written; without any digests it is."""
        if not self.there:
            return True
        name = path.relative_to(self._folder).as_posix()
        return hashlib.sha256(content).hexdigest() in self._digests.get(name, ())

    def sync(self) -> None:
        """Bring the digests to the disc."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Leave one digest for each file that is there."""
        if self._file is not None:
            self._rewrite()
            self._file.close()

    def _rewrite(self) -> None:
        """Write the digests anew, in place of all lines so far."""
        present = set(files_of(self._folder))
        last = {name: digests[-1] for name, digests in self._digests.items() if name in present}
        temporary = self._path.with_name(f"{TEMPORARY}{SUMS}")
        temporary.write_text(sums_text(last), encoding="utf-8")
        temporary.replace(self._path)
        if self._file is not None:
            self._file.close()
        self._file = self._path.open("ab", buffering=0)
