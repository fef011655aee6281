"""Calibrations as documents: unknowns, and errors beside other predictors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from bcpsim.calibration import Calibration
from bcpsim.calibration.file import CONSTANT, SIMULATION, Formula, Medians
from bcpsim.calibration.methods import TEST
from bcpsim.errors import visible
from bcpsim.kpi import Titles, in_a_sentence, row_of
from bcpsim.report.annex import annex
from bcpsim.report.answers import drawn
from bcpsim.report.document import Column, Document, Heading, Part, Sentence, Table
from bcpsim.report.told import told_of_scenarios

_NOTE = (
    "Errors are of the later rows, which weren't fitted. Mean: of the observed; r: correlation of "
    "simulated with observed; bias: mean of simulated less observed; simulated and what follows: "
    "mean absolute error of the simulation, of each formula, of medians of earlier rows, and of a "
    "constant. Difference: by how much the simulation's error is larger, over places if there are "
    "several; below 0 the simulation is better."
)


def calibration_document(result: Calibration) -> Document:
    """Return what was fitted, and how far it is from what was observed.

    Parameters
    ----------
    result
        From `bcpsim.calibrate` or `bcpsim.compare_observed`.
    """
    file = result.study.file
    parts: list[Part] = [Heading("Unknowns"), _unknowns(result)]
    restless = [p.name for p in result.places if p.fit is not None and not p.fit.converged]
    if restless:
        names = visible(", ".join(restless))
        parts.append(Sentence(f"the fit didn't come to rest: {names}.", "warning"))
    for column, name in file.measures.items():
        words = Titles().with_unit(row_of(name, "mean"))
        title = visible(f"{column}, held against {in_a_sentence(words)}")
        parts += [Heading(title), _errors(result, column, title), _differences(result, column)]
    parts.append(Sentence(_NOTE))
    parts += [Sentence(f"{visible(text)}.", "warning") for text in result.study.notes]
    return Document(visible(file.title or file.name), tuple(parts))


def calibration_report(result: Calibration, command: str = "") -> Document:
    """Return the report to hand on: the answer, the crossing drawn, the model, where it is from.

    Parameters
    ----------
    result
        As for `calibration_document`.
    command
        The command line that made it.
    """
    answer, study = calibration_document(result), result.study
    made_from = {**result.provenance, "weight": "replication"}
    told = told_of_scenarios([(study.loaded.variant, study.loaded)], made_from, (), command)
    return Document(answer.title, (*answer.parts, *drawn(told), *annex(told)))


def _unknowns(result: Calibration) -> Table:
    named = result.study.file.unknowns
    rows = [
        (
            visible(record["place"]),
            visible(named[record["unknown"]].title or record["unknown"]),
            f"{record['value']:.3g}",
            "" if math.isnan(record["low"]) else f"[{record['low']:.3g}, {record['high']:.3g}]",
            record["verdict"],
        )
        for record in result.unknown_records
    ]
    heads = ("Place", "Unknown", "Value", "95 % interval", "Verdict")
    return Table("Unknowns", tuple(map(Column, heads)), tuple(rows))


def _errors(result: Calibration, column: str, title: str) -> Table:
    """Return the errors of all predictors on the rows that test, with medians over places."""
    others = _others(result, column)
    predictors = [SIMULATION, *others, CONSTANT]
    by_place: dict[str, dict[str, dict[str, Any]]] = {}
    for place in result.places:
        for record in place.comparison:
            if record["part"] == TEST and record["column"] == column:
                by_place.setdefault(record["place"], {})[record["predictor"]] = record
    rows = [
        _line(place, str(said[SIMULATION]["rows"]), [said], predictors)
        for place, said in by_place.items()
    ]
    if len(by_place) > 1:
        rows.append(_line("Median", "", list(by_place.values()), predictors))
    heads = ("Place", "Rows", "Mean", "r", "Bias", "Simulated", *others.values(), "Constant")
    return Table(title, tuple(Column(visible(head)) for head in heads), tuple(rows))


def _others(result: Calibration, column: str) -> dict[str, str]:
    """Return the titles of formulas and medians that predict a column, by name."""
    file = result.study.file
    others: dict[str, Formula | Medians] = {**file.formulas, **file.medians}
    return {name: other.title or name for name, other in others.items() if other.predicts == column}


def _differences(result: Calibration, column: str) -> Table:
    """Return how the simulation's error differs from those of the other predictors."""
    titles = {**_others(result, column), CONSTANT: "Constant"}
    better = Counter(
        record["predictor"]
        for place in result.places
        for record in place.differences
        if record["column"] == column and record["difference"] < 0
    )
    rows = []
    for record in result.overall_differences:
        if record["column"] == column:
            name, low, high = record["predictor"], record["low"], record["high"]
            interval = "" if math.isnan(low) else f"[{low:+.2f}, {high:+.2f}]"
            where = f"{better[name]} of {len(result.places)}"
            cells = (visible(titles[name]), _number(record["difference"], "+.2f"), interval, where)
            rows.append(cells)
    heads = ("Simulated less", "Difference", "95 % interval", "Better at")
    return Table("Differences", tuple(map(Column, heads)), tuple(rows))


def _line(
    place: str,
    rows: str,
    errors: Sequence[Mapping[str, Mapping[str, Any]]],
    predictors: Sequence[str],
) -> tuple[str, ...]:
    """Return the errors at a place, or their medians over several places."""

    def middle(predictor: str, key: str) -> float:
        values = [float(said[predictor][key]) for said in errors]
        return median([value for value in values if not math.isnan(value)] or [math.nan])

    return (
        visible(place),
        rows,
        _number(middle(SIMULATION, "observed_mean"), ".1f"),
        _number(middle(SIMULATION, "r"), ".2f"),
        _number(middle(SIMULATION, "bias"), "+.1f"),
        *(_number(middle(name, "mae"), ".2f") for name in predictors),
    )


def _number(value: float, form: str) -> str:
    return "" if math.isnan(value) else format(value, form)
