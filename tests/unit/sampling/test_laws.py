"""Laws: quantiles, distribution functions and means against SciPy and integration."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from bcpsim.errors import InputError
from bcpsim.plan import laws
from bcpsim.plan.laws import Law, LawKind
from bcpsim.sampling.laws import cdf, mean, quantile

U = np.concatenate([10.0 ** np.arange(-12, -2), np.linspace(0.005, 0.995, 199), [1 - 1e-9]])
FINE = (np.arange(200_000) + 0.5) / 200_000


def exponential(mean: float) -> Law:
    return Law(LawKind.EXPONENTIAL, (mean,))


def uniform(low: float, high: float) -> Law:
    return Law(LawKind.UNIFORM, (low, high))


def mixture(*parts: tuple[float, Law]) -> Law:
    return Law(LawKind.MIXTURE, tuple(w for w, _ in parts), tuple(part for _, part in parts))


def truncated(low: float, high: float, law: Law) -> Law:
    return Law(LawKind.TRUNCATED, (low, high), (law,))


def shifted(offset: float, law: Law) -> Law:
    return Law(LawKind.SHIFTED, (offset,), (law,))


SMOOTH = {
    "exponential": (exponential(2.5), scipy.stats.expon(scale=2.5)),
    "lognormal": (Law(LawKind.LOGNORMAL, (0.7, 0.4)), scipy.stats.lognorm(0.4, scale=np.exp(0.7))),
    "wide lognormal": (Law(LawKind.LOGNORMAL, (0.0, 2.0)), scipy.stats.lognorm(2.0)),
    "gamma": (Law(LawKind.GAMMA, (6.25, 0.5)), scipy.stats.gamma(6.25, scale=0.5)),
    "wide gamma": (Law(LawKind.GAMMA, (0.3, 4.0)), scipy.stats.gamma(0.3, scale=4.0)),
    "gamma of shape 1": (Law(LawKind.GAMMA, (1.0, 3.0)), scipy.stats.expon(scale=3.0)),
    "weibull": (Law(LawKind.WEIBULL, (1.7, 3.0)), scipy.stats.weibull_min(1.7, scale=3.0)),
    "wide weibull": (Law(LawKind.WEIBULL, (0.5, 1.0)), scipy.stats.weibull_min(0.5)),
    "triangular": (Law(LawKind.TRIANGULAR, (1, 2, 5)), scipy.stats.triang(0.25, loc=1, scale=4)),
    "falling": (Law(LawKind.TRIANGULAR, (1, 1, 5)), scipy.stats.triang(0, loc=1, scale=4)),
    "rising": (Law(LawKind.TRIANGULAR, (1, 5, 5)), scipy.stats.triang(1, loc=1, scale=4)),
    "uniform": (uniform(1.0, 4.0), scipy.stats.uniform(1, 3)),
    "shifted": (shifted(5.0, exponential(2.0)), scipy.stats.expon(loc=5, scale=2)),
}
DISCRETE = {
    "deterministic": Law(LawKind.DETERMINISTIC, (3.0,)),
    "empirical": Law(LawKind.EMPIRICAL, (1.0, 2.0, 2.0, 4.0)),
}
MONOTONE = [law for law, _ in SMOOTH.values()] + list(DISCRETE.values())


@pytest.mark.parametrize("name", SMOOTH)
def test_quantiles_and_means_are_those_of_scipy(name: str) -> None:
    law, theirs = SMOOTH[name]
    assert quantile(law, U) == pytest.approx(theirs.ppf(U), rel=1e-10)
    assert mean(law) == pytest.approx(theirs.mean(), rel=1e-12)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_distribution_function_undoes_the_quantiles(name: str) -> None:
    law, _ = SMOOTH[name]
    assert cdf(law, quantile(law, U)) == pytest.approx(U, rel=1e-10, abs=1e-14)


def test_quantiles_keep_the_shape() -> None:
    for law in (*MONOTONE, mixture((1.0, exponential(1.0))), truncated(1, 2, exponential(1.0))):
        assert quantile(law, U.reshape(5, -1)).shape == (5, len(U) // 5)
        assert quantile(law, np.empty(0)).shape == (0,)


def test_means_of_discrete_laws() -> None:
    assert mean(DISCRETE["deterministic"]) == 3
    assert mean(DISCRETE["empirical"]) == 2.25


# --- Constructors ----------------------------------------------------------------------


def in_scipy(law: Law):
    match law.kind, law.params:
        case LawKind.LOGNORMAL, (mu, sigma):
            return scipy.stats.lognorm(sigma, scale=np.exp(mu))
        case LawKind.GAMMA, (shape, scale):
            return scipy.stats.gamma(shape, scale=scale)
        case _, (shape, scale):
            return scipy.stats.weibull_min(shape, scale=scale)


@pytest.mark.parametrize("cv", [0.05, 0.3, 1.0, 2.5, 10.0])
@pytest.mark.parametrize(
    "construct",
    [laws.lognormal_from_mean_cv, laws.gamma_from_mean_cv, laws.weibull_from_mean_cv],
)
def test_laws_have_the_mean_and_the_cv_they_are_made_from(construct, cv: float) -> None:
    law = construct(7.0, cv)
    assert mean(law) == pytest.approx(7, rel=1e-12)
    assert in_scipy(law).std() == pytest.approx(7 * cv, rel=1e-10)


def test_erlang_is_a_sum_of_stages() -> None:
    law = laws.erlang(6.0, 4)
    assert mean(law) == pytest.approx(6)
    assert in_scipy(law).std() == pytest.approx(3)


@given(st.floats(0.01, 0.98), st.floats(0.1, 100.0), st.floats(1.01, 50.0))
def test_a_lognormal_law_has_the_quantiles_it_is_made_from(p: float, x: float, by: float) -> None:
    law = laws.lognormal_from_quantiles(p, x, p + 0.015, x * by)
    found = quantile(law, np.array([p, p + 0.015]))
    assert found == pytest.approx([x, x * by], rel=1e-9)


# --- Mixtures --------------------------------------------------------------------------


def test_the_quantiles_of_a_mixture_have_its_distribution_function_and_mean() -> None:
    law = mixture((0.3, exponential(2.0)), (0.0, uniform(50, 60)), (0.7, laws.erlang(6.0, 4)))
    drawn = quantile(law, FINE)
    x = np.array([0.1, 1.0, 3.0, 8.0, 20.0])
    share = np.searchsorted(np.sort(drawn), x, side="right") / len(FINE)
    assert share == pytest.approx(cdf(law, x), abs=2e-5)
    assert mean(law) == pytest.approx(0.3 * 2 + 0.7 * 6)


# --- Truncated laws --------------------------------------------------------------------


@pytest.mark.parametrize("bounds", [(0.0, 1.5), (1.2, 3.5), (2.0, 10_080.0), (0.0, 10_080.0)])
@pytest.mark.parametrize("name", [name for name in SMOOTH if name != "shifted"])
def test_means_of_truncated_laws_are_the_integrals_of_the_survival_function(
    name: str, bounds: tuple[float, float]
) -> None:
    part, theirs = SMOOTH[name]
    law = truncated(*bounds, part)
    low, high = max(bounds[0], theirs.support()[0]), min(bounds[1], theirs.support()[1])
    mass = theirs.cdf(high) - theirs.cdf(low)
    # Pieces so short against the law's scale that adaptive quadrature overlooks nothing.
    inner = [low + (high - low) * 10.0**-k for k in range(9, 0, -1)]
    edges = sorted({low, *inner, *(x for x in (1.0, 2.0) if low < x < high), high})

    pieces = [
        scipy.integrate.quad(
            lambda x: theirs.sf(x) - theirs.sf(high), *ends, epsabs=0, epsrel=1e-11, limit=200
        )[0]
        for ends in pairwise(edges)
    ]
    assert mean(law) == pytest.approx(low + math.fsum(pieces) / mass, rel=1e-8)


@pytest.mark.parametrize("name", SMOOTH)
def test_truncated_quantiles_undo_the_conditional_distribution_function(name: str) -> None:
    law = truncated(1.2, 6.0, SMOOTH[name][0])
    assert cdf(law, quantile(law, U)) == pytest.approx(U, abs=1e-10)
    assert cdf(law, np.array([1.1, 6.0, 7.0])).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("name", "low"),
    [("exponential", 150.0), ("lognormal", 60.0), ("gamma", 60.0), ("weibull", 30.0)],
)
def test_laws_can_be_truncated_to_their_far_upper_tail(name: str, low: float) -> None:
    part, theirs = SMOOTH[name]
    assert theirs.sf(low) < 1e-16
    law = truncated(low, 10 * low, part)
    drawn = quantile(law, U)
    assert 1 - theirs.sf(drawn) / theirs.sf(low) == pytest.approx(U, abs=1e-10)
    assert cdf(law, drawn) == pytest.approx(U, abs=1e-10)
    # An exponential forgets where it is truncated.
    if name == "exponential":
        assert mean(law) == pytest.approx(low + 2.5, rel=1e-10)


def test_a_truncated_mixture_is_truncated_part_by_part() -> None:
    far_first = mixture((0.5, uniform(9, 10)), (0.5, uniform(0, 1)))
    law = truncated(0.5, 9.5, far_first)
    drawn = quantile(law, FINE)
    assert ((drawn <= 1) | (drawn >= 9)).all()
    assert np.unique(drawn).size == len(FINE)
    assert mean(law) == pytest.approx(5)
    assert cdf(law, np.array([0.4, 0.75, 5, 9.25])) == pytest.approx([0, 0.25, 0.5, 0.75])

    overlapping = mixture((0.5, exponential(2.0)), (0.5, exponential(10.0)))
    law = truncated(0.0, 3.0, overlapping)
    drawn = quantile(law, FINE)
    x = np.linspace(0.1, 2.9, 15)
    share = np.searchsorted(np.sort(drawn), x) / len(FINE)
    assert share == pytest.approx(cdf(overlapping, x) / cdf(overlapping, np.array([3.0])), abs=2e-5)
    assert drawn.mean() == pytest.approx(mean(law), rel=1e-5)


def test_values_on_the_bounds_are_kept() -> None:
    law = truncated(2.0, 4.0, DISCRETE["empirical"])
    assert quantile(law, np.array([0.1, 0.5, 0.9])).tolist() == [2, 2, 4]
    assert mean(law) == pytest.approx(8 / 3)
    law = truncated(3.0, 5.0, DISCRETE["deterministic"])
    assert mean(law) == 3
    half = truncated(2.0, 4.0, mixture((0.5, uniform(0, 4)), (0.5, DISCRETE["empirical"])))
    assert mean(half) == pytest.approx((0.25 * 3 + 0.375 * 8 / 3) / 0.625)


def test_truncation_of_truncated_and_shifted_laws() -> None:
    wanted = truncated(2.0, 4.0, exponential(3.0))
    for law in (
        truncated(2.0, 9.0, truncated(1.0, 4.0, exponential(3.0))),
        truncated(1.0, 8.0, truncated(0.0, 9.0, truncated(2.0, 4.0, exponential(3.0)))),
    ):
        assert quantile(law, U) == pytest.approx(quantile(wanted, U), rel=1e-12)
        assert mean(law) == pytest.approx(mean(wanted))
    moved = truncated(7.0, 9.0, shifted(5.0, exponential(3.0)))
    assert quantile(moved, U) == pytest.approx(5 + quantile(wanted, U), rel=1e-12)
    assert mean(moved) == pytest.approx(5 + mean(wanted))
    assert cdf(moved, np.array([6.9, 9.0])).tolist() == [0, 1]


@pytest.mark.parametrize(
    "law",
    [
        truncated(5.0, 6.0, uniform(1, 4)),
        truncated(2000.0, 3000.0, exponential(2.0)),
        truncated(2.5, 3.5, DISCRETE["empirical"]),
        truncated(2.0, 3.0, truncated(0.0, 1.0, exponential(2.0))),
        truncated(5.0, 6.0, mixture((0.5, uniform(1, 4)), (0.5, uniform(2, 3)))),
    ],
)
def test_a_law_that_is_never_between_the_bounds_is_an_error(law: Law) -> None:
    for use in (mean, lambda law: quantile(law, U), lambda law: cdf(law, U)):
        with pytest.raises(InputError, match=r"truncated to \[.*\] min, but it never lies there"):
            use(law)


# --- Properties ------------------------------------------------------------------------

probabilities = st.floats(2.0**-54, 1 - 2.0**-53)


@given(law=st.sampled_from(MONOTONE), pair=st.tuples(probabilities, probabilities))
def test_quantiles_do_not_fall_unless_the_law_is_a_mixture(
    law: Law, pair: tuple[float, float]
) -> None:
    low, high = quantile(law, np.array(sorted(pair)))
    assert 0 <= low <= high < np.inf


@given(
    parts=st.lists(st.tuples(st.integers(1, 9), st.sampled_from(MONOTONE)), min_size=1, max_size=4),
    offset=st.floats(0, 3),
    bounds=st.tuples(st.floats(0, 4.9), st.floats(5.1, 500)),
    u=st.lists(probabilities, min_size=1, max_size=20),
)
def test_values_of_truncated_laws_lie_between_the_bounds(
    parts: list[tuple[int, Law]], offset: float, bounds: tuple[float, float], u: list[float]
) -> None:
    total = sum(weight for weight, _ in parts)
    mixed = mixture(*((weight / total, part) for weight, part in parts))
    # One part that reaches every interval, so that there is something to keep.
    law = truncated(*bounds, shifted(offset, mixture((0.9, mixed), (0.1, exponential(3.0)))))
    drawn = quantile(law, np.array(u))
    assert ((drawn >= bounds[0]) & (drawn <= bounds[1])).all()
    assert bounds[0] <= mean(law) <= bounds[1]
    reached = cdf(law, drawn)
    assert ((reached >= 0) & (reached <= 1)).all()
