"""Whom measures are of: those who arrive at some hours of the day."""

from __future__ import annotations

from collections.abc import Sequence

from bcpsim.errors import InputError
from bcpsim.plan.windows import Windows, joined
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.loading import LoadedScenario
from bcpsim.scenario.queries import windows_of
from bcpsim.scenario.values import Window


def arriving_in(loaded: LoadedScenario, hours: Sequence[Window]) -> Windows:
    """Return the stretches of a scenario's measured time that lie in some hours of the day.

    Parameters
    ----------
    loaded
        The scenario.
    hours
        By the local clock.

    Returns
    -------
    tuple of (float, float)
        Minutes since the start, in order and apart from one another.

    Raises
    ------
    InputError
        If some of these hours never come in the measured time.
    """
    horizon = loaded.scenario.horizon
    found: list[tuple[float, float]] = []
    for window in hours:
        own = [
            (max(start, horizon.warm_up), min(end, horizon.duration))
            for start, end in windows_of(loaded.scenario, window)
            if end > horizon.warm_up
        ]
        if not own:
            local = Calendar(horizon.start, horizon.time_zone).local
            start, end = local(horizon.warm_up), local(horizon.duration)
            raise InputError(
                f"{window.words} never comes in the measured time, which is from "
                f"{start:%a %d %b %Y %H:%M} to {end:%a %d %b %H:%M}"
            )
        found += own
    return joined(found)
