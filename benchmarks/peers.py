"""Compare other simulators from the package index with the textbook model, and bcpsim, on W.

Those that are installed run beside us in turn: Ciw, salabim and Cimba
(``pip install ciw salabim cimba``). The same day of about 1,440 vehicles; scanner and team are one
server in Ciw, which holds one resource at a time, and the scanner is the scarcer. Cimba and bcpsim
run all days of a run in one call, the others one after the other. Processor time counts, and ratios
of paired runs, since machines are noisy. First the mean waits are held against each other.

    python benchmarks/peers.py --runs 9 --days 30
"""

from __future__ import annotations

import argparse
import gc
import math
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from compare import ratios
from textbook import DAY, PER_HOUR, lognormal, mean_waits, run_day

import bcpsim
from bcpsim.engine import simulate_block
from bcpsim.engine.ways import using
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import blocks_of, sample_block
from bcpsim.sampling.ticks import MICROSECONDS

Candidate = Callable[[range], list[float]]
"""Runs days and returns the mean wait at passport control of each."""

DAYS_COMPARED = 50
MEANS = {"Car": (1.5, 1.2), "Truck": (2.5, 4.0)}
SHARES = {"Car": 0.7, "Truck": 0.3}
CVS = (0.6, 0.8)


def ciw_day(seed: int) -> float:
    """Run one day with Ciw; return the mean wait at passport control, in minutes."""
    ciw: Any = import_module("ciw")

    def service(mean: float, cv: float) -> Any:
        variance = math.log1p(cv * cv)
        return ciw.dists.Lognormal(math.log(mean) - variance / 2, math.sqrt(variance))

    def booths(day: int, night: int) -> Any:
        return ciw.Schedule(
            numbers_of_servers=[night, day, night],
            shift_end_dates=[6 * 60, 22 * 60, 24 * 60],
        )

    network = ciw.create_network(
        arrival_distributions={
            kind: [
                ciw.dists.PoissonIntervals(
                    rates=[share * rate / 60 for rate in PER_HOUR],
                    endpoints=[60 * (hour + 1) for hour in range(24)],
                    max_sample_date=DAY,
                ),
                None,
                None,
            ]
            for kind, share in SHARES.items()
        },
        service_distributions={
            kind: [*map(service, means, CVS), ciw.dists.Exponential(1 / 20)]
            for kind, means in MEANS.items()
        },
        number_of_servers=[booths(4, 2), booths(3, 2), 1],
        routing={kind: [[0.0, 1.0, 0.0], [0.0, 0.0, 0.05], [0.0, 0.0, 0.0]] for kind in MEANS},
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(2 * DAY)
    waits = [record.waiting_time for record in simulation.get_all_records() if record.node == 1]
    return float(sum(waits) / len(waits))


def salabim_day(seed: int) -> float:
    """Run one day with salabim; return the mean wait at passport control, in minutes."""
    import random

    sim: Any = import_module("salabim")
    sim.yieldless(False)
    env = sim.Environment(random_seed=seed, trace=False)
    rng = random.Random(seed)
    passport, customs = (sim.Resource(name, capacity=2) for name in ("passport", "customs"))
    teams, scanner = sim.Resource("teams", capacity=2), sim.Resource("scanner", capacity=1)
    waits: list[float] = []

    class Vehicle(sim.Component):  # type: ignore[misc, name-defined]
        def process(self) -> Any:
            means = MEANS["Truck" if rng.random() < SHARES["Truck"] else "Car"]
            arrived = env.now()
            yield self.request(passport)
            waits.append(env.now() - arrived)
            yield self.hold(lognormal(rng, means[0], CVS[0]))
            self.release(passport)
            yield self.request(customs)
            yield self.hold(lognormal(rng, means[1], CVS[1]))
            self.release(customs)
            if rng.random() < 0.05:
                yield self.request(scanner, teams)
                yield self.hold(rng.expovariate(1 / 20))

    class Arrivals(sim.Component):  # type: ignore[misc, name-defined]
        def process(self) -> Any:
            peak = max(PER_HOUR) / 60
            while True:
                yield self.hold(rng.expovariate(peak))
                if env.now() >= DAY:
                    return
                if rng.random() * peak < PER_HOUR[int(env.now() // 60)] / 60:
                    Vehicle()

    class Shifts(sim.Component):  # type: ignore[misc, name-defined]
        def process(self) -> Any:
            for hours, day in ((6, True), (16, False), (8, True)):
                yield self.hold(60 * hours)
                passport.set_capacity(4 if day else 2)
                customs.set_capacity(3 if day else 2)

    Arrivals()
    Shifts()
    env.run(till=2 * DAY)
    return sum(waits) / len(waits)


def bcpsim_days(plan: Plan, way: str, days: range) -> list[float]:
    """Run days with bcpsim; return the mean wait at passport control of each, in minutes."""
    waits = []
    with using(way):
        for numbers in blocks_of(plan, days):
            block = sample_block(plan, 1, numbers)
            log = simulate_block(plan, block)
            wait = log.started[0] - log.queued[0]
            waits += [wait[block.rows_of(k)].mean() / MICROSECONDS for k in range(len(block))]
    return waits


def main() -> None:
    """Print the mean waits at passport control and the ratios of speed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9, help="interleaved runs of each")
    parser.add_argument("--days", type=int, default=30, help="days in a run")
    arguments = parser.parse_args()
    plan = compile_plan(bcpsim.load(Path(__file__).with_name("workload.yaml")))

    def each(day: Callable[[int], float]) -> Candidate:
        return lambda days: [day(seed) for seed in days]

    candidates: dict[str, Candidate] = {
        "textbook": each(lambda day: mean_waits(run_day(day))[0]),
        "bcpsim, SimPy": partial(bcpsim_days, plan, "simpy"),
        "bcpsim, compiled": partial(bcpsim_days, plan, "compiled"),
    }
    if find_spec("ciw") is not None:
        candidates["Ciw"] = each(ciw_day)
    if find_spec("salabim") is not None:
        candidates["salabim"] = each(salabim_day)
    if find_spec("cimba") is not None:
        candidates["Cimba"] = import_module("cimba_model").run_days
    for name, run in candidates.items():
        waits = np.array(run(range(1, 1 + DAYS_COMPARED)))
        error = waits.std(ddof=1) / math.sqrt(DAYS_COMPARED)
        print(f"{name:20} mean wait at passport control {waits.mean():.3f} +- {error:.3f} min")
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(arguments.runs + 1):  # the first warms up
        for name, run in candidates.items():
            gc.collect()
            start = time.process_time()
            run(range(arguments.days))
            if number:
                times[name].append(time.process_time() - start)
    print(f"{arguments.runs} interleaved runs of {arguments.days} days; textbook / candidate")
    for name in list(candidates)[1:]:
        print(f"  {name:20} {ratios(times['textbook'], times[name])}")


if __name__ == "__main__":
    main()
