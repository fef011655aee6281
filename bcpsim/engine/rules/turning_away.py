"""Those who come to a full waiting area and are turned away."""

from __future__ import annotations

from bcpsim.engine.moves import finish
from bcpsim.engine.records import Traveller, World
from bcpsim.engine.rules.parties import expect_no_more
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.model import Outcome

_TURNED_AWAY = int(Outcome.TURNED_AWAY)


@rule
def turn_away(w: World, me: Traveller) -> None:
    """Leave without any check."""
    finish(w, me, _TURNED_AWAY)
    if me.vehicle is not NOTHING:
        expect_no_more(w, me)
