"""Measures: their definitions, and their values in a replication."""

from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import ESTIMATES, PERCENTILES, SHOWN, STATISTICS, Measure, in_words
from bcpsim.kpi.measures import MEASURES
from bcpsim.kpi.meter import Meter, Values, columns_of_travellers, times_of_travellers
from bcpsim.kpi.printed import columns_of_runs, lines_of_comparisons
from bcpsim.kpi.rows import Row, find_row, row_of, unit_in
from bcpsim.kpi.titles import Titles, in_a_sentence

__all__ = [
    "ESTIMATES",
    "MEASURES",
    "PERCENTILES",
    "SHOWN",
    "STATISTICS",
    "Kind",
    "Measure",
    "Meter",
    "Row",
    "Titles",
    "Values",
    "columns_of_runs",
    "columns_of_travellers",
    "find_row",
    "in_a_sentence",
    "in_words",
    "lines_of_comparisons",
    "row_of",
    "times_of_travellers",
    "unit_in",
]
