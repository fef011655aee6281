"""What holds for every scenario: Hypothesis makes them, with any mix of features."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from made import load, scenarios

from bcpsim.engine import EventLog, cache, check_invariants, simpy_way, simulate
from bcpsim.engine.records import World
from bcpsim.engine.replicate import as_it_was
from bcpsim.engine.rules.areas import could_swap
from bcpsim.engine.rules.queues import starts
from bcpsim.engine.table import NOTHING
from bcpsim.kpi import Meter, times_of_travellers
from bcpsim.kpi.layout import Layout
from bcpsim.kpi.view import View
from bcpsim.plan import Outcome, Plan, compile_plan
from bcpsim.sampling import Block, Travellers, circumstances, sample, sample_block
from bcpsim.sampling.documents import cleared
from bcpsim.sampling.ticks import NEVER, microseconds
from bcpsim.sampling.work import alterations
from bcpsim.scenario import LoadedScenario


def examples(number: int) -> int:
    """Return how many examples a test draws: so many, or in a search in proportion."""
    return number * settings.default.max_examples // 100


def run(loaded: LoadedScenario) -> tuple[Plan, Travellers, Block, EventLog]:
    """Return a plan, its travellers as drawn, the replication as its run has shown, and the log."""
    plan = compile_plan(loaded)
    travellers, there = sample(plan, 4, 2), circumstances(plan, 4, 2)
    log = simulate(plan, travellers, there)
    return plan, travellers, *as_it_was(plan, Block.of(travellers, there), log)


def after_the_run(loaded: LoadedScenario) -> World:
    plan = compile_plan(loaded)
    return simpy_way.play(plan, sample_block(plan, 4, [2]))


def same(one: Any, other: Any) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in type(one).__slots__
    )


PERCENTAGES = (
    "utilisation",
    "equipment_utilisation",
    "share_in_target",
    "coverage",
    "wait_level",
    "space_level",
    "office_utilisation",
    "cases_handed_over",
)
WAITS = ("wait_for_officer", "wait_for_lane", "wait_for_equipment", "wait_blocked")


def with_an_alarm(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario whose stops are cleared for some time, in a surge of its traffic."""
    rates = ("constant", "hourly", "daily", "weekly")
    sources = [
        name for name, one in scenario["traffic"].items() if one["arrivals"]["pattern"] in rates
    ]
    start = datetime.fromisoformat(scenario["horizon"]["start"])
    alarm = {
        "at": [{"from": (start + timedelta(minutes=50)).isoformat(), "for": "25 min"}],
        "closed": "all",
        "inside": "leave",
        "surge": dict.fromkeys(sources, 2),
    }
    return {**scenario, "disturbances": {"alarm": alarm, **scenario.get("disturbances", {})}}


