"""From the event log of a replication to the values of all measures.

A meter is made once for a plan and then reads any number of replications: it holds
which rows there are, so that a replication becomes one vector of values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, Holdings, Visits, holdings, uses, visits_of
from bcpsim.kpi.definitions import LEVELS, OPTIMUM_SPACE, OPTIMUM_WAIT, PERCENTILES
from bcpsim.kpi.gridlock import stuck
from bcpsim.kpi.rows import Row
from bcpsim.plan.circles import circles
from bcpsim.plan.model import GroupWait, Outcome, Plan, Windows
from bcpsim.sampling import Circumstances, Travellers
from bcpsim.sampling.ticks import whole

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_NAN = float("nan")
OUTCOMES = {
    "released": Outcome.RELEASED,
    "refused": Outcome.REFUSED,
    "detained": Outcome.DETAINED,
    "inside_at_end": Outcome.INSIDE,
    "turned_away": Outcome.TURNED_AWAY,
    "missed": Outcome.MISSED,
}
"""The measures that count how travellers end."""

_CHECKED = (Outcome.RELEASED, Outcome.REFUSED, Outcome.DETAINED)


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one replication.

    Attributes
    ----------
    totals
        One value for each of the meter's rows, nan where there was nobody to measure.
    hourly
        One value for each of the meter's hourly rows and each hour; (rows, hours).
    samples
        The times whose percentiles are among the totals, in the order of the meter's rows: one
        array for each measure and population, shape (travellers,).
    """

    totals: Floats
    hourly: Floats
    samples: tuple[Floats, ...]


