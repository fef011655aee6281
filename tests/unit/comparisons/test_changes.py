"""Changes asked about without a variant: how they are written, named and put together."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from booth import BOOTH, written

import bcpsim
from bcpsim.comparisons.changes import Change, names_of, parse_change
from bcpsim.errors import InputError, ScenarioError


def test_a_change_sets_values_and_takes_variants() -> None:
    change = parse_change("stops.a.lanes=5 + late+more + officers.g.shifts.0.count = 3")
    assert change.variants == ("late", "more")
    assert change.overrides == {"stops.a.lanes": "5", "officers.g.shifts.0.count": "3"}
    assert change.on("base") == "late+more"
    assert change.on("windy") == "windy+late+more"
    assert parse_change("stops.a.lanes=5").on("base") == "base"
    # Only a plus between blanks joins.
    assert parse_change("a.b=1+2").overrides == {"a.b": "1+2"}
    assert parse_change("a.title=Bus+Car").overrides == {"a.title": "Bus+Car"}
    assert parse_change("a.b=1e+5").overrides == {"a.b": "1e+5"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected KEY.PATH=VALUE"),
        ("a.b=", "expected KEY.PATH=VALUE"),
        ("=3", "expected KEY.PATH=VALUE"),
        ("stops.a.lanes 5", "expected KEY.PATH=VALUE"),
        ("a.b=1 + ", "expected KEY.PATH=VALUE"),
        ("+", "expected KEY.PATH=VALUE"),
        ("late+", "expected KEY.PATH=VALUE"),
        ("a.b=1 + a.b=2", "sets a.b twice"),
        ("a.b=1+c.d=2", r"'1\+c.d=2' is no value of a.b; .*: 'a.b=1 \+ c.d=2'"),
        ("a.b=1 +c.d=2", r"changes: 'a.b=1 \+ c.d=2'"),
        ("late + a.b=1+ c.d=2+e.f.0.g=3", r"changes: 'a.b=1 \+ c.d=2 \+ e.f.0.g=3'"),
        ("a.b=1+late", r"changes: 'a.b=1 \+ late'"),
    ],
)
def test_what_is_no_change_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_change(text)


def test_a_change_has_its_text_as_a_name() -> None:
    texts = ["stops.a.lanes=5  + late", "a.b=../../x", "a." + "b" * 80 + "=1"]
    names = names_of([Change(text) for text in texts])
    assert names == ["stops.a.lanes=5 + late", "a.b=../../x", "change_3"]


def test_today_is_compared_with_changes_and_not_with_the_variants(tmp_path: Path) -> None:
    path = written(tmp_path, rate="50/h")
    both = "stops.booths.lanes=2 + officers.guards.shifts.0.count=2"
    comparison = bcpsim.compare(path, changes=["stops.booths.lanes=2", both], replications=5)
    assert comparison.names == (
        "base",
        "stops.booths.lanes=2",
        "stops.booths.lanes=2 + officers.guards.shifts.0.count=2",
    )
    frame = comparison.measures.set_index(["alternative", "measure", "population", "statistic"])
    waits = frame.xs(("waiting_time", "all", "mean"), level=[1, 2, 3])["difference"]
    assert waits.iloc[0] == 0  # a lane without an officer
    assert waits.iloc[1] < 0
    # What the variant of the file gives, to the bit: the same change and the same cars.
    variant = bcpsim.compare(path, alternatives=["two"], replications=5).measures
    own = frame.loc[comparison.names[2]].reset_index()
    assert own["alternative_mean"].equals(variant["alternative_mean"])
    assert comparison.notes == (
        "stops.booths.lanes=2: nobody waits shorter or longer than in base in any of 5 "
        "replications; Booths: never more than 1 officer is on duty for its 2 lanes: 1 always "
        "without an officer",
    )


def test_changes_stand_beside_variants_that_are_named_and_lie_on_the_baseline(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, rate="50/h")
    comparison = bcpsim.compare(
        path,
        baseline="two",
        alternatives=["base"],
        changes=["traffic.cars.arrivals.scale=1.5"],
        replications=3,
    )
    assert comparison.names == ("two", "base", "traffic.cars.arrivals.scale=1.5")
    assert [len(plan.officers) for plan in comparison.plans] == [2, 1, 2]
    assert len(comparison.warnings) == 1  # not the same traffic


def test_changes_are_made_to_one_file(tmp_path: Path) -> None:
    path = written(tmp_path)
    with pytest.raises(InputError, match="one scenario file"):
        bcpsim.compare([path, path], changes=["stops.booths.lanes=2"])
    with pytest.raises(ScenarioError, match=r"changes: stops\.booth: .*did you mean 'booths'"):
        bcpsim.compare(path, changes=["stops.booth.lanes=2"])


def combined(folder: Path) -> Path:
    scenario = {
        **BOOTH,
        "variants": {
            "two": {"title": "Two", **BOOTH["variants"]["two"]},
            "busy": {"title": "Busy", "traffic": {"cars": {"arrivals": {"rate": "110/h"}}}},
            "three": {"stops": {"booths": {"lanes": 3}}},
            "wide": {"stops": {"booths": {"lanes": 2}}},
        },
    }
    path = folder / "combined.yaml"
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), "utf-8")
    return path


def test_variants_are_put_together_in_any_order(tmp_path: Path) -> None:
    path = combined(tmp_path)
    one, other = (bcpsim.load(path, variant=name) for name in ("two+busy", "busy+two"))
    assert one.hash == other.hash
    assert (one.variant, other.variant) == ("two+busy", "busy+two")
    assert len(one.scenario.officers["guards"].shifts) == 1
    assert one.scenario.officers["guards"].shifts[0].count == 2
    # What both set to the same is no conflict.
    assert bcpsim.load(path, variant="two+wide").hash == bcpsim.load(path, variant="two").hash


def test_variants_that_set_the_same_to_different_values_are_told(tmp_path: Path) -> None:
    path = combined(tmp_path)
    with pytest.raises(ScenarioError) as told:
        bcpsim.load(path, variant="two+busy+three")
    [problem] = told.value.problems
    lines = path.read_text("utf-8").splitlines()
    assert problem.field == "stops.booths.lanes"
    assert lines[problem.line - 1].strip() == "lanes: 3"
    first = next(k for k, line in enumerate(lines, 1) if line.strip() == "lanes: 2")
    assert problem.message == (
        f"is set by 'three' here and by 'two' in line {first}, to different values; variants can "
        "be put together where they don't change the same (a list is one value)"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("two+bussy", "unknown variant 'bussy'.*did you mean 'busy'"),
        ("base+two", "unknown variant 'base'"),
        ("two+", "expected a name, or names joined by .*, found 'two\\+'"),
        ("+", "expected a name, or names joined by .*, found '\\+'"),
        ("two+busy+two", "'two' comes twice in 'two\\+busy\\+two'"),
    ],
)
def test_a_wrong_part_of_a_combination_is_told(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        bcpsim.load(combined(tmp_path), variant=name)
