"""What travellers hide, who is referred, and what checks find."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from bcpsim.kpi.forms import Whole, hours, of_numbers, ratio
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Mask, View
from bcpsim.sampling.risk import PRESENT

_EXPECTED = (
    "Each carrier counts with the probability of being found by the checks made on its way: the "
    "expected number, not those found by chance; where a result steers the way, as it came out. "
    "Checks that a disturbance leaves out find nothing, and others what they find in their time."
)
_SIGNAL = "Green and Swets, Signal Detection Theory and Psychophysics, Wiley 1966"


def _carriers(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(view.finds.carriers, numbers)


def _found(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(view.finds.found, numbers)


def _found_share(view: View, numbers: tuple[int, ...]) -> Floats:
    return 100 * ratio(_found(view, numbers), _carriers(view, numbers))


def _let_through(view: View, numbers: tuple[int, ...]) -> Floats:
    return _carriers(view, numbers) - _found(view, numbers)


def _of_finders(
    view: View, numbers: tuple[int, ...], by_check: Floats, by_agency: Floats
) -> Floats:
    """Return values by who finds, shape (replications, populations, 1)."""
    columns = []
    for number in numbers:
        truth, places, _ = view.layout.finders[number]
        whole = by_check[:, truth, list(places)] if places[0] >= 0 else None
        columns.append(by_agency[:, truth, -1 - places[0]] if whole is None else whole.sum(axis=1))
    return np.stack(columns, axis=1)[..., None]


def _found_by(view: View, numbers: tuple[int, ...]) -> Floats:
    return _of_finders(view, numbers, view.finds.by_check, view.finds.by_agency)


def _found_share_by(view: View, numbers: tuple[int, ...]) -> Floats:
    truths = tuple(view.layout.finders[number][0] for number in numbers)
    return 100 * ratio(_found_by(view, numbers), _carriers(view, truths))


def _overlooked(view: View, numbers: tuple[int, ...]) -> Floats:
    return _of_finders(view, numbers, view.finds.past_check, view.finds.past_agency)


def _alarms(view: View, numbers: tuple[int, ...]) -> Floats:
    checks, names = view.layout.checks, view.layout.names_of_checks
    columns = [
        view.finds.alarms[:, [check.name == names[k] for check in checks]].sum(axis=1)
        for k in numbers
    ]
    return np.stack(columns, axis=1)[..., None]


def _by_replication(view: View, some: Mask) -> Floats:
    """Return how many there are in each replication, shape (replications,)."""
    number = np.bincount(view.replication[some], minlength=view.replications)
    return number.astype(np.float64)


def _number_referred(view: View, numbers: tuple[int, ...]) -> Floats:
    rows = view.referred
    columns = [_by_replication(view, np.any(rows, axis=0) if k < 0 else rows[k]) for k in numbers]
    return np.stack(columns, axis=1)[..., None]


def _share_referred(view: View, numbers: tuple[int, ...]) -> Floats:
    arrivals = _by_replication(view, view.counted)[:, None, None]
    return 100 * ratio(_number_referred(view, numbers), arrivals)


def _hit_rate(view: View, numbers: tuple[int, ...]) -> Floats:
    plan, rows = view.layout.plan, view.referred
    columns = []
    for k in numbers:
        referral = plan.attributes[view.layout.referrals[k]].referral
        assert referral is not None
        carries = view.travellers.attributes[plan.scores[referral.score].truth] == PRESENT
        columns.append(_by_replication(view, rows[k] & carries))
    hits = np.stack(columns, axis=1)[..., None]
    return 100 * ratio(hits, _number_referred(view, numbers))


def _of_truth(view: View, numbers: tuple[int, ...], carrying: bool) -> Floats:
    """Return the share referred of those with the truth of a score, or without it."""
    plan, rows = view.layout.plan, view.referred
    columns = []
    for k in numbers:
        referral = plan.attributes[view.layout.referrals[k]].referral
        assert referral is not None
        carries = view.travellers.attributes[plan.scores[referral.score].truth] == PRESENT
        those = view.counted & (carries == carrying)
        columns.append(ratio(_by_replication(view, rows[k] & those), _by_replication(view, those)))
    return 100 * np.stack(columns, axis=1)[..., None]


def _duplicates(view: View, numbers: tuple[int, ...]) -> Floats:
    twice = _by_replication(view, view.referred.sum(axis=0) > 1)
    return 100 * ratio(twice[:, None, None], _number_referred(view, numbers))


def _per_1000(view: View, numbers: tuple[int, ...]) -> Floats:
    arrivals = _by_replication(view, view.counted)[:, None, None]
    return 1000 * ratio(_found(view, numbers), arrivals)


def _minutes_per_find(view: View, numbers: tuple[int, ...]) -> Floats:
    start, end = view.held
    tasks = [check.task for check in view.layout.checks]
    rows = np.isin(view.holdings.task, tasks) & view.counted[view.holdings.traveller]
    time = np.where(rows, end - start, 0)
    spent = np.bincount(view.replication_of_holding, time, minlength=view.replications)
    return ratio(60 * hours(spent)[:, None, None], _found(view, numbers))


def _cost_per_find(view: View, numbers: tuple[int, ...]) -> Floats:
    return ratio(view.bill.paid[:, :1, None], _found(view, numbers))


def _has_truths(layout: Layout) -> bool:
    return bool(layout.plan.truths)


def _has_checks(layout: Layout) -> bool:
    return bool(layout.checks)


def _has_referrals(layout: Layout) -> bool:
    return bool(layout.referrals)


def _by_score(values: Callable[[View, tuple[int, ...]], Floats]) -> Part:
    """Return the part of a measure of each referral, but not of all together: by its score."""
    return Part(Kind.REFERRALS, Whole(values), never_all=True)


MEASURES = (
    Measure(
        "carriers",
        "Carriers",
        "travellers",
        "Of the arrivals, those with a truth (contraband, false documents and the like). all: the "
        "carriers of each truth added up.",
        OWN,
        parts=(Part(Kind.TRUTHS, Whole(_carriers), ("total",)),),
        needs=_has_truths,
        shown=Shown(run=60),
    ),
    Measure(
        "found",
        "Found",
        "travellers",
        f"Of the carriers, those whom a check finds. {_EXPECTED} By activity and agency: by who "
        "is the first to find them.",
        OWN,
        parts=(
            Part(Kind.TRUTHS, Whole(_found), ("total",)),
            Part(Kind.FINDERS, Whole(_found_by), ("total",)),
        ),
        needs=_has_checks,
        shown=Shown(run=61),
    ),
    Measure(
        "found_share",
        "Found of carriers",
        "%",
        "Found, divided by the carriers of the truth.",
        OWN,
        parts=(
            Part(Kind.TRUTHS, Whole(_found_share)),
            Part(Kind.FINDERS, Whole(_found_share_by)),
        ),
        needs=_has_checks,
        shown=Shown(run=62, compare=47),
        most=100.0,
    ),
    Measure(
        "let_through",
        "Not found",
        "travellers",
        "Carriers less those found.",
        OWN,
        parts=(Part(Kind.TRUTHS, Whole(_let_through), ("total",)),),
        needs=_has_checks,
        shown=Shown(run=63),
    ),
    Measure(
        "overlooked",
        "Overlooked",
        "travellers",
        "Carriers whom a check, or an agency, has checked and neither it nor a check before it has "
        "found; of an agency with several checks, at each of them.",
        OWN,
        parts=(Part(Kind.FINDERS, Whole(_overlooked), ("total",)),),
        needs=_has_checks,
        shown=Shown(run=64),
    ),
    Measure(
        "false_alarms",
        "False alarms",
        "travellers",
        "Travellers with none of the truths that a check finds, for whom it raises an alarm.",
        OWN,
        parts=(Part(Kind.CHECKS, Whole(_alarms), ("total",)),),
        needs=_has_checks,
        shown=Shown(run=65),
    ),
    Measure(
        "referred",
        "Referred",
        "travellers",
        "Of the arrivals, those selected by a score; all: by any of the referrals that the way of "
        "working asks for.",
        OWN,
        parts=(Part(Kind.REFERRALS, Whole(_number_referred), ("total",)),),
        needs=_has_referrals,
        shown=Shown(run=66),
    ),
    Measure(
        "referred_share",
        "Referred of arrivals",
        "%",
        "Referred, divided by the arrivals.",
        OWN,
        parts=(Part(Kind.REFERRALS, Whole(_share_referred)),),
        needs=_has_referrals,
        shown=Shown(run=67, compare=48),
        most=100.0,
    ),
    Measure(
        "hit_rate",
        "Hit rate",
        "%",
        "Of those referred, the share with the truth that the score is about: the positive "
        "predictive value.",
        _SIGNAL,
        parts=(_by_score(_hit_rate),),
        needs=_has_referrals,
        shown=Shown(run=68),
        most=100.0,
    ),
    Measure(
        "referred_of_carriers",
        "Referred of carriers",
        "%",
        "Of those with the truth that the score is about, the share referred: the hit rate of "
        "signal detection, up in an ROC plot.",
        _SIGNAL,
        parts=(_by_score(partial(_of_truth, carrying=True)),),
        needs=_has_referrals,
        most=100.0,
    ),
    Measure(
        "referred_of_others",
        "Referred of others",
        "%",
        "Of those without the truth that the score is about, the share referred: the false "
        "positive rate, across in an ROC plot.",
        _SIGNAL,
        parts=(_by_score(partial(_of_truth, carrying=False)),),
        needs=_has_referrals,
        most=100.0,
    ),
    Measure(
        "duplicate_referrals",
        "Referred twice",
        "%",
        "Of those referred, the share whom two or more referrals select.",
        OWN,
        parts=(Part(Kind.REFERRALS, Whole(_duplicates), only_all=True),),
        needs=lambda layout: len(layout.referrals) > 1,
        shown=Shown(run=69, compare=49),
        most=100.0,
    ),
    Measure(
        "finds_per_1000",
        "Found per 1,000",
        "travellers",
        "Found, per 1,000 arrivals.",
        OWN,
        parts=(Part(Kind.TRUTHS, Whole(_per_1000), only_all=True),),
        needs=_has_checks,
        shown=Shown(run=70),
    ),
    Measure(
        "officer_minutes_per_find",
        "Officer time per find",
        "min",
        "Time that officers spend on tasks with a check that can find something, divided by found.",
        OWN,
        parts=(Part(Kind.TRUTHS, Whole(_minutes_per_find), only_all=True),),
        needs=_has_checks,
        shown=Shown(run=71),
    ),
    Measure(
        "cost_per_find",
        "Cost per find",
        "currency",
        "What agencies pay for everything, divided by found.",
        OWN,
        parts=(
            Part(
                Kind.TRUTHS,
                Whole(_cost_per_find),
                where=lambda layout, k: any(
                    (
                        *layout.plan.costs.pay,
                        *layout.plan.costs.lanes,
                        *layout.plan.costs.equipment,
                    )
                ),
                only_all=True,
            ),
        ),
        needs=_has_checks,
        shown=Shown(run=72),
        over_time=True,  # what is paid is of the whole time
    ),
)
