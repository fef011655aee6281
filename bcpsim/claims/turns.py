"""Turning points of a claim: between which values of a condition it begins or ceases to hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bcpsim.claims.conditions import ConditionMap
from bcpsim.claims.file import Conditions
from bcpsim.claims.rules import Side
from bcpsim.claims.study import LoadedClaim, Settings
from bcpsim.claims.verdict import Answer, Verdict, answer
from bcpsim.errors import ScenarioError
from bcpsim.runs.replications import measure
from bcpsim.runs.size import check_size

PARTS = 8
"""Into how many parts a gap is divided where the claim file says no width."""

MOST = 12
"""Most values that are run in a gap."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Between which values of a condition a claim turns, the other conditions fixed.

    Attributes
    ----------
    name
        The condition.
    others
        The values of the others.
    above
        Whether the claim holds above it, else below.
    low, high
        Between which values the estimate crosses the threshold.
    sure_low, sure_high
        Between which values the verdict changes: outside it is known with confidence.
    runs
        Values that were run at an end of the gap or in it, in their order.
    """

    name: str
    others: Settings
    above: bool
    low: float
    high: float
    sure_low: float
    sure_high: float
    runs: tuple[float, ...]


def find_turns(
    loaded: LoadedClaim, condition_map: ConditionMap, *, seed: int, workers: int
) -> Iterator[Turn]:
    """Yield where the claim turns in each gap at which the rule for it is cut.

    The gap is halved, and the claim's question asked at its middle, until its width is what the
    claim file says. The other conditions stay as they are at two points of the design that differ
    in nothing else. Where there are no such points, as in a Latin hypercube, they stay as they are
    at a point at one end of the gap, if the claim is found to have the other verdict at the other.

    Parameters
    ----------
    loaded
        The claim.
    condition_map
        Where it holds by its design.
    seed, workers
        As for `bcpsim.run`.
    """
    conditions = loaded.file.conditions
    rule = condition_map.readings[0].rule
    if conditions is None or rule is None:
        return
    question = _Question(loaded, tuple(conditions.over), condition_map.replications, seed, workers)
    for side in rule.sides:
        if side.name not in conditions.over:
            continue
        others = _others(condition_map, side)
        runs: tuple[float, ...] = ()
        if others is None:
            others, runs = _others_at_an_end(condition_map, side, question)
        if others is not None:
            yield _turn(question, conditions, side, others, runs)


@dataclass(frozen=True, slots=True)
class _Question:
    """The claim's question, asked anew at values that the design hasn't got.

    Attributes
    ----------
    loaded
        The claim.
    order
        Names of the conditions, in the order of the file.
    replications, seed, workers
        As at the points of the design.
    """

    loaded: LoadedClaim
    order: tuple[str, ...]
    replications: int
    seed: int
    workers: int

    def ask(self, name: str, value: float, others: Settings) -> Answer | None:
        """Return the answer at a value of a condition; None: the scenario can't take it."""
        claim, rows = self.loaded.file, self.loaded.measure.rows
        settings = {key: value if key == name else others[key] for key in self.order}
        try:
            plans = [self.loaded.plan(way, settings) for way in self.loaded.ways[:2]]
        except ScenarioError:
            return None
        for plan in plans:
            check_size(plan)
        measured = measure(
            plans,
            range(self.replications),
            wanted=self.loaded.measures_read,
            seed=self.seed,
            workers=self.workers,
        )
        columns = [way.column(row) for way, row in zip(measured, rows, strict=False)]
        return answer(claim, rows[0], columns[0], columns[1], claim.confidence)


def _verdicts(side: Side) -> tuple[Verdict, Verdict]:
    """Return the verdicts below and above the gap of a side."""
    if side.above:
        return Verdict.REFUTED, Verdict.SUPPORTED
    return Verdict.SUPPORTED, Verdict.REFUTED


def _others_at(
    conditions: ConditionMap, side: Side, value: float, verdict: Verdict
) -> list[Settings]:
    """Return the other conditions of the points with a value and a verdict."""
    return [
        {name: setting for name, setting in point.settings.items() if name != side.name}
        for point, each in zip(conditions.points, conditions.readings[0].answers, strict=True)
        if point.settings[side.name] == value and each.verdict is verdict
    ]


def _others(conditions: ConditionMap, side: Side) -> Settings | None:
    """Return the other conditions of two points on both sides of a cut, the middle such pair."""
    verdict_below, verdict_above = _verdicts(side)
    below = _others_at(conditions, side, side.low, verdict_below)
    above = _others_at(conditions, side, side.high, verdict_above)
    pairs = [others for others in above if others in below]
    return pairs[len(pairs) // 2] if pairs else None


def _others_at_an_end(
    conditions: ConditionMap, side: Side, question: _Question
) -> tuple[Settings | None, tuple[float, ...]]:
    """Return the other conditions of a point at an end of the gap, and the values that were run.

    None if the claim has no other verdict at the other end.
    """
    verdict_below, verdict_above = _verdicts(side)
    runs: list[float] = []
    for end, verdict, opposite, expected in (
        (side.high, verdict_above, side.low, verdict_below),
        (side.low, verdict_below, side.high, verdict_above),
    ):
        for others in _others_at(conditions, side, end, verdict)[:1]:
            answer_there = question.ask(side.name, opposite, others)
            runs.append(opposite)
            if answer_there is not None and answer_there.verdict is expected:
                return others, tuple(runs)
    return None, tuple(runs)


def _turn(
    question: _Question,
    conditions: Conditions,
    side: Side,
    others: Settings,
    runs_before: tuple[float, ...],
) -> Turn:
    """Halve the gap of a side until it is as narrow as the claim file says."""
    bound = question.loaded.file.bound
    within = conditions.over[side.name].within or (side.high - side.low) / PARTS
    low, high, sure_low, sure_high = side.low, side.high, side.low, side.high
    runs = list(runs_before)
    while high - low > within * (1 + 1e-9) and len(runs) < MOST:
        middle = (low + high) / 2
        middle_answer = question.ask(side.name, middle, others)
        if middle_answer is None:  # perhaps it must be a whole number
            middle = float((low + high) // 2)
            if low < middle < high:
                middle_answer = question.ask(side.name, middle, others)
        if middle_answer is None:
            break
        runs.append(middle)
        if middle_answer.verdict is not Verdict.INCONCLUSIVE:
            if (middle_answer.verdict is Verdict.SUPPORTED) == side.above:
                sure_high = min(sure_high, middle)
            else:
                sure_low = max(sure_low, middle)
        if bound.holds(middle_answer.effect.value) == side.above:
            high = middle
        else:
            low = middle
    return Turn(side.name, others, side.above, low, high, sure_low, sure_high, tuple(runs))
