"""Checks on a comparison: the same time and traffic, and whether the ways differ at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bcpsim.errors import InputError
from bcpsim.plan import Plan
from bcpsim.plan.idle import why_no_matter
from bcpsim.runs.measured import Measured
from bcpsim.scenario import LoadedScenario

_OF_OFFICERS = (
    "officer_hours",
    "specialist_hours",
    "office_utilisation",
    "staff_cost",
    "overtime",
    "utilisation",
    "officer_minutes_per_vehicle",
    "idle_while_waiting",
    "lane_utilisation",
    "equipment_utilisation",
)
"""Measures that differ with the numbers of staff, lanes and machines by themselves."""


def hints(
    plans: Sequence[Plan], measured: Sequence[Measured], paths: Sequence[Sequence[str]]
) -> Iterator[str]:
    """Yield a sentence for each alternative that makes no difference to anybody, with the reason.

    Parameters
    ----------
    plans, measured
        The ways of working, the baseline first, and what was measured with each.
    paths
        Key paths of what was set in each, beside its variant.
    """
    for plan, values, paths_set in zip(plans[1:], measured[1:], paths[1:], strict=True):
        reasons = list(why_no_matter(plans[0], plan, paths_set))
        if _same_for_all(measured[0], values):
            count = len(values.totals)
            same = f"nobody waits shorter or longer than in {plans[0].variant}"
            reasons.insert(0, f"{same} in any of {count} replications")
        if reasons:
            yield f"{plan.variant}: {'; '.join(reasons)}"


def _same_for_all(first: Measured, other: Measured) -> bool:
    """Return whether all times and counts are the same in each replication."""
    rows = [row for row in first.rows if row.measure not in _OF_OFFICERS]
    if rows != [row for row in other.rows if row.measure not in _OF_OFFICERS]:
        return False
    return all(np.array_equal(first.column(row), other.column(row), equal_nan=True) for row in rows)


def check_same_time(plans: Sequence[Plan]) -> None:
    """Check that ways of working are measured over the same time.

    Raises
    ------
    InputError
        If one isn't.
    """
    first = plans[0]
    for plan in plans[1:]:
        for field in ("start", "time_zone", "horizon", "warm_up"):
            here, expected = getattr(first, field), getattr(plan, field)
            if here != expected:
                name, unit = ("duration", " min") if field == "horizon" else (field, "")
                raise InputError(
                    f"{first.variant} and {plan.variant} can't be compared: horizon.{name} is "
                    f"{here}{unit} in one and {expected}{unit} in the other"
                )


def traffic_warnings(loaded: Sequence[LoadedScenario], plans: Sequence[Plan]) -> Iterator[str]:
    """Yield a warning for each alternative whose traffic isn't that of the baseline."""
    first = _traffic(loaded[0], plans[0])
    for way, plan in zip(loaded[1:], plans[1:], strict=True):
        other = _traffic(way, plan)
        different = [
            name for name in dict.fromkeys([*first, *other]) if first.get(name) != other.get(name)
        ]
        if different:
            yield (
                f"{loaded[0].variant} and {way.variant} don't have the same traffic "
                f"({', '.join(different)}): they don't see the same vehicles, and a difference is "
                "that of traffic and way of working together"
            )


def _traffic(loaded: LoadedScenario, plan: Plan) -> dict[str, Any]:
    """Return who comes when on an undisturbed day, by source and class, whatever the workflow."""
    sources = {
        f"source {source.name}": (
            [(plan.classes[k].name, share) for k, share in source.classes],
            replace(
                source,
                classes=(),
                timetable=source.timetable
                and replace(source.timetable, attributes=(), ready=(), late=()),
            ),
        )
        for source in plan.sources
        if not source.surge
    }
    classes = {
        f"class {name}": (record.occupants, record.attributes, record.occupants_with)
        for name, record in loaded.scenario.classes.items()
    }
    return {**sources, **classes}
