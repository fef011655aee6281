"""Every shipped border gives the travellers and the event log that are stored, in each way.

A change of sampling shows in the first of a pair, one of the rules in the second. To renew them
after a change that is meant:

    python tests/contract/test_contract.py
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bcpsim
from bcpsim.engine import cache as engine_cache
from bcpsim.engine import simulate
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import circumstances, sample
from bcpsim.sampling.ticks import FAR, NEVER

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(__file__).with_name("digests.json")
MOST = 8000
"""Expected arrivals up to which a border is quick enough."""


@cache
def plans() -> dict[str, Plan]:
    """Return the plans of all shipped borders with their variants, and of verified models."""
    files = [
        *sorted((ROOT / "scenarios").glob("*/*.yaml")),
        *(
            ROOT / "tests" / "data" / f"{name}.yaml"
            for name in ("rich", "small", "batch", "booths")
        ),
        *sorted((ROOT / "bcpsim" / "verify" / "scenarios").glob("*.yaml")),
        ROOT / "benchmarks" / "workload.yaml",
    ]
    found = {}
    for file in files:
        for loaded in bcpsim.load_variants(file):
            plan = compile_plan(loaded)
            if plan.expected_arrivals <= MOST:
                found[f"{file.stem} {loaded.variant}"] = plan
    return found


def digest(record: Any) -> str:
    """Return a digest of columns."""
    total = hashlib.sha256()
    for name in type(record).__slots__:
        column = getattr(record, name)
        for value, stored in {NEVER: -1, FAR: -2, -FAR: -3}.items():
            if name in record.TIMES:
                column = np.where(column == value, stored, column)
        total.update(f"{name}{column.shape}".encode())
        total.update(np.ascontiguousarray(column).tobytes())
    return total.hexdigest()[:16]


def digests(plan: Plan, engine: str) -> list[str]:
    """Return the digests of travellers and event log of a replication."""
    travellers, there = sample(plan, 1, 0), circumstances(plan, 1, 0)
    return [digest(travellers), digest(simulate(plan, travellers, there, engine=engine))]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_every_border_gives_the_stored_travellers_and_log(engine: str) -> None:
    if engine == "compiled" and not engine_cache.is_possible():
        pytest.skip("there is no Numba for this Python")
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert list(stored) == list(plans())
    changed = {
        name: (found[0] != stored[name][0], found[1] != stored[name][1])
        for name, plan in plans().items()
        if (found := digests(plan, engine)) != stored[name]
    }
    assert not changed, "which changed: (travellers, event log)"


if __name__ == "__main__":
    data = {name: digests(plan, "simpy") for name, plan in plans().items()}
    STORED.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
