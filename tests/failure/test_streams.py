"""What the program says when a stream, a path or the memory that it was given fails it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bcpsim.cli import main

SMALL = Path(__file__).resolve().parents[1] / "data" / "small.yaml"
PROGRAM = [sys.executable, "-m", "bcpsim"]


@pytest.mark.parametrize("arguments", [["schema"], ["validate", str(SMALL)], ["--help"]])
def test_a_full_device_is_told(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "bcpsim: standard output: No space left on device\n"


def test_a_reader_that_has_enough_ends_the_program_without_a_word() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        done = subprocess.run(
            [*PROGRAM, "schema"], stdout=closed, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("code_page", ["cp1252", "cp1250"])
def test_signs_that_a_code_page_lacks_are_shown_by_their_codes(
    code_page: str, tmp_path: Path
) -> None:
    scenario = tmp_path / "s.yaml"
    text = SMALL.read_text("utf-8").replace("title: Small border", "title: Граница")
    scenario.write_text(text, "utf-8")
    done = subprocess.run(
        [*PROGRAM, "describe", scenario],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": code_page},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(rb"\u0413\u0440\u0430\u043d\u0438\u0446\u0430")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("libscipy.so: failed to map segment from shared object"),
        ImportError("libarrow.so: cannot allocate memory in static TLS block"),
    ],
)
def test_too_little_memory_is_told(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("bcpsim.scenario.load_variants", fail)
    with pytest.raises(SystemExit) as ended:
        main(["validate", str(SMALL)])
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("bcpsim: there isn't enough memory; allow more, or")


def test_a_process_that_gets_little_memory_says_so(tmp_path: Path) -> None:
    many = "traffic.vehicles.arrivals.rate=300000/h"
    done = subprocess.run(
        [*PROGRAM, "run", str(SMALL), "--replications", "1", "--set", many, "-q"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("bcpsim: there isn't enough memory"), done.stderr


def test_a_name_that_is_too_long_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / ("x" * 300)
    with pytest.raises(SystemExit) as ended:
        main(["run", str(SMALL), "--replications", "2", "--out", str(out), "-q"])
    assert ended.value.code != 0
    assert (
        capsys.readouterr().err == f"bcpsim: {out} can't be used for a result: File name too long\n"
    )
