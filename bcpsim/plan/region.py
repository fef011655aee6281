"""The crossings of a region as tables, and the ways to them."""

from __future__ import annotations

from bcpsim.plan.indices import Indices
from bcpsim.plan.records.crossings import CrossingPlan, RegionPlan, SignPlan
from bcpsim.plan.records.disturbances import Watched
from bcpsim.scenario.crossings import CROSSING, Choice, Sign
from bcpsim.scenario.queries import ways_to
from bcpsim.scenario.traffic import Source


def region(indices: Indices) -> RegionPlan | None:
    """Return the crossings of a region, and who chooses which; None: it is one crossing."""
    scenario = indices.scenario
    if not scenario.crossings:
        return None
    choice = scenario.choice or Choice(look=0.0)
    return RegionPlan(
        crossings=tuple(
            CrossingPlan(
                name=name,
                title=record.title or name,
                stops=tuple(indices.stops.index(stop) for stop in record.stops),
                opening=opening,
                onward=_to_each(indices, scenario.drives.get(name, {})),
            )
            for (name, record), opening in zip(
                scenario.crossings.items(), indices.openings, strict=True
            )
        ),
        attribute=indices.attributes.index(CROSSING),
        look=choice.look,
        gain=choice.gain,
        spread=choice.spread,
        sign=None if choice.sign is None else _sign(choice.sign),
    )


def ways(indices: Indices, source: Source) -> tuple[int, tuple[float | None, ...]]:
    """Return the usual crossing of a source, -1 where there is one only, and the drives to each."""
    drives = ways_to(indices.scenario, source)
    if not drives:
        return -1, ()
    usual = list(indices.scenario.crossings).index(next(iter(drives)))
    return usual, _to_each(indices, drives)


def _to_each(indices: Indices, drives: dict[str, float]) -> tuple[float | None, ...]:
    return tuple(drives.get(name) for name in indices.scenario.crossings)


def _sign(sign: Sign) -> SignPlan:
    return SignPlan(
        watched=Watched[sign.shows.upper()],
        last=sign.last,
        each=sign.each or 0.0,
        every=sign.every,
        delay=sign.delay,
        rounded_to=sign.rounded_to,
    )
