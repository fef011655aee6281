"""The folder of a result: written beside its place and exchanged, so never half there."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bcpsim.arguments import as_path
from bcpsim.errors import InputError, RunError, option
from bcpsim.results.exchange import NEW, Note, put, real, tidy, working_folder
from bcpsim.results.mark import Made, history_of, made_of, read_made, write_history
from bcpsim.results.names import MADE, MARK, SUMS, TEMPORARY
from bcpsim.results.reading import Folder
from bcpsim.results.scenarios import load_as_run
from bcpsim.results.sums import digest_of, files_of, sums_text, write_sums
from bcpsim.scenario.difference import Change, new_changes, scenario_changes

_TOLD = 3  # changes of a scenario that are told when its result is replaced


def replace_folder(
    folder: str | Path,
    made: Made,
    provenance: Mapping[str, Any],
    write: Callable[[Path], object],
    extra: Callable[[Path], object] | None = None,
    *,
    force: bool = False,
    note: Note = warnings.warn,
) -> Path:
    """Write a folder beside its place and exchange it, so that it is never half there.

    Parameters
    ----------
    folder
        Where to, or a link to it; an earlier result is replaced as `check_target` allows.
    made
        What the result is.
    provenance
        What it was made from, for the `MARK`.
    write
        Writes the files into a new folder.
    extra
        Writes further files into it, if anything.
    force
        Replace any earlier result.
    note
        Told what was found of runs that were killed.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    folder = as_path("folder", folder)
    check_target(folder, replace(made, scenarios=()), force=force, note=note)
    with new_folder(folder) as new:
        mark = made.to_dict(provenance)
        text = json.dumps(mark, indent=2, ensure_ascii=False, allow_nan=False)
        (new / MARK).write_text(text + "\n", encoding="utf-8")
        write(new)
        if extra is not None:
            extra(new)
    return folder


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Open an empty folder to write into; at the end it gets digests and takes its place.

    Parameters
    ----------
    folder
        The place, or a link to it, which stays.

    Raises
    ------
    RunError
        If it can't be written; then the place is left as it was.
    """
    target = real(folder)
    with told(folder), working_folder(target) as working:
        new = working / NEW
        yield new
        write_sums(new)
        write_history(new)
        put(working, target)


def extend_folder(folder: Path, write: Callable[[Path], object]) -> list[Path]:
    """Write further files into the folder of a result, each whole, and note their digests.

    Parameters
    ----------
    folder
        Of the result; a file of a name that is there is replaced.
    write
        Writes the files into a new folder.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    RunError
        If they can't be written.
    """
    target, reader = real(folder), Folder(folder)
    with told(folder), working_folder(target) as working:
        new = working / NEW
        write(new)
        names = list(files_of(new))
        if reader.has(SUMS):
            digests = {name: ds[-1] for name, ds in reader.digests.items()}
            digests |= {name: digest_of(new / name) for name in names}
            (new / SUMS).write_text(sums_text(digests), encoding="utf-8")
        write_history(new, history_of(folder))
        # The digests come first: what stays behind if it is killed is told, not taken for whole.
        for name in (SUMS, *names, MADE):
            if (new / name).exists():
                (new / name).replace(target / name)
    return [folder / name for name in names]


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Raise errors of the file system as a `RunError` that names the result."""
    try:
        yield
    except OSError as error:
        raise RunError(f"can't write {folder}: {error.strerror or error}") from error


