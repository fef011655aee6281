"""Ten staffing questions small enough to try every roster, and what trying them all finds.

    python tests/helpers/small_staffing.py [CASE ...]

writes tests/golden/staffing.json: for each question the fewest hours by `least_of_all`, and what
`bcpsim.staff` finds with its defaults.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

import bcpsim
from bcpsim.kpi import Row
from bcpsim.plan import compile_plan
from bcpsim.runs import measure

TESTS = Path(__file__).resolve().parents[1]
STORED = TESTS / "golden" / "staffing.json"

LOOKS = (10, 40, 160, 1000)
"""Replications on which a roster is judged by its estimates; up to the last, clear ones only."""

CLEAR = (30.0, 12.0, 6.0)
"""Points by which the worst hour must be missed to be clear at each look but the last."""

SEED = 99
"""Of other travellers than those of the search."""

Shift = tuple[str, str]
"""From and to, by clock time."""


@dataclass(frozen=True)
class Case:
    """One question.

    Attributes
    ----------
    title
        What it is.
    groups
        The shifts of each group.
    most
        Most officers on each shift.
    target
        Of the staffing file.
    overrides
        Of the scenario.
    variant
        Of the scenario.
    lanes
        Most lanes at each stop whose number is to be found.
    """

    title: str
    groups: Mapping[str, Sequence[Shift]]
    most: int
    target: Mapping[str, Any]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    variant: str = "base"
    lanes: Mapping[str, int] = field(default_factory=dict)


HALVES = (("00:00", "03:00"), ("03:00", "06:00"))
THIRDS = (("00:00", "02:00"), ("02:00", "04:00"), ("04:00", "06:00"))
LAPPED = (("00:00", "04:00"), ("02:00", "06:00"), ("02:00", "04:00"))
DAY = {
    "horizon.duration": "24 h",
    "traffic.cars.arrivals.per_hour": [10] * 6 + [40] * 6 + [60] * 6 + [25] * 6,
}
QUARTERS = (("00:00", "06:00"), ("06:00", "12:00"), ("12:00", "18:00"), ("18:00", "24:00"))


def wait(minutes: int, share: int, **others: str) -> dict[str, Any]:
    return {"class": "car", "waiting_time": f"{minutes} min", "share": f"{share} %", **others}


CASES = {
    "thirds": Case("three shifts of 2 h, 5 min", {"guards": THIRDS}, 5, wait(5, 85)),
    "lapped": Case("shifts that overlap, 5 min", {"guards": LAPPED}, 5, wait(5, 85)),
    "day": Case("four shifts of 6 h, 5 min", {"guards": QUARTERS}, 4, wait(5, 85), DAY),
    "whole_day": Case(
        "four shifts of 6 h, by the day", {"guards": QUARTERS}, 4, wait(5, 80, per="day"), DAY
    ),
    "in_system": Case(
        "time in the system, 8 min",
        {"guards": THIRDS},
        5,
        {"class": "car", "time_in_system": "8 min", "share": "90 %"},
    ),
    "heavy": Case(
        "twice the traffic", {"guards": HALVES}, 9, wait(5, 90), {"traffic.cars.arrivals.scale": 2}
    ),
    "light": Case(
        "a third of the traffic",
        {"guards": THIRDS},
        4,
        wait(2, 80),
        {"traffic.cars.arrivals.scale": 0.33},
    ),
    "two_groups": Case(
        "two groups one after the other",
        {"guards": HALVES, "officers": HALVES},
        4,
        wait(8, 85),
        variant="two_stops",
    ),
    "absence": Case(
        "one of ten shifts fails",
        {"guards": HALVES},
        7,
        wait(10, 85),
        {"officers.guards.absence": "10 %"},
    ),
    "lanes": Case("officers and lanes", {"guards": HALVES}, 6, wait(5, 85), lanes={"booths": 6}),
}


def hours(shift: Shift) -> float:
    (a, b), (c, d) = (map(int, clock.split(":")) for clock in shift)
    return (60 * (c - a) + d - b) / 60 % 24 or 24.0


Roster = tuple[tuple[int, ...], ...]


def every_roster(case: Case) -> Iterator[tuple[float, tuple[int, ...], Roster]]:
    """Yield cost in hours, lanes and officers on each shift of each group, cheapest first."""
    lanes = list(itertools.product(*(range(1, most + 1) for most in case.lanes.values())))
    one = [itertools.product(range(case.most + 1), repeat=len(own)) for own in case.groups.values()]
    lengths = [[hours(shift) for shift in own] for own in case.groups.values()]
    found = [
        (float(sum(np.dot(n, h) for n, h in zip(roster, lengths, strict=True))), places, roster)
        for roster in itertools.product(*one)
        for places in lanes
    ]
    yield from sorted(found)


def worst_miss(case: Case, places: tuple[int, ...], roster: Roster, numbers: range) -> float:
    """Return by how many points the target is missed, by the estimate, where it is most."""
    time = "waiting_time" if "waiting_time" in case.target else "time_in_system"
    overrides = {key: json.dumps(value) for key, value in case.overrides.items()}
    overrides["classes.car.target"] = json.dumps({time: case.target[time]})
    for (name, own), counts in zip(case.groups.items(), roster, strict=True):
        shifts = [
            {"from": a, "to": b, "count": count} for (a, b), count in zip(own, counts, strict=True)
        ]
        overrides[f"officers.{name}.shifts"] = json.dumps(shifts)
    for name, number in zip(case.lanes, places, strict=True):
        overrides[f"stops.{name}.lanes"] = str(number)
    loaded = bcpsim.load(TESTS / "data" / "booths.yaml", variant=case.variant, overrides=overrides)
    [measured] = measure([compile_plan(loaded)], numbers, seed=SEED)
    row = Row("share_in_target", "all", time)
    if case.target.get("per") == "day":
        shares = measured.totals[:, [measured.rows.index(row)]]
    else:
        shares = measured.hourly[:, measured.hourly_rows.index(row), :]
    # Whoever is never served counts as beyond the target, and where nobody comes nothing is missed.
    inside = measured.column(Row("inside_at_end", "all", "total")) > 0
    known = ~np.isnan(shares).all(axis=0) | inside.any()
    means = np.nanmean(np.where(inside[:, None], 0.0, shares)[:, known], axis=0)
    return float(case.target["share"].split()[0]) - float(means.min())


def is_enough(case: Case, places: tuple[int, ...], roster: Roster) -> bool:
    """Return whether a roster keeps the target by its estimates."""
    if any(sum(counts) == 0 for counts in roster):
        return False  # no such scenario: a check that nobody ever does
    for look, clear in zip(LOOKS, (*CLEAR, 0.0), strict=True):
        missed = worst_miss(case, places, roster, range(look))
        if missed > clear:
            return False
        if missed < -clear:
            return True
    return True


def least_of_all(case: Case) -> float:
    """Return the fewest hours of all rosters that keep the target, found by trying them."""
    return next(
        cost for cost, places, roster in every_roster(case) if is_enough(case, places, roster)
    )


def found_by_search(case: Case) -> bcpsim.Staffing:
    """Return what `bcpsim.staff` finds with its defaults."""
    question = {
        "name": "small",
        "scenario": str(TESTS / "data" / "booths.yaml"),
        "variants": case.variant,
        "targets": [dict(case.target)],
        "officers": {
            name: {
                "at_most": case.most * len(own),
                "shifts": [
                    {"starts": shift[0], "length": f"{hours(shift):g} h", "at_most": case.most}
                    for shift in own
                ],
            }
            for name, own in case.groups.items()
        },
        "lanes": {name: {"at_most": most} for name, most in case.lanes.items()},
        "overrides": {
            key: value for key, value in case.overrides.items() if not isinstance(value, list)
        },
    }
    for key, value in case.overrides.items():
        if isinstance(value, list):
            question["overrides"] |= {f"{key}.{k}": one for k, one in enumerate(value)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.yaml"
        path.write_text(yaml.safe_dump(question), "utf-8")
        return bcpsim.staff(path, allowed=[TESTS / "data"])


def compared(name: str) -> dict[str, Any]:
    """Return what trying all rosters and the search find for a case."""
    case = CASES[name]
    [answer] = found_by_search(case).answers
    rosters = sum(1 for _ in every_roster(case))
    return {
        "case": name,
        "title": case.title,
        "rosters": rosters,
        "least": least_of_all(case),
        "found": answer.officer_hours,
        "bound": round(answer.search.bound, 6),
        "confirmed": answer.confirmed,
        "shift": min(hours(shift) for own in case.groups.values() for shift in own),
        "tried": answer.search.simulated,
    }


def main() -> None:
    """Compare all cases, or those named, and store what is found."""
    for name in sys.argv[1:] or CASES:
        found = compared(name)
        print(found, file=sys.stderr, flush=True)
        stored = json.loads(STORED.read_text("utf-8")) if STORED.exists() else []
        known = {row["case"]: row for row in stored} | {name: found}
        rows = [known[case] for case in CASES if case in known]
        STORED.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
