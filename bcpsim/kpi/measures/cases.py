"""What follows finds and false alarms: how many cases, who handles them, how long they take."""

from __future__ import annotations

from bcpsim.kpi.forms import Whole, hours, of_numbers, ratio
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.sampling.ticks import MICROSECONDS


def _opened(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(view.handling.opened.astype(float), numbers)


def _mean(time: Ints, number: Ints, numbers: tuple[int, ...]) -> Floats:
    summed, of = (of_numbers(column.astype(float), numbers) for column in (time, number))
    return ratio(summed / MICROSECONDS, of)


def _wait(view: View, numbers: tuple[int, ...]) -> Floats:
    return _mean(view.handling.waited, view.handling.begun, numbers)


def _time(view: View, numbers: tuple[int, ...]) -> Floats:
    return _mean(view.handling.lasted, view.handling.closed, numbers)


def _handed_over(view: View, numbers: tuple[int, ...]) -> Floats:
    own = view.handling
    pairs = (of_numbers(column.astype(float), numbers) for column in (own.handed_over, own.closed))
    return 100 * ratio(*pairs)


def _hours(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(hours(view.handling.worked.sum(axis=2)), numbers)


def _by_handler(view: View, by_agency: Floats, numbers: tuple[int, ...]) -> Floats:
    flat = by_agency.reshape(view.replications, -1)
    agencies = len(view.layout.plan.agencies)
    places = tuple(
        case * agencies + agency
        for case, agency in (view.layout.handlers[number] for number in numbers)
    )
    return of_numbers(flat, places)


def _by_handover(view: View, by_pair: Ints, numbers: tuple[int, ...]) -> Floats:
    agencies = len(view.layout.plan.agencies)
    places = tuple(
        (case * agencies + finder) * agencies + handler
        for case, finder, handler in (view.layout.handovers[number] for number in numbers)
    )
    return of_numbers(by_pair.reshape(view.replications, -1).astype(float), places)


def _passed_on(view: View, numbers: tuple[int, ...]) -> Floats:
    return _by_handover(view, view.handling.passed_on, numbers)


def _wait_of_passed_on(view: View, numbers: tuple[int, ...]) -> Floats:
    wait = _by_handover(view, view.handling.wait_of_passed_on, numbers)
    return ratio(wait / MICROSECONDS, _passed_on(view, numbers))


def _opened_by(view: View, numbers: tuple[int, ...]) -> Floats:
    return _by_handler(view, view.handling.by_agency.astype(float), numbers)


def _hours_by(view: View, numbers: tuple[int, ...]) -> Floats:
    return _by_handler(view, hours(view.handling.worked), numbers)


def _has_cases(layout: Layout) -> bool:
    return bool(layout.plan.cases)


_WHOSE = "Of those who arrive in the measured time."

MEASURES = (
    Measure(
        "cases",
        "Cases",
        "cases",
        f"Finds, or false alarms, that open a case of a kind. {_WHOSE} By agency: those in which "
        "its officers work, or stay until others take over. From one agency to another: those that "
        "a check of the one opens, and with which the other begins.",
        OWN,
        parts=(
            Part(Kind.CASES, Whole(_opened), ("total",)),
            Part(Kind.HANDLERS, Whole(_opened_by), ("total",)),
            Part(Kind.HANDOVERS, Whole(_passed_on), ("total",)),
        ),
        needs=_has_cases,
        shown=Shown(run=73, compare=50),
    ),
    Measure(
        "case_wait",
        "Wait of a case",
        "min",
        "From the end of the check that opens a case until the first task begins that handles it: "
        f"the way there and the wait for an officer, perhaps of the other agency. {_WHOSE}",
        OWN,
        parts=(
            Part(Kind.CASES, Whole(_wait)),
            Part(Kind.HANDOVERS, Whole(_wait_of_passed_on)),
        ),
        needs=_has_cases,
        shown=Shown(run=74, compare=51),
    ),
    Measure(
        "case_time",
        "Time to resolve a case",
        "min",
        f"From the end of the check that opens a case until its handling is over. {_WHOSE}",
        OWN,
        parts=(Part(Kind.CASES, Whole(_time)),),
        needs=_has_cases,
        shown=Shown(run=75, compare=52),
    ),
    Measure(
        "cases_handed_over",
        "Cases handed over",
        "%",
        "Of the cases whose handling is over, the share in which officers of another agency than "
        "that of the check have worked.",
        OWN,
        parts=(Part(Kind.CASES, Whole(_handed_over)),),
        needs=_has_cases,
        shown=Shown(run=76),
        most=100.0,
    ),
    Measure(
        "case_officer_hours",
        "Officer hours on cases",
        "h",
        "For how long officers handle cases, and stay after the check until others take over, all "
        f"together. {_WHOSE}",
        OWN,
        parts=(
            Part(Kind.CASES, Whole(_hours), ("total",)),
            Part(Kind.HANDLERS, Whole(_hours_by), ("total",)),
        ),
        needs=_has_cases,
        shown=Shown(run=77),
    ),
)
