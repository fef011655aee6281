"""Designs: the points of a sweep as coordinates from 0 to 1, one column for each factor.

A coordinate becomes a value of its factor in `bcpsim.sweeps.points`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import combinations, product
from operator import xor

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError
from bcpsim.sweeps.file import (
    MAX_POINTS,
    Factor,
    Fractional,
    FullFactorial,
    LatinHypercube,
    Sobol,
    SweepFile,
)

Coordinates = NDArray[np.float64]

MAX_RESOLUTION = 5
"""Up to which the resolution of a fractional design is looked at."""


def coordinates(sweep: SweepFile) -> Coordinates:
    """Return the points of a sweep's design.

    Returns
    -------
    ndarray
        Coordinates from 0 to 1, shape (points, factors).

    Raises
    ------
    InputError
        If the design doesn't fit the factors, or has too many points.
    """
    factors = sweep.factors
    match sweep.design:
        case FullFactorial():
            return full_factorial([levels(name, factor) for name, factor in factors.items()])
        case Fractional(resolution=resolution):
            for name, factor in factors.items():
                if factor.law is not None or len(factor.values or (0, 1)) != 2:
                    raise InputError(
                        f"factor {name!r}: a fractional design takes the two ends of a range, "
                        "or two values"
                    )
            return fractional(len(factors), resolution)
        case LatinHypercube(points=points):
            from scipy.stats import qmc

            return qmc.LatinHypercube(len(factors), rng=sweep.seed).random(points)
        case Sobol(points=points):
            from scipy.stats import qmc

            return qmc.Sobol(len(factors), rng=sweep.seed).random(points)


def levels(name: str, factor: Factor) -> list[float]:
    """Return the coordinates of a factor's values in a full factorial.

    Raises
    ------
    InputError
        If it is a range without a number of levels.
    """
    count = factor.levels
    if factor.count is not None:
        count = min(count or factor.count, factor.count)
    if count is None:
        raise InputError(f"factor {name!r}: a full factorial needs the number of its levels")
    if factor.bounds and not factor.whole:
        return [k / (count - 1) for k in range(count)]
    return [(k + 0.5) / count for k in range(count)]  # equal shares, each by its middle


def full_factorial(levels: Sequence[Sequence[float]]) -> Coordinates:
    """Return all combinations; the last factor changes fastest.

    Raises
    ------
    InputError
        If they are too many.
    """
    count = int(np.prod([len(column) for column in levels], dtype=object))
    if count > MAX_POINTS:
        raise InputError(f"the full factorial has {count:,} points; the bound is {MAX_POINTS:,}")
    return np.array(list(product(*levels)))


def fractional(factors: int, resolution: int) -> Coordinates:
    """Return a two-level fractional factorial design.

    The first factors run through all combinations; each further one is a product of some of
    them. A design has at least resolution R if no product of fewer than R of its columns is
    constant (Box, Hunter and Hunter, Statistics for Experimenters, 2nd ed., ch. 6). The
    smallest number of runs for which such products are found is taken, and with it the best
    resolution up to 5.

    Parameters
    ----------
    factors
        Number of factors.
    resolution
        3, 4 or 5.

    Returns
    -------
    ndarray
        0 and 1, shape (runs, factors).

    Raises
    ------
    InputError
        If the design has too many points.
    """
    basic = next(k for k in range(1, factors + 1) if _columns(k, factors, resolution))
    if 2**basic > MAX_POINTS:
        raise InputError(f"the design has {2**basic:,} points; the bound is {MAX_POINTS:,}")
    by_resolution = (_columns(basic, factors, best) for best in range(MAX_RESOLUTION, 0, -1))
    columns = next(products for products in by_resolution if products)
    signs = np.array(list(product((-1, 1), repeat=basic)))
    return (np.column_stack([signs[:, list(word)].prod(axis=1) for word in columns]) + 1) / 2.0


def resolution(points: Coordinates) -> int:
    """Return the resolution of a two-level design, `MAX_RESOLUTION` for that and more.

    It is the number of columns in the shortest product that is constant.
    """
    signs = np.where(points > 0.5, 1, -1)
    for size in range(1, MAX_RESOLUTION):
        for combination in combinations(range(points.shape[1]), size):
            word = signs[:, list(combination)].prod(axis=1)
            if abs(word.sum()) == len(word):
                return size
    return MAX_RESOLUTION


def _columns(basic: int, factors: int, resolution: int) -> list[tuple[int, ...]]:
    """Return for each factor the basic factors of its product; empty if there are too few.

    A product is a bit mask, and that of two of them their exclusive or. A column is taken if
    it isn't the product of fewer than `resolution` - 1 of those taken before.
    """
    taken: list[tuple[int, ...]] = []
    masks: list[int] = []
    near = {0}  # the products of up to resolution - 2 columns
    for length in range(1, basic + 1):
        for word in combinations(range(basic), length):
            mask = sum(1 << k for k in word)
            if mask in near:
                continue
            for size in range(resolution - 2):
                for combination in combinations(masks, size):
                    near.add(reduce(xor, combination, mask))
            taken.append(word)
            masks.append(mask)
            if len(taken) == factors:
                return taken
    return []
