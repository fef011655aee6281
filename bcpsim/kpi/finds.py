"""What checks find of what travellers hide, in some replications.

Carriers are few, so that counting those found would say little. Each carrier counts instead with
the probability of being found by the checks that were made on its way, in the time that they
took; where a result steers the way, as it came out. A check that a disturbance leaves out isn't
made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.altered import left_out, time_taken
from bcpsim.plan.model import Plan
from bcpsim.plan.records.security import DetectionPlan, Found
from bcpsim.sampling.risk import PRESENT, chance
from bcpsim.sampling.ticks import FAR, MICROSECONDS, NEVER

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Check:
    """A task with an activity that finds something: indices, and the activity's own name."""

    task: int
    activity: int
    name: str
    detection: DetectionPlan

    @property
    def truths(self) -> tuple[int, ...]:
        """The attributes that it finds."""
        return tuple(power.truth for power in self.detection.powers)


def checks_of(plan: Plan) -> Iterator[Check]:
    """Yield the checks of a plan that find something."""
    for number, task in enumerate(plan.tasks):
        for work in task.work:
            activity = plan.activities[work.activity]
            if activity.detection is not None:
                name = activity.name.partition("/")[0]  # a loop's rounds are numbered
                yield Check(number, work.activity, name, activity.detection)


@dataclass(frozen=True, slots=True, eq=False)
class Finds:
    """What is found, by replication.

    Attributes
    ----------
    carriers
        Of each truth, those who arrive in the measured time; shape (replications, truths).
    found
        The expected number of them who are found, likewise.
    by_check, past_check
        Those whom each check is the first to find, and those whom it and those before it didn't;
        shape (replications, truths, checks).
    by_agency, past_agency
        The same by the agency of who made the check; shape (replications, truths, agencies).
    alarms
        False alarms of each check, shape (replications, checks).
    """

    carriers: Floats
    found: Floats
    by_check: Floats
    past_check: Floats
    by_agency: Floats
    past_agency: Floats
    alarms: Floats

    @classmethod
    def of(cls, view: View) -> Finds:
        """Return what is found in some replications."""
        plan, checks = view.layout.plan, view.layout.checks
        rows, truths, agencies = view.replications, len(plan.truths), len(plan.agencies)
        carriers, found = np.zeros((rows, truths)), np.zeros((rows, truths))
        by_check, past_check = np.zeros((2, rows, truths, len(checks)))
        by_agency, past_agency = np.zeros((2, rows, truths, agencies))
        for number, truth in enumerate(plan.truths):
            who = np.flatnonzero(view.counted & (view.travellers.attributes[truth] == PRESENT))
            whose = view.replication[who]
            carriers[:, number] = np.bincount(whose, minlength=rows)
            left = np.ones(len(who))  # probability of not having been found
            for check, agency, chances in _in_time(view, checks, truth, who):
                made = check >= 0
                first, left = left * chances, left * (1 - chances)
                place = whose[made], check[made]
                np.add.at(by_check[:, number], place, first[made])
                np.add.at(past_check[:, number], place, left[made])
                made = agency >= 0
                place = whose[made], agency[made]
                np.add.at(by_agency[:, number], place, first[made])
                np.add.at(past_agency[:, number], place, left[made])
            found[:, number] = np.bincount(whose, 1 - left, minlength=rows)
        alarms = np.array([_alarms(view, check) for check in checks]).reshape(-1, rows).T
        return cls(carriers, found, by_check, past_check, by_agency, past_agency, alarms)


def _in_time(
    view: View, checks: Sequence[Check], truth: int, who: Ints
) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield the first check of each carrier, the second and so on.

    As its place among the checks, the agency of its officer (-1: none), and the probability that
    it finds what is there; place -1: the carrier has no more.
    """
    able = [k for k, check in enumerate(checks) if truth in check.truths]
    if not able or not len(who):
        return
    tasks = np.array([checks[k].task for k in able])[:, None]
    officer = view.log.officer[tasks, who]
    made_by = [(_made(view, checks[k]), view.log.ended[checks[k].task]) for k in able]
    ended = np.array([np.where(made, ended, NEVER)[who] for made, ended in made_by])
    chances = np.array([_chances(view, checks[k], truth, who) for k in able])
    order = np.argsort(np.where(ended == NEVER, FAR, ended), axis=0, kind="stable")
    every = np.arange(len(who))
    agency_of = view.layout.agency_of_officer
    for place in order:
        made = ended[place, every] != NEVER
        by = officer[place, every]
        yield (
            np.where(made, np.array(able)[place], -1),
            np.where(made & (by >= 0), agency_of[by], -1),
            np.where(made, chances[place, every], 0.0),
        )


def _made(view: View, check: Check) -> Mask:
    """Return for whom a check was made: it is over, and no disturbance left it out."""
    return (view.log.ended[check.task] != NEVER) & ~left_out(view, check.task, check.activity)


def _chances(view: View, check: Check, truth: int, who: Ints) -> Floats:
    """Return with what probability a check finds a truth of its carriers, if it is made."""
    if check.detection.result >= 0:  # the way goes on by it
        result = view.travellers.attributes[check.detection.result][who]
        return (result == int(Found.FOUND)).astype(np.float64)
    power = next(power for power in check.detection.powers if power.truth == truth)
    time = time_taken(view, check.task, check.activity)[who]
    return chance(power, time) * _ability(view, check, who)


def _ability(view: View, check: Check, who: Ints) -> Floats:
    """Return the share that the officer of each check finds of what the check finds.

    By training, and by how long ago the shift began.
    """
    layout = view.layout
    groups = layout.plan.groups
    ability = np.ones(len(who))
    if not any(group.finds or group.tiring for group in groups):
        return ability
    officer = view.log.officer[check.task, who]
    by = np.flatnonzero(officer >= 0)
    group_of = layout.group_of_officer[officer[by]]
    before = view.replication[who[by]] * len(layout.plan.officers)
    started = view.log.started[check.task, who[by]]
    on_duty = (started - view.roster.begin_of_duty(before + officer[by], started)) / MICROSECONDS
    for number, group in enumerate(groups):
        own = group_of == number
        share = dict(group.finds).get(check.activity, 1.0)
        ability[by[own]] = share
        if group.tiring is not None:
            late = np.maximum(on_duty[own] - group.tiring.after, 0.0) / 60
            fresh = np.maximum(1 - group.tiring.per_hour * late, group.tiring.least)
            ability[by[own]] = share * fresh
    return ability


def _alarms(view: View, check: Check) -> Floats:
    """Return the expected number of false alarms of a check in each replication."""
    attributes = view.travellers.attributes
    made = view.counted & _made(view, check)
    if check.detection.result >= 0:
        made &= attributes[check.detection.result] == int(Found.ALARM)
        rate = 1.0
    else:
        for truth in check.truths:
            made &= attributes[truth] != PRESENT
        rate = check.detection.false_alarm
    number = np.bincount(view.replication[made], minlength=view.replications)
    return number.astype(np.float64) * rate
