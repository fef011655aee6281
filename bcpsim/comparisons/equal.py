"""Equal conditions: a measure that must be the same, and the parameter adjusted for it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError, RunError
from bcpsim.kpi import Row, find_row
from bcpsim.plan import compile_plan
from bcpsim.runs.estimates import differences
from bcpsim.runs.replications import DEFAULT_SEED, measure
from bcpsim.runs.run import DEFAULT_REPLICATIONS
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.values import Window

_WORDS = {"detection": "found_share"}
"""What people say is held equal, and the measure that it is."""

_CONDITION = re.compile(r"(?P<measure>.+?)(?:\s+by\s+(?P<path>\S+?)\s*=\s*(?P<bounds>.+))?")
_BOUND = re.compile(r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))\s*(?P<unit>\D*)")
_STEPS = 40  # a real parameter is known to 1e-12 of its range after so many halvings


@dataclass(frozen=True, slots=True)
class Free:
    """A parameter that may be adjusted.

    Attributes
    ----------
    path
        Key path in the scenario file, such as ``officers.booths.shifts.0.count``. Where it is
        one of several shares that add to 100 %, the others change in proportion.
    low, high
        Bounds between which a value is looked for.
    unit
        Written behind each value; empty for a plain number.
    whole
        Whether only whole numbers make sense.
    """

    path: str
    low: float
    high: float
    unit: str = ""
    whole: bool = False

    def text(self, value: float) -> str:
        """Return a value as it is written in the file."""
        return f"{round(value) if self.whole else value!r} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure that must be equal, and what may be adjusted for it.

    Attributes
    ----------
    measure
        Its name as `bcpsim.kpi.find_row` takes it: ``officer_hours``, ``staff_cost``,
        ``detained/class=contraband``.
    by
        Adjusted in each alternative; None: equality is checked only.
    tolerance
        Largest difference of the means that counts as equal, as a share of the baseline's.
    """

    measure: str
    by: Free | None = None
    tolerance: float = 0.01


