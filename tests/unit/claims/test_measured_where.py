"""Claims that say where their figure was measured."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from borders import border
from printing import printed
from pydantic import TypeAdapter

import bcpsim
from bcpsim.kpi import MEASURES
from bcpsim.plan import compile_plan
from bcpsim.report.claim_words import verdict_words
from bcpsim.report.claims import claim_answer
from bcpsim.runs import Measured, measure
from bcpsim.scenario.values import OpeningWindow

DATA = Path(__file__).parents[2] / "data"
SHIPPED = Path(__file__).parents[3] / "scenarios" / "sea"
OPENING: TypeAdapter[OpeningWindow] = TypeAdapter(OpeningWindow)
SCALE = {"traffic": {"vehicles": {"arrivals": {"scale": 0.5}}}}
CLAIM: dict[str, Any] = {
    "name": "trucks",
    "sentence": "A guard more halves the wait.",
    "source": {"title": "A test"},
    "scenario": "small.yaml",
    "baseline": "base",
    "alternatives": "more",
    "measure": "waiting_time",
    "reduction": "at least 10 %",
    "replications": {"at_least": 40, "at_most": 40},
    "measured": {"where": "trucks on quiet days", "population": "class=truck", "changes": SCALE},
}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)


def test_measure_and_readings_are_of_those() -> None:
    readings = ["processing_time", "waiting_time/all/p95"]
    loaded = bcpsim.load_claim({**CLAIM, "readings": readings})
    assert str(loaded.measure.rows[0]) == "waiting_time/class=truck/mean"
    assert [str(pair.rows[0]) for pair in loaded.readings] == [
        "processing_time/class=truck/mean",
        "waiting_time/all/p95",
    ]
    usual = bcpsim.load_claim(CLAIM).readings
    assert usual
    assert all("class=truck" in pair.rows[0].population for pair in usual)


def test_what_is_changed_is_changed_in_every_way_of_working() -> None:
    check = bcpsim.check({**CLAIM, "readings": []})
    for one in check.scenarios:
        assert one.scenario.traffic["vehicles"].arrivals.scale == 0.5  # type: ignore[union-attr]
    assert "Measured, as the source says: trucks on quiet days." in printed(claim_answer(check))


# --- Hours ----------------------------------------------------------------------------------

BOOTH = border(
    horizon={"start": "2026-07-05T05:00", "duration": "36 h", "ending": "drain"},  # a Sunday
    stops={"booth": {"lanes": 1}},
    variants={"quick": {"activities": {"check": {"duration": "7 min"}}}},
)
CARS = """at
2026-07-05 06:00
2026-07-05 06:05
2026-07-05 06:08
2026-07-05 09:55
2026-07-05 10:00
2026-07-06 07:00
2026-07-06 07:00
"""
WAITS = {
    "05:00-12:00": ([0, 5, 12, 0, 5, 0, 10], [0, 2, 6, 0, 2, 0, 7]),
    # Who comes at ten isn't of the time before; who comes at six is of that from then on.
    "06:00-10:00": ([0, 5, 12, 0, 0, 10], [0, 2, 6, 0, 0, 7]),
    ("sun", "06:00", "10:00"): ([0, 5, 12, 0], [0, 2, 6, 0]),
    ("mon", "06:00", "10:00"): ([0, 10], [0, 7]),
    "06:05-10:01": ([5, 12, 0, 5, 0, 10], [2, 6, 0, 2, 0, 7]),
}
"""Waits in the order of arrival with checks of 10 and of 7 min, by hand."""


def of_hours(folder: Path, hours: Any, **keys: Any) -> dict[str, Any]:
    (folder / "cars.csv").write_text(CARS, "utf-8")
    (folder / "booth.yaml").write_text(yaml.safe_dump(BOOTH), "utf-8")
    claim = {
        **CLAIM,
        "scenario": "booth.yaml",
        "alternatives": "quick",
        "measure": "waiting_time",
        "readings": [],
        "measured": {"where": "in the morning", "hours": hours},
    }
    return {**claim, **keys}


@pytest.mark.parametrize("given", WAITS, ids=str)
def test_those_alone_count_who_arrive_then(
    given: str | tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    window: Any = given
    if isinstance(given, tuple):
        window = dict(zip(("days", "from", "to"), given, strict=True))
    readings = ["waiting_time/all/max", "arrivals"]
    check = bcpsim.check(of_hours(tmp_path, window, readings=readings, equal="released"))
    before, after = (np.array(waits) for waits in WAITS[given])
    [answer] = check.answers
    assert answer.baseline.value == pytest.approx(before.mean())
    assert answer.alternative.value == pytest.approx(after.mean())
    assert answer.effect.value == pytest.approx(100 * (1 - after.mean() / before.mean()))
    [[most], [number]] = [answers for _, answers in check.readings]
    assert (most.baseline.value, most.alternative.value) == (before.max(), after.max())
    assert number.baseline.value == len(before)
    assert check.equalities[0].baseline_mean == len(before)
    # What isn't of those who arrive stays that of the whole time.
    assert check.resources[0].means == (36.0, 36.0)


def test_the_answer_tells_of_the_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    hours = [{"from": "22:00", "to": "06:00"}, {"from": "06:00", "to": "10:00", "days": "sat-sun"}]
    check = bcpsim.check(of_hours(tmp_path, hours))
    told = "Of vehicles, those alone count who arrive 22:00-06:00; 06:00-10:00 on sat, sun."
    assert told in printed(claim_answer(check))
    assert check.to_dict()["claim"]["measured"]["hours"][0]["from"] == "22:00"
    assert not check.warnings  # the night from Sunday to Monday is there as a whole


def test_hours_that_lie_outside_in_part_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cut = {"from": "04:00", "to": "06:30", "days": "sun"}
    check = bcpsim.check(of_hours(tmp_path, cut))
    told = "of 04:00-06:30 on sun no more than 1.5 h lie in the measured time: those who arrive"
    assert check.warnings == (f"{told} then are measured",)
    assert check.answers[0].baseline.value == pytest.approx(17 / 3)


def test_hours_at_which_nobody_arrives_decide_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    looks = {"at_least": 40, "at_most": 1280}
    check = bcpsim.check(of_hours(tmp_path, "12:00-14:00", replications=looks))
    assert check.verdict == "inconclusive"
    assert check.replications == 40  # more wouldn't show anybody
    said = "inconclusive, as in no replication there is anybody to measure"
    assert check.stated == said
    assert f"Verdict: {said}." in printed(claim_answer(check))
    assert "reduction of waiting time, mean of nobody;" in printed(claim_answer(check))
    [answer] = check.answers
    assert verdict_words(answer) == "inconclusive; in no replication is there anybody to measure"


def test_what_is_adjusted_is_so_for_those_who_arrive_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Two officers let the third car of Sunday wait 2 min, as does one with checks of 5 min; on
    # Monday one of 5 min is worse.
    two = {
        "officers": {"guards": {"shifts": [{"from": "00:00", "to": "24:00", "count": 2}]}},
        "stops": {"booth": {"lanes": 2}},
    }
    claim = of_hours(
        tmp_path,
        {"from": "06:00", "to": "10:00", "days": "sun"},
        baseline={"changes": two},
        alternatives="base",
        equal="waiting_time by activities.check.duration=2 min..10 min",
        measure="service_time",
    )
    [equality] = bcpsim.check(claim).equalities
    assert equality.equal
    assert equality.baseline_mean == 0.5
    assert float((equality.value or "").split()[0]) == pytest.approx(5, rel=0.01)


def parts_of(path: Path, *windows: str) -> tuple[Measured, list[Measured]]:
    """Return what is measured of everybody, and of those who arrive in each of some windows."""
    loaded = bcpsim.load(path)
    hours = [OPENING.validate_python(one) for one in windows]
    plans = [compile_plan(loaded), *(compile_plan(loaded, (one,)) for one in hours)]
    every, *parts = measure(plans, range(2))
    return every, parts


def test_a_cost_of_the_whole_time_is_not_divided_by_what_is_found_in_some_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    claim = of_hours(tmp_path, "06:00-10:00", measure="cost_per_find")
    searched = border(
        horizon=BOOTH["horizon"],
        truths={"contraband": "10 %"},
        agencies={"guard": {"cost_per_hour": 30}},
        activities={
            "check": {
                "skill": "check",
                "duration": "10 min",
                "detection": {"of": {"contraband": "50 %"}},
            }
        },
        variants=BOOTH["variants"],
    )
    (tmp_path / "booth.yaml").write_text(yaml.safe_dump(searched), "utf-8")
    with pytest.raises(bcpsim.ScenarioError) as caught:
        bcpsim.load_claim(claim)
    [problem] = caught.value.problems
    assert (problem.field, "cost_per_find is of all that" in problem.message) == ("measure", True)
    del claim["measured"]["hours"]
    assert bcpsim.load_claim(claim).measure.rows[0].measure == "cost_per_find"


@pytest.mark.parametrize("path", [DATA / "rich.yaml", SHIPPED / "ferry_port.yaml"], ids=str)
def test_what_is_of_the_whole_time_does_not_change(path: Path) -> None:
    every, [part] = parts_of(path, "00:30-08:15")
    whole = [MEASURES[row.measure].over_time for row in every.rows]
    assert len({row.measure for row, one in zip(every.rows, whole, strict=True) if one}) >= 9
    pairs = zip(every.totals.T, part.totals.T, strict=True)
    same = [np.array_equal(*pair, equal_nan=True) for pair in pairs]
    assert all(np.array(same)[whole])
    of_all = [row.population == "all" and row.statistic != "max" for row in every.rows]
    assert not np.array(same)[np.array(of_all) & ~np.array(whole)].all()


@pytest.mark.parametrize("path", [DATA / "rich.yaml", SHIPPED / "ferry_port.yaml"], ids=str)
def test_numbers_of_two_parts_of_the_time_add_up(path: Path) -> None:
    every, parts = parts_of(path, "01:10-08:15", "08:15-01:10")
    numbers = [
        k
        for k, row in enumerate(every.rows)
        if row.statistic == "total" and not MEASURES[row.measure].over_time
    ]
    assert len(numbers) > 10
    assert np.array_equal(every.totals[:, numbers], sum(one.totals[:, numbers] for one in parts))
    assert all(one.totals[:, numbers].sum() > 0 for one in parts)


def test_the_usual_readings_are_means_and_the_percentiles_of_tables() -> None:
    usual = bcpsim.load_claim({key: CLAIM[key] for key in CLAIM if key != "measured"}).readings
    assert [str(pair.rows[0]) for pair in usual] == [
        "service_time/all/mean",
        "processing_time/all/mean",
        "processing_time/all/p90",
        "processing_time/all/p95",
        "waiting_time/all/p90",  # the mean is what the claim is about
        "waiting_time/all/p95",
        "time_in_system/all/mean",
        "time_in_system/all/p90",
        "time_in_system/all/p95",
        "waiting_time/stop=booths/mean",
        "waiting_time/stop=booths/p90",
        "waiting_time/stop=booths/p95",
        "service_time/stop=booths/mean",
    ]


def test_a_population_that_is_seldom_there_is_told() -> None:
    rare = {"traffic": {"vehicles": {"classes": {"car": "99.5 %", "truck": "0.5 %"}}}}
    measured = {**CLAIM["measured"], "changes": rare}
    check = bcpsim.check({**CLAIM, "readings": [], "measured": measured})
    absent = 9
    assert check.warnings == tuple(
        f"waiting time, mean, Trucks, {name}: in {absent} of 40 replications there is nobody to "
        "measure, and the mean is that of the others"
        for name in ("base", "more")
    )
