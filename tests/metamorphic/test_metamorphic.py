"""Changes of an input whose effect on the result is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import bcpsim
from bcpsim.engine import EventLog, simulate
from bcpsim.plan import compile_plan
from bcpsim.sampling import Travellers, circumstances, sample

SMALL = yaml.safe_load((Path(__file__).parents[1] / "data" / "small.yaml").read_text("utf-8"))
Run = Callable[..., tuple[Travellers, EventLog]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a scenario given as plain data."""

    def simulated(scenario: dict[str, Any], replication: int = 0) -> tuple[Travellers, EventLog]:
        path = tmp_path / "scenario.yaml"
        path.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
        plan = compile_plan(bcpsim.load(path))
        travellers = sample(plan, 1, replication)
        return travellers, simulate(plan, travellers, circumstances(plan, 1, replication))

    return simulated


def small(**changes: Any) -> dict[str, Any]:
    """Return the small border without shift changes, as plain data of its own."""
    scenario: dict[str, Any] = yaml.safe_load(yaml.safe_dump(SMALL, sort_keys=False))
    del scenario["variants"]
    scenario["officers"]["guards"]["shifts"] = [{"from": "00:00", "to": "24:00", "count": 2}]
    scenario.update(changes)
    return scenario


def waits(log: EventLog) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.nansum(log.minutes.started - log.minutes.queued, axis=0)


def test_all_times_doubled_doubles_all_results(run: Run) -> None:
    slow = small()
    slow["horizon"]["duration"] = "8 h"
    slow["traffic"]["vehicles"]["arrivals"]["rate"] = "30/h"
    first, other = slow["activities"]["passport"]["duration"]
    first["per_occupant"]["mean"] = "100 s"
    other["time"]["mean"] = "100 s"
    slow["activities"]["goods"]["duration"]["mean"] = "4 min"
    slow["moves"][0]["time"] = "2 min"
    travellers, log = run(small())
    twice, other_log = run(slow)
    assert twice.minutes.arrival == pytest.approx(2 * travellers.minutes.arrival, abs=1e-7)
    for name in ("queued", "started", "ended", "departure"):
        expected = 2 * getattr(log.minutes, name)
        assert getattr(other_log.minutes, name) == pytest.approx(expected, abs=1e-5, nan_ok=True)
    assert (other_log.officer == log.officer).all()


def test_one_more_officer_never_makes_anybody_wait_longer_in_a_single_queue(run: Run) -> None:
    scenario = small()
    scenario["workflow"]["steps"]["passport"]["next"] = "released"
    del scenario["workflow"]["steps"]["goods"]
    scenario["stops"]["booths"]["lanes"] = 9
    for replication in range(5):
        before = None
        for count in (1, 2, 3, 4):
            scenario["officers"]["guards"]["shifts"][0]["count"] = count
            _, log = run(scenario, replication)
            if before is not None:
                assert (waits(log) <= before + 1e-9).all()
            before = waits(log)


def test_shorter_services_never_make_the_mean_wait_longer(run: Run) -> None:
    for replication in range(5):
        means = []
        for mean in ("60 s", "50 s", "40 s", "20 s"):
            scenario = small()
            scenario["activities"]["passport"]["duration"][1]["time"]["mean"] = mean
            _, log = run(scenario, replication)
            means.append(np.nanmean(log.minutes.started[0] - log.minutes.queued[0]))
        assert means == sorted(means, reverse=True)


def test_without_the_move_everybody_leaves_sooner_by_it_or_waits(run: Run) -> None:
    with_move, without = run(small())[1].minutes, run(small(moves=[]))[1].minutes
    assert np.nanmean(without.departure) < np.nanmean(with_move.departure)
    direct = np.isnan(with_move.queued[1])
    assert (without.departure[direct] == with_move.departure[direct]).all()


def test_more_traffic_waits_longer(run: Run) -> None:
    means = []
    for scale in (0.6, 0.8, 1.0, 1.2):
        scenario = small()
        scenario["traffic"]["vehicles"]["arrivals"]["scale"] = scale
        means.append(np.mean([waits(run(scenario, k)[1]).mean() for k in range(5)]))
    assert means == sorted(means)


