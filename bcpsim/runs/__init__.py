"""Runs: independent replications of a scenario, and their results with intervals."""

from bcpsim.runs.precision import Precision, Stopping
from bcpsim.runs.result import Result
from bcpsim.runs.run import DEFAULT_REPLICATIONS, DEFAULT_SEED, Measured, measure, run

__all__ = [
    "DEFAULT_REPLICATIONS",
    "DEFAULT_SEED",
    "Measured",
    "Precision",
    "Result",
    "Stopping",
    "measure",
    "run",
]
