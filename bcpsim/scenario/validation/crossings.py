"""Crossings of a region: known by name, each with its stops, and ways to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.errors import unknown
from bcpsim.scenario.crossings import CROSSING
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding, Path, conditions, ways_to

_NEEDS = "needs crossings, the border crossing points of a region"


def names_of_crossings(scenario: Scenario, lost: Collection[str] = ()) -> Iterator[Finding]:
    """Find names of crossings, sources and stops that stand for nothing, and what needs crossings.

    Names that were lost may stand for something that couldn't be read.
    """
    if not scenario.crossings:
        yield from _needing_crossings(scenario, lost)
        return
    for path, kind, name, known in _named(scenario):
        if name not in known and name not in lost:
            yield path, unknown(kind, name, known)
    for name in scenario.crossings:
        if name in scenario.traffic:
            yield (
                ("crossings", name),
                f"{name!r} is a source of traffic already; choose another name",
            )
    if scenario.opening is not None:
        yield ("opening",), "in a region, opening hours stand at its crossings"
    for path, condition in conditions(scenario):
        if CROSSING in condition and path[:2] != ("workflow", "entry"):
            yield (
                (*path, CROSSING),
                "where vehicles go is known when they have chosen; only the workflow's entry may "
                "ask for it",
            )


def _needing_crossings(scenario: Scenario, lost: Collection[str]) -> Iterator[Finding]:
    """Find what is for regions only."""
    if "crossings" in lost:
        return
    for key in ("drives", "choice"):
        if getattr(scenario, key):
            yield (key,), _NEEDS
    for section, records in (
        ("traffic", scenario.traffic),
        ("disturbances", scenario.disturbances),
    ):
        for name, record in records.items():
            if record.crossing is not None:
                yield (section, name, CROSSING), _NEEDS


def _named(scenario: Scenario) -> Iterator[tuple[Path, str, str, Collection[str]]]:
    """Yield the places of names: path, kind of name, name, and those that there are."""
    crossings = scenario.crossings
    for name, crossing in crossings.items():
        for stop in crossing.stops:
            yield ("crossings", name, "stops"), "stop", stop, scenario.stops
    for origin, drives in scenario.drives.items():
        known = {*scenario.traffic, *crossings}
        yield ("drives", origin), "source of traffic or crossing", origin, known
        for target in drives:
            yield ("drives", origin, target), "crossing", target, crossings
    for name, source in scenario.traffic.items():
        if source.crossing is not None:
            yield ("traffic", name, CROSSING), "crossing", source.crossing, crossings
    for name, disturbance in scenario.disturbances.items():
        if disturbance.crossing is not None:
            yield ("disturbances", name, CROSSING), "crossing", disturbance.crossing, crossings


def crossings(scenario: Scenario) -> Iterator[Finding]:
    """Find stops of no crossing or of two, and traffic that knows no way to any."""
    if not scenario.crossings:
        return
    for name, disturbance in scenario.disturbances.items():
        if disturbance.selections:
            yield (
                ("disturbances", name, "selections"),
                "in a region all crossings select alike, at any time; leave selections out here, "
                "or simulate the crossing by itself",
            )
    for stop in scenario.stops:
        own = [name for name, crossing in scenario.crossings.items() if stop in crossing.stops]
        if not own:
            yield ("stops", stop), "it belongs to no crossing; name it in the stops of one"
        elif len(own) > 1:
            yield ("crossings", own[1], "stops"), f"{stop!r} is a stop of {own[0]} already"
    for name, source in scenario.traffic.items():
        if not ways_to(scenario, source):
            yield (
                ("traffic", name),
                "nobody knows to which crossing it goes: name one in crossing, or give drives: "
                f"{{{name}: {{{next(iter(scenario.crossings))}: 20 min}}}}",
            )
    for origin, drives in scenario.drives.items():
        if origin in drives:
            yield ("drives", origin, origin), "a drive from a crossing to itself"
