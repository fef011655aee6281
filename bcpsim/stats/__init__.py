"""Estimates with intervals from independent replications."""

from bcpsim.stats.intervals import Interval, mean_interval

__all__ = ["Interval", "mean_interval"]
