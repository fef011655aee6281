"""Turning points of a claim: between which values of a condition it begins or ceases to hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bcpsim.claims.conditions import ConditionMap, Point
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
        Values that were run in the gap, in their order.
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
    claim file says. A gap is looked into where two points of the design differ in nothing else.

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
    for side in rule.sides:
        if side.name in conditions.over:
            others = _others(condition_map, side)
            if others is not None:
                yield _turn(
                    loaded, conditions, side, others, condition_map.replications, seed, workers
                )


def _others(conditions: ConditionMap, side: Side) -> Settings | None:
    """Return the other conditions of two points on both sides of a cut, the middle such pair."""
    holding = Verdict.SUPPORTED if side.above else Verdict.REFUTED
    failing = Verdict.REFUTED if side.above else Verdict.SUPPORTED

    def at(value: float, verdict: Verdict) -> list[Settings]:
        return [
            _without(point, side.name)
            for point, each in zip(conditions.points, conditions.readings[0].answers, strict=True)
            if point.settings[side.name] == value and each.verdict is verdict
        ]

    below = at(side.low, failing)
    pairs = [others for others in at(side.high, holding) if others in below]
    return pairs[len(pairs) // 2] if pairs else None


def _without(point: Point, name: str) -> Settings:
    return {other: value for other, value in point.settings.items() if other != name}


def _turn(
    loaded: LoadedClaim,
    conditions: Conditions,
    side: Side,
    others: Settings,
    replications: int,
    seed: int,
    workers: int,
) -> Turn:
    claim, rows = loaded.file, loaded.measure.rows
    order = list(conditions.over)
    within = conditions.over[side.name].within or (side.high - side.low) / PARTS

    def ask(value: float) -> Answer | None:
        """Return the answer at a value; None: the scenario can't take it."""
        settings = {name: value if name == side.name else others[name] for name in order}
        try:
            plans = [loaded.plan(way, settings) for way in loaded.ways[:2]]
        except ScenarioError:
            return None
        for plan in plans:
            check_size(plan)
        measured = measure(
            plans,
            range(replications),
            wanted=loaded.measures_read,
            seed=seed,
            workers=workers,
        )
        columns = [way.column(row) for way, row in zip(measured, rows, strict=False)]
        return answer(claim, rows[0], columns[0], columns[1], claim.confidence)

    low, high, sure_low, sure_high = side.low, side.high, side.low, side.high
    runs: list[float] = []
    while high - low > within * (1 + 1e-9) and len(runs) < MOST:
        middle = (low + high) / 2
        middle_answer = ask(middle)
        if middle_answer is None:  # perhaps it must be a whole number
            middle = float((low + high) // 2)
            middle_answer = ask(middle) if low < middle < high else None
        if middle_answer is None:
            break
        runs.append(middle)
        if middle_answer.verdict is not Verdict.INCONCLUSIVE:
            if (middle_answer.verdict is Verdict.SUPPORTED) == side.above:
                sure_high = min(sure_high, middle)
            else:
                sure_low = max(sure_low, middle)
        if claim.bound.holds(middle_answer.effect.value) == side.above:
            high = middle
        else:
            low = middle
    return Turn(side.name, others, side.above, low, high, sure_low, sure_high, tuple(runs))
