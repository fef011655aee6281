"""Calibration: arithmetic in files, the fit itself, and unknowns recovered from simulated waits."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from rich.console import Console

import bcpsim
from bcpsim.calibration import CalibrationFile, fitting, read_values
from bcpsim.calibration.expressions import parse_expression, parse_template
from bcpsim.calibration.file import Loss, Unknown
from bcpsim.calibration.run_tables import tables_of_run
from bcpsim.calibration.simulated import simulate_rows
from bcpsim.calibration.study import load_calibration
from bcpsim.report.html import as_html
from bcpsim.report.observed import calibration_document, calibration_report
from bcpsim.report.terminal import as_text
from bcpsim.sampling.streams import uniforms

SCENARIO = """
name: hall
horizon: {start: 2026-04-13T00:00, duration: 6 h}
agencies: {guard: {}}
classes: {citizen: {}, visitor: {}}
traffic:
  citizens: {classes: {citizen: 1}, arrivals: {pattern: batch, count: 10}}
  visitors: {classes: {visitor: 1}, arrivals: {pattern: batch, count: 10}}
activities:
  passport:
    skill: passport
    duration:
      - {when: {class: citizen}, time: {distribution: gamma, mean: 1 min, cv: 0.5}}
      - {time: {distribution: gamma, mean: 1 min, cv: 0.5}}
officers:
  guards:
    agency: guard
    skills: passport
    stop: hall
    shifts: [{from: "00:00", to: "24:00", count: 2}]
