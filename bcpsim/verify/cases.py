"""The cases that the simulator is held against, and how many replications each takes.

The replications are such that an error of 2 % in a mean is found (see
`bcpsim.verify.verdicts`); they were set from the spread measured in a pilot run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from bcpsim.verify import chains, detection, exact

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Target:
    """One value to compare: a row of the measures and its exact value.

    Attributes
    ----------
    of_replication
        What counts of each replication's value, such as whether it is at most 3; None: itself.
    """

    measure: str
    population: str
    statistic: str
    expected: Callable[[], float]
    of_replication: Callable[[Floats], Floats] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A model, the scenario that stands for it, and what is known exactly.

    Attributes
    ----------
    name, title
        Key for the command line, and words.
    scenario
        File in `bcpsim/verify/scenarios`.
    overrides
        Values set in it, as by ``--set``.
    variant
        Variant of it.
    """

    name: str
    title: str
    scenario: str
    replications: int
    targets: tuple[Target, ...]
    overrides: Mapping[str, str] = field(default_factory=dict)
    variant: str = "base"


def _queue(
    name: str,
    title: str,
    replications: int,
    load: float,
    service: str,
    wait: Callable[[], float],
    servers: int = 1,
) -> Case:
    """Return a case of one queue with mean service 1 min."""
    return Case(
        name,
        f"{title}, utilisation {load:g}",
        "queue.yaml",
        replications,
        (Target("waiting_time", "all", "mean", wait),),
        {
            "traffic.cars.arrivals.rate": f"{load * servers!r}/min",
            "activities.check.duration": service,
            "officers.booths.shifts.0.count": str(servers),
            "stops.booths.lanes": str(servers),
        },
    )


_EXPONENTIAL = "{distribution: exponential, mean: 1 min}"
_HOURS = tuple(60.0 * hour for hour in range(25))
_PER_HOUR = (16, 14, 13, 12, 13, 16, 21, 27, 32, 35, 37, 35,
             32, 29, 27, 29, 32, 35, 34, 30, 26, 22, 20, 18)  # fmt: skip
_TANDEM = ((5 / 6, 1), (2.0, 2))  # mean service in minutes, servers


_BY_DAY = (20, 15, 12, 12, 20, 40, 70, 90, 100, 105, 100, 95,
           90, 90, 95, 100, 102, 98, 90, 80, 60, 45, 35, 25)  # fmt: skip
_OFFICERS = (2,) * 6 + (4,) * 16 + (2,) * 2


def _day() -> float:
    return exact.mtmc_queue(_HOURS, [rate / 60 for rate in _PER_HOUR], 2.0, 2)


def _timetable() -> float:
    return exact.mtmc_queue(_HOURS, [rate / 60 for rate in _BY_DAY], 2.0, _OFFICERS)


_AT_FIRST = 20


def _backlog() -> float:
    return exact.mtmc_queue((0.0, 120.0), (0.8,), 1.0, 1, _AT_FIRST)


@cache
def _blocking() -> chains.BlockedTandem:
    return chains.tandem_with_blocking(0.4, 1, 1, 1)


@cache
def _cross_trained() -> tuple[float, float]:
    return chains.cross_trained_waits((1.2, 0.5), (1, 1), (2, 1))


@cache
def _scanner() -> tuple[float, float]:
    return chains.scanner_waits((1.5, 0.15), (1, 2), 3, 1)


@cache
def _groups() -> float:
    return chains.group_wait(1.2, 1, 2, {1: 0.5, 3: 0.5})


@cache
def _helping() -> tuple[float, float]:
    return chains.helping_booth_waits((0.4, 0.9), (1, 1), 3)


@cache
def _impatient() -> chains.Left:
    return chains.queue_with_leaving(2.2, 1, 2, mean_patience=2)


_DETERRED = {0: 0.0, 2: 0.3, 5: 0.8}
"""Share that turns back, from so many waiting on."""


@cache
def _deterred() -> chains.Left:
    return chains.queue_with_leaving(
        1.8, 1, 2, deters=lambda n: _DETERRED[max(k for k in _DETERRED if k <= n)]
    )


