"""Running the cases through scenario files, and the verdict on each value.

The test of one value: with the standard error e of the mean over independent
replications, the value passes if it lies within k x e of the exact one, where k is the
quantile of Student's distribution that a correct simulator exceeds in one of its values
less than once in 10,000 runs of all cases (Bonferroni). And the run must be precise
enough to be worth something: 2 % of the exact value must be at least (k + 1.645) x e, so
that an error of 2 % is found with a probability of at least 95 %.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from bcpsim.engine.ways import with_engine
from bcpsim.errors import InputError, nearest
from bcpsim.runs import run
from bcpsim.stats import mean_interval
from bcpsim.verify.cases import CASES, Case, Target

ERROR_FOUND = 0.02
"""Relative error of a mean that the cases must find."""

FALSE_ALARM = 1e-4
"""Probability that a correct simulator fails in any value of all cases."""

_ROUNDING = 1e-9
"""Relative error of sums, where a value is known to the cent."""

SEED = 20260105


@dataclass(frozen=True, slots=True)
class Verdict:
    """An exact value, what was simulated, and whether they agree.

    Attributes
    ----------
    low, high
        95 % interval of the simulated value.
    detectable
        Relative error that would be found with a probability of 95 %.
    """

    case: str
    title: str
    measure: str
    population: str
    statistic: str
    expected: float
    simulated: float
    low: float
    high: float
    replications: int
    detectable: float
    passed: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return asdict(self)


@with_engine
def run_cases(
    names: Sequence[str] | None = None,
    *,
    workers: int = 1,
    engine: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verdict]:
    """Run cases and return the verdict on each of their values.

    Parameters
    ----------
    names
        Names of cases; None for all.
    workers
        Number of processes; 0 for one per processor.
    engine
        `auto`, `simpy` or `compiled`, which give the same to the bit; None: as chosen before.
    progress
        Called with the number of replications done and the number in all.

    Raises
    ------
    InputError
        If there is no case of that name.
    """
    known = {case.name: case for case in CASES}
    for name in names or ():
        if name not in known:
            near = nearest(name, known)
            hint = f" (did you mean {near!r}?)" if near else ""
            raise InputError(
                f"there is no case {name!r}; expected one of: {', '.join(known)}{hint}"
            )
    cases = list(CASES) if names is None else [known[name] for name in dict.fromkeys(names)]
    total = sum(case.replications for case in cases)
    verdicts = []
    before = 0
    for case in cases:
        advance = None if progress is None else _later(progress, before, total)
        verdicts += check_case(case, workers=workers, progress=advance)
        before += case.replications
    return verdicts


def _later(
    progress: Callable[[int, int], None], before: int, total: int
) -> Callable[[int, int], None]:
    return lambda done, _: progress(before + done, total)


def seed_of(case: Case) -> int:
    """Return the seed of a case; each has its own, so that they share no arrivals."""
    return SEED + [other.name for other in CASES].index(case.name)


def check_case(
    case: Case, *, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> list[Verdict]:
    """Run one case and return the verdict on each of its values."""
    with as_file(files("bcpsim.verify").joinpath("scenarios", case.scenario)) as path:
        result = run(
            path,
            variants=[case.variant],
            replications=case.replications,
            seed=seed_of(case),
            workers=workers,
            overrides=case.overrides,
            event_log="none",
            progress=progress,
        )
    [variant] = result.variants
    keys = [(row.measure, row.population, row.statistic) for row in variant.rows]
    return [
        judge(case, target, variant.totals[:, keys.index(_key(target))]) for target in case.targets
    ]


def judge(case: Case, target: Target, values: np.ndarray[Any, np.dtype[np.float64]]) -> Verdict:
    """Return the verdict on one value, given what each replication measured."""
    from scipy.special import stdtrit

    if target.of_replication is not None:
        values = target.of_replication(values)
    interval = mean_interval(values[:, None])
    n = int(interval.replications[0])
    mean = float(interval.estimate[0])
    error = float(np.nanstd(values, ddof=1)) / n**0.5
    compared = sum(len(case.targets) for case in CASES)
    k = float(stdtrit(n - 1, 1 - FALSE_ALARM / compared / 2))
    expected = target.expected()
    detectable = (k + 1.645) * error / expected
    return Verdict(
        case=case.name,
        title=case.title,
        measure=target.measure,
        population=target.population,
        statistic=target.statistic,
        expected=expected,
        simulated=mean,
        low=float(interval.low[0]),
        high=float(interval.high[0]),
        replications=n,
        detectable=detectable,
        passed=abs(mean - expected) <= k * error + _ROUNDING * expected
        and detectable <= ERROR_FOUND,
    )


def _key(target: Target) -> tuple[str, str, str]:
    return target.measure, target.population, target.statistic
