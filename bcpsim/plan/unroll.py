"""Loops of a workflow unrolled: every visit that a vehicle may make, each at most once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from bcpsim.errors import InputError
from bcpsim.scenario.model import OUTCOMES, Route, Workflow
from bcpsim.scenario.queries import after

MAX_VISITS = 1000
"""Most visits that a workflow may unroll to."""

_Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A step, as it is made on one way through the loops.

    Attributes
    ----------
    step
        Name of the step.
    copy
        1 for the first visit found of the step, 2 for the next, and so on.
    targets
        For each route and each target of it in order: a visit, or -1 - index in OUTCOMES.
    members
        Likewise for those who get out of a vehicle here; empty where nobody does.
    """

    step: str
    copy: int
    targets: tuple[tuple[int, ...], ...]
    members: tuple[tuple[int, ...], ...]

    @property
    def name(self) -> str:
        """Name of the visit: the step's, and which copy from the second on."""
        return self.step if self.copy == 1 else f"{self.step}/{self.copy}"


def unroll(
    workflow: Workflow, sent_to: Iterable[str] = ()
) -> tuple[tuple[tuple[int, ...], ...], tuple[Visit, ...]]:
    """Return where travellers go first, and all visits that anybody may make, loops unrolled.

    A visit is told apart by how often each bounded step that can still come has been
    made, so that what follows a loop isn't copied.

    Parameters
    ----------
    workflow
        The steps.
    sent_to
        Steps, or outcomes, to which disturbances send travellers, in no loop.

    Raises
    ------
    InputError
        If there are more than `MAX_VISITS`.
    """
    bounded = {name for name, step in workflow.steps.items() if step.afterwards is not None}
    ahead = {name: _reachable(workflow, name) & bounded for name in workflow.steps}
    keys: list[tuple[str, _Counts]] = []
    number: dict[tuple[str, _Counts], int] = {}
    waiting: deque[tuple[str, _Counts]] = deque()

    def visit(target: str, counts: dict[str, int]) -> int:
        """Return the number of the visit to which a route leads after so many rounds of loops."""
        if target in OUTCOMES:
            return -1 - OUTCOMES.index(target)
        if target in bounded:
            step = workflow.steps[target]
            if counts.get(target, 0) >= step.at_most:
                assert step.afterwards is not None
                return visit(step.afterwards, counts)
            counts = {**counts, target: counts.get(target, 0) + 1}
        known = ahead[target] | {target}
        key = (target, tuple(sorted((k, v) for k, v in counts.items() if k in known)))
        if key not in number:
            if len(keys) >= MAX_VISITS:
                raise InputError(
                    f"the loops of the workflow unroll to more than {MAX_VISITS} visits; "
                    "lower at_most"
                )
            number[key] = len(keys)
            keys.append(key)
            waiting.append(key)
        return number[key]

    def targets(routes: tuple[Route, ...], counts: dict[str, int]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(visit(name, counts) for name in route.to) for route in routes)

    entry = targets(workflow.entry, {})
    found: dict[int, tuple[tuple[int, ...], ...]] = {}
    members: dict[int, tuple[tuple[int, ...], ...]] = {}

    def follow() -> None:
        """Find what comes after all visits that wait for it."""
        while waiting:
            key = waiting.popleft()
            step = workflow.steps[key[0]]
            found[number[key]] = targets(step.next, dict(key[1]))
            # Who gets out has made no step yet.
            members[number[key]] = () if step.split is None else targets(step.split.to, {})

    follow()
    for name in sent_to:
        if name in workflow.steps and not any(name == step for step, _ in keys):
            visit(name, {})  # nobody comes here otherwise
            follow()

    # First copies in the order of the file, then the others as found.
    copy: dict[str, int] = {}
    copies = []
    for name, _ in keys:
        copy[name] = copy.get(name, 0) + 1
        copies.append(copy[name])
    files = list(workflow.steps)
    order = sorted(range(len(keys)), key=lambda k: (copies[k], files.index(keys[k][0])))
    place = {k: position for position, k in enumerate(order)}

    def moved(rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(place[k] if k >= 0 else k for k in row) for row in rows)

    return moved(entry), tuple(
        Visit(keys[k][0], copies[k], moved(found[k]), moved(members[k])) for k in order
    )


def _reachable(workflow: Workflow, name: str) -> set[str]:
    """Return the steps that may come after a step."""
    reached: set[str] = set()
    ahead = [name]
    while ahead:
        for target in after(workflow, ahead.pop()):
            if target in workflow.steps and target not in reached:
                reached.add(target)
                ahead.append(target)
    return reached