stops: {hall: {lanes: 9}}
moves: [{from: arrival, to: hall, time: {distribution: uniform, low: 0 min, high: 1 min}}]
workflow: {entry: check, steps: {check: {stop: hall, do: passport, next: released}}}
"""
TRUTH = {"citizen": 25.0, "visitor": 70.0}


def calibration(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": "hall",
        "scenario": "hall.yaml",
        "data": {"file": "rows.csv", "order": ["day"]},
        "set": {
            "traffic.citizens.arrivals.count": "{citizens}",
            "traffic.visitors.arrivals.count": "{visitors}",
            "officers.guards.shifts.0.count": "{booths}",
            "activities.passport.duration.0.time.mean": "{citizen} s",
            "activities.passport.duration.1.time.mean": "{visitor} s",
        },
        "unknowns": {
            "citizen": {"start": 40, "low": 5, "high": 200},
            "visitor": {"start": 40, "low": 5, "high": 200},
        },
        "observe": {"wait": "waiting_time/all/mean"},
        "seed": 3,
    }
    return {**made, **changes}


def write(
    folder: Path, file: dict[str, Any], rows: list[dict[str, Any]], scenario: str = SCENARIO
) -> Path:
    (folder / "hall.yaml").write_text(scenario, encoding="utf-8")
    path = folder / "calibration.yaml"
    path.write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def some_rows(count: int = 30) -> list[dict[str, Any]]:
    rng = np.random.default_rng(5)
    return [
        {
            "day": 100 - k,  # latest first
            "citizens": int(rng.integers(10, 60)),
            "visitors": int(rng.integers(10, 60)),
            "booths": int(rng.integers(2, 6)),
            "wait": 0,
        }
        for k in range(count)
    ]


def observed_by_simulation(
    folder: Path, file: dict[str, Any], truth: dict[str, float], seed: int
) -> Path:
    """Write a calibration whose waits were simulated with known values and other numbers."""
    rows = some_rows()
    study = load_calibration(write(folder, {**file, "seed": seed}, rows))
    [place] = study.places
    waits = simulate_rows(study, place, truth).values[:, 0]
    for row, wait in zip(place.rows.tolist(), waits.tolist(), strict=True):
        rows[row]["wait"] = wait
    return write(folder, file, rows)


# --- Arithmetic -------------------------------------------------------------------------


def test_arithmetic_has_the_usual_order() -> None:
    expression = parse_expression("-(a + 2) * b / 4 - a")
    assert expression.names == {"a", "b"}
    assert expression({"a": 2.0, "b": 6.0}) == -8.0
    assert expression({"a": np.array([2.0, 0.0]), "b": 6.0}).tolist() == [-8.0, -3.0]


@pytest.mark.parametrize(
    "text",
    [
        *("", "a.b", "f(a)", "a % 9", "a[0]", "'a'", "a if b else c", "a < b", "True", "a; b"),
        *("1j", "__import__('os')", "(" * 200 + "a", "a + " * 200),
    ],
)
def test_anything_but_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no arithmetic|more than 500 characters"):
        parse_expression(text)


def test_powers_are_of_numbers_with_a_point() -> None:
    assert parse_expression("2 ** 3 ** 2")({}) == 512
    assert parse_expression("8 * (booths / 8) ** used")({"booths": 2, "used": 0.5}) == 4
    assert parse_expression("b ** 2")({"b": np.array([2.0, 3.0])}).tolist() == [4, 9]
    for text in ("9 ** 9 ** 9", "0 ** -1", "(0 - 8) ** 0.5"):
        with pytest.raises(ArithmeticError):
            parse_expression(text)({})


def test_templates_write_whole_numbers_whole_and_others_to_the_bit() -> None:
    template = parse_template("{n * 2} of {gap} s")
    assert template({"n": 60.0, "gap": 0.1 + 0.2}) == "120 of 0.30000000000000004 s"


@pytest.mark.parametrize("text", ["40 s", "{a", "a}", "{{a}}", "{}"])
def test_templates_need_an_expression_in_braces(text: str) -> None:
    with pytest.raises(ValueError, match=r"names no column|is no arithmetic"):
        parse_template(text)


# --- The fit ------------------------------------------------------------------------------

X = np.column_stack([np.ones(40), np.linspace(0, 3, 40)])
Y = X @ [2.0, 5.0] + np.random.default_rng(1).normal(0, 1, 40)
WIDE_RANGE = {name: Unknown(start=1, low=-20, high=30) for name in ("a", "b")}


def line(values: dict[str, float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(X @ [values["a"], values["b"]] - Y)


def test_least_squares_gives_the_line_and_its_robust_errors() -> None:
    found = fitting.fit(line, WIDE_RANGE, Loss())
    exact = np.linalg.lstsq(X, Y, rcond=None)[0]
    assert list(found.values.values()) == pytest.approx(exact.tolist(), abs=1e-6)
    inverse = np.linalg.inv(X.T @ X)
    pull = np.diag(X @ inverse @ X.T)
    score = X * ((Y - X @ exact) / (1 - pull))[:, None]
    error = np.sqrt(np.diag(inverse @ score.T @ score @ inverse))
    for one, e in zip(found.estimates.values(), error.tolist(), strict=True):
        assert one.high - one.low == pytest.approx(2 * 2.0244 * e, rel=1e-3)
        assert one.verdict == "identified"
    assert found.correlation[0, 1] < -0.5
    assert 1 < found.collinearity < fitting.MAX_COLLINEARITY
    assert found.converged


def test_soft_l1_is_not_led_by_one_far_value() -> None:
    far = Y.copy()
    far[-1] += 200

    def residuals(values: dict[str, float]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.asarray(X @ [values["a"], values["b"]] - far)

    squares = fitting.fit(residuals, WIDE_RANGE, Loss()).values["b"]
    soft = fitting.fit(residuals, WIDE_RANGE, Loss(kind="soft_l1")).values["b"]
    assert abs(soft - 5) < 0.6 < abs(squares - 5)


def test_what_can_make_up_for_another_is_not_identified() -> None:
    unknowns = {**WIDE_RANGE, "c": Unknown(start=0, low=-20, high=30)}
    found = fitting.fit(lambda v: line({"a": v["a"] + v["c"], "b": v["b"]}), unknowns, Loss())
    verdicts = {name: one.verdict for name, one in found.estimates.items()}
    assert verdicts["a"] == verdicts["c"] == "not identified"
    assert found.collinearity > 1000


def test_what_changes_nothing_is_not_identified() -> None:
    unknowns = {**WIDE_RANGE, "idle": Unknown(start=3, low=0, high=9)}
    found = fitting.fit(line, unknowns, Loss())
    assert found.estimates["idle"].verdict == "not identified"
    assert found.estimates["idle"].sensitivity == 0
    assert found.estimates["a"].verdict == "identified"


def test_a_value_at_its_bound_has_no_interval() -> None:
    unknowns = {**WIDE_RANGE, "b": Unknown(start=1, low=0, high=3)}
    one = fitting.fit(line, unknowns, Loss()).estimates["b"]
    assert one.verdict == "at a bound"
    assert one.value == pytest.approx(3, abs=0.01)
    assert np.isnan(one.low)


def test_few_rows_say_little_of_a_wide_range() -> None:
    exact = zip("ab", np.linalg.lstsq(X, Y, rcond=None)[0].tolist(), strict=True)
    unknowns = {name: Unknown(start=x, low=x - 0.3, high=x + 0.3) for name, x in exact}
    assert {e.verdict for e in fitting.fit(line, unknowns, Loss()).estimates.values()} == {"wide"}


# --- Through scenarios --------------------------------------------------------------------


def test_a_prior_counts_as_rows_do() -> None:
    """Normal rows and a normal prior: the mean, weighted by one over the variances."""
    values = np.array([10.0, 14.0, 12.0, 20.0])
    unknown = Unknown.model_validate(
        {"start": 50, "low": 0, "high": 100, "prior": {"mean": 50, "spread": 2}}
    )

    def most_probable(variance: float) -> float:
        rows, prior = len(values) / variance, 1 / 2**2
        return float((rows * values.mean() + prior * 50) / (rows + prior))

    first = most_probable(float(((values - 50) ** 2).mean()))
    variance = float(((values - first) ** 2).mean())
    estimate = fitting.fit(lambda at: at["a"] - values, {"a": unknown}, Loss()).estimates["a"]
    assert estimate.value == pytest.approx(most_probable(variance), rel=1e-4)
    assert estimate.low < estimate.value < estimate.high
    weak = Unknown.model_validate({**unknown.model_dump(), "prior": {"mean": 50, "spread": 1e4}})
    free = fitting.fit(lambda at: at["a"] - values, {"a": weak}, Loss())
    assert free.values["a"] == pytest.approx(values.mean(), rel=1e-4)
    assert free.loss == pytest.approx(float(((values - values.mean()) ** 2).mean()), rel=1e-4)


def test_an_interval_is_that_of_rows_and_prior_together() -> None:
    """The variance of a normal mean with a normal prior is 1 / (n / variance + 1 / spread ** 2)."""
    values = np.random.default_rng(1).normal(10, 6, 400)
    unknown = Unknown.model_validate(
        {"start": 10, "low": 0, "high": 100, "prior": {"mean": 10, "spread": 0.2}}
    )
    estimate = fitting.fit(lambda at: at["a"] - values, {"a": unknown}, Loss()).estimates["a"]
    error = (400 / values.var() + 1 / 0.2**2) ** -0.5
    assert estimate.high - estimate.low == pytest.approx(2 * 1.966 * error, rel=0.02)


def test_a_prior_is_no_row_to_a_robust_loss() -> None:
    """Rows that are far away count less and less with `soft_l1`; what is expected doesn't."""
    values = np.full(3, 10.0)
    prior = {"mean": 90, "spread": 1}
    unknown = Unknown.model_validate({"start": 90, "low": 0, "high": 100, "prior": prior})
    fitted = fitting.fit(lambda at: at["a"] - values, {"a": unknown}, Loss(kind="soft_l1"))
    assert fitted.values["a"] > 85


