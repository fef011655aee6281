"""Results that are read back from their folder, and the names of their files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from places import SMALL

import bcpsim
from bcpsim.results import file_name, scenario_file


def test_a_stored_result_is_the_one_that_was_run(tmp_path: Path) -> None:
    result = bcpsim.run(SMALL, variants=["base", "more"], replications=3, seed=7)
    bcpsim.save(result, tmp_path / "out")
    stored = bcpsim.load_result(tmp_path / "out")
    assert (stored.variants, stored.seed) == (("base", "more"), 7)
    for name in ("measures", "hourly", "replications"):
        pd.testing.assert_frame_equal(getattr(stored, name), getattr(result, name))
    for variant in result.variants:
        assert stored.scenario(variant.name).hash == variant.loaded.hash


def test_values_of_replications_are_those_that_estimates_are_made_of() -> None:
    result = bcpsim.run(SMALL, replications=4)
    table = result.replications
    assert list(table.columns) == [
        "variant",
        "replication",
        "measure",
        "population",
        "statistic",
        "value",
    ]
    keys = ["variant", "measure", "population", "statistic"]
    means = table.groupby(keys)["value"].mean()
    estimates = result.measures.set_index(keys)["estimate"]
    np.testing.assert_allclose(means.loc[estimates.index], estimates, rtol=1e-12)
    one = table[table["replication"] == 2]
    alone = bcpsim.run(SMALL, replications=3).replications
    np.testing.assert_array_equal(one["value"], alone[alone["replication"] == 2]["value"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("base", "base"),
        ("one-stop_2.b", "one-stop_2.b"),
        ("früh", "früh"),
        ("../../evil", "..%2F..%2Fevil"),
        ("a\\b:c", "a%5Cb%3Ac"),
        ("50 %", "50 %25"),
        ("\x1b[31m\u202e", "%1B[31m%E2%80%AE"),
        ("CON\x00", "CON%00"),
    ],
)
def test_names_become_parts_of_file_names(text: str, name: str) -> None:
    assert file_name(text) == name


def test_long_names_stay_apart_and_short() -> None:
    first, second = file_name("ж" * 300 + "a"), file_name("ж" * 300 + "b")
    assert first != second
    assert len(scenario_file("ж" * 300).encode()) < 160


def test_json_holds_what_each_replication_gave_if_it_is_asked_for() -> None:
    result = bcpsim.run(SMALL, variants=["base", "more"], replications=5)
    assert "values" not in result.to_dict()["measures"][0]
    told = result.to_dict(values=True)["measures"]
    keys = ["variant", "measure", "population", "statistic"]
    table = result.replications.set_index(keys)["value"].sort_index()
    assert {row["variant"] for row in told} == {"base", "more"}
    for row in told[:: len(told) // 20]:
        values = table.loc[tuple(row[key] for key in keys)].to_numpy()
        assert [np.nan if one is None else one for one in row["values"]] == pytest.approx(
            values, nan_ok=True
        )
        there = values[~np.isnan(values)]
        assert row["estimate"] == pytest.approx(there.mean())
        assert row["standard_error"] == pytest.approx(there.std(ddof=1) / len(there) ** 0.5)
    alike = bcpsim.run(SMALL, replications=3, weight="traveller").to_dict(values=True)["measures"]
    for row in alike:
        assert (row["standard_error"] is None) == (row["weight"] == "traveller")


def test_a_result_says_how_it_was_made_and_keeps_the_scenario_as_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    parent = SMALL.read_bytes().replace(b"{pattern: constant, rate: 60/h}", b"&a {pattern: times, file: seen.csv, time_column: at}")  # noqa: E501  # fmt: skip
    (home / "parent.yaml").write_bytes(parent)
    written = b"\xef\xbb\xbf# Mine\r\nextends: parent.yaml\r\nname:    child\r\n"
    (home / "child.yaml").write_bytes(written)
    (home / "seen.csv").write_text("at\n2026-04-13T00:05\n", "utf-8")
    overrides = {"stops.booths.lanes": "3"}
    result = bcpsim.run(home / "child.yaml", replications=2, overrides=overrides)
    out = bcpsim.save(result, tmp_path / "out")
    assert (out / "written" / "child.yaml").read_bytes() == written
    assert (out / "written" / "parent.yaml").read_bytes() == parent
    assert (out / "written" / "seen.csv").read_bytes() == (home / "seen.csv").read_bytes()
    stored = bcpsim.load_result(out)
    assert stored.provenance["overrides"] == overrides
    again = bcpsim.run(out / "written" / "child.yaml", replications=2, overrides=overrides)
    pd.testing.assert_frame_equal(again.measures, stored.measures)
    as_run = bcpsim.run(out / "scenario-base.yaml", replications=2)
    pd.testing.assert_frame_equal(as_run.measures, stored.measures)


def test_the_same_inputs_give_the_same_bytes_but_for_when_it_was_made(tmp_path: Path) -> None:
    for name in ("a", "b"):
        bcpsim.save(bcpsim.run(SMALL, replications=2), tmp_path / name)
    files = {
        name: {
            path.relative_to(tmp_path / name).as_posix(): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file() and path.name != "made.json"
        }
        for name in ("a", "b")
    }
    assert files["a"] == files["b"]
    first, second = (bcpsim.verify_result(tmp_path / name) for name in ("a", "b"))
    assert first.whole
    assert first.digest == second.digest
    assert first.files == len(files["a"]) - 1  # without that of the digests


def test_a_table_that_was_changed_meanwhile_isnt_taken_for_the_one_that_was_read(
    tmp_path: Path,
) -> None:
    text = SMALL.read_text("utf-8").replace(
        "{pattern: constant, rate: 60/h}", "{pattern: times, file: seen.csv, time_column: at}"
    )
    (tmp_path / "seen.yaml").write_text(text, "utf-8")
    (tmp_path / "seen.csv").write_text("at\n2026-04-13T00:05\n", "utf-8")
    result = bcpsim.run(tmp_path / "seen.yaml", replications=2)
    (tmp_path / "seen.csv").write_text("at\n2026-04-13T00:06\n", "utf-8")
    with pytest.warns(UserWarning, match=r"seen\.csv was changed while the program ran"):
        bcpsim.save(result, tmp_path / "out")
    assert not list((tmp_path / "out").rglob("seen.csv"))
    [problem] = bcpsim.verify_result(tmp_path / "out").problems
    assert "seen.csv" in problem


@pytest.mark.parametrize("name", ["../../evil", "a/b", "=1+1", "-x", "früh & spät"])
def test_variants_of_any_name_lie_in_the_result_and_are_read_back(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "deep" / "named.yaml"
    path.parent.mkdir()
    text = SMALL.read_text("utf-8").replace("  more:", f"  {name!r}:")
    path.write_text(text, "utf-8")
    try:
        result = bcpsim.run(path, variants=[name], replications=2)
    except bcpsim.ScenarioError:
        return  # a name that the file may not have
    out = bcpsim.save(result, tmp_path / "deep" / "out")
    assert {entry.name for entry in tmp_path.iterdir()} == {"deep"}
    assert {entry.name for entry in path.parent.iterdir()} == {"named.yaml", "out"}
    stored = bcpsim.load_result(out)
    assert stored.variants == (name,)
    assert set(stored.measures["variant"]) == {name}
    assert stored.scenario(name).hash == result.variants[0].loaded.hash
