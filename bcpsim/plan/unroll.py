"""Loops of a workflow unrolled: every visit that a vehicle may make, each at most once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bcpsim.errors import InputError
from bcpsim.scenario.model import OUTCOMES, Route, Workflow
from bcpsim.scenario.queries import after

MAX_VISITS = 1000
"""Most visits that a workflow may unroll to."""

_Counts = tuple[tuple[str, int], ...]
_Targets = tuple[tuple[int, ...], ...]


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
    targets: _Targets
    members: _Targets

    @property
    def name(self) -> str:
        """Name of the visit: the step's, and which copy from the second on."""
        return self.step if self.copy == 1 else f"{self.step}/{self.copy}"


def unroll(workflow: Workflow, sent_to: Iterable[str] = ()) -> tuple[_Targets, tuple[Visit, ...]]:
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
    unrolling = _Unrolling(workflow)
    entry = unrolling.targets(workflow.entry, {})
    unrolling.follow()
    for name in sent_to:
        if name in workflow.steps and not unrolling.has(name):
            unrolling.visit(name, {})  # nobody comes here otherwise
            unrolling.follow()
    return unrolling.in_order_of_the_file(entry)


class _Unrolling:
    """The visits of a workflow, numbered as they are met.

    Attributes
    ----------
    keys
        For each visit its step, and how often each bounded step that can still come was made.
    """

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.bounded = {
            name for name, step in workflow.steps.items() if step.afterwards is not None
        }
        self.ahead = {name: _reachable(workflow, name) & self.bounded for name in workflow.steps}
        self.keys: list[tuple[str, _Counts]] = []
        self._number: dict[tuple[str, _Counts], int] = {}
        self._to_follow: deque[int] = deque()
        self._next: dict[int, _Targets] = {}
        self._members: dict[int, _Targets] = {}

    def has(self, name: str) -> bool:
        """Whether a step is visited."""
        return any(name == step for step, _ in self.keys)

    def visit(self, target: str, counts: Mapping[str, int]) -> int:
        """Return the number of the visit to which a route leads after so many rounds of loops."""
        if target in OUTCOMES:
            return -1 - OUTCOMES.index(target)
        if target in self.bounded:
            step = self.workflow.steps[target]
            if counts.get(target, 0) >= step.at_most:
                assert step.afterwards is not None
                return self.visit(step.afterwards, counts)
            counts = {**counts, target: counts.get(target, 0) + 1}
        known = self.ahead[target] | {target}
        key = (target, tuple(sorted((k, v) for k, v in counts.items() if k in known)))
        if key not in self._number:
            if len(self.keys) >= MAX_VISITS:
                raise InputError(
                    f"the loops of the workflow unroll to more than {MAX_VISITS} visits; "
                    "lower at_most"
                )
            self._number[key] = len(self.keys)
            self._to_follow.append(len(self.keys))
            self.keys.append(key)
        return self._number[key]

    def targets(self, routes: tuple[Route, ...], counts: Mapping[str, int]) -> _Targets:
        """Return for each route the visits to which it leads after so many rounds of loops."""
        return tuple(tuple(self.visit(name, counts) for name in route.to) for route in routes)

    def follow(self) -> None:
        """Find what comes after all visits that were met since the last time."""
        while self._to_follow:
            number = self._to_follow.popleft()
            name, counts = self.keys[number]
            step = self.workflow.steps[name]
            self._next[number] = self.targets(step.next, dict(counts))
            # Who gets out has made no step yet.
            self._members[number] = () if step.split is None else self.targets(step.split.to, {})

    def in_order_of_the_file(self, entry: _Targets) -> tuple[_Targets, tuple[Visit, ...]]:
        """Return entry and visits: first copies as the file has the steps, then others as met."""
        times: dict[str, int] = {}
        copies = []
        for name, _ in self.keys:
            times[name] = times.get(name, 0) + 1
            copies.append(times[name])
        steps = list(self.workflow.steps)
        order = sorted(
            range(len(self.keys)), key=lambda k: (copies[k], steps.index(self.keys[k][0]))
        )
        place = {k: position for position, k in enumerate(order)}

        def moved(rows: _Targets) -> _Targets:
            return tuple(tuple(place[k] if k >= 0 else k for k in row) for row in rows)

        return moved(entry), tuple(
            Visit(self.keys[k][0], copies[k], moved(self._next[k]), moved(self._members[k]))
            for k in order
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
