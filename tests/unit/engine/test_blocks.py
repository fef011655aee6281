"""A replication is the same to the bit whatever it stands beside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bcpsim
from bcpsim.engine import EventLog, cache, replicate_block, simulate_block
from bcpsim.engine.ways import using
from bcpsim.errors import InvariantError
from bcpsim.kpi import Meter
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import Block, blocks_of, circumstances, sample, sample_block
from bcpsim.sampling.ticks import NEVER

ROOT = Path(__file__).parents[3]
FILES = (
    "tests/data/rich.yaml",
    "tests/data/batch.yaml",
    "scenarios/sea/ferry_departures.yaml",  # a timetable
    "scenarios/land/coaches.yaml",  # who gets out of a vehicle
    "scenarios/land/pedestrians.yaml",  # floor space
    "scenarios/land/disturbed_crossing.yaml",  # disturbances at random
    "tests/data/region.yaml",  # several crossings
)


def same(found: Any, expected: Any) -> None:
    for name in type(found).__slots__:
        one, other = getattr(found, name), getattr(expected, name)
        assert one.shape == other.shape, name
        assert one.tobytes() == other.tobytes(), name


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize("path", FILES)
def test_side_by_side_as_alone(path: str, engine: str) -> None:
    if engine == "compiled" and not cache.is_possible():
        pytest.skip("there is no Numba for this Python")
    plan = compile_plan(bcpsim.load(ROOT / path))
    block = sample_block(plan, 3, [4, 0, 7])
    meter = Meter(plan)
    with using(engine):
        log = simulate_block(plan, block)
        values = meter.measure(block, log)
        for place, replication in enumerate([4, 0, 7]):
            travellers, there = sample(plan, 3, replication), circumstances(plan, 3, replication)
            same(block.one(place).travellers, travellers)
            assert block.one(place).circumstances == (there,)
            own = log.part(block.rows_of(place), place)
            alone = Block.of(travellers, there)
            same(own, simulate_block(plan, alone))
            measured = meter.measure(alone, own)
            assert values.totals[place].tobytes() == measured.totals.tobytes()
            assert values.hourly[place].tobytes() == measured.hourly.tobytes()
            samples = zip(meter.samples(values, place), meter.samples(measured, 0), strict=True)
            assert all(np.array_equal(one, other) for one, other in samples)


def test_a_broken_rule_names_the_replication(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = compile_plan(bcpsim.load(ROOT / "tests" / "data" / "small.yaml"))
    last = sample(plan, 1, 5).arrival[-1]

    def wrong(plan: Plan, block: Block) -> EventLog:
        log = simulate_block(plan, block)
        log.departure[block.travellers.arrival == last] = NEVER  # in replication 5 alone
        return log

    monkeypatch.setattr(sys.modules["bcpsim.engine.replicate"], "simulate_block", wrong)
    replicate_block(plan, 1, [3, 4])
    with pytest.raises(InvariantError, match=r"seed 1, replication 5: broken invariant: every"):
        replicate_block(plan, 1, [3, 4, 5, 6])


def test_blocks_take_little_memory() -> None:
    small = compile_plan(bcpsim.load(ROOT / "tests" / "data" / "small.yaml"))
    assert [list(one) for one in blocks_of(small, range(100))] == [
        list(range(64)),
        list(range(64, 100)),
    ]
    many = {"traffic.vehicles.arrivals.scale": "300"}
    large = compile_plan(bcpsim.load(ROOT / "tests" / "data" / "small.yaml", overrides=many))
    assert large.expected_arrivals > 65_536
    assert [list(one) for one in blocks_of(large, range(2))] == [[0], [1]]
    assert np.array_equal(sample_block(small, 1, [2]).first, [0, len(sample(small, 1, 2))])
