"""Settings that all tests share."""

import pytest
from hypothesis import settings

# An example may be a whole simulation, for which Hypothesis's limit of 200 ms says
# nothing; speed is measured in benchmarks/.
settings.register_profile("bcpsim", deadline=None)
settings.load_profile("bcpsim")


@pytest.fixture(autouse=True)
def chosen_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run on SimPy, unless a test chooses: what is tested doesn't hang on what is compiled."""
    monkeypatch.setenv("BCPSIM_ENGINE", "simpy")
    monkeypatch.setenv("BCPSIM_TELL", "")
