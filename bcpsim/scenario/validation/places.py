"""Risk indices are of places that there are, and pools that go by them of the same places."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.files.shape import STAND_IN
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding, attribute_values, given_attributes
from bcpsim.scenario.validation.lookup import missing


def risk_indices(scenario: Scenario, lost: Collection[str] = ()) -> Iterator[Finding]:
    """Find indices of attributes or places that there aren't, and places without an index.

    Names that were lost may stand for something that couldn't be read.
    """
    given = given_attributes(scenario)
    values = attribute_values(scenario)
    for name, index in scenario.risk_indices.items():
        path = ("risk_indices", name)
        if name in {"class", *given}:
            yield path, f"{name!r} is an attribute already; choose another name"
        if index.of not in given:
            kind = "attribute of a class or a timetable"
            yield from missing(kind, index.of, given, lost, *path, "of")
            continue
        places = values[index.of]
        if STAND_IN in places:
            continue
        for criterion, record in index.criteria.items():
            for place in record.values:
                where = (*path, "criteria", criterion, "values", place)
                yield from missing(f"value of {index.of}", place, places, lost, *where)
        lacking = [place for place in places if place not in index.places]
        if lacking:
            yield (*path, "criteria"), f"give a value for each place too: {', '.join(lacking)}"
    yield from _pools(scenario, lost)


def _pools(scenario: Scenario, lost: Collection[str]) -> Iterator[Finding]:
    """Find pools that go by an index that there isn't, or to stops that have none."""
    for name, group in scenario.officers.items():
        path = ("officers", name, "pool", "index")
        own = group.pool.index
        if own is None:
            continue
        index = scenario.risk_indices.get(own)
        if index is None:
            yield from missing("index", own, scenario.risk_indices, lost, *path)
            continue
        if scenario.crossings:
            yield (
                path,
                "in a region stops have names of their own, other than places; choose another rule "
                "for this pool",
            )
            continue
        for stop in group.stop[1:]:  # the first may be a base where nobody comes
            if stop not in index.places and stop not in lost:
                yield path, f"{own!r} has no place {stop!r}; a pool's stops are called like places"
