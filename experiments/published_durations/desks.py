"""Set desks by the quarter of an hour by a published rule, and hold it against bcpsim.

    python experiments/published_durations/desks.py

writes the rosters of scenarios/air/uk_arrivals.yaml (scenarios/air/data/uk_desks_*.csv),
experiments/published_durations/results/waits.csv and the table of docs/validation-uk.md. The rule
is that of the planning tool of the UK Border Force, told in words there; its passengers are work
that flows by the minute, each of a kind taking the same seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

import bcpsim

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCENARIO = ROOT / "scenarios" / "air" / "uk_arrivals.yaml"
PAGE = ROOT / "docs" / "validation-uk.md"
REPLICATIONS = 100

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK, WINDOW, STEP = 15, 90, 60
"""Minutes with the same desks, looked ahead, and settled at a time."""

WAITED, OVERDUE, IDLE, OPENED = 0.05, 10.0, 3.0, 50.0
"""Cost of a minute of work that waits a minute, of that beyond the target besides, of a desk that
has nothing to do for a minute, and of a desk that opens."""


@dataclass(frozen=True)
class Queue:
    """A queue: the stop that it is at, most desks, and the longest wait aimed at (min)."""

    stop: str
    most: int
    target: int


EEA, OTHER, GATES = Queue("eea_desks", 6, 20), Queue("other_desks", 3, 45), Queue("gates", 10, 25)


def main() -> None:
    """Write rosters, waits and the page's table."""
    work = work_by_minute()
    desks = {queue: desks_of(work[queue.stop], queue) for queue in (EEA, OTHER)}
    for queue, name in ((EEA, "eea"), (OTHER, "other")):
        roster_of(desks[queue]).to_csv(
            SCENARIO.parent / "data" / f"uk_desks_{name}.csv", index=False, lineterminator="\n"
        )
    desks[GATES] = np.full(len(work["gates"]), GATES.most)
    table = waits(work, desks)
    table.to_csv(HERE / "results" / "waits.csv", index=False, lineterminator="\n")
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), table), encoding="utf-8")


def work_by_minute() -> dict[str, Floats]:
    """Return the minutes of work that come to each queue in each minute of the day."""
    scenario = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
    source = scenario["traffic"]["flights"]
    flights = pd.read_csv(SCENARIO.parent / source["arrivals"]["file"], parse_dates=["scheduled"])
    start = pd.Timestamp(scenario["horizon"]["start"])
    passengers = np.zeros(24 * 60 + WINDOW)
    pace = number(source["arrivals"]["unloading"].removesuffix("/min"))
    for flight in flights.itertuples():
        first = (flight.scheduled - start) // pd.Timedelta(minutes=1)
        first += int(number(source["arrivals"]["first_after"]))
        left = flight.seats * number(source["arrivals"]["load"]) / 100
        while left > 0:
            passengers[first] += min(left, pace)
            left, first = left - pace, first + 1
    each = dict.fromkeys((EEA.stop, OTHER.stop, GATES.stop), 0.0)
    desk = scenario["activities"]["desk"]["duration"]
    seconds = {case["when"]["class"] if "when" in case else "visa": case["time"] for case in desk}
    ways = scenario["selections"]["way"]
    gate = {"uk": 0, "eea": 0, "b5j": 1, "non_visa": 2, "visa": 2}
    for name, share in source["classes"].items():
        part = number(share) / 100
        there = number(ways[gate[name]]["shares"]["gate"]) / 100
        stop = EEA.stop if name in ("uk", "eea") else OTHER.stop
        each[stop] += part * (1 - there) * number(seconds[name]["mean"]) / 60
        each[GATES.stop] += (
            part * there * number(scenario["activities"]["gate"]["duration"]["mean"]) / 60
        )
    return {stop: passengers * work for stop, work in each.items()}


def number(text: str) -> float:
    """Return the number that a value with a unit begins with."""
    return float(str(text).split()[0])


def desks_of(work: Floats, queue: Queue) -> Ints:
    """Return the desks of each minute: the cheapest of each window, of which an hour is settled."""
    blocks = WINDOW // BLOCK
    choices = np.array(list(product(range(1, queue.most + 1), repeat=blocks)))
    settled = np.ones(len(work), dtype=np.int64)
    for first in range(0, 24 * 60, STEP):
        open_before = settled[first - 1] if first else 1
        best = cheapest(work, settled, first, choices, queue, int(open_before))
        settled[first : first + STEP] = np.repeat(best, BLOCK)[:STEP]
    return settled


