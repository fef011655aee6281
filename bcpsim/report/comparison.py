"""Tables and plots of a comparison of ways of working."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.experiments import Comparison
from bcpsim.kpi import MEASURES, find_row, in_words
from bcpsim.report.plots import COLOURS, SETTINGS, save_figure
from bcpsim.report.table import cell, decimals, label, stopping_note

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Record = dict[str, Any]

_MEASURES = (
    ("time_in_system", "mean"),
    ("time_in_system", "p95"),
    ("processing_time", "mean"),
    ("waiting_time", "mean"),
    ("waiting_time", "p95"),
    ("wait_for_officer", "mean"),
    ("wait_for_lane", "mean"),
    ("wait_for_equipment", "mean"),
    ("wait_blocked", "mean"),
    ("service_time", "mean"),
    ("move_time", "mean"),
    ("inside_at_end", "total"),
)
_TEAMS = (
    ("officer_hours", "total"),
    ("overtime", "total"),
    ("utilisation", "mean"),
    ("officer_minutes_per_vehicle", "mean"),
    ("idle_while_waiting", "total"),
    ("staff_cost", "total"),
)
# The columns with the widths of the terminal from which on there is room for them.
_COLUMNS = {
    "Baseline": 0,
    "Alternative": 100,
    "Difference": 100,
    "Change (%)": 0,
    "Correlation": 130,
    "Variance reduction": 130,
}
_BY_HOUR = ("waiting_time", "time_in_system")


def comparison_table(
    comparison: Comparison,
    width: int,
    names: Sequence[str] = (),
    *,
    classes: bool = True,
    hours: bool = False,
) -> Group:
    """Return the main measures of a comparison for printing.

    Parameters
    ----------
    comparison
        From `bcpsim.compare`.
    width
        Columns of the terminal; where they are few, what pairing was worth is left out.
    names
        Further measures to show, as `bcpsim.kpi.find_row` takes them.
    classes, hours
        Whether to show each class of vehicle, and each hour.
    """
    plan = comparison.plans[0]
    asked = [find_row(comparison.rows, name) for name in names]
    populations = [("all", "All")]
    if classes:
        populations += [(f"class={record.name}", record.title) for record in plan.classes]
    populations += [
        (f"agency={name}", title)
        for name, title in zip(plan.agencies, plan.agency_titles, strict=True)
    ]
    parts: list[Table | Text] = [Text(f"{plan.title}\n", style="bold")]
    for alternative in comparison.names[1:]:
        records = [r for r in comparison.records if r["alternative"] == alternative]
        index = {(r["measure"], r["population"], r["statistic"]): r for r in records}
        parts.append(Text(f"{alternative} against {comparison.names[0]}"))
        table = _table(width)
        shown = [
            (
                title,
                [
                    index[(name, key, stat)]
                    for name, stat in (*_MEASURES, *_TEAMS)
                    if (name, key, stat) in index
                ],
            )
            for key, title in populations
        ]
        shown.append(("", [index[(row.measure, row.population, row.statistic)] for row in asked]))
        for title, found in shown:
            rows = [record for record in found if not _nothing(record)]
            if title and rows:
                table.add_row(Text(title, style="bold"))
            for record in rows:
                place = "" if title else f", {record['population']}"
                name = label(record["measure"], record["statistic"])
                words = in_words(name, plan.counted) + place
                table.add_row(Text(f"  {words}"), *_cells(record, table))
        parts.append(table)
        if hours:
            parts += _hour_tables(comparison, alternative, width)
    parts += [Text.assemble(line) for line in _notes(comparison)]
    return Group(*parts)


def _table(width: int) -> Table:
    """Return an empty table with as many columns as the width allows."""
    shown = [column for column, least in _COLUMNS.items() if width >= least]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for title in shown:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _hour_tables(comparison: Comparison, alternative: str, width: int) -> Iterator[Table | Text]:
    frame = comparison.measures_by_hour
    own = frame[(frame["alternative"] == alternative) & (frame["population"] == "all")]
    for measure in _BY_HOUR:
        yield Text(
            f"{alternative} against {comparison.names[0]}: {MEASURES[measure].title.lower()} (min) "
            "by local hour of arrival"
        )
        table = _table(width)
        for row in own[own["measure"] == measure].to_dict("records"):
            record = {str(key): value for key, value in row.items()}
            table.add_row(f"{record['hour']:%a %H:%M}", *_cells(record, table))
        yield table


def _nothing(record: Record) -> bool:
    """Return whether there is nothing to tell: no value, or nothing in either."""
    means = record["baseline_mean"], record["alternative_mean"]
    return all(mean == 0 or math.isnan(mean) for mean in means)


def _cells(record: Record, table: Table) -> list[str]:
    """Return a row's cells for the columns that the table has."""
    shown = [column.header for column in table.columns]
    cells = zip(_COLUMNS, _all_cells(record), strict=True)
    return [cell for column, cell in cells if column in shown]