class Meter:
    """Measures replications of one plan.

    Parameters
    ----------
    plan
        The compiled scenario.

    Attributes
    ----------
    rows, hourly_rows
        What the values of a replication are, in order.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._window = (plan.horizon - plan.warm_up) / 60  # hours
        arriving = sorted(
            {number for source in plan.sources for number, share in source.classes if share}
            | {
                number
                for step in plan.steps
                if step.split is not None
                for number, share in step.split.classes
                if share
            }
        )
        self._classes = arriving if len(arriving) > 1 else []
        self._edges = np.array([plan.hours[0][0], *(end for _, end in plan.hours)])
        self._stop_steps = [
            [k for k, step in enumerate(plan.steps) if step.stop == number]
            for number in range(len(plan.stops))
        ]
        self._group_of = np.array([officer.group for officer in plan.officers] or [0])
        self._measured = np.array([plan.warm_up, plan.horizon])
        self._open = [
            sum(
                max(min(end, plan.horizon) - max(start, plan.warm_up), 0.0)
                for lane in stop.lanes
                for start, end in plan.lanes[lane].windows
            )
            for stop in plan.stops
        ]
        self._slots = any(source.slots is not None for source in plan.sources)
        self._blocking = any(area.places is not None for area in plan.areas)
        self._floors = [k for k, area in enumerate(plan.areas) if area.floor is not None]
        self._deadlines = any(source.deadlines for source in plan.sources)
        self._targets = {
            target.statistic: target.measure for k in arriving for target in plan.classes[k].targets
        }
        self._circles = sorted(number for one in circles(plan) for number in one)
        self._teams = self._make_teams()
        agencies = {f"agency={name}": k for k, name in enumerate(plan.agencies)}
        self._agencies = [name for name, _ in self._teams if name in agencies]
        costs = {name: plan.agency_costs[agencies[name]] for name in self._agencies}
        self._costs = {name: cost for name, cost in costs.items() if cost is not None}
        self._fixed = all(group.absence == 0 for group in plan.groups)
        self._roster: _Roster | None = None
        self.rows = tuple(self._list_rows())
        self.hourly_rows = tuple(self._list_hourly_rows())

    def _make_teams(self) -> list[tuple[str, list[int]]]:
        """Return the populations of officers: agencies, then groups where they differ."""
        plan = self._plan
        agencies = [
            (f"agency={name}", [k for k, group in enumerate(plan.groups) if group.agency == number])
            for number, name in enumerate(plan.agencies)
        ]
        groups = [(f"officers={group.name}", [k]) for k, group in enumerate(plan.groups)]
        return [team for team in (*agencies, *groups) if team[1]]

    def _roster_of(self, there: Circumstances) -> _Roster:
        """Return who is on duty, made once where nobody is ever absent."""
        if self._roster is None or not self._fixed:
            teams = [groups for _, groups in self._teams]
            self._roster = _Roster(self._plan, there, self._group_of, teams, self._edges)
        return self._roster

    # --- Which rows ------------------------------------------------------------------

    def _list_rows(self) -> Iterator[Row]:
        plan = self._plan
        for number in (None, *self._classes):
            population = "all" if number is None else f"class={plan.classes[number].name}"
            for measure in ("arrivals", *self._outcomes()):
                yield Row(measure, population, "total")
            if self._deadlines:
                yield Row("coverage", population, "mean")
                for statistic in ("mean", *PERCENTILES, "max"):
                    yield Row("response_time", population, statistic)
            yield Row("throughput", population, "mean")
            for statistic in ("mean", *PERCENTILES, "max"):
                yield Row("waiting_time", population, statistic)
            for measure in self._parts():
                yield Row(measure, population, "mean")
            yield Row("service_time", population, "mean")
            yield Row("move_time", population, "mean")
            for measure in ("processing_time", "time_in_system"):
                for statistic in ("mean", *PERCENTILES, "max"):
                    yield Row(measure, population, statistic)
            for target in self._targets:
                yield Row("share_in_target", population, target)
            yield Row("official_wait_pl", population, "mean")
        for stop in plan.stops:
            population = f"stop={stop.name}"
            yield Row("visits", population, "total")
            if self._deadlines:
                yield Row("gave_up", population, "total")
                yield Row("coverage", population, "mean")
            yield Row("throughput", population, "mean")
            for statistic in ("mean", *PERCENTILES, "max"):
                yield Row("waiting_time", population, statistic)
            for measure in self._stop_parts():
                yield Row(measure, population, "mean")
            if stop.area in self._floors:
                for level in LEVELS:
                    yield Row("wait_level", population, level)
            yield Row("service_time", population, "mean")
            yield Row("queue_length", population, "mean")
            yield Row("queue_length", population, "max")
            yield Row("lane_utilisation", population, "mean")
            for number in self._classes:
                name = f"{population} class={plan.classes[number].name}"
                for statistic in ("mean", *PERCENTILES, "max"):
                    yield Row("waiting_time", name, statistic)
                yield Row("service_time", name, "mean")
        for number in self._floors:
            population = f"area={plan.areas[number].name}"
            yield Row("space_per_person", population, "mean")
            yield Row("space_per_person", population, "min")
            for level in LEVELS:
                yield Row("space_level", population, level)
        for equipment in plan.equipment:
            yield Row("equipment_utilisation", f"equipment={equipment.name}", "mean")
        if self._circles:
            yield Row("blocked_for_ever", "all", "total")
            for number in self._circles:
                yield Row("blocked_for_ever", f"stop={plan.stops[number].name}", "total")
        if self._agencies:
            yield Row("officer_hours", "all", "total")
            if len(self._costs) == len(self._agencies):
                yield Row("staff_cost", "all", "total")
        for name in self._costs:
            yield Row("staff_cost", name, "total")
        for name, _ in self._teams:
            yield Row("utilisation", name, "mean")
            yield Row("officer_hours", name, "total")
            yield Row("overtime", name, "total")
            yield Row("officer_minutes_per_vehicle", name, "mean")
            if len(plan.stops) > 1:
                yield Row("idle_while_waiting", name, "total")

    def _outcomes(self) -> list[str]:
        """Return the measures of how vehicles end; some are turned away only at some borders."""
        away = any(stop.turn_away and stop.area >= 0 for stop in self._plan.stops)
        names = ["released", "refused", "detained", "inside_at_end"]
        if away and self._blocking:
            names.append("turned_away")
        if self._deadlines:
            names.append("missed")
        return names

    def _stop_parts(self) -> list[str]:
        """Return the measures of what vehicles wait for, where they can differ from 0."""
        parts = ["wait_for_officer", "wait_for_lane"]
        if self._plan.equipment:
            parts.append("wait_for_equipment")
        if self._blocking:
            parts.append("wait_blocked")
        return parts

    def _parts(self) -> list[str]:
        parts = self._stop_parts()
        if self._slots:
            parts.append("slot_wait")
        if self._plan.splits:
            parts.append("wait_for_group")
        return parts

    def _list_hourly_rows(self) -> Iterator[Row]:
        plan = self._plan
        yield Row("arrivals", "all", "total")
        for number in (None, *self._classes):
            population = "all" if number is None else f"class={plan.classes[number].name}"
            yield Row("waiting_time", population, "mean")
            yield Row("time_in_system", population, "mean")
            for target in self._targets:
                yield Row("share_in_target", population, target)
        for stop in plan.stops:
            yield Row("waiting_time", f"stop={stop.name}", "mean")
            yield Row("queue_length", f"stop={stop.name}", "mean")
        for name, _ in self._teams:
            yield Row("officers_on_duty", name, "mean")
            yield Row("officers_busy", name, "mean")

    # --- Measuring -------------------------------------------------------------------

    def measure(self, travellers: Travellers, there: Circumstances, log: EventLog) -> Values:
        """Return the values of one replication.

        Parameters
        ----------
        travellers, there, log
            A run of this meter's plan.
        """
        plan = self._plan
        arrival = log.arrival
        counted = (arrival >= plan.warm_up) & (arrival < plan.horizon)
        visits = visits_of(plan, travellers, log)
        waits = waits_of(plan, visits, log)
        times = times_of_travellers(plan, travellers, log, visits, waits)
        reached = reached_all(plan, travellers, log)
        kept = {
            target: self._in_target(target, reached, travellers, times[measure])
            for target, measure in self._targets.items()
        }
        totals: list[float] = []
        samples: list[Floats] = []
        for number in (None, *self._classes):
            ours = counted if number is None else counted & (travellers.category == number)
            kind = None if number is None else travellers.category == number
            totals += self._of_people(ours, kind, travellers, log, times, reached, kept, samples)
        hourly = [*self._people_by_hour(travellers, times, kept, log)]
        queues = []
        for number, steps in enumerate(self._stop_steps):
            queued, until = log.queued[steps].ravel(), visits.waited_until[steps].ravel()
            joined = ~np.isnan(queued)
            over = ~np.isnan(until)
            queue = Spans(queued[joined], np.nan_to_num(until, nan=plan.end)[joined])
            queues.append(queue)
            totals += self._of_stop(
                number, steps, counted, visits, waits, log, queue, travellers, samples
            )
            wait = waits["waiting_time"][steps].ravel()
            hourly.append(_mean_by_hour(self._edges, queued[over], wait[over]))
            hourly.append(queue.between(self._edges) / np.diff(self._edges))
        for number in self._floors:
            totals += self._of_area(number, visits, log, travellers)
        held = holdings(plan, log)
        for kind in range(len(plan.equipment)):
            totals.append(self._of_equipment(kind, held))
        totals += self._blocked_for_ever(travellers, log, visits)
        officer_totals, officer_hourly = self._of_officers(there, held, log, queues)
        return Values(
            np.array(totals + officer_totals), np.array(hourly + officer_hourly), tuple(samples)
        )

    def _of_people(
        self,
        ours: Mask,
        kind: Mask | None,
        travellers: Travellers,
        log: EventLog,
        times: dict[str, Floats],
        reached: Mask,
        kept: dict[str, Floats],
        samples: list[Floats],
    ) -> list[float]:
        arrival = log.arrival
        counts = np.bincount(log.outcome[ours], minlength=len(Outcome))
        leaving = self._leaving(log)
        kinds = [OUTCOMES[name] for name in self._outcomes()]
        values = [
            float(ours.sum()),
            *map(float, counts[kinds]),
        ]
        gone = ours & ~log.ended_as(Outcome.INSIDE, Outcome.TURNED_AWAY)
        if self._deadlines:
            due = gone & (travellers.entry >= 0) & np.isfinite(travellers.deadline)
            values.append(100 * _mean(reached[due].astype(float)))
            response = times["response_time"][due]
            values += _statistics(response[~np.isnan(response)], samples)
        cleared = int((leaving if kind is None else leaving & kind).sum())
        values.append(cleared / self._window)
        values += _statistics(times["waiting_time"][gone], samples)
        values += [_mean(times[name][gone]) for name in self._parts()]
        values += [_mean(times["service_time"][gone]), _mean(times["move_time"][gone])]
        processing = times["processing_time"][gone]
        values += _statistics(processing[~np.isnan(processing)], samples)
        values += _statistics(times["time_in_system"][gone], samples)
        for name in self._targets:
            known = gone & ~np.isnan(kept[name])
            values.append(100 * _mean(kept[name][known]))
        those = slice(None) if kind is None else kind
        values.append(
            self._official_wait(arrival[those], log.departure[those], ours[those], cleared)
        )
        return values

    def _leaving(self, log: EventLog) -> Mask:
        """Return who leaves in the measured time after the checks, however they ended."""
        checked = log.ended_as(*_CHECKED)
        return (
            checked & (log.departure >= self._plan.warm_up) & (log.departure < self._plan.horizon)
        )

    def _in_target(
        self, statistic: str, reached: Mask, travellers: Travellers, times: Floats
    ) -> Floats:
        """Return whether travellers keep a target of their class: 1 or 0; nan: it has none."""
        limits = [
            next((t.minutes for t in kind.targets if t.statistic == statistic), np.nan)
            for kind in self._plan.classes
        ]
        limit = np.array(limits)[travellers.category]
        return np.where(np.isnan(limit), np.nan, reached & (times <= limit))

    def _official_wait(
        self, arrivals: Floats, departures: Floats, ours: Mask, cleared: int
    ) -> float:
        """Return the mean of the Polish official estimate over arriving vehicles."""
        per_shift = cleared / self._window * 12
        if not ours.any() or not per_shift:
            return float("nan")
        gone = np.searchsorted(np.sort(departures), arrivals[ours], side="right")
        before = np.empty(len(arrivals), dtype=np.int64)  # members aren't in order of arrival
        before[np.argsort(arrivals, kind="stable")] = np.arange(len(arrivals))
        present = np.maximum(before[ours] - gone, 0)  # one turned away is gone by then
        return float(np.mean(60 * np.floor(12 * present / per_shift + 0.5)))

    def _people_by_hour(
        self,
        travellers: Travellers,
        times: dict[str, Floats],
        kept: dict[str, Floats],
        log: EventLog,
    ) -> Iterator[Floats]:
        arrival = log.arrival
        yield np.histogram(arrival[~np.isnan(arrival)], self._edges)[0].astype(float)
        left = ~log.ended_as(Outcome.INSIDE, Outcome.TURNED_AWAY)
        for number in (None, *self._classes):
            gone = left if number is None else left & (travellers.category == number)
            for measure in ("waiting_time", "time_in_system"):
                yield _mean_by_hour(self._edges, arrival[gone], times[measure][gone])
            for target in self._targets:
                yield 100 * _mean_by_hour(self._edges, arrival[gone], kept[target][gone])

    def _of_stop(
        self,
        number: int,
        steps: list[int],
        counted: Mask,
        visits: Visits,
        waits: dict[str, Floats],
        log: EventLog,
        queue: Spans,
        travellers: Travellers,
        samples: list[Floats],
    ) -> list[float]:
        plan = self._plan
        there = log.lane[steps] >= 0
        ours = there & counted
        waited = counted & ~np.isnan(visits.waited_until[steps])
        wait = waits["waiting_time"][steps]
        service = _services(visits, log)[steps]
        finished = ours & ~np.isnan(service)
        left = log.left[steps]
        leaving = (left >= plan.warm_up) & (left < plan.horizon) & ~np.isnan(visits.ended[steps])
        values = [float(ours.sum())]
        if self._deadlines:
            values.append(float((waited & ~there).sum()))
            due = counted & ~log.ended_as(Outcome.INSIDE) & np.isfinite(travellers.deadline)
            came = ~np.isnan(log.queued[steps]) & due
            values.append(100 * _mean(there[came].astype(float)))
        values.append(float(leaving.sum()) / self._window)
        values += _statistics(wait[waited], samples)
        values += [_mean(waits[name][steps][waited]) for name in self._stop_parts()]
        if plan.stops[number].area in self._floors:
            values += [
                100 * _mean(level.astype(float)) for level in _levels(wait[waited], *OPTIMUM_WAIT)
            ]
        values.append(_mean(service[finished]))
        length = queue.between(self._measured)[0]
        values.append(float(length) / (plan.horizon - plan.warm_up))
        values.append(queue.most(plan.warm_up, plan.horizon))
        standing = Spans(
            visits.started[steps][there], np.nan_to_num(left[there], nan=plan.end)
        ).between(self._measured)[0]
        values.append(100 * float(standing) / self._open[number] if self._open[number] else _NAN)
        for kind in self._classes:
            those = travellers.category == kind
            values += _statistics(wait[waited & those], samples)
            values.append(_mean(service[finished & those]))
        return values

    def _of_area(
        self, number: int, visits: Visits, log: EventLog, travellers: Travellers
    ) -> list[float]:
        """Return space per person, mean and least, and the shares of time by its level."""
        plan = self._plan
        area = plan.areas[number]
        steps = [k for k, step in enumerate(plan.steps) if plan.stops[step.stop].area == number]
        queued = log.queued[steps]
        joined = ~np.isnan(queued)
        until = np.nan_to_num(visits.waited_until[steps], nan=plan.end)
        persons = np.broadcast_to(travellers.occupants, queued.shape)
        minutes, waiting, crowd = _crowd(
            queued[joined], until[joined], persons[joined], self._measured
        )
        if not minutes.any():
            return [_NAN] * (2 + len(LEVELS))
        assert area.floor is not None
        if area.places is not None:  # those who wait outside take the space of nobody
            crowd = crowd * np.minimum(area.places / waiting, 1.0)
        with np.errstate(divide="ignore"):  # an area without a place
            space = area.floor / crowd
        total = minutes.sum()
        worst, middle, best = _levels(space, *OPTIMUM_SPACE)
        return [
            float(area.floor * total / np.dot(minutes, crowd)) if crowd.any() else _NAN,
            float(space.min()) if crowd.any() else _NAN,
            *(100 * float(minutes[level].sum() / total) for level in (best, middle, worst)),
        ]

    def _blocked_for_ever(
        self, travellers: Travellers, log: EventLog, visits: Visits
    ) -> list[float]:
        """Return how many can never move on, of all and at each stop of a circle."""
        if not self._circles:
            return []
        where, blocking = stuck(self._plan, travellers, log, visits)
        return [
            float((where >= 0).sum()),
            *(float((where == k).sum()) if k in blocking else 0.0 for k in self._circles),
        ]

    def _of_equipment(self, kind: int, held: Holdings) -> float:
        """Return the utilisation of a kind of equipment in per cent."""
        plan = self._plan
        used = Spans(*uses(plan, held, kind)).between(self._measured)[0]
        return 100 * float(used) / (plan.equipment[kind].count * (plan.horizon - plan.warm_up))

    def _of_officers(
        self, there: Circumstances, held: Holdings, log: EventLog, queues: list[Spans]
    ) -> tuple[list[float], list[Floats]]:
        plan = self._plan
        roster = self._roster_of(there)
        started, ended = held.start, held.end
        shift_end = roster.end_of_duty(held.officer, started)
        on_duty_until = np.minimum(ended, shift_end)
        overtime = np.maximum(ended - shift_end, 0.0)
        in_window = (started >= plan.warm_up) & (started < plan.horizon)
        leaving = float(self._leaving(log).sum())
        group = self._group_of[held.officer] if len(held.officer) else held.officer
        totals: list[float] = []
        hourly: list[Floats] = []
        hours: dict[str, float] = {}
        cost: dict[str, float] = {}
        for (name, groups), (minutes, by_hour, present) in zip(
            self._teams, roster.teams, strict=True
        ):
            ours = np.isin(group, groups) if len(groups) > 1 else group == groups[0]
            busy = float(Spans(started[ours], on_duty_until[ours]).between(self._measured)[0])
            extra = float(overtime[ours & in_window].sum())
            if name in self._agencies:
                hours[name] = minutes / 60
            if name in self._costs:
                cost[name] = (minutes + extra) / 60 * self._costs[name]
            totals += [
                100 * busy / minutes if minutes else _NAN,
                minutes / 60,
                extra / 60,
                (minutes + extra) / leaving if leaving else _NAN,
            ]
            spans = Spans(started[ours], ended[ours])
            if len(plan.stops) > 1:
                own = {stop for k in groups for stop in plan.groups[k].stops}
                others = [queue for k, queue in enumerate(queues) if k not in own]
                totals.append(self._idle_while_waiting(present, spans, others) / 60)
            hourly += [by_hour, spans.between(self._edges) / np.diff(self._edges)]
        if not hours:
            return totals, hourly
        together = [sum(hours.values()), *([sum(cost.values())] if len(cost) == len(hours) else [])]
        return [*together, *cost.values(), *totals], hourly

    def _idle_while_waiting(self, present: Spans, busy: Spans, queues: list[Spans]) -> float:
        """Return officer minutes idle, at most the vehicles that wait at other stops."""
        if not queues:
            return 0.0
        times = np.unique(
            np.concatenate([self._measured, *(s.bounds for s in (present, busy, *queues))])
        )
        times = times[(times >= self._measured[0]) & (times <= self._measured[1])]
        idle = np.maximum(present.count(times) - busy.count(times), 0)
        waiting = sum((queue.count(times) for queue in queues), np.zeros(len(times), np.int64))
        return float(np.dot(np.minimum(idle, waiting)[:-1], np.diff(times)))


class _Roster:
    """Who is on duty in a replication, by team.

    Attributes
    ----------
    teams
        For each team minutes on duty in the measured time, officers on duty by hour, and
        the stretches in which officers take vehicles.
    """

    def __init__(
        self,
        plan: Plan,
        there: Circumstances,
        group_of: NDArray[np.int64],
        teams: list[list[int]],
        edges: Floats,
    ) -> None:
        self._span = 2 * plan.end + 1  # each officer on a stretch of one axis
        start, end, owner = _listed(there.duty)
        self._key = owner * self._span + start
        self._end = end
        begins, stops, officer = _listed(there.available)
        measured = np.array([plan.warm_up, plan.horizon])
        self.teams: list[tuple[float, Floats, Spans]] = []
        for groups in teams:
            ours = np.isin(group_of[owner], groups)
            duty = Spans(start[ours], end[ours])
            takes = np.isin(group_of[officer], groups)
            self.teams.append(
                (
                    float(duty.between(measured)[0]),
                    duty.between(edges) / np.diff(edges),
                    Spans(begins[takes], stops[takes]),
                )
            )

    def end_of_duty(self, officer: NDArray[np.int64], started: Floats) -> Floats:
        """Return the end of the stretch of duty in which each service started."""
        if not len(officer):
            return started
        index = np.searchsorted(self._key, officer * self._span + started + 1e-6)
        return self._end[index - 1]


def _listed(windows: Sequence[Windows]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return starts, ends and owners of stretches of time."""
    rows = [(a, b, owner) for owner, own in enumerate(windows) for a, b in own]
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.int64)


