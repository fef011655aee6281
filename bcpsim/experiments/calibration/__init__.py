"""Unknowns of a scenario fitted to what was observed, and simulated beside observed values."""

from bcpsim.experiments.calibration.fitting import Estimate, Fit
from bcpsim.experiments.calibration.outcome import Calibration, PlaceResult, read_values
from bcpsim.experiments.calibration.run import calibrate, compare_observed
from bcpsim.experiments.calibration.schema import CalibrationFile

__all__ = [
    "Calibration",
    "CalibrationFile",
    "Estimate",
    "Fit",
    "PlaceResult",
    "calibrate",
    "compare_observed",
    "read_values",
]
