"""Who is inside at a time of a run: the start of another."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from bcpsim.arguments import checked
from bcpsim.engine import EventLog, visits_of
from bcpsim.errors import InputError
from bcpsim.files.fields import flow
from bcpsim.plan import Plan
from bcpsim.results import StoredResult
from bcpsim.runs.again import all_again
from bcpsim.runs.events import Events, Ints, names_of
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import NEVER, microseconds, minutes
from bcpsim.scenario.calendar import Calendar

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("replication", "class", "step", "waited", "occupants")
"""Columns of the table that aren't attributes."""


@checked(at=datetime)
def waiting_at(result: StoredResult, *, at: datetime, variant: str | None = None) -> pd.DataFrame:
    """Return who is inside at a time of each replication of a result, as the start of another run.

    The replications are simulated again, which gives the same to the bit. Who is being checked,
    or on the way between two stops, counts as waiting for that step: there the check begins anew.
    Who has been checked and waits in the lane for a place ahead waits for the step ahead.

    Parameters
    ----------
    result
        From `bcpsim.load_result`.
    at
        Local time, in the run.
    variant
        Name of a variant; None: the first of the result.

    Returns
    -------
    DataFrame
        One row for each: replication (int, from 0), class, step (text), waited (float, minutes
        since joining the queue), occupants (int), and one for each attribute that isn't the
        result of a check (text, or missing). Traffic of the pattern ``waiting_list`` reads it
        from a CSV file.

    Raises
    ------
    InputError
        If the time is outside the run, if groups get out of vehicles (who is out can't be told to
        another run), or if the result isn't what its scenario gives again.
    """
    import pandas as pd

    numbers = range(result.provenance["replications"])
    frames = [
        _standing(events, _time_in(events.plan, at))
        for events in all_again(result, variant or result.variants[0], numbers)
    ]
    return pd.concat(frames, ignore_index=True)


def _time_in(plan: Plan, at: datetime) -> int:
    """Return a local time in microseconds since the start.

    Raises
    ------
    InputError
        If it is outside the run, or nobody can be told to another run.
    """
    if plan.splits:
        raise InputError(
            f"{plan.name}: who gets out of a vehicle can't wait at the start of another run; take "
            "a scenario without split"
        )
    calendar = Calendar(plan.start, plan.time_zone)
    minute = calendar.elapsed(at)
    if not 0 <= minute <= plan.end:
        raise InputError(
            f"at: expected a time from {plan.start:%Y-%m-%dT%H:%M} to "
            f"{calendar.local(plan.end):%Y-%m-%dT%H:%M}, found {at:%Y-%m-%dT%H:%M}"
        )
    return microseconds(minute)


def _standing(events: Events, now: int) -> pd.DataFrame:
    """Return who is inside at a time of one replication."""
    import pandas as pd

    plan, travellers, log = events.plan, events.drawn, events.log
    step, since = _where(plan, travellers, log, now)
    who = np.flatnonzero(step >= 0)
    who = who[np.argsort(since[who], kind="stable")]
    own = [k for k, attribute in enumerate(plan.attributes) if attribute.result_of < 0]
    return pd.DataFrame(
        {
            "replication": events.number,
            "class": names_of([record.name for record in plan.classes], travellers.category[who]),
            "step": names_of([one.name for one in plan.steps], step[who]),
            "waited": minutes(now - since[who]),
            "occupants": travellers.occupants[who],
            **{
                plan.attributes[k].name: names_of(
                    plan.attributes[k].values, travellers.attributes[k][who]
                )
                for k in own
            },
        }
    )


def _where(plan: Plan, travellers: Travellers, log: EventLog, now: int) -> tuple[Ints, Ints]:
    """Return for which step each waits at a time, and since when; -1: not inside."""
    comes = log.arrival + travellers.held
    step = np.where((log.arrival != NEVER) & (comes <= now), travellers.entry, -1)
    since = np.full(len(step), now, dtype=np.int64)  # on the way
    visits = visits_of(plan, travellers, log)
    latest = np.full(len(step), NEVER, dtype=np.int64)
    for number in range(len(plan.steps)):
        queued, ended = log.queued[number], visits.ended[number]
        last = (queued != NEVER) & (queued <= now) & (queued >= latest)
        latest = np.where(last, queued, latest)
        done = last & (ended != NEVER) & (ended <= now)
        left = (log.left[number] != NEVER) & (log.left[number] <= now)
        step = np.where(last, number, step)
        since = np.where(last, queued, since)
        step = np.where(done, travellers.following[number], step)
        since = np.where(done, np.where(left, now, ended), since)
    gone = (log.departure != NEVER) & (log.departure <= now)
    return np.where(gone | (step < 0), -1, step), since


def as_traffic(frame: pd.DataFrame, file: str, replications: int) -> str:
    """Return the lines of a scenario that read who waits at its start, a source for each class.

    Parameters
    ----------
    frame, replications
        What `waiting_at` returned, and of how many.
    file
        Name of the table.
    """
    known = [name for name in frame.columns if name not in _COLUMNS]
    lines = ["traffic:"]
    for name in sorted(set(frame["class"])):
        rows = frame[frame["class"] == name]
        own = [attribute for attribute in known if rows[attribute].notna().any()]
        arrivals = {
            "pattern": "waiting_list",
            "file": file,
            "where": {"class": name},
            "replications": replications,
            "attributes": own,
        }
        lines += [
            f"  left_{name}:",
            f"    classes: {flow({name: 1})}",
            f"    arrivals: {flow(arrivals)}",
        ]
    return "\n".join(lines) + "\n" if len(lines) > 1 else "# nobody is inside then\n"
