"""The vehicle that the page on the architecture follows goes as the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import ROOT

import bcpsim
from bcpsim.engine import simulate
from bcpsim.plan import compile_plan
from bcpsim.sampling import circumstances, sample

PAGE = ROOT / "docs" / "architecture.md"


def test_one_vehicle_from_the_file_to_the_table(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    path = tmp_path / "one_booth.yaml"
    path.write_text(text.split("```yaml\n")[1].partition("```")[0], "utf-8")
    plan = compile_plan(bcpsim.load(path))
    [case] = plan.activities[0].cases
    told = [f"{value:.4f}" for value in case.law.params]
    assert f"Law(LOGNORMAL, ({', '.join(told)}))" in text
    travellers, there = sample(plan, 1, 0), circumstances(plan, 1, 0)
    log = simulate(plan, travellers, there)
    assert log.queued[0, 1] == travellers.arrival[1] == 9_608_178
    assert travellers.durations[0, 1] == 81_442_081
    assert log.started[0, 1] == log.left[0, 0] == 45_088_888
    assert log.departure[1] == 126_530_969
    for time in (9_608_178, 81_442_081, 45_088_888, 126_530_969, 35_480_710):
        assert f"{time:,}" in text
    assert bcpsim.run(path, replications=1, seed=1).travellers["waiting_min"][1] == pytest.approx(
        0.591, abs=5e-4
    )