def waits_of(plan: Plan, visits: Visits, log: EventLog) -> dict[str, Floats]:
    """Return how long each visit waited and for what, by the name of the measure.

    Shape (steps, travellers), in minutes; 0 where nobody queued, or still waits.
    """
    begun = log.lane >= 0
    queue = np.nan_to_num(visits.waited_until - log.queued)
    blocked = np.nan_to_num(np.where(begun, log.left - visits.ended, 0.0))
    for number, step in enumerate(plan.steps):
        if step.wait is GroupWait.AFTER:  # in the lane too
            blocked[number] = np.where(
                np.isnan(log.left[number]), 0.0, blocked[number] - log.for_group[number]
            )
    between = visits.between
    return {
        "waiting_time": queue + between + blocked,
        "wait_for_officer": np.maximum(queue - log.for_lane - log.for_equipment, 0.0) + between,
        "wait_for_lane": log.for_lane,
        "wait_for_equipment": log.for_equipment,
        "wait_blocked": blocked,
        "wait_for_group": log.for_group,
    }


def times_of_travellers(
    plan: Plan,
    travellers: Travellers,
    log: EventLog,
    visits: Visits | None = None,
    waits: dict[str, Floats] | None = None,
) -> dict[str, Floats]:
    """Return the times of each traveller by the name of the measure.

    Parameters
    ----------
    plan, travellers, log
        A run.
    visits, waits
        What `visits_of` and `waits_of` return, if at hand.

    Returns
    -------
    dict of ndarray
        waiting_time and its parts, slot_wait, wait_for_group, service_time, move_time,
        response_time (nan: no check began), processing_time (nan: gave up before any check)
        and time_in_system in minutes, shape (travellers,); they mean something for those who
        have left.
    """
    visits = visits_of(plan, travellers, log) if visits is None else visits
    waits = waits_of(plan, visits, log) if waits is None else waits
    begun = log.lane >= 0
    service = np.where(begun, _services(visits, log), 0.0)
    reached = np.fmin.reduce(visits.started, axis=0)
    # Whose way has no check is through at once; who gave up before the first wasn't processed.
    first = np.where(np.isnan(reached) & ~log.ended_as(Outcome.MISSED), log.departure, reached)
    times = {
        **{name: minutes.sum(axis=0) for name, minutes in waits.items()},
        "slot_wait": travellers.held,
        "service_time": service.sum(axis=0),
        "move_time": travellers.move_in + np.where(begun, _moves(travellers, log), 0.0).sum(axis=0),
        "response_time": reached - log.arrival,
        "processing_time": log.departure - first,
        "time_in_system": log.departure - log.arrival,
    }
    # Sums and differences of whole microseconds are such: a time of just the target keeps it.
    return {name: whole(minutes) for name, minutes in times.items()}


