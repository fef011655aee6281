"""The table of measures for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.experiments import Result
from bcpsim.experiments.result import VariantResult
from bcpsim.kpi import MEASURES

_PEOPLE = (
    ("arrivals", "total"),
    ("inside_at_end", "total"),
    ("waiting_time", "mean"),
    ("waiting_time", "p95"),
    ("official_wait_pl", "mean"),
    ("service_time", "mean"),
    ("move_time", "mean"),
    ("processing_time", "mean"),
    ("time_in_system", "mean"),
    ("time_in_system", "p95"),
    ("throughput", "mean"),
)
_STOPS = (
    ("visits", "total"),
    ("waiting_time", "mean"),
    ("waiting_time", "p95"),
    ("queue_length", "mean"),
    ("queue_length", "max"),
    ("service_time", "mean"),
)
_TEAMS = (
    ("officer_hours", "total"),
    ("utilisation", "mean"),
    ("overtime", "total"),
    ("officer_minutes_per_vehicle", "mean"),
)
_STATISTIC = {
    "mean": "mean",
    "p50": "median",
    "p90": "90 %",
    "p95": "95 %",
    "max": "max",
    "total": "",
}


def measures_table(result: Result) -> Group:
    """Return the main measures of a result with their intervals, for printing.

    Parameters
    ----------
    result
        From `bcpsim.run`.

    Returns
    -------
    rich.console.Group
        For each variant a table by class, one by stop and one by team of officers.
    """
    rows = {
        (row["variant"], row["measure"], row["population"], row["statistic"]): row
        for row in result.rows
    }
    parts: list[Table | Text] = []
    for variant in result.variants:
        plan = variant.plan
        people = [("all", "All")] + [(f"class={c.name}", c.title) for c in plan.classes]
        stops = [(f"stop={stop.name}", stop.title) for stop in plan.stops]
        agencies = [
            (f"agency={name}", title)
            for name, title in zip(plan.agencies, plan.agency_titles, strict=True)
        ]
        groups = [(f"officers={group.name}", group.title) for group in plan.groups]
        head = plan.title if variant.name == "base" else f"{plan.title}, variant {variant.name}"
        parts.append(Text(head, style="bold"))
        for title, populations, measures in (
            ("Vehicles", people, _PEOPLE),
            ("Stops", stops, _STOPS),
            ("Officers", [*agencies, *(groups if len(groups) > len(agencies) else [])], _TEAMS),
        ):
            parts.append(_table(title, variant, populations, measures, rows))
    replications = result.replications
    parts.append(
        Text(
            "95 % intervals of the means over "
            f"{replications} replications (seed {result.seed}) in brackets; definitions: "
            "bcpsim measures",
            style="dim",
        )
        if replications > 1
        else Text("One replication: no intervals; use --replications 20.", style="dim")
    )
    return Group(*parts)


def _table(
    title: str,
    variant: VariantResult,
    populations: Sequence[tuple[str, str]],
    measures: Sequence[tuple[str, str]],
    rows: dict[tuple[str, str, str, str], dict[str, object]],
) -> Table:
    present = [
        (key, words)
        for key, words in populations
        if any((variant.name, measure, key, statistic) in rows for measure, statistic in measures)
    ]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(title, no_wrap=True)
    table.add_column("Unit", no_wrap=True)
    for _, words in present:
        table.add_column(Text(words), justify="right", no_wrap=True)
    for measure, statistic in measures:
        record = MEASURES[measure]
        words = ", ".join(filter(None, [record.title, _STATISTIC[statistic]]))
        cells = [_cell(rows.get((variant.name, measure, key, statistic))) for key, _ in present]
        table.add_row(words, record.unit, *cells)
    return table


def _cell(row: dict[str, object] | None) -> str:
    """Return an estimate with its interval, rounded to what the interval can tell."""
    if row is None:
        return ""
    estimate, low, high = (float(row[key]) for key in ("estimate", "low", "high"))  # type: ignore[arg-type]
    if math.isnan(estimate):
        return "-"
    if math.isnan(low):
        return f"{estimate:,.{_decimals(abs(estimate) / 100)}f}"
    if high == low:
        return f"{estimate:,.{_decimals(abs(estimate) / 100)}f}"
    digits = _decimals((high - low) / 2)
    return f"{estimate:,.{digits}f} [{low:,.{digits}f}, {high:,.{digits}f}]"


def _decimals(size: float) -> int:
    """Return the decimals that show two figures of a size, at most three."""
    if size <= 0:
        return 0
    return min(max(1 - math.floor(math.log10(size)), 0), 3)
