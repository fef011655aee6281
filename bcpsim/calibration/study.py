"""A calibration file with its scenario and its rows, checked, ready to be simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.calibration.expressions import Template
from bcpsim.calibration.file import CalibrationFile
from bcpsim.calibration.observations import (
    Place,
    check_names,
    check_places,
    kept_rows,
    named_columns,
    numeric_columns,
    places_of,
)
from bcpsim.errors import InputError, Problem, ScenarioError, unknown
from bcpsim.files.document import Document, Mark, given_document
from bcpsim.files.fields import with_known
from bcpsim.files.typed import problem_at, typed
from bcpsim.kpi import Meter, find_row
from bcpsim.plan import compile_plan
from bcpsim.scenario import LoadedScenario, read_source
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.overriding import with_overrides
from bcpsim.scenario.tables import TableError, read_rows, resolve_inside

Floats = NDArray[np.float64]

MAX_SIMULATIONS = 200_000
"""Most simulations of one pass over the rows."""

MAX_PROBLEMS = 20
"""Rows with mistakes after which no more are looked for."""


@dataclass(frozen=True)
class Study:
    """A calibration with its data.

    Attributes
    ----------
    file
        The calibration file.
    document
        The scenario as written, with the variant's changes.
    loaded
        The scenario as the first row sets it, with the unknowns at their start.
    templates
        What is set, by key path.
    marks
        Where it stands in the calibration file.
    columns
        Values of the numeric columns that the file names, nan: an empty cell; shape (rows,).
    lines
        Where each row stands: file and line.
    places
        Rows to fit together.
    digest
        SHA-256 of the table.
    notes
        How the table was read, where that was guessed, in a line.
    """

    file: CalibrationFile
    document: Document
    loaded: LoadedScenario
    templates: Mapping[str, Template]
    marks: Mapping[str, Mark]
    columns: Mapping[str, Floats]
    lines: Sequence[str]
    places: tuple[Place, ...]
    digest: str
    notes: tuple[str, ...] = ()

    @property
    def starts(self) -> dict[str, float]:
        """The unknowns at their start."""
        return {name: one.start for name, one in self.file.unknowns.items()}

    def scenario_for(self, row: int, values: Mapping[str, float]) -> LoadedScenario:
        """Return the scenario as a row sets it, with the unknowns at some values.

        What names what was checked when the study was read; here only values are.

        Raises
        ------
        ScenarioError
            If a value is none that the scenario may have.
        """
        document = with_overrides(self.document, self.overrides(row, values), self.marks)
        scenario, base = typed(document, Scenario), self.loaded
        return replace(base, scenario=scenario, checked=scenario, document=document, overrides={})

    def overrides(self, row: int, values: Mapping[str, float]) -> dict[str, str]:
        """Return what a row sets, by key path."""
        return _filled(self.templates, self.columns, row, values)


def _filled(
    templates: Mapping[str, Template],
    columns: Mapping[str, Floats],
    row: int,
    values: Mapping[str, float],
) -> dict[str, str]:
    known = {name: float(column[row]) for name, column in columns.items()} | dict(values)
    return {key: template(known) for key, template in templates.items()}


def read_study(
    given: str | Path | Mapping[str, Any],
    *,
    data: str | Path | None = None,
    names: Sequence[str] | None = None,
    allowed: Sequence[str | Path] = (),
) -> Study:
    """Read a calibration file, its scenario and its table, and check them.

    Parameters
    ----------
    given
        The calibration file (YAML), or what would stand in it as plain data; then paths count
        from the working directory.
    data
        Another table of the same form, instead of the one that the file names.
    names
        Only these places; None: all.
    allowed
        Folders besides the file's own from which the scenario and data may be read.

    Raises
    ------
    ScenarioError
        With every mistake that was found: file, line, column, field, what is expected.
    InputError
        If there is no such place.
    """
    folders = [Path(folder) for folder in allowed]
    written, around = given_document(given, "calibration")
    file = typed(written, CalibrationFile)
    problems: list[Problem] = []

    def tell(message: str, *field: str | int) -> None:
        problems.append(problem_at(written, field, message))

    def stop_if_wrong() -> None:
        if problems:
            raise ScenarioError(dict.fromkeys(problems))

    try:
        scenario = resolve_inside(file.scenario, around, folders)
    except TableError as error:
        tell(str(error), "scenario")
    try:
        if data is None:
            table = read_rows(file.data, named_columns(file), around, folders)
        else:
            other = with_known(file.data, file=Path(data).name)
            table = read_rows(other, named_columns(file), Path(data).parent)
    except TableError as error:
        for words in error.messages:
            tell(words, "data", "file")
    stop_if_wrong()
    check_names(file, table, tell)
    stop_if_wrong()
    kept = kept_rows(file, table, tell)
    columns = numeric_columns(file, table, kept, tell)
    stop_if_wrong()
    places = places_of(file, table, columns, kept, tell)
    stop_if_wrong()
    if not places:
        tell(f"no place has {file.data.least_rows} rows or more that are kept", "data")
    for name in names or ():
        if name not in [place.name for place in places]:
            raise InputError(unknown("place", name, [place.name for place in places]))
    places = tuple(place for place in places if names is None or place.name in names)
    size = sum(len(place.first_rows) for place in places) * file.replications
    if size > MAX_SIMULATIONS:
        tell(f"asks for {size:,} simulations; the bound is {MAX_SIMULATIONS:,}", "data")
    lines = [line for line, _ in table.rows]
    check_places(file, columns, lines, places, tell)
    stop_if_wrong()

    source = read_source(scenario, allowed=folders)
    problems += source.name_problems(written, ("variant",), file.variant)
    stop_if_wrong()
    templates = file.templates
    marks = {key: written.mark_of(("set", key)) for key in templates}
    keys = {mark: key for key, mark in marks.items()}
    first = int(places[0].rows[0])
    starts = {name: one.start for name, one in file.unknowns.items()}

    def relate(error: ScenarioError | ArithmeticError, where: str) -> None:
        """Tell of mistakes in the scenario at the keys that set them."""
        if isinstance(error, ArithmeticError):
            zero = isinstance(error, ZeroDivisionError)
            what = "divides by 0" if zero else "gives too large a number"
            tell(f"{where}: {what}", "set")
            return
        for one in error.problems:
            key = keys.get(Mark(one.file, one.line, one.column))
            if key is not None:
                inside = one.field.removeprefix(key).strip(".")
                tell(f"{where}: {inside}{': ' if inside else ''}{one.message}", "set", key)
            else:
                problems.append(one)

    def load(values: Mapping[str, float], where: str) -> LoadedScenario | None:
        try:
            overrides = _filled(templates, columns, first, values)
            [loaded] = source.load([file.variant], overrides=overrides, places=marks)
        except (ScenarioError, ArithmeticError) as error:
            relate(error, where)
            return None
        return loaded

    loaded = load(starts, lines[first])
    stop_if_wrong()
    assert loaded is not None
    for name, one in file.unknowns.items():
        for bound in (one.low, one.high):
            load({**starts, name: bound}, f"{lines[first]}, {name} at {bound:g}")
    document = source.document_of(file.variant)
    study = Study(
        file,
        document,
        loaded,
        templates,
        marks,
        columns,
        lines,
        places,
        table.digest,
        table.notes,
    )
    for row in (int(row) for place in places for row in place.first_rows):
        try:
            study.scenario_for(row, starts)
        except (ScenarioError, ArithmeticError) as error:
            relate(error, lines[row])
            if len(problems) > MAX_PROBLEMS:
                break
    stop_if_wrong()
    plan = compile_plan(loaded)
    meter = Meter(plan)
    rows = meter.rows
    if file.data.hour is not None:
        rows = meter.hourly_rows
        for row in np.concatenate([place.rows for place in places]).tolist():
            hour = float(columns[file.data.hour][row])
            if hour not in range(len(plan.hours)):
                last = len(plan.hours) - 1
                tell(
                    f"{lines[row]}: the run has no hour {hour:g}; expected 0 to {last}",
                    "data",
                    "hour",
                )
                break
    for section in ("observe", "compare"):
        for column, name in getattr(file, section).items():
            try:
                find_row(rows, name)
            except InputError as error:
                tell(str(error), section, column)
    stop_if_wrong()
    return study
