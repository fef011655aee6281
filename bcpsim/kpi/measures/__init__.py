"""All measures, in the order of rows and of the documentation: the one table of them.

A new measure is an entry in one of these files, or in a new one that is put in its place here.
Those that packages of users add come last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from bcpsim.errors import InputError
from bcpsim.kpi.forms import Time
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure
from bcpsim.kpi.measures import (
    areas,
    backlog,
    blocked,
    cases,
    costs,
    coverage,
    crossings,
    disturbances,
    documents,
    intervals,
    investigations,
    officers,
    offices,
    official,
    outcomes,
    queues,
    security,
    space,
    targets,
    throughput,
    times,
    utilisation,
    visits,
    waiting,
)
from bcpsim.kpi.view import Ints, View
from bcpsim.packages import added, names_with

_FAMILIES = (
    outcomes,
    backlog,
    crossings,
    blocked,
    visits,
    coverage,
    throughput,
    waiting,
    times,
    intervals,
    targets,
    official,
    queues,
    areas,
    space,
    utilisation,
    disturbances,
    officers,
    security,
    cases,
    investigations,
    documents,
    offices,
    costs,
)


def _added(builtin: Collection[str]) -> Iterator[Measure]:
    """Yield the measures that packages add.

    Raises
    ------
    InputError
        If one can't be loaded, is no measure of this name, or has the name of one of bcpsim's.
    """
    for name in names_with("measure", builtin)[len(builtin) :]:
        one = added("measure")[name]
        measure = one.load()
        if not isinstance(measure, Measure) or measure.name != name:
            raise InputError(f"{one} can't be used: expected a Measure with the name {name!r}")
        yield measure


_OWN = {measure.name: measure for family in _FAMILIES for measure in family.MEASURES}

MEASURES: dict[str, Measure] = _OWN | {measure.name: measure for measure in _added(_OWN)}
"""All measures by name."""


def columns_of_times() -> dict[str, Callable[[View], Ints]]:
    """Return the columns of all measures that are times of travellers, by name."""
    return {
        name: part.form.column
        for name, measure in MEASURES.items()
        for part in measure.parts
        if part.kind is Kind.PEOPLE and isinstance(part.form, Time)
    }
