"""The crossing drawn: stops with lanes, waiting areas and officers, and who goes where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bcpsim.report.crossing import BACK, DETAINED, OUT, REFUSED, Crossing, Place, Way, amount
from bcpsim.report.layered import Layout, lay
from bcpsim.report.plots import COLOURS
from bcpsim.report.svg import broken, element, fitted, label, text_width, words

_WIDTH = 216.0  # of a stop
_GAP = 124.0  # between layers
_PAD = 10.0
_LINE = 15.0
_STRIP = 34.0  # where those who wait stand
_LANE = 11.0
_MOST_LANES = 10
"""Lanes that are drawn one by one."""
_MOST_PEOPLE = 6
_MARGIN = 24.0
_THICK = 16.0  # the way that most take
_THIN = 1.4
_PORT = 17.0
_SMALL, _TITLE = 11.0, 13.0
_LEAVING = {
    OUT: "→ leaves",
    BACK: "↩ back to the vehicle",
    REFUSED: "⊘ refused",
    DETAINED: "⊘ detained",
}

_MARK = "<!-- Drawn by bcpsim -->\n"

STYLE = """
.d-text,.d-title,.d-head,.d-dim,.d-halo{
font-family:Arial,Liberation Sans,DejaVu Sans,sans-serif;font-size:11px;fill:#1a1a1a}
.d-title{font-size:13px;font-weight:700}.d-head{font-size:16px;font-weight:700}.d-dim{fill:#555}
.d-halo{fill:#fff;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.d-paper{fill:#fff}.d-box{fill:#f7f7f5;stroke:#333;stroke-width:1.3}
.d-unused{fill:#fff;stroke:#999;stroke-dasharray:4 3}.d-lane{fill:#fff;stroke:#333}
.d-room{fill:url(#d-hatch);stroke:#333}.d-open{fill:none;stroke:#777;stroke-dasharray:3 2}
.d-hatch{stroke:#aaa;stroke-width:1}.d-rule{stroke:#ccc}.d-tip{fill:#333}
"""
"""Colours and fonts of a drawing, as it stands alone; names begin with ``d-``."""


HATCH = element(
    "pattern",
    element("path", d="M0 6 L6 0", class_="d-hatch"),
    id="d-hatch",
    width=6,
    height=6,
    patternUnits="userSpaceOnUse",
)
"""How waiting areas are filled."""


def drawing(crossings: Sequence[Crossing]) -> str:
    """Return a drawing of some ways of working as an SVG document, one below the other.

    Parameters
    ----------
    crossings
        What to draw; a stop that several have stands in the same place in each.

    Returns
    -------
    str
        The same for the same crossings; it stands alone, and names nothing outside itself.
    """
    sheet = _Sheet.of(crossings)
    inside = element("style", STYLE) + element("defs", HATCH)
    return _MARK + _picture(sheet, crossings, inside)


def drawings(crossings: Sequence[Crossing]) -> list[str]:
    """Return a drawing of each of some ways of working, for a page.

    The page has `STYLE` and `HATCH`. A stop that several have stands in the same place in each.
    """
    sheet = _Sheet.of(crossings)
    return [_picture(sheet, [one], "") for one in crossings]


def _picture(sheet: _Sheet, crossings: Sequence[Crossing], inside: str) -> str:
    parts, y = [], _MARGIN
    for one in crossings:
        panel, height = sheet.panel(one, y)
        parts.append(panel)
        y += height + _MARGIN
    legend, height = _legend(crossings, y, sheet.width)
    parts.append(legend)
    width, total = sheet.width + 2 * _MARGIN, y + height + _MARGIN
    title = "; ".join(one.title for one in crossings)
    return element(
        "svg",
        element("title", words(f"Drawing of the crossing: {title}"))
        + element("desc", words(in_words(crossings)))
        + inside
        + element("rect", width=width, height=total, class_="d-paper")
        + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {total:g}",
        width=width,
        height=total,
        role="img",
    )


def is_drawing(path: Path) -> bool:
    """Return whether a file is a drawing, which another may replace."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MARK)) == _MARK.encode()
    except OSError:
        return False


def in_words(crossings: Iterable[Crossing]) -> str:
    """Return in words what is drawn, for those who don't see it."""
    sentences = []
    for one in crossings:
        titles = {place.key: place.title for place in one.places}
        sentences.append(f"{one.title}, expected {one.counted} in {one.span}.")
        sentences += [
            f"From {titles[way.origin]} to {titles[way.target]}: {_way_words(way)}."
            for way in one.ways
        ]
        sentences += [
            f"At {place.title}: {_leaving_words(leaving.how, leaving.count, leaving.time)}."
            for place in one.places
            for leaving in place.leaving
        ]
    return " ".join(sentences)


def _way_words(way: Way) -> str:
    return " · ".join(filter(None, [amount(way.count), way.time]))


def _leaving_words(how: str, count: float, time: str) -> str:
    return f"{_LEAVING.get(how, how)} {amount(count)}" + (f" ({time})" if time else "")


@dataclass(frozen=True)
class _Sheet:
    """The places that all crossings share."""

    layout: Layout
    sizes: Mapping[str, tuple[float, float]]
    thick: Mapping[tuple[str, str], float]
    most: float

    @classmethod
    def of(cls, crossings: Sequence[Crossing]) -> _Sheet:
        most = max((way.count for one in crossings for way in one.ways), default=1.0)
        sizes: dict[str, tuple[float, float]] = {}
        ways: dict[tuple[str, str], float] = {}
        for one in crossings:
            for place in one.places:
                height = _height(place, one, most)
                known = sizes.get(place.key, (_WIDTH, 0.0))[1]
                sizes[place.key] = (_WIDTH, max(height, known))
            for way in one.ways:
                thick = _thickness(way.count, most)
                ways[way.origin, way.target] = max(ways.get((way.origin, way.target), 0.0), thick)
        return cls(lay(sizes, ways, gap=_GAP), sizes, ways, most)

    @cached_property
    def width(self) -> float:
        return self.layout.width

    @cached_property
    def ports(self) -> dict[tuple[str, str], tuple[float, float]]:
        """How far above or below the middle of its boxes each way begins and ends."""
        height = {key: y for key, (_, y) in self.layout.boxes.items()}
        starts: dict[str, list[tuple[float, tuple[str, str]]]] = {}
        ends: dict[str, list[tuple[float, tuple[str, str]]]] = {}
        for (a, b), crossed in self.layout.ways.items():
            first = crossed[0][2] if crossed else height[b]
            last = crossed[-1][2] if crossed else height[a]
            starts.setdefault(a, []).append((first, (a, b)))
            ends.setdefault(b, []).append((last, (a, b)))
        for a, b in self.layout.back:  # below all others
            starts.setdefault(a, []).append((1e9, (a, b)))
            ends.setdefault(b, []).append((1e9, (a, b)))
        out, into = (
            {way: port for own in side.values() for way, port in _spread(own, self.thick).items()}
            for side in (starts, ends)
        )
        return {way: (out[way], into[way]) for way in out}

    def panel(self, crossing: Crossing, top: float) -> tuple[str, float]:
        """Return a way of working, and how high it is."""
        head = label(_MARGIN, top + 12, crossing.title, "d-head")
        head += label(
            _MARGIN,
            top + 30,
            f"Expected {crossing.counted} in {crossing.span}, with the mean time of the move",
            "d-dim",
        )
        y = top + 44
        parts, lowest = [], self.layout.height
        present = {way: number for number, way in enumerate(self.layout.back)}
        for way in sorted(crossing.ways, key=lambda way: -way.count):
            key = (way.origin, way.target)
            if key in present:
                channel = self.layout.height + 18 + 20 * present[key]
                lowest = max(lowest, channel + 6)
                parts.append(self._back(way, y, channel, present[key]))
            else:
                parts.append(self._forward(way, y))
        boxes = "".join(self._box(place, crossing, y) for place in crossing.places)
        labels = "".join(self._label(way, y) for way in crossing.ways)
        return head + "".join(parts) + boxes + labels, 44 + lowest

    def _ends(self, way: Way, top: float) -> tuple[float, float, float, float]:
        key = (way.origin, way.target)
        (x1, y1), (x2, y2) = (self.layout.boxes[name] for name in key)
        out, into = self.ports[key]
        return _MARGIN + x1 + _WIDTH, top + y1 + out, _MARGIN + x2, top + y2 + into

    def _forward(self, way: Way, top: float) -> str:
        x1, y1, x2, y2 = self._ends(way, top)
        stretches = [
            (_MARGIN + left, _MARGIN + right, top + y)
            for left, right, y in self.layout.ways[way.origin, way.target]
        ]
        tip = x2 - 8

        def path(shift: float) -> str:
            d, x, y = f"M{x1:.1f} {y1 + shift:.1f}", x1, y1
            for left, right, level in [*stretches, (tip, tip, y2)]:
                bend = (left - x) / 2
                d += (
                    f" C{x + bend:.1f} {y + shift:.1f} {left - bend:.1f} {level + shift:.1f}"
                    f" {left:.1f} {level + shift:.1f}"
                )
                if right > left:
                    d += f" H{right:.1f}"
                x, y = right, level
            return d

        return self._strokes(way, path) + _tip(x2, y2)

    def _back(self, way: Way, top: float, channel: float, number: int) -> str:
        x1, y1, x2, y2 = self._ends(way, top)
        right, left, low = x1 + 14 + 7 * number, x2 - 18 - 7 * number, top + channel

        def path(shift: float) -> str:
            return (
                f"M{x1:.1f} {y1 + shift:.1f} L{right + shift:.1f} {y1 + shift:.1f} "
                f"L{right + shift:.1f} {low + shift:.1f} L{left - shift:.1f} {low + shift:.1f} "
                f"L{left - shift:.1f} {y2 + shift:.1f} L{x2 - 8:.1f} {y2 + shift:.1f}"
            )

        return self._strokes(way, path) + _tip(x2, y2)

    def _strokes(self, way: Way, path: object) -> str:
        """Return the lines of a way, one for each class beside the other."""
        assert callable(path)
        total, parts = _thickness(way.count, self.most), []
        y = -total / 2
        for category, count in way.counts:
            thick = total * count / way.count
            parts.append(
                element(
                    "path",
                    d=path(y + thick / 2),
                    fill="none",
                    stroke=_colour(category),
                    stroke_width=f"{max(thick, 0.6):.2f}",
                    stroke_dasharray="5 4" if way.members else None,
                    stroke_linejoin="round",
                )
            )
            y += thick
        return "".join(parts)

    def _label(self, way: Way, top: float) -> str:
        x1, y1, x2, y2 = self._ends(way, top)
        text = _way_words(way)
        if (way.origin, way.target) in self.layout.back:
            number = self.layout.back.index((way.origin, way.target))
            middle = top + self.layout.height + 18 + 20 * number
            return label(x1 - 10, middle - 4, text, "d-text", anchor="end", halo="d-halo")
        above = _thickness(way.count, self.most) / 2
        if sum(target == way.target for _, target in self.thick) == 1:
            crossed = self.layout.ways[way.origin, way.target]
            from_above = (top + crossed[-1][2] if crossed else y1) < y2 - _LINE
            y = y2 + above + 11 if from_above else y2 - above - 3
            return label(x2 - 12, y, text, "d-text", anchor="end", halo="d-halo")
        return label(x1 + 5, y1 - above - 3, text, "d-text", halo="d-halo")

    def _box(self, place: Place, crossing: Crossing, top: float) -> str:
        x, middle = self.layout.boxes[place.key]
        x, height = x + _MARGIN, self.sizes[place.key][1]
        y = top + middle - height / 2
        shape = "d-box" if place.visited else "d-unused"
        parts = [
            element("title", words(place.title)),
            element("rect", x=x, y=y, width=_WIDTH, height=height, rx=5, class_=shape),
        ]
        line = y + 18
        for text in _title(place):
            parts.append(label(x + _PAD, line, text, "d-title"))
            line += _LINE
        line -= 4
        if place.lanes:
            inside, depth = _lanes(place, x + _PAD, line)
            parts.append(inside)
            line += depth + 14
        else:
            line += 12
        for class_, text in _lines(place, crossing):
            parts.append(label(x + _PAD, line, text, class_))
            line += _LINE
        return element("g", "".join(parts))


def _spread(
    ways: list[tuple[float, tuple[str, str]]], thick: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Return where ways meet the side of a box, in the order of where they lead.

    Each has room for its words above it.
    """
    ordered = [way for _, way in sorted(ways)]
    total = sum(_PORT + thick[way] for way in ordered)
    found, y = {}, -(total + _PORT) / 2 + _PORT / 2
    for way in ordered:
        y += _PORT + thick[way]
        found[way] = y - thick[way] / 2
    return {way: place - _PORT / 4 for way, place in found.items()}


def _tip(x: float, y: float) -> str:
    return element("path", d=f"M{x:.1f} {y:.1f} l-9 -6 v12 z", class_="d-tip")


def _thickness(count: float, most: float) -> float:
    return max(_THIN, _THICK * count / most)


def _colour(category: int) -> str:
    return COLOURS[category % len(COLOURS)]


def _title(place: Place) -> list[str]:
    return broken(place.title, _TITLE * 1.06, _WIDTH - 2 * _PAD, 2)


def _height(place: Place, crossing: Crossing, most: float) -> float:
    """Return how high a box must be for what is in it, and for the ways that begin and end."""
    text = 14 + _LINE * len(_title(place)) + 12 + _LINE * len(_lines(place, crossing))
    text += _lanes_depth(place) + 2 if place.lanes else 0
    sides = (
        [way for way in crossing.ways if way.origin == place.key],
        [way for way in crossing.ways if way.target == place.key],
    )
    ports = (sum(_PORT + _thickness(way.count, most) for way in side) for side in sides)
    return max(text, max(ports) + _PORT)


def _lanes_depth(place: Place) -> float:
    return max(_LINE * len(place.lanes), _LINE + 3)


def _lanes(place: Place, x: float, y: float) -> tuple[str, float]:
    """Return where those who wait stand, and the lanes, with their height."""
    depth = _lanes_depth(place)
    parts = []
    if place.room is None:
        parts.append(element("rect", x=x, y=y, width=_STRIP, height=depth, class_="d-open"))
    else:
        parts.append(element("rect", x=x, y=y, width=_STRIP, height=depth, class_="d-room"))
        middle = x + _STRIP / 2, y + depth / 2 + 4
        parts.append(label(*middle, f"{place.room:,}", "d-text", anchor="middle", halo="d-halo"))
    row = y
    start = x + _STRIP + 6
    for lanes in place.lanes:
        if lanes.count <= _MOST_LANES:
            for k in range(lanes.count):
                parts.append(
                    element(
                        "rect",
                        x=start + (_LANE + 2) * k,
                        y=row + 2,
                        width=_LANE,
                        height=_LANE,
                        class_="d-lane",
                    )
                )
            end = start + (_LANE + 2) * lanes.count
        else:
            parts.append(
                element("rect", x=start, y=row + 2, width=44, height=_LANE + 1, class_="d-lane")
            )
            parts.append(
                label(start + 22, row + 11.5, f"× {lanes.count:,}", "d-text", anchor="middle")
            )
            end = start + 46
        text = ", ".join(filter(None, [lanes.name, lanes.note]))
        if text:
            room = x + _WIDTH - 2 * _PAD - end - 4
            parts.append(label(end + 4, row + 11.5, fitted(text, _SMALL, room), "d-dim"))
        row += _LINE
    return "".join(parts), depth


def _lines(place: Place, crossing: Crossing) -> list[tuple[str, str]]:
    """Return the lines of text of a box below its lanes, each with its style."""
    room = _WIDTH - 2 * _PAD
    lines: list[tuple[str, str]] = []
    if place.area:
        lines += [("d-dim", text) for text in broken(f"Waits in: {place.area}", _SMALL, room, 2)]
    if place.work:
        work = ", ".join(place.work)
        lines += [("d-dim", text) for text in broken(work, _SMALL, room, 3)]
    shown = place.people[:_MOST_PEOPLE]
    for person in shown:
        lines += [("d-text", text) for text in broken(person, _SMALL, room, 3)]
    if len(place.people) > len(shown):
        lines.append(("d-dim", f"and {len(place.people) - len(shown)} more"))
    lines += [
        ("d-text", text)
        for leaving in place.leaving
        for text in broken(
            _leaving_words(leaving.how, leaving.count, leaving.time), _SMALL, room, 2
        )
    ]
    if place.again > 0:
        lines.append(("d-text", f"↻ again here {amount(place.again)}"))
    if not place.visited and place.key:
        lines.append(("d-dim", f"none of the {crossing.counted} come here"))
    return lines


def _legend(crossings: Sequence[Crossing], top: float, width: float) -> tuple[str, float]:
    """Return what the signs mean, and how high that is."""
    used: dict[tuple[int, str], None] = {}
    for one in crossings:
        for way in one.ways:
            for category, _ in way.counts:
                used[category, one.classes[category]] = None
    items = [(_colour(category), title) for category, title in sorted(used)]
    parts = [element("path", d=f"M{_MARGIN:g} {top:.1f} H{_MARGIN + width:.1f}", class_="d-rule")]
    x, y = _MARGIN, top + 20
    for colour, title in items:
        text = fitted(title, _SMALL, 200)
        long = text_width(text, _SMALL) + 42
        if x > _MARGIN and x + long > _MARGIN + width:
            x, y = _MARGIN, y + 18
        parts.append(element("rect", x=x, y=y - 8, width=18.0, height=8.0, fill=colour))
        parts.append(label(x + 23, y, text, "d-text"))
        x += long
    notes = [
        "Width of a way: how many take it, by class."
        + (
            " Dashed: on foot, out of a vehicle."
            if any(w.members for c in crossings for w in c.ways)
            else ""
        ),
        "In a box: left where they wait (hatched: room for so many; dashed: without a limit), "
        "right the lanes; below what is done, and who is on duty, the least to the most.",
    ]
    for note in notes:
        for text in broken(note, _SMALL, width, 4):
            y += 18
            parts.append(label(_MARGIN, y, text, "d-dim"))
    return "".join(parts), y - top + 4
