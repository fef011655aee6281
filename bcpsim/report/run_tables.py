"""All measures of a run as a document of tables, by population."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bcpsim.errors import visible
from bcpsim.kpi import MEASURES, Kind, Row, Titles, columns_of_runs
from bcpsim.report.answers import sentences
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
    in_time,
)
from bcpsim.report.notes import PERCENTILES_OF, few_words, stopping_sentence
from bcpsim.report.numbers import NO_BOUND
from bcpsim.report.told import told_of
from bcpsim.runs import Result
from bcpsim.runs.result import VariantResult

MOST_SERVICES = 6
"""Services that are printed; all are in the files."""

_Values = Mapping[tuple[str, str, str, str], Mapping[str, Any]]
"""Rows of a result, by variant, measure, population and statistic."""


def measures_document(result: Result) -> Document:
    """Return the main measures of a result with their intervals.

    Parameters
    ----------
    result
        From `bcpsim.run`.

    Returns
    -------
    Document
        What it says in sentences; for each variant tables by class, by stop, by team of officers,
        and what else there is.
    """
    values = {
        (row["variant"], row["measure"], row["population"], row["statistic"]): row
        for row in result.rows
    }
    first, *others = result.variants
    said = Points(tuple(sentences(told_of(result))), "answer")
    parts = [said, *_tables(first, values)]
    for variant in others:
        parts += [Heading(head_of(variant)), *_tables(variant, values)]
    parts += _notes(result)
    return Document(head_of(first), tuple(parts))


def head_of(variant: VariantResult) -> str:
    """Return the title of the place, with the variant."""
    title = variant.plan.title
    return visible(title if variant.name == "base" else f"{title}, variant {variant.name}")


def _tables(variant: VariantResult, values: _Values) -> Iterator[Part]:
    for title, populations, kinds in _sections(variant, values):
        table = _table(title, populations, columns_of_runs(variant.rows, kinds), variant, values)
        if table.rows:
            yield table


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

    def told_apart(kind: str, *by: str) -> list[str]:
        """Return the populations of a kind that are told apart by something else, too."""
        populations = dict.fromkeys(row.population for row in variant.rows)
        of_kind = [name for name in populations if name.startswith(f"{kind}=")]
        return [name for name in of_kind if any(f" {other}=" in name for other in by)]

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
    yield "Intervals", of("interval"), (Kind.INTERVALS,)
    yield "Crossings", of("crossing"), (Kind.CROSSINGS,)
    yield "Stops", of("stop"), (Kind.STOPS, Kind.CIRCLE)
    yield "Waiting areas", of("area"), (Kind.AREAS,)
    yield "Equipment", of("equipment"), (Kind.EQUIPMENT,)
    yield "Disturbances", of("disturbance"), (Kind.DISTURBANCES,)
    yield "Officers", teams, (Kind.TEAMS, Kind.STAFF)
    yield "Referrals", ["all", *of("referral")], (Kind.REFERRALS,)
    yield "What is found", ["all", *of("truth")], (Kind.TRUTHS,)
    yield "By whom it is found", told_apart("truth", "activity", "agency"), (Kind.FINDERS,)
    yield "Checks", of("activity"), (Kind.CHECKS,)
    yield "Cases", ["all", *of("case")], (Kind.CASES,)
    yield "By whom cases are handled", told_apart("case", "agency"), (Kind.HANDLERS,)
    yield "Who waits for whom", told_apart("case", "from"), (Kind.HANDOVERS,)
    yield "Investigations", ["all", *of("investigation")], (Kind.INVESTIGATIONS,)
    yield "Documents lodged beforehand", ["all", *of("document")], (Kind.DOCUMENTS,)
    yield "Back offices", of("office"), (Kind.OFFICES,)
    yield "Costs", ["all", *of("payer")], (Kind.PAYERS,)


def _table(
    title: str,
    populations: Sequence[str],
    measures: Sequence[tuple[str, str]],
    variant: VariantResult,
    values: _Values,
) -> Table:
    """Return the table of some populations: a column for each that has a value."""
    name, words = variant.name, Titles.of(variant.plan)
    present = [
        place
        for place in populations
        if any((name, measure, place, statistic) in values for measure, statistic in measures)
    ]
    rows: list[tuple[Cell, ...]] = []
    for measure, statistic in measures if present else ():
        found = [values.get((name, measure, place, statistic)) for place in present]
        estimates = tuple(None if row is None else Estimate.of(row) for row in found)
        known = [one.value for one in estimates if one is not None]
        if_any = MEASURES[measure].shown.if_any
        if any(value > 0 for value in known) if if_any else known:
            row = Row(measure, "all", statistic)
            column, cells = in_time(words.value(row), words.unit(row), estimates)
            rows.append((column.head, *cells))
    heads = (Column(visible(words.place(place)), numbers=True) for place in present)
    return Table(title, (Column(title), *heads), tuple(rows))


def _missed_most(values: _Values, variant: str, services: Sequence[str]) -> list[str]:
    """Return the few services that most travellers miss, in the order of the timetable."""
    missed = {
        place: values[variant, "missed", place, "total"]["estimate"]
        for place in services
        if (variant, "missed", place, "total") in values
    }
    most = sorted((place for place in missed if missed[place] > 0), key=lambda p: -missed[p])
    return [place for place in missed if place in most[:MOST_SERVICES]]


def _notes(result: Result) -> Iterator[Part]:
    """Yield what must be known to read the tables, and what was noticed."""
    if result.count == 1:
        yield Sentence("One replication: no intervals; use --replications 20.", "note")
    else:
        yield Sentence(
            f"Means over {result.count} replications (seed {result.seed}) and their 95 % "
            f"intervals; {PERCENTILES_OF[result.weight]}. Definitions: bcpsim measures",
            "note",
        )
        if any(math.isinf(row["low"]) or math.isinf(row["high"]) for row in result.rows):
            yield Sentence(
                f"{NO_BOUND}: the replications are too few for one (a 95th percentile of all "
                "travellers needs 30), or differ too much.",
                "note",
            )
    if few := few_words(result.count):
        yield Sentence(few, "warning")
    if result.stopping is not None:
        yield stopping_sentence(result.stopping)
    yield from (Sentence(f"{visible(text)}.", "warning") for text in result.notes)
