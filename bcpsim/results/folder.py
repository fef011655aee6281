"""The folder of a result: written beside its place and renamed, so never half there."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bcpsim.errors import InputError, RunError
from bcpsim.results.names import MANIFEST, MARK


@dataclass(frozen=True, slots=True)
class Made:
    """What a result is: by which command it was made, and of what.

    Attributes
    ----------
    by
        The command, such as ``run``.
    of
        Name of the scenario, or of the claim, staffing, calibration or sweep file.
    """

    by: str
    of: str

    def __str__(self) -> str:
        return f"'bcpsim {self.by}' of {self.of}"


def replace_folder(
    target: Path,
    made: Made,
    provenance: Mapping[str, Any],
    write: Callable[[Path], object],
    extra: Callable[[Path], object] | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write a folder beside its place and rename it, so that it is never half there.

    Parameters
    ----------
    target
        Where to; an earlier result is replaced as `check_target` allows.
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

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    check_target(target, made, force=force)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            mark = {"made_by": made.by, "name": made.of, **provenance}
            text = json.dumps(mark, indent=2, ensure_ascii=False, allow_nan=False)
            (new / MARK).write_text(text + "\n", encoding="utf-8")
            write(new)
            if extra is not None:
                extra(new)
            if target.exists():
                target.rename(Path(temporary) / "old")
            new.rename(target)
    except OSError as error:
        raise RunError(f"can't write {target}: {error.strerror or error}") from error
    return target


def check_target(folder: Path, made: Made, *, force: bool = False) -> bool:
    """Check that a result may be written to a folder, before it is made.

    An earlier result of the same command and of what has the same name is replaced: it is most
    often the same question asked again. Any other is only replaced by `force`, and what isn't a
    result never.

    Parameters
    ----------
    folder
        Where to.
    made
        What the result will be.
    force
        Replace any earlier result.

    Returns
    -------
    bool
        Whether an earlier result will be replaced.

    Raises
    ------
    InputError
        If it is a file, or holds a result of something else, or what isn't a result.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; --out needs a folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        return False
    earlier = _made(folder)
    if not (folder / MARK).is_file():
        holds = f"holds the result of {earlier}" if earlier else "isn't empty and holds no result"
        raise InputError(f"{folder} {holds}; choose another --out")
    if earlier != made and not force:
        holds = f"the result of {earlier}" if earlier else "a result that can't be read"
        raise InputError(
            f"{folder} holds {holds}, and this is {made}; choose another --out, or replace it "
            "with --force"
        )
    return True


def check_made_by(folder: Path, command: str) -> None:
    """Check that a folder holds the result of a command.

    Raises
    ------
    InputError
        If it doesn't: it says what is there, and how the folder is made.
    """
    earlier = _made(folder)
    if earlier is not None and earlier.by == command:
        return
    if not folder.exists():
        found = "no such folder"
    elif not folder.is_dir():
        found = "is a file"
    else:
        found = f"holds the result of {earlier}" if earlier else "holds no result that can be read"
    raise InputError(
        f"{folder}: {found}; expected a folder made by: bcpsim {command} FILE --out {folder}"
    )


def _made(folder: Path) -> Made | None:
    """Return what the result in a folder is, None if it doesn't say."""
    try:
        if (folder / MARK).is_file():
            mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
            # Folders from before these keys are most often of runs.
            return Made(mark.get("made_by", "run"), mark.get("name") or mark["scenario"])
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Made("sweep", manifest["sweep"]["name"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
