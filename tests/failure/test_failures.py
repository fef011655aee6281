"""What happens when something outside the program fails."""

from __future__ import annotations

import errno
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import psutil
import pytest

import bcpsim
from bcpsim.cli import main
from bcpsim.plan import compile_plan
from bcpsim.plan.size import MAX_VISITS
from bcpsim.runs import folder as run_folder
from bcpsim.runs import measure
from bcpsim.runs.size import MAX_KEPT_VISITS

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "data" / "small.yaml"


@contextmanager
def long_run(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start a run that takes far longer than the test; what is left of it ends with the test."""
    command = [sys.executable, "-m", "bcpsim", "run", SMALL, "--replications", 500_000, *arguments]
    with subprocess.Popen(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def workers_of(process: subprocess.Popen[str], count: int) -> list[psutil.Process]:
    """Wait until the worker processes of a run are busy, their imports done, and return them."""
    parent = psutil.Process(process.pid)
    for _ in range(2400):
        children = [
            child
            for child in parent.children()
            if "loky" in " ".join(child.cmdline()) and "tracker" not in " ".join(child.cmdline())
        ]
        if len(children) >= count and all(child.cpu_times().user > 3 for child in children):
            return children
        time.sleep(0.05)
    raise AssertionError("the workers didn't start")


def test_a_killed_worker_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with long_run("--workers", 2, "--out", tmp_path / "out", "-q") as process:
        workers_of(process, 2)[0].send_signal(signal.SIGKILL)
        _, message = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker process was killed" in message
    assert "Traceback" not in message
    assert list(tmp_path.iterdir()) == []


def test_workers_end_when_the_run_is_killed(tmp_path: Path) -> None:
    with long_run("--workers", 2, "--out", tmp_path / "out", "-q") as process:
        workers = workers_of(process, 2)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(workers, timeout=10)
        assert alive == []
        process.communicate()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_cleanly(workers: int, tmp_path: Path) -> None:
    with long_run("--workers", workers, "--out", tmp_path / "out", "-q") as process:
        if workers > 1:
            workers_of(process, workers)
        else:  # beyond what starting takes, however busy the machine
            while psutil.Process(process.pid).cpu_times().user < 3:
                time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        _, message = process.communicate(timeout=60)
    assert process.returncode == 130
    first, *others = message.splitlines()  # loky may warn of what its processes held
    assert first == "bcpsim: interrupted; nothing was written"
    assert "Traceback" not in "".join(others)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow  # a replication for each place
def test_no_ctrl_c_is_lost_in_a_replication() -> None:
    """Python calls between which C code runs are where it could be: each is interrupted once."""
    plans = [compile_plan(bcpsim.load(SMALL, overrides={"horizon.duration": "30 min"}))]
    calls: set[tuple[CodeType, CodeType]] = set()

    def interrupt(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_back is not None:
            call = (frame.f_code, frame.f_back.f_code)
            if call not in calls:
                calls.add(call)
                raise KeyboardInterrupt

    gc.collect()
    gc.disable()  # what Numba does as its objects are collected can't be interrupted
    try:
        while True:
            before = len(calls)
            sys.setprofile(interrupt)
            try:
                measure(plans, range(1))
            except KeyboardInterrupt:
                continue
            finally:
                sys.setprofile(None)
            break
    finally:
        gc.enable()
    assert len(calls) == before > 100


def test_a_full_disc_leaves_the_earlier_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    result = bcpsim.run(SMALL, replications=2)
    bcpsim.save(result, out)
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}

    write = run_folder._write

    def fill_the_disc(result: bcpsim.Result, folder: Path) -> None:
        write(result, folder)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(run_folder, "_write", fill_the_disc)
    with pytest.raises(bcpsim.RunError, match="No space left on device"):
        bcpsim.save(result, out)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_too_large_a_run_is_refused_before_it_starts() -> None:
    more = {"traffic.vehicles.arrivals.rate": "90000000/h"}
    with pytest.raises(bcpsim.InputError, match=f"the bound is {MAX_VISITS:,} visits"):
        bcpsim.run(SMALL, overrides=more)
    with pytest.raises(bcpsim.InputError, match=f"the bound is {MAX_KEPT_VISITS:,} visits"):
        bcpsim.run(SMALL, replications=100_000, event_log="all")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"replications": 0}, "replications must be from 1"),
        ({"seed": -1}, "the seed must not be negative"),
        ({"workers": -2}, "workers must not be negative"),
    ],
)
def test_arguments_out_of_range(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(bcpsim.InputError, match=message):
        bcpsim.run(SMALL, **arguments)  # type: ignore[arg-type]


def test_an_interrupted_command_that_writes_nothing_says_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bcpsim.scenario.read_scenario_file", interrupted)
    with pytest.raises(SystemExit) as end:
        main(["describe", str(SMALL)])
    assert end.value.code == 130
    assert capsys.readouterr().err == "bcpsim: interrupted\n"
