"""How travellers of a region choose among crossings, and how far signs tell the truth."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Share, Time
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Ints, Mask, View, Who
from bcpsim.sampling.ticks import NEVER


def _is_region(layout: Layout) -> bool:
    return layout.plan.region is not None


def _has_signs(layout: Layout) -> bool:
    region = layout.plan.region
    return region is not None and region.sign is not None


def _gone_elsewhere(view: View, statistic: str) -> tuple[Ints, Ints]:
    out = view.crossing != view.usual_crossing
    return view.count(view.counted & out), view.count(view.counted)


def _come_from_elsewhere(view: View, statistic: str) -> tuple[Ints, Ints]:
    out = view.crossing != view.usual_crossing
    return view.count_at_crossings(view.counted & out), view.count_at_crossings(view.counted)


def _shown(view: View) -> Ints:
    """Return the wait that was shown to each traveller; `NEVER` where there was none."""
    if not len(view.log.shown):  # no region
        return np.full(view.travellers.entry.shape, NEVER)
    return view.log.shown[0]


def _waited_there(view: View) -> Ints:
    """Return the wait of each traveller in the queue of the first stop."""
    entry = np.maximum(view.travellers.entry, 0)
    return view.in_queue[entry, np.arange(len(entry))]


def _error(view: View) -> Ints:
    return np.abs(_shown(view) - _waited_there(view))


def _went_by_signs(view: View) -> Mask:
    """Return who was shown the wait of the crossing to which it went, and was served there."""
    entry = np.maximum(view.travellers.entry, 0)
    begun = view.begun[entry, np.arange(len(entry))] & (view.travellers.entry >= 0)
    chosen = _shown(view) != NEVER
    return view.counted & view.timed & begun & chosen


_INFORMED = Who(_went_by_signs)


MEASURES = (
    Measure(
        "other_crossing",
        "Gone to another crossing",
        "%",
        "In a region: of those who arrive, the share that went to another crossing than their "
        "usual one, as signs showed less of a wait there or the usual one was closed. Of a "
        "crossing: of those who went there, the share for whom another is the usual one.",
        OWN,
        parts=(
            Part(Kind.PEOPLE, Share(_gone_elsewhere)),
            Part(Kind.CROSSINGS, Share(_come_from_elsewhere)),
        ),
        needs=_is_region,
        shown=Shown(run=31, compare=50),
        most=100.0,
    ),
    Measure(
        "shown_wait",
        "Wait shown by signs",
        "min",
        "In a region with signs: the wait at the first stop that signs showed when a traveller "
        "chose, of the crossing chosen, whether or not it looked; of those who began to be served "
        "at the first stop of a crossing, and have left.",
        OWN,
        parts=(
            Part(Kind.PEOPLE, Time(_shown, _INFORMED)),
            Part(Kind.CROSSINGS, Time(_shown, _INFORMED)),
        ),
        needs=_has_signs,
        shown=Shown(run=67, compare=51),
    ),
    Measure(
        "sign_error",
        "Error of the signs",
        "min",
        "Of the same travellers, by how much the wait that signs showed when they chose differed "
        "from their wait at the first stop, more or less (mean absolute error).",
        OWN,
        parts=(
            Part(Kind.PEOPLE, Time(_error, _INFORMED)),
            Part(Kind.CROSSINGS, Time(_error, _INFORMED)),
        ),
        needs=_has_signs,
        shown=Shown(run=67, compare=52),
    ),
)
