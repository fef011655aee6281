"""Laws, streams and arrivals against closed forms and against SciPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from places import SMALL

import bcpsim
from bcpsim.plan import compile_plan, laws
from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.records.traffic import SourcePlan
from bcpsim.sampling import sample
from bcpsim.sampling.arrivals import arrival_times
from bcpsim.sampling.laws import cdf, mean, quantile
from bcpsim.sampling.streams import uniforms

U = np.linspace(0.0005, 0.9995, 1999)

EXPONENTIAL = Law(LawKind.EXPONENTIAL, (2.0,))
LOGNORMAL = laws.lognormal_from_mean_cv(1.5, 0.6)
GAMMA = laws.gamma_from_mean_cv(3.0, 0.4)
ERLANG = laws.erlang(4.0, 3)
WEIBULL = laws.weibull_from_mean_cv(2.0, 0.7)
TRIANGULAR = Law(LawKind.TRIANGULAR, (1.0, 2.0, 5.0))
UNIFORM = Law(LawKind.UNIFORM, (1.0, 4.0))
SMOOTH = {
    "exponential": (EXPONENTIAL, scipy.stats.expon(scale=2)),
    "lognormal": (
        LOGNORMAL,
        scipy.stats.lognorm(np.sqrt(np.log(1.36)), scale=1.5 / np.sqrt(1.36)),
    ),
    "gamma": (GAMMA, scipy.stats.gamma(1 / 0.16, scale=3 * 0.16)),
    "erlang": (ERLANG, scipy.stats.gamma(3, scale=4 / 3)),
    "weibull": (WEIBULL, scipy.stats.weibull_min(WEIBULL.params[0], scale=WEIBULL.params[1])),
    "triangular": (TRIANGULAR, scipy.stats.triang(0.25, loc=1, scale=4)),
    "uniform": (UNIFORM, scipy.stats.uniform(1, 3)),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_laws_are_those_of_scipy(name: str) -> None:
    law, theirs = SMOOTH[name]
    assert quantile(law, U) == pytest.approx(theirs.ppf(U), rel=1e-9)
    x = theirs.ppf(U)
    assert cdf(law, x) == pytest.approx(U, abs=1e-9)
    assert mean(law) == pytest.approx(theirs.mean(), rel=1e-9)


def test_parameters_that_planners_know() -> None:
    for law, cv in ((LOGNORMAL, 0.6), (GAMMA, 0.4), (WEIBULL, 0.7), (ERLANG, 3**-0.5)):
        square, _ = scipy.integrate.quad(
            lambda u, law=law: float(quantile(law, np.array([u]))[0]) ** 2, 0, 1, limit=500
        )
        assert np.sqrt(square / mean(law) ** 2 - 1) == pytest.approx(cv, rel=1e-3)
    law = laws.lognormal_from_quantiles(0.5, 60.0, 0.9, 150.0)
    assert quantile(law, np.array([0.5, 0.9])) == pytest.approx([60, 150])


def test_empirical_takes_each_value_equally_often() -> None:
    law = Law(LawKind.EMPIRICAL, (1.0, 2.0, 4.0))
    assert quantile(law, np.array([0.01, 0.33, 0.34, 0.66, 0.67, 0.999])).tolist() == [
        1,
        1,
        2,
        2,
        4,
        4,
    ]
    assert mean(law) == pytest.approx(7 / 3)
    assert cdf(law, np.array([0.5, 1, 3, 4])).tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_mixture_picks_a_part_and_uses_the_rest_of_the_number() -> None:
    law = Law(LawKind.MIXTURE, (0.25, 0.75), (UNIFORM, EXPONENTIAL))
    drawn = quantile(law, np.array([0.125, 0.25 + 0.75 * 0.4]))
    assert drawn == pytest.approx([2.5, -2 * np.log(0.6)])
    assert mean(law) == pytest.approx(0.25 * 2.5 + 0.75 * 2)
    assert cdf(law, np.array([2.0])) == pytest.approx([0.25 / 3 + 0.75 * (1 - np.exp(-1))])


def test_truncated_and_shifted() -> None:
    law = Law(LawKind.TRUNCATED, (1.0, 3.0), (EXPONENTIAL,))
    theirs = scipy.stats.truncexpon(b=1, loc=1, scale=2)
    assert quantile(law, U) == pytest.approx(theirs.ppf(U), rel=1e-9)
    assert mean(law) == pytest.approx(theirs.mean(), rel=1e-8)
    shifted = Law(LawKind.SHIFTED, (5.0,), (law,))
    assert quantile(shifted, U) == pytest.approx(5 + theirs.ppf(U))
    assert mean(shifted) == pytest.approx(5 + theirs.mean())
    far = Law(LawKind.TRUNCATED, (200.0, 300.0), (EXPONENTIAL,))
    assert ((quantile(far, U) >= 200) & (quantile(far, U) <= 300)).all()


@given(
    law=st.sampled_from([law for law, _ in SMOOTH.values()]),
    pair=st.tuples(st.floats(1e-12, 1 - 1e-12), st.floats(1e-12, 1 - 1e-12)),
)
def test_quantiles_grow_with_the_probability(law: Law, pair: tuple[float, float]) -> None:
    low, high = quantile(law, np.array(sorted(pair)))
    assert 0 <= low <= high < np.inf


# --- Streams ---------------------------------------------------------------------------


def test_a_stream_is_a_function_of_its_name() -> None:
    drawn = uniforms(1, 0, "cars/arrival", 1000)
    assert (uniforms(1, 0, "cars/arrival", 10) == drawn[:10]).all()
    for other in ((2, 0, "cars/arrival"), (1, 1, "cars/arrival"), (1, 0, "cars/class")):
        assert abs(np.corrcoef(drawn, uniforms(*other, 1000))[0, 1]) < 0.15
    # Written down, so that a change of the streams can't go unseen.
    expected = [0.23979798, 0.03264880, 0.17931189]
    assert uniforms(7, 3, "cars/arrival", 3) == pytest.approx(expected, abs=1e-8)
    assert drawn.min() > 0
    assert drawn.max() < 1


# --- Arrivals --------------------------------------------------------------------------


def source(edges: list[float], rates: list[float], gap_cv: float = 1.0) -> SourcePlan:
    return SourcePlan(
        name="cars",
        classes=((0, 1.0),),
        edges=tuple(edges),
        rates=tuple(rates),
        gap_cv=gap_cv,
        times=None,
    )


@pytest.mark.parametrize("gap_cv", [0.5, 1.0, 2.0])
def test_expected_counts_are_the_integral_of_the_rate_in_every_stretch(gap_cv: float) -> None:
    edges = [0.0, 60, 90, 150, 240]
    stream = source(edges, [0.5, 0.0, 2.0, 0.1], gap_cv)
    times, numbers = arrival_times(stream, 1, range(3000))
    each = np.split(times, np.cumsum(numbers)[:-1])
    counts = np.array([np.histogram(own, edges)[0] for own in each], dtype=float)
    error = counts.std(axis=0) / 3000**0.5
    assert (np.abs(counts.mean(axis=0) - [30, 0, 120, 9]) <= 4 * error).all()
    assert (counts[:, 1] == 0).all()


@pytest.mark.parametrize("gap_cv", [0.5, 1.0, 2.0])
def test_the_index_of_dispersion_is_the_square_of_the_gaps_cv(gap_cv: float) -> None:
    stream = source([0.0, 1000.0], [1.0], gap_cv)
    _, counts = arrival_times(stream, 1, range(3000))
    # The variance of a variance: 2 / n relative, so 4 standard errors are about 10 %.
    assert counts.var() / counts.mean() == pytest.approx(gap_cv**2, rel=0.12)


def test_poisson_counts_have_the_poisson_law() -> None:
    stream = source([0.0, 10.0, 20.0], [0.1, 0.3])
    _, counts = arrival_times(stream, 1, range(4000))
    expected = scipy.stats.poisson(4).pmf(np.arange(12)) * 4000
    expected = np.append(expected, 4000 - expected.sum())
    found = np.bincount(np.minimum(counts, 12), minlength=13)
    assert scipy.stats.chisquare(found, expected).pvalue > 1e-4


def test_no_traffic_and_observed_times() -> None:
    times, counts = arrival_times(source([0.0, 60.0], [0.0]), 1, [0, 1])
    assert times.tolist() == []
    assert counts.tolist() == [0, 0]
    seen = SourcePlan(
        name="cars", classes=((0, 1.0),), edges=(), rates=(), gap_cv=1.0, times=(1.0, 5.5)
    )
    times, counts = arrival_times(seen, 1, [0, 9])
    assert times.tolist() == [1, 5.5, 1, 5.5]
    assert counts.tolist() == [2, 2]


def test_shares_and_durations_have_their_means() -> None:
    plan = compile_plan(bcpsim.load(SMALL, overrides={"traffic.vehicles.arrivals.scale": "300"}))
    travellers = sample(plan, 1, 0)
    n = len(travellers)
    assert n > 70_000
    assert (travellers.category == 0).mean() == pytest.approx(0.8, abs=0.006)
    cars = travellers.category == 0
    assert (travellers.attributes[0][cars] == 1).mean() == pytest.approx(0.4, abs=0.008)
    assert (travellers.attributes[0][~cars] == -1).all()
    assert travellers.occupants[cars].mean() == pytest.approx(1.5, abs=0.008)
    visa = travellers.attributes[0] == 1
    assert travellers.minutes.durations[0][visa].mean() == pytest.approx(1.25, rel=0.02)
    assert travellers.minutes.durations[0][~visa].mean() == pytest.approx(50 / 60, rel=0.02)
    assert (travellers.following[0][~cars] == 1).all()
    assert (travellers.following[0][cars] == 1).mean() == pytest.approx(0.04, abs=0.004)


def test_counts_from_a_file_become_rates(tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text(
        "hour,n\n2026-04-13T00:00,60\n2026-04-13T02:00,30\n2026-04-13T03:30,99\n", "utf-8"
    )
    text = SMALL.read_text("utf-8").replace(
        "{pattern: constant, rate: 60/h}",
        "{pattern: counts, file: counts.csv, time_column: hour, count_column: n, interval: 30 min}",
    )
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    stream = compile_plan(bcpsim.load(tmp_path / "s.yaml")).sources[0]
    assert stream.edges == (0, 30, 120, 150, 210, 240)
    assert stream.rates == (2, 0, 1, 0, 3.3)
    assert stream.expected == pytest.approx(189)


def test_hourly_patterns_follow_the_local_clock(tmp_path: Path) -> None:
    rates = "[" + ", ".join(str(hour) for hour in range(24)) + "]"
    text = SMALL.read_text("utf-8").replace(
        "{pattern: constant, rate: 60/h}", f"{{pattern: hourly, per_hour: {rates}}}"
    )
    for start, hours in (("2026-03-29", [0, 1, 2, 4, 5]), ("2026-10-25", [0, 1, 2, 3, 3])):
        spring = text.replace("2026-04-13", start).replace("duration: 4 h", "duration: 5 h")
        (tmp_path / "s.yaml").write_text(spring, "utf-8")
        stream = compile_plan(bcpsim.load(tmp_path / "s.yaml")).sources[0]
        assert [rate * 60 for rate in stream.rates] == pytest.approx(hours)
