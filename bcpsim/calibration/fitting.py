"""Fitting unknowns to rows, and how far the rows can tell them.

`scipy.optimize.least_squares` (trust region, with bounds) looks for the unknowns, each on a
scale from 0 at its lower to 1 at its upper bound. Random numbers are common to all its steps, so
that a difference between two of them comes from the unknowns.

What is simulated has noise of its own, which grows with the wait: the squares of residuals would
prefer values that make little of it, services that are too short. From each squared residual the
variance of its simulations' mean is taken off, the same as multiplying residuals of different
simulations; its expectation is that without noise (Gourieroux and Monfort, Simulation-Based
Econometric Methods, 1996, 2.3; Laffont, Ossard and Vuong, Econometrica 63 (1995) 953-980).

A prior of an unknown is one more residual: how far the value lies from what was expected, in
spreads, times the spread of the rows' residuals. So it weighs as much as the rows that it takes to
tell the unknown to within its spread; the most probable value of normal residuals and a normal
prior (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, 14.8). The spread of residuals is taken
from the fit itself, which is repeated with it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.calibration.file import Loss, Unknown
from bcpsim.errors import RunError

Floats = NDArray[np.float64]

STEP = 0.01
"""Step of the differences that give the Jacobian, as a share of the range of an unknown."""

TOLERANCE = 1e-3
"""Relative change of loss or unknowns at which a fit stops."""

MAX_STEPS = 20
"""Most steps of a fit."""

AT_BOUND = 1e-3
"""Share of its range within which an unknown counts as at a bound."""

MAX_COLLINEARITY = 15.0
"""Collinearity index above which unknowns can't be told apart (Brun, Reichert and Kuensch,
"Practical identifiability analysis of large environmental simulation models", Water Resources
Research 37 (2001) 1015-1030, name 10 to 15)."""

WIDE = 0.5
"""Width of an interval, as a share of the range, from which the rows say little."""


@dataclass(frozen=True)
class Estimate:
    """One unknown, fitted.

    Attributes
    ----------
    value
        The fitted value.
    low, high
        95 % interval, cut at the bounds; nan at a bound, or where the rows can't tell.
    sensitivity
        Root mean square change of what is fitted, in its unit, if the unknown went through its
        whole range at the slope that it has at the fit.
    verdict
        ``identified``; ``at a bound``; ``wide`` (the interval covers half of the range or
        more); ``not identified`` (the rows can't tell it, or not apart from others).
    """

    value: float
    low: float
    high: float
    sensitivity: float
    verdict: str


@dataclass(frozen=True)
class Fit:
    """Unknowns fitted to the rows of a place.

    Attributes
    ----------
    estimates
        By name of the unknown.
    correlation
        Between the estimates, nan for those at a bound; shape (unknowns, unknowns).
    collinearity
        Index of Brun et al. for the unknowns not at a bound: 1 where their effects are
        independent, infinite where one can make up for another.
    loss
        Value of the loss, the mean over the residuals.
    steps
        Number of steps.
    converged
        Whether the fit came to rest before `MAX_STEPS`.
    """

    estimates: Mapping[str, Estimate]
    correlation: Floats
    collinearity: float
    loss: float
    steps: int
    converged: bool

    @property
    def values(self) -> dict[str, float]:
        """The fitted values by name."""
        return {name: estimate.value for name, estimate in self.estimates.items()}


def fit(
    residuals: Callable[[dict[str, float]], Floats],
    unknowns: Mapping[str, Unknown],
    loss: Loss,
) -> Fit:
    """Fit unknowns by making the loss of residuals small.

    Parameters
    ----------
    residuals
        Gives the residuals for values of the unknowns, without nan: shape (n,), or (replications,
        n) where they are simulated.
    unknowns
        Starts and bounds.
    loss
        What of the residuals is made small.

    Raises
    ------
    RunError
        If the residuals aren't finite near values that the search comes to.

    Returns
    -------
    Fit
        Intervals from the sandwich covariance of an M-estimator (Huber, "The behavior of
        maximum likelihood estimates under nonstandard conditions", 1967) in the form HC3
        (MacKinnon and White, Journal of Econometrics 29 (1985) 305-325): residuals may differ
        in their spread, but count as independent. Coverage, and other intervals beside it:
        docs/statistics.md.
    """
    asked = _Residuals(residuals, unknowns, loss)
    asked.weigh_priors(asked.start)
    point, steps, converged = _searched(asked, asked.start)
    if asked.priors:
        asked.weigh_priors(point)
        point, further, converged = _searched(asked, point)
        steps += further
    told = _told(asked, point)
    low, span = asked.low, asked.span
    estimates = {
        name: Estimate(
            value=float(low[k] + point[k] * span[k]),
            low=float(low[k] + told.low[k] * span[k]),
            high=float(low[k] + told.high[k] * span[k]),
            sensitivity=float(told.sensitivity[k]),
            verdict=told.verdicts[k],
        )
        for k, name in enumerate(unknowns)
    }
    return Fit(
        estimates,
        told.correlation,
        told.collinearity,
        asked.loss_at(point),
        steps,
        converged,
    )


def _searched(asked: _Residuals, start: Floats) -> tuple[Floats, int, bool]:
    """Return where the loss is least, the steps taken, and whether the search came to rest."""
    from scipy.optimize import least_squares

    result = least_squares(
        asked.mean,
        start,
        asked.mean_slopes,
        bounds=(0, 1),
        # SciPy calls it with the squares alone, which its types don't know.
        loss="linear" if asked.loss.kind == "squares" else asked.soft_l1,  # type: ignore[arg-type]
        f_scale=asked.loss.scale,
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        gtol=None,
        max_nfev=MAX_STEPS,
    )
    point = np.asarray(result.x, dtype=np.float64)
    steps, converged = int(result.nfev), bool(result.success) and result.status > 0
    if asked.loss.kind == "squares" and len(asked.at(point)) > 1:
        point, further = _corrected(asked, point)
        steps, converged = steps + further, converged and further < MAX_STEPS
    return point, steps, converged


class _Residuals:
    """Residuals by a point, whose coordinates run from 0 to 1 between the bounds of the unknowns.

    Those of the rows come first, then one for each prior.

    Attributes
    ----------
    loss
        What of them is made small.
    priors
        Number of priors.
    weight
        What a prior's residual is when the value lies one spread away: the spread of the rows'
        residuals.
    low, span
        Of each unknown the lower bound, and how far the upper lies above it.
    start
        The point at which the search starts.
    """

    def __init__(
        self,
        residuals: Callable[[dict[str, float]], Floats],
        unknowns: Mapping[str, Unknown],
        loss: Loss,
    ) -> None:
        self.loss = loss
        self._residuals = residuals
        self._names = tuple(unknowns)
        self.low = np.array([unknown.low for unknown in unknowns.values()])
        self.span = np.array([unknown.high for unknown in unknowns.values()]) - self.low
        starts = np.array([unknown.start for unknown in unknowns.values()])
        self.start = (starts - self.low) / self.span
        self._known: dict[bytes, Floats] = {}
        told = {k: unknown.prior for k, unknown in enumerate(unknowns.values()) if unknown.prior}
        self.priors, self._told = len(told), list(told)
        self._expected = np.array([prior.mean for prior in told.values()])
        self._spreads = np.array([prior.spread for prior in told.values()])
        self.weight = 0.0

    def weigh_priors(self, point: Floats) -> None:
        """Give priors the weight that goes with the spread of the rows' residuals at a point."""
        if self.priors:
            residual = self._of_rows(point).mean(axis=0)
            slope, _ = _bent(residual, self.loss)
            self.weight = max(float((slope * residual**2).mean()) ** 0.5, 1e-9)

    def at(self, point: Floats) -> Floats:
        """Return the residuals at a point, shape (replications, n + priors)."""
        each = self._of_rows(point)
        value = (self.low + point * self.span)[self._told]
        away = self.weight * (value - self._expected) / self._spreads
        return np.hstack([each, np.tile(away, (len(each), 1))])

    def _of_rows(self, point: Floats) -> Floats:
        """Return those of the rows, shape (replications, n); simulated once."""
        key = point.tobytes()
        if key not in self._known:
            self._known[key] = np.atleast_2d(self._residuals(self._values(point)))
        return self._known[key]

    def soft_l1(self, z: Floats) -> Floats:
        """Return the loss and its slopes for squares of scaled residuals; of priors, as it is."""
        rho = np.stack([2 * ((1 + z) ** 0.5 - 1), (1 + z) ** -0.5, -0.5 * (1 + z) ** -1.5])
        if self.priors:
            rho[0, -self.priors :] = z[-self.priors :]
            rho[1, -self.priors :], rho[2, -self.priors :] = 1, 0
        return rho

    def loss_at(self, point: Floats) -> float:
        """Return the mean of the loss over the rows."""
        each = self._of_rows(point)
        residual: Floats = each.mean(axis=0)
        if self.loss.kind == "soft_l1":
            z = (residual / self.loss.scale) ** 2
            total = self.loss.scale**2 * float((2 * ((1 + z) ** 0.5 - 1)).sum())
        else:
            total = _squares(each) if len(each) > 1 else float(residual @ residual)
        return total / len(residual)

    def slopes(self, point: Floats) -> Floats:
        """Return how they change with each coordinate, (replications, n + priors, unknowns).

        Raises
        ------
        RunError
            If that isn't finite.
        """
        columns = []
        for k in range(len(point)):
            step = STEP if point[k] + STEP <= 1 else -STEP
            moved = point.copy()
            moved[k] += step
            columns.append((self.at(moved) - self.at(point)) / step)
        slopes = np.stack(columns, axis=2)
        if not np.isfinite(slopes).all():
            values = ", ".join(f"{name} = {v:g}" for name, v in self._values(point).items())
            raise RunError(f"what is fitted isn't a finite number near {values}")
        return slopes

    def mean(self, point: Floats) -> Floats:
        """Return the means of the residuals over the replications, shape (n,)."""
        return np.asarray(self.at(point).mean(axis=0))

    def mean_slopes(self, point: Floats) -> Floats:
        """Return the means of the slopes over the replications, shape (n, unknowns)."""
        return np.asarray(self.slopes(point).mean(axis=0))

    def _values(self, point: Floats) -> dict[str, float]:
        return dict(zip(self._names, (self.low + point * self.span).tolist(), strict=True))


def _squares(each: Floats) -> float:
    """Return the sum of squared residuals, less the variance of their simulations' means."""
    noise = each.var(axis=0, ddof=1) / len(each)
    return float((each.mean(axis=0) ** 2 - noise).sum())


def _products(first: Floats, second: Floats) -> Floats:
    """Return the mean of products of different replications, the axes of each row kept apart.

    Its expectation is the product of the expectations; with one replication the product itself.
    """
    size = len(first)
    if size == 1:
        return np.asarray(first[0] * second[0])
    whole = first.sum(axis=0) * second.sum(axis=0) - (first * second).sum(axis=0)
    return np.asarray(whole / (size * (size - 1)))


def _corrected(asked: _Residuals, point: Floats) -> tuple[Floats, int]:
    """Return where the corrected squares are least, from where the others are, and steps taken.

    Steps of Gauss and Newton inside the bounds, each halved until it makes the loss smaller.
    """
    from scipy.optimize import lsq_linear

    for taken in range(MAX_STEPS):
        residual, slope = asked.at(point), asked.slopes(point)
        mean = slope.mean(axis=0)
        downhill = -_products(residual[:, :, None], slope).sum(axis=0)
        size = np.sqrt((mean**2).sum(axis=0))
        ridge = np.diag(1e-6 * np.maximum(size, 1e-6 * float(size.max(initial=1e-300))))
        root = np.linalg.cholesky(mean.T @ mean + ridge**2).T
        aim = np.linalg.solve(root.T, downhill)
        step = np.asarray(lsq_linear(root, aim, (-point - 1e-12, 1 - point + 1e-12)).x)
        now = _squares(residual)
        while np.abs(step).max() > TOLERANCE:
            moved = np.clip(point + step, 0, 1)
            if _squares(asked.at(moved)) < now:
                break
            step = step / 2
        else:
            return point, taken
        point = moved
    return point, MAX_STEPS


@dataclass(frozen=True)
class _Told:
    """Intervals and diagnostics of a fit, on the scale from 0 to 1 of its unknowns."""

    low: Floats
    high: Floats
    sensitivity: Floats
    correlation: Floats
    collinearity: float
    verdicts: list[str]


def _bent(residual: Floats, loss: Loss) -> tuple[Floats, Floats]:
    """Return the slope of the loss beside that of squares, and its curvature likewise."""
    if loss.kind == "squares":
        return np.ones(len(residual)), np.ones(len(residual))
    z = (residual / loss.scale) ** 2
    # rho' and rho' + 2 z rho'', of rho(z) = 2 (sqrt(1 + z) - 1)
    return (1 + z) ** -0.5, (1 + z) ** -1.5


def _told(asked: _Residuals, point: Floats) -> _Told:
    from scipy.special import stdtrit

    each, slopes, loss = asked.at(point), asked.slopes(point), asked.loss
    residual, jacobian = each.mean(axis=0), slopes.mean(axis=0)
    n, size = len(residual) - asked.priors, jacobian.shape[1]
    slope, curvature = _bent(residual, loss)
    slope[n:] = curvature[n:] = 1
    length = np.sqrt((jacobian[:n] ** 2).sum(axis=0))
    inside = (point > AT_BOUND) & (point < 1 - AT_BOUND)
    felt = inside & (length > 1e-9 * max(float(length.max(initial=0.0)), 1e-300))
    free = np.flatnonzero(felt)
    low, high = np.full(size, np.nan), np.full(size, np.nan)
    correlation = np.full((size, size), np.nan)
    verdicts = ["not identified" if is_inside else "at a bound" for is_inside in inside]
    collinearity = 1.0 if not inside.any() else np.inf
    if len(free):
        scaled = jacobian[:n, free] / length[free]
        smallest = float(np.linalg.eigvalsh(scaled.T @ scaled)[0])
        collinearity = smallest**-0.5 if smallest > 1e-12 else np.inf
        if len(free) < inside.sum():
            collinearity = np.inf
        if np.isfinite(collinearity) or smallest > 1e-12:
            used = jacobian[:, free]
            pulls = used * slope[:, None] * residual[:, None]
            curved = (used * curvature[:, None]).T @ used
            if loss.kind == "squares":  # corrected for the noise of the simulations
                by_free = slopes[:, :, free]
                pulls = _products(each[:, :, None], by_free)
                unbiased = _products(by_free[:, :, :, None], by_free[:, :, None, :]).sum(axis=0)
                if np.linalg.eigvalsh(unbiased)[0] > 0.1 * np.linalg.eigvalsh(curved)[0]:
                    curved = unbiased
            bend = np.linalg.inv(curved)
            # A row pulls the fit towards itself; its residual is enlarged by as much (HC3).
            pull = curvature * np.einsum("ij,jk,ik->i", used, bend, used)
            score = pulls / np.maximum(1 - pull, 1e-3)[:, None]
            score[n:] = used[n:] * asked.weight  # a prior's residual varies by its weight
            covariance = bend @ (score.T @ score) @ bend
            error = np.sqrt(np.diag(covariance))
            half = float(stdtrit(max(n - len(free), 1), 0.975)) * error
            with np.errstate(invalid="ignore", divide="ignore"):
                correlation[np.ix_(free, free)] = covariance / np.outer(error, error)
            low[free] = np.maximum(point[free] - half, 0)
            high[free] = np.minimum(point[free] + half, 1)
            tangled = _tangled(scaled)
            for place, k in enumerate(free.tolist()):
                wide = high[k] - low[k] >= WIDE
                verdicts[k] = (
                    "not identified" if tangled[place] else "wide" if wide else "identified"
                )
    return _Told(low, high, length / n**0.5, correlation, float(collinearity), verdicts)


def _tangled(scaled: Floats) -> list[bool]:
    """Return which unknowns take part in a combination that hardly changes anything."""
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    flat = vectors[:, values < MAX_COLLINEARITY**-2]
    return (
        [bool(is_tangled) for is_tangled in (np.abs(flat) > 0.1).any(axis=1)]
        if flat.size
        else [False] * scaled.shape[1]
    )
