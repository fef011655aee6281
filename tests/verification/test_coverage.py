"""How often the nominal 95 % interval holds the exact value."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from bcpsim import run
from bcpsim.stats import mean_interval
from bcpsim.verify.cases import CASES

RESULTS = 2000
REPLICATIONS = 10


@pytest.mark.slow
def test_coverage_of_the_interval_of_a_mean() -> None:
    [case] = [case for case in CASES if case.name == "time_varying"]
    [target] = case.targets
    result = run(
        str(files("bcpsim.verify").joinpath("scenarios", case.scenario)),
        replications=RESULTS * REPLICATIONS,
        seed=99,
        workers=0,
        event_log="none",
    )
    [variant] = result.variants
    names = [(row.measure, row.population, row.statistic) for row in variant.rows]
    column = names.index((target.measure, target.population, target.statistic))
    values = variant.totals[:, column].reshape(RESULTS, REPLICATIONS).T
    interval = mean_interval(values)
    exact = target.expected()
    covered = float(np.mean((interval.low <= exact) & (exact <= interval.high)))
    print(f"coverage of {RESULTS} intervals of {REPLICATIONS} replications: {covered:.2%}")
    # Queue lengths of a day are skewed, so that ten replications cover a little less.
    assert 0.92 <= covered <= 0.965
