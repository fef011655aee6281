"""The events of a replication as tidy tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, visits_of
from bcpsim.kpi import columns_of_travellers, times_of_travellers
from bcpsim.plan import Outcome, Plan
from bcpsim.results.shown import Shown
from bcpsim.sampling import Circumstances, Travellers
from bcpsim.sampling.ticks import NEVER, microseconds, minutes
from bcpsim.sampling.work import needed, time_of

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Events(Shown):
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
        """Return what it is, in a line."""
        return f"Events of {self.plan.name}, variant {self.variant}, replication {self.number}"

    @property
    def variant(self) -> str:
        """Name of the variant."""
        return self.plan.variant

    @cached_property
    def travellers(self) -> pd.DataFrame:
        """Travellers, one row each; columns as of `Result.travellers`."""
        import pandas as pd

        return pd.DataFrame(_traveller_columns(self))

    @cached_property
    def activities(self) -> pd.DataFrame:
        """Activities, one row each, in order of start; columns as of `Result.activities`."""
        import pandas as pd

        frames = [pd.DataFrame(columns) for columns in _activity_columns(self)]
        if not frames:
            return pd.DataFrame()
        frame = pd.concat(frames, ignore_index=True)
        order = np.lexsort((frame["traveller"], frame["started_min"]))
        return frame.take(order).reset_index(drop=True)

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Queue lengths, one row for each change; columns as of `Result.queues`."""
        import pandas as pd

        frames = [pd.DataFrame(columns) for columns in _queue_columns(self)]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables of the same columns as one; empty ones are left out."""
    import pandas as pd

    there = [frame for frame in frames if len(frame.columns)]
    return pd.concat(there, ignore_index=True) if there else pd.DataFrame()


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


def _cases(events: Events, who: NDArray[np.int64]) -> Any:
    """Return what tells a traveller from those of all variants and replications."""
    import pandas as pd

    prefix = f"{events.variant}/{events.number}/"
    return pd.array(np.char.add(prefix, who.astype(str)), dtype="str")


def names_of(values: Sequence[str], index: NDArray[np.int64]) -> Any:
    """Return names by index as a column of text; -1 is missing."""
    import pandas as pd

    names = pd.array([*values, None], dtype="str")
    return names.take(np.where(index < 0, len(values), index))


def _traveller_columns(events: Events) -> Record:
    import pandas as pd

    plan, travellers, log = events.plan, events.drawn, events.log
    times = times_of_travellers(plan, travellers, log)
    who = np.arange(len(travellers))
    gone = log.departure != NEVER
    arrival = minutes(log.arrival)
    in_groups: Record = {}
    if plan.splits:
        vehicle = travellers.vehicle
        in_groups["vehicle"] = pd.array(vehicle, dtype="Int64")
        in_groups["vehicle"][vehicle < 0] = pd.NA
    departure = minutes(log.departure)
    return {
        "case": _cases(events, who),
        "variant": events.variant,
        "replication": events.number,
        "traveller": who,
        **in_groups,
        "source": names_of([source.name for source in plan.sources], travellers.source),
        "class": names_of([record.name for record in plan.classes], travellers.category),
        "occupants": travellers.occupants,
        **{
            attribute.name: names_of(attribute.values, travellers.attributes[number])
            for number, attribute in enumerate(plan.attributes)
        },
        "arrival": wall_clock(plan, arrival),
        "departure": wall_clock(plan, departure),
        "arrival_min": arrival,
        "departure_min": departure,
        "outcome": names_of([outcome.name.lower() for outcome in Outcome], log.outcome),
        **{
            column: np.where(gone, times[measure], np.nan)
            for column, measure in columns_of_travellers(plan).items()
        },
    }


def _activity_columns(events: Events) -> Iterator[Record]:
    """Yield the columns of each activity of each task; an officer does them in sequence."""
    plan, travellers, log = events.plan, events.drawn, events.log
    lanes = [lane.name for lane in plan.lanes]
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
            times = {
                "queued": minutes(log.queued[task.step][who[made]]),
                "started": minutes(start[made]),
                "ended": minutes(over[made]),
            }
            yield {
                "case": _cases(events, who[made]),
                "variant": events.variant,
                "replication": events.number,
                "traveller": who[made],
                "class": names_of([c.name for c in plan.classes], travellers.category[who[made]]),
                "step": step.name,
                "stop": plan.stops[step.stop].name,
                "lane": names_of(lanes, log.lane[task.step][who[made]]),
                "activity": record.name,
                "officer": names_of([person.name for person in plan.officers], officer[made]),
                "agency": names_of(plan.agencies, agency_of[group[made]]),
                **{name: wall_clock(plan, time) for name, time in times.items()},
                **{f"{name}_min": time for name, time in times.items()},
            }
            start = over


def _queue_columns(events: Events) -> Iterator[Record]:
    """Yield the columns of each stop: one row for each time at which something changes."""
    plan, log = events.plan, events.log
    visits = visits_of(plan, events.drawn, log)
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
            "variant": events.variant,
            "replication": events.number,
            "stop": stop.name,
            "time_min": time,
            "time": wall_clock(plan, time),
            "waiting": np.cumsum(np.bincount(index, waiting[there], size)).astype(np.int64),
            "in_service": np.cumsum(np.bincount(index, serving[there], size)).astype(np.int64),
        }
