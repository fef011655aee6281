"""What a run gives: measures with intervals, and event logs as tidy tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, visits_of
from bcpsim.kpi import MEASURES, Row, columns_of_travellers, times_of_travellers
from bcpsim.plan import Outcome, Plan
from bcpsim.results import MEASURE_COLUMNS, Replicated, replications_frame
from bcpsim.results.provenance import provenance
from bcpsim.runs.estimates import Weight, estimates, weighs_travellers
from bcpsim.runs.notes import notes, of_variants
from bcpsim.runs.precision import Stopping
from bcpsim.sampling import Circumstances, Travellers
from bcpsim.sampling.ticks import NEVER, microseconds, minutes
from bcpsim.sampling.work import needed, time_of
from bcpsim.scenario import LoadedScenario
from bcpsim.stats import Tally

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Replication:
    """A replication whose events were kept."""

    number: int
    travellers: Travellers
    circumstances: Circumstances
    log: EventLog


@dataclass(frozen=True)
class VariantResult:
    """The values of one variant, one row for each replication.

    Attributes
    ----------
    totals
        Values of `rows`, shape (replications, rows).
    hourly
        Values of `hourly_rows` by hour, shape (replications, hourly rows, hours).
    tally
        Times of all travellers counted, where each of them weighs the same.
    kept
        Replications whose events were kept.
    """

    loaded: LoadedScenario
    plan: Plan
    rows: tuple[Row, ...]
    hourly_rows: tuple[Row, ...]
    totals: NDArray[np.float64]
    hourly: NDArray[np.float64]
    tally: Tally | None
    kept: tuple[Replication, ...]

    @property
    def name(self) -> str:
        """Name of the variant."""
        return self.plan.variant

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What makes the values depend on how long is simulated, and what is told of tables."""
        found = notes(self.plan, self.rows, self.totals, self.hourly_rows, self.hourly)
        return (*found, *self.loaded.told_of_tables)


