"""Claims: schedule of looks, verdicts, rules, designs, mechanisms, and a whole check."""

from __future__ import annotations

import io
import json
import math
import re
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from places import DATA, ROOT
from printing import printed
from scipy.stats import norm

import bcpsim
from bcpsim.claims import Estimate, Verdict, uncertain
from bcpsim.claims.attribution import _part
from bcpsim.claims.bounds import Bound
from bcpsim.claims.conditions import design
from bcpsim.claims.file import ClaimFile, Conditions
from bcpsim.claims.rules import Side, find_rule
from bcpsim.claims.uncertain import draw_inputs
from bcpsim.claims.verdict import answer, decide, effect_of
from bcpsim.cli.progress import progress
from bcpsim.kpi import Row
from bcpsim.plan import size
from bcpsim.report.claims import claim_answer
from bcpsim.stats.looks import levels, looks
from bcpsim.studies import study_schema

SHIPPED = ROOT / "experiments" / "claims"
CLAIM = DATA / "claim.yaml"
CONTENT = {
    "name": "a",
    "sentence": "b",
    "source": {"title": "c"},
    "scenario": "d.yaml",
    "baseline": "base",
    "alternatives": "other",
    "measure": "waiting_time",
}
ROW = Row("waiting_time", "all", "mean")


def claim(**keys: object) -> ClaimFile:
    return ClaimFile.model_validate({**CONTENT, **keys})


@pytest.fixture(scope="module", autouse=True)
def few_draws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uncertain, "DRAWS", 8)
        patch.setattr(uncertain, "REPLICATIONS", 5)
        yield


@pytest.fixture(scope="module")
def checked() -> bcpsim.ClaimCheck:
    return bcpsim.check(CLAIM)


def test_looks_double_up_to_the_last() -> None:
    assert looks(40, 320) == (40, 80, 160, 320)
    assert looks(50, 120) == (50, 100, 120)
    assert looks(60, 60) == (60,)


def test_no_look_comes_before_verdicts_begin() -> None:
    assert looks(10, 160) == (40, 80, 160)
    assert looks(20, 20) == (40,)


def test_one_look_spends_everything() -> None:
    assert levels((40,), 0.95) == pytest.approx((0.95,))


def test_each_look_spends_the_part_of_its_replications_and_all_what_was_asked() -> None:
    numbers = (20, 40, 80, 160)
    bounds = norm.ppf((1 + np.array(levels(numbers, 0.9))) / 2)
    steps = np.random.default_rng(1).standard_normal((200_000, 4)) * np.sqrt([20, 20, 40, 80])
    z = np.abs(steps.cumsum(axis=1)) / np.sqrt(numbers)
    crossed = z > bounds
    first = np.bincount(crossed.argmax(axis=1)[crossed.any(axis=1)], minlength=4) / len(z)
    parts = [0.0125, 0.0125, 0.025, 0.05]
    assert first == pytest.approx(parts, abs=4 * (0.05 / len(z)) ** 0.5)


def test_a_bound_is_read_with_its_unit() -> None:
    assert claim(reduction="at least 30 %").bound == Bound(low=30.0, unit="%")
    assert claim(increase="at most -2.5 min").bound == Bound(high=-2.5, unit="min")
    assert claim(reduction="at least 1 point").bound.unit == "points"
    assert str(claim(reduction="at least 1 point", precision="1 point").precision) == "1 point"


@pytest.mark.parametrize(
    ("bound", "low", "high", "verdict"),
    [
        ("at least 30 %", 30.0, 35.0, Verdict.SUPPORTED),
        ("at least 30 %", 25.0, 29.9, Verdict.REFUTED),
        ("at least 30 %", 29.0, 31.0, Verdict.INCONCLUSIVE),
        ("at least 30 %", -math.inf, math.inf, Verdict.INCONCLUSIVE),
        ("at least 30 %", math.nan, math.nan, Verdict.INCONCLUSIVE),
        ("at most 30 %", 25.0, 30.0, Verdict.SUPPORTED),
        ("at most 30 %", 30.1, 35.0, Verdict.REFUTED),
    ],
)
def test_the_verdict_asks_for_the_whole_interval(
    bound: str, low: float, high: float, verdict: Verdict
) -> None:
    assert decide(claim(reduction=bound), Estimate((low + high) / 2, low, high)) is verdict


