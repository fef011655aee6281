"""Intervals, comparison, stopping, and long runs, on numbers whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bcpsim.stats import (
    Tally,
    batch_means,
    change_interval,
    counts_at,
    difference_interval,
    mean_interval,
    mser,
    pairing,
    points_up_to,
    pooled_quantiles,
    pseudo_values,
    quantile_interval,
    ratio_interval,
    select_best,
    simultaneous,
    until_precise,
)

RNG = np.random.default_rng(7)


def test_the_interval_of_symmetric_values_is_students() -> None:
    found = mean_interval([[1.0], [2.0], [3.0], [4.0], [5.0]])
    # t(0.975; 4) = 2.776445, s = 1.581139
    assert found.low[0] == pytest.approx(3 - 2.776445 * 1.581139 / math.sqrt(5), rel=1e-6)
    assert found.half_width[0] == pytest.approx(found.high[0] - 3)


def test_the_interval_of_skewed_values_leans_to_the_long_side() -> None:
    values = np.array([1.0, 1, 1, 2, 2, 3, 5, 12])
    found = mean_interval(values)
    assert found.high - found.estimate > found.estimate - found.low > 0
    mirrored = mean_interval(-values)
    assert mirrored.low == pytest.approx(-found.high)
    assert mirrored.high == pytest.approx(-found.low)


def test_the_interval_of_a_ratio_is_that_of_leaving_out_one_pair_after_the_other() -> None:
    below, above = np.array([1.0, 2, 4, 3]), np.array([2.0, 2, 6, 5])
    found = ratio_interval(above, below)
    assert found.estimate == pytest.approx(1.5)
    # Without each pair: 13/9, 13/8, 9/6, 10/7; times -3, plus 4 x 1.5.
    pseudo = 6 - 3 * np.array([13 / 9, 13 / 8, 9 / 6, 10 / 7])
    own = mean_interval(pseudo)
    assert found.low == pytest.approx(1.5 - (own.estimate - own.low))
    assert found.high == pytest.approx(1.5 + (own.high - own.estimate))


def test_with_a_constant_denominator_it_is_that_of_the_mean() -> None:
    values = RNG.gamma(2, 1, 30)
    found, own = ratio_interval(values, np.full(30, 4.0)), mean_interval(values / 4)
    assert found.low == pytest.approx(own.low)
    assert found.high == pytest.approx(own.high)


def test_a_ratio_to_what_may_be_zero_has_no_bounds() -> None:
    found = change_interval([-1.0, 1.0, 0.5, -0.4], [1.0, 1.2, 0.8, 1.1])
    assert (found.low, found.high) == (-math.inf, math.inf)
    assert np.isnan(ratio_interval([1.0, 2.0], [0.0, 0.0]).estimate)


def test_the_interval_of_a_ratio_does_not_depend_on_units_or_sign() -> None:
    below, above = RNG.gamma(4, 1, 30), RNG.gamma(5, 1, 30)
    found = ratio_interval(above, below)
    for factor in (60.0, -1.0):
        other = ratio_interval(factor * above, factor * below)
        assert other.low == pytest.approx(found.low)
        assert other.high == pytest.approx(found.high)


def test_a_change_in_proportion_is_exact() -> None:
    baseline = RNG.gamma(2, 3, (20, 2))
    found = change_interval(baseline, 0.7 * baseline)
    assert found.estimate == pytest.approx([-30, -30])
    assert found.half_width == pytest.approx([0, 0], abs=1e-6)


def test_pairs_without_a_value_are_left_out() -> None:
    baseline = np.array([1.0, 2.0, np.nan, 4.0])
    alternative = np.array([2.0, np.nan, 3.0, 5.0])
    assert difference_interval(baseline, alternative).replications == 2
    assert change_interval(baseline, alternative).estimate == pytest.approx(100 * (7 / 5 - 1))
    assert pairing(baseline, alternative).correlation == pytest.approx(1)


def test_pairing_tells_how_many_more_replications_would_be_needed() -> None:
    common = RNG.normal(0, 3, 20000)
    found = pairing(common + RNG.normal(0, 1, 20000), common + RNG.normal(0, 1, 20000))
    assert found.correlation == pytest.approx(0.9, abs=0.01)
    assert found.variance_reduction == pytest.approx(10, rel=0.05)
    constant = pairing(np.full(5, 0.1), np.full(5, 0.1))
    assert np.isnan(constant.correlation)
    assert np.isnan(constant.variance_reduction)


def test_levels_of_simultaneous_intervals_add_up() -> None:
    assert simultaneous(0.95, 1) == pytest.approx(0.95)
    assert simultaneous(0.95, 5) == pytest.approx(0.99)


def test_a_quantile_has_a_bound_only_with_enough_replications() -> None:
    values = np.arange(72.0)
    assert quantile_interval(values[:35], 0.9).high == math.inf
    assert quantile_interval(values[:36], 0.9).high <= 35
    assert quantile_interval(values[:71], 0.95).high == math.inf
    assert quantile_interval(values, 0.95).high <= 71
    low, high = (getattr(quantile_interval(-values, 0.05), name) for name in ("low", "high"))
    assert (-high, -low) == (
        quantile_interval(values, 0.95).low,
        quantile_interval(values, 0.95).high,
    )


def tally(samples: list[np.ndarray], shares: tuple[float, ...]) -> Tally:
    """Return the tally of replications with one column each."""
    points = points_up_to(100.0)
    first, *others = (Tally.of(points, shares, counts_at(points, [one])) for one in samples)
    for one in others:
        first = first.followed_by(one)
    return first


def test_pseudo_values_have_the_ratio_as_mean_and_its_interval() -> None:
    count = RNG.poisson(30, 12).astype(float)
    total = count * RNG.exponential(5.0, 12)
    ratio, own = ratio_interval(total, count), mean_interval(pseudo_values(total, count))
    for name in ("estimate", "low", "high"):
        assert getattr(own, name) == pytest.approx(getattr(ratio, name))
    only = np.array([0.0, 0.0, 7.0])
    assert np.isnan(pseudo_values(2 * only, only)).all()


def test_quantiles_of_all_values_weigh_each_value_the_same() -> None:
    days = [RNG.exponential(10.0, size) for size in (50, 90, 20, 0, 70, 55, 60, 75)]
    found = pooled_quantiles(tally(days, (0.5, 0.8)))
    together = np.concatenate(days)
    assert found.estimate == pytest.approx(np.quantile(together, [0.5, 0.8]), rel=0.02)
    assert (found.low < found.estimate).all()
    assert (found.estimate < found.high).all()
    assert found.replications.tolist() == [8, 8]
    wide = pooled_quantiles(tally(days, (0.5, 0.8)), 0.99)
    assert (wide.low < found.low).all()
    assert (found.high < wide.high).all()


def test_quantiles_where_values_are_equal_or_there_are_none() -> None:
    zeros = pooled_quantiles(tally([np.zeros(9), np.array([0.0, 0.0, 5.0])], (0.5,)))
    assert (zeros.low[0], zeros.estimate[0]) == (0, 0)
    same = pooled_quantiles(tally([np.full(9, 3.0)] * 4, (0.5,)))
    assert same.estimate == pytest.approx([3], rel=0.005)
    assert same.half_width < 0.02
    assert np.isnan(pooled_quantiles(tally([np.array([1.0])], (0.5,))).low).all()
    nobody = pooled_quantiles(tally([np.empty(0)] * 3, (0.5,)))
    assert np.isnan([nobody.estimate, nobody.low, nobody.high]).all()
    # Nearly all of the values come in one day of three: they bound nothing.
    uneven = pooled_quantiles(tally([np.ones(1), np.ones(2), np.arange(1.0, 90)], (0.5,)))
    assert uneven.high == math.inf


def test_a_quantile_of_all_values_has_an_upper_bound_only_with_enough_replications() -> None:
    days = [RNG.exponential(10.0, 50) for _ in range(30)]
    shares = (0.5, 0.9, 0.95)
    assert np.isinf(pooled_quantiles(tally(days[:14], shares)).high).tolist() == [False, True, True]
    assert np.isinf(pooled_quantiles(tally(days[:15], shares)).high).tolist() == [
        False,
        False,
        True,
    ]
    assert np.isfinite(pooled_quantiles(tally(days, shares)).high).all()


def test_the_interval_of_a_quantile_is_that_of_the_number_below_it() -> None:
    """Days alike but for the number below 10: a low bound where the upper bound of the mean is."""
    below = np.array([3, 5, 4, 6, 2, 4])
    days = [np.concatenate([np.full(k, 1.0), np.full(10 - k, 10.0)]) for k in below]
    share = mean_interval(below / 10)
    for other, low in ((share.high + 0.001, 10.0), (share.high - 0.001, 1.0)):
        assert pooled_quantiles(tally(days, (float(other),))).low == pytest.approx([low], rel=0.01)
    for other, high in ((share.low + 0.001, 10.0), (share.low - 0.001, 1.0)):
        found = pooled_quantiles(tally(days, (float(other),)))
        assert found.high == pytest.approx([high], rel=0.01)


def test_the_median_lies_between_the_known_order_statistics() -> None:
    # For n = 20 the 6th and 15th values hold the median with 95.86 %: a little inside for 95 %.
    found = quantile_interval(np.arange(1.0, 21), 0.5)
    assert 6 < found.low < 6.5
    assert 14.5 < found.high < 15
    assert found.estimate == pytest.approx(10.5)


def test_the_best_is_named_with_the_chance_of_an_error() -> None:
    noise = RNG.normal(0, 1, (30, 1))
    values = noise + np.array([3.0, 1.0, 1.0]) + RNG.normal(0, 0.1, (30, 3))
    values[:, 2] += 0.5
    assert select_best(values).best == 1
    assert select_best(values).probability > 0.999
    assert select_best(values, largest=True).best == 0
    alike = select_best(RNG.normal(0, 1, (30, 4)))
    assert alike.probability < 0.95
    assert select_best(np.full((5, 2), 3.0)) == select_best(np.full((9, 2), 3.0))
    assert select_best(np.full((5, 2), np.nan)).best == -1


def test_with_two_alternatives_the_chance_is_that_of_the_t_test() -> None:
    values = np.array([[1.0, 2.0], [2.0, 2.5], [3.0, 4.5], [2.0, 2.0]])
    # Differences 1, 0.5, 1.5, 0: t = 0.75 / (0.6455 / 2) = 2.3238, p = 0.0514 with 3 df.
    assert select_best(values).probability == pytest.approx(1 - 0.0514, abs=1e-4)


def test_replications_go_on_until_the_precision_holds_twice() -> None:
    widths = iter([0.03, 0.019, 0.021, 0.018, 0.017, 0.0])
    ranges: list[range] = []
    reached = until_precise(ranges.append, lambda: next(widths), 0.02, floor=20, ceiling=1000)
    assert reached
    assert [r.stop for r in ranges] == [20, 25, 32, 40, 50]
    assert [r.start for r in ranges] == [0, 20, 25, 32, 40]


def test_replications_end_at_the_ceiling() -> None:
    ranges: list[range] = []
    assert not until_precise(ranges.append, lambda: math.nan, 0.02, floor=20, ceiling=33)
    assert [r.stop for r in ranges] == [20, 25, 32, 33]
    assert until_precise(ranges.append, lambda: [0.01, 0.02], 0.02, floor=5, ceiling=5)


def test_mser_finds_the_end_of_a_start() -> None:
    series = np.concatenate([np.linspace(10, 0, 100), np.zeros(900)])
    series += RNG.normal(0, 0.5, 1000)
    found = mser(series)
    assert 85 <= found.dropped <= 110
    assert found.settled
    assert found.mean == pytest.approx(0, abs=0.1)
    # The statistic as it is written, for one number of batches dropped.
    rest = found.batches[20:]
    assert found.criterion[20] == pytest.approx(((rest - rest.mean()) ** 2).sum() / 180**2)


def test_mser_says_where_a_series_does_not_settle() -> None:
    assert not mser(np.arange(200.0)).settled
    with pytest.raises(ValueError, match="at least 20 observations, found 19"):
        mser(np.zeros(19))


def test_batch_means_know_whether_the_run_is_long_enough() -> None:
    steps = RNG.normal(0, 1, 20000)
    assert batch_means(steps).enough
    assert batch_means(steps).size == 1000
    assert batch_means(steps[:210]).size == 10
    walk = np.cumsum(steps[:4000])
    assert not batch_means(walk).enough
    with pytest.raises(ValueError, match="at least 200 observations, found 10"):
        batch_means(np.zeros(10))
