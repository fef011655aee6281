"""Shapley values: what holds for every game."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bcpsim.claims.shapley import (
    Coalition,
    all_coalitions,
    coalitions_of,
    drawn_orders,
    exact_parts,
    sampled_parts,
)

Game = dict[Coalition, NDArray[np.float64]]


@st.composite
def games(draw: st.DrawFn, least: int = 1) -> tuple[list[str], Game]:
    names = [f"m{k}" for k in range(draw(st.integers(least, 5)))]
    numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
    return names, {
        some: np.array(draw(st.lists(numbers, min_size=3, max_size=3)))
        for some in all_coalitions(names)
    }


def close(a: NDArray[np.float64], b: NDArray[np.float64]) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-6)


@given(games())
def test_parts_add_up_to_the_whole_in_each_replication(given_: tuple[list[str], Game]) -> None:
    names, game = given_
    whole = game[frozenset(names)] - game[frozenset()]
    close(exact_parts(names, game.__getitem__).values.sum(axis=0), whole)
    parts = sampled_parts(names, game.__getitem__, drawn_orders(names, 6, seed=1))
    close(parts.values.sum(axis=0), whole)


@given(games(least=2))
def test_mechanisms_that_do_the_same_get_the_same(given_: tuple[list[str], Game]) -> None:
    names, game = given_
    first, second, *_ = names
    swap = {first: second, second: first}
    alike = {
        some: (game[some] + game[frozenset(swap.get(name, name) for name in some)]) / 2
        for some in game
    }
    parts = exact_parts(names, alike.__getitem__).values
    close(parts[0], parts[1])


@given(games(), st.lists(st.floats(-100, 100), min_size=3, max_size=3))
def test_one_that_only_adds_its_own_gets_its_own(
    given_: tuple[list[str], Game], own: list[float]
) -> None:
    names, game = given_
    with_it = game | {some | {"own"}: values + np.array(own) for some, values in game.items()}
    parts = exact_parts([*names, "own"], with_it.__getitem__).values
    close(parts[-1], np.array(own))
    close(parts[:-1], exact_parts(names, game.__getitem__).values)


@given(games(least=2))
def test_all_orders_give_the_exact_parts(given_: tuple[list[str], Game]) -> None:
    from itertools import permutations

    names, game = given_
    orders = [
        order for one in permutations(names) if one <= one[::-1] for order in (one, one[::-1])
    ]
    exact = exact_parts(names, game.__getitem__).values
    close(sampled_parts(names, game.__getitem__, orders).values, exact)


@settings(max_examples=5)
@given(st.integers(0, 10**6))
def test_drawn_orders_come_close_with_the_error_that_they_say(seed: int) -> None:
    names = [f"m{k}" for k in range(6)]
    rng = np.random.default_rng(seed)
    game = {some: rng.normal(size=4) for some in all_coalitions(names)}
    orders = drawn_orders(names, 400, seed)
    assert set(coalitions_of(orders)) <= set(game)
    parts = sampled_parts(names, game.__getitem__, orders)
    exact = exact_parts(names, game.__getitem__)
    error = parts.values.mean(axis=1) - exact.values.mean(axis=1)
    assert np.all(np.abs(error) < 5 * np.sqrt(parts.between_orders) + 1e-12)
    assert exact.between_orders == pytest.approx(0)
