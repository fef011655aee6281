"""From the event log of a replication to the values of all measures.

A meter is made once for a plan and then reads any number of replications: it holds
which rows there are, so that a replication becomes one vector of values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine.log import EventLog
from bcpsim.kpi.definitions import MEASURES
from bcpsim.plan.model import Outcome, Plan
from bcpsim.sampling.travellers import Travellers

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}


@dataclass(frozen=True, slots=True)
class Row:
    """What one value is: a measure, of whom, which statistic, in which unit.

    Populations are ``all``, ``class=car``, ``stop=customs``, ``stop=customs class=car``,
    ``agency=customs`` and ``officers=booths``.
    """

    measure: str
    population: str
    statistic: str

    @property
    def unit(self) -> str:
        """Unit of the value."""
        return MEASURES[self.measure].unit


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one replication.

    Attributes
    ----------
    totals
        One value for each of the meter's rows, nan where there was nobody to measure.
    hourly
        One value for each of the meter's hourly rows and each hour; (rows, hours).
    """

    totals: Floats
    hourly: Floats


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
        )
        self._classes = arriving if len(arriving) > 1 else []
        self._edges = np.array([plan.hours[0][0], *(end for _, end in plan.hours)])
        self._stop_steps = [
            [k for k, step in enumerate(plan.steps) if step.stop == number]
            for number in range(len(plan.stops))
        ]
        self._group_of = np.array([officer.group for officer in plan.officers] or [0])
        starts, ends, owners = [], [], []
        for number, officer in enumerate(plan.officers):
            for start, end in officer.windows:
                starts.append(start)
                ends.append(end)
                owners.append(number)
        self._shift_starts = np.array(starts)
        self._shift_ends = np.array(ends)
        self._shift_owners = np.array(owners, dtype=np.int64)
        self._teams = self._make_teams()
        self._duty = [self._on_duty(groups) for _, groups in self._teams]
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

    def _on_duty(self, groups: list[int]) -> tuple[float, Floats]:
        """Return officer minutes on duty in the measured time, and officers by hour."""
        plan = self._plan
        ours = np.isin(self._group_of[self._shift_owners], groups)
        inside = _Spans(self._shift_starts[ours], self._shift_ends[ours])
        minutes = inside.between(np.array([plan.warm_up, plan.horizon]))[0]
        return float(minutes), inside.between(self._edges) / np.diff(self._edges)

    # --- Which rows ------------------------------------------------------------------

    def _list_rows(self) -> Iterator[Row]:
        plan = self._plan
        people = ["all", *(f"class={plan.classes[k].name}" for k in self._classes)]
        for population in people:
            for measure in ("arrivals", "released", "refused", "detained", "inside_at_end"):
                yield Row(measure, population, "total")
            yield Row("throughput", population, "mean")
            for statistic in ("mean", *_PERCENTILES, "max"):
                yield Row("waiting_time", population, statistic)
            yield Row("service_time", population, "mean")
            yield Row("move_time", population, "mean")
            for measure in ("processing_time", "time_in_system"):
                for statistic in ("mean", *_PERCENTILES, "max"):
                    yield Row(measure, population, statistic)
            yield Row("official_wait_pl", population, "mean")
        for stop in plan.stops:
            population = f"stop={stop.name}"
            yield Row("visits", population, "total")
            for statistic in ("mean", *_PERCENTILES, "max"):
                yield Row("waiting_time", population, statistic)
            yield Row("service_time", population, "mean")
            yield Row("queue_length", population, "mean")
            yield Row("queue_length", population, "max")
            for number in self._classes:
                name = f"{population} class={plan.classes[number].name}"
                yield Row("waiting_time", name, "mean")
                yield Row("service_time", name, "mean")
        for name, _ in self._teams:
            yield Row("utilisation", name, "mean")
            yield Row("officer_hours", name, "total")
            yield Row("overtime", name, "total")
            yield Row("officer_minutes_per_vehicle", name, "mean")

    def _list_hourly_rows(self) -> Iterator[Row]:
        plan = self._plan
        yield Row("arrivals", "all", "total")
        yield Row("waiting_time", "all", "mean")
        yield Row("time_in_system", "all", "mean")
        for stop in plan.stops:
            yield Row("waiting_time", f"stop={stop.name}", "mean")
            yield Row("queue_length", f"stop={stop.name}", "mean")
        for name, _ in self._teams:
            yield Row("officers_on_duty", name, "mean")
            yield Row("officers_busy", name, "mean")

    # --- Measuring -------------------------------------------------------------------

    def measure(self, travellers: Travellers, log: EventLog) -> Values:
        """Return the values of one replication.

        Parameters
        ----------
        travellers, log
            A run of this meter's plan.
        """
        plan = self._plan
        arrival = travellers.arrival
        counted = (arrival >= plan.warm_up) & (arrival < plan.horizon)
        served = log.officer >= 0
        wait = np.where(served, log.started - log.queued, 0.0)
        service = np.where(served, log.ended - log.started, 0.0)
        times = times_of_travellers(travellers, log)
        totals: list[float] = []
        for number in (None, *self._classes):
            ours = counted if number is None else counted & (travellers.category == number)
            kind = None if number is None else travellers.category == number
            totals += self._of_people(ours, kind, arrival, log, times)
        hourly = [*self._people_by_hour(arrival, times, log)]
        for steps in self._stop_steps:
            queued, started = log.queued[steps].ravel(), log.started[steps].ravel()
            joined = ~np.isnan(queued)
            queue = _Spans(
                queued[joined], np.where(joined, np.nan_to_num(started, nan=plan.end), 0)[joined]
            )
            totals += self._of_stop(steps, counted, served, wait, service, queue, travellers)
            hourly.append(_mean_by_hour(self._edges, queued, started - queued))
            hourly.append(queue.between(self._edges) / np.diff(self._edges))
        officer_totals, officer_hourly = self._of_officers(log, served)
        return Values(np.array(totals + officer_totals), np.array(hourly + officer_hourly))

    def _of_people(
        self,
        ours: Mask,
        kind: Mask | None,
        arrival: Floats,
        log: EventLog,
        times: dict[str, Floats],
    ) -> list[float]:
        plan = self._plan
        counts = np.bincount(log.outcome[ours], minlength=len(Outcome))
        departures = log.departure if kind is None else log.departure[kind]
        leaving = (departures >= plan.warm_up) & (departures < plan.horizon)
        values = [
            float(ours.sum()),
            *map(
                float, counts[[Outcome.RELEASED, Outcome.REFUSED, Outcome.DETAINED, Outcome.INSIDE]]
            ),
            float(leaving.sum()) / self._window,
        ]
        gone = ours & (log.outcome != Outcome.INSIDE)
        values += _statistics(times["waiting_time"][gone])
        values += [_mean(times["service_time"][gone]), _mean(times["move_time"][gone])]
        values += _statistics(times["processing_time"][gone])
        values += _statistics(times["time_in_system"][gone])
        arrivals = arrival if kind is None else arrival[kind]
        values.append(
            self._official_wait(arrivals, departures, ours if kind is None else ours[kind], leaving)
        )
        return values

    def _official_wait(
        self, arrivals: Floats, departures: Floats, ours: Mask, leaving: Mask
    ) -> float:
        """Return the mean of the Polish official estimate over arriving vehicles."""
        per_shift = leaving.sum() / self._window * 12
        if not ours.any() or not per_shift:
            return float("nan")
        gone = np.searchsorted(np.sort(departures), arrivals[ours], side="right")
        present = np.flatnonzero(ours) - gone
        return float(np.mean(60 * np.floor(12 * present / per_shift + 0.5)))

    def _people_by_hour(
        self, arrival: Floats, times: dict[str, Floats], log: EventLog
    ) -> Iterator[Floats]:
        yield np.histogram(arrival, self._edges)[0].astype(float)
        gone = log.outcome != Outcome.INSIDE
        for measure in ("waiting_time", "time_in_system"):
            yield _mean_by_hour(self._edges, arrival[gone], times[measure][gone])

    def _of_stop(
        self,
        steps: list[int],
        counted: Mask,
        served: Mask,
        wait: Floats,
        service: Floats,
        queue: _Spans,
        travellers: Travellers,
    ) -> list[float]:
        plan = self._plan
        ours = served[steps] & counted
        waits, services = wait[steps], service[steps]
        finished = ours & ~np.isnan(services)
        values = [float(ours.sum()), *_statistics(waits[ours]), _mean(services[finished])]
        length = queue.between(np.array([plan.warm_up, plan.horizon]))[0]
        values.append(float(length) / (plan.horizon - plan.warm_up))
        values.append(queue.most(plan.warm_up, plan.horizon))
        for number in self._classes:
            kind = travellers.category == number
            values.append(_mean(waits[ours & kind]))
            values.append(_mean(services[finished & kind]))
        return values

    def _of_officers(self, log: EventLog, served: Mask) -> tuple[list[float], list[Floats]]:
        plan = self._plan
        officer = log.officer[served]
        started = log.started[served]
        ended = np.nan_to_num(log.ended[served], nan=plan.end)
        shift_end = self._end_of_shift(officer, started)
        on_duty_until = np.minimum(ended, shift_end)
        overtime = np.maximum(ended - shift_end, 0.0)
        in_window = (started >= plan.warm_up) & (started < plan.horizon)
        leaving = float(((log.departure >= plan.warm_up) & (log.departure < plan.horizon)).sum())
        window = np.array([plan.warm_up, plan.horizon])
        group = self._group_of[officer] if len(officer) else officer
        totals: list[float] = []
        hourly: list[Floats] = []
        for (_, groups), (minutes, by_hour) in zip(self._teams, self._duty, strict=True):
            ours = np.isin(group, groups) if len(groups) > 1 else group == groups[0]
            busy = float(_Spans(started[ours], on_duty_until[ours]).between(window)[0])
            extra = float(overtime[ours & in_window].sum())
            totals += [
                100 * busy / minutes if minutes else float("nan"),
                minutes / 60,
                extra / 60,
                (minutes + extra) / leaving if leaving else float("nan"),
            ]
            spans = _Spans(started[ours], ended[ours])
            hourly += [by_hour, spans.between(self._edges) / np.diff(self._edges)]
        return totals, hourly

    def _end_of_shift(self, officer: NDArray[np.int64], started: Floats) -> Floats:
        """Return the end of the shift in which each service started."""
        if not len(officer):
            return started
        span = 2 * self._plan.end + 1  # each officer on a stretch of one axis
        index = np.searchsorted(
            self._shift_owners * span + self._shift_starts, officer * span + started + 1e-6
        )
        return self._shift_ends[index - 1]


