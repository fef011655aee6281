"""The workflow: steps, the tasks of each, and the ways and moves between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bcpsim.plan.laws import Law
from bcpsim.plan.records.conditions import ConditionPlan


class GroupWait(IntEnum):
    """Where a vehicle waits for those who got out: as it leaves the border, or at a visit."""

    LEAVING = 0
    BEFORE = 1
    AFTER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """Targets by cumulative share, under a condition (None: always).

    A target >= 0 is a step; -1 - k is the outcome k.
    """

    condition: ConditionPlan | None
    targets: tuple[int, ...]
    cumulative: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPlan:
    """An activity, or a part of one, within a task.

    Attributes
    ----------
    unless
        Tasks: if the vehicle needs one of them, the work is done there.
    """

    activity: int
    unless: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlan:
    """What one officer does in a visit.

    Attributes
    ----------
    condition
        Whose task it is (None: everybody's).
    groups
        Officer groups that have all the skills, in the order in which they are asked; none:
        self-service.
    equipment
        Equipment held as long as the officer, one of each.
    asked
        Of this equipment, that for which its owner is asked.
    """

    step: int
    condition: ConditionPlan | None
    work: tuple[WorkPlan, ...]
    groups: tuple[int, ...]
    equipment: tuple[int, ...]
    asked: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """Tasks whose officers and equipment are taken together, or of each apart.

    Attributes
    ----------
    tasks
        In the order in which officers are chosen.
    in_sequence
        Whether one task starts when the one before has ended; else all start at once.
    stay
        Whether all are held until the last task has ended.
    apart
        Whether each begins as soon as its own officer and equipment are free instead.
    one_by_one
        And one at a time, in any order.
    hands_over
        Whether its officer stays with the vehicle until the next stage begins, if it is for others.
    """

    tasks: tuple[int, ...]
    in_sequence: bool = False
    stay: bool = False
    apart: bool = False
    one_by_one: bool = False
    hands_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPlan:
    """Who gets out of a vehicle at the end of a visit.

    Attributes
    ----------
    classes
        Classes of those who get out, by share.
    stay
        How many of the occupants stay.
    routes
        Where those who get out go.
    """

    classes: tuple[tuple[int, float], ...]
    stay: int
    routes: tuple[RoutePlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One visit to a stop, in stages one after the other in the same lane.

    Attributes
    ----------
    split
        Who gets out at its end; None: nobody.
    wait
        Whether a vehicle waits here for those who got out.
    leads_back
        Whether some way leads from here to being released, and so back to the vehicle.
    """

    name: str
    stop: int
    stages: tuple[StagePlan, ...]
    routes: tuple[RoutePlan, ...]
    split: SplitPlan | None = None
    wait: GroupWait = GroupWait.LEAVING
    leads_back: bool = True

    @property
    def tasks(self) -> tuple[int, ...]:
        """All tasks of the visit, in order."""
        return tuple(task for stage in self.stages for task in stage.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlan:
    """Time between two stops; -1 as origin is the arrival, as target the exit.

    -2 as target is the vehicle out of which a traveller got.
    """

    origin: int
    target: int
    condition: ConditionPlan | None
    law: Law
