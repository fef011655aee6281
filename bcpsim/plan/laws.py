"""Probability laws as plain data: a kind and its parameters, all times in minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from statistics import NormalDist


class LawKind(IntEnum):
    """The kinds of laws and their parameters.

    DETERMINISTIC (value); EXPONENTIAL (mean); LOGNORMAL (mu, sigma of the logarithm);
    GAMMA (shape, scale); WEIBULL (shape, scale); TRIANGULAR (low, mode, high);
    UNIFORM (low, high); EMPIRICAL (values in ascending order, each equally likely);
    MIXTURE (a weight for each of the parts, adding to 1); TRUNCATED (low, high; one
    part, conditioned on lying between); SHIFTED (offset; one part); ADDED (as the package says
    that adds the law).
    """

    DETERMINISTIC = 0
    EXPONENTIAL = 1
    LOGNORMAL = 2
    GAMMA = 3
    WEIBULL = 4
    TRIANGULAR = 5
    UNIFORM = 6
    EMPIRICAL = 7
    MIXTURE = 8
    TRUNCATED = 9
    SHIFTED = 10
    ADDED = 11


@dataclass(frozen=True, slots=True)
class Law:
    """A probability law: kind and parameters; compound kinds have parts, added ones a name."""

    kind: LawKind
    params: tuple[float, ...]
    parts: tuple[Law, ...] = ()
    name: str = ""


def lognormal_from_mean_cv(mean: float, cv: float) -> Law:
    """Return the lognormal law with this mean and coefficient of variation."""
    variance = math.log1p(cv * cv)
    return Law(LawKind.LOGNORMAL, (math.log(mean) - variance / 2, math.sqrt(variance)))


def lognormal_from_quantiles(p1: float, x1: float, p2: float, x2: float) -> Law:
    """Return the lognormal law with the quantiles x1 at p1 and x2 at p2."""
    z1, z2 = NormalDist().inv_cdf(p1), NormalDist().inv_cdf(p2)
    sigma = (math.log(x2) - math.log(x1)) / (z2 - z1)
    return Law(LawKind.LOGNORMAL, (math.log(x1) - sigma * z1, sigma))


def gamma_from_mean_cv(mean: float, cv: float) -> Law:
    """Return the gamma law with this mean and coefficient of variation."""
    return Law(LawKind.GAMMA, (1 / cv**2, mean * cv**2))


def erlang(mean: float, stages: int) -> Law:
    """Return the law of a sum of equal exponentials: gamma with a whole shape."""
    return Law(LawKind.GAMMA, (float(stages), mean / stages))


def weibull_from_mean_cv(mean: float, cv: float) -> Law:
    """Return the Weibull law with this mean and coefficient of variation.

    The shape k solves ``1 + cv^2 = Gamma(1 + 2/k) / Gamma(1 + 1/k)^2``, whose right side
    falls with k; found by bisection (Johnson, Kotz and Balakrishnan, Continuous
    Univariate Distributions 1, 2nd ed., ch. 21).
    """
    target = math.log1p(cv * cv)
    low, high = 0.05, 200.0
    for _ in range(200):
        shape = math.sqrt(low * high)
        if math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape) > target:
            low = shape
        else:
            high = shape
    return Law(LawKind.WEIBULL, (shape, mean / math.exp(math.lgamma(1 + 1 / shape))))