def times_of_travellers(travellers: Travellers, log: EventLog) -> dict[str, Floats]:
    """Return the times of each traveller by the name of the measure.

    Parameters
    ----------
    travellers, log
        A run.

    Returns
    -------
    dict of ndarray
        waiting_time, service_time, move_time, processing_time and time_in_system in
        minutes, shape (travellers,); they mean something for those who have left.
    """
    served = log.officer >= 0
    # Somebody who is turned away on arrival has no first service.
    first = np.fmin.reduce(log.started, axis=0)
    first = np.where(np.isnan(first), log.departure, first)
    return {
        "waiting_time": np.where(served, log.started - log.queued, 0.0).sum(axis=0),
        "service_time": np.where(served, log.ended - log.started, 0.0).sum(axis=0),
        "move_time": travellers.move_in + np.where(served, travellers.move_after, 0.0).sum(axis=0),
        "processing_time": log.departure - first,
        "time_in_system": log.departure - travellers.arrival,
    }


class _Spans:
    """Stretches of time [start, end), summed and counted through sorted bounds."""

    def __init__(self, start: Floats, end: Floats) -> None:
        self._start = np.sort(start)
        self._end = np.sort(end)
        self._start_sum = np.concatenate([[0.0], np.cumsum(self._start)])
        self._end_sum = np.concatenate([[0.0], np.cumsum(self._end)])

    def between(self, edges: Floats) -> Floats:
        """Return the summed length of the stretches between neighbouring edges."""
        begun = np.searchsorted(self._start, edges)
        over = np.searchsorted(self._end, edges)
        until = begun * edges - self._start_sum[begun] - (over * edges - self._end_sum[over])
        return np.diff(until)

    def most(self, low: float, high: float) -> float:
        """Return the most stretches at one time among those moments when one starts."""
        present = np.arange(1, len(self._start) + 1) - np.searchsorted(
            self._end, self._start, side="right"
        )
        inside = (self._start >= low) & (self._start < high)
        return float(present[inside].max(initial=0))


def _statistics(values: Floats) -> list[float]:
    """Return mean, percentiles and maximum, nan where there is no value."""
    if not len(values):
        return [float("nan")] * (len(_PERCENTILES) + 2)
    ordered = np.sort(values)
    place = np.array(list(_PERCENTILES.values())) * (len(ordered) - 1)
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
