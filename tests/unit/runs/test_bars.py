"""Progress bars, on a terminal and in notebooks."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

import bcpsim

SMALL = Path(__file__).parents[2] / "data" / "small.yaml"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """A notebook without anything but itself."""
    pictures: list[dict[str, str]] = []

    def display(picture: dict[str, str], **_: Any) -> Any:
        pictures.append(picture)
        return SimpleNamespace(update=lambda new, raw: pictures.append(new))

    module = ModuleType("IPython.display")
    module.display = display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    monkeypatch.setattr(Console, "is_jupyter", property(lambda self: True), raising=False)
    monkeypatch.setattr(
        Console, "__init__", lambda self, **_: setattr(self, "_lock", None), raising=True
    )
    return pictures


def test_in_a_notebook_it_is_a_bar_of_html(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, str]]
) -> None:
    bcpsim.run(SMALL, replications=3, progress=True)
    assert shown[0] == {
        "text/plain": "Replications",
        "text/html": "<progress ></progress> Replications",
    }
    assert shown[-1] == {
        "text/plain": "Replications: 3 of 3",
        "text/html": '<progress value="3" max="3"></progress> Replications: 3 of 3',
    }


def test_elsewhere_it_stays_off_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[int, int]] = []
    bcpsim.run(SMALL, replications=2, progress=True)
    bcpsim.run(SMALL, replications=2, progress=False)
    bcpsim.run(SMALL, replications=2, progress=lambda *state: told.append(state))
    assert told == [(1, 2), (2, 2)]
    assert capfd.readouterr().out == ""


def test_each_question_has_one(shown: list[dict[str, str]]) -> None:
    sweep = {
        "name": "s",
        "scenario": str(SMALL),
        "factors": {"scale": {"set": "traffic.vehicles.arrivals.scale", "values": [1, 2]}},
        "design": "full_factorial",
        "replications": 1,
    }
    bcpsim.sweep(sweep, allowed=[SMALL.parent], progress=True)
    assert shown[-1]["text/plain"] == "Points: 2 of 2"
    bcpsim.compare(SMALL, replications=2, progress=True)
    assert shown[-1]["text/plain"] == "Replications: 4 of 4"
