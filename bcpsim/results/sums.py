"""The digests of a result's files, as ``sha256sum`` writes and checks them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from bcpsim.results.names import SUMS, TEMPORARY, UNCOUNTED

_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>\S.*)")
_OF_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that file managers leave in any folder."""


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(folder: Path) -> Iterator[str]:
    """Yield the names of a result's files that count, in order.

    What tells when it was made isn't one of them: it is another each time.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        passing = path.name.startswith(TEMPORARY) or name in UNCOUNTED
        if not passing and path.name not in _OF_SYSTEMS:
            yield name


def sums_text(digests: Mapping[str, str]) -> str:
    """Return digests by name as ``sha256sum`` writes them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def write_sums(folder: Path) -> None:
    """Write the digests of all files of a result, those of its folders too."""
    digests = {name: digest_of(folder / name) for name in files_of(folder)}
    (folder / SUMS).write_text(sums_text(digests), encoding="utf-8")


def parse_sums(text: str) -> dict[str, tuple[str, ...]]:
    """Return the digests of each file; several where it was written again since.

    Raises
    ------
    ValueError
        If a line is no digest with a name that lies in the folder.
    """
    digests: dict[str, tuple[str, ...]] = {}
    *whole, _ = text.split("\n")  # a last line without an end wasn't written to its end
    for number, line in enumerate(whole, start=1):
        match = _LINE.fullmatch(line)
        name = match["name"] if match else ""
        path = PurePosixPath(name)
        if match is None or path.is_absolute() or ".." in path.parts or "\\" in name:
            raise ValueError(
                f"line {number}: expected a digest of 64 signs, two spaces and the name of a file "
                f"of this folder, found {line[:60]!r}"
            )
        digests[name] = (*digests.get(name, ()), match["digest"])
    return digests