def _services(visits: Visits, log: EventLog) -> Floats:
    """Return the minutes of service in each visit, up to where its traveller gave up."""
    over = np.where(np.isnan(visits.ended), log.left, visits.ended)
    return over - visits.started - visits.between


def _moves(travellers: Travellers, log: EventLog) -> Floats:
    """Return the minutes of the move after each visit; who misses a deadline may not make it."""
    missed = log.ended_as(Outcome.MISSED)
    if not missed.any():
        return travellers.move_after
    left = np.nan_to_num(log.left, nan=np.inf)
    return np.where(
        missed, np.minimum(travellers.move_after, log.departure - left), travellers.move_after
    )


def reached_all(plan: Plan, travellers: Travellers, log: EventLog) -> Mask:
    """Return of whom all checks began that lay on the way: of all, where nobody gives up."""
    if not any(source.deadlines for source in plan.sources):
        return np.ones(len(travellers), dtype=bool)
    begun = log.lane >= 0
    who = np.arange(len(travellers))
    ahead = np.zeros(begun.shape, dtype=bool)
    sent = travellers.entry >= 0
    ahead[travellers.entry[sent], who[sent]] = True
    for step, following in enumerate(travellers.following):
        sent = begun[step] & (following >= 0)
        ahead[following[sent], who[sent]] = True
    return np.asarray((begun | ~ahead).all(axis=0), dtype=bool)


