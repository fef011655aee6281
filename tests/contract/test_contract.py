"""Every stored border gives the travellers and the event log that are stored, in each way.

Shipped borders with their variants, verified models, and scenarios that Hypothesis made once
(`made.jsonl.gz`, a line each). A change of sampling shows in the first of a pair, one of the rules
in the second. To renew the digests after a change that is meant:

    python tests/contract/test_contract.py

To make other scenarios, after the strategies have learnt something (tests/helpers/made.py):

    PYTHONPATH=tests/helpers python tests/contract/test_contract.py --make 300
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from made import load, scenarios

import bcpsim
from bcpsim.engine import cache as engine_cache
from bcpsim.engine import simulate
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import circumstances, sample
from bcpsim.sampling.ticks import FAR, NEVER

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(__file__).with_name("digests.json")
MADE = Path(__file__).with_name("made.jsonl.gz")
LATER = (
    "entered",
    "service",
    "spells",
    "patience",
    "deterred_at",
    "instead",
    "move_instead",
    "sent",
    "moved",
    "crossing",
    "driven",
    "shown",
    "crossing_entry",
    "crossing_drive",
    "crossing_move",
    "crossing_cost",
    "having",
    "lodged",
)
"""Columns that have come to be since, and that borders without their mechanism haven't got."""
UNSTORED = ("altered",)
"""Columns that say of events that are stored which disturbance changed them."""
MOST = 8000
"""Expected arrivals up to which a border is quick enough."""


DATA = ROOT / "tests" / "data"
PARTS: dict[str, list[Path]] = {
    "shipped": sorted((ROOT / "scenarios").glob("*/*.yaml")),
    "tests": [DATA / f"{name}.yaml" for name in ("rich", "small", "batch", "booths", "region")],
    "verified": sorted((ROOT / "bcpsim" / "verify" / "scenarios").glob("*.yaml")),
    "benchmark": [ROOT / "benchmarks" / "workload.yaml"],
}
"""Where borders stand; each is a test of its own, so that several workers share them."""
MADE_PARTS = {f"made {first}": slice(first, first + 100) for first in (0, 100, 200)}
"""Likewise of those that were made, by their places."""
ALL = (*PARTS, *MADE_PARTS)


def plans(part: str) -> Iterator[tuple[str, Plan]]:
    """Yield the plans of a part: of its borders with their variants, or of made scenarios."""
    if part in MADE_PARTS:
        lines = gzip.decompress(MADE.read_bytes()).decode().splitlines()
        for number, line in list(enumerate(lines))[MADE_PARTS[part]]:
            yield f"made {number}", compile_plan(loaded_from(json.loads(line)))
        return
    for file in PARTS[part]:
        for loaded in bcpsim.load_variants(file):
            plan = compile_plan(loaded)
            if plan.expected_arrivals <= MOST:
                yield f"{file.stem} {loaded.variant}", plan


def loaded_from(scenario: dict[str, Any]) -> bcpsim.LoadedScenario:
    """Return a made scenario, loaded."""
    found = load(scenario)
    assert found is not None
    return found


def make(number: int) -> None:
    """Draw and store scenarios: always the same for the same strategies."""
    drawn: list[str] = []

    @settings(
        max_examples=2 * number,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def draw(scenario: dict[str, Any]) -> None:
        line = json.dumps(scenario)
        if line not in drawn and load(scenario) is not None:
            drawn.append(line)

    draw()
    MADE.write_bytes(gzip.compress("\n".join(drawn[:number]).encode(), mtime=0))


def digest(record: Any) -> str:
    """Return a digest of columns."""
    total = hashlib.sha256()
    for name in type(record).__slots__:
        column = getattr(record, name)
        if name in LATER and (not len(column) or (column.ndim == 1 and (column == -1).all())):
            continue
        if name in UNSTORED:
            continue
        for value, stored in {NEVER: -1, FAR: -2, -FAR: -3}.items():
            if name in record.TIMES:
                column = np.where(column == value, stored, column)
        total.update(f"{name}{column.shape}".encode())
        total.update(np.ascontiguousarray(column).tobytes())
    return total.hexdigest()[:16]


def digests(plan: Plan, *engines: str) -> list[str]:
    """Return the digests of a replication's travellers, and of its event log in each way."""
    travellers, there = sample(plan, 1, 0), circumstances(plan, 1, 0)
    logs = [simulate(plan, travellers, there, engine=engine) for engine in engines]
    return [digest(travellers), *(digest(log) for log in logs)]


@pytest.mark.compiled
@pytest.mark.parametrize("part", ALL)
def test_every_border_gives_the_stored_travellers_and_log(part: str) -> None:
    ways = ("simpy", "compiled") if engine_cache.is_possible() else ("simpy",)
    stored = json.loads(STORED.read_text(encoding="utf-8"))[part]
    found = {name: digests(plan, *ways) for name, plan in plans(part)}
    expected = {name: [people, *(log for _ in ways)] for name, (people, log) in stored.items()}
    assert list(found) == list(expected)
    changed = {
        name: [now != then for now, then in zip(found[name], expected[name], strict=True)]
        for name in found
        if found[name] != expected[name]
    }
    assert not changed, f"which changed: travellers, log {', log '.join(ways)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--make", type=int, help="make so many other scenarios first")
    wanted = parser.parse_args().make
    if wanted:
        make(wanted)
    data = {part: {name: digests(plan, "simpy") for name, plan in plans(part)} for part in ALL}
    STORED.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
