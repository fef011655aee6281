"""Groups of officers, officers, and their shifts."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.windows import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class TiringPlan:
    """From how many minutes of a shift on officers find how much less an hour, and at least."""

    after: float
    per_hour: float
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PressurePlan:
    """How the pace of officers depends on the queue.

    Attributes
    ----------
    start, to
        Up to so many waiting it is as usual; from so many on, as it is at the most.
    pace
        How many times as long they take then.
    """

    start: int
    to: int
    pace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """Officers of one agency with the same skills and places of work.

    Attributes
    ----------
    stops
        One: a post. Several: a pool, which begins at the first.
    paces
        Factor on the duration for each skill; None where the skill is lacking.
    pool_rule, pool_stay
        Rule by which officers of a pool choose a stop (see `bcpsim.choosing`), shortest stay.
    ranks
        With the rule highest_index, the index of each stop in thousandths; else empty.
    sends_nearest
        Whether of idle officers of such pools who is nearest goes.
    travel
        Minutes from each of the stops to each, by their places in `stops`.
    return_after
        Minutes idle elsewhere after which an officer of a pool goes back to the first stop;
        None: never.
    hand_over, handover_time
        Whether the vehicle in hand is handed over at the end of a shift, and the minutes
        that this adds.
    absence
        Share of shifts for which an officer doesn't come.
    reserve
        Whether its officers are on duty only when a disturbance calls them, also if that is
        switched off.
    finds
        (activity, share) pairs: what they find of what it finds; of others all.
    tiring
        How they find less in the later hours of a shift.
    pressure
        How their pace depends on the queue; None: not at all.
    """

    name: str
    title: str
    agency: int
    stops: tuple[int, ...]
    paces: tuple[float | None, ...]
    officers: tuple[int, ...]
    pool_rule: str
    pool_stay: float
    travel: tuple[tuple[float, ...], ...]
    hand_over: bool
    handover_time: float
    absence: float
    return_after: float | None = None
    reserve: bool = False
    finds: tuple[tuple[int, float], ...] = ()
    tiring: TiringPlan | None = None
    ranks: tuple[int, ...] = ()
    sends_nearest: bool = False
    pressure: PressurePlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPlan:
    """A stretch of time on duty, and when in it vehicles are taken (not in breaks)."""

    start: float
    end: float
    available: Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerPlan:
    """One officer and the shifts, in order and apart; they may touch."""

    name: str
    group: int
    shifts: tuple[ShiftPlan, ...]