class Spans:
    """Stretches of time [start, end), summed and counted through sorted bounds."""

    def __init__(self, start: Floats, end: Floats) -> None:
        self._start = np.sort(start)
        self._end = np.sort(end)
        self._start_sum = np.concatenate([[0.0], np.cumsum(self._start)])
        self._end_sum = np.concatenate([[0.0], np.cumsum(self._end)])

    @property
    def bounds(self) -> Floats:
        """All starts and ends."""
        return np.concatenate([self._start, self._end])

    def count(self, times: Floats) -> NDArray[np.int64]:
        """Return how many stretches there are just after each time."""
        begun = np.searchsorted(self._start, times, side="right")
        return begun - np.searchsorted(self._end, times, side="right")

    def between(self, edges: Floats) -> Floats:
        """Return the summed length of the stretches between neighbouring edges."""
        begun = np.searchsorted(self._start, edges)
        over = np.searchsorted(self._end, edges)
        until = begun * edges - self._start_sum[begun] - (over * edges - self._end_sum[over])
        return np.diff(until)

    def most(self, low: float, high: float) -> float:
        """Return the most stretches at one time from low to high.

        There are most just after one starts, or at the beginning, of those begun before.
        """
        present = np.arange(1, len(self._start) + 1) - np.searchsorted(
            self._end, self._start, side="right"
        )
        inside = (self._start >= low) & (self._start < high)
        return float(present[inside].max(initial=self.count(np.array([low]))[0]))


