"""Wrong claim files, each with the exact messages that it must give.

Beside NAME.yaml stands NAME.expected: what ``bcpsim check NAME.yaml`` prints to standard
error in that folder.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from messages import without_keys

import bcpsim
from bcpsim.errors import on_command_line

FOLDER = Path(__file__).resolve().parent / "wrong_claims"
NAMES = sorted(path.stem for path in FOLDER.glob("*.expected"))


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_claim_gives_exactly_its_messages(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    with on_command_line(), pytest.raises(bcpsim.ScenarioError) as caught:
        bcpsim.load_claim(f"{name}.yaml")
    expected = Path(f"{name}.expected").read_text(encoding="utf-8")
    assert without_keys(f"{caught.value}\n") == expected


def test_there_are_enough_wrong_claims() -> None:
    assert len(NAMES) >= 15
