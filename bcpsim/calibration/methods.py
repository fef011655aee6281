"""Simulated against observed values, beside a constant, formulas and medians."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.calibration.expressions import parse_expression
from bcpsim.calibration.file import COEFFICIENT, CONSTANT, SIMULATION, Formula
from bcpsim.calibration.fitting import fit
from bcpsim.calibration.medians import said_by
from bcpsim.calibration.observations import Place
from bcpsim.calibration.simulated import Simulated
from bcpsim.calibration.study import LoadedCalibration
from bcpsim.stats.intervals import ratio_interval

Floats = NDArray[np.float64]

FITTED, TEST = "fitted", "test"
"""Parts of a place's rows: those that were fitted, and the later ones."""

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)

Record = dict[str, Any]

COMPARISON_COLUMNS = (
    "place",
    "part",
    "column",
    "predictor",
    "rows",
    "r",
    "mae",
    "rmse",
    "bias",
    "observed_mean",
)
DIFFERENCE_COLUMNS = ("place", "column", "predictor", "rows", "difference", "low", "high")
DISTRIBUTION_COLUMNS = ("place", "part", "column", "statistic", "observed", "simulated")


def parts_of(place: Place) -> dict[str, slice]:
    """Return the rows of each part."""
    return {FITTED: slice(0, place.fitted), TEST: slice(place.fitted, None)}


@dataclass(frozen=True)
class Predictions:
    """The predictions of each predictor for the rows of a place, in the order of time.

    Attributes
    ----------
    by_column
        For each column of the file's measures, by predictor, shape (rows,).
    coefficients
        Of each formula.
    counts
        Travellers simulated in the bins of the histogram, by part.
    """

    by_column: Mapping[str, Mapping[str, Floats]]
    coefficients: Mapping[str, Mapping[str, float]]
    counts: Mapping[str, Floats]


def predictions(
    study: LoadedCalibration, place: Place, simulated: Mapping[str, Simulated]
) -> Predictions:
    """Return what each predictor says; formulas are fitted here.

    Parameters
    ----------
    study, place
        A calibration and one of its places.
    simulated
        What was simulated, by part.
    """
    values = np.concatenate([simulated[part].values for part in (FITTED, TEST)])
    by_column: dict[str, dict[str, Floats]] = {}
    for k, column in enumerate(study.file.measures):
        early = study.columns[column][place.rows[: place.fitted]]
        constant = np.full(len(place.rows), np.nanmedian(early))
        by_column[column] = {SIMULATION: values[:, k], CONSTANT: constant}
    coefficients = {}
    for name, formula in study.file.formulas.items():
        said, coefficients[name] = _formula(study, place, formula)
        by_column[formula.predicts][name] = said
    for name, medians in study.file.medians.items():
        by_column[medians.predicts][name] = said_by(study, place, medians)
    counts = {part: column.counts for part, column in simulated.items()}
    return Predictions(by_column, coefficients, counts)


def _formula(
    study: LoadedCalibration, place: Place, formula: Formula
) -> tuple[Floats, dict[str, float]]:
    """Fit the coefficients of a formula to the fitted rows, and return what it says of all."""
    expression = formula.expression
    columns = {name: column[place.rows] for name, column in study.columns.items()}
    early = {name: column[: place.fitted] for name, column in columns.items()}
    observed = early[formula.predicts]
    present = ~np.isnan(observed)
    weight = parse_expression(formula.weight)(early) if formula.weight else np.ones(len(observed))

    def residuals(values: dict[str, float]) -> Floats:
        return np.asarray((expression({**early, **values}) - observed) * weight)[present]

    unknowns = dict.fromkeys(sorted(expression.names - {*columns}), COEFFICIENT)
    with np.errstate(all="ignore"):  # rows without an observed value may divide by 0
        coefficients = fit(residuals, unknowns, formula.loss or study.file.loss).values
        said = np.broadcast_to(expression({**columns, **coefficients}), len(place.rows))
    return np.asarray(said, dtype=np.float64), coefficients


def comparison(study: LoadedCalibration, place: Place, said: Predictions) -> list[Record]:
    """Return errors of each predictor for each column and part, as `COMPARISON_COLUMNS`."""
    records = []
    for part, rows in parts_of(place).items():
        for column, by_predictor in said.by_column.items():
            observed = study.columns[column][place.rows[rows]]
            for predictor, values in by_predictor.items():
                errors = _errors(values[rows], observed)
                records.append(
                    {
                        "place": place.name,
                        "part": part,
                        "column": column,
                        "predictor": predictor,
                        **errors,
                    }
                )
    return records


