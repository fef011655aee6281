"""Points of a sweep: from coordinates of a design to the values of factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError
from bcpsim.plan.laws import Law, LawKind, lognormal_from_mean_cv
from bcpsim.sampling.laws import quantile
from bcpsim.scenario.overriding import Value
from bcpsim.studies import as_settings
from bcpsim.sweeps.design import Coordinates, coordinates
from bcpsim.sweeps.file import (
    MAX_POINTS,
    POINT,
    Factor,
    Lognormal,
    Normal,
    SweepFile,
    Triangular,
)

if TYPE_CHECKING:
    import pyarrow as pa

TAIL = 0.001
"""Share at each end of a law that no point reaches: some laws have no ends."""

_DIGITS = 12  # of values between the ends of a range, so that 0.9 is 0.9


@dataclass(frozen=True)
class Points:
    """The points of a sweep.

    Attributes
    ----------
    sweep
        Whose factors are set.
    levels
        For each factor the value at each point.
    where
        The points as coordinates from 0 to 1, shape (points, factors).
    """

    sweep: SweepFile
    levels: tuple[NDArray[Any], ...]
    where: Coordinates

    def __len__(self) -> int:
        return len(self.levels[0])

    def at(self, point: int) -> dict[str, Value]:
        """Return the value of each factor at a point."""
        return {
            name: column[point].item() if isinstance(column[point], np.generic) else column[point]
            for name, column in zip(self.sweep.factors, self.levels, strict=True)
        }

    def overrides(self, point: int, variant: str) -> dict[str, str]:
        """Return what is set at a point in a variant, by key path."""
        levels = self.at(point)
        return as_settings(self.sweep.overrides) | {
            key: factor.text(levels[name])
            for name, factor in self.sweep.factors.items()
            if factor.is_set_in(variant)
            for key in factor.set
        }

    @cached_property
    def columns(self) -> dict[str, pa.Array]:
        """The number of each point and the values of the factors, typed."""
        import pyarrow as pa

        columns = {POINT: pa.array(np.arange(len(self)))}
        for (name, factor), column in zip(self.sweep.factors.items(), self.levels, strict=True):
            values = column.tolist()
            if not factor.is_number:
                values = [
                    value if isinstance(value, str) else factor.text(value) for value in values
                ]
            elif any(isinstance(v, float) for v in values):
                values = [float(v) for v in values]
            columns[name] = pa.array(values)
        return columns


def points_of(
    sweep: SweepFile, where: Coordinates | Sequence[Sequence[float]] | None = None
) -> Points:
    """Return the points of a sweep.

    Parameters
    ----------
    sweep
        With factors and design.
    where
        Coordinates from 0 to 1 instead of the design's, shape (points, factors), such as a
        sample of SALib's.

    Raises
    ------
    InputError
        If the design doesn't fit the factors, or the coordinates aren't as said.
    """
    table = coordinates(sweep) if where is None else np.asarray(where, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(sweep.factors) or not len(table):
        raise InputError(
            f"expected points of shape (points, {len(sweep.factors)}), found {table.shape}"
        )
    if not (table >= 0).all() or not (table <= 1).all():
        raise InputError("the coordinates of points must be from 0 to 1")
    if len(table) > MAX_POINTS:
        raise InputError(f"the sweep has {len(table):,} points; the bound is {MAX_POINTS:,}")
    factors = sweep.factors.values()
    return Points(sweep, tuple(levels_at(f, table[:, k]) for k, f in enumerate(factors)), table)


def levels_at(factor: Factor, u: NDArray[np.float64]) -> NDArray[Any]:
    """Return a factor's values at coordinates.

    Listed values and whole numbers take equal shares of the unit interval; a range runs
    from end to end, evenly or evenly in the logarithm; a law gives its quantiles, between
    `TAIL` and 1 - `TAIL`.
    """
    if factor.values is not None:
        listed = np.empty(len(factor.values), dtype=object)
        listed[:] = factor.values
        return listed[_share(u, len(listed))]
    if factor.range is not None and factor.whole:
        low, high = factor.range
        return int(low) + _share(u, int(high - low) + 1)
    if factor.range is not None:
        low, high = factor.range
        return _rounded(low + u * (high - low))
    if factor.log_range is not None:
        low, high = np.log(factor.log_range)
        return _rounded(np.exp(low + u * (high - low)))
    u = np.clip(u, TAIL, 1 - TAIL)
    match factor.law:
        case Normal(mean=mean, sd=sd):
            from scipy.special import ndtri

            return _rounded(mean + sd * ndtri(u))
        case Lognormal(mean=mean, cv=cv):
            return _rounded(quantile(lognormal_from_mean_cv(mean, cv), u))
        case Triangular(low=low, mode=mode, high=high):
            return _rounded(quantile(Law(LawKind.TRIANGULAR, (low, mode, high)), u))
    raise AssertionError("a factor has values, a range or a law")


def realised(factor: Factor, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where a factor's values at coordinates lie from 0, its first, to 1, its last.

    Listed values and whole numbers lie evenly; all others lie at their coordinates.
    """
    if factor.count is None:
        return u
    return _share(u, factor.count) / max(factor.count - 1, 1)


def _share(u: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    return np.minimum((u * count).astype(np.int64), count - 1)


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([float(f"{value:.{_DIGITS}g}") for value in values])
