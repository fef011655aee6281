"""What happened to whom, moment by moment, as process mining takes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bcpsim.errors import visible
from bcpsim.runs.events import Events

if TYPE_CHECKING:
    import pandas as pd

ARRIVAL, DEPARTURE = "arrival", "departure"
"""What the first and the last moment of a case are called."""

_LIFE = (("queued", "schedule"), ("started", "start"), ("ended", "complete"))
"""Columns of activities, and what each is in the standard life cycle, in order."""


@dataclass(frozen=True, slots=True)
class Case:
    """A traveller: what is known of it, and its activities in order of start.

    Attributes
    ----------
    name
        Tells it from those of all variants and replications.
    about
        Class, occupants, source, outcome and attributes, by name.
    arrival, departure
        Local times; None: it never came, or is still inside.
    activities
        Rows of `Result.activities`, by column.
    """

    name: str
    about: dict[str, str | int]
    arrival: datetime | None
    departure: datetime | None
    activities: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to a case.

    Attributes
    ----------
    activity
        ``step: activity``, or that it arrived or left.
    transition
        Of the life cycle: schedule (it joined the queue), start or complete.
    time
        Local time.
    instance
        The same for all moments of one activity of a case.
    where
        Officer, agency, stop and lane, where there is one.
    """

    activity: str
    transition: str
    time: datetime
    instance: int
    where: dict[str, str]


def cases(events: Events) -> Iterator[Case]:
    """Yield the travellers of a replication in the order of their numbers."""
    done: dict[int, list[dict[str, Any]]] = {}
    for row in _rows(events.activities):
        done.setdefault(row["traveller"], []).append(row)
    attributes = [attribute.name for attribute in events.plan.attributes]
    for row in _rows(events.travellers):
        named = ["class", "source", "occupants", "outcome", *attributes]
        yield Case(
            row["case"],
            {name: _plain(row[name]) for name in named if row[name] is not None},
            row["arrival"],
            row["departure"],
            tuple(done.get(row["traveller"], ())),
        )


def moments(case: Case) -> Iterator[Moment]:
    """Yield what happened to a case in order of time; at one time earlier activities first."""
    if case.arrival is not None:
        yield Moment(ARRIVAL, "complete", case.arrival, 0, {})
    found = [
        (time, number, place, transition, row)
        for number, row in enumerate(case.activities, start=1)
        for place, (column, transition) in enumerate(_LIFE)
        if (time := row[column]) is not None
    ]
    for time, number, _, transition, row in sorted(found, key=lambda one: one[:3]):
        yield Moment(name_of(row), transition, time, number, where(row))
    if case.departure is not None:
        yield Moment(DEPARTURE, "complete", case.departure, len(case.activities) + 1, {})


def name_of(row: dict[str, Any]) -> str:
    """Return what an activity is called: with its step, since a step names the place."""
    return visible(f"{row['step']}: {row['activity']}")


def where(row: dict[str, Any]) -> dict[str, str]:
    """Return officer, agency, stop and lane of an activity, without what there isn't."""
    names = ("officer", "agency", "stop", "lane")
    return {name: visible(row[name]) for name in names if row[name] is not None}


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows by column; what is missing is None."""
    columns = [
        [None if gone else value for value, gone in zip(column, column.isna(), strict=True)]
        for _, column in frame.items()
    ]
    names = list(map(str, frame.columns))
    for cells in zip(*columns, strict=True):
        yield dict(zip(names, cells, strict=True))


def _plain(value: Any) -> str | int:
    return visible(value) if isinstance(value, str) else int(value)
