"""The report of the fewest officers: how many, the roster, and the service that it gives."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.errors import visible
from bcpsim.report.annex import annex, trust
from bcpsim.report.answers import drawn
from bcpsim.report.document import Document, Heading, Part
from bcpsim.report.pictured import pictured
from bcpsim.report.plots import SETTINGS
from bcpsim.report.staffing import how_few, notes_of, roster, service, service_plot, title, title_of
from bcpsim.report.told import told_of_scenarios
from bcpsim.staffing import Staffing


def staffing_document(staffing: Staffing, command: str = "") -> Document:
    """Return the report of the fewest officers.

    Parameters
    ----------
    staffing
        From `bcpsim.staff`.
    command
        The command line that made it.
    """
    import matplotlib as mpl

    replications = min(answer.service.replications for answer in staffing.answers)
    made_from = {**staffing.provenance, "weight": "replication", "replications": replications}
    scenarios = [(answer.variant, answer.loaded) for answer in staffing.answers]
    told = told_of_scenarios(scenarios, made_from, (), command)
    with mpl.rc_context(SETTINGS):
        parts = (
            Heading("The answer"),
            *how_few(staffing),
            *notes_of(staffing),
            *_rosters(staffing),
            *drawn(told),
            *trust(told),
            *annex(told),
        )
    return Document(title(staffing), parts)


def _rosters(staffing: Staffing) -> Iterator[Part]:
    for answer in staffing.answers:
        head = visible(title_of(answer))
        yield Heading(f"Roster: {head}")
        yield roster(staffing, answer)
        yield pictured(f"Service and officers by hour, {head}", service_plot(staffing, answer))
        yield service(answer)
