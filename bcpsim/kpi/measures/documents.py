"""Documents lodged beforehand: how many, how soon they are cleared, and who works on them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, of_numbers, ratio
from bcpsim.kpi.jobs import OfJobs
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, View

_OWN = OfJobs(lambda view: view.clearings, lambda plan: plan.documents)


def _time(view: View, numbers: tuple[int, ...]) -> Floats:
    return _OWN.mean_hours(view, view.clearings.done - view.clearings.came, numbers)


def _in_time(view: View, numbers: tuple[int, ...]) -> Floats:
    own = view.clearings
    in_time = (own.done <= view.brought[own.traveller]).astype(np.int64)
    counted = of_numbers(_OWN.added(view, in_time).astype(float), numbers)
    return 100 * ratio(counted, _OWN.number(view, numbers))


_WHOSE = "Of those who arrive in the measured time."

MEASURES = (
    Measure(
        "documents_lodged",
        "Documents lodged",
        "documents",
        f"Documents that travellers lodge before they come. {_WHOSE}",
        OWN,
        parts=(Part(Kind.DOCUMENTS, Whole(_OWN.number), ("total",)),),
        needs=_OWN.there,
        shown=Shown(run=77),
    ),
    Measure(
        "clearing_time",
        "Time to clear documents",
        "h",
        "From when documents are lodged until the last office has cleared them, the hours in which "
        f"it is closed included. {_WHOSE}",
        OWN,
        parts=(Part(Kind.DOCUMENTS, Whole(_time)),),
        needs=_OWN.there,
        shown=Shown(run=77, compare=56),
    ),
    Measure(
        "cleared_on_arrival",
        "Cleared on arrival",
        "%",
        "Documents that are cleared when the traveller comes to the border, of all that are "
        f"lodged. {_WHOSE}",
        OWN,
        parts=(Part(Kind.DOCUMENTS, Whole(_in_time)),),
        needs=_OWN.there,
        shown=Shown(run=77, compare=56),
        most=100.0,
    ),
    Measure(
        "clearing_hours",
        "Specialist hours on documents",
        "h",
        f"For how long specialists of back offices clear documents. {_WHOSE}",
        OWN,
        parts=(
            Part(Kind.DOCUMENTS, Whole(_OWN.specialist_hours), ("total",)),
            Part(Kind.OFFICES, Whole(_OWN.hours_of_offices), ("total",), _OWN.done_by),
        ),
        needs=_OWN.there,
        shown=Shown(run=77, compare=57),
    ),
)
