"""Documents: times as people say them, and units that fit."""

from __future__ import annotations

import math

import pytest

from bcpsim.report.document import Column, Estimate, in_time, span, spans


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 s"),
        (0.5, "30 s"),
        (1.12, "1.1 min"),
        (42.4, "42 min"),
        (299, "299 min"),
        (2566, "43 h"),
        (4608, "3.2 days"),
        (math.nan, "-"),
    ],
)
def test_times_are_as_people_say_them(minutes: float, words: str) -> None:
    assert span(minutes) == words


def test_bounds_have_the_unit_of_their_estimate() -> None:
    assert spans(1.12, 0.88, 1.59) == ["1.1 min", "0.88 min", "1.6 min"]


def test_a_column_of_long_times_is_in_hours_or_days() -> None:
    assert in_time("Wait", "min", (Estimate(60), Estimate(240), None))[0] == Column("Wait", "min")
    column, cells = in_time("Wait", "min", (Estimate(30, 24, 36), Estimate(600), None))
    assert column == Column("Wait", "h")
    assert cells[0] == Estimate(0.5, 0.4, 0.6)
    assert cells[1] is not None
    assert cells[1].value == 10
    assert cells[2] is None
    assert in_time("Wait", "min", (Estimate(7200),))[0] == Column("Wait", "days")
    assert in_time("Officers", "h", (Estimate(7200),))[0] == Column("Officers", "h")
