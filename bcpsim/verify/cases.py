"""The cases that the simulator is held against, and how many replications each takes.

The replications are such that an error of 2 % in a mean is found (see
`bcpsim.verify.check`); they were set from the spread measured in a pilot run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bcpsim.verify import exact


@dataclass(frozen=True, slots=True)
class Target:
    """One value to compare: a row of the measures and its exact value."""

    measure: str
    population: str
    statistic: str
    expected: Callable[[], float]


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
    """

    name: str
    title: str
    scenario: str
    replications: int
    targets: tuple[Target, ...]
    overrides: Mapping[str, str] = field(default_factory=dict)


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


def _day() -> exact.TimeVaryingQueue:
    return exact.mtmc(_HOURS, [rate / 60 for rate in _PER_HOUR], 2.0, 2)


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
            Target("queue_length", "stop=booths", "mean", lambda: _day().mean_queue),
        ),
    ),
)
