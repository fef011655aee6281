"""Looks at accumulating replications whose intervals hold all together.

Who looks at an interval again and again, and stops when it pleases, is wrong more often than
its level says. Here the looks are fixed beforehand, and the probability of an error is spent
over them in proportion to the new replications of each (Lan and DeMets, Biometrika 70 (1983)
659-663; Kim and DeMets, Biometrika 74 (1987) 149-154, with the power 1): the intervals of all
looks together hold the true value with the confidence asked for (repeated confidence intervals;
Jennison and Turnbull, Group Sequential Methods, 2000, ch. 7 and 9), whatever rule stops the
looking. Early looks spend little, since few skewed days say little.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

FEWEST = 40
"""Replications from which on there are verdicts: with fewer skewed days too many are wrong on one
side (docs/statistics.md)."""


def looks(first: int, last: int) -> tuple[int, ...]:
    """Return the numbers of replications at which to look: doubled each time, then the last.

    Parameters
    ----------
    first, last
        Replications at the first and at the last look, ``first <= last``; what is below `FEWEST`
        counts as that.
    """
    first, last = max(first, FEWEST), max(last, FEWEST)
    numbers = [first]
    while numbers[-1] * 2 < last:
        numbers.append(numbers[-1] * 2)
    return (*numbers, last) if last > numbers[-1] else tuple(numbers)


@cache
def levels(numbers: tuple[int, ...], confidence: float) -> tuple[float, ...]:
    """Return the confidence of the interval at each look, so that all hold together.

    Parameters
    ----------
    numbers
        Replications at each look, increasing.
    confidence
        Probability with which the intervals of all looks hold the true value.

    Returns
    -------
    tuple of float
        Confidence of each look's interval on its own. For means the interval is then Student's
        with this level (the significance-level approach; Jennison and Turnbull 2000, 3.8).

    Notes
    -----
    Each look spends the part of ``1 - confidence`` that its new replications are of all. The
    standard normal bound of a look solves ``P(no bound crossed before, crossed now) = part``, by
    integration over the sum of what was seen so far (Armitage, McPherson and Rowe, J. R.
    Statist. Soc. A 132 (1969) 235-244).
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr

    confidences: list[float] = []
    before = 0
    # Of those not yet beyond a bound: values of the sum, and their probability.
    sums, mass = np.zeros(1), np.ones(1)
    for number in numbers:
        spread = (number - before) ** 0.5
        part = (1 - confidence) * (number - before) / numbers[-1]

        def missing(z: float, part: float, at: float, s: NDArray, m: NDArray, d: float) -> float:  # type: ignore[type-arg]
            edge = z * at**0.5
            outside = ndtr((-edge - s) / d) + ndtr((s - edge) / d)
            return float(m @ outside) - part

        z = brentq(missing, 0.0, 20.0, args=(part, number, sums, mass, spread), xtol=1e-10)
        confidences.append(float(1 - 2 * ndtr(-z)))
        nodes, weights = np.polynomial.legendre.leggauss(200)
        edge = z * number**0.5
        new = nodes * edge
        steps = (new[:, None] - sums[None, :]) / spread
        density = np.exp(-(steps**2) / 2) @ mass / (spread * (2 * np.pi) ** 0.5)
        sums, mass, before = new, density * weights * edge, number
    return tuple(confidences)
