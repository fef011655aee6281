"""What differs between two scenarios or results, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bcpsim.kpi import Row, Titles
from bcpsim.report.table import cell
from bcpsim.results import Difference
from bcpsim.scenario.difference import Change

_MOST = 30  # rows of a table
_MADE = {"code": "the program's files", "bcpsim": "bcpsim's version", "--set": "--set"}


def difference_text(found: Difference) -> Group:
    """Return what differs as tables in words."""
    parts: list[RenderableType] = [Text(f"A: {found.first}\nB: {found.second}\n", style="dim")]
    if found.none:
        parts.append(Text(_same(found)))
        return Group(*parts)
    parts += [_made(found)] if found.made else []
    for variant, changes in found.scenarios.items():
        parts += _scenario(variant, changes)
    for side, names in (("A", found.only_first), ("B", found.only_second)):
        if names:
            parts.append(Text(f"Only {side} has: {', '.join(names)}\n"))
    parts += _measures(found)
    return Group(*parts)


def _same(found: Difference) -> str:
    """Return that nothing differs, and of what."""
    words = "No difference: the scenarios are the same"
    if found.measures is not None:
        words += f", and so are all {found.compared:,} measures"
    return words


def _made(found: Difference) -> Table:
    """Return how the results were made, as far as it differs."""
    table = _table("How they were made", "What", "A", "B")
    for what, one, other in found.made:
        table.add_row(*map(Text, [_MADE.get(what, what), _short(one), _short(other)]))
    return table


def _scenario(variant: str, changes: Sequence[Change]) -> Iterator[RenderableType]:
    """Yield what differs in the scenario of a variant."""
    if not changes:
        if variant == "base":
            yield Text("The scenarios are the same\n")
        return
    title = "The scenario" if variant == "base" else f"The variant {variant}, besides"
    table = _table(title, "What", "Key path", "A", "B")
    for change in changes:
        texts = (change.words, change.path, change.first or "-", change.second or "-")
        table.add_row(*map(Text, texts))
    yield table


def _measures(found: Difference) -> Iterator[RenderableType]:
    """Yield which measures differ and by how much, those of all first."""
    if found.measures is None:
        return
    count = len(found.measures)
    if not count:
        yield Text(f"All {found.compared:,} measures are the same")
        return
    rows = sorted(
        found.measures.to_dict("records"),
        key=lambda row: (row["population"] != "all", "=" in row["population"][6:]),
    )
    title = f"{count:,} of {found.compared:,} measures differ"
    several = len({row["variant"] for row in rows}) > 1
    table = _table(title, *(["Variant"] if several else []), "Measure", "A", "B", "B - A")
    for row in islice(rows, _MOST):
        texts = [row["variant"]] if several else []
        table.add_row(*map(Text, [*texts, *_cells(row)]))
    yield table
    note = "In brackets: 95 % intervals of each on its own."
    if count > _MOST:
        note += f" {count - _MOST:,} more are in --format csv."
    yield Text(note, style="dim")


def _cells(row: dict[Any, Any]) -> Iterator[str]:
    yield Titles().with_unit(Row(row["measure"], row["population"], row["statistic"]))
    for side in ("first", "second"):
        yield cell(row[side], row[f"{side}_low"], row[f"{side}_high"])
    change = f" ({row['change']:+.1f} %)" if row["change"] == row["change"] else ""
    yield f"{row['difference']:+.3g}{change}"


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
