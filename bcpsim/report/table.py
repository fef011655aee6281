"""The table of measures for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.kpi import MEASURES, Kind, Row, Titles, columns_of_runs
from bcpsim.report.fitting import fitting_tables
from bcpsim.runs import Result, Stopping
from bcpsim.runs.result import VariantResult

FEW = 10
"""Replications below which a table warns of its intervals (coverage: docs/statistics.md)."""

MOST_SERVICES = 6
"""Services that are printed; all are in the files."""

NO_BOUND = "(no bound)"
"""Stands for an interval where the replications can't bound the value."""

NO_BOUND_NOTE = (
    f"{NO_BOUND}: the baseline can't be told from 0 by these replications, so that nothing bounds "
    "a change in per cent of it."
)

_LONGER = ((1440.0, "days"), (60.0, "h"))
"""Units of time longer than a minute, in minutes."""

_MANY = 5
"""How many of a longer unit the longest time has at least, where that is used."""

_Values = Mapping[tuple[str, str, str, str], Mapping[str, Any]]
"""Rows of a result, by variant, measure, population and statistic."""

PERCENTILES_OF = {
    "replication": "a percentile is the mean of the replications' percentiles",
    "traveller": "means and percentiles of times are over all travellers, each weighing the same",
}
"""What percentiles (and means) are taken over, by what weighs the same."""


def measures_table(result: Result, width: int) -> Group:
    """Return the main measures of a result with their intervals, for printing.

    Parameters
    ----------
    result
        From `bcpsim.run`.
    width
        Columns of the terminal; a table that is wider is split.

    Returns
    -------
    rich.console.Group
        For each variant tables by class, by stop and by team of officers.
    """
    values = {
        (row["variant"], row["measure"], row["population"], row["statistic"]): row
        for row in result.rows
    }
    parts: list[Table | Text] = []
    for variant in result.variants:
        plan = variant.plan
        head = plan.title if variant.name == "base" else f"{plan.title}, variant {variant.name}"
        parts.append(Text(f"{head}\n", style="bold"))
        for title, populations, kinds in _sections(variant, values):
            measures = columns_of_runs(variant.rows, kinds)
            parts += _tables_of(title, populations, measures, variant, values, width)
    parts.append(Text(_note(result), style="dim"))
    if result.stopping is not None:
        parts.append(stopping_note(result.stopping))
    parts += note_lines(result.notes)
    return Group(*parts)


def _sections(
    variant: VariantResult, values: _Values
) -> Iterator[tuple[str, Sequence[str], tuple[Kind, ...]]]:
    """Yield for each table of a variant its title, its populations, and of which kinds they are."""
    plan = variant.plan
    places: dict[str, list[str]] = {}
    for place in Titles.of(plan).places:
        places.setdefault(place.partition("=")[0], []).append(place)

    def of(*names: str) -> list[str]:
        return [place for name in names for place in places.get(name, [])]

    def with_agencies(kind: str) -> list[str]:
        """Return the populations of a kind that are told apart by agency."""
        populations = dict.fromkeys(row.population for row in variant.rows)
        return [name for name in populations if name.startswith(f"{kind}=") and " " in name]

    agencies, groups = of("agency"), of("officers")
    teams = [*agencies, *of("crossing"), *(groups if len(groups) > len(agencies) else [])]
    yield (
        plan.counted.capitalize(),
        ["all", *of("vehicles", "persons", "class")],
        (Kind.PEOPLE, Kind.CIRCLE),
    )
    yield "By attribute", of("attribute"), (Kind.ASPECTS,)
    missed = _missed_most(values, variant.name, of("service"))
    yield "Services missed most", missed, (Kind.ASPECTS,)
    yield "Occupants", of("occupants"), (Kind.OCCUPANTS,)
    yield "Crossings", of("crossing"), (Kind.CROSSINGS,)
    yield "Stops", of("stop"), (Kind.STOPS, Kind.CIRCLE)
    yield "Waiting areas", of("area"), (Kind.AREAS,)
    yield "Equipment", of("equipment"), (Kind.EQUIPMENT,)
    yield "Disturbances", of("disturbance"), (Kind.DISTURBANCES,)
    yield "Officers", teams, (Kind.TEAMS, Kind.STAFF)
    yield "Referrals", ["all", *of("referral")], (Kind.REFERRALS,)
    yield "What is found", ["all", *of("truth")], (Kind.TRUTHS,)
    yield "By whom it is found", with_agencies("truth"), (Kind.FINDERS,)
    yield "Checks", of("activity"), (Kind.CHECKS,)
    yield "Cases", ["all", *of("case")], (Kind.CASES,)
    yield "By whom cases are handled", with_agencies("case"), (Kind.HANDLERS,)
    yield "Investigations", ["all", *of("investigation")], (Kind.INVESTIGATIONS,)
    yield "Documents lodged beforehand", ["all", *of("document")], (Kind.DOCUMENTS,)
    yield "Back offices", of("office"), (Kind.OFFICES,)
    yield "Costs", ["all", *of("payer")], (Kind.PAYERS,)


