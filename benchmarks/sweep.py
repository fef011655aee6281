"""Compare a sweep with running its points one by one through `bcpsim.run`.

Both do the same points in turn, several times; the ratio of the paired times is what counts,
since machines differ and are noisy. The time of several workers tells something only where
nothing else runs; processor time, of one worker, also elsewhere. The results are held against
each other as well.

    python benchmarks/sweep.py --runs 5 --points 40
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import pandas as pd
from compare import ratios

import bcpsim
from bcpsim.sweeps import load_sweep
from bcpsim.sweeps.design import coordinates
from bcpsim.sweeps.points import points_of

ROOT = Path(__file__).resolve().parent.parent
SWEEP = ROOT / "experiments" / "sweeps" / "thousand_points.yaml"


def main() -> int:
    """Print the agreement and the ratios of speed; 1 if the results differ."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="paired runs")
    parser.add_argument("--points", type=int, default=40, help="of the sweep's thousand")
    parser.add_argument("--workers", type=int, default=2, help="processes of the sweep")
    arguments = parser.parse_args()
    loaded = load_sweep(SWEEP)
    where = coordinates(loaded.file)[: arguments.points]
    points = points_of(loaded.file, where)

    def one_by_one() -> pd.DataFrame:
        return pd.concat(
            bcpsim.run(
                loaded.scenario_file.path,
                overrides=points.overrides(point, "base"),
                replications=loaded.file.replications,
                event_log="none",
            ).measures.assign(point=point)
            for point in range(len(points))
        )

    candidates = {
        "one by one": one_by_one,
        "sweep, 1 worker": lambda: bcpsim.sweep(SWEEP, points=where, workers=1),
        f"sweep, {arguments.workers} workers": lambda: bcpsim.sweep(
            SWEEP, points=where, workers=arguments.workers
        ),
    }
    times: dict[str, list[float]] = {name: [] for name in candidates}
    work: dict[str, list[float]] = {name: [] for name in candidates}
    same = True
    for number in range(arguments.runs + 1):  # the first warms up
        frames = []
        for name, candidate in candidates.items():
            start, busy = time.perf_counter(), time.process_time()
            frames.append(candidate())
            if number:
                times[name].append(time.perf_counter() - start)
                work[name].append(time.process_time() - busy)
        keys = ["point", "measure", "population", "statistic"]
        single, *swept = (frame.set_index(keys)["estimate"] for frame in frames)
        same &= all(frame.equals(single.loc[frame.index]) for frame in swept)
    print(f"{arguments.runs} paired runs of {len(points)} points; the same results: {same}")
    first, *others = candidates
    for name in others:
        per_minute = 60 * len(points) / sorted(times[name])[len(times[name]) // 2]
        print(f"  one by one / {name:16} {ratios(times[first], times[name])}", end="")
        print(f"  {per_minute:.0f} points per minute here")
    per_point = 1000 * sorted(work[others[0]])[len(work[others[0]]) // 2] / len(points)
    print(f"  processor time, 1 worker       {ratios(work[first], work[others[0]])}", end="")
    print(f"  {per_point:.1f} ms a point")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
