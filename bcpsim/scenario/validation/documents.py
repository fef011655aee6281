"""Documents lodged beforehand: names that exist, and offices that do nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.errors import unknown
from bcpsim.files.shape import STAND_IN
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding, ready_by_timetable


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
            for what, named, known in (
                ("office", [office], scenario.offices),
                ("activity", activities, scenario.activities),
            ):
                for missing in named:
                    if missing not in known and missing not in lost and STAND_IN not in known:
                        yield where, unknown(what, missing, known)
