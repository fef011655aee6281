"""Every measure on an event log whose values are worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from places import SMALL

import bcpsim
from bcpsim.demand.offered import offered_load
from bcpsim.engine import replicate_block
from bcpsim.kpi import MEASURES, Meter, Row, Titles, in_words
from bcpsim.kpi.measures.official import official_hours
from bcpsim.kpi.measures.space import crowded
from bcpsim.plan import compile_plan

SCENARIO = """
name: hand
horizon: {start: 2026-04-13T00:00, duration: 2 h, warm_up: 1 h}
agencies: {guard: {}, customs: {}}
classes: {car: {}, truck: {}}
traffic:
  cars: {classes: {car: 1}, arrivals: {pattern: times, file: cars.csv, time_column: at}}
  trucks: {classes: {truck: 1}, arrivals: {pattern: times, file: trucks.csv, time_column: at}}
activities:
  check: {skill: check, duration: 20 min}
  look: {skill: look, duration: 6 min}
officers:
  guards:
    agency: guard
    skills: check
    stop: booth
    shifts: [{from: "00:00", to: "01:50", count: 1}, {from: "02:00", to: "24:00", count: 1}]
  lookers:
    agency: customs
    skills: look
    stop: yard
    shifts: [{from: "00:00", to: "24:00", count: 2}]
stops: {booth: {lanes: 2}, yard: {lanes: 2}}
moves: [{from: booth, to: yard, time: 3 min}]
workflow:
  entry: check
  steps:
    check: {stop: booth, do: check, next: [{when: {class: truck}, to: look}, {to: released}]}
    look: {stop: yard, do: look, next: refused}
