"""What holds for the folder of a sweep whatever happens to it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcpsim.kpi import Row
from bcpsim.stats import mean_interval
from bcpsim.sweeps import prepare
from bcpsim.sweeps.folder import Store, create
from bcpsim.sweeps.point import Failed, Finished
from bcpsim.sweeps.prepared import Prepared

COUNT = 11
SWEEP: dict[str, Any] = {
    "name": "any",
    "scenario": "tests/data/small.yaml",
    "factors": {
        "load": {"set": "traffic.vehicles.arrivals.scale", "range": [0.5, 1], "levels": COUNT}
    },
    "design": "full_factorial",
}


@cache
def prepared() -> Prepared:
    return prepare(SWEEP)


def finished(point: int) -> Finished:
    """Some result that belongs to the point."""
    rows = tuple(Row("waiting_time", name, "mean") for name in ("all", "class=car"))
    values = np.array([[point, 2.0], [point / 3, 1.0]])
    return Finished(point, (("base", rows, mean_interval(values), values),))


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".lock", "made.json")
    }


def open_store(folder: Path) -> Store:
    if not folder.exists():
        made = prepared()
        create(folder, made.manifest, made.points, made.loaded, made.variants)
    return Store(folder, prepared().points, print)


@settings(max_examples=12)
@given(
    order=st.permutations(range(COUNT)),
    failing=st.sets(st.integers(0, COUNT - 1)),
    stops=st.sets(st.integers(0, COUNT - 1)),
)
def test_the_bytes_depend_on_no_order_interruption_or_failure(
    order: list[int], failing: set[int], stops: set[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as temporary:
        patch.setattr("bcpsim.sweeps.layout.BLOCK", 4)
        plain, eventful = Path(temporary) / "plain", Path(temporary) / "eventful"
        store = open_store(plain)
        for point in range(COUNT):
            store.add(finished(point))
        store.close()

        store = open_store(eventful)
        for done, point in enumerate(order, start=1):
            store.add(Failed(point, "RunError", "no") if point in failing else finished(point))
            if done in stops:
                store.close()
                store = open_store(eventful)
                assert sorted([*store.to_do(), *order[:done]]) == list(range(COUNT))
        assert (store.finished, store.failed) == (COUNT - len(failing), len(failing))
        store.retry_failed()
        for point in list(store.to_do()):
            store.add(finished(point))
        store.close()
        assert content(eventful) == content(plain)
