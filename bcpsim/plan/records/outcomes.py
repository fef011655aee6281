"""How travellers end."""

from __future__ import annotations

from enum import IntEnum


class Outcome(IntEnum):
    """How a traveller ends."""

    INSIDE = 0
    RELEASED = 1
    REFUSED = 2
    DETAINED = 3
    TURNED_AWAY = 4
    MISSED = 5
    LOST_PATIENCE = 6
    DETERRED = 7
    DIVERTED = 8
    SENT_AWAY = 9


OUTSIDE = (Outcome.TURNED_AWAY, Outcome.DETERRED, Outcome.DIVERTED)
"""How those end who never came in."""
