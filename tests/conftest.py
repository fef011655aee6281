"""Settings that all tests share."""

import pytest
from hypothesis import settings

# An example may be a whole simulation, for which Hypothesis's limit of 200 ms says
# nothing; speed is measured in benchmarks/. The same examples are drawn each time, so that
# the tests pass always or never. `--hypothesis-profile search` looks for new ones, of which
# those that break something are kept in .hypothesis/ and tried first the next time.
settings.register_profile("bcpsim", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("bcpsim")


def pytest_report_header() -> str:
    """Tell how long the tests take, and which are left to another command."""
    return "7 to 10 minutes on two cores; the long searches: .ci/run slow, or pytest -m slow"


@pytest.fixture(autouse=True)
def chosen_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run on SimPy, unless a test chooses: what is tested doesn't hang on what is compiled."""
    monkeypatch.setenv("BCPSIM_ENGINE", "simpy")
    monkeypatch.setenv("BCPSIM_TELL", "")
