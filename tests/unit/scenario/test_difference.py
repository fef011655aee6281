"""Two scenarios or results told apart: which values, in which words, and by how much."""

from pathlib import Path

import pytest
from places import SMALL

import bcpsim
from bcpsim.scenario import load
from bcpsim.scenario.difference import scenario_changes


def changes(**overrides: str) -> list[tuple[str, str, str, str]]:
    """Return what differs after some values are set, with __ for the dots of key paths."""
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    found = scenario_changes(load(SMALL), load(SMALL, overrides=dotted))
    return [(one.path, one.words, one.first, one.second) for one in found]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "officers.guards.shifts.1.count",
            "3",
            ("officers.guards.shifts.1.count", "officers guards: shifts, count", "1", "3"),
        ),
        (
            "activities.goods.duration.mean",
            "100 s",
            ("activities.goods.duration.0.time.mean", "activity goods: duration, time, mean",
             "2 min", "100 s"),
        ),
        (
            "horizon.duration",
            "6 h",
            ("horizon.duration", "horizon duration", "4 h", "6 h"),
        ),
        (
            "stops.booths.title",
            "Cabins",
            ("stops.booths.title", "Booths: title", "Booths", "Cabins"),
        ),
        (
            "stops.booths.lanes",
            "3",
            ("stops.booths.lanes.0.count", "Booths: lanes, count", "2", "3"),
        ),
    ],
)  # fmt: skip
def test_a_value_is_told_by_key_path_and_in_words(
    path: str, value: str, expected: tuple[str, ...]
) -> None:
    assert changes(**{path.replace(".", "__"): value}) == [expected]


def test_what_is_put_between_others_shifts_none_of_them() -> None:
    shifts = (
        '[{from: "00:00", to: "02:00", count: 2}, {from: "02:00", to: "03:00", count: 4}, '
        '{from: "02:00", to: "04:00", count: 1}, {from: "04:00", to: "24:00", count: 2}]'
    )
    [(path, words, first, second)] = changes(officers__guards__shifts=shifts)
    assert (path, words, first) == ("officers.guards.shifts.1", "officers guards: shifts", "")
    assert "from: 02:00, to: 03:00" in second


def test_what_is_the_same_and_defaults_that_are_written_differ_in_nothing() -> None:
    assert changes() == []
    assert changes(stops__booths__queue="single", activities__goods__duration__mean="120 s") == []


def test_values_that_look_the_same_are_shown_in_full() -> None:
    [(_, _, first, second)] = changes(horizon__duration="240.000000001 min")
    assert first != second


def test_the_data_of_a_table_counts_its_name_does_not(tmp_path: Path) -> None:
    text = SMALL.read_text("utf-8").replace(
        "{pattern: constant, rate: 60/h}", "{pattern: times, file: a.csv, time_column: at}"
    )
    for name, minute in (("a", 5), ("b", 5), ("c", 6)):
        (tmp_path / f"{name}.yaml").write_text(text.replace("a.csv", f"{name}.csv"), "utf-8")
        (tmp_path / f"{name}.csv").write_text(f"at\n2026-04-13T00:0{minute}\n", "utf-8")
    a, b, c = (load(tmp_path / f"{name}.yaml") for name in "abc")
    assert scenario_changes(a, b) == []
    [change] = scenario_changes(a, c)
    assert change.path == "traffic.vehicles.arrivals.file"
    assert change.words == "traffic vehicles: arrivals: what is in the table"
    assert change.first.startswith("a.csv (SHA-256 ")
    assert change.second.startswith("c.csv (SHA-256 ")


def test_results_are_told_apart_by_scenario_making_and_measures(tmp_path: Path) -> None:
    options = {"replications": 3, "event_log": "none"}
    one_more = {"stops.desks.lanes": "3", "officers.officers.shifts.0.count": "2"}
    for name, overrides, seed in (("a", {}, 1), ("b", one_more, 1), ("c", {}, 2)):
        result = bcpsim.run(SMALL, overrides=overrides, seed=seed, **options)  # type: ignore[arg-type]
        bcpsim.save(result, tmp_path / name)
    same = bcpsim.diff(tmp_path / "a", tmp_path / "a")
    assert same.none
    assert same.compared == len(bcpsim.load_result(tmp_path / "a").measures)

    found = bcpsim.diff(tmp_path / "a", tmp_path / "b")
    assert [change.path for change in found.scenarios["base"]] == [
        "officers.officers.shifts.0.count",
        "stops.desks.lanes.0.count",
    ]
    assert found.made == (("--set", "", "stops.desks.lanes=3 officers.officers.shifts.0.count=2"),)
    assert found.measures is not None
    keys = ["measure", "population", "statistic"]
    hours = found.measures.set_index(keys).loc[("officer_hours", "agency=customs", "total")]
    assert (hours["first"], hours["second"]) == (4, 8)
    assert (hours["difference"], hours["change"]) == (4, 100)
    assert ("arrivals", "all", "total") not in found.measures.set_index(keys).index

    seeds = bcpsim.diff(tmp_path / "a", tmp_path / "c")
    assert seeds.made == (("seed", "1", "2"),)
    assert not seeds.scenarios["base"]
    assert not seeds.none


def test_variants_are_told_beside_the_base(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = SMALL.read_text("utf-8").replace("lanes: 2", "lanes: 4")
    more = '{from: "00:00", to: "24:00", count: 2}]}}'
    assert more in text
    other.write_text(
        text.replace(more, more.replace("count: 2", "count: 5"))
        + "  third: {stops: {booths: {lanes: 9}}}\n",
        "utf-8",
    )
    found = bcpsim.diff(SMALL, other)
    paths = {
        name: [(one.path, one.first, one.second) for one in some]
        for name, some in found.scenarios.items()
    }
    assert paths == {
        "base": [("stops.booths.lanes.0.count", "2", "4"), ("stops.desks.lanes.0.count", "2", "4")],
        "more": [("officers.guards.shifts.0.count", "2", "5")],
    }
    assert (found.only_first, found.only_second) == ((), ("third",))


def test_a_result_is_told_apart_from_the_file_that_it_was_made_of(tmp_path: Path) -> None:
    bcpsim.save(bcpsim.run(SMALL, replications=2, event_log="none"), tmp_path / "a")
    found = bcpsim.diff(tmp_path / "a", SMALL)
    assert found.scenarios == {"base": []}
    assert found.only_second == ("more",)
    with pytest.raises(bcpsim.InputError, match="nowhere"):
        bcpsim.diff(tmp_path / "a", tmp_path / "nowhere")
