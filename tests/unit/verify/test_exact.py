"""The exact models against values that were computed independently."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
from places import ROOT

from bcpsim.stats import mean_interval
from bcpsim.verify import chains, exact

DATA = ROOT / "tests" / "verification" / "data"
with (DATA / "queueing_benchmarks.csv").open(encoding="utf-8") as handle:
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


def test_a_queue_that_some_leave_lies_between_those_known() -> None:
    # With patience without end it is Erlang C, with none Erlang B.
    assert chains.queue_with_leaving(1.2, 1, 2, bound=400).wait == pytest.approx(
        exact.mmc_wait(1.2, 1, 2)
    )
    without = chains.queue_with_leaving(2.5, 1, 3, mean_patience=1e-9, bound=30)
    assert without.lost == pytest.approx(exact.erlang_b(3, 2.5))
    # As patient as a service is long: the number there is Poisson's, of infinitely many servers.
    alike = chains.queue_with_leaving(2.0, 1, 1, mean_patience=1, bound=60)
    assert alike.lost == pytest.approx((2.0 - (1 - math.exp(-2.0))) / 2.0)
    # Those who turn back at a length are turned away by a number of places.
    places = chains.queue_with_leaving(1.8, 1, 2, deters=lambda waiting: float(waiting >= 5))
    assert (places.deterred, places.wait) == pytest.approx(exact.mmck(1.8, 1, 2, 5))


def test_the_shorter_of_two_queues() -> None:
    # Between a queue of two servers and two queues by chance.
    assert (
        exact.mmc_wait(1.4, 1, 2) < chains.shortest_queue_wait(1.4, 1) < exact.mmc_wait(0.7, 1, 1)
    )
    # Hardly anybody comes: a wait takes two who are served, then one more before either is done.
    rate = 1e-3
    assert chains.shortest_queue_wait(rate, 1, bound=10) == pytest.approx(rate**2 / 2, rel=0.01)


def test_fork_join() -> None:
    # Nothing else there: the later of two exponential services.
    assert exact.fork_join_time(1e-9, 1) == pytest.approx(exact.longest_of_two(1, 1)[0])
    # Not less than the time of one queue, nor more than of two that know nothing of one another.
    assert 5 < exact.fork_join_time(0.8, 1) < 7.5
    assert exact.fork_join_time(0.8, 1) == pytest.approx(7)


def test_the_time_varying_queue_reaches_the_stationary_one() -> None:
    long = exact.mtmc_queue([0, 50, 20_000], [1.0, 1.0], 1.0, 2)
    assert long == pytest.approx(exact.mmc_wait(1.0, 1, 2), rel=1e-3)


def test_a_periodic_profile_reaches_the_values_of_its_cycle() -> None:
    # 40 (1 + 0.5 sin(2 pi t / 24)) per hour on 6 servers of 10 per hour each, in steps of
    # 15 minutes; after a cycle from empty, the second cycle is the periodic one.
    edges = np.arange(0, 48.01, 0.25)
    phase = 2 * np.pi * (edges[:-1] + 0.125) / 24
    rates = 40 * (1 + 0.5 * np.sin(phase))
    both = exact.mtmc_queue(edges.tolist(), rates.tolist(), 0.1, 6)
    first = exact.mtmc_queue(edges[:97].tolist(), rates[:96].tolist(), 0.1, 6)
    second = 2 * both - first
    assert second == pytest.approx(3.885624, rel=2e-3)


def test_too_long_a_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="grows beyond"):
        exact.mtmc_queue([0, 2000], [2.0], 1.0, 1)


def test_servers_by_timetable_finish_what_is_in_hand() -> None:
    data = json.loads((DATA / "exact.json").read_text("utf-8"))["cases"]
    [day] = [value for name, value in data.items() if name.startswith("Mt/M/ct")]
    edges = [60.0 * hour for hour in range(25)]
    rates = [rate / 60 for rate in day["r"]]
    found = exact.mtmc_queue(edges, rates, 60 / day["mu"], day["c"])
    assert found == pytest.approx(day["time_average_queue"], rel=1e-6)


def test_chains_have_the_values_that_were_solved_before() -> None:
    data = json.loads((DATA / "exact.json").read_text("utf-8"))["cases"]
    known = data["tandem_blocking lam=0.6 mu1=1 mu2=1 buffer=0"]
    tandem = chains.tandem_with_blocking(0.6, 1, 1, 0, 600)
    assert tandem.time == pytest.approx(known["W"], rel=1e-8)
    assert tandem.share_blocked == pytest.approx(known["P_blocked"], rel=1e-8)
    assert tandem.wait + 1 + tandem.blocked == pytest.approx(known["L1"] / 0.6, rel=1e-8)
    [known] = [value for name, value in data.items() if name.startswith("cross_trained_N")]
    found = chains.cross_trained_waits((1.5, 0.8), (1, 1), (2, 1), 110)
    assert found == pytest.approx((known["Wq1"], known["Wq2"]), rel=1e-7)
    [known] = [value for name, value in data.items() if name.startswith("officer_and_scanner")]
    found = chains.scanner_waits((1.5, 0.3), (1, 2), 3, 1, 110)
    assert found == pytest.approx((known["WqA"], known["WqB"]), rel=1e-7)


def test_a_chain_cut_off_too_early_is_refused() -> None:
    with pytest.raises(ValueError, match="grow beyond"):
        chains.tandem_with_blocking(0.6, 1, 1, 0, 20)


def test_two_classes_by_priority() -> None:
    assert exact.priority_waits((0.9, 1.5), 1, 3) == pytest.approx((0.308186, 1.540931), abs=1e-6)
    assert exact.priority_waits((1, 3), 1, 5) == pytest.approx((0.138528, 0.692641), abs=1e-6)


def test_two_classes_by_weights_of_their_waits() -> None:
    # In order of joining all would wait 0.6 / 0.4 = 1.5; 2/3 of the others are passed.
    assert exact.weighted_waits((0.3, 0.3), 1, (3, 1)) == pytest.approx((1.125, 1.875))
    assert exact.weighted_waits((0.5, 0.3), 1, (2, 2)) == pytest.approx((4, 4))
    strictly = exact.priority_waits((0.5, 0.3), 1, 1)
    assert exact.weighted_waits((0.5, 0.3), 1, (1e9, 1)) == pytest.approx(strictly)


def test_a_queue_with_few_places() -> None:
    assert exact.mmck(1.8, 1, 2, 5) == pytest.approx((0.092063, 0.981069), abs=1e-6)
    assert exact.mmck(4, 1, 4, 8) == pytest.approx((0.089136, 0.880734), abs=1e-6)
    assert exact.mmck(4, 1, 5, 0) == pytest.approx((exact.erlang_b(5, 4), 0))


def test_a_crew_in_parallel_takes_as_long_as_the_longer() -> None:
    mean, cv = exact.longest_of_two(1, 1)
    assert mean == pytest.approx(1.5)
    assert exact.mg1_wait(0.5, mean, cv) == pytest.approx(3.5)
    rng = np.random.default_rng(1)
    drawn = np.maximum(rng.exponential(2, 400_000), rng.exponential(5, 400_000))
    assert exact.longest_of_two(2, 5) == pytest.approx(
        (drawn.mean(), drawn.std() / drawn.mean()), rel=5e-3
    )


def test_intervals_of_symmetric_values_are_those_of_scipy() -> None:
    from scipy import stats

    rng = np.random.default_rng(3)
    half = rng.normal(0, 2, size=(6, 3))
    table = 10 + np.concatenate([half, -half])
    table[[5, 11], 1] = np.nan
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


def test_groups_of_one_are_a_plain_queue_and_one_server_has_a_closed_form() -> None:
    assert chains.group_wait(1.2, 1, 2, {1: 1.0}) == pytest.approx(exact.mmc_wait(1.2, 1, 2))
    # M^X/M/1: mean number (1 + E[X^2] / E[X]) rho / (2 (1 - rho)); sizes 1 and 3 by half.
    number = 0.6 * (1 + 5 / 2) / (2 * 0.4)
    assert chains.group_wait(0.6, 1, 1, {1: 0.5, 3: 0.5}) == pytest.approx(number / 0.6 - 1)


def test_a_batch_waits_by_its_place() -> None:
    assert exact.batch_wait(5, 2, 2, exponential=False) == pytest.approx((0 + 0 + 2 + 2 + 4) / 5)
    assert exact.batch_wait(4, 1, 2, exponential=True) == pytest.approx((0.5 + 1.0) / 4)
    assert exact.batch_wait(2, 1, 3, exponential=True) == 0


def test_the_last_of_a_batch_is_the_largest_or_comes_after_the_others() -> None:
    assert exact.last_of_batch(1, 2, 3) == pytest.approx((2, 1))
    assert exact.last_of_batch(2, 1, 2) == pytest.approx(exact.longest_of_two(1, 1))
    mean, cv = exact.last_of_batch(3, 2, 1)  # one after the other: Erlang
    assert (mean, cv) == pytest.approx((6, 1 / math.sqrt(3)))


def test_a_deadline_at_once_is_missed_by_all_and_without_traffic_by_long_services() -> None:
    # At once: only who finds nobody and is served in no time.
    assert exact.missed_deadline(0.8, 1, 1e-9) == pytest.approx(1)
    # Hardly any traffic: the service alone must be done.
    assert exact.missed_deadline(1e-9, 1, 2) == pytest.approx(math.exp(-2))


def test_a_team_without_travel_is_a_plain_queue() -> None:
    assert exact.team_wait(0.5, 1, 0) == pytest.approx(exact.mmc_wait(0.5, 1, 1))


def test_a_booth_that_helps_at_once_is_cross_trained_and_one_that_never_does_a_queue() -> None:
    at_once = chains.helping_booth_waits((0.4, 0.7), (1, 1), 1)
    other, own = chains.cross_trained_waits((0.7, 0.4), (1, 1), (1, 1))
    assert at_once == pytest.approx((own, other))
    never = chains.helping_booth_waits((0.3, 0.5), (1, 1), 99, bound=40)
    assert never == pytest.approx((exact.mmc_wait(0.3, 1, 1), exact.mmc_wait(0.5, 1, 1)), rel=1e-6)


def test_a_team_that_returns_in_no_time_is_a_queue_and_few_calls_wait_for_the_way() -> None:
    assert exact.returning_team_wait(0.5, 1, 1e-9) == pytest.approx(exact.mmc_wait(0.5, 1, 1))
    assert exact.returning_team_wait(1e-9, 1, 3) == pytest.approx(3)


def test_a_rule_that_changes_nothing_leaves_the_wait_of_mm1() -> None:
    assert chains.hysteresis_wait(0.5, (1, 1), (6, 2)) == pytest.approx(1.0)
    # In force from the first who waits on: only who begins at once is served as usual.
    always = chains.hysteresis_wait(0.5, (1, 0.5), (1, 0))
    assert exact.mmc_wait(0.5, 0.5, 1) < always < exact.mmc_wait(0.5, 1, 1)


def test_breakdowns_that_never_come_leave_the_wait_of_mm1() -> None:
    assert chains.breakdown_wait(0.5, 1, 1e9, 1) == pytest.approx(1.0)
    # The wait at a server whose service is broken off and resumed is known in closed form. Where
    # services are short against breakdowns, to finish what is in hand saves little.
    rate, service, up, down = 4 / 60, 8.0, 6000.0, 480.0
    a, r, m = 1 / up, 1 / down, 1 / service
    present = rate * ((a + r) ** 2 + m * a) / ((a + r) * (m * r - rate * (a + r)))
    assert 60 * present / (60 * rate) == pytest.approx(104.235, abs=0.001)
    resumed = present / rate - service
    assert 0.975 * resumed < chains.breakdown_wait(rate, service, up, down, 3000) < resumed
