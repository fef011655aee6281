"""Spoiled files: each is read, or refused with what is wrong and where.

Mutants of shipped files are read as the program reads them. The same are made each time; `pytest
-m slow tests/fuzz` makes far more, and runs and describes those that are valid.
"""

from __future__ import annotations

import itertools
import random
import shutil
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from mutants import spoiled_csv, spoiled_workbook, spoiled_yaml

import bcpsim
from bcpsim.calibration.study import load_calibration
from bcpsim.errors import Problem
from bcpsim.plan import compile_plan
from bcpsim.report.describe import description
from bcpsim.report.warnings import warnings
from bcpsim.staffing import load_staffing
from bcpsim.sweeps.prepared import prepare

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"

SECONDS = 3.0
"""Longest time that a file may take, of the processor."""

MAX_ARRIVALS = 2_000
"""Most expected arrivals of a mutant that is run."""


def read_scenario(path: Path, allowed: list[Path]) -> None:
    for loaded in bcpsim.load_variants(path, allowed=allowed):
        compile_plan(loaded)


def run_scenario(path: Path, allowed: list[Path]) -> None:
    """Read a scenario, and run and describe what is valid and small."""
    for loaded in bcpsim.load_variants(path, allowed=allowed):
        plan = compile_plan(loaded)
        list(warnings(plan))
        if plan.expected_arrivals < MAX_ARRIVALS:
            description(loaded, plan)
            bcpsim.run(loaded, replications=1, event_log="none")


READERS: dict[str, Callable[[Path, list[Path]], object]] = {
    "scenario": read_scenario,
    "claim": lambda path, allowed: bcpsim.load_claim(path, allowed=allowed),
    "sweep": lambda path, allowed: prepare(path, allowed=allowed),
    "staffing": lambda path, allowed: load_staffing(path, allowed=allowed),
    "calibration": lambda path, allowed: load_calibration(path, allowed=allowed),
}


def check(read: Callable[[], object], path: Path) -> None:
    """Assert that a file is read, or refused with the place of every mistake, in little time."""
    begin = time.process_time()
    problems: tuple[Problem, ...] = ()
    try:
        read()
    except bcpsim.ScenarioError as error:
        problems = error.problems
    except Exception as error:
        raise AssertionError(f"{path}: {type(error).__name__}: {error}") from error
    assert [problem for problem in problems if not _has_a_place(problem)] == []
    assert time.process_time() - begin < SECONDS, path


def _has_a_place(problem: Problem) -> bool:
    """Return whether a mistake has file and line, if it isn't one of the file as a whole."""
    whole = ("the file ", "not valid YAML", "no such file", "expected a mapping")
    return bool(problem.file) and (problem.line > 0 or problem.message.startswith(whole))


def spoil_yaml(kind: str, file: Path, count: int, folder: Path, read: Any = None) -> None:
    text = file.read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    allowed = [ROOT, file.parent]
    path = folder / file.name
    for number in range(count):
        chance = random.Random(zlib.crc32(f"{file.name} {number}".encode()))
        path.write_bytes(spoiled_yaml(data, text, chance))
        check(partial(read or READERS[kind], path, allowed), path)


def beside(file: Path, folder: Path) -> Path:
    """Copy the folder of a file, so that what it names is beside its mutants."""
    shutil.copytree(file.parent, folder, dirs_exist_ok=True)
    return folder


SCENARIOS = sorted(ROOT.glob("scenarios/*/*.yaml"))
OTHERS = [
    ("claim", DATA / "claim.yaml"),
    ("sweep", DATA / "sweep.yaml"),
    ("staffing", DATA / "staffing.yaml"),
    ("calibration", DATA / "calibration.yaml"),
]


@pytest.mark.parametrize(("name", "count"), [("small", 600), ("rich", 400)])
def test_spoiled_scenarios(name: str, count: int, tmp_path: Path) -> None:
    file = DATA / f"{name}.yaml"
    spoil_yaml("scenario", file, count, beside(file, tmp_path))


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_spoiled_shipped_scenarios(file: Path, tmp_path: Path) -> None:
    spoil_yaml("scenario", file, 10, beside(file, tmp_path))


@pytest.mark.parametrize(("kind", "file"), OTHERS, ids=[kind for kind, _ in OTHERS])
def test_spoiled_questions(kind: str, file: Path, tmp_path: Path) -> None:
    spoil_yaml(kind, file, 60, beside(file, tmp_path))


TABLES = {
    "counts": (
        "time,cars\n" + "".join(f"2026-04-13T{hour:02}:00,{hour}\n" for hour in range(4)),
        {"pattern": "counts", "file": "FILE", "time_column": "time", "count_column": "cars"},
    ),
    "times": (
        "time\n" + "".join(f"2026-04-13T0{hour}:15\n" for hour in range(4)),
        {"pattern": "times", "file": "FILE", "time_column": "time"},
    ),
    "timetable": (
        "scheduled,seats,load\n2026-04-13T01:00,40,90 %\n2026-04-13T02:30,20,50 %\n",
        {
            "pattern": "timetable",
            "file": "FILE",
            "time_column": "scheduled",
            "seats_column": "seats",
            "load_column": "load",
        },
    ),
    "roster": (
        "officer,date,from,to,breaks\nAnna,2026-04-13,00:00,03:00,01:00-01:15\n"
        "Ben,2026-04-13,01:00,04:00,\n",
        None,
    ),
}


def spoil_table(kind: str, ending: str, count: int, folder: Path) -> None:
    text, arrivals = TABLES[kind]
    data = yaml.safe_load((DATA / "small.yaml").read_text("utf-8"))
    del data["variants"]
    file = f"table.{ending}"
    if arrivals is None:
        guards = data["officers"]["guards"]
        del guards["shifts"]
        guards["roster"] = {"file": file}
    else:
        data["traffic"]["vehicles"]["arrivals"] = arrivals | {"file": file}
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    spoil = spoiled_csv if ending == "csv" else spoiled_workbook
    table = folder / file
    for number in range(count):
        chance = random.Random(zlib.crc32(f"{kind} {ending} {number}".encode()))
        table.write_bytes(spoil(text, chance))
        check(partial(read_scenario, path, []), table)


ENDINGS = list(itertools.product(TABLES, ("csv", "xlsx")))


@pytest.mark.parametrize(("kind", "ending"), ENDINGS)
def test_spoiled_tables(kind: str, ending: str, tmp_path: Path) -> None:
    spoil_table(kind, ending, 80, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "file", [*SCENARIOS, *(DATA / f"{n}.yaml" for n in ("small", "rich"))], ids=lambda f: f.stem
)
def test_many_spoiled_scenarios_are_read_and_run(file: Path, tmp_path: Path) -> None:
    spoil_yaml("scenario", file, 300, beside(file, tmp_path), run_scenario)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "file"), OTHERS, ids=[kind for kind, _ in OTHERS])
def test_many_spoiled_questions(kind: str, file: Path, tmp_path: Path) -> None:
    spoil_yaml(kind, file, 600, beside(file, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "ending"), ENDINGS)
def test_many_spoiled_tables(kind: str, ending: str, tmp_path: Path) -> None:
    spoil_table(kind, ending, 600, tmp_path)
