"""Where the start of a scenario in steady state ends, and the mean of one long run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import bcpsim
from bcpsim.errors import InputError, RunError
from bcpsim.report.steady import warm_up_text, write_warm_up_plot
from bcpsim.runs.folder import save_warm_up

QUEUE = """
name: queue
horizon: {start: 2026-04-13T00:00, duration: 100 h, time_zone: UTC}
agencies: {guard: {}}
classes: {car: {}, truck: {}}
traffic: {cars: {classes: {car: 90 %, truck: 10 %}, arrivals: {pattern: constant, rate: 27/h}}}
activities: {check: {skill: check, duration: {distribution: exponential, mean: 2 min}}}
officers:
  guards:
    {agency: guard, skills: check, stop: booth, shifts: [{from: "00:00", to: "24:00", count: 1}]}
stops: {booth: {lanes: 1}}
workflow: {entry: check, steps: {check: {stop: booth, do: check, next: released}}}
"""


@pytest.fixture
def queue(tmp_path: Path) -> bcpsim.LoadedScenario:
    path = tmp_path / "queue.yaml"
    path.write_text(QUEUE, "utf-8")
    return bcpsim.load(path)


def test_the_series_is_the_mean_over_replications_in_order_of_arrival(
    queue: bcpsim.LoadedScenario,
) -> None:
    found = bcpsim.find_warm_up(queue, "waiting_time/class=truck", replications=3, seed=2)
    people = bcpsim.run(queue, replications=3, seed=2, event_log="all").travellers
    trucks = people[people["class"] == "truck"]
    firsts = [own.iloc[4] for _, own in trucks.groupby("replication")]
    assert found.series[4] == pytest.approx(np.mean([one["waiting_min"] for one in firsts]))
    assert found.arrival[4] == pytest.approx(np.mean([one["arrival_min"] for one in firsts]))
    assert len(found.series) == trucks.groupby("replication").size().min()
    assert found.stationary
    same = bcpsim.find_warm_up(queue, "waiting_time/class=truck", replications=3, seed=2, workers=2)
    assert np.array_equal(same.series, found.series)


def test_an_empty_start_under_heavy_load_is_left_out(queue: bcpsim.LoadedScenario) -> None:
    found = bcpsim.find_warm_up(queue, replications=20)
    # M/M/1 with utilisation 0.9: 20 minutes in the steady state, 2 for the first.
    assert 0 < found.warm_up < 50 * 60
    assert found.truncation.settled
    assert found.truncation.mean == pytest.approx(20, rel=0.15)
    assert found.truncation.mean > found.series.mean()
    assert found.batches is None
    assert "horizon: {warm_up: " in warm_up_text(found)


def test_one_long_run_has_an_interval_from_batches(
    queue: bcpsim.LoadedScenario, tmp_path: Path
) -> None:
    found = bcpsim.find_warm_up(queue, "service_time", replications=1)
    assert found.batches is not None
    assert found.batches.enough  # services don't depend on one another
    assert found.batches.low < 2 < found.batches.high
    assert "One long run:" in warm_up_text(found)
    folder = save_warm_up(found, tmp_path / "out", lambda new: write_warm_up_plot(found, new))
    data = json.loads((folder / "warm-up.json").read_text("utf-8"))
    assert data["batch_means"]["enough"] is True
    assert (folder / "warm-up.png").is_file()


def test_what_has_no_start_is_refused_or_told(queue: bcpsim.LoadedScenario, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected the mean of one of: waiting_time"):
        bcpsim.find_warm_up(queue, "waiting_time/all/p95")
    path = tmp_path / "short.yaml"
    path.write_text(QUEUE.replace("duration: 100 h", "duration: 10 min"), "utf-8")
    with pytest.raises(RunError, match=r"at least 20 observations.*lengthen horizon.duration"):
        bcpsim.find_warm_up(bcpsim.load(path), replications=2)
    daily = f"pattern: daily, per_day: 600, shape: {[2] + 23 * [1]}"
    path.write_text(QUEUE.replace("pattern: constant, rate: 27/h", daily), "utf-8")
    found = bcpsim.find_warm_up(bcpsim.load(path), replications=2)
    assert "the arrivals change with time" in warm_up_text(found)