@dataclass(frozen=True, slots=True)
class Equality:
    """The check that a measure is equal in baseline and alternative.

    Attributes
    ----------
    alternative
        Its name.
    row
        The measure.
    baseline_mean, alternative_mean
        Means over the replications.
    low, high
        95 % interval of their difference.
    tolerance
        Largest difference that counts as equal, as a share of the baseline's mean.
    path, value
        What was adjusted, and to which value; None: nothing.
    """

    alternative: str
    row: Row
    baseline_mean: float
    alternative_mean: float
    low: float
    high: float
    tolerance: float
    path: str | None = None
    value: str | None = None

    @classmethod
    def of(
        cls,
        alternative: str,
        row: Row,
        baseline_values: NDArray[np.float64],
        alternative_values: NDArray[np.float64],
        condition: Condition,
        *,
        value: str | None = None,
        confidence: float = 0.95,
    ) -> Equality:
        """Return the check of a condition on paired replications.

        Parameters
        ----------
        alternative, row
            As of the check.
        baseline_values, alternative_values
            Of the measure, shape (replications,) each.
        condition, value
            What must be equal, and the value found for the parameter that it lets be adjusted;
            None: it was left as it was.
        confidence
            Of the interval of the difference.
        """
        interval = differences(
            [row], baseline_values[:, None], alternative_values[:, None], confidence
        )
        return cls(
            alternative=alternative,
            row=row,
            baseline_mean=float(np.nanmean(baseline_values)),
            alternative_mean=float(np.nanmean(alternative_values)),
            low=float(interval.low[0]),
            high=float(interval.high[0]),
            tolerance=condition.tolerance,
            path=None if value is None or condition.by is None else condition.by.path,
            value=value,
        )

    @property
    def equal(self) -> bool:
        """True if the difference of the means is within the tolerance."""
        return close(self.alternative_mean - self.baseline_mean, self.baseline_mean, self.tolerance)

    def to_dict(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return {
            "alternative": self.alternative,
            "measure": str(self.row),
            "baseline_mean": self.baseline_mean,
            "alternative_mean": self.alternative_mean,
            "difference_low": self.low,
            "difference_high": self.high,
            "tolerance": self.tolerance,
            "equal": self.equal,
            "adjusted": self.path,
            "value": self.value,
        }


def parse_condition(text: str, tolerance: float = 0.01) -> Condition:
    """Return a condition from text: ``officer_hours by officers.booths.shifts.0.count=1..9``.

    Parameters
    ----------
    text
        ``MEASURE``, or ``MEASURE by KEY.PATH=LOW..HIGH``; ``detection`` is ``found_share``. Bounds
        may have a unit (``2 %..20 %``); where both are whole numbers without one, only whole
        numbers are tried.
    tolerance
        As in `Condition`.

    Raises
    ------
    InputError
        If the text isn't of this form.
    """
    match = _CONDITION.fullmatch(text.strip())
    if match is None or (match["path"] is None and re.search(r"\sby(\s|$)|=.*\.\.", text)):
        raise InputError(f"expected MEASURE or MEASURE by KEY.PATH=LOW..HIGH, found {text!r}")
    first, *rest = match["measure"].split("/")
    name = "/".join([_WORDS.get(first.strip(), first), *rest])
    if match["path"] is None:
        return Condition(name, None, tolerance)
    bounds = [_BOUND.fullmatch(part.strip()) for part in match["bounds"].split("..")]
    if len(bounds) != 2 or bounds[0] is None or bounds[1] is None:
        raise InputError(f"expected bounds such as 1..9 or 2 %..20 %, found {match['bounds']!r}")
    (low, unit_low), (high, unit_high) = ((b["number"], b["unit"].strip()) for b in bounds if b)
    if unit_low not in ("", unit_high) or float(low) >= float(high):
        raise InputError(
            f"expected two bounds of one unit, the lower first, found {match['bounds']!r}"
        )
    whole = not unit_high and low.lstrip("+-").isdecimal() and high.lstrip("+-").isdecimal()
    free = Free(match["path"], float(low), float(high), unit_high, whole)
    return Condition(name, free, tolerance)


@dataclass(frozen=True)
class Equalised:
    """A scenario that was made equal, as far as that can be.

    Attributes
    ----------
    loaded
        With the value that comes closest.
    value
        That value.
    baseline_mean, mean
        Means of the measure.
    equal
        Whether they agree within the tolerance; False: no value within the bounds does.
    tried
        All values tried, with the mean at each.
    """

    loaded: LoadedScenario
    value: float
    baseline_mean: float
    mean: float
    equal: bool
    tried: dict[float, float]


def equalise(
    make: Callable[[float], LoadedScenario],
    baseline: LoadedScenario,
    condition: Condition,
    *,
    counting: Sequence[Window] = (),
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
) -> Equalised:
    """Adjust a free parameter until a measure is equal in baseline and alternative.

    The measure's mean is taken to rise or to fall throughout with the parameter. All values
    are tried with the same random numbers, so that the mean is a function of the parameter
    without noise. Whole numbers are found by bisection, real ones by Brent's method
    (`scipy.optimize.brentq`), which ends once the difference is within the tolerance.

    Parameters
    ----------
    make
        Returns the alternative with the parameter at a value.
    baseline
        What it is to be equal to.
    condition
        The measure, the parameter and its bounds, the tolerance.
    counting
        When travellers arrive who count; none: at any time.
    replications, seed, workers
        As for `bcpsim.run`.

    Returns
    -------
    Equalised
        The alternative with the value that comes closest.

    Raises
    ------
    InputError
        If the condition names no parameter, or the measure isn't there.
    RunError
        If the measure has no value.
    """
    free = condition.by
    if free is None:
        raise InputError("equal conditions need a parameter that may be adjusted")
    row = None

    def mean(loaded: LoadedScenario) -> float:
        nonlocal row
        [measured] = measure(
            [compile_plan(loaded, counting)],
            range(replications),
            wanted=None if row is None else {row.measure},
            seed=seed,
            workers=workers,
        )
        row = find_row(measured.rows, condition.measure if row is None else str(row))
        values = measured.column(row)
        if np.isnan(values).all():
            raise RunError(f"{row} has no value, so nothing can be made equal to it")
        return float(np.nanmean(values))

    target = mean(baseline)
    made: dict[float, LoadedScenario] = {}
    tried: dict[float, float] = {}

    def distance(value: float) -> float:
        if value not in tried:
            made[value] = make(value)
            tried[value] = mean(made[value])
        difference = tried[value] - target
        # To the search, close enough is a root.
        return 0.0 if close(difference, target, condition.tolerance) else difference

    _search(distance, free)
    value = min(tried, key=lambda x: abs(tried[x] - target))
    return Equalised(
        loaded=made[value],
        value=value,
        baseline_mean=target,
        mean=tried[value],
        equal=close(tried[value] - target, target, condition.tolerance),
        tried=tried,
    )


def _search(distance: Callable[[float], float], free: Free) -> None:
    """Try values until one is close enough or there is none between those tried."""
    low, high = free.low, free.high
    at_low, at_high = distance(low), distance(high)
    if at_low == 0 or at_high == 0 or (at_low < 0) == (at_high < 0):
        return
    if not free.whole:
        from scipy.optimize import brentq

        brentq(distance, low, high, xtol=1e-9 * (high - low), maxiter=_STEPS, disp=False)
        return
    while high - low > 1:
        middle = float(math.floor((low + high) / 2))
        here = distance(middle)
        if here == 0:
            return
        if (here < 0) == (at_low < 0):
            low = middle
        else:
            high = middle


def close(difference: float, baseline: float, tolerance: float) -> bool:
    """Return whether a difference counts as none, the tolerance being a share of the baseline."""
    return abs(difference) <= tolerance * abs(baseline)
