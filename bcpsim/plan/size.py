"""How large a replication may be: what a scenario expects, against a bound on memory."""

from __future__ import annotations

from bcpsim.plan.model import Plan

MAX_VISITS = 10_000_000
"""Most visits to stops that one replication may expect."""

BYTES_PER_VISIT = 550
"""Peak memory per visit of a replication, measured and rounded up (benchmarks/README.md)."""


def too_large(plan: Plan, travellers: float) -> str | None:
    """Return what is wrong if a replication needs more memory than allowed, else None.

    Parameters
    ----------
    plan
        The compiled scenario.
    travellers
        How many are expected.
    """
    visits = travellers * len(plan.tasks)  # a crew makes several at a stop
    if visits <= MAX_VISITS:
        return None
    memory = visits * BYTES_PER_VISIT / 2**30
    return (
        f"{_rounded(travellers)} {plan.counted} and up to {_rounded(visits)} visits to stops are "
        f"expected in one replication, about {_rounded(memory)} GiB; the bound is "
        f"{MAX_VISITS:,} visits. Shorten horizon.duration or lower the arrival rates"
    )


def _rounded(number: float) -> str:
    return f"{number:,.0f}" if number < 1e12 else f"{number:.1e}"
