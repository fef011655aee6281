"""What is found by scores that are normal: exact values of signal detection.

`distance` is the separation of a score: the mean of those with the truth, in standard deviations
of those without it. `prevalence` is the share of those who have it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

_NORMAL = NormalDist()
_FARTHEST = 12.0

CHECKS = 1000
"""Of a programme of random checks."""


@dataclass(frozen=True, slots=True)
class Selected:
    """Shares of travellers.

    Attributes
    ----------
    referred
        Of all.
    twice
        Of those referred, whom both agencies refer.
    found
        Of those with the truth, who are referred.
    """

    referred: float
    twice: float
    found: float

    def hit_rate(self, prevalence: float) -> float:
        """Return the share of those referred who have the truth."""
        return prevalence * self.found / self.referred


def best_limit(distance: float, prevalence: float, miss: float) -> float:
    """Return the limit of least expected cost, a false alarm costing 1 and a miss `miss`.

    Green and Swets, Signal Detection Theory and Psychophysics, 1966, ch. 1.
    """
    return distance / 2 + math.log((1 - prevalence) / (prevalence * miss)) / distance


def by_one(distance: float, limit: float, prevalence: float) -> Selected:
    """Return what one score selects from a limit on."""
    found, alarms = (1 - _NORMAL.cdf(limit - mean) for mean in (distance, 0.0))
    return Selected(prevalence * found + (1 - prevalence) * alarms, 0.0, found)


def by_either(
    distances: tuple[float, float],
    limits: tuple[float, float],
    correlation: float,
    prevalence: float,
) -> Selected:
    """Return what two agencies select, each by a limit of its own; the scores are correlated."""
    found, found_twice = _above(limits, distances, correlation)
    alarms, alarms_twice = _above(limits, (0.0, 0.0), correlation)
    referred = prevalence * found + (1 - prevalence) * alarms
    twice = prevalence * found_twice + (1 - prevalence) * alarms_twice
    return Selected(referred, twice / referred, found)


def _above(
    limits: tuple[float, float], means: tuple[float, float], correlation: float
) -> tuple[float, float]:
    """Return with what probability one of two scores is above its limit, and both are."""
    from scipy.stats import multivariate_normal

    law = multivariate_normal(cov=np.array([[1, correlation], [correlation, 1]]))
    a, b = (mean - limit for limit, mean in zip(limits, means, strict=True))
    both = float(law.cdf(np.array([a, b])))
    return _NORMAL.cdf(a) + _NORMAL.cdf(b) - both, both


def joint_distance(distances: tuple[float, float], correlation: float, optimal: bool) -> float:
    """Return the separation of a joint score: with the best weights, or of the plain sum."""
    d = np.array(distances)
    spread = np.array([[1, correlation], [correlation, 1]])
    if optimal:
        return float(np.sqrt(d @ np.linalg.solve(spread, d)))
    return float(d.sum() / np.sqrt(spread.sum()))


def by_largest(
    distances: tuple[float, float], correlation: float, alarms: float, prevalence: float
) -> Selected:
    """Return what the larger of two scores selects, with a share of those without the truth."""
    from scipy.optimize import brentq

    def too_many(limit: float) -> float:
        return _above((limit, limit), (0.0, 0.0), correlation)[0] - alarms

    limit = float(brentq(too_many, -_FARTHEST, _FARTHEST))
    found = _above((limit, limit), distances, correlation)[0]
    return Selected(prevalence * found + (1 - prevalence) * alarms, 0.0, found)


def best_times(
    shares: tuple[float, float], numbers: tuple[float, float], minutes: float, constant: float
) -> tuple[float, float]:
    """Return for how long to search those of two classes, so that most is found.

    A search of t finds 1 - exp(-t / constant); the gain of another minute is the same in both
    classes, so that the times differ by constant x log of the ratio of the shares.
    """
    difference = constant * math.log(shares[0] / shares[1])
    second = (minutes - numbers[0] * difference) / sum(numbers)
    return second + difference, second


def found_by_time(
    shares: tuple[float, float],
    numbers: tuple[float, float],
    times: tuple[float, float],
    constant: float,
) -> float:
    """Return the share of what two classes carry that is found in some times of search."""
    carried = [share * number for share, number in zip(shares, numbers, strict=True)]
    found = [c * -math.expm1(-t / constant) for c, t in zip(carried, times, strict=True)]
    return sum(found) / sum(carried)


def feedback_time(rate: float, mean: float, cv: float, back: float) -> float:
    """Return the mean time in an M/G/1 queue from which a share goes back to its end.

    Takacs, A single-server queue with feedback, Bell System Technical Journal 42 (1963) 505-519.
    """
    second = mean**2 * (1 + cv**2)
    return (rate * second + 2 * mean * (1 - rate * mean)) / (2 * (1 - back - rate * mean))


@dataclass(frozen=True, slots=True)
class Profiles:
    """Trucks that look suspicious or don't, and agencies that select by it.

    Attributes
    ----------
    carrying
        Share of trucks with the truth.
    high
        Share that looks suspicious, of those with the truth and of all others.
    """

    carrying: float
    high: tuple[float, float]

    def selected(self, shares: tuple[float, float]) -> float:
        """Return the share of trucks selected, by that of the suspicious and that of others."""
        p, (truly, falsely) = self.carrying, self.high
        suspicious = p * truly + (1 - p) * falsely
        return suspicious * shares[0] + (1 - suspicious) * shares[1]

    def found(self, selections: tuple[tuple[float, float], ...]) -> float:
        """Return the share of those with the truth whom any of several selects."""
        missed = [math.prod(1 - own[k] for own in selections) for k in (0, 1)]
        return 1 - self.high[0] * missed[0] - (1 - self.high[0]) * missed[1]


def exact_interval(finds: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, from finds in `CHECKS` random checks.

    Clopper and Pearson, Biometrika 26 (1934) 404-413.
    """
    from scipy.stats import binomtest

    interval = binomtest(finds, CHECKS).proportion_ci(0.95, method="exact")
    return float(interval.low), float(interval.high)


def upper_bound_without_finds() -> float:
    """Return below which share it is with 95 %, if `CHECKS` random checks find nothing."""
    return -math.expm1(math.log(0.05) / CHECKS)
