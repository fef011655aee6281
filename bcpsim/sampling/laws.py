"""Quantile functions, distribution functions and moments of the laws.

A value is drawn by putting one uniform number into the quantile function, so that
every random quantity of a traveller hangs on one number of its stream.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import scipy  # loads scipy.special when a law first needs it: starting stays quick
from numpy.typing import NDArray

from bcpsim.errors import InputError
from bcpsim.plan.laws import Law, LawKind
from bcpsim.scenario.added import quantiles_of

Floats = NDArray[np.float64]


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

    Raises
    ------
    InputError
        If a truncated law never lies between its bounds.
    """
    p = law.params
    match law.kind:
        case LawKind.DETERMINISTIC:
            return np.full(u.shape, p[0])
        case LawKind.EXPONENTIAL:
            return np.asarray(-p[0] * np.log1p(-u))
        case LawKind.LOGNORMAL:
            return np.exp(p[0] + p[1] * scipy.special.ndtri(u))
        case LawKind.GAMMA:
            if p[0] == 1.0:
                return -p[1] * np.log1p(-u)
            return np.asarray(p[1] * scipy.special.gammaincinv(p[0], u), dtype=np.float64)
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
            kept = _kept(law)
            if kept.kind is not LawKind.TRUNCATED:
                return np.clip(quantile(kept, u), p[0], p[1])
            return np.clip(_limited_quantile(kept, u), p[0], p[1])
        case LawKind.SHIFTED:
            return p[0] + quantile(law.parts[0], u)
        case LawKind.ADDED:
            return quantiles_of(law.name, u, p)


def _mixture_quantile(law: Law, u: Floats) -> Floats:
    edges = np.concatenate([[0.0], np.cumsum(law.params)])
    part = np.minimum(np.searchsorted(edges, u, side="right") - 1, len(law.parts) - 1)
    values = np.empty(u.shape)
    for k, own in enumerate(law.parts):
        rows = part == k
        inner = (u[rows] - edges[k]) / law.params[k] if law.params[k] else u[rows]
        values[rows] = quantile(own, np.clip(inner, 2.0**-60, 1 - 2.0**-53))
    return values


def _limited_quantile(law: Law, u: Floats) -> Floats:
    """Return the quantiles of a truncated smooth law."""
    part = law.parts[0]
    low, high = np.array(law.params)
    below, above = cdf(part, low), cdf(part, high)
    if below <= 0.5:
        return quantile(part, np.clip(below + u * (above - below), 2.0**-60, 1 - 2.0**-53))
    below, above = _survival(part, low), _survival(part, high)
    tail = np.maximum(above + (1 - u) * (below - above), np.finfo(np.float64).tiny)
    p = part.params
    match part.kind:
        case LawKind.EXPONENTIAL:
            return np.asarray(-p[0] * np.log(tail))
        case LawKind.LOGNORMAL:
            return np.exp(p[0] - p[1] * scipy.special.ndtri(tail))
        case LawKind.GAMMA:
            return np.asarray(p[1] * scipy.special.gammainccinv(p[0], tail), dtype=np.float64)
        case LawKind.WEIBULL:
            return p[1] * (-np.log(tail)) ** (1 / p[0])
        case _:
            return quantile(part, 1 - tail)


def _survival(law: Law, x: Floats) -> Floats:
    """Return the probability that a value of a smooth law is above x.

    In the upper tail it keeps the digits that 1 less the distribution function loses.
    """
    p = law.params
    match law.kind:
        case LawKind.EXPONENTIAL:
            return np.asarray(np.exp(-np.maximum(x, 0) / p[0]))
        case LawKind.LOGNORMAL:
            with np.errstate(divide="ignore"):
                return scipy.special.ndtr((p[0] - np.log(np.maximum(x, 0))) / p[1])
        case LawKind.GAMMA:
            return np.asarray(
                scipy.special.gammaincc(p[0], np.maximum(x, 0) / p[1]), dtype=np.float64
            )
        case LawKind.WEIBULL:
            return np.exp(-((np.maximum(x, 0) / p[1]) ** p[0]))
        case _:
            return 1 - cdf(law, x)


def _between(law: Law, low: float, x: Floats) -> Floats:
    """Return the probability that a value of a smooth law lies between low and x."""
    start = np.array(low)
    if cdf(law, start) > 0.5:
        return _survival(law, start) - _survival(law, x)
    return cdf(law, x) - cdf(law, start)


def _probability(law: Law, low: float, high: float) -> float:
    return float(_between(law, low, np.array(high))) if low < high else 0.0


def _kept(law: Law) -> Law:
    """Return a truncated law with the truncation moved to the smooth laws inside it.

    The quantiles of a mixture don't grow with u and those of a discrete law jump, so
    neither can be truncated by limiting u.
    """
    low, high = law.params
    probability, kept = _conditioned(law.parts[0], low, high)
    if probability == 0:
        raise InputError(f"a time is truncated to [{low:g}, {high:g}] min, but it never lies there")
    return kept


