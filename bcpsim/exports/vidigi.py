"""Event logs as vidigi animates them (https://github.com/hsma-tools/vidigi)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bcpsim.engine import visits_of
from bcpsim.results import frame_csv
from bcpsim.runs.events import Events
from bcpsim.sampling.ticks import FAR, NEVER, minutes

Ints = NDArray[np.int64]

_COLUMNS = ("entity_id", "pathway", "event_type", "event", "time", "resource_id", "run_number")


def as_vidigi(events: Events) -> bytes:
    """Return the visits of a replication as CSV: minutes, a row for each event.

    The pathway is the class, and the resource the lane of a stop, numbered from 1. Of an event
    such as ``booth: queue`` the first part is the stop.
    """
    plan, log = events.plan, events.log
    visits = visits_of(plan, events.drawn, log)
    first = {number: lane for stop in plan.stops for lane, number in enumerate(stop.lanes, start=1)}
    lanes = np.array([first[k] for k in range(len(plan.lanes))], dtype=np.int64)
    parts = [
        _rows(log.arrival, np.full_like(log.arrival, -FAR), 0, "arrival_departure", "arrival"),
        _rows(log.departure, np.full_like(log.arrival, FAR), 0, "arrival_departure", "depart"),
    ]
    for number, step in enumerate(plan.steps):
        stop = plan.stops[step.stop].name
        queued, begun = log.queued[number], log.lane[number] >= 0
        lane = np.where(begun, lanes[np.maximum(log.lane[number], 0)], 0)
        started = np.where(begun, visits.started[number], NEVER)
        left = np.where(begun, log.left[number], NEVER)
        parts += [
            _rows(queued, queued, 1, "queue", f"{stop}: queue"),
            _rows(started, queued, 2, "resource_use", f"{stop}: check", lane),
            _rows(left, queued, 3, "resource_use_end", f"{stop}: end", lane),
        ]
    table = pd.concat(parts, ignore_index=True).sort_values(
        ["entity_id", "ticks", "visit", "place"], kind="stable"
    )
    table["time"] = minutes(table["ticks"].to_numpy())
    names = np.array([one.name for one in plan.classes])
    table["pathway"] = names[events.drawn.category[table["entity_id"].to_numpy()]]
    table["run_number"] = events.number
    return frame_csv(table[list(_COLUMNS)]).encode()


def _rows(
    times: Ints, visit: Ints, place: int, kind: str, event: str, lane: Ints | None = None
) -> pd.DataFrame:
    """Return a row for each traveller to whom it happened.

    At one time the earlier visit comes first, and then the smaller place.
    """
    who = np.flatnonzero(times != NEVER)
    return pd.DataFrame(
        {
            "entity_id": who,
            "ticks": times[who],
            "visit": visit[who],
            "place": place,
            "event_type": kind,
            "event": event,
            "resource_id": pd.array(
                [pd.NA] * len(who) if lane is None else lane[who], dtype="Int64"
            ),
        }
    )
