"""Investigations in the back offices: how many, how long they take, and who works on them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, of_numbers
from bcpsim.kpi.jobs import OfJobs
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, View

_OWN = OfJobs(lambda view: view.inquiries, lambda plan: plan.investigations)


def _wait(view: View, numbers: tuple[int, ...]) -> Floats:
    return _OWN.mean_hours(view, view.inquiries.begun - view.inquiries.came, numbers)


def _time(view: View, numbers: tuple[int, ...]) -> Floats:
    return _OWN.mean_hours(view, view.inquiries.done - view.inquiries.came, numbers)


def _open(view: View, numbers: tuple[int, ...]) -> Floats:
    own, measured = view.inquiries, (view.layout.warm_up, view.layout.horizon)
    there = np.clip(own.done, *measured) - np.clip(own.came, *measured)
    return of_numbers(_OWN.added(view, there, every=True) / view.layout.window, numbers)


_WHOSE = "Of those who arrive in the measured time."

MEASURES = (
    Measure(
        "investigations",
        "Investigations",
        "investigations",
        f"Finds, or false alarms, that open an investigation of a kind in back offices. {_WHOSE}",
        OWN,
        parts=(Part(Kind.INVESTIGATIONS, Whole(_OWN.number), ("total",)),),
        needs=_OWN.there,
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
        needs=_OWN.there,
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
        needs=_OWN.there,
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
        needs=_OWN.there,
        shown=Shown(run=78, compare=54),
    ),
    Measure(
        "investigation_hours",
        "Specialist hours on investigations",
        "h",
        f"For how long specialists work, all together and by office. {_WHOSE}",
        OWN,
        parts=(
            Part(Kind.INVESTIGATIONS, Whole(_OWN.specialist_hours), ("total",)),
            Part(Kind.OFFICES, Whole(_OWN.hours_of_offices), ("total",), _OWN.done_by),
        ),
        needs=_OWN.there,
        shown=Shown(run=78, compare=55),
    ),
)