def cheapest(
    work: Floats, settled: Ints, first: int, choices: Ints, queue: Queue, open_before: int
) -> Ints:
    """Return the desks of the blocks of a window that cost least."""
    come = np.cumsum(work)
    before = done_by(work, settled[:first])
    done = np.full(len(choices), before[-1] if first else 0.0)
    cost = OPENED * np.maximum(
        np.diff(choices, axis=1, prepend=np.full((len(choices), 1), open_before)), 0
    ).sum(axis=1)
    for minute in range(first, first + WINDOW):
        desks = choices[:, (minute - first) // BLOCK]
        served = np.minimum(come[minute] - done, desks)
        done = done + served
        overdue = come[minute - queue.target] if minute >= queue.target else 0.0
        cost = cost + IDLE * (desks - served) + WAITED * (come[minute] - done)
        cost = cost + OVERDUE * np.maximum(overdue - done, 0)
    return np.asarray(choices[np.argmin(cost)])


def done_by(work: Floats, desks: Ints) -> Floats:
    """Return the work done by the end of each minute, desks taking what has come."""
    done, come = np.zeros(len(desks)), np.cumsum(work)
    before = 0.0
    for minute, count in enumerate(desks.tolist()):
        before += min(come[minute] - before, count)
        done[minute] = before
    return done


def roster_of(desks: Ints) -> pd.DataFrame:
    """Return desks as a roster: from, to and count of each stretch of the day."""
    day = desks[: 24 * 60]
    turns = [0, *(np.flatnonzero(np.diff(day)) + 1).tolist(), len(day)]
    clock = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in turns]
    return pd.DataFrame(
        {"from": clock[:-1], "to": clock[1:], "count": [int(day[turn]) for turn in turns[:-1]]}
    )


def flow_waits(work: Floats, desks: Ints) -> Floats:
    """Return how long the work of each minute waits, first come, first served; nan: none comes."""
    come, done = np.cumsum(work), done_by(work, desks)
    wait = np.searchsorted(done, come - 1e-9) - np.arange(len(work))
    return np.where(work > 0, wait, np.nan)


def waits(work: dict[str, Floats], desks: dict[Queue, Ints]) -> pd.DataFrame:
    """Return waits at each queue as the rule sees them, and as they come about in bcpsim."""
    hours = {queue.stop: queue_desks[: 24 * 60].sum() / 60 for queue, queue_desks in desks.items()}
    records = [by_rule(queue, work[queue.stop], desks[queue]) for queue in desks]
    result = bcpsim.run(
        SCENARIO,
        variants=["base", "late", "one_queue"],
        replications=REPLICATIONS,
        event_log="none",
    )
    measured = result.measures.query("measure == 'waiting_time'")
    for variant, rows in measured.groupby("variant", sort=False):
        by_stop = rows[rows["population"].str.fullmatch("stop=[a-z_]+")]
        for stop, values in by_stop.groupby("population", sort=False):
            mine = values.set_index("statistic")["estimate"]
            name = stop.removeprefix("stop=")
            told = {"mean": mine["mean"], "p95": mine["p95"], "longest": mine["max"]}
            records.append({"how": variant, "queue": name, **told})
    table = pd.DataFrame(records)
    hours["desks"] = hours[EEA.stop] + hours[OTHER.stop]
    table.insert(2, "desk_hours", table["queue"].map(hours).where(table["queue"] != GATES.stop))
    return table.round(2)


def by_rule(queue: Queue, work: Floats, desks: Ints) -> dict[str, str | float]:
    """Return mean, 95th percentile and longest of the waits that the rule sees."""
    wait = flow_waits(work, desks)
    come = ~np.isnan(wait)
    order = np.argsort(wait[come])
    share = np.cumsum(work[come][order]) / work.sum()
    return {
        "how": "rule",
        "queue": queue.stop,
        "mean": float(np.average(wait[come], weights=work[come])),
        "p95": float(wait[come][order][np.searchsorted(share, 0.95)]),
        "longest": float(wait[come].max()),
    }


def with_table(page: str, table: pd.DataFrame) -> str:
    """Return the page with its table replaced."""
    queues = {"eea_desks": "EEA desks", "other_desks": "Other desks", "gates": "E-gates",
              "desks": "All desks"}  # fmt: skip
    hows = {"rule": "the rule", "base": "bcpsim", "late": "bcpsim, flights early and late",
            "one_queue": "bcpsim, one queue for all desks"}  # fmt: skip
    lines = ["| queue | desk hours | waits by | mean | 95th percentile | longest |",
             "| --- | ---: | --- | ---: | ---: | ---: |"]  # fmt: skip
    for queue, title in queues.items():
        for row in table[table["queue"] == queue].to_dict("records"):
            hours = "" if np.isnan(row["desk_hours"]) else f"{row['desk_hours']:.0f}"
            if row["how"] == "one_queue" and queue == "gates":
                continue
            times = " | ".join(f"{row[key]:.1f}" for key in ("mean", "p95", "longest"))
            lines.append(f"| {title} | {hours} | {hows[str(row['how'])]} | {times} |")
    before, mark, rest = page.partition("<!-- waits -->\n")
    _, end, after = rest.partition("<!-- end of waits -->")
    if not (mark and end):
        raise SystemExit(f"{PAGE} has no marks for the table")
    return before + mark + "\n" + "\n".join(lines) + "\n\n" + end + after


if __name__ == "__main__":
    main()