@settings(max_examples=examples(70), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.booleans())
def test_the_invariants_hold_and_nobody_is_lost(scenario: dict[str, Any], alarm: bool) -> None:
    loaded = load(with_an_alarm(scenario) if alarm else scenario)
    if loaded is None:
        return
    plan, _, lived, log = run(loaded)
    travellers = lived.travellers
    check_invariants(plan, lived, log, "made")
    meter = Meter(plan)
    values = meter.measure(lived, log)
    value = {
        (row.measure, row.population, row.statistic): total
        for row, total in zip(meter.rows, values.totals[0].tolist(), strict=True)
    }
    ends = sum(
        value[name, "all", "total"] for name in ("released", "refused", "detained", "inside_at_end")
    )
    for name in ("turned_away", "missed", "lost_patience", "sent_away", "deterred", "diverted"):
        ends += value.get((name, "all", "total"), 0.0)
    assert value["arrivals", "all", "total"] == ends
    came = np.maximum(log.arrival[travellers.vehicle < 0], 0)  # who waits at the start, with it
    came = (came >= microseconds(plan.warm_up)) & (came < microseconds(plan.horizon))
    in_it = np.bincount(travellers.vehicle[travellers.vehicle >= 0], minlength=len(came))
    assert ends == came.sum() + in_it[came].sum()  # vehicles, and all who sat in them
    for name in plan.stops:
        assert value["queue_length", f"stop={name.name}", "mean"] >= -1e-9
    for (measure, _, _), total in value.items():
        if measure in PERCENTAGES and not np.isnan(total):
            assert -1e-6 <= total <= 100 + 1e-6
    counts = {
        stop.name: value["visits", f"stop={stop.name}", "total"]
        + value.get(("gave_up", f"stop={stop.name}", "total"), 0.0)
        for stop in plan.stops
    }
    for name, count in counts.items():
        parts = [value.get((part, f"stop={name}", "mean"), 0.0) for part in WAITS]
        if count:
            assert sum(parts) == pytest.approx(value["waiting_time", f"stop={name}", "mean"])
    if value["inside_at_end", "all", "total"] == 0 < value["arrivals", "all", "total"]:
        people = value["arrivals", "all", "total"]
        for name in ("turned_away", "deterred", "diverted", "never_out"):
            people -= value.get((name, "all", "total"), 0.0)
        for part in ("waiting_time", *WAITS):
            at_stops = [
                count * value.get((part, f"stop={name}", "mean"), 0.0)
                for name, count in counts.items()
                if count
            ]
            whole = people * value.get((part, "all", "mean"), 0.0) if people else 0.0
            assert sum(at_stops) == pytest.approx(whole, abs=1e-6)
    view = View(Layout(plan), Block.of(travellers), log)
    stays = view.in_queues.and_those(view.in_lanes)
    if not (log.ended_as(Outcome.INSIDE) & (log.queued != NEVER).any(axis=0)).any():
        # Little's law of a whole run: who stands there adds up to what they wait.
        stood = np.bincount(stays.place, stays.end - stays.start, minlength=len(plan.stops))
        stop, waiting = view.queue_of_visit.ravel(), view.waiting.ravel()
        waited = np.bincount(stop, waiting, minlength=len(plan.stops))
        assert stood.tolist() == waited.tolist()
    if view.layout.has_full_areas:
        most = view.in_areas.crowds(len(plan.areas), 0, view.layout.end).most
        limited = view.layout.places >= 0
        assert (most <= view.layout.places)[limited].all()
    levels = [value[key] for key in value if key[0] == "space_level"]
    assert not levels or np.isnan(levels).all() or sum(levels) == pytest.approx(100)
    out = log.arrival != NEVER
    passed = out & np.isin(log.outcome, (Outcome.RELEASED, Outcome.REFUSED, Outcome.DETAINED))
    assert view.all_begun[passed].all()
    gone = out & (log.outcome > 0)
    if gone.any():
        times = times_of_travellers(plan, travellers, log)
        parts = sum(times[name] for name in WAITS)
        assert np.allclose(times["waiting_time"][gone], parts[gone], atol=1e-6)
        assert all((times[name][gone] >= -1e-6).all() for name in WAITS)
        parts = sum(
            times[name]
            for name in (
                "waiting_time",
                "slot_wait",
                "wait_for_group",
                "service_time",
                "hold_time",
                "move_time",
            )
        )
        whole = log.minutes.departure - log.minutes.arrival
        assert np.allclose(parts[gone], whole[gone], atol=1e-6)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.sampled_from(["check", "look", "papers"]))
def test_waits_add_up_where_work_is_impossible_and_nothing_is_equipped(
    scenario: dict[str, Any], work: str
) -> None:
    without = without_equipment(scenario)
    system = {"hours": ["08:00-12:00"], "activities": {work: {"impossible": True}}}
    loaded = load(without | {"disturbances": {"system": system}})
    assume(loaded is not None)
    assert loaded is not None
    plan, _, lived, log = run(loaded)
    meter = Meter(plan)
    value = {
        (row.measure, row.population, row.statistic): total
        for row, total in zip(meter.rows, meter.measure(lived, log).totals[0].tolist(), strict=True)
    }
    for population in ("all", *(f"stop={stop.name}" for stop in plan.stops)):
        whole = value["waiting_time", population, "mean"]
        parts = [value.get((part, population, "mean"), 0.0) for part in WAITS]
        assert np.isnan(whole) or sum(parts) == pytest.approx(whole, abs=1e-9)


