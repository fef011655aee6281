"""Who waits at the start, one by one: steps and values that there are, and places for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bcpsim.errors import unknown
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import attribute_values
from bcpsim.scenario.tables import Standing
from bcpsim.scenario.traffic import WaitingListArrivals

MOST_TOLD = 20
"""Most rows of a table of which mistakes are told."""


def unknown_standing(scenario: Scenario, source: str, rows: Sequence[Standing]) -> Iterator[str]:
    """Yield what is wrong with the rows of a table of those who wait at the start.

    Parameters
    ----------
    scenario, source
        The scenario, and the name of the source of traffic that reads the table.
    rows
        What was read.
    """
    if not rows:
        return
    arrivals = scenario.traffic[source].arrivals
    assert isinstance(arrivals, WaitingListArrivals)
    values = attribute_values(scenario)
    told = 0
    for row in rows:
        message = ""
        if row.step not in scenario.workflow.steps:
            message = unknown("step", row.step, scenario.workflow.steps)
        for name, value in zip(arrivals.attributes, row.values, strict=True):
            if value and value not in values.get(name, (value,)):
                message = unknown(f"value of {name}", value, values[name])
        if message and told < MOST_TOLD:
            told += 1
            yield f"{row.line}: {message}"
    if not told:
        yield from _too_many(scenario, rows)


def _too_many(scenario: Scenario, rows: Sequence[Standing]) -> Iterator[str]:
    """Yield where more wait in a replication than have places, and others are turned away."""
    stops = {name: scenario.stops[step.stop] for name, step in scenario.workflow.steps.items()}
    places = {
        name: scenario.areas[stop.waiting_area].places
        for name, stop in stops.items()
        if stop.waiting_area is not None and stop.when_full == "turn_away"
    }
    waiting = Counter((row.replication, row.step) for row in rows)
    for (replication, step), number in sorted(waiting.items()):
        most = places.get(step)
        if most is not None and number > most:
            yield (
                f"{number} can't wait for {step!r} at the start of replication {replication}: the "
                f"waiting area {stops[step].waiting_area!r} has {most} places, and turns others "
                "away (when_full); take rows out, or let them wait_outside"
            )
            return
