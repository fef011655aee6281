"""The crossings of a region, and the signs at their stops."""

from __future__ import annotations

from bcpsim.engine.records import Crossing, Recent, Sign, Stop
from bcpsim.plan.model import Plan
from bcpsim.plan.records.disturbances import Watched
from bcpsim.sampling.ticks import FAR, microseconds


def make_crossing(plan: Plan, number: int) -> Crossing:
    """Make a crossing of a region."""
    onward = plan.crossings[number].onward
    return Crossing(
        number=number,
        onward=[FAR if minutes is None else microseconds(minutes) for minutes in onward],
        cost=[],
        drive=[],
        access=[],
        target=[],
    )


def make_signs(plan: Plan, stops: list[Stop]) -> list[Sign]:
    """Make the signs of a region: one for each stop to which those who arrive come first."""
    record = None if plan.region is None else plan.region.sign
    if record is None:
        return []
    signs = []
    for number in plan.entry_stops:
        stop = stops[number]
        stop.sign = sign = Sign(
            stop=stop,
            watched=int(record.watched),
            each=microseconds(record.each),
            rounded_to=microseconds(record.rounded_to),
        )
        if record.watched is Watched.MEAN_WAIT:
            sign.recent = Recent([0] * record.last)
            stop.recent.append(sign.recent)
        signs.append(sign)
    return signs


def shows_just_now(plan: Plan) -> bool:
    """Return whether signs always show the waits of just now."""
    sign = None if plan.region is None else plan.region.sign
    return sign is not None and not sign.every