def check_target(
    folder: Path, made: Made, *, force: bool = False, note: Note = warnings.warn
) -> bool:
    """Check that a result may be written to a folder, before it is made.

    An earlier result of the same command, of what has the same name and with the same overrides
    is replaced: it is most often the same question asked again. Any other is only replaced by
    `force`, and what isn't a result never.

    Parameters
    ----------
    folder
        Where to, or a link to it.
    made
        What the result will be.
    force
        Replace any earlier result.
    note
        Told what was found of runs that were killed.

    Returns
    -------
    bool
        Whether an earlier result will be replaced.

    Raises
    ------
    InputError
        If it is a file, or holds a result of something else, files that no result has, or what
        isn't a result.
    """
    if not holds_files(folder, note):
        return False
    target = real(folder)
    earlier = made_of(target)
    if not Folder(target).has(MARK):
        holds = f"holds the result of {earlier}" if earlier else "isn't empty and holds no result"
        raise InputError(f"{folder} {holds}; choose another {option('--out')}")
    why = "a result that can't be read" if earlier is None else earlier.differs(made)
    if why and not force:
        raise InputError(
            f"{folder} holds {why}; choose another {option('--out')}, or replace it with "
            f"{option('--force')}"
        )
    others = _foreign(target)
    if others and not force:
        names = ", ".join(others[:3]) + (" and others" if len(others) > 3 else "")
        raise InputError(
            f"{folder} holds what no result has, and it would be lost: {names}; move it "
            f"elsewhere, choose another {option('--out')}, or replace all with {option('--force')}"
        )
    _tell_changes(target, folder, made, note)
    return True


def _tell_changes(target: Path, folder: Path, made: Made, note: Note) -> None:
    """Say how scenarios differ from those of the earlier result that is replaced."""
    told: list[Change] = []
    for scenario in made.scenarios:
        try:
            mark = Folder(target).document(MARK)
            digest = {each["name"]: each["hash"] for each in mark["variants"]}.get(scenario.variant)
            if digest in (None, scenario.hash):
                continue
            changes = scenario_changes(load_as_run(target, scenario.variant, digest), scenario)
        except (InputError, KeyError, TypeError):
            continue  # it is replaced all the same
        told += new_changes(changes, told)
    if told:
        described = [
            f"{change.path} was {change.first or '-'}, is {change.second or '-'}" for change in told
        ]
        more = f"; and {len(described) - _TOLD} more" if len(described) > _TOLD else ""
        note(
            f"the earlier result in {folder} is of another state of the scenario: "
            f"{'; '.join(described[:_TOLD])}{more}"
        )


def holds_files(folder: Path, note: Note = warnings.warn) -> bool:
    """Return whether a folder, or what a link leads to, is there and isn't empty.

    What runs that were killed have left beside it is removed first, or brought back.

    Raises
    ------
    InputError
        If it is a file, or can't be looked into.
    """
    target = real(folder)
    try:
        tidy(target, note)
        if target.exists() and not target.is_dir():
            raise InputError(f"{folder} is a file; expected a folder")
        if target.is_symlink():
            raise InputError(
                f"{folder} is a link that leads back to itself; choose another {option('--out')}"
            )
        _try_to_write(target)
        return target.exists() and any(target.iterdir())
    except OSError as error:
        raise InputError(
            f"{folder} can't be used for a result: {error.strerror or error}"
        ) from None


def _try_to_write(target: Path) -> None:
    """Make and remove a folder where a result will be: before it is made, not after hours.

    Raises
    ------
    OSError
        If that can't be done.
    """
    around = next((path for path in target.absolute().parents if path.exists()), target)
    with TemporaryDirectory(prefix=f"{TEMPORARY}probe-", dir=around):
        pass


def _foreign(folder: Path) -> list[str]:
    """Return the files in a result that it didn't write; none if it has no digests."""
    reader = Folder(folder)
    if not reader.has(SUMS):
        return []
    try:
        return [name for name in files_of(folder) if name not in reader.digests]
    except InputError:
        return []


def check_made_by(folder: Path, *commands: str) -> str:
    """Check that a folder holds the result of one of some commands, and return which.

    Raises
    ------
    InputError
        If it doesn't: it says what is there, and how the folder is made.
    """
    try:
        if not folder.exists():
            tidy(real(folder), warnings.warn)
        present, is_folder = folder.exists(), folder.is_dir()
    except OSError as error:
        raise InputError(f"{folder} can't be read: {error.strerror or error}") from None
    if not present:
        state = "no such folder"
    elif not is_folder:
        state = "is a file"
    else:
        try:
            earlier = read_made(folder)
        except InputError as error:
            state = f"holds no result that can be read ({error})"
        else:
            if earlier.by in commands:
                return earlier.by
            state = f"holds the result of {earlier}"
    raise InputError(
        f"{folder}: {state}; expected a folder made by: bcpsim {'|'.join(commands)} FILE "
        f"--out {folder}"
    )
