"""Verdicts on claims whose truth is known exactly."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bcpsim
from bcpsim.claims import Verdict
from bcpsim.claims.verdict import decide
from bcpsim.verify.exact import batch_wait

pytestmark = pytest.mark.compiled

DATA = Path(__file__).resolve().parents[1] / "data"
TABLE = Path(__file__).resolve().parent / "data" / "queueing_benchmarks.csv"
DAYS = {0.5: 2, 0.7: 3, 0.8: 6, 0.9: 14}
"""Length of a replication by utilisation: long beside the time in which a queue forgets."""

QUICK = (3, 0.5)
"""The cell that is checked with every run of the tests."""

CHECKS = 2000


def exact_reductions() -> dict[tuple[int, float], float]:
    """Return the exact reductions in per cent, by officers per stop and utilisation.

    Three rows are kept in the table as mean times only; the others as reductions.
    """
    times: dict[tuple[int, float], dict[str, float]] = {}
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()):
        match = re.match(r"lambda=([\d.]+);S1,S2.*two-stop c1=c2=(\d)", row["parameters"])
        if match is not None:
            officers = int(match[2])
            cell = times.setdefault((officers, round(float(match[1]) / officers, 3)), {})
            cell[row["model"].partition(" ")[0] + row["quantity"]] = float(row["value"])
    return {
        cell: 100 * found["one-stoprelative reduction"]
        if "one-stoprelative reduction" in found
        else 100 * (1 - found["one-stopE[sojourn]"] / found["two-stopE[sojourn]"])
        for cell, found in times.items()
    }


EXACT = exact_reductions()


def write_claim(folder: Path, scenario: str, **keys: Any) -> Path:
    content = {
        "name": "exact",
        "sentence": "One is shorter than the other.",
        "source": {"title": "Queueing theory"},
        "scenario": scenario,
        "baseline": "base",
        "readings": [],
        **keys,
    }
    path = folder / "claim.yaml"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_the_twelve_cells_are_there() -> None:
    assert set(EXACT) == {(c, rho) for c in (1, 2, 3) for rho in (0.5, 0.7, 0.8, 0.9)}
    assert min(EXACT.values()) == pytest.approx(11.3444)
    assert max(EXACT.values()) == pytest.approx(57.9266)


@pytest.mark.parametrize(
    "cell",
    [pytest.param(cell, marks=() if cell == QUICK else pytest.mark.slow) for cell in EXACT],
    ids=lambda cell: f"{cell[0]}+{cell[0]} at {cell[1]}",
)
def test_the_verdict_is_right_on_both_sides_of_the_exact_reduction(
    cell: tuple[int, float], tmp_path: Path
) -> None:
    officers, load = cell
    exact = EXACT[cell]
    shifts = {"shifts": [{"from": "00:00", "to": "24:00", "count": officers}]}
    both = {
        "horizon": {"duration": f"{DAYS[load]} d"},
        "traffic": {"vehicles": {"arrivals": {"rate": f"{officers * load}/min"}}},
        "officers": {"guards": shifts, "customs_officers": shifts},
    }
    path = write_claim(
        tmp_path,
        "tandem_pooled.yaml",
        baseline={
            "changes": {
                **both,
                "stops": {"passport": {"lanes": officers}, "customs": {"lanes": officers}},
            }
        },
        alternatives={
            "variant": "one_stop",
            "changes": {**both, "stops": {"passport": {"lanes": 2 * officers}}},
        },
        measure="time_in_system/all/mean",
        reduction=f"at least {exact - 1:.4f} %",
        precision="0.6 points" if cell == QUICK else "0.45 points",
        replications={"at_least": 20, "at_most": 1280},
    )
    (tmp_path / "tandem_pooled.yaml").write_bytes((DATA / "tandem_pooled.yaml").read_bytes())
    found = bcpsim.check(path, workers=2)
    effect = found.answers[0].effect
    print(f"{cell}: exact {exact:.2f}, {effect}, {found.replications} replications")
    assert found.precise
    assert found.verdict is Verdict.SUPPORTED
    above = found.loaded.file.model_copy(update={"reduction": f"at least {exact + 1} %"})
    assert decide(above, effect) is Verdict.REFUTED
    assert effect.low <= exact <= effect.high


FASTER = """
name: faster
horizon: {start: 2026-04-13T00:00, duration: 12 h, ending: drain}
agencies: {guard: {}}
classes: {car: {}}
traffic: {cars: {classes: {car: 100 %}, arrivals: {pattern: constant, rate: 25/h}}}
activities: {check: {skill: check, duration: {distribution: exponential, mean: 120 s}}}
officers:
  guards:
    agency: guard
    skills: check
    stop: booth
    shifts: [{from: "00:00", to: "24:00", count: 1}]
