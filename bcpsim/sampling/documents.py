"""Documents lodged beforehand: when they are lodged, and when they are cleared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bcpsim.plan.model import Plan
from bcpsim.sampling.cases import holds, values_of_law
from bcpsim.sampling.offices import Ints, OfficeWork, needed_of, office_work
from bcpsim.sampling.streams import Draw
from bcpsim.sampling.ticks import FAR, ticks
from bcpsim.sampling.travellers import Travellers


def lodged(plan: Plan, category: Ints, attributes: Ints, arrival: Ints, draw: Draw) -> Ints:
    """Return when each traveller's documents are lodged, `FAR`: none; shape (kinds, n)."""
    times = np.full((len(plan.documents), len(arrival)), FAR)
    for number, one in enumerate(plan.documents):
        rows = np.flatnonzero(holds(one.condition, category, attributes) & (arrival < FAR))
        lead = values_of_law(one.lead, f"documents/{one.name}/lead", rows, draw)
        times[number, rows] = arrival[rows] - ticks(lead)
    return times


def cleared(
    plan: Plan,
    travellers: Travellers,
    replication: Ints,
    replications: int,
    measured: tuple[int, int] = (0, 0),
) -> tuple[Ints, Ints, OfficeWork]:
    """Return of which kind all documents are, whose, and what offices do of them.

    Parameters
    ----------
    plan, travellers
        A compiled scenario and its travellers.
    replication, replications
        In which replication each traveller is, and how many there are.
    measured
        From when to when the time of specialists counts.
    """
    kind, whose = np.nonzero(travellers.lodged != FAR)
    needed = np.full((len(plan.offices), len(whose)), -1, dtype=np.int64)
    for number, one in enumerate(plan.documents):
        jobs = kind == number
        durations = travellers.durations[:, whose[jobs]]
        needed[:, jobs] = needed_of(one.work, len(plan.offices), durations)
    times = travellers.lodged[kind, whose]
    return (
        kind,
        whose,
        office_work(plan.offices, times, needed, replication[whose], replications, measured),
    )


def with_cleared(
    plan: Plan, travellers: Travellers, replication: Ints, replications: int
) -> Travellers:
    """Return travellers who know when their documents are cleared."""
    kind, whose, work = cleared(plan, travellers, replication, replications)
    ready = travellers.ready.copy()
    ready[np.array([one.ready for one in plan.documents])[kind], whose] = work.done
    return replace(travellers, ready=ready)
