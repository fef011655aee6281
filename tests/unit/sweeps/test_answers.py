"""Sensitivity of a small sweep, frontiers worked out by hand, surrogates of known functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from places import SMALL

import bcpsim
from bcpsim.sweeps.sensitivity import sample
from bcpsim.sweeps.surrogate import fit


def result(**columns: Any) -> pd.DataFrame:
    """Return a sweep's result with two measures, and intervals of one unit around each."""
    n = len(columns["wait"])
    frames = []
    for measure in ("waiting_time", "officer_hours"):
        values = np.asarray(columns["wait" if measure == "waiting_time" else "hours"], float)
        half = 0.0 if measure == "officer_hours" else columns.get("half", 1.0)
        frames.append(
            pd.DataFrame(
                {
                    "point": np.arange(n),
                    **{k: v for k, v in columns.items() if k not in ("wait", "hours", "half")},
                    "variant": "base",
                    "measure": measure,
                    "population": "all",
                    "statistic": "mean",
                    "unit": "min",
                    "estimate": values,
                    "low": values - half,
                    "high": values + half,
                    "replications": 20,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


LEAST = (bcpsim.Aim("waiting_time", "least"), bcpsim.Aim("officer_hours", "least"))


def test_a_frontier_by_hand() -> None:
    values = result(x=range(5), wait=[10, 5, 5.5, 20, 4], hours=[8, 10, 10, 12, 20])
    # 2 is bettered by 1, but their intervals overlap and the hours are the same; 3 for certain.
    found = bcpsim.frontier(values, LEAST)
    assert found["status"].tolist() == ["frontier", "frontier", "open", "dominated", "frontier"]
    assert list(found.columns[:4]) == ["point", "x", "variant", "waiting_time"]


def test_more_can_be_better() -> None:
    values = result(x=range(3), wait=[10, 5, 5], hours=[8, 9, 7])
    aims = (LEAST[0], bcpsim.Aim("officer_hours", "most"))
    assert bcpsim.frontier(values, aims)["status"].tolist() == [
        "dominated",
        "frontier",
        "dominated",
    ]


def test_points_that_are_alike_are_both_on_the_frontier() -> None:
    values = result(x=range(2), wait=[5, 5], hours=[8, 8])
    assert set(bcpsim.frontier(values, LEAST)["status"]) == {"frontier"}


@pytest.mark.parametrize(
    ("aims", "message"),
    [
        (LEAST[:1], "at least two aims"),
        ((LEAST[0], bcpsim.Aim("overtme", "least")), "unknown measure 'overtme'"),
    ],
)
def test_wrong_aims(aims: tuple[bcpsim.Aim, ...], message: str) -> None:
    with pytest.raises(bcpsim.InputError, match=message):
        bcpsim.frontier(result(x=[1, 2], wait=[1, 2], hours=[1, 2]), aims)


def known(x: Any, y: Any) -> Any:
    return 10 + 4 * np.sin(3 * x) + 2 * x * y


def surface(n: int, noise: float) -> pd.DataFrame:
    grid = np.linspace(0, 2, n)
    x, y = (axis.ravel() for axis in np.meshgrid(grid, grid))
    rng = np.random.default_rng(1)
    wait = known(x, y) + rng.normal(0, noise, len(x))
    return result(x=x, y=y, wait=wait, hours=x, half=2.093 * noise)  # Student's, 19 degrees


def test_a_surrogate_of_a_known_function() -> None:
    model = fit(surface(7, 0.2), "waiting_time")
    points = [(0.3, 1.7), (1.1, 0.4), (1.9, 1.2), (0.8, 0.9)]
    for x, y in points:
        estimate, low, high = model.predict({"x": x, "y": y})
        assert abs(estimate - known(x, y)) < 0.5
        assert low < estimate < high < low + 1.5
    assert model.noise == pytest.approx(0.2, rel=0.01)
    # Points left out are missed by their noise and a little more, far less than without a model.
    assert 0.15 < model.rmse < 0.4 < model.spread
    assert model.coverage > 0.85


def test_noise_isn_t_followed() -> None:
    """A process that takes the points for exact misses those left out by more."""
    values = surface(7, 1.0)
    told = fit(values, "waiting_time")
    exact = fit(values.assign(low=values["estimate"], high=values["estimate"]), "waiting_time")
    assert told.noise == pytest.approx(1.0, rel=0.01)
    assert exact.noise == 0
    assert told.rmse < exact.rmse
    assert told.coverage > exact.coverage


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"x": 1.0}, "the value of 'y' is missing"),
        ({"x": 1.0, "y": 3.0}, "factor y is from 0 to 2 in the sweep; 3.0 lies outside"),
        (
            {"x": 1.0, "y": "much"},
            "factor y: expected a number from 0 to 2, .*found 'much'",
        ),
        ({"x": 1.0, "z": 1.0}, "unknown factor 'z'"),
    ],
)
def test_what_a_surrogate_can_t_tell(setting: dict[str, Any], message: str) -> None:
    with pytest.raises(bcpsim.InputError, match=message):
        bcpsim.what_if(surface(4, 0.2), setting, ["waiting_time"])


