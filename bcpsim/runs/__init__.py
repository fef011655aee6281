"""Runs: independent replications of a scenario, and their results with intervals."""

from bcpsim.runs.measured import Measured
from bcpsim.runs.precision import Precision, Stopping
from bcpsim.runs.replications import DEFAULT_SEED, measure
from bcpsim.runs.result import Result
from bcpsim.runs.run import DEFAULT_REPLICATIONS, run

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