def without_equipment(node: Any) -> Any:
    """Return a scenario, or a part of one, in which nothing is equipped."""
    if isinstance(node, dict):
        return {key: without_equipment(one) for key, one in node.items() if key != "equipment"}
    return [without_equipment(one) for one in node] if isinstance(node, list) else node


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_costs_add_up_over_agencies_and_hours(scenario: dict[str, Any]) -> None:
    loaded = load(scenario)
    if loaded is None:
        return
    plan, _, lived, log = run(loaded)
    view = View(Layout(replace(plan, warm_up=0.0)), lived, log)
    bill, hourly = view.bill, view.hourly_bill
    cent = 0.005
    assert np.allclose(hourly.pay.sum(axis=2), bill.pay, rtol=0, atol=cent)
    assert np.allclose(hourly.paid.sum(axis=2), bill.paid, rtol=0, atol=cent)
    bought = bill.lanes.sum(axis=1) + bill.equipment.sum(axis=1)
    assert np.allclose(bill.upkeep[:, view.layout.paying].sum(axis=1), bought, rtol=0, atol=cent)
    staff = bill.pay.sum(axis=1) + bill.offices.sum(axis=1)
    assert np.allclose(staff + bought, bill.paid[:, 0], rtol=0, atol=cent)
    whole = bill.time + bill.fuel + bill.missed
    assert np.allclose(whole.sum(axis=1), bill.paid[:, 1:].sum(axis=1), rtol=0, atol=cent)


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_nobody_is_left_waiting_who_could_start(scenario: dict[str, Any]) -> None:
    loaded = load(scenario)
    if loaded is None:
        return
    w = after_the_run(loaded)
    for stop in w.stops:
        assert not starts(w, stop, True, NOTHING)
        if stop.area is not NOTHING:
            assert not stop.area.line.waiting or stop.area.used >= stop.area.places
    for area in w.areas:
        inside = [me for me in w.travellers if me.has_place and me.step.stop.area is area]
        assert area.used == len(inside) <= area.places
        me = area.line.first
        while me is not NOTHING:
            assert not could_swap(w, me, area)
            me = me.next


@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_asking_what_could_start_does_not_change_what_a_line_waits_for(
    scenario: dict[str, Any],
) -> None:
    scenario["horizon"].update(ending="cut")
    loaded = load(scenario)
    if loaded is None:
        return
    w = after_the_run(loaded)
    before = [[line.reason for line in stop.lines] for stop in w.stops]
    for group in w.groups:  # as if nobody were there, as a pool weighs where to go
        group.on_duty = 0
    for stop in w.stops:
        starts(w, stop, True, NOTHING)
    assert [[line.reason for line in stop.lines] for stop in w.stops] == before


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_documents_are_cleared_one_after_the_other(scenario: dict[str, Any]) -> None:
    assume("documents" in scenario)
    loaded = load(scenario)
    assume(loaded is not None)
    assert loaded is not None
    plan = compile_plan(loaded)
    travellers = sample(plan, 4, 2)
    whose = np.zeros(len(travellers), dtype=np.int64)
    own = cleared(plan, travellers, whose, 1)
    assert (own.came <= own.begun).all()
    assert (own.done - own.came >= own.worked.sum(axis=0)).all()
    assert (travellers.ready[plan.documents[0].ready, own.traveller] == own.done).all()
    assert (travellers.vehicle[own.traveller] < 0).all()
    if len(own.kind) and plan.offices[-1].specialists == 1:
        assert own.worked[-1].sum() <= own.done.max() - own.begun.min()


