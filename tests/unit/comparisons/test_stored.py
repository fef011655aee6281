"""Results that were kept are compared as if they were run together."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from booth import written

import bcpsim
from bcpsim.errors import InputError


def kept(folder: Path, scenario: Path, name: str, **settings: object) -> Path:
    result = bcpsim.run(scenario, event_log="none", **{"replications": 6, **settings})
    return bcpsim.save(result, folder / name)


def test_stored_results_give_what_a_comparison_of_runs_does(tmp_path: Path) -> None:
    path = written(tmp_path, rate="50/h")
    folders = [
        kept(tmp_path, path, "today"),
        kept(tmp_path, path, "tomorrow", variants=["two"]),
    ]
    stored = bcpsim.compare_results(folders)
    ran = bcpsim.compare(path, replications=6)
    assert stored.names == ("today", "tomorrow")
    assert stored.warnings == ()
    columns = ["measure", "population", "statistic"]
    own, other = (one.measures.drop(columns=["baseline", "alternative"]) for one in (stored, ran))
    pd.testing.assert_frame_equal(own, other, rtol=1e-12)
    assert own[columns].to_numpy().tolist() == other[columns].to_numpy().tolist()
    saved = bcpsim.save_comparison(stored, tmp_path / "both")
    assert json.loads((saved / "comparison.json").read_text("utf-8"))["best"]["name"] == "tomorrow"
    assert (
        bcpsim.load(saved / "scenario-tomorrow.yaml").scenario.stops["booths"].lanes[0].count == 2
    )


def test_variants_of_one_result_and_of_several_have_names(tmp_path: Path) -> None:
    path = written(tmp_path, rate="50/h")
    both = kept(tmp_path, path, "both", variants=["base", "two"])
    assert bcpsim.compare_results([both]).names == ("base", "two")
    assert bcpsim.compare_results([both], baseline="two").names == ("two", "base")
    one = kept(tmp_path, path, "one")
    comparison = bcpsim.compare_results([one, both])
    assert comparison.names == ("one", "both:base", "both:two")
    [same] = [note for note in comparison.notes if note.startswith("both:base: ")]
    assert same == (
        "both:base: nobody waits shorter or longer than in one in any of 6 replications; it "
        "changes nothing: the scenario has these values already"
    )
    with pytest.raises(InputError, match="no result is called 'three'; expected one of: one, both"):
        bcpsim.compare_results([one, both], alternatives=["three"])
    with pytest.raises(InputError, match="a comparison needs a baseline and other ways"):
        bcpsim.compare_results([one])
    with pytest.raises(InputError, match="a result comes twice"):
        bcpsim.compare_results([one, one])


def test_what_was_not_made_alike_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, rate="50/h")
    first = kept(tmp_path, path, "first")
    second = kept(tmp_path, path, "second", seed=2, replications=8)
    busy = kept(tmp_path, written(tmp_path, rate="55/h"), "busy")
    comparison = bcpsim.compare_results([first, second])
    assert comparison.count == 6
    assert comparison.warnings == (
        "the results have different seeds (first: 1, second: 2): they don't see the same vehicles, "
        "and the intervals are wider for it",
        "the results have different numbers of replications (first: 6, second: 8): the first 6 are "
        "compared",
    )
    [traffic] = bcpsim.compare_results([first, busy]).warnings
    assert traffic.startswith("first and busy don't have the same traffic (source cars)")


def test_other_times_and_changed_tables_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, rate="50/h")
    first = kept(tmp_path, path, "first")
    short = tmp_path / "short.yaml"
    short.write_text(path.read_text("utf-8").replace("24 h", "12 h"), "utf-8")
    other = kept(tmp_path, short, "other")
    with pytest.raises(InputError, match=r"can't be compared: horizon\.duration"):
        bcpsim.compare_results([first, other])
    with pytest.raises(InputError, match="at least 2 replications"):
        bcpsim.compare_results([first, kept(tmp_path, path, "single", replications=1)])
    changed = kept(tmp_path, path, "changed")
    file = changed / "replications.parquet"
    table = pd.read_parquet(file)
    table.drop(index=[3]).to_parquet(file, index=False)
    with pytest.raises(InputError, match=r"replications\.parquet"):
        bcpsim.compare_results([first, changed])


def test_single_variants_of_a_result_are_compared(tmp_path: Path) -> None:
    path = written(tmp_path, rate="50/h")
    both = kept(tmp_path, path, "both", variants=["base", "two"])
    one = kept(tmp_path, path, "one")
    assert bcpsim.compare_results([f"{both}:two", f"{both}:base"]).names == ("two", "base")
    mixed = bcpsim.compare_results([one, f"{both}:two"])
    assert mixed.names == ("one", "both:two")
    ran = bcpsim.compare(path, replications=6)
    assert mixed.measures["change"].equals(ran.measures["change"])
    with pytest.raises(InputError, match="both: unknown variant 'tow'; expected one of: base, two"):
        bcpsim.compare_results([one, f"{both}:tow"])
    for twice in ([f"{both}:two", f"{both}:two"], [f"{both}:two", both], [both, f"{both}:two"]):
        with pytest.raises(InputError, match="a result comes twice"):
            bcpsim.compare_results(twice)


def test_a_folder_may_have_a_colon_in_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, rate="50/h")
    folders = [kept(tmp_path, path, "a"), kept(tmp_path, path, "a:two", variants=["two"])]
    assert bcpsim.compare_results(folders).names == ("a", "a:two")
