"""How often intervals of nominally 95 % hold the exact value: 2,000 results of each kind.

Days of an M/M/1 queue that starts empty stand for replications: they are skewed as days at a
border are, and their mean wait is known. `pytest -m slow -s` prints the shares; docs/statistics.md
holds them. Both tails of means, differences and changes on many shapes of day:
tests/helpers/interval_tails.py.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import betainc

from bcpsim import run
from bcpsim.kpi import Row
from bcpsim.stats import (
    Interval,
    batch_means,
    change_interval,
    mean_interval,
    quantile_interval,
    select_best,
    simultaneous,
    until_precise,
)
from bcpsim.verify.cases import CASES

pytestmark = pytest.mark.slow

RESULTS = 2000
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


def mean_waits(replications: int, paces: tuple[float, ...], seed: int) -> Floats:
    """Return mean waits of days of queues with the same draws.

    Shape (paces, replications, results).
    """
    rng = np.random.default_rng(seed)
    pace = np.array(paces)[:, None]
    wait = np.zeros((len(paces), replications * RESULTS))
    total = np.zeros_like(wait)
    for _ in range(CUSTOMERS):
        total += wait
        service, gap = rng.exponential(1.0, (2, replications * RESULTS))
        wait = np.maximum(wait + LOAD * pace * service - gap, 0.0)
    return (total / CUSTOMERS).reshape(len(paces), replications, RESULTS)


def exact_mean(pace: float = 1.0) -> float:
    return float(exact_waits(LOAD * pace, CUSTOMERS).mean())


def covered(interval: Interval, exact: float | Floats) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = (interval.low <= exact) & (exact <= interval.high)
    return held


LEAST, MOST = 0.935, 0.98
"""Of nominal 95 %; the side of the long tail is lengthened, so that intervals hold more often."""


def check(what: str, held: NDArray[np.bool_], *, most: float = MOST) -> None:
    share = float(np.mean(held))
    print(f"\ncoverage | {what} | {share:.1%}")
    assert LEAST <= share <= most


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


@pytest.mark.parametrize(("a_day", "looks"), [(5.0, (10, 20)), (0.5, (40, 80))])
def test_share_found_of_few_carriers(a_day: float, looks: tuple[int, ...]) -> None:
    # A fifth of the carriers are searched for 18.9 minutes, the others for 2.8: each counts with
    # its probability of being found, 85 or 24 %. A day without any tells nothing.
    rng = np.random.default_rng(3)
    long, short = -np.expm1(-1.88755), -np.expm1(-0.27811)
    carriers = rng.poisson(a_day, (looks[-1], RESULTS))
    searched = rng.binomial(carriers, 0.2)
    found = searched * long + (carriers - searched) * short
    values = np.where(carriers > 0, 100 * found / np.maximum(carriers, 1), np.nan)
    for days in looks:
        interval = mean_interval(values[:days])
        held = covered(interval, 100 * float(0.2 * long + 0.8 * short))
        width = float(np.median(interval.high - interval.low)) / 2
        what = (
            f"share found of {a_day:g} carriers a day, {days} replications, +- {width:.1f} points"
        )
        check(what, held, most=0.99)


def test_changes_of_several_alternatives_together() -> None:
    paces = (1.0, 0.95, 0.9, 0.8)
    baseline, *alternatives = mean_waits(20, paces, seed=11)
    held = np.ones(RESULTS, dtype=bool)
    for pace, alternative in zip(paces[1:], alternatives, strict=True):
        exact = 100 * (exact_mean(pace) / exact_mean() - 1)
        held &= covered(change_interval(baseline, alternative, simultaneous(0.95, 3)), exact)
    # Bonferroni's bound is loose where the alternatives are alike, as under the same draws.
    check("changes of 3 alternatives together, M/M/1 days, 20 replications", held, most=1.0)


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
