"""A search for rosters that is stopped: what it leaves, and how it goes on."""

from __future__ import annotations

import filecmp
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import bcpsim
from bcpsim.staffing import Progress, load_staffing
from bcpsim.staffing.journal import _digest

DATA = Path(__file__).resolve().parents[1] / "data"
QUESTION = load_staffing(DATA / "staffing.yaml")


def stopped(out: Path, after: int) -> None:
    """Search until so many rosters are tried after the first that keeps the targets."""
    seen: list[int] = []

    def progress(state: Progress) -> None:
        if state.cost is not None:
            seen.append(state.done)
            if len(seen) > after:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bcpsim.staff(QUESTION, out=out, progress=progress)


def the_same(first: Path, second: Path) -> bool:
    names, others = (
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        for folder in (first, second)
    )
    if names != others:
        return False
    names.remove("made.json")  # when it was made
    return filecmp.cmpfiles(first, second, names, shallow=False)[0] == names


def test_a_stopped_search_keeps_its_best_and_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    whole = bcpsim.save_staffing(bcpsim.staff(QUESTION, out=tmp_path / "a"), tmp_path / "a")
    out = tmp_path / "b"
    stopped(out, after=2)
    names = {path.name for path in out.iterdir()}
    expected = {"search.jsonl", "rosters.csv", "roster-base-guards.csv", "scenario-base.yaml"}
    assert expected <= names
    # What is there is a roster that runs, and that costs what it says.
    rosters = pd.read_csv(out / "rosters.csv")
    run = bcpsim.run(out / "scenario-base.yaml", replications=2)
    hours = run.measures.query("measure == 'officer_hours' and population == 'officers=guards'")
    assert hours["estimate"].tolist() == [(rosters["officers"] * rosters["hours"]).sum()]
    # What was simulated isn't simulated again.
    before = (out / "search.jsonl").read_text("utf-8").count("\n") - 1
    assert before > 2
    again = bcpsim.staff(QUESTION, out=out, resume=True)
    bcpsim.save_staffing(again, out)
    assert the_same(whole, out)


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(out, after=3)
    journal = out / "search.jsonl"
    text = journal.read_text("utf-8")
    journal.write_text(text[:-100], "utf-8")
    whole = bcpsim.staff(QUESTION)
    assert bcpsim.staff(QUESTION, out=out, resume=True).to_dict() == whole.to_dict()


def test_a_line_that_was_changed_is_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(out, after=3)
    journal = out / "search.jsonl"
    text = journal.read_text("utf-8")
    journal.write_text(text.replace('"replications": 8}', '"replications": 9}'), "utf-8")
    with pytest.raises(bcpsim.InputError, match=r"search.jsonl:2: isn't as it was written"):
        bcpsim.staff(QUESTION, out=out, resume=True)


def test_a_search_goes_on_only_with_the_same_question(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(out, after=1)
    with pytest.raises(bcpsim.InputError, match=r"of another search \(seed differ\)"):
        bcpsim.staff(QUESTION, seed=2, out=out, resume=True)
    with pytest.raises(bcpsim.InputError, match="isn't finished; go on with resume=True"):
        bcpsim.staff(QUESTION, out=out)
    with pytest.raises(bcpsim.InputError, match="holds no search to go on with"):
        bcpsim.staff(QUESTION, out=tmp_path / "none", resume=True)


def test_an_earlier_result_stays_until_there_is_a_roster(tmp_path: Path) -> None:
    out = bcpsim.save_staffing(bcpsim.staff(QUESTION), tmp_path / "out")
    before = (out / "rosters.csv").read_bytes()

    def progress(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bcpsim.staff(QUESTION, out=out, progress=progress)
    assert (out / "rosters.csv").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_search_goes_on(tmp_path: Path, how: signal.Signals) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "bcpsim", "staff", str(DATA / "staffing.yaml")]
    process = subprocess.Popen(
        [*command, "--out", str(out)], stderr=subprocess.PIPE, env=os.environ, text=True
    )
    while not (out / "rosters.csv").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(how)
    said = process.communicate()[1]
    if process.returncode == 0:
        pytest.skip("it was finished before it could be stopped")
    if how is signal.SIGINT:
        assert "best so far" in said
        assert f"go on with: --out {out} --resume" in said
    subprocess.run([*command, "--out", str(out), "--resume"], check=True, capture_output=True)
    assert (out / "summary.csv").exists()
    assert not (out / "search.jsonl").exists()


def again(line: str, **service: object) -> str:
    """Return a line of a journal with another service, as if it had been written so."""
    record = json.loads(line)
    record["service"] |= service
    record["digest"] = _digest(record["asked"], record["service"])
    return json.dumps(record) + "\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [], "can't be read; begin anew"),
        (lambda lines: ["[" * 100_000, *lines[1:]], "can't be read; begin anew"),
        (lambda lines: ["[]\n", *lines[1:]], "can't be read; begin anew"),
        (lambda lines: ["{}\n", *lines[1:]], "is of another search"),
        (lambda lines: [lines[0], "[" * 100_000 + "\n"], "jsonl:2: isn't as it was written"),
        (lambda lines: [lines[0], "NaN\n", *lines[2:]], "jsonl:2: isn't as it was written"),
        (lambda lines: [lines[0], lines[1] * 2 + "x\n"], "jsonl:4: isn't as it was written"),
        (lambda lines: [lines[0], again(lines[1], short=[])], "jsonl:2: isn't as it was"),
        (lambda lines: [lines[0], again(lines[1], busy=["../x"])], "jsonl:2: isn't as it was"),
        (lambda lines: [lines[0], again(lines[1], busy=[[1], []])], "jsonl:2: isn't as it was"),
        (lambda lines: [lines[0], again(lines[1], levels=None)], "jsonl:2: isn't as it was"),
        (lambda lines: [lines[0], again(lines[1], levels=[{}])], "jsonl:2: isn't as it was"),
        (lambda lines: [lines[0], again(lines[1], replications=1e999)], "jsonl:2: isn't as it"),
    ],
)
def test_a_damaged_or_foreign_journal_is_told(
    tmp_path: Path, change: Callable[[list[str]], list[str]], message: str
) -> None:
    out = tmp_path / "out"
    stopped(out, after=1)
    journal = out / "search.jsonl"
    journal.write_text("".join(change(journal.read_text("utf-8").splitlines(True))), "utf-8")
    with pytest.raises(bcpsim.InputError, match=message):
        bcpsim.staff(QUESTION, out=out, resume=True)


def test_a_journal_that_is_a_link_is_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(out, after=1)
    (out / "search.jsonl").rename(tmp_path / "elsewhere")
    (out / "search.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(bcpsim.InputError, match="is a link; a result holds plain files only"):
        bcpsim.staff(QUESTION, out=out, resume=True)
