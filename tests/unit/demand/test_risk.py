"""How many are referred and found on average, before a run, against exact values."""

from __future__ import annotations

from pathlib import Path

import pytest

import bcpsim
from bcpsim.demand.offered import offered_load
from bcpsim.demand.risk import referral_shares, result_shares
from bcpsim.plan import compile_plan
from bcpsim.verify import detection

SCENARIOS = Path(bcpsim.__file__).parent / "verify" / "scenarios"


def test_referrals_of_correlated_scores() -> None:
    plan = compile_plan(bcpsim.load(SCENARIOS / "detection.yaml"))
    names = [attribute.name for attribute in plan.attributes]
    referrals = (names.index("by_guard"), names.index("by_customs"))
    limits = tuple(plan.attributes[k].referral.limit for k in referrals)  # type: ignore[union-attr]
    for present, distances in ((1, (1.0, 1.5)), (0, (0.0, 0.0))):
        values = {plan.truths[0]: present}
        shares = {
            tuple(pattern.values()): share
            for pattern, share in referral_shares(plan, referrals, values)
        }
        exact = detection.by_either(distances, limits, 0.4, 1.0)  # type: ignore[arg-type]
        assert 1 - shares[0, 0] == pytest.approx(exact.found, abs=0.003)
        assert shares[1, 1] == pytest.approx(exact.twice * exact.referred, abs=0.003)
        assert sum(shares.values()) == pytest.approx(1)


def test_results_of_checks_by_their_time() -> None:
    scenario = Path(__file__).parents[3] / "scenarios" / "land" / "risk_selection.yaml"
    plan = compile_plan(bcpsim.load(scenario))
    [number] = [k for k, one in enumerate(plan.activities) if one.detection is not None]
    [case] = plan.activities[number].cases
    clear, alarm, found = result_shares(plan, number, case, {plan.truths[0]: 1})
    assert clear + found == pytest.approx(1)
    assert alarm == 0
    assert 0.8 < found < 1 - 2.718281828**-2.5  # less than for its mean of 25 minutes: concave
    assert result_shares(plan, number, case, {plan.truths[0]: 0}) == (1, 0, 0)


def test_the_load_has_those_who_are_referred() -> None:
    scenario = Path(__file__).parents[3] / "scenarios" / "land" / "risk_selection.yaml"
    loads = {}
    for variant in ("few", "base", "many"):
        plan = compile_plan(bcpsim.load(scenario, variant=variant))
        [hall] = [one for one in offered_load(plan).stops if one.title == "Search hall"]
        loads[variant] = hall.load.max()
    # Trucks that are referred in the busiest hours, 28 come, for 25 minutes each.
    innocent = {"few": 0.03 + 0.97 * 0.01, "base": 0.06 + 0.94 * 0.02, "many": 0.14 + 0.86 * 0.02}
    for variant, share in innocent.items():
        assert loads[variant] == pytest.approx(28 * 25 / 60 * share, rel=0.12)
        assert loads[variant] > 28 * 25 / 60 * share
