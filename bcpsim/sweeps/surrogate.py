"""A surrogate of a sweep, for what-if questions that are answered at once, with its error."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError, RunError, unknown
from bcpsim.kpi import Row, find_row
from bcpsim.results.display import Displayed
from bcpsim.scenario.overriding import Value

if TYPE_CHECKING:
    import pandas as pd

MIN_POINTS = 8
MAX_POINTS = 2000
"""Points to which a Gaussian process is fitted: its time grows with their cube."""

FOLDS = 10

_Z = 1.959963984540054  # 97.5 % of the standard normal

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Surrogate(Displayed):
    """A Gaussian process through the estimates of one measure of one variant.

    Attributes
    ----------
    variant, row
        What it stands for.
    factors
        The values of each factor that the sweep has.
    rmse
        Root mean square error at points left out (`FOLDS`-fold cross-validation), in the
        measure's unit; the noise of the estimates there is part of it.
    coverage
        Share of the points left out whose estimate lay in the 95 % interval for it.
    spread
        Standard deviation of the estimates over the points: the error of a guess without a model.
    noise
        Root mean square of the standard errors from replications.
    """

    variant: str
    row: Row
    factors: Mapping[str, tuple[Value, ...]]
    rmse: float
    coverage: float
    spread: float
    noise: float
    _model: Any
    _mean: float

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return (
            f"Surrogate of {self.row} ({self.variant}) over {', '.join(self.factors)}: "
            f"error {self.rmse:.3g}, {self.coverage:.0%} in their intervals"
        )

    def predict(self, values: Mapping[str, Value]) -> tuple[float, float, float]:
        """Return the mean of the measure at other values of the factors.

        Parameters
        ----------
        values
            The value of each factor.

        Returns
        -------
        tuple of float
            Estimate, and its 95 % interval by the Gaussian process; none beyond the values that
            the measure can have.

        Raises
        ------
        InputError
            If a factor is missing or unknown, or its value lies outside the sweep.
        """
        for name in values:
            if name not in self.factors:
                raise InputError(unknown("factor", name, list(self.factors)))
        missing = [name for name in self.factors if name not in values]
        if missing:
            raise InputError(
                f"the value of {missing[0]!r} is missing; set every factor of the sweep"
            )
        at = np.array([_coordinates(self.factors, values)])
        mean, deviation = self._model.predict(at, return_std=True)
        estimate = float(mean[0]) * self.spread + self._mean
        half = _Z * float(deviation[0]) * self.spread
        estimate, low, high = np.clip(
            (estimate, estimate - half, estimate + half), 0.0, self.row.most
        ).tolist()
        return estimate, low, high


def fit(values: pd.DataFrame, measure: str, variant: str | None = None) -> Surrogate:
    """Fit a surrogate to a measure of a sweep.

    Each estimate counts with the noise that its interval tells (stochastic kriging: Ankenman,
    Nelson and Staum, Operations Research 58 (2010) 371-382). All points of a sweep share the
    seed; what their estimates have in common by that isn't seen as noise.

    Parameters
    ----------
    values
        From `bcpsim.sweep` or `bcpsim.read_measures`.
    measure
        MEASURE, MEASURE/POPULATION or MEASURE/POPULATION/STATISTIC.
    variant
        Which; None: the first.

    Raises
    ------
    InputError
        If the sweep hasn't got the measure, the variant, or enough points.
    RunError
        If scikit-learn isn't installed.
    """
    variants = list(dict.fromkeys(values["variant"]))
    variant = variants[0] if variant is None else variant
    if variant not in variants:
        raise InputError(unknown("variant", variant, variants))
    row, table = _points_with(values[values["variant"] == variant], measure)
    if not MIN_POINTS <= len(table) <= MAX_POINTS:
        raise InputError(
            f"a surrogate needs {MIN_POINTS} to {MAX_POINTS} points with a value; "
            f"{row} of {variant} has {len(table)}"
        )
    columns = list(values.columns)
    factors = {
        name: tuple(dict.fromkeys(table[name].tolist()))
        for name in columns[1 : columns.index("variant")]
    }
    points = np.array(
        [
            _coordinates(factors, dict(zip(factors, point, strict=True)))
            for point in table[list(factors)].itertuples(index=False)
        ]
    )
    estimates = table["estimate"].to_numpy(dtype=np.float64)
    errors = _standard_errors(table, row)
    mean, spread = float(estimates.mean()), float(estimates.std())
    if spread <= 1e-9 * abs(mean):
        raise InputError(f"{row} is the same at all points: there is nothing to fit")
    scaled, noise = (estimates - mean) / spread, (errors / spread) ** 2
    model = _fitted(points, scaled, noise, None)
    predicted, deviation = _left_out(points, scaled, noise, model.kernel_)
    miss = np.abs(predicted - scaled)
    return Surrogate(
        variant,
        row,
        factors,
        rmse=float(np.sqrt((miss**2).mean())) * spread,
        coverage=float((miss <= _Z * np.sqrt(deviation**2 + noise)).mean()),
        spread=spread,
        noise=float(np.sqrt((errors**2).mean())),
        _model=model,
        _mean=mean,
    )


def _points_with(table: pd.DataFrame, measure: str) -> tuple[Row, pd.DataFrame]:
    """Return the row that a name means, and the points of a variant at which it has a value."""
    keys = ["measure", "population", "statistic"]
    rows = [Row(*map(str, key)) for key in table[keys].drop_duplicates().itertuples(index=False)]
    row = find_row(rows, measure)
    for key in keys:
        table = table[table[key] == getattr(row, key)]
    return row, table.dropna(subset=["estimate"])


def _standard_errors(table: pd.DataFrame, row: Row) -> Floats:
    """Return the standard errors of the estimates, from their intervals."""
    from scipy.special import stdtrit

    below = (table["estimate"] - table["low"]).to_numpy(dtype=np.float64)
    above = (table["high"] - table["estimate"]).to_numpy(dtype=np.float64)
    # Where an interval is cut to what can be, its other side tells the noise.
    whole_below, whole_above = (table["low"] > 0).to_numpy(), (table["high"] < row.most).to_numpy()
    half = (np.where(whole_below, below, above) + np.where(whole_above, above, below)) / 2
    freedom = np.maximum(table["replications"].to_numpy() - 1, 1)
    return np.asarray(np.nan_to_num(half / stdtrit(freedom, 0.975), posinf=0.0))


def _left_out(points: Floats, values: Floats, noise: Floats, kernel: Any) -> tuple[Floats, Floats]:
    """Return what the other points tell of each, and the deviation (cross-validation by folds)."""
    predicted, deviation = np.empty(len(points)), np.empty(len(points))
    for fold in range(min(FOLDS, len(points))):
        out = np.arange(len(points)) % FOLDS == fold
        part = _fitted(points[~out], values[~out], noise[~out], kernel)
        predicted[out], deviation[out] = part.predict(points[out], return_std=True)
    return predicted, deviation


def what_if(
    values: pd.DataFrame, setting: Mapping[str, Value], measures: Sequence[str]
) -> pd.DataFrame:
    """Say what measures a sweep's surrogates give at other values of its factors.

    Parameters
    ----------
    values
        From `bcpsim.sweep` or `bcpsim.read_measures`.
    setting
        The value of each factor.
    measures
        Their names.

    Returns
    -------
    pandas.DataFrame
        One row for each variant and measure. Columns: variant, measure, population, statistic,
        unit, estimate, low, high (95 % interval by the Gaussian process), rmse, coverage, spread,
        noise (see `Surrogate`).

    Raises
    ------
    InputError, RunError
        As for `fit` and `Surrogate.predict`.
    """
    import pandas as pd

    records = []
    for variant in dict.fromkeys(values["variant"]):
        for name in measures:
            model = fit(values, name, variant)
            estimate, low, high = model.predict(setting)
            records.append(
                {
                    "variant": variant,
                    "measure": model.row.measure,
                    "population": model.row.population,
                    "statistic": model.row.statistic,
                    "unit": model.row.unit,
                    "estimate": estimate,
                    "low": low,
                    "high": high,
                    "rmse": model.rmse,
                    "coverage": model.coverage,
                    "spread": model.spread,
                    "noise": model.noise,
                }
            )
    return pd.DataFrame(records)


def _fitted(points: Floats, values: Floats, noise: Floats, kernel: Any) -> Any:
    """Fit a Gaussian process; with a kernel given its lengths stay."""
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern
    except ImportError:
        raise RunError(
            "a surrogate needs scikit-learn; install it with: pip install 'bcpsim[analysis]'"
        ) from None
    lengths = np.ones(points.shape[1])
    fixed = kernel is not None
    if kernel is None:
        kernel = ConstantKernel(1.0, (1e-3, 1e3)) * Matern(lengths, (0.05, 100.0), nu=2.5)
    model = GaussianProcessRegressor(
        kernel,
        alpha=noise + 1e-8,
        optimizer=None if fixed else "fmin_l_bfgs_b",
        n_restarts_optimizer=0 if fixed else 3,
        random_state=0,
    )
    with warnings.catch_warnings():
        # A length at its bound: the factor hardly matters.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(points, values)


def _coordinates(
    factors: Mapping[str, tuple[Value, ...]], values: Mapping[str, Value]
) -> list[float]:
    """Return a point as numbers: from 0 to 1 by a factor's range, or one column for each text.

    Raises
    ------
    InputError
        If a value lies outside.
    """
    coordinates: list[float] = []
    for name, known in factors.items():
        value = values[name]
        if all(map(_is_number, known)):
            low, high = min(map(float, known)), max(map(float, known))
            if not isinstance(value, (int, float, np.integer)) or isinstance(value, bool):
                raise InputError(
                    f"factor {name}: expected a number from {low:g} to {high:g}, as in the sweep; "
                    f"found {value!r}"
                )
            if not low <= value <= high:
                raise InputError(
                    f"factor {name} is from {low:g} to {high:g} in the sweep; {value!r} lies "
                    "outside, where a surrogate knows nothing"
                )
            coordinates.append((float(value) - low) / (high - low) if high > low else 0.0)
        else:
            text, texts = _text(value), list(map(_text, known))
            if text not in texts:
                raise InputError(unknown(f"value of factor {name}", text, texts))
            coordinates += [float(text == other) for other in texts]
    return coordinates


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Value) -> str:
    """Return a value as it stands in the results of a sweep if some of its factor's are text."""
    return value if isinstance(value, str) else json.dumps(value, default=str)
