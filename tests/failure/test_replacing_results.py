"""A result takes the place of another: whatever happens, one of them is there as a whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bcpsim
from bcpsim.results import Made, check_target, exchange, extend_folder, replace_folder

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "data" / "small.yaml"
posix = pytest.mark.skipif(sys.platform == "win32", reason="no links, no signals")


def put(folder: Path, text: str, **options: object) -> list[str]:
    """Write a result that holds a text; return what was noted."""
    notes: list[str] = []
    replace_folder(
        folder,
        Made("run", "small"),
        {},
        lambda new: (new / "a.txt").write_text(text),
        note=notes.append,
        **options,  # type: ignore[arg-type]
    )
    return notes


def text_of(folder: Path) -> str:
    return (folder / "a.txt").read_text()


@posix
def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disc").mkdir()
    (tmp_path / "out").symlink_to("disc")
    for text in ("first", "second"):
        put(tmp_path / "out", text)
        assert (tmp_path / "out").is_symlink()
        assert text_of(tmp_path / "disc") == text
    (tmp_path / "new").symlink_to("not-yet")  # what it leads to is made
    put(tmp_path / "new", "third")
    assert text_of(tmp_path / "not-yet") == "third"
    (tmp_path / "file").write_text("mine")
    (tmp_path / "to-file").symlink_to("file")
    with pytest.raises(bcpsim.InputError, match="to-file is a file"):
        put(tmp_path / "to-file", "fourth")
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(bcpsim.BcpsimError, match="round"):
        put(tmp_path / "round", "fifth")
    assert {path.name for path in tmp_path.iterdir()} == {
        "disc", "out", "new", "not-yet", "file", "to-file", "round"
    }  # fmt: skip


KILLED = """
import os, signal, sys
from pathlib import Path
from bcpsim.results import Made, exchange, replace_folder

def write(new):
    (new / "a.txt").write_text("second")
    if sys.argv[2] == "while writing":
        os.kill(os.getpid(), signal.SIGKILL)

rename, count = Path.rename, [0]

def renaming(path, target):
    rename(path, target)
    count[0] += 1
    if sys.argv[2] == "between renames" or count[0] == 2:
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] != "after the exchange":
    exchange._exchange = lambda first, second: False
    Path.rename = renaming
else:
    swap = exchange._exchange
    exchange._exchange = lambda *names: (swap(*names), os.kill(os.getpid(), signal.SIGKILL))
