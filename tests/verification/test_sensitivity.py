"""Indices of functions whose indices are known, through the code that analyses sweeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from bcpsim.sweeps.file import Factor
from bcpsim.sweeps.points import levels_at, realised
from bcpsim.sweeps.sensitivity import indices_of, sample

NAMES = ["x1", "x2", "x3"]
A, B = 7.0, 0.1


def ishigami(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ishigami and Homma (1990), on coordinates from 0 to 1."""
    x = -np.pi + 2 * np.pi * u
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def table(values: NDArray[np.float64]) -> pd.DataFrame:
    """Return values as a sweep's result."""
    return pd.DataFrame(
        {
            "point": np.arange(len(values)),
            "variant": "base",
            "measure": "waiting_time",
            "population": "all",
            "statistic": "mean",
            "unit": "min",
            "estimate": values,
        }
    )


def found(method: str, samples: int) -> pd.DataFrame:
    points = sample(method, NAMES, samples, seed=1)  # type: ignore[arg-type]
    frame = indices_of(table(ishigami(points)), method, NAMES, points, seed=1)  # type: ignore[arg-type]
    return frame.set_index(["index", "factor"])


def test_sobol_indices_of_ishigami() -> None:
    # Variances by Sobol' and Levitan (1999): D1 = (1 + B pi^4 / 5)^2 / 2, D2 = A^2 / 8,
    # D13 = B^2 pi^8 (1 / 18 - 1 / 50).
    first = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    second = A**2 / 8
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    total = first + second + both
    expected = {
        "first": [first / total, second / total, 0.0],
        "total": [(first + both) / total, second / total, both / total],
    }
    rows = found("sobol", 1024)
    for index, values in expected.items():
        for factor, value in zip(NAMES, values, strict=True):
            row = rows.loc[(index, factor)]
            assert row["low"] <= value <= row["high"]
            assert row["high"] - row["low"] < 0.2  # an index wrong by 0.1 would be seen


def test_morris_screens_what_does_nothing() -> None:
    points = sample("morris", ["a", "b", "c"], 20, seed=1)
    values = 3 * points[:, 0] - 2 * points[:, 1]
    rows = indices_of(table(values), "morris", ["a", "b", "c"], points, seed=1)
    cells = rows.set_index(["index", "factor"])["estimate"]
    assert cells["mu_star"].tolist() == pytest.approx([3, 2, 0])
    assert cells["mu"].tolist() == pytest.approx([3, -2, 0])
    assert cells["sigma"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)


@pytest.mark.parametrize(
    "few",
    [{"values": (2, 3)}, {"range": (2, 4), "whole": True}, {"range": (2, 6), "whole": True}],
)
def test_morris_of_a_factor_with_few_values(few: dict[str, Any]) -> None:
    factors = [Factor(set=("a",), **few), Factor(set=("b",), range=(0, 1))]
    factors.append(Factor(set=("c",), values=(7,)))
    names = ["a", "b", "c"]
    points = sample("morris", names, 20, seed=1)
    a, b, _ = (levels_at(factor, points[:, k]) for k, factor in enumerate(factors))
    top = max(few.get("values") or few["range"])
    values = (10 * (a - 2) / (top - 2) + 10 * b).astype(float)
    reached = np.column_stack([realised(f, points[:, k]) for k, f in enumerate(factors)])
    rows = indices_of(table(values), "morris", names, points, 1, reached)
    cells = rows.set_index(["index", "factor"])["estimate"]
    assert cells["mu_star"].tolist() == pytest.approx([10, 10, 0])
    assert cells["mu"].tolist() == pytest.approx([10, 10, 0])
    assert cells["sigma"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)


def test_morris_sees_the_interaction_of_ishigami() -> None:
    # x3 does nothing alone, and much with x1: it is no factor to leave out.
    rows = found("morris", 100)
    assert rows.loc[("mu_star", "x3"), "estimate"] > 1
    assert rows.loc[("sigma", "x3"), "estimate"] > 1
