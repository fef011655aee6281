"""The benchmark workload in Cimba, a C engine whose models are Python that Numba compiles.

Needs ``pip install cimba``. Its resources change their capacity as shifts do here: who has a
booth finishes.
"""

import math

import cimba as cb
import numpy as np
from textbook import DAY, PER_HOUR

PEAK = max(PER_HOUR) / 60
PASSPORT_SPREAD, CUSTOMS_SPREAD = math.sqrt(math.log1p(0.6**2)), math.sqrt(math.log1p(0.8**2))
PASSPORT_CAR, PASSPORT_TRUCK = (math.log(mean) - math.log1p(0.6**2) / 2 for mean in (1.5, 2.5))
CUSTOMS_CAR, CUSTOMS_TRUCK = (math.log(mean) - math.log1p(0.8**2) / 2 for mean in (1.2, 4.0))


class Border(cb.Model):
    """The border of one day."""

    per_hour: cb.Array[float] = cb.Array(list(PER_HOUR))
    passport: cb.Resource = cb.Resource(capacity=2)
    customs: cb.Resource = cb.Resource(capacity=2)
    teams: cb.Resource = cb.Resource(capacity=2)
    scanner: cb.Resource = cb.Resource(capacity=1)
    passport_waits: cb.Dataset
    mean_wait: cb.Output[float]

    @cb.process
    def arrivals(self):
        """Let vehicles come, at the rate of the hour."""
        while True:
            cb.hold(cb.random.exponential(1 / PEAK))
            now = cb.now()
            if now >= DAY:
                return
            if cb.random.uniform(0.0, 1.0) * PEAK < self.per_hour[int(now / 60)] / 60:
                cb.spawn(Vehicle, border=self)

    @cb.process
    def shifts(self):
        """Open booths at 6 and close them at 22 o'clock."""
        for hours, passport, customs in ((6, 4, 3), (16, 2, 2), (8, 4, 3)):
            cb.hold(60.0 * hours)
            self.passport.set_capacity(passport)
            self.customs.set_capacity(customs)

    @cb.on_end
    def measure(self):
        """Give the mean wait at passport control."""
        self.mean_wait = self.passport_waits.sample_mean()


class Vehicle(cb.Model):
    """A vehicle on its way through the checks."""

    border: cb.Ref[Border]

    @cb.process
    def passes(self):
        """Pass through the checks."""
        border = self.border
        truck = cb.random.uniform(0.0, 1.0) < 0.3
        arrived = cb.now()
        border.passport.acquire(1)
        border.passport_waits.record(cb.now() - arrived)
        cb.hold(cb.random.lognormal(PASSPORT_TRUCK if truck else PASSPORT_CAR, PASSPORT_SPREAD))
        border.passport.release(1)
        border.customs.acquire(1)
        cb.hold(cb.random.lognormal(CUSTOMS_TRUCK if truck else CUSTOMS_CAR, CUSTOMS_SPREAD))
        border.customs.release(1)
        if cb.random.uniform(0.0, 1.0) < 0.05:
            border.scanner.acquire(1)
            border.teams.acquire(1)
            cb.hold(cb.random.exponential(20.0))
            border.teams.release(1)
            border.scanner.release(1)


def run_days(days):
    """Run days one after the other; return the mean wait at passport control of each."""
    model = Border()
    experiment = cb.Experiment(
        model, replications=len(days), window=cb.Window.until_idle(), seed=days.start
    )
    return np.ravel(experiment.run(workers=1)[model].mean_wait).tolist()
