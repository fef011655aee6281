"""Investigations in the back offices: how many, how long they take, and who works on them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, hours, of_numbers, ratio
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View


def _added(view: View, weight: Ints, every: bool = False) -> Ints:
    """Return the sums over investigations by replication and kind, of those who count or all."""
    own = view.inquiries
    kinds = len(view.layout.plan.investigations)
    code = view.replication[own.traveller] * kinds + own.kind
    counts = np.ones(len(code), dtype=bool) if every else view.counted[own.traveller]
    summed = np.zeros(view.replications * kinds, dtype=np.int64)
    np.add.at(summed, code[counts], weight[counts])
    return summed.reshape(view.replications, kinds)


def _number(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(_added(view, np.ones_like(view.inquiries.kind)).astype(float), numbers)


def _mean_hours(view: View, time: Ints, numbers: tuple[int, ...]) -> Floats:
    return ratio(of_numbers(hours(_added(view, time)), numbers), _number(view, numbers))


def _wait(view: View, numbers: tuple[int, ...]) -> Floats:
    return _mean_hours(view, view.inquiries.work.begun - view.inquiries.found, numbers)


def _time(view: View, numbers: tuple[int, ...]) -> Floats:
    return _mean_hours(view, view.inquiries.work.done - view.inquiries.found, numbers)


def _open(view: View, numbers: tuple[int, ...]) -> Floats:
    own, measured = view.inquiries, (view.layout.warm_up, view.layout.horizon)
    there = np.clip(own.work.done, *measured) - np.clip(own.found, *measured)
    return of_numbers(_added(view, there, every=True) / view.layout.window, numbers)


def _hours(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(hours(_added(view, view.inquiries.work.worked.sum(axis=0))), numbers)


def _hours_of_offices(view: View, numbers: tuple[int, ...]) -> Floats:
    worked = [_added(view, own).sum(axis=1) for own in view.inquiries.work.worked]
    return of_numbers(hours(np.stack(worked, axis=1)), numbers)


def _has_investigations(layout: Layout) -> bool:
    return bool(layout.plan.investigations)


def _investigates(layout: Layout, office: int) -> bool:
    return any(place == office for one in layout.plan.investigations for place, _ in one.work)


_WHOSE = "Of those who arrive in the measured time."

MEASURES = (
    Measure(
        "investigations",
        "Investigations",
        "investigations",
        f"Finds, or false alarms, that open an investigation of a kind in back offices. {_WHOSE}",
        OWN,
        parts=(Part(Kind.INVESTIGATIONS, Whole(_number), ("total",)),),
        needs=_has_investigations,
        shown=Shown(run=78, compare=53),
    ),
    Measure(
        "investigations_open",
        "Open investigations",
        "investigations",
        "Mean number over the measured time of investigations that aren't over, from the end of "
        "the check on.",
        OWN,
        parts=(Part(Kind.INVESTIGATIONS, Whole(_open)),),
        needs=_has_investigations,
        shown=Shown(run=78, compare=53),
        over_time=True,
    ),
    Measure(
        "investigation_wait",
        "Wait of an investigation",
        "h",
        "From the end of the check until the first specialist begins: the time until a proposal is "
        f"answered, the hours of the office and its queue. {_WHOSE}",
        OWN,
        parts=(Part(Kind.INVESTIGATIONS, Whole(_wait)),),
        needs=_has_investigations,
        shown=Shown(run=78),
    ),
    Measure(
        "investigation_time",
        "Time to close an investigation",
        "h",
        "From the end of the check until the last office is done, nights and weekends included, "
        f"also after the end of the run. {_WHOSE}",
        OWN,
        parts=(Part(Kind.INVESTIGATIONS, Whole(_time)),),
        needs=_has_investigations,
        shown=Shown(run=78, compare=54),
    ),
    Measure(
        "investigation_hours",
        "Specialist hours on investigations",
        "h",
        f"For how long specialists work, all together and by office. {_WHOSE}",
        OWN,
        parts=(
            Part(Kind.INVESTIGATIONS, Whole(_hours), ("total",)),
            Part(Kind.OFFICES, Whole(_hours_of_offices), ("total",), _investigates),
        ),
        needs=_has_investigations,
        shown=Shown(run=78, compare=55),
    ),
)
