"""The roster found against all rosters there are, each run by itself on the same replications.

Nothing of the search is used here: rosters are shifts in the scenario, the service comes from
the hourly table, its bound from the interval.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from small_staffing import CASES, STORED, compared, found_by_search

import bcpsim
from bcpsim.kpi import Row
from bcpsim.plan import compile_plan
from bcpsim.runs import measure
from bcpsim.stats import mean_interval

pytestmark = pytest.mark.compiled

DATA = Path(__file__).resolve().parents[1] / "data"

Shifts = Sequence[tuple[str, str, float]]
GUARDS: Shifts = (
    ("00:00", "04:00", 4),
    ("00:00", "02:00", 2),
    ("02:00", "06:00", 4),
    ("02:00", "04:00", 2),
    ("04:00", "06:00", 2),
)


def every_roster(groups: Mapping[str, Shifts], most: int) -> Iterator[dict[str, tuple[int, ...]]]:
    counts = [itertools.product(range(most + 1), repeat=len(own)) for own in groups.values()]
    for chosen in itertools.product(*counts):
        yield dict(zip(groups, chosen, strict=True))


def cost(groups: Mapping[str, Shifts], roster: Mapping[str, Sequence[int]]) -> float:
    return sum(
        count * hours
        for name, counts in roster.items()
        for count, (_, _, hours) in zip(counts, groups[name], strict=True)
    )


def keeps_target(
    groups: Mapping[str, Shifts],
    roster: Mapping[str, Sequence[int]],
    variant: str,
    limit: str,
    share: float,
    replications: int,
) -> tuple[bool, bool]:
    """Tell whether a roster keeps the target for certain, and whether by its estimate."""
    overrides = {"classes.car.target": f"{{waiting_time: {limit}}}"}
    for name, counts in roster.items():
        shifts = [
            f'{{from: "{a}", to: "{b}", count: {count}}}'
            for count, (a, b, _) in zip(counts, groups[name], strict=True)
        ]
        overrides[f"officers.{name}.shifts"] = f"[{', '.join(shifts)}]"
    if any(sum(counts) == 0 for counts in roster.values()):
        return False, False  # no such scenario: a check that nobody ever does
    loaded = bcpsim.load(DATA / "booths.yaml", variant=variant, overrides=overrides)
    [measured] = measure([compile_plan(loaded)], range(replications), seed=1)
    row = measured.hourly_rows.index(Row("share_in_target", "all", "waiting_time"))
    interval = mean_interval(measured.hourly[:, row, :], 0.9)
    return bool((interval.low >= share).all()), bool((interval.estimate >= share).all())


def cheapest_of_all(groups: Mapping[str, Shifts], most: int, *target: Any) -> tuple[float, float]:
    """Return the officer hours of the cheapest roster for certain, and by the estimates."""
    kept = [
        (cost(groups, roster), keeps_target(groups, roster, *target))
        for roster in every_roster(groups, most)
    ]
    certain = min(hours for hours, (certified, _) in kept if certified)
    return certain, min(hours for hours, (_, estimated) in kept if estimated)


def asked(tmp_path: Path, **changes: Any) -> bcpsim.Staffing:
    question = yaml.safe_load((DATA / "staffing.yaml").read_text("utf-8")) | changes
    question["scenario"] = "booths.yaml"
    (tmp_path / "booths.yaml").write_text((DATA / "booths.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "staffing.yaml").write_text(yaml.safe_dump(question), "utf-8")
    return bcpsim.staff(tmp_path / "staffing.yaml", seed=1)


def test_no_roster_of_all_is_cheaper(tmp_path: Path) -> None:
    [answer] = asked(tmp_path).answers
    assert answer.search.replications == 8  # confirmed at once: compared on these alone
    groups = {"guards": GUARDS}
    # By the estimates less may do; nothing below the bound does.
    best, enough = cheapest_of_all(groups, 2, "base", "5 min", 60, 8)
    assert answer.officer_hours == best
    assert answer.search.best_certified
    assert answer.search.certified_bound == pytest.approx(best)
    assert answer.search.bound == answer.search.enough == enough <= best
    # The roster found is one of those, and keeps the target by itself.
    duties = answer.duties.duties
    counts = {(d.start, d.length): n for d, n in zip(duties, answer.search.counts, strict=True)}
    starts = {"00:00": 0, "02:00": 120, "04:00": 240}
    own = tuple(int(counts[starts[a], 60 * hours]) for a, _, hours in GUARDS)
    assert keeps_target(groups, {"guards": own}, "base", "5 min", 60, 8)[0]


@pytest.mark.slow
def test_no_roster_of_two_agencies_is_cheaper(tmp_path: Path) -> None:
    shifts = [{"starts": ["00:00", "03:00"], "length": "3 h", "at_most": 4}]
    staffing = asked(
        tmp_path,
        variants="two_stops",
        targets=[{"class": "car", "waiting_time": "8 min", "share": "60 %"}],
        officers={name: {"at_most": 8, "shifts": shifts} for name in ("guards", "officers")},
    )
    [answer] = staffing.answers
    own: Shifts = (("00:00", "03:00", 3), ("03:00", "06:00", 3))
    groups = {"guards": own, "officers": own}
    n = answer.search.replications
    assert answer.officer_hours == cheapest_of_all(groups, 4, "two_stops", "8 min", 60, n)[0]
    assert answer.search.best_certified


def test_fresh_replications_are_not_those_of_the_search(tmp_path: Path) -> None:
    [answer] = asked(tmp_path).answers
    [level] = answer.service.levels
    loaded = answer.loaded
    [measured] = measure([compile_plan(loaded)], range(8, 8 + answer.service.replications), seed=1)
    row = measured.hourly_rows.index(Row("share_in_target", "all", "waiting_time"))
    assert np.allclose(level.estimate, np.nanmean(measured.hourly[:, row, :], axis=0))


def stored(name: str) -> dict[str, Any]:
    rows = json.loads(STORED.read_text("utf-8"))
    return next(row for row in rows if row["case"] == name)


def test_ten_cases_are_stored_and_keep_what_is_promised() -> None:
    # Above the fewest hours that trying all rosters finds: at most one shift, in one of ten.
    rows = [stored(name) for name in CASES]
    assert len(rows) == 10
    above = [row for row in rows if row["found"] != row["least"]]
    assert len(above) <= 1
    assert all(0 <= row["found"] - row["least"] <= row["shift"] for row in above)
    assert all(row["bound"] <= row["least"] + 0.1 for row in rows)
    assert all(row["confirmed"] for row in rows)


@pytest.mark.parametrize("name", ["thirds", "lapped"])
def test_the_search_finds_what_is_stored(name: str) -> None:
    [answer] = found_by_search(CASES[name]).answers
    assert answer.officer_hours == stored(name)["found"]
    assert answer.confirmed


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_trying_all_rosters_finds_what_is_stored(name: str) -> None:
    assert compared(name) == stored(name)