def test_unknowns_are_recovered_from_waits_with_the_same_random_numbers(tmp_path: Path) -> None:
    # One replication: what is observed is the simulation itself, without noise of its own.
    path = observed_by_simulation(tmp_path, calibration(replications=1), TRUTH, seed=3)
    result = bcpsim.calibrate(path)
    [place] = result.places
    assert place.values == pytest.approx(TRUTH, rel=0.01)
    assert result.unknowns["verdict"].tolist() == ["identified", "identified"]
    test = result.comparison.query("part == 'test'").set_index("predictor")
    assert test.loc["simulation", "mae"] < 0.05 < test.loc["constant", "mae"]


def test_intervals_hold_the_truth_with_other_random_numbers(tmp_path: Path) -> None:
    path = observed_by_simulation(tmp_path, calibration(), TRUTH, seed=77)
    unknowns = bcpsim.calibrate(path).unknowns.set_index("unknown")
    for name, value in TRUTH.items():
        assert unknowns.loc[name, "low"] < value < unknowns.loc[name, "high"]
        assert unknowns.loc[name, "high"] - unknowns.loc[name, "low"] < value


def test_two_paces_that_always_come_as_a_product_cannot_be_told_apart(tmp_path: Path) -> None:
    file = calibration(
        set={
            **calibration()["set"],
            "activities.passport.duration.0.time.mean": "{pace * work} s",
            "activities.passport.duration.1.time.mean": "{2 * pace * work} s",
        },
        unknowns={
            "pace": {"start": 1.5, "low": 0.5, "high": 3},
            "work": {"start": 20, "low": 5, "high": 90},
        },
    )
    path = observed_by_simulation(tmp_path, file, {"pace": 1.0, "work": 30.0}, seed=3)
    result = bcpsim.calibrate(path)
    values = result.places[0].values
    assert values["pace"] * values["work"] == pytest.approx(30, rel=0.02)
    assert result.unknowns["verdict"].tolist() == ["not identified", "not identified"]


