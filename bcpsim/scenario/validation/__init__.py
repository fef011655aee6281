"""What must hold between the parts of a scenario."""

from __future__ import annotations

from collections.abc import Collection

from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding
from bcpsim.scenario.validation.crossings import crossings, names_of_crossings
from bcpsim.scenario.validation.disturbances import effects
from bcpsim.scenario.validation.documents import documents
from bcpsim.scenario.validation.names import check_sources, open_routes, sizes, unknown_names
from bcpsim.scenario.validation.places import risk_indices
from bcpsim.scenario.validation.prices import payers
from bcpsim.scenario.validation.security import security
from bcpsim.scenario.validation.staffing import (
    check_rosters,
    equipment,
    holds,
    missing_ways,
    opening,
    staffing,
)
from bcpsim.scenario.validation.standing import unknown_standing
from bcpsim.scenario.validation.ways import admission, groups, waiting
from bcpsim.scenario.validation.workflow import ways_that_end

__all__ = [
    "check_names",
    "check_references",
    "check_rosters",
    "check_sources",
    "missing_ways",
    "unknown_standing",
]


def check_references(scenario: Scenario) -> list[Finding]:
    """Return every mistake between the parts of a scenario.

    Returns
    -------
    list of (path, message)
        Empty if there is none. Workflow, staffing and lanes are judged only when all
        names are known, since their mistakes would follow from an unknown name.
    """
    findings = [*check_names(scenario), *sizes(scenario)]
    if findings:
        return findings
    findings = [*ways_that_end(scenario), *crossings(scenario), *opening(scenario)]
    return findings or [
        *staffing(scenario),
        *holds(scenario),
        *equipment(scenario),
        *admission(scenario),
        *waiting(scenario),
        *groups(scenario),
        *effects(scenario),
    ]


def check_names(scenario: Scenario, lost: Collection[str] = ()) -> list[Finding]:
    """Return every name that stands for nothing, and routes without an end.

    Parameters
    ----------
    scenario
        The scenario, or what could be read of it.
    lost
        Names in what couldn't be read; they may stand for something there.
    """
    return [
        *unknown_names(scenario, lost),
        *names_of_crossings(scenario, lost),
        *payers(scenario, lost),
        *risk_indices(scenario, lost),
        *security(scenario, lost),
        *documents(scenario, lost),
        *open_routes(scenario),
    ]
