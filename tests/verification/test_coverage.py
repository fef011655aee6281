"""How often intervals of nominally 95 % hold the exact value: 2,000 results of each kind.

Days of an M/M/1 queue that starts empty stand for replications: they are skewed as days at a
border are, and their mean wait is known. `pytest -m slow -s` prints the shares; docs/statistics.md
holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from importlib.resources import files

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import betainc, gammainc

from bcpsim import run
from bcpsim.kpi import PERCENTILES, Row
from bcpsim.runs.estimates import estimates
from bcpsim.stats import (
    Interval,
    Tally,
    batch_means,
    change_interval,
    counts_at,
    difference_interval,
    mean_interval,
    points_up_to,
    pooled_quantiles,
    pseudo_values,
    quantile_interval,
    select_best,
    simultaneous,
    until_precise,
)
from bcpsim.verify.cases import CASES

pytestmark = pytest.mark.slow

RESULTS = 2000
FEW = 20
"""Replications with fewer than which intervals of skewed values cover less; it is measured."""
CUSTOMERS = 300
LOAD = 0.9

Floats = NDArray[np.float64]


def exact_waits(load: float, customers: int) -> Floats:
    """Return the mean wait of each customer of M/M/1 with mean gap 1 that starts empty.

    Spitzer's identity: E[W_k] = sum over j <= k of E[max(S_j, 0)] / j, S_j being a sum of j
    services less a sum of j gaps; the expectation follows from the beta distribution.
    """
    j = np.arange(1, customers)
    share = load / (1 + load)
    positive = j * load * betainc(j, j + 1, share) - j * betainc(j + 1, j, share)
    return np.concatenate([[0.0], np.cumsum(positive / j)])


def exact_law(points: Floats, customers: int) -> Floats:
    """Return the probabilities of waits up to each point, shape (customers, points).

    Before a service the wait is that of as many services as there are customers ahead; in a gap
    as many of them end as come before its end, one after the other.
    """
    share = LOAD / (1 + LOAD)
    ended = (1 - share) ** np.arange(customers) * share  # in a gap, k and no more
    erlang = np.stack(
        [np.ones(len(points)), *gammainc(np.arange(1, customers)[:, None], points / LOAD)]
    )
    ahead = np.zeros(customers)
    ahead[0] = 1.0
    laws = []
    for _ in range(customers):
        laws.append(ahead @ erlang)
        joined = np.concatenate([[0.0], ahead[:-1]])
        ahead = np.correlate(joined, ended, "full")[customers - 1 :]
        ahead[0] = 1 - ahead[1:].sum()
    return np.array(laws)


def queues(number: int, paces: tuple[float, ...], seed: int) -> Iterator[Floats]:
    """Yield the waits of one customer after the other in days of queues with the same draws.

    Shape (paces, days).
    """
    rng = np.random.default_rng(seed)
    pace = np.array(paces)[:, None]
    wait = np.zeros((len(paces), number))
    for _ in range(CUSTOMERS):
        yield wait
        service, gap = rng.exponential(1.0, (2, number))
        wait = np.maximum(wait + LOAD * pace * service - gap, 0.0)


def days(number: int, paces: tuple[float, ...], seed: int) -> Floats:
    """Return the sum of waits in days: after half of the customers, and after all.

    Shape (paces, 2, days).
    """
    total = np.zeros((len(paces), number))
    half = np.zeros_like(total)
    for k, wait in enumerate(queues(number, paces, seed)):
        if k == CUSTOMERS // 2:
            half = total.copy()
        total += wait
    return np.stack([half, total], axis=1)


def mean_waits(replications: int, paces: tuple[float, ...], seed: int) -> Floats:
    """Return mean waits of days, shape (paces, replications, results)."""
    total = days(replications * RESULTS, paces, seed)[:, 1]
    return (total / CUSTOMERS).reshape(len(paces), replications, RESULTS)


def exact_mean(pace: float = 1.0) -> float:
    return float(exact_waits(LOAD * pace, CUSTOMERS).mean())


def covered(interval: Interval, exact: float | Floats) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = (interval.low <= exact) & (exact <= interval.high)
    return held


def check(
    what: str,
    held: NDArray[np.bool_],
    *,
    replications: int = FEW,
    few: int = FEW,
    most: float = 0.965,
) -> None:
    share = float(np.mean(held))
    print(f"\ncoverage | {what} | {share:.1%}")
    assert (0.935 if replications >= few else 0.91) <= share <= most


def test_mean_of_simulated_days() -> None:
    replications = 10
    [case] = [case for case in CASES if case.name == "time_varying"]
    [target] = case.targets
    result = run(
        str(files("bcpsim.verify").joinpath("scenarios", case.scenario)),
        replications=RESULTS * replications,
        seed=99,
        workers=0,
        event_log="none",
    )
    [variant] = result.variants
    row = Row(target.measure, target.population, target.statistic)
    values = variant.totals[:, variant.rows.index(row)].reshape(RESULTS, replications).T
    held = covered(mean_interval(values), target.expected())
    check("mean, simulated M(t)/M/2 day, 10 replications", held)


@pytest.mark.parametrize("replications", [5, 10, 20, 50])
def test_mean_of_skewed_days(replications: int) -> None:
    [waits] = mean_waits(replications, (1.0,), seed=replications)
    held = covered(mean_interval(waits), exact_mean())
    words = f"mean, M/M/1 days, {replications} replications"
    check(words, held, replications=replications)


@pytest.mark.parametrize("replications", [5, 10, 20, 50])
def test_difference_and_change_of_pairs(replications: int) -> None:
    baseline, alternative = mean_waits(replications, (1.0, 0.9), seed=100 + replications)
    before, after = exact_mean(), exact_mean(0.9)
    difference = covered(difference_interval(baseline, alternative), after - before)
    words = f"difference, M/M/1 days in pairs, {replications} replications"
    check(words, difference, replications=replications)
    change = covered(change_interval(baseline, alternative), 100 * (after / before - 1))
    words = f"change in %, M/M/1 days in pairs, {replications} replications"
    check(words, change, replications=replications)


@pytest.mark.parametrize("replications", [5, 10, 20])
def test_change_of_independent_values(replications: int) -> None:
    rng = np.random.default_rng(7)
    baseline, alternative = rng.exponential(1.0, (2, replications, RESULTS))
    found = change_interval(baseline, 0.5 * alternative)
    print(f"\nwithout a bound: {np.isinf(found.low).mean():.1%}")
    words = f"change in %, independent exponential values, {replications} replications"
    # What has no bound holds the value.
    check(words, covered(found, -50.0), replications=replications, most=0.98)


def test_changes_of_several_alternatives_together() -> None:
    paces = (1.0, 0.95, 0.9, 0.8)
    baseline, *alternatives = mean_waits(20, paces, seed=11)
    held = np.ones(RESULTS, dtype=bool)
    for pace, alternative in zip(paces[1:], alternatives, strict=True):
        exact = 100 * (exact_mean(pace) / exact_mean() - 1)
        held &= covered(change_interval(baseline, alternative, simultaneous(0.95, 3)), exact)
    # Bonferroni's bound is loose where the alternatives are alike, as under the same draws.
    check("changes of 3 alternatives together, M/M/1 days, 20 replications", held, most=1.0)


def test_mean_over_travellers() -> None:
    """Half of the days have half as many travellers: the ratio of two means."""
    replications = 20
    rows = (Row("arrivals", "all", "total"), Row("waiting_time", "all", "mean"))
    [[half, total]] = days(replications * RESULTS, (1.0,), seed=13)
    quiet = np.random.default_rng(14).random(len(total)) < 0.5
    count = np.where(quiet, CUSTOMERS // 2, CUSTOMERS)
    mean = np.where(quiet, half, total) / count
    table = np.stack([count, mean], axis=-1).reshape(RESULTS, replications, 2)
    waits = exact_waits(LOAD, CUSTOMERS)
    exact = (waits[: CUSTOMERS // 2].sum() + waits.sum()) / (1.5 * CUSTOMERS)
    found = [estimates(rows, values, "traveller") for values in table]
    held = np.array([one.low[1] <= exact <= one.high[1] for one in found])
    check("mean over travellers, M/M/1 days, 20 replications", held)


@pytest.mark.parametrize("replications", [20, 50])
def test_comparison_over_travellers(replications: int) -> None:
    """The same days, of two ways of working."""
    both = days(replications * RESULTS, (1.0, 0.9), seed=200 + replications)
    quiet = np.random.default_rng(15).random(both.shape[-1]) < 0.5
    count = np.where(quiet, CUSTOMERS // 2, CUSTOMERS).reshape(replications, RESULTS)
    total = np.where(quiet, both[:, 0], both[:, 1]).reshape(2, replications, RESULTS)
    baseline, alternative = (pseudo_values(one, count) for one in total)
    laws = (exact_waits(LOAD * pace, CUSTOMERS) for pace in (1.0, 0.9))
    before, after = ((w[: CUSTOMERS // 2].sum() + w.sum()) / (1.5 * CUSTOMERS) for w in laws)
    words = f"over travellers, M/M/1 days in pairs, {replications} replications"
    difference = covered(difference_interval(baseline, alternative), after - before)
    check(f"difference {words}", difference)
    change = covered(change_interval(baseline, alternative), 100 * (after / before - 1))
    check(f"change in % {words}", change, replications=replications, few=30)


@pytest.mark.parametrize("replications", [30, 50])
def test_percentiles_over_travellers(replications: int) -> None:
    """Half of the days have half as many travellers: percentiles of all of them."""
    points, shares = points_up_to(1000.0), tuple(PERCENTILES.values())
    laws = [exact_law(points, customers) for customers in (CUSTOMERS // 2, CUSTOMERS)]
    exact = np.interp(shares, np.concatenate(laws).mean(axis=0), points)
    parts = 20
    number = RESULTS // parts
    held = []
    for part in range(parts):
        days = replications * number
        waits = np.stack([wait[0] for wait in queues(days, (1.0,), 100 * replications + part)])
        quiet = np.random.default_rng(part).random(days) < 0.5
        samples = [waits[: CUSTOMERS // 2 if quiet[day] else None, day] for day in range(days)]
        counts = (counts_at(points, samples[k::replications]) for k in range(replications))
        tallies = (Tally.of(points, shares, one) for one in counts)
        found = pooled_quantiles(reduce(Tally.followed_by, tallies))
        held.append(covered(found, np.tile(exact, number)).reshape(number, len(shares)))
    for name, one in zip(PERCENTILES, np.concatenate(held).T, strict=True):
        words = f"{name} over travellers, M/M/1 days, {replications} replications"
        check(words, one, most=0.975)  # the interval isn't shortened on the side of low values


@pytest.mark.parametrize(("share", "replications"), [(0.5, 20), (0.9, 50), (0.95, 100)])
def test_quantile_over_replications(share: float, replications: int) -> None:
    values = np.random.default_rng(replications).exponential(1.0, (replications, RESULTS))
    held = covered(quantile_interval(values, share), -np.log(1 - share))
    check(f"{share:.0%} quantile of exponential days, {replications} replications", held)


@pytest.mark.parametrize(("load", "length"), [(0.5, 10_000), (0.8, 60_000)])
def test_batch_means(load: float, length: int) -> None:
    rng = np.random.default_rng(length)
    held, enough = [], []
    for _ in range(8):
        number = RESULTS // 8
        series = np.empty((length, number))
        wait = np.where(
            rng.random(number) < load, rng.exponential(load / (1 - load), number), 0.0
        )  # as in the steady state
        for k in range(length):
            series[k] = wait
            service, gap = rng.exponential(1.0, (2, number))
            wait = np.maximum(wait + load * service - gap, 0.0)
        found = [batch_means(series[:, k]) for k in range(number)]
        exact = load**2 / (1 - load)
        held += [one.low <= exact <= one.high for one in found]
        enough += [one.enough for one in found]
    print(f"\nlong enough: {np.mean(enough):.1%}")
    check(f"batch means, M/M/1, utilisation {load}, {length:,} customers", np.array(held))


@pytest.mark.parametrize("half_width", [0.25, 0.15, 0.1])
def test_stopping_at_a_precision_of_the_mean(half_width: float) -> None:
    ceiling = 400
    [waits] = mean_waits(ceiling, (1.0,), seed=17)
    held, taken = [], []
    for k in range(RESULTS):
        interval = stopped(lambda n, k=k: mean_interval(waits[:n, [k]]), half_width, ceiling)  # type: ignore[misc]
        held.append(covered(interval, exact_mean())[0])
        taken.append(interval.replications[0])
    words = f"precision {half_width:.0%} of a mean, M/M/1 days, {np.mean(taken):.0f} replications"
    check(words + " on average", np.array(held))


@pytest.mark.parametrize("half_width", [0.08, 0.05, 0.02])
def test_stopping_at_a_precision_of_the_change(half_width: float) -> None:
    ceiling = 200
    baseline, alternative = mean_waits(ceiling, (1.0, 0.9), seed=19)
    exact = 100 * (exact_mean(0.9) / exact_mean() - 1)
    held, taken = [], []
    for k in range(RESULTS):

        def change(n: int, k: int = k) -> Interval:
            return change_interval(baseline[:n, [k]], alternative[:n, [k]])

        interval = stopped(change, half_width, ceiling, scale=100.0)
        held.append(covered(interval, exact)[0])
        taken.append(interval.replications[0])
    words = f"precision {half_width:.0%} of a change, M/M/1 days, {np.mean(taken):.0f} replications"
    check(words + " on average", np.array(held))


def stopped(interval: object, half_width: float, ceiling: int, scale: float = 0.0) -> Interval:
    """Return the interval at which a run to a precision ends; scale 0: relative to the mean."""
    found: list[Interval] = []

    def extend(numbers: range) -> None:
        found[:] = [interval(numbers.stop)]  # type: ignore[operator]

    def width() -> Floats:
        return found[0].half_width / (scale or np.abs(found[0].estimate))

    until_precise(extend, width, half_width, floor=30, ceiling=ceiling)
    return found[0]


@pytest.mark.parametrize("ways", [2, 4])
def test_a_wrong_best_is_rarely_sure(ways: int) -> None:
    """Ways that hardly differ: where the best is hardest to tell."""
    [waits] = mean_waits(20 * ways, (1.0,), seed=29)
    values = waits.reshape(20, ways, RESULTS)
    values[:, 0] -= 1e-6
    chosen = [select_best(values[:, :, k]) for k in range(RESULTS)]
    wrong = np.mean([one.best != 0 and one.probability >= 0.95 for one in chosen])
    print(f"\nselection | wrong, but sure by 95 %, {ways} ways, M/M/1 days | {wrong:.1%}")
    assert wrong <= 0.065  # 5 % and three standard errors
