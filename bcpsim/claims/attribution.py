"""Attribution: the effect of a way of working, shared out to the mechanisms that it brings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.claims.file import Attribution, ClaimFile
from bcpsim.claims.readings import Pair
from bcpsim.claims.shapley import (
    EXACT,
    Coalition,
    all_coalitions,
    coalitions_of,
    drawn_orders,
    exact_parts,
    sampled_parts,
)
from bcpsim.claims.study import LoadedClaim
from bcpsim.claims.verdict import Estimate, effect_of
from bcpsim.kpi import Row
from bcpsim.runs import Measured, measure
from bcpsim.runs.replications import Progress
from bcpsim.stats import difference_interval, ratio_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one mechanism in the effect.

    Attributes
    ----------
    switch, title
        Name, and words for people.
    effect
        Its part, in the unit of the claim's effect.
    alone
        The effect of this mechanism alone.
    last
        What is lost if it alone is taken away.
    """

    switch: str
    title: str
    effect: Estimate
    alone: Estimate
    last: Estimate


@dataclass(frozen=True, slots=True)
class Remainder:
    """The effect that remains when mechanisms have been taken away.

    Attributes
    ----------
    without
        All switches that are off.
    effect
        What the others still give.
    """

    without: tuple[str, ...]
    effect: Estimate


@dataclass(frozen=True, slots=True)
class Split:
    """The effect by one reading, and its parts.

    Attributes
    ----------
    title
        The reading.
    total
        The effect of all mechanisms; the estimates of the shares add up to it.
    shares
        One for each mechanism, in the order of the file.
    remainders
        For each step of ``take_away``.
    """

    title: str
    total: Estimate
    shares: tuple[Share, ...]
    remainders: tuple[Remainder, ...]


@dataclass(frozen=True, slots=True)
class Attributed:
    """The result of an attribution.

    Attributes
    ----------
    splits
        By the claim's own measure first, then by those readings that every combination has.
    replications, confidence
        Of each combination; of each interval on its own.
    combinations, runs
        Combinations of switches used, and how many of them differed and were run.
    orders
        Orders that were drawn; 0 where every combination was used.
    """

    splits: tuple[Split, ...]
    replications: int
    confidence: float
    combinations: int
    runs: int
    orders: int


def attribute(
    loaded: LoadedClaim,
    attribution: Attribution,
    *,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
) -> Attributed:
    """Share the effect of the first alternative out to its mechanisms.

    All combinations of switches see the same vehicles and durations. Up to 8 switches every
    combination is run, beyond that those that come up in drawn orders; combinations that give
    the same scenario are run once.

    Parameters
    ----------
    loaded
        The claim.
    attribution
        Its switches.
    seed, workers, progress
        As for `bcpsim.run`.

    Raises
    ------
    ScenarioError
        If a combination of switches isn't a valid scenario.
    """
    wanted = wanted_coalitions(attribution, seed)
    plans = {coalition: loaded.plan(loaded.coalition(coalition)) for coalition in wanted}
    different = {plan.scenario_hash: plan for plan in plans.values()}
    measured = measure(
        list(different.values()),
        range(attribution.replications),
        wanted=loaded.measures_read,
        seed=seed,
        workers=workers,
        progress=progress,
    )
    by_hash = dict(zip(different, measured, strict=True))
    by_coalition = {coalition: by_hash[plan.scenario_hash] for coalition, plan in plans.items()}
    # A stop that some combinations haven't got has no values there.
    shared = [
        pair
        for pair in (loaded.measure, *loaded.readings)
        if all(pair.rows[0] in of_one.rows for of_one in measured)
    ]
    orders = _orders(attribution, seed)
    return Attributed(
        splits=tuple(
            _split(loaded.file, attribution, orders, pair, _values(by_coalition, pair.rows[0]))
            for pair in shared
        ),
        replications=attribution.replications,
        confidence=loaded.file.confidence,
        combinations=len(wanted),
        runs=len(different),
        orders=len(orders),
    )


