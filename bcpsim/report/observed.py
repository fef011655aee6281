"""Calibrations for a terminal: unknowns, and errors beside other predictors."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.calibration import Calibration
from bcpsim.calibration.methods import CONSTANT, SIMULATION, TEST
from bcpsim.kpi import Titles, in_a_sentence, row_of
from bcpsim.report.table import note_lines

_NOTE = (
    "Errors are of the later rows, which weren't fitted. Mean: of the observed; r: correlation of "
    "simulated with observed; bias: mean of simulated less observed; simulated and what follows: "
    "mean absolute error of the simulation, of each formula, and of a constant."
)


def calibration_tables(result: Calibration) -> Group:
    """Return the tables of a calibration.

    Parameters
    ----------
    result
        From `bcpsim.calibrate` or `bcpsim.compare_observed`.
    """
    parts: list[Table | Text] = [Text("Unknowns", style="bold"), _unknowns(result)]
    restless = [p.name for p in result.places if p.fit is not None and not p.fit.converged]
    if restless:
        parts.append(Text(f"The fit didn't come to rest: {', '.join(restless)}\n"))
    for column, name in result.study.file.measures.items():
        words = Titles().with_unit(row_of(name, "mean"))
        title = f"{column}, held against {in_a_sentence(words)}"
        parts += [Text(title, style="bold"), _errors(result, column)]
    parts.append(Text(_NOTE, style="dim"))
    return Group(*parts, *note_lines(result.study.notes))


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False)


def _unknowns(result: Calibration) -> Table:
    table = _table()
    table.add_column("Place", no_wrap=True)
    table.add_column("Unknown")
    table.add_column("Value", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    named = result.study.file.unknowns
    last = None
    for record in result.unknown_records:
        interval = f"[{record['low']:.3g}, {record['high']:.3g}]"
        table.add_row(
            Text(record["place"] if record["place"] != last else ""),
            Text(named[record["unknown"]].title or record["unknown"]),
            f"{record['value']:.3g}",
            "" if math.isnan(record["low"]) else interval,
            record["verdict"],
        )
        last = record["place"]
    return table


def _errors(result: Calibration, column: str) -> Table:
    """Return the errors of all predictors on the rows that test, with medians over places."""
    records = [
        one
        for place in result.places
        for one in place.comparison
        if one["part"] == TEST and one["column"] == column
    ]
    formulas = result.study.file.formulas
    others = [name for name in formulas if formulas[name].predicts == column] + [CONSTANT]
    table = _table()
    table.add_column("Place", no_wrap=True)
    for title in ("Rows", "Mean", "r", "Bias", "Simulated"):
        table.add_column(title, justify="right", no_wrap=True)
    for name in others:
        title = (formulas[name].title or name) if name in formulas else "Constant"
        table.add_column(Text(title), justify="right")
    by_place: dict[str, dict[str, dict[str, Any]]] = {}
    for one in records:
        by_place.setdefault(one["place"], {})[one["predictor"]] = one
    for place, said in by_place.items():
        ours = said[SIMULATION]
        table.add_row(
            Text(place),
            str(ours["rows"]),
            _number(ours["observed_mean"], ".1f"),
            _number(ours["r"], ".2f"),
            _number(ours["bias"], "+.1f"),
            *(_number(said[name]["mae"], ".2f") for name in (SIMULATION, *others)),
        )
    if len(by_place) > 1:
        table.add_section()

        def middle(predictor: str, key: str) -> float:
            values = [float(said[predictor][key]) for said in by_place.values()]
            return median([value for value in values if not math.isnan(value)] or [math.nan])

        table.add_row(
            "Median",
            "",
            _number(middle(SIMULATION, "observed_mean"), ".1f"),
            _number(middle(SIMULATION, "r"), ".2f"),
            _number(middle(SIMULATION, "bias"), "+.1f"),
            *(_number(middle(name, "mae"), ".2f") for name in (SIMULATION, *others)),
        )
    return table


def _number(value: float, form: str) -> str:
    return "" if math.isnan(value) else format(value, form)