replace_folder(Path(sys.argv[1]), Made("run", "small"), {}, write)
"""


@posix
@pytest.mark.parametrize(
    ("when", "text", "back"),
    [
        ("while writing", "first", False),
        ("between renames", "first", True),
        ("after both renames", "second", False),
        pytest.param(
            "after the exchange",
            "second",
            False,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="no exchange"),
        ),
    ],
)
def test_a_killed_process_leaves_a_result_and_what_it_left_is_removed(
    tmp_path: Path, when: str, text: str, back: bool
) -> None:
    out = tmp_path / "out"
    put(out, "first")
    killed = subprocess.run([sys.executable, "-c", KILLED, out, when], cwd=ROOT)
    assert killed.returncode == -9
    [left] = [path for path in tmp_path.iterdir() if path.name != "out"]
    assert left.name.startswith(".out-")
    notes: list[str] = []
    exchange.tidy(out, notes.append)
    removed = f"{left}: removed; a killed run had left it"
    restored = f"{out}: brought back the earlier result, which a killed run had put aside"
    assert notes == ([restored, removed] if back else [removed])
    assert text_of(out) == text
    assert bcpsim.verify_result(out).whole
    assert put(out, "third") == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_reading_a_result_brings_back_what_was_put_aside(tmp_path: Path) -> None:
    out = tmp_path / "out"
    bcpsim.save(bcpsim.run(SMALL, replications=2, event_log="none"), out)
    aside = tmp_path / ".out-abcdefgh"
    aside.mkdir()
    (aside / "lock").touch()
    out.rename(aside / "old")
    with pytest.warns(UserWarning, match=r"brought back|a killed run had left it"):
        assert bcpsim.load_result(out).seed == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_of_others_and_of_those_at_work_are_spared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    spared = [".out-12345678", ".out-notes", ".out-abcdefgh", ".output-abcdefgh"]
    for name in spared:
        (tmp_path / name).mkdir()
    (tmp_path / ".out-abcdefgh" / "lock").touch()
    (tmp_path / ".out-abcdefgh" / "thesis.doc").touch()
    with exchange.working_folder(out) as working:
        assert put(out, "first") == []
        assert working.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"out", *spared}


@posix
def test_a_full_disc_leaves_the_earlier_result_and_no_rest(tmp_path: Path) -> None:
    """The limit on the size of files stands for the disc: the system refuses the same write."""
    out = tmp_path / "out"
    put(out, "first")
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "from bcpsim.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    words = ["run", SMALL, "--replications", "2", "--no-plots", "--out", out]
    failed = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, cwd=ROOT
    )
    assert failed.returncode == 1
    assert f"bcpsim: can't write {out}: File too large" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert text_of(out) == "first"
    assert bcpsim.verify_result(out).whole
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_files_of_others_in_a_result_are_spared(tmp_path: Path) -> None:
    put(tmp_path / "out", "first")
    (tmp_path / "out" / "notes.doc").write_text("a day's work")
    (tmp_path / "out" / ".DS_Store").touch()
    with pytest.raises(bcpsim.InputError, match=r"what no result has, .*: notes\.doc; move it"):
        put(tmp_path / "out", "second")
    put(tmp_path / "out", "second", force=True)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "a.txt", "provenance.json", "made.json", "SHA256SUMS"
    }  # fmt: skip


def test_what_extends_a_result_is_whole_and_has_a_digest(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, "first")
    if os.name == "posix":  # a link in the result isn't followed, but replaced
        (tmp_path / "elsewhere").write_text("mine")
        (out / "b.txt").symlink_to("../elsewhere")
    assert extend_folder(out, lambda new: (new / "b.txt").write_text("more")) == [out / "b.txt"]
    assert (out / "b.txt").read_text() == "more"
    if os.name == "posix":
        assert (tmp_path / "elsewhere").read_text() == "mine"
    assert bcpsim.verify_result(out).whole

    def fail(new: Path) -> None:
        (new / "a.txt").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(bcpsim.RunError, match="No space left on device"):
        extend_folder(out, fail)
    assert text_of(out) == "first"
    assert bcpsim.verify_result(out).whole
    assert len(json.loads((out / "made.json").read_text())) == 2


@pytest.mark.parametrize("name", ["x" * 300, "é" * 200])
def test_names_that_are_too_long_are_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(bcpsim.InputError, match="can't be used for a result: File name too long"):
        put(tmp_path / name, "first")
    put(tmp_path / name[:100], "first")  # with room for the name of the working folder
    assert [path.name for path in tmp_path.iterdir()] == [name[:100]]


def test_a_place_that_can_not_be_written_to_is_told_before_anything_is_made(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    within = r"file/out can't be used for a result: Not a directory"
    with pytest.raises(bcpsim.InputError, match=within):
        check_target(tmp_path / "file" / "out", Made("run", "x"))
    with pytest.raises(bcpsim.InputError, match="loop is a link that leads back to itself"):
        check_target(tmp_path / "loop", Made("run", "x"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop"]


@posix
def test_a_place_may_be_very_deep(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 1_000, "out")
    try:
        put(deep, "first")
        assert text_of(deep) == "first"
    finally:  # what Python can't remove
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


@posix
def test_names_of_bytes_that_are_no_text_are_kept(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    command = [sys.executable, "-m", "bcpsim", "run", SMALL, "--replications", "1", "--no-plots"]
    done = subprocess.run(
        [*command, "--out", tmp_path / name],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8:strict"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    (made,) = json.loads((tmp_path / name / "made.json").read_text("utf-8"))
    assert made["command"].endswith(r"/caf\udce9'")


def test_results_of_another_question_are_spared(tmp_path: Path) -> None:
    out = tmp_path / "out"
    more = {"stops.booths.lanes": "3"}
    result = bcpsim.run(SMALL, replications=2, event_log="none")
    other = bcpsim.run(SMALL, replications=2, event_log="none", overrides=more)
    both = bcpsim.run(SMALL, variants=["base", "more"], replications=2, event_log="none")
    bcpsim.save(other, out)
    message = r"overrides stops\.booths\.lanes=3, and this is with no overrides; choose another"
    with pytest.raises(bcpsim.InputError, match=message):
        bcpsim.save(result, out)
    bcpsim.save(other, out)
    bcpsim.save(result, out, force=True)
    with pytest.raises(
        bcpsim.InputError, match=r"no overrides, and this is with overrides stops\."
    ):
        bcpsim.save(other, out)
    bcpsim.save(both, out)  # nothing is lost
    with pytest.raises(bcpsim.InputError, match="with the variant more, which this has not"):
        bcpsim.save(result, out)
    assert bcpsim.load_result(out).variants == ("base", "more")
