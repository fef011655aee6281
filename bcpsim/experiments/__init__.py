"""Replications of scenarios: running them, and keeping their results."""

from bcpsim.experiments.precision import Precision, Stopping
from bcpsim.experiments.replications import (
    DEFAULT_REPLICATIONS,
    DEFAULT_SEED,
    Measured,
    measure,
    run,
)
from bcpsim.experiments.result import Result

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
