"""Replications by seed and number: drawn, simulated and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bcpsim.engine.invariants import check_invariants
from bcpsim.engine.log import EventLog, Ints
from bcpsim.engine.simulate import simulate_block
from bcpsim.errors import BcpsimError, InvariantError, RunError
from bcpsim.plan.model import Plan
from bcpsim.plan.records.crossings import RegionPlan
from bcpsim.plan.windows import Windows, joined
from bcpsim.sampling import Block, Circumstances, Travellers, sample_block
from bcpsim.sampling.anew import Redrawn, made_in, steering
from bcpsim.sampling.circumstances import as_lived
from bcpsim.sampling.ticks import MICROSECONDS

MOST_RUNS = 200
"""Most runs of a block until the results of checks agree with when these were made."""


def replicate(
    plan: Plan, seed: int, replication: int, where: str = ""
) -> tuple[Travellers, Circumstances, EventLog]:
    """Draw, run and check one replication; parameters and errors as for `replicate_block`."""
    block, log = replicate_block(plan, seed, [replication], where)
    return block.travellers, block.circumstances[0], log


def replicate_block(
    plan: Plan, seed: int, replications: Sequence[int], where: str = ""
) -> tuple[Block, EventLog]:
    """Draw, run and check some replications, side by side.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replications
        Name the random streams; all at least 0.
    where
        What is said first of an error; by default scenario and variant.

    Raises
    ------
    InvariantError
        If the engine fails or breaks a rule of the model; it names seed and replication.
    """
    drawn = sample_block(plan, seed, replications)
    named = f"{where or f'{plan.name} ({plan.variant})'}, seed {seed}, replication "
    try:
        return _simulated(plan, drawn, f"{named}{replications[0]}")
    except InvariantError:
        if len(replications) > 1:
            for replication in replications:  # alone, which names the one to blame
                replicate_block(plan, seed, [replication], where)
        raise


def _simulated(plan: Plan, drawn: Block, named: str) -> tuple[Block, EventLog]:
    """Run and check a block of replications; messages begin with a name for it."""
    try:
        drawn, log = _settled(plan, drawn)
    except (BcpsimError, MemoryError):
        raise
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise InvariantError(f"{named}: the engine failed: {said}; please report this") from error
    block, log = as_it_was(plan, drawn, log)
    check_invariants(plan, block, log, named)
    return block, log


def _settled(plan: Plan, drawn: Block) -> tuple[Block, EventLog]:
    """Run replications until the results of checks are those of the checks as they were made.

    What a check finds that a disturbance leaves out or changes is found anew, and so is what then
    becomes of the traveller. Nothing before the first such check changes by it, so that each run
    agrees with its results for longer than the one before.
    """
    log = simulate_block(plan, drawn)
    if not steering(plan):
        return drawn, log
    redrawn, block = Redrawn(plan, drawn), drawn
    for _ in range(MOST_RUNS):
        made = redrawn.as_made_in(made_in(plan, log.altered, log.started))
        if np.array_equal(made.travellers.attributes, block.travellers.attributes):
            return block, log
        block = made
        log = simulate_block(plan, block)
    raise RunError(
        f"the results of checks that disturbances change don't settle in {MOST_RUNS} runs: who is "
        "found, and when a disturbance lasts, hang on each other in a circle"
    )


def _at_crossings(
    plan: Plan, region: RegionPlan, block: Block, log: EventLog
) -> tuple[Block, EventLog]:
    """Return the travellers of a region with the crossings to which they went, and the ways.

    Those who would have got out of a vehicle at other crossings are left out.
    """
    travellers = block.travellers
    alone = travellers.vehicle < 0
    own = np.where(alone, np.arange(len(travellers)), travellers.vehicle)
    attributes = travellers.attributes.copy()
    chosen = np.where(log.crossing[0] < 0, attributes[region.attribute], log.crossing[0])[own]
    attributes[region.attribute] = chosen
    move_in = np.where(alone, log.driven[0], travellers.move_in)
    went = replace(travellers, attributes=attributes, move_in=move_in)
    block = replace(block, travellers=went)
    if not plan.splits:
        return block, log
    at = np.array([plan.crossing_of(step) for step in range(len(plan.steps))])
    rows = np.flatnonzero(alone | (at[np.maximum(travellers.split, 0)] == chosen))
    return block.only(rows), log.only(rows)


def _moves_in(plan: Plan, travellers: Travellers, entry: Ints) -> Ints:
    """Return the time of each traveller's way to where it went first.

    Who got out of a vehicle, and was sent elsewhere, has another way than was drawn.
    """
    move_in = travellers.move_in.copy()
    sent = (travellers.vehicle >= 0) & (entry != travellers.entry)
    for place, (origin, number) in enumerate(plan.forks):
        if origin < 0:
            _, way = plan.detours[number]
            rows = sent & (travellers.entry == way.step) & (entry == travellers.instead[number])
            move_in[rows] = travellers.move_instead[place, rows]
    return move_in


def as_it_was(plan: Plan, drawn: Block, log: EventLog) -> tuple[Block, EventLog]:
    """Return replications with what only their run has shown: circumstances, and who went where.

    Of the log remains what is about those who were there.
    """
    if plan.region is not None:
        drawn, log = _at_crossings(plan, plan.region, drawn, log)
    if plan.reroutes:
        went = replace(
            drawn.travellers,
            following=log.sent[:-1],
            entry=log.sent[-1],
            move_in=_moves_in(plan, drawn.travellers, log.sent[-1]),
            move_after=log.moved,
        )
        drawn = replace(drawn, travellers=went)
    if not plan.called and all(one.trigger is None for one in plan.disturbances):
        return drawn, log
    lived = []
    for place, there in enumerate(drawn.circumstances):
        spells: dict[int, Windows] = {}
        for _, number, start, end in log.spells[log.spells[:, 0] == place].tolist():
            spell = (start / MICROSECONDS, end / MICROSECONDS)
            spells[number] = joined([*spells.get(number, ()), spell])
        lived.append(as_lived(plan, there, spells))
    return replace(drawn, circumstances=tuple(lived)), log