def test_effects_have_the_claims_direction_and_unit() -> None:
    before, after = np.array([10.0, 12.0, 14.0]), np.array([6.0, 9.0, 12.0])
    relative = effect_of(claim(reduction="at least 30 %"), ROW, before, after, 0.95)
    assert relative.value == pytest.approx(25)
    assert relative.low < 25 < relative.high
    assert (
        effect_of(claim(increase="at least 30 %"), ROW, before, after, 0.95).value
        == -relative.value
    )
    difference = effect_of(claim(reduction="at least 2 min"), ROW, before, after, 0.95)
    assert difference.value == pytest.approx(3)


def test_an_open_verdict_says_how_many_replications_it_would_take() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(10, 1, 4000)
    after = before * 0.7 + rng.normal(-0.1, 1, 4000)  # a reduction of 31 %
    found = answer(claim(reduction="at least 30 %"), ROW, before[:100], after[:100], 0.95)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.needed is not None
    more = answer(claim(reduction="at least 30 %"), ROW, before, after, 0.95)
    assert more.verdict is Verdict.SUPPORTED
    assert more.needed is None


def test_a_rule_with_two_sides_is_found() -> None:
    load = np.repeat([0.5, 0.7, 0.9], 4)
    trucks = np.tile([10.0, 20.0, 30.0, 40.0], 3)
    holds = (load > 0.6) & (trucks > 15)
    rule = find_rule(["load", "trucks"], np.column_stack([load, trucks]), holds)
    assert rule is not None
    assert rule.sides == (Side("load", True, 0.5, 0.7), Side("trucks", True, 10.0, 20.0))
    assert (rule.inside, rule.inside_holding, rule.holding, rule.points) == (6, 6, 6, 12)
    assert rule.right == 12


def test_the_shorter_of_two_rules_as_good_is_taken() -> None:
    values = np.column_stack([np.arange(10), np.arange(10) ** 2])
    rule = find_rule(["a", "b"], values, np.arange(10) > 4)
    assert rule is not None
    assert len(rule.sides) == 1


def test_there_is_no_rule_where_there_is_nothing_to_tell() -> None:
    values = [[0.0], [0.0], [1.0], [1.0]]
    assert find_rule(["a"], values, [True] * 4) is None
    assert find_rule(["a"], values, [False] * 4) is None
    assert find_rule(["a"], values, [True, False, True, False]) is None


