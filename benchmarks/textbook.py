"""The benchmark workload as a textbook writes it in SimPy.

A process for each vehicle, a PriorityResource for each stop, and a blocker of high
priority for each booth that a shift leaves empty. Times are drawn when they are needed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

DAY = 1440.0
SHIFTS = ((6 * 60.0, 14 * 60.0), (14 * 60.0, 22 * 60.0), (22 * 60.0, 30 * 60.0))
PER_HOUR = (
    26.8352, 24.4098, 24.4098, 26.8352, 31.5208, 38.1471, 46.2627, 55.3145,
    64.6855, 73.7373, 81.8529, 88.4792, 93.1648, 95.5902, 95.5902, 93.1648,
    88.4792, 81.8529, 73.7373, 64.6855, 55.3145, 46.2627, 38.1471, 31.5208,
)  # fmt: skip


@dataclass
class Records:
    """Times of each vehicle: arrival, start and end at both stops."""

    rows: list[tuple[float, float, float, float, float]] = field(default_factory=list)


def lognormal(rng: random.Random, mean: float, cv: float) -> float:
    """Draw from the lognormal law with this mean and coefficient of variation."""
    variance = math.log1p(cv * cv)
    return rng.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))


def run_day(seed: int) -> Records:
    """Run one day until the last vehicle has left."""
    rng = random.Random(seed)
    env = simpy.Environment()
    passport = simpy.PriorityResource(env, capacity=4)
    customs = simpy.PriorityResource(env, capacity=3)
    teams = simpy.Resource(env, capacity=2)
    scanner = simpy.Resource(env, capacity=1)
    records = Records()

    def vehicle(env: simpy.Environment) -> Generator[Any, Any, None]:
        arrived = env.now
        truck = rng.random() < 0.3
        with passport.request(priority=1) as request:
            yield request
            first = env.now
            yield env.timeout(lognormal(rng, 2.5 if truck else 1.5, 0.6))
        done = env.now
        with customs.request(priority=1) as request:
            yield request
            second = env.now
            yield env.timeout(lognormal(rng, 4.0 if truck else 1.2, 0.8))
        if rng.random() < 0.05:
            with scanner.request() as one, teams.request() as other:
                yield one & other
                yield env.timeout(rng.expovariate(1 / 20))
        records.rows.append((arrived, first, done, second, env.now))

    def arrivals(env: simpy.Environment) -> Generator[Any, Any, None]:
        peak = max(PER_HOUR) / 60
        while True:
            yield env.timeout(rng.expovariate(peak))
            if env.now >= DAY:
                return
            if rng.random() * peak < PER_HOUR[int(env.now // 60)] / 60:
                env.process(vehicle(env))

    def blocker(
        env: simpy.Environment, booths: simpy.PriorityResource
    ) -> Generator[Any, Any, None]:
        """Hold one booth through each night, from 22 to 06 o'clock."""
        night_ends = 6 * 60.0
        while True:
            with booths.request(priority=0) as request:
                yield request
                yield env.timeout(max(night_ends - env.now, 0))
            yield env.timeout(16 * 60)
            night_ends += DAY

    for booths, closed in ((passport, 2), (customs, 1)):
        for _ in range(closed):
            env.process(blocker(env, booths))
    env.process(arrivals(env))
    env.run(until=2 * DAY)
    return records


def mean_waits(records: Records) -> tuple[float, float]:
    """Return the mean wait at the two stops, minutes."""
    n = len(records.rows)
    first = sum(start - arrived for arrived, start, *_ in records.rows) / n
    second = sum(start - done for _, _, done, start, _ in records.rows) / n
    return first, second
