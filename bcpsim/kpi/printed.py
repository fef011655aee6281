"""Which rows printed tables show, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measures import MEASURES
from bcpsim.kpi.rows import Row


def columns_of_runs(rows: Iterable[Row], kinds: Iterable[Kind]) -> list[tuple[str, str]]:
    """Return the measures and statistics that the table of a run shows, in order.

    Parameters
    ----------
    rows
        The values that there are.
    kinds
        Kinds of the populations of the table.
    """
    wanted = {
        name: measure.shown.run
        for name, measure in MEASURES.items()
        if measure.shown.run is not None and {part.kind for part in measure.parts} & {*kinds}
    }
    return _in_order(rows, wanted)


def lines_of_comparisons(rows: Iterable[Row], population: str) -> list[Row]:
    """Return the rows of a population that the table of a comparison shows, in order."""
    wanted = {
        name: measure.shown.compare
        for name, measure in MEASURES.items()
        if measure.shown.compare is not None
    }
    own = (row for row in rows if row.population == population)
    return [Row(measure, population, statistic) for measure, statistic in _in_order(own, wanted)]


def _in_order(rows: Iterable[Row], places: dict[str, int]) -> list[tuple[str, str]]:
    found = dict.fromkeys(
        (row.measure, row.statistic)
        for row in rows
        if row.measure in places and MEASURES[row.measure].shown.shows(row.statistic)
    )
    return sorted(found, key=lambda one: places[one[0]])
