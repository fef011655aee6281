"""The readable way: the rules as they stand, with SimPy's environment as the agenda."""

from __future__ import annotations

import gc
from array import array
from itertools import chain
from typing import Any

import numpy as np

from bcpsim.engine.border import happen, open_border
from bcpsim.engine.calendar import Calendar
from bcpsim.engine.fill.kinds import find_kinds
from bcpsim.engine.fill.outputs import Columns, numbered, outputs, together
from bcpsim.engine.fill.timetable import timetable
from bcpsim.engine.fill.travellers import columns
from bcpsim.engine.fill.world import lay
from bcpsim.engine.records import Traveller, World
from bcpsim.engine.rules.triggers import note_what_lasts
from bcpsim.plan.model import Plan
from bcpsim.sampling import Block


class _Growing(list[int]):
    """A list that grows as it is written to, one place after the other."""

    def __setitem__(self, k: Any, value: Any) -> None:
        if k == len(self):
            self.append(value)
        else:
            super().__setitem__(k, value)


def play(plan: Plan, block: Block) -> World:
    """Run the one replication of a block and return the records as they are at its end."""
    travellers = block.travellers
    kinds, whose = find_kinds(plan, travellers)
    w = lay(plan, kinds)
    n = len(travellers)
    for step, own in zip(w.steps, whose, strict=True):
        step.kind = step.kind * n if own is None else [step.kind[k] for k in own.tolist()]
    for record, name, value in chain(columns(plan, travellers, w), timetable(plan, block, 0, w)):
        setattr(record, name, value.tolist() if isinstance(value, np.ndarray) else value)
    for _, records, name, filling in outputs(w):
        for record in records:
            setattr(record, name, array("q", [filling]) * n)
    w.travellers = [Traveller(i) for i in range(n)]
    for i in np.flatnonzero(travellers.vehicle >= 0).tolist():
        w.travellers[i].vehicle = w.travellers[travellers.vehicle[i]]
    w.handovers = _Growing()
    w.spells = _Growing()
    w.calendar = calendar = Calendar(w, happen)
    open_border(w)
    calendar.environment.run(until=w.end)
    note_what_lasts(w)
    return w


def run(plan: Plan, block: Block) -> Columns:
    """Run some replications and return what is written down of them."""
    found = [_run_one(plan, block.one(place)) for place in range(len(block))]
    handovers = together([one.pop("handovers") for one in found], block)
    spells = numbered([one.pop("spells") for one in found])
    columns = {name: np.concatenate([one[name] for one in found], axis=1) for name in found[0]}
    return columns | {"handovers": handovers, "spells": spells}


def _run_one(plan: Plan, block: Block) -> Columns:
    collecting = gc.isenabled()
    gc.disable()  # it finds nothing here and would cost 5 % of the run
    try:
        w = play(plan, block)
    finally:
        if collecting:
            gc.enable()
    found = {
        column: np.array(
            [np.asarray(getattr(record, name)) for record in records], dtype=np.int64
        ).reshape(len(records), len(block.travellers))
        for column, records, name, _ in outputs(w)
    }
    found["arrival"] = np.array([w.arrival], dtype=np.int64)
    went = [*w.steps] if plan.reroutes else []
    sent = [*(step.following for step in went), *([w.entry] if went else [])]
    n = len(block.travellers)
    found["sent"] = np.array(sent, dtype=np.int64).reshape(len(sent), n)
    found["moved"] = np.array([step.move for step in went], dtype=np.int64).reshape(len(went), n)
    found["handovers"] = np.array(w.handovers, dtype=np.int64)
    found["spells"] = np.array(w.spells, dtype=np.int64)
    w.travellers.clear()  # the records refer to one another; so most memory is free at once
    for _, records, name, _ in outputs(w):
        for record in records:
            setattr(record, name, [])
    return found
