"""The events of a replication as tidy tables, made and written piece by piece.

A piece is a frame of at most `ROWS` rows; all of a replication, one after the other, are its
table. Of a whole table only times and numbers are held: texts and local times, which take many
times as much, are made for a piece alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, visits_of
from bcpsim.kpi import columns_of_travellers, times_of_travellers
from bcpsim.plan import Outcome, Plan
from bcpsim.plan.records.workflow import WorkPlan
from bcpsim.results.display import Displayed
from bcpsim.sampling import Circumstances, Travellers
from bcpsim.sampling.ticks import FAR, NEVER, microseconds, minutes
from bcpsim.sampling.work import alterations, extra_time, needed, time_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROWS = 100_000
"""Most rows of a piece, and fewest of a group of rows in a file, save the last."""

Ints = NDArray[np.int64]
Small = NDArray[np.signedinteger[Any]]
Record = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Events(Displayed):
    """The events of one replication of one variant: tables, made when they are asked for.

    Attributes
    ----------
    plan
        The compiled scenario.
    number
        Of the replication, from 0.
    drawn, circumstances
        The travellers, and what may fail, as drawn beforehand.
    log
        What happened, in columns of whole microseconds since the scenario's start.
    """

    plan: Plan
    number: int
    drawn: Travellers
    circumstances: Circumstances
    log: EventLog

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return f"Events of {self.plan.name}, variant {self.variant}, replication {self.number}"

    @property
    def variant(self) -> str:
        """Name of the variant."""
        return self.plan.variant

    @cached_property
    def travellers(self) -> pd.DataFrame:
        """Travellers, one row each; columns as of `Result.travellers`."""
        return joined(travellers(self))

    @cached_property
    def activities(self) -> pd.DataFrame:
        """Activities, one row each, in order of start; columns as of `Result.activities`."""
        return joined(activities(self))

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Queue lengths, one row for each change; columns as of `Result.queues`."""
        return joined(queues(self))


Pieces = Callable[[Events], "Iterator[pd.DataFrame]"]
"""Yields a table of events: at least one piece, which may have no rows."""


def joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of the same columns as one."""
    import pandas as pd

    several = list(frames)
    return pd.concat(several, ignore_index=True) if several else pd.DataFrame()


def write(path: Path | IO[bytes], pieces: Pieces, replications: Sequence[Events]) -> None:
    """Write a table of the events of replications as Parquet, a group of rows at a time.

    Parameters
    ----------
    path
        The file, or a stream.
    pieces
        `travellers`, `activities` or `queues`.
    replications
        At least one. Columns that a variant lacks are empty there.
    """
    import pyarrow as pa
    from pyarrow import parquet

    firsts = {replication.variant: replication for replication in reversed(replications)}
    head = joined([next(pieces(firsts[variant])).iloc[:1] for variant in reversed(firsts)])
    schema = pa.Schema.from_pandas(head, preserve_index=False)
    tables = (
        pa.Table.from_pandas(piece.reindex(columns=head.columns), schema, preserve_index=False)
        for replication in replications
        for piece in pieces(replication)
    )
    with parquet.ParquetWriter(path, schema) as writer:
        for table in _grouped(tables):
            writer.write_table(table)


def _grouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables put together to at least `ROWS` rows each, save the last."""
    import pyarrow as pa

    gathered: list[pa.Table] = []
    for table in tables:
        gathered.append(table)
        if sum(map(len, gathered)) >= ROWS:
            yield pa.concat_tables(gathered)
            gathered = []
    if gathered:
        yield pa.concat_tables(gathered)


def _slices(number: int) -> Iterator[slice]:
    """Yield the rows of each piece of a table with so many: one without rows, if there are none."""
    return (slice(first, first + ROWS) for first in range(0, max(number, 1), ROWS))


def wall_clock(plan: Plan, minutes: NDArray[np.float64]) -> Any:
    """Return local times with their zone, to the microsecond; nan: none."""
    import pandas as pd

    zone = ZoneInfo(plan.time_zone)
    start = plan.start.replace(tzinfo=zone).timestamp()
    known = np.isfinite(minutes)
    microseconds = np.full(len(minutes), np.datetime64("NaT", "us"))
    counted = np.round((start + minutes[known] * 60) * 1e6).astype("int64")
    microseconds[known] = counted.view("datetime64[us]")
    index = pd.DatetimeIndex(microseconds, tz="UTC")
    return index.tz_convert(plan.time_zone)


