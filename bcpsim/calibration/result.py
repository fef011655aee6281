"""What a calibration gives: unknowns with their intervals, and errors beside other predictors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.calibration.fitting import Fit
from bcpsim.calibration.methods import Record
from bcpsim.calibration.study import LoadedCalibration
from bcpsim.files.units import how_many
from bcpsim.results import (
    Columns,
    Folder,
    Made,
    check_made_by,
    measures_csv,
    replace_folder,
    wrong,
)
from bcpsim.results.provenance import provenance
from bcpsim.results.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

Values = Mapping[str, Mapping[str, float]]
"""Values of the unknowns by place."""

UNKNOWN_COLUMNS = ("place", "unknown", "value", "low", "high", "sensitivity", "verdict")


@dataclass(frozen=True, repr=False)
class PlaceResult(Shown):
    """What was found for one place.

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
    comparison, distribution, rows
        Records of the tables of `Calibration`.
    """

    name: str
    values: Mapping[str, float]
    fit: Fit | None
    coefficients: Mapping[str, Mapping[str, float]]
    comparison: list[Record]
    distribution: list[Record]
    rows: list[Record]

    def in_short(self) -> str:
        """Return what it is, in a line."""
        values = ", ".join(f"{name} {value:.4g}" for name, value in self.values.items())
        return f"Place {self.name}: {values}"


@dataclass(frozen=True, repr=False)
class Calibration(Shown):
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
        """Return what it is, in a line."""
        rows = how_many(sum(len(one.rows) for one in self.places), "row")
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
                    one = place.fit.estimates[name]
                    told = (one.low, one.high, one.sensitivity, one.verdict)
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
        """What the result was made from, and how each fit went."""
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
        """Return provenance, unknowns, comparison and distribution as plain data."""

        def plain(records: Sequence[Record]) -> list[Record]:
            return [{key: _plain(value) for key, value in one.items()} for one in records]

        return {
            "provenance": self.provenance,
            "unknowns": plain(self.unknown_records),
            "comparison": plain([one for place in self.places for one in place.comparison]),
            "distribution": plain([one for place in self.places for one in place.distribution]),
        }

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write the tables to a folder: unknowns, comparison, distribution, rows.

        Parameters
        ----------
        folder, force
            As for `bcpsim.save`.

        Raises
        ------
        InputError
            If something else is there.
        RunError
            If the folder can't be written; then it is left as it was.
        """
        tables = {
            "unknowns": self.unknown_records,
            **{
                name: [one for place in self.places for one in getattr(place, name)]
                for name in ("comparison", "distribution", "rows")
            },
        }

        fitted = any(place.fit is not None for place in self.places)
        made = Made("calibrate" if fitted else "compare-observed", self.study.file.name)

        def write(target: Path) -> None:
            for name, records in tables.items():
                text = measures_csv(records, records[0])
                (target / f"{name}.csv").write_text(text, encoding="utf-8")

        return replace_folder(Path(folder), made, self.provenance, write, force=force)


def read_values(folder: str | Path) -> dict[str, dict[str, float]]:
    """Return the unknowns that `Calibration.save` wrote to a folder, by place.

    Raises
    ------
    InputError
        If it is no folder of a calibration, or its unknowns were changed or can't be read.
    """
    check_made_by(Path(folder), "calibrate")
    columns: Columns = {"place": "text", "unknown": "text", "value": "number"}
    table = Folder(Path(folder)).csv("unknowns.csv", columns)
    values: dict[str, dict[str, float]] = {}
    for row, (place, name, value) in enumerate(table.itertuples(index=False), start=2):
        if not math.isfinite(value):
            raise wrong(
                Path(folder) / "unknowns.csv", f"row {row}: value: expected a number, found {value}"
            )
        values.setdefault(place, {})[name] = value
    return values


def _frame(records: list[Record]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(records)


def _plain(value: Any) -> Any:
    finite = not isinstance(value, float) or np.isfinite(value)
    return value if finite else None
