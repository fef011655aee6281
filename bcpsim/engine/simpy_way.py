"""The readable way: the rules as they stand, with SimPy's environment as the agenda."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from bcpsim.engine.border import happen, open_border
from bcpsim.engine.calendar import Calendar
from bcpsim.engine.fill import Columns, columns, find_kinds, lay, outputs
from bcpsim.engine.records import Traveller, World
from bcpsim.plan.model import Plan
from bcpsim.sampling import Circumstances, Travellers


class _Growing(list[int]):
    """A list that grows as it is written to, one place after the other."""

    def __setitem__(self, k: Any, value: Any) -> None:
        if k == len(self):
            self.append(value)
        else:
            super().__setitem__(k, value)


def play(plan: Plan, travellers: Travellers, circumstances: Circumstances) -> World:
    """Run one replication and return the records as they are at its end."""
    kinds, whose = find_kinds(plan, travellers)
    w = lay(plan, kinds)
    n = len(travellers)
    for step, own in zip(w.steps, whose, strict=True):
        step.kind = step.kind * n if own is None else [step.kind[k] for k in own.tolist()]
    for record, name, value in columns(plan, travellers, circumstances, w):
        setattr(record, name, value.tolist() if isinstance(value, np.ndarray) else value)
    for _, records, name, filling in outputs(w):
        for record in records:
            setattr(record, name, array("q", [filling]) * n)
    w.travellers = [Traveller(i) for i in range(n)]
    for i in np.flatnonzero(travellers.vehicle >= 0).tolist():
        w.travellers[i].vehicle = w.travellers[travellers.vehicle[i]]
    w.handovers = _Growing()
    w.calendar = calendar = Calendar(w, happen)
    open_border(w)
    calendar.environment.run(until=w.end)
    return w


def run(plan: Plan, travellers: Travellers, circumstances: Circumstances) -> Columns:
    """Run one replication and return what is written down of it."""
    w = play(plan, travellers, circumstances)
    found = {
        column: np.array([np.asarray(getattr(record, name)) for record in records])
        for column, records, name, _ in outputs(w)
    }
    found["arrival"] = np.array([w.arrival], dtype=np.int64)
    found["handovers"] = np.array(w.handovers, dtype=np.int64)
    w.travellers.clear()  # the records refer to one another; so most memory is free at once
    for _, records, name, _ in outputs(w):
        for record in records:
            setattr(record, name, [])
    return found
