"""Agencies that bear costs exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.errors import unknown
from bcpsim.files.shape import STAND_IN
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding


def payers(scenario: Scenario, lost: Collection[str] = ()) -> Iterator[Finding]:
    """Find agencies that are to bear the cost of lanes or equipment and aren't there.

    Names that were lost may stand for something that couldn't be read.
    """
    for part, records, key in (
        ("stops", {n: stop.lane_cost for n, stop in scenario.stops.items()}, "lane_cost"),
        ("equipment", {n: kind.cost for n, kind in scenario.equipment.items()}, "cost"),
    ):
        for name, upkeep in records.items():
            for agency in () if upkeep is None else upkeep.borne or ():
                known = {*scenario.agencies, *lost}
                if agency not in known and STAND_IN not in known:
                    path = (part, name, key, "borne", agency)
                    yield path, unknown("agency", agency, scenario.agencies)
