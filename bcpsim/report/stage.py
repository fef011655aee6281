"""The stage of a replay: where stops, queues, lanes and ways are, as a picture and in numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bcpsim.plan import Plan
from bcpsim.report.layered import Layout, lay
from bcpsim.report.recording import Recording
from bcpsim.report.svg import broken, element, label

_WIDTH, _PAD, _GAP, _MARGIN = 232.0, 10.0, 64.0, 14.0
_QUEUE, _LANES = 128.0, 72.0  # widths of where they wait and of the lanes
_TALLEST = 170.0  # of a queue
_LEAST = 34.0
_PLACES = (9, 8, 7, 6, 5, 4, 3, 2)
_CELLS = (14, 12, 10, 8, 6, 5, 4, 3, 2)
"""Distances of those who wait, and of lanes: the largest at which all have room."""
_STAFF = 20.0
_ARRIVAL = (104.0, 78.0)
_PORT = 16.0
_CHANNEL = 18.0
_STEPS = 10  # points of a curve

Key = str
Point = tuple[float, float]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Box:
    """How a stop is drawn, alike in all ways of working.

    Attributes
    ----------
    title
        Its lines.
    place, cell
        Distance of those who wait, and of lanes.
    inner
        Height of where they wait, and of the lanes.
    wide
        How many cells a lane is wide: one more for an officer, two for several.
    limited
        Whether its waiting area has a number of places.
    """

    title: tuple[str, ...]
    place: int
    cell: int
    inner: float
    wide: int
    limited: bool

    @property
    def height(self) -> float:
        """Height of the whole box."""
        return self.head + self.inner + 8 + (_STAFF if self.wide > 1 else 4)

    @property
    def head(self) -> float:
        """Height of the title and the counts."""
        return 24.0 + 15.0 * len(self.title) + 14.0 * self.limited


def stages(recordings: Sequence[Recording]) -> list[tuple[str, Record]]:
    """Return for each way of working a picture (SVG), and in numbers where everything stands.

    A stop that several ways of working have stands in the same place in each.
    """
    boxes = _boxes(recordings)
    ways: dict[tuple[Key, Key], float] = {}
    for recording in recordings:
        names = ["", *(stop.name for stop in recording.plan.stops)]
        ways |= {(names[a + 1], names[b + 1]): 2.0 for a, b in sorted(recording.moves)}
    sizes = {"": _ARRIVAL, **{key: (_WIDTH, box.height) for key, box in boxes.items()}}
    layout = lay(sizes, ways, gap=_GAP)
    return [_Stage(boxes, sizes, layout, recording).drawn() for recording in recordings]


def _boxes(recordings: Sequence[Recording]) -> dict[Key, _Box]:
    """Return the boxes of all stops, each with room for whoever is there in any recording."""
    found: dict[Key, _Box] = {}
    for recording in recordings:
        plan = recording.plan
        for stop in plan.stops:
            if stop.name in found:
                continue
            having = [
                (one, number)
                for one in recordings
                for number, other in enumerate(one.plan.stops)
                if other.name == stop.name
            ]
            waiting = max(one.most_waiting(number) for one, number in having)
            lanes = max(len(one.plan.stops[number].lanes) for one, number in having)
            wide = max(_cells(one.plan, number) for one, number in having)
            limited = any(_is_limited(one.plan, number) for one, number in having)
            place, tall = _fitting(waiting, _QUEUE, _PLACES, 1, _TALLEST)
            room = max(tall, 58.0)
            cell, high = _fitting(lanes, _LANES, _CELLS, wide, room)
            title = broken(stop.title, 13.8, _WIDTH - 2 * _PAD, 2)
            inner = max(tall, high, _LEAST)
            found[stop.name] = _Box(tuple(title), place, cell, inner, wide, limited)
    return found


def _cells(plan: Plan, number: int) -> int:
    """Return how many cells a lane of a stop is wide."""
    if not plan.stops[number].groups:
        return 1
    steps = [step for step in plan.steps if step.stop == number]
    return 3 if any(len(step.tasks) > 1 for step in steps) else 2


def _is_limited(plan: Plan, number: int) -> bool:
    """Return whether the waiting area of a stop has a number of places."""
    area = plan.stops[number].area
    return area >= 0 and plan.areas[area].places is not None


def _fitting(
    count: int, width: float, distances: Sequence[int], wide: int, tallest: float
) -> tuple[int, float]:
    """Return the largest distance at which so many have room, and the height that they take."""
    for distance in distances:
        columns = int(width // (distance * wide))
        height = float(distance * math.ceil(max(count, 1) / columns))
        if height <= tallest:
            return distance, height
    return distances[-1], tallest


@dataclass(frozen=True, slots=True)
class _Stage:
    """The stage of one way of working."""

    boxes: dict[Key, _Box]
    sizes: dict[Key, tuple[float, float]]
    layout: Layout
    recording: Recording

    def drawn(self) -> tuple[str, Record]:
        """Return picture and numbers."""
        plan = self.recording.plan
        back = len(self.layout.back)
        low = self.layout.height + (_CHANNEL * (back + 1) if back else 0)
        width, height = self.layout.width + 2 * _MARGIN + 20, low + 2 * _MARGIN
        lines = self._lines()
        parts = [
            element("path", d=_path(points), class_="r-path") + _tip(points[-1])
            for _, _, points in lines
        ]
        stops = []
        for number, stop in enumerate(plan.stops):
            svg, place = self._stop(number, plan)
            parts.append(svg)
            stops.append(place | {"first": stop.lanes[0] if stop.lanes else 0})
        x, y, w, h = self._corner("")
        parts.append(element("rect", x=x, y=y, width=w, height=h, rx=5, class_="d-box"))
        parts.append(label(x + 8, y + 18, "Arrival", "d-title"))
        parts.append(element("text", "", x=x + 8, y=y + 34, class_="d-text", data_arrival="1"))
        svg = element(
            "svg",
            element("title", "The crossing, on which the replay moves") + "".join(parts),
            viewBox=f"0 0 {width:g} {height:g}",
            role="img",
        )
        numbers: Record = {
            "width": round(width, 1),
            "height": round(height, 1),
            "arrival": _rounded(x, y, w, h),
            "stops": stops,
            "ways": [[a, b, [_rounded(*point) for point in points]] for a, b, points in lines],
        }
        return svg, numbers

    def _corner(self, key: Key) -> tuple[float, float, float, float]:
        """Return left, top, width and height of a box."""
        x, middle = self.layout.boxes[key]
        width, height = self.sizes[key]
        return x + _MARGIN, middle - height / 2 + _MARGIN, width, height

    def _stop(self, number: int, plan: Plan) -> tuple[str, Record]:
        stop = plan.stops[number]
        box = self.boxes[stop.name]
        x, y, w, h = self._corner(stop.name)
        top = y + box.head
        below = y + 18 + 15 * len(box.title)
        parts = [element("rect", x=x, y=y, width=w, height=h, rx=5, class_="d-box")]
        parts += [
            label(x + _PAD, y + 18 + 15 * k, text, "d-title") for k, text in enumerate(box.title)
        ]
        parts.append(element("text", "", x=x + _PAD, y=below, class_="d-text", data_stop=number))
        if _is_limited(plan, number):
            parts.append(
                element("text", "", x=x + _PAD, y=below + 14, class_="d-text", data_area=number)
            )
        room = "d-room" if _is_limited(plan, number) else "d-open"
        parts.append(
            element("rect", x=x + _PAD, y=top, width=_QUEUE, height=box.inner, class_=room)
        )
        left = x + _PAD + _QUEUE + 8
        lanes = [_rounded(*self._lane(box, left, top, k)) for k in range(len(stop.lanes))]
        staff = _rounded(x + _PAD + 5, top + box.inner + 13)
        if box.wide > 1:
            parts.append(
                element(
                    "path",
                    d=f"M{x + _PAD:g} {top + box.inner + 5:g} h{w - 2 * _PAD:g}",
                    class_="d-rule",
                )
            )
        people = sum(len(plan.groups[group].officers) for group in stop.groups)
        return element("g", "".join(parts)), {
            "box": _rounded(x, y, w, h),
            "queue": [*_rounded(x + _PAD, top, _QUEUE, box.inner), box.place],
            "cell": box.cell,
            "lanes": lanes,
            "staff": [*staff, round(min(9.0, (w - 2 * _PAD - 6) / max(people, 1)), 1)],
        }

    def _lane(self, box: _Box, left: float, top: float, k: int) -> Point:
        """Return the corner of a lane; the first stand next to the queue."""
        wide = box.cell * box.wide
        rows = max(int(box.inner // box.cell), 1)
        return left + wide * (k // rows), top + box.cell * (k % rows)

    def _lines(self) -> list[tuple[int, int, list[Point]]]:
        """Return the ways that anybody took: from, to (stops; -1: arrival), and their points."""
        names = ["", *(stop.name for stop in self.recording.plan.stops)]
        ports = self._ports()
        lines = []
        for a, b in sorted(self.recording.moves):
            way = names[a + 1], names[b + 1]
            x1, y1, w1, h1 = self._corner(way[0])
            x2, y2, _, h2 = self._corner(way[1])
            start = (x1 + w1, y1 + h1 / 2 + ports[way][0])
            end = (x2, y2 + h2 / 2 + ports[way][1])
            if way in self.layout.back:
                number = self.layout.back.index(way)
                low = self.layout.height + _MARGIN + _CHANNEL * (number + 1)
                right, left = start[0] + 10 + 5 * number, end[0] - 14 - 5 * number
                points = [start, (right, start[1]), (right, low), (left, low), (left, end[1]), end]
            else:
                corners = [start]
                for near, far, y in self.layout.ways[way]:
                    corners += [(near + _MARGIN, y + _MARGIN), (far + _MARGIN, y + _MARGIN)]
                points = _curve([*corners, end])
            lines.append((a, b, points))
        return lines

    def _ports(self) -> dict[tuple[Key, Key], tuple[float, float]]:
        """Return how far below the middle of its boxes each way begins and ends."""
        ways = [*self.layout.ways, *self.layout.back]
        middle = {key: y for key, (_, y) in self.layout.boxes.items()}

        def spread(own: int, other: int) -> dict[tuple[Key, Key], float]:
            found = {}
            for key in self.layout.boxes:
                there = [way for way in ways if way[own] == key]
                there.sort(key=lambda way: (way in self.layout.back, middle[way[other]]))
                for k, way in enumerate(there):
                    found[way] = (k - (len(there) - 1) / 2) * _PORT
            return found

        out, into = spread(0, 1), spread(1, 0)
        return {way: (out[way], into[way]) for way in ways}


def _curve(corners: Sequence[Point]) -> list[Point]:
    """Return the points of a smooth line through some points, level in each."""
    points = [corners[0]]
    for (x1, y1), (x2, y2) in pairwise(corners):
        if abs(y1 - y2) < 0.5:
            points.append((x2, y2))
            continue
        for k in range(1, _STEPS + 1):
            u = k / _STEPS
            points.append((x1 + (x2 - x1) * u, y1 + (y2 - y1) * u * u * (3 - 2 * u)))
    return points


def _path(points: Sequence[Point]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _tip(point: Point) -> str:
    x, y = point
    return element("path", d=f"M{x:.1f} {y:.1f} l-7 -4 v8 z", class_="d-tip")


def _rounded(*numbers: float) -> list[float]:
    return [round(number, 1) for number in numbers]
