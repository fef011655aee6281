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
    repeated_rows,
    rows_without,
)
from bcpsim.errors import InputError, ScenarioError, unknown
from bcpsim.files.document import Document, Mark
from bcpsim.files.record import with_known
from bcpsim.files.typed import typed
from bcpsim.kpi import Meter, find_row
from bcpsim.plan import compile_plan
from bcpsim.scenario import BASE, LoadedScenario, ScenarioFile
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.overriding import with_overrides
from bcpsim.scenario.tables import Rows, TableError, read_rows
from bcpsim.scenario.traffic import TimetableArrivals
from bcpsim.studies import Findings, LoadedStudy, OpenStudy, check_keys, known_variants, open_study

Floats = NDArray[np.float64]

MAX_SIMULATIONS = 200_000
"""Most simulations of one pass over the rows."""

MAX_PROBLEMS = 20
"""Rows with mistakes after which no more are looked for."""


@dataclass(frozen=True, repr=False)
class LoadedCalibration(LoadedStudy[CalibrationFile]):
    """A calibration file that has been checked, with its scenario and its rows.

    Attributes
    ----------
    scenario
        The scenario as written, with the variant's changes.
    loaded
        The scenario as the first row sets it, with the unknowns at their start.
    templates
        What is set, by key path.
    marks
        Where it stands in the calibration file.
    columns
        Values of the numeric columns that the file names, nan: an empty cell; shape (rows,).
    labels
        Cells of the columns by which rows are alike for medians, as they stand.
    lines
        Where each row stands: file and line.
    places
        Rows to fit together.
    digest
        SHA-256 of the table.
    notes
        How the table was read, where that was guessed, in a line.
    """

    scenario: Document
    loaded: LoadedScenario
    templates: Mapping[str, Template]
    marks: Mapping[str, Mark]
    columns: Mapping[str, Floats]
    labels: Mapping[str, Sequence[str]]
    lines: Sequence[str]
    places: tuple[Place, ...]
    digest: str
    notes: tuple[str, ...] = ()

    @property
    def starts(self) -> dict[str, float]:
        """The unknowns at their start."""
        return {name: record.start for name, record in self.file.unknowns.items()}

    def scenario_for(self, row: int, values: Mapping[str, float]) -> LoadedScenario:
        """Return the scenario as a row sets it, with the unknowns at some values.

        What names what was checked when the study was read; here only values are.

        Raises
        ------
        ScenarioError
            If a value is none that the scenario may have.
        """
        document = with_overrides(self.scenario, self.overrides(row, values), self.marks)
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


def load_calibration(
    given: str | Path | Mapping[str, Any],
    *,
    data: str | Path | None = None,
    names: Sequence[str] | None = None,
    allowed: Sequence[str | Path] = (),
) -> LoadedCalibration:
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
    study = open_study(given, CalibrationFile)
    file, findings = study.file, study.findings
    table = _table(study, data, allowed)
    if table is not None:
        check_names(file, table, findings)
    scenario_file = study.read_scenario(allowed)
    [variant] = known_variants(findings, scenario_file, [file.variant], "variant") or [BASE]
    check_keys(findings, scenario_file, variant, ((("set", key), key) for key in file.set))
    findings.raise_all()
    assert table is not None
    columns, places = _observed(file, table, names, findings)
    lines = [line for line, _ in table.rows]
    trial = _Trial(file, scenario_file, findings, columns, lines)
    loaded = trial.load_bounds(int(places[0].rows[0]))
    _check_made(file, loaded.scenario, findings)
    calibration = LoadedCalibration(
        file=file,
        document=study.document,
        scenario_file=scenario_file,
        scenario=scenario_file.document_of(file.variant),
        loaded=loaded,
        templates=file.templates,
        marks=trial.marks,
        columns=columns,
        labels={
            name: table.column(name) for medians in file.medians.values() for name in medians.by
        },
        lines=lines,
        places=places,
        digest=table.digest,
        notes=(*table.notes, *repeated_rows(table), *rows_without(file, table, columns, places)),
    )
    trial.check_rows(calibration)
    findings.raise_all()
    _check_measures(calibration, findings)
    findings.raise_all()
    return calibration


def _check_made(file: CalibrationFile, scenario: Scenario, findings: Findings) -> None:
    """Note timetables and rosters that the scenario has no place for."""
    for name in file.timetables:
        findings.add_unknown("traffic source", [name], scenario.traffic, "timetables", name)
        if name in scenario.traffic:
            arrivals = scenario.traffic[name].arrivals
            if not isinstance(arrivals, TimetableArrivals):
                message = f"arrives by pattern: {arrivals.pattern}; expected pattern: timetable"
                findings.add(message, "timetables", name)
            elif arrivals.attributes:
                message = "its timetable has attributes, which rows can't tell; leave them out"
                findings.add(message, "timetables", name)
    for name in file.rosters:
        findings.add_unknown("group of officers", [name], scenario.officers, "rosters", name)
        if name in scenario.officers and scenario.officers[name].roster is None:
            message = "the group has no roster; give it a table, in which an example day stands"
            findings.add(message, "rosters", name)


