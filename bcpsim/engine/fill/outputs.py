"""The columns of a log, and which records hold their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bcpsim.engine.log import Ints
from bcpsim.engine.records import (
    World,
)
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling import Block
from bcpsim.sampling.ticks import NEVER

Columns = dict[str, Ints]
"""The columns of a log by name, a row for each of their records."""


def outputs(w: World) -> Iterator[tuple[str, Sequence[Any], str, int]]:
    """Yield the columns of the log: name, the records that hold its rows, field, and filling."""
    for name in ("queued", "left"):
        yield name, w.steps, name, NEVER
    yield "entered", w.steps if w.areas else (), "entered", NEVER
    yield "lane", w.steps, "lane", -1
    for name in ("for_lane", "for_equipment", "for_group"):
        yield name, w.steps, name, 0
    for name in ("started", "ended"):
        yield name, w.tasks, name, NEVER
    yield "officer", w.tasks, "officer", -1
    yield "altered", w.altered, "altered", 0
    region = (w,) if w.has_crossings else ()
    yield "crossing", region, "crossing", -1
    yield "driven", region, "driven", 0
    yield "shown", region, "shown", NEVER
    yield "departure", (w,), "departure", NEVER
    yield "outcome", (w,), "outcome", int(Outcome.INSIDE)


def together(handovers: Sequence[Ints], block: Block) -> Ints:
    """Return what was handed over in each replication, shape (h, 4), as travellers of the block."""
    rows = np.concatenate(handovers).reshape(-1, 4)
    rows[:, 1] += np.repeat(block.first[:-1], [len(part) // 4 for part in handovers])
    return rows


def numbered(spells: Sequence[Ints]) -> Ints:
    """Return the spells of disturbances of each replication, with its place; shape (d, 4)."""
    place = np.repeat(np.arange(len(spells)), [len(part) // 3 for part in spells])
    return np.column_stack([place, np.concatenate(spells).reshape(-1, 3)])
