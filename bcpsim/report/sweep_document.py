"""A sweep as a document: between which values each measure lies and where, and all points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.errors import visible
from bcpsim.files.units import how_many
from bcpsim.kpi import Row, Titles
from bcpsim.report.annex import annex, trust
from bcpsim.report.answers import drawn
from bcpsim.report.document import (
    Cell,
    Column,
    Document,
    Estimate,
    Heading,
    Part,
    Points,
    Table,
    in_time,
)
from bcpsim.report.told import told_of_scenarios
from bcpsim.results.mark import history_of
from bcpsim.sweeps import read_words
from bcpsim.sweeps.stored import load_sweep_result

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS = 2_000
"""Points in the table of a measure; files have all."""

_OPEN = 30  # rows up to which a table isn't folded
_KEYS = ["measure", "population", "statistic"]


def sweep_document(folder: Path) -> Document:
    """Return the report of a sweep, or of what is finished of it.

    Raises
    ------
    InputError
        If it is no folder of a sweep, or damaged.
    """
    stored = load_sweep_result(folder)
    made = stored.provenance
    words, heads = read_words(folder)
    measures = stored.measures
    replications = int(measures["replications"].min()) if len(measures) else 0
    history = history_of(folder)
    told = told_of_scenarios(
        [(name, stored.scenario(name)) for name in stored.variants],
        {**made, "seed": made["sweep"].get("seed"), "replications": replications},
        (),
        str(history[-1].get("command") or "") if history else "",
    )
    return Document(
        visible(str(made["sweep"].get("title") or made["sweep"]["name"])),
        (
            *_answer(measures, words, heads, made),
            *drawn(told),
            *trust(told),
            *annex(told),
        ),
    )


def _answer(
    measures: pd.DataFrame, words: Titles, heads: Mapping[str, str], made: Mapping[str, Any]
) -> Iterator[Part]:
    planned = int(made["design"]["points"])
    points = measures["point"].nunique()
    yield Heading("The answer")
    yield Points(
        tuple(
            _between(words, Row(*map(str, key)), rows, heads)
            for key, rows in measures.groupby(_KEYS, sort=False)
        ),
        "answer",
    )
    done = "" if points == planned else f" of {planned:,} planned: the sweep isn't finished"
    yield Points(
        (
            f"{how_many(points, 'point')}{done}, by {visible(', '.join(heads.values()))}.",
            "Brackets hold 95 % intervals.",
        )
    )
    yield Heading("All points")
    for key, rows in measures.groupby(_KEYS, sort=False):
        yield _table(words, Row(*map(str, key)), rows, heads)


def _between(words: Titles, row: Row, rows: pd.DataFrame, heads: Mapping[str, str]) -> str:
    """Return the least and the most of a measure, and at which points."""
    title = f"{words.value(row)}"
    there = rows[rows["estimate"].notna()]
    if there.empty:
        return visible(f"{title}: nobody to measure at any point.")
    sizes = there["estimate"].to_numpy(dtype=float)
    ends = [there.iloc[int(sizes.argmin())], there.iloc[int(sizes.argmax())]]
    column, cells = in_time(
        title,
        words.unit(row),
        tuple(Estimate(one["estimate"], one["low"], one["high"]) for one in ends),
    )
    several = rows["variant"].nunique() > 1
    said = [
        f"{cell} at {_where(end.to_dict(), heads, several=several)}"
        for cell, end in zip(cells, ends, strict=True)
    ]
    return visible(f"{column.head}: from {said[0]} to {said[1]}.")


def _where(point: Mapping[Any, Any], heads: Mapping[str, str], *, several: bool) -> str:
    """Return the values of a point's factors, and the variant where there are several."""
    values = [f"{head} {_shown(point[name])}" for name, head in heads.items()]
    return ", ".join([*values, *([str(point["variant"])] if several else [])])


def _table(words: Titles, row: Row, rows: pd.DataFrame, heads: Mapping[str, str]) -> Table:
    """Return a measure at all points, variants across."""
    variants: Sequence[str] = list(dict.fromkeys(rows["variant"]))
    lines: list[tuple[Cell, ...]] = []
    for _, point in list(rows.groupby("point", sort=True))[:MOST_POINTS]:
        by_variant = {one["variant"]: Estimate.of(one) for one in point.to_dict("records")}
        values = (visible(_shown(point[name].iloc[0])) for name in heads)
        lines.append((*values, *(by_variant.get(name) for name in variants)))
    left = rows["point"].nunique() - len(lines)
    return Table(
        words.with_unit(row),
        (
            *(Column(visible(head)) for head in heads.values()),
            *(Column(visible(name)) for name in variants),
        ),
        tuple(lines),
        f"and {left:,} more points, which are in the files of the sweep." if left else "",
        folded=len(lines) > _OPEN,
    )


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
