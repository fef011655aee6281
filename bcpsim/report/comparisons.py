"""A comparison of ways of working, measure by measure, as a document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bcpsim.comparisons import Comparison, Equality
from bcpsim.errors import visible
from bcpsim.files.units import written_out
from bcpsim.kpi import MEASURES, Row, Titles, find_row, in_a_sentence, lines_of_comparisons
from bcpsim.report.answers import sentences
from bcpsim.report.changes import COLUMNS, is_nothing, line
from bcpsim.report.document import Cell, Column, Document, Heading, Part, Points, Sentence, Table
from bcpsim.report.notes import (
    NO_BOUND_NOTE,
    PERCENTILES_OF,
    few_words,
    stopping_sentence,
    stopping_words,
)
from bcpsim.report.numbers import NO_BOUND
from bcpsim.report.told import told_of

Record = Mapping[str, Any]

_PAIRING = (
    Column("Correlation", numbers=True, optional=True),
    Column("Variance reduction", numbers=True, optional=True),
)
_PAIRED = (
    "Correlation of the pairs; variance reduction: how many times more replications would be "
    "needed without them. Both are left out where there is no room."
)
_WEIGHTS = {
    "replication": PERCENTILES_OF["replication"],
    "traveller": "means of times are over all travellers, each weighing the same (by hour: over "
    f"replications); {PERCENTILES_OF['replication']}",
}
_BY_HOUR = ("waiting_time", "time_in_system")


def comparison_document(
    comparison: Comparison,
    names: Sequence[str] = (),
    *,
    classes: bool = True,
    hours: bool = False,
    pairing: bool = True,
) -> Document:
    """Return the main measures of a comparison.

    Parameters
    ----------
    comparison
        From `bcpsim.compare`.
    names
        Further measures to show, as `bcpsim.kpi.find_row` takes them.
    classes, hours
        Whether to show each class of vehicle, and each hour.
    pairing
        Whether to show what pairing was worth: correlation, variance reduction.
    """
    asked = [find_row(comparison.rows, name) for name in names]
    worth = _PAIRING if pairing else ()
    parts: list[Part] = [Points(tuple(sentences(told_of(comparison))), "answer")]
    for alternative in comparison.names[1:]:
        title = visible(f"{alternative} against {comparison.names[0]}")
        rows = tuple(_rows(comparison, alternative, asked, classes=classes, pairing=pairing))
        parts += [Heading(title), Table(title, (Column("Measure"), *COLUMNS, *worth), rows)]
        if hours:
            parts += _by_hours(comparison, alternative, title, pairing=pairing)
    if any(NO_BOUND in str(cell) for cell in _cells(parts)):
        parts.append(Sentence(NO_BOUND_NOTE, "note"))
    if pairing:
        parts.append(Sentence(_PAIRED, "note"))
    parts += _notes(comparison)
    return Document(visible(comparison.plans[0].title), tuple(parts))


def _rows(
    comparison: Comparison,
    alternative: str,
    asked: Sequence[Row],
    *,
    classes: bool,
    pairing: bool,
) -> Iterator[tuple[Cell, ...]]:
    """Yield the measures of each population below its name, then those asked for."""
    words = Titles.of(comparison.plans[0])
    kinds = ("all", *(["class"] if classes else []), "interval", "crossing", "agency")
    index = {
        Row(one["measure"], one["population"], one["statistic"]): one
        for one in comparison.records
        if one["alternative"] == alternative and not is_nothing(one)
    }
    for place in words.places:
        if place.partition("=")[0] in kinds:
            shown = lines_of_comparisons(index, place)
            if shown:
                yield (visible(words.place(place)),)
            for row in shown:
                title = words.statistic(row)
                yield (*line(title, words.unit(row), index[row]), *_worth(index[row], pairing))
    for row in asked:
        if row in index:
            title = visible(words.value(row))
            yield (*line(title, words.unit(row), index[row]), *_worth(index[row], pairing))


def _worth(record: Record, pairing: bool) -> tuple[str, ...]:
    """Return what pairing was worth, if it is shown."""
    if not pairing:
        return ()
    correlation, reduction = record["correlation"], record["variance_reduction"]
    if math.isnan(correlation):
        return "", ""
    if math.isnan(reduction):
        return f"{correlation:.2f}", ""
    return f"{correlation:.2f}", f"{reduction:,.1f}" if reduction < 1000 else "> 1,000"


def _by_hours(
    comparison: Comparison, alternative: str, head: str, *, pairing: bool
) -> Iterator[Part]:
    """Yield measures by hour, each with a head."""
    frame = comparison.measures_by_hour
    own = frame[(frame["alternative"] == alternative) & (frame["population"] == "all")]
    worth = _PAIRING if pairing else ()
    for measure in _BY_HOUR:
        title = f"{head}: {MEASURES[measure].title.lower()} (min) by local hour of arrival"
        rows: list[tuple[Cell, ...]] = []
        for row in own[own["measure"] == measure].to_dict("records"):
            record = {str(key): value for key, value in row.items()}
            hour, *cells = line(f"{record['hour']:%a %H:%M}", "", record)
            rows.append((hour, *cells, *_worth(record, pairing)))
        yield Heading(title, 3)
        yield Table(title, (Column("Hour"), *COLUMNS, *worth), tuple(rows))


def _cells(parts: Sequence[Part]) -> Iterator[Cell]:
    for part in parts:
        if isinstance(part, Table):
            for row in part.rows:
                yield from row


def _notes(comparison: Comparison) -> Iterator[Part]:
    """Yield what explains the columns, and what was noticed besides."""
    names, words = comparison.names, Titles.of(comparison.plans[0])
    many = len(names) > 2
    together = f", for the {len(names) - 1} alternatives together" if many else ""
    same = "" if comparison.warnings else f" that see the same {words.counted}"
    yield Sentence(
        f"Means over {comparison.count} replications (seed {comparison.seed}){same}. "
        f"Difference and change of the mean with their {100 * comparison.confidence:g} % "
        f"intervals{together}; {_WEIGHTS[comparison.weight]}.",
        "note",
    )
    if few := few_words(comparison.count):
        yield Sentence(few, "warning")
    if comparison.stopping is not None:
        yield stopping_sentence(comparison.stopping)
    best = comparison.best()
    if best.best >= 0:
        way = "largest" if comparison.largest else "smallest"
        sure = (
            f"at least {best.probability:.1%}" if best.probability < 0.9995 else "above 99.9%"
        ).replace("%", " %")
        yield Sentence(
            f"Best by {in_a_sentence(words.value(comparison.judged_by))} ({way}): "
            f"{visible(names[best.best])}; probability of correct selection {sure}"
        )
    for equality in comparison.equalities:
        yield Sentence(visible(equality_note(equality, names[0], words)))
    for text in (*comparison.warnings, *(f"{note}." for note in comparison.notes)):
        yield Sentence(visible(text), "warning")


def conditions_words(comparison: Comparison) -> list[str]:
    """Return what was made equal and whether a precision was reached, a line each."""
    words = Titles.of(comparison.plans[0])
    equal = [equality_note(one, comparison.names[0], words) for one in comparison.equalities]
    return [*equal, stopping_words(comparison.stopping)]


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
