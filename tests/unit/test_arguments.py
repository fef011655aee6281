"""What Python programs give that isn't what is meant: told by name, before anything is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bcpsim

SMALL = Path(__file__).parents[1] / "data" / "small.yaml"
CLAIM = {
    "name": "more",
    "sentence": "A guard more halves the wait.",
    "source": {"title": "A test"},
    "scenario": str(SMALL),
    "baseline": "base",
    "alternatives": "more",
    "measure": "waiting_time",
    "reduction": "at least 10 %",
}


@pytest.fixture(scope="module")
def border() -> bcpsim.LoadedScenario:
    return bcpsim.load(SMALL)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"replications": 2.0}, "replications: expected a whole number, found 2.0"),
        ({"replications": True}, "replications: expected a whole number, found True"),
        ({"replications": "2"}, "replications: expected a whole number, found '2'"),
        ({"replications": [2]}, "replications: expected a whole number, found a list"),
        ({"replications": 0}, "replications must be from 1 to 1000000, found 0"),
        ({"seed": None}, "seed: expected a whole number, found None"),
        ({"seed": 1.5}, "seed: expected a whole number, found 1.5"),
        ({"seed": np.random.default_rng(1)}, "seed: expected a whole number, found Generator obj"),
        ({"seed": np.int64(-1)}, "the seed must not be negative, found -1"),
        ({"workers": None}, "workers: expected a whole number, found None"),
        ({"weight": "travellers"}, "weight: expected one of 'replication', 'traveller'; found 'tr"),
        ({"event_log": "last"}, "event_log: expected one of 'all', 'first', 'none'; found 'last'"),
        ({"event_log": True}, "event_log: expected one of 'all', 'first', 'none'; found True"),
        ({"each": "waits"}, "each: expected a function, found 'waits'"),
        ({"progress": "yes"}, "progress: expected True, or a function, found 'yes'"),
        ({"precision": 0.1}, "precision: expected a Precision, found 0.1"),
        ({"overrides": "a=2"}, "overrides: expected a dictionary of values by key path"),
        ({"overrides": {3: 2}}, "overrides: expected a dictionary of values by key path"),
        ({"overrides": {"traffik": 2}}, "overrides: traffik: unknown key"),
        ({"allowed": [3]}, "allowed: expected a list of folders, found 3"),
        ({"each": lambda _: {"x": 10**400}}, "x: found a number that is too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_what_a_run_cannot_take_is_told(
    arguments: dict[str, Any], message: str, border: bcpsim.LoadedScenario
) -> None:
    with pytest.raises(bcpsim.InputError) as caught:
        bcpsim.run(border, **({"replications": 1} | arguments))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bcpsim.load(3), "expected a scenario file, a dictionary of what would stand in"),  # type: ignore[arg-type]
        (lambda: bcpsim.load(SMALL.read_text("utf-8")), "found text of several lines, of which"),
        (lambda: bcpsim.load(SMALL, variant=3), "variant: expected text, found 3"),  # type: ignore[arg-type]
        (lambda: bcpsim.run(bcpsim.load(SMALL).scenario), "found Scenario object"),  # type: ignore[arg-type]
        (lambda: bcpsim.run(SMALL, variants=["more", "more"]), "names, found 'more' twice"),
        (lambda: bcpsim.run(SMALL, variants=[]), "different names, found an empty list"),
        (lambda: bcpsim.load(SMALL).with_("scale=2"), "with_: expected a dictionary of values"),  # type: ignore[arg-type]
        (lambda: bcpsim.load(SMALL).with_({}, name=""), "name: expected text, found ''"),
        (lambda: bcpsim.compare(SMALL, changes={"a": 2}), "changes: expected a list of changes"),  # type: ignore[arg-type]
        (lambda: bcpsim.compare(SMALL, confidence="95 %"), "confidence: expected a number"),  # type: ignore[arg-type]
        (lambda: bcpsim.compare(SMALL, equal=[3]), "equal: expected a list of conditions such as"),  # type: ignore[list-item]
        (lambda: bcpsim.check(CLAIM, seed=-1), "the seed must not be negative, found -1"),
        (lambda: bcpsim.check([CLAIM]), "expected a claim file, a dictionary of what would stand"),  # type: ignore[arg-type]
        (lambda: bcpsim.Precision("5 %"), "half_width: expected a number, found '5 %'"),  # type: ignore[arg-type]
        (lambda: bcpsim.Precision(0.1, ceiling="9"), "ceiling: expected a whole number"),  # type: ignore[arg-type]
        (lambda: bcpsim.save("r", "r"), "result: expected a Result, as bcpsim.run returns; found"),  # type: ignore[arg-type]
        (lambda: bcpsim.load_result(None), "folder: expected a path, found None"),  # type: ignore[arg-type]
        (lambda: bcpsim.find_warm_up(SMALL, ["waiting_time"]), "expected MEASURE/POPULATION"),  # type: ignore[arg-type]
        (lambda: bcpsim.find_warm_up(SMALL, replications=0), "at least 1, found 0"),
    ],
)  # fmt: skip
def test_what_other_functions_cannot_take_is_told(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(bcpsim.InputError) as caught:
        call()
    assert message in str(caught.value)


def test_numbers_of_numpy_are_as_good_as_pythons(border: bcpsim.LoadedScenario) -> None:
    own = bcpsim.run(border, replications=2, seed=5)
    same = bcpsim.run(border, replications=np.int16(2), seed=np.uint32(5), workers=np.int8(1))
    assert same.measures.equals(own.measures)
    assert same.provenance == own.provenance
    assert type(same.seed) is int
    precision = bcpsim.Precision(np.float32(0.25), measures="waiting_time", floor=np.int64(5))  # type: ignore[arg-type]
    assert precision == bcpsim.Precision(0.25, measures=("waiting_time",), floor=5)


def test_one_name_may_stand_where_there_may_be_several() -> None:
    assert [one.name for one in bcpsim.run(SMALL, variants="more", replications=1).variants] == [
        "more"
    ]
    found = bcpsim.compare(SMALL, alternatives="more", equal="arrivals", replications=2)
    assert found.names == ("base", "more")
    assert [one.equal for one in found.equalities] == [True]


def test_none_leaves_a_value_to_its_default(border: bcpsim.LoadedScenario) -> None:
    busier = border.with_({"traffic.vehicles.arrivals.scale": 2})
    assert busier.hash != border.hash
    assert busier.with_({"traffic.vehicles.arrivals.scale": None}).hash == border.hash
