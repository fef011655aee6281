"""What each replication gave: of runs, comparisons and sweeps, and read back from folders."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import bcpsim
from bcpsim.results.stored import StoredResult

DATA = Path(__file__).parents[2] / "data"
SMALL = DATA / "small.yaml"
COLUMNS = ["variant", "replication", "measure", "population", "statistic", "value"]
SCALE = "traffic.vehicles.arrivals.scale"
SWEEP: dict[str, Any] = {
    "name": "s",
    "scenario": str(SMALL),
    "variants": ["base", "more"],
    "factors": {"scale": {"set": SCALE, "values": [1, 1.5]}},
    "design": "full_factorial",
    "replications": 3,
    "measures": ["waiting_time", "arrivals"],
}


def test_a_comparison_has_them(tmp_path: Path) -> None:
    found = bcpsim.compare(SMALL, replications=3)
    assert list(found.replications.columns) == COLUMNS
    waits = found.replications.query(
        "measure == 'waiting_time' and population == 'all' and statistic == 'mean'"
    )
    means = waits.groupby("variant")["value"].mean()
    [row] = found.measures.query(
        "measure == 'waiting_time' and population == 'all' and statistic == 'mean'"
    ).to_dict("records")
    assert means["base"] == pytest.approx(row["baseline_mean"])
    assert means["more"] == pytest.approx(row["alternative_mean"])
    stored = bcpsim.load_result(bcpsim.save_comparison(found, tmp_path / "c"))
    assert stored.variants == ("base", "more")
    assert_frame_equal(stored.replications, found.replications)
    assert_frame_equal(stored.measures, found.measures, check_dtype=False)
    assert len(stored.hourly) == len(found.measures_by_hour)


def test_weights_leave_them_as_they_are() -> None:
    one, other = (
        bcpsim.compare(SMALL, replications=3, weight=weight)  # type: ignore[arg-type]
        for weight in ("replication", "traveller")
    )
    assert_frame_equal(one.replications, other.replications)


def test_a_sweep_has_them(tmp_path: Path) -> None:
    frame = bcpsim.sweep(SWEEP, allowed=[DATA], out=tmp_path / "s")
    stored = bcpsim.load_result(tmp_path / "s")
    assert_frame_equal(stored.measures, frame)
    values = stored.replications
    assert list(values.columns) == ["point", "scale", *COLUMNS]
    assert len(values) == 3 * len(frame)
    keys = ["point", "variant", "measure", "population", "statistic"]
    means = values.groupby(keys, sort=False)["value"].mean()
    wanted = frame.set_index(keys)["estimate"]
    assert np.allclose(means.loc[list(wanted.index)], wanted)
    busy = bcpsim.run(SMALL, overrides={SCALE: 1.5}, replications=3).replications
    there = values.query("point == 1 and variant == 'base'")
    both = there.merge(busy, on=["variant", "replication", "measure", "population", "statistic"])
    assert len(both) == 6
    assert list(both["value_x"]) == list(both["value_y"])


def test_of_many_points_each_keeps_its_own(tmp_path: Path) -> None:
    sweep = {
        **SWEEP,
        "variants": "base",
        "replications": 1,
        "measures": "arrivals",
        "overrides": {"horizon.duration": "1 h"},
        "factors": {"scale": {"set": SCALE, "range": [0.5, 2]}},
        "design": {"kind": "latin_hypercube", "points": 103},
    }
    frame = bcpsim.sweep(sweep, allowed=[DATA], out=tmp_path / "s")
    values = bcpsim.load_result(tmp_path / "s").replications
    assert list(values["point"]) == list(frame["point"]) == list(range(103))
    assert list(values["value"]) == list(frame["estimate"])
    assert list(values["scale"]) == list(frame["scale"])


def test_a_run_of_a_precision_at_each_point(tmp_path: Path) -> None:
    sweep = {key: value for key, value in SWEEP.items() if key != "replications"}
    sweep["precision"] = {"half_width": "40 %", "floor": 5, "ceiling": 40}
    frame = bcpsim.sweep(sweep, allowed=[DATA], out=tmp_path / "s")
    values = bcpsim.load_result(tmp_path / "s").replications
    assert len(values) == frame["replications"].sum()
    assert values.groupby(["point", "variant"])["replication"].max().gt(3).all()


def test_what_has_none_is_told(tmp_path: Path) -> None:
    frame = bcpsim.run(SMALL, replications=1)
    assert isinstance(bcpsim.load_result(bcpsim.save(frame, tmp_path / "r")), StoredResult)
    with pytest.raises(bcpsim.InputError, match="no such folder"):
        bcpsim.load_result(tmp_path / "nowhere")
    claim = bcpsim.load_claim(DATA / "claim.yaml")
    from bcpsim.results import Made, replace_folder

    replace_folder(tmp_path / "c", Made("check", claim.file.name), {"variants": []}, lambda _: 0)
    with pytest.raises(bcpsim.InputError, match=r"'bcpsim check'.*: bcpsim run\|compare\|sweep"):
        bcpsim.load_result(tmp_path / "c")


def test_events_are_a_log_with_cases_and_times() -> None:
    result = bcpsim.run([SMALL, bcpsim.load(SMALL, variant="more")], replications=2,
                        event_log="all")  # fmt: skip
    log, who = result.activities, result.travellers
    assert who["case"].is_unique
    assert who["case"].iloc[0] == "base/0/0"
    assert set(log["case"]) <= set(who["case"])
    start = pd.Timestamp("2026-04-13T00:00", tz="Europe/Sofia")
    minutes = (log["started"] - start).dt.total_seconds() / 60
    assert np.allclose(minutes, log["started_min"], atol=1e-7)
    assert str(log["ended"].dtype) == "datetime64[us, Europe/Sofia]"
    assert who["departure"].isna().equals(who["departure_min"].isna())
