"""Everything random about the travellers of one replication, drawn before the run.

Each quantity has a stream of its own, named by (seed, replication, traffic source,
quantity), and one uniform number for each traveller, turned into the quantity through
its quantile function. So two variants with the same traffic see the same travellers
and durations, a further activity moves no other number, and a longer duration in the
scenario makes every draw longer.

Who gets out of a vehicle is a traveller too, whose numbers belong to the vehicle and the
place in it: another number of occupants, or another stop at which they get out of it,
moves nobody else's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bcpsim.plan.model import Plan
from bcpsim.sampling.documents import with_cleared
from bcpsim.sampling.members import sample_members, with_members
from bcpsim.sampling.sources import sample_source
from bcpsim.sampling.ticks import microseconds
from bcpsim.sampling.travellers import Ints, Travellers, joined


def sample_each(plan: Plan, seed: int, replications: Sequence[int]) -> tuple[Travellers, Ints]:
    """Draw the travellers of some replications.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replications
        Name the random streams; all at least 0.

    Returns
    -------
    travellers
        Those of one replication after the other, each in order of arrival, equal times by the
        order of the traffic sources; vehicles of members are numbered among all.
    first
        Where those of each replication begin, and where the last end; shape (replications + 1,).
    """
    drawn = [
        sample_source(plan, source, k, seed, replications) for k, source in enumerate(plan.sources)
    ]
    parts = [part for part, _ in drawn]
    owners = [np.repeat(np.arange(len(replications)), counts) for _, counts in drawn]
    arrival = np.concatenate([part.arrival for part in parts])
    whose = np.concatenate(owners)
    if len(parts) == 1 and plan.sources[0].timetable is None:
        order, travellers = np.arange(len(arrival)), parts[0]
    else:
        order = np.lexsort((arrival, whose))
        waits = np.repeat([s.waiting is not None for s in plan.sources], [len(p) for p in parts])
        there = (waits | (arrival >= 0)) & (arrival < microseconds(plan.horizon))
        order = order[there[order]]
        travellers, whose = joined(parts, order), whose[order]
    if plan.documents:
        travellers = with_cleared(plan, travellers, whose, len(replications))
    if plan.splits:
        number = np.full(len(arrival), -1, dtype=np.int64)  # of each one drawn, if there
        number[order] = np.arange(len(order))
        numbers = np.split(number, np.cumsum([len(part) for part in parts])[:-1])
        members = [
            group
            for part, own, owner, source in zip(parts, numbers, owners, plan.sources, strict=True)
            for group in sample_members(plan, source, part, own, owner, seed, replications)
        ]
        travellers, whose = with_members(travellers, whose, members)
    first = np.searchsorted(whose, np.arange(len(replications) + 1))
    return travellers, first
