"""A verdict under inputs that are known only within bounds.

The effect is estimated at inputs that are drawn from their laws, with the same replications
at every draw: how the estimates spread is the part of the inputs, the interval of each is the
replications' chance (after Ankenman and Nelson, A quick assessment of input uncertainty, Proc.
Winter Simulation Conference 2012, who use independent replications).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bcpsim.claims.conditions import at_point, evenly
from bcpsim.claims.study import LoadedClaim, Settings
from bcpsim.claims.verdict import Estimate, Verdict, decide, effect_of, possible
from bcpsim.errors import ScenarioError
from bcpsim.runs import measure
from bcpsim.runs.replications import Progress
from bcpsim.stats.looks import FEWEST

DRAWS = 40
"""Draws of the inputs."""

REPLICATIONS = FEWEST
"""Replications of each way of working at each draw."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """The effect of the first alternative under uncertain inputs.

    Attributes
    ----------
    effect
        Mean over the inputs' laws, and the interval in which the effect lies under the true
        inputs: it holds what is not known of the inputs, and the replications' chance.
    by_inputs
        Standard deviation of the effect that comes of the inputs alone.
    holding
        Share of the draws in which the estimate is on the claim's side.
    correlation
        Spearman's rank correlation of each input with the effect.
    verdict
        Whether the interval is on the claim's side.
    draws
        The inputs drawn, each with the estimate there.
    """

    effect: Estimate
    by_inputs: float
    holding: float
    correlation: Settings
    verdict: Verdict
    draws: tuple[tuple[Settings, Estimate], ...]


def draw_inputs(loaded: LoadedClaim, seed: int) -> list[Settings]:
    """Return draws of the uncertain inputs: a Latin hypercube through their laws.

    Parameters
    ----------
    loaded
        The claim.
    seed
        Names the random numbers.
    """
    from scipy.stats import triang
    from scipy.stats.qmc import LatinHypercube

    inputs = loaded.file.uncertain
    unit = LatinHypercube(len(inputs), rng=seed).random(DRAWS)
    columns = []
    for column, law in zip(unit.T, inputs.values(), strict=True):
        low, high = law.between
        if law.most_likely is None:
            columns.append(evenly(column, law.between, law.whole))
        else:
            mode = (law.most_likely - low) / (high - low)
            columns.append(triang.ppf(column, mode, low, high - low))
    return [dict(zip(inputs, map(float, draw), strict=True)) for draw in zip(*columns, strict=True)]


def check_uncertain(
    loaded: LoadedClaim, *, seed: int, workers: int = 1, progress: Progress | None = None
) -> Uncertainty:
    """Ask the claim's question under draws of the uncertain inputs.

    Parameters
    ----------
    loaded
        A claim with uncertain inputs.
    seed, workers, progress
        As for `bcpsim.run`.

    Raises
    ------
    ScenarioError
        If the scenario has mistakes under a draw.
    """
    from scipy.stats import spearmanr

    claim = loaded.file
    drawn = draw_inputs(loaded, seed)
    plans = []
    for settings in drawn:
        try:
            plans += [loaded.plan(way, settings) for way in loaded.ways[:2]]
        except ScenarioError as error:
            raise at_point(error, settings) from None
    rows = loaded.measure.rows
    measured = measure(
        plans,
        range(REPLICATIONS),
        wanted={row.measure for row in rows},
        seed=seed,
        workers=workers,
        progress=progress,
    )
    estimates = [
        effect_of(
            claim,
            rows[0],
            baseline.column(rows[0]),
            alternative.column(rows[1]),
            claim.confidence,
        )
        for baseline, alternative in zip(measured[::2], measured[1::2], strict=True)
    ]
    effect = possible(claim, rows[0], under_true_inputs(estimates, claim.confidence))
    values = np.array([estimate.value for estimate in estimates])
    holding = float(np.mean([claim.bound.holds(estimate.value) for estimate in estimates]))
    return Uncertainty(
        effect=effect,
        by_inputs=float(values.std(ddof=1)),
        holding=holding,
        correlation={
            name: float(spearmanr([settings[name] for settings in drawn], values).statistic)
            for name in claim.uncertain
        },
        verdict=decide(claim, effect),
        draws=tuple(zip(drawn, estimates, strict=True)),
    )


def under_true_inputs(estimates: Sequence[Estimate], confidence: float) -> Estimate:
    """Return the mean over draws of the inputs, and where the effect lies under the true ones.

    Parameters
    ----------
    estimates
        The effect at each draw, with its interval, all from the same replications.
    confidence
        Of the intervals.

    Returns
    -------
    Estimate
        From the mean to either bound it is as far as to the quantile of the draws on this side
        and half an estimate's interval together, as independent errors add.
    """
    values = np.array([estimate.value for estimate in estimates])
    mean = float(values.mean())
    # The same replications move all estimates alike: their chance isn't in the spread.
    chance = float(np.mean([estimate.half_width for estimate in estimates]))
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail], method="median_unbiased")
    return Estimate(
        mean,
        mean - float(np.hypot(mean - low, chance)),
        mean + float(np.hypot(high - mean, chance)),
    )