"""
# Cars at 30 (in the warm-up), 70 and 100; a truck at 75. Booth: 30-50, 70-90, the truck
# 90-110, the car of 100 at 120-140, when the next shift has begun. Yard: the truck 113-119.


@pytest.fixture
def values(tmp_path: Path) -> dict[tuple[str, str, str], float]:
    result = bcpsim.run(write(tmp_path), replications=1)
    return {
        (row["measure"], row["population"], row["statistic"]): row["estimate"]
        for row in result.rows
    }


def test_officer_hours_and_costs_of_all_agencies(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = path.read_text("utf-8")

    def found(costs: str) -> dict[str, float]:
        path.write_text(text.replace("{guard: {}, customs: {}}", costs), "utf-8")
        rows = bcpsim.run(path, replications=1).rows
        names = ("officer_hours", "staff_cost")
        return {
            f"{row['measure']} {row['population']}": row["estimate"]
            for row in rows
            if row["measure"] in names and not row["population"].startswith("officers=")
        }

    hours = {"officer_hours agency=guard": 50 / 60, "officer_hours agency=customs": 2.0}
    hours["officer_hours all"] = 50 / 60 + 2
    assert found("{guard: {}, customs: {}}") == pytest.approx(hours)
    # A guard is busy from 90 to 110, the end of the shift, and no longer.
    some = found("{guard: {cost_per_hour: 30}, customs: {}}")
    assert some == pytest.approx({**hours, "staff_cost agency=guard": 25})
    both = found("{guard: {cost_per_hour: 30}, customs: {cost_per_hour: 12.5}}")
    assert both == pytest.approx(
        {
            **hours,
            "staff_cost agency=guard": 25,
            "staff_cost agency=customs": 25,
            "staff_cost all": 50,
        }
    )


def write(folder: Path) -> Path:
    path = folder / "hand.yaml"
    path.write_text(SCENARIO, "utf-8")
    cars = ("00:30", "01:10", "01:40")
    (folder / "cars.csv").write_text("at\n" + "\n".join(f"2026-04-13T{t}" for t in cars), "utf-8")
    (folder / "trucks.csv").write_text("at\n2026-04-13T01:15\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("measure", "population", "statistic", "expected"),
    [
        ("arrivals", "all", "total", 3),
        ("arrivals", "class=truck", "total", 1),
        ("released", "all", "total", 2),
        ("refused", "class=truck", "total", 1),
        ("detained", "all", "total", 0),
        ("inside_at_end", "all", "total", 0),
        ("throughput", "all", "mean", 2),  # at 90 and 119, in one hour
        ("waiting_time", "all", "mean", (0 + 15 + 20) / 3),
        ("waiting_time", "all", "p50", 15),
        ("waiting_time", "all", "p90", 19),
        ("waiting_time", "all", "p95", 19.5),
        ("waiting_time", "all", "max", 20),
        ("waiting_time", "class=car", "mean", 10),
        ("waiting_time", "stop=booth", "mean", 35 / 3),
        ("waiting_time", "stop=yard", "mean", 0),
        ("waiting_time", "stop=booth class=truck", "mean", 15),
        ("service_time", "all", "mean", (20 + 26 + 20) / 3),
        ("service_time", "stop=yard", "mean", 6),
        ("service_time", "stop=booth class=car", "mean", 20),
        ("move_time", "all", "mean", 1),
        ("move_time", "class=truck", "mean", 3),
        ("processing_time", "class=truck", "mean", 29),
        ("processing_time", "all", "max", 29),
        ("time_in_system", "class=truck", "mean", 44),
        ("time_in_system", "class=car", "mean", 30),
        ("visits", "stop=booth", "total", 3),
        ("visits", "stop=yard", "total", 1),
        ("queue_length", "stop=booth", "mean", (15 + 20) / 60),
        ("queue_length", "stop=booth", "max", 1),
        ("queue_length", "stop=yard", "max", 0),
        # On duty 60 to 110 of 60 to 120; serves 70 to 110.
        ("officer_hours", "agency=guard", "total", 50 / 60),
        ("utilisation", "agency=guard", "mean", 80),
        ("overtime", "agency=guard", "total", 0),
        ("officer_minutes_per_vehicle", "agency=guard", "mean", 25),
        ("officer_hours", "officers=lookers", "total", 2),
        ("utilisation", "officers=lookers", "mean", 5),
    ],
)
def test_measure(
    values: dict[tuple[str, str, str], float],
    measure: str,
    population: str,
    statistic: str,
    expected: float,
) -> None:
    assert values[measure, population, statistic] == pytest.approx(expected, abs=1e-12)


def test_overtime_counts_what_is_served_after_the_shift(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(SCENARIO.replace('to: "01:50"', 'to: "01:40"'), "utf-8")
    result = bcpsim.run(path, replications=1).measures.set_index(
        ["measure", "population", "statistic"]
    )["estimate"]
    assert result["overtime", "agency=guard", "total"] == pytest.approx(10 / 60)
    # Serves 70 to 100 of 60 to 100 on duty.
    assert result["utilisation", "agency=guard", "mean"] == pytest.approx(75)
    assert result["officer_minutes_per_vehicle", "agency=guard", "mean"] == pytest.approx(25)


def test_by_hour(tmp_path: Path) -> None:
    hourly = bcpsim.run(write(tmp_path), replications=1).hourly
    table = hourly.set_index(["measure", "population"])["estimate"]
    assert table["arrivals", "all"].tolist() == [1, 3]
    assert table["waiting_time", "all"].tolist() == pytest.approx([0, 35 / 3])
    assert table["queue_length", "stop=booth"].tolist() == pytest.approx([0, 35 / 60])
    assert table["officers_on_duty", "agency=guard"].tolist() == pytest.approx([1, 50 / 60])
    assert table["officers_busy", "agency=guard"].tolist() == pytest.approx([20 / 60, 40 / 60])
    assert hourly["hour"].iloc[0].isoformat() == "2026-04-13T00:00:00+00:00"


def test_share_within_target_by_hour(tmp_path: Path) -> None:
    overrides = {"classes.car.target": "{waiting_time: 0 min}"}
    hourly = bcpsim.run(write(tmp_path), replications=1, overrides=overrides).hourly
    table = hourly[hourly["measure"] == "share_in_target"].set_index("population")["estimate"]
    # The car of 100 waits, those of 30 and 70 don't; trucks have no target.
    assert table["all"].tolist() == table["class=car"].tolist() == pytest.approx([100, 50])
    assert table["class=truck"].isna().all()


def test_a_list_of_targets_gives_a_share_for_each(tmp_path: Path) -> None:
    overrides = {
        "classes.car.target": "{waiting_time: [30 min, 90 s, 0.5 h]}",
        "classes.truck.target": "{waiting_time: 30 min}",
    }
    loaded = bcpsim.load(write(tmp_path), overrides=overrides)
    result = bcpsim.run(loaded, replications=1)
    for table in (result.measures, result.hourly):
        own = table[(table["measure"] == "share_in_target") & (table["population"] == "class=car")]
        # Twice the same is one.
        kinds = ["waiting_time_1.5min", "waiting_time_30min", "waiting_time"]
        assert own["statistic"].drop_duplicates().tolist() == kinds
    own = result.measures[result.measures["measure"] == "share_in_target"]
    shares = own.set_index(["population", "statistic"])["estimate"]
    # The car of 100 waits 20 min.
    assert shares["class=car", "waiting_time_1.5min"] == 50
    assert shares["class=car", "waiting_time_30min"] == 100
    assert np.isnan(shares["class=car", "waiting_time"])  # its one target is the trucks'
    assert shares["all", "waiting_time"] == shares["class=truck", "waiting_time"]
    words = Titles.of(compile_plan(loaded))
    row = Row("share_in_target", "class=car", "waiting_time_1.5min")
    assert words.value(row) == "Share within target, 1.5 min waiting, car"
    written = tmp_path / "again.yaml"
    written.write_text(loaded.to_yaml(), "utf-8")
    assert bcpsim.load(written).hash == loaded.hash


def test_every_measure_is_defined_and_used(tmp_path: Path) -> None:
    meter = Meter(compile_plan(bcpsim.load(write(tmp_path))))
    used = {row.measure for row in (*meter.rows, *meter.hourly_rows)}
    # Measures of mechanisms that this border hasn't got have no rows.
    assert set(MEASURES) - used == {
        "occupants_with",
        "persons_served",
        "other_crossing",
        "shown_wait",
        "sign_error",
        "turned_away",
        "missed",
        "lost_patience",
        "sent_away",
        "surge_arrivals",
        "deterred",
        "never_out",
        "waiting_at_start",
        "backlog_over",
        "waiting_in_lanes",
        "area_occupancy",
        "area_full",
        "area_overflow",
        "queue_outside",
        "wait_outside",
        "gave_up",
        "coverage",
        "response_time",
        "wait_level",
        "space_per_person",
        "staff_cost",
        "carriers",
        "found",
        "found_share",
        "let_through",
        "overlooked",
        "false_alarms",
        "referred",
        "referred_share",
        "hit_rate",
        "referred_of_carriers",
        "referred_of_others",
        "cases",
        "case_wait",
        "case_time",
        "cases_handed_over",
        "case_officer_hours",
        "interval_time",
        "investigations",
        "investigations_open",
        "investigation_wait",
        "investigation_time",
        "investigation_hours",
        "office_utilisation",
        "specialist_hours",
        "documents_lodged",
        "clearing_time",
        "cleared_on_arrival",
        "clearing_hours",
        "pressed_time",
        "persons_left_out",
        "office_cost",
        "duplicate_referrals",
        "finds_per_1000",
        "officer_minutes_per_find",
        "cost_per_find",
        "upkeep_cost",
        "upkeep_borne",
        "time_cost",
        "idling_fuel",
        "idling_co2",
        "fuel_cost",
        "missed_cost",
        "cost",
        "cost_per_traveller",
        "cost_a_year",
        "space_level",
        "wait_for_group",
        "wait_for_equipment",
        "wait_blocked",
        "blocked_for_ever",
        "slot_wait",
        "hold_time",
        "share_in_target",
        "equipment_utilisation",
        "disturbed_time",
        "disturbed_arrivals",
        "disturbed_checks",
        "disturbed_times",
        "delay_caused",
        "delay_saved",
        "diverted",
        "recovery_time",
    }
    assert used <= set(MEASURES)
    for measure in MEASURES.values():
        assert measure.definition.endswith(".")
        assert measure.unit
        assert measure.source


def test_measures_that_are_wanted_have_the_same_values(tmp_path: Path) -> None:
    plan = compile_plan(bcpsim.load(write(tmp_path)))
    runs = replicate_block(plan, 1, [0])
    every, some = Meter(plan), Meter(plan, {"waiting_time", "utilisation"})
    values = dict(zip(every.rows, every.measure(*runs).totals[0], strict=True))
    found = dict(zip(some.rows, some.measure(*runs).totals[0], strict=True))
    expected = [values[row] for row in some.rows]
    assert list(found.values()) == pytest.approx(expected, abs=0, nan_ok=True)
    assert {row.measure for row in found} == {"waiting_time", "utilisation"}
    assert not some.hourly_rows


HALL = """
name: hall
border: air
horizon: {start: 2026-04-13T00:00, duration: 2 h}
agencies: {guard: {}}
classes: {person: {occupants: %(occupants)s, target: {waiting_time: 25 min}}, trusted: {}}
traffic:
  people:
    classes: {person: 1}
    deadline: %(deadline)s
    arrivals: {pattern: times, file: people.csv, time_column: at}
  others:
    classes: {trusted: 1}
    deadline: 30 min
    arrivals: {pattern: times, file: people.csv, time_column: at}
