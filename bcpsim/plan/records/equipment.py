"""Equipment: whose it is, who may use it, when it fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bcpsim.plan.laws import Law
from bcpsim.plan.windows import Windows


class Sharing(IntEnum):
    """Who may use a kind of equipment."""

    SHARED = 0
    EXCLUSIVE = 1
    ON_REQUEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentPlan:
    """Equipment of one kind.

    Attributes
    ----------
    owner
        Agency, -1: nobody's own.
    request
        Minutes that asking the owner takes, where that is needed.
    maintenance
        When all of it is out of use.
    uptime, repair
        From repair to failure, and from the start of a repair to its end; None: it
        never fails.
    repaired
        When repairs begin; None: at any time.
    """

    name: str
    title: str
    count: int
    owner: int
    sharing: Sharing
    request: Law
    maintenance: Windows
    uptime: Law | None
    repair: Law | None
    repaired: Windows | None
