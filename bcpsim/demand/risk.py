"""How often travellers are referred, and checks find something, before anything is simulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.model import Plan
from bcpsim.plan.records.activities import CasePlan
from bcpsim.plan.records.classes import AttributePlan
from bcpsim.plan.records.security import DetectionPlan, ScorePlan
from bcpsim.sampling.laws import quantile
from bcpsim.sampling.risk import PRESENT, chance, referred, score_values
from bcpsim.sampling.ticks import ticks

Floats = NDArray[np.float64]

_POINTS = 13
"""Powers of 2 of the points by which referrals are counted: to about 0.1 % of travellers."""

_PERIODS = 1009
"""Exchanges of data over which arrivals are spread evenly."""

_EDGE = 1e-12

_QUANTILES = (np.arange(200) + 0.5) / 200
"""At which the times of a check are looked at."""


def truths_behind(plan: Plan, looked_at: set[int]) -> set[int]:
    """Return the truths on which referrals and results hang that conditions ask about."""
    truths: set[int] = set()
    for number in looked_at:
        attribute = plan.attributes[number]
        if attribute.referral is not None:
            truths.add(plan.scores[attribute.referral.score].truth)
        if attribute.result_of >= 0:
            truths |= {power.truth for power in _detection(plan, attribute.result_of).powers}
    return truths


def referral_shares(
    plan: Plan, referrals: tuple[int, ...], values: Mapping[int, int]
) -> Iterator[tuple[dict[int, int], float]]:
    """Yield who is referred by which of some referrals, and how often.

    Parameters
    ----------
    plan, referrals
        A compiled scenario, and the attributes that are referrals.
    values
        Of the truths.
    """
    truths = tuple(values.get(number, 0) for number in range(len(plan.attributes)))
    asked = tuple(plan.attributes[number] for number in referrals)
    for pattern, share in _patterns(plan.scores, asked, truths):
        yield dict(zip(referrals, pattern, strict=True)), share


def roc(plan: Plan, score: ScorePlan, others: Floats) -> Floats:
    """Return what share of carriers a score refers with some shares of the others.

    Parameters
    ----------
    plan, score
        A compiled scenario, and one of its scores.
    others
        Shares of those without the truth, between 0 and 1.

    Returns
    -------
    ndarray
        The receiver operating characteristic, at these shares.
    """
    draw, arrival = _spread(plan.scores, 0)
    given = np.zeros((len(plan.attributes), len(arrival)), dtype=np.int64)
    innocent = score_values(plan.scores, score, given, arrival, draw)
    given[score.truth] = PRESENT
    guilty = np.sort(score_values(plan.scores, score, given, arrival, draw))
    limits = np.quantile(innocent, 1 - others)
    return 1 - np.searchsorted(guilty, limits, side="left") / len(guilty)


def _spread(
    scores: tuple[ScorePlan, ...], referrals: int
) -> tuple[Callable[[str], Floats], Floats]:
    """Return evenly spread numbers in place of those drawn, and evenly spread arrivals."""
    from scipy.stats import qmc  # takes long to import

    longest = max(score.every for score in scores)
    points = qmc.Sobol(2 * len(scores) + referrals + (longest > 0), seed=0).random_base2(_POINTS)
    columns: dict[str, Floats] = {}

    def draw(quantity: str) -> Floats:
        if quantity not in columns:
            columns[quantity] = points[:, len(columns)].clip(_EDGE, 1 - _EDGE)
        return columns[quantity]

    return draw, points[:, -1] * _PERIODS * longest


@lru_cache(maxsize=256)
def _patterns(
    scores: tuple[ScorePlan, ...], referrals: tuple[AttributePlan, ...], values: tuple[int, ...]
) -> list[tuple[tuple[int, ...], float]]:
    """Return who is referred by which referral, and how often, counted at evenly spread points."""
    given = np.repeat(np.array(values, dtype=np.int64)[:, None], 2**_POINTS, axis=1)
    draw, arrival = _spread(scores, len(referrals))
    chosen = np.array([referred(scores, referral, given, arrival, draw) for referral in referrals])
    counts = Counter(map(tuple, chosen.T.tolist()))
    return [(pattern, count / 2**_POINTS) for pattern, count in sorted(counts.items())]


def result_shares(
    plan: Plan, activity: int, case: CasePlan, values: Mapping[int, int]
) -> tuple[float, float, float]:
    """Return how often the result of a check is clear, an alarm, and found.

    Parameters
    ----------
    plan, activity
        A compiled scenario, and one of its activities.
    case
        Its duration for these travellers.
    values
        Of the truths.
    """
    detection = _detection(plan, activity)
    there = [power for power in detection.powers if values.get(power.truth) == PRESENT]
    if not there:
        return 1 - detection.false_alarm, detection.false_alarm, 0.0
    times = ticks(_times(case.law))
    missed = np.prod([1 - chance(power, times) for power in there], axis=0)
    found = 1 - float(np.mean(missed))
    return 1 - found, 0.0, found


def _times(law: Law) -> NDArray[np.float64]:
    if law.kind is LawKind.DETERMINISTIC:
        return np.array([law.params[0]])
    return quantile(law, _QUANTILES)


def _detection(plan: Plan, activity: int) -> DetectionPlan:
    detection = plan.activities[activity].detection
    assert detection is not None
    return detection
