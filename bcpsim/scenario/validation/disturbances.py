"""Disturbances whose effects are possible: lanes, officers, equipment and work that there are."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding, Path


def effects(scenario: Scenario) -> Iterator[Finding]:
    """Find disturbances that open, call or take out more than there is, or change what can't be."""
    for name, disturbance in scenario.disturbances.items():
        path: Path = ("disturbances", name)
        for kind, pieces in disturbance.out.items():
            count = scenario.equipment[kind].count
            if pieces > count:
                yield (*path, "out", kind), f"{pieces} out of use, of {count}"
        for stop, number in disturbance.lanes.items():
            count = sum(lanes.count for lanes in scenario.stops[stop].lanes)
            if number > count:
                yield (*path, "lanes", stop), f"{number} lanes open, of {count}"
        for group, number in disturbance.reserve.items():
            record = scenario.officers[group]
            count = sum(shift.count for shift in record.shifts)
            count += sum(rotation.count for rotation in record.rotations)
            if number > count:
                yield (*path, "reserve", group), f"{number} officers called, of {count}"
        for key, change in disturbance.activities.items():
            activity = scenario.activities.get(key)
            if activity is not None and activity.not_before and not change.impossible:
                yield (
                    (*path, "activities", key),
                    f"{key} ends when something is ready; it can only be impossible: true",
                )
        area = None if disturbance.trigger is None else disturbance.trigger.area
        if area is not None and scenario.areas[area].places is None:
            yield (
                (*path, "trigger", "area"),
                f"{area} has no number of places; give its places, or watch a queue",
            )
