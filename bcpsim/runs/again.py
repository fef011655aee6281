"""A replication of a result that was kept, simulated again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bcpsim.engine import EventLog, replicate_block
from bcpsim.errors import InputError
from bcpsim.kpi import Meter, Row
from bcpsim.plan import Plan, compile_plan
from bcpsim.results import StoredResult, check_made_by
from bcpsim.runs.events import Events
from bcpsim.runs.size import check_size
from bcpsim.sampling import Block

_COMPARED = ("arrivals", "waiting_time", "time_in_system")
"""Measures by which a replication is known as the one whose values lie in the result."""


def simulated_again(result: StoredResult, variant: str, number: int = 0) -> Events:
    """Return the events of a replication of a result that is read back.

    The scenario as run lies in the result, and a scenario, a seed and a number give the same
    replication again; so any of them can be looked at, whichever event logs were kept.

    Parameters
    ----------
    result
        From `bcpsim.load_result`.
    variant
        Name of a variant of it.
    number
        Of the replication, from 0.

    Raises
    ------
    InputError
        If it is of a sweep; if the result has no such variant or replication, if its scenario
        can't be read or is too large, or if the replication comes out otherwise than the values
        stored of it.
    """
    [events] = all_again(result, variant, [number])
    return events


def all_again(result: StoredResult, variant: str, numbers: Iterable[int]) -> Iterator[Events]:
    """Yield the events of some replications, one after the other, as `simulated_again` does.

    The scenario is read and compiled once.
    """
    check_made_by(result.folder, "run", "compare")  # a sweep has a scenario for each point
    plan = compile_plan(replace(result.scenario(variant), variant=variant))
    check_size(plan)
    meter = Meter.of(plan, _COMPARED)
    count = result.provenance["replications"]
    for number in numbers:
        if not 0 <= number < count:
            raise InputError(
                f"{result.folder}: no replication {number}; expected a number from 0 to {count - 1}"
            )
        block, log = replicate_block(plan, result.seed, [number])
        _check_same(result, plan, meter, number, block, log)
        yield Events(plan, number, block.travellers, block.circumstances[0], log)


def _check_same(
    result: StoredResult, plan: Plan, meter: Meter, number: int, block: Block, log: EventLog
) -> None:
    """Check that a replication gives the values that the result has of it."""
    again = dict(zip(map(str, meter.rows), meter.measure(block, log).totals[0], strict=True))
    table = result.replications
    kept = table[(table["variant"] == plan.variant) & (table["replication"] == number)]
    for measure, population, statistic, value in zip(
        *(kept[name] for name in ("measure", "population", "statistic", "value")), strict=True
    ):
        row = str(Row(measure, population, statistic))
        now = float(again.get(row, value))
        if not (math.isclose(now, value, rel_tol=1e-9) or (math.isnan(now) and math.isnan(value))):
            raise InputError(
                f"{result.folder}: {row} of replication {number} ({plan.variant}) is {now:g} when "
                f"it is simulated again, and {value:g} in the result: it was made by another "
                "version of bcpsim, or its tables were changed; run it again"
            )