def test_text_is_a_factor_as_well() -> None:
    values = result(
        rule=["a", "b"] * 8, x=np.arange(16) / 16, wait=[1, 9] * 8, hours=[1] * 16, half=0.1
    )
    found = bcpsim.what_if(values, {"rule": "b", "x": 0.5}, ["waiting_time"])
    assert found["estimate"].iloc[0] == pytest.approx(9, abs=0.3)
    with pytest.raises(bcpsim.InputError, match="unknown value of factor rule 'c'"):
        bcpsim.what_if(values, {"rule": "c", "x": 0.5}, ["waiting_time"])
    with pytest.raises(bcpsim.InputError, match="the same at all points"):
        bcpsim.what_if(values, {"rule": "b", "x": 0.5}, ["officer_hours"])


@pytest.mark.parametrize(("stored", "given"), [("true", True), ("0", 0), ("none", "none")])
def test_values_that_are_text_in_the_results_are_found(stored: str, given: Any) -> None:
    x = np.tile(np.linspace(0, 1, 6), 2)
    values = result(
        rule=np.repeat([stored, "other"], 6), x=x, wait=np.repeat([3, 9], 6) + x, hours=x
    )
    found = bcpsim.what_if(values, {"rule": given, "x": 0.5}, ["waiting_time"])
    assert found["estimate"].iloc[0] == pytest.approx(3.5, abs=0.3)


@pytest.mark.parametrize(
    "value", [None, [1, 2], True, "1", float("nan"), pytest.param(10**400, id="huge")]
)
def test_a_value_that_is_no_number_is_told(value: Any) -> None:
    values = surface(4, 0.2)
    with pytest.raises(bcpsim.InputError, match=r"^factor x.*from 0 to 2"):
        bcpsim.what_if(values, {"x": value, "y": 1.0}, ["waiting_time"])


@pytest.mark.parametrize("value", [None, [1, 2]])
def test_a_value_that_is_no_text_is_told(value: Any) -> None:
    x = np.linspace(0, 1, 12)
    values = result(rule=np.repeat(["a", "b"], 6), x=x, wait=x, hours=x)
    with pytest.raises(bcpsim.InputError, match="unknown value of factor rule"):
        bcpsim.what_if(values, {"rule": value, "x": 0.5}, ["waiting_time"])


def test_sensitivity_of_a_sweep(tmp_path: Path) -> None:
    sweep = {
        "name": "small",
        "scenario": str(SMALL),
        "factors": {
            "load": {"set": "traffic.vehicles.arrivals.rate", "range": [30, 70], "unit": "/h"},
            "move": {"set": "moves.0.time", "range": [1, 1.001], "unit": "min"},
        },
        "design": "full_factorial",
        "replications": 2,
        "measures": ["waiting_time/all/mean", "visits/stop=desks"],
    }
    out = tmp_path / "out"
    found = bcpsim.sensitivity(sweep, method="morris", samples=3, out=out, allowed=[SMALL.parent])
    assert len(found) == 2 * 2 * 3
    waits = found[found["measure"] == "waiting_time"].set_index(["index", "factor"])["estimate"]
    assert waits["mu_star", "load"] > 10 * waits["mu_star", "move"]
    again = bcpsim.sensitivity(
        sweep, method="morris", samples=3, out=out, resume=True, allowed=[SMALL.parent]
    )
    pd.testing.assert_frame_equal(found, again)


@pytest.mark.parametrize(
    ("method", "names", "samples", "message"),
    [
        ("sobol", ["a", "b"], 12, "a power of 2; found 12"),
        ("morris", ["a", "b"], 1, "at least 2"),
        ("sobol", ["a"], 8, "one factor alone"),
    ],
)
def test_wrong_samples(method: Any, names: list[str], samples: int, message: str) -> None:
    with pytest.raises(bcpsim.InputError, match=message):
        sample(method, names, samples, 1)


def test_the_effect_of_a_factor_with_two_values_is_that_of_its_whole_way() -> None:
    factors = {
        "move": {"set": "moves.0.time", "values": [1, 61], "unit": "min"},
        "load": {"set": "traffic.vehicles.arrivals.scale", "values": [0.5]},
    }
    sweep = {
        "name": "small",
        "scenario": str(SMALL),
        "factors": factors,
        "design": "full_factorial",
        "replications": 2,
        "measures": ["time_in_system/all/mean"],
    }
    found = bcpsim.sensitivity(sweep, method="morris", samples=3, allowed=[SMALL.parent])
    ends = bcpsim.sweep(sweep, allowed=[SMALL.parent])["estimate"]
    effects = found.set_index(["index", "factor"])["estimate"]
    assert effects["mu_star", "move"] == pytest.approx(np.ptp(ends))
    assert effects["mu_star", "load"] == 0