def _table(
    study: OpenStudy[CalibrationFile], data: str | Path | None, allowed: Sequence[str | Path]
) -> Rows | None:
    """Return the table of observations; None if it can't be read, which is noted."""
    file, findings = study.file, study.findings
    if not findings.holds("data", "file"):
        return None
    use, folder, folders = file.data, study.folder, [*map(Path, allowed)]
    if data is not None:
        use = with_known(file.data, file=Path(data).name)
        folder, folders = Path(data).parent, []
    try:
        return read_rows(use, named_columns(file), folder, folders)
    except TableError as error:
        for message in error.messages:
            findings.add(message, "data", "file")
        return None


def _observed(
    file: CalibrationFile, table: Rows, names: Sequence[str] | None, findings: Findings
) -> tuple[dict[str, Floats], tuple[Place, ...]]:
    """Return the numeric columns of a table, and the rows that are fitted together.

    Raises
    ------
    ScenarioError
        If the table isn't what the file says.
    InputError
        If there is no such place.
    """
    kept = kept_rows(file, table, findings)
    columns = numeric_columns(file, table, kept, findings)
    findings.raise_all()
    places = places_of(file, table, columns, kept, findings)
    findings.raise_all()
    if not places:
        findings.add(f"no place has {file.data.least_rows} rows or more that are kept", "data")
    known = [place.name for place in places]
    for name in names or ():
        if name not in known:
            raise InputError(unknown("place", name, known))
    places = tuple(place for place in places if names is None or place.name in names)
    size = sum(len(place.first_rows) for place in places) * file.replications
    if size > MAX_SIMULATIONS:
        findings.add(f"asks for {size:,} simulations; the bound is {MAX_SIMULATIONS:,}", "data")
    check_places(file, columns, [line for line, _ in table.rows], places, findings)
    findings.raise_all()
    return columns, places


class _Trial:
    """Sets the values of rows in the scenario, and notes what it can't have.

    Parameters
    ----------
    file, scenario_file, findings
        The calibration file, its scenario, and the mistakes so far.
    columns, lines
        As of `LoadedCalibration`.
    """

    def __init__(
        self,
        file: CalibrationFile,
        scenario_file: ScenarioFile,
        findings: Findings,
        columns: Mapping[str, Floats],
        lines: Sequence[str],
    ) -> None:
        self._file, self._scenario_file, self._findings = file, scenario_file, findings
        self._columns, self._lines = columns, lines
        self._templates = file.templates
        self._starts = {name: record.start for name, record in file.unknowns.items()}
        self.marks = {key: findings.document.mark_of(("set", key)) for key in self._templates}

    def load_bounds(self, row: int) -> LoadedScenario:
        """Return the scenario as a row sets it; note unknowns whose bounds it can't have.

        Raises
        ------
        ScenarioError
            If it can't have their start.
        """
        loaded = self._load(row, self._starts, self._lines[row])
        if loaded is None:
            raise self._findings.error()
        for name, record in self._file.unknowns.items():
            for bound in (record.low, record.high):
                where = f"{self._lines[row]}, {name} at {bound:g}"
                self._load(row, {**self._starts, name: bound}, where)
        return loaded

    def check_rows(self, calibration: LoadedCalibration) -> None:
        """Note rows whose values the scenario can't have."""
        for row in (int(row) for place in calibration.places for row in place.first_rows):
            try:
                calibration.scenario_for(row, self._starts)
            except (ScenarioError, ArithmeticError) as error:
                self._note(error, self._lines[row])
                if len(self._findings.problems) > MAX_PROBLEMS:
                    break

    def _load(self, row: int, values: Mapping[str, float], where: str) -> LoadedScenario | None:
        try:
            overrides = _filled(self._templates, self._columns, row, values)
            [loaded] = self._scenario_file.load(
                [self._file.variant], overrides=overrides, places=self.marks
            )
        except (ScenarioError, ArithmeticError) as error:
            self._note(error, where)
            return None
        return loaded

    def _note(self, error: ScenarioError | ArithmeticError, where: str) -> None:
        """Note mistakes in the scenario at the keys that set them."""
        if isinstance(error, ArithmeticError):
            zero = isinstance(error, ZeroDivisionError)
            what = "divides by 0" if zero else "gives too large a number"
            self._findings.add(f"{where}: {what}", "set")
            return
        keys = {mark: key for key, mark in self.marks.items()}
        for problem in error.problems:
            key = keys.get(Mark(problem.file, problem.line, problem.column))
            if key is None:
                self._findings.problems.append(problem)
                continue
            inside = problem.field.removeprefix(key).strip(".")
            told = f"{inside}: {problem.message}" if inside else problem.message
            self._findings.add(f"{where}: {told}", "set", key)


def _check_measures(study: LoadedCalibration, findings: Findings) -> None:
    """Note measures that the scenario hasn't, and hours that its run hasn't."""
    file, plan = study.file, compile_plan(study.loaded)
    meter = Meter.of(plan)
    rows = meter.rows if file.data.hour is None else meter.hourly_rows
    if file.data.hour is not None:
        for row in np.concatenate([place.rows for place in study.places]).tolist():
            hour = float(study.columns[file.data.hour][row])
            if hour not in range(len(plan.hours)):
                findings.add(
                    f"{study.lines[row]}: the run has no hour {hour:g}; expected 0 to "
                    f"{len(plan.hours) - 1}",
                    *("data", "hour"),
                )
                break
    for section in ("observe", "compare"):
        for column, name in getattr(file, section).items():
            with findings.at(section, column):
                find_row(rows, name)