def _errors(predicted: Floats, observed: Floats) -> Record:
    present = ~np.isnan(observed)
    predicted, observed = predicted[present], observed[present]
    error = predicted - observed
    varied = len(error) > 1 and predicted.std() > 0 and observed.std() > 0
    any_row = len(error) > 0
    return {
        "rows": len(error),
        "r": float(np.corrcoef(predicted, observed)[0, 1]) if varied else float("nan"),
        "mae": float(np.abs(error).mean()) if any_row else float("nan"),
        "rmse": float((error**2).mean() ** 0.5) if any_row else float("nan"),
        "bias": float(error.mean()) if any_row else float("nan"),
        "observed_mean": float(observed.mean()) if any_row else float("nan"),
    }


def differences(study: LoadedCalibration, place: Place, said: Predictions) -> list[Record]:
    """Return by how much the simulation errs more than each other predictor in the rows that test.

    The error is the mean absolute one, and the interval (95 %) is of pairs: of rows, or of whole
    runs, since the rows of a run share its queue.
    """
    later = parts_of(place)[TEST]
    _, run = np.unique(place.simulation[later], return_inverse=True)
    records = []
    for column, by_predictor in said.by_column.items():
        observed = study.columns[column][place.rows[later]]
        present = ~np.isnan(observed)
        rows = np.bincount(run[present])
        missed = {name: np.abs(values[later] - observed) for name, values in by_predictor.items()}
        for predictor in [name for name in by_predictor if name != SIMULATION]:
            more = (missed[SIMULATION] - missed[predictor])[present]
            of_run = np.bincount(run[present], more)[rows > 0]
            interval = ratio_interval(of_run[:, None], rows[rows > 0][:, None])
            numbers = (interval.estimate[0], interval.low[0], interval.high[0])
            values = (place.name, column, predictor, len(more), *map(float, numbers))
            records.append(dict(zip(DIFFERENCE_COLUMNS, values, strict=True)))
    return records


def distribution(study: LoadedCalibration, place: Place, said: Predictions) -> list[Record]:
    """Return quantiles over the rows, and shares by bin, as `DISTRIBUTION_COLUMNS`."""
    records: list[Record] = []

    def add(part: str, column: str, statistic: str, observed: float, simulated: float) -> None:
        values = (place.name, part, column, statistic, observed, simulated)
        records.append(dict(zip(DISTRIBUTION_COLUMNS, values, strict=True)))

    for part, rows in parts_of(place).items():
        for column, by_predictor in said.by_column.items():
            observed = study.columns[column][place.rows[rows]]
            present = ~np.isnan(observed)
            if not present.any():
                continue
            simulated = by_predictor[SIMULATION][rows][present]
            for q in QUANTILES:
                low, high = np.quantile(observed[present], q), np.quantile(simulated, q)
                add(part, column, f"p{q * 100:g}", float(low), float(high))
        if study.file.histogram is not None:
            bins = [bin_.column for bin_ in study.file.histogram.bins]
            counted = np.array([np.nansum(study.columns[b][place.rows[rows]]) for b in bins])
            simulated = said.counts[part]
            for name, a, b in zip(
                bins, _shares(counted).tolist(), _shares(simulated).tolist(), strict=True
            ):
                add(part, name, "share", a, b)
    return records


def _shares(counts: Floats) -> Floats:
    total = counts.sum()
    return counts / total if total else np.full(len(counts), np.nan)


def row_records(study: LoadedCalibration, place: Place, said: Predictions) -> list[Record]:
    """Return for each row what was observed and what each predictor says."""
    records = []
    for part, rows in parts_of(place).items():
        for k in range(*rows.indices(len(place.rows))):
            row = int(place.rows[k])
            record: Record = {"place": place.name, "line": study.lines[row], "part": part}
            for column, by_predictor in said.by_column.items():
                record[f"{column}_observed"] = float(study.columns[column][row])
                for predictor, values in by_predictor.items():
                    record[f"{column}_{predictor}"] = float(values[k])
            records.append(record)
    return records


def columns_of(records: Sequence[Record]) -> list[str]:
    """Return the names of the columns of records, all of which have the same."""
    return list(records[0])
