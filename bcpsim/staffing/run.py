"""Staffing searches: from a staffing file to the cheapest rosters that keep its targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bcpsim.arguments import checked
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, RunError
from bcpsim.plan import compile_plan
from bcpsim.runs.bars import with_bar
from bcpsim.runs.parallel import check_workers
from bcpsim.runs.replications import DEFAULT_SEED
from bcpsim.runs.size import check_size
from bcpsim.scenario import LoadedScenario
from bcpsim.staffing.duties import Duties, Floats, duties_of, with_found
from bcpsim.staffing.remedies import remedies
from bcpsim.staffing.result import Answer, RosterFound, Staffing
from bcpsim.staffing.search import NoRosterError, Search, State
from bcpsim.staffing.service import Bench, missed
from bcpsim.staffing.study import LoadedStaffing, load_staffing
from bcpsim.staffing.unfinished import Unfinished

ROUNDS = 3
"""Searches at most: a roster that fresh replications don't confirm is looked for anew on more."""

CHECKED = 4
"""Fresh replications by those that the search took for the roster.

Twice as precise, so that what the search just certifies is confirmed in nineteen of twenty cases.
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of the search for all variants.

    Attributes
    ----------
    variant, period
        The variant in hand, and what its roster is for: day or week.
    round
        Number of the search, from 1: a roster that fresh replications don't confirm is looked
        for anew.
    done, most
        Rosters and covers simulated of all variants, and the most there will be.
    cost
        What the best roster so far costs, None: there is none yet.
    bound
        Nothing that costs less is enough by the estimates; 0: not known.
    failed
        In words where the roster that failed last does.
    """

    variant: str
    period: str
    round: int
    done: int
    most: int
    cost: float | None
    bound: float
    failed: str


@checked()
@with_engine
@with_bar("Rosters", lambda state: (state.done, state.most))
def staff(
    file: str | Path | Mapping[str, Any] | LoadedStaffing,
    *,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    engine: str | None = None,
    allowed: Sequence[str | Path] = (),
    out: str | Path | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[Progress], None] | bool | None = None,
) -> Staffing:
    """Find the fewest officer hours that keep service targets, and the rosters.

    Rosters are compared on the same replications; the roster found is then checked on fresh
    ones. If these don't confirm it, the search begins anew on more, at most `ROUNDS` times. The
    result is the same to the bit for any number of workers.

    Parameters
    ----------
    file
        A staffing file, what would stand in it as plain data (then paths count from the working
        directory), or what `bcpsim.staffing.load_staffing` returned.
    seed
        Names the random streams; at least 0.
    workers
        Number of processes; 0 for one per processor.
    engine
        `auto`, `simpy` or `compiled`, which give the same to the bit; None: as chosen before.
    allowed
        Folders besides the file's own and the working one from which files may be read.
    out
        Folder that keeps the best rosters so far and all that was simulated, so that a search
        that is stopped can go on; `save_staffing` replaces it by the answer.
    resume
        Go on with the search in `out`; the answer is the same to the bit.
    force
        Replace whatever earlier result, or search that isn't finished, is in `out`.
    progress
        True: a progress bar, on a terminal or in a notebook. A function: called after each step
        with how far the search is.

    Returns
    -------
    Staffing
        For each variant the roster, its officer hours, what less may do, and its service; of
        those for which there is no roster why.

    Raises
    ------
    ScenarioError
        If the file or the scenario has mistakes.
    InputError
        If arguments are out of range, or `out` holds something else.
    RunError
        If no roster keeps the targets, in any variant.
    """
    check_workers(workers)
    question = file if isinstance(file, LoadedStaffing) else load_staffing(file, allowed=allowed)
    kept = None
    if out is not None:
        kept = Unfinished(question, seed, Path(out), resume=resume, force=force)
    elif resume:
        raise InputError("to go on with a search, give the folder that holds it: out")
    answers = []
    without: dict[str, str] = {}
    for number, loaded in enumerate(question.variants):
        check_size(compile_plan(loaded))
        told = None if isinstance(progress, bool) else progress
        try:
            answers.append(_answer(question, loaded, seed, workers, kept, told, number))
        except _WithoutRosterError as reason:
            without[loaded.variant] = str(reason)
    if not answers:
        raise RunError("\n".join(f"variant {name}: {why}" for name, why in without.items()))
    return Staffing(question, seed, tuple(answers), without)


