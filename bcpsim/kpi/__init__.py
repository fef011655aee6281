"""Measures: their definitions, and their values in a replication."""

from bcpsim.kpi.definitions import MEASURES, STATISTICS, Measure
from bcpsim.kpi.meter import Meter, Row, Values, times_of_travellers

__all__ = ["MEASURES", "STATISTICS", "Measure", "Meter", "Row", "Values", "times_of_travellers"]
