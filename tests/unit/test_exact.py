"""The exact models against values that were computed independently."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from bcpsim.stats import mean_interval
from bcpsim.verify import exact

DATA = Path(__file__).parents[1] / "verification" / "data" / "queueing_benchmarks.csv"
with DATA.open(encoding="utf-8") as handle:
    ROWS = list(csv.DictReader(handle))


def rows(model: str, quantity: str) -> list[tuple[dict[str, float], float]]:
    """Return parameters and value of the rows of a model."""
    found = []
    for row in ROWS:
        if row["model"] == model and row["quantity"] == quantity and ";" in row["parameters"]:
            parts = [part.split("=") for part in row["parameters"].split(";")]
            if all(len(part) == 2 for part in parts):
                found.append(({k: float(v) for k, v in parts}, float(row["value"])))
    assert found
    return found


@pytest.mark.parametrize(("given", "value"), rows("M/M/c", "E[Wq]/E[S]"))
def test_mmc_wait(given: dict[str, float], value: float) -> None:
    c = int(given["c"])
    assert exact.mmc_wait(given["rho"] * c, 1, c) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("given", "value"), rows("M/M/c", "P(wait>0)"))
def test_erlang_c(given: dict[str, float], value: float) -> None:
    c = int(given["c"])
    assert exact.erlang_c(c, given["rho"] * c) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("given", "value"), rows("M/M/c/c", "blocking"))
def test_erlang_b(given: dict[str, float], value: float) -> None:
    assert exact.erlang_b(int(given["c"]), given["a"]) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(("given", "value"), rows("M/D/c", "E[Wq]"))
def test_mdc_wait(given: dict[str, float], value: float) -> None:
    c = int(given["c"])
    assert exact.mdc_wait(given["rho"] * c, 1, c) == pytest.approx(value, abs=1e-6)


def test_the_published_example_of_erlang_c() -> None:
    assert exact.mmc_wait(0.2, 240, 55) == pytest.approx(8.184032, abs=1e-6)


def test_mg1_wait() -> None:
    assert exact.mg1_wait(0.8, 1, 0.5**0.5) == pytest.approx(3)
    assert exact.mg1_wait(0.9, 1, 1) == pytest.approx(exact.mmc_wait(0.9, 1, 1))
    assert exact.mg1_wait(0.9, 1, 0) == pytest.approx(exact.mdc_wait(0.9, 1, 1), abs=1e-6)


@pytest.mark.parametrize(
    ("rate", "servers", "value"), [(0.5, 1, 4.0), (1.0, 2, 2.666667), (2.7, 3, 7.447073)]
)
def test_two_stops_in_tandem(rate: float, servers: int, value: float) -> None:
    waits = exact.tandem_waits(rate, [(1, servers), (1, servers)])
    assert sum(waits) + 2 == pytest.approx(value, abs=1e-6)


def test_the_time_varying_queue_reaches_the_stationary_one() -> None:
    long = exact.mtmc([0, 50, 20_000], [1.0, 1.0], 1.0, 2)
    stationary = exact.mmc_wait(1.0, 1, 2)
    assert long.mean_wait == pytest.approx(stationary, rel=1e-3)
    assert long.mean_queue == pytest.approx(stationary, rel=1e-3)


def test_a_periodic_profile_reaches_the_values_of_its_cycle() -> None:
    # 40 (1 + 0.5 sin(2 pi t / 24)) per hour on 6 servers of 10 per hour each, in steps of
    # 15 minutes; after a cycle from empty, the second cycle is the periodic one.
    edges = np.arange(0, 48.01, 0.25)
    phase = 2 * np.pi * (edges[:-1] + 0.125) / 24
    rates = 40 * (1 + 0.5 * np.sin(phase))
    both = exact.mtmc(edges.tolist(), rates.tolist(), 0.1, 6)
    first = exact.mtmc(edges[:97].tolist(), rates[:96].tolist(), 0.1, 6)
    second = 2 * both.mean_queue - first.mean_queue
    assert second == pytest.approx(3.885624, rel=2e-3)


def test_too_long_a_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="grows beyond"):
        exact.mtmc([0, 2000], [2.0], 1.0, 1)


def test_student_intervals_are_those_of_scipy() -> None:
    from scipy import stats

    rng = np.random.default_rng(3)
    table = rng.normal(10, 2, size=(12, 3))
    table[5, 1] = np.nan
    found = mean_interval(table)
    for column in range(3):
        values = table[:, column][~np.isnan(table[:, column])]
        low, high = stats.t.interval(
            0.95, len(values) - 1, loc=values.mean(), scale=stats.sem(values)
        )
        assert found.low[column] == pytest.approx(low)
        assert found.high[column] == pytest.approx(high)
        assert found.replications[column] == len(values)
    alone = mean_interval([[1.0], [np.nan]])
    assert alone.estimate.tolist() == [1]
    assert np.isnan([*alone.low, *alone.high]).all()
    assert np.isnan(mean_interval([[np.nan]]).estimate).all()
