"""What holds for intervals whatever the values."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bcpsim.stats import (
    change_interval,
    difference_interval,
    mean_interval,
    quantile_interval,
    select_best,
)

# Times in minutes, as whole hundredths: differences are then more than rounding.
VALUES = arrays(np.int64, st.integers(3, 40), elements=st.integers(1, 100_000)).map(
    lambda values: values / 100
)


@given(VALUES, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_an_interval_moves_and_scales_with_the_values(
    values: np.ndarray, scale: float, shift: float
) -> None:
    own, other = mean_interval(values), mean_interval(scale * values + shift)
    size = 1e-6 * (scale * np.abs(values).max() + abs(shift))
    for name in ("low", "estimate", "high"):
        assert abs(getattr(other, name) - (scale * getattr(own, name) + shift)) <= size


@given(VALUES, st.floats(0.5, 0.98))
def test_more_confidence_never_gives_a_narrower_interval(
    values: np.ndarray, confidence: float
) -> None:
    for interval in (mean_interval, lambda v, c: quantile_interval(v, 0.5, c)):
        narrow, wide = interval(values, confidence), interval(values, confidence + 0.01)
        assert wide.low <= narrow.low + 1e-9
        assert narrow.high <= wide.high + 1e-9
        assert narrow.low <= narrow.estimate + 1e-9
        assert narrow.estimate <= narrow.high + 1e-9


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing(values: np.ndarray, random: object) -> None:
    other = values[::-1] + 1.0
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    for interval in (difference_interval, change_interval):
        first, second = interval(values, other), interval(values[order], other[order])
        for name in ("low", "estimate", "high"):
            np.testing.assert_allclose(getattr(first, name), getattr(second, name), rtol=1e-6)


@given(VALUES, st.floats(0.05, 5))
def test_in_proportion_the_change_is_exact_or_not_bounded(
    values: np.ndarray, factor: float
) -> None:
    found = change_interval(values, factor * values)
    assert abs(found.estimate - 100 * (factor - 1)) < 1e-6
    assert np.isinf(found.low) or abs(found.half_width) < 1e-5


@given(VALUES)
def test_whoever_is_better_in_every_replication_is_best(values: np.ndarray) -> None:
    table = np.stack([values, values + 0.5, values + 1.0], axis=1)
    found = select_best(table)
    assert found.best == 0
    assert found.probability == 1
    assert select_best(table, largest=True).best == 2
