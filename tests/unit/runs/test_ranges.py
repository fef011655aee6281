"""Intervals never reach beyond the values that a measure can have."""

from __future__ import annotations

import math

import numpy as np
import pytest
from places import SMALL

import bcpsim
from bcpsim.kpi import MEASURES, Row
from bcpsim.report.numbers import cell
from bcpsim.runs.estimates import changes, cut, differences, estimates
from bcpsim.stats import Interval, mean_interval
from bcpsim.sweeps.sensitivity import indices, sample

WAIT = Row("waiting_time", "all", "mean")
SHARE = Row("share_in_target", "all", "waiting_time")


def test_few_replications_give_no_negative_wait_and_no_share_over_100() -> None:
    totals = np.array([[0.1, 99.0], [6.0, 100.0]])
    whole = mean_interval(totals)
    assert whole.low[0] < 0
    assert whole.high[1] > 100
    found = estimates([WAIT, SHARE], totals)
    assert found.low[0] == 0
    assert found.high[1] == 100
    assert (found.estimate == whole.estimate).all()
    assert found.high[0] == whole.high[0]
    assert found.low[1] == whole.low[1]


def test_shares_differ_by_100_points_at_most_and_nothing_falls_by_more_than_all() -> None:
    before, after = np.array([[5.0, 1.0], [8.0, 95.0]]), np.array([[0.1, 99.0], [0.2, 99.0]])
    found = differences([WAIT, SHARE], before, after)
    assert found.low[0] < -20
    assert found.high[1] == 100
    fall = changes(np.array([[5.0], [8.0], [6.0]]), np.array([[0.1], [2.0], [0.1]]))
    assert -100 <= fall.low[0] < -99


def test_shares_of_the_variance_are_from_0_to_1_but_for_noise() -> None:
    points = sample("sobol", ["a", "b"], 8, 1)
    for _, _, estimate, low, high in indices("sobol", ["a", "b"], points, points[:, 0], 1):
        assert min(estimate, 0) <= low <= high <= max(estimate, 1)


def test_what_has_no_bound_or_lies_outside_by_rounding_stays() -> None:
    one = Interval(
        np.array([1.0, 100.0 + 1e-12]),
        np.array([-np.inf, 90.0]),
        np.array([np.inf, 104.0]),
        np.array([2, 2]),
    )
    found = cut(one, 0.0, 100.0)
    assert math.isinf(found.low[0])
    assert math.isinf(found.high[0])
    assert found.high[1] == found.estimate[1]


@pytest.mark.parametrize("weight", ["replication", "traveller"])
def test_no_bound_of_a_run_is_impossible(weight: bcpsim.runs.estimates.Weight) -> None:
    result = bcpsim.run(SMALL, replications=2, weight=weight, event_log="none")
    for frame in (result.measures, result.hourly):
        finite = frame[np.isfinite(frame["low"])]
        assert (finite["low"] >= 0).all()
        most = finite["measure"].map(lambda name: MEASURES[name].most)
        assert (finite["high"] <= np.maximum(most, finite["estimate"])).all()
        assert (finite["low"] < finite["high"]).any()


def test_a_value_that_two_days_cannot_bound_says_so_in_a_table() -> None:
    assert cell(12.3, -math.inf, math.inf) == "12.30 (no bound)"
