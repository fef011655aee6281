"""Bounds on the memory that a run may take."""

from __future__ import annotations

from bcpsim.demand.offered import expected_travellers
from bcpsim.errors import InputError, option
from bcpsim.plan import Plan
from bcpsim.plan.size import too_large

MAX_KEPT_VISITS = 30_000_000
"""Most visits to stops of all replications whose events are kept."""


def check_size(plan: Plan, kept: int = 0) -> None:
    """Check that a run stays within the bounds on memory.

    Parameters
    ----------
    plan
        The compiled scenario.
    kept
        Number of replications whose events are kept.

    Raises
    ------
    InputError
        If a replication expects too many visits, or those kept more than `MAX_KEPT_VISITS`.
    """
    expected = expected_travellers(plan) if plan.splits else plan.expected_arrivals
    wrong = too_large(plan, expected)
    if wrong is not None:
        raise InputError(f"scenario {plan.name!r}: {wrong}")
    visits = expected * len(plan.tasks)
    if visits * kept > MAX_KEPT_VISITS:
        raise InputError(
            f"the events of {kept:,} replications with up to {visits:,.0f} visits each would be "
            f"kept in memory; the bound is {MAX_KEPT_VISITS:,} visits. Keep the first only "
            f"({option('--event-log first')}), or run fewer replications"
        )
