"""Both tails of intervals and their lengths: what is stored keeps what is promised."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from interval_tails import (
    CLAIM,
    KINDS,
    MOST_TAIL,
    STORED,
    holds,
    shapes,
    tails,
    tails_of_percentiles,
    tails_over_travellers,
    verdicts,
)

ROWS: list[dict[str, Any]] = json.loads(STORED.read_text("utf-8"))


def stored(kind: str, size: int) -> list[dict[str, Any]]:
    return [row for row in ROWS if row["kind"] == kind and row["replications"] == size]


@pytest.mark.parametrize(
    ("kind", "size", "least"),
    [
        ("mean", 20, 10),
        ("difference", 20, 11),
        ("change", 20, 10),
        ("mean", 40, 12),
        ("difference", 40, 13),
        ("change", 40, 11),
    ],
)
def test_the_larger_tail_is_held_on_most_shapes_of_day(kind: str, size: int, least: int) -> None:
    rows = stored(kind, size)
    assert len(rows) == 14
    assert sum(map(holds, rows)) >= least


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [20, 40, 80])
def test_no_interval_is_absurdly_long(kind: str, size: int) -> None:
    rows = stored(kind, size)
    assert max(row["length"] for row in rows) <= 1.65
    assert max(row["length_95"] for row in rows) <= 1.85
    assert np.mean([row["length"] for row in rows]) <= 1.45


def test_the_change_of_the_claim_is_held_with_twenty() -> None:
    [row] = [row for row in stored("change", 20) if row["shape"] == CLAIM]
    assert max(row["below"], row["above"]) <= MOST_TAIL
    assert row["length"] <= 1.45


def test_over_travellers_tails_are_held_from_forty() -> None:
    rows = [row for row in ROWS if "over travellers" in row["kind"] and row["replications"] == 80]
    assert len(rows) == 6
    assert all(map(holds, rows))


def test_verdicts_are_wrong_as_seldom_as_told() -> None:
    rows = stored("verdict on a change", 1280)
    wrong = {(row["shape"], row["first"]): max(row["below"], row["above"]) for row in rows}
    assert len(wrong) == 28
    near_zero = ("hour: mean wait", "baseline near 0: few days with a wait")
    assert all(share <= 3.7 for (shape, _), share in wrong.items() if shape not in near_zero)
    assert max(wrong.values()) <= 5.1
    assert sum(share <= 3.2 for share in wrong.values()) >= 20


def test_the_figures_come_out_again() -> None:
    first = next(shapes())
    [row] = [row for row in stored("change", 20) if row["shape"] == first.title]
    assert tails("change", first, 20) == row


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Mean of empty slice")  # days on which nobody comes
def test_all_figures_come_out_again() -> None:
    """About three minutes."""
    for shape in shapes():
        for row in [row for row in ROWS if row["shape"] == shape.title]:
            if "first" in row:
                assert verdicts("change", shape, row["first"], row["replications"]) == row
            else:
                assert tails(row["kind"], shape, row["replications"]) == row
    for size in (10, 20, 40, 80):
        again = [*tails_over_travellers(size), *tails_of_percentiles(size)]
        rows = [row for row in ROWS if "over travellers" in row["kind"]]
        assert again == [row for row in rows if row["replications"] == size]
