"""The compiled engine's cache when something is in the way: nothing old is met, nothing hangs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

import bcpsim
from bcpsim.engine import cache, compiled_way, ways
from bcpsim.engine.moves import move

pytestmark = pytest.mark.skipif(not cache.is_possible(), reason="there is no Numba for this Python")

READY = "from bcpsim.engine import compiled_way; compiled_way.make_ready(print); print('ready')"

QUICK = """
from bcpsim.engine import compiled, kernels, slices
from bcpsim.engine.records import World
from bcpsim.engine.table import rule

@rule
def quick(w: World, most: int, at_once: int) -> int:
    return most + at_once

compiled.run_slice = quick
del kernels._kernels[1:]
"""
"""A stand-in for all rules, and the first kernel alone, which compile in no time."""


def start(
    code: str, folder: Path, beside: Path | None = None, **environment: str
) -> subprocess.Popen[str]:
    """Start some code with a cache folder, and with the bcpsim that stands beside it, if any."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=beside,
        env={**os.environ, cache.FOLDER: str(folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    return out


def test_it_is_compiled_once_and_then_loaded(tmp_path: Path) -> None:
    first = finish(start(QUICK + READY, tmp_path))
    assert "compiling the engine, once for this machine and version" in first
    assert finish(start(QUICK + READY, tmp_path)).split() == ["ready"]


def test_a_second_installation_of_the_same_compiles_nothing(tmp_path: Path) -> None:
    finish(start(QUICK + READY, tmp_path / "cache"))
    package = Path(bcpsim.__file__).parent
    shutil.copytree(package, tmp_path / "other" / "bcpsim", ignore=shutil.ignore_patterns("*.pyc"))
    (tmp_path / "other" / "bcpsim" / "engine" / "compiled.py").touch()
    told = "print(compiled.__file__)\n"
    none = "import numba.core.compiler as c; c.compile_extra = None\n"  # it would fail
    out = finish(start(QUICK + told + none + READY, tmp_path / "cache", tmp_path / "other"))
    assert out.split() == [str(tmp_path / "other" / "bcpsim" / "engine" / "compiled.py"), "ready"]


def test_a_folder_that_can_not_be_written_to_is_told_and_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    out = finish(start(QUICK + READY, tmp_path / "file"))
    assert "no cache folder can be written to" in out
    assert out.endswith("ready\n")


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    finish(start(QUICK + READY, tmp_path / "a" / "b"))
    assert list((tmp_path / "a" / "b").glob("*/compiled"))


def test_a_stored_engine_is_used_from_a_folder_that_is_read_only(tmp_path: Path) -> None:
    finish(start(QUICK + READY, tmp_path))
    folders = [tmp_path, *(path for path in tmp_path.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert finish(start(QUICK + READY, tmp_path)).split() == ["ready"]
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_of_two_processes_one_compiles_and_the_other_waits(tmp_path: Path) -> None:
    pause = "import time; time.sleep(0)\n"
    both = [start(QUICK + pause + READY, tmp_path) for _ in range(2)]
    outs = [finish(process) for process in both]
    assert all(out.endswith("ready\n") for out in outs)
    assert sum("compiling the engine" in out for out in outs) == 1


def test_while_another_compiles_auto_goes_on_with_simpy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    monkeypatch.setenv(ways.CHOICE, "auto")
    monkeypatch.setattr(compiled_way, "_made", None)
    monkeypatch.setattr(ways._Spent, "seconds", ways.COMPILING)
    folder = cache.folder()
    assert folder is not None
    with FileLock(cache.lock_of(folder)):
        assert ways.way_for(1) == "simpy"


def test_an_interrupt_while_it_compiles_leaves_nothing_behind(tmp_path: Path) -> None:
    process = start(READY, tmp_path)
    assert process.stdout is not None
    assert "compiling" in process.stdout.readline()
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    try:
        _, error = process.communicate(timeout=600)  # at the latest when it is compiled
    finally:
        process.kill()
    assert process.returncode != 0
    assert "KeyboardInterrupt" in error
    assert not list(tmp_path.rglob("compiled"))
    assert finish(start(QUICK + READY, tmp_path)).endswith("ready\n")


def test_another_source_python_library_or_processor_has_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from llvmlite import binding

    def fingerprint() -> str:
        cache.fingerprint.cache_clear()
        return cache.fingerprint()

    found = {fingerprint()}
    with monkeypatch.context() as patch:
        patch.setattr("platform.python_version", lambda: "3.99.0")
        found.add(fingerprint())
    with monkeypatch.context() as patch:
        patch.setattr(cache, "version", lambda name: "99" if name == "numpy" else "1")
        found.add(fingerprint())
    with monkeypatch.context() as patch:
        patch.setattr(cache, "version", lambda name: "99" if name == "numba" else "1")
        found.add(fingerprint())
    with monkeypatch.context() as patch:
        patch.setattr(binding, "get_host_cpu_name", lambda: "abacus")
        found.add(fingerprint())
    (tmp_path / "rule.py").write_text("changed = True")
    with monkeypatch.context() as patch:
        patch.setattr(cache, "files", lambda name: tmp_path)
        patch.setattr(cache, "_sources", cache.hash_of_sources())
        found.add(fingerprint())
    with monkeypatch.context() as patch:
        patch.setitem(move.__globals__, "ARRIVAL", 0)
        found.add(fingerprint())
    assert len(found) == 7


def test_files_that_change_while_a_process_runs_are_not_taken_for_what_it_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cache.fingerprint.cache_clear()
    before = cache.fingerprint()
    cache.fingerprint.cache_clear()
    monkeypatch.setattr(cache, "files", lambda name: tmp_path)
    assert cache.fingerprint() == before
    cache.fingerprint.cache_clear()


def test_an_interrupt_that_is_lost_while_it_compiles_is_raised_after_it(tmp_path: Path) -> None:
    lost = """
import signal
from bcpsim.engine import compiled_way

def compiled(folder):
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        pass  # as C code does that calls back

compiled_way._compiled = compiled
"""
    process = start(lost + READY, tmp_path)
    _, error = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in error
    assert not list(tmp_path.rglob("compiled"))
