"""Layouts in layers, from left to right, for drawings of boxes and ways between them.

The method of Sugiyama, Tagawa and Toda (IEEE Trans. SMC 11(2), 1981): ways that lead back are set
aside, each box gets the layer after the last box that leads to it, ways across several layers get a
place in each, the order within layers is bettered by barycentres until nothing crosses less, and
heights come from least squares: near to what they are joined with, in order and apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 24
_MOST = 6
"""Boxes that a layer has at most, where boxes from which nothing leads on can go to the next."""
_APART = 26.0  # between boxes
_NEAR = 8.0  # between ways, and ways and boxes

Key = str
Cell = Key | tuple[Key, Key, int]
"""A box, or the place of a way in a layer that it crosses."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where boxes are and how ways lead.

    Attributes
    ----------
    boxes
        Left edge and middle height of each box.
    ways
        For each way forward the (left edge, right edge, height) of the layers that it crosses.
    back
        Ways that lead back, in order.
    width, height
        Of everything but the ways back.
    """

    boxes: Mapping[Key, tuple[float, float]]
    ways: Mapping[tuple[Key, Key], tuple[tuple[float, float, float], ...]]
    back: tuple[tuple[Key, Key], ...]
    width: float
    height: float


def lay(
    sizes: Mapping[Key, tuple[float, float]],
    ways: Mapping[tuple[Key, Key], float],
    *,
    gap: float,
) -> Layout:
    """Return a layout.

    Parameters
    ----------
    sizes
        Width and height of each box; the first is where all begins.
    ways
        From and to which box each way leads, and its thickness.
    gap
        Space between layers.
    """
    back = _back(list(sizes), list(ways))
    forward = [way for way in ways if way not in back]
    layer = _layers(list(sizes), forward)
    cells: dict[Cell, float] = {key: size[1] for key, size in sizes.items()}
    joined: list[tuple[Cell, Cell]] = []
    columns: list[list[Cell]] = [[] for _ in range(max(layer.values()) + 1)]
    for key in sizes:
        columns[layer[key]].append(key)
    for origin, target in forward:
        last: Cell = origin
        for k in range(layer[origin] + 1, layer[target]):
            cell = (origin, target, k)
            cells[cell] = max(ways[origin, target], 14.0)
            columns[k].append(cell)
            joined.append((last, cell))
            last = cell
        joined.append((last, target))
    columns = _ordered(columns, joined)
    height = _heights(columns, joined, cells)
    lefts, x = [], 0.0
    widths = [max((sizes[c][0] for c in one if isinstance(c, str)), default=0) for one in columns]
    for width in widths:
        lefts.append(x)
        x += width + gap
    top = min(height[c] - cells[c] / 2 for c in cells)
    place = {
        key: (lefts[layer[key]] + (widths[layer[key]] - sizes[key][0]) / 2, height[key] - top)
        for key in sizes
    }
    crossed = {
        (a, b): tuple(
            (lefts[k], lefts[k] + widths[k], height[a, b, k] - top)
            for k in range(layer[a] + 1, layer[b])
        )
        for a, b in forward
    }
    bottom = max(height[c] + cells[c] / 2 for c in cells) - top
    return Layout(place, crossed, tuple(way for way in ways if way in back), x - gap, bottom)


def _back(keys: Sequence[Key], ways: Sequence[tuple[Key, Key]]) -> set[tuple[Key, Key]]:
    """Return ways that close a circle, as a walk in depth from the first box finds them."""
    found: set[tuple[Key, Key]] = set()
    done: set[Key] = set()
    following = {key: [b for a, b in ways if a == key] for key in keys}
    for root in keys:
        if root in done:
            continue
        path = {root: None}
        stack = [(root, iter(following[root]))]
        while stack:
            key, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                del path[key]
                done.add(key)
            elif step in path:
                found.add((key, step))
            elif step not in done:
                path[step] = None
                stack.append((step, iter(following[step])))
    return found


def _layers(keys: Sequence[Key], ways: Sequence[tuple[Key, Key]]) -> dict[Key, int]:
    """Return the layer of each box: after the last that leads to it; 1 for one without any.

    What doesn't fit into a layer of `_MOST` goes to the next, if nothing leads on from it.
    """
    layer = dict.fromkeys(keys, 0)
    for _ in keys:
        for a, b in ways:
            layer[b] = max(layer[b], layer[a] + 1)
    joined = {key for way in ways for key in way}
    layer |= {key: 1 for key in keys[1:] if key not in joined}
    last = {key for key in keys[1:] if not any(a == key for a, _ in ways)}
    k = 0
    while k <= max(layer.values()):
        own = [key for key in keys if layer[key] == k]
        for key in (
            [key for key in own if key in last][_MOST - len(own) :] if len(own) > _MOST else []
        ):
            layer[key] += 1
        k += 1
    return layer


def _ordered(
    columns: Sequence[Sequence[Cell]], joined: Sequence[tuple[Cell, Cell]]
) -> list[list[Cell]]:
    """Return the layers in the order with the fewest crossings found."""
    before: dict[Cell, list[Cell]] = {}
    after: dict[Cell, list[Cell]] = {}
    for a, b in joined:
        after.setdefault(a, []).append(b)
        before.setdefault(b, []).append(a)
    now = [list(column) for column in columns]
    best, fewest = [list(column) for column in now], _crossings(now, after)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = before if down else after
        for k in range(1, len(now)) if down else range(len(now) - 2, -1, -1):
            beside = now[k - 1] if down else now[k + 1]
            rank = {cell: place for place, cell in enumerate(beside)}
            own = {cell: place for place, cell in enumerate(now[k])}

            def weight(
                cell: Cell, rank: dict[Cell, int] = rank, own: dict[Cell, int] = own
            ) -> float:
                there = [rank[other] for other in neighbours.get(cell, []) if other in rank]  # noqa: B023
                return sum(there) / len(there) if there else float(own[cell])

            now[k].sort(key=weight)
        count = _crossings(now, after)
        if count < fewest:
            best, fewest = [list(column) for column in now], count
    return best


def _crossings(columns: Sequence[Sequence[Cell]], after: Mapping[Cell, Sequence[Cell]]) -> int:
    count = 0
    for column, beside in pairwise(columns):
        rank = {cell: place for place, cell in enumerate(beside)}
        ends = [sorted(rank[b] for b in after.get(a, ()) if b in rank) for a in column]
        for k, one in enumerate(ends):
            for other in ends[k + 1 :]:
                count += sum(x > y for x in one for y in other)
    return count


def _heights(
    columns: Sequence[Sequence[Cell]],
    joined: Sequence[tuple[Cell, Cell]],
    sizes: Mapping[Cell, float],
) -> dict[Cell, float]:
    """Return middle heights: near those of what each is joined with, in order and apart."""
    links: dict[Cell, list[tuple[Cell, float]]] = {}
    for a, b in joined:
        through = isinstance(a, tuple) + isinstance(b, tuple)
        strength = (1.0, 2.0, 8.0)[through]  # long ways are to be straight
        links.setdefault(a, []).append((b, strength))
        links.setdefault(b, []).append((a, strength))
    height: dict[Cell, float] = {}
    for column in columns:
        gaps = _gaps(column, sizes)
        for cell, offset in zip(column, gaps, strict=True):
            height[cell] = offset - gaps[-1] / 2
    sides = [*range(len(columns)), *range(len(columns) - 1, -1, -1)]
    for _ in range(_SWEEPS):
        for k in sides:
            column = columns[k]
            gaps = _gaps(column, sizes)
            wanted, weights = [], []
            for cell, offset in zip(column, gaps, strict=True):
                there = links.get(cell, [(cell, 0.1)])
                total = sum(strength for _, strength in there)
                middle = sum(height[other] * strength for other, strength in there) / total
                wanted.append(middle - offset)
                weights.append(total)
            for cell, value, offset in zip(column, _rising(wanted, weights), gaps, strict=True):
                height[cell] = value + offset
    return height


def _gaps(column: Sequence[Cell], sizes: Mapping[Cell, float]) -> list[float]:
    """Return how far below the first cell of a layer each must be at least."""
    gaps = [0.0]
    for one, other in pairwise(column):
        space = _APART if isinstance(one, str) and isinstance(other, str) else _NEAR
        gaps.append(gaps[-1] + (sizes[one] + sizes[other]) / 2 + space)
    return gaps if column else []


def _rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the rising numbers nearest to some by least squares (pool adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        block = (value, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            mean, total, count = blocks.pop()
            both = total + block[1]
            block = ((mean * total + block[0] * block[1]) / both, both, count + block[2])
        blocks.append(block)
    return [mean for mean, _, count in blocks for _ in range(count)]