def _all_cells(record: Record) -> Iterator[str]:
    """Yield baseline, alternative, difference, change, correlation and variance reduction."""
    half = (record["difference_high"] - record["difference_low"]) / 2
    size = half if half > 0 and math.isfinite(half) else abs(record["baseline_mean"]) / 100
    digits = decimals(size)
    for name in ("baseline_mean", "alternative_mean"):
        yield "-" if math.isnan(record[name]) else f"{record[name]:,.{digits}f}"
    yield cell(record["difference"], record["difference_low"], record["difference_high"])
    change, low, high = record["change"], record["change_low"], record["change_high"]
    if math.isnan(change):
        yield "-"
    elif math.isnan(low):
        yield f"{change:+.1f}"
    elif math.isinf(low):
        yield f"{change:+.1f} (no bound)"
    else:
        shown = min(max(decimals((high - low) / 2), 1), 2)
        yield f"{change:+.{shown}f} [{low:+.{shown}f}, {high:+.{shown}f}]"
    correlation, reduction = record["correlation"], record["variance_reduction"]
    yield "" if math.isnan(correlation) else f"{correlation:.2f}"
    if math.isnan(reduction) or math.isnan(correlation):
        yield ""
    else:
        yield f"{reduction:,.1f}" if reduction < 1000 else "> 1,000"


def _notes(comparison: Comparison) -> Iterator[str | Text]:
    names = comparison.names
    many = len(names) > 2
    together = f", for the {len(names) - 1} alternatives together" if many else ""
    same = "" if comparison.warnings else " that see the same travellers"
    yield (
        f"\nMeans over {comparison.replications} replications (seed {comparison.seed}){same}. "
        f"Difference and change of the mean with their {100 * comparison.confidence:g} % "
        f"intervals{together}. Correlation of the pairs; variance "
        "reduction: how many times more replications would be needed without them."
    )
    if comparison.stopping is not None:
        yield stopping_note(comparison.stopping)
    best = comparison.best()
    if best.best >= 0:
        way = "largest" if comparison.largest else "smallest"
        row = comparison.judged_by
        yield (
            f"Best by {row} ({way}): {names[best.best]}"
            + (
                f"; probability of correct selection at least {best.probability:.1%}"
                if best.probability < 0.9995
                else "; probability of correct selection above 99.9%"
            )
        )
    for equality in comparison.equalities:
        yield equality_note(equality, names[0])
    for warning in comparison.warnings:
        yield f"Warning: {warning}"


def equality_note(equality: Any, baseline: str) -> str:
    """Return in words what was adjusted, and whether a measure is equal.

    Parameters
    ----------
    equality
        A `bcpsim.experiments.Equality`.
    baseline
        Name of the baseline.
    """
    words = f"Equal {equality.row}: "
    if equality.path is not None:
        words += f"{equality.path} set to {equality.value} in {equality.alternative}; "
    gap = equality.alternative_mean - equality.baseline_mean
    share = f" ({gap / equality.baseline_mean:+.2%})" if equality.baseline_mean else ""
    unit = equality.row.unit
    return (
        f"{words}{equality.alternative_mean:,.4g} {unit} against {equality.baseline_mean:,.4g} in "
        f"{baseline}{share}: "
        + (
            f"equal within {equality.tolerance:.2%}"
            if equality.equal
            else f"NOT equal within {equality.tolerance:.2%}"
        )
    )


