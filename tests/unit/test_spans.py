"""Stretches of time are summed and counted."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.spans import Spans, by_hour, within


def test_the_most_at_once_is_told_for_any_stretch_of_time() -> None:
    spans = Spans(np.array([0, 5, 5]), np.array([10, 5, 8]))
    assert spans.most(0, 20) == 2
    assert spans.most(0, 5) == 1
    assert spans.most(6, 20) == 2  # those who are there at the beginning
    assert spans.most(10, 20) == 0
    assert spans.count(np.array([0, 5, 8, 10])).tolist() == [1, 2, 1, 0]


def test_time_is_summed_by_group_and_hour() -> None:
    edges = np.array([0, 4, 6, 20])
    start, end = np.array([0, 5, 5, -3, 30]), np.array([10, 5, 8, 25, 40])
    group = np.array([0, 0, 0, 1, 1])
    assert by_hour(edges, start, end, group, 2).tolist() == [[4, 3, 6], [4, 2, 14]]


def test_what_lies_between_two_times_is_cut_out() -> None:
    start, end = np.array([0, 5, 12]), np.array([10, 7, 15])
    assert within(start, end, 4, 11).tolist() == [6, 2, 0]
