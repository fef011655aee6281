"""Border crossing points as wholes: opening hours, several of a region, who chooses which."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.records.disturbances import Watched
from bcpsim.plan.windows import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPlan:
    """Opening hours of the whole border crossing point; lanes and shifts lie within them already.

    Attributes
    ----------
    hours
        When it is open.
    turned_back
        When those who arrive turn back.
    """

    hours: Windows
    turned_back: Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingPlan:
    """A border crossing point of a region.

    Attributes
    ----------
    stops
        Its stops.
    opening
        Its opening hours; None: always open.
    onward
        Minutes to each crossing to which traffic is diverted from here; None: to that it isn't.
    """

    name: str
    title: str
    stops: tuple[int, ...]
    opening: OpeningPlan | None
    onward: tuple[float | None, ...]

    def has(self, stops: tuple[int, ...]) -> bool:
        """Return whether all of some stops are its own."""
        return set(stops) <= set(self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPlan:
    """What signs show of the wait at stops.

    Attributes
    ----------
    watched
        The number that wait, the longest wait, or the mean of the last.
    last
        Of how many the mean is taken.
    each
        Minutes told for each who waits, where their number is watched.
    every, delay, rounded_to
        Minutes between updates (0: always current), until one is shown, and to multiples of
        which it is rounded (0: not).
    """

    watched: Watched
    last: int
    each: float
    every: float
    delay: float
    rounded_to: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPlan:
    """Several crossings, and who chooses which.

    Attributes
    ----------
    attribute
        The attribute that says to which crossing a traveller goes.
    look
        Share who look at signs.
    gain
        Minutes by which another crossing than the usual one must be better.
    spread
        Scale in minutes of a logit choice.
    sign
        What signs show; None: nothing.
    """

    crossings: tuple[CrossingPlan, ...]
    attribute: int
    look: float
    gain: float
    spread: float
    sign: SignPlan | None