def write_comparison_plots(
    comparison: Comparison, folder: Path, names: Sequence[str] = ()
) -> list[Path]:
    """Draw changes with their intervals, and differences by hour, as SVG and PNG.

    Returns
    -------
    list of Path
        The files written.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    written = []
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 5), layout="constrained")
        _changes(figure.subplots(), comparison, names)
        title = comparison.plans[0].title.replace("$", r"\$")
        written += save_figure(figure, folder, "changes", title)
        figure = Figure(figsize=(9, 5), layout="constrained")
        _by_hour(figure.subplots(), comparison)
        written += save_figure(figure, folder, "differences-by-hour", title)
    return written


def _changes(axes: Axes, comparison: Comparison, names: Sequence[str]) -> None:
    """Draw the percent change of main measures of all vehicles, and of those asked for."""
    shown = [(measure, "all", statistic) for measure, statistic in _MEASURES[:11]]
    asked = [find_row(comparison.rows, name) for name in names]
    shown += [(row.measure, row.population, row.statistic) for row in asked]
    index = {
        (r["alternative"], r["measure"], r["population"], r["statistic"]): r
        for r in comparison.records
    }
    alternatives = comparison.names[1:]
    shown = [
        key
        for key in dict.fromkeys(shown)
        if any(
            math.isfinite(index[(a, *key)]["change_low"])
            for a in alternatives
            if (a, *key) in index
        )
    ]
    for number, alternative in enumerate(alternatives):
        shift = 0.6 * ((number + 0.5) / len(alternatives) - 0.5)
        records = [index[(alternative, *key)] for key in shown]
        known = [(k, r) for k, r in enumerate(records) if math.isfinite(r["change_low"])]
        axes.errorbar(
            [r["change"] for _, r in known],
            [k + shift for k, _ in known],
            xerr=[
                [r["change"] - r["change_low"] for _, r in known],
                [r["change_high"] - r["change"] for _, r in known],
            ],
            fmt="osD^vP*"[number % 7],
            ms=6,
            capsize=3,
            color=COLOURS[number % len(COLOURS)],
            label=alternative.replace("$", r"\$"),
        )
    axes.axvline(0, color="#000000", lw=1)
    words = [
        label(measure, statistic).rsplit(" (", 1)[0] + ("" if place == "all" else f"\n{place}")
        for measure, place, statistic in shown
    ]
    axes.set_yticks(range(len(shown)), [word.replace("$", r"\$") for word in words])
    axes.invert_yaxis()
    axes.set_xlabel(
        f"Change of the mean against {comparison.names[0]} (%); "
        f"whiskers: {100 * comparison.confidence:g} % interval"
        + (", for all alternatives together" if len(alternatives) > 1 else "")
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))


def _by_hour(axes: Axes, comparison: Comparison) -> None:
    """Draw the difference of mean time in system by the hour of arrival."""
    from bcpsim.report.plots import clock, mid

    frame = comparison.measures_by_hour
    own = frame[(frame["measure"] == "time_in_system") & (frame["population"] == "all")]
    for number, alternative in enumerate(comparison.names[1:]):
        rows = own[own["alternative"] == alternative]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(
            mid(rows),
            rows["difference"],
            color=colour,
            ls=("-", "--", ":", "-.")[number % 4],
            label=alternative.replace("$", r"\$"),
        )
        axes.fill_between(
            mid(rows),
            rows["difference_low"],
            rows["difference_high"],
            color=colour,
            alpha=0.2,
            lw=0,
        )
    axes.axhline(0, color="#000000", lw=1)
    axes.set_ylabel(
        f"Time in system: difference from {comparison.names[0]}\n(min), by hour of arrival"
    )
    clock(axes, own, comparison.plans[0].time_zone)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
