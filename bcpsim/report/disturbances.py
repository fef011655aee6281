"""Disturbances in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bcpsim.files.units import format_duration
from bcpsim.report.conditions import in_per_cent, in_words
from bcpsim.scenario import Scenario
from bcpsim.scenario.disturbances import Change, Disturbance, Trigger
from bcpsim.scenario.facilities import limit


def disturbances_in_words(scenario: Scenario) -> Iterator[str]:
    """Yield a line for each disturbance: when it happens, and what it does."""
    for name, record in scenario.disturbances.items():
        off = "" if record.active else " (switched off)"
        at = record.crossing
        off += "" if at is None else f", at {scenario.crossings[at].title or at}"
        when = ", ".join(_when(scenario, record))
        yield f"{record.title or name}{off}: {when}; {'; '.join(_what(scenario, record))}"


_WATCHED = {
    "queue": "the queue at {} is",
    "first_wait": "the next in line at {} has waited",
    "longest_wait": "the longest wait at {} is",
    "mean_wait": "the mean wait of the last {1} at {0} is",
    "area": "the places taken in {} are",
    "on_duty": "the number on duty of {} is",
}


_GATES = {
    "turn_back": "who arrives turns back",
    "divert": "who arrives is diverted",
    "hold": "who arrives stands outside",
}


def _when(scenario: Scenario, record: Disturbance) -> Iterator[str]:
    for stretch in record.at:
        yield f"{stretch.start:%a %d %b %H:%M} for {format_duration(stretch.duration)}"
    for window in record.hours:
        yield window.words
    if record.random is not None:
        yield "at random"
    if record.trigger is not None:
        yield from _set_off(scenario, record, record.trigger)


def _set_off(scenario: Scenario, record: Disturbance, trigger: Trigger) -> Iterator[str]:
    """Yield the words for what sets a disturbance off, and for how long."""
    key, name = trigger.watched
    places: Mapping[str, Mapping[str, Any]] = {
        "area": scenario.areas,
        "on_duty": scenario.officers,
    }
    title = places.get(key, scenario.stops)[name].title or name
    above = "or more" if trigger.falls_to is None else "or less"
    state = f"{_WATCHED[key].format(title, trigger.last)} {_level(trigger.level, trigger)} {above}"
    lasting = f" for {format_duration(trigger.lasting)}" if trigger.lasting else ""
    yield f"when {state}{lasting}"
    if record.delay:
        yield f"{format_duration(record.delay)} later"
    if record.until is not None:
        yield f"until {_level(limit(record.until), trigger)}"
    if record.at_most is not None:
        yield f"at most for {format_duration(record.at_most)}"
    if record.per_day is not None:
        yield f"at most {record.per_day} times a day"
    if record.pause:
        yield f"not again for {format_duration(record.pause)}"


def _level(level: float, trigger: Trigger) -> str:
    return format_duration(level) if trigger.is_time else f"{level:g}"


def _what(scenario: Scenario, record: Disturbance) -> Iterator[str]:
    for source, times in record.surge.items():
        yield f"{times:g} times as many come from {source}"
    for source, late in record.late.items():
        which = in_words(late.when or {}).replace(" if ", " with ", 1)
        yield f"services of {source}{which} are {format_duration(late.by)} late"
    closed = record.stops_closed(scenario.stops)
    if len(closed) == len(scenario.stops):
        yield "all stops closed"
    elif closed:
        titles = (scenario.stops[name].title or name for name in closed)
        yield f"closed: {', '.join(titles)}"
    if record.inside == "leave":
        yield "who waits there leaves"
    if record.arrivals != "wait":
        yield _GATES[record.arrivals]
    for step, sent in record.instead.items():
        who = "those who" if sent.share == 1 else f"{sent.share:.0%} of those who"
        yield f"{who} would come to {step} go to {sent.to}"
    for name, change in record.activities.items():
        work = scenario.activities.get(name) or scenario.parts[name]
        yield f"{getattr(work, 'title', None) or name} {_change(change)}"
    for name, cases in record.selections.items():
        for case in cases:
            yield f"{name}: {in_per_cent(case.shares)}{in_words(case.when)}"
    for name, conditions in record.priority.items():
        title = scenario.stops[name].title or name
        first = ", then ".join(in_words(one).removeprefix(" if ") for one in conditions)
        yield f"first at {title}: {first}" if first else f"nobody goes first at {title}"
    for name, number in record.lanes.items():
        yield f"{number} lanes open at {scenario.stops[name].title or name}"
    for name, number in record.reserve.items():
        yield f"{number} of {scenario.officers[name].title or name} called"
    for name, share in record.on_duty.items():
        title = scenario.officers[name].title or name
        yield f"{share:.0%} of {title} there, to the nearest officer" if share else f"no {title}"
    for name, pieces in record.out.items():
        title = scenario.equipment[name].title or name
        yield f"{title}: {pieces} of {scenario.equipment[name].count} out of use"


def _change(change: Change) -> str:
    """Return how work is otherwise."""
    if change.left_out:
        return "left out"
    if change.impossible:
        return "impossible"
    if change.factor is not None:
        return f"takes {change.factor:g} times as long"
    return "takes another time"
