"""Audit of a result: whether its files are still as written, and what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bcpsim.arguments import as_path
from bcpsim.errors import BcpsimError, InputError
from bcpsim.results.display import Displayed
from bcpsim.results.mark import Made, check_variants, history_of, mark_file, read_made
from bcpsim.results.names import MARK, SUMS, scenario_file
from bcpsim.results.provenance import software
from bcpsim.results.reading import MAX_DOCUMENT, Folder
from bcpsim.results.scenarios import load_as_run
from bcpsim.results.sums import digest_of, files_of
from bcpsim.scenario import load


@dataclass(frozen=True, repr=False)
class Audit(Displayed):
    """The audit of a folder: what it says it is, and which of its files were changed.

    Attributes
    ----------
    folder
        The folder.
    made
        The command, what it was of, and the overrides.
    history
        When it was made, and by which command lines.
    provenance
        What it was made from.
    digest
        SHA-256 of the digests of all files: two results with the same are the same; empty
        without any.
    files
        Number of files that have a digest.
    problems
        What isn't as it was written, a line each.
    """

    folder: Path
    made: Made
    history: tuple[Mapping[str, Any], ...]
    provenance: Mapping[str, Any]
    digest: str
    files: int
    problems: tuple[str, ...]

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        state = "whole" if self.whole else "; ".join(self.problems[:3])
        return f"{self.folder}, {self.made}: {state}"

    @property
    def whole(self) -> bool:
        """True if every file is as it was written."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """Return the audit as plain data for JSON."""
        return {
            "folder": str(self.folder),
            "made_by": self.made.by,
            "name": self.made.of,
            "overrides": dict(self.made.overrides),
            "history": [dict(entry) for entry in self.history],
            "digest": self.digest,
            "files": self.files,
            "problems": list(self.problems),
        }


def verify_result(folder: str | Path) -> Audit:
    """Check that every file of a result is what was written.

    Parameters
    ----------
    folder
        Made by ``--out`` of any command, or by `bcpsim.save` and its like.

    Returns
    -------
    Audit
        What it was made from, and what was changed since.

    Raises
    ------
    InputError
        If it holds no result.
    """
    path = as_path("folder", folder)
    if not path.is_dir():
        raise InputError(f"{path}: no such folder; expected one that holds a result")
    try:
        made = read_made(path, checked=False)
    except InputError as error:
        raise InputError(
            f"{path}: holds no result that can be read ({error}); expected a folder that a command "
            "or bcpsim.save wrote"
        ) from None
    reader = Folder(path)
    provenance = reader.document(mark_file(reader), checked=False)
    problems: list[str] = []
    digests: Mapping[str, tuple[str, ...]] = {}
    digest = ""
    changed: Mapping[str, str] = {}
    if not reader.has(SUMS):
        problems.append(
            f"{SUMS} is missing: what was changed can't be told (results of earlier versions have "
            "none)"
        )
    else:
        try:
            digests = reader.digests
            digest = hashlib.sha256(reader.raw(SUMS, MAX_DOCUMENT)).hexdigest()
        except InputError as error:
            problems.append(str(error))
        else:
            changed = _changed(path, digests)
            problems += [f"{name} {problem}" for name, problem in changed.items()]
    problems += _other_scenarios(path, provenance, digests, changed.keys())
    history = tuple(history_of(path))
    return Audit(path, made, history, provenance, digest, len(digests), tuple(problems))


def _changed(folder: Path, digests: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return which files aren't what was written, with what is wrong with each."""
    present = set(files_of(folder))
    changed = {}
    for name, known in digests.items():
        path = folder / name
        if name not in present:
            changed[name] = "is missing"
        elif path.is_symlink() or not path.is_file():
            changed[name] = "is no plain file"
        elif digest_of(path) not in known:
            changed[name] = "was changed"
    return changed | dict.fromkeys(sorted(present - set(digests)), "isn't part of the result")


def _other_scenarios(
    folder: Path, provenance: Mapping[str, Any], digests: Collection[str], changed: Set[str]
) -> Iterator[str]:
    """Yield which scenarios aren't those of which the result says that it was made."""
    variants = provenance.get("variants") or []
    try:
        if variants:
            check_variants(folder / mark_file(Folder(folder)), variants)
    except InputError as error:
        yield str(error)
        return
    for variant in variants:
        name, digest = variant["name"], variant["hash"]
        file = scenario_file(name)
        if file in changed or not Folder(folder).has(file):
            continue  # told, or a calibration, which keeps none
        try:
            loaded = load(folder / file) if digests else load_as_run(folder, name, digest)
        except BcpsimError as error:
            yield str(error)
            continue
        same_code = provenance.get("code") == software()["code"]
        if loaded.hash != digest and same_code and not changed & loaded.files.keys():
            yield f"{file} isn't what {MARK} says was run"
