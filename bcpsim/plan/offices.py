"""Back offices, and the documents that they clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bcpsim.plan.indices import Indices
from bcpsim.plan.records.documents import DocumentsPlan
from bcpsim.plan.records.investigations import OfficePlan

WEEK = 7 * 1440.0
"""Minutes of a week, after which the hours of offices repeat."""


def offices(indices: Indices) -> tuple[OfficePlan, ...]:
    """Return the back offices."""
    until = indices.end + WEEK
    return tuple(
        OfficePlan(
            name=name,
            title=office.title or name,
            agency=indices.agencies.index(office.agency),
            specialists=office.specialists,
            windows=indices.windows(office.hours, until),
            until=until,
        )
        for name, office in indices.scenario.offices.items()
    )


def work_of(
    indices: Indices, work: Mapping[str, Sequence[str]]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return what offices do, by the numbers of offices and of activities."""
    offices = list(indices.scenario.offices)
    return tuple(
        (offices.index(office), tuple(indices.work.index((name, 1)) for name in activities))
        for office, activities in work.items()
    )


def documents(indices: Indices) -> tuple[DocumentsPlan, ...]:
    """Return the documents that are lodged beforehand."""
    return tuple(
        DocumentsPlan(
            name=name,
            title=lodged.title or name,
            condition=indices.condition(lodged.when),
            lead=indices.law(lodged.lead, ("documents", name, "lead")),
            work=work_of(indices, lodged.work),
            ready=indices.ready.index(name),
        )
        for name, lodged in indices.scenario.documents.items()
    )
