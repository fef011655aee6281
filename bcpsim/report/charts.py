"""Charts as SVG for pages: lines by time with bands, bars, and bars with intervals.

Colours are those of plots; lines differ in their dashes as well. Everything else is coloured by
classes, so that a page can show it light or dark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bcpsim.report.plots import COLOURS, reach
from bcpsim.report.svg import element, fitted, label, text_width, words

WIDTH = 420.0
_HEIGHT = 170.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 10.0, 24.0, 24.0
_ROW = 24.0
_NAMES = 150.0
_DASHES = ("", "7 3", "2 3", "8 3 2 3", "12 4", "4 4", "1 4")


STRIPES = element(
    "pattern",
    element("path", d="M0 6L6 0", class_="c-stripe"),
    id="c-stripes",
    width=6,
    height=6,
    patternUnits="userSpaceOnUse",
)
"""The pattern of striped bars: a page with charts has it once."""


@dataclass(frozen=True, slots=True)
class Line:
    """Values by time, each with an interval; `steps` holds each until the next."""

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    steps: bool = False
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Ticks:
    """Where an axis of times has marks, as shares of its length, and their words."""

    places: tuple[float, ...]
    labels: tuple[str, ...]


def time_ticks(first: Any, last: Any, *, typical: bool = False) -> Ticks:
    """Return marks that fit how long a time is: hours, days, weeks or months."""
    import pandas as pd

    length = (last - first) / pd.Timedelta(days=1)
    if length <= 2.1:
        step = 2 if length <= 0.5 else 4 if length <= 1.1 else 12
        form, floor, each = "%H:%M", first.normalize(), pd.DateOffset(hours=step)
    elif length <= 10:
        form, floor, each = "%a" if typical else "%a %d", first.normalize(), pd.DateOffset(days=1)
    elif length <= 70:
        monday = first.normalize() - pd.Timedelta(days=first.day_of_week)
        weeks = 1 if length <= 36 else 2
        form, floor, each = "%d %b", monday, pd.DateOffset(weeks=weeks)
    else:
        months = max(1, round(length / 180))
        form, floor, each = "%b %Y", first.normalize().replace(day=1), pd.DateOffset(months=months)
    places, labels = [], []
    moment = floor
    while moment <= last:
        if moment >= first:
            places.append((moment - first) / (last - first))
            labels.append(f"{moment:{form}}")
        moment += each
    return Ticks(tuple(places), tuple(labels))


def lines(
    title: str, unit: str, shown: Sequence[Line], ticks: Ticks, *, target: float | None = None
) -> str:
    """Return lines by time with the bands of their intervals.

    Parameters
    ----------
    title, unit
        What it shows, for those who don't see it, and the unit of the axis.
    shown
        The lines; all have as many values, one for each stretch of equal length.
    ticks
        Marks of the axis of times.
    target
        A level that is drawn across.
    """
    means = (value for one in shown for value in one.values)
    highest = reach(means, (bound for one in shown for bound in one.high))
    top, steps = _round_axis(max(highest, target or 0.0))
    width, height = WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(share: float) -> float:
        return _LEFT + width * share

    def y(value: float) -> float:
        return _TOP + height * (1 - min(max(value / top, 0.0), 1.0))

    parts = _grid(top, steps, y, ticks, x, unit)
    for number, one in enumerate(shown):
        count = len(one.values)
        place = number if one.colour is None else one.colour
        colour = COLOURS[place % len(COLOURS)]
        ink = one.steps and one.colour is None
        middle = [x((k + 0.5) / count) for k in range(count)]
        for run in _runs(one.low, one.high) if one.low else ():
            up = [f"{middle[k]:.1f} {y(one.high[k]):.1f}" for k in run]
            down = [f"{middle[k]:.1f} {y(one.low[k]):.1f}" for k in reversed(run)]
            parts.append(
                element("path", d=f"M{' L'.join([*up, *down])} Z", fill=colour, fill_opacity="0.18")
            )
        d = ""
        for run in _runs(one.values, one.values):
            if one.steps:
                d += f"M{x(run[0] / count):.1f} {y(one.values[run[0]]):.1f}"
                d += "".join(f"V{y(one.values[k]):.1f}H{x((k + 1) / count):.1f}" for k in run)
            elif len(run) == 1:
                k = run[0]
                d += f"M{middle[k] - 2:.1f} {y(one.values[k]):.1f}h4"
            else:
                d += "M" + " L".join(f"{middle[k]:.1f} {y(one.values[k]):.1f}" for k in run)
        dash = _DASHES[place % len(_DASHES)] or None
        parts.append(
            element(
                "path",
                d=d or None,
                fill="none",
                stroke=None if ink else colour,
                stroke_width="1.6",
                stroke_dasharray=dash,
                class_="c-ink" if ink else None,
            )
        )
    if target is not None:
        parts.append(
            element("path", d=f"M{_LEFT:g} {y(target):.1f}H{WIDTH - _RIGHT:g}", class_="c-target")
        )
    return _svg(title, WIDTH, _HEIGHT, parts)


def legend(names: Sequence[str]) -> str:
    """Return the words for the lines of charts beside one another."""
    parts, x = [], 0.0
    total = 60.0 * len(names)
    for number, name in enumerate(names):
        text = fitted(name, 11, 150)
        parts.append(
            element(
                "path",
                d=f"M{x:.1f} 9h22",
                stroke=COLOURS[number % len(COLOURS)],
                stroke_width="2",
                stroke_dasharray=_DASHES[number % len(_DASHES)] or None,
            )
        )
        parts.append(label(x + 27, 13, text, "c-text"))
        x += 27 + 7.0 * len(text) + 16
    return _svg("Legend: " + ", ".join(names), max(x, total), 18, parts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, and its stretches in order with their kinds, or one value with bounds."""

    name: str
    stretches: tuple[tuple[int, float], ...]
    low: float = math.nan
    high: float = math.nan
    text: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of stretches of bars: its name, colour and pattern."""

    name: str
    colour: str
    striped: bool = False


def bars(title: str, unit: str, shown: Sequence[Bar], kinds: Sequence[Kind]) -> str:
    """Return bars across, perhaps in stretches, with whiskers where there are bounds."""
    longest = [sum(v for _, v in bar.stretches) for bar in shown]
    bounds = [bar.high for bar in shown if math.isfinite(bar.high)]
    top, steps = _round_axis(max([*longest, *bounds], default=0.0))
    width = 2 * WIDTH - _NAMES - 90
    parts, head = _keys(kinds, 2 * WIDTH)
    height = head + _ROW * len(shown) + 30
    bottom = head + _ROW * len(shown)
    for value in steps:
        x = _NAMES + width * value / top
        parts.append(element("path", d=f"M{x:.1f} {head:g}V{bottom:g}", class_="c-grid"))
        parts.append(label(x, bottom + 13, f"{value:g}", "c-text", anchor="middle"))
    parts.append(label(_NAMES + width / 2, bottom + 27, unit, "c-text", anchor="middle"))
    for row, bar in enumerate(shown):
        y = head + _ROW * row + 4
        parts.append(
            label(_NAMES - 6, y + 12, fitted(bar.name, 11, _NAMES - 10), "c-text", anchor="end")
        )
        x = _NAMES
        for number, value in bar.stretches:
            long = width * value / top
            if long > 0.05:
                parts.append(_block(x, y, long, _ROW - 8, kinds[number], number))
            x += long
        end = x
        if math.isfinite(bar.low) and math.isfinite(bar.high) and bar.high > bar.low:
            low, high = (_NAMES + width * v / top for v in (bar.low, bar.high))
            middle = y + (_ROW - 8) / 2
            parts.append(
                element(
                    "path",
                    d=f"M{low:.1f} {middle:g}H{high:.1f}M{low:.1f} {middle - 4:g}v8"
                    f"M{high:.1f} {middle - 4:g}v8",
                    class_="c-ink",
                )
            )
            end = max(end, high)
        parts.append(label(end + 5, y + 12, bar.text, "c-text"))
    return _svg(title, 2 * WIDTH, height, parts)


def _keys(kinds: Sequence[Kind], width: float) -> tuple[list[str], float]:
    """Return what the kinds of stretches look like, in lines that fit, and the height of these."""
    if not any(kind.name for kind in kinds):
        return [], 6.0
    parts: list[str] = []
    x, y = _NAMES, 4.0
    for number, kind in enumerate(kinds):
        text = fitted(kind.name, 11, 170)
        wide = 30 + 6.6 * len(text)
        if x > _NAMES and x + wide > width:
            x, y = _NAMES, y + 16
        parts.append(_block(x, y, 14, 10, kind, number))
        parts.append(label(x + 19, y + 9, text, "c-text"))
        x += wide
    return parts, y + 18


def _block(x: float, y: float, width: float, height: float, kind: Kind, number: int) -> str:
    box = element(
        "rect",
        element("title", words(kind.name)) if kind.name else "",
        x=x,
        y=y,
        width=width,
        height=height,
        fill=kind.colour,
    )
    if kind.striped:
        box += element("rect", x=x, y=y, width=width, height=height, fill="url(#c-stripes)")
    return box


def _svg(title: str, width: float, height: float, parts: Sequence[str]) -> str:
    return element(
        "svg",
        element("title", words(title)) + "".join(parts),
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        class_="chart",
    )


def _grid(top: float, steps: Sequence[float], y: Any, ticks: Ticks, x: Any, unit: str) -> list[str]:
    parts = []
    for value in steps:
        parts.append(
            element("path", d=f"M{_LEFT:g} {y(value):.1f}H{WIDTH - _RIGHT:g}", class_="c-grid")
        )
        parts.append(label(_LEFT - 5, y(value) + 4, f"{value:,g}", "c-text", anchor="end"))
    floor = _HEIGHT - _BOTTOM
    room = (WIDTH - _LEFT - _RIGHT) / max(len(ticks.places), 1)
    every = max(1, math.ceil(44 / room))
    free = 0.0
    for number, (place, text) in enumerate(zip(ticks.places, ticks.labels, strict=True)):
        parts.append(element("path", d=f"M{x(place):.1f} {floor:g}v4", class_="c-axis"))
        if number % every == 0:
            anchor = "start" if place < 0.04 else "end" if place > 0.96 else "middle"
            wide = text_width(text, 11)
            left = x(place) - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            if left >= free:
                parts.append(label(x(place), floor + 16, text, "c-text", anchor=anchor))
                free = left + wide + 2
    parts.append(label(2, 11, unit, "c-text"))
    return parts


def _round_axis(largest: float) -> tuple[float, list[float]]:
    """Return the end of an axis, and its marks."""
    if largest <= 0 or not math.isfinite(largest):
        return 1.0, [0.0, 1.0]
    raw = largest / 4
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * k for k in (1, 2, 2.5, 5, 10) if size * k >= raw * 0.999)
    count = math.ceil(largest / step - 1e-9)
    return step * count, [round(step * k, 9) for k in range(count + 1)]


def _runs(low: Sequence[float], high: Sequence[float]) -> list[list[int]]:
    """Return stretches in which both have numbers."""
    found: list[list[int]] = []
    for k, (one, other) in enumerate(zip(low, high, strict=True)):
        if not (math.isfinite(one) and math.isfinite(other)):
            continue
        if found and found[-1][-1] == k - 1:
            found[-1].append(k)
        else:
            found.append([k])
    return found
