"""Calibrations from the file to the result: fit to the earlier rows, test on the later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.arguments import checked
from bcpsim.calibration.fitting import Fit, fit
from bcpsim.calibration.methods import (
    FITTED,
    comparison,
    differences,
    distribution,
    parts_of,
    predictions,
    row_records,
)
from bcpsim.calibration.observations import EVERYWHERE, Place
from bcpsim.calibration.result import Calibration, PlaceResult, Values
from bcpsim.calibration.simulated import simulate_rows
from bcpsim.calibration.study import LoadedCalibration, load_calibration
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, unknown
from bcpsim.runs.bars import with_bar
from bcpsim.runs.parallel import check_workers, in_order

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]


@checked()
@with_engine
@with_bar("Places")
def calibrate(
    file: str | Path | Mapping[str, Any] | LoadedCalibration,
    *,
    data: str | Path | None = None,
    places: Sequence[str] | None = None,
    workers: int = 1,
    engine: str | None = None,
    allowed: Sequence[str | Path] = (),
    progress: Progress | bool | None = None,
) -> Calibration:
    """Fit the unknowns of a calibration file to the earlier rows and test them on the later.

    Parameters
    ----------
    file
        The calibration file (YAML), what would stand in it as plain data (then paths count from
        the working directory), or what `bcpsim.calibration.load_calibration` returned.
    data
        Another table of the same form, instead of the one that the file names; for a file.
    places
        Only these places; None: all. For a file.
    workers
        Number of processes, which share the places; 0 for one per processor. The result is
        the same to the bit for any number.
    engine
        `auto`, `simpy` or `compiled`, which give the same to the bit; None: as chosen before.
    allowed
        Folders besides the file's own from which the scenario and data may be read.
    progress
        True: a progress bar, on a terminal or in a notebook. A function: called with the number
        of places done and the number in all.

    Returns
    -------
    Calibration
        Values with intervals and how well the rows tell them, and errors beside a constant
        and beside the formulas.

    Raises
    ------
    ScenarioError
        If a file has mistakes.
    InputError
        If there is no such place.
    RunError
        If a scenario can't take a value between the bounds.
    """
    study = _study(file, data, places, allowed)
    return Calibration(study, _all(partial(_fit_places, study), study, workers, progress))


@checked()
@with_engine
@with_bar("Places")
def compare_observed(
    file: str | Path | Mapping[str, Any] | LoadedCalibration,
    values: Values | None = None,
    *,
    data: str | Path | None = None,
    places: Sequence[str] | None = None,
    workers: int = 1,
    engine: str | None = None,
    allowed: Sequence[str | Path] = (),
    progress: Progress | bool | None = None,
) -> Calibration:
    """Compare simulated with observed values, without fitting the unknowns.

    Parameters
    ----------
    file, data, places, workers, engine, allowed, progress
        As for `calibrate`.
    values
        The unknowns by place, such as `Calibration.values`; those of the place ``all`` count
        where a place has none; None: all as they start.

    Returns
    -------
    Calibration
        Without intervals. Constant and formulas are fitted to the earlier rows.

    Raises
    ------
    ScenarioError, InputError, RunError
        As for `calibrate`; also if a name is no unknown, or a place has no values.
    """
    study = _study(file, data, places, allowed)
    known: Values = {EVERYWHERE: {}} if values is None else values
    missing = [place.name for place in study.places if place.name not in known]
    if missing and EVERYWHERE not in known:
        raise InputError(
            f"there are no values for {', '.join(missing)}; fit them, or leave them out"
        )
    by_place = {}
    for place in study.places:
        of_place = known[place.name if place.name in known else EVERYWHERE]
        for name in of_place:
            if name not in study.starts:
                raise InputError(unknown("unknown", name, study.starts))
        by_place[place.name] = {**study.starts, **of_place}
    return Calibration(
        study, _all(partial(_compare_places, study, by_place), study, workers, progress)
    )


def _study(
    file: str | Path | Mapping[str, Any] | LoadedCalibration,
    data: str | Path | None,
    places: Sequence[str] | None,
    allowed: Sequence[str | Path],
) -> LoadedCalibration:
    """Return a calibration that was given in one of several forms."""
    if not isinstance(file, LoadedCalibration):
        return load_calibration(file, data=data, names=places, allowed=allowed)
    if data is not None or places is not None:
        raise InputError("data and places are for a calibration file, and a study was given")
    return file


def _all(
    function: Callable[[Sequence[Place]], Iterator[PlaceResult]],
    study: LoadedCalibration,
    workers: int,
    progress: Progress | bool | None,
) -> tuple[PlaceResult, ...]:
    check_workers(workers)
    results = []
    for result in in_order(function, study.places, workers):
        results.append(result)
        if callable(progress):
            progress(len(results), len(study.places))
    return tuple(results)


def _fit_places(study: LoadedCalibration, places: Sequence[Place]) -> Iterator[PlaceResult]:
    for place in places:
        fitted = _fitted(study, place)
        yield _compared(study, place, fitted.values, fitted)


def _fitted(study: LoadedCalibration, place: Place) -> Fit:
    """Fit the unknowns to the earlier rows of a place."""
    early = parts_of(place)[FITTED]
    columns = [study.columns[name][place.rows[early]] for name in study.file.observe]
    observed = np.stack(columns, axis=1)
    present = ~np.isnan(observed)

    def residuals(values: dict[str, float]) -> Floats:
        simulated = simulate_rows(study, place, values, early).each[:, :, : len(columns)]
        return np.asarray((simulated - observed)[:, present])

    return fit(residuals, study.file.unknowns, study.file.loss)


def _compare_places(
    study: LoadedCalibration, values: Values, places: Sequence[Place]
) -> Iterator[PlaceResult]:
    for place in places:
        yield _compared(study, place, values[place.name], None)


def _compared(
    study: LoadedCalibration, place: Place, values: Mapping[str, float], fitted: Fit | None
) -> PlaceResult:
    simulated = {
        part: simulate_rows(study, place, values, rows) for part, rows in parts_of(place).items()
    }
    said = predictions(study, place, simulated)
    return PlaceResult(
        place.name,
        values,
        fitted,
        said.coefficients,
        comparison(study, place, said),
        differences(study, place, said),
        distribution(study, place, said),
        row_records(study, place, said),
    )
