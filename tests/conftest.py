"""Settings that all tests share."""

import subprocess
import sys

import pytest
from hypothesis import Phase, settings

from bcpsim.engine import cache

# An example may be a whole simulation, for which Hypothesis's limit of 200 ms says
# nothing; speed is measured in benchmarks/. The same examples are drawn each time, so that
# the tests pass always or never, and one that fails is shown as it was found: to look for a
# smaller one takes minutes. `--hypothesis-profile search` looks for new ones, of which
# those that break something are kept in .hypothesis/ and tried first the next time.
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("bcpsim", deadline=None, max_examples=50, derandomize=True, phases=FOUND)
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("bcpsim")

STUDIES = ("calibration", "claims", "comparisons", "staffing", "sweeps", "verification")
"""Folders of tests that run whole studies."""

_COMPILE = "from bcpsim.engine import compiled_way; compiled_way.make_ready(print)"
_compiling = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_report_header() -> str:
    """Tell how long the tests take, and which are left to another command."""
    return "about 10 minutes on two slow cores; the long searches: .ci/run slow, or pytest -m slow"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the engine beside the first tests, so that no worker waits for another's."""
    config = session.config
    alone = config.getoption("numprocesses", None) is None or hasattr(config, "workerinput")
    if not alone and cache.is_possible() and not cache.is_compiled():
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([sys.executable, "-c", _COMPILE], stdout=quiet, stderr=quiet)
        config.stash[_compiling] = process


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave no process behind."""
    if _compiling in session.config.stash:
        process = session.config.stash[_compiling]
        process.kill()
        process.wait()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let studies, which take many runs, run compiled; what is compiled comes last."""
    for item in items:
        if item.path.parent.name in STUDIES:
            item.add_marker(pytest.mark.compiled)
    items.sort(key=lambda item: item.get_closest_marker("compiled") is not None)


@pytest.fixture(autouse=True)
def chosen_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run on SimPy, unless a test is marked: what is tested doesn't hang on what is compiled."""
    fast = request.node.get_closest_marker("compiled") is not None and cache.is_possible()
    monkeypatch.setenv("BCPSIM_ENGINE", "compiled" if fast else "simpy")
    monkeypatch.setenv("BCPSIM_TELL", "")