def _cases(events: Events, who: Ints) -> Any:
    """Return what tells a traveller from those of all variants and replications."""
    import pandas as pd

    prefix = f"{events.variant}/{events.number}/"
    return pd.array(np.char.add(prefix, who.astype(str)), dtype="str")


def names_of(values: Sequence[str], index: Ints) -> Any:
    """Return names by index as a column of text; -1 is missing."""
    import pandas as pd

    names = pd.array([*values, None], dtype="str")
    return names.take(np.where(index < 0, len(values), index))


def travellers(events: Events) -> Iterator[pd.DataFrame]:
    """Yield travellers in the order of their numbers, piece by piece."""
    import pandas as pd

    plan, drawn, log = events.plan, events.drawn, events.log
    times = times_of_travellers(plan, drawn, log)
    measures = {column: times[measure] for column, measure in columns_of_travellers(plan).items()}
    for rows in _slices(len(drawn)):
        who = np.arange(len(drawn))[rows]
        gone = log.departure[rows] != NEVER
        arrival, departure = minutes(log.arrival[rows]), minutes(log.departure[rows])
        in_groups: Record = {}
        if plan.splits:
            vehicle = drawn.vehicle[rows]
            in_groups["vehicle"] = pd.array(vehicle, dtype="Int64")
            in_groups["vehicle"][vehicle < 0] = pd.NA
        yield pd.DataFrame(
            {
                "case": _cases(events, who),
                "variant": events.variant,
                "replication": events.number,
                "traveller": who,
                **in_groups,
                "source": names_of([source.name for source in plan.sources], drawn.source[rows]),
                "class": names_of([record.name for record in plan.classes], drawn.category[rows]),
                "occupants": drawn.occupants[rows],
                **{
                    attribute.name: names_of(attribute.values, drawn.attributes[number][rows])
                    for number, attribute in enumerate(plan.attributes)
                },
                **{
                    f"occupants_with_{plan.attributes[attribute].name}": drawn.having[number][rows]
                    for number, attribute in enumerate(plan.of_occupants)
                },
                "arrival": wall_clock(plan, arrival),
                "departure": wall_clock(plan, departure),
                "arrival_min": arrival,
                "departure_min": departure,
                "outcome": names_of(
                    [outcome.name.lower() for outcome in Outcome], log.outcome[rows]
                ),
                **{name: np.where(gone, time[rows], np.nan) for name, time in measures.items()},
            }
        )


def activities(events: Events) -> Iterator[pd.DataFrame]:
    """Yield activities in order of start, piece by piece."""
    import pandas as pd

    plan, log = events.plan, events.log
    agency_of = np.array([*(group.agency for group in plan.groups), -1])  # last: self-service
    task_of, activity_of, who, start, over = _worked(events)
    step_of = np.array([task.step for task in plan.tasks], dtype=np.int64)
    order = np.lexsort((who, np.where(start == NEVER, FAR, start)))
    for rows in _slices(len(order)):
        at = order[rows]
        own_tasks, task = who[at].astype(np.int64), task_of[at]
        step, officer = step_of[task], log.officer[task, own_tasks]
        times = {
            "queued": minutes(log.queued[step, own_tasks]),
            "started": minutes(start[at]),
            "ended": minutes(over[at]),
        }
        yield pd.DataFrame(
            {
                "case": _cases(events, own_tasks),
                "variant": events.variant,
                "replication": events.number,
                "traveller": own_tasks,
                "class": names_of([c.name for c in plan.classes], events.drawn.category[own_tasks]),
                "step": names_of([record.name for record in plan.steps], step),
                "stop": names_of([plan.stops[record.stop].name for record in plan.steps], step),
                "lane": names_of([lane.name for lane in plan.lanes], log.lane[step, own_tasks]),
                "activity": names_of(
                    [activity.name for activity in plan.activities], activity_of[at]
                ),
                "officer": names_of([person.name for person in plan.officers], officer),
                "agency": names_of(plan.agencies, agency_of[_groups(plan)[officer]]),
                **{name: wall_clock(plan, time) for name, time in times.items()},
                **{f"{name}_min": time for name, time in times.items()},
            }
        )


def _groups(plan: Plan) -> Ints:
    """Return the group of each officer, and -1 for the last: self-service is by officer -1."""
    return np.array([*(officer.group for officer in plan.officers), -1])