@pytest.mark.compiled
@pytest.mark.skipif(not cache.is_possible(), reason="there is no Numba for this Python")
@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.booleans())
def test_both_ways_of_running_give_the_same_bits(scenario: dict[str, Any], alarm: bool) -> None:
    loaded = load(with_an_alarm(scenario) if alarm else scenario)
    if loaded is None:
        return
    plan = compile_plan(loaded)
    travellers, there = sample(plan, 4, 2), circumstances(plan, 4, 2)
    plain = simulate(plan, travellers, there, engine="simpy")
    assert same(plain, simulate(plan, travellers, there, engine="compiled"))


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_same_scenario_gives_the_same_bits_also_as_written_back(
    scenario: dict[str, Any],
) -> None:
    loaded = load(scenario)
    if loaded is None:
        return
    _, travellers, _, log = run(loaded)
    again = load(yaml.safe_load(loaded.to_yaml()))
    assert again is not None
    assert again.hash == loaded.hash
    _, other_travellers, _, other_log = run(again)
    assert same(travellers, other_travellers)
    assert same(log, other_log)


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.sampled_from([0, 1, 2.5]))
def test_waits_of_equal_weight_are_served_in_order_of_joining(
    scenario: dict[str, Any], weight: float
) -> None:
    for stop in scenario["stops"].values():
        stop.pop("weights", None)
        stop |= {"queue": "single", "overtaking": True, "next_in_line": "first_come"}
    changed = yaml.safe_load(yaml.safe_dump(scenario, sort_keys=False))
    for stop in changed["stops"].values():
        alike = [{"when": {"class": "car"}, "weight": weight}, {"weight": weight}]
        stop |= {"next_in_line": "weighted_wait", "weights": alike}
    ours, theirs = load(scenario), load(changed)
    if ours is None or theirs is None:
        return
    (_, _, _, log), (_, _, _, other) = run(ours), run(theirs)
    assert same(log, other)


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.integers(1, 3))
def test_another_way_of_working_sees_the_same_travellers(
    scenario: dict[str, Any], more: int
) -> None:
    loaded = load(scenario)
    changed = yaml.safe_load(yaml.safe_dump(scenario, sort_keys=False))
    for group in changed["officers"].values():
        group["shifts"].append({"from": "00:00", "to": "24:00", "count": more})
    for stop in changed["stops"].values():
        stop["lanes"].append({"name": "new", "count": more})
    other = load(changed)
    if loaded is None or other is None:
        return
    (_, ours, _, _), (_, theirs, _, _) = run(loaded), run(other)
    assert same(ours, theirs)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_the_event_logs_of_two_ways_of_working_hold_the_same_durations(
    scenario: dict[str, Any],
) -> None:
    for group in scenario["officers"].values():
        group["skills"] = ["check", "look"]  # at pace 1
        group["handover"]["in_hand"] = "finish"
        group.pop("pressure", None)  # which hangs on who waits
    for disturbance in scenario.get("disturbances", {}).values():
        disturbance["activities"] = {}  # which hang on when a check begins
    changed = yaml.safe_load(yaml.safe_dump(scenario, sort_keys=False))
    for group in changed["officers"].values():
        group["shifts"].append({"from": "00:00", "to": "24:00", "count": 1})
    for one in (scenario, changed):  # else it hangs on when they come
        one["activities"]["belt"].pop("not_before", None)
    for step in changed["workflow"]["steps"].values():
        if "crew" in step:
            step["order"] = "sequence" if step["order"] == "parallel" else "parallel"
            if step.get("when_done") == "hand_over":
                del step["when_done"]
    for stop in changed["stops"].values():
        stop.pop("waiting_area", None)
    ours, theirs = load(scenario), load(changed)
    if ours is None or theirs is None:
        return
    (_, _, _, one), (_, _, _, other) = run(ours), run(theirs)
    durations, others = one.ended - one.started, other.ended - other.started
    both = np.ones(durations.shape, dtype=bool)
    for log in (one, other):
        both &= (log.started != NEVER) & (log.ended != NEVER)
    assert durations[both].tolist() == others[both].tolist()


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(scenarios(), st.sampled_from(["queue", "longest_wait", "mean_wait"]))
def test_what_is_never_set_off_and_what_has_no_length_changes_nothing(
    scenario: dict[str, Any], watched: str
) -> None:
    loaded = load(scenario)
    if loaded is None:
        return
    effects = {
        "activities": {"check": {"factor": 9}, "look": {"impossible": True}},
        "lanes": {"a": 0},
        "closed": "all",
        "arrivals": "turn_back",
    }
    never = {"queue": 90_000}.get(watched, "9999 min")
    other = {
        "never": {"trigger": {watched: "a", "reaches": never}, **effects},
        "no_time": {"at": [{"from": scenario["horizon"]["start"], "for": "0 s"}], **effects},
    }
    disturbances = {**other, **scenario.get("disturbances", {})}
    with_more = load({**scenario, "disturbances": disturbances})
    assert with_more is not None
    _, travellers, _, log = run(loaded)
    plan, _, _, more = run(with_more)
    own = [one.disturbance >= len(other) for one in alterations(plan)]
    assert not more.altered[np.logical_not(own)].any()
    more = replace(more, altered=more.altered[own])
    shifted = np.array([0, 2, 0, 0])  # numbers of those that come after
    if not len(log.sent):  # written down now, and as it was drawn
        assert np.array_equal(more.sent[:-1], travellers.following)
        more = replace(more, sent=log.sent, moved=log.moved)
    assert same(replace(log, spells=log.spells + shifted), more)
