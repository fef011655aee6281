"""Event logs in OCEL 2.0 (JSON), which process mining with several kinds of objects reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bcpsim.exports.moments import ARRIVAL, DEPARTURE, Case, cases, name_of, where
from bcpsim.exports.xes import in_iso
from bcpsim.runs.events import Events

Record = dict[str, Any]

_ALWAYS = "1970-01-01T00:00:00Z"
"""Since when attributes of objects hold that don't change, as the standard says it."""

_ROLES = {"officer": "checks", "lane": "takes place in"}
"""Objects that an activity has besides its traveller, and how they take part."""


def as_ocel(events: Events) -> bytes:
    """Return the event log of a replication with travellers, officers and lanes as objects.

    Each activity that has ended is one event, at its end; when it was queued and started are
    attributes.
    """
    objects: dict[str, Record] = {}
    happened: list[Record] = []
    for case in cases(events):
        objects[f"traveller {case.name}"] = _traveller(case)
        for event in _of_case(case, objects):
            happened.append(event)
    happened.sort(key=lambda event: event["at"])
    numbered: list[Record] = [
        {"id": f"e{number}", **{key: value for key, value in event.items() if key != "at"}}
        for number, event in enumerate(happened, start=1)
    ]
    log = {
        "objectTypes": [
            _type(kind, [one for one in objects.values() if one["type"] == kind])
            for kind in ("traveller", *_ROLES)
        ],
        "eventTypes": [
            _type(name, [event for event in numbered if event["type"] == name])
            for name in dict.fromkeys(event["type"] for event in numbered)
        ],
        "objects": list(objects.values()),
        "events": numbered,
    }
    return json.dumps(log, ensure_ascii=False, separators=(",", ":")).encode()


def _traveller(case: Case) -> Record:
    attributes = [
        {"name": name, "time": _ALWAYS, "value": value} for name, value in case.about.items()
    ]
    return {
        "id": f"traveller {case.name}",
        "type": "traveller",
        "attributes": attributes,
        "relationships": [],
    }


def _of_case(case: Case, objects: dict[str, Record]) -> Iterator[Record]:
    """Yield the events of a traveller; officers and lanes that are new become objects."""
    for name, time in ((ARRIVAL, case.arrival), (DEPARTURE, case.departure)):
        if time is not None:
            yield _event(case, name, time, {}, {})
    for row in case.activities:
        if row["ended"] is None:
            continue
        there = where(row)
        there["lane"] = f"{there['stop']}: {there['lane']}"  # stops number their lanes alike
        for kind in _ROLES:
            if kind in there:
                identity = f"{kind} {there[kind]}"
                about = [
                    {"name": name, "time": _ALWAYS, "value": there[name]}
                    for name in ({"officer": "agency", "lane": "stop"}[kind],)
                    if name in there
                ]
                objects.setdefault(
                    identity,
                    {"id": identity, "type": kind, "attributes": about, "relationships": []},
                )
        times = {name: in_iso(row[name]) for name in ("queued", "started")}
        yield _event(case, name_of(row), row["ended"], {**times, "stop": there["stop"]}, there)


def _event(
    case: Case, name: str, time: Any, attributes: dict[str, str], there: dict[str, str]
) -> Record:
    partners = [{"objectId": f"traveller {case.name}", "qualifier": "is checked"}]
    partners += [
        {"objectId": f"{kind} {there[kind]}", "qualifier": role}
        for kind, role in _ROLES.items()
        if kind in there
    ]
    return {
        "at": time,
        "type": name,
        "time": in_iso(time),
        "attributes": [{"name": key, "value": value} for key, value in attributes.items()],
        "relationships": partners,
    }


def _type(name: str, own: list[Record]) -> Record:
    """Return a type of objects or events, with the attributes that any of them has."""
    kinds: dict[str, str] = {}
    for record in own:
        for attribute in record["attributes"]:
            kinds.setdefault(attribute["name"], _kind(attribute["name"], attribute["value"]))
    return {
        "name": name,
        "attributes": [{"name": key, "type": kind} for key, kind in kinds.items()],
    }


def _kind(name: str, value: str | int) -> str:
    if name in ("queued", "started"):
        return "time"
    return "integer" if isinstance(value, int) else "string"
