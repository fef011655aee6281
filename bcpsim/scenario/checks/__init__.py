"""What must hold between the parts of a scenario."""

from __future__ import annotations

from bcpsim.scenario.checks.names import check_sources, open_routes, sizes, unknown_names
from bcpsim.scenario.checks.staffing import check_rosters, equipment, missing_ways, staffing
from bcpsim.scenario.checks.ways import admission, groups
from bcpsim.scenario.checks.workflow import ways_that_end
from bcpsim.scenario.facts import Finding
from bcpsim.scenario.model import Scenario

__all__ = ["check_references", "check_rosters", "check_sources", "missing_ways"]


def check_references(scenario: Scenario) -> list[Finding]:
    """Return every mistake between the parts of a scenario.

    Returns
    -------
    list of (path, message)
        Empty if there is none. Workflow, staffing and lanes are judged only when all
        names are known, since their mistakes would follow from an unknown name.
    """
    findings = [*unknown_names(scenario), *open_routes(scenario), *sizes(scenario)]
    if findings:
        return findings
    findings = list(ways_that_end(scenario))
    return findings or [
        *staffing(scenario),
        *equipment(scenario),
        *admission(scenario),
        *groups(scenario),
    ]
