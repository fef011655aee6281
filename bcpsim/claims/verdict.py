"""Verdicts by the interval of an effect and the bound claimed: supported, refuted, inconclusive."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bcpsim.claims.file import ClaimFile
from bcpsim.kpi import Row
from bcpsim.runs.estimates import CHANGES, estimates
from bcpsim.stats import change_interval, difference_interval

Floats = NDArray[np.float64]


class Verdict(StrEnum):
    """The verdict that replications allow on a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; nan where there is none, infinite where it is unbounded."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a claim's question for one measure and one alternative.

    Attributes
    ----------
    baseline, alternative
        Means in the measure's unit.
    effect
        The reduction or increase that the claim speaks of: per cent of the baseline, or the
        measure's unit.
    verdict
        Whether it is on the claim's side of the threshold.
    needed
        Where that is inconclusive: about how many replications would decide it.
    """

    baseline: Estimate
    alternative: Estimate
    effect: Estimate
    verdict: Verdict
    needed: int | None

    @property
    def of_nobody(self) -> bool:
        """Whether there is nobody to measure, in one way of working or in both."""
        return math.isnan(self.baseline.value) or math.isnan(self.alternative.value)


def effect_of(
    claim: ClaimFile, row: Row, baseline: Floats, alternative: Floats, confidence: float
) -> Estimate:
    """Return the reduction or increase that a claim speaks of.

    Parameters
    ----------
    claim
        Says which of them, and whether in per cent.
    row
        What the values are.
    baseline, alternative
        Values of the same replications, shape (replications,).
    confidence
        Coverage of the interval.
    """
    return possible(claim, row, _effect(claim, baseline, alternative, confidence))


def effect_word(claim: ClaimFile) -> str:
    """Return what the effect is: a reduction, an increase, or a change either way."""
    return "change" if claim.difference is not None else claim.direction


def possible_effects(claim: ClaimFile, row: Row) -> tuple[float, float]:
    """Return the smallest and the largest effect that there can be on a measure."""
    least, most = CHANGES if claim.relative else (-row.most, row.most)
    return (-most, -least) if claim.reduction is not None else (least, most)


def possible(claim: ClaimFile, row: Row, effect: Estimate) -> Estimate:
    """Return an effect of a claim on a measure, its interval cut to what there can be."""
    least, most = possible_effects(claim, row)
    if math.isinf(effect.low):
        return effect
    return replace(effect, low=max(effect.low, least), high=min(effect.high, most))


def _effect(claim: ClaimFile, baseline: Floats, alternative: Floats, confidence: float) -> Estimate:
    compare = change_interval if claim.relative else difference_interval
    rise = compare(baseline, alternative, confidence)
    value, low, high = (float(x) for x in (rise.estimate, rise.low, rise.high))
    if claim.reduction is not None:
        return Estimate(-value, -high, -low)
    return Estimate(value, low, high)


def decide(claim: ClaimFile, effect: Estimate) -> Verdict:
    """Return the verdict that an interval allows.

    Supported: the whole interval is where the claim says, on its side of the threshold or between
    the two; refuted: the whole interval is elsewhere; else inconclusive.
    """
    bound = claim.bound
    if effect.low >= bound.low and effect.high <= bound.high:
        return Verdict.SUPPORTED
    elsewhere = effect.high < bound.low or effect.low > bound.high
    return Verdict.REFUTED if elsewhere else Verdict.INCONCLUSIVE


def answer(
    claim: ClaimFile, row: Row, baseline: Floats, alternative: Floats, confidence: float
) -> Answer:
    """Return what the replications say of one measure.

    Parameters
    ----------
    claim
        The question.
    row
        What the values are.
    baseline, alternative
        Values of the same replications, shape (replications,).
    confidence
        Coverage of the intervals.
    """
    effect = effect_of(claim, row, baseline, alternative, confidence)
    verdict = decide(claim, effect)
    needed = None
    if verdict is Verdict.INCONCLUSIVE:
        distance = claim.bound.distance(effect.value)
        whole = _effect(claim, baseline, alternative, confidence)
        if distance > 0 and math.isfinite(whole.half_width):
            # The width falls with the root of the number of replications, before it is cut.
            needed = math.ceil(len(baseline) * (whole.half_width / distance) ** 2)
    return Answer(
        _mean(row, baseline, confidence),
        _mean(row, alternative, confidence),
        effect,
        verdict,
        needed,
    )


def together(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict on a claim about several alternatives: it must hold for each."""
    if Verdict.REFUTED in verdicts:
        return Verdict.REFUTED
    return Verdict.INCONCLUSIVE if Verdict.INCONCLUSIVE in verdicts else Verdict.SUPPORTED


def _mean(row: Row, values: Floats, confidence: float) -> Estimate:
    interval = estimates([row], values[:, None], confidence=confidence)
    return Estimate(float(interval.estimate[0]), float(interval.low[0]), float(interval.high[0]))
