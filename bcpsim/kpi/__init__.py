"""Measures: their definitions, and their values in a replication."""

from bcpsim.kpi.definitions import ESTIMATES, MEASURES, PERCENTILES, STATISTICS, Measure, in_words
from bcpsim.kpi.meter import OUTCOMES, Meter, Values, times_of_travellers
from bcpsim.kpi.rows import Row, find_row, row_of
from bcpsim.kpi.words import Words, in_a_sentence

__all__ = [
    "ESTIMATES",
    "MEASURES",
    "OUTCOMES",
    "PERCENTILES",
    "STATISTICS",
    "Measure",
    "Meter",
    "Row",
    "Values",
    "Words",
    "find_row",
    "in_a_sentence",
    "in_words",
    "row_of",
    "times_of_travellers",
]
