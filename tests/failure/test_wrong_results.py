"""Folders of results that are damaged or come from a stranger: told, and nothing is written."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import bcpsim
from bcpsim.calibration import read_values
from bcpsim.cli import main
from bcpsim.results import Made, replace_folder
from bcpsim.sweeps import prepare, read_failed, read_measures, read_words, run_sweep

SMALL = Path(__file__).parents[1] / "data" / "small.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run, not to be changed."""
    folder = tmp_path_factory.mktemp("made") / "run"
    bcpsim.save(bcpsim.run(SMALL, replications=2, event_log="none"), folder)
    return folder


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    """Return a folder of a run that may be damaged; who makes one up leaves out the digests."""
    shutil.copytree(made, tmp_path / "run")
    (tmp_path / "run" / "SHA256SUMS").unlink()
    return tmp_path / "run"


def plot(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what `bcpsim plot` says of a folder that it refuses."""
    around = sorted(folder.parent.iterdir())
    before = {path: path.lstat().st_mtime_ns for path in walk(folder)}
    with pytest.raises(SystemExit) as end:
        main(["plot", str(folder)])
    assert end.value.code == 2
    assert {path: path.lstat().st_mtime_ns for path in walk(folder)} == before
    assert sorted(folder.parent.iterdir()) == around
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"bcpsim: {folder}")
    assert err.count("\n") == 1
    return err.removeprefix(f"bcpsim: {folder}/").removesuffix("\n")


def walk(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")))


def rename_variant(name: object) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        mark = json.loads((folder / "provenance.json").read_text("utf-8"))
        mark["variants"][0]["name"] = name
        (folder / "provenance.json").write_text(json.dumps(mark), "utf-8")

    return damage


def test_no_name_out_of_a_result_leads_out_of_it(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(run / "scenario-base.yaml", run.parent / "evil.yaml")
    rename_variant("x/../../evil")(run)
    message = plot(run, capsys)
    assert message == "scenario-x%2F..%2F..%2Fevil.yaml: is missing; the result isn't whole"


def cell(column: str, value: object, row: int = 3) -> Callable[[str], str]:
    def damage(text: str) -> str:
        lines = text.splitlines()
        place = lines[0].split(",").index(column)
        cells = lines[row - 1].split(",")
        cells[place] = str(value)
        return "\n".join([*lines[: row - 1], ",".join(cells), *lines[row:], ""])

    return damage


def without(column: str) -> Callable[[str], str]:
    def damage(text: str) -> str:
        rows = [line.split(",") for line in text.splitlines()]
        place = rows[0].index(column)
        return "".join(",".join(row[:place] + row[place + 1 :]) + "\n" for row in rows)

    return damage


@pytest.mark.parametrize("name", ["measures.csv", "hourly.csv"])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (without("estimate"), "has no column 'estimate'; found 'variant', 'measure', "),
        (without("variant"), "has no column 'variant'; found 'measure', 'population', "),
        (lambda text: "", "can't be read as a table: No columns to parse from file"),
        (lambda text: text.splitlines()[0] + "\n", "has no rows"),
        (lambda text: "\x00" * 100, "has no column 'variant', "),
        (lambda text: text + '"', "can't be read as a table: Error tokenizing data"),
        (cell("estimate", "many"), "row 3: estimate: expected a number up to 1e+15, inf, or an "),
        (cell("low", "1e308"), "row 3: low: expected a number up to 1e+15, inf, or an empty cell"),
        (cell("replications", "-2"), "row 3: replications: expected a whole number from 0 to 1e"),
        (cell("replications", "2.5"), "row 3: replications: expected a whole number from 0 to 1"),
        (cell("variant", "other"), "row 3: variant: 'other' is none of this result"),
        (cell("measure", "beauty"), "row 3: measure: 'beauty' is none of this result"),
        (cell("population", ""), "row 3: population: expected text of at most 1000 signs, found"),
        (cell("unit", "x" * 2000), "row 3: unit: expected text of at most 1000 signs, found 'xxx"),
    ],
)
def test_damaged_tables_are_told(
    run: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    damage: Callable[[str], str],
    message: str,
) -> None:
    (run / name).write_text(damage((run / name).read_text("utf-8")), "utf-8")
    assert plot(run, capsys).startswith(f"{name}: {message}")


def test_hours_that_are_none_are_told(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = run / "hourly.csv"
    table.write_text(cell("hour", "at noon")(table.read_text("utf-8")), "utf-8")
    assert plot(run, capsys) == (
        "hourly.csv: row 3: hour: expected a time such as 2026-04-13 06:00:00+02:00, found "
        "'at noon'"
    )


@pytest.mark.parametrize("name", ["measures.csv", "hourly.csv", "scenario-base.yaml"])
def test_files_that_are_gone_or_are_no_files_are_told(
    run: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (run / name).rename(run.parent / "elsewhere")
    assert plot(run, capsys) == f"{name}: is missing; the result isn't whole"
    (run / name).symlink_to(run.parent / "elsewhere")
    assert plot(run, capsys) == f"{name}: is a link; a result holds plain files only"
    (run / name).unlink()
    os.mkfifo(run / name)
    assert plot(run, capsys) == f"{name}: is no plain file"
    (run / name).unlink()
    (run / name).mkdir()
    assert plot(run, capsys) == f"{name}: is no plain file"


@pytest.mark.parametrize(
    "name", ["measures.csv", "hourly.csv", "scenario-base.yaml", "provenance.json"]
)
def test_files_that_were_changed_are_told(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    shutil.copytree(made, tmp_path / "run")
    path = tmp_path / "run" / name
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert f"{name}: was changed after the result was written; see: bcpsim verify-result " in plot(
        tmp_path / "run", capsys
    )


def test_a_scenario_that_was_changed_is_told(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = run / "scenario-base.yaml"
    path.write_text(path.read_text("utf-8").replace("mean: 2.0 min", "mean: 3.0 min"), "utf-8")
    assert plot(run, capsys).startswith("scenario-base.yaml: isn't the scenario that was run")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("variants", [], "variants: expected a list such as"),
        ("variants", None, "variants: expected a list such as"),
        ("variants", ["base"], "variants: expected a list such as"),
        ("variants", [{"name": 1, "hash": "a"}], "variants: expected a list such as"),
        ("seed", "1", "seed: expected a whole number"),
        ("seed", True, "seed: expected a whole number"),
        ("replications", None, "replications: expected a whole number"),
    ],
)
def test_a_damaged_mark_is_told(
    run: Path, capsys: pytest.CaptureFixture[str], key: str, value: object, message: str
) -> None:
    mark = json.loads((run / "provenance.json").read_text("utf-8"))
    (run / "provenance.json").write_text(json.dumps({**mark, key: value}), "utf-8")
    assert f"provenance.json: {message}" in plot(run, capsys)


@pytest.mark.parametrize("variants", [[None], [[]], ["base"], [{"name": "base"}]])
def test_variants_of_a_sweep_that_are_none_are_told(
    swept: Path, tmp_path: Path, variants: object
) -> None:
    shutil.copytree(swept, tmp_path / "sweep")
    manifest = tmp_path / "sweep" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"variants": variants}))
    problems = bcpsim.verify_result(tmp_path / "sweep").problems
    assert f"{manifest}: variants: expected a list such as" in "\n".join(problems)


def test_a_mark_of_before_is_read_and_one_that_is_none_told(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = json.loads((run / "provenance.json").read_text("utf-8"))
    older = {key: value for key, value in mark.items() if key not in ("made_by", "name")}
    (run / "provenance.json").write_text(json.dumps(older), "utf-8")
    assert bcpsim.load_result(run).variants == ("base",)
    (run / "provenance.json").write_text("{", "utf-8")
    assert "no result that can be read" in plot(run, capsys)


@pytest.mark.parametrize("size", [0, 4, 1000, -4])
def test_a_truncated_table_of_replications_is_told(run: Path, size: int) -> None:
    path = run / "replications.parquet"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(bcpsim.InputError, match=r"replications\.parquet: can't be read as a tabl"):
        _ = bcpsim.load_result(run).replications


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="value"), "has no column 'value'"),
        (lambda table: table.assign(value="many"), "can't be read as a table: Failed to parse"),
        (lambda table: table.assign(value=1e200), "row 2: value: expected a number up to 1e"),
        (lambda table: table.assign(replication=-1), "row 2: replication: expected a whole num"),
        (lambda table: table.assign(variant="other"), "row 2: variant: 'other' is none of this"),
        (lambda table: table.assign(measure=None), "row 2: measure: expected text"),
        (lambda table: table.iloc[:0], "has no rows"),
    ],
)
def test_wrong_tables_of_replications_are_told(
    run: Path, change: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    path = run / "replications.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)
    with pytest.raises(bcpsim.InputError) as error:
        _ = bcpsim.load_result(run).replications
    assert str(error.value).startswith(f"{path}: {message}")


FEW = {
    "name": "few",
    "scenario": str(SMALL),
    "overrides": {"horizon.duration": "20 min"},
    "factors": {"guards": {"set": "officers.guards.shifts.0.count", "values": [1, -2]}},
    "design": "full_factorial",
    "replications": 2,
    "measures": ["waiting_time", "officer_hours"],
}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a sweep with a failed point, not to be changed."""
    folder = tmp_path_factory.mktemp("swept") / "sweep"
    run_sweep(prepare(FEW), folder, note=lambda words: None)
    return folder


def read_all(folder: Path) -> None:
    read_measures(folder)
    read_words(folder)
    read_failed(folder)


def edit(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    """Return what changes the plain data of a JSON file."""

    def damage(folder: Path) -> None:
        data = json.loads((folder / name).read_text("utf-8"))
        (folder / name).write_text(json.dumps(change(data)), "utf-8")

    return damage


def columns(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    """Return what changes the table of a part."""

    def damage(folder: Path) -> None:
        path = folder / "measures" / "part-00000.parquet"
        change(pd.read_parquet(path)).to_parquet(path, index=False)

    return damage


def leads_elsewhere(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to(folder.parent / "elsewhere")

    return damage


PART, FAILED = "measures/part-00000.parquet", "failed/point-0000001.json"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (edit("manifest.json", lambda data: [data]), "doesn't say what the result is"),
        (edit("manifest.json", lambda data: {**data, "format": 9}), "can read"),
        (edit("manifest.json", lambda data: {**data, "sweep": "few"}), "doesn't say what the"),
        (
            edit("manifest.json", lambda data: {**data, "sweep": {"name": "few", "factors": [1]}}),
            "sweep.factors: expected a mapping",
        ),
        (
            edit("manifest.json", lambda data: {**data, "variants": [{"name": "../x"}]}),
            "variants: expected a list",
        ),
        (
            edit(
                "manifest.json",
                lambda data: {**data, "variants": [{"name": "../../x", "hash": "a"}]},
            ),
            "scenario-..%2F..%2Fx.yaml: is missing",
        ),
        (lambda folder: (folder / PART).write_bytes(b"PAR1"), f"{PART} is broken"),
        (columns(lambda table: table.drop(columns="unit")), f"{PART} hasn't the columns of this"),
        (columns(lambda table: table.drop(columns="guards")), f"{PART} hasn't the columns of"),
        (columns(lambda table: table.assign(estimate="x")), f"{PART} hasn't the columns of this"),
        (leads_elsewhere(PART), f"{PART}: is a link; a result holds plain files only"),
        (leads_elsewhere("measures"), "measures: is a link; a result holds plain files only"),
        (leads_elsewhere("scenario-base.yaml"), "scenario-base.yaml: is a link"),
        (lambda folder: (folder / FAILED).write_text("{"), f"{FAILED}: can't be read as JSON"),
        (edit(FAILED, lambda data: {**data, "point": "one"}), f"{FAILED}: expected point, factors"),
        (edit(FAILED, lambda data: [data]), f"{FAILED}: expected point, factors"),
    ],
)
def test_damaged_folders_of_sweeps_are_told(
    swept: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    folder = tmp_path / "sweep"
    shutil.copytree(swept, folder)
    read_all(folder)
    (folder / "SHA256SUMS").unlink()
    damage(folder)
    with pytest.raises(bcpsim.BcpsimError) as error:
        read_all(folder)
    assert message in str(error.value)
    assert str(folder) in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "can't be read as a table"),
        ("place,unknown\nA,x\n", "has no column 'value'"),
        ("place,unknown,value\nA,x,often\n", "row 2: value: expected a number"),
        ("place,unknown,value\nA,x,\n", "row 2: value: expected a number, found nan"),
        ("place,unknown,value\nA,x,1\nA,,2\n", "row 3: unknown: expected text"),
    ],
)
def test_damaged_unknowns_of_a_calibration_are_told(
    tmp_path: Path, text: str, message: str
) -> None:
    def write(new: Path) -> None:
        (new / "unknowns.csv").write_text("place,unknown,value\nA,x,1.5\n", "utf-8")

    replace_folder(tmp_path / "fit", Made("calibrate", "study"), {}, write)
    assert read_values(tmp_path / "fit") == {"A": {"x": 1.5}}
    (tmp_path / "fit" / "unknowns.csv").write_text(text, "utf-8")
    with pytest.raises(bcpsim.InputError, match=r"unknowns\.csv: was changed after"):
        read_values(tmp_path / "fit")
    (tmp_path / "fit" / "SHA256SUMS").unlink()
    with pytest.raises(bcpsim.InputError) as error:
        read_values(tmp_path / "fit")
    assert str(error.value).startswith(f"{tmp_path / 'fit' / 'unknowns.csv'}: {message}")
