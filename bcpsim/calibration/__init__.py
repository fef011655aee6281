"""Unknowns of a scenario fitted to what was observed, and simulated beside observed values."""

from bcpsim.calibration.file import CalibrationFile
from bcpsim.calibration.fitting import Estimate, Fit
from bcpsim.calibration.result import Calibration, PlaceResult, read_values
from bcpsim.calibration.run import calibrate, compare_observed

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
