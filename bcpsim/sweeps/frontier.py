"""Which points of a sweep can't be bettered in one aim without losing in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError
from bcpsim.kpi import Row, find_row

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Aim:
    """A measure of which less, or more, is better.

    Attributes
    ----------
    name
        As people name a value: MEASURE, MEASURE/POPULATION or MEASURE/POPULATION/STATISTIC.
    direction
        ``"least"`` or ``"most"``.
    """

    name: str
    direction: Literal["least", "most"]


def frontier(values: pd.DataFrame, aims: Sequence[Aim]) -> pd.DataFrame:
    """Mark the non-dominated points of a sweep's result.

    A point dominates another if it is at least as good in every aim and better in one, by the
    estimates. It does so *with confidence* if in one aim its whole interval lies apart from the
    other's. In the other aims the points share their travellers, so that an estimate that isn't
    worse says more than intervals that overlap.

    Parameters
    ----------
    values
        From `bcpsim.sweep` or `bcpsim.read_measures`.
    aims
        Two or more.

    Returns
    -------
    pandas.DataFrame
        One row for each point and variant. Columns: point, the factors, variant; for each aim by
        its name the estimate, and with _low and _high its interval; status (text): ``frontier``
        (no other point dominates it), ``open`` (another does by the estimates, none with
        confidence) or ``dominated`` (with confidence). Points without a value in an aim have no
        row.

    Raises
    ------
    InputError
        If there are fewer than two aims, or a measure isn't kept by the sweep.
    """
    if len(aims) < 2:
        raise InputError(f"a frontier needs at least two aims, found {len(aims)}")
    place = ["point", "variant"]
    first = list(values.columns).index("variant")
    table = values[[*values.columns[: first + 1]]].drop_duplicates(place).set_index(place)
    for aim, row in zip(aims, rows_of(values, aims), strict=True):
        of_row = values.loc[
            (values["measure"] == row.measure)
            & (values["population"] == row.population)
            & (values["statistic"] == row.statistic)
        ].set_index(place)
        table[aim.name] = of_row["estimate"]
        # A value without an interval (one replication) is only known as it is.
        table[f"{aim.name}_low"] = of_row["low"].fillna(of_row["estimate"])
        table[f"{aim.name}_high"] = of_row["high"].fillna(of_row["estimate"])
    table = table.dropna(subset=[aim.name for aim in aims]).reset_index()
    sign = np.array([1.0 if aim.direction == "least" else -1.0 for aim in aims])

    def columns(ending: str) -> NDArray[np.float64]:
        named = table[[f"{aim.name}{ending}" for aim in aims]]
        signed: NDArray[np.float64] = np.asarray(named, dtype=np.float64) * sign
        return signed

    estimate, low, high = columns(""), columns("_low"), columns("_high")
    best, worst = np.minimum(low, high), np.maximum(low, high)
    status = []
    for k, of_row in enumerate(estimate):
        no_worse = (estimate <= of_row).all(axis=1)
        better = no_worse & (estimate < of_row).any(axis=1)
        surely = no_worse & (worst < best[k]).any(axis=1)
        status.append("dominated" if surely.any() else "open" if better.any() else "frontier")
    table["status"] = status
    # The order of a sweep's columns: point, factors, variant.
    names = list(values.columns[: first + 1])
    return table[[*names, *(c for c in table.columns if c not in names)]]


def rows_of(values: pd.DataFrame, aims: Sequence[Aim]) -> list[Row]:
    """Return for each aim the row of a sweep's result that it names.

    Parameters
    ----------
    values, aims
        As for `frontier`.

    Raises
    ------
    InputError
        If a measure isn't kept by the sweep.
    """
    known = values[["measure", "population", "statistic"]].drop_duplicates()
    rows = [Row(*map(str, key)) for key in known.itertuples(index=False)]
    return [find_row(rows, aim.name) for aim in aims]