def test_rows_are_fitted_in_the_order_of_time_by_place(tmp_path: Path) -> None:
    rows = [
        {**row, "place": "b" if k % 3 else "a", "wait": k, "busy": int(k != 4)}
        for k, row in enumerate(some_rows(24))
    ]
    file = calibration(
        data={
            "file": "rows.csv",
            "order": ["day"],
            "fit_each": "place",
            "keep": {"busy": {"at_least": 1}},
            "least_rows": 8,
        }
    )
    study = load_calibration(write(tmp_path, file, rows))
    assert [(place.name, len(place.rows), place.fitted) for place in study.places] == [
        ("a", 8, 4),
        ("b", 15, 7),
    ]
    assert study.places[0].rows.tolist() == [21, 18, 15, 12, 9, 6, 3, 0]


def test_a_row_is_what_run_would_simulate(tmp_path: Path) -> None:
    study = load_calibration(
        write(tmp_path, calibration(replications=1), [{**r, "wait": 1} for r in some_rows(4)])
    )
    [place] = study.places
    ours = simulate_rows(study, place, TRUTH, slice(0, 1)).values[0, 0]
    result = bcpsim.run(
        tmp_path / "hall.yaml",
        overrides=study.overrides(int(place.rows[0]), TRUTH),
        replications=1,
        seed=3,
    )
    measures = result.measures.query("measure == 'waiting_time' and population == 'all'")
    assert measures.query("statistic == 'mean'")["estimate"].item() == ours


def test_hours_of_one_run_and_another_table(tmp_path: Path) -> None:
    """A land border: cars by the hour, one run for all rows, waits by the hour."""
    border = yaml.safe_load(SCENARIO)
    border["classes"] = {"car": {}}
    border["traffic"] = {
        "cars": {"classes": {"car": 1}, "arrivals": {"pattern": "constant", "rate": "55/h"}}
    }
    border["activities"]["passport"]["duration"] = "2 min"
    file = calibration(
        data={"file": "rows.csv", "hour": "hour"},
        set={"activities.passport.duration": "{check} s"},
        unknowns={"check": {"start": 80, "low": 30, "high": 240}},
    )
    rows = [{"hour": hour, "wait": 1.0} for hour in range(6)]
    path = write(tmp_path, file, rows, yaml.safe_dump(border))
    study = load_calibration(path)
    [place] = study.places
    assert set(place.simulation.tolist()) == {0}
    waits = simulate_rows(study, place, {"check": 140.0}).values[:, 0].tolist()
    assert waits[0] < waits[2] < waits[5]  # the queue grows
    later = tmp_path / "later.csv"
    write(tmp_path, file, [{**r, "wait": w} for r, w in zip(rows, waits, strict=True)])
    (tmp_path / "rows.csv").rename(later)
    (tmp_path / "hall.yaml").write_text(yaml.safe_dump(border), encoding="utf-8")
    result = bcpsim.calibrate(path, data=later)
    assert result.places[0].values["check"] == pytest.approx(140, rel=0.01)


