"""Documents lodged beforehand: how many, how soon they are cleared, and who works on them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, hours, of_numbers, ratio
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View


def _added(view: View, weight: Ints) -> Ints:
    """Return the sums over documents by replication and kind, of those who count."""
    own = view.clearings
    kinds = len(view.layout.plan.documents)
    counts = view.counted[own.traveller]
    code = view.replication[own.traveller] * kinds + own.kind
    summed = np.zeros(view.replications * kinds, dtype=np.int64)
    np.add.at(summed, code[counts], weight[counts])
    return summed.reshape(view.replications, kinds)


def _number(view: View, numbers: tuple[int, ...]) -> Floats:
    lodged = np.ones_like(view.clearings.kind)
    return of_numbers(_added(view, lodged).astype(float), numbers)


def _time(view: View, numbers: tuple[int, ...]) -> Floats:
    own = view.clearings
    total = hours(_added(view, own.work.done - own.lodged))
    return ratio(of_numbers(total, numbers), _number(view, numbers))


def _ready(view: View, numbers: tuple[int, ...]) -> Floats:
    own = view.clearings
    in_time = (own.work.done <= view.brought[own.traveller]).astype(np.int64)
    counted = of_numbers(_added(view, in_time).astype(float), numbers)
    return 100 * ratio(counted, _number(view, numbers))


def _hours(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(hours(_added(view, view.clearings.work.worked.sum(axis=0))), numbers)


def _hours_of_offices(view: View, numbers: tuple[int, ...]) -> Floats:
    worked = [_added(view, own).sum(axis=1) for own in view.clearings.work.worked]
    return of_numbers(hours(np.stack(worked, axis=1)), numbers)


def _has_documents(layout: Layout) -> bool:
    return bool(layout.plan.documents)


def _clears(layout: Layout, office: int) -> bool:
    return any(place == office for one in layout.plan.documents for place, _ in one.work)


_WHOSE = "Of those who arrive in the measured time."

MEASURES = (
    Measure(
        "documents_lodged",
        "Documents lodged",
        "documents",
        f"Documents that travellers lodge before they come. {_WHOSE}",
        OWN,
        parts=(Part(Kind.DOCUMENTS, Whole(_number), ("total",)),),
        needs=_has_documents,
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
        needs=_has_documents,
        shown=Shown(run=77, compare=56),
    ),
    Measure(
        "cleared_on_arrival",
        "Cleared on arrival",
        "%",
        "Documents that are cleared when the traveller comes to the border, of all that are "
        f"lodged. {_WHOSE}",
        OWN,
        parts=(Part(Kind.DOCUMENTS, Whole(_ready)),),
        needs=_has_documents,
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
            Part(Kind.DOCUMENTS, Whole(_hours), ("total",)),
            Part(Kind.OFFICES, Whole(_hours_of_offices), ("total",), _clears),
        ),
        needs=_has_documents,
        shown=Shown(run=77, compare=57),
    ),
)