def test_a_rule_for_many_points_cuts_at_some_of_their_values() -> None:
    values = np.random.default_rng(1).random((1000, 16))
    tracemalloc.start()
    rule = find_rule([str(k) for k in range(16)], values, values[:, 3] + values[:, 7] > 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rule is not None
    assert {side.name for side in rule.sides} == {"3", "7"}
    assert peak < 100e6


def test_whole_numbers_are_taken_from_end_to_end_equally_often() -> None:
    over = {"a": {"set": "x", "between": [2, 5], "whole": True}}
    points = design(Conditions.model_validate({"over": over, "points": 8}), seed=1)
    assert sorted(point["a"] for point in points) == [2, 2, 3, 3, 4, 4, 5, 5]


def test_a_latin_hypercube_has_a_point_in_each_layer() -> None:
    over = {"a": {"set": "x", "between": [0, 8]}, "b": {"set": "y", "values": [1, 2, 4, 8]}}
    points = design(Conditions.model_validate({"over": over, "points": 8}), seed=1)
    assert sorted(int(point["a"]) for point in points) == list(range(8))
    assert sorted(point["b"] for point in points) == [1, 1, 2, 2, 4, 4, 8, 8]


def test_a_check_answers_for_the_claim_and_its_readings(checked: bcpsim.ClaimCheck) -> None:
    assert checked.verdict is Verdict.SUPPORTED
    assert checked.replications in checked.looks
    assert checked.precise
    [own] = checked.answers
    assert own.effect.half_width <= 8
    assert own.effect.value == pytest.approx(
        100 * (1 - own.alternative.value / own.baseline.value), rel=1e-12
    )
    assert [str(pair.rows[0]) for pair, _ in checked.readings] == [
        "waiting_time/class=truck/mean",
        "waiting_time/stop=desks/mean",
    ]


def test_conditions_are_set_in_both_ways_of_working(checked: bcpsim.ClaimCheck) -> None:
    assert checked.conditions is not None
    settings = [point.settings for point in checked.conditions.points]
    assert settings == [{"load": a, "guards": b} for a in (0.6, 1) for b in (2, 3)]
    for way in checked.loaded.ways:
        scenario = checked.loaded.load(way, settings[1]).scenario
        assert scenario.traffic["vehicles"].arrivals.scale == 0.6  # type: ignore[union-attr]
        assert scenario.stops["booths"].lanes[0].count == 3
        assert scenario.officers["guards"].shifts[0].count == 3
    utilisation = [next(iter(point.measured.values())) for point in checked.conditions.points]
    assert utilisation[0] < utilisation[2]


def test_a_share_is_taken_from_the_others(tmp_path: Path) -> None:
    visas = {"set": "classes.car.attributes.documents.visa", "values": [10, 50], "unit": "%"}
    content = {
        **CONTENT,
        "alternatives": "more",
        "scenario": "small.yaml",
        "reduction": "at least 5 %",
    }
    content |= {"conditions": {"over": {"visas": visas}}}
    (tmp_path / "claim.yaml").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "small.yaml").write_bytes((DATA / "small.yaml").read_bytes())
    loaded = bcpsim.load_claim(tmp_path / "claim.yaml")
    for way in loaded.ways:
        shares = loaded.load(way, {"visas": 10}).scenario.classes["car"].attributes["documents"]
        assert shares == {"visa": pytest.approx(0.1), "eu": pytest.approx(0.9)}


def test_a_condition_may_be_set_in_the_baseline_only() -> None:
    loaded = bcpsim.load_claim(SHIPPED / "aligned_shifts.yaml", allowed=[ROOT])
    offsets = [
        loaded.load(way, {"offset": 120}).scenario.officers["customs_officers"].shift_offset
        for way in loaded.ways
    ]
    assert offsets == [120, 0]


def test_what_must_be_equal_is_adjusted_and_told(tmp_path: Path) -> None:
    content = {**CONTENT, "alternatives": "more", "scenario": "small.yaml", "readings": []}
    content |= {"reduction": "at least 40 %", "replications": {"at_least": 10, "at_most": 10}}
    content["equal"] = "officer_hours/agency=border_guard by officers.guards.shifts.0.count=1..3"
    (tmp_path / "claim.yaml").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "small.yaml").write_bytes((DATA / "small.yaml").read_bytes())
    [equality] = bcpsim.check(tmp_path / "claim.yaml").equalities
    # Two guards for two hours and one for two; one or two guards for four come as close.
    assert equality.baseline_mean == 6
    assert equality.alternative_mean in (4, 8)
    assert equality.value in ("1", "2")
    assert not equality.equal


def test_uncertain_inputs_widen_the_interval(checked: bcpsim.ClaimCheck) -> None:
    found = checked.uncertainty
    assert found is not None
    assert all(1 <= settings["pace"] <= 1.3 for settings, _ in found.draws)
    estimates = [estimate for _, estimate in found.draws]
    assert found.effect.value == pytest.approx(np.mean([one.value for one in estimates]))
    assert found.effect.low < min(one.value for one in estimates)
    assert found.effect.high > max(one.value for one in estimates)


