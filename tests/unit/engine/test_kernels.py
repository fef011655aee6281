"""Kernels give what they say, the same in their three ways: vectorised, as a loop, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from places import ROOT

import bcpsim
from bcpsim.engine import cache, invariants, replicate_block
from bcpsim.engine.kernels import Kernel
from bcpsim.kpi import Meter, kernels
from bcpsim.plan import compile_plan
from bcpsim.sampling.ticks import NEVER

WAYS = ["plain", "loop", "compiled"]


@pytest.fixture(autouse=True)
def engine() -> None:
    """Run each test once: it chooses the way itself."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    if request.param == "compiled" and not cache.is_possible():
        pytest.skip("without Numba")
    return str(request.param)


def run(way: str, kernel: Kernel[..., Any], *args: Any) -> Any:
    body = getattr(kernel, way)
    return (body() if way == "compiled" else body)(*args)


def ints(*values: int) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.int64)


def test_groups_are_counted_and_put_in_order(way: str) -> None:
    mask, group = np.array([True, True, False, True, True]), ints(1, 0, 0, 1, 0)
    assert run(way, kernels.counted, mask, group, 3).tolist() == [2, 2, 0]
    order, bounds = run(way, kernels.grouped, mask, group, 3)
    assert order.tolist() == [1, 4, 0, 3]
    assert bounds.tolist() == [0, 2, 4, 4]


def test_sums_and_ranks_are_of_populations(way: str) -> None:
    values, order = ints(9, 1, 5, 5, 3), ints(4, 3, 2, 1, 0)
    low, high = ints(0, 0, 2), ints(5, 0, 4)
    assert run(way, kernels.summed, values, order, low, high).tolist() == [[23], [0], [6]]
    places = np.array([[0, 2, 4], [0, 0, 0], [0, 1, 1]])
    found = run(way, kernels.ranked, values, order, low, high, places)
    assert found.tolist() == [[23, 1, 5, 9], [0, 0, 0, 0], [6, 1, 5, 5]]


def test_numbers_are_put_in_order(way: str) -> None:
    rng = np.random.default_rng(3)
    crowded = np.concatenate([rng.integers(0, 99, 500), ints(2**60)])  # all but one at one time
    every = (ints(), ints(4), ints(3, 1, 2, 1), rng.integers(-(2**50), 2**50, 500), crowded)
    keys = np.concatenate(every)
    owner = np.repeat(np.arange(5), [len(own) for own in every])
    mixed = rng.permutation(len(keys))
    found, bounds = run(way, kernels.in_order, keys[mixed], owner[mixed], 5)
    assert bounds.tolist() == [0, 0, 1, 5, 505, 1006]
    for own, low, high in zip(every, bounds, bounds[1:], strict=False):
        assert found[low:high].tolist() == sorted(own.tolist())


def test_hours_are_found_and_filled(way: str) -> None:
    edges = ints(0, 4, 6, 20)
    times = ints(-1, 0, 3, 4, 19, 20, 99)
    assert run(way, kernels.hours_of, edges, times).tolist() == [-1, 0, 0, 1, 2, 3, 3]
    start, end, group = ints(0, 5, 5, -3, 30), ints(10, 5, 8, 25, 40), ints(0, 0, 0, 1, 1)
    found = run(way, kernels.by_hour, edges, start, end, group, 2)
    assert found.tolist() == [[4, 3, 6], [4, 2, 14]]
    every = np.ones(5, dtype=bool)
    assert run(way, kernels.lasting, start, end, every, group, 2, 4, 11).tolist() == [9, 7]
    hour, mask = ints(0, 1, 1, 3, -1), np.array([True, True, False, True, True])
    sums = run(way, kernels.summed_by_hour, ints(7, 5, 3, 2, 1), mask, group, hour, 2, 3)
    assert sums.tolist() == [[[7, 5, 0], [0, 0, 0]], [[1, 1, 0], [0, 0, 0]]]


def test_duty_is_that_in_which_a_service_started(way: str) -> None:
    first, begins, ends = ints(0, 2, 3), ints(0, 20, 5), ints(10, 30, 50)
    found = run(
        way, kernels.on_duty_until, ints(0, 0, 1, 0), ints(0, 20, 7, 9), first, begins, ends
    )
    assert found.tolist() == [10, 30, 50, 10]


def test_who_is_in_front_has_come_and_not_left(way: str) -> None:
    arrival, group = ints(1, 2, 3, 4), ints(0, 1, 0, 1)
    gone, bounds = ints(3, 5, 9), ints(0, 2, 3)
    found = run(way, kernels.in_front, ints(0, 1, 2, 3), arrival, group, gone, bounds)
    assert found.tolist() == [0, 0, 0, 1]


def test_changes_of_some_kinds_become_keys(way: str) -> None:
    # Two owners with two stops each, and with one team; four more kinds without any change.
    times = (ints(7, 9), ints(8), *(ints() for _ in range(4)))
    whose = (ints(1, 2), ints(1), *(ints() for _ in range(4)))
    sizes, firsts = ints(2, 1, 1, 1, 1, 1), ints(0, 2, 3, 4, 5, 6)
    keys, owner = run(way, kernels.keyed, times, whose, sizes, firsts, 3)
    assert keys.tolist() == [7 << 3 | 1, 9 << 3 | 0, 8 << 3 | 2]
    assert owner.tolist() == [0, 1, 1]


