"""Sweeps on a Dask cluster: a real scheduler and real workers on this machine."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import bcpsim
from bcpsim.results.provenance import software
from bcpsim.sweeps import prepare, run_sweep
from bcpsim.sweeps.point import Job, OtherSoftwareError, PointTask, run_point

ROOT = Path(__file__).resolve().parents[2]
MANY = ROOT / "tests" / "data" / "sweep.yaml"
HERE = "127.0.0.1"


@contextmanager
def process(*words: object) -> Iterator[subprocess.Popen[str]]:
    """A process that ends with the test."""
    with subprocess.Popen(
        [sys.executable, "-m", *(str(word) for word in words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler, then workers; gives the address and all processes, the scheduler first."""
    dask, quiet = "distributed.cli.dask_", ("--host", HERE, "--no-dashboard")
    where = folder / "scheduler.json"
    with ExitStack() as stack:
        words = ("--port", 0, "--scheduler-file", where)
        running = [stack.enter_context(process(f"{dask}scheduler", *quiet, *words))]
        for _ in range(600):
            if where.exists() and where.read_text("utf-8").endswith("}"):
                break
            time.sleep(0.05)
        address = json.loads(where.read_text("utf-8"))["address"]
        for number in range(workers):
            words = (
                address,
                "--nthreads",
                1,
                "--no-nanny",
                "--local-directory",
                folder / f"{number}",
            )
            running.append(stack.enter_context(process(f"{dask}worker", *quiet, *words)))
        yield address, running


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".lock", "made.json")
    }


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(tmp_path: Path) -> None:
    with cluster(tmp_path, workers=2) as (address, (_, first, second)):
        sweep = (sys.executable, "-m", "bcpsim", "sweep", MANY, "--cluster", address, "-q")
        there, here = tmp_path / "there", tmp_path / "here"
        with subprocess.Popen([*map(str, sweep), "--out", str(there)], cwd=ROOT) as running:
            while len(list((there / "pending").glob("point-*"))) < 20:
                assert running.poll() is None
                time.sleep(0.02)
            first.kill()
            assert running.wait(timeout=120) == 0
        assert second.poll() is None
        assert len(list((there / "measures").glob("part-*"))) == 2
    run_sweep(prepare(MANY), here)
    assert content(there) == content(here)


@pytest.mark.slow
def test_a_scheduler_that_is_lost_is_told_and_what_is_finished_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path, workers=1) as (address, (scheduler, _)):
        sweep = (sys.executable, "-m", "bcpsim", "sweep", MANY, "--cluster", address, "-q")
        with subprocess.Popen(
            [*map(str, sweep), "--out", str(out)], cwd=ROOT, stderr=subprocess.PIPE, text=True
        ) as running:
            while len(list((out / "pending").glob("point-*"))) < 5:
                assert running.poll() is None
                time.sleep(0.02)
            scheduler.kill()
            _, message = running.communicate(timeout=120)
        assert running.returncode == 1
        assert f"lost the Dask scheduler at {address}" in message
        assert "Traceback" not in message
    end = run_sweep(prepare(MANY), out, resume=True)
    assert end.finished == end.points


def test_no_scheduler_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bcpsim.sweeps.cluster.CONNECT_SECONDS", 1)
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    with pytest.raises(bcpsim.RunError, match=f"can't reach a Dask scheduler at tcp://{HERE}"):
        run_sweep(prepare(MANY), tmp_path / "out", cluster=f"tcp://{HERE}:{port}")


def test_other_software_is_refused() -> None:
    loaded = prepare(MANY).loaded
    task = PointTask(
        loaded.scenario_file, loaded.places, 1, 1, None, ("all",), {**software(), "bcpsim": "0.0.1"}
    )
    expected = re.escape(f"a worker has bcpsim {bcpsim.__version__}, the sweep 0.0.1")
    with pytest.raises(OtherSoftwareError, match=expected):
        run_point(task.packed(), Job(0, {}))
