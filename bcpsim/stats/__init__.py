"""Estimates with intervals from independent replications: arrays in, numbers out."""

from bcpsim.stats.intervals import (
    Interval,
    mean_interval,
    pseudo_values,
    quantile_interval,
    ratio_interval,
)
from bcpsim.stats.paired import (
    Pairing,
    Selection,
    change_interval,
    difference_interval,
    pairing,
    select_best,
    simultaneous,
)
from bcpsim.stats.pooled import Tally, counts_at, points_up_to, pooled_quantiles
from bcpsim.stats.sequential import until_precise
from bcpsim.stats.steady import BatchMeans, Truncation, batch_means, mser

__all__ = [
    "BatchMeans",
    "Interval",
    "Pairing",
    "Selection",
    "Tally",
    "Truncation",
    "batch_means",
    "change_interval",
    "counts_at",
    "difference_interval",
    "mean_interval",
    "mser",
    "pairing",
    "points_up_to",
    "pooled_quantiles",
    "pseudo_values",
    "quantile_interval",
    "ratio_interval",
    "select_best",
    "simultaneous",
    "until_precise",
]
