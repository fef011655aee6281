"""Shipped claims give the verdicts, and all that belongs to them, that are stored here.

Numbers are compared to a relative 1e-9, as for scenarios. To renew the files after a change
that is meant (names of claims, or none for all):

    python tests/golden/test_claims.py [NAME ...]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import bcpsim
from bcpsim.claims import uncertain

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(__file__).resolve().parent / "claims"
CLAIMS = sorted((ROOT / "experiments" / "claims").glob("*.yaml"))
NOT_STORED = ("claim", "provenance", "notes", "resources", "turns")
# In the claim file; of the machine; words; what tests/unit/claims hold


SMALL = ROOT / "tests" / "data" / "claim.yaml"
SMALL_STORED = STORED.parent / "claim.json"


def found(path: Path) -> dict[str, Any]:
    data = bcpsim.check(path, workers=2, allowed=[ROOT]).to_dict()
    return {key: value for key, value in data.items() if key not in NOT_STORED}


def same(new: Any, old: Any, where: str) -> None:
    if isinstance(old, dict):
        assert list(new) == list(old), where
        for key in old:
            same(new[key], old[key], f"{where}.{key}")
    elif isinstance(old, list):
        assert len(new) == len(old), where
        for number, (a, b) in enumerate(zip(new, old, strict=True)):
            same(a, b, f"{where}.{number}")
    elif isinstance(old, float):
        assert new == pytest.approx(old, rel=1e-9, abs=1e-9), where
    else:
        assert new == old, where


@pytest.mark.slow
@pytest.mark.parametrize("path", CLAIMS, ids=lambda path: path.stem)
def test_a_shipped_claim_gives_the_stored_verdict(path: Path) -> None:
    stored = json.loads((STORED / f"{path.stem}.json").read_text(encoding="utf-8"))
    same(json.loads(json.dumps(found(path))), stored, path.stem)


def few_draws(patch: pytest.MonkeyPatch) -> None:
    """Make the check of the small claim quick."""
    patch.setattr(uncertain, "DRAWS", 8)
    patch.setattr(uncertain, "REPLICATIONS", 5)


def test_a_small_claim_with_everything_gives_what_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few_draws(monkeypatch)
    stored = json.loads(SMALL_STORED.read_text(encoding="utf-8"))
    same(json.loads(json.dumps(found(SMALL))), stored, "small")


def test_every_shipped_claim_has_a_stored_verdict() -> None:
    assert [path.stem for path in CLAIMS] == sorted(path.stem for path in STORED.glob("*.json"))


@pytest.mark.parametrize("path", CLAIMS, ids=lambda path: path.stem)
def test_the_stored_verdict_is_that_of_its_question(path: Path) -> None:
    loaded = bcpsim.load_claim(path, allowed=[ROOT])
    stored = json.loads((STORED / f"{path.stem}.json").read_text(encoding="utf-8"))
    assert stored["measure"] == list(map(str, loaded.measure.rows))
    assert len(stored["readings"]) == len(loaded.readings)
    bound = loaded.file.bound
    widths = []
    for one in stored["answers"]:
        effect = one["effect"]
        inside = bound.low <= effect["low"] and effect["high"] <= bound.high
        assert (one["verdict"] == "supported") == inside
        widths.append(effect["high"] - effect["low"])
    assert stored["precise"] == (max(widths) <= 2 * loaded.file.precision.value)


def write(data: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for claim in CLAIMS:
        if claim.stem in (sys.argv[1:] or [claim.stem]):
            write(found(claim), STORED / f"{claim.stem}.json")
    with pytest.MonkeyPatch.context() as context:
        few_draws(context)
        write(found(SMALL), SMALL_STORED)