@cache
@cache
def _chosen_crossing() -> tuple[float, float]:
    return chains.chosen_queue_wait(1.4, 1, 1)


def _hysteresis() -> float:
    return chains.hysteresis_wait(1.1, (1, 0.5), (6, 2))


@cache
def _breakdowns() -> float:
    return chains.breakdown_wait(0.5, 1, 50, 5)


_STRIKE = {
    "traffic.cars.arrivals.rate": "2/min",
    "activities.check.duration": "{distribution: exponential, mean: 2 min}",
    "officers.booths.shifts.0.count": "8",
    "stops.booths.lanes": "8",
    "disturbances": "{strike: {hours: 00:00-24:00, on_duty: {booths: 62.5 %}}}",
}
"""Of eight officers five are there."""

_COVER = (
    "{agency: border_guard, skills: check, stop: booths, "
    "shifts: [{from: 00:00, to: 24:00, count: 1}]}"
)


def _waits_of(
    classes: tuple[str, str], waits: Callable[[], tuple[float, float]]
) -> tuple[Target, ...]:
    """Return the targets of the mean waits of two classes."""
    return (
        Target("waiting_time", f"class={classes[0]}", "mean", lambda: waits()[0]),
        Target("waiting_time", f"class={classes[1]}", "mean", lambda: waits()[1]),
    )


_DISTANCES, _CORRELATION, _CARRYING = (1.0, 1.5), 0.4, 0.2


_BEST_LIMIT = 1.205398
"""Of the separation 1.5, where 1 % carry something and a miss costs 50 times a false alarm."""


@cache
def _by_either(correlation: float = _CORRELATION) -> detection.Selected:
    limits = (NormalDist().inv_cdf(0.95), NormalDist().inv_cdf(0.9))
    return detection.by_either(_DISTANCES, limits, correlation, _CARRYING)


def _alone() -> detection.Selected:
    return detection.by_one(1.5, _BEST_LIMIT, _CARRYING)


def _joint(optimal: bool, correlation: float = _CORRELATION) -> detection.Selected:
    distance = detection.joint_distance(_DISTANCES, correlation, optimal)
    return detection.by_one(distance, NormalDist().inv_cdf(0.88), _CARRYING)


def _detection(
    name: str,
    title: str,
    replications: int,
    variant: str,
    selected: Callable[[], detection.Selected],
    *more: Target,
) -> Case:
    """Return a case of what is referred and found by scores."""
    targets = (
        Target("referred_share", "all", "mean", lambda: 100 * selected().referred),
        Target("found_share", "all", "mean", lambda: 100 * selected().found),
        *more,
    )
    return Case(name, title, "detection.yaml", replications, targets, variant=variant)


_STRONGLY = {"scores.customs.correlated.guard": "0.8"}


_PROFILES = detection.Profiles(carrying=0.05, high=(0.7, 0.08))
_TRUCKS = 20_000
"""Of a replication of profiles.yaml, on average."""


def _profiled(
    name: str, title: str, variant: str, selections: tuple[tuple[float, float], ...]
) -> Case:
    """Return a case of what agencies select by a profile, and inspect each for itself."""
    targets = (
        Target(
            "visits",
            "stop=hall",
            "total",
            lambda: _TRUCKS * sum(_PROFILES.selected(own) for own in selections),
        ),
        Target("found_share", "all", "mean", lambda: 100 * _PROFILES.found(selections)),
    )
    return Case(name, title, "profiles.yaml", 200, targets, variant=variant)


def _random_checks(
    name: str, title: str, replications: int, share: Callable[[], float], finds: int, tail: float
) -> Case:
    """Return a case of a bound on the share of carriers, from finds in 1,000 random checks.

    If so many carry something, `tail` of the programmes find so few, or so many.
    """
    fewer = share() > finds / detection.CHECKS
    target = Target(
        "found",
        "all",
        "total",
        lambda: 1 - tail,
        lambda found: (found > finds if fewer else found < finds).astype(np.float64),
    )
    carriers = {"truths.contraband": repr(share())}
    return Case(name, title, "random_checks.yaml", replications, (target,), carriers)


