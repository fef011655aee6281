"""The fewest officers as a document: how many, the roster, and the service that it gives."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.errors import visible
from bcpsim.report.annex import annex, trust
from bcpsim.report.answers import drawn
from bcpsim.report.document import Column, Document, Heading, Part, Points, Sentence, Table
from bcpsim.report.pictured import pictured
from bcpsim.report.plots import SETTINGS
from bcpsim.report.staffing import (
    Rows,
    comparison_rows,
    found_words,
    notes_of,
    roster_rows,
    service_plot,
    service_rows,
    title_of,
)
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

    file = staffing.question.file
    replications = min(answer.service.replications for answer in staffing.answers)
    made_from = {**staffing.provenance, "weight": "replication", "replications": replications}
    scenarios = [(answer.variant, answer.loaded) for answer in staffing.answers]
    told = told_of_scenarios(scenarios, made_from, (), command)
    with mpl.rc_context(SETTINGS):
        parts = (*_answer(staffing), *drawn(told), *trust(told), *annex(told))
    return Document(visible(file.title or file.name), parts)


def _answer(staffing: Staffing) -> Iterator[Part]:
    yield Heading("The answer")
    found = [f"{title_of(answer)}: {found_words(staffing, answer)}" for answer in staffing.answers]
    yield Points(tuple(map(visible, found)), "answer")
    for name, why in staffing.without.items():
        yield Sentence(visible(f"{name}: no roster. {why}"), "warning")
    if len(staffing.answers) > 1:
        yield _table("Variants side by side", comparison_rows(staffing))
    yield Points(tuple(map(visible, notes_of(staffing))))
    for answer in staffing.answers:
        title = visible(title_of(answer))
        yield Heading(f"Roster: {title}")
        yield _table(f"Who works when, {title}", roster_rows(staffing, answer))
        yield pictured(f"Service and officers by hour, {title}", service_plot(staffing, answer))
        yield _table(f"The targets where they are kept least, {title}", service_rows(answer))


def _table(title: str, rows: Rows) -> Table:
    heads, cells = rows
    return Table(
        title,
        tuple(Column(visible(head)) for head in heads),
        tuple(tuple(map(visible, row)) for row in cells),
    )