def days_of_hours(folder: Path) -> Path:
    """A hall with a timetable and a roster, which are made from the hours of each day."""
    border = yaml.safe_load(SCENARIO)
    border["horizon"] = {"start": "2026-04-13T00:00", "duration": "5 h"}
    border["activities"]["passport"]["duration"] = "1 min"
    del border["moves"], border["classes"]["visitor"], border["traffic"]["visitors"]
    border["traffic"]["citizens"]["arrivals"] = {"pattern": "timetable", "file": "flights.csv"}
    border["officers"]["guards"] = {
        **{key: border["officers"]["guards"][key] for key in ("agency", "skills", "stop")},
        "roster": {"file": "roster.csv"},
    }
    (folder / "flights.csv").write_text("time,seats\n2026-04-13T01:00,3\n", encoding="utf-8")
    (folder / "roster.csv").write_text("from,to,count\n01:00,02:00,1\n", encoding="utf-8")
    file = calibration(
        data={
            "file": "rows.csv",
            "order": ["date", "hour"],
            "run": "date",
            "hour": "hour",
            "fit_each": ["airport", "hall"],
        },
        set={"activities.passport.duration": "{check} min"},
        timetables={"citizens": {"travellers": "people", "services": "flights"}},
        rosters={"guards": "booths ** used"},
        unknowns={
            "check": {"start": 1, "low": 0.5, "high": 2},
            "used": {"start": 0.5, "low": 0, "high": 1},
        },
        observe={"wait": "time_in_system/all/mean"},
        replications=3,
    )
    days = [
        {"date": date, "hour": hour, "people": people, "flights": 1, "booths": booths, "wait": 9}
        for date in ("2026-01-03", "2026-01-01", "2026-01-02", "2026-01-04")
        for hour, people, booths in ((1, 100, 1), (2, 2, 1), (4, 3, 4))
    ]
    rows = [{**row, "airport": "ABC", "hall": "Hall  2"} for row in days]
    return write(folder, file, rows, yaml.safe_dump(border))


def test_a_day_is_made_from_its_hours_and_the_queue_goes_on(tmp_path: Path) -> None:
    """One officer, 1 min each: 100 who land at minute m of hour 1 keep the booth until m + 100."""
    study = load_calibration(days_of_hours(tmp_path))
    [place] = study.places
    assert (place.name, place.fitted) == ("ABC Hall 2", 6)
    assert place.simulation.tolist() == [k for k in range(4) for _ in range(3)]
    assert [study.lines[row][-2:] for row in place.rows[::3].tolist()] == [":5", ":8", ":2", "11"]
    simulated = simulate_rows(study, place, study.starts).each[:, :, 0]
    for replication in range(3):
        for day in range(4):
            number = 3 * day + replication
            first, second = (
                60 * float(uniforms(3, number, f"services/hour {hour}", 1)[0]) for hour in (1, 2)
            )
            free = max(first + 100 - 60, second)
            ours = simulated[replication, 3 * day : 3 * day + 3]
            assert ours[0] == pytest.approx(50.5)
            assert ours[1] == pytest.approx(free + 1.5 - second)


def test_a_part_of_an_officer_works_that_part_of_each_hour(tmp_path: Path) -> None:
    study = load_calibration(days_of_hours(tmp_path))
    rows = study.places[0].rows[:3].tolist()
    values = {"check": 1.0, "used": 0.25}  # 4 ** 0.25 = 1.414
    roster = tables_of_run(study, rows, values, 0)["officers", "guards", "roster"].roster
    hours: dict[str, list[tuple[float, float]]] = {}
    for row in roster:
        assert row.dates is not None
        start = study.loaded.scenario.horizon.start
        opens, closes = ((when - start).total_seconds() / 3600 for when in row.dates)
        hours.setdefault(row.officer, []).append((opens, closes))
    assert hours["1"] == [(1, 5)]  # nobody came in hour 3: as in hour 2
    assert hours["2"] == [(4, pytest.approx(4 + 4**0.25 - 1))]


def test_services_of_an_hour_have_its_travellers_between_them(tmp_path: Path) -> None:
    path = days_of_hours(tmp_path)
    text = path.read_text(encoding="utf-8").replace("services: flights", "services: '3'")
    path.write_text(text, encoding="utf-8")
    study = load_calibration(path)
    made = tables_of_run(study, study.places[0].rows[:2].tolist(), study.starts, 0)
    services = made["traffic", "citizens", "arrivals"].services
    assert [one.seats for one in services] == [33, 33, 34, 0, 1, 1]
    assert {one.time.hour for one in services[:3]} == {1}
    assert len({one.time for one in services}) == 6


