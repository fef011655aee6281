"""Documents lodged beforehand: when they are lodged, and when they are cleared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bcpsim.plan.model import Plan
from bcpsim.sampling.cases import holds, values_of_law
from bcpsim.sampling.offices import Ints, Jobs, done_in_offices
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
) -> Jobs:
    """Return the documents of travellers, and what offices do of them.

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
    came = travellers.lodged[kind, whose]
    return done_in_offices(
        plan.offices,
        [one.work for one in plan.documents],
        travellers.durations,
        (kind, whose, came),
        came,
        replication,
        replications,
        measured,
    )


def with_cleared(
    plan: Plan, travellers: Travellers, replication: Ints, replications: int
) -> Travellers:
    """Return travellers who know when their documents are cleared."""
    documents = cleared(plan, travellers, replication, replications)
    ready = travellers.ready.copy()
    rows = np.array([one.ready for one in plan.documents])[documents.kind]
    ready[rows, documents.traveller] = documents.done
    return replace(travellers, ready=ready)
