"""What a sweep does when it is killed, interrupted, or what it needs fails."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow.compute as pc
import pytest
from pyarrow import parquet

import bcpsim
from bcpsim.sweeps import (
    Progress,
    prepare,
    read_failed,
    read_measures,
    run_sweep,
)
from bcpsim.sweeps import (
    folder as sweep_folder,
)
from bcpsim.sweeps.point import Failed, Job, PointResult, run_point
from bcpsim.sweeps.pool import KILLED, MAX_TRIES, in_processes

ROOT = Path(__file__).resolve().parents[2]
MANY = ROOT / "tests" / "data" / "sweep.yaml"  # 132 points: a whole part and a bit
FEW: dict[str, Any] = {
    "name": "few",
    "scenario": "tests/data/small.yaml",
    "overrides": {"horizon.duration": "20 min"},
    "factors": {"guards": {"set": "officers.guards.shifts.0.count", "values": [1, 2, 3, 4]}},
    "design": "full_factorial",
    "replications": 2,
    "measures": ["waiting_time", "visits/stop=booths"],
}
BROKEN = {"guards": {**FEW["factors"]["guards"], "values": [1, -2, 3, 4]}}


def content(folder: Path) -> dict[str, bytes]:
    """Return all files of a sweep's folder but its lock and when it was made."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (".lock", "made.json")
    }


def run(sweep: dict[str, Any], folder: Path, **options: Any) -> tuple[Progress, list[str]]:
    """Run a sweep; return how it ended and what it noted."""
    notes: list[str] = []
    return run_sweep(prepare(sweep), folder, note=notes.append, **options), notes