def test_other_names_change_nothing(run: Run) -> None:
    text = yaml.safe_dump(small(), sort_keys=False)
    renamed = yaml.safe_load(text.replace("visa", "needs_visa").replace("truck", "lorry"))
    _, log = run(small())
    _, other = run(renamed)
    for name in EventLog.__slots__:
        assert np.array_equal(getattr(log, name), getattr(other, name))


def test_another_day_changes_nothing_at_constant_rates(run: Run) -> None:
    scenario = small()
    scenario["horizon"]["start"] = "2027-11-01T00:00"
    _, log = run(small())
    _, other = run(scenario)
    assert np.array_equal(log.departure, other.departure)


def test_a_further_activity_step_and_officer_move_no_random_number(run: Run) -> None:
    scenario = small()
    scenario["activities"] = {
        "weighing": {
            "skill": "weighing",
            "duration": {"distribution": "exponential", "mean": "1 min"},
        },
        **scenario["activities"],
    }
    scenario["officers"]["weighers"] = {
        "agency": "customs",
        "skills": "weighing",
        "stop": "scales",
        "shifts": [{"from": "00:00", "to": "24:00", "count": 1}],
    }
    scenario["stops"]["scales"] = {"lanes": 1}
    scenario["workflow"]["steps"]["goods"]["next"] = "weigh"
    scenario["workflow"]["steps"]["weigh"] = {
        "stop": "scales",
        "do": "weighing",
        "next": "released",
    }
    before, _ = run(small())
    after, _ = run(scenario)
    for name in ("arrival", "category", "occupants", "attributes", "entry"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    assert np.array_equal(before.durations, after.durations[1:])
    assert np.array_equal(before.following[0], after.following[0])


# --- With most mechanisms at once ----------------------------------------------------------

RICH = (Path(__file__).parents[1] / "data" / "rich.yaml").read_text("utf-8")
TRUCKS = Path(__file__).parents[2] / "scenarios" / "land" / "ways_of_working_trucks.yaml"
MIXED = TRUCKS.with_name("ways_of_working_mixed.yaml")


def columns(log: EventLog) -> dict[str, np.ndarray[Any, Any]]:
    return {name: getattr(log.minutes, name) for name in EventLog.__slots__}


@pytest.mark.parametrize("replication", range(3))
def test_all_times_doubled_doubles_all_results_of_every_mechanism(
    run: Run, replication: int
) -> None:
    def twice(match: re.Match[str]) -> str:
        return f"{2 * float(match[1]):g} {match[2]}"

    slow = re.sub(r"([\d.]+) (min|s|h)\b", twice, RICH).replace("44/h", "22/h")
    _, log = run(yaml.safe_load(RICH), replication)
    _, doubled = run(yaml.safe_load(slow), replication)
    other = columns(doubled)
    for name, column in columns(log).items():
        if column.dtype.kind == "f":
            assert other[name] == pytest.approx(2 * column, abs=1e-5, nan_ok=True), name
        else:
            assert np.array_equal(other[name], column), name


def test_other_names_change_nothing_with_every_mechanism(run: Run) -> None:
    renamed = RICH
    for old, new in (("truck", "lorry"), ("hit", "suspect"), ("hall", "shed"), ("dog", "canine")):
        renamed = re.sub(rf"\b{old}\b", new, renamed)
    _, log = run(yaml.safe_load(RICH))
    _, other = run(yaml.safe_load(renamed))
    # Streams are named by the quantity: equipment and steps keep their names in them.
    assert columns(other).keys() == columns(log).keys()
    for name, column in columns(log).items():
        assert np.array_equal(columns(other)[name], column, equal_nan=True), name


@pytest.mark.parametrize(
    ("variant", "costs"),
    [
        ("separate", {"parts.papers.duration": "0 s"}),
        ("separate", {"parts.set_up.duration": "0 s"}),
        ("separate", {"parts.ask_customs.regime": "continuous"}),
        ("separate", {"moves.0.time": "0 s"}),
        ("separate", {"equipment.dog.request_delay": "0 s"}),
        ("one_stop_sequence", {"parts.papers.duration": "0 s"}),
        ("one_stop_parallel", {"parts.set_up.duration": "0 s"}),
        ("single_officer", {"officers.customs_officers.skills.travel_documents": "1"}),
        ("merged", {"activities.declaration.duration": "1 min"}),
    ],
)
def test_without_the_cost_of_a_mechanism_it_is_never_slower(
    variant: str, costs: dict[str, str]
) -> None:
    def times(overrides: dict[str, str]) -> np.ndarray[Any, Any]:
        result = bcpsim.run(
            TRUCKS, variants=[variant], replications=4, overrides=overrides, event_log="none"
        )
        [found] = result.variants
        keys = [(row.measure, row.population, row.statistic) for row in found.rows]
        return found.totals[:, keys.index(("time_in_system", "all", "mean"))]

    assert (times(costs) <= times({}) + 1e-9).all()


# Not in sequence: there vehicles overtake each other between the two officers.
@pytest.mark.parametrize("variant", ["one_stop_parallel", "merged"])
def test_one_more_officer_never_makes_the_mean_wait_longer_at_one_stop(variant: str) -> None:
    before = None
    for count in (2, 3, 4, 6):
        result = bcpsim.run(
            TRUCKS,
            variants=[variant],
            replications=5,
            overrides={
                "officers.guards.shifts.0.count": str(count),
                "officers.guards.shifts.1.count": str(count),
                "stops.control.lanes": "20",
            },
            event_log="none",
        )
        [found] = result.variants
        keys = [(row.measure, row.population, row.statistic) for row in found.rows]
        waits = found.totals[:, keys.index(("waiting_time", "stop=control", "mean"))]
        if before is not None:
            assert (waits <= before + 1e-9).all()
        before = waits


@pytest.mark.parametrize("path", [TRUCKS, MIXED], ids=lambda path: path.stem)
def test_every_way_of_working_sees_the_same_work(path: Path) -> None:
    names = ["separate", "one_stop_parallel", "one_stop_sequence", "merged"]
    result = bcpsim.run(path, variants=names, replications=1, event_log="first")
    done = result.activities
    done = done[done["ended_min"].notna()]
    done = done.assign(minutes=done["ended_min"] - done["started_min"])
    # All have pace 1 for these; the single officer's pace for the other skill is longer.
    checks = done[~done["activity"].isin(["set_up", "papers", "ask_customs", "ask_guard"])]
    keys = ["traveller", "activity"]
    first = checks[checks["variant"] == "separate"].set_index(keys)["minutes"].sort_index()
    assert len(first) > 1000
    for name in names[1:]:
        other = checks[checks["variant"] == name].set_index(keys)["minutes"].sort_index()
        assert list(other.index) == list(first.index)
        assert other.to_numpy() == pytest.approx(first.to_numpy(), abs=1e-6)
    arrivals = result.travellers.pivot(index="traveller", columns="variant", values="arrival_min")
    assert (arrivals.nunique(axis=1) == 1).all()
    hours = result.measures[result.measures["measure"] == "officer_hours"]
    total = hours[hours["population"].str.startswith("agency=")].groupby("variant")["estimate"]
    assert total.sum().nunique() == 1


def test_twice_the_floor_gives_twice_the_space_and_changes_nothing_else(tmp_path: Path) -> None:
    def values(**area: Any) -> dict[str, float]:
        scenario = small()
        scenario["stops"]["booths"]["waiting_area"] = "yard"
        scenario["areas"] = {"yard": area}
        path = tmp_path / "scenario.yaml"
        path.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
        [found] = bcpsim.run(path, replications=2, event_log="none").variants
        return {str(row): value for row, value in zip(found.rows, found.totals[1], strict=True)}

    one, two = values(floor="30 m2"), values(floor="60 m2")
    assert one.keys() == two.keys()
    space = [name for name in one if name.startswith("space_")]
    for name in one:
        if name.startswith("space_per_person"):
            assert two[name] == pytest.approx(2 * one[name])
        elif name not in space:
            assert two[name] == pytest.approx(one[name], nan_ok=True)
    # Places for all limit nobody, and are no other floor.
    places = values(floor="30 m2", places=10_000)
    assert {name: places[name] for name in one} == pytest.approx(one, nan_ok=True)
