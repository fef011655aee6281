"""From a study file to a typed record and the scenario that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bcpsim.errors import ScenarioError
from bcpsim.files.document import (
    MAX_BYTES,
    Document,
    FieldPath,
    given_document,
    with_override,
)
from bcpsim.files.readable import read_as
from bcpsim.files.typed import problem_at
from bcpsim.results import Folder
from bcpsim.results.display import Displayed
from bcpsim.scenario import BASE, ScenarioFile, read_scenario_file
from bcpsim.scenario.tables import TableError, resolve_inside
from bcpsim.studies.file import StudyFile
from bcpsim.studies.findings import Findings

F = TypeVar("F", bound=StudyFile)


@dataclass(frozen=True, repr=False)
class LoadedStudy(Displayed, Generic[F]):
    """A study file that has been checked, with the scenario that it names.

    Attributes
    ----------
    file
        As written, with defaults.
    document
        The file with positions, for messages.
    scenario_file
        The scenario file.
    """

    file: F
    document: Document
    scenario_file: ScenarioFile

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return f"{self.file.kind.capitalize()} {self.file.name!r} of {self.file.scenario}"

    def write_as_written(self, folder: Path) -> None:
        """Write the file as it was read to the folder of a result, such as ``sweep.yaml``."""
        (folder / f"{self.file.kind}.yaml").write_bytes(self.document.content)

    def problem(self, message: str, *path: str | int, key: bool = False) -> ScenarioError:
        """Return the error for a mistake at a place in the study file, or at its key."""
        return ScenarioError([problem_at(self.document, path, message, key=key)])


@dataclass(frozen=True)
class OpenStudy(Generic[F]):
    """A study file that is being checked.

    Attributes
    ----------
    file
        What could be read of it. Where there are mistakes, other things stand at their places: it
        is good for finding what else is wrong, and nothing more.
    document
        The file with positions, for messages.
    folder
        The folder in which it lies.
    findings
        The mistakes in it so far.
    """

    file: F
    document: Document
    folder: Path
    findings: Findings

    def read_scenario(self, allowed: Sequence[str | Path]) -> ScenarioFile:
        """Return the scenario file that is named.

        Parameters
        ----------
        allowed
            Folders, besides those of the study file and of the scenario and the working one, in
            which the scenario and its data may lie.

        Raises
        ------
        ScenarioError
            With all that was found so far, if it can't be read or isn't known.
        """
        if not self.findings.holds("scenario"):
            raise self.findings.error()
        try:
            path = resolve_inside(self.file.scenario, self.folder, [Path(), *map(Path, allowed)])
        except TableError as error:
            self.findings.add(str(error), "scenario")
            raise self.findings.error() from None
        with self.findings.elsewhere():
            return read_scenario_file(path, allowed=allowed)


def open_study(file: str | Path | Mapping[str, Any], record: type[F]) -> OpenStudy[F]:
    """Read a study file as far as it can be read.

    Parameters
    ----------
    file
        A study file (YAML), or what would stand in it as plain data; then paths count from the
        working directory.
    record
        What it should be.

    Raises
    ------
    ScenarioError
        If nothing of it can be read.
    """
    document, folder = given_document(file, record.kind)
    reading = read_as(document, record)
    findings = Findings(document, reading)
    if reading.record is None:
        raise findings.error()
    return OpenStudy(reading.record, document, folder, findings)


def open_kept(folder: Path, record: type[F]) -> OpenStudy[F]:
    """Read the study file that the folder of a result keeps.

    Parameters
    ----------
    folder
        Of the result.
    record
        What it should be.

    Raises
    ------
    InputError
        If it isn't there, isn't what was written, or has mistakes.
    """
    name = f"{record.kind}.yaml"
    Folder(folder).content(name, MAX_BYTES)
    study = open_study(folder / name, record)
    study.findings.raise_all()
    return study


def known_variants(
    findings: Findings, scenario_file: ScenarioFile, names: Iterable[str], *path: str | int
) -> list[str]:
    """Return those of some names of variants that the scenario has, and note the others.

    Parameters
    ----------
    findings
        Mistakes in the study file.
    scenario_file
        The scenario file.
    names
        Names of variants; several joined by ``+`` are put together.
    path
        Where in the study file they stand.
    """
    known = []
    for name in dict.fromkeys(names):
        problems = list(scenario_file.name_problems(findings.document, path, name))
        if not problems:
            known.append(name)
        elif findings.stands(*path) and not findings.is_lost(name):
            findings.problems += problems
    return known


def check_keys(
    findings: Findings,
    scenario_file: ScenarioFile,
    variant: str,
    keys: Iterable[tuple[FieldPath, str]],
) -> None:
    """Note key paths that lead nowhere in a variant of the scenario, or that are set twice.

    Parameters
    ----------
    findings
        Mistakes in the study file.
    scenario_file, variant
        The scenario file, and the variant of it in which values are set.
    keys
        Each key path, with its place in the study file.
    """
    scenario = scenario_file.document_of(variant)
    where = "" if variant == BASE else f" (in the variant {variant})"
    places: dict[str, FieldPath] = {}
    for place, key in keys:
        if not findings.holds(*place):
            continue
        if key in places:
            other = ".".join(map(str, places[key][:2]))
            findings.add(f"{key!r} is already set by {other}{where}", *place)
            continue
        places[key] = place
        try:
            with_override(scenario, key, "0", findings.document.mark_of(place))
        except ScenarioError as error:
            [problem] = error.problems
            findings.add(f"{problem.field}: {problem.message}{where}", *place)
