"""The result of a calibration: unknowns with intervals, and errors beside other predictors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.calibration.fitting import Fit
from bcpsim.calibration.methods import DIFFERENCE_COLUMNS, Record
from bcpsim.calibration.observations import EVERYWHERE
from bcpsim.calibration.study import LoadedCalibration
from bcpsim.files.units import how_many
from bcpsim.results.display import Displayed
from bcpsim.results.provenance import provenance
from bcpsim.stats.intervals import mean_interval

if TYPE_CHECKING:
    import pandas as pd

Values = Mapping[str, Mapping[str, float]]
"""Values of the unknowns by place."""

UNKNOWN_COLUMNS = ("place", "unknown", "value", "low", "high", "sensitivity", "verdict")


@dataclass(frozen=True, repr=False)
class PlaceResult(Displayed):
    """The result for one place.

    Attributes
    ----------
    name
        Name of the place.
    values
        The unknowns.
    fit
        How they were fitted; None: they were given.
    coefficients
        Of each formula.
    comparison, differences, distribution, rows
        Records of the tables of `Calibration`.
    """

    name: str
    values: Mapping[str, float]
    fit: Fit | None
    coefficients: Mapping[str, Mapping[str, float]]
    comparison: list[Record]
    differences: list[Record]
    distribution: list[Record]
    rows: list[Record]

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        values = ", ".join(f"{name} {value:.4g}" for name, value in self.values.items())
        return f"Place {self.name}: {values}"


@dataclass(frozen=True, repr=False)
class Calibration(Displayed):
    """Simulated beside observed values, with the unknowns fitted or given.

    Attributes
    ----------
    study
        The calibration file with its data.
    places
        What was found, by place, in the order of their names.
    """

    study: LoadedCalibration
    places: tuple[PlaceResult, ...]

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        rows = how_many(sum(len(place.rows) for place in self.places), "row")
        return f"Calibration {self.study.file.name}: {how_many(len(self.places), 'place')}, {rows}"

    def main_table(self) -> pd.DataFrame:
        """Return the unknowns."""
        return self.unknowns

    @property
    def values(self) -> dict[str, dict[str, float]]:
        """The unknowns by place, to be given to `compare_observed`."""
        return {place.name: dict(place.values) for place in self.places}

    @property
    def unknown_records(self) -> list[Record]:
        """The unknowns, as `UNKNOWN_COLUMNS`."""
        nan = float("nan")
        records = []
        for place in self.places:
            for name, value in place.values.items():
                told: tuple[Any, ...] = (nan, nan, nan, "given")
                if place.fit is not None:
                    estimate = place.fit.estimates[name]
                    told = (estimate.low, estimate.high, estimate.sensitivity, estimate.verdict)
                values = (place.name, name, value, *told)
                records.append(dict(zip(UNKNOWN_COLUMNS, values, strict=True)))
        return records

    @cached_property
    def unknowns(self) -> pd.DataFrame:
        """One row per place and unknown: value, 95 % interval, sensitivity, verdict."""
        return _frame(self.unknown_records)

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """One row per place, part, column and predictor: r, mae, rmse, bias (minutes)."""
        return _frame([record for place in self.places for record in place.comparison])

    @property
    def difference_records(self) -> list[Record]:
        """Differences of errors by place and over all, as `DIFFERENCE_COLUMNS`."""
        by_place = [record for place in self.places for record in place.differences]
        return by_place if len(self.places) == 1 else [*by_place, *self.overall_differences]

    @property
    def overall_differences(self) -> list[Record]:
        """Differences of errors over all places, or of the only one.

        Of several places it is the mean, in which each weighs the same, and the interval is that
        of places drawn at random; `rows` then counts places.
        """
        if len(self.places) == 1:
            return self.places[0].differences
        by_predictor: dict[tuple[str, str], list[float]] = {}
        for record in (record for place in self.places for record in place.differences):
            key = (record["column"], record["predictor"])
            by_predictor.setdefault(key, []).append(record["difference"])
        records = []
        for key, values in by_predictor.items():
            mean = mean_interval(np.array(values)[:, None])
            numbers = (mean.estimate[0], mean.low[0], mean.high[0])
            told = (EVERYWHERE, *key, int(mean.replications[0]), *map(float, numbers))
            records.append(dict(zip(DIFFERENCE_COLUMNS, told, strict=True)))
        return records

    @cached_property
    def differences(self) -> pd.DataFrame:
        """By how much the simulation's error is larger than another's: difference, low, high."""
        return _frame(self.difference_records)

    @cached_property
    def distribution(self) -> pd.DataFrame:
        """Quantiles over the rows, and shares by bin of the histogram."""
        return _frame([record for place in self.places for record in place.distribution])

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per observation: observed, and what each predictor says."""
        return _frame([record for place in self.places for record in place.rows])

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the result, and how each fit went."""
        file = self.study.file
        made = provenance([self.study.loaded], file.seed, file.replications)
        return {
            "calibration": file.name,
            **made,
            "data": {"file": file.data.file, "sha256": self.study.digest},
            "formulas": {place.name: place.coefficients for place in self.places},
            "fits": {
                place.name: {
                    "loss": place.fit.loss,
                    "steps": place.fit.steps,
                    "converged": place.fit.converged,
                    "collinearity": _plain(place.fit.collinearity),
                    "correlation": [
                        [_plain(value) for value in row] for row in place.fit.correlation.tolist()
                    ],
                }
                for place in self.places
                if place.fit is not None
            },
        }

    def to_dict(self) -> dict[str, Any]:
        """Return provenance, unknowns, comparison, differences, distribution as plain data."""

        def plain(records: Sequence[Record]) -> list[Record]:
            return [{key: _plain(value) for key, value in record.items()} for record in records]

        return {
            "provenance": self.provenance,
            "unknowns": plain(self.unknown_records),
            "comparison": plain([record for place in self.places for record in place.comparison]),
            "differences": plain(self.difference_records),
            "distribution": plain(
                [record for place in self.places for record in place.distribution]
            ),
        }


def _frame(records: list[Record]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(records)


def _plain(value: Any) -> Any:
    finite = not isinstance(value, float) or np.isfinite(value)
    return value if finite else None
