"""Measures of ways of working as tables: places down and measures across, or ways across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bcpsim.errors import visible
from bcpsim.kpi import Row
from bcpsim.report.document import Cell, Column, Estimate, Table, in_time
from bcpsim.report.told import Told, Way

_ALWAYS = ("arrivals", "waiting_time", "time_in_system", "officer_hours", "visits", "utilisation")
"""Measures that a table has also where they are 0 everywhere."""


def targets(told: Told, way: Way) -> list[str]:
    """Return the statistics of shares within targets."""
    return [
        statistic
        for name, measure, population, statistic in told.measures
        if (name, measure, population) == (way.name, "share_in_target", "all")
    ]


def table_of(
    told: Told,
    title: str,
    rows: Sequence[tuple[Way, str]],
    measures: Sequence[tuple[str, str]],
    *,
    note: str = "",
) -> Table:
    """Return a table of some measures for some populations of ways of working."""
    several = len(told.ways) > 1
    heads: list[Column] = []
    columns: list[tuple[Cell, ...]] = []
    if several:
        heads.append(Column("Way of working"))
        columns.append(tuple(way.title for way, _ in rows))
    if not several or len({population for _, population in rows}) > 1:
        heads.append(Column("Of"))
        columns.append(tuple(visible(told.words.place(population)) for _, population in rows))
    for head, cells in columns_of(told, rows, measures):
        heads.append(head)
        columns.append(cells)
    return Table(title, tuple(heads), tuple(zip(*columns, strict=True)), note)


def with_targets(told: Told, measures: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return measures with their statistics, one for each target that the scenario has."""
    return [
        (measure, one)
        for measure, statistic in measures
        for one in (targets(told, told.ways[0]) if statistic == "*" else [statistic])
    ]


def columns_of(
    told: Told, rows: Sequence[tuple[Way, str]], measures: Sequence[tuple[str, str]]
) -> Iterator[tuple[Column, tuple[Estimate | None, ...]]]:
    """Yield measures, each with its values for some populations; none that is 0 everywhere."""
    for measure, statistic in with_targets(told, measures):
        cells = tuple(told.of(way, measure, population, statistic) for way, population in rows)
        values = [one.value for one in cells if one is not None]
        if values and (measure in _ALWAYS or any(values)):
            row = Row(measure, "all", statistic)
            yield in_time(told.words.statistic(row), told.words.unit(row), cells)


def is_there(told: Told, way: Way, population: str) -> bool:
    """Return whether a population is measured in a way of working."""
    return any(key[0] == way.name and key[2] == population for key in told.measures)
