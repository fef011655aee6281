"""What the folder of a checked claim keeps of it, so that its report can be made again."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.claims.file import ClaimFile
from bcpsim.claims.readings import Pair
from bcpsim.claims.run import ClaimCheck, ClaimFigures
from bcpsim.claims.study import LoadedClaim
from bcpsim.kpi import MEASURES, Row, Titles
from bcpsim.plan import compile_plan
from bcpsim.results import load_as_run, wrong
from bcpsim.results.records import read_record, write_record
from bcpsim.results.stored import made_from
from bcpsim.scenario import LoadedScenario, read_scenario_file
from bcpsim.studies.reading import open_kept

if TYPE_CHECKING:
    from collections.abc import Iterator

FIGURES = "figures.json"
"""The file with all numbers of a check, to the last digit."""


@dataclass(frozen=True, kw_only=True)
class _Figures(ClaimFigures):
    """The numbers of a check, and the words that stand beside them.

    Attributes
    ----------
    names
        Names of the ways of working, for people.
    measure
        The claim's value in each.
    """

    names: tuple[str, ...]
    measure: Pair


_OF_CHECK = tuple(one.name for one in fields(ClaimFigures))


@dataclass(frozen=True, repr=False, kw_only=True)
class StoredCheck(ClaimCheck):
    """A checked claim that is read back from its folder.

    Attributes
    ----------
    folder
        The folder.
    made
        What it was made from.
    """

    folder: Path = Path()
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the check, as it was then."""
        return self.made

    @property
    def scenarios(self) -> list[LoadedScenario]:
        """The ways of working as run."""
        return [load_as_run(self.folder, one["name"], one["hash"]) for one in self.made["variants"]]


def write_figures(check: ClaimCheck, folder: Path) -> None:
    """Write the numbers of a check to its folder."""
    own = {name: getattr(check, name) for name in _OF_CHECK}
    loaded = check.loaded
    write_record(_Figures(names=loaded.names, measure=loaded.measure, **own), folder / FIGURES)


def load_check(folder: Path) -> StoredCheck:
    """Return a checked claim from the folder that ``--out`` wrote.

    Raises
    ------
    InputError
        If it holds none, or is damaged.
    """
    made, names = made_from(folder, "check")
    figures = read_record(folder, FIGURES, _Figures)
    study = open_kept(folder, ClaimFile)
    for problem in _problems(figures, study.file, names):
        raise wrong(folder / FIGURES, problem)
    first = load_as_run(folder, names[0], made["variants"][0]["hash"])
    loaded = LoadedClaim(
        study.file,
        study.document,
        read_scenario_file(folder / f"scenario-{names[0]}.yaml"),
        ways=(),
        names=figures.names,
        words=Titles.of(compile_plan(first)),
        measure=figures.measure,
        readings=tuple(pair for pair, _ in figures.readings),
    )
    own = {name: getattr(figures, name) for name in _OF_CHECK}
    return StoredCheck(loaded=loaded, folder=folder, made=made, **own)


def _problems(figures: _Figures, claim: ClaimFile, variants: tuple[str, ...]) -> Iterator[str]:
    """Yield what doesn't fit together: sizes, and names that nobody knows."""
    ways = len(figures.names)
    if len(variants) != ways or ways < 2:
        yield f"names: expected one for each of {len(variants)} scenarios"
    pairs = [figures.measure, *(pair for pair, _ in figures.readings)]
    groups = [figures.answers, *(answers for _, answers in figures.readings)]
    mapped, split = figures.conditions, figures.attributed
    if mapped is not None:
        for reading in mapped.readings:
            if len(reading.answers) != len(mapped.points):
                yield "conditions: expected an answer at each point"
    if any(len(pair.rows) != ways for pair in pairs) or any(
        len(answers) != ways - 1 for answers in groups
    ):
        yield "answers: expected one for each alternative"
    rows = [row for pair in pairs for row in pair.rows]
    rows += [equality.row for equality in figures.equalities]
    rows += [resource.row for resource in figures.resources]
    if unknown := next((row for row in rows if not _known(row)), None):
        yield f"{unknown} is no measure"
    if (mapped is None) != (claim.conditions is None):
        yield "conditions: expected what claim.yaml asks for"
    if (split is None) != (claim.attribution is None):
        yield "attributed: expected what claim.yaml asks for"


def _known(row: Row) -> bool:
    return row.measure in MEASURES