def test_parts_add_up_and_what_does_nothing_gets_nothing(checked: bcpsim.ClaimCheck) -> None:
    found = checked.attributed
    assert found is not None
    assert (found.combinations, found.runs, found.orders) == (4, 2, 0)
    for split in found.splits:
        later, nothing = split.shares
        assert later.effect.value + nothing.effect.value == pytest.approx(split.total.value)
        assert nothing.effect == Estimate(0.0, 0.0, 0.0)
        assert [step.without for step in split.remainders] == [("nothing",), ("later", "nothing")]
        assert split.remainders[0].effect == split.total
        assert split.remainders[1].effect.value == 0


@pytest.mark.parametrize("variance", [0.0, 4.0])
def test_from_zero_a_part_in_per_cent_is_not_a_number(variance: float) -> None:
    change = np.array([0.0, 1.0, 2.0])
    part = _part(claim(reduction="at least 30 %"), np.zeros(3), change, variance)
    assert all(map(math.isnan, (part.value, part.low, part.high)))


def written(folder: Path, **keys: object) -> Path:
    content = {**CONTENT, "scenario": "small.yaml", "alternatives": "more"}
    content |= {"reduction": "at least 40 %", "readings": []}
    content |= {"replications": {"at_least": 10, "at_most": 10}, **keys}
    content = {key: value for key, value in content.items() if value is not None}
    (folder / "small.yaml").write_bytes((DATA / "small.yaml").read_bytes())
    (folder / "claim.yaml").write_text(json.dumps(content), encoding="utf-8")
    return folder / "claim.yaml"


def mistakes_before_a_run(path: Path) -> list[bcpsim.errors.Problem]:
    runs: list[int] = []
    with pytest.raises(bcpsim.ScenarioError) as caught:
        bcpsim.check(path, progress=lambda done, total: runs.append(done))
    assert not runs
    return list(caught.value.problems)


def test_a_point_that_gives_no_whole_number_is_found_before_a_run(tmp_path: Path) -> None:
    load = {"set": "traffic.vehicles.arrivals.scale", "between": [0.5, 1]}
    guards = {"set": "officers.guards.shifts.0.count", "between": [1, 3]}
    conditions = {"over": {"load": load, "guards": guards}, "points": 8, "replications": 5}
    [one] = mistakes_before_a_run(written(tmp_path, conditions=conditions))
    assert one.field == "conditions.over.guards"
    assert re.search(r"expected a whole number, found .* \(with load 0\.\d+, guards ", one.message)
    guards["whole"] = True
    found = bcpsim.check(written(tmp_path, conditions=conditions)).conditions
    assert found is not None
    assert {point.settings["guards"] for point in found.points} == {1, 2, 3}


def test_a_draw_that_gives_no_whole_number_is_found_before_a_run(tmp_path: Path) -> None:
    guards = {"set": "officers.guards.shifts.0.count", "between": [1, 3]}
    [one] = mistakes_before_a_run(written(tmp_path, uncertain={"guards": guards}))
    assert one.field == "uncertain.guards"
    guards["whole"] = True
    drawn = draw_inputs(bcpsim.load_claim(written(tmp_path, uncertain={"guards": guards})), 1)
    assert {settings["guards"] for settings in drawn} == {1, 2, 3}


def test_conditions_that_are_too_much_only_together_are_found_before_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "MAX_VISITS", 1000)  # 480 are usual
    over = {
        "load": {"set": "traffic.vehicles.arrivals.scale", "values": [1, 2]},
        "hours": {"set": "horizon.duration", "values": [4, 8], "unit": "h"},
    }
    [one] = mistakes_before_a_run(written(tmp_path, conditions={"over": over}))
    assert one.field == "conditions.over"
    assert one.message.endswith("(with load 2, hours 8)")