def _tables_of(
    title: str,
    populations: Sequence[str],
    measures: Sequence[tuple[str, str]],
    variant: VariantResult,
    values: _Values,
    width: int,
) -> list[Table]:
    """Return the tables of some populations: a row for each of them that has a value."""
    name, words = variant.name, Titles.of(variant.plan)
    present = [
        place
        for place in populations
        if any((name, measure, place, statistic) in values for measure, statistic in measures)
    ]
    if not present:
        return []
    labels: list[str] = []
    columns: list[list[str | Text]] = [[words.place(place)] for place in present]
    for measure, statistic in measures:
        cells = [values.get((name, measure, place, statistic)) for place in present]
        estimates = [cell["estimate"] for cell in cells if cell is not None]
        if MEASURES[measure].shown.if_any:
            shown = any(estimate > 0 for estimate in estimates)
        else:
            shown = bool(estimates)
        if shown:
            row = Row(measure, "all", statistic)
            unit, factor = fitting_unit(words.unit(row), estimates)
            labels.append(f"{words.value(row)} ({unit})")
            for column, cell in zip(columns, cells, strict=True):
                column.append(_cell(cell, factor))
    return list(fitting_tables(title, labels, columns, width))


def _missed_most(values: _Values, variant: str, services: Sequence[str]) -> list[str]:
    """Return the few services that most travellers miss, in the order of the timetable."""
    missed = {
        place: values[variant, "missed", place, "total"]["estimate"]
        for place in services
        if (variant, "missed", place, "total") in values
    }
    most = sorted((place for place in missed if missed[place] > 0), key=lambda p: -missed[p])
    return [place for place in missed if place in most[:MOST_SERVICES]]


def note_lines(notes: Iterable[str]) -> list[Text]:
    """Return notes for the end of a printed answer, a line each."""
    return [Text(f"Note: {note}.", style="yellow") for note in notes]


def _note(result: Result) -> str:
    if result.count == 1:
        return "One replication: no intervals; use --replications 20."
    words = (
        f"Means over {result.count} replications (seed {result.seed}) and their 95 % "
        f"intervals; {PERCENTILES_OF[result.weight]}. Definitions: bcpsim measures"
    )
    if any(math.isinf(row["low"]) or math.isinf(row["high"]) for row in result.rows):
        words += (
            f"\n{NO_BOUND}: the replications are too few for one (a 95th percentile of all "
            "travellers needs 30), or differ too much."
        )
    return "\n".join(filter(None, [words, few_note(result.count)]))


def few_note(replications: int) -> str:
    """Return a warning for tables of few replications; empty where there are enough."""
    words = few_words(replications)
    return f"Note: {words}" if words else ""


def few_words(replications: int) -> str:
    """Return what few replications mean for intervals; empty where there are enough."""
    if not 1 < replications < FEW:
        return ""
    return (
        f"fewer than {FEW} replications: the intervals may hold less often than they say; "
        "take 20 or more."
    )


def stopping_words(stopping: Stopping | None) -> list[str]:
    """Return whether a precision was reached, as a line; none where none was asked for."""
    return [] if stopping is None else [str(stopping_note(stopping))]


def stopping_note(stopping: Stopping) -> Text:
    """Return whether a precision was reached, in words.

    Parameters
    ----------
    stopping
        How the run ended.
    """
    precision = f"Precision of {100 * stopping.precision.half_width:g} %"
    if stopping.reached:
        return Text(f"{precision} reached with {stopping.replications} replications.", style="dim")
    missed = [
        f"{name} ± {100 * stopping.widths[name]:.2g} % (would take about {_rounded(needed)})"
        if needed is not None
        else f"{name} without an interval (always 0, or without a value)"
        for name, needed in stopping.missed.items()
    ]
    return Text(
        f"{precision} NOT reached with {stopping.replications} replications: "
        f"{', '.join(missed)}; raise --max-replications.",
        style="bold",
    )


def _rounded(count: int) -> str:
    """Return a large number with two digits that count."""
    return f"{round(count, 2 - len(str(count))):,}"


def fitting_unit(unit: str, values: Iterable[float]) -> tuple[str, float]:
    """Return the unit that fits some values, and by what they are multiplied for it.

    Minutes become hours or days where the longest is many of them: 43 h, not 2,566 min.
    """
    longest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    for minutes, name in _LONGER if unit == "min" else ():
        if longest >= _MANY * minutes:
            return name, 1 / minutes
    return unit, 1.0


def _cell(row: Mapping[str, Any] | None, factor: float) -> str:
    if row is None:
        return ""
    return cell(factor * row["estimate"], factor * row["low"], factor * row["high"])


def cell(estimate: float, low: float, high: float) -> str:
    """Return an estimate with its interval, rounded to what the interval can tell."""
    if math.isnan(estimate):
        return "-"
    if math.isnan(low) or high == low:
        return rounded(estimate, decimals(abs(estimate) / 100))
    if math.isinf(low) or math.isinf(high):
        return f"{rounded(estimate, decimals(abs(estimate) / 100))} {NO_BOUND}"
    digits = decimals((high - low) / 2)
    shown, *bounds = (rounded(value, digits) for value in (estimate, low, high))
    return f"{shown} [{', '.join(bounds)}]"


def rounded(value: float, digits: int) -> str:
    """Return a number with some decimals, and no minus before a zero."""
    return f"{round(value, digits) + 0.0:,.{digits}f}"


def decimals(size: float) -> int:
    """Return the decimals that show two figures of a size, at most three."""
    if size <= 0:
        return 0
    return min(max(1 - math.floor(math.log10(size)), 0), 3)