class _WithoutRosterError(Exception):
    """No roster of a variant keeps the targets, for a reason."""


def _answer(
    question: LoadedStaffing,
    loaded: LoadedScenario,
    seed: int,
    workers: int,
    kept: Unfinished | None,
    progress: Callable[[Progress], None] | None,
    number: int,
) -> Answer:
    """Search for the cheapest roster of a variant, and check it on fresh replications.

    Raises
    ------
    _WithoutRosterError
        If no roster keeps the targets.
    """
    file = question.file
    duties = duties_of(question, loaded)
    costs = _costs(question, loaded, duties)
    first, most = file.replications, max(file.replications, file.most_replications)
    journal = None if kept is None else kept.journal
    best: bytes | None = None
    last = 1

    def tell(state: State) -> None:
        nonlocal best
        now = None if state.best is None else state.best.tobytes()
        if kept is not None and state.best is not None and now != best:
            roster = with_found(loaded, duties, state.best)
            kept.keep(RosterFound(roster, duties, state.best))
        best = now
        if progress is not None:
            progress(_progress(question, loaded, duties, last, number, state))

    for last in range(1, ROUNDS + 1):
        bench = Bench(question, loaded, duties, 0, first, most, seed, workers, journal)
        search = Search(bench, duties, costs, file.rosters, tell)
        try:
            found = search.run()
        except NoRosterError as error:
            why = _no_roster(question, duties, loaded, error, seed, workers)
            raise _WithoutRosterError(why) from None
        fresh = max(file.check, CHECKED * found.replications)
        check = Bench(question, loaded, duties, most, fresh, fresh, seed, workers, journal)
        [service] = check.rosters([found.counts])
        if service.kept() or last == ROUNDS:
            break
        # What was thought to be clear needs more, and those of the check are among them.
        first, most = 4 * first, most + fresh
    return Answer(with_found(loaded, duties, found.counts), duties, found, service)


def _costs(question: LoadedStaffing, loaded: LoadedScenario, duties: Duties) -> Floats:
    """Return what an officer on each duty, or a lane, adds to what is to be made small."""
    file, owner = question.file, duties.owner
    costs = duties.minutes / 60
    if file.minimise == "staff_cost":
        per_hour = [loaded.scenario.agencies[name].cost_per_hour or 0.0 for name in duties.agencies]
        costs *= np.array([*per_hour, *(0.0 for _ in duties.lanes)])[owner]
    for row, name in enumerate(duties.lanes, start=len(duties.groups)):
        costs[owner == row] = file.lanes[name].cost
    return costs


def _progress(
    question: LoadedStaffing,
    loaded: LoadedScenario,
    duties: Duties,
    last: int,
    number: int,
    state: State,
) -> Progress:
    """Return how far the search is: in its round `last`, for the variant of this number."""
    most = question.file.rosters
    return Progress(
        loaded.variant,
        "day" if duties.days == 1 else "week",
        last,
        number * most + min(state.simulated, most),
        most * len(question.variants),
        None if state.best is None else state.cost,
        state.bound,
        "" if state.failed is None else missed(state.failed, loaded)[0],
    )


def _no_roster(
    question: LoadedStaffing,
    duties: Duties,
    loaded: LoadedScenario,
    error: NoRosterError,
    seed: int,
    workers: int,
) -> str:
    """Return why no roster keeps the targets, and what would help."""
    officers = " and ".join(
        f"{int(most)} {name}"
        for name, most in zip(
            [*duties.groups, *(f"lanes at {name}" for name in duties.lanes)],
            duties.most.max(axis=1),
            strict=True,
        )
    )
    everybody = error.everybody
    if everybody.kept():
        nearest = ""
        if error.nearest is not None:
            nearest = f" (the nearest fails for {missed(error.nearest, loaded)[0]})"
        return (
            f"no roster of the allowed shifts was found that keeps the "
            f"targets within the rules{nearest}; with all of {officers} on duty all day they are "
            "kept: allow more shifts or officers, or more rosters to simulate"
        )
    failing = missed(everybody, loaded)
    enough = ", though they are by the estimates" if everybody.kept(certified=False) else ""
    more = f" and {len(failing) - 3} more" if len(failing) > 3 else ""
    help_ = remedies(question, loaded, duties, everybody, seed, workers)
    return (
        f"with all of {officers} on duty all day the targets aren't kept "
        f"with confidence{enough}: {'; '.join(failing[:3])}{more}. {help_}"
    )
