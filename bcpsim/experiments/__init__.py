"""Replications of scenarios: running them, and keeping their results."""

from bcpsim.experiments.result import Result
from bcpsim.experiments.run import DEFAULT_REPLICATIONS, DEFAULT_SEED, run

__all__ = ["DEFAULT_REPLICATIONS", "DEFAULT_SEED", "Result", "run"]
