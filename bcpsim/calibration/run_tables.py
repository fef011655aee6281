"""Timetables and rosters of a run, made from its rows: what a table of hours tells of a day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bcpsim.calibration.expressions import Expression
from bcpsim.calibration.study import LoadedCalibration
from bcpsim.errors import RunError
from bcpsim.sampling.streams import uniforms
from bcpsim.scenario.tables import FieldPath, RosterRow, Service, Table

MAX_SERVICES = 1000
"""Most services of an hour."""

MAX_TRAVELLERS = 100_000
"""Most travellers of an hour."""

MAX_OFFICERS = 1000
"""Most officers of an hour."""


def tables_of_run(
    study: LoadedCalibration, rows: Sequence[int], values: Mapping[str, float], replication: int
) -> dict[FieldPath, Table]:
    """Return the tables of a run, by the field that reads each.

    Parameters
    ----------
    study
        A calibration with timetables or rosters.
    rows
        The rows of the run, in the order of time.
    values
        The unknowns.
    replication
        With the file's seed, it names the random minutes of services.

    Raises
    ------
    RunError
        If a row gives a number that can't be.
    """
    made = study.file.arithmetic
    tables: dict[FieldPath, Table] = {}
    for name in study.file.timetables:
        travellers, services = (
            made["timetables", name, part] for part in ("travellers", "services")
        )
        tables["traffic", name, "arrivals"] = Table(
            study.digest, services=_services(study, rows, travellers, services, replication)
        )
    for name in study.file.rosters:
        roster = _roster(study, rows, made["rosters", name], values)
        tables["officers", name, "roster"] = Table(study.digest, roster=roster)
    return tables


def _services(
    study: LoadedCalibration,
    rows: Sequence[int],
    travellers: Expression,
    services: Expression,
    replication: int,
) -> tuple[Service, ...]:
    """Return the services of a run, each at a random minute of its row's hour.

    A row's minutes are drawn from a stream of its hour, so that services of one row come at the
    same minutes in each timetable, and other rows don't move them.
    """
    made = []
    for row in rows:
        everybody = round(_number(study, row, travellers, {}, MAX_TRAVELLERS))
        count = max(round(_number(study, row, services, {}, MAX_SERVICES)), 1)
        hour = _hour(study, row)
        minutes = uniforms(study.file.seed, replication, f"services/hour {hour}", count) * 60
        for k, minute in enumerate(minutes.tolist()):
            seats = everybody * (k + 1) // count - everybody * k // count
            time = study.loaded.scenario.horizon.start + timedelta(hours=hour, minutes=minute)
            made.append(Service(time, seats, 1.0, ()))
    return tuple(made)


def _roster(
    study: LoadedCalibration, rows: Sequence[int], officers: Expression, values: Mapping[str, float]
) -> tuple[RosterRow, ...]:
    """Return when each officer works; the officers of a row stay until the next."""
    horizon = study.loaded.scenario.horizon
    hours = [_hour(study, row) for row in rows]
    ends = [*hours[1:], math.ceil(horizon.duration / 60)]
    spells: dict[int, list[tuple[datetime, datetime]]] = {}
    for row, first, end in zip(rows, hours, ends, strict=True):
        count = _number(study, row, officers, values, MAX_OFFICERS)
        for k in range(math.ceil(count)):
            part = min(count - k, 1.0)
            for hour in [first] if part == 1 else range(first, end):
                opens = horizon.start + timedelta(hours=hour)
                closes = opens + timedelta(hours=end - first if part == 1 else part)
                mine = spells.setdefault(k + 1, [])
                if mine and mine[-1][1] == opens:
                    opens = mine.pop()[0]
                mine.append((opens, closes))
    return tuple(
        RosterRow(str(officer), 1, None, dates)
        for officer, mine in spells.items()
        for dates in mine
    )


def _hour(study: LoadedCalibration, row: int) -> int:
    assert study.file.data.hour is not None
    return int(study.columns[study.file.data.hour][row])


def _number(
    study: LoadedCalibration,
    row: int,
    expression: Expression,
    values: Mapping[str, float],
    most: float,
) -> float:
    """Return what arithmetic gives for a row.

    Raises
    ------
    RunError
        If that is no number from 0 to `most`.
    """
    known = {name: float(column[row]) for name, column in study.columns.items()} | dict(values)
    try:
        number = float(expression(known))
    except ArithmeticError:
        number = math.nan
    if not 0 <= number <= most:
        raise RunError(
            f"{study.lines[row]}: {expression.text!r}: expected a number from 0 to {most:,}, "
            f"found {number:g}"
        )
    return number
