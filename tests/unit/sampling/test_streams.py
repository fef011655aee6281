"""Streams: functions of their names alone, the same for ever, never 0 or 1."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats
from hypothesis import example, given
from hypothesis import strategies as st

from bcpsim.sampling.seeds import seeds
from bcpsim.sampling.streams import uniforms, uniforms_of_each

seeds_of_runs = st.integers(0, 2**128 - 1)
replications = st.integers(0, 2**31)


def test_a_stream_stays_what_it_is() -> None:
    # Written down to the last bit: a change here changes every result ever published.
    expected = [0.27766396871436994, 0.9109591424589606, 0.12284891496673167]
    assert uniforms(20240607, 12, "lorries/activity/passport", 3).tolist() == expected


@given(seeds_of_runs, replications, st.text(), st.integers(0, 300), st.integers(0, 300))
def test_the_first_numbers_are_the_same_for_every_count(
    seed: int, replication: int, name: str, k: int, m: int
) -> None:
    short, long = sorted((k, m))
    drawn = uniforms(seed, replication, name, long)
    assert drawn.shape == (long,)
    assert uniforms(seed, replication, name, short).tolist() == drawn[:short].tolist()
    assert ((drawn > 0) & (drawn < 1)).all()


@given(
    seeds_of_runs, st.lists(replications, max_size=4), st.lists(st.integers(0, 2**70), max_size=3)
)
@example(0, [0, 2**32 - 1], [0, 2**32 - 1, 2**32])
@example(2**128 - 1, [1, 2], [2**64 - 1, 7])  # a seed that fills the pool
@example(2**160 + 5, [3, 1], [])  # and one beyond it
def test_seeds_made_side_by_side_are_those_of_numpy(
    seed: int, several: list[int], name: list[int]
) -> None:
    for replication, made in zip(several, seeds(seed, several, name), strict=True):
        alone = np.random.SeedSequence(seed, spawn_key=(replication, *name))
        assert np.random.PCG64(made).state == np.random.PCG64(alone).state


def test_streams_drawn_side_by_side_are_those_drawn_alone() -> None:
    counts = {0: 5, 3: 0, 2: 7, 1000: 2}
    together = uniforms_of_each(9, list(counts), "cars/class", list(counts.values()))
    alone = [uniforms(9, replication, "cars/class", count) for replication, count in counts.items()]
    assert together.tolist() == np.concatenate(alone).tolist()


def test_streams_with_other_names_are_independent() -> None:
    names = [
        (seed, replication, name)
        for seed in (0, 1, 2**32, 2**64)
        for replication in (0, 1, 2)
        for name in ("cars/arrival", "cars/class", "car/sarrival", "lorries/arrival", "")
    ]
    n = 20_000
    drawn = [uniforms(*name, n) for name in names]
    assert len({numbers[0] for numbers in drawn}) == len(names)
    pairs = np.corrcoef(drawn)[np.triu_indices(len(names), 1)]
    # 1770 correlations of about normal law: beyond 5 / sqrt(n) once in a thousand tests.
    assert np.abs(pairs).max() < 5 / n**0.5
    for one, other in combinations(drawn[:4], 2):
        # A number of one stream says nothing about the next one of another.
        assert abs(np.corrcoef(one[:-1], other[1:])[0, 1]) < 5 / n**0.5


def test_the_first_numbers_of_all_replications_are_uniform() -> None:
    first = [uniforms(1, replication, "cars/arrival", 1)[0] for replication in range(2000)]
    assert scipy.stats.kstest(first, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 5 / 2000**0.5


def test_the_generators_ends_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = np.array([0.0, 1 - 2.0**-53])

    def random(out: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
        out[:] = ends

    monkeypatch.setattr(np.random, "Generator", lambda _: SimpleNamespace(random=random))
    low, high = uniforms(1, 0, "cars/arrival", 2)
    assert 0 < low < 2.0**-53
    assert high < 1
