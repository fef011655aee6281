"""Event logs in XES (IEEE 1849-2016), which process mining reads: pm4py, ProM, Celonis, Disco."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from bcpsim.errors import visible
from bcpsim.exports.moments import Case, Moment, cases, moments
from bcpsim.runs.events import Events

_EXTENSIONS = {
    "concept": "Concept",
    "time": "Time",
    "lifecycle": "Lifecycle",
    "org": "Organizational",
}
"""Standard extensions by prefix; each is declared with the address that the standard gives it."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
)
_GLOBALS = (
    '<global scope="trace"><string key="concept:name" value=""/></global>\n'
    '<global scope="event"><string key="concept:name" value=""/>'
    '<date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>'
    '<string key="lifecycle:transition" value="complete"/></global>\n'
    '<classifier name="Activity" keys="concept:name"/>\n'
    '<classifier name="Activity and life cycle" keys="concept:name lifecycle:transition"/>\n'
)


def as_xes(events: Events) -> bytes:
    """Return the event log of a replication: a trace for each traveller.

    Each activity has up to three events: ``schedule`` as its traveller joined the queue, ``start``
    and ``complete``.
    """
    return "".join(_pieces(events)).encode()


def _pieces(events: Events) -> Iterator[str]:
    yield _HEAD
    for prefix, name in _EXTENSIONS.items():
        yield (
            f'<extension name="{name}" prefix="{prefix}" '
            f'uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        )
    yield _GLOBALS
    plan = events.plan
    yield _text("concept:name", f"{plan.name}/{events.variant}/{events.number}") + "\n"
    yield _text("lifecycle:model", "standard") + "\n"
    for case in cases(events):
        yield from _trace(case)
    yield "</log>\n"


def _trace(case: Case) -> Iterator[str]:
    yield "<trace>" + _text("concept:name", case.name)
    for name, value in case.about.items():
        if isinstance(value, int):
            yield f"<int key={quoteattr(visible(name))} value={quoteattr(str(value))}/>"
        else:
            yield _text(name, value)
    yield "\n"
    for moment in moments(case):
        yield f"<event>{''.join(_attributes(moment))}</event>\n"
    yield "</trace>\n"


def _attributes(moment: Moment) -> Iterator[str]:
    yield _text("concept:name", moment.activity)
    yield _text("concept:instance", str(moment.instance))
    yield _text("lifecycle:transition", moment.transition)
    yield f'<date key="time:timestamp" value="{in_iso(moment.time)}"/>'
    standard = {"officer": "org:resource", "agency": "org:group"}
    for name, value in moment.where.items():
        if moment.transition != "schedule" or name == "stop":  # who and which lane is open yet
            yield _text(standard.get(name, name), value)


def in_iso(time: datetime) -> str:
    """Return a time in ISO 8601 to the millisecond, with the offset of its zone."""
    return time.isoformat(timespec="milliseconds")


def _text(key: str, value: str) -> str:
    return f"<string key={quoteattr(visible(key))} value={quoteattr(visible(value))}/>"
