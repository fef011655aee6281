"""Which inputs matter: Sobol indices and Morris screening of a sweep's factors, by SALib."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from bcpsim.arguments import checked
from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, RunError
from bcpsim.runs.estimates import cut
from bcpsim.stats import Interval
from bcpsim.sweeps.points import realised
from bcpsim.sweeps.prepared import prepare
from bcpsim.sweeps.progress import Progress
from bcpsim.sweeps.run import run_sweep
from bcpsim.sweeps.stored import read_measures
from bcpsim.sweeps.study import load_sweep

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["sobol", "morris"]

DEFAULT_SAMPLES = 64
DEFAULT_CONFIDENCE = 0.95

_LEVELS = 4  # of a Morris design: as usual (Morris 1991)
_RESAMPLES = 1000
_POSSIBLE = {"first": (0, 1), "total": (0, 1), "mu_star": (0, np.inf)}


@checked(method=Method)
@with_engine
def sensitivity(
    file: str | Path | Mapping[str, Any],
    *,
    method: Method = "sobol",
    samples: int = DEFAULT_SAMPLES,
    out: str | Path | None = None,
    workers: int = 1,
    engine: str | None = None,
    resume: bool = False,
    allowed: Sequence[str | Path] = (),
    progress: Callable[[Progress], None] | None = None,
) -> pd.DataFrame:
    """Tell how much each factor of a sweep matters for each of its measures.

    The factors' ranges and laws are taken from the sweep file; its design isn't. All points share
    the seed, so that indices are those of the mean over the same travellers.

    Parameters
    ----------
    file
        A sweep file, or what would stand in it as plain data.
    method
        ``"sobol"``: shares of the variance (Sobol 2001; Saltelli et al. 2010);
        ``"morris"``: elementary effects, for screening (Morris 1991; Campolongo et al. 2007).
    samples
        Base sample (Sobol, a power of 2; it takes samples x (factors + 2) points) or number of
        trajectories (Morris; samples x (factors + 1) points).
    out
        Folder that keeps each point as a sweep does; None: nothing is kept.
    workers, engine, resume, allowed, progress
        As for `bcpsim.sweep`.

    Returns
    -------
    pandas.DataFrame
        Columns: variant, measure, population, statistic, unit, factor, index (text), estimate,
        low, high (95 % interval by bootstrap). Indices of Sobol are ``first`` (the share of the
        variance that the factor explains alone) and ``total`` (with all its interactions); of
        Morris ``mu_star`` (mean absolute effect of going through the factor's whole range, in
        the measure's unit), ``mu`` (the same with its sign) and ``sigma`` (how much the
        effect depends on where the others are; both without an interval). Measures that have
        no value at some point have no rows.

    Raises
    ------
    ScenarioError
        If the sweep file or the scenario has mistakes.
    InputError
        If arguments are out of range.
    RunError
        If SALib isn't installed, or points failed.
    """
    sweep = load_sweep(file, allowed=allowed).file
    names = list(sweep.factors)
    coordinates = sample(method, names, samples, sweep.seed)
    prepared = prepare(file, points=coordinates, allowed=allowed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "sweep" if out is None else Path(out)
        end = run_sweep(prepared, folder, workers=workers, resume=resume, progress=progress)
        if end.finished < end.points:
            raise RunError(
                f"{end.points - end.finished} of {end.points} points have no result; indices "
                "need all: narrow the ranges of the factors to values that can be run"
            )
        values = read_measures(folder)
    columns = zip(sweep.factors.values(), coordinates.T, strict=True)
    reached = np.column_stack([realised(factor, column) for factor, column in columns])
    return indices_of(values, method, names, coordinates, sweep.seed, reached)


def sample(method: Method, names: Sequence[str], samples: int, seed: int) -> NDArray[np.float64]:
    """Return the points at which a function is to be known, as coordinates from 0 to 1.

    Parameters
    ----------
    method, samples
        As for `sensitivity`.
    names
        Names of the factors.
    seed
        Of the sample.

    Raises
    ------
    InputError
        If arguments are out of range.
    RunError
        If SALib isn't installed.
    """
    if len(names) < 2:
        raise InputError("one factor alone can't be weighed against others; give at least two")
    if samples < 2 or (method == "sobol" and samples & (samples - 1)):
        raise InputError(
            f"samples must be at least 2, for Sobol indices a power of 2; found {samples}"
        )
    salib = _salib()
    if method == "morris":
        table = salib.sample.morris.sample(_problem(names), samples, num_levels=_LEVELS, seed=seed)
    else:
        table = salib.sample.sobol.sample(
            _problem(names), samples, calc_second_order=False, seed=seed
        )
    return np.asarray(table, dtype=np.float64)


def indices(
    method: Method,
    names: Sequence[str],
    points: NDArray[np.float64],
    values: NDArray[np.float64],
    seed: int,
    reached: NDArray[np.float64] | None = None,
) -> list[tuple[str, str, float, float, float]]:
    """Return the indices of a function from its values at the points of `sample`.

    Parameters
    ----------
    method, names, seed
        As for `sample`.
    points
        What `sample` returned.
    values
        The function at each of them.
    reached
        Where the points lie in fact, if factors have few values; None: at the points.

    Returns
    -------
    list of tuple
        Factor, index, estimate, low, high; the interval cut to what the index can be. The
        estimate itself may lie outside by the noise of a small sample.
    """
    salib = _salib()
    if np.ptp(values) == 0:  # nothing moves it
        kinds = ("mu_star", "mu", "sigma") if method == "morris" else ("first", "total")
        return [(name, kind, 0.0, 0.0, 0.0) for kind in kinds for name in names]
    if method == "morris":
        analysed = salib.analyze.morris.analyze(
            _problem(names),
            points,
            values if reached is None else _stretched(values, points, reached),
            conf_level=DEFAULT_CONFIDENCE,
            num_levels=_LEVELS,
            num_resamples=_RESAMPLES,
            seed=seed,
        )
        kinds_of = {"mu_star": "mu_star", "mu": "mu", "sigma": "sigma"}
    else:
        analysed = salib.analyze.sobol.analyze(
            _problem(names),
            values,
            calc_second_order=False,
            conf_level=DEFAULT_CONFIDENCE,
            num_resamples=_RESAMPLES,
            seed=seed,
        )
        kinds_of = {"first": "S1", "total": "ST"}
    rows = []
    for kind, key in kinds_of.items():
        estimate = np.asarray(analysed[key], dtype=np.float64)
        half = np.asarray(analysed.get(f"{key}_conf", np.full(len(names), np.nan)), np.float64)
        sample = np.full(len(names), len(points))
        interval = Interval(estimate, estimate - half, estimate + half, sample)
        shown = cut(interval, *_POSSIBLE.get(kind, (-np.inf, np.inf)))
        numbers = (shown.estimate.tolist(), shown.low.tolist(), shown.high.tolist())
        rows += [(name, kind, *number) for name, *number in zip(names, *numbers, strict=True)]
    return rows


def indices_of(
    values: pd.DataFrame,
    method: Method,
    names: Sequence[str],
    points: NDArray[np.float64],
    seed: int,
    reached: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """Return the indices of each measure of a sweep's result; see `sensitivity` and `indices`."""
    import pandas as pd

    keys = ["variant", "measure", "population", "statistic", "unit"]
    records = []
    for key, rows in values.groupby(keys, sort=False):
        estimates = rows.sort_values("point")["estimate"].to_numpy(dtype=np.float64)
        if len(estimates) < len(points) or np.isnan(estimates).any():
            continue
        for factor, index, estimate, low, high in indices(
            method, names, points, estimates, seed, reached
        ):
            records.append((*key, factor, index, estimate, low, high))
    if not records:
        raise RunError("no measure has a value at every point; keep others in the sweep's measures")
    return pd.DataFrame(records, columns=[*keys, "factor", "index", "estimate", "low", "high"])


def _stretched(
    values: NDArray[np.float64], points: NDArray[np.float64], reached: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return values whose steps along each trajectory are as if the points had been reached.

    SALib divides every step by that of the grid, 2/3; a factor with two values goes its whole
    way in it.
    """
    factors = points.shape[1]
    paths = values.reshape(-1, factors + 1)
    asked, gone = (
        np.abs(np.diff(where.reshape(-1, factors + 1, factors), axis=1)).sum(axis=2)
        for where in (points, reached)
    )
    # A factor with a single value goes nowhere.
    ratio = np.divide(asked, gone, out=np.zeros_like(asked), where=gone > 0)
    steps = np.diff(paths, axis=1) * ratio
    return np.cumsum(np.column_stack([paths[:, 0], steps]), axis=1).ravel()


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _salib() -> Any:
    try:
        import SALib.analyze.morris
        import SALib.analyze.sobol
        import SALib.sample.morris
        import SALib.sample.sobol
    except ImportError:
        raise RunError(
            "sensitivity needs SALib; install it with: pip install 'bcpsim[analysis]'"
        ) from None
    return SALib
