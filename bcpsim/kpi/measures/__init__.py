"""All measures, in the order of rows and of the documentation: the one table of them.

A new measure is an entry in one of these files, or in a new one that is put in its place here.
"""

from __future__ import annotations

from collections.abc import Callable

from bcpsim.kpi.forms import Time
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure
from bcpsim.kpi.measures import (
    blocked,
    coverage,
    officers,
    official,
    outcomes,
    queues,
    space,
    targets,
    throughput,
    times,
    utilisation,
    visits,
    waiting,
)
from bcpsim.kpi.view import Ints, View

_FAMILIES = (
    outcomes,
    blocked,
    visits,
    coverage,
    throughput,
    waiting,
    times,
    targets,
    official,
    queues,
    space,
    utilisation,
    officers,
)

MEASURES: dict[str, Measure] = {
    measure.name: measure for family in _FAMILIES for measure in family.MEASURES
}
"""All measures by name."""


def columns_of_times() -> dict[str, Callable[[View], Ints]]:
    """Return the columns of all measures that are times of travellers, by name."""
    return {
        name: part.form.column
        for name, measure in MEASURES.items()
        for part in measure.parts
        if part.kind is Kind.PEOPLE and isinstance(part.form, Time)
    }
