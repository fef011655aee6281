"""Compare the engine with a textbook SimPy model of the same workload.

Both run in turn, many times, in one process; the ratio of the paired times is what
counts, since machines differ and are noisy. First the mean waits of both are held
against each other: a faster engine that gives other waits would be worth nothing.

    python benchmarks/compare.py --runs 9 --days 30
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from textbook import mean_waits, run_day

import bcpsim
from bcpsim.engine import check_invariants, replicate_block, simulate_block
from bcpsim.engine.ways import using
from bcpsim.kpi import Meter
from bcpsim.plan import Plan, compile_plan
from bcpsim.runs.run import run
from bcpsim.sampling import blocks_of, sample_block

WORKLOAD = Path(__file__).with_name("workload.yaml")


def main() -> int:
    """Print the agreement of the waits and the ratios of speed; 1 if the waits differ."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=9, help="interleaved runs of each")
    parser.add_argument("--days", type=int, default=30, help="days in a run")
    arguments = parser.parse_args()
    loaded = bcpsim.load(WORKLOAD)
    plan = compile_plan(loaded)
    days = range(arguments.days)

    def textbook() -> None:
        for day in days:
            run_day(day)

    def sampling() -> None:
        for numbers in blocks_of(plan, days):
            sample_block(plan, 1, numbers)

    def engine(way: str, check: bool = False) -> None:
        with using(way):
            for numbers in blocks_of(plan, days):
                block = sample_block(plan, 1, numbers)
                log = simulate_block(plan, block)
                if check:
                    check_invariants(plan, block, log, "")

    def whole_run(way: str) -> None:
        result = run(loaded, replications=len(days), event_log="none", engine=way)
        result.rows  # noqa: B018

    agree = waits_agree(plan, max(arguments.days, 20))
    candidates: dict[str, Callable[[], None]] = {
        "textbook": textbook,
        "sampling alone": sampling,
    }
    for way in ("simpy", "compiled"):
        candidates[f"{way}: sampling and engine"] = partial(engine, way)
        candidates[f"{way}: with invariants"] = partial(engine, way, check=True)
        candidates[f"{way}: run() with measures"] = partial(whole_run, way)
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(arguments.runs + 1):  # the first warms up
        for name, candidate in candidates.items():
            gc.collect()  # nobody pays for another's garbage
            start = time.process_time()
            candidate()
            if number:
                times[name].append(time.process_time() - start)
    print(f"{arguments.runs} interleaved runs of {arguments.days} days; textbook / candidate")
    for name in list(candidates)[1:]:
        print(f"  {name:30} {ratios(times['textbook'], times[name])}")
    for way in ("simpy", "compiled"):
        per_day = statistics.median(times[f"{way}: sampling and engine"]) / arguments.days
        print(
            f"  {way}, a day of {plan.expected_arrivals:.0f} vehicles: {1000 * per_day:.2f} ms here"
        )
    return 0 if agree else 1


def ratios(above: list[float], below: list[float]) -> str:
    """Return median, smallest and largest of paired ratios."""
    paired = sorted(a / b for a, b in zip(above, below, strict=True))
    return f"{statistics.median(paired):5.2f}  ({paired[0]:.2f} to {paired[-1]:.2f})"


def waits_agree(plan: Plan, days: int) -> bool:
    """Print the mean waits of both models; return whether they agree within error."""
    theirs = np.array([mean_waits(run_day(1000 + day)) for day in range(days)])
    meter = Meter(plan)
    names = [(row.measure, row.population, row.statistic) for row in meter.rows]
    columns = [
        names.index(("waiting_time", f"stop={stop}", "mean")) for stop in ("passport", "customs")
    ]
    ours = []
    for numbers in blocks_of(plan, range(days)):
        ours.extend(meter.measure(*replicate_block(plan, 1, numbers)).totals[:, columns])
    mine = np.array(ours)
    gap = mine.mean(axis=0) - theirs.mean(axis=0)
    error = np.sqrt((mine.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / days)
    for k, stop in enumerate(("passport", "customs")):
        print(
            f"mean wait at {stop}: bcpsim {mine[:, k].mean():.3f}, textbook "
            f"{theirs[:, k].mean():.3f} min, {gap[k] / error[k]:+.1f} standard errors apart"
        )
    return bool((np.abs(gap) < 4 * error).all())


if __name__ == "__main__":
    sys.exit(main())
