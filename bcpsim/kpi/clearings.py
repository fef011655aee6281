"""Documents of some replications: when they were lodged, and when offices cleared them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bcpsim.sampling.documents import cleared
from bcpsim.sampling.offices import Ints, OfficeWork

if TYPE_CHECKING:
    from bcpsim.kpi.view import View


@dataclass(frozen=True, slots=True, eq=False)
class Clearings:
    """Documents, one entry for each, whoever counts.

    Attributes
    ----------
    kind, traveller
        Of which kind they are, and whose.
    lodged
        When they are lodged.
    work
        What offices do of them.
    """

    kind: Ints
    traveller: Ints
    lodged: Ints
    work: OfficeWork

    @classmethod
    def of(cls, view: View) -> Clearings:
        """Return the documents of some replications."""
        travellers, layout = view.travellers, view.layout
        measured = (layout.warm_up, layout.horizon)
        kind, whose, work = cleared(
            layout.plan, travellers, view.replication, view.replications, measured
        )
        return cls(kind, whose, travellers.lodged[kind, whose], work)
