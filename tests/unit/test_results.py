"""Results that are read back from their folder, and the names of their files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bcpsim
from bcpsim.results import file_name, scenario_file

SMALL = Path(__file__).parents[1] / "data" / "small.yaml"


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
