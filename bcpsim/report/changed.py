"""What changed between ways of working, with intervals: of a comparison."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bcpsim.errors import visible
from bcpsim.files.units import written_out
from bcpsim.kpi import MEASURES, Row, in_a_sentence, lines_of_comparisons
from bcpsim.report.by_time import differences_by_time
from bcpsim.report.changes import COLUMNS, estimate_of, is_nothing, line
from bcpsim.report.document import (
    Cell,
    Column,
    Estimate,
    Heading,
    Part,
    Table,
    in_time,
    spans,
)
from bcpsim.report.told import Told, Way

_HEADLINES = ("waiting_time", "time_in_system")


def changed(told: Told) -> Iterator[Part]:
    """Yield the section on differences; nothing where nothing was compared."""
    if not told.changes:
        return
    yield Heading("What changes")
    baseline = told.ways[0].title
    for way in told.ways[1:]:
        yield from _tables(told, way, baseline)
    yield from differences_by_time(told)


def main_changes(told: Told, measures: Sequence[tuple[str, str]], note: str) -> Table:
    """Return how some measures of all change, each alternative beside the baseline.

    Parameters
    ----------
    told
        A comparison.
    measures
        Names and statistics.
    note
        What the numbers are.
    """
    heads = [Column("Measure"), *(Column(way.title) for way in told.ways)]
    lines: list[tuple[Cell, ...]] = []
    for row in (Row(measure, "all", statistic) for measure, statistic in measures):
        records = [_record(told, way.name, row) for way in told.ways[1:]]
        means = [told.of(way, row.measure, row.population, row.statistic) for way in told.ways]
        if None in records or not any(one is not None and one.value for one in means):
            continue
        column, cells = in_time(told.words.value(row), told.words.unit(row), tuple(means))
        texts = ["-" if one is None else one.alone() for one in cells]
        for number, record in enumerate(records, start=1):
            assert record is not None
            texts[number] += _change(estimate_of(record, "change"))
        lines.append((column.head, *texts))
    return Table("What changes", tuple(heads), tuple(lines), note)


def _change(change: Estimate) -> str:
    """Return a change in per cent for a line below what it is of; nothing where there is none."""
    bounds = change.low, change.high
    if not math.isfinite(change.value):
        return ""
    if not all(map(math.isfinite, bounds)) or bounds[0] == bounds[1]:
        return f"\n{round(change.value) + 0.0:+.0f} %".replace("+0 %", "0 %")
    digits = 0 if max(map(abs, bounds)) >= 3 else 1
    value, low, high = (
        f"{round(one, digits) + 0.0:+.{digits}f}" for one in (change.value, *bounds)
    )
    return f"\n{value} % [{low}, {high}]"


_OPEN = "no difference can be told"


def what_changes(told: Told) -> Iterator[str]:
    """Yield for each alternative what changes for an average traveller."""
    for way in told.ways[1:] if told.changes else ():
        said = [
            _sentence(told, record)
            for measure in _HEADLINES
            if (record := _record(told, way.name, Row(measure, "all", "mean"))) is not None
        ]
        yield f"{way.title}: {'; '.join(said)}."


def _record(told: Told, alternative: str, row: Row) -> Mapping[str, Any] | None:
    for record in told.changes:
        if record["alternative"] == alternative and _row(record) == row:
            return record
    return None


def _row(record: Mapping[str, Any]) -> Row:
    return Row(record["measure"], record["population"], record["statistic"])


def _sentence(told: Told, record: Mapping[str, Any]) -> str:
    """Return what changed, and how sure it is."""
    title = in_a_sentence(MEASURES[record["measure"]].title)
    before, after = spans(float(record["baseline_mean"]), float(record["alternative_mean"]))
    words = f"the mean {title} is {after} instead of {before}"
    change, low, high = (float(record[key]) for key in ("change", "change_low", "change_high"))
    if low == high == 0:
        return f"{words}, the same"
    verdict = _verdict(record)
    if all(map(math.isfinite, (change, low, high))):
        if verdict == _OPEN and not low <= 0 <= high:  # the interval that leaves it open is shown
            keys = ("difference", "difference_low", "difference_high")
            shown = [_signed(float(record[key])) for key in keys]
            unit = record["unit"]
        else:
            shown = [f"{round(value) + 0.0:+.0f}" for value in (change, low, high)]
            unit = "%"
        words += f" ({shown[0]} {unit}, 95 % interval {shown[1]} to {shown[2]} {unit})"
    return f"{words}, {verdict}"


def _signed(value: float) -> str:
    """Return a difference in two figures, with its sign."""
    return f"{'+' if value > 0 else ''}{written_out(value, 2)}"


def _verdict(record: Mapping[str, Any]) -> str:
    low, high = float(record["difference_low"]), float(record["difference_high"])
    # Where the baseline is uncertain, the interval in per cent may reach 0 though that of the
    # difference doesn't: then it would be read as no answer, and is none.
    least, most = float(record["change_low"]), float(record["change_high"])
    if high < 0 and not most >= 0:
        return "lower"
    if low > 0 and not least <= 0:
        return "higher"
    if low == high == 0:
        return "the same"
    return _OPEN


def best(told: Told) -> Iterator[str]:
    """Yield which way is best by the measure that was asked for, and how sure that is."""
    name, measure = told.best.get("name"), told.best.get("measure")
    probability = told.best.get("probability")
    if isinstance(name, str) and isinstance(measure, str) and isinstance(probability, float):
        way = "largest" if told.best.get("largest") else "smallest"
        parts = measure.split("/")
        if len(parts) == 3 and parts[0] in MEASURES:
            measure = in_a_sentence(told.words.value(Row(*parts)))
        least = written_out(math.floor(1000 * probability) / 10)
        title = next((one.title for one in told.ways if one.name == name), visible(name))
        yield (
            f"Best by {visible(measure)} ({way}): {title}; the "
            f"probability that this choice is right is at least {least} %."
        )


def _tables(told: Told, way: Way, baseline: str) -> Iterator[Table]:
    """Yield the differences of an alternative: of all, and below of each class and agency."""
    title = f"{way.title} against {baseline}"
    yield _table(told, way, title, ["all"])
    kinds = ("class", "interval", "agency")
    places = [place for kind in kinds for place in told.populations(kind)]
    apart = _table(told, way, f"{title}, by class, interval and agency", places)
    if apart.rows:
        yield replace(apart, folded=True)


def _table(told: Told, way: Way, title: str, places: Sequence[str]) -> Table:
    """Return the differences of an alternative for some populations, each below its name."""
    own = {_row(r): r for r in told.changes if r["alternative"] == way.name and not is_nothing(r)}
    rows: list[tuple[Cell, ...]] = []
    for place in places:
        shown = lines_of_comparisons(own, place)
        if shown and len(places) > 1:
            rows.append((visible(told.words.place(place)),))
        for row in shown:
            name = told.words.statistic(row) if len(places) > 1 else told.words.value(row)
            rows.append((*line(name, told.words.unit(row), own[row]), _verdict(own[row])))
    baseline, alternative, *changes = COLUMNS
    return Table(
        title,
        (
            Column("Measure"),
            replace(baseline, title=told.ways[0].title),
            replace(alternative, title=way.title),
            *changes,
            Column(f"With {way.title} it is"),
        ),
        tuple(rows),
        "Differences of the same traffic, vehicle by vehicle, with their 95 % intervals in "
        "brackets, for all alternatives together.",
    )