@dataclass(frozen=True)
class Result:
    """The result of a run: tidy tables, made when they are asked for.

    Attributes
    ----------
    seed, count
        Seed and number of replications, as run.
    variants
        The values of each variant.
    weight
        What weighs the same in means and percentiles over travellers: each replication, or each
        traveller.
    stopping
        How it ended, if it was run to a precision.
    """

    seed: int
    count: int
    variants: tuple[VariantResult, ...]
    weight: Weight = "replication"
    stopping: Stopping | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table of measures; `weight` only where travellers weigh the same."""
        return MEASURE_COLUMNS if self.weight == "replication" else (*MEASURE_COLUMNS, "weight")

    @cached_property
    def rows(self) -> list[Record]:
        """The table of measures as plain records, with the columns `columns`."""
        records: list[Record] = []
        for variant in self.variants:
            interval = estimates(variant.rows, variant.totals, self.weight, tally=variant.tally)
            columns = (interval.estimate, interval.low, interval.high, interval.replications)
            for row, *numbers in zip(variant.rows, *(c.tolist() for c in columns), strict=True):
                record = _record(variant.name, row, numbers)
                if self.weight == "traveller":
                    record["weight"] = "traveller" if weighs_travellers(row) else "replication"
                records.append(record)
        return records

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Measures with 95 % intervals, one row each.

        Columns: variant, measure, population, statistic, unit (text); estimate, low, high
        (float, in that unit; nan where there is no value, infinite where the replications don't
        bound it); replications (int). Where each
        traveller weighs the same also weight (text): what does in this row.
        """
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(self.columns)).astype(
            {"estimate": float, "low": float, "high": float}
        )

    @cached_property
    def hourly(self) -> pd.DataFrame:
        """Measures by local hour with 95 % intervals, one row each.

        Columns: those of `measures`, and hour, the local start of the hour (datetime
        with time zone).
        """
        import pandas as pd

        frames = [_hourly(variant) for variant in self.variants]
        return pd.concat(frames, ignore_index=True)

    @property
    def replicated(self) -> Iterator[Replicated]:
        """Each variant by its name, with its rows and what each replication gave."""
        return ((variant.name, variant.rows, variant.totals) for variant in self.variants)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """What each replication gave, one row for each value.

        Columns: variant (text), replication (int, from 0), measure, population, statistic (text),
        value (float, in the measure's unit; nan where there was nobody to measure).
        """
        return replications_frame(self.replicated)

    @cached_property
    def travellers(self) -> pd.DataFrame:
        """Travellers of the replications kept, one row each.

        Columns: variant, replication, traveller (number in order of arrival, members of groups
        last), source,
        class, occupants, one for each attribute (text, or missing), arrival (local time; of who
        gets out of a vehicle, when that was; missing: never), arrival_min, departure_min (minutes
        since the start; nan: still inside), outcome,
        waiting_min, blocked_min, slot_wait_min, service_min, move_min, processing_min,
        time_in_system_min (nan: still inside). Where groups split also vehicle, the number of the
        vehicle out of which a traveller got (missing: none), and group_wait_min.
        """
        import pandas as pd

        frames = [
            pd.DataFrame(_traveller_columns(variant, replication))
            for variant in self.variants
            for replication in variant.kept
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @cached_property
    def activities(self) -> pd.DataFrame:
        """Activities of the replications kept, one row each, in order of start.

        Columns: variant, replication, traveller, class, step, stop, lane, activity,
        officer, agency (text), queued_min (joined the queue of the step), started_min,
        ended_min (minutes since the start; nan: not before the run ended). Parts of an
        activity have rows of their own; a task handed over names the officer who ended it.
        """
        import pandas as pd

        frames = [
            frame
            for variant in self.variants
            for replication in variant.kept
            for frame in _activities(variant, replication)
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Queue lengths of the replications kept, one row for each change at a stop.

        Columns: variant, replication, stop (text), time_min (minutes since the start),
        time (local), waiting, in_service (vehicles in queues and in lanes just after the change).
        """
        import pandas as pd

        frames = [
            pd.DataFrame(columns)
            for variant in self.variants
            for replication in variant.kept
            for columns in _queue_columns(variant, replication)
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """The notes of each variant; of several, whose they are."""
        return of_variants({one.name: one.notes for one in self.variants})

    @cached_property
    def provenance(self) -> Record:
        """Where the result comes from: scenario, hash, seed, replications, versions."""
        made_from = provenance([variant.loaded for variant in self.variants], self.seed, self.count)
        made_from["weight"] = self.weight
        if self.stopping is not None:
            made_from["precision"] = self.stopping.to_dict()
        return made_from

    def to_dict(self, *, hours: bool = False, values: bool = False) -> Record:
        """Return provenance, measures and notes as plain data for JSON.

        What has no value or no bound becomes null.

        Parameters
        ----------
        hours
            Whether to add `hourly`, with local times in ISO 8601.
        values
            Whether each measure has ``values``, what each replication gave, and
            ``standard_error``, that of their mean: null where travellers weigh the same.
        """
        rows = [{key: _json_number(value) for key, value in row.items()} for row in self.rows]
        if values:
            columns = np.concatenate([one.totals.T for one in self.variants])
            for row, column in zip(rows, columns, strict=True):
                alike = row.get("weight") == "traveller"
                row["standard_error"] = None if alike else _standard_error(column)
                row["values"] = [_json_number(value) for value in column.tolist()]
        data = {"provenance": self.provenance, "measures": rows, "notes": list(self.notes)}
        if hours:
            data["hourly"] = [
                {str(key): _json_number(value) for key, value in row.items()}
                | {"hour": row["hour"].isoformat()}
                for row in self.hourly.to_dict("records")
            ]
        return data


def _record(variant: str, row: Row, numbers: Sequence[Any]) -> Record:
    values = (
        variant,
        row.measure,
        row.population,
        row.statistic,
        MEASURES[row.measure].unit,
        *numbers,
    )
    return dict(zip(MEASURE_COLUMNS, values, strict=True))


def _standard_error(values: NDArray[np.float64]) -> float | None:
    """Return the standard error of the mean of those that have a value; None of less than two."""
    there = values[~np.isnan(values)]
    return float(there.std(ddof=1) / math.sqrt(len(there))) if len(there) > 1 else None


def _json_number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def wall_clock(plan: Plan, minutes: NDArray[np.float64]) -> Any:
    """Return local times with their zone, to the microsecond; missing where there is none."""
    import pandas as pd

    zone = ZoneInfo(plan.time_zone)
    start = plan.start.replace(tzinfo=zone).timestamp()
    microseconds = np.round((start + np.nan_to_num(minutes) * 60) * 1e6).astype("int64")
    times = microseconds.view("datetime64[us]")
    times[np.isnan(minutes)] = np.datetime64("NaT")
    return pd.DatetimeIndex(times, tz="UTC").tz_convert(plan.time_zone)


def _names(values: Sequence[str], index: NDArray[np.int64]) -> Any:
    """Return names by index as a column of text; -1 is missing."""
    import pandas as pd

    names = pd.array([*values, None], dtype="str")
    return names.take(np.where(index < 0, len(values), index))


def _hourly(variant: VariantResult) -> pd.DataFrame:
    """Return a variant's measures by hour, row by row of the meter."""
    import pandas as pd

    starts = np.array([start for start, _ in variant.plan.hours])
    rows, n = variant.hourly_rows, len(starts)
    found = [estimates([row] * n, variant.hourly[:, k, :]) for k, row in enumerate(rows)]
    row_of = np.repeat(np.arange(len(rows)), n)
    texts = zip(*([row.measure, row.population, row.statistic] for row in rows), strict=True)
    named = dict(zip(("measure", "population", "statistic"), texts, strict=True))
    numbers = ("estimate", "low", "high", "replications")
    return pd.DataFrame(
        {
            "variant": variant.name,
            **{name: _names(values, row_of) for name, values in named.items()},
            "unit": _names([MEASURES[row.measure].unit for row in rows], row_of),
            **{name: np.concatenate([getattr(one, name) for one in found]) for name in numbers},
            "hour": wall_clock(variant.plan, np.tile(starts, len(rows))),
        }
    )


def _traveller_columns(variant: VariantResult, replication: Replication) -> Record:
    import pandas as pd

    plan, travellers, log = variant.plan, replication.travellers, replication.log
    times = times_of_travellers(plan, travellers, log)
    gone = log.departure != NEVER
    arrival = minutes(log.arrival)
    in_groups: Record = {}
    if plan.splits:
        vehicle = travellers.vehicle
        in_groups["vehicle"] = pd.array(vehicle, dtype="Int64")
        in_groups["vehicle"][vehicle < 0] = pd.NA
    return {
        "variant": variant.name,
        "replication": replication.number,
        "traveller": np.arange(len(travellers)),
        **in_groups,
        "source": _names([source.name for source in plan.sources], travellers.source),
        "class": _names([record.name for record in plan.classes], travellers.category),
        "occupants": travellers.occupants,
        **{
            attribute.name: _names(attribute.values, travellers.attributes[number])
            for number, attribute in enumerate(plan.attributes)
        },
        "arrival": wall_clock(plan, arrival),
        "arrival_min": arrival,
        "departure_min": minutes(log.departure),
        "outcome": _names([outcome.name.lower() for outcome in Outcome], log.outcome),
        **{
            column: np.where(gone, times[measure], np.nan)
            for column, measure in columns_of_travellers(plan).items()
        },
    }


def _activities(variant: VariantResult, replication: Replication) -> Iterator[pd.DataFrame]:
    """Yield the activities of a replication in order of start, if there are any."""
    import pandas as pd

    frames = [pd.DataFrame(columns) for columns in _activity_columns(variant, replication)]
    if frames:
        frame = pd.concat(frames, ignore_index=True)
        yield frame.take(np.lexsort((frame["traveller"], frame["started_min"])))


def _activity_columns(variant: VariantResult, replication: Replication) -> Iterator[Record]:
    """Yield the columns of each activity of each task; an officer does them in sequence."""
    plan, travellers, log = variant.plan, replication.travellers, replication.log
    group_of = np.array([officer.group for officer in plan.officers] or [0])
    agency_of = np.array([*(group.agency for group in plan.groups), -1])  # last: self-service
    for number, task in enumerate(plan.tasks):
        step = plan.steps[task.step]
        who = np.flatnonzero(log.started[number] != NEVER)
        officer = log.officer[number][who]
        group = np.where(officer >= 0, group_of[officer], -1)
        end = log.ended[number][who]
        start = log.started[number][who]
        done_by = np.unique(group).tolist()
        for place, work in enumerate(task.work):
            record = plan.activities[work.activity]
            time = np.zeros(len(who), dtype=np.int64)
            for k in done_by:
                rows = group == k
                paces = plan.groups[k].paces if k >= 0 else ()
                own = time_of(plan, travellers, (work,), paces)
                time[rows] = own[who[rows]]
            made = ~np.any(
                [needed(plan, travellers, plan.tasks[other])[who] for other in work.unless], axis=0
            )
            made = np.broadcast_to(made, who.shape)
            last = place == len(task.work) - 1
            # The last one ends with the task, so that rounding leaves no gap.
            over = end if last else start + time
            if record.not_before >= 0:
                over = np.maximum(over, travellers.ready[record.not_before][who])
            over = np.where(over > np.where(end == NEVER, microseconds(plan.end), end), end, over)
            yield {
                "variant": variant.name,
                "replication": replication.number,
                "traveller": who[made],
                "class": _names([c.name for c in plan.classes], travellers.category[who[made]]),
                "step": step.name,
                "stop": plan.stops[step.stop].name,
                "lane": _names([lane.name for lane in plan.lanes], log.lane[task.step][who[made]]),
                "activity": record.name,
                "officer": _names([person.name for person in plan.officers], officer[made]),
                "agency": _names(plan.agencies, agency_of[group[made]]),
                "queued_min": minutes(log.queued[task.step][who[made]]),
                "started_min": minutes(start[made]),
                "ended_min": minutes(over[made]),
            }
            start = over


def _queue_columns(variant: VariantResult, replication: Replication) -> Iterator[Record]:
    """Yield the columns of each stop: one row for each time at which something changes."""
    plan, log = variant.plan, replication.log
    visits = visits_of(plan, replication.travellers, log)
    for number, stop in enumerate(plan.stops):
        steps = [k for k, step in enumerate(plan.steps) if step.stop == number]
        queued, started, ended = (
            column[steps].ravel() for column in (log.queued, visits.started, log.left)
        )
        until = visits.waited_until[steps].ravel()
        ended = np.where(started == NEVER, NEVER, ended)
        changes = [(queued, 1, 0), (until, -1, 0), (started, 0, 1), (ended, 0, -1)]
        times = np.concatenate([column for column, _, _ in changes])
        waiting = np.concatenate([np.full(len(column), w) for column, w, _ in changes])
        serving = np.concatenate([np.full(len(column), s) for column, _, s in changes])
        there = times != NEVER
        unique, index = np.unique(times[there], return_inverse=True)
        size = len(unique)
        time = minutes(unique)
        yield {
            "variant": variant.name,
            "replication": replication.number,
            "stop": stop.name,
            "time_min": time,
            "time": wall_clock(plan, time),
            "waiting": np.cumsum(np.bincount(index, waiting[there], size)).astype(np.int64),
            "in_service": np.cumsum(np.bincount(index, serving[there], size)).astype(np.int64),
        }
