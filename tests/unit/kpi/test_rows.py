"""Names of the values of a replication."""

from __future__ import annotations

import pytest

from bcpsim.errors import InputError
from bcpsim.kpi import Row, find_row

ROWS = (
    Row("arrivals", "all", "total"),
    Row("waiting_time", "all", "mean"),
    Row("waiting_time", "all", "p95"),
    Row("waiting_time", "stop=customs class=truck", "p95"),
    Row("officer_hours", "agency=customs", "total"),
)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("arrivals", 0),
        ("waiting_time", 1),
        ("waiting_time/all/p95", 2),
        ("waiting_time/stop=customs class=truck", 3),
        ("officer_hours", 4),
    ],
)
def test_what_is_left_out_is_the_first_that_there_is(name: str, place: int) -> None:
    assert find_row(ROWS, name) is ROWS[place]


@pytest.mark.parametrize("row", ROWS)
def test_the_name_of_a_row_finds_it(row: Row) -> None:
    assert find_row(ROWS, str(row)) is row


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("waiting_tim", "unknown measure 'waiting_tim'.*did you mean 'waiting_time'"),
        ("waiting_time/class=truck", "unknown population of waiting_time 'class=truck'"),
        ("waiting_time/all/p59", "unknown statistic of waiting_time/all 'p59'.*'p95'"),
        (
            "waiting_time/p95",
            "unknown population of waiting_time 'p95'.*p95 is a statistic: write "
            "waiting_time/all/p95",
        ),
        ("a/b/c/d", "expected MEASURE/POPULATION/STATISTIC"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_row(ROWS, name)