def test_a_row_with_too_many_officers_is_told(tmp_path: Path) -> None:
    path = days_of_hours(tmp_path)
    text = path.read_text(encoding="utf-8").replace("booths ** used", "-booths * used")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(bcpsim.RunError, match=r"rows.csv:5: '-booths \* used': expected a number"):
        bcpsim.compare_observed(path)


def test_formulas_and_histograms_stand_beside_the_simulation(tmp_path: Path) -> None:
    file = calibration(
        histogram={
            "measure": "waiting_time",
            "bins": [{"column": "short", "below": "5 min"}, {"column": "long"}],
        },
        formulas={
            "batch": {"predicts": "wait", "text": "(c * citizens + v * visitors) / (120 * booths)"}
        },
    )
    rows = [
        {**row, "short": 30, "long": 10, "wait": (20 * row["citizens"] + 60 * row["visitors"])
         / (120 * row["booths"])}
        for row in some_rows(12)
    ]  # fmt: skip
    result = bcpsim.compare_observed(write(tmp_path, file, rows), {"all": TRUTH})
    assert result.places[0].coefficients["batch"] == pytest.approx({"c": 20, "v": 60}, rel=1e-4)
    assert result.unknowns["verdict"].tolist() == ["given", "given"]
    table = result.comparison.query("part == 'test'").set_index("predictor")
    assert table.loc["batch", "mae"] == pytest.approx(0, abs=1e-3)
    assert table.loc["simulation", "r"] > 0.9
    shares = result.distribution.query("part == 'fitted' and statistic == 'share'")
    assert shares["observed"].tolist() == [0.75, 0.25]
    assert shares["simulated"].sum() == pytest.approx(1)


def test_medians_are_of_rows_that_are_alike(tmp_path: Path) -> None:
    """Eight days, a and b in turns, with waits of 1 to 8 min, the fifth empty; four are fitted."""
    file = calibration(
        medians={
            "of_kind": {"predicts": "wait", "by": "kind"},
            "latest": {"predicts": "wait", "by": ["kind", "gate"], "last": 1},
            "last_two": {"predicts": "wait", "last": 2},
        }
    )
    kinds = ["a", "b", "a", "b", "a", "b", "c", "b"]
    rows = [
        {**row, "day": k, "wait": "" if k == 4 else k + 1, "kind": kinds[k], "gate": 1}
        for k, row in enumerate(some_rows(8))
    ]
    said = bcpsim.compare_observed(write(tmp_path, file, rows), {"all": TRUTH}).rows
    assert said["wait_of_kind"].tolist() == [2, 3, 2, 3, 2, 3, 2.5, 3]
    assert said["wait_latest"].tolist() == [2.5, 2.5, 1, 2, 3, 4, 2.5, 6]
    assert said["wait_last_two"].tolist() == [2.5, 1, 1.5, 2.5, 3.5, 3.5, 5, 6.5]


def test_differences_of_errors_are_paired_by_row(tmp_path: Path) -> None:
    rows = [{**row, "wait": 3 + k % 7} for k, row in enumerate(some_rows(20))]
    result = bcpsim.compare_observed(write(tmp_path, calibration(), rows), {"all": TRUTH})
    test = result.rows.query("part == 'test'")
    errors = {
        name: (test[f"wait_{name}"] - test["wait_observed"]).abs()
        for name in ("simulation", "constant")
    }
    [record] = result.difference_records
    assert (record["place"], record["predictor"], record["rows"]) == ("all", "constant", 10)
    pairs = (errors["simulation"] - errors["constant"]).to_numpy()
    assert record["difference"] == pytest.approx(pairs.mean())
    half = 2.2622 * pairs.std(ddof=1) / 10**0.5  # Student's t, 9 degrees of freedom
    reach = sorted([record["high"] - pairs.mean(), pairs.mean() - record["low"]])
    assert reach[0] == pytest.approx(half, rel=1e-4)  # further towards the long tail
    assert reach[1] < 2.5 * half


