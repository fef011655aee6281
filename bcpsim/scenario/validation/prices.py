"""Agencies that bear costs exist, and what they would pay alone can be shared."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.scenario.costs import Upkeep
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding, Path
from bcpsim.scenario.validation.lookup import missing


def payers(scenario: Scenario, lost: Collection[str] = ()) -> Iterator[Finding]:
    """Find agencies that are to bear the cost of lanes or equipment and aren't there.

    Names that were lost may stand for something that couldn't be read.
    """
    for path, upkeep, number in _upkeeps(scenario):
        for key, agencies in (("borne", upkeep.borne), ("alone", upkeep.alone)):
            for agency in agencies or ():
                at = (*path, key, agency)
                yield from missing("agency", agency, scenario.agencies, lost, *at)
        try:
            upkeep.agreed(number)
        except ValueError as error:
            yield (*path, "alone"), str(error)


def _upkeeps(scenario: Scenario) -> Iterator[tuple[Path, Upkeep, int]]:
    """Yield where a price stands, the price, and of how many pieces it is."""
    for name, stop in scenario.stops.items():
        if stop.lane_cost is not None:
            lanes = sum(lane.count for lane in stop.lanes)
            yield ("stops", name, "lane_cost"), stop.lane_cost, lanes
    for name, kind in scenario.equipment.items():
        if kind.cost is not None:
            yield ("equipment", name, "cost"), kind.cost, kind.count
