"""A border so small that the whole event log is known by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import bcpsim
from bcpsim.engine import EventLog, check_invariants, simulate
from bcpsim.engine.replicate import as_it_was
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import Block, Travellers, circumstances, sample

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]


@pytest.fixture
def run_hand(tmp_path: Path) -> RunHand:
    """Run a border whose vehicles arrive at given minutes, by file."""

    def run(scenario: Mapping[str, Any], **arrivals: list[float]) -> Run:
        for name, minutes in arrivals.items():
            lines = ["at", *(f"2026-04-13T{int(m) // 60:02d}:{m % 60:05.2f}" for m in minutes)]
            clean = [line.replace(".00", ":00") for line in lines]
            (tmp_path / f"{name}.csv").write_text("\n".join(clean), encoding="utf-8")
        path = tmp_path / "hand.yaml"
        path.write_text(yaml.safe_dump(dict(scenario), sort_keys=False), encoding="utf-8")
        plan = compile_plan(bcpsim.load(path))
        travellers = sample(plan, 1, 0)
        there = circumstances(plan, 1, 0)
        log = simulate(plan, travellers, there)
        check_invariants(plan, *as_it_was(plan, Block.of(travellers, there), log), "by hand")
        return plan, travellers, log

    return run
