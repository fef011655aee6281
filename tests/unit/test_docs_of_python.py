"""The tutorial for researchers runs as it stands, block after block."""

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial-researchers.md"


def test_the_tutorial_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 10
    names: dict[str, Any] = {"__name__": "tutorial"}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert capsys.readouterr().out == (
        "with_: traffic.cars.arrivals.scale: must not be negative, found -1\n"
    )
    waits = names["rows"].query("population == 'all'").set_index("alternative")["change_high"]
    assert waits["third booth"] < 0
    assert waits["visa in 2 min"] < 0
    assert list(names["own"]["variant"]) == ["base"] * 3 + ["third booth"] * 3
    assert names["table"].shape == (4, 2)
    assert (names["table"][3] < names["table"][2]).all()
    assert names["again"].scenario("base").hash == names["border"].hash
    assert names["log"]["case"].iloc[0] == "base/0/0"