def _crowd(
    start: Floats, end: Floats, persons: NDArray[np.int64], window: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the stretches of a window in which anybody is there: minutes, stays, persons."""
    times = np.concatenate([start, end, window])
    order = np.argsort(times, kind="stable")
    nobody = np.zeros(len(window))
    stays = np.cumsum(np.concatenate([np.ones(len(start)), -np.ones(len(end)), nobody])[order])
    crowd = np.cumsum(np.concatenate([persons, -persons, nobody])[order])
    times = times[order]
    minutes = np.diff(np.clip(times, *window))
    there = (stays[:-1] > 0) & (minutes > 0)
    return minutes[there], stays[:-1][there], crowd[:-1][there]


def _levels(values: Floats, low: float, high: float) -> tuple[Mask, Mask, Mask]:
    """Return which values are below, within and above a range."""
    return values < low, (values >= low) & (values <= high), values > high


def _statistics(values: Floats, samples: list[Floats]) -> list[float]:
    """Return mean, percentiles and maximum, nan where there is no value; add values to samples."""
    samples.append(values)
    if not len(values):
        return [float("nan")] * (len(PERCENTILES) + 2)
    ordered = np.sort(values)
    place = np.array(list(PERCENTILES.values())) * (len(ordered) - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, len(ordered) - 1)
    between = ordered[below] + (place - below) * (ordered[above] - ordered[below])
    return [float(values.mean()), *between.tolist(), float(ordered[-1])]


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _mean_by_hour(edges: Floats, time: Floats, values: Floats) -> Floats:
    """Return the mean of the values whose time lies between neighbouring edges."""
    there = ~np.isnan(values)
    hour = np.searchsorted(edges, time[there], side="right") - 1
    size = len(edges) - 1
    inside = (hour >= 0) & (hour < size)
    count = np.bincount(hour[inside], minlength=size)
    total = np.bincount(hour[inside], weights=values[there][inside], minlength=size)
    return np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
