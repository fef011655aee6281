"""What is wrong in a command's names, numbers and folders: exit code 2 and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcpsim.cli import main
from bcpsim.results import Made, replace_folder

ROOT = Path(__file__).resolve().parents[2]
SMALL = "tests/data/small.yaml"
STUDY = "experiments/validation/isolated_flights.yaml"
UNCERTAIN = "experiments/sweeps/uncertain_work.yaml"
NEAR_WAIT = "(did you mean 'waiting_time'?)"


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run the program in this process, and return what it says to wrong input."""
    with pytest.raises(SystemExit) as end:
        main([*map(str, arguments)])
    said = capsys.readouterr()
    assert (end.value.code, said.out) == (2, ""), said.err
    return said.err


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (f"run {SMALL} --precision 5% --measure waiting_tim", NEAR_WAIT),
        (f"run {SMALL} --precision 0%", "must be between 0 and 100 %"),
        (f"run {SMALL} --precision 5% --min-replications 9 --max-replications 5", "found 9 to 5"),
        (f"run {SMALL} --precision 5% --replications 5", "not both"),
        (f"run {SMALL} --set traffic.vehicles.arrivals.rate=9e9/h", "Shorten horizon.duration"),
        (f"compare {SMALL} --best waiting_tim", NEAR_WAIT),
        (f"compare {SMALL} --equal waiting_tim", NEAR_WAIT),
        (f"compare {SMALL} --equal overtime,by", "(did you mean 'overtime'?)"),
        (f"compare {SMALL} --replications 1", "from 2 to 1000000, found 1"),
        (f"compare {SMALL} --baseline more --alternative more", "comes twice"),
        (f"warm-up {SMALL} --measure waiting_tim", NEAR_WAIT),
        (f"warm-up {SMALL} --measure utilisation", "expected the mean of one of: waiting_time"),
        (f"sensitivity {UNCERTAIN} --samples 3", "a power of 2; found 3"),
        (f"calibrate {STUDY} --place ORF", "(did you mean 'ORD'?)"),
        (f"compare-observed {STUDY} --place ORF", "(did you mean 'ORD'?)"),
        ("verify --case mmc_lite", "(did you mean 'mmc_light'?)"),
    ],
)
def test_wrong_names_and_numbers(
    command: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in refused(capsys, *command.split())


READERS = {
    "plot DIR": "run",
    "what-if DIR --set load=1": "sweep",
    "frontier DIR --least waiting_time --most visits": "sweep",
    f"compare-observed {STUDY} --values DIR": "calibrate",
}


@pytest.mark.parametrize("command", READERS)
def test_folders_that_are_not_what_a_command_reads(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = replace_folder(tmp_path / "other", Made("warm-up", "it"), {}, lambda new: None)
    (tmp_path / "file").touch()
    for folder, found in (
        (tmp_path / "nowhere", "no such folder"),
        (tmp_path / "file", "is a file"),
        (
            tmp_path,
            f"holds no result that can be read ({tmp_path}: has neither provenance.json nor "
            "manifest.json, which a whole result has)",
        ),
        (other, "holds the result of 'bcpsim warm-up' of it"),
    ):
        said = refused(capsys, *command.replace("DIR", str(folder)).split())
        expected = f"expected a folder made by: bcpsim {READERS[command]} "
        assert said.startswith(f"bcpsim: {folder}: {found}; {expected}")


@pytest.mark.parametrize(
    ("command", "made"),
    [
        (f"run {SMALL}", "run"),
        (f"compare {SMALL}", "compare"),
        (f"warm-up {SMALL}", "warm-up"),
        ("staff tests/data/staffing.yaml", "staff"),
        ("check tests/data/claim.yaml", "check"),
        (f"calibrate {STUDY}", "calibrate"),
        (f"compare-observed {STUDY}", "compare-observed"),
    ],
)
def test_a_result_of_something_else_is_spared(
    command: str, made: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for earlier in (Made("frontier", "small"), Made(made, "elsewhere")):
        replace_folder(tmp_path / "out", earlier, {}, lambda new: None, force=True)
        said = refused(capsys, *command.split(), "--out", tmp_path / "out")
        assert f"holds the result of {earlier}, and this is 'bcpsim {made}' of " in said
        assert "choose another --out, or replace it with --force" in said


def test_wrong_options_have_the_words_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    said = " ".join(refused(capsys, "new", "rail", "x.yaml").replace("│", "").split())
    assert "Invalid value for 'kind': 'rail' is not one of 'land', 'sea', 'air', 'roster'," in said
    said = refused(capsys, "what-if", "results", "--set", "load")
    assert "--set: expected FACTOR=VALUE, found 'load'" in said


def test_a_sweep_watches_what_it_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sweep = "tests/data/sweep.yaml"
    said = refused(capsys, "sweep", sweep, "--out", tmp_path / "out", "--watch", "waiting_tim")
    assert NEAR_WAIT in said
    assert not (tmp_path / "out").exists()


def test_what_has_changed_in_a_scenario_is_told_when_its_result_is_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "small.yaml", tmp_path / "out"
    text = Path(SMALL).read_text("utf-8")
    words = ["run", str(file), "--replications", "2", "--no-plots", "--out", str(out)]
    for lanes in (2, 3, 3):
        file.write_text(text.replace("lanes: 2", f"lanes: {lanes}"), "utf-8")
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 0
    said = [line for line in capsys.readouterr().err.splitlines() if "earlier result" in line]
    replaced = f"bcpsim: replaced the earlier result in {out}"
    assert said == [
        f"bcpsim: the earlier result in {out} is of another state of the scenario: "
        "stops.booths.lanes.0.count was 2, is 3; stops.desks.lanes.0.count was 2, is 3",
        replaced,
        replaced,
    ]
    assert not list(out.glob("*.png"))
    assert (out / "hourly.csv").exists()


def test_going_on_with_a_staffing_search_needs_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = "tests/data/staffing.yaml"
    assert "--resume needs --out" in refused(capsys, "staff", file, "--resume")
    said = refused(capsys, "staff", file, "--resume", "--out", str(tmp_path / "none"))
    assert "holds no search to go on with; begin one without --resume" in said
