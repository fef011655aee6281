"""Exact values of signal detection, against values computed elsewhere by quadrature."""

from __future__ import annotations

from statistics import NormalDist

import pytest

from bcpsim.verify import detection


def test_the_best_limit_of_one_score() -> None:
    assert NormalDist().cdf(1.5 / 2**0.5) == pytest.approx(0.855578, abs=1e-6)
    assert detection.best_limit(1.5, 0.01, 50) == pytest.approx(1.205398, abs=1e-6)
    selected = detection.by_one(1.5, 1.205398, 0.01)
    assert selected.found == pytest.approx(0.615851, abs=1e-6)
    assert selected.hit_rate(0.01) == pytest.approx(0.051733, abs=1e-6)
    assert (selected.referred - 0.01 * selected.found) / 0.99 == pytest.approx(0.114025, abs=1e-6)


@pytest.mark.parametrize(
    ("correlation", "referred", "twice", "found", "optimal", "plain"),
    [
        (0.0, 0.155976, 0.050930, 0.693778, 0.769692, 0.759211),
        (0.4, 0.144634, 0.133342, 0.644104, 0.674958, 0.650900),
        (0.8, 0.124346, 0.318250, 0.596570, 0.629764, 0.548094),
    ],
)
def test_two_agencies_apart_and_together(
    correlation: float, referred: float, twice: float, found: float, optimal: float, plain: float
) -> None:
    distances, prevalence = (1.0, 1.5), 0.02
    apart = detection.by_either(distances, (1.644854, 1.281552), correlation, prevalence)
    assert apart.referred == pytest.approx(referred, abs=1e-6)
    assert apart.twice == pytest.approx(twice, abs=1e-5)
    assert apart.found == pytest.approx(found, abs=1e-6)
    for best, expected in ((True, optimal), (False, plain)):
        distance = detection.joint_distance(distances, correlation, best)
        low, high = 0.0, 6.0
        for _ in range(60):  # the limit with as many referrals
            middle = (low + high) / 2
            more = detection.by_one(distance, middle, prevalence).referred > apart.referred
            low, high = (middle, high) if more else (low, middle)
        assert detection.by_one(distance, low, prevalence).found == pytest.approx(
            expected, abs=1e-5
        )


def test_the_best_times_of_searches() -> None:
    shares, numbers = (0.05, 0.01), (20, 80)
    times = detection.best_times(shares, numbers, 600, 10)
    assert times == pytest.approx((18.8755, 2.7811), abs=1e-4)
    assert detection.found_by_time(shares, numbers, times, 10) == pytest.approx(0.579327, abs=1e-6)
    assert detection.found_by_time(shares, numbers, (6, 6), 10) == pytest.approx(0.451188, abs=1e-6)
    assert detection.found_by_time(shares, numbers, (30, 0), 10) == pytest.approx(
        0.527896, abs=1e-6
    )


@pytest.mark.parametrize(("cv", "minutes"), [(1, 15), (0.5**0.5, 12.5), (0, 10)])
def test_a_queue_with_feedback(cv: float, minutes: float) -> None:
    assert detection.feedback_time(1 / 3, 2, cv, 0.2) == pytest.approx(minutes)


def test_two_agencies_that_select_by_one_profile() -> None:
    profiles = detection.Profiles(carrying=0.05, high=(0.7, 0.08))
    guard, customs = (0.3, 0.02), (0.4, 0.04)
    both = profiles.selected(guard) + profiles.selected(customs)
    assert both == pytest.approx(0.13104)
    assert profiles.found((guard, customs)) == pytest.approx(0.42376)
    jointly = (0.6, 0.04)
    assert profiles.selected(jointly) == pytest.approx(0.10216)
    assert profiles.found((jointly,)) == pytest.approx(0.432)


def test_what_random_checks_tell_of_a_share() -> None:
    low, high = detection.exact_interval(3)
    assert low == pytest.approx(0.00062, abs=5e-6)
    assert high == pytest.approx(0.00874, abs=5e-6)
    assert detection.upper_bound_without_finds() == pytest.approx(0.00299, abs=5e-6)
