"""Quantile functions, distribution functions and moments of the laws.

A value is drawn by putting one uniform number into the quantile function, so that
every random quantity of a traveller hangs on one number of its stream.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bcpsim.plan.laws import Law, LawKind

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)


def quantile(law: Law, u: Floats) -> Floats:
    """Return the quantiles of a law.

    Parameters
    ----------
    law
        The law.
    u
        Probabilities between 0 and 1, both excluded; any shape.

    Returns
    -------
    ndarray
        Values of the same shape; they grow with u except for mixtures, where u first
        picks the part and what is left of it is the part's own probability.
    """
    p = law.params
    match law.kind:
        case LawKind.DETERMINISTIC:
            return np.full(u.shape, p[0])
        case LawKind.EXPONENTIAL:
            return np.asarray(-p[0] * np.log1p(-u))
        case LawKind.LOGNORMAL:
            return np.exp(p[0] + p[1] * special.ndtri(u))
        case LawKind.GAMMA:
            if p[0] == 1.0:
                return -p[1] * np.log1p(-u)
            return np.asarray(p[1] * special.gammaincinv(p[0], u), dtype=np.float64)
        case LawKind.WEIBULL:
            return p[1] * (-np.log1p(-u)) ** (1 / p[0])
        case LawKind.TRIANGULAR:
            low, mode, high = p
            rising = low + np.sqrt(u * (high - low) * (mode - low))
            falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
            return np.where(u * (high - low) < mode - low, rising, falling)
        case LawKind.UNIFORM:
            return p[0] + u * (p[1] - p[0])
        case LawKind.EMPIRICAL:
            return np.array(p)[np.minimum((u * len(p)).astype(np.int64), len(p) - 1)]
        case LawKind.MIXTURE:
            return _mixture_quantile(law, u)
        case LawKind.TRUNCATED:
            below, above = cdf(law.parts[0], np.array(p))
            inner = np.clip(below + u * (above - below), 2.0**-60, 1 - 2.0**-53)
            return np.clip(quantile(law.parts[0], inner), p[0], p[1])
        case LawKind.SHIFTED:
            return p[0] + quantile(law.parts[0], u)


def _mixture_quantile(law: Law, u: Floats) -> Floats:
    edges = np.concatenate([[0.0], np.cumsum(law.params)])
    part = np.minimum(np.searchsorted(edges, u, side="right") - 1, len(law.parts) - 1)
    values = np.empty(u.shape)
    for k, own in enumerate(law.parts):
        rows = part == k
        inner = (u[rows] - edges[k]) / law.params[k] if law.params[k] else u[rows]
        values[rows] = quantile(own, np.clip(inner, 2.0**-60, 1 - 2.0**-53))
    return values


def cdf(law: Law, x: Floats) -> Floats:
    """Return the probability that a value of the law is at most x; any shape."""
    p = law.params
    match law.kind:
        case LawKind.DETERMINISTIC:
            return (x >= p[0]).astype(float)
        case LawKind.EXPONENTIAL:
            return np.asarray(-np.expm1(-np.maximum(x, 0) / p[0]))
        case LawKind.LOGNORMAL:
            with np.errstate(divide="ignore"):
                return special.ndtr((np.log(np.maximum(x, 0)) - p[0]) / p[1])
        case LawKind.GAMMA:
            return np.asarray(special.gammainc(p[0], np.maximum(x, 0) / p[1]), dtype=np.float64)
        case LawKind.WEIBULL:
            return -np.expm1(-((np.maximum(x, 0) / p[1]) ** p[0]))
        case LawKind.TRIANGULAR:
            low, mode, high = p
            inside = np.clip(x, low, high)
            rising = (inside - low) ** 2 / ((high - low) * max(mode - low, 1e-300))
            falling = 1 - (high - inside) ** 2 / ((high - low) * max(high - mode, 1e-300))
            return np.where(inside < mode, rising, falling)
        case LawKind.UNIFORM:
            return np.clip((x - p[0]) / (p[1] - p[0]), 0.0, 1.0)
        case LawKind.EMPIRICAL:
            return np.searchsorted(np.array(p), x, side="right") / len(p)
        case LawKind.MIXTURE:
            parts = zip(p, law.parts, strict=True)
            return np.sum([weight * cdf(part, x) for weight, part in parts], axis=0)
        case LawKind.TRUNCATED:
            below, above = cdf(law.parts[0], np.array(p))
            inner = cdf(law.parts[0], np.clip(x, p[0], p[1]))
            return np.where(x < p[0], 0.0, (inner - below) / (above - below))
        case LawKind.SHIFTED:
            return cdf(law.parts[0], x - p[0])


def mean(law: Law) -> float:
    """Return the mean of a law, exact save for truncated laws (quadrature)."""
    p = law.params
    match law.kind:
        case LawKind.DETERMINISTIC | LawKind.EXPONENTIAL:
            return p[0]
        case LawKind.LOGNORMAL:
            return math.exp(p[0] + p[1] ** 2 / 2)
        case LawKind.GAMMA:
            return p[0] * p[1]
        case LawKind.WEIBULL:
            return p[1] * math.gamma(1 + 1 / p[0])
        case LawKind.TRIANGULAR:
            return sum(p) / 3
        case LawKind.UNIFORM:
            return sum(p) / 2
        case LawKind.EMPIRICAL:
            return math.fsum(p) / len(p)
        case LawKind.MIXTURE:
            parts = zip(p, law.parts, strict=True)
            return math.fsum(weight * mean(part) for weight, part in parts)
        case LawKind.TRUNCATED:
            # The mean of a law on [low, high] is high less the integral of its
            # distribution function.
            half = (p[1] - p[0]) / 2
            x = p[0] + half * (_NODES + 1)
            return p[1] - half * float(np.dot(_WEIGHTS, cdf(law, x)))
        case LawKind.SHIFTED:
            return p[0] + mean(law.parts[0])
