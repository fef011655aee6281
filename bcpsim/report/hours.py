"""The measures of a run by local hour, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcpsim.errors import visible
from bcpsim.kpi import Row, Titles
from bcpsim.plan.clock import hour
from bcpsim.report.document import Cell, Column, Document, Estimate, Heading, Part, Sentence, Table
from bcpsim.report.run_tables import head_of
from bcpsim.runs import Result
from bcpsim.runs.result import VariantResult

if TYPE_CHECKING:
    import pandas as pd

_KINDS = ("all", "stop", "agency")
"""Kinds of populations that the table shows, in their order."""

_READING = (
    "Waiting times and times in system count in the hour of arrival (at a stop, of joining its "
    "queue); queues and officers are averages over the hour."
)


def hours_document(result: Result) -> Document:
    """Return waits, queues and officers by local hour with their intervals.

    Parameters
    ----------
    result
        From `bcpsim.run`.

    Returns
    -------
    Document
        For each variant the hours of the run down, and measures across: of all, at each stop, and
        of each agency.
    """
    first, *others = result.variants
    parts: list[Part] = [_table(first, result.hourly)]
    for variant in others:
        parts += [Heading(f"{head_of(variant)}, by local hour"), _table(variant, result.hourly)]
    parts.append(Sentence(_READING, "note"))
    return Document(f"{head_of(first)}, by local hour", tuple(parts))


def _table(variant: VariantResult, hourly: pd.DataFrame) -> Table:
    plan, words = variant.plan, Titles.of(variant.plan)
    own = hourly[hourly["variant"] == variant.name]
    shown = [row for kind in _KINDS for row in variant.hourly_rows if _kind(row) == kind]
    columns: list[list[Cell]] = [[hour(plan, number) for number in range(len(plan.hours))]]
    for row in shown:
        here = own[
            (own["measure"] == row.measure)
            & (own["population"] == row.population)
            & (own["statistic"] == row.statistic)
        ]
        columns.append([Estimate.of(record) for record in here.to_dict("records")])
    heads = [Column("Hour"), *(Column(visible(words.with_unit(row))) for row in shown)]
    return Table("By local hour", tuple(heads), tuple(zip(*columns, strict=True)))


def _kind(row: Row) -> str:
    return row.population.partition("=")[0]
