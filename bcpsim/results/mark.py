"""The mark of a result: which command made it, of what, with which overrides, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bcpsim.errors import InputError, option
from bcpsim.results.names import MADE, MANIFEST, MARK, TEMPORARY
from bcpsim.results.reading import Folder, wrong
from bcpsim.scenario import LoadedScenario

_COMMAND: ContextVar[str | None] = ContextVar("command", default=None)


def by_command(line: str | None) -> None:
    """Note the command line of the program, for the results that it makes; None: there is none."""
    _COMMAND.set(line)


@dataclass(frozen=True, slots=True)
class Made:
    """The identity of a result: by which command it was made, and of what.

    Attributes
    ----------
    by
        The command, such as ``run``.
    of
        Name of the scenario, or of the claim, staffing, calibration or sweep file.
    overrides
        Values set by key path (``--set``).
    variants
        Names of the variants that were asked for; empty where the command has none.
    scenarios
        Those of them that are loaded, to tell what has changed since an earlier result.
    """

    by: str
    of: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    variants: Sequence[str] = ()
    scenarios: Sequence[LoadedScenario] = field(default=(), compare=False, repr=False)

    @classmethod
    def of_scenarios(cls, by: str, loaded: Sequence[LoadedScenario]) -> Made:
        """Return what the result of a command on variants of a scenario is."""
        names = tuple(scenario.variant for scenario in loaded)
        return cls(by, loaded[0].scenario.name, loaded[0].overrides, names, loaded)

    def __str__(self) -> str:
        return f"'bcpsim {self.by}' of {self.of}"

    def differs(self, later: Made) -> str:
        """Return in words why another result may not take the place of this one; else empty.

        It may if it answers the same question: the same command of what has the same name, with
        the same overrides, and at least the same variants.
        """
        if (self.by, self.of) != (later.by, later.of):
            return f"the result of {self}, and this is {later}"
        if self.overrides != later.overrides:
            return (
                f"the result of {self} with {_set(self.overrides)}, and this is with "
                f"{_set(later.overrides)}"
            )
        lost = [name for name in self.variants if name not in later.variants]
        if lost and later.variants:
            return f"the result of {self} with {_variants(lost)}, which this has not"
        return ""

    def to_dict(self, provenance: Mapping[str, Any]) -> dict[str, Any]:
        """Return the content of the `MARK` file: this, and what the result was made from."""
        mark = {"made_by": self.by, "name": self.of, **provenance}
        return {**mark, "overrides": dict(self.overrides)} if self.overrides else mark


def _set(overrides: Mapping[str, str]) -> str:
    """Return overrides as the caller writes them."""
    name = option("--set")
    return " ".join(f"{name} {key}={value}" for key, value in overrides.items()) or f"no {name}"


def _variants(names: Sequence[str]) -> str:
    word = "the variant" if len(names) == 1 else "the variants"
    return f"{word} {', '.join(names)}"


def made_of(folder: Path) -> Made | None:
    """Return what the result in a folder is, None if it doesn't say."""
    try:
        return read_made(folder)
    except InputError:
        return None


def mark_file(reader: Folder) -> str:
    """Return the name of the file that says what the result in a folder is.

    Raises
    ------
    InputError
        If neither that of a run nor that of a sweep is there.
    """
    name = next((name for name in (MARK, MANIFEST) if reader.has(name)), None)
    if name is None:
        raise wrong(reader.path, f"has neither {MARK} nor {MANIFEST}, which a whole result has")
    return name


def read_made(folder: Path, *, checked: bool = True) -> Made:
    """Return what the result in a folder is; its digest is checked unless that is told apart.

    Raises
    ------
    InputError
        If it holds no result, or one that can't be read.
    """
    reader = Folder(folder)
    name = mark_file(reader)
    mark = reader.document(name, checked=checked)
    try:
        if name == MARK:
            variants = mark.get("variants") or ()
            if variants:
                check_variants(folder / name, variants)
            # Folders from before these keys are most often of runs.
            made = Made(
                mark.get("made_by", "run"),
                mark.get("name") or mark["scenario"],
                mark.get("overrides") or {},
                tuple(variant["name"] for variant in variants),
            )
        else:
            made = Made("sweep", mark["sweep"]["name"])
        texts = [made.by, made.of, *made.variants]
        texts += [*made.overrides, *made.overrides.values()]
        if all(isinstance(text, str) and text.isprintable() for text in texts):
            return made
    except (KeyError, TypeError, AttributeError):
        pass
    raise wrong(folder / name, "doesn't say what the result is")


def check_variants(file: Path, variants: Any) -> None:
    """Check the list of variants in what a result says of itself.

    Raises
    ------
    InputError
        If it is none.
    """
    if not (
        isinstance(variants, list)
        and variants
        and all(
            isinstance(variant, dict)
            and isinstance(variant.get("name"), str)
            and isinstance(variant.get("hash"), str)
            for variant in variants
        )
    ):
        expected = 'a list such as [{"name": "base", "hash": "..."}] with at least one'
        raise wrong(file, f"variants: expected {expected}")


def history_of(folder: Path) -> list[dict[str, Any]]:
    """Return when and by which command lines a result was made; empty if it doesn't say."""
    reader = Folder(folder)
    try:
        entries = reader.document(MADE) if reader.has(MADE) else []
    except InputError:
        return []
    kept = (
        [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    )
    return [
        {key: entry.get(key) for key in ("date", "command")}
        for entry in kept
        if all(
            entry.get(key) is None or (isinstance(entry[key], str) and entry[key].isprintable())
            for key in ("date", "command")
        )
    ]


def note_history(folder: Path) -> None:
    """Note in a result that a command went on with it."""
    write_history(folder, history_of(folder))


def write_history(folder: Path, earlier: Sequence[Mapping[str, Any]] = ()) -> None:
    """Note in a result when and by which command line it was made, after what was noted before.

    This differs from run to run, so it stands in a file of its own that no digest covers.
    """
    date = datetime.now(UTC).isoformat(timespec="seconds")
    entries = [*earlier, {"date": date, "command": _COMMAND.get()}]
    text = json.dumps(entries, indent=2, ensure_ascii=False)
    temporary = folder / f"{TEMPORARY}{MADE}"
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(folder / MADE)
