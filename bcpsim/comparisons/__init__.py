"""Comparisons: ways of working side by side, with the same travellers."""

from bcpsim.comparisons.equal import Condition, Equality, Free, equalise, parse_condition
from bcpsim.comparisons.result import Comparison
from bcpsim.comparisons.run import compare

__all__ = [
    "Comparison",
    "Condition",
    "Equality",
    "Free",
    "compare",
    "equalise",
    "parse_condition",
]
