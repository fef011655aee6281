"""Tables of a comparison of ways of working."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bcpsim.comparisons import Comparison, Equality
from bcpsim.files.units import written_out
from bcpsim.kpi import MEASURES, Row, Titles, find_row, in_a_sentence, lines_of_comparisons
from bcpsim.report.table import (
    NO_BOUND,
    NO_BOUND_NOTE,
    PERCENTILES_OF,
    cell,
    decimals,
    few_note,
    fitting_unit,
    note_lines,
    stopping_note,
    stopping_words,
)

Record = dict[str, Any]
Line = tuple[str, tuple[str, ...]]
"""The label of a row and its cells, without any if it is a head."""

_COLUMNS = (
    "Baseline",
    "Alternative",
    "Difference",
    "Change (%)",
    "Correlation",
    "Variance reduction",
)
_PAIRING = _COLUMNS[4:]
_TIMES = ("baseline_mean", "alternative_mean", "difference", "difference_low", "difference_high")
_INDENT = 2
_GAP = 3  # columns of the terminal between two columns of a table
_WEIGHTS = {
    "replication": PERCENTILES_OF["replication"],
    "traveller": "means of times are over all travellers, each weighing the same (by hour: over "
    f"replications); {PERCENTILES_OF['replication']}",
}
_BY_HOUR = ("waiting_time", "time_in_system")


def comparison_table(
    comparison: Comparison,
    width: int,
    names: Sequence[str] = (),
    *,
    classes: bool = True,
    hours: bool = False,
    pairing: bool = True,
) -> Group:
    """Return the main measures of a comparison for printing.

    Parameters
    ----------
    comparison
        From `bcpsim.compare`.
    width
        Columns of the terminal; where they are few, what pairing was worth is left out, and
        intervals stand below their estimates.
    names
        Further measures to show, as `bcpsim.kpi.find_row` takes them.
    classes, hours
        Whether to show each class of vehicle, and each hour.
    pairing
        Whether to show what pairing was worth, where there is room: correlation, variance
        reduction.
    """
    words = Titles.of(comparison.plans[0])
    asked = [find_row(comparison.rows, name) for name in names]
    kinds = ("all", *(["class"] if classes else []), "crossing", "agency")
    populations = [place for place in words.places if place.partition("=")[0] in kinds]
    tables: list[tuple[str, list[Line]]] = []
    for alternative in comparison.names[1:]:
        records = [r for r in comparison.records if r["alternative"] == alternative]
        index = {Row(r["measure"], r["population"], r["statistic"]): r for r in records}
        lines: list[Line] = []
        for place in populations:
            rows = lines_of_comparisons(index, place)
            found = [row for row in rows if not _nothing(index[row])]
            lines += [(words.place(place), ())] if found else []
            lines += [_line(words.statistic(row), words.unit(row), index[row]) for row in found]
        lines += [
            _line(words.value(row), words.unit(row), index[row])
            for row in asked
            if not _nothing(index[row])
        ]
        head = f"{alternative} against {comparison.names[0]}"
        tables.append((head, lines))
        if hours:
            tables += _by_hours(comparison, alternative, head)
    every = [line for _, lines in tables for line in lines]
    shown = _columns(every, width, pairing=pairing)
    parts: list[Table | Text] = [Text(f"{comparison.plans[0].title}\n", style="bold")]
    for head, lines in tables:
        parts += [Text(head), _table(lines, shown)]
    notes = _notes(comparison, shown, any(NO_BOUND in "".join(c) for _, c in every))
    return Group(*parts, *map(Text.assemble, notes))


def _line(label: str, unit: str, record: Record) -> Line:
    """Return the line of a measure, in the unit that fits its values."""
    unit, factor = fitting_unit(unit, (record["baseline_mean"], record["alternative_mean"]))
    scaled = {key: factor * record[key] for key in _TIMES}
    return f"{label} ({unit})", _cells({**record, **scaled})


def _by_hours(
    comparison: Comparison, alternative: str, head: str
) -> Iterator[tuple[str, list[Line]]]:
    """Yield the lines of measures by hour, with their heads."""
    frame = comparison.measures_by_hour
    own = frame[(frame["alternative"] == alternative) & (frame["population"] == "all")]
    for measure in _BY_HOUR:
        lines = []
        for row in own[own["measure"] == measure].to_dict("records"):
            record = {str(key): value for key, value in row.items()}
            lines.append((f"{record['hour']:%a %H:%M}", _cells(record)))
        yield f"{head}: {MEASURES[measure].title.lower()} (min) by local hour of arrival", lines


def _columns(lines: Sequence[Line], width: int, *, pairing: bool) -> tuple[str, ...]:
    """Return the columns for which there is room: all, those but the worth of pairing, or none.

    With none, what doesn't fit side by side has to be stacked.
    """
    label = _INDENT + max(len(label) for label, _ in lines)
    widths = [
        max(len(head), *(len(cells[k]) for _, cells in lines if cells))
        for k, head in enumerate(_COLUMNS)
    ]
    without = len(_COLUMNS) - len(_PAIRING)
    for count in (len(_COLUMNS), without) if pairing else (without,):
        if label + sum(_GAP + one for one in widths[:count]) <= width:
            return _COLUMNS[:count]
    return ()


def _table(lines: Sequence[Line], shown: Sequence[str]) -> Table:
    """Return lines as a table with some columns; with none of them, stacked."""

    def indented(label: str) -> Padding:
        return Padding(Text(label), (0, 0, 0, _INDENT))

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for head in shown or ("Baseline\nAlternative", *_COLUMNS[2:4]):
        table.add_column(head, justify="right", no_wrap=True)
    for label, cells in lines:
        if not cells:
            table.add_row(Text(label, style="bold"))
        elif shown:
            table.add_row(indented(label), *cells[: len(shown)])
        else:
            baseline, alternative, *changes = cells[:4]
            below = ("\n".join(one.split(" ", 1)) for one in changes)
            table.add_row(indented(label), f"{baseline}\n{alternative}", *below)
    return table


def _nothing(record: Record) -> bool:
    """Return whether there is nothing to tell: no value, or nothing in either."""
    means = record["baseline_mean"], record["alternative_mean"]
    return all(mean == 0 or math.isnan(mean) for mean in means)


def _cells(record: Record) -> tuple[str, ...]:
    """Return a record's cells in the order of `_COLUMNS`."""
    half = (record["difference_high"] - record["difference_low"]) / 2
    size = half if half > 0 and math.isfinite(half) else abs(record["baseline_mean"]) / 100
    digits = decimals(size)
    means = [
        "-" if math.isnan(record[name]) else f"{record[name]:,.{digits}f}"
        for name in ("baseline_mean", "alternative_mean")
    ]
    difference = cell(record["difference"], record["difference_low"], record["difference_high"])
    correlation, reduction = record["correlation"], record["variance_reduction"]
    worth = ["" if math.isnan(correlation) else f"{correlation:.2f}", ""]
    if not math.isnan(reduction) and not math.isnan(correlation):
        worth[1] = f"{reduction:,.1f}" if reduction < 1000 else "> 1,000"
    return (*means, difference, _change(record), *worth)