stops: {booth: {lanes: 1}}
workflow: {entry: check, steps: {check: {stop: booth, do: check, next: released}}}
variants: {faster: {activities: {check: {duration: {mean: 108 s}}}}}
"""
"""Skewed days: the mean wait falls by 42.27 % (200,000 days of Lindley's recursion)."""


def refuted_at_the_truth(folder: Path, seeds: range) -> int:
    """Return how many checks refute a claim that is just true."""
    (folder / "faster.yaml").write_text(FASTER, encoding="utf-8")
    path = write_claim(
        folder,
        "faster.yaml",
        alternatives="faster",
        measure="waiting_time/all/mean",
        reduction="at least 42.27 %",
        replications={"at_least": 20, "at_most": 20},
    )
    loaded = bcpsim.load_claim(path)
    checks = [bcpsim.check(loaded, seed=seed, engine="compiled") for seed in seeds]
    assert {check.replications for check in checks} == {40}
    assert "verdicts begin at 40 replications, where the claim file allows 20" in checks[0].warnings
    return sum(check.verdict is Verdict.REFUTED for check in checks)


def test_a_true_claim_on_skewed_days_is_seldom_refuted(tmp_path: Path) -> None:
    assert refuted_at_the_truth(tmp_path, range(60)) <= 6  # of 3.2 % more have a chance of 0.4 %


@pytest.mark.slow
def test_a_true_claim_on_skewed_days_is_refuted_as_seldom_as_told(tmp_path: Path) -> None:
    share = refuted_at_the_truth(tmp_path, range(CHECKS)) / CHECKS
    print(f"refuted though true: {share:.2%}")
    assert share <= 0.032


@pytest.mark.slow
def test_wrong_verdicts_are_as_rare_as_they_say(tmp_path: Path) -> None:
    path = write_claim(
        tmp_path,
        "batch.yaml",
        alternatives="four",
        measure="waiting_time/all/mean",
        reduction="at least 40 %",
        precision="2.5 points",
        replications={"at_least": 10, "at_most": 160},
    )
    for name in ("batch.yaml", "batch.csv"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    exact = 100 * (1 - batch_wait(12, 1, 4, True) / batch_wait(12, 1, 3, True))
    assert exact == pytest.approx(40)
    loaded = bcpsim.load_claim(path)
    checks = [bcpsim.check(loaded, seed=seed) for seed in range(CHECKS)]
    effects = [check.answers[0].effect for check in checks]

    def share(verdict: Verdict, threshold: float) -> float:
        claim = loaded.file.model_copy(update={"reduction": f"at least {threshold} %"})
        return float(np.mean([decide(claim, effect) is verdict for effect in effects]))

    looks = np.bincount([check.looks.index(check.replications) for check in checks])
    print(f"stopped at looks {checks[0].looks}: {looks.tolist()}")
    for distance in (0, 1, 2, 3, 4):
        below, above = exact - distance, exact + distance
        print(
            f"{distance} points below: {share(Verdict.SUPPORTED, below):.2%} supported, "
            f"{share(Verdict.REFUTED, below):.2%} refuted; "
            f"above: {share(Verdict.SUPPORTED, above):.2%} supported, "
            f"{share(Verdict.REFUTED, above):.2%} refuted"
        )
    # At the threshold each wrong verdict has at most 2.5 %; 3 standard errors for chance.
    rare = 0.025 + 3 * (0.025 * 0.975 / CHECKS) ** 0.5
    assert share(Verdict.REFUTED, exact) <= rare
    assert share(Verdict.SUPPORTED, exact + 1e-9) <= rare
    assert share(Verdict.SUPPORTED, exact - 4) > 0.9
    assert share(Verdict.REFUTED, exact + 4) > 0.9
