"""Disturbances in words."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.files.fields import write_clock
from bcpsim.files.units import format_duration
from bcpsim.scenario import Scenario
from bcpsim.scenario.disturbances import Disturbance


def disturbances_in_words(scenario: Scenario) -> Iterator[str]:
    """Yield a line for each disturbance: when it happens, and what it does."""
    for name, record in scenario.disturbances.items():
        off = "" if record.active else " (switched off)"
        when = ", ".join(_when(record))
        yield f"{record.title or name}{off}: {when}; {'; '.join(_what(scenario, record))}"


def _when(record: Disturbance) -> Iterator[str]:
    for stretch in record.at:
        yield f"{stretch.start:%a %d %b %H:%M} for {format_duration(stretch.duration)}"
    for window in record.hours:
        yield f"{write_clock(window.start)}-{write_clock(window.end)} on {', '.join(window.days)}"
    if record.random is not None:
        yield "at random"


def _what(scenario: Scenario, record: Disturbance) -> Iterator[str]:
    closed = record.stops_closed(scenario.stops)
    if len(closed) == len(scenario.stops):
        yield "all stops closed"
    elif closed:
        titles = (scenario.stops[name].title or name for name in closed)
        yield f"closed: {', '.join(titles)}"
    if record.arrivals == "turn_back":
        yield "who arrives turns back"
    for name, share in record.on_duty.items():
        yield f"{share:.0%} of {scenario.officers[name].title or name} there"
    for name, pieces in record.out.items():
        title = scenario.equipment[name].title or name
        yield f"{title}: {pieces} of {scenario.equipment[name].count} out of use"
