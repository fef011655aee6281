"""Steps that can be reached, and ways that end."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import Finding, sent_to


def ways_that_end(scenario: Scenario) -> Iterator[Finding]:
    """Find steps that can't be reached and ways that don't end."""
    steps = scenario.workflow.steps
    for name, step in steps.items():
        if step.at_most > 1 and step.afterwards is None:
            yield (
                ("workflow", "steps", name, "at_most"),
                "say in afterwards where a vehicle goes that has made the step so often",
            )
    after = {
        name: [target for route in step.next for target, share in route.to.items() if share > 0]
        for name, step in steps.items()
    }
    for name, step in steps.items():
        if step.afterwards is not None:
            after[name].append(step.afterwards)
    first = [t for route in scenario.workflow.entry for t, share in route.to.items() if share > 0]
    reached: set[str] = set()

    def reach(name: str) -> None:
        if name in after and name not in reached:
            reached.add(name)
            split = steps[name].split
            out = (
                [t for route in split.to for t, share in route.to.items() if share] if split else []
            )
            for target in (*after[name], *out):
                reach(target)

    for name in (*first, *sent_to(scenario)):
        reach(name)
    if not any(step.at_most > 1 and step.afterwards is None for step in steps.values()):
        yield from _endless(scenario, reached)
    for name in after:
        if name not in reached:
            yield ("workflow", "steps", name), "no route leads to this step"


def _endless(scenario: Scenario, reached: Collection[str]) -> Iterator[Finding]:
    """Find loops that don't end when every bounded step has been made as often as it may."""
    steps = scenario.workflow.steps
    circles = [name for name in steps if _finally(scenario, name) is None]
    for name in circles:
        yield (
            ("workflow", "steps", name, "afterwards"),
            "leads in a circle of steps that have all been made as often as they may",
        )
    if circles:
        return
    onward = {
        name: [
            following
            for route in step.next
            for target, share in route.to.items()
            if share > 0 and (following := _finally(scenario, target)) in steps
        ]
        for name, step in steps.items()
        if step.afterwards is None
    }
    done: set[str] = set()
    loops: dict[str, list[str]] = {}

    def follow(name: str, way: list[str]) -> None:
        if name in done:
            return
        if name in way:
            loops.setdefault(way[-1], [*way[way.index(name) :], name])
            return
        for target in onward[name]:
            follow(target, [*way, name])
        done.add(name)

    for name in onward:
        if name in reached:
            follow(name, [])
    for name, loop in loops.items():
        yield (
            ("workflow", "steps", name, "next"),
            f"the workflow can't end: {' -> '.join(loop)} goes round; "
            "bound one of these steps by at_most, and say in afterwards where to go then",
        )


def _finally(scenario: Scenario, target: str) -> str | None:
    """Return where a route leads when bounded steps are exhausted, None: round in a circle."""
    seen: set[str] = set()
    while (step := scenario.workflow.steps.get(target)) and step.afterwards is not None:
        if target in seen:
            return None
        seen.add(target)
        target = step.afterwards
    return target
