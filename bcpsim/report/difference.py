"""What differs between two scenarios or results, as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bcpsim.errors import visible
from bcpsim.kpi import Row, Titles
from bcpsim.report.document import (
    Cell,
    Column,
    Document,
    Estimate,
    Heading,
    Part,
    Points,
    Sentence,
    Table,
)
from bcpsim.results import Difference
from bcpsim.scenario.difference import Change

_TITLE = "What differs"
_MOST = 30  # rows of a table
_MADE = {"code": "the program's files", "bcpsim": "bcpsim's version", "--set": "--set"}


def difference_document(difference: Difference) -> Document:
    """Return what differs, as tables in words."""
    parts: list[Part] = [
        Points((visible(f"A: {difference.first}"), visible(f"B: {difference.second}")))
    ]
    if difference.none:
        parts.append(Sentence(_same(difference), "answer"))
        return Document(_TITLE, tuple(parts))
    parts += _made(difference)
    for variant, changes in difference.scenarios.items():
        parts += _scenario(variant, changes)
    for side, names in (("A", difference.only_first), ("B", difference.only_second)):
        if names:
            parts.append(Sentence(visible(f"Only {side} has: {', '.join(names)}")))
    return Document(_TITLE, (*parts, *_measures(difference)))


def _same(difference: Difference) -> str:
    """Return that nothing differs, and of what."""
    words = "No difference: the scenarios are the same"
    if difference.measures is not None:
        words += f", and so are all {difference.compared:,} measures"
    return words


def _made(difference: Difference) -> Iterator[Part]:
    """Yield how the results were made, as far as it differs."""
    if difference.made:
        lines = [(_MADE.get(what, what), _short(a), _short(b)) for what, a, b in difference.made]
        yield from _words("How they were made", ("What", "A", "B"), lines)


def _scenario(variant: str, changes: Sequence[Change]) -> Iterator[Part]:
    """Yield what differs in the scenario of a variant."""
    if changes:
        title = "The scenario" if variant == "base" else f"The variant {variant}, besides"
        lines = [(one.words, one.path, one.first or "-", one.second or "-") for one in changes]
        yield from _words(title, ("What", "Key path", "A", "B"), lines)
    elif variant == "base":
        yield Sentence("The scenarios are the same")


def _words(title: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[Part]:
    yield Heading(visible(title))
    yield Table(
        visible(title),
        tuple(map(Column, heads)),
        tuple(tuple(map(visible, line)) for line in lines),
    )


def _measures(difference: Difference) -> Iterator[Part]:
    """Yield which measures differ and by how much, those of all first."""
    if difference.measures is None:
        return
    count = len(difference.measures)
    if not count:
        yield Sentence(f"All {difference.compared:,} measures are the same")
        return
    rows = sorted(
        difference.measures.to_dict("records"),
        key=lambda row: (row["population"] != "all", "=" in row["population"][6:]),
    )
    several = len({row["variant"] for row in rows}) > 1
    note = "In brackets: 95 % intervals of each on its own."
    if count > _MOST:
        note += f" {count - _MOST:,} more are in --format csv."
    title = f"{count:,} of {difference.compared:,} measures differ"
    yield Heading(title)
    yield Table(
        title,
        tuple(map(Column, ("Measure", *(["Variant"] if several else []), "A", "B", "B - A"))),
        tuple(_cells(row, several=several) for row in rows[:_MOST]),
        note,
    )


def _cells(row: dict[Any, Any], *, several: bool) -> tuple[Cell, ...]:
    change = f" ({row['change']:+.1f} %)" if row["change"] == row["change"] else ""
    sides = (
        Estimate(row[side], row[f"{side}_low"], row[f"{side}_high"]) for side in ("first", "second")
    )
    return (
        Titles().with_unit(Row(row["measure"], row["population"], row["statistic"])),
        *([visible(row["variant"])] if several else []),
        *sides,
        f"{row['difference']:+.3g}{change}",
    )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
