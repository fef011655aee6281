"""The table of a calibration: numeric columns, and which rows are fitted together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.calibration.expressions import parse_expression
from bcpsim.calibration.file import COEFFICIENT, CalibrationFile
from bcpsim.files.document import FieldPath
from bcpsim.files.fields import MAX_NUMBER
from bcpsim.files.units import how_many
from bcpsim.scenario.tables import Rows
from bcpsim.scenario.tables.numbers import is_nothing, number_of
from bcpsim.studies import Findings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EVERYWHERE = "all"
"""Name of the place where the rows have none."""


@dataclass(frozen=True)
class Place:
    """The rows that are fitted together.

    Attributes
    ----------
    name
        Values of the columns `fit_each`, ``all`` without any.
    rows
        Numbers of the rows, in the order of time.
    fitted
        How many of them, the earliest, are fitted.
    simulation
        For each row the number of its simulation; hours of one run share it. A run of several
        rows is either fitted or tests.
    """

    name: str
    rows: Ints
    fitted: int
    simulation: Ints

    @property
    def first_rows(self) -> Ints:
        """The first row of each simulation."""
        return self.rows[np.unique(self.simulation, return_index=True)[1]]


def check_names(file: CalibrationFile, table: Rows, findings: Findings) -> None:
    """Note every name in a calibration file that is neither a column nor anything else."""
    header, add = table.header, findings.add_unknown
    for column, field in _columns(file).items():
        if header.count(column) > 1:
            findings.add(f"{column!r} is the name of {header.count(column)} columns", *field)
    known = {*header, *file.unknowns}
    for column in file.data.keep:
        add("column", [column], header, "data", "keep", column)
    for column, field in _columns(file).items():
        add("column", [column], header, *field)
    for number, column in enumerate(file.data.fit_each):
        add("column", [column], header, "data", "fit_each", number)
    if file.data.run is not None:
        add("column", [file.data.run], header, "data", "run")
    for number, column in enumerate(file.data.order):
        add("column", [column], header, "data", "order", number)
    used = frozenset[str]().union(
        *(template.names for template in file.templates.values()),
        *(made.names for made in file.arithmetic.values()),
    )
    for name in file.unknowns:
        if name in header:
            findings.add("is the name of a column as well; choose another", "unknowns", name)
        if name not in used and findings.holds("set"):
            findings.add("no key of 'set' and no roster uses it", "unknowns", name)
    for key, template in file.templates.items():
        add("column or unknown", sorted(template.names), known, "set", key)
    for place, made in file.arithmetic.items():
        if place[0] == "rosters":
            add("column or unknown", sorted(made.names), known, *place)
        else:
            add("column", sorted(made.names), header, *place)
    for name, formula in file.formulas.items():
        add("column", [formula.predicts], file.measures, "formulas", name, "predicts")
        if not formula.expression.names - {*header}:
            findings.add("has no coefficient to fit", "formulas", name, "text")
        weights = parse_expression(formula.weight).names if formula.weight else ()
        add("column", sorted(weights), header, "formulas", name, "weight")
    for name, medians in file.medians.items():
        add("column", [medians.predicts], file.measures, "medians", name, "predicts")
        for number, column in enumerate(medians.by):
            add("column", [column], header, "medians", name, "by", number)


def _columns(file: CalibrationFile) -> dict[str, FieldPath]:
    """Return the numeric columns that a file names outright, each with where it does."""
    bins = file.histogram.bins if file.histogram else ()
    named: list[tuple[str, FieldPath]] = [
        *((name, ("observe", name)) for name in file.observe),
        *((name, ("compare", name)) for name in file.compare),
        *((bin_.column, ("histogram", "bins", k, "column")) for k, bin_ in enumerate(bins)),
    ]
    if file.data.hour is not None:
        named.append((file.data.hour, ("data", "hour")))
    return dict(reversed(named))


def named_columns(file: CalibrationFile) -> list[str]:
    """Return the columns that a file names outright, by which the header is found."""
    run = (file.data.run,) if file.data.run else ()
    alike = [column for medians in file.medians.values() for column in medians.by]
    named = (*_columns(file), *file.data.keep, *file.data.fit_each, *run, *alike)
    return list(dict.fromkeys(named))


def repeated_rows(table: Rows) -> list[str]:
    """Return which rows are the same as others, in a line if there are any."""
    seen: dict[tuple[str, ...], str] = {}
    twice = [
        f"{where} and {first}"
        for where, cells in table.rows
        if (first := seen.setdefault(tuple(cells), where)) != where
    ]
    if not twice:
        return []
    more = f" and {len(twice) - 3} more" if len(twice) > 3 else ""
    return [f"{', '.join(twice[:3])}{more} are the same, and both are read"]


def rows_without(
    file: CalibrationFile,
    table: Rows,
    columns: Mapping[str, Floats],
    places: Sequence[Place],
) -> list[str]:
    """Return how many rows have no value of what is observed, in a line for each column."""
    lines = []
    kept = sorted(row for place in places for row in place.rows.tolist())
    for name in file.observe:
        empty = [row for row in kept if math.isnan(columns[name][row])]
        if empty:
            where, _ = table.rows[empty[0]]
            verb, line = ("has", where) if len(empty) == 1 else ("have", f"the first {where}")
            rows = f"{len(empty):,} of {how_many(len(kept), 'row')}"
            lines.append(f"{rows} {verb} no number in {name} ({line})")
    return lines


def kept_rows(file: CalibrationFile, table: Rows, findings: Findings) -> Ints:
    """Return the numbers of the rows that the file keeps, and note cells that are no number."""
    kept = np.arange(len(table.rows))
    for name, limits in file.data.keep.items():
        values = _numbers(table, name, kept, findings, ("data", "keep", name))
        low = -math.inf if limits.at_least is None else limits.at_least
        high = math.inf if limits.at_most is None else limits.at_most
        kept = kept[(values[kept] >= low) & (values[kept] <= high)]
    return kept


def _numbers(
    table: Rows, name: str, rows: Ints, findings: Findings, field: FieldPath, *, empty: bool = False
) -> Floats:
    """Return a column as numbers, nan where a cell may be empty and is, and for other rows."""
    values = np.full(len(table.rows), np.nan)
    cells = table.column(name)
    for row in rows.tolist():
        if not (empty and is_nothing(cells[row])):
            values[row] = _number(cells[row], table.decimal)
            where, _ = table.rows[row]
            if not abs(values[row]) <= MAX_NUMBER:
                findings.add(f"{where}: {name}: expected a number, found {cells[row]!r}", *field)
                break
            if empty and values[row] < 0:
                message = f"{where}: {name}: what is observed must not be negative, found "
                findings.add(f"{message}{cells[row]!r}", *field)
                break
    return values


def _number(cell: str, decimal: str) -> float:
    try:
        return number_of(cell, decimal)
    except ValueError:
        return math.inf


def numeric_columns(
    file: CalibrationFile, table: Rows, rows: Ints, findings: Findings
) -> dict[str, Floats]:
    """Return the columns that a file uses as numbers, and note cells in `rows` that are none.

    A cell of what was observed may be empty: nan stands for it.
    """
    wanted = _columns(file)
    used: list[tuple[frozenset[str], FieldPath]] = [
        *((template.names, ("set", key)) for key, template in file.templates.items()),
        *((made.names, place) for place, made in file.arithmetic.items()),
        *(
            (formula.expression.names, ("formulas", k, "text"))
            for k, formula in file.formulas.items()
        ),
        *(
            (parse_expression(formula.weight).names, ("formulas", k, "weight"))
            for k, formula in file.formulas.items()
            if formula.weight
        ),
    ]
    observed = {*file.measures}
    if file.histogram is not None:
        observed |= {bin_.column for bin_ in file.histogram.bins}
    for names, field in used:
        for name in sorted(names & {*table.header}):
            wanted.setdefault(name, field)
    return {
        name: _numbers(table, name, rows, findings, field, empty=name in observed)
        for name, field in wanted.items()
    }


def places_of(
    file: CalibrationFile,
    table: Rows,
    columns: Mapping[str, Floats],
    kept: Ints,
    findings: Findings,
) -> tuple[Place, ...]:
    """Return the places with enough of the kept rows, by name, in the order of time."""
    keys = [_sortable(table.column(name)) for name in file.data.order]
    rows = sorted(kept.tolist(), key=lambda row: [key[row] for key in keys])
    by_name: dict[str, list[int]] = {}
    names = [table.column(name) for name in file.data.fit_each]
    for row in rows:
        name = " ".join(" ".join(cells[row] for cells in names).split())
        by_name.setdefault(name if names else EVERYWHERE, []).append(row)
    for name, mine in by_name.items():
        if not name[:1].isalnum():  # in tables that are opened elsewhere it might be a formula
            where, _ = table.rows[mine[0]]
            findings.add(
                f"{where}: {name!r} is no name of a place; expected a letter or digit first",
                "data",
                "fit_each",
            )
    runs = table.column(file.data.run) if file.data.run else None
    return tuple(
        _place(file, columns, name, mine, runs)
        for name, mine in sorted(by_name.items())
        if len(mine) >= file.data.least_rows
    )


def _place(
    file: CalibrationFile,
    columns: Mapping[str, Floats],
    name: str,
    rows: list[int],
    runs: Sequence[str] | None,
) -> Place:
    """Return a place with its rows; those of a run stand together."""
    if runs is None:
        fitted = int(len(rows) * file.fit_share)
        return Place(name, np.array(rows, np.int64), fitted, _simulations(file, columns, rows))
    numbers: dict[str, int] = {}
    simulation = np.array([numbers.setdefault(runs[row], len(numbers)) for row in rows], np.int64)
    order = np.argsort(simulation, kind="stable")
    early = int((simulation < int(len(numbers) * file.fit_share)).sum())
    return Place(name, np.array(rows, np.int64)[order], early, simulation[order])


def check_places(
    file: CalibrationFile,
    columns: Mapping[str, Floats],
    lines: Sequence[str],
    places: Sequence[Place],
    findings: Findings,
) -> None:
    """Note places with nothing to fit or to test, and of formulas that fail for a row."""
    for place in places:
        early, later = place.rows[: place.fitted], place.rows[place.fitted :]
        if not place.fitted:
            findings.add(
                f"is too small to fit any of the {len(place.rows)} rows of {place.name!r}",
                "fit_share",
            )
            continue
        for column in file.measures:
            section = "observe" if column in file.observe else "compare"
            if np.isnan(columns[column][early]).all():
                problem = f"{place.name!r} has no value in the {len(early)} rows that are fitted"
                findings.add(problem, section, column)
            elif section == "observe" and np.isnan(columns[column][later]).all():
                problem = f"{place.name!r} has no value in the {len(later)} rows that test the fit"
                findings.add(problem, section, column)
    every = [row for place in places for row in place.rows.tolist()]
    fitted = [row for place in places for row in place.rows[: place.fitted].tolist()]
    for name, formula in file.formulas.items():
        present = ~np.isnan(columns[formula.predicts])
        for field, text, rows in (
            ("text", formula.text, every),
            ("weight", formula.weight, fitted),
        ):
            if text is not None:
                message = _failure(text, columns, [row for row in rows if present[row]], lines)
                if message is not None:
                    findings.add(message, "formulas", name, field)


def _failure(
    text: str, columns: Mapping[str, Floats], rows: Sequence[int], lines: Sequence[str]
) -> str | None:
    """Return how an expression fails for the first row that it does, coefficients at their start.

    None: it is finite for all.
    """
    expression = parse_expression(text)
    for row in rows:
        values = {
            name: columns[name][row] if name in columns else COEFFICIENT.start
            for name in expression.names
        }
        try:
            with np.errstate(all="ignore"):
                value = float(expression(values))
        except ArithmeticError:
            value = math.nan
        if not math.isfinite(value):
            shown = ", ".join(f"{name} = {value:g}" for name, value in sorted(values.items()))
            return f"{lines[row]}: isn't a finite number at {shown}"
    return None


def _sortable(cells: list[str]) -> list[float] | list[str]:
    """Return cells to sort by: as numbers if all are, else as text."""
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return cells


def _simulations(file: CalibrationFile, columns: Mapping[str, Floats], rows: list[int]) -> Ints:
    """Return the simulation of each row: its own, or that of all hours that are set alike."""
    if file.data.hour is None:
        return np.arange(len(rows))
    used = frozenset[str]().union(*(template.names for template in file.templates.values()))
    setting = [columns[name] for name in sorted(used - {*file.unknowns})]
    numbers: dict[tuple[float, ...], int] = {}
    return np.array(
        [
            numbers.setdefault(tuple(float(column[row]) for column in setting), len(numbers))
            for row in rows
        ],
        np.int64,
    )