def _change(record: Record) -> str:
    """Return the change in per cent with its interval."""
    change, low, high = record["change"], record["change_low"], record["change_high"]
    if math.isnan(change):
        return "-"
    if math.isnan(low) or record["difference_low"] == record["difference_high"] == 0:
        return f"{change:+.1f}"
    if math.isinf(low):
        return f"{change:+.1f} {NO_BOUND}"
    shown = min(max(decimals((high - low) / 2), 1), 2)
    # Adding 0 takes the minus from a zero.
    found, *bounds = (f"{round(value, shown) + 0.0:+.{shown}f}" for value in (change, low, high))
    return f"{found} [{', '.join(bounds)}]"


def _notes(comparison: Comparison, shown: Sequence[str], unbounded: bool) -> Iterator[str | Text]:
    """Yield what explains the columns shown, and what was found besides."""
    names, words = comparison.names, Titles.of(comparison.plans[0])
    many = len(names) > 2
    together = f", for the {len(names) - 1} alternatives together" if many else ""
    same = "" if comparison.warnings else f" that see the same {words.counted}"
    note = (
        f"\nMeans over {comparison.count} replications (seed {comparison.seed}){same}. "
        f"Difference and change of the mean with their {100 * comparison.confidence:g} % "
        f"intervals{together}; {_WEIGHTS[comparison.weight]}."
    )
    if not shown:
        note += " Intervals stand below their estimates."
    if _PAIRING[0] in shown:
        note += (
            " Correlation of the pairs; variance reduction: how many times more replications "
            "would be needed without them."
        )
    yield note
    if unbounded:
        yield NO_BOUND_NOTE
    if few_note(comparison.count):
        yield few_note(comparison.count)
    if comparison.stopping is not None:
        yield stopping_note(comparison.stopping)
    best = comparison.best()
    if best.best >= 0:
        way = "largest" if comparison.largest else "smallest"
        sure = (
            f"at least {best.probability:.1%}" if best.probability < 0.9995 else "above 99.9%"
        ).replace("%", " %")
        yield (
            f"Best by {in_a_sentence(words.value(comparison.judged_by))} ({way}): "
            f"{names[best.best]}; probability of correct selection {sure}"
        )
    for equality in comparison.equalities:
        yield equality_note(equality, names[0], words)
    for warning in comparison.warnings:
        yield f"Warning: {warning}"
    yield from note_lines(comparison.notes)


def conditions_words(comparison: Comparison) -> list[str]:
    """Return what was made equal and whether a precision was reached, a line each."""
    words = Titles.of(comparison.plans[0])
    equal = [equality_note(one, comparison.names[0], words) for one in comparison.equalities]
    return [*equal, *stopping_words(comparison.stopping)]


def equality_note(equality: Equality, baseline: str, words: Titles) -> str:
    """Return in words what was adjusted, and whether a measure is equal.

    Parameters
    ----------
    equality
        From `bcpsim.compare`.
    baseline, words
        Name of the baseline, and its words.
    """
    note = f"Equal {in_a_sentence(words.value(equality.row))}: "
    if equality.path is not None:
        note += f"{equality.path} set to {equality.value} in {equality.alternative}; "
    gap = equality.alternative_mean - equality.baseline_mean
    share = f" ({100 * gap / equality.baseline_mean:+.2f} %)" if equality.baseline_mean else ""
    unit = words.unit(equality.row)
    return (
        f"{note}{written_out(equality.alternative_mean, 4)} {unit} against "
        f"{written_out(equality.baseline_mean, 4)} in "
        f"{baseline}{share}: "
        + (
            f"equal within {100 * equality.tolerance:g} %"
            if equality.equal
            else f"NOT equal within {100 * equality.tolerance:g} %"
        )
    )
