"""Scores of travellers, who is referred by them, and what checks find, drawn for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy  # loads scipy.special when a score first needs it: starting stays quick
from numpy.typing import NDArray

from bcpsim.plan.records.activities import ActivityPlan
from bcpsim.plan.records.classes import AttributePlan
from bcpsim.plan.records.security import Found, PowerPlan, ScorePlan
from bcpsim.sampling.laws import cdf
from bcpsim.sampling.streams import Draw
from bcpsim.sampling.ticks import FAR, MICROSECONDS, ticks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRESENT = 1
"""The value of a truth of those who have it."""

REFERRED = 1
"""The value of a referral of those whom it selects."""


def score_values(
    scores: Sequence[ScorePlan], score: ScorePlan, attributes: Ints, arrival: Floats, draw: Draw
) -> Floats:
    """Return a score of each traveller.

    Parameters
    ----------
    scores, score
        All scores of a scenario, and one of them.
    attributes
        Of the travellers, with the truths; shape (attributes, n).
    arrival
        Minutes from the start until each comes; shape (n,).
    draw
        Returns a uniform number for each traveller by the name of a quantity.

    Returns
    -------
    ndarray
        Normal with variance 1 among those without the truth, if it isn't the largest of others;
        shape (n,).
    """
    if score.joint:
        parts = [
            weight * score_values(scores, scores[number], attributes, arrival, draw)
            for number, weight in score.joint
        ]
        return np.max(parts, axis=0) if score.largest else np.sum(parts, axis=0)
    noise = np.zeros(attributes.shape[1])
    for number, weight in score.mixing:
        noise = noise + weight * scipy.special.ndtri(draw(f"score/{scores[number].name}"))
    seen = attributes[score.truth] == PRESENT
    if score.known < 1 or score.answer is not None or score.every:
        seen &= draw(f"score/{score.name}/known") < known(score, arrival)
    return noise + score.separation * seen


def known(score: ScorePlan, arrival: Floats) -> Floats:
    """Return with what probability a score tells anything of travellers who come at some times.

    Where data are exchanged at times, of those whose data were there at the last exchange: their
    age on arrival is exponential.
    """
    share = np.full(arrival.shape, score.known)
    if score.answer is not None:
        share = share * cdf(score.answer, np.array([score.within]))
    if score.every:
        share = share * np.exp(-np.mod(arrival - score.first, score.every) / score.age)
    return share


def referred(
    scores: Sequence[ScorePlan],
    attribute: AttributePlan,
    attributes: Ints,
    arrival: Floats,
    draw: Draw,
) -> Ints:
    """Return who is `REFERRED`, and 0 for all others; shape (n,)."""
    referral = attribute.referral
    assert referral is not None
    chosen = (
        score_values(scores, scores[referral.score], attributes, arrival, draw) >= referral.limit
    )
    if referral.random:
        chosen |= draw(f"referral/{attribute.name}/random") < referral.random
    return chosen.astype(np.int64)


def chance(power: PowerPlan, durations: Ints) -> Floats:
    """Return the probability that a check finds a truth, for travellers who have it.

    Parameters
    ----------
    power
        How well it does.
    durations
        Of the check, for each traveller; whole microseconds.
    """
    if power.by_time:
        times, shares = np.array(power.by_time).T
        return np.interp(durations / MICROSECONDS, times, shares)
    if power.time_constant is None:
        return np.full(durations.shape, power.share)
    return -np.expm1(-durations / (power.time_constant * MICROSECONDS))


def results(activity: ActivityPlan, attributes: Ints, durations: Ints, draw: Draw) -> Ints:
    """Return the result of a check for each traveller, a `Found`; shape (n,)."""
    detection = activity.detection
    assert detection is not None
    if detection.factor == 0:  # left out
        return np.full(len(durations), int(Found.CLEAR))
    found = np.zeros(len(durations), dtype=bool)
    carries = np.zeros(len(durations), dtype=bool)
    for power in detection.powers:
        there = attributes[power.truth] == PRESENT
        carries |= there
        found |= there & (_luck(activity, power, draw) < chance(power, durations))
    values = np.where(found, int(Found.FOUND), int(Found.CLEAR))
    if detection.false_alarm:
        alarm = ~carries & (draw(f"alarm/{activity.name}") < detection.false_alarm)
        values[alarm] = int(Found.ALARM)
    return values


def until_found(activity: ActivityPlan, attributes: Ints, durations: Ints, draw: Draw) -> Ints:
    """Return for how long the check of each traveller goes on: until it finds something."""
    detection = activity.detection
    assert detection is not None
    until = durations.copy()
    for power in detection.powers:
        there = attributes[power.truth] == PRESENT
        luck = _luck(activity, power, draw)[there]
        if power.time_constant is not None:
            found = ticks(-power.time_constant * np.log1p(-luck))
        elif power.by_time:
            times, shares = np.array(power.by_time).T
            found = np.where(luck < shares[-1], ticks(np.interp(luck, shares, times)), FAR)
        else:
            continue
        until[there] = np.minimum(until[there], found)
    return until


def _luck(activity: ActivityPlan, power: PowerPlan, draw: Draw) -> Floats:
    return draw(f"detection/{activity.name}/{power.truth}")
