"""Known truths are found again: bias and coverage of fits to simulated observations."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

import bcpsim
from bcpsim.calibration.file import Loss, Unknown
from bcpsim.calibration.fitting import Fit, fit

Floats = NDArray[np.float64]

LOADS = np.tile(np.linspace(0.46, 0.97, 30), 2)
"""Utilisation of each row's three hours of M/M/1, at checks of 100 s."""

TRUTH = 100.0


def mean_waits(check: float, gaps: Floats, work: Floats) -> Floats:
    """Return the mean wait of three hours that start empty, in min; shape (replications, rows)."""
    arrived = np.cumsum(gaps * 100 / 60 / LOADS[:, None], axis=-1)
    total, count, free = (np.zeros(gaps.shape[:-1]) for _ in range(3))
    for at, one in zip(np.moveaxis(arrived, -1, 0), np.moveaxis(work, -1, 0), strict=True):
        there = at < 180
        total += np.where(there, np.maximum(free - at, 0), 0)
        count += there
        free = np.where(there, np.maximum(free, at) + one * check / 60, free)
    return np.asarray(total / np.maximum(count, 1))


def fitted(replications: int, data: int) -> Fit:
    rng = np.random.default_rng(data)
    [observed] = mean_waits(TRUTH, *rng.exponential(1.0, (2, 1, len(LOADS), 180)))
    draws = rng.exponential(1.0, (2, replications, len(LOADS), 180))
    return fit(
        lambda values: mean_waits(values["check"], *draws) - observed,
        {"check": Unknown(start=60, low=20, high=200)},
        Loss(),
    )


@pytest.mark.parametrize(("replications", "bias"), [(1, -9.0), (2, 0.0)])
def test_squares_without_correction_prefer_short_checks(replications: int, bias: float) -> None:
    found = [fitted(replications, data).estimates["check"] for data in range(16)]
    values = np.array([one.value for one in found])
    error = values.std(ddof=1) / len(values) ** 0.5
    assert values.mean() - TRUTH == pytest.approx(bias, abs=3 * error)
    if replications > 1:
        held = [one.low <= TRUTH <= one.high for one in found]
        assert sum(held) >= 13  # fewer have a chance of 0.1 %, if each holds with 95 %


# --- Through scenarios --------------------------------------------------------------------

BORDER: dict[str, Any] = {
    "name": "border",
    "horizon": {"start": "2026-04-13T00:00", "duration": "3 h", "ending": "drain"},
    "agencies": {"guard": {}},
    "classes": {"car": {}},
    "traffic": {
        "cars": {"classes": {"car": 1}, "arrivals": {"pattern": "constant", "rate": "9/h"}}
    },
    "activities": {"check": {"skill": "check"}},
    "officers": {
        "guards": {
            "agency": "guard",
            "skills": "check",
            "stop": "booths",
            "shifts": [{"from": "00:00", "to": "24:00", "count": 1}],
        }
    },
    "stops": {"booths": {"lanes": 5}},
    "workflow": {
        "entry": "check",
        "steps": {"check": {"stop": "booths", "do": "check", "next": "released"}},
    },
}

MODELS: dict[str, dict[str, Any]] = {
    "one officer, exponential checks": {
        "duration": {"distribution": "exponential", "mean": "100 s"},
        "truth": {"mean": 100.0},
        "set": {"activities.check.duration.mean": "{mean} s"},
        "officers": 1,
    },
    "three officers, checks of little spread": {
        "duration": {"distribution": "gamma", "mean": "240 s", "cv": 0.5},
        "truth": {"mean": 240.0},
        "set": {"activities.check.duration.mean": "{mean} s"},
        "officers": 3,
    },
    "two officers, a way before the check, times in system observed": {
        "duration": {"distribution": "lognormal", "mean": "150 s", "cv": 1},
        "truth": {"mean": 150.0},
        "set": {"activities.check.duration.mean": "{mean} s"},
        "officers": 2,
        "moves": [{"from": "arrival", "to": "booths", "time": "90 s"}],
        "measure": "time_in_system/all/mean",
    },
}

ROWS = 120


def observations(folder: Path, model: dict[str, Any], data: int) -> Path:
    """Write a calibration of a model, with rows that were simulated with other numbers."""
    scenario = {**BORDER, "moves": model.get("moves", [])}
    scenario["activities"] = {"check": {"skill": "check", "duration": model["duration"]}}
    (folder / "border.yaml").write_text(yaml.safe_dump(scenario), "utf-8")
    officers, truth = model["officers"], model["truth"]
    measure = model.get("measure", "waiting_time/all/mean")
    rates = np.tile(np.linspace(0.46, 0.97, 30), 4) * officers * 3600 / truth["mean"]
    name = measure.partition("/")[0]
    rows = []
    for day, rate in enumerate(rates.round(2).tolist()):
        found = bcpsim.run(
            folder / "border.yaml",
            overrides={
                "traffic.cars.arrivals.rate": f"{rate}/h",
                "officers.guards.shifts.0.count": str(officers),
            },
            replications=1,
            seed=1000 * (data + 1) + day,
            event_log="none",
        ).measures
        values = found.query(f"measure == '{name}' and population == 'all' and statistic == 'mean'")
        rows.append({"day": day, "cars": rate, "value": values["estimate"].item()})
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    file = {
        "name": "again",
        "scenario": "border.yaml",
        "data": {"file": "rows.csv", "order": ["day"]},
        "set": {
            "traffic.cars.arrivals.rate": "{cars}/h",
            "officers.guards.shifts.0.count": officers,
            **model["set"],
        },
        "unknowns": {
            key: {"start": 0.7 * value, "low": 0.2 * value, "high": 2 * value}
            for key, value in truth.items()
        },
        "observe": {"value": measure},
        "seed": 1 + data,
    }
    file["set"]["officers.guards.shifts.0.count"] = f"{{{officers} + 0 * cars}}"
    path = folder / "calibration.yaml"
    path.write_text(yaml.safe_dump(file), "utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("title", MODELS)
def test_known_truths_are_found_again(title: str, tmp_path: Path) -> None:
    """Ten data sets each, with the defaults of a calibration."""
    model = MODELS[title]
    tables = []
    for data in range(10):
        path = observations(tmp_path, model, data)
        tables.append(bcpsim.calibrate(path).unknowns.set_index("unknown"))
    for unknown, truth in model["truth"].items():
        values = np.array([table.loc[unknown, "value"] for table in tables])
        held = [t.loc[unknown, "low"] <= truth <= t.loc[unknown, "high"] for t in tables]
        error = values.std(ddof=1) / len(values) ** 0.5
        print(f"\n{title} | {unknown} {truth:g} | {values.mean():.1f} +- {error:.1f} | {sum(held)}")
        assert abs(values.mean() - truth) <= 3 * error
        assert values.mean() == pytest.approx(truth, rel=0.06)
        assert sum(held) >= 7  # fewer have a chance of 0.1 %, if each holds with 95 %
