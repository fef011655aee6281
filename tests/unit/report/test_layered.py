"""Layouts in layers: nothing overlaps, lines don't cross where they need not."""

from __future__ import annotations

from itertools import combinations

import pytest

from bcpsim.report.layered import Layout, lay

SIZE = (200.0, 100.0)


def laid(*ways: tuple[str, str]) -> Layout:
    keys = dict.fromkeys(key for way in ways for key in way)
    return lay(dict.fromkeys(keys, SIZE), dict.fromkeys(ways, 4.0), gap=100)


def test_a_chain_is_a_straight_line() -> None:
    found = laid(("a", "b"), ("b", "c"))
    assert found.boxes == {"a": (0, 50), "b": (300, 50), "c": (600, 50)}
    assert (found.width, found.height) == (800, 100)


def test_a_way_across_a_layer_passes_its_boxes() -> None:
    found = laid(("a", "b"), ("b", "c"), ("a", "c"))
    ((left, right, height),) = found.ways["a", "c"]
    assert (left, right) == (300, 500)
    assert abs(height - found.boxes["b"][1]) > SIZE[1] / 2


def test_boxes_swap_so_that_nothing_crosses() -> None:
    found = laid(("a", "b"), ("a", "c"), ("b", "e"), ("c", "d"), ("d", "f"), ("e", "f"))
    order = [sorted(pair, key=lambda key: found.boxes[key][1]) for pair in (("b", "c"), ("d", "e"))]
    assert order in ([["b", "c"], ["e", "d"]], [["c", "b"], ["d", "e"]])


def test_a_loop_leads_back() -> None:
    found = laid(("a", "b"), ("b", "c"), ("c", "b"))
    assert found.back == (("c", "b"),)
    assert found.boxes["b"][0] < found.boxes["c"][0]


@pytest.mark.parametrize("count", [3, 12, 30])
def test_no_boxes_overlap(count: int) -> None:
    ways = [("a", f"{k}") for k in range(count)] + [(f"{k}", "z") for k in range(0, count, 4)]
    found = laid(*ways)
    for (x, y), (u, v) in combinations(found.boxes.values(), 2):
        assert abs(x - u) >= SIZE[0] or abs(y - v) >= SIZE[1]


def test_layers_aren_t_too_high() -> None:
    found = laid(*(("a", f"{k}") for k in range(12)))
    lefts = [found.boxes[f"{k}"][0] for k in range(12)]
    assert lefts == [300] * 6 + [600] * 6
