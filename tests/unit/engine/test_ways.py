"""Which engine runs: as asked, and by itself when that repays."""

from __future__ import annotations

import os

import pytest

import bcpsim
from bcpsim.engine import cache, compiled_way, ways


@pytest.fixture(autouse=True)
def engine() -> None:
    """Run each test once: it chooses the way itself."""


@pytest.fixture
def auto(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Choose by work, in a process that has done nothing yet and has nothing compiled."""
    monkeypatch.setenv(ways.CHOICE, "auto")
    monkeypatch.setattr(compiled_way, "_made", None)
    monkeypatch.setattr(compiled_way, "make_ready", lambda tell, wait=True: True)
    monkeypatch.setattr(cache, "is_possible", lambda: True)
    monkeypatch.setattr(cache, "is_compiled", lambda: False)
    monkeypatch.setattr(ways._Spent, "seconds", 0.0)
    monkeypatch.setattr(ways._Spent, "told", False)
    return monkeypatch


def test_small_work_runs_on_simpy(auto: pytest.MonkeyPatch) -> None:
    auto.setattr(cache, "is_compiled", lambda: True)
    assert ways.way_for(1000) == "simpy"


def test_what_is_compiled_already_is_used_soon(auto: pytest.MonkeyPatch) -> None:
    ways.note_spent(1.0)
    assert ways.way_for(1000) == "simpy"
    auto.setattr(cache, "is_compiled", lambda: True)
    assert ways.way_for(1000) == "compiled"


def test_it_is_compiled_when_simpy_has_taken_as_long(auto: pytest.MonkeyPatch) -> None:
    ways.note_spent(ways.COMPILING)
    assert ways.way_for(1000) == "compiled"


def test_one_large_replication_is_reason_enough(auto: pytest.MonkeyPatch) -> None:
    assert ways.way_for(10_000_000) == "compiled"


def test_without_numba_everything_runs_on_simpy_and_that_is_said_once(
    auto: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    auto.setenv(ways.TELLING, "1")
    auto.setattr(cache, "is_possible", lambda: False)
    ways.note_spent(ways.COMPILING)
    assert [ways.way_for(1000) for _ in range(3)] == ["simpy"] * 3
    assert capsys.readouterr().err.count("without Numba") == 1
    with pytest.raises(bcpsim.InputError, match="needs Numba, which isn't installed"):
        ways.choose("compiled")


def test_an_engine_holds_for_a_block_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ways.CHOICE, "auto")
    with ways.using("simpy"):
        assert os.environ[ways.CHOICE] == "simpy"
    assert os.environ[ways.CHOICE] == "auto"
    monkeypatch.delenv(ways.CHOICE)
    with ways.using("simpy"):
        pass
    assert ways.CHOICE not in os.environ


def test_an_engine_that_is_not_there_is_refused() -> None:
    with pytest.raises(bcpsim.InputError, match="must be auto, simpy or compiled, found 'fast'"):
        bcpsim.run("scenarios/land/peace_arch.yaml", replications=1, engine="fast")