activities: {check: {skill: check, duration: 10 min}}
officers:
  guards:
    {agency: guard, skills: check, stop: desk, shifts: [{from: "00:00", to: "24:00", count: 1}]}
stops: {desk: {lanes: 1, waiting_area: hall}}
areas: {hall: %(hall)s}
workflow:
  entry: [{when: {class: trusted}, to: released}, {to: check}]
  steps: {check: {stop: desk, do: check, next: released}}
"""
# Four persons at 10: the first is served from 10 to 20, then 20-30, 30-40, 40-50. Three wait for
# ten minutes, two for ten, one for ten. Four others are let through without a check.


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {},
            {
                "wait_level/stop=desk": [25, 25, 50],  # waits of 0, 10, 20 and 30 min
                "space_per_person/area=hall": [2.2 * 30 / 60, 2.2 / 3],
                "space_level/area=hall": [100 / 3] * 3,  # 2.2, 1.1 and 0.73 m2
                "coverage/class=person": [100],
                "coverage/class=trusted": [np.nan],  # nobody had to be checked
                "coverage/stop=desk": [100],
                "response_time/class=person": [15, 15, 27, 28.5, 30],
            },
        ),
        (
            {"occupants": 2, "hall": "{floor: 4.4 m2}"},
            {
                "space_per_person/area=hall": [2.2 * 30 / 60, 2.2 / 3],
                "space_level/area=hall": [100 / 3] * 3,
                "wait_level/stop=desk": [25, 25, 50],
            },
        ),
        (
            {"hall": "{floor: 2.2 m2, places: 2}"},  # the third waits outside for ten minutes
            {
                "space_per_person/area=hall": [2.2 * 30 / 50, 1.1],
                "space_level/area=hall": [100 / 3, 200 / 3, 0],
            },
        ),
        (
            {"deadline": "25 min"},  # at 35: the third is done too late, the fourth is gone
            {
                "coverage/all": [75],
                "coverage/stop=desk": [75],
                "missed/all": [2],
                "gave_up/stop=desk": [1],
                "visits/stop=desk": [3],
                "waiting_time/stop=desk": [13.75, 15, 23.5, 24.25, 25],  # the fourth waits for 25
                "waiting_time/stop=desk class=person": [13.75, 15, 23.5, 24.25, 25],
                "wait_for_officer/stop=desk": [13.75],
                "wait_level/stop=desk": [25, 25, 50],
                "throughput/all": [3],  # two of the persons and the others, in two hours
                "throughput/class=person": [1],
                "throughput/stop=desk": [1.5],  # the third too
                "officer_minutes_per_vehicle/agency=guard": [20],
                "response_time/all": [10, 10, 18, 19, 20],
                "processing_time/class=person": [10] * 5,  # of the three checked
                "share_in_target/class=person": [75],  # the fourth gave up within the 25 min
                "space_level/area=hall": [20, 40, 40],  # one waits from 30 to 35
            },
        ),
    ],
    ids=["hall", "couples", "places", "deadline"],
)
def test_space_levels_and_coverage(
    tmp_path: Path, changes: dict[str, Any], expected: dict[str, list[float]]
) -> None:
    settings = {"occupants": 1, "deadline": "4 h", "hall": "{floor: 2.2 m2}", **changes}
    path = tmp_path / "hall.yaml"
    path.write_text(HALL % settings, "utf-8")
    (tmp_path / "people.csv").write_text("at\n" + "2026-04-13T00:10\n" * 4, "utf-8")
    result = bcpsim.run(path, replications=1)
    for name, numbers in expected.items():
        measure, population = name.split("/")
        found = [
            row["estimate"]
            for row in result.rows
            if (row["measure"], row["population"]) == (measure, population)
        ]
        assert found == pytest.approx(numbers, nan_ok=True), name
    hourly = result.hourly.set_index(["measure", "population"])["estimate"]
    waits = [hourly["waiting_time", place].tolist()[0] for place in ("class=person", "stop=desk")]
    assert waits[0] == pytest.approx(waits[1])
    assert compile_plan(bcpsim.load(path)).counted == "passengers"


def test_a_floor_has_no_space_per_person_while_nobody_waits(tmp_path: Path) -> None:
    path = tmp_path / "hall.yaml"
    path.write_text(HALL % {"occupants": 1, "deadline": "4 h", "hall": "{floor: 9 m2}"}, "utf-8")
    (tmp_path / "people.csv").write_text("at\n2026-04-13T00:10\n", "utf-8")
    rows = {(r["measure"], r["statistic"]): r for r in bcpsim.run(path, replications=1).rows}
    assert np.isnan(rows["space_per_person", "mean"]["estimate"])
    assert np.isnan(rows["space_level", "optimum"]["estimate"])
    assert rows["wait_level", "over_design"]["estimate"] == 100


def test_a_crowd_is_counted_within_the_window() -> None:
    start, end = np.array([0, 5, 7, 7]), np.array([10, 20, 7, 9])
    lasting, stays, persons = crowded(start, end, np.array([1, 4, 100, 2]), 4, 12)
    assert lasting.tolist() == [1, 2, 2, 1, 2]
    assert stays.tolist() == [1, 2, 3, 2, 1]
    assert persons.tolist() == [1, 5, 7, 5, 4]


def test_titles_and_units_take_the_word_of_the_scenario() -> None:
    assert in_words("travellers/h", "vessels") == "vessels/h"
    assert in_words("Officer time per traveller", "vessels") == "Officer time per vessel"
    assert in_words("min", "vessels") == "min"


def test_the_polish_estimator_gives_the_published_example() -> None:
    # 110 vehicles on site and in front, 200 cleared per shift of 12 h: 6.6 h, shown as 7.
    present, cleared = np.array([110, 110, 0]), np.array([200, 0, 200])
    assert official_hours(present, cleared, 12.0).tolist() == [7, 0, 0]


def test_percentiles_are_those_of_numpy() -> None:
    result = bcpsim.run(SMALL, replications=1)
    rows = result.measures[result.measures["measure"] == "time_in_system"]
    for population, own in (
        ("all", result.travellers),
        ("class=car", result.travellers[result.travellers["class"] == "car"]),
    ):
        times = own["time_in_system_min"].dropna().to_numpy()
        expected = [times.mean(), *np.percentile(times, [50, 90, 95]), times.max()]
        assert len(times) > 20
        found = rows[rows["population"] == population]["estimate"]
        assert found.tolist() == pytest.approx(expected, rel=1e-12)


def test_offered_load_is_what_arrives_times_what_it_takes(tmp_path: Path) -> None:
    path = tmp_path / "load.yaml"
    text = SMALL.read_text("utf-8")
    path.write_text(text, "utf-8")
    load = offered_load(compile_plan(bcpsim.load(path)))
    # Per vehicle at the booths: cars 80 %, of them visa 40 % with 1.5 persons of 50 s,
    # all others 50 s.
    minutes = 0.8 * 0.4 * 1.5 * 50 / 60 + (0.8 * 0.6 + 0.2) * 50 / 60
    assert load.arrivals.tolist() == [[60] * 4]
    assert load.stops[0].load.tolist() == pytest.approx([minutes] * 4)
    # At the desks: trucks and 4 % of the cars, 2 min at pace 1.1.
    assert load.stops[1].load.tolist() == pytest.approx([(0.2 + 0.8 * 0.04) * 2.2] * 4)
    assert load.stops[0].capacity.tolist() == [2, 2, 1, 1]
    assert load.stops[1].utilisation.tolist() == pytest.approx(load.stops[1].load.tolist())


def test_tables_of_events_agree_with_the_measures() -> None:
    result: Any = bcpsim.run(SMALL, replications=2, event_log="all")
    travellers, activities = result.travellers, result.activities
    estimate = result.measures.set_index(["measure", "population", "statistic"])["estimate"]
    by_replication = travellers.groupby("replication")
    for column, measure in (
        ("waiting_min", "waiting_time"),
        ("service_min", "service_time"),
        ("move_min", "move_time"),
        ("time_in_system_min", "time_in_system"),
    ):
        means = by_replication[column].mean()
        assert means.mean() == pytest.approx(estimate[measure, "all", "mean"])
    parts = travellers[["waiting_min", "service_min", "move_min"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(travellers["time_in_system_min"].to_numpy())

    key = ["replication", "traveller"]
    spent = (activities["ended_min"] - activities["started_min"]).groupby(
        [activities[name] for name in key]
    )
    assert spent.sum().to_numpy() == pytest.approx(
        travellers.set_index(key)["service_min"].to_numpy()
    )
    last = result.queues.groupby(["replication", "stop"])[["waiting", "in_service"]].last()
    assert (last == 0).all(axis=None)
    assert result.queues["waiting"].min() == 0
    assert result.queues["in_service"].max() <= 2
