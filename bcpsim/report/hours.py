"""The measures of a run by local hour, for a terminal."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.kpi import Titles
from bcpsim.plan.clock import hour
from bcpsim.report.fitting import fitting_tables
from bcpsim.report.table import cell
from bcpsim.runs import Result

_KINDS = ("all", "stop", "agency")
"""Kinds of populations that the table shows."""


def hours_table(result: Result, width: int) -> Group:
    """Return waits, queues and officers by local hour with their intervals, for printing.

    Parameters
    ----------
    result
        From `bcpsim.run`.
    width
        Columns of the terminal; a table that is wider is split.

    Returns
    -------
    rich.console.Group
        For each variant the hours of the run down, and measures across: of all, at each stop, and
        of each agency.
    """
    parts: list[Table | Text] = []
    frame = result.hourly
    for variant in result.variants:
        plan = variant.plan
        words = Titles.of(plan)
        own = frame[frame["variant"] == variant.name]
        columns: list[list[str | Text]] = []
        labels = [hour(plan, number) for number in range(len(plan.hours))]
        for row in sorted(variant.hourly_rows, key=lambda row: _place(row.population)):
            if row.population.partition("=")[0] not in _KINDS:
                continue
            here = own[
                (own["measure"] == row.measure)
                & (own["population"] == row.population)
                & (own["statistic"] == row.statistic)
            ]
            columns.append([words.with_unit(row), *map(_cell, here.to_dict("records"))])
        head = plan.title if variant.name == "base" else f"{plan.title}, variant {variant.name}"
        parts.append(Text(f"\n{head}, by local hour\n", style="bold"))
        parts += fitting_tables("Hour", labels, columns, width)
    return Group(*parts, Text(_READING, style="dim"))


_READING = (
    "Waiting times and times in system count in the hour of arrival (at a stop, of joining its "
    "queue); queues and officers are averages over the hour."
)


def _place(population: str) -> int:
    kind = population.partition("=")[0]
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def _cell(record: dict[Any, Any]) -> str:
    if math.isnan(record["estimate"]):
        return "-"
    return cell(record["estimate"], record["low"], record["high"])