def test_switches_that_are_wrong_only_together_are_found_before_a_run(tmp_path: Path) -> None:
    def shares(**classes: str) -> dict[str, object]:
        bus = {"classes": {"bus": {"title": "Buses"}}} if "bus" in classes else {}
        return {"changes": {"traffic": {"vehicles": {"classes": classes}}, **bus}}

    switches = {
        "buses": shares(car="70 %", truck="20 %", bus="10 %"),
        "trucks": shares(car="70 %", truck="30 %"),
        "both": shares(car="60 %", truck="30 %", bus="10 %"),
    }
    path = written(
        tmp_path, alternatives=None, attribution={"switches": switches, "replications": 5}
    )
    [one] = mistakes_before_a_run(path)
    assert one.field == "attribution.switches"
    assert one.message.endswith("(with switches on: buses, trucks)")


def test_free_text_with_brackets_is_printed_as_it_is(tmp_path: Path) -> None:
    path = "traffic.vehicles.arrivals.scale"
    over = {"load": {"set": path, "title": "x [/h]", "values": [0.6, 1]}}
    inputs = {"pace": {"set": "officers.officers.skills.goods", "between": [1, 1.3]}}
    file = written(tmp_path, conditions={"over": over, "replications": 5}, uncertain=inputs)
    checked = bcpsim.check(file)
    pace = checked.loaded.file.uncertain["pace"].model_copy(update={"unit": "[/h]"})
    asked = checked.loaded.file.model_copy(update={"uncertain": {"pace": pace}})
    checked = replace(checked, loaded=replace(checked.loaded, file=asked))
    text = printed(claim_answer(checked))
    assert "x [/h]" in text
    assert "1.3 [/h]" in text


def test_a_progress_bar_shows_brackets_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")  # a dumb one gets no bar
    with progress(False, "x [/h]") as bar:
        assert bar is not None
        bar(1, 2)
    assert "x [/h]" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_more_than_eight_mechanisms_are_sampled(tmp_path: Path) -> None:
    switches = {f"none_{k}": {"changes": {"title": str(k)}} for k in range(8)}
    shifts = [{"from": "00:00", "to": "24:00", "count": 2}]
    switches["later"] = {"changes": {"officers": {"guards": {"shifts": shifts}}}}
    content = {**CONTENT, "scenario": "small.yaml", "reduction": "at least 40 %"}
    content |= {"replications": {"at_least": 10, "at_most": 10}, "readings": []}
    content |= {"attribution": {"switches": switches, "replications": 10, "permutations": 4}}
    del content["alternatives"]
    (tmp_path / "claim.yaml").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "small.yaml").write_bytes((DATA / "small.yaml").read_bytes())
    found = bcpsim.check(tmp_path / "claim.yaml").attributed
    assert found is not None
    assert (found.orders, found.runs) == (4, 2)
    [split] = found.splits
    assert split.shares[-1].effect.value == pytest.approx(split.total.value)
    assert all(share.effect.value == 0 for share in split.shares[:-1])


def test_a_check_is_the_same_for_any_number_of_workers(checked: bcpsim.ClaimCheck) -> None:
    assert bcpsim.check(CLAIM, workers=2).to_dict() == checked.to_dict()


def test_plain_data_have_no_infinite_numbers(checked: bcpsim.ClaimCheck) -> None:
    data = json.loads(json.dumps(checked.to_dict(), allow_nan=False))
    assert data["verdict"] == "supported"
    assert data["claim"]["reduction"] == "at least 40 %"
    assert data["provenance"]["seed"] == 1


def test_the_schema_describes_every_key() -> None:
    schema = study_schema(ClaimFile)
    for record in (schema, *schema["$defs"].values()):
        for name, field in record["properties"].items():
            target = field.get("$ref", "").rpartition("/")[2]
            assert field.get("description") or schema["$defs"][target]["description"], name
