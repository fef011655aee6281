"""Where travellers have deadlines: who is checked before, and how soon."""

from __future__ import annotations

from bcpsim.kpi.forms import Share, Time
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import SHOWN, TIMES, Measure, Part, Shown
from bcpsim.kpi.view import Ints, Mask, View, Who
from bcpsim.sampling.ticks import FAR, NEVER


def _has_deadline(view: View) -> Mask:
    return view.times.deadline < FAR


def _due(view: View) -> Mask:
    """Return who had to be checked and has left."""
    return view.gone & (view.travellers.entry >= 0) & _has_deadline(view)


def _covered(view: View, statistic: str) -> tuple[Ints, Ints]:
    due = _due(view)
    return view.count(due & view.all_begun), view.count(due)


def _covered_at_stops(view: View, statistic: str) -> tuple[Ints, Ints]:
    came = view.joined & (view.counted & ~view.inside & _has_deadline(view))
    return view.count(came & view.begun), view.count(came)


MEASURES = (
    Measure(
        "coverage",
        "Coverage",
        "%",
        "Where travellers have deadlines: of the arrivals that had to be checked and have left "
        "(calls that risk analysis chose; passengers before their flight closes), those of whom "
        "all checks began before they were gone. A check in hand at the deadline counts here, and "
        "in missed too. Those released on arrival without a check don't count. For a stop, of the "
        "arrivals that came to it, those whose check there began.",
        "Larson and Odoni, Urban Operations Research, 1981 (coverage of calls)",
        parts=(
            Part(Kind.PEOPLE, Share(_covered)),
            Part(Kind.STOPS, Share(_covered_at_stops)),
        ),
        needs=lambda layout: layout.has_deadlines,
        shown=Shown(run=50),
        most=100.0,
    ),
    Measure(
        "response_time",
        "Response time",
        "min",
        "Where travellers have deadlines: from the arrival (the call) to the start of the first "
        "check, of those who were reached; a team's way to the place is part of it.",
        "Larson and Odoni, Urban Operations Research, 1981",
        parts=(
            Part(
                Kind.PEOPLE,
                Time(
                    lambda view: view.response,
                    Who(lambda view: _due(view) & (view.response != NEVER)),
                ),
                TIMES,
            ),
        ),
        needs=lambda layout: layout.has_deadlines,
        shown=Shown(run=51, statistics=SHOWN),
    ),
)
