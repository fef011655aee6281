"""Names of the files of results: what a name of a variant or a class becomes in a file's name."""

from __future__ import annotations

import hashlib
import unicodedata

MARK = "provenance.json"
"""The file by which a folder is known as a result, with what it was made from."""

MANIFEST = "manifest.json"
"""The same of a sweep, whose folder grows."""

SUMS = "SHA256SUMS"
"""The digests of all files of a result."""

MADE = "made.json"
"""When a result was made and by which command line: what no digest covers."""

WRITTEN = "written"
"""The folder of a result with the scenario file as it was read."""

TEMPORARY = ".tmp-"
"""How the names of files begin that aren't whole yet."""

LOCK_OF_SWEEP = ".lock"
"""By which a process has the folder of a sweep to itself."""

JOURNAL = "search.jsonl"
"""What a search for rosters that isn't finished has simulated; it grows."""

UNCOUNTED = (SUMS, MADE, LOCK_OF_SWEEP, JOURNAL)
"""Files of a result that no digest covers."""

_RESERVED = frozenset('<>:"/\\|?*%')
_LONGEST = 120  # bytes, so that there is room for what stands before and after it


def file_name(text: str) -> str:
    """Return text as a part of a file's name, another for another text.

    What a file system or a shell reads as something else (slashes, colons, control characters)
    is written as its bytes, ``%2F``; what is long is cut, with a digest at its end.
    """
    safe = "".join(
        "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "surrogatepass"))
        if sign in _RESERVED or unicodedata.category(sign).startswith("C")
        else sign
        for sign in text
    )
    if len(safe.encode()) <= _LONGEST:
        return safe
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe.encode()[: _LONGEST - 9].decode(errors='ignore')}-{digest}"


def scenario_file(variant: str) -> str:
    """Return the name of the file of a variant as run."""
    return f"scenario-{file_name(variant)}.yaml"
