"""Replications of scenarios: running them, and keeping their results."""

from bcpsim.experiments.comparison import Comparison, compare
from bcpsim.experiments.equal import Condition, Equality, Free, equalise, parse_condition
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
    "Comparison",
    "Condition",
    "Equality",
    "Free",
    "Measured",
    "Precision",
    "Result",
    "Stopping",
    "compare",
    "equalise",
    "measure",
    "parse_condition",
    "run",
]
