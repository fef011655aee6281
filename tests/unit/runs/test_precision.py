"""Runs to a precision, and means in which each traveller weighs the same."""

from __future__ import annotations

import numpy as np
import pytest
from places import SMALL

import bcpsim
from bcpsim.errors import InputError
from bcpsim.kpi import PERCENTILES, Row
from bcpsim.runs.estimates import estimates

COARSE = bcpsim.Precision(0.2, ("waiting_time", "time_in_system/class=truck"), 10, 120)


def test_a_run_to_a_precision_is_the_run_of_as_many_replications() -> None:
    found = bcpsim.run(SMALL, precision=COARSE, event_log="none")
    assert found.stopping is not None
    assert found.stopping.reached
    assert 10 < found.count < 120
    assert max(found.stopping.widths.values()) <= 0.2
    fixed = bcpsim.run(SMALL, replications=found.count, event_log="none")
    assert found.rows == fixed.rows
    assert found.provenance["precision"]["measures"] == list(COARSE.measures)
    assert found.hourly.equals(fixed.hourly)


def test_so_it_is_where_each_traveller_weighs_the_same() -> None:
    precision = bcpsim.Precision(0.2, ("time_in_system/all/p90",), 10, 120)
    found = bcpsim.run(SMALL, precision=precision, weight="traveller", event_log="none")
    assert 10 < found.count < 120
    fixed = bcpsim.run(
        SMALL, replications=found.count, weight="traveller", workers=2, event_log="none"
    )
    assert found.rows == fixed.rows


def test_every_variant_must_be_precise() -> None:
    looked: list[int] = []
    found = bcpsim.run(
        SMALL,
        variants=bcpsim.variant_names(SMALL),
        precision=bcpsim.Precision(0.001, floor=4, ceiling=5),
        event_log="all",
        looked=lambda n, widths: looked.append(n + 1000 * len(widths)),
    )
    assert found.stopping is not None
    assert not found.stopping.reached
    assert looked == [2004, 2005]
    assert sorted(found.travellers["replication"].unique()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("precision", "message"),
    [
        ({"half_width": 0.0}, "precision must be between 0 and 100 %"),
        ({"half_width": 0.02, "floor": 1}, "from at least 2 up to"),
        ({"half_width": 0.02, "floor": 30, "ceiling": 20}, "found 30 to 20"),
        ({"half_width": 0.02, "measures": ()}, "at least one measure"),
    ],
)
def test_a_precision_that_makes_no_sense_is_refused(
    precision: dict[str, float], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        bcpsim.Precision(**precision)  # type: ignore[arg-type]


def test_a_wrong_name_is_told_before_anything_runs() -> None:
    with pytest.raises(InputError, match="did you mean 'waiting_time'"):
        bcpsim.run(SMALL, precision=bcpsim.Precision(0.02, ("waiting_tim",), 1000, 1000))
    with pytest.raises(InputError, match="not both"):
        bcpsim.run(SMALL, precision=COARSE, replications=3)


def test_each_traveller_weighs_the_same() -> None:
    rows = (
        Row("arrivals", "all", "total"),
        Row("inside_at_end", "all", "total"),
        Row("waiting_time", "all", "mean"),
        Row("waiting_time", "all", "p95"),
        Row("visits", "stop=desk", "total"),
        Row("waiting_time", "stop=desk", "mean"),
        Row("gave_up", "stop=desk", "total"),
    )
    totals = np.array(
        [
            [10.0, 0.0, 2.0, 4.0, 3.0, 1.0, 0.0],
            [31.0, 1.0, 6.0, 8.0, 0.0, np.nan, 0.0],
            [20.0, 0.0, 3.0, 6.0, 1.0, 5.0, 2.0],
        ]
    )
    by_day = estimates(rows, totals)
    found = estimates(rows, totals, "traveller")
    assert found.estimate[2] == pytest.approx((10 * 2 + 30 * 6 + 20 * 3) / 60)
    assert found.estimate[5] == pytest.approx((3 * 1 + 3 * 5) / 6)
    for same in (0, 1, 3, 4, 6):
        assert found.estimate[same] == by_day.estimate[same]
        assert found.high[same] == by_day.high[same]
    assert found.low[2] < found.estimate[2] < found.high[2]


def test_the_mean_over_travellers_is_that_of_all_of_them() -> None:
    found = bcpsim.run(SMALL, replications=5, weight="traveller", event_log="all")
    people = found.travellers
    measured = found.measures.set_index(["measure", "population", "statistic"])
    for column, measure in (
        ("time_in_system_min", "time_in_system"),
        ("waiting_min", "waiting_time"),
        ("move_min", "move_time"),
    ):
        assert measured.loc[(measure, "all", "mean"), "estimate"] == pytest.approx(
            people[column].mean()
        )
        trucks = people[people["class"] == "truck"]
        assert measured.loc[(measure, "class=truck", "mean"), "estimate"] == pytest.approx(
            trucks[column].mean()
        )
        for statistic, share in PERCENTILES.items() if measure != "move_time" else ():
            assert measured.loc[(measure, "all", statistic), "estimate"] == pytest.approx(
                people[column].quantile(share), rel=0.01
            )
    assert set(measured["weight"]) == {"replication", "traveller"}
    assert measured.loc[("time_in_system", "all", "p95"), "weight"] == "traveller"
    assert measured.loc[("time_in_system", "all", "max"), "weight"] == "replication"