def test_a_sweep_follows_queues_and_free_officers(way: str) -> None:
    # One team, free from 2 on and busy from 6; two wait elsewhere from 3 and from 4, until 8.
    leaves, joins, taken, comes = range(4)
    changes = ints(2 << 3 | comes, 3 << 3 | joins, 4 << 3 | joins, 6 << 3 | taken, 8 << 3 | leaves)
    changes, bounds = np.tile(changes, 2), ints(0, 5, 5, 10)  # of three runs, one without any
    free, waiting = np.array([[0, 0, -1, 1]]), np.array([[-1, 1, 0, 0]])
    for low, high, answer in ((0, 10, (3, 11, 2)), (5, 10, (1, 8, 2)), (20, 30, (0, 10, 1))):
        found = run(way, kernels.swept, changes, bounds, 3, low, high, free, waiting, 1)
        assert np.concatenate(found, axis=1).tolist() == [list(answer), [0, 0, 0], list(answer)]


def test_all_ways_are_the_same_on_random_columns(way: str) -> None:
    rng = np.random.default_rng(7)

    def same(kernel: Kernel[..., Any], *args: Any) -> Any:
        found, expected = run(way, kernel, *args), kernel.plain(*args)
        several = isinstance(expected, tuple)
        pairs = zip(found, expected, strict=True) if several else [(found, expected)]
        assert all(np.array_equal(a, b) for a, b in pairs)
        return expected

    for _ in range(30):
        n, groups = int(rng.integers(0, 60)), int(rng.integers(1, 5))
        group, mask = rng.integers(0, groups, n), rng.random(n) < 0.7
        values = rng.integers(0, 6, n) * rng.integers(1, 2**40, n)
        edges = np.unique(rng.integers(0, 2**41, 6))
        same(kernels.counted, mask, group, groups)
        order, bounds = same(kernels.grouped, mask, group, groups)
        low, high = bounds[:-1].copy(), bounds[1:].copy()
        same(kernels.summed, values, order, low, high)
        last = np.maximum(high - low - 1, 0)
        places = (last[:, None] * np.array([0.1, 0.5, 0.95, 1])).astype(np.int64)
        same(kernels.ranked, values, order, low, high, places)
        hour = same(kernels.hours_of, edges, values)
        same(kernels.summed_by_hour, values, mask, group, hour, groups, len(edges) - 1)
        end = values + rng.integers(0, 2**40, n)
        same(kernels.by_hour, edges, values, end, group, groups)
        same(kernels.lasting, values, end, mask, group, groups, int(edges[0]), int(edges[-1]))
        some = mask & (end % 2 == 0)
        gone = same(kernels.in_order, end[some], group[some], groups)
        same(kernels.in_front, np.argsort(values, kind="stable"), values, group, *gone)
        start, end = values >> 32, end >> 32  # with many ties
        others = rng.integers(0, 2**9, n) << 2 | rng.integers(2, 4, n)
        keys = np.concatenate([end << 2, start << 2 | 1, others])
        changes, whose = same(kernels.in_order, keys, np.tile(group, 3), groups)
        free, waiting = np.array([[0, 0, 1, -1]]), np.array([[-1, 1, 0, 0]])
        low, high = int(edges[0] >> 32), int(edges[-1] >> 32)
        same(kernels.swept, changes, whose, 2, low, high, free, waiting, 1)


def test_what_invariants_ask_is_the_same_in_all_ways(way: str) -> None:
    rng = np.random.default_rng(11)
    answers: dict[str, set[Any]] = {"overlap": set(), "inside": set(), "broken": set()}
    for _ in range(200):
        owner, start = rng.integers(0, 3, 6), rng.integers(0, 60, 6)
        end = start + rng.integers(0, 12, 6)
        overlap = run(way, invariants._overlap, owner, start, end, 3)
        assert overlap == invariants._overlap.plain(owner, start, end, 3)
        starts, first = np.sort(rng.integers(0, 8, (3, 2))).ravel(), ints(0, 2, 4, 6)
        windows = first, starts, starts + rng.integers(0, 60, 6)
        inside = run(way, invariants._inside, owner, start, *windows)
        assert inside == invariants._inside.plain(owner, start, *windows)
        # A visit of each of three travellers to two stops, of which one number is changed.
        columns = [np.array([[k, k, k], [k + 9, k + 9, k + 9]]) for k in (1, 4, 2, 3, 2, 0, 0, 0)]
        rest = [ints(0, 0, 0), ints(50, 50, 50), np.ones(3, dtype=bool), ints(40, 40, 40)]
        columns[5:] = [0 * column for column in columns[5:]]
        changed = [*columns, *rest][rng.integers(0, 12)]
        changed.ravel()[rng.integers(0, changed.size)] = rng.choice([NEVER, -1, 0, 30, 60])
        broken = run(way, invariants._first_broken, *columns, *rest)
        assert broken == invariants._first_broken.plain(*columns, *rest)
        for name, answer in (("overlap", overlap), ("inside", inside), ("broken", broken)):
            answers[name].add(int(answer))
    assert answers["overlap"] == answers["inside"] == {0, 1}
    assert answers["broken"] == set(range(9))


@pytest.mark.skipif(not cache.is_possible(), reason="without Numba")
@pytest.mark.parametrize("path", ["tests/data/rich.yaml", "scenarios/sea/ferry_departures.yaml"])
def test_measures_are_the_same_to_the_bit(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = compile_plan(bcpsim.load(ROOT / path))
    block, log = replicate_block(plan, 1, [0, 1])
    meter = Meter(plan)
    made = [one for one in vars(kernels).values() if isinstance(one, Kernel)]
    values = []
    for way in ("plain", "compiled"):
        for one in made:
            monkeypatch.setattr(one, "_compiled", one.compiled() if way == "compiled" else None)
        monkeypatch.setattr("bcpsim.engine.kernels._State.ready", way == "compiled")
        values.append(meter.measure(block, log))
    assert values[0].totals.tobytes() == values[1].totals.tobytes()
    assert values[0].hourly.tobytes() == values[1].hourly.tobytes()