def _conditioned(law: Law, low: float, high: float) -> tuple[float, Law]:
    """Return how likely a value in [low, high] is, and the law of such a value."""
    p = law.params
    match law.kind:
        case LawKind.DETERMINISTIC | LawKind.EMPIRICAL:
            values = tuple(value for value in p if low <= value <= high)
            return len(values) / len(p), Law(law.kind, values)
        case LawKind.MIXTURE:
            inside = [_conditioned(part, low, high) for part in law.parts]
            shares = [weight * own for weight, (own, _) in zip(p, inside, strict=True)]
            total = math.fsum(shares)
            left = [k for k, share in enumerate(shares) if share > 0]
            weights = tuple(shares[k] / total for k in left)
            return total, Law(law.kind, weights, tuple(inside[k][1] for k in left))
        case LawKind.TRUNCATED:
            kept = _kept(law)
            if kept.kind is not LawKind.TRUNCATED:
                return _conditioned(kept, low, high)
            part = kept.parts[0]
            bounds = (max(low, kept.params[0]), min(high, kept.params[1]))
            share = _probability(part, *bounds) / _probability(part, *kept.params)
            return share, Law(law.kind, bounds, kept.parts)
        case LawKind.SHIFTED:
            probability, part = _conditioned(law.parts[0], low - p[0], high - p[0])
            return probability, Law(law.kind, p, (part,))
        case _:
            return _probability(law, low, high), Law(LawKind.TRUNCATED, (low, high), (law,))


def cdf(law: Law, x: Floats) -> Floats:
    """Return the probability that a value of the law is at most x; any shape.

    Raises
    ------
    InputError
        If a truncated law never lies between its bounds.
    """
    p = law.params
    match law.kind:
        case LawKind.DETERMINISTIC:
            return (x >= p[0]).astype(float)
        case LawKind.EXPONENTIAL:
            return np.asarray(-np.expm1(-np.maximum(x, 0) / p[0]))
        case LawKind.LOGNORMAL:
            with np.errstate(divide="ignore"):
                return scipy.special.ndtr((np.log(np.maximum(x, 0)) - p[0]) / p[1])
        case LawKind.GAMMA:
            return np.asarray(
                scipy.special.gammainc(p[0], np.maximum(x, 0) / p[1]), dtype=np.float64
            )
        case LawKind.WEIBULL:
            return -np.expm1(-((np.maximum(x, 0) / p[1]) ** p[0]))
        case LawKind.TRIANGULAR:
            low, mode, high = p
            inside = np.clip(x, low, high)
            rising = (inside - low) ** 2 / ((high - low) * max(mode - low, 1e-300))
            falling = 1 - (high - inside) ** 2 / ((high - low) * max(high - mode, 1e-300))
            return np.clip(np.where(inside < mode, rising, falling), 0.0, 1.0)  # but for rounding
        case LawKind.UNIFORM:
            return np.clip((x - p[0]) / (p[1] - p[0]), 0.0, 1.0)
        case LawKind.EMPIRICAL:
            return np.searchsorted(np.array(p), x, side="right") / len(p)
        case LawKind.MIXTURE:
            parts = zip(p, law.parts, strict=True)
            return np.sum([weight * cdf(part, x) for weight, part in parts], axis=0)
        case LawKind.TRUNCATED:
            kept = _kept(law)
            if kept.kind is not LawKind.TRUNCATED:
                return cdf(kept, x)
            part = kept.parts[0]
            low, high = kept.params
            below = _between(part, low, np.clip(x, low, high)) / _probability(part, low, high)
            return np.clip(below, 0.0, 1.0)  # but for rounding
        case LawKind.SHIFTED:
            return cdf(law.parts[0], x - p[0])
        case LawKind.ADDED:
            return _inverted(law, x)


def _inverted(law: Law, x: Floats) -> Floats:
    """Return the distribution function of a law that has a quantile function alone."""
    low, high = np.zeros(np.shape(x)), np.ones(np.shape(x))
    for _ in range(52):  # halving: to the last digit of a probability
        middle = (low + high) / 2
        above = quantile(law, np.clip(middle, 2.0**-60, 1 - 2.0**-53)) > x
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2).round(15)


def mean(law: Law) -> float:
    """Return the mean of a law: a closed form, for truncated and added laws quadrature (to 1e-8).

    Raises
    ------
    InputError
        If a truncated law never lies between its bounds.
    """
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
            kept = _kept(law)
            if kept.kind is not LawKind.TRUNCATED:
                return mean(kept)
            values, weights = _quadrature(kept)
            return float(np.dot(weights, values))
        case LawKind.SHIFTED:
            return p[0] + mean(law.parts[0])
        case LawKind.ADDED:
            nodes, weights = _unit_quadrature()
            return float(np.dot(weights, quantile(law, nodes)))


def _quadrature(law: Law) -> tuple[Floats, Floats]:
    """Return values and weights whose sum is the mean of a truncated smooth law."""
    edges = np.array([0.0, 1.0])
    part = law.parts[0]
    if part.kind is LawKind.TRIANGULAR:
        # The quantile function bends at the mode; on either side of it, it is smooth.
        edges = np.insert(edges, 1, cdf(law, np.array(part.params[1])))
    widths = np.diff(edges)[:, None]
    nodes, weights = _unit_quadrature()
    values = quantile(law, edges[:-1, None] + widths * nodes)
    return values.ravel(), (widths * weights).ravel()


@cache
def _unit_quadrature() -> tuple[Floats, Floats]:
    """Return nodes and weights of an integral over (0, 1).

    Double exponential quadrature, whose nodes crowd at the ends, where quantile functions are
    steep (Takahasi and Mori 1974, Double exponential formulas for numerical integration, Publ.
    RIMS 9).
    """
    steps = np.linspace(-3.0, 3.0, 193)
    nodes = scipy.special.expit(np.pi * np.sinh(steps))
    return nodes, np.pi * np.cosh(steps) * nodes * (1 - nodes) * (steps[1] - steps[0])