def test_differences_over_places_weigh_each_the_same(tmp_path: Path) -> None:
    rows = [
        {**row, "wait": 3 + k % 7, "place": "abb"[k % 3]} for k, row in enumerate(some_rows(24))
    ]
    file = calibration(data={"file": "rows.csv", "fit_each": "place"})
    result = bcpsim.compare_observed(write(tmp_path, file, rows), {"all": TRUTH})
    a, b, both = result.differences["difference"].tolist()
    assert both == pytest.approx((a + b) / 2)
    assert result.differences["rows"].tolist() == [4, 8, 2]
    [told] = [part for part in calibration_document(result).parts if getattr(part, "title", "") ==
              "Differences"]  # fmt: skip
    assert told.rows[0][0] == "Constant"
    assert told.rows[0][3] == f"{(a < 0) + (b < 0)} of 2"


def test_hours_of_a_day_are_one_pair_of_errors(tmp_path: Path) -> None:
    """Two days test, of three hours each: their errors differ from day to day, not in a day."""
    result = bcpsim.compare_observed(days_of_hours(tmp_path))
    test = result.rows.query("part == 'test'")
    gap = (test["wait_simulation"] - 9).abs() - (test["wait_constant"] - 9).abs()
    days = [gap[:3].sum(), gap[3:].sum()]
    [record] = result.difference_records
    assert record["difference"] == pytest.approx(sum(days) / 6)
    half = 12.7062 * np.std(days, ddof=1) / 3 / 2**0.5  # Student's t, 1 degree of freedom
    assert record["high"] - record["difference"] == pytest.approx(half)


def test_predictors_have_names_of_their_own(tmp_path: Path) -> None:
    rows = [{**row, "wait": 1} for row in some_rows(4)]
    for name in ("constant", "batch"):
        file = calibration(
            formulas={"batch": {"predicts": "wait", "text": "c * citizens"}},
            medians={name: {"predicts": "wait"}},
        )
        with pytest.raises(bcpsim.ScenarioError, match=f"'{name}' is the name of two predictors"):
            bcpsim.compare_observed(write(tmp_path, file, rows))


def test_columns_of_medians_are_those_of_the_table(tmp_path: Path) -> None:
    file = calibration(medians={"m": {"predicts": "wat", "by": "booth"}})
    path = write(tmp_path, file, [{**row, "wait": 1} for row in some_rows(4)])
    with pytest.raises(bcpsim.ScenarioError) as caught:
        load_calibration(path)
    for message in ("medians.m.predicts: unknown column 'wat'", "by.0: unknown column 'booth'"):
        assert message in str(caught.value)


def test_empty_cells_of_what_was_observed_are_left_out(tmp_path: Path) -> None:
    rows = [{**row, "wait": "" if k in (2, 11) else 3.0} for k, row in enumerate(some_rows(12))]
    result = bcpsim.compare_observed(write(tmp_path, calibration(), rows), {"all": TRUTH})
    assert result.comparison.query("predictor == 'constant'")["rows"].tolist() == [5, 5]


def test_means_below_the_rows_are_no_observations(tmp_path: Path) -> None:
    rows = [{**row, "wait": 3.0 if k else ""} for k, row in enumerate(some_rows(12))]
    path = write(tmp_path, calibration(), [*rows, {**rows[1], "day": "Mean"}])
    study = load_calibration(path)
    assert [len(place.rows) for place in study.places] == [12]
    assert study.notes == (
        "rows.csv: row 14 adds up others and isn't read",
        "1 of 12 rows has no number in wait (rows.csv:2)",
    )


def test_a_table_of_observations_may_be_of_any_make(tmp_path: Path) -> None:
    rows = [{**row, "wait": 3.5 + k} for k, row in enumerate(some_rows(12))]
    path = write(tmp_path, calibration(), rows)
    plain = load_calibration(path)
    table = tmp_path / "rows.csv"
    text = table.read_text("utf-8").replace(",", ";").replace(".", ",")
    table.write_text(f"Waits of a hall;;;;\n{text}", "utf-8")
    other = load_calibration(path)
    for name, values in plain.columns.items():
        assert other.columns[name].tolist() == values.tolist()
    assert other.notes == (
        "rows.csv: read with semicolons between the cells, its header in line 2, decimal commas "
        "(3,5)",
    )