def _worked(events: Events) -> tuple[Small, Small, Small, Ints, Ints]:
    """Return task, activity, traveller, start and end of whatever was done, in small columns.

    Officers do the activities of a task in sequence.
    """
    plan, drawn, log = events.plan, events.drawn, events.log
    parts: list[tuple[Small, ...]] = []
    for number, task in enumerate(plan.tasks):
        who = np.flatnonzero(log.started[number] != NEVER)
        group = _groups(plan)[log.officer[number][who]]
        start, end = log.started[number][who], log.ended[number][who]
        latest = np.where(end == NEVER, microseconds(plan.end), end)
        works = [_time_of_work(events, number, work, who, group) for work in task.work]
        times = [time for time, _ in works]
        if any(plan.groups[k].pressure is not None for k in task.groups):
            times = _under_pressure(times, start, end)
        for place, work in enumerate(task.work):
            made = works[place][1]
            # The last one ends with the task, so that rounding leaves no gap.
            last = place == len(task.work) - 1
            over = end if last else np.where(start == NEVER, NEVER, start + times[place])
            not_before = plan.activities[work.activity].not_before
            if not_before >= 0:
                over = np.maximum(over, drawn.ready[not_before][who])
            over = np.where(over > latest, end, over)
            officers = who[made].astype(np.int32)
            which = (np.full(len(officers), pair, np.int16) for pair in (number, work.activity))
            parts.append((*which, officers, start[made], over[made]))
            start = over
    task_of, activity_of, whose, starts, ends = map(np.concatenate, zip(*parts, strict=True))
    return task_of, activity_of, whose, starts, ends


def _time_of_work(
    events: Events, number: int, work: WorkPlan, who: Ints, group: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """Return how long work of a task took each at the usual pace of the group; who needed it."""
    plan, drawn = events.plan, events.drawn
    time = np.zeros(len(who), dtype=np.int64)
    for k in np.unique(group).tolist():
        rows = group == k
        paces = plan.groups[k].paces if k >= 0 else ()
        time[rows] = time_of(plan, drawn, (work,), paces)[who[rows]]
    made = np.ones(len(who), dtype=bool)
    for row, one in enumerate(alterations(plan)):
        if one.task != number or one.activity != work.activity:
            continue
        hit = events.log.altered[row][who] > 0
        made &= ~hit | (one.factor > 0)  # else it is left out
        for k in np.unique(group[hit]).tolist():
            rows = hit & (group == k)
            paces = plan.groups[k].paces if k >= 0 else ()
            changed = one.instead, one.factor
            time[rows] += extra_time(plan, drawn, work, changed, paces)[who[rows]]
    for other in work.unless:
        made &= ~needed(plan, drawn, plan.tasks[other])[who]
    return time, made


def _under_pressure(times: Sequence[Ints], start: Ints, end: Ints) -> list[Ints]:
    """Return times of works that fill their task, which went faster or slower as a whole."""
    usual = np.sum(times, axis=0)
    took = np.where(end == NEVER, usual, end - start)
    share = np.divide(took, usual, out=np.ones(len(usual)), where=usual > 0)
    return [np.round(time * share).astype(np.int64) for time in times]


def queues(events: Events) -> Iterator[pd.DataFrame]:
    """Yield queue lengths stop by stop, piece by piece: one row for each time of a change."""
    import pandas as pd

    plan, log = events.plan, events.log
    visits = visits_of(plan, events.drawn, log)
    for number, stop in enumerate(plan.stops):
        steps = [k for k, step in enumerate(plan.steps) if step.stop == number]
        queued, started, ended = (
            column[steps].ravel() for column in (log.queued, visits.started, log.left)
        )
        until = visits.waited_until[steps].ravel()
        ended = np.where(started == NEVER, NEVER, ended)
        times = np.concatenate([queued, until, started, ended])
        kind = np.repeat(np.arange(4, dtype=np.int8), len(queued))[times != NEVER]
        unique, index = np.unique(times[times != NEVER], return_inverse=True)
        waiting, serving = (
            np.cumsum(np.bincount(index, np.array(change)[kind], len(unique))).astype(np.int64)
            for change in ((1, -1, 0, 0), (0, 0, 1, -1))
        )
        for rows in _slices(len(unique)):
            time = minutes(unique[rows])
            yield pd.DataFrame(
                {
                    "variant": events.variant,
                    "replication": events.number,
                    "stop": stop.name,
                    "time_min": time,
                    "time": wall_clock(plan, time),
                    "waiting": waiting[rows],
                    "in_service": serving[rows],
                }
            )
