"""A replication by its seed and number: drawn, simulated and checked."""

from __future__ import annotations

from bcpsim.engine.invariants import check_invariants
from bcpsim.engine.log import EventLog
from bcpsim.engine.simulate import simulate
from bcpsim.errors import BcpsimError, InvariantError
from bcpsim.plan.model import Plan
from bcpsim.sampling import Circumstances, Travellers, circumstances, sample


def replicate(
    plan: Plan, seed: int, replication: int, where: str = ""
) -> tuple[Travellers, Circumstances, EventLog]:
    """Draw, run and check one replication.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replication
        Name the random streams; both at least 0.
    where
        What is said first of an error; by default scenario and variant.

    Raises
    ------
    InvariantError
        If the engine fails or breaks a rule of the model; it names seed and replication.
    """
    named = f"{where or f'{plan.name} ({plan.variant})'}, seed {seed}, replication {replication}"
    travellers, there = sample(plan, seed, replication), circumstances(plan, seed, replication)
    try:
        log = simulate(plan, travellers, there)
    except (BcpsimError, MemoryError):
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise InvariantError(f"{named}: the engine failed: {said}; please report this") from error
    check_invariants(plan, travellers, there, log, named)
    return travellers, there, log
