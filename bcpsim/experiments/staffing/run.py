"""From a staffing file to its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, RunError
from bcpsim.experiments.parallel import check_workers
from bcpsim.experiments.replications import DEFAULT_SEED, check_size
from bcpsim.experiments.staffing.duties import Duties, duties_of, roster_rows, with_rosters
from bcpsim.experiments.staffing.file import Question, read_question
from bcpsim.experiments.staffing.result import Answer, Staffing
from bcpsim.experiments.staffing.search import NoRosterError, Search
from bcpsim.experiments.staffing.service import Bench, Service, missed
from bcpsim.plan import compile_plan
from bcpsim.scenario import LoadedScenario

ROUNDS = 3
"""Searches at most: a roster that fresh replications don't confirm is looked for anew on more."""

CHECKED = 4
"""Fresh replications by those that the search took for the roster.

Twice as precise, so that what the search just certifies is confirmed in nineteen of twenty cases.
"""

Progress = Callable[[int, int], None]


@with_engine
def staff(
    file: str | Path | Question,
    *,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    engine: str | None = None,
    allowed: Sequence[str | Path] = (),
    progress: Progress | None = None,
) -> Staffing:
    """Find the fewest officer hours that keep service targets, and the rosters.

    Rosters are compared on the same replications; the roster found is then checked on fresh
    ones. If these don't confirm it, the search begins anew on more, at most `ROUNDS` times. The
    result is the same to the bit for any number of workers.

    Parameters
    ----------
    file
        A staffing file, or what `read_question` returned.
    seed
        Names the random streams; at least 0.
    workers
        Number of processes; 0 for one per processor.
    engine
        `auto`, `simpy` or `compiled`, which give the same to the bit; None: as chosen before.
    allowed
        Folders besides the file's own and the working one from which files may be read.
    progress
        Called with the number of rosters simulated, and the most there will be.

    Returns
    -------
    Staffing
        For each variant the roster, its officer hours, what less may do, and its service.

    Raises
    ------
    ScenarioError
        If the file or the scenario has mistakes.
    InputError
        If the rules leave a group no shift, or arguments are out of range.
    RunError
        If no roster keeps the targets.
    """
    if seed < 0:
        raise InputError(f"the seed must not be negative, found {seed}")
    check_workers(workers)
    question = file if isinstance(file, Question) else read_question(file, allowed=allowed)
    answers = []
    most = question.file.rosters
    for number, loaded in enumerate(question.variants):
        check_size(compile_plan(loaded))

        def tell(done: int, _: int, before: int = number * most) -> None:
            if progress is not None:
                progress(before + done, most * len(question.variants))

        answers.append(_answer(question, loaded, seed, workers, tell))
    return Staffing(question, seed, tuple(answers))


def _answer(
    question: Question, loaded: LoadedScenario, seed: int, workers: int, progress: Progress
) -> Answer:
    file = question.file
    duties = duties_of(question, loaded)
    costs = duties.minutes / 60
    if file.minimise == "staff_cost":
        per_hour = [loaded.scenario.agencies[name].cost_per_hour or 0.0 for name in duties.agencies]
        costs = costs * np.array([per_hour[duty.group] for duty in duties.duties])
    first, most = file.replications, max(file.replications, file.most_replications)
    for last in range(1, ROUNDS + 1):
        bench = Bench(question, loaded, duties, 0, first, most, seed, workers)
        search = Search(bench, duties, costs, file.rosters, progress)
        try:
            found = search.run()
        except NoRosterError as error:
            raise RunError(_no_roster(duties, loaded, error.service)) from None
        fresh = max(file.check, CHECKED * found.replications)
        check = Bench(question, loaded, duties, most, fresh, fresh, seed, workers)
        [service] = check.rosters([found.counts])
        if service.kept() or last == ROUNDS:
            break
        # What was thought to be clear needs more, and those of the check are among them.
        first, most = 4 * first, most + fresh
    return Answer(with_rosters(loaded, roster_rows(duties, found.counts)), duties, found, service)


def _no_roster(duties: Duties, loaded: LoadedScenario, service: Service | None) -> str:
    """Return why no roster keeps the targets."""
    if service is None:
        return (
            f"variant {loaded.variant}: no roster of the allowed shifts was found that keeps the "
            "targets within the rules; allow more shifts or officers, or more rosters to simulate"
        )
    failing = missed(service, loaded)
    enough = "; by the estimates they are" if service.kept(certified=False) else ""
    officers = " and ".join(
        f"{int(most)} {name}"
        for name, most in zip(duties.groups, duties.most.max(axis=1), strict=True)
    )
    more = f" and {len(failing) - 3} more" if len(failing) > 3 else ""
    return (
        f"variant {loaded.variant}: with all of {officers} on duty all day the targets aren't "
        f"surely kept{enough} ({'; '.join(failing[:3])}{more}). What is missing is lanes, "
        "equipment, officers of other groups, or at_most is too small"
    )