def start(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start the sweep of many points as a user does."""
    words = [sys.executable, "-m", "bcpsim", "sweep", MANY, "--out", folder, *arguments]
    return subprocess.Popen(
        [str(word) for word in words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def wait_for(folder: Path, points: int) -> None:
    """Wait until so many points are finished."""
    for _ in range(2400):
        parts = len(list((folder / "measures").glob("part-*")))
        if 100 * parts + len(list((folder / "pending").glob("point-*"))) >= points:
            return
        time.sleep(0.05)
    raise AssertionError("the sweep doesn't get on")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The folder of the sweep of many points, run without any trouble."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    run_sweep(prepare(MANY), folder)
    return content(folder)


def test_after_kill_9_nothing_finished_is_run_again_and_the_bytes_are_the_same(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = start(out, "--workers", 2, "-q")
    wait_for(out, 105)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    before = content(out)
    kept = read_measures(out)["point"].nunique()
    assert 100 <= kept < 132
    psutil.wait_procs(workers, timeout=10)
    assert not [worker for worker in workers if worker.is_running()]

    states: list[int] = []
    end = run_sweep(
        prepare(MANY), out, resume=True, progress=lambda state: states.append(state.finished)
    )
    assert states[0] == kept
    assert len(states) == 1 + 132 - kept
    assert end.finished == 132
    assert content(out) == whole
    first = "measures/part-00000.parquet"
    assert before[first] == whole[first]


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(out, "--workers", 2, "-q")
    wait_for(out, 5)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
    _, message = process.communicate(timeout=60)
    assert process.returncode == 130
    first, *others = message.splitlines()  # loky may warn of what its processes held
    assert first == f"bcpsim: interrupted; go on with: --out {out} --resume"
    assert "Traceback" not in "".join(others)
    assert len(read_measures(out)) > 0


def done(packed: bytes, job: Job) -> PointResult:
    return Failed(job.point, "None", "done")


def test_ctrl_c_as_work_is_given_out_stops_the_processes_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    def workers() -> set[psutil.Process]:
        children = psutil.Process().children()
        return {child for child in children if "LokyProcess" in " ".join(child.cmdline())}

    before = workers()  # of other tests
    monkeypatch.setattr("bcpsim.sweeps.pool.run_point", done)
    outcomes = in_processes(b"", iter([Job(k, {}) for k in range(40)]), 2, print)
    for _ in range(4):
        next(outcomes)
    monkeypatch.setattr("bcpsim.sweeps.pool.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):  # an error in a thread of the pool fails the test
        list(outcomes)
    assert workers() <= before


@pytest.mark.slow
def test_a_killed_worker_costs_no_point(whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(out, "--workers", 2, "-q")
    wait_for(out, 1)
    children = psutil.Process(process.pid).children()
    [first, *_] = [c for c in children if "LokyProcess" in " ".join(c.cmdline())]
    first.kill()
    _, message = process.communicate(timeout=120)
    assert message == "bcpsim: a worker process was killed; its points are tried again\n"
    assert process.returncode == 0
    assert content(out) == whole


def deadly(packed: bytes, job: Job) -> PointResult:
    """Kill the process at the third point."""
    if job.point == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return Failed(job.point, "None", "done")


def test_a_point_that_kills_its_worker_is_given_up_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bcpsim.sweeps.pool.run_point", deadly)
    notes: list[str] = []
    outcomes = list(in_processes(b"", iter([Job(k, {}) for k in range(8)]), 2, notes.append))
    assert sorted(outcome.point for outcome in outcomes) == list(range(8))
    [killed] = [outcome for outcome in outcomes if outcome.kind == KILLED]
    assert killed.point == 2
    assert "killed 3 times" in killed.message
    assert len(notes) == MAX_TRIES


def test_failed_points_are_listed_and_retried_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    end, _ = run(FEW | {"factors": BROKEN}, out)
    assert (end.finished, end.failed) == (3, 1)
    [record] = read_failed(out)
    assert record["point"] == 1
    assert record["factors"] == {"guards": -2}
    assert "must be at least 0" in record["message"]
    assert sorted(read_measures(out)["guards"].unique()) == [1, 3, 4]
    again: list[int] = []

    def noting(packed: bytes, job: Job) -> PointResult:
        again.append(job.point)
        return run_point(packed, job)

    monkeypatch.setattr("bcpsim.sweeps.pool.run_point", noting)
    run(FEW | {"factors": BROKEN}, out, resume=True)
    assert again == []
    run(FEW | {"factors": BROKEN}, out, retry_failed=True)
    assert again == [1]


def test_a_point_that_failed_once_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(packed: bytes, job: Job) -> PointResult:
        if job.point == 2:
            return Failed(2, "InvariantError", "an officer does two things at once")
        return run_point(packed, job)

    run(FEW, tmp_path / "good")
    with monkeypatch.context() as patch:
        patch.setattr("bcpsim.sweeps.pool.run_point", failing)
        end, _ = run(FEW, tmp_path / "once")
    assert end.failed == 1
    assert "measures/part-00000.parquet" in content(tmp_path / "once")
    end, _ = run(FEW, tmp_path / "once", retry_failed=True)
    assert end.failed == 0
    assert content(tmp_path / "once") == content(tmp_path / "good")


def test_python_warns_of_failed_points_and_refuses_if_all_failed() -> None:
    with pytest.warns(UserWarning, match="1 of 4 points failed; point 1: .*at least 0"):
        frame = bcpsim.sweep(FEW | {"factors": BROKEN})
    assert frame["point"].nunique() == 3
    wrong = {"guards": {**FEW["factors"]["guards"], "values": [-1, -2]}}
    with pytest.raises(bcpsim.ScenarioError, match="must be at least 0"):
        bcpsim.sweep(FEW | {"factors": wrong})


def full(times: int) -> Iterator[bool]:
    yield from [True] * times
    while True:
        yield False


@pytest.mark.parametrize("times", [1, 5])
def test_a_full_disc(times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, is_full = sweep_folder.write_atomically, full(times)

    def writing(path: Path, data: bytes) -> None:
        if path.parent.name == "pending" and next(is_full):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, data)

    six = {"guards": {**FEW["factors"]["guards"], "values": [1, 2, 3, 4, 5, 6]}}
    run(FEW | {"factors": six}, tmp_path / "good")
    with monkeypatch.context() as patch:
        patch.setattr(sweep_folder, "write_atomically", writing)
        if times == 1:  # what comes after it has room again
            end, notes = run(FEW | {"factors": six}, tmp_path / "out")
            assert end.finished == 5
            assert notes == ["point 0 can't be written: No space left on device; "
                             "resume=True runs it again"]  # fmt: skip
        else:
            with pytest.raises(bcpsim.RunError, match=r"No space left .* 0 points are finished"):
                run(FEW | {"factors": six}, tmp_path / "out")
    run(FEW | {"factors": six}, tmp_path / "out", resume=True)
    assert content(tmp_path / "out") == content(tmp_path / "good")


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of files")
def test_a_real_limit_of_the_file_system(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "from bcpsim.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "sweep", MANY, "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert result.returncode == 1
    assert "can't write" in result.stderr
    assert "File too large" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [0, 700, -30])
def test_a_broken_part_is_told_and_its_points_run_again(place: int, tmp_path: Path) -> None:
    run(FEW, tmp_path / "out")
    good = content(tmp_path / "out")
    part = tmp_path / "out" / "measures" / "part-00000.parquet"
    damaged = bytearray(good["measures/part-00000.parquet"])
    damaged[place] ^= 0x55
    part.write_bytes(damaged)
    if place == 700:  # in a page; the rows of the others can still be read
        with pytest.raises(bcpsim.RunError, match="is broken; resume=True"):
            read_measures(tmp_path / "out")
    _, notes = run(FEW, tmp_path / "out", resume=True)
    assert notes == [f"{part} is broken; its points are run again"]
    assert content(tmp_path / "out") == good


def test_an_edited_part_is_told_and_its_points_run_again(tmp_path: Path) -> None:
    run(FEW, tmp_path / "out")
    good = content(tmp_path / "out")
    path = tmp_path / "out" / "measures" / "part-00000.parquet"
    table = parquet.read_table(path)
    half = pc.multiply(table["estimate"], 0.5)
    edited = table.set_column(table.schema.get_field_index("estimate"), "estimate", half)
    parquet.write_table(edited, path, write_page_checksum=True)  # as a sweep itself would
    with pytest.raises(bcpsim.RunError, match=r"was changed after the .*resume=True"):
        read_measures(tmp_path / "out")
    assert bcpsim.verify_result(tmp_path / "out").problems == (
        "measures/part-00000.parquet was changed",
    )
    _, notes = run(FEW, tmp_path / "out", resume=True)
    assert notes == [f"{path} was changed since the sweep wrote it; its points are run again"]
    assert content(tmp_path / "out") == good
    assert bcpsim.verify_result(tmp_path / "out").whole


def test_digests_that_end_within_a_line_are_those_before_it(tmp_path: Path) -> None:
    run(FEW, tmp_path / "out")
    good = content(tmp_path / "out")
    (tmp_path / "out" / "SHA256SUMS").write_bytes(good["SHA256SUMS"][:-30])
    _, notes = run(FEW, tmp_path / "out", resume=True)
    assert notes == []
    (tmp_path / "out" / "SHA256SUMS").write_text("what?\n")
    with pytest.raises(bcpsim.InputError, match="SHA256SUMS: can't be read as digests: line 1"):
        run(FEW, tmp_path / "out", resume=True)
    (tmp_path / "out" / "SHA256SUMS").unlink()
    _, notes = run(FEW, tmp_path / "out", resume=True)
    assert notes == [f"{tmp_path / 'out'} has no SHA256SUMS: parts that were changed aren't told"]


def test_a_link_to_a_folder_stays_and_each_command_is_noted(tmp_path: Path) -> None:
    (tmp_path / "disc").mkdir()
    (tmp_path / "out").symlink_to("disc")
    run(FEW, tmp_path / "out")
    run(FEW, tmp_path / "out", resume=True)
    assert (tmp_path / "out").is_symlink()
    assert read_measures(tmp_path / "disc")["point"].nunique() == 4
    assert len(json.loads((tmp_path / "disc" / "made.json").read_text("utf-8"))) == 2


def test_what_has_changed_is_told_and_never_mixed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(FEW, out)
    good = content(out)
    for change, message in (
        ({"seed": 2}, "seed was 1, is 2"),
        ({"replications": 3}, "replications was 2, is 3"),
        ({"overrides": {"horizon.duration": "21 min"}}, "sweep.overrides.horizon.duration was"),
        (
            {"scenario": "scenarios/land/night_shift.yaml", "measures": "waiting_time"},
            r'scenario was "small", is "night_shift"',
        ),
        ({"measures": ["waiting_time"]}, "sweep.measures was"),
        ({"variants": ["more"]}, "variants was"),
    ):
        with pytest.raises(bcpsim.BcpsimError, match=message):
            run(FEW | change, out, resume=True)
    with pytest.raises(bcpsim.InputError, match=r"design\.hash was"):
        run_sweep(prepare(FEW, points=[[0.5]]), out, resume=True)
    with pytest.raises(bcpsim.InputError, match="holds results of a sweep; resume=True"):
        run(FEW, out)
    assert content(out) == good
    run(FEW | {"title": "Only a title"}, out, resume=True)


def test_changed_versions_and_data_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "tests" / "data" / "small.yaml").read_text("utf-8")
    here = "{pattern: times, file: a.csv, time_column: at}"
    text = text.replace("{pattern: constant, rate: 60/h}", here)
    (tmp_path / "small.yaml").write_text(text, "utf-8")
    for name, minute in (("a", 5), ("b", 6)):
        (tmp_path / f"{name}.csv").write_text(f"at\n2026-04-13T00:0{minute}\n", "utf-8")
    file = {"set": "traffic.vehicles.arrivals.file", "values": ["a.csv", "b.csv"]}
    sweep = FEW | {"scenario": str(tmp_path / "small.yaml"), "factors": {"file": file}}
    arguments: dict[str, Any] = {"allowed": [tmp_path]}
    run_sweep(prepare(sweep, **arguments), tmp_path / "out")
    assert set(read_measures(tmp_path / "out")["file"]) == {"a.csv", "b.csv"}
    for name in ("a", "b"):
        data = tmp_path / f"{name}.csv"
        good = data.read_bytes()
        data.write_bytes(good + b"2026-04-13T00:09\n")
        with pytest.raises(bcpsim.InputError, match="another state of this sweep"):
            run_sweep(prepare(sweep, **arguments), tmp_path / "out", resume=True)
        data.write_bytes(good)
    other = {**prepare(FEW).manifest, "bcpsim": "0.0.9"}
    monkeypatch.setattr("bcpsim.sweeps.prepared.Prepared.manifest", other)
    changed = re.escape(f'bcpsim was "{bcpsim.__version__}", is "0.0.9"')
    with pytest.raises(bcpsim.InputError, match=changed):
        run_sweep(prepare(sweep, **arguments), tmp_path / "out", resume=True)


def test_only_one_process_works_on_a_folder(tmp_path: Path) -> None:
    run(FEW, tmp_path / "out")
    prepared = prepare(FEW)
    holder = sweep_folder.Store(tmp_path / "out", prepared.points, print)
    with pytest.raises(bcpsim.RunError, match="another process works on"):
        run_sweep(prepared, tmp_path / "out", resume=True)
    holder.close()
    run_sweep(prepared, tmp_path / "out", resume=True)


def test_what_isnt_a_sweep_is_spared(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work", "utf-8")
    with pytest.raises(bcpsim.InputError, match="isn't empty and holds no sweep"):
        run(FEW, tmp_path)
    with pytest.raises(bcpsim.InputError, match="is a file"):
        run(FEW, tmp_path / "thesis.doc")
    (tmp_path / "thesis.doc").rename(tmp_path / "manifest.json")
    with pytest.raises(bcpsim.InputError, match="no result that can be read"):
        run(FEW, tmp_path, resume=True)
    assert json.dumps("years of work")[1:-1] == (tmp_path / "manifest.json").read_text("utf-8")
