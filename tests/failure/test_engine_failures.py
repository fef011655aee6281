"""What goes wrong in the engine names scenario, seed and replication, in each way of running."""

from __future__ import annotations

from pathlib import Path

import pytest

import bcpsim
from bcpsim.engine import compiled_way, replicate, simpy_way, simulate, ways
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import circumstances, sample

SCENARIO = Path(__file__).parents[1] / "data" / "small.yaml"


@pytest.fixture
def plan() -> Plan:
    return compile_plan(bcpsim.load(SCENARIO))


@pytest.mark.parametrize(("way", "module"), [("simpy", simpy_way), ("compiled", compiled_way)])
def test_an_engine_that_fails_says_where(
    way: str, module: object, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise IndexError("outside List(int64)")

    monkeypatch.setenv(ways.CHOICE, way)
    monkeypatch.setattr(compiled_way, "is_ready", lambda: True)
    monkeypatch.setattr(module, "run", fail)
    expected = r"small \(base\), seed 3, replication 7: the engine failed: IndexError: outside List"
    with pytest.raises(bcpsim.InvariantError, match=expected):
        replicate(plan, 3, 7)


def test_slices_of_one_event_give_the_same(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    if not ways.cache.is_possible():
        pytest.skip("there is no Numba for this Python")
    travellers, there = sample(plan, 1, 0), circumstances(plan, 1, 0)
    expected = simulate(plan, travellers, there, engine="simpy")
    monkeypatch.setattr(compiled_way, "SLICE", 1)  # as if every event were the last of a slice
    found = simulate(plan, travellers, there, engine="compiled")
    for name in type(found).__slots__:
        assert getattr(found, name).tobytes() == getattr(expected, name).tobytes(), name
