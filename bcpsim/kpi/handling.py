"""How cases are handled in some replications: what follows finds and false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.records.cases import HandlingPlan, OpenedPlan
from bcpsim.sampling.cases import holds
from bcpsim.sampling.ticks import FAR, NEVER

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Handling:
    """Cases by replication and kind; all have the shape (replications, kinds), but those named.

    Attributes
    ----------
    opened
        Cases of those who arrive in the measured time, whose check is over.
    begun, closed
        Those whose handling has begun, and whose is over, the traveller having left.
    waited, lasted
        Of these, the time from the end of the check until it began, and until it was over; summed.
    handed_over
        Those closed that officers of another agency than the check's handled, alone or with it.
    worked
        Time of officers, shape (replications, kinds, agencies).
    by_agency
        Cases in which officers of an agency worked, or stayed until others came, likewise.
    passed_on, wait_of_passed_on
        Those whose handling has begun, by the agency of the check and the agency that begins, and
        what they waited until then; shape (replications, kinds, agencies, agencies).
    """

    opened: Ints
    begun: Ints
    closed: Ints
    waited: Ints
    lasted: Ints
    handed_over: Ints
    worked: Ints
    by_agency: Ints
    passed_on: Ints
    wait_of_passed_on: Ints

    @classmethod
    def of(cls, view: View) -> Handling:
        """Return the cases of some replications."""
        cases = view.layout.plan.cases
        shape = (view.replications, len(cases))
        columns = np.zeros((6, *shape), dtype=np.int64)
        agencies = len(view.layout.plan.agencies)
        worked, by_agency = np.zeros((2, *shape, agencies), dtype=np.int64)
        passed_on = np.zeros((2, *shape, agencies, agencies), dtype=np.int64)
        for number, case in enumerate(cases):
            found = check_ended(view, case)
            whose = view.counted & (found != NEVER)
            for column, values in zip(columns, _numbers(view, case, whose, found), strict=True):
                column[:, number] = values
            worked[:, number], by_agency[:, number] = _work(view, case, whose)
            passed_on[:, :, number] = _passed_on(view, case, whose, found)
        opened, begun, closed, waited, lasted, handed_over = columns
        return cls(
            opened, begun, closed, waited, lasted, handed_over, worked, by_agency, *passed_on
        )


def check_ended(view: View, record: OpenedPlan) -> Ints:
    """Return when each traveller's check ended that opened something, `NEVER` if none did."""
    travellers = view.travellers
    whose = holds(record.condition, travellers.category, travellers.attributes)
    ended = view.log.ended[list(record.opened_in)].max(axis=0, initial=NEVER)
    return np.where(whose, ended, NEVER)


def _numbers(view: View, case: HandlingPlan, whose: Mask, found: Ints) -> tuple[Ints, ...]:
    """Return numbers and times of a kind of case, each of shape (replications,)."""
    who = np.flatnonzero(whose)
    checks, work = (
        np.array(tasks, dtype=np.int64)[:, None] for tasks in (case.opened_in, case.handled_in)
    )
    found = found[who]
    started, ended = view.log.started[work, who], view.log.ended[work, who]
    begin = np.where(started == NEVER, FAR, started).min(axis=0, initial=FAR)
    begun = begin != FAR
    closed = begun & (ended != NEVER).any(axis=0) & view.left[who]
    end = np.where(ended == NEVER, -FAR, ended).max(axis=0, initial=-FAR)
    finder, handler = _agencies(view, checks, who), _agencies(view, work, who)
    other = closed & ((handler >= 0) & ~(handler[:, None] == finder[None]).any(axis=1)).any(axis=0)
    return tuple(
        np.bincount(view.replication[who], weight, minlength=view.replications).astype(np.int64)
        for weight in (
            np.ones(len(who)),
            begun,
            closed,
            np.where(begun, begin - found, 0),
            np.where(closed, end - found, 0),
            other,
        )
    )


def _passed_on(view: View, case: HandlingPlan, whose: Mask, found: Ints) -> Ints:
    """Return how many cases one agency opens and another begins with, and for how long they wait.

    Shape (2, replications, agencies, agencies).
    """
    who = np.flatnonzero(whose)
    checks, work = (
        np.array(tasks, dtype=np.int64)[:, None] for tasks in (case.opened_in, case.handled_in)
    )
    started = view.log.started[work, who]
    started = np.where(started == NEVER, FAR, started)
    agencies = len(view.layout.plan.agencies)
    size = view.replications * agencies**2
    if not len(who) or not len(started):
        return np.zeros((2, view.replications, agencies, agencies), dtype=np.int64)
    every = np.arange(len(who))
    last, first = view.log.ended[checks, who].argmax(axis=0), started.argmin(axis=0)
    finder = _agencies(view, checks, who)[last, every]
    handler = _agencies(view, work, who)[first, every]
    begin = started[first, every]
    both = (begin != FAR) & (finder >= 0) & (handler >= 0)
    code = ((view.replication[who] * agencies + finder) * agencies + handler)[both]
    wait = np.zeros(size, dtype=np.int64)
    np.add.at(wait, code, (begin - found[who])[both])
    shape = (view.replications, agencies, agencies)
    return np.stack([np.bincount(code, minlength=size).reshape(shape), wait.reshape(shape)])


def _agencies(view: View, tasks: Ints, who: Ints) -> Ints:
    """Return whose officer does each task, -1: nobody's, or not done; shape (tasks, n)."""
    return view.layout.agency_of_officer[view.log.officer[tasks, who]]


def _work(view: View, case: HandlingPlan, whose: Mask) -> tuple[Ints, Ints]:
    """Return officers' time on a kind of case, and cases in which they worked, by agency."""
    layout = view.layout
    agencies = len(layout.plan.agencies)
    size = view.replications * agencies
    start, end = view.held
    task, who = view.holdings.task, view.holdings.traveller
    agency = layout.agency_of_officer[view.holdings.officer]
    code = view.replication_of_holding * agencies + agency
    handles = np.isin(task, case.handled_in) & whose[who]
    # Who made the check and stays is bound by the case from its end on.
    checks = np.isin(task, case.opened_in) & whose[who] & ~handles
    checks &= view.log.ended[task, who] != NEVER
    start = np.where(checks, np.clip(view.log.ended[task, who], start, end), start)
    bound = handles | (checks & (start < end))
    time = np.zeros(size, dtype=np.int64)
    np.add.at(time, code[bound], (end - start)[bound])
    pairs = np.unique(np.stack([code[bound], who[bound]]), axis=1)[0]
    number = np.bincount(pairs, minlength=size)
    return time.reshape(-1, agencies), number.reshape(-1, agencies)
