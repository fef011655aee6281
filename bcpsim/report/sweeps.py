"""The tables of a sweep for a terminal: its design, its results, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.kpi import Row
from bcpsim.report.fitting import fitting_tables
from bcpsim.report.table import cell, few_note, note_lines
from bcpsim.scenario.extending import BASE
from bcpsim.sweeps import Prepared, read_measures, read_words
from bcpsim.sweeps.file import Factor, Fractional
from bcpsim.sweeps.prepared import overloaded_points, replications_of

MAX_POINTS = 12
"""Points in a table of results."""

MAX_MEASURES = 4
"""Tables of results, one for each measure."""

_VALUES = 8  # of a factor that are shown one by one


def design_table(prepared: Prepared) -> Group:
    """Return what a sweep will run, for printing."""
    sweep = prepared.loaded.file
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("Factor", "Values", "Set"):
        table.add_column(head, overflow="fold")  # a key is one long word
    for name, factor in sweep.factors.items():
        only = [f"(only in {', '.join(factor.variants)})"] if factor.variants else []
        keys = "\n".join([*factor.set, *only])
        table.add_row(Text(factor.title or name), Text(_values(factor)), Text(keys))
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
    lines = [
        f"Scenario: {sweep.scenario} ({', '.join(one.variant for one in prepared.variants)})",
        f"Design: {design}, {points:,} points",
        f"Runs: {runs}, seed {sweep.seed}",
        f"Kept: {', '.join(sweep.measures)}",
    ]
    return Group(Text(f"{sweep.title or sweep.name}", style="bold"), table, Text("\n".join(lines)))


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


def results_table(prepared: Prepared, folder: Path, width: int) -> Group:
    """Return the first points of a sweep with the first measures that it keeps, for printing.

    Parameters
    ----------
    prepared
        The sweep.
    folder
        Where it is kept.
    width
        Columns of the terminal; a table that is wider is split.
    """
    frame = read_measures(folder, points=MAX_POINTS)
    words, heads = read_words(folder)
    keys = ["measure", "population", "statistic"]
    parts: list[Table | Text] = []
    for key, rows in islice(frame.groupby(keys, sort=False), MAX_MEASURES):
        there = list(dict.fromkeys(rows["variant"]))
        labels: list[str] = []
        cells: dict[str, list[str | Text]] = {variant: [Text(variant)] for variant in there}
        for _, point in rows.groupby("point", sort=True):
            by_variant: dict[str, Any] = {row["variant"]: row for row in point.to_dict("records")}
            labels.append(", ".join(_shown(point[name].iloc[0]) for name in heads))
            for variant in there:
                cells[variant].append(_cell(by_variant.get(variant)))
        parts.append(Text(f"\n{words.with_unit(Row(*map(str, key)))}", style="bold"))
        parts += fitting_tables(", ".join(heads.values()), labels, list(cells.values()), width)
    notes = ["In brackets: 95 % intervals."]
    if not frame.empty:
        notes.append(few_note(int(frame["replications"].min())))
    if len(prepared.points) > MAX_POINTS:
        notes.append(f"The first {MAX_POINTS} of {len(prepared.points):,} points.")
    parts.append(Text("\n".join(filter(None, notes)), style="dim"))
    parts += note_lines(_overloads(prepared, heads))
    return Group(*parts)


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


def _cell(row: dict[str, Any] | None) -> str:
    return "" if row is None else cell(row["estimate"], row["low"], row["high"])


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
