"""A replay: one replication, seen as it happens, in one or more ways of working in step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

import numpy as np

from bcpsim.errors import InputError, visible
from bcpsim.report.document import Document, Heading, Part, Player
from bcpsim.report.plots import COLOURS
from bcpsim.report.recording import Recording
from bcpsim.report.stage import stages
from bcpsim.report.svg import element, words
from bcpsim.report.told import Told
from bcpsim.results import StoredResult
from bcpsim.runs.again import simulated_again

_SCRIPTS = ("data", "scene", "paint", "story", "player")
"""Modules of the player, in the order in which they are put together."""

_SPEEDS = {10: "10 seconds", 60: "1 minute", 300: "5 minutes", 900: "15 minutes", 3600: "1 hour"}
"""What a second of the reader shows, in seconds of the replay."""
_SPEED = 300
_MOST_WAYS = 6
_SHOWN = 2
"""Ways of working that are shown at first."""

_MOMENTS = 240
_HIGH = 40.0


def with_replay(document: Document, told: Told, result: StoredResult, number: int) -> Document:
    """Return a report with a replay of one of its replications.

    The replication is simulated again from the scenarios in the result.

    Parameters
    ----------
    document, told, result
        The report, what it was made from, and the result that this was read from.
    number
        Of the replication, from 0.

    Raises
    ------
    InputError
        As `simulated_again`; if there are too many ways of working, or the replay would be too
        large.
    """
    if len(told.ways) > _MOST_WAYS:
        raise InputError(
            f"{result.folder}: a replay shows at most {_MOST_WAYS} ways of working, found "
            f"{len(told.ways)}; compare fewer of them"
        )
    recordings = [Recording(simulated_again(result, way.name, number)) for way in told.ways]
    names = [visible(way.name) for way in told.ways] if len(told.ways) > 1 else [""]
    count = result.provenance["replications"]
    player = Player(
        "Replay",
        f"One replication of {count} (number {number}): a run as it may go, not the average. "
        "Who stands next to the lanes is called next. Lanes that are opened by need, and officers "
        "of a pool on their way, are shown as far as the event log tells.",
        _body(recordings, names),
        script(),
    )
    return Document(
        document.title, (*_before(document), Heading("Replay"), player, *_after(document))
    )


def script() -> str:
    """Return the program of the player."""
    folder = files("bcpsim.report").joinpath("player")
    return "\n".join(folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)


_NEXT = "How far to trust it"
"""The section before which a replay stands."""


def _place(document: Document) -> int:
    places = (
        k
        for k, part in enumerate(document.parts)
        if isinstance(part, Heading) and part.text == _NEXT
    )
    return next(places, len(document.parts))


def _before(document: Document) -> tuple[Part, ...]:
    return document.parts[: _place(document)]


def _after(document: Document) -> tuple[Part, ...]:
    return document.parts[_place(document) :]


def _body(recordings: Sequence[Recording], names: Sequence[str]) -> str:
    end = max(one.end for one in recordings)
    moments = np.linspace(0, end, _MOMENTS).astype(np.int64)
    inside = [one.inside(moments) for one in recordings]
    busiest = int(moments[int(np.argmax(np.max(inside, axis=0)))])
    inner = element("noscript", element("p", "The replay needs a browser that runs its script."))
    inner += _controls(names, end)
    inner += _day(recordings, inside, end)
    inner += element("p", "", class_="r-now", data_part="now", aria_live="polite")
    inner += _legend(recordings[0])
    for k, (recording, name, stage) in enumerate(
        zip(recordings, names, stages(recordings), strict=True)
    ):
        inner += _way(recording, name, k, *stage)
    return element("div", inner, class_="replay", data_busiest=busiest, data_colours=_json(COLOURS))


def _json(texts: Sequence[str]) -> str:
    return "[" + ",".join(f'"{text}"' for text in texts) + "]"


def _controls(names: Sequence[str], end: int) -> str:
    def named(title: str, inside: str) -> str:
        return element("label", words(title) + inside)

    speeds = "".join(
        element("option", title, value=value, selected="selected" if value == _SPEED else None)
        for value, title in _SPEEDS.items()
    )
    parts = [
        element("button", "Play", type="button", data_part="play"),
        named("Local time", '<input type="datetime-local" step="1" data-part="time">'),
        named("A second shows", element("select", speeds, data_part="speed")),
        element("button", "Busiest time", type="button", data_part="busiest"),
        named("Follow number", '<input type="number" min="0" step="1" data-part="follow">'),
    ]
    if len(names) > 1:
        boxes = "".join(
            element(
                "label",
                f'<input type="checkbox" data-way="{k}"{" checked" * (k < _SHOWN)}>'
                + element("span", words(name)),
            )
            for k, name in enumerate(names)
        )
        parts.append(element("fieldset", element("legend", "Shown") + boxes))
    return element("div", "".join(parts), class_="r-controls")


def _day(recordings: Sequence[Recording], inside: Sequence[np.ndarray], end: int) -> str:
    """Return how many are inside over the whole time, above the slider, with disturbances."""
    most = max(int(np.max(counts)) for counts in inside) or 1
    parts = []
    for start, over in _spells(recordings):
        x, wide = 1000 * start / end, max(1000 * (over - start) / end, 1.0)
        parts.append(element("rect", x=x, y=0, width=wide, height=44, class_="r-spell"))
    for k, counts in enumerate(inside):
        points = " ".join(
            f"L{1000 * i / (_MOMENTS - 1):.0f} {44 - _HIGH * count / most:.1f}"
            for i, count in enumerate(counts.tolist())
        )
        parts.append(
            element(
                "path",
                d=f"M0 44 {points} L1000 44 Z",
                class_="r-day",
                fill="none" if k else None,
                stroke_dasharray="5 3" if k else None,
            )
        )
    title = f"Number of {recordings[0].plan.counted} inside over time, {most} at the most"
    svg = element(
        "svg",
        element("title", words(title)) + "".join(parts),
        viewBox="0 0 1000 44",
        preserveAspectRatio="none",
        role="img",
    )
    slider = element(
        "input",
        type="range",
        min=0,
        max=end,
        step=60,
        value=0,
        data_part="slider",
        aria_label="Time",
    ).removesuffix("</input>")
    return element("div", svg + slider, class_="r-when")


def _spells(recordings: Sequence[Recording]) -> Iterator[tuple[float, float]]:
    """Yield when disturbances are in force in any way of working, in seconds."""
    seen = {
        (60 * start, 60 * end)
        for one in recordings
        for windows in one.events.circumstances.disturbed
        for start, end in windows
    }
    yield from sorted(seen)


def _legend(recording: Recording) -> str:
    plan = recording.plan
    used = sorted(set(recording.events.drawn.category.tolist()))
    sign = '<svg width="10" height="10" aria-hidden="true">{}</svg> '
    square = sign.format('<rect width="10" height="10" fill="{}"/>')
    dot = sign.format('<circle cx="5" cy="5" r="4" fill="{}" stroke="#777"/>')
    items = [
        square.format(COLOURS[number % len(COLOURS)]) + words(plan.classes[number].title)
        for number in used
    ]
    items += [dot.format("#F0E442") + "officer", dot.format("none") + "officer on a break"]
    return element("ul", "".join(element("li", item) for item in items), class_="r-legend")


def _way(recording: Recording, name: str, number: int, svg: str, stage: dict[str, object]) -> str:
    """Return what is shown of one way of working."""
    inner = element("h3", words(name)) if name else ""
    inner += element("p", "", class_="r-events", data_part="events")
    drawn = svg + element("canvas", "", aria_hidden="true")
    inner += element(
        "figure",
        element(
            "div",
            element("div", drawn, class_="r-stage"),
            class_="drawn",
            tabindex=0,
            role="region",
            aria_label=f"The crossing at this time{f', {name}' if name else ''}",
        ),
    )
    inner += element(
        "div",
        element("h4", "", data_part="whose") + element("ol", "", class_="r-story"),
        class_="r-whose",
        aria_live="polite",
    )
    inner += element("details", element("summary", "The numbers") + _numbers(recording))
    inner += element("script", recording.content(stage), type="text/plain", class_="r-data")
    hidden = {"hidden": "hidden"} if number >= _SHOWN else {}
    return element(
        "section", inner, class_="r-way", data_way=number, data_name=name or None, **hidden
    )


def _numbers(recording: Recording) -> str:
    """Return the tables that the player fills: stops, and officers on duty."""
    plan = recording.plan
    heads = ("Stop", "Waiting", "In lanes", "Lanes open", "Officers at work")
    rows = [
        element("th", words(stop.title), scope="row") + '<td class="n"></td>' * (len(heads) - 1)
        for stop in plan.stops
    ]
    stops = _table("At this time", heads, [(f"data-row={k}", row) for k, row in enumerate(rows)])
    people = [
        (
            f"data-group={k}",
            element("th", words(group.title), scope="row") + '<td class="n"></td>',
        )
        for k, group in enumerate(plan.groups)
    ]
    return stops + (_table("Officers", ("Group", "On duty"), people) if people else "")


def _table(title: str, heads: Sequence[str], rows: Sequence[tuple[str, str]]) -> str:
    head = "".join(element("th", words(text), scope="col") for text in heads)
    body = "".join(f"<tr {mark}>{row}</tr>" for mark, row in rows)
    return element(
        "table",
        element("caption", words(title))
        + element("thead", element("tr", head))
        + element("tbody", body),
    )
