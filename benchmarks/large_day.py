"""A day of 200,000 passengers against days of 2,000: cost per passenger, and memory.

The large airport is a hundred small ones side by side on one queue: a hundred times the
flights, booths, gates and officers. Both run in turn in one process.

    python benchmarks/large_day.py --runs 5
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import tempfile
import time
from pathlib import Path

import bcpsim
from bcpsim.engine import simulate
from bcpsim.plan import Plan, compile_plan
from bcpsim.sampling import circumstances, sample

TIMES = 100
SCENARIO = """
name: large_day
horizon: {{start: 2026-06-12T00:00, duration: 1 d}}
agencies: {{border_guard: {{}}}}
classes: {{passenger: {{attributes: {{documents: {{eu: 60 %, other: 40 %}}}}}}}}
traffic:
  flights:
    classes: {{passenger: 1}}
    arrivals:
      pattern: timetable
      file: flights.csv
      time_column: at
      seats_column: seats
      delay: {{distribution: exponential, mean: 10 min}}
      unloading: 20/min
activities:
  gate: {{self_service: true, duration: {{distribution: lognormal, mean: 20 s, cv: 0.4}}}}
  passport: {{skill: passport, duration: {{distribution: lognormal, mean: 60 s, cv: 0.6}}}}
officers:
  booths:
    agency: border_guard
    skills: passport
    stop: hall
    shifts: [{{from: "00:00", to: "24:00", count: {booths}}}]
stops: {{gates: {{lanes: {gates}}}, hall: {{lanes: {booths}}}}}
workflow:
  entry: [{{when: {{documents: eu}}, to: gate}}, {{to: hall}}]
  steps:
    gate: {{stop: gates, do: gate, next: [{{to: {{released: 90 %, hall: 10 %}}}}]}}
    hall: {{stop: hall, do: passport, next: released}}
"""


def main() -> None:
    """Print the ratio of the costs per passenger and the peak of memory."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="interleaved runs of each")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        small, large = plan_of(Path(folder), 1), plan_of(Path(folder), TIMES)
    ratios = []
    for number in range(runs + 1):  # the first warms up
        per_small = cost(small, range(TIMES // 5))
        per_large = cost(large, range(number, number + 1))
        if number:
            ratios.append(per_large / per_small)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"a day of {large.expected_arrivals:,.0f} against days of {small.expected_arrivals:,.0f}: "
        f"cost per passenger {statistics.median(ratios):.2f} x "
        f"({min(ratios):.2f} to {max(ratios):.2f}); peak {peak:,.0f} MiB"
    )


def plan_of(folder: Path, times: int) -> Plan:
    """Return the plan of an airport with so many times ten flights."""
    rows = [f"2026-06-12T{hour:02d}:00,200" for hour in range(8, 18) for _ in range(times)]
    (folder / "flights.csv").write_text("\n".join(["at,seats", *rows]), encoding="utf-8")
    path = folder / "large_day.yaml"
    path.write_text(SCENARIO.format(booths=3 * times, gates=2 * times), encoding="utf-8")
    return compile_plan(bcpsim.load(path))


def cost(plan: Plan, days: range) -> float:
    """Return the seconds per passenger of sampling and simulating days."""
    gc.collect()
    passengers = 0
    start = time.process_time()
    for day in days:
        travellers = sample(plan, 1, day)
        simulate(plan, travellers, circumstances(plan, 1, day))
        passengers += len(travellers)
    return (time.process_time() - start) / passengers


if __name__ == "__main__":
    main()