def _split(
    claim: ClaimFile,
    attribution: Attribution,
    orders: Sequence[tuple[str, ...]],
    pair: Pair,
    values: Mapping[Coalition, Floats],
) -> Split:
    """Return the effect by one reading, shared out to the switches.

    Parameters
    ----------
    claim
        Says what the effect is.
    attribution
        The switches.
    orders
        Drawn orders of the switches; none where every combination was run.
    pair
        The reading.
    values
        Of the reading in each replication, for each combination of switches.
    """
    names = list(attribution.switches)
    all_on = frozenset(names)
    baseline, whole = values[frozenset()], values[all_on]
    parts = (
        sampled_parts(names, values.__getitem__, orders)
        if orders
        else exact_parts(names, values.__getitem__)
    )

    def effect(coalition: Coalition) -> Estimate:
        return effect_of(claim, pair.rows[0], baseline, values[coalition], claim.confidence)

    shares = [
        Share(
            switch=name,
            title=attribution.switches[name].title or name,
            effect=_part(claim, baseline, part, float(variance)),
            alone=effect(frozenset([name])),
            last=_part(claim, baseline, whole - values[all_on - {name}]),
        )
        for name, part, variance in zip(names, parts.values, parts.between_orders, strict=True)
    ]
    remainders = [
        Remainder(tuple(name for name in names if name in off), effect(all_on - off))
        for off in _taken_away(attribution)
    ]
    return Split(pair.title, effect(all_on), tuple(shares), tuple(remainders))


def wanted_coalitions(attribution: Attribution, seed: int) -> list[Coalition]:
    """Return the combinations of switches that an attribution needs.

    Parameters
    ----------
    attribution
        Its switches.
    seed
        Names the random numbers of the orders, where orders are drawn.
    """
    names = list(attribution.switches)
    all_on = frozenset(names)
    alone = [frozenset([name]) for name in names]
    all_but_one = [all_on - switch for switch in alone]
    remaining = [all_on - off for off in _taken_away(attribution)]
    orders = _orders(attribution, seed)
    shared = coalitions_of(orders) if orders else all_coalitions(names)
    return list(dict.fromkeys([*shared, *alone, *all_but_one, *remaining]))


def _orders(attribution: Attribution, seed: int) -> list[tuple[str, ...]]:
    """Return drawn orders of the switches; none where every combination is used."""
    names = list(attribution.switches)
    return [] if len(names) <= EXACT else drawn_orders(names, attribution.permutations, seed)


def _taken_away(attribution: Attribution) -> list[Coalition]:
    """Return all switches that are off after each step of ``take_away``."""
    return [
        frozenset(name for names in attribution.take_away[: k + 1] for name in names)
        for k in range(len(attribution.take_away))
    ]


def _values(measured: Mapping[Coalition, Measured], row: Row) -> dict[Coalition, Floats]:
    """Return a row in each combination, in those replications that have it in all of them."""
    table = np.array([of_coalition.column(row) for of_coalition in measured.values()])
    in_all = ~np.isnan(table).any(axis=0)
    return dict(zip(measured, table[:, in_all], strict=True))


def _part(claim: ClaimFile, baseline: Floats, change: Floats, variance: float = 0.0) -> Estimate:
    """Return a part of the effect, from the change of the measure in each replication."""
    direction = 1 if claim.reduction is None else -1
    if claim.relative:
        ratio = ratio_interval(100 * direction * change, baseline, claim.confidence)
    else:
        ratio = difference_interval(np.zeros_like(change), direction * change, claim.confidence)
    value, low, high = float(ratio.estimate), float(ratio.low), float(ratio.high)
    if variance and not math.isnan(value):  # from 0 there is no change in per cent
        from scipy.special import ndtri

        scale = (100 / float(baseline.mean())) ** 2 if claim.relative else 1.0
        # The orders are drawn apart from the replications: variances add.
        z = float(ndtri((1 + claim.confidence) / 2))
        drawn = z * z * variance * scale
        low, high = (
            value - ((value - low) ** 2 + drawn) ** 0.5,
            value + ((high - value) ** 2 + drawn) ** 0.5,
        )
    return Estimate(value, low, high)
