"""The simulator against exactly solved models, and the test itself against errors of 2 %."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from bcpsim.engine.ways import using
from bcpsim.verify.cases import CASES, Case
from bcpsim.verify.verdicts import ERROR_FOUND, FALSE_ALARM, check_case, judge, run_cases

IDS = [case.name for case in CASES]
STORED = Path(__file__).resolve().parents[1] / "golden" / "verification.json"
"""From `bcpsim verify --format json`; docs/verification.md shows it."""


@pytest.mark.compiled
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_short_run_agrees_with_the_exact_value(case: Case) -> None:
    short = replace(case, replications=max(8, case.replications // 25))
    for verdict in check_case(short):
        error = (verdict.high - verdict.low) / 2 / 2.1
        rounding = 1e-12 * abs(verdict.expected)
        assert abs(verdict.simulated - verdict.expected) <= 6 * error + rounding, verdict


@pytest.mark.parametrize("case", CASES, ids=IDS)
@pytest.mark.parametrize("error", [-ERROR_FOUND, 0.0, ERROR_FOUND])
def test_an_error_of_two_percent_fails_and_a_right_mean_passes(case: Case, error: float) -> None:
    rng = np.random.default_rng(5)
    compared = sum(len(one.targets) for one in CASES)
    k = scipy.stats.t.isf(FALSE_ALARM / compared / 2, case.replications - 1)
    for target in case.targets:
        expected = target.expected()
        # As precise as the verdict asks for, no better: k + 1.645 standard errors in 2 %.
        deviation = ERROR_FOUND * expected / (k + 1.645) * math.sqrt(case.replications)
        values = rng.normal(0, 1, case.replications)
        values = (values - values.mean()) / values.std(ddof=1) * deviation
        plain = replace(target, of_replication=None)  # the values are those of replications
        verdict = judge(case, plain, values * 0.97 + expected * (1 + error))
        assert verdict.passed == (error == 0)


def test_too_imprecise_a_run_fails_however_close_it_is() -> None:
    case = CASES[0]
    expected = case.targets[0].expected()
    values = expected * np.array([0.5, 1.5] * 50)
    assert not judge(case, case.targets[0], values).passed


@pytest.mark.compiled
def test_two_percent_more_work_is_found() -> None:
    [case] = [case for case in CASES if case.name == "md1"]
    assert check_case(case)[0].passed
    slower = replace(case, overrides={**case.overrides, "activities.check.duration": "1.008 min"})
    # 0.8 % more service is 2 % more waiting at this load.
    assert slower.targets[0].expected() == pytest.approx(0.75)
    assert not judge(case, case.targets[0], waits(slower)).passed


def waits(case: Case) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the mean wait of each replication of a case."""
    from importlib.resources import files

    from bcpsim import run
    from bcpsim.verify.verdicts import seed_of

    path = files("bcpsim.verify").joinpath("scenarios", case.scenario)
    result = run(
        str(path),
        replications=case.replications,
        seed=seed_of(case),
        overrides=case.overrides,
        event_log="none",
    )
    [variant] = result.variants
    names = [(row.measure, row.population, row.statistic) for row in variant.rows]
    return variant.totals[:, names.index(("waiting_time", "all", "mean"))]


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_both_ways_of_running_give_the_same_values_to_the_bit(case: Case) -> None:
    few = replace(case, replications=3)
    with using("simpy"):
        simpy = check_case(few)
    with using("compiled"):
        compiled = check_case(few)
    assert simpy == compiled


@pytest.mark.slow
def test_all_cases_pass_at_full_length_with_the_stored_values() -> None:
    verdicts = run_cases(workers=0)
    assert [verdict.case for verdict in verdicts if not verdict.passed] == []
    stored = json.loads(STORED.read_text(encoding="utf-8"))["verdicts"]
    for verdict, before in zip(verdicts, stored, strict=True):
        found = verdict.to_dict()
        assert {k: v for k, v in found.items() if not isinstance(v, float)} == {
            k: v for k, v in before.items() if not isinstance(v, float)
        }
        for key, value in found.items():
            if isinstance(value, float):
                assert value == pytest.approx(before[key], rel=1e-9), (verdict.case, key)
