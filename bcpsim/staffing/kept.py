"""What the folder of an answer keeps of it, so that its report can be made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from bcpsim.results import load_as_run, wrong
from bcpsim.results.records import read_record, write_record
from bcpsim.results.stored import made_from
from bcpsim.scenario import LoadedScenario, read_scenario_file
from bcpsim.staffing.duties import Duties, duties_of
from bcpsim.staffing.file import StaffingFile
from bcpsim.staffing.result import Answer, Staffing
from bcpsim.staffing.search import Found
from bcpsim.staffing.service import Level, Service
from bcpsim.staffing.study import LoadedStaffing
from bcpsim.studies.reading import open_kept

FIGURES = "figures.json"
"""The file with all numbers of an answer, to the last digit."""

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class _Level:
    """How a target is kept; fields as of `Level`, whose targets are in the file's order."""

    hours: tuple[tuple[float, float], ...]
    estimate: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class _Answer:
    """The numbers of one variant; fields as of `Found` and `Service`.

    Attributes
    ----------
    variant
        Its name.
    check
        Replications of the service.
    """

    variant: str
    counts: tuple[int, ...]
    cost: float
    certified_bound: float
    enough: float
    bound: float
    minimal: bool
    workload: Numbers
    simulated: int
    replications: int
    levels: tuple[_Level, ...]
    short: Numbers
    short_low: Numbers
    busy: tuple[Numbers, ...]
    check: int

    @classmethod
    def of(cls, answer: Answer) -> _Answer:
        """Return the numbers of an answer."""
        search, service = answer.search, answer.service
        return cls(
            variant=answer.variant,
            counts=tuple(search.counts.tolist()),
            cost=search.cost,
            certified_bound=search.certified_bound,
            enough=search.enough,
            bound=search.bound,
            minimal=search.minimal,
            workload=tuple(search.workload.tolist()),
            simulated=search.simulated,
            replications=search.replications,
            levels=tuple(
                _Level(
                    level.hours,
                    tuple(level.estimate.tolist()),
                    tuple(level.low.tolist()),
                    tuple(level.high.tolist()),
                )
                for level in service.levels
            ),
            short=tuple(service.short.tolist()),
            short_low=tuple(service.short_low.tolist()),
            busy=tuple(map(tuple, service.busy.tolist())),
            check=service.replications,
        )

    def answer(self, file: StaffingFile, loaded: LoadedScenario, duties: Duties) -> Answer:
        """Return the answer of a variant."""
        search = Found(
            np.array(self.counts, dtype=np.int64),
            self.cost,
            self.certified_bound,
            self.enough,
            self.bound,
            self.minimal,
            np.array(self.workload),
            self.simulated,
            self.replications,
        )
        levels = tuple(
            Level(target, one.hours, np.array(one.estimate), np.array(one.low), np.array(one.high))
            for target, one in zip(file.targets, self.levels, strict=True)
        )
        service = Service(
            levels,
            np.array(self.short),
            np.array(self.short_low),
            np.array(self.busy),
            self.check,
        )
        return Answer(loaded, duties, search, service)


@dataclass(frozen=True)
class _Figures:
    """The numbers of all variants, and why others have none."""

    seed: int
    answers: tuple[_Answer, ...]
    without: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class StoredStaffing(Staffing):
    """An answer that is read back from its folder.

    Attributes
    ----------
    made
        What it was made from.
    """

    made: dict[str, Any] = field(default_factory=dict)

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the answer, as it was then."""
        return self.made


def write_figures(staffing: Staffing, folder: Path) -> None:
    """Write the numbers of an answer to its folder."""
    answers = tuple(map(_Answer.of, staffing.answers))
    write_record(_Figures(staffing.seed, answers, dict(staffing.without)), folder / FIGURES)


def load_answer(folder: Path) -> StoredStaffing:
    """Return an answer from the folder that ``--out`` wrote.

    Raises
    ------
    InputError
        If it holds none, or one that isn't finished, or is damaged.
    """
    made, names = made_from(folder, "staff")
    figures = read_record(folder, FIGURES, _Figures)
    study = open_kept(folder, StaffingFile)
    if tuple(one.variant for one in figures.answers) != names or not names:
        raise wrong(folder / FIGURES, f"answers: expected those of {', '.join(names)}")
    variants = tuple(
        replace(load_as_run(folder, one["name"], one["hash"]), variant=one["name"])
        for one in made["variants"]
    )
    scenario_file = read_scenario_file(folder / f"scenario-{names[0]}.yaml")
    question = LoadedStaffing(study.file, study.document, scenario_file, variants)
    answers = tuple(_answers(question, figures.answers, folder))
    return StoredStaffing(question, figures.seed, answers, figures.without, made)


def _answers(
    question: LoadedStaffing, figures: Sequence[_Answer], folder: Path
) -> Sequence[Answer]:
    """Return the answers, with the shifts of which their rosters are made."""
    answers = []
    for one, loaded in zip(figures, question.variants, strict=True):
        duties = duties_of(question, loaded)
        sizes = (len(one.counts), len(one.levels), len(one.busy))
        needed = (len(duties.duties), len(question.file.targets), len(duties.measured))
        if sizes[:2] != needed[:2] or sizes[2] < len(duties.groups):
            raise wrong(folder / FIGURES, f"answers: {one.variant}: not of this staffing file")
        answers.append(one.answer(question.file, loaded, duties))
    return answers
