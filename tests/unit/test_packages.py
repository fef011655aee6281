"""What packages add: what can't be used is told with the package's name."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bcpsim import packages
from bcpsim.choosing import LANE
from bcpsim.engine.rules import choosing
from bcpsim.errors import InputError
from bcpsim.extend import Duration, Floats
from bcpsim.kpi import MEASURES
from bcpsim.kpi import measures as families
from bcpsim.plan.laws import Law, LawKind
from bcpsim.sampling.laws import cdf, mean, quantile
from bcpsim.scenario import added as added_laws
from bcpsim.scenario.added import added_records


class Packages:
    """Packages that seem to be installed."""

    def __init__(self) -> None:
        self.points: list[EntryPoint] = []

    def add(self, kind: str, name: str, thing: Any, package: str = "strange") -> None:
        """Let a package add something."""
        module = ModuleType(f"{package}_{name}")
        module.thing = thing  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
        point = EntryPoint(name, f"{module.__name__}:thing", packages.GROUPS[kind])
        vars(point)["dist"] = SimpleNamespace(name=package, version="0.1")
        self.points.append(point)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    """Forget what is installed, for the time of a test."""
    known = Packages()
    modules = set(sys.modules)
    monkeypatch.setattr(packages, "_installed", lambda: EntryPoints(known.points))
    packages.added.cache_clear()
    added_laws._function.cache_clear()
    yield known
    for name in set(sys.modules) - modules:
        if name.startswith(("strange", "other")):
            del sys.modules[name]
    packages.added.cache_clear()
    added_laws._function.cache_clear()


def triangle(u: Floats, *, high: Duration) -> Floats:
    """Rise from 0 to high.

    More words.
    """
    return high * np.sqrt(u)


def test_a_law_has_the_mean_and_the_distribution_of_its_quantiles(installed: Packages) -> None:
    installed.add("law", "triangle", triangle)
    law = Law(LawKind.ADDED, (6.0,), name="triangle")
    u = np.array([0.01, 0.25, 0.81])
    assert quantile(law, u).tolist() == pytest.approx([0.6, 3, 5.4])
    assert mean(law) == pytest.approx(4)  # two thirds of 6
    x = np.array([-1.0, 0.0, 3.0, 6.0, 9.0])
    assert cdf(law, x).tolist() == pytest.approx([0, 0, 0.25, 1, 1], abs=1e-12)
    # Below 3 it is a triangle again, with a mean of two thirds of 3.
    truncated = Law(LawKind.TRUNCATED, (0.0, 3.0), (law,))
    assert mean(truncated) == pytest.approx(2, rel=1e-6)


def test_the_keys_of_a_law_are_its_arguments(installed: Packages) -> None:
    installed.add("law", "triangle", triangle)
    [record] = added_records([])
    read = record.model_validate({"distribution": "triangle", "high": "2 h"})
    assert added_laws.parameters_of(read) == ("triangle", (120.0,))
    assert record.__doc__ == "Rise from 0 to high. (Of the package strange.)"


@pytest.mark.parametrize(
    ("law", "words"),
    [
        (lambda u, high: 1 - high * u, "gives the quantiles 0.999, 0.9"),
        (lambda u, high: u - 1, "gives the quantiles -0.999"),
        (lambda u, high: u[0], "gives () values for (7,) probabilities"),
        (lambda u, high: u / "a", "the law 'odd' of the package strange 0.1 failed: "),
    ],
)
def test_a_law_that_gives_no_times_is_told(installed: Packages, law: Any, words: str) -> None:
    law.__annotations__ = {"high": Duration}
    installed.add("law", "odd", law)
    [record] = added_records([])
    with pytest.raises(ValueError, match=re.escape(words)):
        record.model_validate({"distribution": "odd", "high": "1 min"})


def untyped(u: Any, mean) -> Any:  # type: ignore[no-untyped-def]
    """Lack the type of a key."""
    return u * mean


@pytest.mark.parametrize("law", [3, untyped])
def test_what_is_no_law_is_told(installed: Packages, law: Any) -> None:
    installed.add("law", "odd", law)
    with pytest.raises(
        InputError, match=r"the law 'odd' of the package strange 0\.1 can't be used"
    ):
        added_records([])


def test_what_is_no_measure_is_told(installed: Packages) -> None:
    installed.add("measure", "odd", MEASURES["throughput"])
    with pytest.raises(InputError, match="expected a Measure with the name 'odd'"):
        list(families._added(MEASURES))


def test_what_is_no_rule_is_told(installed: Packages) -> None:
    installed.add("lane choice", "odd", 3)
    chooser = replace(LANE, criteria={"random": "any"})
    words = r"the lane choice 'odd' of the package strange 0\.1 can't be used: expected a function"
    with pytest.raises(InputError, match=words):
        choosing._criteria(chooser, {"random": choosing.random}, choosing.lane_value)


def test_what_cannot_be_imported_is_told(installed: Packages) -> None:
    installed.add("law", "odd", triangle)
    del sys.modules["strange_odd"]
    with pytest.raises(InputError, match="can't be loaded: ModuleNotFoundError"):
        added_records([])


def test_a_name_is_taken_once(installed: Packages) -> None:
    installed.add("law", "gamma", triangle)
    with pytest.raises(InputError, match="has the name of one of bcpsim's own: rename it"):
        added_records(["gamma"])
    installed.add("law", "gamma", triangle, "other")
    packages.added.cache_clear()
    with pytest.raises(InputError, match=r"has the name of another, of .*: uninstall one"):
        added_records([])