def _feedback(name: str, title: str, replications: int, service: str, cv: float) -> Case:
    """Return a case of a queue from which a fifth goes back to its end."""
    return Case(
        name,
        f"{title}, a fifth goes back to the end of the queue",
        "feedback.yaml",
        replications,
        (
            Target(
                "time_in_system", "all", "mean", lambda: detection.feedback_time(1 / 6, 2, cv, 0.2)
            ),
        ),
        {"activities.check.duration": service},
    )


# A new one stands at the end: the place of a case names its random numbers.
CASES: tuple[Case, ...] = (
    _queue("mm1", "M/M/1", 460, 0.5, _EXPONENTIAL, lambda: exact.mmc_wait(0.5, 1, 1)),
    _queue("mmc_light", "M/M/2", 380, 0.5, _EXPONENTIAL, lambda: exact.mmc_wait(1.0, 1, 2), 2),
    _queue("mmc_medium", "M/M/2", 280, 0.6, _EXPONENTIAL, lambda: exact.mmc_wait(1.2, 1, 2), 2),
    _queue("mmc_heavy", "M/M/2", 600, 0.7, _EXPONENTIAL, lambda: exact.mmc_wait(1.4, 1, 2), 2),
    _queue("md1", "M/D/1", 120, 0.6, "1 min", lambda: exact.mg1_wait(0.6, 1, 0)),
    _queue("mdc", "M/D/2", 190, 0.6, "1 min", lambda: exact.mdc_wait(1.2, 1, 2), 2),
    _queue(
        "mg1_gamma",
        "M/G/1, gamma with cv 0.5",
        250,
        0.5,
        "{distribution: gamma, mean: 1 min, cv: 0.5}",
        lambda: exact.mg1_wait(0.5, 1, 0.5),
    ),
    _queue(
        "mg1_lognormal",
        "M/G/1, lognormal with cv 0.8",
        360,
        0.5,
        "{distribution: lognormal, mean: 1 min, cv: 0.8}",
        lambda: exact.mg1_wait(0.5, 1, 0.8),
    ),
    Case(
        "tandem",
        "M/M/1 -> M/M/2, utilisation 0.5 and 0.6",
        "tandem.yaml",
        560,
        (
            Target(
                "waiting_time", "stop=passport", "mean", lambda: exact.tandem_waits(0.6, _TANDEM)[0]
            ),
            Target(
                "waiting_time", "stop=customs", "mean", lambda: exact.tandem_waits(0.6, _TANDEM)[1]
            ),
            Target(
                "time_in_system",
                "all",
                "mean",
                lambda: sum(exact.tandem_waits(0.6, _TANDEM)) + 5 / 6 + 2,
            ),
        ),
    ),
    Case(
        "time_varying",
        "M(t)/M/2 over a day",
        "time_varying.yaml",
        15000,
        (
            # The queue's time average has no bias; the mean wait of a day, weighed by days and
            # not by vehicles, would have one of about 0.3 % (docs/method.md).
            Target("queue_length", "stop=booths", "mean", _day),
        ),
    ),
    Case(
        "turned_away",
        "M/M/2/7: five places, others turned away",
        "places.yaml",
        200,
        (
            Target(
                "turned_away", "all", "total", lambda: 20000 * 1.8 * exact.mmck(1.8, 1, 2, 5)[0]
            ),
            Target("waiting_time", "all", "mean", lambda: exact.mmck(1.8, 1, 2, 5)[1]),
        ),
    ),
    Case(
        "loss",
        "M/M/3/3: no place to wait",
        "places.yaml",
        100,
        (Target("turned_away", "all", "total", lambda: 20000 * 1.8 * exact.mmck(1.8, 1, 3, 0)[0]),),
        {
            "areas.yard.places": "0",
            "officers.booths.shifts.0.count": "3",
            "stops.booths.lanes": "3",
        },
    ),
    Case(
        "blocking",
        "Tandem with one place in between, blocking after service",
        "blocking.yaml",
        420,
        (
            Target(
                "waiting_time",
                "stop=passport",
                "mean",
                lambda: _blocking().wait + _blocking().blocked,
            ),
            Target("wait_blocked", "all", "mean", lambda: _blocking().blocked),
            Target("time_in_system", "all", "mean", lambda: _blocking().time),
        ),
    ),
    Case(
        "priority",
        "M/M/2 with two classes by priority, not preemptive",
        "priority.yaml",
        420,
        _waits_of(("bus", "car"), lambda: exact.priority_waits((0.6, 0.6), 1, 2)),
    ),
    Case(
        "split",
        "Two queues of one officer each",
        "split.yaml",
        200,
        (Target("waiting_time", "all", "mean", lambda: exact.mmc_wait(0.5, 1, 1)),),
    ),
    Case(
        "pooled",
        "The same two officers on one queue",
        "split.yaml",
        350,
        (Target("waiting_time", "all", "mean", lambda: exact.mmc_wait(1.0, 1, 2)),),
        variant="pooled",
    ),
    Case(
        "cross_trained",
        "Two border guards, one cross-trained officer who takes trucks first",
        "cross_trained.yaml",
        330,
        _waits_of(("car", "truck"), _cross_trained),
    ),
    Case(
        "pool",
        "The same with a pool of two stops",
        "cross_trained.yaml",
        260,
        (Target("waiting_time", "class=truck", "mean", lambda: _cross_trained()[1]),),
        variant="pool",
    ),
    Case(
        "scanner",
        "Officer and scanner held together",
        "scanner.yaml",
        640,
        _waits_of(("car", "truck"), _scanner),
    ),
    Case(
        "crew",
        "Checks side by side: the longer of two durations",
        "crew.yaml",
        470,
        (
            Target(
                "waiting_time",
                "all",
                "mean",
                lambda: exact.mg1_wait(0.35, *exact.longest_of_two(1, 1)),
            ),
            Target("service_time", "all", "mean", lambda: exact.longest_of_two(1, 1)[0]),
        ),
    ),
    Case(
        "batch_fixed",
        "A batch of 12 and 3 servers, all services alike: to the bit",
        "batches.yaml",
        2,
        (Target("waiting_time", "all", "mean", lambda: exact.batch_wait(12, 1, 3, False)),),
        {"activities.check.duration": "1 min"},
    ),
    Case(
        "batch",
        "A batch of 12 and 3 servers, exponential",
        "batches.yaml",
        60,
        (Target("waiting_time", "all", "mean", lambda: exact.batch_wait(12, 1, 3, True)),),
    ),
    Case(
        "groups",
        "M^X/M/2: one or three at once, each served apart",
        "queue.yaml",
        500,
        (Target("waiting_time", "all", "mean", _groups),),
        {
            "traffic.cars.arrivals.rate": "1.2/min",
            "traffic.cars.arrivals.together": "{1: 50 %, 3: 50 %}",
            "officers.booths.shifts.0.count": "2",
            "stops.booths.lanes": "2",
        },
    ),
    Case(
        "deadline",
        "M/M/1 with a deadline of 2 services",
        "queue.yaml",
        100,
        (Target("missed", "all", "total", lambda: 20000 * 0.8 * exact.missed_deadline(0.8, 1, 2)),),
        {"traffic.cars.arrivals.rate": "0.8/min", "traffic.cars.deadline": "2 min"},
    ),
    Case(
        "team",
        "One team that travels between two places, M/G/1 with travel in every second call",
        "team.yaml",
        300,
        (Target("waiting_time", "all", "mean", lambda: exact.team_wait(0.3, 1, 1.5)),),
    ),
    Case(
        "timetable",
        "M(t)/M/c(t): officers by timetable, what is in hand is finished",
        "timetable.yaml",
        19500,
        (Target("queue_length", "stop=booths", "mean", _timetable),),
    ),
    Case(
        "backlog",
        "M/M/1 with 20 who wait at the start, over two hours",
        "backlog.yaml",
        32_000,
        (
            Target("queue_length", "stop=booths", "mean", _backlog),
            Target("waiting_time", "class=left", "mean", lambda: 30 + (_AT_FIRST - 1) / 2),
        ),
    ),
    Case(
        "group_hall",
        "A coach waits for the last of 12, who meet 3 servers",
        "groups.yaml",
        60,
        (
            Target(
                "wait_for_group", "class=coach", "mean", lambda: exact.last_of_batch(12, 1, 3)[0]
            ),
        ),
    ),
    Case(
        "group_maximum",
        "A coach waits for the last of 12, all served at once: the maximum",
        "groups.yaml",
        110,
        (
            Target(
                "wait_for_group", "class=coach", "mean", lambda: exact.last_of_batch(12, 1, 12)[0]
            ),
            Target("time_in_system", "class=person", "mean", lambda: 1.0),
        ),
        variant="self_service",
    ),
    Case(
        "group_bay",
        "A bay is kept until the last of 4 is back: M/G/1 with the maximum",
        "groups.yaml",
        520,
        (
            Target(
                "waiting_time",
                "class=coach",
                "mean",
                lambda: exact.mg1_wait(0.2, *exact.last_of_batch(4, 1, 4)),
            ),
        ),
        variant="queue",
    ),
    Case(
        "helping_booth",
        "A booth helps another class from three waiting on, while none of its own waits",
        "help.yaml",
        220,
        _waits_of(("citizen", "other"), _helping),
    ),
    Case(
        "returning_team",
        "A team drives back to its base when all is done: M/G/1 with a server away",
        "team.yaml",
        40,
        (Target("waiting_time", "all", "mean", lambda: exact.returning_team_wait(0.3, 1, 1.5)),),
        variant="returning",
    ),
    Case(
        "fork_join",
        "Two M/M/1 desks at once: a vehicle leaves after the later of both",
        "fork_join.yaml",
        100,
        (Target("time_in_system", "all", "mean", lambda: exact.fork_join_time(0.5, 1)),),
    ),
    _detection(
        "one_score",
        "One agency refers by a score",
        40,
        "alone",
        _alone,
        Target(
            "hit_rate",
            "referral=by_customs_alone",
            "mean",
            lambda: 100 * _alone().hit_rate(_CARRYING),
        ),
    ),
    _detection(
        "two_scores",
        "Two agencies refer by correlated scores of their own",
        170,
        "base",
        _by_either,
        Target("duplicate_referrals", "all", "mean", lambda: 100 * _by_either().twice),
    ),
    _detection(
        "joint_score", "A joint score with the best weights", 35, "optimal", lambda: _joint(True)
    ),
    _detection("sum_of_scores", "The sum of two scores", 45, "sum", lambda: _joint(False)),
    _detection(
        "largest_score",
        "The larger of two scores",
        60,
        "largest",
        lambda: detection.by_largest(_DISTANCES, _CORRELATION, 0.12, _CARRYING),
    ),
    Case(
        "search_time",
        "Searches whose time is spent where most is carried",
        "search_time.yaml",
        120,
        (
            Target(
                "found_share",
                "all",
                "mean",
                lambda: 100 * detection.found_by_time((5, 1), (20, 80), (18.8755, 2.7811), 10),
            ),
        ),
    ),
    _feedback("feedback", "M/M/1", 240, "{distribution: exponential, mean: 2 min}", 1.0),
    _feedback("feedback_constant", "M/D/1", 120, "2 min", 0.0),
    Case(
        "patience",
        "M/M/2+M (Erlang-A): each leaves the queue after 2 services on average",
        "queue.yaml",
        150,
        (
            Target("waiting_time", "all", "mean", lambda: _impatient().wait),
            Target("lost_patience", "all", "total", lambda: 20000 * 2.2 * _impatient().lost),
        ),
        {
            "traffic.cars.arrivals.rate": "2.2/min",
            "officers.booths.shifts.0.count": "2",
            "stops.booths.lanes": "2",
            "stops.booths.patience": "{distribution: exponential, mean: 2 min}",
        },
    ),
    Case(
        "baulking",
        "M/M/2: 30 % turn back from 2 waiting on, 80 % from 5 on",
        "queue.yaml",
        300,
        (
            Target("waiting_time", "all", "mean", lambda: _deterred().wait),
            Target("deterred", "all", "total", lambda: 20000 * 1.8 * _deterred().deterred),
        ),
        {
            "traffic.cars.arrivals.rate": "1.8/min",
            "officers.booths.shifts.0.count": "2",
            "stops.booths.lanes": "2",
            "stops.booths.deters": "{2: 30 %, 5: 80 %}",
        },
    ),
    Case(
        "shortest_queue",
        "Two booths with a queue each: all join the one with fewer",
        "queue.yaml",
        450,
        (Target("waiting_time", "all", "mean", lambda: chains.shortest_queue_wait(1.4, 1)),),
        {
            "traffic.cars.arrivals.rate": "1.4/min",
            "officers.booths.shifts.0.count": "2",
            "stops.booths.lanes": "2",
            "stops.booths.queue": "per_lane",
            "stops.booths.choice": "fewest_vehicles",
        },
    ),
    Case(
        "hysteresis",
        "M/M/1 with services of half the time from six waiting on, until two are left",
        "queue.yaml",
        60,
        (Target("waiting_time", "all", "mean", _hysteresis),),
        {
            "traffic.cars.arrivals.rate": "1.1/min",
            "activities.check.duration": _EXPONENTIAL,
            "disturbances": "{rule: {trigger: {queue: booths, reaches: 6}, until: 2, "
            "activities: {check: {factor: 0.5}}}}",
        },
    ),
    Case(
        "breakdowns",
        "M/M/1 that breaks down at random, and finishes what is in hand",
        "queue.yaml",
        900,
        (Target("waiting_time", "all", "mean", _breakdowns),),
        {
            "traffic.cars.arrivals.rate": "0.5/min",
            "activities.check.duration": _EXPONENTIAL,
            "disturbances": "{breakdown: {closed: booths, random: "
            "{every: {distribution: exponential, mean: 50 min}, "
            "lasts: {distribution: exponential, mean: 5 min}}}}",
        },
    ),
    Case(
        "strike",
        "A strike leaves five of eight officers: M/M/5",
        "queue.yaml",
        640,
        (Target("waiting_time", "all", "mean", lambda: exact.mmc_wait(2, 2, 5)),),
        _STRIKE,
    ),
    Case(
        "strike_covered",
        "One officer of another group stands in for those on strike: M/M/6",
        "queue.yaml",
        540,
        (Target("waiting_time", "all", "mean", lambda: exact.mmc_wait(2, 2, 6)),),
        {**_STRIKE, "officers.cover": _COVER},
    ),
    Case(
        "two_scores_alike",
        "Two agencies whose scores are correlated by 0.8",
        "detection.yaml",
        170,
        (
            Target("found_share", "all", "mean", lambda: 100 * _by_either(0.8).found),
            Target("duplicate_referrals", "all", "mean", lambda: 100 * _by_either(0.8).twice),
        ),
        _STRONGLY,
    ),
    Case(
        "sum_of_scores_alike",
        "The sum of two scores that are correlated by 0.8",
        "detection.yaml",
        60,
        (Target("found_share", "all", "mean", lambda: 100 * _joint(False, 0.8).found),),
        _STRONGLY,
        "sum",
    ),
    _profiled(
        "profiles_apart",
        "Two agencies select by one profile, each on its own",
        "base",
        ((0.3, 0.02), (0.4, 0.04)),
    ),
    _profiled(
        "profiles_jointly", "One joint selection by the same profile", "joint", ((0.6, 0.04),)
    ),
    _random_checks(
        "random_checks_most",
        "3 finds in 1,000 random checks: at the upper bound of the exact interval more are found",
        3600,
        lambda: detection.exact_interval(3)[1],
        3,
        0.025,
    ),
    _random_checks(
        "random_checks_least",
        "3 finds in 1,000 random checks: at the lower bound fewer are found",
        3600,
        lambda: detection.exact_interval(3)[0],
        3,
        0.025,
    ),
    _random_checks(
        "random_checks_none",
        "No find in 1,000 random checks: at the bound of 95 % some are found",
        7000,
        detection.upper_bound_without_finds,
        0,
        0.05,
    ),
    Case(
        "costs",
        "D/D/1, where up to 20 wait: time, fuel, officers, a shared scanner, to the cent",
        "costs.yaml",
        2,
        (
            Target("time_cost", "class=truck", "total", lambda: 40 * 20 * (2 + 2) / 2),
            Target("idling_co2", "class=truck", "total", lambda: 254.4),
            Target("staff_cost", "agency=customs", "total", lambda: 4 * 8 * 59 + 2 * 1.5 * 59),
            Target("upkeep_borne", "agency=customs", "total", lambda: 700),
        ),
    ),
    Case(
        "chosen_crossing",
        "Two crossings of M/M/1, chosen by a logit of the queues that signs show",
        "crossings.yaml",
        450,
        (
            Target("waiting_time", "all", "mean", lambda: _chosen_crossing()[0]),
            Target("shown_wait", "all", "mean", lambda: _chosen_crossing()[1]),
        ),
    ),
    Case(
        "investigations",
        "A back office with one specialist as M/D/1, utilisation 0.6",
        "investigations.yaml",
        170,
        (
            Target("investigation_wait", "all", "mean", lambda: exact.mg1_wait(0.6, 1, 0) / 60),
            Target(
                "investigations_open", "all", "mean", lambda: 0.6 * (exact.mg1_wait(0.6, 1, 0) + 1)
            ),
            Target("office_utilisation", "office=back", "mean", lambda: 60.0),
        ),
    ),
    Case(
        "weighted_waits",
        "M/M/1 with two classes, next whose weight (3 and 1) x time waited is largest",
        "priority.yaml",
        500,
        _waits_of(("bus", "car"), lambda: exact.weighted_waits((0.3, 0.3), 1, (3, 1))),
        {
            "traffic.buses.arrivals.rate": "0.3/min",
            "traffic.cars.arrivals.rate": "0.3/min",
            "officers.booths.shifts": "[{from: 00:00, to: 24:00, count: 1}]",
            "stops.booths": "{lanes: 1, next_in_line: weighted_wait, "
            "weights: [{when: {class: bus}, weight: 3}]}",
        },
    ),
    Case(
        "documents",
        "Documents cleared in an M/M/1 and lodged 2 min before: held for what is left of that",
        "documents.yaml",
        540,
        (
            # Time in an M/M/1 is exponential, here with the mean 1 / (1 - 0.5) = 2 min.
            Target("clearing_time", "all", "mean", lambda: 2 / 60),
            Target("hold_time", "all", "mean", lambda: 2 * math.exp(-1)),
            Target("cleared_on_arrival", "all", "mean", lambda: 100 * (1 - math.exp(-1))),
            Target("office_utilisation", "office=clearance", "mean", lambda: 50.0),
        ),
    ),
    Case(
        "one_score_rare",
        "One agency refers by a score, where 1 % carry something",
        "detection.yaml",
        70,
        (
            Target(
                "referred_of_others",
                "referral=by_customs_alone",
                "mean",
                lambda: 100 * (1 - NormalDist().cdf(_BEST_LIMIT)),
            ),
            Target(
                "referred_share",
                "all",
                "mean",
                lambda: 100 * detection.by_one(1.5, _BEST_LIMIT, 0.01).referred,
            ),
        ),
        {"truths.contraband": "1 %"},
        "alone",
    ),
    Case(
        "two_scores_apart",
        "Two agencies whose scores aren't correlated",
        "detection.yaml",
        170,
        (
            Target("found_share", "all", "mean", lambda: 100 * _by_either(0.0).found),
            Target("duplicate_referrals", "all", "mean", lambda: 100 * _by_either(0.0).twice),
        ),
        {"scores.customs.correlated.guard": "0"},
    ),
    Case(
        "joint_score_alike",
        "A joint score with the best weights, of scores correlated by 0.8",
        "detection.yaml",
        60,
        (Target("found_share", "all", "mean", lambda: 100 * _joint(True, 0.8).found),),
        _STRONGLY,
        "optimal",
    ),
    _feedback(
        "feedback_erlang", "M/E2/1", 180, "{distribution: erlang, mean: 2 min, stages: 2}", 0.5**0.5
    ),
)
