"""Maps of a claim: where it holds, at each point of a design of conditions and by simple rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bcpsim.claims.file import ClaimFile, Conditions
from bcpsim.claims.readings import Pair
from bcpsim.claims.rules import Rule, find_rule
from bcpsim.claims.study import LoadedClaim, Settings
from bcpsim.claims.verdict import Answer, Verdict, answer
from bcpsim.demand.offered import offered_load
from bcpsim.errors import ScenarioError
from bcpsim.kpi import find_row
from bcpsim.kpi.overload import overloaded
from bcpsim.plan import Plan
from bcpsim.runs import Measured, measure
from bcpsim.runs.replications import Progress
from bcpsim.stats.looks import FEWEST


@dataclass(frozen=True, slots=True)
class Point:
    """One combination of conditions.

    Attributes
    ----------
    settings
        The value of each condition.
    measured
        What was measured in the baseline, by the names in ``explained_by``.
    overloaded
        To whom more work comes than can be done, in either way of working: what is measured
        there depends on how long is simulated.
    """

    settings: Settings
    measured: Settings
    overloaded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """The answers of one reading at all points, and the rule found for them.

    Attributes
    ----------
    title
        The reading.
    answers
        What the claim's question gives at each point.
    rule
        The simplest rule that says where it holds; None where it holds everywhere, nowhere,
        or by no simple rule. Points without a verdict are left out.
    """

    title: str
    answers: tuple[Answer, ...]
    rule: Rule | None

    def count(self, verdict: Verdict) -> int:
        """Return the number of points with a verdict."""
        return sum(each.verdict is verdict for each in self.answers)


@dataclass(frozen=True, slots=True)
class ConditionMap:
    """The map of a claim: its points, and the answers at each of them.

    Attributes
    ----------
    points
        The design.
    readings
        Where it holds: by its own measure first, then by the other readings.
    confidence
        Coverage of the interval at each point, on its own.
    replications
        Of each way of working at each point.
    """

    points: tuple[Point, ...]
    readings: tuple[Where, ...]
    confidence: float
    replications: int


def design(conditions: Conditions, seed: int) -> list[Settings]:
    """Return the points of a design.

    Parameters
    ----------
    conditions
        Ranges of parameters: every combination of their values, or a Latin hypercube (McKay,
        Beckman and Conover, Technometrics 21 (1979) 239-245).
    seed
        Names the random numbers of the hypercube.
    """
    over = conditions.over
    if conditions.points is None:
        return [
            dict(zip(over, combination, strict=True))
            for combination in product(*(span.values for span in over.values()))
        ]
    from scipy.stats.qmc import LatinHypercube

    unit = LatinHypercube(len(over), rng=seed).random(conditions.points)
    columns = []
    for column, span in zip(unit.T, over.values(), strict=True):
        if span.values:
            columns.append(np.asarray(span.values)[(column * len(span.values)).astype(int)])
        else:
            columns.append(evenly(column, span.ends, span.whole))
    return [
        dict(zip(over, map(float, combination), strict=True))
        for combination in zip(*columns, strict=True)
    ]


def evenly(
    unit: NDArray[np.float64], ends: tuple[float, float], whole: bool
) -> NDArray[np.float64]:
    """Return values between two ends, all equally likely.

    Parameters
    ----------
    unit
        Uniform between 0 and 1.
    ends
        Smallest and largest value.
    whole
        Whether only whole numbers are taken, from one end to the other.
    """
    low, high = ends
    if whole:
        return np.minimum(low + np.floor(unit * (high - low + 1)), high)
    return low + unit * (high - low)


def check_conditions(
    loaded: LoadedClaim,
    conditions: Conditions,
    *,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
) -> ConditionMap:
    """Ask the claim's question at every point of a design, about the first alternative.

    Parameters
    ----------
    loaded
        The claim.
    conditions
        Its ranges of parameters.
    seed, workers, progress
        As for `bcpsim.run`.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes at a point.
    """
    replications = max(conditions.replications, FEWEST)
    points = design(conditions, seed)
    plans = []
    for settings in points:
        try:
            plans += [loaded.plan(way, settings) for way in loaded.ways[:2]]
        except ScenarioError as error:
            raise at_point(error, settings) from None
    explaining = {name.partition("/")[0].strip() for name in conditions.explained_by}
    measured = measure(
        plans,
        range(replications),
        wanted=loaded.measures_read | explaining,
        seed=seed,
        workers=workers,
        progress=progress,
    )
    both = list(zip(measured[::2], measured[1::2], strict=True))
    looked_at = tuple(
        Point(settings, _means(baseline, conditions.explained_by), _overloaded(pair))
        for settings, (baseline, _), pair in zip(
            points, both, zip(plans[::2], plans[1::2], strict=True), strict=True
        )
    )
    return ConditionMap(
        looked_at,
        tuple(
            _where(loaded.file, pair, looked_at, both)
            for pair in (loaded.measure, *loaded.readings)
        ),
        loaded.file.confidence,
        replications,
    )


def _where(
    claim: ClaimFile,
    pair: Pair,
    points: Sequence[Point],
    measured: Sequence[tuple[Measured, Measured]],
) -> Where:
    answers = tuple(
        answer(
            claim,
            pair.rows[0],
            baseline.column(pair.rows[0]),
            alternative.column(pair.rows[1]),
            claim.confidence,
        )
        for baseline, alternative in measured
    )
    decided = [k for k, each in enumerate(answers) if each.verdict is not Verdict.INCONCLUSIVE]
    rule = find_rule(
        [*points[0].settings, *points[0].measured],
        [[*points[k].settings.values(), *points[k].measured.values()] for k in decided],
        [answers[k].verdict is Verdict.SUPPORTED for k in decided],
    )
    return Where(pair.title, answers, rule)


def _overloaded(plans: Sequence[Plan]) -> tuple[str, ...]:
    titles = (title for plan in plans for title in overloaded(plan, offered_load(plan)))
    return tuple(dict.fromkeys(titles))


def at_point(error: ScenarioError, settings: Settings) -> ScenarioError:
    """Return an error of a scenario with the conditions under which it came up."""
    where = setting_words(settings)
    return ScenarioError(
        replace(problem, message=f"{problem.message} (with {where})") for problem in error.problems
    )


def setting_words(settings: Settings) -> str:
    """Return conditions as words, such as ``load 0.8, guards 3``."""
    return ", ".join(f"{name} {value:g}" for name, value in settings.items())


def _means(measured: Measured, names: Sequence[str]) -> dict[str, float]:
    return {
        name: float(np.nanmean(measured.column(find_row(measured.rows, name)))) for name in names
    }
