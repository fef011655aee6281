"""What a terminal shows of a sweep, as documents: its design, its first results, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.errors import visible
from bcpsim.kpi import Row
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
from bcpsim.report.notes import few_words
from bcpsim.scenario.extending import BASE
from bcpsim.sweeps import Prepared, read_measures, read_words
from bcpsim.sweeps.file import Factor, Fractional
from bcpsim.sweeps.prepared import overloaded_points, replications_of

if TYPE_CHECKING:
    import pandas as pd

MAX_POINTS = 12
"""Points in a table of results."""

MAX_MEASURES = 4
"""Tables of results, one for each measure."""

_KEYS = ["measure", "population", "statistic"]
_VALUES = 8  # of a factor that are shown one by one


def design_document(prepared: Prepared) -> Document:
    """Return what a sweep will run."""
    sweep = prepared.loaded.file
    design = sweep.design.kind.replace("_", " ")
    if isinstance(sweep.design, Fractional):
        design += f" of resolution {prepared.manifest['design']['resolution']}"
    points, variants = len(prepared.points), len(prepared.variants)
    replications = replications_of(sweep)
    runs = f"{points:,} points x {variants:,} variant{'s' * (variants > 1)}"
    if replications is not None:
        runs += f" x {replications:,} replications = {points * variants * replications:,}"
    elif sweep.precision is not None:
        names = ", ".join(sweep.precision.measures)
        runs += f", until {names} is known to ± {sweep.precision.half_width * 100:g} %"
    lines = (
        f"Scenario: {sweep.scenario} ({', '.join(one.variant for one in prepared.variants)})",
        f"Design: {design}, {points:,} points",
        f"Runs: {runs}, seed {sweep.seed}",
        f"Kept: {', '.join(sweep.measures)}",
    )
    return Document(
        visible(sweep.title or sweep.name),
        (
            Table(
                "Factors",
                tuple(map(Column, ("Factor", "Values", "Set"))),
                tuple(_factor(name, factor) for name, factor in sweep.factors.items()),
            ),
            Points(tuple(map(visible, lines))),
        ),
    )


def _factor(name: str, factor: Factor) -> tuple[Cell, ...]:
    """Return a factor's title, values, and what it sets."""
    only = [f"(only in {', '.join(factor.variants)})"] if factor.variants else []
    keys = map(visible, [*factor.set, *only])
    return visible(factor.title or name), visible(_values(factor)), "\n".join(keys)


def _values(factor: Factor) -> str:
    unit = f" {factor.unit}" if factor.unit else ""
    if factor.values is not None:
        shown = ", ".join(str(value) for value in factor.values[:_VALUES])
        more = len(factor.values) - _VALUES
        return shown + (f" and {more} more" if more > 0 else "") + unit
    if factor.law is not None:
        law = factor.law.model_dump()
        return (
            f"{law.pop('distribution')} ({', '.join(f'{k} {v:g}' for k, v in law.items())}){unit}"
        )
    low, high = factor.bounds or (0.0, 0.0)
    how = ", log" if factor.log_range else ", whole" if factor.whole else ""
    levels = f", {factor.levels} levels" if factor.levels else ""
    return f"{low:g} to {high:g}{unit}{how}{levels}"


def results_document(prepared: Prepared, folder: Path) -> Document:
    """Return the first points of a sweep with the first measures that it keeps.

    Parameters
    ----------
    prepared
        The sweep.
    folder
        Where it is kept.
    """
    frame = read_measures(folder, points=MAX_POINTS)
    words, heads = read_words(folder)
    parts: list[Part] = []
    for key, rows in islice(frame.groupby(_KEYS, sort=False), MAX_MEASURES):
        title = words.with_unit(Row(*map(str, key)))
        parts += [Heading(title), _points(title, rows, heads)]
    notes = ["In brackets: 95 % intervals."]
    if len(prepared.points) > MAX_POINTS:
        notes.append(f"The first {MAX_POINTS} of {len(prepared.points):,} points.")
    parts.append(Points(tuple(notes)))
    few = "" if frame.empty else few_words(int(frame["replications"].min()))
    if few:
        parts.append(Sentence(few, "warning"))
    parts += [Sentence(f"{visible(text)}.", "warning") for text in _overloads(prepared, heads)]
    sweep = prepared.loaded.file
    return Document(visible(sweep.title or sweep.name), tuple(parts))


def _points(title: str, rows: pd.DataFrame, heads: Mapping[str, str]) -> Table:
    """Return a measure at each point, variants across."""
    variants = list(dict.fromkeys(rows["variant"]))
    lines: list[tuple[Cell, ...]] = []
    for _, point in rows.groupby("point", sort=True):
        by_variant = {row["variant"]: Estimate.of(row) for row in point.to_dict("records")}
        where = ", ".join(_shown(point[name].iloc[0]) for name in heads)
        lines.append((visible(where), *(by_variant.get(name) for name in variants)))
    columns = (", ".join(heads.values()), *variants)
    return Table(title, tuple(Column(visible(head)) for head in columns), tuple(lines))


def _overloads(prepared: Prepared, heads: Mapping[str, str]) -> Iterator[str]:
    """Yield at which of the points shown more work comes than can be done."""
    shown = min(MAX_POINTS, len(prepared.points))
    for one in overloaded_points(prepared, MAX_POINTS):
        factors = prepared.points.at(one.points[0])
        first = ", ".join(f"{head} {_shown(factors[name])}" for name, head in heads.items())
        whose = "" if one.variant == BASE else f"{one.variant}: "
        yield (
            f"{whose}{one.title}: more work comes over the whole time than can be done at "
            f"{len(one.points)} of the {shown} points (first at {first}): there the queue can't be "
            "cleared, and waits grow with the time that is simulated"
        )


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def failed_list(failed: Sequence[dict[str, Any]], limit: int) -> str:
    """Return the first failed points with their factors and the reason, a line each."""
    lines = []
    for record in failed[:limit]:
        where = ", ".join(f"{name} {_shown(value)}" for name, value in record["factors"].items())
        reason = record["message"].strip().splitlines()
        lines.append(f"point {record['point']} ({where}): {reason[-1] if reason else ''}")
    return "\n".join(lines)
