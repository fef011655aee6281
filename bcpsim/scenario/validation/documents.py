"""Documents lodged beforehand: names that exist, and offices that do nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding, ready_by_timetable
from bcpsim.scenario.validation.lookup import missing


def documents(scenario: Scenario, lost: Collection[str]) -> Iterator[Finding]:
    """Find documents whose name is taken, and offices and work that there aren't."""
    others = ready_by_timetable(scenario)
    investigate = {office for one in scenario.investigations.values() for office in one.work}
    for name, lodged in scenario.documents.items():
        path = ("documents", name)
        if name in others:
            yield path, f"{name!r} is in the ready of a timetable already; choose another name"
        for office, activities in lodged.work.items():
            where = (*path, "work", office)
            if office in investigate:
                yield (
                    where,
                    f"{office!r} investigates; let another office clear documents, since what is "
                    "investigated is known after the run only",
                )
            yield from missing("office", office, scenario.offices, lost, *where)
            for activity in activities:
                yield from missing("activity", activity, scenario.activities, lost, *where)
