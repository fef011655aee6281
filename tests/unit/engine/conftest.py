"""Each rule is tested in both ways of running."""

from __future__ import annotations

import pytest

from bcpsim.engine import cache, ways


@pytest.fixture(
    params=["simpy", pytest.param("compiled", marks=pytest.mark.compiled)], autouse=True
)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test once in each way."""
    way: str = request.param
    if way == "compiled" and not cache.is_possible():
        pytest.skip("there is no Numba for this Python")
    monkeypatch.setenv(ways.CHOICE, way)
    return way
