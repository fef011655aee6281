"""Stretches of time: joined where they touch, or cut where one before ends."""

from __future__ import annotations

import math
from collections.abc import Iterable

Windows = tuple[tuple[float, float], ...]
"""Half-open stretches of time [start, end), in order and apart from one another."""


def joined(spans: Iterable[tuple[float, float]]) -> Windows:
    """Return stretches of time in order, joined where they touch or overlap."""
    result: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return tuple(result)


def apart(spans: Iterable[tuple[float, float]]) -> Windows:
    """Return stretches of time in order, each cut where the one before ends."""
    result: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        begin = max(start, result[-1][1]) if result else start
        if begin < end:
            result.append((begin, end))
    return tuple(result)


def within(windows: Windows, others: Windows) -> Windows:
    """Return what stretches of time have in common with others."""
    return without(windows, without(((-math.inf, math.inf),), others))


def without(windows: Windows, away: Windows) -> Windows:
    """Return stretches of time without others, both in order and apart from one another."""
    result: list[tuple[float, float]] = []
    for start, end in windows:
        for gone, back in away:
            if gone >= end:
                break
            if back > start:
                if gone > start:
                    result.append((start, gone))
                start = back
        if start < end:
            result.append((start, end))
    return tuple(result)