def test_a_fit_that_did_not_come_to_rest_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "MAX_STEPS", 2)
    path = write(tmp_path, calibration(), [{**r, "wait": k} for k, r in enumerate(some_rows(8))])
    result = bcpsim.calibrate(path)
    assert result.to_dict()["provenance"]["fits"]["all"]["converged"] is False
    console = Console(width=80)
    with console.capture() as shown:
        console.print(as_text(calibration_document(result), console.width))
    assert "the fit didn't come to rest: all" in shown.get()
    report = as_html(calibration_report(result, "bcpsim calibrate rows.yaml"))
    assert "bcpsim calibrate rows.yaml" in report
    assert "The crossing" in report


def test_other_workers_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [{**row, "wait": k, "place": "ab"[k % 2]} for k, row in enumerate(some_rows(8))]
    file = calibration(data={"file": "rows.csv", "fit_each": "place"})
    path = write(tmp_path, file, rows)
    one, two = bcpsim.compare_observed(path), bcpsim.compare_observed(path, workers=2)
    assert one.to_dict() == two.to_dict()


def test_names_that_are_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, calibration(), [{**row, "wait": 1} for row in some_rows(4)])
    with pytest.raises(bcpsim.InputError, match=r"unknown place 'al'.*did you mean 'all'"):
        bcpsim.calibrate(path, places=["al"])
    with pytest.raises(bcpsim.InputError, match="unknown 'citizn'"):
        bcpsim.compare_observed(path, {"all": {"citizn": 3.0}})


def test_a_place_without_values_is_told(tmp_path: Path) -> None:
    rows = [{**row, "wait": 1, "place": "ab"[k % 2]} for k, row in enumerate(some_rows(8))]
    file = calibration(data={"file": "rows.csv", "fit_each": "place"})
    path = write(tmp_path, file, rows)
    with pytest.raises(bcpsim.InputError, match="no values for b;"):
        bcpsim.compare_observed(path, {"a": TRUTH})
    with pytest.raises(bcpsim.InputError, match="no values for a, b;"):
        bcpsim.compare_observed(path, {})
    result = bcpsim.compare_observed(path, {"a": TRUTH, "all": {"citizen": 30.0}})
    assert result.values == {"a": TRUTH, "b": {"citizen": 30.0, "visitor": 40.0}}


def test_values_of_a_place_called_na_are_read(tmp_path: Path) -> None:
    rows = [{**row, "wait": 1, "place": "NA"} for row in some_rows(4)]
    file = calibration(data={"file": "rows.csv", "fit_each": "place"})
    result = bcpsim.calibrate(write(tmp_path, file, rows))
    assert read_values(bcpsim.save_calibration(result, tmp_path / "out")) == result.values
    given = bcpsim.compare_observed(tmp_path / "calibration.yaml", result.values)
    message = r"'bcpsim calibrate' of \w+, and this is 'bcpsim compare-observed'"
    with pytest.raises(bcpsim.InputError, match=message):
        bcpsim.save_calibration(given, tmp_path / "out")


def test_a_fit_to_what_is_not_finite_is_told() -> None:
    def residuals(values: dict[str, float]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([np.inf if values["a"] > 1 else 1.0])

    with pytest.raises(bcpsim.RunError, match="isn't a finite number near a = 1"):
        fitting.fit(residuals, {"a": Unknown(start=1, low=0, high=3)}, Loss())


def test_the_schema_has_a_meaning_for_every_key() -> None:
    for name, record in CalibrationFile.model_json_schema()["$defs"].items():
        for key, field in record.get("properties", {}).items():
            assert "description" in field or "$ref" in field, (name, key)


def test_a_result_keeps_the_scenario_as_written_and_with_defaults(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "data"
    result = bcpsim.compare_observed(folder / "calibration.yaml", engine="simpy")
    out = bcpsim.save_calibration(result, tmp_path / "out")
    for kept, given in (("calibration.yaml",) * 2, ("written/small.yaml", "small.yaml")):
        assert (out / kept).read_bytes() == (folder / given).read_bytes()
    assert bcpsim.load(out / "scenario-base.yaml").scenario == result.study.loaded.scenario
    assert bcpsim.verify_result(out).whole
